import Crypto
public import Customers
import Foundation
public import Organisations
public import Policy
import Primitives
import Storage

/// Opens cases from the rows of a table, such as the reviews that a marketplace hands out every day.
///
/// Each row passes the guards of its workflow and its form, as on the page. A row that was taken once is known again by
/// its columns, whichever file it comes in; where a file has the same row twice, the second is another one.
public struct CaseImport: Sendable {
    private let cases: CaseService

    public init(_ cases: CaseService) { self.cases = cases }

    /// What stands where, and which rows are meant.
    public struct Options: Sendable {
        public let workflow: String
        /// Field → heading.
        public var columns: [String: String]
        /// Field → what it says in every row.
        public var constants: [String: String]
        /// Heading → the text that a row has there to be meant.
        public var only: [String: String]
        public var encoding: ImportEncoding?

        public init(
            workflow: String, columns: [String: String], constants: [String: String] = [:],
            only: [String: String] = [:], encoding: ImportEncoding? = nil
        ) {
            self.workflow = workflow
            self.columns = columns
            self.constants = constants
            self.only = only
            self.encoding = encoding
        }
    }

    /// Why nothing is imported at all.
    public enum Refusal: Error, Sendable, Equatable {
        /// These are not in the file.
        case unknownHeadings([String], known: [String])
        /// The workflow's first form has none of these.
        case unknownFields([String], known: [String])
    }

    /// A row that opened no case, and why.
    public struct Fault: Sendable {
        public let line: Int
        public let reason: Reason

        public enum Reason: Sendable {
            case unreadable(ImportFault)
            /// Per field, with its heading where a column stands for it, and what was found there.
            case form([(fault: FormFault, heading: String?, found: String)])
        }
    }

    public struct Report: Sendable {
        public let encoding: ImportEncoding
        /// All under the heading.
        public var rows = 0
        /// Those that `only` leaves out.
        public var passedOver = 0
        /// Taken by an earlier import.
        public var known = 0
        /// Opened, or in a dry run those that would be.
        public var opened = 0
        public var faults: [Fault] = []
    }

    /// - Parameter isDryRun: writes nothing; what other rows of the file would change is not seen by it.
    /// - Throws: `ImportRefusal`, `Refusal`, `WorkflowRefusal` where the post may not begin such cases, `Denial`.
    public func run(
        _ bytes: [UInt8], options: Options, by principal: Principal, isDryRun: Bool = false,
        progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> Report {
        let table = try CSVTable(bytes, encoding: options.encoding)
        let form = try await form(options, table, principal)
        var report = Report(encoding: table.encoding)
        report.rows = table.rows.count + table.faults.count
        report.faults = table.faults.map { Fault(line: $0.line, reason: .unreadable($0)) }
        let places = Places(table.headings, options)
        var twins: [[String: String]: Int] = [:]
        for (index, row) in table.rows.enumerated() {
            try Task.checkCancellation()
            if index % 50 == 0 { progress(index, table.rows.count) }
            guard places.means(row) else {
                report.passedOver += 1
                continue
            }
            let own = places.fields(of: row)
            twins[own, default: 0] += 1
            let written = options.constants.merging(own) { $1 }
            let fingerprint = Self.fingerprint(own, twins[own] ?? 1, options.workflow)
            do {
                if try await take(written, fingerprint, form, options, by: principal, isDryRun: isDryRun) {
                    report.opened += 1
                } else {
                    report.known += 1
                }
            } catch let faults as FormFaults {
                report.faults.append(
                    Fault(
                        line: row.line,
                        reason: .form(
                            faults.faults.map { ($0, options.columns[$0.field], written[$0.field] ?? "") })))
            }
        }
        progress(table.rows.count, table.rows.count)
        report.faults.sort { $0.line < $1.line }
        return report
    }

    /// The form that the rows fill in.
    private func form(_ options: Options, _ table: CSVTable, _ principal: Principal) async throws -> Form {
        _ = try principal.reach(.actOnCases)
        let form = try await cases.database.read(for: principal.organisation) { [cases] transaction in
            let charter = try cases.charters.inForce(
                for: principal.organisation, at: transaction.now, in: transaction)
            guard let workflow = charter.workflow(options.workflow), let form = charter.form(workflow.start.form)
            else { throw WorkflowRefusal(.unknownWorkflow(options.workflow), []) }
            _ = try workflow.decideStart(by: principal.post)
            return form
        }
        let fields = form.fields.map(\.key)
        let strangers = (Array(options.columns.keys) + options.constants.keys).filter { !fields.contains($0) }
        if !strangers.isEmpty { throw Refusal.unknownFields(strangers.sorted(), known: fields) }
        let missing = (Array(options.columns.values) + options.only.keys).filter { !table.headings.contains($0) }
        if !missing.isEmpty { throw Refusal.unknownHeadings(missing.sorted(), known: table.headings) }
        return form
    }

    /// - Returns: whether the row was new.
    private func take(
        _ written: [String: String], _ fingerprint: [UInt8], _ form: Form, _ options: Options,
        by principal: Principal, isDryRun: Bool
    ) async throws -> Bool {
        let (isKnown, input) = try await cases.database.read(for: principal.organisation) { transaction in
            (
                try Self.isKnown(fingerprint, principal.organisation, transaction),
                try Self.input(written, form, principal.organisation, transaction)
            )
        }
        if isKnown { return false }
        if isDryRun {
            try await cases.database.read(for: principal.organisation) { [cases] transaction in
                let charter = try cases.charters.inForce(
                    for: principal.organisation, at: transaction.now, in: transaction)
                let fields = try form.parse(input, zone: charter.calendar.zone, at: transaction.now)
                try cases.pointed.check(fields, by: form.fields, for: principal, in: transaction)
            }
            return true
        }
        let registration = try await cases.prepare(options.workflow, input: input, by: principal)
        return try await cases.database.write(for: principal.organisation) { [cases] transaction in
            // Somebody may import the same file beside this one.
            if try Self.isKnown(fingerprint, principal.organisation, transaction) { return false }
            let matter = try cases.start(registration, by: principal, in: transaction)
            try transaction.run(
                """
                INSERT INTO case_import (organisation, fingerprint, matter, imported_at)
                VALUES (\(principal.organisation), \(fingerprint), \(matter.id), \(transaction.now))
                """)
            return true
        }
    }

    private static func isKnown(
        _ fingerprint: [UInt8], _ organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> Bool {
        try transaction.first(
            "SELECT 1 FROM case_import WHERE organisation = \(organisation) AND fingerprint = \(fingerprint)"
        ) { try $0[0] as Int } != nil
    }

    /// What people write, as the form takes it: a choice by its title, a customer by the number of the file.
    private static func input(
        _ written: [String: String], _ form: Form, _ organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> Fields {
        var input: Fields = [:]
        for (key, text) in written {
            switch form.field(key)?.kind {
            case .choice(let choices):
                let meant = choices.first { choice in
                    choice.key == text || Language.allCases.contains { choice.title[$0] == text }
                }
                input[key] = .text(meant?.key ?? text)
            case .customer:
                let found = try CustomerDirectory(transaction, organisation).identifier(ofReference: text)
                input[key] = .text(found?.description ?? text)
            default: input[key] = .text(text)
            }
        }
        return input
    }

    /// The same for the same content and for no other: each piece carries its length.
    private static func fingerprint(_ row: [String: String], _ ordinal: Int, _ workflow: String) -> [UInt8] {
        var hash = SHA256()
        for piece in [workflow, String(ordinal)] + row.sorted(by: { $0.key < $1.key }).flatMap({ [$0.key, $0.value] }) {
            hash.update(data: Array("\(piece.utf8.count):\(piece)".utf8))
        }
        return Array(hash.finalize())
    }

    /// Where in a row each field stands.
    private struct Places {
        private let columns: [(field: String, index: Int)]
        private let only: [(index: Int, text: String)]

        init(_ headings: [String], _ options: Options) {
            columns = options.columns.compactMap { field, heading in
                headings.firstIndex(of: heading).map { (field, $0) }
            }
            only = options.only.compactMap { heading, text in headings.firstIndex(of: heading).map { ($0, text) } }
        }

        func means(_ row: CSVTable.Row) -> Bool { only.allSatisfy { row.cells[$0.index] == $0.text } }

        /// An empty cell is a field that was not filled in.
        func fields(of row: CSVTable.Row) -> [String: String] {
            var fields: [String: String] = [:]
            for (field, index) in columns where !row.cells[index].allSatisfy(\.isWhitespace) {
                fields[field] = row.cells[index]
            }
            return fields
        }
    }
}
