import Foundation
import Testing

/// Who may read what the commands make: its owner.
struct FileModeTests {
    private static func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    /// The modes of a folder's files, the folder's own under ".".
    private static func modes(_ folder: String) throws -> [String: Int] {
        var modes = [".": try mode(folder)]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            modes[name] = try mode(folder + "/" + name)
        }
        return modes
    }

    private static func expectClosed(_ folder: String, holding names: Set<String>) throws {
        let modes = try modes(folder)
        #expect(names.isSubset(of: modes.keys), "\(modes)")
        for (name, mode) in modes {
            #expect(mode == (name == "." ? 0o700 : 0o600), "\(name): \(String(mode, radix: 8))")
        }
    }

    @Test func `what a server makes on its first start is its owner's alone`() throws {
        let folder = try Scratch.folder() + "/srv/charter"
        let server = try Server(data: folder)
        #expect(try server.get("/health/live").status == 200)
        try Self.expectClosed(folder, holding: ["charter.db", "charter.db-wal", "charter.key"])
        #expect(try Self.mode(URL(fileURLWithPath: folder).deletingLastPathComponent().path) == 0o700)
    }

    @Test func `backups, what is restored of them and what is moved are their owner's alone`() async throws {
        let data = try await Installed.copy()
        let backup = try Scratch.folder() + "/backup"
        #expect(try await Program.run("backup", backup, "--data", data).status == 0)
        #expect(try Self.mode(backup) == 0o600)
        let restored = try Scratch.folder() + "/restored"
        #expect(try await Program.run("restore", backup, "--data", restored).status == 0)
        try Self.expectClosed(restored, holding: ["charter.db"])
        let moved = try Scratch.folder() + "/moved.db"
        let done = try await Program.run("move", "--from", data + "/charter.db", "--to", moved)
        #expect(done.status == 0, "\(done.errors)")
        #expect(try Self.mode(moved) == 0o600)
    }

    @Test func `a demo is its owner's alone`() async throws {
        let folder = try Scratch.folder() + "/demo"
        // Its days of work take long, and the files are there once it says that they begin.
        let demo = Program.prepared(["demo", "--days", "1", "--data", folder])
        let pipe = Pipe()
        demo.standardOutput = pipe
        try demo.run()
        #expect(String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("Furnishing"))
        demo.terminate()
        demo.waitUntilExit()
        try Self.expectClosed(folder, holding: ["charter.db", "charter.key", "demo"])
    }
}
