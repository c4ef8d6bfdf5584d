import Cases
import HTTPTypes
import Primitives
import TestSupport
import Testing

/// The table of a period's cases, and articles.
struct StatisticsTests {
    @Test func `the table has a line for each case that the page counts, and nothing in it is a formula`() async throws
    {
        let web = try await WebDesk.open(isDemo: true)
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.ding)
        let path = "workflow=complaint&from=2026-01-01&through=2026-12-31"
        let page = try await browser.get("/cases/statistics?\(path)")
        let table = try await browser.get("/cases/statistics.csv?\(path)")
        #expect(page.status == 200)
        #expect(table.status == 200)
        #expect(table.headers[.contentType] == "text/csv; charset=utf-8")
        let lines = table.text.split(separator: "\r\n")
        let references = lines.dropFirst().compactMap { $0.split(separator: ",").first.map(String.init) }
        #expect(references.count == 5 && references.allSatisfy { $0.hasPrefix("TS-") })
        #expect(references.contains(scene.matter.reference) && references.contains(scene.later.reference))
        #expect(try await browser.get("/cases/statistics?workflow=none").status == 404)
    }

    @Test func `the API counts what the page counts, and says what it cannot count`() async throws {
        let web = try await WebDesk.open()
        _ = try await Scene(web.shop)
        let program = try await web.program(.ding)
        let period = "/cases/statistics?workflow=complaint&from=2026-01-01&through=2026-12-31"
        let reply = try await program.get(period)
        let found = try #require(reply.object)
        #expect(found["opened"] as? Int == 5 && found["closed"] as? Int == 1, "\(reply.text)")
        #expect((found["periods"] as? [Any])?.count == 12)
        let channels = (found["fields"] as? [[String: Any]])?.first { $0["field"] as? String == "channel" }
        let values = channels?["values"] as? [[String: Any]] ?? []
        #expect(values.map { $0["value"] as? String } == ["phone", "letter"])
        #expect(values.map { $0["count"] as? Int } == [3, 2])
        let clauses = (found["clauses"] as? [[String: Any]])?.map { $0["clause"] as? String }
        #expect(clauses == ["S-01"])
        let page = try await web.browser(.ding).get(period)
        #expect(page.text.contains("class=\"columns\"") && page.text.contains("/charter/clauses/S-01"))
        for (query, status, fault) in [
            ("", 422, "workflow"), ("?workflow=complaint&from=2026-02-30", 422, "from"),
            ("?workflow=complaint&from=2026-03-02&through=2026-03-01", 422, "through"),
            ("?workflow=complaint&from=0001-01-01&through=2026-03-01", 422, "from"),
        ] {
            let refused = try await program.get("/cases/statistics" + query)
            #expect(refused.status == status && refused.faults == [fault], "\(refused.text)")
        }
        #expect(try await program.get("/cases/statistics?workflow=none").status == 404)
        // The page shortens what is too long, and never asks for all time.
        #expect(try await web.browser(.ding).get("/cases/statistics?workflow=complaint&from=0001-01-01").status == 200)
        // Another branch's clerk counts nothing of it.
        #expect(try await web.program(.du).get(period).object?["opened"] as? Int == 0)
    }

    @Test func `a flag's values are told apart`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        for (matter, happy) in [(scene.signing, true), (try await web.shop.complain(2), false)] {
            let shop = web.shop
            if !happy {
                _ = try await shop.desk.cases.move(
                    matter.id, "check", input: [:], revision: nil, by: shop.principal(.an))
            }
            _ = try await shop.desk.cases.move(
                matter.id, "rate", input: ["happy": .text(happy ? "true" : "false"), "said": .text("好")],
                revision: nil, by: shop.principal(.an))
        }
        let page = try await web.browser(.ding).get(
            "/cases/statistics?workflow=complaint&from=2026-01-01&through=2026-12-31")
        let rows = page.text.matches(of: /field=happy&amp;value=(\w+)#opened">([^<]+)</).map { "\($0.1) \($0.2)" }
        #expect(rows.sorted() == ["false 否", "true 是"], "\(rows)")
    }

    @Test func `an article that is not there is told with a sentence`() async throws {
        let web = try await WebDesk.open(isDemo: true)
        let browser = try await web.browser(.mei)
        let reply = try await browser.get("/knowledge/01890000-0000-7000-8000-000000000001")
        #expect(reply.status == 404)
        #expect(reply.told?.title == "没有找到")
    }
}
