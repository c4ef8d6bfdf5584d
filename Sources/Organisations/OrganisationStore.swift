public import Policy
public import Primitives
public import Storage

/// Reads companies, units and staff.
public struct OrganisationStore {
    private let transaction: any ReadTransaction

    public init(_ transaction: any ReadTransaction) {
        self.transaction = transaction
    }

    public func organisations() throws -> [Organisation] {
        try transaction.all("SELECT id, name FROM organisation ORDER BY name", Organisation.init(row:))
    }

    public func organisation(_ id: OrganisationID) throws -> Organisation {
        try transaction.one(
            "SELECT id, name FROM organisation WHERE id = \(id)", orElse: "company", Organisation.init(row:))
    }

    /// All units, for their names; closed ones stand in what happened.
    public func units(of organisation: OrganisationID) throws -> [Unit] {
        try transaction.all(
            "SELECT \(Unit.columns) FROM unit WHERE organisation = \(organisation) ORDER BY id", Unit.init(row:))
    }

    /// Those that something can be given to.
    public func openUnits(of organisation: OrganisationID) throws -> [Unit] {
        try units(of: organisation).filter { $0.closedAt == nil }
    }

    /// - Throws: `.notFound` for a closed one too.
    public func openUnit(_ id: UnitID, of organisation: OrganisationID) throws -> Unit {
        let unit = try unit(id, of: organisation)
        guard unit.closedAt == nil else { throw StorageError.notFound("unit \(id)") }
        return unit
    }

    public func unit(_ id: UnitID, of organisation: OrganisationID) throws -> Unit {
        try transaction.one(
            "SELECT \(Unit.columns) FROM unit WHERE organisation = \(organisation) AND id = \(id)",
            orElse: "unit \(id)", Unit.init(row:))
    }

    /// Whether there is such a unit and it is open.
    public func hasUnit(_ id: UnitID, in organisation: OrganisationID) throws -> Bool {
        try transaction.first(
            "SELECT 1 FROM unit WHERE organisation = \(organisation) AND id = \(id) AND closed_at IS NULL"
        ) { _ in true } ?? false
    }

    /// The unit and all below it.
    public func subtree(of unit: UnitID, in organisation: OrganisationID) throws -> [UnitID] {
        try transaction.all(
            "SELECT descendant FROM unit_closure WHERE organisation = \(organisation) AND ancestor = \(unit)"
        ) { try $0[0] }
    }

    public func staff(_ id: StaffID, of organisation: OrganisationID) throws -> Staff {
        try transaction.one(
            """
            SELECT \(Staff.columns) FROM \(Staff.tables)
            WHERE staff.organisation = \(organisation) AND staff.id = \(id)
            """, orElse: "staff \(id)", Staff.init(row:))
    }

    /// The staff that a reach covers, by unit and name; those who left last.
    public func staff(of organisation: OrganisationID, within reach: Reach) throws -> [Staff] {
        try transaction.all(
            """
            SELECT \(Staff.columns) FROM \(Staff.tables)
            WHERE staff.organisation = \(organisation)
              AND \(reach.covers(unit: "staff.unit", owner: "staff.id"))
            ORDER BY staff.left_on IS NOT NULL, staff.unit, staff.name
            """, Staff.init(row:))
    }

    /// Those who work here and have the text in their name, within a reach, by name.
    public func staff(
        named part: String, of organisation: OrganisationID, within reach: Reach, limit: Int
    ) throws -> [Staff] {
        let pattern = "%" + part.reduce(into: "") { $0 += "%_!".contains($1) ? "!\($1)" : "\($1)" } + "%"
        return try transaction.all(
            """
            SELECT \(Staff.columns) FROM \(Staff.tables)
            WHERE staff.organisation = \(organisation) AND staff.left_on IS NULL
              AND \(reach.covers(unit: "staff.unit", owner: "staff.id"))
              AND lower(staff.name) LIKE lower(\(pattern)) ESCAPE '!'
            ORDER BY staff.name, staff.id LIMIT \(limit: limit)
            """, Staff.init(row:))
    }

    public func names(of organisation: OrganisationID) throws -> [StaffID: String] {
        let rows = try transaction.all("SELECT id, name FROM staff WHERE organisation = \(organisation)") {
            (try $0[0] as StaffID, try $0[1] as String)
        }
        return rows.reduce(into: Dictionary(minimumCapacity: rows.count)) { $0[$1.0] = $1.1 }
    }

    public func names(of staff: some Collection<StaffID>, in organisation: OrganisationID) throws -> [StaffID: String] {
        if staff.isEmpty { return [:] }
        return Dictionary(
            try transaction.all(
                "SELECT id, name FROM staff WHERE organisation = \(organisation) AND id IN \(list: Array(staff))"
            ) { (try $0[0] as StaffID, try $0[1] as String) }
        ) { first, _ in first }
    }

    public func name(of staff: StaffID, in organisation: OrganisationID) throws -> String? {
        try transaction.first("SELECT name FROM staff WHERE organisation = \(organisation) AND id = \(staff)") {
            try $0[0]
        }
    }

    /// Who may act as this member of staff now.
    /// - Throws: `.notFound` when the person has left.
    public func principal(
        _ staff: StaffID, of organisation: OrganisationID, charters: CharterShelf, scopes: Set<Action>? = nil,
        until expiresAt: Instant? = nil
    ) throws -> Principal {
        let row = try transaction.one(
            """
            SELECT name, unit, post, is_administrator FROM staff
            WHERE organisation = \(organisation) AND id = \(staff) AND left_on IS NULL
            """, orElse: "staff \(staff)"
        ) {
            (name: try $0[0] as String, unit: try $0[1] as UnitID, post: try $0[2] as String, admin: try $0[3] as Bool)
        }
        let charter = try? charters.inForce(for: organisation, at: transaction.now, in: transaction)
        var may = charter?.post(row.post)?.may ?? [:]
        if row.admin {
            for action in [Action.readPeople, .managePeople, .readCharter, .adoptCharter] { may[action] = .all }
        }
        let whole = Set(may.keys)
        if let scopes { may = may.filter { scopes.contains($0.key) } }
        return Principal(
            organisation: organisation, staff: staff, name: row.name, unit: row.unit,
            subtree: try subtree(of: row.unit, in: organisation), post: row.post, may: may,
            withheld: whole.subtracting(may.keys), expiresAt: expiresAt)
    }
}
