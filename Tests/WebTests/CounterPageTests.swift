import Customers
import Policy
import Storage
import TestSupport
import Testing

/// The counter's page.
struct CounterPageTests {
    private static let lines = ["lines.0.price": "100.00", "lines.0.quantity": "2"]

    @Test func `a purchase is quoted with its clauses before it is taken, and posted once`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.an)
        let path = "/customers/\(scene.customer.id)/counter"
        let joined = try await browser.post(
            path + "/card", ["action": "apply", "born": "1990-03-07", "receipts": scene.receipt])
        #expect(joined.location == path + "?said=apply", "\(joined.text)")
        let quoted = try await browser.post(path, Self.lines.merging(["find": "1"]) { $1 })
        #expect(quoted.status == 200)
        #expect(quoted.text.contains("180.00"), "\(quoted.text)")
        #expect(quoted.text.contains("第1行：200.00 × 90% = 180.00"))
        #expect(quoted.text.contains("value=\"100.00\""))
        let before = try await web.stored()
        let sold = try await browser.post(path, Self.lines.merging(["receipt": "N 1"]) { $1 })
        #expect(sold.location == path + "?said=sold&receipt=N%201", "\(sold.text)")
        #expect(try await web.stored() != before)
        let page = try await browser.get(path + "?receipt=N%201")
        #expect(page.text.contains("<b>会员卡</b>"))
        #expect(page.text.contains("小票N 1"))
        #expect(page.text.contains("可退2件"))
    }

    @Test func `what the rules or the form refuse is said beside what was entered`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.an)
        let path = "/customers/\(scene.customer.id)/counter"
        let young = try await browser.post(
            path + "/card", ["action": "apply", "born": "1990-03-07", "receipts": "none"])
        #expect(young.status == 422)
        #expect(young.text.contains("没有小票none"))
        #expect(young.text.contains("value=\"none\""))
        let lacking = try await browser.post(path, ["receipt": "N1"])
        #expect(lacking.status == 422)
        let tooMany = try await browser.post(path + "/refund", ["receipt": scene.receipt, "piece.0": "3"])
        #expect(tooMany.status == 422)
        #expect(tooMany.text.contains("要退3件，只剩2件"), "\(tooMany.text)")
        let unknown = try await browser.post(path + "/card", ["action": "burn"])
        #expect(unknown.status == 404)
    }

    @Test func `who may not sell sees no form, and a company without cards no page`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let page = try await web.browser(.ding).get("/customers/\(scene.customer.id)/counter")
        #expect(page.text.contains("收款入账"))
        #expect(try await web.browser(.cheng).get("/customers/\(scene.customer.id)/counter").status == 403)
    }

    @Test func `A-60, A-62, A-69: the counter tops a card up, and the statement has each movement`()
        async throws
    {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.an)
        let path = "/customers/\(scene.customer.id)/counter"
        let file = try await browser.get("/customers/\(scene.customer.id)")
        #expect(file.text.contains("href=\"\(path)\""))
        let charged = try await browser.post(
            path + "/stored",
            ["action": "recharge", "recharge": "C 1", "amount": "1000.00", "tender": "cash", "confirm_seen": "true"])
        #expect(charged.location == path + "?said=recharge", "\(charged.text)")
        let sold = try await browser.post(
            path, Self.lines.merging(["receipt": "N2", "stored": "150.00"]) { $1 })
        #expect(sold.status == 303, "\(sold.text)")
        let page = try await browser.get(path)
        #expect(page.text.contains("1200.00"), "\(page.text)")
        let statement = try await browser.get(path + "/statement")
        let tag = try Regex("<[^>]*>")
        let rows = statement.text.split(separator: "<tr>").dropFirst(2).map {
            $0.replacing(tag, with: " ").split(separator: " ").joined(separator: " ")
        }
        #expect(rows.count == 3)
        #expect(rows.first?.contains("N2 -150.00 1200.00") == true, "\(rows)")
        #expect(rows.dropFirst().first?.contains("C 1 +1050.00 +50.00 1350.00") == true, "\(rows)")
        let low = try await browser.post(
            path + "/stored",
            ["action": "recharge", "recharge": "C2", "amount": "99.99", "tender": "cash", "confirm_seen": "true"])
        #expect(low.status == 422)
        #expect(low.text.contains("99.99元低于最低充值100.00元"), "\(low.text)")
        #expect(low.text.contains("value=\"C2\""))
        let frozen = try await browser.post(path + "/stored", ["action": "freeze"])
        #expect(frozen.status == 303)
        #expect(try await browser.get(path).text.contains("解冻"))
        #expect(try await browser.post(path + "/stored", ["action": "burn"]).status == 404)
    }
}
