import Organisations
import Primitives
import Storage

/// Writes customers' rows; many at a time, because an import files thousands.
struct CustomerWriter {
    let transaction: any WriteTransaction
    let organisation: OrganisationID

    func insert(_ files: [PreparedFile]) throws {
        try insert(
            "customer",
            """
            organisation, id, reference, kind, name, search_text, unit, owner, classification, status, source,
            address, notes, phone_masked, missing, created_at, updated_at, updated_by, revision
            """, files.map(customerRow))
        try insert("customer_person", CustomerWriter.personColumns, files.flatMap(personRows))
        try insertIdentifiers(files)
        // In the order of the key, so that neighbours are written to one page.
        let grams = files.flatMap { file in file.grams.map { (gram: $0, customer: file.customer.id) } }
            .sorted { ($0.gram, $0.customer) < ($1.gram, $1.customer) }
        try insertGrams(grams)
    }

    /// Replaces a stored file.
    /// - Throws: `.changedMeanwhile` when the stored revision is not the one that `old` has.
    func update(_ new: PreparedFile, from old: StoredFile) throws {
        let customer = new.customer
        try transaction.run(
            """
            UPDATE customer
            SET kind = \(customer.kind.rawValue), name = \(customer.name), search_text = \(new.searchText),
                unit = \(customer.unit), owner = \(customer.owner), classification = \(customer.classification),
                status = \(customer.status.rawValue), source = \(customer.source), address = \(customer.address),
                notes = \(customer.notes), phone_masked = \(customer.firstPhone),
                missing = \(Completeness(customer).missing.count), updated_at = \(customer.updatedAt),
                updated_by = \(customer.updatedBy), revision = \(customer.revision)
            WHERE organisation = \(organisation) AND id = \(customer.id) AND revision = \(old.customer.revision)
            """, changing: 1, orElse: .changedMeanwhile("customer \(customer.id)"))
        try remove(people: old.customer.people.map(\.id), keeping: Set(customer.people.map(\.id)))
        try insert(
            "customer_person", CustomerWriter.personColumns, personRows(new),
            """
             ON CONFLICT (organisation, id) DO UPDATE SET
                position_in_file = excluded.position_in_file, role = excluded.role, relation = excluded.relation,
                name = excluded.name, job = excluded.job, gender = excluded.gender, birthday = excluded.birthday,
                birthday_is_lunar = excluded.birthday_is_lunar, best_time = excluded.best_time,
                hobbies = excluded.hobbies, circumstances = excluded.circumstances, phone = excluded.phone,
                phone_masked = excluded.phone_masked, email = excluded.email, email_masked = excluded.email_masked,
                identity_number = excluded.identity_number, identity_masked = excluded.identity_masked
            """)
        try insertIdentifiers([new])
        let before = Set(FileSealer.grams(old.customer))
        let after = Set(new.grams)
        try removeGrams(Array(before.subtracting(after)), of: customer.id)
        try insertGrams(after.subtracting(before).sorted().map { ($0, customer.id) })
    }

    /// Takes a file out altogether; only an undone import does.
    func remove(_ file: StoredFile) throws {
        let id = file.customer.id
        try removeGrams(FileSealer.grams(file.customer), of: id)
        try remove(people: file.customer.people.map(\.id), keeping: [])
        try transaction.run(
            """
            DELETE FROM customer
            WHERE organisation = \(organisation) AND id = \(id) AND revision = \(file.customer.revision)
            """, changing: 1, orElse: .changedMeanwhile("customer \(id)"))
    }

    private func remove(people: [Person.ID], keeping kept: Set<Person.ID>) throws {
        try transaction.run(
            "DELETE FROM customer_identifier WHERE organisation = \(organisation) AND person IN \(list: people)")
        let gone = people.filter { !kept.contains($0) }
        if gone.isEmpty { return }
        try transaction.run(
            "DELETE FROM customer_person WHERE organisation = \(organisation) AND id IN \(list: gone)")
    }

    func removeGrams(_ grams: [String], of customer: CustomerID) throws {
        if grams.isEmpty { return }
        try transaction.run(
            """
            DELETE FROM customer_gram
            WHERE organisation = \(organisation) AND gram IN \(list: grams) AND customer = \(customer)
            """)
    }

    func insertGrams(_ grams: [(gram: String, customer: CustomerID)], _ ending: SQL = "") throws {
        try insert(
            "customer_gram", "organisation, gram, customer",
            grams.map { [organisation.value, .text($0.gram), $0.customer.value] }, ending)
    }

    private func insertIdentifiers(_ files: [PreparedFile]) throws {
        try insert(
            "customer_identifier", "organisation, kind, blind, person, customer",
            files.flatMap { file in
                file.identifiers.map {
                    [
                        organisation.value, .text($0.kind.rawValue), .bytes($0.blind), $0.person.value,
                        file.customer.id.value,
                    ]
                }
            }, " ON CONFLICT DO NOTHING")
    }

    /// Inserts rows in statements of at most 100 each, which the engine keeps prepared.
    func insert(_ table: SQL, _ columns: SQL, _ rows: [[Value]], _ ending: SQL = "") throws {
        for start in stride(from: 0, to: rows.count, by: 100) {
            var values = SQL.Interpolation(literalCapacity: 0, interpolationCount: 1000)
            for (number, row) in rows[start..<min(start + 100, rows.count)].enumerated() {
                values.appendLiteral(number == 0 ? "(" : ", (")
                for (column, value) in row.enumerated() {
                    if column > 0 { values.appendLiteral(", ") }
                    values.appendInterpolation(value)
                }
                values.appendLiteral(")")
            }
            try transaction.run("INSERT INTO \(table) (\(columns)) VALUES \(SQL(stringInterpolation: values))\(ending)")
        }
    }

    private func customerRow(_ file: PreparedFile) -> [Value] {
        let customer = file.customer
        return [
            organisation.value, customer.id.value, .text(customer.reference), .text(customer.kind.rawValue),
            .text(customer.name), .text(file.searchText), customer.unit.value, customer.owner.value,
            .text(customer.classification), .text(customer.status.rawValue), .text(customer.source),
            .text(customer.address), .text(customer.notes), .text(customer.firstPhone),
            Completeness(customer).missing.count.value, customer.createdAt.value, customer.updatedAt.value,
            customer.updatedBy.value, customer.revision.value,
        ]
    }

    private static let personColumns: SQL = """
        organisation, id, customer, position_in_file, role, relation, name, job, gender, birthday, birthday_is_lunar,
        best_time, hobbies, circumstances, phone, phone_masked, email, email_masked, identity_number, identity_masked
        """

    private func personRows(_ file: PreparedFile) -> [[Value]] {
        zip(file.customer.people, file.file.sealed).enumerated().map { position, pair in
            let (person, sealed) = pair
            return [
                organisation.value, person.id.value, file.customer.id.value, position.value,
                .text(person.role.rawValue), .text(person.relation), .text(person.name), .text(person.position),
                (person.gender?.rawValue).value, (person.birthday?.text).value,
                (person.birthday?.isLunar ?? false).value, .text(person.bestTime), .text(person.hobbies),
                .text(person.circumstances), sealed.phone.value, .text(person.phone), sealed.email.value,
                .text(person.email), sealed.identityNumber.value, .text(person.identityNumber),
            ]
        }
    }
}

extension Customer {
    /// The first telephone in the file, masked; of a company its own before those of its people.
    var firstPhone: String {
        people.lazy.compactMap { $0.phone.split(separator: "、").first.map(String.init) }.first ?? ""
    }
}
