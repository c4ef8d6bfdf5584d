import Organisations
import Primitives
import Storage

/// The customers' rows.
struct CustomerStore {
    let transaction: any ReadTransaction
    let organisation: OrganisationID

    /// A visible file.
    /// - Throws: `.notFound` when there is none, or none within that reach.
    func find(_ id: CustomerID, within reach: Reach) throws -> StoredFile {
        let head = try transaction.one(
            """
            SELECT \(Head.columns) FROM customer c
            WHERE c.organisation = \(organisation) AND c.id = \(id)
              AND \(reach.covers(unit: "c.unit", owner: "c.owner"))
            """, orElse: "customer \(id)", Head.init(row:))
        let people = try transaction.all(
            """
            SELECT \(CustomerStore.personColumns) FROM customer_person
            WHERE organisation = \(organisation) AND customer = \(id) ORDER BY position_in_file
            """, CustomerStore.person)
        return StoredFile(customer: head.customer(organisation, people.map(\.0)), sealed: people.map(\.1))
    }

    /// Visible customers, newest first.
    func list(
        _ filter: CustomerFilter, within reach: Reach, after: CustomerID?, limit: Int
    ) throws -> [CustomerSummary] {
        try transaction.all(listing(filter, within: reach, after: after, limit: limit), CustomerSummary.init(row:))
    }

    func listing(_ filter: CustomerFilter, within reach: Reach, after: CustomerID?, limit: Int) -> SQL {
        var conditions: SQL = "c.organisation = \(organisation)"
        if let kind = filter.kind { conditions = "\(conditions) AND c.kind = \(kind.rawValue)" }
        if let key = filter.classification { conditions = "\(conditions) AND c.classification = \(key)" }
        if let owner = filter.owner { conditions = "\(conditions) AND c.owner = \(owner)" }
        if filter.isIncomplete { conditions = "\(conditions) AND c.missing > 0" }
        if let after { conditions = "\(conditions) AND c.id < \(after)" }
        return """
            SELECT \(CustomerSummary.columns) FROM customer c
            WHERE \(conditions) AND \(reach.covers(unit: "c.unit", owner: "c.owner"))
            ORDER BY c.id DESC LIMIT \(limit: limit)
            """
    }

    /// The customers whose people or places have one of these values, with the name of each.
    func holders(of blinds: [(BlindIndex.Kind, [UInt8])]) throws -> [Holder] {
        var holders: [Holder] = []
        for kind in BlindIndex.Kind.allCases {
            let values = blinds.filter { $0.0 == kind }.map(\.1)
            for start in stride(from: 0, to: values.count, by: 500) {
                holders += try transaction.all(
                    """
                    SELECT n.blind, c.id, c.name, c.reference, c.unit, c.owner
                    FROM customer_identifier n
                    JOIN customer c ON c.organisation = n.organisation AND c.id = n.customer
                    WHERE n.organisation = \(organisation) AND n.kind = \(kind.rawValue)
                      AND n.blind IN \(list: Array(values[start..<min(start + 500, values.count)]))
                    """
                ) {
                    Holder(
                        kind: kind, blind: try $0[0], customer: try $0[1], name: try $0[2], reference: try $0[3],
                        unit: try $0[4], owner: try $0[5])
                }
            }
        }
        return holders
    }

    /// Who has an identifier.
    struct Holder {
        let kind: BlindIndex.Kind
        let blind: [UInt8]
        let customer: CustomerID
        let name: String
        let reference: String
        let unit: UnitID
        let owner: StaffID?
    }

    /// The unit of a member of staff who has not left; `nil` for anybody else.
    func unit(ofStaff staff: StaffID) throws -> UnitID? {
        try transaction.first(
            "SELECT unit FROM staff WHERE organisation = \(organisation) AND id = \(staff) AND left_on IS NULL"
        ) { try $0[0] as UnitID }
    }

    func has(unit: UnitID) throws -> Bool {
        try transaction.first(
            "SELECT 1 FROM unit WHERE organisation = \(organisation) AND id = \(unit) AND closed_at IS NULL"
        ) { _ in }
            != nil
    }

    func name(ofStaff staff: StaffID) throws -> String {
        try transaction.first("SELECT name FROM staff WHERE organisation = \(organisation) AND id = \(staff)") {
            try $0[0] as String
        } ?? ""
    }

    private static let personColumns: SQL = """
        id, role, relation, name, job, gender, birthday, birthday_is_lunar, best_time, hobbies, circumstances,
        phone_masked, email_masked, identity_masked, phone, email, identity_number
        """

    private static func person(_ row: Row) throws -> (Person, StoredFile.SealedNumbers) {
        guard let role = Person.Role(rawValue: try row[1]) else { throw StorageError.unreadable(column: 1) }
        let isLunar: Bool = try row[7]
        let person = Person(
            id: try row[0], role: role, relation: try row[2], name: try row[3], position: try row[4],
            gender: (try row[5] as String?).flatMap(Gender.init(rawValue:)),
            birthday: (try row[6] as String?).flatMap { Birthday(text: $0, isLunar: isLunar) },
            bestTime: try row[8], hobbies: try row[9], circumstances: try row[10], phone: try row[11],
            email: try row[12], identityNumber: try row[13])
        return (
            person,
            StoredFile.SealedNumbers(phone: try row[14], email: try row[15], identityNumber: try row[16])
        )
    }

    /// A customer's own row.
    private struct Head {
        static let columns: SQL = """
            c.id, c.reference, c.kind, c.name, c.unit, c.owner, c.classification, c.status, c.source, c.address,
            c.notes, c.created_at, c.updated_at, c.updated_by, c.revision
            """
        let customer: (OrganisationID, [Person]) -> Customer

        init(row: Row) throws {
            let id: CustomerID = try row[0]
            let reference: String = try row[1]
            guard let kind = Customer.Kind(rawValue: try row[2]) else { throw StorageError.unreadable(column: 2) }
            guard let status = Customer.Status(rawValue: try row[7]) else { throw StorageError.unreadable(column: 7) }
            let texts: [String] = try [3, 6, 8, 9, 10].map { try row.text($0) }
            let unit: UnitID = try row[4]
            let owner: StaffID? = try row[5]
            let createdAt: Instant = try row[11]
            let updatedAt: Instant = try row[12]
            let updatedBy: StaffID = try row[13]
            let revision: Int = try row[14]
            customer = { organisation, people in
                Customer(
                    id: id, organisation: organisation, reference: reference, kind: kind, name: texts[0],
                    unit: unit, owner: owner, classification: texts[1], status: status, source: texts[2],
                    address: texts[3], notes: texts[4], people: people, createdAt: createdAt, updatedAt: updatedAt,
                    updatedBy: updatedBy, revision: revision)
            }
        }
    }
}

extension CustomerSummary {
    static let columns: SQL = """
        c.id, c.reference, c.kind, c.name, c.unit, c.owner, c.classification, c.phone_masked, c.missing, c.updated_at
        """

    init(row: Row) throws {
        guard let kind = Customer.Kind(rawValue: try row[2]) else { throw StorageError.unreadable(column: 2) }
        self.init(
            id: try row[0], reference: try row[1], kind: kind, name: try row[3], unit: try row[4], owner: try row[5],
            classification: try row[6], phone: try row[7], missing: try row[8], updatedAt: try row[9])
    }
}
