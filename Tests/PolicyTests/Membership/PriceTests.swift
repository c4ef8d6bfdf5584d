import Policy
import Primitives
import Testing

/// What a card-holder pays.
struct PriceTests {
    private static let birthday = "2026-07-15"
    private static let plain = "2026-07-14"

    @Test(arguments: [("vip", 9500), ("gold", 9000), ("platinum", 8800)] as [(String, Int64)])
    func `D-343, D-344, D-345: ordinary goods at the card's rate, classes A, B and C at the whole price`(
        tier: String, due: Int64
    ) {
        var counter = Counter.with(tier)
        #expect(counter.buy(Self.plain, [piece(10_000)]).due == due)
        for goods in ["A", "B", "C"] {
            #expect(counter.buy(Self.plain, [piece(10_000, goods)]).due == 10_000, "\(goods)")
        }
    }

    @Test(arguments: [("vip", 9000), ("gold", 8800), ("platinum", 8500)] as [(String, Int64)])
    func `D-346, D-349, D-352: the birthday's rate stands in place of the everyday one`(tier: String, due: Int64) {
        var counter = Counter.with(tier)
        let sold = counter.buy(Self.birthday, [piece(10_000)])
        #expect(sold.due == due)
        let instead = sold.quote?.whyNot.contains { $0.kind == .birthdayInstead(line: 1) }
        #expect(instead == true)
        #expect(counter.buy("2026-07-16", [piece(10_000)]).due != due)
    }

    @Test(arguments: [("vip", "D-347"), ("gold", "D-350"), ("platinum", "D-353")])
    func `D-347, D-350, D-353: on the birthday goods on sale from half the list price up have a further five percent`(
        tier: String, clause: String
    ) {
        var counter = Counter.with(tier)
        let sold = counter.buy(
            Self.birthday, [piece(5000, list: 10_000), piece(4999, list: 10_000), piece(8000, list: 10_000)])
        #expect(sold.quote?.lines.map(\.due.minorUnits) == [4750, 4999, 7600])
        #expect(sold.why.count { $0 == clause } == 2)
        #expect(counter.buy("2026-07-16", [piece(5000, list: 10_000)]).due == 5000)
    }

    @Test func `D-347: half of an odd list price is not reached by the fen below it`() {
        var counter = Counter.with("vip")
        let sold = counter.buy(Self.birthday, [piece(4999, list: 9999), piece(5000, list: 9999)])
        #expect(sold.quote?.lines.map(\.discount.minorUnits) == [0, 250])
    }

    @Test(arguments: [("vip", 9500), ("gold", 9000), ("platinum", 8800)] as [(String, Int64)])
    func `D-348, D-351, D-354: on the birthday class C has a rate of its own, A and B none`(tier: String, due: Int64) {
        var counter = Counter.with(tier)
        let sold = counter.buy(Self.birthday, [piece(10_000, "C"), piece(10_000, "A"), piece(10_000, "B")])
        #expect(sold.quote?.lines.map(\.due.minorUnits) == [due, 10_000, 10_000])
    }

    @Test func `D-347, D-391: the birthday's rate for goods on sale reaches ordinary goods only`() {
        var counter = Counter.with("vip")
        #expect(counter.buy(Self.birthday, [piece(8000, list: 10_000, "C")]).due == 8000)
    }

    @Test func `D-355: a sale marked as a group purchase has the everyday rate on the birthday`() {
        var counter = Counter.with("vip")
        let sold = counter.buy(Self.birthday, [piece(10_000), piece(10_000, "C")], asGroup: true)
        #expect(sold.quote?.lines.map(\.due.minorUnits) == [9500, 10_000])
        #expect(sold.why.contains("D-355"))
    }

    @Test(
        arguments: [
            (100_000, 5, false), (99_999, 5, true), (125_000, 4, true), (500_000, 1, true), (83_334, 6, false),
        ] as [(Int64, Int64, Bool)])
    func `D-388: 5000 yuan before discounts and five pieces have neither discount nor points`(
        price: Int64, quantity: Int64, isNormal: Bool
    ) {
        var counter = Counter.with("vip")
        let sold = counter.buy(Self.plain, [piece(price, quantity: quantity)])
        #expect(((sold.quote?.discount ?? .zero) > .zero) == isNormal)
        #expect(((sold.earned ?? 0) > 0) == isNormal)
        #expect(sold.why.contains("D-388") == !isNormal)
    }

    @Test func `D-388: the sum is of the whole receipt, whatever is on it`() {
        var counter = Counter.with("gold")
        let sold = counter.buy(
            Self.plain, [piece(499_600), piece(100, quantity: 3, excluded: true), piece(100, "B")])
        #expect(sold.due == 500_000)
        #expect(sold.earned == 0)
    }

    @Test func `D-389: paid in part by vouchers, 300 yuan stay 300 and the cash part earns`() {
        var counter = Counter.with("vip")
        for (nonCash, stored) in [(10_000, 0), (0, 10_000)] as [(Int64, Int64)] {
            let sold = counter.buy(Self.birthday, [piece(30_000)], nonCash: nonCash, stored: stored)
            #expect(sold.due == 30_000)
            #expect(sold.quote?.cash.minorUnits == 20_000)
            #expect(sold.earned == 20)
            #expect(sold.why.contains("D-389"))
        }
    }

    @Test func `D-390: a counter that takes no part has no discount and no points`() {
        var counter = Counter.with("platinum")
        let sold = counter.buy(Self.birthday, [piece(10_000, excluded: true), piece(10_000)])
        #expect(sold.quote?.lines.map(\.due.minorUnits) == [10_000, 8500])
        #expect(sold.earned == 24)
        #expect(sold.why.contains("D-390"))
    }

    @Test func `D-391: goods on sale have no card discount on ordinary days, and say so`() {
        var counter = Counter.with("platinum")
        let sold = counter.buy(Self.plain, [piece(8000, list: 10_000)])
        #expect(sold.due == 8000)
        #expect(sold.why.contains("D-391"))
    }

    @Test func `a discount is rounded half up to the fen, once for each line`() {
        var counter = Counter.with("vip")
        // 5 % of 0.10, 0.30, 0.09 and 3 × 0.10 yuan: 0.5, 1.5, 0.45 and 1.5 fen.
        let lines = [piece(10), piece(30), piece(9), piece(10, quantity: 3)]
        #expect(counter.buy(Self.plain, lines).quote?.lines.map(\.discount.minorUnits) == [1, 2, 0, 2])
    }

    @Test func `somebody born on 29 February has the birthday on 28 February in other years`() throws {
        let born = day("1992-02-29")
        let days = ["2026-02-27", "2026-02-28", "2026-03-01", "2028-02-28", "2028-02-29"]
        #expect(days.map { programme.isBirthday(day($0), born: born) } == [false, true, false, false, true])
        #expect(programme.age(on: day("2009-02-28"), born: born) == 17)
        #expect(programme.age(on: day("2009-02-27"), born: born) == 16)
        #expect(programme.age(on: day("2008-02-28"), born: born) == 15)
    }

    @Test func `without a card the price is paid in full and earns nothing`() {
        var counter = Counter()
        let sold = counter.buy(Self.birthday, [piece(10_000, quantity: 2)])
        #expect(sold.due == 20_000)
        #expect(sold.earned == 0)
        #expect(sold.member.card == nil)
    }

    @Test func `each rule of the card that did not apply is named with what kept it from applying`() {
        var counter = Counter.with("vip")
        let onPlain = counter.buy(Self.plain, [piece(10_000)])
        #expect(Set(onPlain.quote?.whyNot.compactMap(\.clause) ?? []) == ["D-346", "D-347", "D-348", "D-388"])
        let onBirthday = counter.buy(Self.birthday, [piece(10_000), piece(4000, list: 10_000)])
        #expect(Set(onBirthday.quote?.whyNot.compactMap(\.clause) ?? []) == ["D-343", "D-347", "D-388"])
    }
}
