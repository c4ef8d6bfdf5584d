import ArgumentParser
import Foundation
import Policy

@main
struct CharterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charter",
        abstract: "Runs a customer-service desk by its company's own written rules.",
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, DemoCommand.self, LintCommand.self, DueCommand.self, AdoptCommand.self,
            TickCommand.self, ImportCommand.self, TokenCommand.self, BackupCommand.self, RestoreCommand.self,
            VerifyCommand.self, MoveCommand.self, BenchCommand.self,
        ])

    /// The one place where an error becomes a sentence; commands do not catch for it.
    static func main() async {
        // Names and complaints lie in every file that a command makes: databases, what stands beside them, backups.
        umask(0o077)
        do {
            var command = try parseAsRoot()
            do {
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
            } catch {
                // Help is thrown too, and ends well.
                throw exitCode(for: error).isSuccess ? error : Sentence.spoken(error, in: .ofTerminal())
            }
        } catch {
            exit(withError: error)
        }
    }
}

/// Ends the command with one clear sentence.
struct Stop: Error, CustomStringConvertible {
    let description: String
    private let chinese: String?

    /// - Parameter chinese: the same in Simplified Chinese.
    init(_ english: String, _ chinese: String) {
        description = english
        self.chinese = chinese
    }

    /// What is in the reader's language already, or for maintainers, who read English.
    init(asIs text: String) {
        description = text
        chinese = nil
    }

    func text(in language: Language) -> String { Sentence.choose(description, chinese, language) }
}
