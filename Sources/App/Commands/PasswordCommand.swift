import ArgumentParser
import Foundation
import Organisations
import Policy
import Primitives
import Web

struct PasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Sets somebody's password at the console.",
        discussion: """
            For when no administrator can sign in to do it. The password is typed here, or read from the standard input.
            The person's sessions end, and a lock after wrong passwords is lifted.
            """)

    @OptionGroup var options: DataOptions
    @Option(help: "Whose password.") var login: String
    @Flag(help: "Make one that serves once, and print it.") var generate = false

    func run() async throws {
        let desktop = try await Desktop.open(try await options.settings())
        let principal = try await desktop.principal(login: login)
        let password = try NewPassword.read(making: generate)
        if let problem = PasswordHasher.problem(of: password) { throw NewPassword.refusal(problem) }
        try await desktop.services.signIn.setPassword(
            password, mustChange: generate, of: principal.staff, in: principal.organisation)
        try await desktop.close()
        if generate {
            Sentence.say(
                "\(login) signs in once with \(password)", "\(login) 用这个密码登录一次：\(password)", in: .ofTerminal())
        } else {
            Sentence.say("the password of \(login) is set", "已设定 \(login) 的密码", in: .ofTerminal())
        }
    }
}
