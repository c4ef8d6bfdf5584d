import ArgumentParser
import Cases
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
        let desktop = try await Desktop.open(try await options.settings())
        let tally = try await desktop.services.clockWork.tick()
        Sentence.say(
            "\(tally.breaches) breaches, \(tally.escalations) escalations, \(tally.occurrences) occurrences",
            "逾期\(tally.breaches)件，上报\(tally.escalations)件，周期待办开出\(tally.occurrences)件", in: .ofTerminal())
        try await desktop.close()
    }
}

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes a bearer token for the API, shown this once.")

    @OptionGroup var options: DataOptions
    @Option(help: "Whose permissions the token has.") var login: String
    @Option(help: "What the token is for.") var title = "command line"
    @Option(parsing: .unconditional, help: "Days until it ends, 1 to 3650; without it, never.") var days: String?
    @Option(help: "Actions such as cases.read; all of the person's without it.") var scope: [String] = []

    func run() async throws {
        let days = try days.map { text in
            guard let days = Int(text), (1...3650).contains(days) else {
                throw Stop.misuse("--days", text, expected: ("1 to 3650", "1 到 3650"))
            }
            return days
        }
        var scopes: Set<Action> = []
        for word in scope {
            guard let action = Action(rawValue: word) else {
                throw Stop.misuse(
                    "--scope", word, expected: ("an action such as cases.read", "权限，例如 cases.read"),
                    near: nearestWord(to: word, among: Action.allCases.map(\.rawValue)))
            }
            scopes.insert(action)
        }
        let desktop = try await Desktop.open(try await options.settings())
        let token = try await desktop.act(as: login) { [scopes] principal in
            try await desktop.services.signIn.issueToken(
                title: title, scopes: scopes.isEmpty ? Set(principal.may.keys) : scopes, days: days, by: principal)
        }
        print(token)
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
        let desktop = try await Desktop.open(try await options.settings())
        let data = try Self.contents(of: file)
        let result = desktop.charterFiles.read(Array(data), file: file)
        for fault in result.faults { print(fault.text(in: .ofTerminal())) }
        guard let charter = result.charter else { throw ExitCode(1) }
        let adoption: Adoption
        do {
            adoption = try await desktop.act(as: login) { principal in
                try await desktop.services.organisations.adopt(
                    charter, text: String(decoding: data, as: UTF8.self), by: principal)
            }
        } catch let faults as FormFaults {
            guard case .belowMinimum(let least)? = faults.faults.first?.problem else { throw faults }
            throw Stop(
                "version \(charter.version) is not above the adopted ones; write \(least) or more",
                "第\(charter.version)版不高于已施行的各版；请写\(least)或更大")
        }
        Self.tell(adoption, of: charter)
        try await desktop.close()
    }

    private static func tell(_ adoption: Adoption, of charter: Charter) {
        let language = Language.ofTerminal()
        let day = charter.calendar.zone.local(adoption.effective).day
        let because = adoption.isAtOnce && charter.effective != day
        Sentence.say(
            "adopted \(charter.name) version \(charter.version), in force from \(day)"
                + (because ? ", at once, since \(charter.effective) has passed" : ""),
            "已采用 \(charter.name) 第\(charter.version)版，\(day)起施行"
                + (because ? "：\(charter.effective)已过，即刻施行" : ""), in: language)
        for version in adoption.overtaken {
            Sentence.say(
                "version \(version) no longer comes into force: the higher number wins",
                "第\(version)版不再施行：以版本号高的为准", in: language)
        }
    }
}

extension AdoptCommand {
    /// A file that was named as an argument.
    static func contents(of file: String) throws -> Data {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else {
            throw Stop("there is no file \(file)", "没有文件 \(file)")
        }
        if isFolder.boolValue { throw Stop("\(file) is a folder; name a file", "\(file) 是文件夹；请指定文件") }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Stop("\(file) may not be read by whoever runs this", "无权读取 \(file)")
        }
        return data
    }
}

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the whole database to a file, while it serves.")

    @OptionGroup var options: DataOptions
    @Argument(help: "The new file.") var file: String

    func run() async throws {
        let settings = try await options.settings()
        try settings.needFile(for: "pg_basebackup")
        let desktop = try await Desktop.open(settings)
        guard case .sqlite(let database) = desktop.engine else { return }
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw Stop(
                "there is no folder \(folder): make it, or name another file", "没有文件夹 \(folder)：请先建好，或换一个文件名")
        }
        let attachments = desktop.engine.attachments
        try await database.backup(to: file) { part in
            let copy = try Engine.open(at: part, settings)
            do {
                // The one file holds them too; a folder beside it might be left behind.
                _ = try await AttachmentAccount.copy(
                    of: copy.database, from: attachments, to: AttachmentRows(copy.database))
            } catch {
                try? await copy.close()
                throw error
            }
            try await copy.close()
        }
        try await desktop.close()
        Sentence.say(
            "backed up to \(file). The key is not in it: keep a copy of \(settings.keyFile) apart.",
            "已备份到 \(file)。密钥不在其中：请另存一份 \(settings.keyFile)。", in: .ofTerminal())
    }
}

extension Settings {
    /// Refuses a command that copies the folder's file where a server keeps the data.
    func needFile(for tool: String) throws {
        guard address == nil else {
            throw Stop(
                "the data is in PostgreSQL, which has tools of its own: use \(tool), then 'charter verify'",
                "数据在 PostgreSQL 里，请用它自己的工具 \(tool)，然后执行 charter verify")
        }
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
        try settings.needFile(for: "pg_basebackup, pg_verifybackup")
        guard FileManager.default.fileExists(atPath: file) else {
            throw Stop("there is no backup at \(file)", "\(file) 没有备份")
        }
        try settings.makeFolder()
        let hasKey = settings.keyText != nil || FileManager.default.fileExists(atPath: settings.keyFile)
        let keys = hasKey ? try settings.keys(isNew: false) : nil
        do {
            // Those of another database: nothing is mixed with them, and a failure must not take them away.
            let files = AttachmentFolder(beside: settings.database)
            if FileManager.default.fileExists(atPath: files.path) { throw BackupRefusal.exists(path: files.path) }
            let verification = try await SQLiteDatabase.restore(
                from: file, to: settings.database, migrations: Desktop.migrations, clock: SystemClock.now,
                identifiers: SystemClock.identifiers(), verify: verify
            ) { database in
                if let keys { try await settings.confirm(keys, in: database) }
                return try await Desktop.accountFor(
                    database, attachments: AttachmentRows(database), settings: settings
                ).faults.map { $0.text(in: .ofTerminal()) }
            } unpack: { database in
                try await Self.unpack(database, beside: settings.database)
            }
            Sentence.say(
                "restored to \(settings.database)" + (verification.map { ": \($0.events) events verified" } ?? ""),
                "已恢复到 \(settings.database)" + (verification.map { "：核对了\($0.events)个事件" } ?? ""), in: .ofTerminal())
            if !hasKey {
                Sentence.say(
                    "put the key that belongs to it at \(settings.keyFile) before the first start",
                    "首次启动前请把它的密钥放到 \(settings.keyFile)", in: .ofTerminal())
            }
        } catch StorageError.file(.damaged, _) {
            throw Stop(
                "the backup \(file) is damaged or cut off, and nothing was restored: take another backup",
                "备份 \(file) 已损坏或不完整，什么也没有恢复：请换一份备份")
        } catch BackupRefusal.exists(let path) {
            throw Stop("\(path) exists already: restore into an empty data folder", "\(path) 已经存在：请恢复到空的数据文件夹")
        } catch BackupRefusal.faulty(let verification, let account) {
            VerifyCommand.show(verification, account)
            throw BackupRefusal.faulty(verification, account: account)
        }
    }
}

extension RestoreCommand {
    /// Brings the attachments that the backup holds to where a database in a file has them.
    private static func unpack(_ database: SQLiteDatabase, beside path: String) async throws {
        let folder = AttachmentFolder(beside: path)
        do {
            let rows = AttachmentRows(database)
            if try await AttachmentAccount.copy(of: database, from: rows, to: folder) > 0 {
                try await rows.empty()
            }
        } catch {
            folder.discard()
            throw error
        }
    }
}

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Proves that nothing in the journal was altered or removed.")

    @OptionGroup var options: DataOptions

    func run() async throws {
        let desktop = try await Desktop.open(try await options.settings())
        _ = try await desktop.sequencer.sealPending()
        let proof = try await Desktop.prove(desktop.engine, settings: desktop.settings)
        Self.show(proof.verification, proof.account.map { $0.text(in: .ofTerminal()) })
        try await desktop.close()
        guard proof.verification.isSound, proof.account.isEmpty else { throw ExitCode(1) }
        let (events, journals) = (proof.verification.events, proof.verification.heads.count)
        Sentence.say(
            "sound: \(events) events in \(journals) journals, \(proof.obligations) obligations accounted for",
            "完好：\(journals)本日志共\(events)个事件，\(proof.obligations)件待办都对得上", in: .ofTerminal())
    }

    static func show(_ verification: Verification, _ account: [String]) {
        let language = Language.ofTerminal()
        for fault in verification.faults { print(fault.text(in: language)) }
        for fault in account { print(fault) }
    }
}

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Imports lists, and takes imports back.",
        subcommands: [Customers.self, Cases.self, Undo.self, Runs.self])

    struct Customers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Imports customers from a CSV in UTF-8 or GB18030; every fault with its line.")

        @OptionGroup var options: DataOptions
        @Option(help: "Who imports; the customers become theirs.") var login: String
        @Flag(help: "Only say what would happen.") var dryRun = false
        @Flag(help: "Treat them as newly filed: the duties of a new file open.") var asNew = false
        @Flag(help: "Write what the list says into files that are there already; undo restores them.")
        var update = false
        @Option(help: "A column that the program does not know: HEADING=field.") var map: [String] = []
        @Option(help: "utf-8 or gb18030; found out without it.") var encoding: String?
        @Option(help: "The language of the report: en, zh-Hans or zh-Hant; the terminal's without it.")
        var language: String?
        @Argument(help: "The file.") var file: String

        func run() async throws {
            let language = try Language.asked(language)
            let (columns, known) = (try fields(), try ImportEncoding.asked(encoding))
            let desktop = try await Desktop.open(try await options.settings())
            let data = try AdoptCommand.contents(of: file)
            let importer = CustomerImport(customers: desktop.services.customers)
            let report = try await desktop.act(as: login) { principal in
                let choices = ImportOptions(
                    unit: principal.unit, owner: principal.staff, encoding: known, columns: columns,
                    onMatch: update ? .update : .skip, isAsNew: asNew)
                return dryRun
                    ? try await importer.preview(Array(data), options: choices, by: principal)
                    : try await importer.run(
                        Array(data), fileName: URL(fileURLWithPath: file).lastPathComponent, options: choices,
                        by: principal, progress: ProgressBar.show)
            }
            let isRefused = Self.show(report, language: language, dryRun: dryRun)
            try await desktop.close()
            if isRefused { throw ExitCode.failure }
        }

        /// The fields of the columns that `--map` names.
        private func fields() throws -> [String: ImportField] {
            let fields = ImportField.allCases.map(\.rawValue)
            var columns: [String: ImportField] = [:]
            for pair in map {
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, let field = ImportField(rawValue: parts[1]) else {
                    throw Stop.misuse(
                        "--map", pair,
                        expected: (
                            "HEADING=field, with a field of: " + fields.joined(separator: ", "),
                            "列名=字段，字段为：" + fields.joined(separator: "、")
                        ), near: parts.count == 2 ? nearestWord(to: parts[1], among: fields) : nil)
                }
                columns[parts[0]] = field
            }
            return columns
        }

        /// - Returns: whether the import itself will be refused.
        private static func show(_ report: ImportReport, language: Language, dryRun: Bool) -> Bool {
            for fault in report.faults + report.remarks { print(fault.sentence(in: language)) }
            // A preview goes on where the import itself would stop.
            let obstacles = report.mapping.refusals
            for obstacle in obstacles {
                let words = obstacle.words
                Sentence.say(
                    "the import will be refused: \(words.english)", "导入会被拒绝：\(words.chinese)", in: language)
            }
            let faulty = Set(report.faults.map(\.line)).count
            Sentence.say(
                "\(report.rows) rows, \(report.encoding.rawValue): \(report.filed) \(dryRun ? "would be filed" : "filed"), \(report.updated) updated, \(faulty) with faults, \(report.remarks.count) remarks",
                "\(report.rows)行，\(report.encoding.rawValue)：\(dryRun ? "将建档" : "已建档")\(report.filed)行，更新\(report.updated)行，有错\(faulty)行，备注\(report.remarks.count)处",
                in: language)
            if let run = report.run {
                Sentence.say(
                    "take it back with: charter import undo \(run)", "如需撤回：charter import undo \(run)", in: language)
            }
            return !obstacles.isEmpty
        }
    }

    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Takes an import back.")

        @OptionGroup var options: DataOptions
        @Option(help: "Who takes it back.") var login: String
        @Option(help: "The language of the report: en, zh-Hans or zh-Hant; the terminal's without it.")
        var language: String?
        @Argument(help: "The import's ID.") var run: String

        func run() async throws {
            let language = try Language.asked(language)
            guard let id = ImportRun.ID(run) else {
                throw Stop.misuse(
                    "“\(run)” is not the ID of an import; 'charter import runs' lists them",
                    "“\(run)”不是导入的编号；charter import runs 可列出")
            }
            let desktop = try await Desktop.open(try await options.settings())
            do {
                let report = try await desktop.act(as: login) { principal in
                    try await CustomerImport(customers: desktop.services.customers).undo(
                        id, by: principal, progress: ProgressBar.show)
                }
                for kept in report.kept {
                    Sentence.say(
                        "line \(kept.line): kept, somebody has worked on it since", "第\(kept.line)行：保留，此后有人动过",
                        in: language)
                }
                Sentence.say(
                    "\(report.removed) removed, \(report.restored) restored, \(report.kept.count) kept",
                    "撤销\(report.removed)行，复原\(report.restored)行，保留\(report.kept.count)行", in: language)
            } catch ImportRefusal.alreadyUndone {
                let words = ImportRefusal.alreadyUndone.words
                throw Stop(words.english, words.chinese)
            } catch StorageError.notFound {
                throw Stop(
                    "there is no import \(run); 'charter import runs' lists them",
                    "没有 \(run) 这次导入；charter import runs 可列出")
            }
            try await desktop.close()
        }
    }

    struct Runs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the imports.")

        @OptionGroup var options: DataOptions
        @Option(help: "Who asks.") var login: String

        func run() async throws {
            let desktop = try await Desktop.open(try await options.settings())
            let runs = try await desktop.act(as: login) { principal in
                try await CustomerImport(customers: desktop.services.customers).runs(by: principal)
            }
            for run in runs {
                let (start, language) = ("\(run.id)  \(run.startedAt.rfc3339)", Language.ofTerminal())
                Sentence.say(
                    "\(start)  \(run.status.words.english)  \(run.filed) filed  \(run.updated) updated  \(run.fileName)",
                    "\(start)  \(run.status.words.chinese)  建档\(run.filed)  更新\(run.updated)  \(run.fileName)",
                    in: language)
            }
            try await desktop.close()
        }
    }
}

extension ImportRun.Status {
    fileprivate var words: (english: String, chinese: String) {
        switch self {
        case .running: ("running", "进行中")
        case .finished: ("finished", "已完成")
        case .undone: ("undone", "已撤回")
        }
    }
}

extension ImportRefusal {
    var words: (english: String, chinese: String) {
        switch self {
        case .empty: ("the file is empty", "文件是空的")
        case .headingsOnly:
            ("the file has headings and no row below them", "文件只有列名，下面一行也没有")
        case .notText(let kind):
            (
                "this is not a text file" + (kind.isEmpty ? "" : " but \(kind)") + "; save it as CSV",
                "这不是文本文件" + (kind.isEmpty ? "" : "（\(kind)）") + "；请另存为 CSV"
            )
        case .unknownColumns(let names):
            (
                "these columns are unknown: \(names.joined(separator: ", ")); name their fields with --map",
                "不认识这些列：\(names.joined(separator: "、"))；请用 --map 指明字段"
            )
        case .doubledColumns(let fields):
            (
                "two columns claim the same field: \(fields.map(\.rawValue).joined(separator: ", "))",
                "有两列对应同一字段：\(fields.map(\.rawValue).joined(separator: "、"))"
            )
        case .noName:
            (
                "no column holds the customer's name; name it with --map HEADING=name",
                "没有哪一列是客户姓名；请用 --map 列名=name 指明"
            )
        case .alreadyImported(let run):
            ("this file was imported before, as \(run); take that back first", "这个文件导入过了（\(run)）；请先撤回那一次")
        case .alreadyUndone: ("that import was taken back already", "那次导入已经撤回")
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

extension ImportEncoding {
    /// - Throws: `Stop` for a word that names none.
    static func asked(_ word: String?) throws -> ImportEncoding? {
        guard let word else { return nil }
        guard let known = ImportEncoding(word: word) else {
            let words = allCases.map(\.word)
            throw Stop.misuse(
                "--encoding", word, expected: (words.joined(separator: " or "), words.joined(separator: " 或 ")))
        }
        return known
    }
}
