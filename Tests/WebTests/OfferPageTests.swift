import Customers
import Foundation
import Members
import Policy
import Storage
import TestSupport
import Testing

/// Perks and activities on the pages and through the API.
struct OfferPageTests {
    @Test func `a perk has a button until it is given, and is listed then`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.an)
        let path = "/customers/\(scene.member)/counter"
        let before = try await browser.get(path)
        #expect(before.text.contains("name=\"perk\" value=\"tickets\""))
        #expect(!before.text.contains("今天给过"))
        let given = try await browser.post(path + "/perk", ["perk": "tickets"])
        #expect(given.location == path + "?said=given", "\(given.text)")
        let after = try await browser.get(path)
        #expect(!after.text.contains("name=\"perk\" value=\"tickets\""))
        #expect(after.text.contains("今天给过"))
        let again = try await browser.post(path + "/perk", ["perk": "tickets"])
        #expect(again.status == 422)
        #expect(again.text.contains("已经给过"), "\(again.text)")
        // Without a card there is no block at all.
        let stranger = try await browser.get("/customers/\(scene.customer.id)/counter")
        #expect(!stranger.text.contains("id=\"perks\""))
    }

    @Test func `what a perk asks for is asked beside it, and its faults are said there`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.an)
        let path = "/customers/\(scene.member)/counter/perk"
        let lacking = try await browser.post(path, ["perk": "wrapping"])
        #expect(lacking.status == 422)
        #expect(lacking.text.contains("id=\"f-wrapping_receipt\""), "\(lacking.text)")
        let foreign = try await browser.post(path, ["perk": "wrapping", "wrapping_receipt": scene.receipt])
        #expect(foreign.status == 422)
        #expect(foreign.text.contains("小票\(scene.receipt)是别的顾客的"))
        #expect(foreign.text.contains("value=\"\(scene.receipt)\""))
        #expect(try await browser.post(path, ["perk": "nothing"]).status == 422)
    }

    @Test func `an activity is announced, taken part in once, listed and ended`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let ding = try await web.browser(.ding)
        let lacking = try await ding.post("/activities", ["kind": "exchange", "title": "换礼", "from": "2026-03-01"])
        #expect(lacking.status == 422)
        #expect(lacking.text.contains("value=\"换礼\""))
        let made = try await ding.post(
            "/activities",
            [
                "kind": "exchange", "title": "换礼", "from": "2026-03-01", "until": "2099-01-01", "tier_card": "true",
                "gifts.0.gift": "杯子", "gifts.0.points": "30", "gifts.0.stock": "5",
            ])
        let place = try #require(made.location?.split(separator: "?").first.map { String($0) })
        let page = try await ding.get(place)
        #expect(page.text.contains("杯子"))
        #expect(page.text.contains("余5"))
        let browser = try await web.browser(.an)
        let path = "/customers/\(scene.member)/counter"
        // The card has 36 points, usable tomorrow.
        let id = try #require(place.split(separator: "/").last)
        let early = try await browser.post(path + "/activity", ["activity": "\(id)", "gift": "0"])
        #expect(early.status == 422, "\(early.text)")
        let signed = try await browser.post(path + "/activity", ["activity": "\(scene.course)"])
        #expect(signed.location == path + "?said=attended")
        #expect(try await browser.post(path + "/activity", ["activity": "\(scene.course)"]).status == 422)
        #expect(try await browser.post(path + "/activity", ["activity": "none"]).status == 404)
        let course = try await ding.get("/activities/\(scene.course)")
        #expect(course.text.contains("公孙有卡"))
        let list = try await ding.get("/activities/\(scene.course)/guests.csv")
        #expect(list.text.hasPrefix("\u{FEFF}等级,编号,姓名,电话"))
        #expect(list.text.contains("公孙有卡"))
        #expect(list.text.contains("138****9876"))
        #expect(!list.text.contains("13800009876"))
        #expect(try await browser.get("/activities/\(scene.course)/guests.csv").status == 403)
        let ended = try await ding.post(place + "/end", ["revision": "1"])
        #expect(ended.location == place + "?said=ended")
    }

    @Test func `points are given back by whoever may, with a reason`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let path = "/customers/\(scene.member)/counter"
        #expect(try await web.browser(.an).get(path).text.contains("补回丢失的积分") == false)
        let browser = try await web.browser(.mei)
        #expect(try await browser.get(path).text.contains("补回丢失的积分"))
        let lacking = try await browser.post(path + "/points", ["restored_points": "50"])
        #expect(lacking.status == 422)
        let done = try await browser.post(
            path + "/points", ["restored_points": "50", "restored_reason": "挂失前被人用掉"])
        #expect(done.location == path + "?said=restored", "\(done.text)")
    }

    @Test func `programs give perks, announce activities and read who is invited`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let program = try await web.program(.ding)
        let member = "/customers/\(scene.member)"
        let given = try await program.post(member + "/perks", ["perk": "tickets"])
        #expect(given.status == 201)
        #expect(given.object?["count"] as? Int == 2)
        let again = try await program.post(member + "/perks", ["perk": "tickets"])
        #expect(again.status == 422 && again.code == "member_refused", "\(again.text)")
        let perks = try await program.get(member + "/perks")
        #expect((perks.object?["given"] as? [[String: Any]])?.first?["perk"] as? String == "tickets")
        let made = try await program.post(
            "/activities", ["kind": "news", "title": "新品", "from": "2026-03-01", "until": "2026-03-31"])
        #expect(made.status == 201, "\(made.text)")
        let id = try #require(made.object?["id"] as? String)
        let shown = try await program.get("/activities/\(id)")
        #expect(shown.object?["kind"] as? String == "news")
        let refused = try await program.post(member + "/activities", ["activity": id])
        #expect(refused.status == 422, "\(refused.text)")
        let guests = try await program.get("/activities/\(scene.course)/guests")
        #expect(guests.text.contains("公孙有卡") && guests.text.contains("138****9876"), "\(guests.text)")
        let unfit = try await program.post("/activities", ["kind": "news", "title": "新品"])
        #expect(unfit.status == 400)
        let unknown = try await program.post(
            "/activities", ["kind": "none", "title": "新品", "from": "2026-03-01", "until": "2026-03-31"])
        #expect(unknown.status == 422, "\(unknown.text)")
    }
}
