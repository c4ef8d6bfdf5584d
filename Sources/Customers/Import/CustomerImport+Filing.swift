import Foundation
import Organisations
import Policy
import Primitives
import Storage

extension CustomerImport {
    /// Files one batch in one transaction, with its event.
    func file(
        _ rows: [CustomerList.Row], of run: ImportRun.ID, from start: Int, _ options: ImportOptions, year: Int,
        _ principal: Principal
    ) async throws {
        let references = try await customers.references.next(
            rows.count, of: CustomerService.prefix, year: year, for: principal.organisation)
        try await database.write { transaction in
            let store = ImportStore(transaction: transaction, organisation: principal.organisation)
            let position = try store.find(run)
            guard position.next == start else { throw StorageError.changedMeanwhile("import \(run)") }
            let version = try customers.today(of: principal.organisation, in: transaction).charterVersion
            let matches = try matches(rows, principal.organisation, transaction)
            var filed: [(draft: CustomerDraft, file: PreparedFile)] = []
            var done: [ImportStore.Done] = []
            var updated = 0
            for (row, reference) in zip(rows, references) {
                if let holder = matches[row.line] {
                    let act = try meet(holder, row, options, version, principal, transaction)
                    if act.act == .updated { updated += 1 }
                    done.append(act)
                    continue
                }
                let file = try prepare(row.draft, reference, options, principal, transaction)
                filed.append((row.draft, file))
                done.append(
                    ImportStore.Done(line: row.line, customer: file.customer.id, act: .filed, revision: 1))
            }
            try CustomerWriter(transaction: transaction, organisation: principal.organisation).insert(filed.map(\.file))
            try store.add(done, to: run)
            try store.advance(position, to: start + rows.count, filed: filed.count, updated: updated)
            let lines = (rows.first?.line ?? 0, rows.last?.line ?? 0)
            try record(run, lines, filed.count, updated, options, version, principal, transaction)
            guard options.isAsNew else { return }
            for (draft, file) in filed {
                try customers.record(
                    "customer.filed", file.customer, draft.words(), version, by: principal, in: transaction)
            }
        }
    }

    /// The stored customers that rows of a list are about, by line.
    func matches(
        _ rows: [CustomerList.Row], _ organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> [Int: CustomerStore.Holder] {
        let sealer = customers.sealer(organisation)
        var blinds: [(line: Int, kind: BlindIndex.Kind, blind: [UInt8])] = []
        for row in rows {
            for value in row.values { blinds.append((row.line, value.kind, sealer.blind(value))) }
        }
        let holders = try CustomerStore(transaction: transaction, organisation: organisation)
            .holders(of: blinds.map { ($0.kind, $0.blind) })
        if holders.isEmpty { return [:] }
        let byBlind = Dictionary(grouping: holders) { [UInt8]($0.kind.rawValue.utf8) + $0.blind }
        let names = Dictionary(uniqueKeysWithValues: rows.map { ($0.line, $0.name) })
        var matches: [Int: CustomerStore.Holder] = [:]
        for (line, kind, blind) in blinds where matches[line] == nil {
            matches[line] = byBlind[[UInt8](kind.rawValue.utf8) + blind]?.first {
                kind == .identity || NameGrams.folded($0.name) == names[line]
            }
        }
        return matches
    }

    func mayUpdate(_ holder: CustomerStore.Holder, _ principal: Principal) -> Bool {
        [Action.readCustomers, .writeCustomers].allSatisfy {
            (try? principal.reach($0))?.covers(unit: holder.unit, owner: holder.owner) ?? false
        }
    }

    /// The fault of a row whose customer is stored; names the file only to who may read it.
    func skipped(
        _ line: Int, _ name: String, _ holder: CustomerStore.Holder, _ principal: Principal
    ) -> ImportFault {
        let mayRead = (try? principal.reach(.readCustomers))?.covers(unit: holder.unit, owner: holder.owner) ?? false
        return ImportFault(line: line, found: name, "duplicate.stored", [mayRead ? holder.reference : ""])
    }

    private func prepare(
        _ draft: CustomerDraft, _ reference: String, _ options: ImportOptions, _ principal: Principal,
        _ transaction: any WriteTransaction
    ) throws -> PreparedFile {
        try customers.sealer(principal.organisation).prepare(
            draft,
            FileSealer.Stamp(
                id: transaction.identifier(), reference: reference, unit: options.unit, owner: options.owner,
                createdAt: transaction.now, updatedAt: transaction.now, updatedBy: principal.staff, revision: 1)
        ) { transaction.identifier() }
    }

    /// A row whose customer is stored: skipped, or written into the stored file.
    private func meet(
        _ holder: CustomerStore.Holder, _ row: CustomerList.Row, _ options: ImportOptions, _ version: Int,
        _ principal: Principal, _ transaction: any WriteTransaction
    ) throws -> ImportStore.Done {
        let store = CustomerStore(transaction: transaction, organisation: principal.organisation)
        guard options.onMatch == .update, mayUpdate(holder, principal) else {
            return ImportStore.Done(line: row.line, customer: holder.customer, act: .skipped, revision: 0)
        }
        let sealer = customers.sealer(principal.organisation)
        let old = try store.find(holder.customer, within: .all)
        let before = try sealer.draft(of: old)
        let draft = before.filled(from: row.draft)
        let words = draft.words(changedFrom: before)
        let snapshot = try customers.cipher.seal(
            Array(try JSONEncoder().encode(FileSnapshot(before))), at: place(holder.customer, principal))
        if words.isEmpty {
            return ImportStore.Done(
                line: row.line, customer: holder.customer, act: .updated, snapshot: snapshot,
                revision: old.customer.revision)
        }
        let file = try sealer.prepare(draft, old.customer.stamp(at: transaction.now, by: principal.staff)) {
            transaction.identifier()
        }
        try CustomerWriter(transaction: transaction, organisation: principal.organisation).update(file, from: old)
        if options.isAsNew {
            try customers.record("customer.updated", file.customer, words, version, by: principal, in: transaction)
        }
        return ImportStore.Done(
            line: row.line, customer: holder.customer, act: .updated, snapshot: snapshot,
            revision: file.customer.revision)
    }

    func place(_ customer: CustomerID, _ principal: Principal) -> FieldCipher.Place {
        FieldCipher.Place(principal.organisation, column: "import_row.snapshot", row: customer)
    }

    /// One event a transaction; imported customers open no duties, so there is none for each.
    private func record(
        _ run: ImportRun.ID, _ lines: (first: Int, last: Int), _ filed: Int, _ updated: Int, _ options: ImportOptions,
        _ version: Int, _ principal: Principal, _ transaction: any WriteTransaction
    ) throws {
        try customers.journal.record(
            EventDraft(
                organisation: principal.organisation, type: "customers.imported",
                subject: .company(principal.organisation), unit: options.unit, actor: .staff(principal.staff),
                charterVersion: version,
                body: [
                    "run": .text(run.description), "from_line": .integer(Int64(lines.first)),
                    "to_line": .integer(Int64(lines.last)), "filed": .integer(Int64(filed)),
                    "updated": .integer(Int64(updated)), "as_new": .flag(options.isAsNew),
                ]), in: transaction)
    }
}

extension Event.Subject {
    /// The company itself; its number in the identifier's last eight bytes.
    static func company(_ organisation: OrganisationID) -> Event.Subject {
        Event.Subject(
            "organisation", Identifier<Event.Subject>(high: 0, low: UInt64(bitPattern: organisation.number)))
    }
}
