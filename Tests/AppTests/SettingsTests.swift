@testable import App
import Foundation
import Policy
import Testing

struct SettingsTests {
    @Test func `a flag wins over the environment, the environment over the file`() async throws {
        let file = try Scratch.file(
            "port: 3\ndata: /file\nhost: file\nlog:\n  level: debug\nsecure: true\n", named: "a.yaml")
        let environment = ["CHARTER_PORT": "2", "CHARTER_DATA": "/environment", "CHARTER_CONFIG": file]
        let settings = try await Settings(flags: [.port: "1"], environment: environment)
        #expect(settings.port == 1)
        #expect(settings.data == "/environment")
        #expect(settings.host == "file")
        #expect(settings.logLevel == "debug")
        #expect(settings.isSecure)
        let bare = try await Settings(environment: [:])
        #expect((bare.port, bare.host, bare.data) == (8080, "127.0.0.1", "var/charter"))
    }

    @Test(arguments: [
        ("CHARTER_PORT", "abc", "CHARTER_PORT is “abc”, expected a port from 1 to 65535"),
        ("CHARTER_PORT", "0", "CHARTER_PORT is “0”, expected a port from 1 to 65535"),
        ("CHARTER_PORT", "99999", "CHARTER_PORT is “99999”, expected a port from 1 to 65535"),
        ("CHARTER_PORT", "-1", "CHARTER_PORT is “-1”, expected a port from 1 to 65535"),
        ("CHARTER_SECURE", "maybe", "CHARTER_SECURE is “maybe”, expected true or false"),
        (
            "CHARTER_LOG_LEVEL", "waring",
            "CHARTER_LOG_LEVEL is “waring”, expected one of trace, debug, info, notice, warning, error, critical; did you mean warning?"
        ),
        ("CHARTER_HOST", "", "CHARTER_HOST is “”, expected a name or address such as 127.0.0.1"),
    ])
    func `a value that cannot be is refused with its place`(variable: String, value: String, words: String) async {
        await #expect {
            try await Settings(environment: [variable: value])
        } throws: {
            ($0 as? Stop)?.description == words
        }
    }

    @Test func `what is expected is said in the reader's language`() async throws {
        let stop = await #expect(throws: Stop.self) {
            try await Settings(environment: ["CHARTER_LOG_LEVEL": "waring"])
        }
        #expect(
            stop?.text(in: .simplified)
                == "CHARTER_LOG_LEVEL 写的是“waring”，应为：trace、debug、info、notice、warning、error、critical 之一；是不是 warning？")
    }

    @Test(arguments: [
        (
            "port: 80\nprot: 90\n",
            ", line 2: there is no setting “prot”; did you mean port? Known are: assets, attachment.megabytes, connections, data, "
        ),
        ("log:\n  levle: debug\n", ", line 2: there is no setting “log.levle”; did you mean log.level? Known are: "),
        ("days: [1\n", " is not YAML: "), ("just words\n", " wants lines such as “port: 8080”"),
        ("port: abc\n", "port in "),
    ])
    func `a file with what nobody reads is refused`(text: String, words: String) async throws {
        let file = try Scratch.file(text, named: "charter.yaml")
        await #expect {
            try await Settings(file: file, environment: [:])
        } throws: { error in
            let said = (error as? Stop)?.description ?? "\(error)"
            return said.contains(words) && said.contains(file)
        }
    }

    @Test func `flags are refused in the same words`() async throws {
        let data = try await Installed.copy()
        for (arguments, words) in [
            (["serve", "--port", "99999"], "--port is “99999”, expected a port from 1 to 65535"),
            (["serve", "--port", "-5"], "--port is “-5”, expected a port from 1 to 65535"),
            (["serve", "--prot", "80"], "Unknown option '--prot'. Did you mean '--port'?"),
            (["token", "--login", "an", "--days", "-3"], "--days is “-3”, expected 1 to 3650"),
            (["token", "--login", "an", "--days", "9999999999"], "--days is “9999999999”, expected 1 to 3650"),
            (
                ["token", "--login", "an", "--scope", "case.read"],
                "--scope is “case.read”, expected an action such as cases.read; did you mean cases.read?"
            ),
        ] {
            let done = try await Program.run(arguments + ["--data", data])
            #expect(done.status != 0)
            #expect(done.errors.contains(words), "\(done.errors)")
        }
    }
}
