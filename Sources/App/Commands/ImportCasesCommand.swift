import ArgumentParser
import Cases
import Customers
import Foundation
import Policy
import Primitives
import Web

extension ImportCommand {
    struct Cases: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Opens cases from a CSV, such as a marketplace's reviews; each row once, every fault with its line.")

        @OptionGroup var options: DataOptions
        @Option(help: "Who imports; the post must be one that may begin such cases.") var login: String
        @Option(help: "The charter's key of the workflow.") var workflow: String
        @Option(help: "Where a field of the workflow's first form stands: FIELD=HEADING.") var map: [String] = []
        @Option(help: "What a field says in every row: FIELD=TEXT; a customer by the number of the file.")
        var set: [String] = []
        @Option(help: "Only rows with that text there: HEADING=TEXT.") var only: [String] = []
        @Flag(help: "Only say what would happen.") var dryRun = false
        @Option(help: "utf-8 or gb18030; found out without it.") var encoding: String?
        @Option(help: "The language of the report: en, zh-Hans or zh-Hant; the terminal's without it.")
        var language: String?
        @Argument(help: "The file.") var file: String

        func run() async throws {
            let language = try Language.asked(language)
            let choices = CaseImport.Options(
                workflow: workflow, columns: try Self.pairs(map, of: "--map", ("FIELD=HEADING", "字段=列名")),
                constants: try Self.pairs(set, of: "--set", ("FIELD=TEXT", "字段=内容")),
                only: try Self.pairs(only, of: "--only", ("HEADING=TEXT", "列名=内容")),
                encoding: try ImportEncoding.asked(encoding))
            let data = try AdoptCommand.contents(of: file)
            let settings = try await options.settings()
            let desktop = try await Desktop.open(settings)
            let importer = CaseImport(desktop.services.cases)
            let report = try await desktop.act(as: login) { principal in
                try await importer.run(
                    Array(data), options: choices, by: principal, isDryRun: dryRun, progress: ProgressBar.show)
            }
            try await desktop.close()
            try show(report, language, words: WordFiles.read(resources: settings.resources)[language])
        }

        private static func pairs(
            _ texts: [String], of option: String, _ expected: (String, String)
        ) throws -> [String: String] {
            try texts.reduce(into: [:]) { pairs, text in
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, pairs[parts[0]] == nil else {
                    throw Stop.misuse(option, text, expected: expected)
                }
                pairs[parts[0]] = parts[1]
            }
        }

        private func show(_ report: CaseImport.Report, _ language: Language, words: Words) {
            for fault in report.faults {
                switch fault.reason {
                case .unreadable(let fault): print(fault.sentence(in: language))
                case .form(let faults):
                    for item in faults { print(Self.sentence(item, line: fault.line, words: words)) }
                }
            }
            Sentence.say(
                "\(report.rows) rows, \(report.encoding.rawValue): \(report.opened) cases \(dryRun ? "would be opened" : "opened"), \(report.known) known already, \(report.passedOver) passed over, \(report.faults.count) with faults",
                "\(report.rows)行，\(report.encoding.rawValue)：\(dryRun ? "将登记" : "已登记")\(report.opened)件，先前已登记\(report.known)件，不取\(report.passedOver)行，有错\(report.faults.count)行",
                in: language)
        }

        /// What stands in a cell may be about a person, so only its beginning is shown.
        private static func sentence(
            _ item: (fault: FormFault, heading: String?, found: String), line: Int, words: Words
        ) -> String {
            let place = item.heading.map { "\($0) → \(item.fault.field)" } ?? item.fault.field
            let found = item.found.count > 20 ? item.found.prefix(19) + "…" : item.found
            let problem = item.fault.problem.text(words)
            return words.language == .english
                ? "line \(line), \(place): \(problem)" + (found.isEmpty ? "" : ", found \"\(found)\"")
                : "第\(line)行，\(place)：\(problem)" + (found.isEmpty ? "" : "，写的是“\(found)”")
        }
    }
}
