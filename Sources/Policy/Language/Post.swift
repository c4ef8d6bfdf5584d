/// The job that duties are given to.
public struct Post: Sendable, Hashable {
    public typealias Key = String

    public let key: Key
    public let title: LocalizedText
    public let reportsTo: Key?
    /// What a holder may do, and how far; what is absent is denied.
    public let may: [Action: Scope]
    /// The clauses that make or describe the post.
    public let clauses: [Clause.Key]

    public init(key: Key, title: LocalizedText, reportsTo: Key?, may: [Action: Scope], clauses: [Clause.Key]) {
        self.key = key
        self.title = title
        self.reportsTo = reportsTo
        self.may = may
        self.clauses = clauses
    }
}

/// What somebody may do.
public enum Action: String, Sendable, CaseIterable, Hashable {
    case readCustomers = "customers.read"
    case writeCustomers = "customers.write"
    case revealCustomers = "customers.reveal"
    case importCustomers = "customers.import"
    case exportCustomers = "customers.export"
    case readCases = "cases.read"
    case actOnCases = "cases.act"
    case readObligations = "obligations.read"
    case waiveObligations = "obligations.waive"
    case readCharter = "charter.read"
    case adoptCharter = "charter.adopt"
    case readPeople = "people.read"
    case managePeople = "people.manage"
    case recordFacts = "facts.record"
    case readMembers = "members.read"
    case actOnMembers = "members.act"
    case restorePoints = "members.restore"
    case arrangeActivities = "activities.manage"
}

/// How far a permission reaches, from narrow to wide.
public enum Scope: String, Sendable, CaseIterable, Hashable, Comparable {
    /// What is the person's own.
    case own
    /// What belongs to the person's unit.
    case unit
    /// What belongs to the person's unit and those below it.
    case subtree
    /// All that belongs to the company.
    case all

    public static func < (left: Scope, right: Scope) -> Bool {
        // Both are cases of this enumeration, so both are found.
        (Scope.allCases.firstIndex(of: left) ?? 0) < (Scope.allCases.firstIndex(of: right) ?? 0)
    }
}
