import Customers
import Foundation
import Policy
import Storage
import TestSupport
import Testing

/// Cards and points through the API.
struct MemberAPITests {
    private struct Result: Decodable {
        struct Line: Decodable {
            let clause: String?
            let text: String
        }

        let due: Int64?
        let discount: Int64?
        let cash: Int64?
        let earned: Int64?
        let spendable: Int64?
        let pending: Int64?
        let tier: String?
        let why: [Line]?
    }

    private static func line(_ price: Int, _ quantity: Int = 1) -> [[String: Int]] {
        [["price": price, "quantity": quantity]]
    }

    private static func result(_ reply: Reply) throws -> Result {
        try JSONDecoder().decode(Result.self, from: Data(reply.text.utf8))
    }

    @Test func `a card is applied for, a purchase quoted and posted, and the account shows both`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let program = try await web.program(.an)
        let path = "/customers/\(scene.customer.id)"
        let applied = try await program.post(
            path + "/card-acts", ["action": "apply", "born": "1990-03-07", "receipts": [scene.receipt]])
        #expect(applied.status == 200, "\(applied.text)")
        let quoted = try await program.post(path + "/quotes", ["lines": Self.line(10_000, 2)])
        let quote = try Self.result(quoted)
        #expect([quote.due, quote.discount, quote.earned] == [18_000, 2000, 18])
        let posted = try await program.post(path + "/purchases", ["receipt": "A1", "lines": Self.line(10_000, 2)])
        #expect(posted.status == 201)
        let sold = try Self.result(posted)
        #expect([sold.due, sold.spendable] == [18_000, 18])
        let account = try await program.get(path + "/membership")
        #expect(account.status == 200)
        #expect(account.text.contains("\"standing\":\"active\""))
        #expect(account.text.contains("\"receipt\":\"A1\""))
    }

    @Test func `what the rules refuse is a 422 that says why, in the caller's language`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let program = try await web.program(.an)
        let path = "/customers/\(scene.customer.id)"
        let young = try await program.post(
            path + "/card-acts", ["action": "apply", "born": "1990-03-07", "receipts": ["none"]])
        #expect(young.status == 422)
        #expect(young.code == "member_refused")
        #expect(young.text.contains("没有小票none"), "\(young.text)")
        let again = try await program.speaking(.english).post(
            path + "/purchases", ["receipt": scene.receipt, "lines": Self.line(1)])
        #expect(again.status == 422)
        #expect(again.text.contains("was posted before with other content"), "\(again.text)")
    }

    @Test func `bodies that do not keep to the document are refused by field`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let program = try await web.program(.an).speaking(.english)
        let path = "/customers/\(scene.customer.id)/purchases"
        for (body, field) in [
            (["receipt": "A"], "lines"), (["receipt": "A", "lines": [[String: Int]]()], "lines"),
            (["receipt": "A", "lines": Self.line(-1)], "lines.0.price"),
            (["receipt": "A", "lines": Self.line(1, 0)], "lines.0.quantity"),
            (["receipt": "A", "lines": [["quantity": 1]]], "lines.0.price"),
            (["receipt": "A", "lines": [["price": 1, "quantity": 1, "prise": 1]]], "lines.0.prise"),
            (["receipt": "A", "lines": Self.line(1), "birthday": "7 March"], "birthday"),
            (["receipt": "A", "lines": Self.line(1), "tender": ["noncash": 1]], "tender.noncash"),
        ] as [([String: any Sendable], String)] {
            let reply = try await program.post(path, body)
            #expect(reply.status == 400, "\(field): \(reply.text)")
            #expect(reply.text.contains("\"field\":\"\(field)\""), "\(field): \(reply.text)")
        }
    }

    // MARK: Stored value

    private struct Stored: Decodable {
        let principal: Int64
        let bonus: Int64
        let frozen: String?
        let given: Int64?
        let paid: Int64?
    }

    @Test func `A-69: money is paid in, spent, frozen, released and paid out, and the statement shows it`() async throws
    {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let program = try await web.program(.an)
        let path = "/customers/\(scene.customer.id)"
        func act(_ name: String, _ body: [String: Any], status: Int) async throws -> Stored {
            let reply = try await program.post(path + name, body)
            #expect(reply.status == status, "\(reply.text)")
            return try JSONDecoder().decode(Stored.self, from: Data(reply.text.utf8))
        }
        let charged = try await act(
            "/recharges", ["recharge": "C1", "amount": 100_000, "tender": "transfer", "confirmed": ["seen"]],
            status: 201)
        #expect([charged.principal, charged.bonus, charged.given] == [130_000, 5000, 5000])
        let sold = try await program.post(
            path + "/purchases", ["receipt": "S1", "lines": Self.line(10_000, 4), "tender": ["stored": 35_000]])
        #expect(sold.status == 201, "\(sold.text)")
        let frozen = try await act("/stored-value/state", ["state": "frozen"], status: 200)
        #expect(frozen.frozen != nil)
        let refused = try await program.post(path + "/pay-outs", ["recharge": "C1", "confirmed": ["seen"]])
        #expect(refused.status == 422)
        _ = try await act("/stored-value/state", ["state": "released"], status: 200)
        let paid = try await act("/pay-outs", ["recharge": "C1", "confirmed": ["seen"]], status: 201)
        // The scene's 300 paid first; 50 of the thousand went with them.
        #expect([paid.paid, paid.principal, paid.bonus] == [95_000, 0, 0])
        let unseen = try await program.post(path + "/pay-outs", ["recharge": "C1"])
        #expect(unseen.text.contains("已核对证件"), "\(unseen.text)")
        let statement = try await program.get(path + "/stored-value")
        #expect(statement.status == 200)
        #expect(statement.text.contains("\"purpose\":\"stored.paid_out\""))
    }
}
