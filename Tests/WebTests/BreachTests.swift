import Cases
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// What the charter's pages tell of single breaches: no more than the reader may open.
struct BreachTests {
    /// Sums of the whole company for a clerk, who reads single duties and cases within the scopes given.
    private static func shop(duties: Scope, cases: Scope) async throws -> WebDesk {
        let web = try WebDesk(
            try await Shop.open(
                ShopCharter.text(
                    changing: (
                        from: "cases.read: unit, cases.act: unit, obligations.read: unit, charter.read: unit",
                        to: "cases.read: \(cases), cases.act: unit, obligations.read: \(duties), charter.read: all"
                    ))))
        let shop = web.shop
        try await shop.complain(0, by: .bai)
        for words in ["药箱受潮", "钥匙丢了"] {
            _ = try await shop.desk.cases.start(
                "complaint",
                input: [
                    "customer": .text(shop.customers[4].description), "channel": .text("phone"),
                    "content": .text(words),
                ], by: shop.principal(.du))
        }
        shop.clock.advance(hours: 30)
        try await shop.tick()
        return web
    }

    private static let pages = ["/charter/clauses/S-01/adherence", "/charter/clauses/S-01/detail"]

    @Test func `breaches that the reader may not open are counted and not listed`() async throws {
        let web = try await Self.shop(duties: .unit, cases: .unit)
        let browser = try await web.browser(.an)
        for path in Self.pages {
            let page = try await browser.get(path)
            #expect(page.status == 200)
            #expect(page.text.contains("2件，逾期"), "the sums are the whole company's")
            #expect(page.text.contains("另有2项不在你的范围内"))
            #expect(!page.text.contains("药箱受潮") && !page.text.contains("钥匙丢了"))
            #expect(try await browser.speaking(.english).get(path).text.contains("2 more lie beyond your reach"))
        }
        let answer = try await web.program(.an).get("/charter/clauses/S-01")
        #expect((answer.object?["breaches"] as? [[String: Any]])?.count == 1)
        #expect(answer.object?["breaches_out_of_reach"] as? Int == 2)
        // Whoever may open all of them reads of no others.
        let all = try await web.browser(.ding).get(Self.pages[0]).text
        #expect(all.contains("药箱受潮") && !all.contains("不在你的范围内"))
    }

    @Test func `without any breach to open the number alone is told`() async throws {
        let web = try await Self.shop(duties: .own, cases: .own)
        let scopes: Set<Action> = [.readCharter]
        let answer = try await web.program(.bai, scopes: scopes).get("/charter/clauses/S-01")
        let listed = try #require(answer.object?["breaches"] as? [[String: Any]])
        #expect(listed.count + (answer.object?["breaches_out_of_reach"] as? Int ?? 0) == 3)
        let page = try await web.browser(.mei).get(Self.pages[0]).text
        #expect(page.contains("药箱受潮"))
    }

    @Test(arguments: Scope.allCases, Scope.allCases)
    func `what is listed opens, on the page and through the API`(duties: Scope, cases: Scope) async throws {
        let web = try await Self.shop(duties: duties, cases: cases)
        for person in [Shop.Person.an, .du, .cheng, .mei] {
            let browser = try await web.browser(person)
            for path in Self.pages {
                let page = try await browser.get(path)
                let links = page.text.matches(of: /href="(\/(?:obligations|cases)\/[^"]+)"/).map { String($0.output.1) }
                for link in links {
                    let opened = try await browser.get(link)
                    #expect(opened.status == 200, "\(person): \(link)")
                }
                let mayRead = page.text.contains("药箱受潮")
                if mayRead { #expect(links.contains { $0.hasPrefix("/cases/") }, "\(person)") }
            }
            let program = try await web.program(person)
            let answer = try await program.get("/charter/clauses/S-01")
            for breach in try #require(answer.object?["breaches"] as? [[String: Any]]) {
                let id = try #require(breach["id"] as? String)
                #expect(try await program.get("/obligations/\(id)").status == 200, "\(person)")
                guard let matter = breach["case"] as? String else {
                    #expect(breach["reference"] == nil)
                    continue
                }
                #expect(try await program.get("/cases/\(matter)").status == 200, "\(person)")
            }
        }
    }

    @Test func `a colleague's duty tells nothing of a case that its reader may not open`() async throws {
        let web = try await Self.shop(duties: .all, cases: .unit)
        let duty = try #require(try await web.shop.duties("S-01").first { $0.unit == web.shop.south })
        let browser = try await web.browser(.an)
        for path in ["/obligations/\(duty.id)", "/?view=team", "/?view=team&o=\(duty.id)"] {
            let page = try await browser.get(path)
            #expect(page.status == 200)
            #expect(!page.text.contains("药箱受潮") && !page.text.contains("钥匙丢了"), "\(path)")
        }
        // Whoever owes it reads what about.
        #expect(try await web.browser(.du).get("/").text.contains("药箱受潮"))
    }

    @Test func `through the API a duty names its case only to who may open that`() async throws {
        let web = try await Self.shop(duties: .all, cases: .unit)
        let duties = try await web.shop.duties("S-01")
        let program = try await web.program(.an)
        let listed = try #require(
            try await program.get("/obligations?view=team").object?["items"] as? [[String: Any]])
        var (named, hidden) = (0, 0)
        for duty in duties {
            let line = try #require(listed.first { $0["id"] as? String == "\(duty.id)" })
            let single = try #require(try await program.get("/obligations/\(duty.id)").object)
            for told in [line, single] {
                if duty.unit == web.shop.south {
                    // The duty is about the case itself, whose number would be told there too.
                    #expect(told["case"] == nil && told["reference"] == nil && told["subject"] == nil)
                    hidden += 1
                } else {
                    #expect(told["case"] != nil && told["reference"] != nil && told["subject"] != nil)
                    named += 1
                }
            }
        }
        #expect(named == 2 && hidden == 4)
        // A token without that permission reads of the duty, and not of its case; nor does an act on it tell.
        let duty = try #require(duties.first { $0.unit == web.shop.north })
        let blind = try await web.program(.mei, scopes: [.readObligations, .waiveObligations])
        let told = try #require(try await blind.get("/obligations/\(duty.id)").object)
        #expect(told["case"] == nil && told["reference"] == nil && told["clause"] as? String == "S-01")
        let waived = try await blind.post("/obligations/\(duty.id)/waiver", ["reason": "已当面谈过"])
        #expect(waived.isDone && waived.object?["reference"] == nil, "\(waived.text)")
    }
}
