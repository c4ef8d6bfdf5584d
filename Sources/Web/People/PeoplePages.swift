/// The company's tree with its people.
struct PeoplePage {
    let shell: Shell
    let units: [UnitPart]
    let left: [PersonRow]
    let hasLeft: Bool
    let canManage: Bool
    /// The portal's visitors are the whole company's.
    let seesVisitors: Bool
    let count: String

    struct UnitPart {
        let id: String
        let name: String
        /// The units above it, `公司 / 历下店`; absent for the root.
        let above: String?
        let count: String
        let people: [PersonRow]
        let isEmpty: Bool
        /// For who may rename, move or close it.
        let path: String?
    }

    struct PersonRow {
        let path: String
        let name: String
        let face: String
        let post: String
        let postPath: String
        let employment: String
        let isAway: Bool
        let away: String?
        let load: LoadBar?
    }

    struct LoadBar {
        let text: String
        let late: Int
        let today: Int
        let later: Int
        let todayEnd: Int
    }
}

/// One member of staff, and the form that changes the post.
struct PersonPage {
    let shell: Shell
    let name: String
    let face: String
    let isAway: Bool
    let facts: [ObligationPane.FactLine]
    let form: FormPart?
    /// Shown this once.
    let oneTime: String?
    let resetPath: String?
    /// For somebody without one.
    let login: Login?
    let leavePath: String?
    let leaveTitle: String
    let hasMore: Bool
    let revision: Int

    /// Where a login is given to somebody.
    struct Login {
        let path: String
        let field: FieldPart
        let isOpen: Bool
    }
}

/// A form of the people's room.
struct PeopleFormPage {
    let shell: Shell
    let title: String
    let form: FormPart
    let closing: Closing?

    /// How a unit is closed.
    struct Closing {
        let path: String
        let title: String
        let revision: Int
    }
}

/// Fields, where they go, and the button.
struct FormPart {
    let action: String
    let submit: String
    let revision: Int?
    let fields: [FieldPart]
    let message: String?
}

/// What a post is: rights in words, duties by clause, holders.
struct PostPage {
    let shell: Shell
    let title: String
    let clauses: [String]
    let above: ObligationPane.FactLine?
    let below: [CharterPage.NamedLink]
    let hasBelow: Bool
    let rights: [Right]
    let noRights: Bool
    let duties: [DutyLine]
    let noDuties: Bool
    let dutyCount: String
    let acts: [Act]
    let hasActs: Bool
    let notices: [DutyLine]
    let hasNotices: Bool
    let holders: [PeoplePage.PersonRow]
    let showsHolders: Bool
    let noHolders: Bool
    let canReadCharter: Bool

    struct Right {
        let action: String
        let scope: String
    }

    struct DutyLine {
        let clause: String
        let title: String
        let line: String
    }

    struct Act {
        let workflow: String
        let path: String
        let acts: String
    }
}

/// A person's own keys for programs.
struct TokensPage {
    let shell: Shell
    let tokens: [Token]
    let isEmpty: Bool
    /// Shown this once.
    let fresh: String?
    let title: String
    let scopes: [ScopeTick]
    let message: String?

    struct Token {
        let title: String
        let scopes: String
        let made: String
        let ends: String
        let isEnded: Bool
        let revokePath: String?
    }

    struct ScopeTick {
        let name: String
        let title: String
        let isPicked: Bool
    }
}
