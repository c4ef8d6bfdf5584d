import Foundation
import Testing

/// What cannot stand in a flag is told in the language of the terminal, and as ours.
struct FlagTests {
    private static let faults: [(arguments: [String], english: String, chinese: String)] = [
        (
            ["due", "--from", "2026-10-09T10:00:00+08:00", "--within", "fryday"], "--within is “fryday”, expected",
            "--within 写的是“fryday”，应为："
        ),
        (["due", "--from", "2026-02-10", "--within", "2d"], "--from wants a time", "--from 要带时区的时间"),
        (
            ["due", "--from", "2026-10-09T10:00:00+08:00", "--within", "2d", "--zone", "Mars"],
            "--zone is “Mars”", "--zone 写的是“Mars”"
        ),
        (
            ["due", "--from", "2026-10-09T10:00:00+08:00", "--within", "2d", "--week", "x"], "--week: found",
            "--week：写的是"
        ),
        (
            ["due", "--from", "2026-10-09T10:00:00+08:00", "--within", "2d", "--holidays", "us"],
            "--holidays is “us”, expected cn or none", "--holidays 写的是“us”，应为：cn 或 none"
        ),
        (["import", "undo", "xyz", "--login", "ding"], "“xyz” is not the ID of an import", "“xyz”不是导入的编号"),
        (["token", "--login", "ding", "--scope", "foo"], "--scope is “foo”", "--scope 写的是“foo”"),
        (
            ["token", "--login", "ding", "--days", "0"], "--days is “0”, expected 1 to 3650",
            "--days 写的是“0”，应为：1 到 3650"
        ),
        (["demo", "--days", "0"], "--days is “0”, expected 1 to 365", "--days 写的是“0”，应为：1 到 365"),
        (["lint", "x.yaml", "--language", "de"], "--language is “de”", "--language 写的是“de”"),
    ]

    @Test(arguments: faults.indices)
    func `a flag's fault is told in each language, without the list of commands`(index: Int) async throws {
        let fault = Self.faults[index]
        for (language, prefix, words) in [
            ("C.UTF-8", "Error: ", fault.english), ("zh_CN.UTF-8", "错误：", fault.chinese),
        ] {
            let done = try await Program.run(fault.arguments, environment: ["LANG": language])
            #expect(done.status == 64, "\(done.errors)")
            #expect(done.errors.hasPrefix(prefix + words), "\(done.errors)")
            #expect(!done.errors.contains("Usage:"), "\(done.errors)")
        }
        let traditional = try await Program.run(fault.arguments, environment: ["LANG": "zh_TW.UTF-8"])
        #expect(traditional.errors.hasPrefix("錯誤："), "\(traditional.errors)")
    }

    @Test func `a column's field is told with those there are`() async throws {
        let data = try await Installed.copy()
        let list = try Scratch.file("姓名\n张三\n", named: "list.csv")
        let arguments = ["import", "customers", list, "--data", data, "--login", "ding", "--map", "bar"]
        let done = try await Program.run(arguments)
        #expect(done.status == 64)
        #expect(done.errors.hasPrefix("Error: --map is “bar”, expected HEADING=field"), "\(done.errors)")
        #expect(done.errors.contains("phone") && !done.errors.contains("Usage:"))
        let chinese = try await Program.run(arguments, environment: ["LANG": "zh_CN.UTF-8"])
        #expect(chinese.errors.hasPrefix("错误：--map 写的是“bar”，应为：列名=字段"), "\(chinese.errors)")
    }
}
