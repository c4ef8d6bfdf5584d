import Organisations
import Primitives
public import Storage

/// Gives customers who were filed by an older version what they are found by today.
///
/// In small acts beside everything else, and from where it was left; nothing of a file itself changes, its revision
/// neither.
public struct SearchEdition: Sendable {
    /// Raised whenever `NameGrams` or `Glyph` give a name more than before, or less.
    ///
    /// 2: all readings of a character, initials from the middle; the file's number is no telephone's ending.
    static let current = 2
    private static let stretch = 200

    private let database: any Database

    public init(database: any Database) {
        self.database = database
    }

    /// Works through every company.
    /// - Returns: how many files were brought up to date.
    @discardableResult
    public func refresh() async throws -> Int {
        let organisations = try await database.read(.everyCompany) {
            try OrganisationStore($0).organisations().map(\.id)
        }
        var changed = 0
        for organisation in organisations {
            var isWhole = false
            while !isWhole {
                try Task.checkCancellation()
                let step = try await database.write(for: organisation) { try Self.step(of: organisation, $0) }
                changed += step.changed
                isWhole = step.isWhole
            }
        }
        return changed
    }

    private struct File {
        let id: CustomerID
        let name: String
        let reference: String
        let searchText: String
    }

    private static func step(
        of organisation: OrganisationID, _ transaction: any WriteTransaction
    ) throws -> (changed: Int, isWhole: Bool) {
        let mark = try transaction.first(
            "SELECT edition, through, is_whole FROM search_edition WHERE organisation = \(organisation)"
        ) { (edition: try $0[0] as Int, through: try $0[1] as CustomerID?, isWhole: try $0[2] as Bool) }
        if let mark, mark.edition >= current, mark.isWhole { return (0, true) }
        var after: SQL = ""
        if let mark, mark.edition == current, let through = mark.through { after = " AND id > \(through)" }
        let files = try transaction.all(
            """
            SELECT id, name, reference, search_text FROM customer
            WHERE organisation = \(organisation)\(after) ORDER BY id LIMIT \(limit: stretch)
            """
        ) { File(id: try $0[0], name: try $0[1], reference: try $0[2], searchText: try $0[3]) }
        var people: [CustomerID: [(name: String, phone: String)]] = [:]
        if !files.isEmpty {
            for (customer, name, phone) in try transaction.all(
                """
                SELECT customer, name, phone_masked FROM customer_person
                WHERE organisation = \(organisation) AND customer IN \(list: files.map(\.id))
                ORDER BY customer, position_in_file
                """, { (try $0[0] as CustomerID, try $0[1] as String, try $0[2] as String) })
            {
                people[customer, default: []].append((name, phone))
            }
        }
        let writer = CustomerWriter(transaction: transaction, organisation: organisation)
        var changed = 0
        var grams: [(gram: String, customer: CustomerID)] = []
        for file in files {
            let own = people[file.id] ?? []
            let names = [file.name] + own.map(\.name)
            let found = FileSealer.grams(names: names, phones: own.map(\.phone))
            grams += found.map { ($0, file.id) }
            let number = "d:" + file.reference.suffix(4)
            if !found.contains(number) { try writer.removeGrams([number], of: file.id) }
            let text = FileSealer.searchText(names: names)
            if text == file.searchText { continue }
            changed += 1
            try transaction.run(
                "UPDATE customer SET search_text = \(text) WHERE organisation = \(organisation) AND id = \(file.id)",
                changing: 1, orElse: .notFound("customer \(file.id)"))
        }
        try writer.insertGrams(
            grams.sorted { ($0.gram, $0.customer) < ($1.gram, $1.customer) }, " ON CONFLICT DO NOTHING")
        let isWhole = files.count < stretch
        let through = files.last?.id ?? mark?.through
        try transaction.run(
            """
            INSERT INTO search_edition (organisation, edition, through, is_whole)
            VALUES (\(organisation), \(current), \(through), \(isWhole))
            ON CONFLICT (organisation) DO UPDATE SET
                edition = excluded.edition, through = excluded.through, is_whole = excluded.is_whole
            """)
        return (changed, isWhole)
    }
}
