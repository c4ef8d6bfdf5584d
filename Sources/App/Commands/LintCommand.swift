import ArgumentParser
import CharterYAML
import Foundation
import Policy

struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Checks charters: every fault with its line; exit 1 on an error.")

    @Argument(help: "The charters to check.") var files: [String]
    @Flag(help: "Print how many clauses are executed, shown and planned.") var coverage = false
    @Flag(help: "Print the coverage as JSON.") var json = false
    @Flag(help: "Print no warnings.") var quiet = false
    @Option(help: "The language of the messages: en, zh-Hans or zh-Hant; the terminal's without it.")
    var language: String?

    func run() throws {
        let language = try Language.asked(language)
        let reader = try CharterFiles(resources: Settings.resourcesNow(), clock: SystemClock.now)
        var charters: [(file: String, charter: Charter)] = []
        var hasErrors = false
        var warnings = 0
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                Sentence.say("\(file): error: the file cannot be read", "\(file): 错误：文件读不到", in: language)
                hasErrors = true
                continue
            }
            let result = reader.read(Array(data), file: file)
            for fault in result.faults where fault.severity == .error || !quiet {
                print(fault.text(in: language))
            }
            warnings += result.warnings.count
            if let charter = result.charter { charters.append((file, charter)) } else { hasErrors = true }
        }
        if coverage {
            let table = Coverage.table(of: charters)
            print(json ? table.json : table.text)
        }
        if hasErrors { throw ExitCode(1) }
        if !coverage {
            Sentence.say(
                "\(files.count) charters, no errors, \(warnings) warnings", "\(files.count)本制度，没有错误，\(warnings)处提醒",
                in: language)
        }
    }
}

extension Settings {
    static func resourcesNow() throws -> String {
        try ProcessInfo.processInfo.environment["CHARTER_RESOURCES"] ?? findResources()
    }
}
