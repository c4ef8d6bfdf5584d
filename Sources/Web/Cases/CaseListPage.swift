import Policy
import Primitives

/// The list of cases: what is looked for, what was found, and what may be done with what is chosen.
struct CaseListPage {
    let shell: Shell
    let tabs: [WorkbenchPage.Tab]
    let views: [WorkbenchPage.Tab]
    let hasViews: Bool
    /// How the present list is kept under a name; `nil` where it is kept already.
    let keeping: Keeping?
    /// The reader's own view that is shown.
    let kept: Kept?
    let find: Find
    let message: String?
    let rows: [Row]
    let isEmpty: Bool
    let emptyTitle: String
    let emptyHint: String
    let nextPath: String?
    let previousPath: String?
    /// `nil` for who may not take it along.
    let csvPath: String?
    let printPath: String
    /// What may be done with several at once.
    let acts: [FieldPart.Option]
    let canChoose: Bool

    struct Keeping {
        let filter: String
        let title: String
        let error: String?
    }

    struct Kept {
        let path: String
        let removalPath: String
        let title: String
        let isShared: Bool
        let revision: Int
    }

    /// The form above the list.
    struct Find {
        let shown: String?
        let text: String
        let isDetailed: Bool
        let workflows: [FieldPart.Option]
        let states: [FieldPart.Option]
        let causes: [FieldPart.Option]
        let hasCauses: Bool
        let units: [FieldPart.Option]
        let handlers: [FieldPart.Option]
        let orders: [FieldPart.Option]
        let hasStates: Bool
        let from: String
        let through: String
        let isOverdue: Bool
        let isRepeated: Bool
        let isNarrow: Bool
        let clearPath: String
    }

    struct Row {
        let path: String
        let reference: String
        let summary: String
        let workflow: String
        let state: String
        let isClosed: Bool
        let who: String
        let customerPhone: String
        let day: String
        let machine: String
        let opened: String
        let by: String
        let repeated: String?
        let due: DuePart?
        /// The case and the revision that was seen.
        let chosen: String
    }
}

/// The list of cases on paper.
struct CaseListPrint {
    let shell: Shell
    let organisation: String
    let backPath: String
    let rows: [CaseListPage.Row]
    let printed: String
    let cut: String?
}

/// The form that opens a case or makes a move.
struct CaseFormPage {
    let shell: Shell
    let title: String
    let formTitle: String
    let clause: String?
    let action: String
    let fields: [FieldPart]
    let revision: Int?
    let backPath: String
    let backTitle: String
    /// `nil` where what was filled in can no longer be sent, only read.
    let submit: String?
    /// What was said for a phrase that is never said to customers; `nil` while none is asked for.
    let phraseReason: String?
    /// What making the move signs.
    let signing: [CasePage.Section]
    /// Where a file is put that the form then ticks.
    let drop: AttachmentPart.DropZone?
    let message: String?
    /// What the act will open, so that the clerk knows before.
    let duties: [DutyLine]

    struct DutyLine {
        let clause: String
        let title: String
        let post: String
    }
}

extension CaseFormPage {
    /// The reason as it was entered, where the form has such a phrase.
    static func phraseReason(_ input: Fields, _ faults: FormFaults?) -> String? {
        let isAsked = faults?.faults.contains { fault in
            if case .unsaid = fault.problem { true } else { false }
        }
        let entered = input["phrase.reason"]?.text
        return isAsked == true ? entered ?? "" : entered
    }
}
