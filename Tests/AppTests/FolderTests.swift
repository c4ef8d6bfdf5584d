import Foundation
import Testing

struct FolderTests {
    @Test(arguments: [
        ["verify"], ["tick"], ["backup", "/tmp/backup"], ["token", "--login", "an"],
        ["import", "runs", "--login", "an"],
        ["import", "customers", "/etc/hostname", "--login", "an"],
        ["import", "undo", "018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21", "--login", "an"],
        ["adopt", "/etc/hostname", "--login", "an"],
    ])
    func `a mistyped folder makes no installation`(command: [String]) async throws {
        let folder = try Scratch.folder() + "/mistyped"
        let done = try await Program.run(command + ["--data", folder])
        #expect(done.status == 1)
        #expect(done.errors.hasPrefix("Error: there is no database at \(folder)/charter.db"))
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func `a folder that cannot be made says so`() async throws {
        let done = try await Program.run("serve", "--data", "/proc/charter")
        #expect(done.status == 1)
        #expect(done.errors.hasPrefix("Error: the folder /proc/charter cannot be made: "))
    }

    @Test func `the terminal's language is spoken`() async throws {
        let folder = try Scratch.folder()
        let done = try await Program.run("verify", "--data", folder, environment: ["LANG": "zh_CN.UTF-8"])
        #expect(done.errors.hasPrefix("错误：\(folder)/charter.db 没有数据库："))
        let traditional = try await Program.run("verify", "--data", folder, environment: ["LC_ALL": "zh_TW.UTF-8"])
        #expect(traditional.errors.hasPrefix("錯誤：\(folder)/charter.db 沒有數據庫："))
    }
}
