import Foundation
import Testing

struct BackupTests {
    @Test func `a backup is restored, and verified with its own key`() async throws {
        let data = try await Installed.copy()
        let backup = try Scratch.folder() + "/backup"
        #expect(try await Program.run("backup", backup, "--data", data).status == 0)
        let folder = try Scratch.folder() + "/restored"
        let done = try await Program.run("restore", backup, "--data", folder)
        #expect(done.status == 0)
        #expect(done.output.contains("events verified"))
        #expect(done.output.contains("put the key that belongs to it at \(folder)/charter.key"))
        try FileManager.default.copyItem(atPath: data + "/charter.key", toPath: folder + "/charter.key")
        #expect(try await Program.run("verify", "--data", folder).output.hasPrefix("sound: "))
    }

    @Test(arguments: [
        ("DELETE FROM obligation", "it was opened and is missing"),
        ("UPDATE obligation SET due_at = due_at + 86400000", "its deadline is not the one it was opened with"),
        ("UPDATE holder_load SET open_count = open_count + 1", "open"),
        ("DELETE FROM staff", "the journal names the person, who is missing"),
        ("DELETE FROM staff WHERE name = '安三'", "the journal names the person, who is missing"),
        ("UPDATE staff SET post = 'manager' WHERE name = '安三'", "post or unit is not what the journal says"),
        ("UPDATE staff SET left_on = '2026-01-01' WHERE name = '安三'", "the journal says otherwise about leaving"),
        ("DELETE FROM matter_step", "the step of event"),
        ("DELETE FROM matter_step; DELETE FROM matter", "it was opened and is missing"),
        ("UPDATE matter SET state = 'closed'", "it does not stand where its last step led"),
        ("UPDATE matter_step SET event = matter", "the event of step 1 is missing"),
        ("DELETE FROM notice", "the notice of event"),
        ("UPDATE notice SET event = id", "the event it tells of is missing"),
    ])
    func `a backup that the journal does not bear out is not restored`(sql: String, words: String) async throws {
        let data = try await Installed.copy()
        let backup = try Scratch.folder() + "/backup"
        #expect(try await Program.run("backup", backup, "--data", data).status == 0)
        try Installed.tamper(backup, sql)
        let folder = try Scratch.folder()
        let refused = try await Program.run("restore", "--verify", backup, "--data", folder)
        #expect(refused.status == 1)
        #expect(refused.output.contains(words))
        #expect(refused.errors.hasPrefix("Error: the backup is damaged and nothing was restored"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(try await Program.run("restore", "--no-verify", backup, "--data", folder).status == 0)
    }

    @Test func `what the proof finds is said in the reader's language`() async throws {
        let data = try await Installed.copy()
        try Installed.tamper(
            data + "/charter.db",
            "DELETE FROM staff WHERE name = '安三'; DELETE FROM matter_step; DELETE FROM notice")
        try Installed.tamper(data + "/charter.db", "DELETE FROM obligation")
        try Installed.tamper(
            data + "/charter.db", "DROP TRIGGER event_keeps_content; UPDATE event SET type = 'x' WHERE number = 2")
        let done = try await Program.run("verify", "--data", data, environment: ["LANG": "zh_CN.UTF-8"])
        #expect(done.status == 1)
        #expect(done.output.contains("：开出过，现在不见了\n"))
        #expect(done.output.contains("：日志里有这个人，现在不见了\n"))
        #expect(done.output.contains(" 的那一步不见了\n") && done.output.contains(" 的通知不见了\n"))
        #expect(done.output.contains("，第2号，事件 "))
        #expect(done.output.contains("，被改动过\n"))
    }

    @Test func `a backup is not restored beside the key of another`() async throws {
        let (data, other) = (try await Installed.copy(), try Scratch.folder())
        let backup = try Scratch.folder() + "/backup"
        #expect(try await Program.run("backup", backup, "--data", data).status == 0)
        let key = try Scratch.file(
            "encrypt 1 \(Data(count: 32).base64EncodedString())\nindex \(Data(count: 32).base64EncodedString())\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        try FileManager.default.moveItem(atPath: key, toPath: other + "/charter.key")
        let done = try await Program.run("restore", backup, "--data", other)
        #expect(done.errors.hasPrefix("Error: the key in \(other)/charter.key is not the one"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: other) == ["charter.key"])
    }

    @Test func `what is no backup is named so`() async throws {
        let folder = try Scratch.folder()
        let other = try await Program.run("restore", "/etc/passwd", "--data", folder)
        #expect(other.status == 1)
        #expect(other.errors == "Error: /etc/passwd is not a Charter database: name the right file\n")
        let data = try await Installed.copy()
        let backup = try Scratch.folder() + "/backup"
        _ = try await Program.run("backup", backup, "--data", data)
        let handle = try #require(FileHandle(forUpdatingAtPath: backup))
        try handle.truncate(atOffset: try handle.seekToEnd() / 2)
        try handle.close()
        let cut = try await Program.run("restore", backup, "--data", folder)
        #expect(cut.status == 1)
        // Whichever half is missing: never advice to restore what could not be restored just now.
        #expect(
            cut.errors.hasPrefix("Error: the backup \(backup) is damaged or cut off, and nothing was restored")
                || cut.errors.hasPrefix("Error: the backup is damaged and nothing was restored"), "\(cut.errors)")
        #expect(!cut.errors.contains("StorageError") && !cut.errors.contains("unexpected"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        let nowhere = try await Program.run("restore", "/nowhere/backup", "--data", folder)
        #expect(nowhere.errors == "Error: there is no backup at /nowhere/backup\n")
    }

    @Test func `a backup into a folder that is missing says so`() async throws {
        let done = try await Program.run("backup", "/nowhere/at/all/backup", "--data", try await Installed.copy())
        #expect(done.status == 1)
        #expect(done.errors.hasPrefix("Error: there is no folder /nowhere/at/all: "))
    }
}
