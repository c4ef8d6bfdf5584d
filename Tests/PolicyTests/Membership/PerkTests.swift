import Policy
import Primitives
import Testing

/// What the design company's cards give besides prices and points.
struct PerkTests {
    private static func member(
        _ tier: Tier.Key, issued: String = "2026-03-02", born: String? = "1990-07-15"
    ) -> Member {
        var member = Counter.with(tier, issued: issued).book.member("M1")
        member.born = born.map { day($0) }
        return member
    }

    private static func give(
        _ perk: String, _ tier: Tier.Key, on date: String = "2026-04-01", option: String? = nil,
        given: String? = nil, receipt: (String, ReceiptLookup?)? = nil, assigned: Bool = false,
        born: String? = "1990-07-15"
    ) -> (grant: PerkGrant?, refusals: [MemberRefusal]) {
        do throws(MemberRefusals) {
            let grant = try programme.give(
                PerkRequest(perk: perk, option: option, receipt: receipt?.0, isAssigned: assigned),
                to: member(tier, born: born), on: day(date), receipt: receipt?.1, given: given.map { day($0) })
            return (grant, [])
        } catch {
            return (nil, error.refusals)
        }
    }

    @Test(arguments: [("gold", 2, "D-381"), ("platinum", 3, "D-387")] as [(Tier.Key, Int64, String)])
    func `D-381, D-387: parking tickets once a card and day, three for platinum instead of two`(
        tier: Tier.Key, count: Int64, clause: String
    ) throws {
        let first = try #require(Self.give("parking", tier).grant)
        #expect(first.count == count)
        #expect(first.clause == clause)
        #expect(first.period == "1:2026-04-01")
        let again = Self.give("parking", tier, given: "2026-04-01")
        #expect(again.grant == nil)
        #expect(again.refusals.map(\.clause) == [clause])
        #expect(Self.give("parking", tier, on: "2026-04-02").grant?.period == "1:2026-04-02")
    }

    @Test func `D-381: a VIP card has no parking tickets, and the lowest card that has is named`() {
        let refused = Self.give("parking", "vip").refusals
        #expect(refused.map(\.reason) == [.perkOfTier("parking", from: "gold")])
        #expect(refused.map(\.clause) == ["D-381"])
    }

    @Test func `D-372: wrapping goes with a receipt of the card, and every tier has it`() throws {
        var counter = Counter.with("vip")
        counter.buy("2026-04-01", [piece(10_000)], receipt: "R1")
        let member = counter.book.member("M1")
        let own = try programme.receipt("R1", of: counter)
        for tier in ["vip", "gold", "platinum"] {
            #expect(Self.give("wrapping", tier, receipt: ("R1", .own(own))).grant?.clause == "D-372")
            #expect(Self.give("wrapping", tier).refusals.map(\.reason) == [.perkReceipt])
        }
        #expect(Self.give("wrapping", "vip", receipt: ("R2", nil)).refusals.map(\.reason) == [.receiptUnknown("R2")])
        #expect(
            Self.give("wrapping", "vip", receipt: ("R2", .anothers)).refusals.map(\.reason)
                == [.receiptOfAnother("R2")])
        // The first purchase was made before there was a card.
        let issue = try programme.receipt("issue", of: counter)
        #expect(
            Self.give("wrapping", "vip", receipt: ("issue", .own(issue))).refusals.map(\.reason)
                == [.receiptNotOnCard("issue")])
        #expect(member.card?.account == own.account)
    }

    @Test func `D-380: a guide of one of five kinds, and somebody is named who serves`() {
        for option in ["throughout", "advice", "matching", "new_models", "phone_order"] {
            #expect(Self.give("guide", "gold", option: option, assigned: true).grant?.clause == "D-380")
        }
        #expect(
            Self.give("guide", "gold", option: "dancing").refusals.map(\.reason) == [.perkOption("guide"), .perkStaff])
        #expect(Self.give("guide", "vip", option: "advice", assigned: true).refusals.map(\.clause) == ["D-380"])
    }

    @Test func `D-382: ironing, leather care and delivery are free from gold up`() throws {
        var counter = Counter.with("gold")
        counter.buy("2026-04-01", [piece(10_000)], receipt: "R1")
        let own = ReceiptLookup.own(try programme.receipt("R1", of: counter))
        for option in ["ironing", "leather", "delivery"] {
            for tier in ["gold", "platinum"] {
                #expect(Self.give("after_sale", tier, option: option, receipt: ("R1", own)).grant?.clause == "D-382")
            }
        }
        #expect(Self.give("after_sale", "vip", option: "ironing", receipt: ("R1", own)).refusals.count == 1)
        #expect(
            Self.give("after_sale", "gold", receipt: ("R1", own)).refusals.map(\.reason) == [.perkOption("after_sale")])
    }

    @Test func `D-378, D-385: one gift at the issue of a gold or platinum card, not two, and none for VIP`() {
        #expect(Self.give("issue_gift", "gold").grant?.period == "1:gold")
        #expect(Self.give("issue_gift", "platinum").grant?.period == "1:platinum")
        #expect(Self.give("issue_gift", "platinum").grant?.count == 1)
        #expect(Self.give("issue_gift", "platinum", given: "2026-03-02").refusals.map(\.clause) == ["D-385"])
        #expect(Self.give("issue_gift", "vip").refusals.map(\.reason) == [.perkOfTier("issue_gift", from: "gold")])
    }

    @Test(
        arguments: [
            ("vip", ["D-373", "D-373", nil]), ("gold", ["D-379", "D-379", "D-379"]),
            ("platinum", ["D-386", "D-386", "D-386"]),
        ] as [(Tier.Key, [String?])])
    func `D-373, D-379, D-386: two things for a VIP's birthday, three for the others`(
        tier: Tier.Key, clauses: [String?]
    ) {
        let given = ["birthday_sms", "birthday_card", "birthday_gift"].map {
            Self.give($0, tier, on: "2026-07-15").grant?.clause
        }
        #expect(given == clauses)
    }

    @Test(
        arguments: [
            ("2026-07-07", nil), ("2026-07-08", "2026"), ("2026-07-15", "2026"), ("2026-08-14", "2026"),
            ("2026-08-15", nil), ("2027-02-01", nil),
        ] as [(String, String?)])
    func `a birthday's gift is given from seven days before to thirty days after`(date: String, period: String?) {
        let done = Self.give("birthday_card", "vip", on: date)
        #expect(done.grant?.period == period)
        if period == nil { #expect(done.refusals.map(\.clause) == ["D-373"]) }
    }

    @Test(arguments: [
        ("2000-02-29", "2027-02-28", "2027-02-28"), ("2000-02-29", "2028-02-29", "2028-02-29"),
        ("2000-01-03", "2026-12-30", "2027-01-03"),
    ])
    func `the leap day has its birthday by the charter's setting, and one in January is near in December`(
        born: String, date: String, birthday: String
    ) {
        #expect(programme.birthday(near: day(date), born: day(born)) == day(birthday))
    }

    @Test func `who was born on 29 February celebrates on the 28th in other years only`() {
        let (last, leap) = (MonthDay(month: 2, day: 28), MonthDay(month: 2, day: 29))
        #expect(programme.birthsCelebrated(on: day("2027-02-28")) == [last, leap])
        #expect(programme.birthsCelebrated(on: day("2028-02-28")) == [last])
        #expect(programme.birthsCelebrated(on: day("2028-02-29")) == [leap])
    }

    @Test func `without a card, or with one that does not work, nothing is given`() {
        let none = Self.refusal(of: "parking", Member(), "2026-04-01")
        #expect(none?.reason == .noCard)
        var lost = Counter.with("gold")
        lost.perform(.reportLoss, "2026-04-01")
        let frozen = Self.refusal(of: "parking", lost.book.member("M1"), "2026-04-01")
        #expect(frozen?.clause == "D-405")
        let expired = Self.refusal(of: "parking", Counter.with("gold").book.member("M1"), "2027-04-02")
        #expect(expired?.reason == .standing(.expired(day("2027-03-02"))))
        // Within the days of exchange it keeps its benefits.
        #expect(Self.refusal(of: "parking", Counter.with("gold").book.member("M1"), "2027-04-01") == nil)
    }

    private static func refusal(of perk: String, _ member: Member, _ date: String) -> MemberRefusal? {
        programme.offers.perk(perk).flatMap { programme.refusal(of: $0, to: member, on: day(date)) }
    }
}

extension Programme {
    /// A receipt as the counter left it.
    fileprivate func receipt(_ number: String, of counter: Counter) throws -> Receipt {
        try #require(counter.book.receipt(number))
    }
}
