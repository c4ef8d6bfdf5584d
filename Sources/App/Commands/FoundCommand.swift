import ArgumentParser
import CharterYAML
import Foundation
import Organisations
import Policy
import Primitives
import Web

struct FoundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "found", abstract: "Founds a company, the first or a further one.",
        discussion: """
            The same checks as on the page of the first run. The administrator's password is typed here, or read from the
            standard input.
            """)

    @OptionGroup var options: DataOptions
    @Option(help: "The company's name.") var company: String
    @Option(help: "Its charter: a file, or one that ships with the program, by name.") var charter: String
    @Option(help: "The login of its administrator, which nobody of any company has.") var admin: String
    @Option(help: "The administrator's name; the login without it.") var name: String?
    @Option(help: "The administrator's post; without it the one that nobody stands above.") var post: String?
    @Option(help: "The name of the topmost unit; the company's without it.") var unit: String?
    @Flag(help: "Make a password that serves once, and print it.") var generate = false

    func run() async throws {
        let settings = try await options.settings()
        let desktop = try await Desktop.open(settings, creating: true)
        let book = try book(desktop.charterFiles)
        let password = try NewPassword.read(making: generate)
        let administrator = OrganisationService.NewStaff(
            name: name ?? admin, login: admin, password: password, post: post ?? book.topPost?.key ?? "",
            isAdministrator: true, mustChangePassword: generate)
        do {
            _ = try await desktop.services.organisations.found(
                name: company, rootUnit: unit ?? "", administrator: administrator, charterText: book.text,
                charter: book.charter, organisation: OrganisationID(Int64.random(in: 1..<1 << 53)))
        } catch let faults as FormFaults {
            throw Self.told(faults, password: password)
        }
        try await desktop.close()
        Sentence.say(
            "founded \(company) under \(book.charter.name) version \(book.charter.version)"
                + (generate ? "; \(admin) signs in once with \(password)" : "; \(admin) may sign in"),
            "已建立 \(company)，施行 \(book.charter.name) 第\(book.charter.version)版"
                + (generate ? "；\(admin) 用这个密码登录一次：\(password)" : "；\(admin) 可以登录"), in: .ofTerminal())
    }

    private func book(_ files: CharterFiles) throws -> ShippedCharter {
        let shipped = try files.shipped()
        if let found = try shipped.named(charter) { return found }
        guard FileManager.default.fileExists(atPath: charter) else {
            let names = shipped.whole.map(\.name)
            throw Stop.misuse(
                "--charter", charter,
                expected: (
                    "a file, or one of " + names.joined(separator: ", "), "文件，或 " + names.joined(separator: "、") + " 之一"
                ), near: nearestWord(to: charter, among: names))
        }
        let data = try AdoptCommand.contents(of: charter)
        let result = files.read(Array(data), file: charter)
        for fault in result.faults { print(fault.text(in: .ofTerminal())) }
        guard let read = result.charter else { throw ExitCode(1) }
        return ShippedCharter(name: read.name, text: String(decoding: data, as: UTF8.self), charter: read)
    }

    /// All that is wrong, by the flags.
    private static func told(_ faults: FormFaults, password: String) -> Stop {
        let flags = [
            "company": "--company", "unit": "--unit", "name": "--name", "login": "--admin", "post": "--post",
        ]
        let stops = faults.faults.map { fault -> Stop in
            guard let flag = flags[fault.field] else { return NewPassword.refusal(fault.problem) }
            return switch fault.problem {
            case .missing: Stop("\(flag) is empty", "\(flag) 是空的")
            case .tooLong(let maximum):
                Stop("\(flag) is too long: at most \(maximum) characters", "\(flag) 太长：最多\(maximum)字")
            case .taken:
                Stop("\(flag): somebody signs in with that name already; choose another", "\(flag)：这个用户名已有人用，请换一个")
            case .notAChoice(let posts):
                Stop(
                    "\(flag): the charter has no such post; it has " + posts.joined(separator: ", "),
                    "\(flag)：制度里没有这个岗位；有 " + posts.joined(separator: "、"))
            default: Stop("\(flag) cannot be used", "\(flag) 不能用")
            }
        }
        return Stop(
            stops.map { $0.text(in: .english) }.joined(separator: "; "),
            stops.map { $0.text(in: .simplified) }.joined(separator: "；"))
    }
}
