import ArgumentParser
import CharterYAML
import Customers
import Foundation
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import StorageSQLite
import Web

struct TickCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tick", abstract: "Lets the clock work once: breaches, escalations, cadences.")

    @OptionGroup var options: DataOptions

    func run() async throws {
        let desktop = try Desktop(try await options.settings())
        let tally = try await desktop.services.clockWork.tick()
        print("\(tally.breaches) breaches, \(tally.escalations) escalations, \(tally.occurrences) occurrences")
        try await desktop.close()
    }
}

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes a bearer token for the API, shown this once.")

    @OptionGroup var options: DataOptions
    @Option(help: "Whose permissions the token has.") var login: String
    @Option(help: "What the token is for.") var title = "command line"
    @Option(help: "Days until it ends; without it, never.") var days: Int?
    @Option(help: "Actions such as cases.read; all of the person's without it.") var scope: [String] = []

    func run() async throws {
        let desktop = try Desktop(try await options.settings())
        let principal = try await desktop.principal(login: login)
        var scopes: Set<Action> = []
        for word in scope {
            guard let action = Action(rawValue: word) else {
                let near = nearestWord(to: word, among: Action.allCases.map(\.rawValue))
                throw ValidationError("--scope \(word) is no action" + (near.map { "; did you mean \($0)?" } ?? ""))
            }
            scopes.insert(action)
        }
        if scopes.isEmpty { scopes = Set(principal.may.keys) }
        print(try await desktop.services.signIn.issueToken(title: title, scopes: scopes, days: days, by: principal))
        try await desktop.close()
    }
}

struct AdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Adopts a further version of a company's charter.")

    @OptionGroup var options: DataOptions
    @Option(help: "Who adopts it.") var login: String
    @Argument(help: "The charter's file.") var file: String

    func run() async throws {
        let desktop = try Desktop(try await options.settings())
        guard let data = FileManager.default.contents(atPath: file) else { throw Stop("\(file) cannot be read") }
        let result = desktop.charterFiles.read(Array(data), file: file)
        for fault in result.faults { print(fault.description) }
        guard let charter = result.charter else { throw ExitCode(1) }
        let principal = try await desktop.principal(login: login)
        do {
            try await desktop.services.organisations.adopt(
                charter, text: String(decoding: data, as: UTF8.self), by: principal)
        } catch let faults as FormFaults {
            guard case .belowMinimum(let least)? = faults.faults.first?.problem else { throw faults }
            throw Stop("version \(charter.version) is not above the adopted ones; write \(least) or more")
        }
        print("adopted \(charter.name) version \(charter.version), in force from \(charter.effective)")
        try await desktop.close()
    }
}

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the whole database to a file, while it serves.")

    @OptionGroup var options: DataOptions
    @Argument(help: "The new file.") var file: String

    func run() async throws {
        let settings = try await options.settings()
        let desktop = try Desktop(settings)
        do {
            try await desktop.database.backup(to: file)
        } catch BackupRefusal.exists(let path) {
            throw Stop("\(path) exists already; name another file")
        }
        try await desktop.close()
        print("backed up to \(file). The key is not in it: keep a copy of \(settings.keyFile) apart.")
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Makes a database of a backup, in an empty data folder.")

    @OptionGroup var options: DataOptions
    @Flag(inversion: .prefixedNo, help: "Prove the backup before it is used.") var verify = true
    @Argument(help: "The backup.") var file: String

    func run() async throws {
        let settings = try await options.settings()
        try FileManager.default.createDirectory(atPath: settings.data, withIntermediateDirectories: true)
        do {
            let verification = try await SQLiteDatabase.restore(
                from: file, to: settings.database, migrations: Desktop.migrations, clock: SystemClock.now,
                identifiers: SystemClock.identifiers(), verify: verify)
            print("restored to \(settings.database)" + (verification.map { ": \($0.events) events verified" } ?? ""))
            if !FileManager.default.fileExists(atPath: settings.keyFile), settings.keyText == nil {
                print("put the key that belongs to it at \(settings.keyFile) before the first start")
            }
        } catch BackupRefusal.exists(let path) {
            throw Stop("\(path) exists already: restore into an empty data folder")
        } catch BackupRefusal.faulty(let verification) {
            VerifyCommand.show(verification)
            throw Stop("the backup is damaged and nothing was restored; --no-verify restores it all the same")
        }
    }
}

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Proves that nothing in the journal was altered or removed.")

    @OptionGroup var options: DataOptions

    func run() async throws {
        let desktop = try Desktop(try await options.settings())
        _ = try await Sequencer(database: desktop.database, holder: "verify").sealPending()
        let verification = try await Verifier(database: desktop.database, check: desktop.database).verify()
        let duties = try await desktop.services.obligations.accountFor()
        Self.show(verification)
        for fault in duties.faults { print(fault) }
        try await desktop.close()
        guard verification.isSound, duties.faults.isEmpty else { throw ExitCode(1) }
        print(
            "sound: \(verification.events) events in \(verification.heads.count) journals, \(duties.count) obligations accounted for"
        )
    }

    static func show(_ verification: Verification) {
        for fault in verification.faults { print(fault) }
    }
}

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Imports lists, and takes imports back.",
        subcommands: [Customers.self, Undo.self, Runs.self])

    struct Customers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Imports customers from a CSV in UTF-8 or GB18030; every fault with its line.")

        @OptionGroup var options: DataOptions
        @Option(help: "Who imports; the customers become theirs.") var login: String
        @Flag(help: "Only say what would happen.") var dryRun = false
        @Flag(help: "Treat them as newly filed: the duties of a new file open.") var asNew = false
        @Option(help: "A column that the program does not know: HEADING=field.") var map: [String] = []
        @Option(help: "utf-8 or gb18030; found out without it.") var encoding: String?
        @Option(help: "The language of the report: en, zh-Hans or zh-Hant.") var language = "zh-Hans"
        @Argument(help: "The file.") var file: String

        func run() async throws {
            guard let language = Language(rawValue: language) else {
                throw ValidationError("--language is en, zh-Hans or zh-Hant")
            }
            let desktop = try Desktop(try await options.settings())
            let principal = try await desktop.principal(login: login)
            guard let data = FileManager.default.contents(atPath: file) else { throw Stop("\(file) cannot be read") }
            var columns: [String: ImportField] = [:]
            for pair in map {
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, let field = ImportField(rawValue: parts[1]) else {
                    throw ValidationError(
                        "--map wants HEADING=field, with a field of: "
                            + ImportField.allCases.map(\.rawValue).joined(separator: ", "))
                }
                columns[parts[0]] = field
            }
            var known: ImportEncoding?
            if let encoding {
                guard let found = ImportEncoding(rawValue: encoding) else {
                    throw ValidationError(
                        "--encoding is " + ImportEncoding.allCases.map(\.rawValue).joined(separator: " or "))
                }
                known = found
            }
            let importer = CustomerImport(customers: desktop.services.customers)
            let choices = ImportOptions(
                unit: principal.unit, owner: principal.staff, encoding: known, columns: columns, isAsNew: asNew)
            do {
                let report =
                    dryRun
                    ? try await importer.preview(Array(data), options: choices, by: principal)
                    : try await importer.run(
                        Array(data), fileName: URL(fileURLWithPath: file).lastPathComponent, options: choices,
                        by: principal, progress: ProgressBar.show)
                Self.show(report, language: language, dryRun: dryRun)
            } catch let refusal as ImportRefusal {
                throw Stop("nothing was imported: " + refusal.sentence)
            }
            try await desktop.close()
        }

        private static func show(_ report: ImportReport, language: Language, dryRun: Bool) {
            for fault in report.faults { print(fault.words(in: language)) }
            for remark in report.remarks { print(remark.words(in: language)) }
            let verb = dryRun ? "would be filed" : "filed"
            print(
                "\(report.rows) rows, \(report.encoding.rawValue): \(report.filed) \(verb), \(report.updated) updated, \(Set(report.faults.map(\.line)).count) with faults, \(report.remarks.count) remarks"
            )
            if let run = report.run { print("take it back with: charter import undo \(run)") }
        }
    }

    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Takes an import back.")

        @OptionGroup var options: DataOptions
        @Option(help: "Who takes it back.") var login: String
        @Argument(help: "The import's ID.") var run: String

        func run() async throws {
            guard let id = ImportRun.ID(run) else { throw ValidationError("\(run) is not the ID of an import") }
            let desktop = try Desktop(try await options.settings())
            let principal = try await desktop.principal(login: login)
            do {
                let report = try await CustomerImport(customers: desktop.services.customers).undo(
                    id, by: principal, progress: ProgressBar.show)
                for kept in report.kept { print("line \(kept.line): kept, somebody has worked on it since") }
                print("\(report.removed) removed, \(report.restored) restored, \(report.kept.count) kept")
            } catch ImportRefusal.alreadyUndone {
                throw Stop("that import was taken back already")
            } catch StorageError.notFound {
                throw Stop("there is no import \(run); 'charter import runs' lists them")
            }
            try await desktop.close()
        }
    }

    struct Runs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the imports.")

        @OptionGroup var options: DataOptions
        @Option(help: "Who asks.") var login: String

        func run() async throws {
            let desktop = try Desktop(try await options.settings())
            let principal = try await desktop.principal(login: login)
            for run in try await CustomerImport(customers: desktop.services.customers).runs(by: principal) {
                print(
                    "\(run.id)  \(run.startedAt.rfc3339)  \(run.status.rawValue)  \(run.filed) filed  \(run.updated) updated  \(run.fileName)"
                )
            }
            try await desktop.close()
        }
    }
}

extension ImportRefusal {
    var sentence: String {
        switch self {
        case .empty: "the file is empty"
        case .notText(let kind): "it is not a text file" + (kind.isEmpty ? "" : " but \(kind)") + "; save it as CSV"
        case .unknownColumns(let names):
            "these columns are unknown: \(names.joined(separator: ", ")); name their fields with --map"
        case .doubledColumns(let fields):
            "two columns claim the same field: \(fields.map(\.rawValue).joined(separator: ", "))"
        case .noName: "no column holds the customer's name; name it with --map HEADING=name"
        case .alreadyImported(let run): "this file was imported before, as \(run); take that back first"
        case .alreadyUndone: "that import was taken back already"
        }
    }
}

/// A bar on the terminal.
enum ProgressBar {
    static let show: @Sendable (Int, Int) -> Void = { done, total in
        guard isatty(2) == 1, total > 0 else { return }
        let width = 40 * done / total
        let bar = String(repeating: "█", count: width) + String(repeating: "·", count: 40 - width)
        FileHandle.standardError.write(Data("\r\(bar) \(done)/\(total)\(done == total ? "\n" : "")".utf8))
    }
}
