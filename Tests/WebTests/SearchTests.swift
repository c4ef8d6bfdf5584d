import Cases
import Organisations
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// One search over everything, on the page and through the API.
struct SearchTests {
    private static func found(_ reply: Reply) throws -> [[String: String]] {
        try #require(reply.object?["items"] as? [[String: String]], "\(reply.text)")
    }

    @Test(arguments: Shop.Person.allCases)
    func `the API finds what the page does, and each of it opens`(person: Shop.Person) async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let (browser, program) = (try await web.browser(person), try await web.program(person))
        var kinds: Set<String> = []
        for query in ["闻人", String(scene.matter.reference.prefix(4)), "S-0", "三", "an", "x%"] {
            let answer = try await program.get("/search?q=\(query.percentEncoded)")
            #expect(answer.status == 200)
            let page = try await browser.get("/search?q=\(query.percentEncoded)").text
            let links =
                page.between("<div class=\"found\">", "</main>")?
                .matches(of: /<a href="(\/(?:customers|cases|charter\/clauses|people)\/[^"]+)"/)
                .map { String($0.output.1) }
                // Commands are the page's own.
                .filter { !$0.hasSuffix("/new") && !$0.contains("/new/") && !$0.contains("/me/") } ?? []
            var paths: Set<String> = []
            for item in try Self.found(answer) {
                let (kind, id, href) = (item["kind"] ?? "", item["id"] ?? "", try #require(item["href"]))
                kinds.insert(kind)
                #expect(href.hasSuffix("/" + id) && item["title"]?.isEmpty == false)
                let opened = try await program.get(String(href.dropFirst("/api/v1".count)))
                #expect(opened.status == 200, "\(person): \(href)")
                paths.insert(String(href.dropFirst("/api/v1".count)).replacing("/staff/", with: "/people/"))
            }
            #expect(paths == Set(links), "\(person): \(query)")
        }
        switch person {
        case .ding, .mei: #expect(kinds == ["customer", "case", "clause", "staff"])
        case .an, .bai: #expect(kinds == ["customer", "case", "clause"])
        // Customers of the whole shop, and the cases that are his own.
        case .cheng: #expect(kinds == ["customer", "clause"])
        case .er: #expect(kinds == [])
        case .du: #expect(kinds == ["clause"])
        }
    }

    @Test func `people are found by any part of their name, those who have left no more`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        let bai = "/search?q=" + Shop.Person.bai.name.suffix(1).description.percentEncoded
        #expect(try Self.found(try await program.get(bai)).contains { $0["title"] == Shop.Person.bai.name })
        for sign in ["%", "_", "!"] {
            #expect(try Self.found(try await program.get("/search?q=\(sign.percentEncoded)")).isEmpty, "\(sign)")
        }
        try await web.shop.desk.organisations.leave(
            web.shop.staff(.bai), revision: nil, by: web.shop.principal(.ding))
        #expect(try Self.found(try await program.get(bai)).allSatisfy { $0["kind"] != "staff" })
    }

    @Test func `what is asked for is named, and how much of it`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        for (query, field) in [("", "q"), ("?q=", "q"), ("?q=a&limit=51", "limit"), ("?q=a&kind=case", "kind")] {
            let reply = try await program.get("/search" + query)
            #expect(reply.status == 400 && reply.faults == [field], "\(query): \(reply.text)")
        }
        #expect(try Self.found(try await program.get("/search?q=S-0&limit=2")).count == 2)
        #expect(try Self.found(try await program.get("/search?q=%20")).isEmpty)
    }

    @Test func `the palette finds what there is to do, and in three languages`() async throws {
        let web = try await WebDesk.open(isDemo: true)
        for (query, path) in [
            ("新建", "/cases/new/complaint"), ("xj", "/customers/new"), ("演示", "/demo/clock"), ("退出", "/account"),
            ("深色", "/account"), ("统计", "/cases/statistics"), ("新单位", "/people/units/new"),
            ("改密码", "/people/me/password"),
        ] {
            let page = try await web.browser(.ding).get("/search?q=\(query.percentEncoded)").text
            #expect(
                page.between("<div class=\"found\">", "</main>")?.contains("<a href=\"\(path)\"") == true, "\(query)")
        }
        let plain = try await WebDesk.open()
        let clerk = try await plain.browser(.an)
        for query in ["演示", "新单位"] {
            let page = try await clerk.get("/search?q=\(query.percentEncoded)").text
            #expect(page.contains("found\">") && !page.contains("/demo/clock") && !page.contains("people/units/new"))
        }
    }

    @Test(arguments: [("dark", "theme=dark"), ("sign", "sign-out")])
    func `a line that stands for a button says which`(query: String, press: String) async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        let words = WebDesk.book[.simplified]
        let typed = query == "dark" ? words("深色") : words("退出登录")
        let part = try await browser.get("/search?q=\(typed.percentEncoded)", ["hx-request": "true"]).text
        #expect(part.contains("data-press=\"\(press)\""), "\(part)")
        #expect(try await browser.get("/account").text.contains("action=\"/preferences\""))
    }

    @Test func `people are found by initials and pinyin, those out of reach are not`() async throws {
        let web = try await WebDesk.open()
        let ding = try await web.shop.principal(.ding)
        let name = "欧阳重光"
        let id = try await web.shop.desk.organisations.addStaff(
            OrganisationService.NewStaff(name: name, unit: web.shop.north, post: "guest"), by: ding)
        for query in ["oy", "cg", "zg", "ouyang", "chongg", "歐陽"] {
            let found = try Self.found(try await web.program(.ding).get("/search?q=\(query.percentEncoded)"))
            #expect(found.contains { $0["id"] == id.description }, "\(query)")
        }
        let denied = try Self.found(try await web.program(.an).get("/search?q=oy"))
        #expect(denied.allSatisfy { $0["kind"] != "staff" })
    }
}
