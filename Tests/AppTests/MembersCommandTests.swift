import Foundation
import Testing

/// `charter members replay`
struct MembersCommandTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path()
    private static let charter = repository + "/Charters/design.yaml"

    private struct Result: Decodable {
        struct Line: Decodable {
            let clause: String?
            let text: String
        }

        let line: Int?
        let receipt: String?
        let due: Int64?
        let discount: Int64?
        let cash: Int64?
        let earned: Int64?
        let redeemed: Int64?
        let spendable: Int64?
        let pending: Int64?
        let period: Int64?
        let tier: String?
        let fee: Int64?
        let kept: Int64?
        let valid_until: String?
        let refused: [Line]
        let why: [Line]?
    }

    private static func replay(_ lines: [String], language: String = "en") async throws -> [Result] {
        let done = try await Program.run(
            ["members", "replay", "--charter", charter, "--history", "-", "--language", language],
            input: lines.joined(separator: "\n"))
        #expect(done.status == 0, "\(done.errors)")
        return try done.output.split(separator: "\n").map {
            try JSONDecoder().decode(Result.self, from: Data($0.utf8))
        }
    }

    private static let card = [
        #"{"receipt":"R0","at":"2026-03-02T10:00:00+08:00","member":"M1","lines":[{"price":30000,"quantity":1}]}"#,
        #"{"action":"apply","at":"2026-03-02T10:05:00+08:00","member":"M1","born":"1990-03-07","receipts":["R0"]}"#,
    ]

    private static func purchase(_ receipt: String, at: String, price: String, tender: String = "{}") -> String {
        #"{"receipt":"\#(receipt)","at":"\#(at)","member":"M1","birthday":"1990-07-15","event":false,"#
            + #""lines":[{"list":\#(price),"price":\#(price),"quantity":2,"class":"general","on_sale":false,"counter":null}],"#
            + #""tender":\#(tender)}"#
    }

    @Test func `a purchase is answered with its figures, the balances and the clause of each step`() async throws {
        let results = try await Self.replay(
            Self.card + [
                Self.purchase(
                    "R1", at: "2026-03-07T15:04:05+08:00", price: "10000",
                    tender: #"{"non_cash":0,"stored":0,"points":0}"#)
            ])
        #expect(results.count == 3)
        #expect(results[0].tier == "none")
        #expect(results[1].tier == "vip")
        #expect(results[1].valid_until == "2027-03-02")
        #expect(results[1].fee == 0)
        let sold = results[2]
        #expect(sold.receipt == "R1")
        #expect([sold.due, sold.discount, sold.cash] == [19_000, 1000, 19_000])
        #expect([sold.earned, sold.redeemed, sold.spendable, sold.pending, sold.period] == [19, 0, 0, 19, 19])
        #expect(sold.tier == "vip")
        #expect(sold.refused.isEmpty)
        #expect(sold.why?.map(\.clause) == ["D-343", "D-356", "D-358", "D-366"])
        #expect(sold.why?.first?.text == "Line 1: 200.00 × 95% = 190.00, 10.00 off")
    }

    @Test func `a refused act has its clause, the balances as they are, and no figures`() async throws {
        let results = try await Self.replay(
            Self.card + [
                Self.purchase("R1", at: "2026-03-07T15:04:05+08:00", price: "100000"),
                Self.purchase("R2", at: "2026-03-08T15:04:05+08:00", price: "10000", tender: #"{"points":150}"#),
            ], language: "zh-Hant")
        #expect(results[3].refused.map(\.clause) == ["D-365"])
        #expect(results[3].refused[0].text == "積分按100的整數倍使用，不能用150分")
        #expect(results[3].receipt == "R2")
        #expect(results[3].spendable == 190)
        #expect(results[3].due == nil)
        #expect(results[3].why == nil)
    }

    @Test func `a refund, a loss and a replacement are answered with what they give and cost`() async throws {
        let results = try await Self.replay(
            Self.card + [
                Self.purchase("R1", at: "2026-03-07T15:04:05+08:00", price: "100000"),
                Self.purchase("R2", at: "2026-03-08T15:04:05+08:00", price: "10000", tender: #"{"points":100}"#),
                #"{"action":"refund","at":"2026-03-08T16:00:00+08:00","member":"M1","reverses":"R1","lines":[{"list":100000,"price":100000,"quantity":2,"class":"general","on_sale":false,"counter":null}]}"#,
                #"{"action":"report_loss","at":"2026-03-08T17:00:00+08:00","member":"M1"}"#,
                #"{"action":"replace","at":"2026-03-20T17:00:00+08:00","member":"M1"}"#,
                #"{"action":"replace","at":"2026-03-20T17:00:00+08:00","member":"M1","decision":"was in hospital","waiver":"goodwill"}"#,
            ])
        #expect(results.map(\.refused.count) == [0, 0, 0, 0, 0, 0, 1, 0])
        #expect(results[4].cash == 189_000)
        #expect(results[4].kept == 1000)
        #expect(results[6].refused[0].clause == "D-406")
        #expect(results[7].fee == 0)
    }

    @Test func `D-408: points are given back with a reason, and count as given ones`() async throws {
        let results = try await Self.replay(
            Self.card + [
                Self.purchase("R1", at: "2026-03-07T15:04:05+08:00", price: "10000"),
                #"{"action":"restore","at":"2026-03-08T16:00:00+08:00","member":"M1","points":50,"reason":"used by another"}"#,
                #"{"action":"restore","at":"2026-03-08T16:00:00+08:00","member":"M1","points":50}"#,
                #"{"action":"restore","at":"2026-03-08T16:00:00+08:00","member":"M1","reason":"used by another"}"#,
                Self.purchase("R2", at: "2026-03-09T15:04:05+08:00", price: "10000"),
            ])
        #expect([results[3].spendable, results[3].pending, results[3].period] == [19, 50, 19])
        #expect(results[3].why?.map(\.clause) == ["D-408", "D-366"])
        #expect(results[4].refused.map(\.clause) == ["D-408"])
        #expect(results[5].refused[0].text == "“points” is missing")
        #expect([results[6].spendable, results[6].pending, results[6].period] == [69, 19, 38])
    }

    @Test func `D-392: a campaign of the charter holds in a history within its days`() async throws {
        let folder = try Scratch.folder()
        let file = folder + "/campaign.yaml"
        let text = try String(contentsOfFile: Self.charter, encoding: .utf8).replacing(
            "  activities:                          #",
            with: """
                  campaigns:
                    anniversary:
                      title: {zh-Hans: 店庆}
                      from: 2026-03-08
                      until: 2026-03-08
                      tiers: {vip: {everyday: {general: {pays: 80%}}}}
                  activities:                          #
                """)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let lines =
            Self.card
            + (7...9).map { Self.purchase("R\($0)", at: "2026-03-0\($0)T15:04:05+08:00", price: "10000") }
        let done = try await Program.run(
            ["members", "replay", "--charter", file, "--history", "-", "--language", "en"],
            input: lines.joined(separator: "\n"))
        #expect(done.status == 0, "\(done.errors)")
        let results = try done.output.split(separator: "\n").map {
            try JSONDecoder().decode(Result.self, from: Data($0.utf8))
        }
        // The 7th is the birthday of the card's application, which the purchase says otherwise.
        #expect(results.suffix(3).map(\.due) == [19_000, 16_000, 19_000])
        #expect(results[3].why?.first?.clause == "D-392")
    }

    @Test(
        arguments: [
            ("nonsense", nil, "This line is no JSON object"),
            ("[1]", nil, "This line is no JSON object"),
            (purchase("X", at: "2026-03-07T15:04:05+08:00", price: "100.5"), "X", "whole number"),
            (purchase("X", at: "2026-03-07T15:04:05+08:00", price: "1e30"), "X", "whole number"),
            (purchase("X", at: "2026-03-07T15:04:05+08:00", price: "\"100\""), "X", "“lines.1."),
            (purchase("X", at: "2026-03-07T15:04:05", price: "100"), "X", "a time with its zone"),
            (#"{"receipt":"X","at":"2026-03-07T15:04:05Z","member":"M1"}"#, "X", "“lines” is missing"),
            (#"{"receipt":"X","at":"2026-03-07T15:04:05Z","lines":[]}"#, "X", "“member” is missing"),
            (#"{"action":"aply","at":"2026-03-07T15:04:05Z","member":"M1"}"#, nil, "did you mean apply?"),
            (
                #"{"receipt":"X","at":"2026-03-07T15:04:05Z","member":"M1","lines":[{"price":1,"quantity":1,"counter":"out"}]}"#,
                "X", "“counter” is \"excluded\" or null"
            ),
            (
                #"{"action":"apply","at":"2026-03-07T15:04:05Z","member":"M1","born":"7 March","receipts":["R0"]}"#,
                nil,
                "“born” is a date"
            ),
        ] as [(String, String?, String)])
    func `a line that is no act is answered with its number and what is wrong, and the run goes on`(
        line: String, receipt: String?, text: String
    ) async throws {
        let results = try await Self.replay(
            [Self.card[0], "", line, Self.purchase("R1", at: "2026-03-07T15:04:05+08:00", price: "10000")])
        #expect(results.count == 3)
        #expect(results[1].line == 3)
        #expect(results[1].receipt == receipt)
        #expect(results[1].refused.contains { $0.text.contains(text) }, "\(results[1].refused)")
        #expect(results[2].due == 20_000)
    }

    @Test func `a charter that cannot be read or has no membership ends it with what to do`() async throws {
        let none = try await Program.run(
            "members", "replay", "--charter", Self.repository + "/Charters/media.yaml", "--history", "/dev/null")
        #expect(none.status == 1)
        #expect(none.errors.contains("has no part “membership:”"))
        let missing = try await Program.run(
            "members", "replay", "--charter", "/none.yaml", "--history", "/dev/null")
        #expect(missing.status == 1)
        #expect(missing.errors.contains("/none.yaml: the file cannot be read"))
        let history = try await Program.run(
            "members", "replay", "--charter", Self.charter, "--history", "/none.jsonl")
        #expect(history.errors.contains("/none.jsonl: the file cannot be read"))
        let folder = try Scratch.folder()
        let broken = folder + "/broken.yaml"
        let text = try String(contentsOfFile: Self.charter, encoding: .utf8).replacing("pays: 95%", with: "pays: 950%")
        try text.write(toFile: broken, atomically: true, encoding: .utf8)
        let refused = try await Program.run("members", "replay", "--charter", broken, "--history", "/dev/null")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("membership.tiers.vip.everyday.general.pays"))
    }
}
