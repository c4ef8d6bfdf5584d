import Foundation
import Testing

@testable import App

/// No database is taken away under whoever works with it.
struct FileLockTests {
    @Test func `a demo does not begin anew under a running server`() async throws {
        let data = try await Installed.copy()
        try Data().write(to: URL(fileURLWithPath: data + "/demo"))
        let staff = try Installed.count(data + "/charter.db", "staff")
        var server: Server? = try Server(data: data)
        for (language, words) in [
            ("en_GB.UTF-8", "Error: a server works on \(data)/charter.db: stop it"),
            ("zh_CN.UTF-8", "有服务正在使用 \(data)/charter.db：请先停止"),
        ] {
            let refused = try await Program.run(
                "demo", "--fresh", "--days", "1", "--data", data, environment: ["LANG": language])
            #expect(refused.status == 1 && refused.errors.contains(words), "\(refused.output) \(refused.errors)")
        }
        #expect(try server?.get("/health/ready").status == 200)
        #expect(try Installed.count(data + "/charter.db", "staff") == staff)
        // Other commands work beside it.
        #expect(try await Program.run("verify", "--data", data).status == 0)
        server = nil
        // Far enough to see that it began: without the program's files there is no company to furnish.
        let begun = try await Program.run(
            "demo", "--fresh", "--data", data, environment: ["CHARTER_RESOURCES": "/nowhere"])
        #expect(begun.errors.contains("/nowhere/Resources/holidays/cn.yaml"), "\(begun.errors)")
        #expect(try Installed.count(data + "/charter.db", "staff") == 0)
    }

    @Test func `a database that somebody has open is not moved, though nothing waits to be sealed`() async throws {
        let data = try await Installed.copy()
        let lock = try FileLock.shared(data + "/charter.db")
        let target = try Scratch.folder() + "/new.db"
        let refused = try await Program.run("move", "--from", data + "/charter.db", "--to", target)
        #expect(refused.status == 1 && refused.errors.contains("a server works on"), "\(refused.errors)")
        lock.release()
        let done = try await Program.run("move", "--from", data + "/charter.db", "--to", target)
        #expect(done.status == 0, "\(done.errors)")
    }

    @Test func `many share the lock, one has it alone, and it goes back`() throws {
        let path = try Scratch.folder() + "/charter.db"
        let (first, second) = (try FileLock.shared(path), try FileLock.shared(path))
        #expect(FileLock.alone(path) == nil)
        first.release()
        #expect(FileLock.alone(path) == nil)
        second.release()
        let alone = try #require(FileLock.alone(path))
        #expect(throws: Stop.self) { _ = try FileLock.shared(path) }
        alone.release()
        #expect(try FileLock.shared(path) !== alone)
        // Where nothing can be made nothing is in the way.
        #expect(FileLock.alone("/nowhere/charter.db") != nil)
    }
}
