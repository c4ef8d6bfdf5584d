@testable import App
import Foundation
import Organisations
import Policy
import Primitives
import TestSupport
import Testing
import Web

struct PasswordCommandTests {
    /// Whether one may sign in so, and whether the password then has to be changed.
    private static func signIn(_ login: String, _ password: String, in data: String) async throws -> Bool {
        let desktop = try await Desktop.open(try await Settings(flags: [.data: data], environment: [:]))
        do {
            let session = try await desktop.services.signIn.signIn(login: login, password: password)
            let signedIn = try await desktop.services.signIn.resume(session.token)
            try await desktop.close()
            return signedIn?.mustChangePassword ?? false
        } catch {
            try await desktop.close()
            throw error
        }
    }

    @Test func `the last administrator's password is set from the standard input`() async throws {
        let data = try await Installed.copy()
        let done = try await Program.run(
            ["password", "--login", "ding", "--data", data], input: "typed at the console\n")
        #expect(done.status == 0, "\(done.errors)")
        #expect(done.output == "the password of ding is set\n")
        #expect(try await !Self.signIn("ding", "typed at the console", in: data))
        await #expect(throws: SignInService.SignInRefusal.wrong(left: 4)) {
            _ = try await Self.signIn("ding", Shop.password, in: data)
        }
    }

    @Test func `one that is made is printed once and serves once`() async throws {
        let data = try await Installed.copy()
        let done = try await Program.run("password", "--login", "an", "--generate", "--data", data)
        let once = try #require(done.output.firstMatch(of: /an signs in once with (\S+)/)?.1)
        #expect(try await Self.signIn("an", String(once), in: data))
        let proved = try await Program.run("verify", "--data", data)
        #expect(proved.status == 0, "\(proved.output)")
    }

    private static let refusals: [(arguments: [String], input: String?, english: String, chinese: String)] = [
        (["--login", "ding"], nil, "no password came from the standard input", "标准输入里没有密码"),
        (["--login", "ding"], "short\n", "the password is too short: at least 8", "密码太短：至少8位"),
        (["--login", "nobody"], "typed at the console\n", "nobody signs in as nobody", "没有人以 nobody 登录"),
    ]

    @Test(arguments: refusals.indices)
    func `what cannot be set is told in each language`(index: Int) async throws {
        let refusal = Self.refusals[index]
        let data = try await Installed.copy()
        for (language, words) in [
            ("C.UTF-8", "Error: " + refusal.english), ("zh_CN.UTF-8", "错误：" + refusal.chinese),
        ] {
            let done = try await Program.run(
                ["password", "--data", data] + refusal.arguments, environment: ["LANG": language],
                input: refusal.input)
            #expect(done.status == 1)
            #expect(done.errors.hasPrefix(words), "\(done.errors)")
        }
        #expect(try await !Self.signIn("ding", Shop.password, in: data))
    }
}

struct FoundCommandTests {
    private static func found(
        _ arguments: [String], in data: String, language: String = "C.UTF-8", input: String? = "typed at the console\n"
    ) async throws -> Program.Outcome {
        try await Program.run(
            ["found", "--data", data] + arguments,
            environment: ["LANG": language, "CHARTER_RESOURCES": Repository.root.path(percentEncoded: false)],
            input: input)
    }

    @Test func `a second company is founded beside the first, and its administrator signs in`() async throws {
        let data = try await Installed.copy()
        let done = try await Self.found(
            ["--company", "新饰家", "--charter", "design", "--admin", "Guan"], in: data)
        #expect(done.status == 0, "\(done.errors)")
        #expect(done.output.hasPrefix("founded 新饰家 under "), "\(done.output)")
        let desktop = try await Desktop.open(try await Settings(flags: [.data: data], environment: [:]))
        let session = try await desktop.services.signIn.signIn(login: "guan", password: "typed at the console")
        let signedIn = try #require(try await desktop.services.signIn.resume(session.token))
        #expect(!signedIn.mustChangePassword)
        #expect(signedIn.principal.can(.managePeople) && signedIn.principal.can(.adoptCharter))
        let first = try await desktop.principal(login: "ding")
        #expect(first.organisation != signedIn.principal.organisation)
        try await desktop.close()
        #expect(try Installed.count(data + "/charter.db", "organisation") == 2)
        let proved = try await Program.run("verify", "--data", data)
        #expect(proved.output.contains("in 2 journals"), "\(proved.output)")
    }

    @Test func `the first company is founded without a page, with a password that serves once`() async throws {
        let data = try Scratch.file("") + ".d"
        let charter = try Scratch.file(ShopCharter.text, named: "shop.yaml")
        let done = try await Self.found(
            ["--company", "转角小店", "--charter", charter, "--admin", "ding", "--post", "manager", "--generate"],
            in: data, input: nil)
        let once = try #require(done.output.firstMatch(of: /ding signs in once with (\S+)/)?.1)
        let desktop = try await Desktop.open(try await Settings(flags: [.data: data], environment: [:]))
        let session = try await desktop.services.signIn.signIn(login: "ding", password: String(once))
        let signedIn = try #require(try await desktop.services.signIn.resume(session.token))
        #expect(signedIn.mustChangePassword && signedIn.principal.post == "manager")
        try await desktop.close()
    }

    @Test func `all that is wrong is told at once, by the flags, and nothing is founded`() async throws {
        let data = try await Installed.copy()
        for (language, words) in [
            (
                "C.UTF-8",
                ["Error: ", "--company is empty", "--post: the charter has no such post", "the password is too short"]
            ), ("zh_CN.UTF-8", ["错误：", "--company 是空的", "--post：制度里没有这个岗位", "密码太短：至少8位"]),
        ] {
            let done = try await Self.found(
                ["--company", " ", "--charter", "shop", "--admin", "guan", "--post", "king"], in: data,
                language: language, input: "short\n")
            #expect(done.status == 1)
            for word in words { #expect(done.errors.contains(word), "\(word): \(done.errors)") }
        }
        let taken = try await Self.found(["--company", "二", "--charter", "shop", "--admin", "DING"], in: data)
        #expect(taken.status == 1)
        #expect(taken.errors.contains("--admin: somebody signs in with that name already"), "\(taken.errors)")
        let unknown = try await Self.found(["--company", "二", "--charter", "desing", "--admin", "guan"], in: data)
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("--charter is “desing”") && unknown.errors.contains("did you mean design?"))
        let faulty = try Scratch.file(ShopCharter.text.replacing("kind: conduct", with: "kind: conduc"))
        let refused = try await Self.found(["--company", "二", "--charter", faulty, "--admin", "guan"], in: data)
        #expect(refused.status == 1 && refused.output.contains("conduc"), "\(refused.output)")
        #expect(try Installed.count(data + "/charter.db", "organisation") == 1)
    }
}
