import Policy
import Primitives

/// The list of cases.
struct CaseListPage {
    let shell: Shell
    let tabs: [WorkbenchPage.Tab]
    let rows: [Row]
    let isEmpty: Bool
    let nextPath: String?

    struct Row {
        let path: String
        let reference: String
        let summary: String
        let workflow: String
        let state: String
        let isClosed: Bool
        let who: String
        let more: String
        let day: String
        let machine: String
        let opened: String
        let by: String
    }
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
