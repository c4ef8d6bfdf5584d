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
            ServeCommand.self, DemoCommand.self, LintCommand.self, DueCommand.self, MembersCommand.self,
            ReplayCommand.self,
            FoundCommand.self, AdoptCommand.self, PasswordCommand.self, TickCommand.self, ImportCommand.self,
            TokenCommand.self,
            BackupCommand.self, RestoreCommand.self, VerifyCommand.self, MoveCommand.self, BenchCommand.self,
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
                // Help is thrown too, and ends well; who throws a bare code has said why.
                if exitCode(for: error).isSuccess || error is ExitCode { throw error }
                Sentence.end(error, in: .ofTerminal())
                throw (error as? Stop)?.code ?? .failure
            }
        } catch {
            exit(withError: error)
        }
    }
}

/// Ends the command with one clear sentence.
struct Stop: Error, CustomStringConvertible {
    let description: String
    let code: ExitCode
    private let chinese: String?

    /// - Parameters:
    ///   - chinese: the same in Simplified Chinese.
    ///   - code: what the command ends with.
    init(_ english: String, _ chinese: String, code: ExitCode = .failure) {
        description = english
        self.chinese = chinese
        self.code = code
    }

    /// For what was written wrongly after the command: ends with 64, as a flag that does not exist.
    static func misuse(_ english: String, _ chinese: String) -> Stop {
        Stop(english, chinese, code: .validationFailure)
    }

    /// A flag's value that cannot stand there.
    /// - Parameter near: the word that may be meant.
    static func misuse(
        _ flag: String, _ value: String, expected: (english: String, chinese: String), near: String? = nil
    ) -> Stop {
        misuse(
            "\(flag) is “\(value)”, expected \(expected.english)" + (near.map { "; did you mean \($0)?" } ?? ""),
            "\(flag) 写的是“\(value)”，应为：\(expected.chinese)" + (near.map { "；是不是 \($0)？" } ?? ""))
    }

    /// What is in the reader's language already, or for maintainers, who read English.
    init(asIs text: String) {
        description = text
        chinese = nil
        code = .failure
    }

    func text(in language: Language) -> String { Sentence.choose(description, chinese, language) }
}
