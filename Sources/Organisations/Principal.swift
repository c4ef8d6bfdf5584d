public import Policy
public import Primitives
public import Storage

/// Who acts: a signed-in member of staff or a token of theirs, with what they may do and how far.
public struct Principal: Sendable {
    public let organisation: OrganisationID
    public let staff: StaffID
    public let name: String
    public let unit: UnitID
    /// The unit itself and all below it.
    public let subtree: [UnitID]
    public let post: Post.Key
    /// What the post may do under the charter in force, cut down to a token's scopes.
    public let may: [Action: Scope]
    /// What the post may do and this token was not made for.
    public let withheld: Set<Action>
    /// When the token that speaks for the person ends; `nil` for one without an end, and for the person.
    public let expiresAt: Instant?

    public init(
        organisation: OrganisationID, staff: StaffID, name: String, unit: UnitID, subtree: [UnitID],
        post: Post.Key, may: [Action: Scope], withheld: Set<Action> = [], expiresAt: Instant? = nil
    ) {
        self.organisation = organisation
        self.staff = staff
        self.name = name
        self.unit = unit
        self.subtree = subtree
        self.post = post
        self.may = may
        self.withheld = withheld
        self.expiresAt = expiresAt
    }

    /// How far the principal may do this.
    /// - Throws: `Denial` when not at all.
    public func reach(_ action: Action) throws -> Reach {
        switch may[action] {
        case nil: throw Denial(action: action, post: post)
        case .own: .own(staff)
        case .unit: .units([unit])
        case .subtree: .units(subtree)
        case .all: .all
        }
    }

    public func can(_ action: Action) -> Bool { may[action] != nil }
}

/// What a permission covers, as one predicate for list, detail, search, export and counters.
public enum Reach: Sendable, Hashable {
    case own(StaffID)
    case units([UnitID])
    case all

    /// A condition on the given columns, to stand behind `AND`.
    /// - Parameters:
    ///   - unit: the column of the unit that the row belongs to.
    ///   - owner: the column of the member of staff whose own it is.
    public func covers(unit: SQL, owner: SQL) -> SQL {
        switch self {
        case .own(let staff): "\(owner) = \(staff)"
        case .units(let units) where units.count == 1: "\(unit) = \(units[0])"
        case .units(let units): "\(unit) IN \(list: units)"
        case .all: "1 = 1"
        }
    }

    /// The same question about one row in hand.
    public func covers(unit: UnitID?, owner: StaffID?) -> Bool {
        switch self {
        case .own(let staff): owner == staff
        case .units(let units): unit.map(units.contains) ?? false
        case .all: true
        }
    }
}

/// The post may not do this, or not so far; the reader is told who may.
public struct Denial: Error, Sendable, Equatable {
    public let action: Action
    public let post: Post.Key
    /// The narrowest scope that would do.
    public let wanted: Scope

    public init(action: Action, post: Post.Key, wanted: Scope = .own) {
        self.action = action
        self.post = post
        self.wanted = wanted
    }

    /// Of what lies beyond the principal's own reach, so that only a wider one would do.
    public init(action: Action, beyond principal: Principal) {
        let wider = Scope.allCases.first { scope in principal.may[action].map { $0 < scope } ?? true }
        self.init(action: action, post: principal.post, wanted: wider ?? .all)
    }
}
