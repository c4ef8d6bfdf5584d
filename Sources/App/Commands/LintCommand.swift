import ArgumentParser
import CharterYAML
import Foundation
import Policy

struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Checks charters: every fault with its line; exit 1 on an error.")

    @Argument(help: "The charters to check.") var files: [String]
    @Flag(help: "Print how many clauses are executed, shown and planned.") var coverage = false
    @Flag(help: "Print faults, or with --coverage the coverage, as JSON.") var json = false
    @Flag(help: "Print no warnings.") var quiet = false
    @Option(help: "The language of the messages: en, zh-Hans or zh-Hant; the terminal's without it.")
    var language: String?

    func run() throws {
        let language = try Language.asked(language)
        let reader = try CharterFiles(resources: Settings.resourcesNow(), clock: SystemClock.now)
        var charters: [(file: String, charter: Charter)] = []
        var hasErrors = false
        var warnings = 0
        var told: [Line] = []
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                let (english, chinese) = ("the file cannot be read", "文件读不到")
                if json {
                    told.append(Line(unreadable: file, message: Sentence.choose(english, chinese, language)))
                } else {
                    Sentence.say("\(file): error: \(english)", "\(file): 错误：\(chinese)", in: language)
                }
                hasErrors = true
                continue
            }
            let result = reader.read(Array(data), file: file)
            for fault in result.faults where fault.severity == .error || !quiet {
                if json { told.append(Line(fault, in: language)) } else { print(fault.text(in: language)) }
            }
            warnings += result.warnings.count
            if let charter = result.charter { charters.append((file, charter)) } else { hasErrors = true }
        }
        if coverage {
            let table = Coverage.table(of: charters)
            print(json ? table.json : table.text)
        } else if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(told), as: UTF8.self))
        }
        if hasErrors { throw ExitCode(1) }
        if !coverage, !json {
            Sentence.say(
                "\(files.count) charter\(files.count == 1 ? "" : "s"), no errors, "
                    + "\(warnings) warning\(warnings == 1 ? "" : "s")",
                "\(files.count)本制度，没有错误，\(warnings)处提醒", in: language)
        }
    }

    /// A fault for programs; a list without faults is `[]`.
    private struct Line: Encodable {
        let file: String
        let line: Int
        let column: Int
        let key: String
        /// `error` or `warning`.
        let severity: String
        let code: String
        let message: String
        let nearest: String?

        init(_ fault: Fault, in language: Language) {
            file = fault.file
            line = fault.line
            column = fault.column
            key = fault.path
            severity = fault.severity.rawValue
            code = fault.code.rawValue
            message = fault.sentence(in: language)
            nearest = fault.suggestion
        }

        init(unreadable file: String, message: String) {
            self.file = file
            (line, column, key, severity, code) = (0, 0, "", Fault.Severity.error.rawValue, "unreadable")
            self.message = message
            nearest = nil
        }
    }
}

extension Settings {
    static func resourcesNow() throws -> String {
        try ProcessInfo.processInfo.environment["CHARTER_RESOURCES"] ?? findResources()
    }
}
