import Cases
import Customers
import Foundation
import Obligations
import Organisations
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// The list of cases on the desk and through the API: its address, its names, acts on many, and taking it along.
struct CaseListTests {
    private static func references(_ reply: Reply) -> [String] {
        reply.text.matches(of: /data-key="([^"]+)"/).map { String($0.output.1) }
    }

    private static func references(_ program: Program, _ query: String) async throws -> [String] {
        let reply = try await program.get("/cases" + query)
        return (reply.object?["items"] as? [[String: Any]] ?? []).compactMap { $0["reference"] as? String }
    }

    // MARK: The address

    @Test func `an address says the same list to whoever reads it`() throws {
        let unit = "018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21"
        let address =
            "state=all&q=%E4%BB%A4%E7%8B%90%20%26&workflow=complaint&workflow_state=received&unit=\(unit)"
            + "&handler=\(unit)&filed_from=2026-01-01&filed_through=2026-02-28&overdue=1&repeated=1&sort=deadline"
        let query = try CaseQuery(address: address)
        #expect(query.address == address)
        #expect(query.text == "令狐 &" && query.order == .deadline && query.isOverdue && query.isRepeated)
        #expect(try CaseQuery(address: "?" + address + "&cursor=x&view=y") == query)
        #expect(try CaseQuery(address: "") == CaseQuery())
        #expect(try CaseQuery(address: "state=open&q=&sort=filed").address == "")
        for (text, field) in [
            ("sort=size", "sort"), ("state=opened", "state"), ("filed_from=2026-13-01", "filed_from"),
            ("overdue=perhaps", "overdue"), ("unit=here", "unit"), ("workflow_state=received", "workflow"),
            ("q=\(String(repeating: "x", count: 101))", "q"), ("q=%01", "q"), ("size=1", "filter"), ("q=%ff", "filter"),
        ] {
            do throws(FormFaults) {
                _ = try CaseQuery(address: text)
                Issue.record("\(text) was read")
            } catch {
                #expect(error.faults.map(\.field) == [field], "\(text)")
            }
        }
    }

    @Test func `cases are found by number, name, initials and the end of a telephone number`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        try await web.shop.complain(2)
        let (browser, program) = (try await web.browser(.an), try await web.program(.an))
        // The scene's customer has three complaints, and a fourth that was put into the first.
        let all = [scene.later.reference, scene.signing.reference, scene.matter.reference]
        for (text, references) in [
            (scene.matter.reference, [scene.matter.reference]),
            (scene.matter.reference.lowercased(), [scene.matter.reference]), ("闻人", all), ("wrtx", all),
            ("wenren", all), ("5678", all),
        ] {
            let found = try await browser.get("/cases?q=\(text.percentEncoded)")
            #expect(Self.references(found) == references, "\(text)")
            let answer = try await Self.references(program, "?state=open&q=\(text.percentEncoded)")
            #expect(answer == references, "\(text)")
        }
        for text in ["欧阳", "zzz", "5679", "TS-1999"] {
            let none = try await browser.get("/cases?q=\(text.percentEncoded)")
            #expect(Self.references(none).isEmpty && none.text.contains("没有找到"), "\(text)")
            #expect(try await Self.references(program, "?q=\(text.percentEncoded)").isEmpty)
        }
        // Whoever may read no files finds nobody by name.
        let narrow = try await web.program(.an, scopes: [.readCases])
        #expect(try await Self.references(narrow, "?q=wrtx").isEmpty)
        #expect(try await Self.references(narrow, "?q=\(scene.matter.reference)") == [scene.matter.reference])
        // Another branch's clerk finds neither the customer nor the case.
        #expect(Self.references(try await web.browser(.du).get("/cases?q=5678")).isEmpty)
    }

    @Test func `the page and the API narrow and sort alike, and pages lead on and back`() async throws {
        let web = try await WebDesk.open()
        for number in 0..<53 { try await web.shop.complain(number % 4, channel: number % 2 == 0 ? "phone" : "letter") }
        let (browser, program) = (try await web.browser(.mei), try await web.program(.mei))
        for query in ["", "sort=deadline", "sort=state", "repeated=true", "workflow=complaint&workflow_state=received"]
        {
            let page = try await browser.get("/cases?" + query)
            let first = Self.references(page)
            #expect(first.count == (query.isEmpty || !query.contains("repeated") ? 50 : 49), "\(query)")
            #expect(try await Self.references(program, "?state=open&limit=50&" + query) == first, "\(query)")
            guard let next = page.text.between("rel=\"next\" href=\"", "\"") else {
                #expect(query == "repeated=true")
                continue
            }
            let second = try await browser.get(next.replacing("&amp;", with: "&"))
            #expect(Self.references(second).count == 3)
            #expect(Set(Self.references(second)).isDisjoint(with: first))
            let previous = try #require(second.text.between("rel=\"prev\" href=\"", "\""))
            #expect(Self.references(try await browser.get(previous.replacing("&amp;", with: "&"))) == first, "\(query)")
        }
        let counted = try await browser.get("/cases")
        #expect(counted.text.contains("<span class=\"tally\">53</span>"))
        #expect(try await browser.get("/cases?cursor=nonsense").status == 200)
        #expect(try await program.get("/cases?sort=deadline&cursor=\(UUID())").status == 422)
        #expect(try await program.get("/cases?cursor=nonsense").status == 400)
    }

    @Test func `a closed case is not late, whatever is owed after its end`() async throws {
        let web = try await WebDesk.open()
        let matter = try await web.shop.complain()
        try await web.shop.respond(to: matter)
        let manager = try await web.shop.principal(.mei)
        for (move, input) in [("check", [:]), ("settle", ["words": .text("已换")])] as [(String, Fields)] {
            _ = try await web.shop.desk.cases.move(matter.id, move, input: input, revision: nil, by: manager)
        }
        web.shop.desk.clock.advance(hours: 24 * 5)
        let owed = try await web.shop.desk.obligations.list(ofCase: matter.id, for: manager)
        #expect(owed.contains { $0.isOverdue(at: web.shop.desk.clock.now) })
        let list = try await web.browser(.mei).get("/cases?state=closed")
        #expect(Self.references(list) == [matter.reference])
        #expect(!list.text.contains("due--overdue"))
    }

    @Test func `what cannot be looked for is said beside the list`() async throws {
        let web = try await WebDesk.open()
        try await web.shop.complain()
        let browser = try await web.browser(.an)
        for language in WebDesk.languages {
            let reply = try await browser.speaking(language).get("/cases?filed_from=2026-02-30&sort=size")
            #expect(reply.status == 422 && reply.text.contains("role=\"alert\""))
            #expect(Self.references(reply).count == 1, "the rest of the address is heeded")
            #expect(!reply.text.contains("[[") && !reply.text.contains(/\{\d\}/))
        }
        let answer = try await web.program(.an).get("/cases?filed_from=2026-02-30&workflow_state=received")
        #expect(answer.status == 422 && answer.faults == ["filed_from", "workflow"], "\(answer.text)")
    }

    // MARK: Views

    @Test func `a list that is kept stands above the list of its owner, and of the unit once it is shared`()
        async throws
    {
        let web = try await WebDesk.open()
        let (an, bai) = (try await web.browser(.an), try await web.browser(.bai))
        let kept = try await an.post(
            "/cases/views", ["title": "逾<期>", "filter": "overdue=1&workflow=complaint", "shared": "1"])
        // In the order of every address.
        #expect(kept.location == "/cases?workflow=complaint&overdue=1&said=kept")
        for (browser, tally) in [(an, "共用"), (bai, "同事")] {
            let page = try await browser.get("/cases?workflow=complaint&overdue=1")
            #expect(page.text.contains("逾&lt;期&gt; <span class=\"tally\">\(tally)</span>"), "\(page.text)")
        }
        #expect(try await an.get("/cases?workflow=complaint&overdue=1").text.contains("改这个视图"))
        #expect(!(try await bai.get("/cases?workflow=complaint&overdue=1").text).contains("改这个视图"))
        let again = try await an.post("/cases/views", ["title": "逾<期>", "filter": "overdue=1"])
        #expect(again.status == 422 && again.text.contains("value=\"逾&lt;期&gt;\""), "what was typed is not lost")
        let wrong = try await an.post("/cases/views", ["title": "x", "filter": "size=1"])
        #expect(wrong.status == 422)
        let program = try await web.program(.bai)
        let views = try await program.get("/cases/views").object?["items"] as? [[String: Any]] ?? []
        #expect(views.map { $0["title"] as? String } == ["逾<期>"] && views.first?["own"] as? Bool == false)
    }

    // MARK: Many at once

    @Test func `what is chosen is done case by case, and each refusal is told`() async throws {
        let web = try await WebDesk.open()
        let (one, two) = (try await web.shop.complain(0), try await web.shop.complain(1))
        try await web.shop.respond(to: two)
        let browser = try await web.browser(.an)
        let asked = try await browser.get("/cases/bulk?act=complaint.respond&c=\(one.id).1&c=\(two.id).1")
        #expect(asked.status == 200 && asked.text.contains("可办1件，共2件"))
        #expect(asked.text.contains("这一步已经办过"))
        var form = ["bulk.act": "complaint.respond", "c.\(one.id)": "1", "c.\(two.id)": "1"]
        let empty = try await browser.post("/cases/bulk", form)
        #expect(empty.status == 422 && empty.text.contains("role=\"alert\""))
        #expect(try await web.shop.desk.count("bulk_run") == 0)
        form["words"] = "这就换"
        form["idempotency_key"] = "018f3c5e-7c1a-4b2e-9d40-5a1f0c9b7e21"
        let done = try await browser.post("/cases/bulk", form)
        let place = try #require(done.location)
        for language in WebDesk.languages {
            let page = try await browser.speaking(language).get(place)
            #expect(page.status == 200 && page.text.contains(one.reference) && page.text.contains(two.reference))
            #expect(!page.text.contains("[["))
        }
        let page = try await browser.get(place)
        #expect(page.text.contains("办成1件，未办1件") && page.text.contains("有人先改了"))
        let stored = try await web.stored()
        #expect(try await browser.post("/cases/bulk", form).location == place)
        #expect(try await web.stored() == stored, "sent twice, done once")
        #expect(try await web.browser(.bai).get(place).status == 404)
        try await expectError(422, "还没有选事务") { try await browser.speaking($0).get("/cases/bulk?act=complaint.respond") }
        try await expectError(422, "还没有选要办的事") {
            try await browser.speaking($0).get("/cases/bulk?c=\(one.id).1")
        }
        let many = (0..<101).map { _ in "c=\(UUID()).1" }.joined(separator: "&")
        try await expectError(422, "一次选得太多") {
            try await browser.speaking($0).get("/cases/bulk?act=complaint.check&" + many)
        }
    }

    @Test func `a required field that holds on the page holds in the API, for one case and for many`() async throws {
        let web = try await WebDesk.open()
        let matter = try await web.shop.complain()
        let program = try await web.program(.an)
        let before = try await web.shop.events().count
        for fields in [[:], ["words": ""], ["words": " "]] as [[String: String]] {
            let alone = try await program.post("/cases/\(matter.id)/moves", ["move": "respond", "fields": fields])
            #expect(alone.status == 422 && alone.faults == ["words"], "\(alone.text)")
            let many = try await program.post(
                "/cases/bulk",
                [
                    "workflow": "complaint", "move": "respond", "fields": fields,
                    "cases": [["id": "\(matter.id)"]],
                ])
            #expect(many.status == 200, "\(many.text)")
            let results = many.object?["results"] as? [[String: Any]] ?? []
            #expect(results.map { ($0["refusal"] as? [String: String])?["code"] } == ["form_faults"])
            #expect(many.object?["done"] as? Int == 0)
        }
        #expect(try await web.shop.events().count == before)
    }

    @Test func `the API does many with one key once, and refuses what is no such act`() async throws {
        let web = try await WebDesk.open()
        let (one, two) = (try await web.shop.complain(0), try await web.shop.complain(1))
        let program = try await web.program(.an)
        let body: [String: Any] = [
            "workflow": "complaint", "move": "check",
            "cases": [["id": "\(one.id)", "revision": 1], ["id": "\(two.id)", "revision": 7]],
        ]
        let key = ["Idempotency-Key": "one"]
        let first = try await program.post("/cases/bulk", body, key)
        #expect(first.object?["done"] as? Int == 1 && first.object?["refused"] as? Int == 1, "\(first.text)")
        let second = try await program.post("/cases/bulk", body, key)
        #expect(second.text == first.text && second.header("Idempotency-Replayed") == "true")
        #expect(try await web.shop.events("complaint.checking").count == 1)
        for (wrong, status) in [
            (["cases": [["id": "\(one.id)"]]], 422), (["cases": []], 400),
            (["cases": [["id": "\(one.id)"], ["id": "\(one.id)"]], "workflow": "complaint", "move": "check"], 422),
            (["cases": (0..<101).map { _ in ["id": "\(UUID())"] }, "workflow": "complaint", "move": "check"], 400),
            (["cases": [["id": "\(UUID())"]], "workflow": "complaint", "move": "check"], 404),
            (
                [
                    "cases": [["id": "\(one.id)"]], "workflow": "complaint", "move": "check",
                    "staff": "\(web.shop.staff(.bai))", "reason": "x",
                ], 422
            ),
        ] as [([String: Any], Int)] {
            let reply = try await program.post("/cases/bulk", wrong)
            #expect(reply.status == status, "\(wrong): \(reply.text)")
        }
    }

    @Test func `a case that cannot go to somebody says why`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.mei)
        let page = try await browser.get("/cases/\(scene.matter.id)")
        #expect(page.text.contains("action=\"/cases/\(scene.matter.id)/handler\""))
        #expect(!(try await web.browser(.an).get("/cases/\(scene.matter.id)").text).contains("/handler\""))
        for (person, status, title) in [
            (Shop.Person.er, 422, "这项待办不归这个人办"), (.du, 422, "这个人看不到这项待办所涉的事"),
        ] {
            let form = ["staff": "\(web.shop.staff(person))", "reason": "年假", "revision": "\(scene.matter.revision)"]
            try await expectError(status, title) {
                try await browser.speaking($0).post("/cases/\(scene.matter.id)/handler", form)
            }
        }
        let form = ["staff": "\(web.shop.staff(.mei))", "reason": "年假", "revision": "\(scene.matter.revision)"]
        #expect(try await browser.post("/cases/\(scene.matter.id)/handler", form).isDone)
        let conflict = try await expectError(409, "有人先改了") {
            try await browser.speaking($0).post("/cases/\(scene.matter.id)/handler", form)
        }
        #expect(conflict.told?.text.contains("梅二") == true || conflict.told?.text.contains("Mei") == true)
        #expect(try await browser.get("/cases/\(scene.matter.id)").text.contains("事务转办"))
    }

    // MARK: Taking along

    @Test func `the table has the rows of the list, its mark, and no formula`() async throws {
        let web = try await WebDesk.open()
        let shop = web.shop
        var content = shop.grievance(0)
        content["content"] = .text("=HYPERLINK(\"x\"),灯")
        _ = try await shop.desk.cases.start("complaint", input: content, by: shop.principal(.an))
        for number in 0..<205 { try await shop.complain(number % 4) }
        let browser = try await web.browser(.ding)
        let reply = try await browser.get("/cases/list.csv?state=all&q=\("冼".percentEncoded)&repeated=1")
        #expect(reply.status == 200 && reply.header("content-type") == "text/csv; charset=utf-8")
        #expect(reply.text.unicodeScalars.first?.value == 0xFEFF)
        let lines = reply.text.split(separator: "\r\n")
        #expect(lines.count == 1 + 52, "\(lines.count)")
        let all = try await browser.get("/cases/list.csv")
        #expect(all.text.split(separator: "\r\n").count == 207, "more than one page")
        #expect(all.text.contains("\"'=HYPERLINK(\"\"x\"\"),灯\""))
        let exported = try await shop.events("cases.exported")
        #expect(exported.map { $0.body["filter"] } == [.text("state=all&repeated=1"), .text("")], "and no name")
        for person in [Shop.Person.mei, .an, .er] {
            try await expectError(403, "这一步不归你的岗位") {
                try await web.browser(person, in: $0).get("/cases/list.csv")
            }
        }
        #expect(try await shop.events("cases.exported").count == 2)
        #expect(try await browser.get("/cases/list.csv?sort=size").status == 422)
        let paper = try await browser.get("/cases/list/print")
        #expect(paper.text.contains("转角小店") && paper.text.contains("只印前200件"))
    }
}
