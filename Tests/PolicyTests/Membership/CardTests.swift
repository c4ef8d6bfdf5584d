import Policy
import Primitives
import Testing

/// Cards from the application to the lapse.
struct CardTests {
    // MARK: Joining

    @Test(
        arguments: [
            (29_999, nil), (30_000, "vip"), (599_999, "vip"), (600_000, "gold"), (999_999, "gold"),
            (1_000_000, "platinum"),
        ] as [(Int64, String?)])
    func `D-334, D-335, D-336: the cash of one day says which card`(cash: Int64, tier: String?) {
        var counter = Counter()
        counter.buy("2026-03-02", [piece(cash - 10_000)], receipt: "a")
        counter.buy("2026-03-02", [piece(15_000)], nonCash: 5000, receipt: "b")
        let outcome = counter.join("2026-03-02", ["a", "b"])
        #expect(outcome.member.card?.tier == tier)
        #expect(outcome.refusedBy == (tier == nil ? ["D-334"] : []))
    }

    @Test func `D-331: on the eighteenth birthday one may join, the day before not`() {
        var counter = Counter()
        counter.buy("2026-03-02", [piece(30_000)], receipt: "a")
        #expect(counter.join("2026-03-02", ["a"], born: "2008-03-03").refusedBy == ["D-331"])
        #expect(counter.join("2026-03-02", ["a"], born: nil).refusedBy == ["D-331"])
        #expect(counter.join("2026-03-02", ["a"], born: "2008-03-02").member.card?.tier == "vip")
    }

    @Test func `D-337: each receipt serves once, is the customer's own and is named once`() {
        var counter = Counter()
        counter.buy("2026-03-02", [piece(30_000)], receipt: "a")
        counter.buy("2026-03-02", [piece(30_000)], receipt: "b", member: "M2")
        #expect(counter.join("2026-03-02", ["a", "a"]).refusals.map(\.reason) == [.receiptTwice("a")])
        #expect(counter.join("2026-03-02", ["b"]).refusals.map(\.reason) == [.receiptOfAnother("b")])
        #expect(counter.join("2026-03-02", ["c"]).refusals.map(\.reason) == [.receiptUnknown("c")])
        #expect(counter.join("2026-03-02", []).refusals.map(\.reason) == [.noReceipts])
        #expect(counter.join("2026-03-02", ["a"]).refusals == [])
        #expect(counter.join("2026-03-02", ["a"]).refusals.map(\.reason) == [.hasCard("vip")])
    }

    @Test func `D-338: receipts of another day do not count`() {
        var counter = Counter()
        counter.buy("2026-03-01 23:59", [piece(30_000)], receipt: "a")
        #expect(counter.join("2026-03-02 00:00", ["a"]).refusedBy == ["D-338"])
    }

    @Test func `what was refunded no longer counts for a card`() {
        var counter = Counter()
        counter.buy("2026-03-02", [piece(10_000, quantity: 3)], receipt: "a")
        counter.refund("2026-03-02", "a", [piece(10_000)])
        #expect(counter.join("2026-03-02", ["a"]).refusedBy == ["D-334"])
    }

    // MARK: Exchange

    /// A card with so many points earned in its first year, before the exchange.
    private func year(_ tier: String, earning points: Int64) -> Counter {
        var counter = Counter.with(tier)
        let price = points / (tier == "vip" ? 1 : 2) * 1000
        counter.buy("2026-07-14", [piece(price, list: price + 1)])
        return counter
    }

    @Test(arguments: [("vip", 1000, "gold", "D-393"), ("gold", 6000, "platinum", "D-394")])
    func `D-393, D-394, D-397: from the threshold on the next card, with the points and another year`(
        tier: String, points: Int64, next: String, clause: String
    ) throws {
        var short = year(tier, earning: points - (tier == "vip" ? 1 : 2))
        #expect(short.perform(.upgrade, "2027-03-03").refusedBy == [clause])
        var counter = year(tier, earning: points)
        let outcome = counter.perform(.upgrade, "2027-03-03")
        let card = try #require(outcome.member.card)
        #expect(card.tier == next)
        #expect(card.number == 2)
        #expect(outcome.member.points.spendable == Points(points))
        #expect(outcome.member.points.period == .zero)
        #expect(programme.expiry(of: card) == day("2028-03-03"))
    }

    @Test func `D-394: above platinum there is nothing`() {
        var counter = Counter.with("platinum")
        #expect(counter.perform(.upgrade, "2027-03-03").refusals.map(\.reason) == [.highestTier("platinum")])
    }

    @Test func `D-396: an upgrade from the card's last day to thirty days after it`() {
        for (day, clauses) in [
            ("2027-03-01", ["D-396"]), ("2027-03-02", []), ("2027-04-01", []), ("2027-04-02", ["D-396"]),
        ] {
            var counter = year("vip", earning: 1000)
            #expect(counter.perform(.upgrade, day).refusedBy == clauses, "\(day)")
        }
    }

    @Test func `D-396: an expired card keeps its benefits for thirty days and has none after them`() {
        for (day, due) in [("2027-03-02", 9000), ("2027-04-01", 9000), ("2027-04-02", 10_000)] as [(String, Int64)] {
            var counter = Counter.with("gold")
            let sold = counter.buy(day, [piece(10_000)])
            #expect(sold.due == due, "\(day)")
            #expect(sold.why.contains("D-396") == (day != "2027-03-02"))
        }
    }

    @Test func `D-398: points spent since still count, and points of the next card year do not`() {
        var counter = year("vip", earning: 1000)
        counter.buy("2026-07-20", [piece(20_000)], points: 1000, receipt: "spent")
        #expect(counter.book.member("M1").points.spendable == .zero)
        #expect(counter.perform(.upgrade, "2027-03-03").member.card?.tier == "gold")
        var late = year("vip", earning: 999)
        late.buy("2027-03-10", [piece(10_000)])
        #expect(late.perform(.upgrade, "2027-03-11").refusedBy == ["D-393"])
    }

    @Test(
        arguments: [
            ("gold", 999_999, "vip", "D-402"), ("gold", 1_000_000, "gold", "D-402"),
            ("platinum", 1_999_999, "gold", "D-403"), ("platinum", 2_000_000, "platinum", "D-403"),
        ] as [(String, Int64, String, String)])
    func `D-402, D-403: who spent too little in the card year gets the card below`(
        tier: String, spend: Int64, next: String, clause: String
    ) {
        var counter = Counter.with(tier)
        counter.buy("2027-03-02", [piece(spend, "B")], nonCash: spend / 2)
        counter.buy("2027-03-03", [piece(1000, "B")])
        let outcome = counter.perform(.renew, "2027-03-03")
        #expect(outcome.member.card?.tier == next)
        #expect(outcome.why.contains(clause))
        #expect(outcome.member.card?.issued == day("2027-03-03"))
    }

    @Test func `D-402: what was refunded is not spent`() {
        var counter = Counter.with("gold")
        counter.buy("2026-07-14", [piece(1_000_000, "B")], receipt: "x")
        counter.refund("2026-07-15", "x", [piece(1_000_000, "B")])
        #expect(counter.perform(.renew, "2027-03-03").member.card?.tier == "vip")
    }

    @Test func `D-396: a card is exchanged once its year is full, not before`() {
        var counter = Counter.with("gold")
        #expect(counter.perform(.renew, "2027-03-01").refusedBy == ["D-396"])
        #expect(counter.perform(.renew, "2027-06-01").refusals == [])
    }

    // MARK: Lapse

    @Test func `D-399: a VIP card unused for a year gives nothing, and its points stay`() {
        var counter = Counter.with("vip")
        counter.buy("2026-07-13", [piece(200_000)])
        let renewed = counter.perform(.renew, "2027-03-02").member
        #expect(renewed.card?.used == day("2027-03-02"))
        let inTime = counter.buy("2028-03-01", [piece(10_000)])
        #expect(inTime.due == 9500)
        var late = counter
        #expect(late.buy("2029-02-28", [piece(10_000)], points: 100).refusedBy == ["D-396"])
        let lapsed = late.buy("2029-03-01", [piece(10_000)])
        #expect(lapsed.due == 10_000)
        #expect(lapsed.earned == 0)
        #expect(lapsed.why.contains("D-399"))
        #expect(late.buy("2029-03-02", [piece(10_000)], points: 100).refusedBy == ["D-399"])
        #expect(late.book.member("M1").points.spendable == Points(199))
    }

    @Test func `D-400: 200 yuan in cash of one day within a month bring it back`() {
        for (day, cash, clauses) in [
            ("2027-03-02", 19_999, ["D-400"]), ("2027-03-02", 20_000, []), ("2027-04-02", 20_000, []),
            ("2027-04-03", 20_000, ["D-400"]),
        ] as [(String, Int64, [String])] {
            var counter = Counter.with("vip")
            counter.buy(day, [piece(cash + 500)], nonCash: 500, receipt: "back")
            #expect(counter.perform(.reactivate(receipts: ["back"]), day).refusedBy == clauses, "\(day) \(cash)")
        }
    }

    @Test func `D-401: brought back it works from that day, with its points, and its receipts are used`() throws {
        var counter = Counter.with("vip", issued: "2026-03-02")
        counter.buy("2026-03-02", [piece(200_000)])
        counter.buy("2027-03-03", [piece(20_000)], receipt: "back")
        #expect(counter.perform(.reactivate(receipts: ["issue"]), "2027-03-03").refusals.count == 1)
        let back = counter.perform(.reactivate(receipts: ["back"]), "2027-03-03")
        #expect(back.why == ["D-400", "D-401"])
        let sold = counter.buy("2027-03-03", [piece(10_000)], points: 100)
        #expect(sold.due == 9500)
        #expect(counter.perform(.reactivate(receipts: ["back"]), "2027-03-03").refusals.map(\.reason) == [.notLapsed])
    }

    @Test func `once the month is over one applies anew, and the old points stay with the old card`() {
        var counter = Counter.with("vip")
        counter.buy("2026-03-02", [piece(200_000)])
        counter.buy("2027-04-02", [piece(30_000)], receipt: "early")
        #expect(counter.join("2027-04-02", ["early"]).refusals.map(\.reason) == [.hasCard("vip")])
        counter.buy("2027-04-03", [piece(30_000)], receipt: "anew")
        let outcome = counter.join("2027-04-03", ["anew"])
        #expect(outcome.member.card?.number == 2)
        #expect(outcome.member.points.spendable == .zero)
    }

    @Test func `D-399: gold cards do not lapse`() {
        var counter = Counter.with("gold")
        let sold = counter.buy("2027-12-01", [piece(10_000)], points: 0)
        #expect(sold.why == ["D-396"])
        #expect(counter.perform(.reactivate(receipts: []), "2027-12-01").refusals.map(\.reason) == [.notLapsed])
    }

    // MARK: Loss and damage

    @Test func `D-405: a lost card is frozen at once`() {
        var counter = Counter.with("vip")
        let lost = counter.perform(.reportLoss, "2026-07-14 10:00")
        #expect(lost.why == ["D-405"])
        #expect(counter.buy("2026-07-14 10:01", [piece(10_000)]).refusedBy == ["D-405"])
        #expect(counter.perform(.upgrade, "2027-03-03").refusedBy == ["D-405"])
        #expect(counter.perform(.reportLoss, "2027-03-03").refusals.map(\.reason) == [.lostAlready(day("2026-07-14"))])
    }

    @Test func `D-406: the seventh day after the report is in time, from the eighth a supervisor decides`() {
        for (day, decided, clauses) in [
            ("2026-07-21", false, []), ("2026-07-22", false, ["D-406"]), ("2026-07-22", true, []),
        ] {
            var counter = Counter.with("vip")
            counter.perform(.reportLoss, "2026-07-14")
            let outcome = counter.perform(.replace(isDecided: decided, isWaived: false), day)
            #expect(outcome.refusedBy == clauses, "\(day)")
        }
    }

    @Test(arguments: [("vip", 1000), ("gold", 0), ("platinum", 0)] as [(String, Int64)])
    func `D-383, D-404, D-407: another card costs ten yuan for VIP and nothing for gold and platinum`(
        tier: String, fee: Int64
    ) {
        for isLost in [true, false] {
            var counter = Counter.with(tier)
            if isLost { counter.perform(.reportLoss, "2026-07-14") }
            let outcome = counter.perform(.replace(isDecided: false, isWaived: false), "2026-07-15")
            #expect(outcome.change?.fee.minorUnits == fee)
        }
        var waived = Counter.with(tier)
        let outcome = waived.perform(.replace(isDecided: false, isWaived: true), "2026-07-15")
        #expect(outcome.change?.fee == .zero)
    }

    @Test func `D-409: the new card is refused on its day and works the day after, with points and year as before`() {
        var counter = Counter.with("vip")
        counter.buy("2026-07-10", [piece(200_000)])
        counter.perform(.reportLoss, "2026-07-14")
        let replaced = counter.perform(.replace(isDecided: false, isWaived: false), "2026-07-15")
        #expect(replaced.member.card?.number == 2)
        #expect(counter.buy("2026-07-15", [piece(10_000)]).refusedBy == ["D-409"])
        let sold = counter.buy("2026-07-16", [piece(10_000)], points: 100)
        #expect(sold.due == 9500)
        #expect(sold.member.card.map { programme.expiry(of: $0) } == day("2027-03-02"))
        #expect(sold.member.points.period == Points(198))
    }

    @Test func `an act before the one before it is refused`() {
        var counter = Counter.with("vip")
        counter.buy("2026-07-14 12:00", [piece(10_000)])
        #expect(
            counter.buy("2026-07-14 11:59", [piece(10_000)]).refusals.map(\.reason)
                == [.outOfOrder(Counter.time("2026-07-14 12:00"))])
        #expect(counter.buy("2026-07-14 12:00", [piece(10_000)]).refusals == [])
    }
}
