import Foundation
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// What the desk and the charters say in Traditional Chinese.
struct TraditionalWordsTests {
    /// What a conversion by character alone makes of a word.
    private static let wrong = [
        "重復", "答復", "回復", "批復", "復制", "復雜", "復印", "聯系", "關系", "維系", "委托", "托付", "余額", "其余", "剩余", "標准",
        "准確", "准備", "計划", "規划", "制作", "日歷", "公歷", "農歷", "合并", "并入", "日志", "注冊", "征求", "干部", "干燥",
        "發髮", "細致", "標簽", "賬戶", "采用", "采購", "占用",
    ]

    private static func faults(in text: String) -> [String] {
        var faults = wrong.filter { text.contains($0) }
        // Of all that the desk says only distances have 里; everything else is inside something.
        if text.replacing(/(公|英|海|鄰|千|萬|百)里|里(程|弄)/, with: "").contains("里") { faults.append("里") }
        return faults
    }

    @Test func `no text of the interface has a wrong word`() throws {
        let file = Repository.root.appending(path: "Resources/words/en.json")
        let keys = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: file)).keys
        #expect(keys.count > 1000)
        let words = WebDesk.book[.traditional]
        for key in keys.sorted() {
            let text = words(key)
            #expect(Self.faults(in: text) == [], "\(text)")
        }
    }

    @Test(arguments: ["airport", "design", "media", "shop"])
    func `no title of a charter has a wrong word`(name: String) throws {
        let charter = try Repository.charter(name).charter
        let titles =
            charter.clauses.map(\.title) + charter.posts.map(\.title) + charter.workflows.map(\.title)
            + charter.forms.flatMap(\.fields).map(\.title)
        for title in titles { #expect(Self.faults(in: title[.traditional]) == [], "\(title[.traditional])") }
    }
}
