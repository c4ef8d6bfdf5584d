import Policy

/// The facts that the charter lets somebody record, by what they are about.
struct FactListPage {
    let shell: Shell
    let groups: [Group]
    let isEmpty: Bool
    /// The customer whom they are to be about, when the reader comes from a file.
    let about: String?
    let backPath: String
    let backTitle: String

    struct Group {
        let title: String
        let rows: [Row]
    }

    struct Row {
        let path: String
        let title: String
        let clause: String?
        /// What the fact opens or discharges.
        let more: String
    }
}

/// The form of one fact.
struct FactFormPage {
    let shell: Shell
    let title: String
    let clause: String?
    let action: String
    let fields: [FieldPart]
    let message: String?
    let backPath: String
    let backTitle: String
    let opens: [DutyLine]
    let meets: [DutyLine]

    struct DutyLine {
        let clause: String
        let title: String
        let post: String
    }
}
