import ArgumentParser
import Foundation

@main
struct CharterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charter",
        abstract: "Runs a customer-service desk by its company's own written rules.",
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, DemoCommand.self, LintCommand.self, DueCommand.self, AdoptCommand.self,
            TickCommand.self, ImportCommand.self, TokenCommand.self, BackupCommand.self, RestoreCommand.self,
            VerifyCommand.self, BenchCommand.self,
        ])
}

/// Ends the command with one clear sentence.
struct Stop: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
