import Policy
import TestSupport
import Testing

@testable import Web

/// What the API says of the rules in force.
struct CharterEndpointsTests {
    @Test func `a program learns what can be filed, with which fields, and which posts there are`() async throws {
        let web = try await WebDesk.open()
        let charter = try #require(try await web.program(.an).get("/charter").object)
        let posts = try #require(charter["posts"] as? [[String: String]])
        let own = try Repository.read(ShopCharter.text)
        #expect(posts.map { $0["key"] } == own.posts.map(\.key))
        #expect(posts.allSatisfy { $0["title"]?.isEmpty == false })
        let workflows = try #require(charter["workflows"] as? [[String: Any]])
        #expect(workflows.compactMap { $0["key"] as? String } == own.workflows.map(\.key))
        let complaint = try #require(workflows.first { $0["key"] as? String == "complaint" })
        #expect(complaint["started_by"] as? [String] == ["clerk", "courier", "manager", "director"])
        #expect(complaint["subject"] as? String == "customer")
        let form = try #require((complaint["form"] as? [String: Any])?["fields"] as? [[String: Any]])
        let channel = try #require(form.first { $0["key"] as? String == "channel" })
        #expect(channel["type"] as? String == "choice" && channel["required"] as? Bool == true)
        let choices = try #require(channel["choices"] as? [[String: String]])
        #expect(choices.contains { $0["key"] == "phone" && $0["title"]?.isEmpty == false })
        let facts = try #require(charter["facts"] as? [[String: Any]])
        #expect(facts.compactMap { $0["event"] as? String } == own.facts.map(\.event))
        let site = try #require(facts.first { $0["event"] as? String == "site.started" })
        #expect(site["subject"] as? String == "customer")
        let place = try #require((site["form"] as? [String: Any])?["fields"] as? [[String: Any]])
        #expect(place.contains { $0["key"] as? String == "place" })
    }

    @Test func `an empty list says what the reader can do, and nothing that he cannot`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let web = try WebDesk(shop)
        let words = WebDesk.book[.simplified]
        for (person, path, said, unsaid) in [
            (Shop.Person.an, "/customers", "从“建档”登记第一位", "由能建档的岗位登记，或由能导入的岗位导入；登记后显示在这里"),
            (.cheng, "/customers", "由能建档的岗位登记，或由能导入的岗位导入；登记后显示在这里", "从“建档”登记第一位"),
            (.an, "/cases", "从“新建”登记一件", "由制度里能登记的岗位登记；登记后显示在这里"),
        ] {
            let page = try await web.browser(person).get(path).text
            #expect(page.contains(words(said)) && !page.contains(words(unsaid)), "\(person) \(path)")
        }
    }
}
