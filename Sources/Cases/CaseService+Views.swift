public import Organisations
import Policy
public import Primitives
public import Storage

extension CaseService {
    /// Of one person.
    static let mostViews = 40

    /// The reader's own views, and those that colleagues share with the reader's unit; oldest first, the own before.
    public func views(for principal: Principal) async throws -> [CaseView] {
        guard principal.can(.readCases) else { return [] }
        return try await database.read(for: principal.organisation) { transaction in
            let own = try transaction.all(
                """
                SELECT \(CaseView.columns) FROM case_view
                WHERE organisation = \(principal.organisation) AND owner = \(principal.staff) ORDER BY id
                """, CaseView.init(row:))
            let shared = try transaction.all(
                """
                SELECT \(CaseView.columns) FROM case_view
                WHERE organisation = \(principal.organisation) AND unit = \(principal.unit)
                  AND owner <> \(principal.staff)
                ORDER BY id LIMIT 40
                """, CaseView.init(row:))
            return own + shared
        }
    }

    /// Keeps a list under a name.
    /// - Parameter filter: the parameters of its address, as they were read.
    /// - Throws: `Denial`, `FormFaults`, `CaseListRefusal.tooManyViews`.
    public func keepView(
        _ title: String, filter: String, isShared: Bool, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> CaseView {
        _ = try principal.reach(.readCases)
        let id: CaseView.ID = transaction.identifier()
        try check(title, of: id, principal, transaction)
        let count = try transaction.one(
            """
            SELECT count(*) FROM case_view
            WHERE organisation = \(principal.organisation) AND owner = \(principal.staff)
            """, orElse: "count"
        ) { try $0[0] as Int }
        if count >= Self.mostViews { throw CaseListRefusal.tooManyViews(most: Self.mostViews) }
        try transaction.run(
            """
            INSERT INTO case_view (organisation, id, owner, unit, title, filter, created_at)
            VALUES (\(principal.organisation), \(id), \(principal.staff), \(isShared ? principal.unit : nil), \(title),
                \(filter), \(transaction.now))
            """)
        return try view(id, of: principal, transaction)
    }

    /// Gives one's own view another name, and shares it with one's unit or no longer.
    /// - Throws: `.notFound` also for a colleague's view; `.changedMeanwhile`, `FormFaults`.
    public func changeView(
        _ id: CaseView.ID, title: String, isShared: Bool, revision: Int?, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> CaseView {
        let old = try view(id, of: principal, transaction)
        try check(title, of: id, principal, transaction)
        if let revision, revision != old.revision { throw StorageError.changedMeanwhile("view \(id)") }
        try transaction.run(
            """
            UPDATE case_view SET title = \(title), unit = \(isShared ? principal.unit : nil), revision = revision + 1
            WHERE organisation = \(principal.organisation) AND id = \(id) AND revision = \(old.revision)
            """, changing: 1, orElse: .changedMeanwhile("view \(id)"))
        return try view(id, of: principal, transaction)
    }

    public func removeView(
        _ id: CaseView.ID, by principal: Principal, in transaction: any WriteTransaction
    ) throws {
        _ = try view(id, of: principal, transaction)
        try transaction.run(
            "DELETE FROM case_view WHERE organisation = \(principal.organisation) AND id = \(id)", changing: 1,
            orElse: .changedMeanwhile("view \(id)"))
    }

    private func view(
        _ id: CaseView.ID, of principal: Principal, _ transaction: any ReadTransaction
    ) throws -> CaseView {
        _ = try principal.reach(.readCases)
        return try transaction.one(
            """
            SELECT \(CaseView.columns) FROM case_view
            WHERE organisation = \(principal.organisation) AND id = \(id) AND owner = \(principal.staff)
            """, orElse: "view \(id)", CaseView.init(row:))
    }

    private func check(
        _ title: String, of id: CaseView.ID, _ principal: Principal, _ transaction: any ReadTransaction
    ) throws {
        var faults = FormFaults()
        if title.allSatisfy(\.isWhitespace) { faults.add("title", .missing) }
        if title.unicodeScalars.count > 60 { faults.add("title", .tooLong(maximum: 60)) }
        if title.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            faults.add("title", .unreadable)
        }
        let isTaken = try transaction.first(
            """
            SELECT 1 FROM case_view
            WHERE organisation = \(principal.organisation) AND owner = \(principal.staff) AND title = \(title)
              AND id <> \(id)
            """
        ) { _ in true }
        if isTaken == true { faults.add("title", .taken) }
        try faults.check()
    }
}
