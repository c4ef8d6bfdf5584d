import Foundation
import Testing

struct ImportCommandTests {
    @Test func `a dry run tells each fault with its line, its column and what stands there`() async throws {
        let data = try await Installed.copy()
        let list = try Scratch.file("姓名,电话\n张三,1381234567\n,13812345679\n李四,13812345678\n", named: "list.csv")
        let done = try await Program.run("import", "customers", list, "--dry-run", "--data", data, "--login", "ding")
        #expect(done.status == 0)
        let lines = done.output.split(separator: "\n").map(String.init)
        #expect(
            lines.first
                == #"line 2, column 电话: found "13******67": expected an 11-digit mobile, a landline with area code, or 400/800"#
        )
        #expect(lines.dropFirst().first == "line 3, column 姓名: must not be empty")
        #expect(!done.output.contains("1381234567"))
        let chinese = try await Program.run(
            "import", "customers", list, "--dry-run", "--data", data, "--login", "ding", "--language", "zh-Hans")
        #expect(chinese.output.hasPrefix("第2行，“电话”列：写的是“13******67”：应为11位手机号"))
    }

    @Test func `a program is no list, and nothing is imported`() async throws {
        let data = try await Installed.copy()
        let done = try await Program.run("import", "customers", "/bin/ls", "--data", data, "--login", "ding")
        #expect(done.status == 1)
        #expect(done.errors.hasPrefix("Error: nothing was imported: this is not a text file"))
        let chinese = try await Program.run(
            "import", "customers", "/bin/ls", "--data", data, "--login", "ding", environment: ["LANG": "zh_CN.UTF-8"])
        #expect(chinese.errors.hasPrefix("错误：什么也没有导入：这不是文本文件"), "\(chinese.errors)")
    }

    @Test func `what will stop the import is told in the report's language`() async throws {
        let data = try await Installed.copy()
        let list = try Scratch.file("名号,鞋码\n张三,42\n", named: "list.csv")
        for (language, words) in [
            ("zh-Hans", ["导入会被拒绝：没有哪一列是客户姓名", "导入会被拒绝：不认识这些列：", "1行，UTF-8："]),
            ("zh-Hant", ["導入會被拒絕：沒有哪一列是客戶姓名"]), ("en", ["the import will be refused: no column holds"]),
        ] {
            let done = try await Program.run(
                "import", "customers", list, "--dry-run", "--data", data, "--login", "ding", "--language", language)
            #expect(done.status == 1, "a dry run that tells of a refusal fails as the import would")
            for word in words { #expect(done.output.contains(word), "\(word): \(done.output)") }
        }
    }

    @Test func `an encoding is named in any case, and an unknown one is answered with those that exist`() async throws {
        let data = try await Installed.copy()
        let list = try Scratch.file("姓名,电话\n张三,13812345678\n", named: "list.csv")
        let common = ["import", "customers", list, "--dry-run", "--data", data, "--login", "ding", "--encoding"]
        for word in ["utf-8", "UTF-8", "Utf-8", "gb18030", "GB18030"] {
            let done = try await Program.run(common + [word])
            // The list is no GB18030, and that is the file's fault and not the flag's.
            #expect(done.status != 64, "\(word): \(done.errors)")
            #expect(word.lowercased() == "gb18030" || done.status == 0, "\(word): \(done.errors)")
        }
        for word in ["gbk", "utf8", "latin1"] {
            let done = try await Program.run(common + [word])
            #expect(done.status == 64)
            #expect(done.errors.contains("“\(word)”, expected utf-8 or gb18030"), "\(done.errors)")
        }
    }

    @Test func `known customers are brought up to date when that is asked, and an undo restores them`() async throws {
        let data = try await Installed.copy()
        let list = try Scratch.file("姓名,电话,地址\n佘太初,13812345678,东苑一号\n", named: "list.csv")
        let common = ["import", "customers", list, "--data", data, "--login", "ding"]
        let told = try await Program.run(common + ["--update", "--dry-run"])
        #expect(told.status == 0)
        #expect(told.output.contains("0 would be filed, 1 updated"), "\(told.output) \(told.errors)")
        let done = try await Program.run(common + ["--update"])
        #expect(done.output.contains("0 filed, 1 updated"), "\(done.output)")
        let run = try #require(done.output.firstMatch(of: /undo (\S+)/)?.1)
        let undone = try await Program.run("import", "undo", String(run), "--data", data, "--login", "ding")
        #expect(undone.output.contains("0 removed, 1 restored, 0 kept"), "\(undone.output) \(undone.errors)")
        let without = try await Program.run(common + ["--dry-run"])
        #expect(without.output.contains("0 updated"), "\(without.output)")
    }

    @Test func `a post without the permission is told which one it needs`() async throws {
        let data = try await Installed.copy()
        let list = try Scratch.file("姓名,电话\n张三,13812345678\n")
        for arguments in [["import", "customers", list], ["import", "runs"]] {
            let done = try await Program.run(arguments + ["--data", data, "--login", "an"])
            #expect(done.status == 1)
            #expect(done.errors.hasPrefix("Error: the post “Clerk” may not do this: it needs customers.import."))
            let chinese = try await Program.run(
                arguments + ["--data", data, "--login", "an"], environment: ["LANG": "zh_CN.UTF-8"])
            #expect(chinese.errors.hasPrefix("错误：岗位“店员”不能这样做"), "\(chinese.errors)")
        }
    }

    @Test func `headings alone are told from an empty file, and a column that is not there is named`() async throws {
        let data = try await Installed.copy()
        for (text, words) in [
            ("姓名,手机\n", "the file has headings and no row below them"), ("", "the file is empty"),
        ] {
            let done = try await Program.run(
                "import", "customers", "--data", data, "--login", "ding", try Scratch.file(text, named: "list.csv"))
            #expect(done.status == 1 && done.errors.contains(words), "\(done.errors)")
        }
        let nameless = try await Program.run(
            "import", "customers", "--dry-run", "--data", data, "--login", "ding",
            try Scratch.file("手机\n13812345679\n", named: "list.csv"))
        #expect(
            nameless.output.contains("line 2, column name: must not be empty"), "\(nameless.output)\(nameless.errors)")
    }

    @Test func `an import is taken back in the language that is asked for`() async throws {
        let data = try await Installed.copy()
        let list = try Scratch.file("姓名\n南宫试\n", named: "list.csv")
        let done = try await Program.run("import", "customers", "--data", data, "--login", "ding", list)
        let run = try #require(
            done.output.split(separator: "\n").last?.split(separator: " ").last.map(String.init), "\(done.output)")
        let undone = try await Program.run(
            "import", "undo", run, "--data", data, "--login", "ding", "--language", "zh-Hant")
        #expect(undone.output == "撤銷1行，復原0行，保留0行\n", "\(undone.output)\(undone.errors)")
    }
}
