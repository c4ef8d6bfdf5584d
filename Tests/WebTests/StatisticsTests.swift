import Cases
import HTTPTypes
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

    @Test func `an article that is not there is told with a sentence`() async throws {
        let web = try await WebDesk.open(isDemo: true)
        let browser = try await web.browser(.mei)
        let reply = try await browser.get("/knowledge/01890000-0000-7000-8000-000000000001")
        #expect(reply.status == 404)
        #expect(reply.told?.title == "没有找到")
    }
}
