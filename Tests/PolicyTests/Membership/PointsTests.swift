import Policy
import Primitives
import Testing

/// What a purchase earns, and what points pay.
struct PointsTests {
    private static let plain = "2026-07-14"

    @Test(
        arguments: [
            ("vip", 1052, 0), ("vip", 1053, 1), ("gold", 1110, 0), ("gold", 1111, 2), ("platinum", 1136, 3),
        ] as [(String, Int64, Int64)])
    func `D-356: points for each full ten yuan of the cash paid after the discount`(
        tier: String, price: Int64, earned: Int64
    ) {
        var counter = Counter.with(tier)
        #expect(counter.buy(Self.plain, [piece(price)]).earned == earned)
    }

    @Test func `D-357: what is left below ten yuan is not carried over`() {
        var counter = Counter.with("vip")
        let first = counter.buy(Self.plain, [piece(2000)])
        let second = counter.buy(Self.plain, [piece(2000)])
        #expect([first.earned, second.earned] == [1, 1])
        #expect(second.member.points.pending == Points(2))
        #expect(first.why.contains("D-357"))
    }

    @Test(arguments: [("vip", 19), ("gold", 38), ("platinum", 57)] as [(String, Int64)])
    func `D-358, D-359, D-360: 199 yuan in cash earn 19, 38 or 57 points`(tier: String, earned: Int64) {
        var counter = Counter.with(tier)
        // On sale, so that no discount changes the cash.
        #expect(counter.buy(Self.plain, [piece(19_900, list: 20_000)]).earned == earned)
    }

    @Test(arguments: [(4999, 0), (5000, 1), (9999, 1), (10_000, 2)] as [(Int64, Int64)])
    func `D-361: classes A and C earn for each full fifty yuan`(price: Int64, earned: Int64) {
        var counter = Counter.with("vip")
        for goods in ["A", "C"] { #expect(counter.buy(Self.plain, [piece(price, goods)]).earned == earned) }
    }

    @Test(arguments: [("vip", 3), ("gold", 6), ("platinum", 9)] as [(String, Int64)])
    func `D-361, D-362: classes A and C are summed over the receipt, and the card says how much`(
        tier: String, earned: Int64
    ) {
        var counter = Counter.with(tier)
        #expect(counter.buy(Self.plain, [piece(19_900, "A")]).earned == earned)
        #expect(counter.buy(Self.plain, [piece(2500, "A"), piece(17_400, "C")]).earned == earned)
    }

    @Test func `D-363: class B earns nothing`() {
        var counter = Counter.with("platinum")
        let sold = counter.buy(Self.plain, [piece(100_000, "B")])
        #expect(sold.earned == 0)
        #expect(sold.why.contains("D-363"))
    }

    /// A card with that many points that can be used on 14 July.
    private func holding(_ points: Int64) -> Counter {
        var counter = Counter.with("vip")
        counter.buy("2026-07-13", [piece(points * 1000, list: points * 1000 + 1)])
        return counter
    }

    @Test(arguments: [(100, 1000), (200, 2000), (300, 3000)] as [(Int64, Int64)])
    func `D-364: a hundred points pay ten yuan`(points: Int64, worth: Int64) {
        var counter = holding(300)
        let sold = counter.buy(Self.plain, [piece(10_000)], points: points)
        #expect(sold.due == 9500)
        #expect(sold.quote?.cash.minorUnits == 9500 - worth)
        #expect(sold.member.points.spendable == Points(300 - points))
    }

    @Test func `D-364: points above the balance are refused, and nothing changes`() {
        var counter = holding(199)
        let refused = counter.buy(Self.plain, [piece(10_000)], points: 200)
        #expect(refused.refusedBy == ["D-364"])
        #expect(refused.member.points.spendable == Points(199))
        #expect(counter.buy(Self.plain, [piece(10_000)], points: 100).refusals == [])
    }

    @Test func `D-365: only whole hundreds: of 250 points 150 are refused, 200 used, and 50 stay`() {
        var counter = holding(250)
        #expect(counter.buy(Self.plain, [piece(10_000)], points: 150).refusedBy == ["D-365"])
        #expect(counter.buy(Self.plain, [piece(10_000)], points: 200).member.points.spendable == Points(50))
    }

    @Test func `D-366: points of the day cannot pay on it, and can from midnight on`() {
        var counter = Counter.with("vip")
        counter.buy("2026-07-13 23:59", [piece(200_000)])
        let sameDay = counter.buy("2026-07-13 23:59", [piece(10_000)], points: 100)
        #expect(sameDay.refusedBy == ["D-366"])
        #expect(sameDay.member.points.pending == Points(190))
        let nextDay = counter.buy("2026-07-14 00:00", [piece(10_000)], points: 100)
        #expect(nextDay.refusals == [])
        #expect(nextDay.member.points.spendable == Points(90))
    }

    @Test func `D-369: goods on sale earn nothing in an event period and by the rule outside it`() {
        var counter = Counter.with("vip")
        let lines = [piece(10_000, list: 20_000), piece(10_000, list: 20_000, "A")]
        let inEvent = counter.buy(Self.plain, lines, inEvent: true)
        #expect(inEvent.earned == 0)
        #expect(inEvent.why.contains("D-369"))
        #expect(counter.buy(Self.plain, lines).earned == 12)
        #expect(counter.buy(Self.plain, [piece(10_000)], inEvent: true).earned == 9)
    }

    @Test func `D-389: points cannot pay beside a voucher or stored value`() {
        for (nonCash, stored) in [(100, 0), (0, 100)] as [(Int64, Int64)] {
            var counter = holding(300)
            let refused = counter.buy(Self.plain, [piece(10_000)], nonCash: nonCash, stored: stored, points: 100)
            #expect(refused.refusedBy == ["D-389"])
        }
    }

    @Test func `D-389: a part that is not cash takes from ordinary goods first, then from A and C, then from the rest`()
    {
        var counter = Counter.with("vip")
        let lines = [piece(10_000, "B"), piece(10_000, "A"), piece(10_000)]
        #expect(counter.buy(Self.plain, lines, nonCash: 0).earned == 11)
        #expect(counter.buy(Self.plain, lines, nonCash: 5000).earned == 7)
        #expect(counter.buy(Self.plain, lines, nonCash: 12_000).earned == 1)
        #expect(counter.buy(Self.plain, lines, nonCash: 20_000).earned == 0)
    }

    @Test func `D-391: points pay part of a purchase that got a discount, unless the charter says otherwise`() throws {
        var counter = holding(300)
        #expect(counter.buy(Self.plain, [piece(10_000)], points: 100).refusals == [])
        let limits = Limits(
            wholesale: nil, groupBirthday: nil, mixedTender: nil, excludedCounter: nil, reduced: ["D-391"],
            reducedInEvent: nil, pointsOnDiscount: ["D-391"])
        var strict = Counter.with("vip", programme: programme.with(limits))
        strict.buy("2026-07-13", [piece(200_000)])
        #expect(strict.buy(Self.plain, [piece(10_000)], points: 100).refusedBy == ["D-391"])
        #expect(strict.buy(Self.plain, [piece(10_000, list: 12_000)], points: 100).refusals == [])
    }

    @Test func `without a card points cannot pay`() {
        var counter = Counter()
        #expect(counter.buy(Self.plain, [piece(10_000)], points: 100).refusedBy == ["D-364"])
    }

    @Test func `tenders above what is due are refused`() {
        var counter = Counter.with("vip")
        let refused = counter.buy(Self.plain, [piece(10_000)], nonCash: 10_001)
        #expect(
            refused.refusals.map(\.reason) == [
                .tendersExceed(due: Money(minorUnits: 10_000), given: Money(minorUnits: 10_001))
            ])
        #expect(counter.buy(Self.plain, [piece(10_000)], nonCash: 10_000).quote?.cash == .zero)
    }

    @Test func `a sum of tenders that differs from what is due is refused`() {
        var counter = Counter.with("vip")
        func sell(cash: Int64) -> MemberOutcome {
            let tender = Tender(nonCash: .zero, stored: .zero, points: .zero, cash: Money(minorUnits: cash))
            let purchase = Purchase(
                lines: [piece(10_000)], tender: tender, birthday: nil, isInEvent: false, isGroup: false)
            return counter.perform(.purchase("X\(cash)", purchase), Self.plain)
        }
        #expect(
            sell(cash: 9000).refusals.map(\.reason) == [
                .tendersDiffer(due: Money(minorUnits: 9500), given: Money(minorUnits: 9000))
            ])
        #expect(sell(cash: 9500).refusals == [])
    }

    @Test func `figures out of bounds are refused line by line`() {
        var counter = Counter.with("vip")
        let refused = counter.buy(
            Self.plain, [piece(-1), piece(1_000_000_001), piece(100, quantity: 0), piece(100, "D")], nonCash: -1)
        #expect(
            refused.refusals.map(\.reason) == [
                .amount(.list, line: 1), .amount(.price, line: 1), .amount(.list, line: 2), .amount(.price, line: 2),
                .quantity(line: 3), .goods("D", line: 4, known: ["general", "A", "B", "C"]),
                .amount(.nonCash, line: nil),
            ])
        #expect(counter.buy(Self.plain, [piece(1_000_000_000)]).refusals == [])
        let sum = counter.buy(Self.plain, [piece(500_000_000), piece(500_000_001)])
        #expect(sum.refusals.map(\.reason) == [.amount(.total, line: nil)])
        #expect(counter.buy(Self.plain, []).refusals.map(\.reason) == [.lines])
    }

    @Test func `the same receipt again does nothing and is answered as before, with other content it is refused`() {
        var counter = Counter.with("vip")
        let first = counter.buy(Self.plain, [piece(10_000)], receipt: "X")
        let second = counter.buy(Self.plain, [piece(10_000)], receipt: "X")
        #expect(second == first)
        let changed = counter.buy(Self.plain, [piece(10_001)], receipt: "X")
        #expect(changed.refusals.map(\.reason) == [.receiptChanged("X")])
        #expect(changed.member.points.pending == Points(9))
    }
}

extension Programme {
    /// The same programme with other limits.
    func with(_ limits: Limits) -> Programme {
        Programme(
            clauses: clauses, goods: goods, accruals: accruals, tiers: tiers, redemption: redemption, joining: joining,
            confirmations: confirmations, cardYear: cardYear, leapBirthday: leapBirthday, limits: limits,
            upgrading: upgrading, loss: loss)
    }
}
