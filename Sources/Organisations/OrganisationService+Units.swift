import Policy
public import Primitives
public import Storage

/// What a room keeps in a unit, which has to go elsewhere before the unit is closed.
public struct UnitHolding: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case people, units, customers, cases, duties
    }

    let kind: Kind
    let count: @Sendable (UnitID, OrganisationID, any ReadTransaction) throws -> Int

    public init(
        _ kind: Kind, count: @escaping @Sendable (UnitID, OrganisationID, any ReadTransaction) throws -> Int
    ) {
        self.kind = kind
        self.count = count
    }
}

/// A unit that cannot be closed, for it is not empty.
public struct UnitInUse: Error, Sendable, Equatable {
    /// What is in it, more than none of each.
    public let holds: [UnitHolding.Kind: Int]

    public init(holds: [UnitHolding.Kind: Int]) {
        self.holds = holds
    }
}

/// The company's topmost unit stays where it is.
public struct TopmostUnit: Error, Sendable, Equatable {
    public init() {}
}

/// The tree of units: it grows, and it changes with the company.
extension OrganisationService {
    public func addUnit(name: String, parent: UnitID, by principal: Principal) async throws -> UnitID {
        try await database.write(for: principal.organisation) { transaction in
            try addUnit(name: name, parent: parent, by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    /// - Throws: `FormFaults`, for a name too that another unit under the same parent has.
    public func addUnit(
        name: String, parent: UnitID, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> UnitID {
        let reach = try principal.reach(.managePeople)
        if let problem = Self.problem(of: name) { throw FormFaults([FormFault("name", problem)]) }
        guard reach.covers(unit: parent, owner: nil) else { throw StorageError.notFound("unit \(parent)") }
        _ = try OrganisationStore(transaction).openUnit(parent, of: principal.organisation)
        let unit: UnitID = transaction.identifier()
        try Self.checkName(name, of: unit, under: parent, in: principal.organisation, transaction)
        try Self.insertUnit(unit, parent: parent, name: name, principal.organisation, transaction)
        try record("unit.added", unit, by: principal, in: transaction)
        return unit
    }

    /// Gives a unit another name, another place in the tree, or both; what is below it and in it goes along.
    /// - Parameters:
    ///   - parent: `nil` leaves it where it is, and is the only one for the topmost unit.
    ///   - revision: what the reader saw; `nil` skips the check.
    /// - Throws: `EditConflict`; `TopmostUnit`; `FormFaults` for a name that another has there, and for a parent that
    ///   lies below the unit itself; `.notFound` for what is closed or out of reach, the former parent's place too.
    public func changeUnit(
        _ id: UnitID, name: String, parent: UnitID?, revision: Int?, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws {
        let reach = try principal.reach(.managePeople)
        let (store, organisation) = (OrganisationStore(transaction), principal.organisation)
        guard reach.covers(unit: id, owner: nil) else { throw StorageError.notFound("unit \(id)") }
        let unit = try store.openUnit(id, of: organisation)
        try EditConflict.check(
            revision, is: unit.revision, of: Event.Subject("unit", id), in: organisation, transaction)
        if let problem = Self.problem(of: name) { throw FormFaults([FormFault("name", problem)]) }
        let place = parent ?? unit.parent
        var body: Fields = [:]
        if let place, place != unit.parent {
            guard let former = unit.parent else { throw TopmostUnit() }
            guard reach.covers(unit: former, owner: nil), reach.covers(unit: place, owner: nil) else {
                throw StorageError.notFound("unit \(place)")
            }
            _ = try store.openUnit(place, of: organisation)
            if try store.subtree(of: id, in: organisation).contains(place) {
                throw FormFaults([FormFault("parent", .notAChoice(expected: []))])
            }
            body["former_parent"] = .text(former.description)
        }
        try Self.checkName(name, of: id, under: place, in: organisation, transaction)
        if name != unit.name { body["former_name"] = .text(unit.name) }
        if body.isEmpty { return }
        try transaction.run(
            """
            UPDATE unit SET name = \(name), parent = \(place), revision = revision + 1
            WHERE organisation = \(organisation) AND id = \(id) AND revision = \(unit.revision)
            """, changing: 1, orElse: .changedMeanwhile("unit \(id)"))
        if let place, place != unit.parent { try Self.move(id, under: place, organisation, transaction) }
        try record("unit.changed", id, body, by: principal, in: transaction)
    }

    /// Closes a unit that nobody and nothing is in any more. What once happened in it keeps its name.
    /// - Throws: `UnitInUse`; `TopmostUnit`; `EditConflict`; `.notFound` for what is closed or out of reach.
    public func closeUnit(
        _ id: UnitID, revision: Int?, by principal: Principal, in transaction: any WriteTransaction
    ) throws {
        let reach = try principal.reach(.managePeople)
        let organisation = principal.organisation
        guard reach.covers(unit: id, owner: nil) else { throw StorageError.notFound("unit \(id)") }
        let unit = try OrganisationStore(transaction).openUnit(id, of: organisation)
        try EditConflict.check(
            revision, is: unit.revision, of: Event.Subject("unit", id), in: organisation, transaction)
        guard let parent = unit.parent else { throw TopmostUnit() }
        guard reach.covers(unit: parent, owner: nil) else { throw StorageError.notFound("unit \(parent)") }
        var holds: [UnitHolding.Kind: Int] = [:]
        for holding in Self.ownHoldings + holdings {
            let count = try holding.count(id, organisation, transaction)
            if count > 0 { holds[holding.kind] = count }
        }
        guard holds.isEmpty else { throw UnitInUse(holds: holds) }
        try transaction.run(
            """
            UPDATE unit SET closed_at = \(transaction.now), revision = revision + 1
            WHERE organisation = \(organisation) AND id = \(id) AND revision = \(unit.revision)
            """, changing: 1, orElse: .changedMeanwhile("unit \(id)"))
        try record("unit.closed", id, by: principal, in: transaction)
    }

    private static let ownHoldings = [
        UnitHolding(.people) { unit, organisation, transaction in
            try transaction.first(
                """
                SELECT count(*) FROM staff
                WHERE organisation = \(organisation) AND unit = \(unit) AND left_on IS NULL
                """
            ) { try $0[0] as Int } ?? 0
        },
        UnitHolding(.units) { unit, organisation, transaction in
            try transaction.first(
                """
                SELECT count(*) FROM unit
                WHERE organisation = \(organisation) AND parent = \(unit) AND closed_at IS NULL
                """
            ) { try $0[0] as Int } ?? 0
        },
    ]

    private func record(
        _ type: String, _ unit: UnitID, _ body: Fields = [:], by principal: Principal,
        in transaction: any WriteTransaction
    ) throws {
        try journal.record(
            EventDraft(
                organisation: principal.organisation, type: type, subject: Event.Subject("unit", unit), unit: unit,
                actor: .staff(principal.staff), body: body), in: transaction)
    }

    /// Two of one name under one parent could not be told apart wherever a unit is chosen.
    private static func checkName(
        _ name: String, of unit: UnitID, under parent: UnitID?, in organisation: OrganisationID,
        _ transaction: any ReadTransaction
    ) throws {
        guard let parent else { return }
        let others = try transaction.all(
            """
            SELECT name FROM unit
            WHERE organisation = \(organisation) AND parent = \(parent) AND id <> \(unit) AND closed_at IS NULL
            """
        ) { try $0[0] as String }
        if others.contains(where: { $0.lowercased() == name.lowercased() }) {
            throw FormFaults([FormFault("name", .taken)])
        }
    }

    static func insertUnit(
        _ id: UnitID, parent: UnitID?, name: String, _ organisation: OrganisationID,
        _ transaction: any WriteTransaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO unit (organisation, id, parent, name, created_at)
            VALUES (\(organisation), \(id), \(parent), \(name), \(transaction.now))
            """)
        try transaction.run(
            """
            INSERT INTO unit_closure (organisation, ancestor, descendant, depth)
            VALUES (\(organisation), \(id), \(id), 0)
            """)
        if let parent {
            try transaction.run(
                """
                INSERT INTO unit_closure (organisation, ancestor, descendant, depth)
                SELECT organisation, ancestor, \(id), depth + 1 FROM unit_closure
                WHERE organisation = \(organisation) AND descendant = \(parent)
                """)
        }
    }

    /// Hangs a unit with all below it under another parent.
    private static func move(
        _ id: UnitID, under parent: UnitID, _ organisation: OrganisationID, _ transaction: any WriteTransaction
    ) throws {
        try transaction.run(
            """
            DELETE FROM unit_closure
            WHERE organisation = \(organisation)
              AND descendant IN (
                SELECT descendant FROM unit_closure WHERE organisation = \(organisation) AND ancestor = \(id))
              AND ancestor NOT IN (
                SELECT descendant FROM unit_closure WHERE organisation = \(organisation) AND ancestor = \(id))
            """)
        try transaction.run(
            """
            INSERT INTO unit_closure (organisation, ancestor, descendant, depth)
            SELECT above.organisation, above.ancestor, below.descendant, above.depth + below.depth + 1
            FROM unit_closure AS above CROSS JOIN unit_closure AS below
            WHERE above.organisation = \(organisation) AND above.descendant = \(parent)
              AND below.organisation = above.organisation AND below.ancestor = \(id)
            """)
    }
}
