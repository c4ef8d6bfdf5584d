import Crypto
import Foundation
public import Organisations
import Policy
public import Primitives
import Storage

/// Imports customer lists: previewed, taken up again after a crash, and undone.
public struct CustomerImport: Sendable {
    let customers: CustomerService
    /// How many rows are filed in one transaction; short, because everybody else's writes wait for it.
    let batch: Int

    public init(customers: CustomerService, batch: Int = 500) {
        self.customers = customers
        self.batch = batch
    }

    var database: any Database { customers.database }

    /// Says what an import would do, and writes nothing.
    /// - Throws: `ImportRefusal`; `Denial` without `customers.import` for that unit and owner.
    public func preview(_ bytes: [UInt8], options: ImportOptions, by principal: Principal) async throws -> ImportReport
    {
        let list = try await list(bytes, options, principal).list
        var faults = list.faults
        var updated = 0
        for start in stride(from: 0, to: list.rows.count, by: 500) {
            let rows = list.rows[start..<min(start + 500, list.rows.count)]
            let sealer = customers.sealer(principal.organisation)
            let wanted = rows.map { row in
                Wanted(line: row.line, name: row.name, blinds: row.values.map { ($0.kind, sealer.blind($0)) })
            }
            let stored = try await database.read(for: principal.organisation) {
                try matches(wanted, principal.organisation, $0)
            }
            for row in rows {
                guard let holder = stored[row.line] else { continue }
                if options.onMatch == .update, mayUpdate(holder, principal) {
                    updated += 1
                } else {
                    faults.append(skipped(row.line, row.draft.name, holder, principal))
                }
            }
        }
        let skipped = faults.count - list.faults.count
        return ImportReport(
            run: nil, encoding: list.encoding, mapping: list.mapping, rows: list.total,
            filed: list.rows.count - updated - skipped, updated: updated,
            faults: faults.sorted { $0.line < $1.line }, remarks: list.remarks, resumedAt: nil)
    }

    /// Imports a list; the same file with the same options goes on where it was interrupted.
    /// - Parameters:
    ///   - fileName: for people to recognise the run by.
    ///   - progress: rows done and rows to do, after each transaction.
    /// - Throws: `ImportRefusal`; `Denial` without `customers.import` for that unit and owner.
    public func run(
        _ bytes: [UInt8], fileName: String, options: ImportOptions, by principal: Principal,
        progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> ImportReport {
        let (list, day) = try await list(bytes, options, principal)
        if let refusal = list.mapping.refusals.first { throw refusal }
        let begun = try await begin(fileName, fingerprint(bytes, options), options, list, principal)
        progress(begun.start, list.rows.count)
        let work = Work(begun: begun, list: list, options: options, year: day.year, principal: principal)
        var current = try await prepare(from: begun.start, of: work)
        while let batch = current {
            try Task.checkCancellation()
            // While one batch is written the next is encrypted.
            async let following = prepare(from: batch.end, of: work)
            try await file(batch, of: work)
            progress(batch.end, list.rows.count)
            current = try await following
        }
        return try await finish(begun.run, list, resumedAt: begun.start == 0 ? nil : begun.start, principal)
    }

    /// The runs within the caller's reach, newest first: a run is its starter's own, and belongs to their unit.
    /// - Throws: `Denial` without `customers.import`.
    public func runs(
        before: ImportRun.ID? = nil, limit: Int = 50, by principal: Principal
    ) async throws -> [ImportRun] {
        let visible = try Self.visible(to: principal)
        let rest: SQL = before.map { "id < \($0)" } ?? "1 = 1"
        return try await database.read(for: principal.organisation) { transaction in
            try transaction.all(
                """
                SELECT \(ImportStore.columns) FROM import_run
                WHERE organisation = \(principal.organisation) AND \(visible) AND \(rest)
                ORDER BY id DESC LIMIT \(limit: max(limit, 1))
                """
            ) { try ImportStore.position($0).run }
        }
    }

    /// One of them.
    /// - Throws: `Denial` without `customers.import`; `.notFound` beyond the caller's reach.
    public func find(_ run: ImportRun.ID, by principal: Principal) async throws -> ImportRun {
        let visible = try Self.visible(to: principal)
        return try await database.read(for: principal.organisation) { transaction in
            try transaction.one(
                """
                SELECT \(ImportStore.columns) FROM import_run
                WHERE organisation = \(principal.organisation) AND id = \(run) AND \(visible)
                """, orElse: "import \(run)"
            ) { try ImportStore.position($0).run }
        }
    }

    private static func visible(to principal: Principal) throws -> SQL {
        let unit: SQL = """
            (SELECT staff.unit FROM staff
             WHERE staff.organisation = import_run.organisation AND staff.id = import_run.started_by)
            """
        return try principal.reach(.importCustomers).covers(unit: unit, owner: "started_by")
    }

    /// Asks the permission and reads the file.
    private func list(
        _ bytes: [UInt8], _ options: ImportOptions, _ principal: Principal
    ) async throws -> (list: CustomerList, day: CalendarDay) {
        try permit(options.unit, options.owner, principal)
        let day = try await database.read(for: principal.organisation) { transaction in
            try keepers(options, principal, transaction)
            return try customers.today(of: principal.organisation, in: transaction).day
        }
        return (try await CustomerList.read(bytes, options: options, today: day), day)
    }

    func permit(_ unit: UnitID, _ owner: StaffID?, _ principal: Principal) throws {
        guard try principal.reach(.importCustomers).covers(unit: unit, owner: owner) else {
            throw Denial(action: .importCustomers, beyond: principal)
        }
    }

    /// - Throws: `FormFaults` when unit or owner is not of this company.
    private func keepers(_ options: ImportOptions, _ principal: Principal, _ transaction: any ReadTransaction) throws {
        let store = CustomerStore(transaction: transaction, organisation: principal.organisation)
        var faults = FormFaults()
        if try !store.has(unit: options.unit) { faults.add("unit", .unknownReference) }
        if try store.unit(ofStaff: options.owner) == nil { faults.add("owner", .unknownReference) }
        try faults.check()
    }

    private func fingerprint(_ bytes: [UInt8], _ options: ImportOptions) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: bytes)
        let columns = options.columns.map { "\($0.key)=\($0.value.rawValue)" }.sorted()
        let words = [
            options.unit.description, options.owner.description, options.onMatch.rawValue,
            options.isAsNew ? "new" : "", options.encoding?.rawValue ?? "",
        ]
        hash.update(data: Array((words + columns).joined(separator: "|").utf8))
        return Array(hash.finalize())
    }

    private func begin(
        _ fileName: String, _ fingerprint: [UInt8], _ options: ImportOptions, _ list: CustomerList,
        _ principal: Principal
    ) async throws -> Begun {
        try await database.write(for: principal.organisation) { transaction in
            let store = ImportStore(transaction: transaction, organisation: principal.organisation)
            let run: ImportRun.ID
            var start = 0
            if let position = try store.find(fingerprint: fingerprint) {
                if position.run.status == .finished { throw ImportRefusal.alreadyImported(position.run.id) }
                (run, start) = (position.run.id, position.next)
            } else {
                run = try store.start(
                    String(fileName.prefix(200)), fingerprint: fingerprint, isAsNew: options.isAsNew,
                    by: principal.staff)
            }
            let identifiers = list.rows.map { row in
                Begun.Identifiers(
                    customer: transaction.identifier(), people: row.draft.people.map { _ in transaction.identifier() })
            }
            return Begun(run: run, start: start, at: transaction.now, identifiers: identifiers)
        }
    }

    private func finish(
        _ run: ImportRun.ID, _ list: CustomerList, resumedAt: Int?, _ principal: Principal
    ) async throws -> ImportReport {
        try await database.write(for: principal.organisation) { transaction in
            let store = ImportStore(transaction: transaction, organisation: principal.organisation)
            try store.end(run, from: .running, as: .finished)
            let position = try store.find(run)
            let names = Dictionary(uniqueKeysWithValues: list.rows.map { ($0.line, $0.draft.name) })
            let skipped = try store.skipped(by: run).map { done in
                let reference = try transaction.first(
                    """
                    SELECT c.reference FROM customer c
                    WHERE c.organisation = \(principal.organisation) AND c.id = \(done.customer)
                      AND \((try? principal.reach(.readCustomers))?.covers(unit: "c.unit", owner: "c.owner") ?? "1 = 0")
                    """
                ) { try $0[0] as String }
                return ImportFault(
                    line: done.line, found: names[done.line] ?? "", "duplicate.stored", [reference ?? ""])
            }
            return ImportReport(
                run: run, encoding: list.encoding, mapping: list.mapping, rows: list.total,
                filed: position.run.filed, updated: position.run.updated,
                faults: (list.faults + skipped).sorted { $0.line < $1.line }, remarks: list.remarks,
                resumedAt: resumedAt)
        }
    }
}
