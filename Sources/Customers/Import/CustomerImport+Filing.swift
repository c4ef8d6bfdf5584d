import Foundation
import Organisations
import Policy
import Primitives
import Storage

extension CustomerImport {
    /// A run that is under way.
    struct Begun: Sendable {
        let run: ImportRun.ID
        /// Index of the first row to file.
        let start: Int
        let at: Instant
        /// For each row of the list; drawn at once, so that rows can be prepared outside of a transaction.
        let identifiers: [Identifiers]

        struct Identifiers: Sendable {
            let customer: CustomerID
            let people: [Person.ID]
        }
    }

    /// What all batches of a run share.
    struct Work: Sendable {
        let begun: Begun
        let list: CustomerList
        let options: ImportOptions
        let year: Int
        let principal: Principal

        var organisation: OrganisationID { principal.organisation }
    }

    /// Rows ready to be written.
    struct Batch: Sendable {
        let start: Int
        let rows: [CustomerList.Row]
        /// One for each row.
        let files: [PreparedFile]

        var end: Int { start + rows.count }
    }

    /// Encrypts the next rows, outside of any transaction; `nil` at the end.
    func prepare(from start: Int, of work: Work) async throws -> Batch? {
        let range = start..<min(start + batch, work.list.rows.count)
        if range.isEmpty { return nil }
        let references = try await customers.references.next(
            range.count, of: CustomerService.prefix, year: work.year, for: work.organisation)
        let sealer = customers.sealer(work.organisation)
        let files = try zip(range, references).map { index, reference in
            let identifiers = work.begun.identifiers[index]
            var people = identifiers.people.makeIterator()
            return try sealer.prepare(
                work.list.rows[index].draft,
                FileSealer.Stamp(
                    id: identifiers.customer, reference: reference, unit: work.options.unit,
                    owner: work.options.owner, createdAt: work.begun.at, updatedAt: work.begun.at,
                    updatedBy: work.principal.staff, revision: 1)
                // One was drawn for each of the row's people, so the second choice never comes.
            ) { people.next() ?? Person.ID(identifiers.customer) }
        }
        return Batch(start: start, rows: Array(work.list.rows[range]), files: files)
    }

    /// Files one batch in one transaction, with its event.
    func file(_ batch: Batch, of work: Work) async throws {
        let options = work.options
        let principal = work.principal
        let run = work.begun.run
        try await database.write(for: work.organisation) { transaction in
            let store = ImportStore(transaction: transaction, organisation: work.organisation)
            let position = try store.find(run)
            guard position.next == batch.start else { throw StorageError.changedMeanwhile("import \(run)") }
            let version = try customers.today(of: work.organisation, in: transaction).charterVersion
            let wanted = zip(batch.rows, batch.files).map { row, file in
                Wanted(line: row.line, name: row.name, blinds: file.identifiers.map { ($0.kind, $0.blind) })
            }
            let matches = try matches(wanted, work.organisation, transaction)
            var filed: [(draft: CustomerDraft, file: PreparedFile)] = []
            var done: [ImportStore.Done] = []
            for (row, file) in zip(batch.rows, batch.files) {
                if let holder = matches[row.line] {
                    done.append(try meet(holder, row, options, version, principal, transaction))
                } else {
                    filed.append((row.draft, file))
                    done.append(
                        ImportStore.Done(line: row.line, customer: file.customer.id, act: .filed, revision: 1))
                }
            }
            let updated = done.count { $0.act == .updated }
            try CustomerWriter(transaction: transaction, organisation: work.organisation).insert(filed.map(\.file))
            try store.add(done, to: run)
            try store.advance(position, to: batch.end, filed: filed.count, updated: updated)
            let lines = (batch.rows.first?.line ?? 0, batch.rows.last?.line ?? 0)
            try record(run, lines, filed.count, updated, options, version, principal, transaction)
            guard options.isAsNew else { return }
            for (draft, file) in filed {
                try customers.record(
                    "customer.filed", file.customer, draft.words(), version, by: principal, in: transaction)
            }
        }
    }

    /// A row whose customer may be stored already.
    struct Wanted: Sendable {
        let line: Int
        /// Folded.
        let name: String
        let blinds: [(BlindIndex.Kind, [UInt8])]
    }

    /// The stored customers that rows of a list are about, by line.
    func matches(
        _ rows: [Wanted], _ organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> [Int: CustomerStore.Holder] {
        let holders = try CustomerStore(transaction: transaction, organisation: organisation)
            .holders(of: rows.flatMap(\.blinds))
        if holders.isEmpty { return [:] }
        let byBlind = Dictionary(grouping: holders) { [UInt8]($0.kind.rawValue.utf8) + $0.blind }
        var matches: [Int: CustomerStore.Holder] = [:]
        for row in rows {
            for (kind, blind) in row.blinds where matches[row.line] == nil {
                matches[row.line] = byBlind[[UInt8](kind.rawValue.utf8) + blind]?.first {
                    kind == .identity || NameGrams.folded($0.name) == row.name
                }
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
            try customers.record(
                "customer.updated", file.customer, words, former: before.former(words.keys), version, by: principal,
                in: transaction)
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
