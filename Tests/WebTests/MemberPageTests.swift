import Cases
import Customers
import Foundation
import Members
import Policy
import Primitives
import Storage
import TestSupport
import Testing

@testable import Web

/// A member's page among the pages for customers, and who is refused there.
struct MemberPageTests {
    private let web: WebDesk
    private let scene: Scene
    private let number: String
    private let home = "/portal/11"
    private var shop: Shop { web.shop }

    init() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let organisation = web.shop.organisation
        let captions = try await web.shop.desk.database.read(for: organisation) {
            try CustomerDirectory($0, organisation).captions(of: [scene.member])
        }
        self.web = web
        self.scene = scene
        number = try #require(captions[scene.member]).reference
    }

    /// A member's browser after a sign-in that went well; the cookie is what the portal set.
    private func signIn(
        _ number: String? = nil, _ digits: String = "9876", _ language: Language = .simplified
    ) async throws -> (browser: Browser, cookie: [String: String]) {
        let browser = web.visitor(in: language)
        let reply = try await browser.post(home + "/member", ["number": number ?? self.number, "digits": digits])
        #expect(reply.status == 303 && reply.location == home + "/member", "\(reply.text)")
        let set = try #require(reply.header("set-cookie"))
        #expect(set.contains("HttpOnly") && set.contains("Path=\(home)") && set.contains("SameSite=Lax"))
        let visit = try #require(set.between("charter_member=", ";"))
        return (browser, ["cookie": "charter_language=\(language.rawValue); charter_member=\(visit)"])
    }

    @Test func `D-375: a member sees card, points and when they can be used, perks and receipts with their clauses`()
        async throws
    {
        let (browser, cookie) = try await signIn()
        let page = try await browser.get(home + "/member", cookie)
        #expect(page.status == 200)
        #expect(page.header("cache-control") == "no-store")
        for words in [
            number, "会员卡", "有效至2027年", "可用积分", "停车票", "每天一次", "还有2份", "插花", "138****9876", "公***", "M-", "怎么算的",
        ] { #expect(page.text.contains(words), "\(words)") }
        // The points of today's purchase came before the card: there are none, and one from now on waits until tomorrow.
        let an = try await shop.principal(.an)
        let line = Purchase.Line(
            list: Money(minorUnits: 10_000), price: Money(minorUnits: 10_000), quantity: 1, goods: "general",
            isOnSale: false, isExcluded: false)
        try await shop.desk.members.perform(
            .purchase(
                "N-1",
                Purchase(
                    lines: [line], tender: Tender(nonCash: .zero, stored: .zero, points: .zero), birthday: nil,
                    isInEvent: false, isGroup: false)), for: scene.member, by: an)
        _ = try await shop.desk.members.give(PerkRequest(perk: "tickets"), to: scene.member, by: an)
        let after = try await browser.get(home + "/member", cookie)
        #expect(after.text.contains("N-1") && after.text.contains("今天已用"))
        #expect(after.text.contains("第1行：100.00 × 90% = 90.00"), "\(after.text)")
    }

    @Test func `the page speaks three languages and holds no whole number, name or word of the desk's`() async throws {
        for language in WebDesk.languages {
            let (browser, cookie) = try await signIn(nil, "9876", language)
            let page = try await browser.get(home + "/member", cookie)
            #expect(page.status == 200 && page.text.contains("<html lang=\"\(language.rawValue)\""))
            #expect(!page.text.contains("[["))
            for secret in ["13800009876", "公孙有卡", scene.member.description, "/customers/", "/charter/"] {
                #expect(!page.text.contains(secret), "\(secret)")
            }
            for person in Shop.Person.allCases { #expect(!page.text.contains(person.name), "\(person)") }
        }
        let entry = try await web.visitor(in: .english).get(home + "/member")
        #expect(entry.status == 200 && entry.text.contains("Member number"))
        #expect(try await web.visitor().get(home).text.contains("href=\"\(home)/member\""))
    }

    @Test func `a wrong number, wrong digits and who holds no card get one answer, and it takes its time`() async throws
    {
        let stranger = try await shop.desk.customers.file(
            CustomerInput(kind: .person, name: "无卡人", people: [PersonInput(role: .itself, phone: "13800001111")]),
            by: shop.principal(.an))
        var replies: [String] = []
        for (number, digits) in [("KH-2026-9999", "9876"), (number, "9875"), (stranger.reference, "1111")] {
            var reply: Reply?
            let time = try await ContinuousClock().measure {
                reply = try await web.visitor().post(home + "/member", ["number": number, "digits": digits])
            }
            #expect(reply?.status == 422 && reply?.header("set-cookie") == nil)
            #expect(time >= .milliseconds(300))
            replies.append(reply?.text.replacing(number, with: "N") ?? "")
        }
        #expect(Set(replies).count == 1 && replies[0].contains("会员号或电话后四位不对"))
        #expect(replies[0].contains("aria-invalid=\"true\""))
    }

    @Test func `guesses at cards and at cases are counted together, and the administrator sees who was stopped`()
        async throws
    {
        let browser = web.visitor()
        // Half of them at the complaint's form, half at the card's; the pace is slow by the last.
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 {
                group.addTask { [home] in
                    try await browser.post(home + "/follow", ["number": "TS-2026-7777", "digits": "0000"]).status
                }
                group.addTask { [home] in
                    try await browser.post(home + "/member", ["number": "KH-2026-7777", "digits": "0000"]).status
                }
            }
            for try await status in group { #expect(status == 422) }
        }
        let stopped = try await browser.post(home + "/member", ["number": number, "digits": "9876"])
        #expect(stopped.status == 429 && stopped.header("retry-after") != nil)
        #expect(try await browser.post(home + "/follow", ["number": "TS-2026-0001", "digits": "0088"]).status == 429)
        let page = try await web.browser(.ding).get("/people/visitors")
        #expect(page.text.contains("猜编号"))
    }

    @Test func `who did not sign in, or with another's mark, or too long ago, is asked`() async throws {
        let (browser, cookie) = try await signIn()
        let value = try #require(cookie["cookie"])
        let forged = ["cookie": String(value.dropLast()) + (value.last == "0" ? "1" : "0")]
        // A visit to a case is none to a card, under whichever name it comes.
        let followed = try await web.visitor().post(
            home + "/follow", ["number": scene.matter.reference, "digits": "5678"])
        let visit = try #require(followed.header("set-cookie")?.between("charter_visit=", ";"))
        let other = ["cookie": "charter_member=" + visit]
        for cookie in [forged, other, [:]] {
            let page = try await browser.get(home + "/member", cookie)
            #expect(page.status == 200 && page.text.contains("name=\"digits\"") && !page.text.contains("138****9876"))
        }
        #expect(try await browser.get(home + "/member", forged).text.contains("请再输入会员号"))
        shop.clock.advance(hours: 2)
        #expect(try await browser.get(home + "/member", cookie).text.contains("name=\"digits\""))
    }

    @Test func `leaving takes the page's own mark, and ends the visit`() async throws {
        let (browser, cookie) = try await signIn()
        let page = try await browser.get(home + "/member", cookie)
        let token = try #require(page.text.between("name=\"form_token\" value=\"", "\""))
        #expect(try await browser.post(home + "/member/leaving", ["form_token": "x"], cookie).status == 403)
        let left = try await browser.post(home + "/member/leaving", ["form_token": token], cookie)
        #expect(left.status == 303 && left.location == home)
        #expect(left.header("set-cookie")?.contains("charter_member=;") == true)
    }

    @Test func `a lost card says so and what to do, and shows no code`() async throws {
        let (browser, cookie) = try await signIn()
        let before = try await browser.get(home + "/member", cookie)
        #expect(before.text.contains("code__square") && before.text.contains("code__bars"))
        try await shop.desk.members.perform(.reportLoss, for: scene.member, by: shop.principal(.an))
        let page = try await browser.get(home + "/member", cookie)
        #expect(page.text.contains("已挂失") && page.text.contains("请本人带证件到店补办"), "\(page.text)")
        #expect(!page.text.contains("code__square") && !page.text.contains("还有2份"))
    }

    @Test func `stored value is seen by who has it, frozen or not`() async throws {
        let reference = scene.customer.reference
        let (browser, cookie) = try await signIn(reference, "5678")
        let page = try await browser.get(home + "/member", cookie)
        #expect(page.text.contains("储值余额") && page.text.contains("300.00") && page.text.contains(scene.recharge))
        try await shop.desk.members.perform(.freeze, for: scene.customer.id, by: shop.principal(.an))
        #expect(try await browser.get(home + "/member", cookie).text.contains("300.00"))
    }

    // MARK: The counter

    @Test func `what a scanner types of either code finds the member, and the counter shows the code`() async throws {
        let browser = try await web.browser(.an)
        let code = try #require(MemberCode(number))
        let counter = try await browser.get("/customers/\(scene.member)/counter")
        #expect(counter.text.contains(code.square.path) && counter.text.contains(code.bars.path))
        for typed in [number, number.lowercased(), number + "%0D%0A", "%20" + number + "+"] {
            let found = try await browser.get("/search?q=" + typed)
            #expect(found.text.contains("/customers/\(scene.member)"), "\(typed)")
            let list = try await browser.get("/customers?q=" + typed)
            #expect(list.text.contains("公孙有卡"), "\(typed)")
        }
    }
}
