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
    @Option(help: "The language of the messages: en, zh-Hans or zh-Hant.") var language = "en"

    func run() throws {
        guard let language = Language(rawValue: language) else {
            throw Stop("--language is en, zh-Hans or zh-Hant, not \(language)")
        }
        let reader = try CharterFiles(resources: Settings.resourcesNow(), clock: SystemClock.now)
        var charters: [(file: String, charter: Charter)] = []
        var hasErrors = false
        var warnings = 0
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                print("\(file): error: the file cannot be read")
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
        if !coverage { print("\(files.count) charters, no errors, \(warnings) warnings") }
    }
}

extension Settings {
    static func resourcesNow() throws -> String {
        try ProcessInfo.processInfo.environment["CHARTER_RESOURCES"] ?? findResources()
    }
}
