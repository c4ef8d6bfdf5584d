import Policy

/// What goes on for members, and the form that announces more.
struct ActivitiesPage {
    let shell: Shell
    let open: [Row]
    let past: [Row]
    let hasPast: Bool
    let isEmpty: Bool
    /// Nothing for whoever may not announce any.
    let kinds: [Kind]
    let mayAnnounce: Bool
    let form: Form?

    struct Row {
        let path: String
        let title: String
        let kind: String
        let when: String
        let left: String?
        let clause: String?
    }

    /// A link to the form of a kind.
    struct Kind {
        let title: String
        let path: String
        let isCurrent: Bool
    }

    struct Form {
        let action: String
        let kind: String
        let title: String
        let clause: String?
        let fields: [FieldPart]
    }
}

/// One activity: what it says, whom it is for, who took part.
struct ActivityPage {
    let shell: Shell
    let title: String
    let kind: String
    let clause: String?
    let paragraphs: [String]
    let facts: [Fact]
    let gifts: [Gift]
    let hasGifts: Bool
    let parts: [PartRow]
    let hasParts: Bool
    let takesPart: Bool
    let count: String
    let listPath: String?
    let endPath: String?
    let revision: String

    struct Fact {
        let label: String
        let value: String
    }

    struct Gift {
        let title: String
        let points: String
        let left: String?
    }

    struct PartRow {
        let name: String
        let path: String
        let tier: String
        let day: String
        let more: String?
    }
}
