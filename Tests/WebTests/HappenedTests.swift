import Foundation
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// A field of something that has happened takes no moment that lies ahead, on the pages and through the API.
struct HappenedTests {
    /// The shop whose register also asks when the complaint was heard.
    private static func open() async throws -> WebDesk {
        let fields = """
                  heard_at: {type: time, not_after: now, title: {zh-Hans: 听到时间, en: Heard at}}
                  bought_on: {type: date, not_after: now, title: {zh-Hans: 购买日期, en: Bought on}}
                  wanted_on: {type: date, title: {zh-Hans: 希望日期, en: Wanted on}}
              reply:

            """
        let charter = ShopCharter.text(
            changing: ("  reply:\n", fields),
            ("      words: {", "      said_at: {type: time, not_after: now, title: {zh-Hans: 答复时间}}\n      words: {"))
        let shop = try await Shop.open(charter)
        // The first case takes a block of numbers, which a refused one leaves as it is.
        try await shop.complain()
        return try WebDesk(shop)
    }

    private static func form(_ web: WebDesk, _ heard: String, _ bought: String) -> [String: String] {
        [
            "customer": "\(web.shop.customers[0])", "channel": "phone", "content": "灯不亮", "heard_at": heard,
            "bought_on": bought, "wanted_on": "2027-01-01",
        ]
    }

    @Test func `a page refuses what lies ahead, in each language, and says it to the browser`() async throws {
        let web = try await Self.open()
        let browser = try await web.browser(.an)
        let before = try await web.stored()
        for (language, words) in [
            (Language.simplified, ["这是已发生的事，时间不能晚于现在", "这是已发生的事，日期不能在今天以后"]),
            (.traditional, ["這是已發生的事，時間不能晚於現在", "這是已發生的事，日期不能在今天以後"]),
            (.english, ["This has happened, so not later than now", "This has happened, so not a day after today"]),
        ] {
            let reply = try await browser.speaking(language).post(
                "/cases/new/complaint", Self.form(web, "2026-03-03T10:01", "2026-03-04"))
            #expect(reply.status == 422)
            for word in words { #expect(reply.text.contains(word), "\(word)") }
            #expect(reply.text.contains(#"value="2026-03-03T10:01" max="2026-03-03T23:59""#))
            #expect(reply.text.contains(#"value="2026-03-04" max="2026-03-03""#))
            #expect(reply.text.contains(#"value="2027-01-01">"#), "what is wished for may lie ahead")
        }
        #expect(try await web.stored() == before)
        let reply = try await browser.post("/cases/new/complaint", Self.form(web, "2026-03-03T10:00", "2026-03-03"))
        #expect(reply.status == 303, "\(reply.text)")
    }

    @Test func `the API refuses what lies ahead, and its forms say so`() async throws {
        let web = try await Self.open()
        let program = try await web.program(.an, in: .english)
        func send(_ heard: String, _ bought: String) async throws -> Reply {
            try await program.post("/cases", ["workflow": "complaint", "fields": Self.form(web, heard, bought)])
        }
        let refused = try await send("2026-03-03T10:00:01+08:00", "2026-03-04")
        #expect(refused.status == 422 && refused.faults == ["bought_on", "heard_at"], "\(refused.text)")
        #expect(refused.text.contains("This has happened, so not later than now"))
        let taken = try await send("2026-03-03T10:00:00+08:00", "2026-03-03")
        #expect(taken.status == 201, "\(taken.text)")
        let matter = try await program.get("/cases/\(taken.id ?? "")")
        #expect(matter.text.contains(#""key":"said_at","not_after":"now""#), "\(matter.text)")
    }

    @Test func `a fact that has not happened yet is refused beside its other faults`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an, in: .english)
        let reply = try await browser.post(
            "/facts/new/site.started", ["customer": "\(web.shop.customers[0])", "occurred_at": "2026-03-03T10:01"])
        #expect(reply.status == 422)
        #expect(reply.text.contains("This has happened, so not later than now"))
        #expect(reply.text.contains(#"id="e-place""#), "the missing place is told too")
    }
}
