import Cases
import Foundation
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing
import Web

@testable import App

/// Attachments go wherever an installation goes, and are proved there.
struct AttachmentCarryTests {
    private static let bytes = [0xFF, 0xD8, 0xFF, 0xE0] + (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    /// An installation in a file with a picture of more than two pieces.
    private func furnished() async throws -> String {
        let folder = try Scratch.folder()
        let desktop = try await Desktop.open(
            try await Settings(flags: [.data: folder], environment: [:]), creating: true)
        try await Installed.furnish(desktop)
        let clerk = try await desktop.principal(login: "an")
        let matter = try #require(
            try await desktop.services.cases.list(CaseService.Filter(), for: clerk).cases.first)
        let attachments = desktop.services.attachments
        let file = try await attachments.receive(for: matter.id, by: clerk) { intake in
            try await intake.take(Self.bytes)
            return try await intake.finish(name: "照片.jpg", said: "image/jpeg")
        }
        _ = try await attachments.add(file, to: matter.id, by: clerk)
        try await desktop.close()
        return folder
    }

    /// The one file of a data folder.
    private func file(in folder: String) throws -> String {
        let root = folder + "/attachments"
        let files = try FileManager.default.subpathsOfDirectory(atPath: root).filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
        return root + "/" + (try #require(files.count == 1 ? files.first : nil, "\(files)"))
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    @Test func `a backup in one file holds them, and restoring brings them out again, proved`() async throws {
        let data = try await furnished()
        #expect(try FileManager.default.contents(atPath: file(in: data)) == Data(Self.bytes))
        let backup = try Scratch.folder() + "/backup"
        let made = try await Program.run("backup", backup, "--data", data)
        #expect(made.status == 0, "\(made.errors)")
        let folder = try Scratch.folder() + "/restored"
        let done = try await Program.run("restore", backup, "--data", folder)
        #expect(done.status == 0, "\(done.errors)")
        let restored = try file(in: folder)
        #expect(FileManager.default.contents(atPath: restored) == Data(Self.bytes))
        #expect(try mode(restored) == 0o600)
        #expect(try mode(folder + "/attachments") == 0o700)
        #expect(try Installed.count(folder + "/charter.db", "attachment_piece") == 0)
        try FileManager.default.copyItem(atPath: data + "/charter.key", toPath: folder + "/charter.key")
        let proof = try await Program.run("verify", "--data", folder)
        #expect(proof.status == 0 && proof.output.hasPrefix("sound: "), "\(proof.output) \(proof.errors)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { !$0.hasPrefix("charter") }
                == ["attachments"])
    }

    @Test(arguments: [
        ("UPDATE attachment_piece SET piece = x'00' WHERE ordinal = 1", "was altered"),
        ("DELETE FROM attachment_piece", "is missing"), ("DELETE FROM attachment", "the attachment of event"),
        ("UPDATE attachment SET event = id", "is not what the journal tells of"),
    ])
    func `a backup whose attachments the journal does not bear out is not restored`(
        sql: String, words: String
    ) async throws {
        let backup = try Scratch.folder() + "/backup"
        _ = try await Program.run("backup", backup, "--data", try await furnished())
        try Installed.tamper(backup, sql)
        let folder = try Scratch.folder()
        let refused = try await Program.run("restore", "--verify", backup, "--data", folder)
        #expect(refused.status == 1 && refused.output.contains(words), "\(refused.output) \(refused.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test func `nothing is restored beside another database's files, and these stay`() async throws {
        let backup = try Scratch.folder() + "/backup"
        _ = try await Program.run("backup", backup, "--data", try await furnished())
        let folder = try await furnished()
        try FileManager.default.removeItem(atPath: folder + "/charter.db")
        let refused = try await Program.run("restore", "--no-verify", backup, "--data", folder)
        #expect(
            refused.status == 1 && refused.errors.contains("\(folder)/attachments exists already"), "\(refused.errors)")
        #expect(try FileManager.default.contents(atPath: file(in: folder)) == Data(Self.bytes))
    }

    @Test func `verify reads each file, and tells the one that is gone or altered`() async throws {
        let data = try await furnished()
        let path = try file(in: data)
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.seek(toOffset: 300_000)
        try handle.write(contentsOf: Data([1, 2, 3]))
        try handle.close()
        let altered = try await Program.run("verify", "--data", data)
        #expect(altered.status == 1 && altered.output.contains("was altered"), "\(altered.output)")
        try FileManager.default.removeItem(atPath: path)
        let gone = try await Program.run("verify", "--data", data, environment: ["LANG": "zh_CN.UTF-8"])
        #expect(gone.status == 1 && gone.output.contains("的文件不见了"), "\(gone.output)")
        let backup = try await Program.run("backup", try Scratch.folder() + "/backup", "--data", data)
        #expect(backup.status == 1, "nor is there a backup of what is gone")
    }

    @Test func `they move to a server and home again`() async throws {
        let folder = try await furnished()
        let file = folder + "/charter.db"
        let address = try TestCluster.emptyDatabase()
        let there = try await Program.run("move", "--from", file, "--to", address)
        #expect(there.status == 0 && there.output.contains("1 attachments"), "\(there.output) \(there.errors)")
        let found = try await Program.run("verify", "--data", folder, "--database", address)
        #expect(found.status == 0, "\(found.output) \(found.errors)")
        let home = try Scratch.folder()
        let back = try await Program.run("move", "--from", address, "--to", home + "/charter.db")
        #expect(back.status == 0 && back.output == there.output, "\(back.output) \(back.errors)")
        #expect(try FileManager.default.contents(atPath: self.file(in: home)) == Data(Self.bytes))
    }

    @Test func `a server sweeps what a crash left, and keeps what is referred to`() async throws {
        let data = try await furnished()
        let kept = try file(in: data)
        let left = URL(fileURLWithPath: kept).deletingLastPathComponent().path + "/018f3c5e-7c1a-4b2e-9d40-5a1f0c9b7e21"
        let half = data + "/attachments/incoming/018f3c5e-7c1a-4b2e-9d40-5a1f0c9b7e22"
        let strange = URL(fileURLWithPath: kept).deletingLastPathComponent().path + "/README"
        for path in [left, half, strange] {
            #expect(FileManager.default.createFile(atPath: path, contents: Data("x".utf8)))
        }
        let server = try Server(data: data)
        #expect(try server.get("/health/live").status == 200)
        #expect(!FileManager.default.fileExists(atPath: left) && !FileManager.default.fileExists(atPath: half))
        #expect(FileManager.default.fileExists(atPath: kept))
        #expect(FileManager.default.fileExists(atPath: strange), "a name that is none of ours")
    }
}
