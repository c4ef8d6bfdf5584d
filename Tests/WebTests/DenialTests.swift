import Customers
import Organisations
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// Whom a denial names, and to whom a duty can be given.
struct DenialTests {
    @Test func `a denial names the posts that would suffice, and never the reader's own`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        // Clerks write the files of their own branch, and so none of them could give one to another.
        let clerk = try await web.browser(.an)
        let owner = [
            "owner": "\(web.shop.staff(.du))", "revision": "\(scene.customer.revision)",
        ]
        let beyond = try await expectError(403, "这一步不归你的岗位") {
            try await clerk.speaking($0).post("/customers/\(scene.customer.id)/owner", owner)
        }
        #expect(beyond.told?.text == "Ask: Owner, Manager.")
        // The journal wants the whole company, which a manager's branch is not.
        let journal = try await web.program(.mei, in: .english).get("/events")
        #expect(journal.status == 403 && journal.told?.text == "Ask: Owner, Courier.", "\(journal.text)")
        // Not at all, so that any scope would do.
        let people = try await clerk.get("/people/new")
        #expect(people.told?.text == "可找：店主、经理。")
    }

    @Test func `a duty is offered to those who may do it, and refused to others with the reason`() async throws {
        let web = try await WebDesk.open()
        try await web.shop.complain()
        let duty = try #require(try await web.shop.duties("S-01").first)
        let browser = try await web.browser(.ding)
        let page = try await browser.get("/obligations/\(duty.id)").text
        let choice = try #require(page.between("name=\"staff\">", "</select>"))
        let offered = choice.matches(of: /value="([^"]+)"/).map { String($0.output.1) }
        let fit = [Shop.Person.ding, .mei, .an, .bai].map { web.shop.staff($0).description }
        #expect(Set(offered) == Set(fit))
        for (person, title, text, code) in [
            (
                Shop.Person.er, "这项待办不归这个人办",
                "Posts that may do it by S-01: Clerk, Manager, Owner, Courier. Give it to one of them.", "not_theirs"
            ),
            (
                .du, "这个人看不到这项待办所涉的事",
                "The case or customer of S-01 is beyond their permission. Give it to somebody who may see it.",
                "out_of_sight"
            ),
        ] {
            let staff = web.shop.staff(person).description
            let refused = try await expectError(422, title) {
                try await browser.speaking($0).post(
                    "/obligations/\(duty.id)/holder", ["staff": staff, "revision": "\(duty.revision)"])
            }
            #expect(refused.told?.text == text)
            let answer = try await web.program(.ding).post("/obligations/\(duty.id)/holder", ["staff": staff])
            #expect(answer.status == 422 && answer.code == code)
            #expect(answer.object?["clauses"] as? [String] == ["S-01"])
        }
        #expect(try await web.shop.duties("S-01").first?.holder == duty.holder)
    }

    @Test func `a duty for somebody who has left is refused as for any unfit holder`() async throws {
        let web = try await WebDesk.open()
        let ding = try await web.shop.principal(.ding)
        try await web.shop.desk.organisations.leave(web.shop.staff(.bai), revision: nil, by: ding)
        try await web.shop.complain()
        let duty = try #require(try await web.shop.duties("S-01").first)
        let staff = "\(web.shop.staff(.bai))"
        let before = try await web.stored()
        let browser = try await web.browser(.mei)
        let page = try await expectError(422, "这项待办不归这个人办") {
            try await browser.speaking($0).post(
                "/obligations/\(duty.id)/holder", ["staff": staff, "revision": "\(duty.revision)"])
        }
        #expect(page.told?.text.contains("S-01") == true)
        let answer = try await web.program(.mei).post("/obligations/\(duty.id)/holder", ["staff": staff])
        #expect(answer.status == 422 && answer.code == "not_theirs", "\(answer.text)")
        // The token of the program is new; nothing else is.
        let after = try await web.stored()
        #expect(Set(before.keys).filter { before[$0] != after[$0] } == ["api_token"])
    }
}
