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
}
