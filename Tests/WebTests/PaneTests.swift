import Cases
import Policy
import TestSupport
import Testing

@testable import Web

/// The opened duty on the workbench.
struct PaneTests {
    private static func act(_ browser: Browser, _ duty: String) async throws -> String? {
        let page = try await browser.get("/?view=team&o=\(duty)").text
        let pane = page.between("<h2 class=\"pane__title\">", "</section>") ?? ""
        #expect(pane.split(separator: "btn--do").count <= 2, "one act stands out")
        return pane.between("<p class=\"acts\"><a class=\"btn btn--do\" href=\"", " <kbd")
    }

    @Test func `the one move that meets the duty is named, and its form is a step away`() async throws {
        let web = try await WebDesk.open()
        let matter = try await web.shop.complain()
        let duty = try #require(try await web.shop.duties("S-01").first)
        let browser = try await web.browser(.an)
        let path = "/cases/\(matter.id)/moves/respond"
        let act = try await Self.act(browser, "\(duty.id)")
        #expect(act == "\(path)\" aria-keyshortcuts=\"E\">回应")
        #expect(try await browser.get(path).text.contains("action=\"\(path)\""))
        let english = try await Self.act(browser.speaking(.english), "\(duty.id)")
        #expect(english?.hasSuffix(">Respond") == true, "\(english ?? "none")")
    }

    @Test func `where no such move is possible now, the case is opened`() async throws {
        let web = try await WebDesk.open()
        let matter = try await web.shop.complain()
        let duty = try #require(try await web.shop.duties("S-01").first)
        _ = try await web.shop.desk.cases.move(
            matter.id, "check", input: [:], revision: nil, by: web.shop.principal(.an))
        let act = try await Self.act(try await web.browser(.an), "\(duty.id)")
        #expect(act == "/cases/\(matter.id)\" aria-keyshortcuts=\"E\">打开事务")
    }
}
