import Foundation
public import Organisations
import Policy
public import Primitives
import Storage

extension CustomerImport {
    /// Takes a run back: removes what it filed and restores what it changed; interrupted, it can be called again.
    ///
    /// A customer somebody worked on since, by a change of the file or an act of any other kind, is kept and named.
    /// - Throws: `Denial` without `customers.import` for each customer concerned; `ImportRefusal.alreadyUndone`.
    public func undo(
        _ run: ImportRun.ID, by principal: Principal,
        progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> UndoReport {
        _ = try principal.reach(.importCustomers)
        let total = try await database.write(for: principal.organisation) { transaction in
            let store = ImportStore(transaction: transaction, organisation: principal.organisation)
            let position = try store.find(run)
            if position.run.status == .undone { throw ImportRefusal.alreadyUndone }
            // A process that still imports stops at its next batch.
            if position.run.status == .running { try store.end(run, from: .running, as: .finished) }
            return position.run.filed + position.run.updated
        }
        var tally = Tally()
        while true {
            let before = tally
            let step = try await database.write(for: principal.organisation) {
                try undoBatch(run, before, principal, $0)
            }
            guard let step else { break }
            tally = step
            progress(tally.removed + tally.restored + tally.kept.count, total)
        }
        try await end(run, tally, principal)
        return UndoReport(removed: tally.removed, restored: tally.restored, kept: tally.kept.reversed())
    }

    /// How far an undo has come, from the last line upwards.
    private struct Tally: Sendable {
        var below = Int.max
        var removed = 0
        var restored = 0
        var kept: [UndoReport.Kept] = []
    }

    private func undoBatch(
        _ run: ImportRun.ID, _ tally: Tally, _ principal: Principal, _ transaction: any WriteTransaction
    ) throws -> Tally? {
        let store = ImportStore(transaction: transaction, organisation: principal.organisation)
        let rows = try store.rows(of: run, below: tally.below, limit: batch)
        guard let last = rows.last else { return nil }
        let isAsNew = try store.find(run).isAsNew
        var tally = tally
        var undone: [Int] = []
        for row in rows {
            guard try undo(row, isAsNew: isAsNew, principal, transaction) else {
                tally.kept.append(UndoReport.Kept(line: row.line, customer: row.customer))
                continue
            }
            undone.append(row.line)
            if row.act == .filed { tally.removed += 1 } else { tally.restored += 1 }
        }
        if !undone.isEmpty { try store.remove(undone, of: run) }
        tally.below = last.line
        return tally
    }

    /// False when the customer was worked on since.
    private func undo(
        _ row: ImportStore.Done, isAsNew: Bool, _ principal: Principal, _ transaction: any WriteTransaction
    ) throws -> Bool {
        let customers = CustomerStore(transaction: transaction, organisation: principal.organisation)
        let file = try customers.find(row.customer, within: .all)
        try permit(file.customer.unit, file.customer.owner, principal)
        guard file.customer.revision == row.revision else { return false }
        let writer = CustomerWriter(transaction: transaction, organisation: principal.organisation)
        if row.act == .filed {
            if try isWorkedOn(row.customer, principal, transaction) { return false }
            try writer.remove(file)
            if isAsNew { try recordRemoval(of: file.customer, principal, transaction) }
            return true
        }
        guard let sealed = row.snapshot else { return false }
        let bytes = try self.customers.cipher.open(sealed, at: place(row.customer, principal))
        let snapshot = try JSONDecoder().decode(FileSnapshot.self, from: Data(bytes))
        guard let draft = snapshot.draft(unit: file.customer.unit, owner: file.customer.owner) else { return false }
        let stamp = file.customer.stamp(at: transaction.now, by: principal.staff)
        let restored = try self.customers.sealer(principal.organisation).prepare(draft, stamp) {
            transaction.identifier()
        }
        try writer.update(restored, from: file)
        return true
    }

    /// What was filed as new opened duties; the event lets them be made void. Its words are erased.
    private func recordRemoval(
        of customer: Customer, _ principal: Principal, _ transaction: any WriteTransaction
    ) throws {
        let version = try customers.today(of: principal.organisation, in: transaction).charterVersion
        try customers.personKeys.destroy(for: customer.id, of: principal.organisation, in: transaction)
        try customers.journal.record(
            customers.draft("customer.removed", customer, version, by: principal), in: transaction)
    }

    /// Whether anything was recorded about the customer but its filing and the looking at it.
    private func isWorkedOn(
        _ customer: CustomerID, _ principal: Principal, _ transaction: any ReadTransaction
    ) throws -> Bool {
        let subject = Event.Subject("customer", customer)
        return try transaction.first(
            """
            SELECT 1 FROM event
            WHERE organisation = \(principal.organisation) AND subject_kind = \(subject.kind)
              AND subject = \(subject.id) AND nature = 'fact'
              AND type NOT IN ('customer.filed', 'customer.revealed')
            LIMIT 1
            """
        ) { _ in } != nil
    }

    private func end(_ run: ImportRun.ID, _ tally: Tally, _ principal: Principal) async throws {
        try await database.write(for: principal.organisation) { transaction in
            try ImportStore(transaction: transaction, organisation: principal.organisation)
                .end(run, from: .finished, as: .undone)
            let version = try customers.today(of: principal.organisation, in: transaction).charterVersion
            try customers.journal.record(
                EventDraft(
                    organisation: principal.organisation, type: "customers.import_undone",
                    subject: .company(principal.organisation), unit: principal.unit, actor: .staff(principal.staff),
                    charterVersion: version,
                    body: [
                        "run": .text(run.description), "removed": .integer(Int64(tally.removed)),
                        "restored": .integer(Int64(tally.restored)), "kept": .integer(Int64(tally.kept.count)),
                    ]), in: transaction)
        }
    }
}
