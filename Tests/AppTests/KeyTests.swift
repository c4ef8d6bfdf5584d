@testable import App
import Customers
import Foundation
import Testing

struct KeyTests {
    /// What opens an installation; each must ask for its own key.
    private static let commands = [
        ["verify"], ["tick"], ["serve", "--port", "1"], ["backup", "/nowhere/backup"],
        ["import", "runs", "--login", "ding"],
        ["token", "--login", "ding"],
    ]

    @Test(arguments: commands)
    func `without its key file nothing opens, and none is made`(command: [String]) async throws {
        let data = try await Installed.copy()
        let key = data + "/charter.key"
        try FileManager.default.removeItem(atPath: key)
        let done = try await Program.run(command + ["--data", data])
        #expect(done.status == 1)
        #expect(done.errors.hasPrefix("Error: there is no key at \(key), but \(data)/charter.db was filled under one"))
        #expect(!FileManager.default.fileExists(atPath: key))
    }

    @Test(arguments: commands)
    func `with the key of another database nothing opens`(command: [String]) async throws {
        let data = try await Installed.copy()
        let key = data + "/charter.key"
        try FileManager.default.removeItem(atPath: key)
        try KeyRing.create(file: key, .random())
        let done = try await Program.run(command + ["--data", data])
        #expect(done.status == 1)
        #expect(
            done.errors.hasPrefix("Error: the key in \(key) is not the one that \(data)/charter.db was filled under"))
    }

    @Test func `a key of the environment is held to the same`() async throws {
        let data = try await Installed.copy()
        let text = try String(contentsOfFile: data + "/charter.key", encoding: .utf8)
        try FileManager.default.removeItem(atPath: data + "/charter.key")
        let right = try await Program.run("verify", "--data", data, environment: ["CHARTER_KEY": text])
        #expect(right.status == 0)
        let wrong = try await Program.run(
            "verify", "--data", data, environment: ["CHARTER_KEY": KeyRing.random().text])
        #expect(wrong.status == 1)
        #expect(wrong.errors.hasPrefix("Error: the key in CHARTER_KEY is not the one"))
        let damaged = try await Program.run("verify", "--data", data, environment: ["CHARTER_KEY": "encrypt 1 x"])
        #expect(damaged.errors.hasPrefix("Error: line 1 of CHARTER_KEY is no key"))
    }

    @Test func `an older database takes up its key when a customer opens with it`() async throws {
        let data = try await Installed.copy()
        let key = data + "/charter.key"
        try Installed.tamper(data + "/charter.db", "DELETE FROM key_proof")
        let text = try String(contentsOfFile: key, encoding: .utf8)
        try FileManager.default.removeItem(atPath: key)
        try KeyRing.create(file: key, .random())
        let wrong = try await Program.run("verify", "--data", data)
        #expect(wrong.errors.hasPrefix("Error: the key in \(key) is not the one"))
        #expect(try Installed.count(data + "/charter.db", "key_proof") == 0)
        try FileManager.default.removeItem(atPath: key)
        try KeyRing.create(file: key, KeyRing(text: text))
        #expect(try await Program.run("verify", "--data", data).status == 0)
        #expect(try Installed.count(data + "/charter.db", "key_proof") == 2)
    }

    @Test func `a key file that others may read is refused with what to do`() async throws {
        let data = try await Installed.copy()
        let key = data + "/charter.key"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        let done = try await Program.run("verify", "--data", data)
        #expect(done.errors.hasPrefix("Error: others may read the key file \(key): run chmod 600 \(key)"))
    }
}
