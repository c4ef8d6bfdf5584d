import Foundation
import TestSupport
import Testing

struct LintCommandTests {
    @Test func `mistakes are told in the language of whoever asks`() async throws {
        let text = ShopCharter.text.replacingOccurrences(of: "reports_to: director", with: "reports_to: directr")
        let file = try Scratch.file(text, named: "shop.yaml")
        for (arguments, environment, words) in [
            ([], ["LANG": "zh_CN.UTF-8"], ["错误：", "现为“directr”", "；是否为“director”？"]),
            ([], ["LANG": "zh_TW.UTF-8"], ["錯誤：", "現為", "；是否為“director”？"]),
            ([], [:], ["error: ", "found \"directr\"", "did you mean \"director\"?"]),
            (["--language", "en"], ["LANG": "zh_CN.UTF-8"], ["error: ", "found \"directr\""]),
            (["--language=zh-Hans"], ["LANG": "en_GB.UTF-8"], ["错误：", "现为“directr”"]),
        ] as [([String], [String: String], [String])] {
            let done = try await Program.run(["lint", file] + arguments, environment: environment)
            #expect(done.status == 1)
            for word in words { #expect(done.output.contains(word), "\(word): \(done.output)") }
        }
    }

    @Test func `so are the sum, a file that is not there and a language that there is not`() async throws {
        let file = try Scratch.file(ShopCharter.text, named: "shop.yaml")
        let sum = try await Program.run("lint", file, environment: ["LANG": "zh_CN.UTF-8"])
        #expect(sum.status == 0 && sum.output.hasSuffix("1本制度，没有错误，0处提醒\n"), "\(sum.output)")
        let english = try await Program.run("lint", file)
        #expect(english.output.hasSuffix("1 charter, no errors, 0 warnings\n"), "\(english.output)")
        let none = try await Program.run("lint", "/nowhere.yaml", environment: ["LANG": "zh_CN.UTF-8"])
        #expect(none.status == 1 && none.output == "/nowhere.yaml: 错误：文件读不到\n")
        let wrong = try await Program.run("lint", file, "--language", "fr")
        #expect(wrong.status == 64 && wrong.errors.contains("expected en, zh-Hans or zh-Hant"))
    }

    @Test func `faults are JSON for programs, and a whole charter an empty list`() async throws {
        let text = ShopCharter.text.replacingOccurrences(of: "reports_to: director", with: "reports_to: directr")
        let broken = try Scratch.file(text, named: "shop.yaml")
        let done = try await Program.run("lint", "--json", broken, "/nowhere.yaml")
        #expect(done.status == 1)
        let faults = try #require(
            try JSONSerialization.jsonObject(with: Data(done.output.utf8)) as? [[String: Any]], "\(done.output)")
        let fault = try #require(faults.first)
        #expect(fault["file"] as? String == broken && fault["severity"] as? String == "error")
        #expect(fault["code"] as? String == "unknown_reference" && fault["nearest"] as? String == "director")
        #expect(fault["line"] as? Int ?? 0 > 0 && faults.last?["file"] as? String == "/nowhere.yaml")
        let whole = try await Program.run("lint", "--json", try Scratch.file(ShopCharter.text, named: "shop.yaml"))
        #expect(whole.status == 0 && whole.output == "[]\n", "\(whole.output)")
    }
}
