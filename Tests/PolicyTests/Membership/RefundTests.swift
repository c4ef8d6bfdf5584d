import Policy
import Primitives
import Testing

/// Goods taken back.
struct RefundTests {
    private static let plain = "2026-07-14"

    @Test func `D-356: one of two pieces leaves the points of what is still paid`() {
        var counter = Counter.with("vip")
        counter.buy(Self.plain, [piece(10_000, quantity: 2)], receipt: "x")
        let back = counter.refund(Self.plain, "x", [piece(10_000)])
        #expect(back.refund?.cash.minorUnits == 9500)
        #expect(back.refund?.takenBack == Points(10))
        #expect(back.member.points.pending == Points(9))
        #expect(back.member.points.period == Points(9))
    }

    @Test func `D-364: points that were spent already come off the cash, ten fen each`() {
        var counter = Counter.with("vip")
        counter.buy("2026-07-13", [piece(200_000)], receipt: "x")
        counter.buy(Self.plain, [piece(20_000)], points: 100)
        let back = counter.refund(Self.plain, "x", [piece(200_000)])
        // 190 earned, of which 100 paid for the second purchase; what that one earned is left alone.
        #expect(back.refund?.takenBack == Points(90))
        #expect(back.refund?.kept == Money(minorUnits: 1000))
        #expect(back.refund?.cash == Money(minorUnits: 189_000))
        #expect(back.member.points.spendable == .zero)
        #expect(back.member.points.pending == Points(18))
    }

    @Test func `the oldest points are spent first, and a refund takes those of its own receipt`() {
        var counter = Counter.with("vip")
        counter.buy("2026-07-11", [piece(105_264)], receipt: "x")
        counter.buy("2026-07-12", [piece(105_264)], receipt: "y")
        counter.buy(Self.plain, [piece(20_000)], points: 100, receipt: "z")
        var copy = counter
        let first = copy.refund(Self.plain, "x", [piece(105_264)])
        #expect(first.refund?.kept == Money(minorUnits: 1000))
        #expect(first.member.points.spendable == Points(100))
        let second = counter.refund(Self.plain, "y", [piece(105_264)])
        #expect(second.refund?.kept == .zero)
        #expect(second.member.points.spendable == .zero)
        // What had paid goes back to the receipt that earned it, and from there it is taken.
        let third = counter.refund(Self.plain, "z", [piece(20_000)])
        #expect(third.member.points.spendable == Points(100))
        let last = counter.refund(Self.plain, "x", [piece(105_264)])
        #expect(last.refund?.kept == .zero)
        #expect(last.member.points == PointsBalance())
    }

    @Test func `what the cash of one refund cannot bear of spent points, the next one does`() {
        var counter = Counter.with("vip")
        counter.buy("2026-07-11", [piece(1, list: 2), piece(99_999, list: 199_999)], receipt: "x")
        counter.buy(Self.plain, [piece(100_000, "B")], points: 100)
        let parts = [piece(1, list: 2), piece(99_999, list: 199_999)].map {
            counter.refund(Self.plain, "x", [$0]).refund
        }
        #expect(parts.map { $0?.kept.minorUnits } == [1, 999])
        #expect(parts.map { $0?.cash.minorUnits } == [0, 99_000])
    }

    @Test func `points that stayed with a card that was given up are left alone`() {
        var counter = Counter.with("vip")
        counter.buy("2026-03-02", [piece(300_000)], receipt: "x")
        counter.buy("2028-03-01", [piece(30_000)], receipt: "anew")
        #expect(counter.join("2028-03-01", ["anew"]).member.card?.account == 2)
        counter.buy("2028-03-02", [piece(100_000)])
        let back = counter.refund("2028-03-03", "x", [piece(300_000)])
        #expect(back.refund?.cash == Money(minorUnits: 285_000))
        #expect(back.member.points.spendable == Points(95))
    }

    @Test func `a refund with a number of its own is done once`() {
        var counter = Counter.with("vip")
        counter.buy(Self.plain, [piece(10_000, quantity: 2)], receipt: "x")
        let act = MemberAct(member: "M1", at: Counter.time(Self.plain), kind: .refund("x", [piece(10_000)]))
        let first = counter.book.perform(act, number: "F1")
        #expect(counter.book.perform(act, number: "F1") == first)
        let other = MemberAct(
            member: "M1", at: Counter.time(Self.plain), kind: .refund("x", [piece(10_000, quantity: 2)]))
        #expect(counter.book.perform(other, number: "F1").refusals.map(\.reason) == [.receiptChanged("F1")])
        #expect(counter.book.perform(act, number: "F2").refusals == [])
        #expect(counter.book.perform(act, number: "F3").refusals.count == 1)
    }

    @Test func `points that had paid are given back, and can pay at once`() {
        var counter = Counter.with("vip")
        counter.buy("2026-07-13", [piece(200_000)])
        counter.buy(Self.plain, [piece(10_000, quantity: 2)], points: 100, receipt: "x")
        let half = counter.refund(Self.plain, "x", [piece(10_000)])
        #expect(half.refund?.returned == Points(50))
        #expect(half.refund?.cash.minorUnits == 9000)
        let whole = counter.refund(Self.plain, "x", [piece(10_000)])
        #expect(whole.member.points.spendable == Points(190))
        #expect(whole.member.points.pending == .zero)
    }

    @Test func `vouchers and stored value get their part back`() {
        var counter = Counter.with("vip")
        counter.buy(Self.plain, [piece(10_000, quantity: 3)], nonCash: 6000, stored: 3000, receipt: "x")
        let back = counter.refund(Self.plain, "x", [piece(10_000)])
        #expect(back.refund?.nonCash.minorUnits == 2000)
        #expect(back.refund?.stored.minorUnits == 1000)
        #expect(back.refund?.cash.minorUnits == 7000)
    }

    @Test func `never more than was bought, nothing that was not, and equal lines one after the other`() {
        var counter = Counter.with("vip")
        counter.buy(Self.plain, [piece(10_000, quantity: 2), piece(500, "B"), piece(10_000)], receipt: "x")
        func reasons(_ lines: [Purchase.Line], _ receipt: String = "x") -> [MemberRefusal.Reason] {
            var copy = counter
            return copy.refund(Self.plain, receipt, lines).refusals.map(\.reason)
        }
        #expect(reasons([piece(10_000, quantity: 4)]) == [.refundAbove(line: 1, asked: 4, left: 3)])
        #expect(reasons([piece(500, "B"), piece(500, "B")]) == [.refundAbove(line: 2, asked: 1, left: 0)])
        #expect(reasons([piece(9000)]) == [.lineUnknown(line: 1)])
        #expect(reasons([piece(500, "B", quantity: 0)]) == [.quantity(line: 1)])
        #expect(reasons([]) == [.lines])
        #expect(reasons([piece(500, "B")], "y") == [.receiptUnknown("y")])
        #expect(reasons([piece(10_000, quantity: 3)]) == [])
        counter.refund(Self.plain, "x", [piece(10_000, quantity: 2)])
        #expect(reasons([piece(10_000)]) == [])
        #expect(reasons([piece(10_000, quantity: 2)]) == [.refundAbove(line: 1, asked: 2, left: 1)])
    }

    @Test func `a refund in a later card year leaves that year's figures alone`() {
        var counter = Counter.with("gold")
        counter.buy("2027-03-01", [piece(1_000_000, "B"), piece(10_000)], receipt: "x")
        counter.perform(.renew, "2027-03-02")
        counter.buy("2027-03-02", [piece(20_000)])
        let back = counter.refund("2027-03-03", "x", [piece(10_000)])
        #expect(back.member.points.period == Points(36))
        #expect(back.member.card?.spend.minorUnits == 18_000)
    }

    @Test(arguments: UInt64(1)...40)
    func `any partial refunds add up to the purchase in each tender and in points, and none is below zero`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        var counter = Counter.with(["vip", "gold", "platinum"].randomElement(using: &generator) ?? "vip")
        counter.buy("2026-07-01", [piece(2_000_000)])
        let lines = (1...Int.random(in: 1...5, using: &generator)).map { number in
            // Prices differ, so that each line is told from the others.
            piece(
                Int64.random(in: 1...900, using: &generator) * 10 + Int64(number),
                ["general", "A", "B", "C"].randomElement(using: &generator) ?? "A",
                quantity: Int64.random(in: 1...4, using: &generator),
                excluded: Bool.random(using: &generator) && Bool.random(using: &generator))
        }
        let total = lines.reduce(Int64(0)) { $0 + $1.amount.minorUnits }
        let isMixed = Bool.random(using: &generator)
        let nonCash = isMixed ? Int64.random(in: 0...(total / 2), using: &generator) : 0
        let stored = isMixed ? Int64.random(in: 0...(total / 2), using: &generator) : 0
        let points = isMixed ? 0 : min(15, Int64.random(in: 0...(total / 2000), using: &generator)) * 100
        let before = counter.book.member("M1").points
        let sold = counter.buy(Self.plain, lines, nonCash: nonCash, stored: stored, points: points, receipt: "x")
        let quote = try #require(sold.quote, "\(sold)")
        var pieces = lines.flatMap { line in
            Array(repeating: line.with(quantity: 1), count: Int(line.quantity))
        }
        pieces.shuffle(using: &generator)
        var sums: (cash: Int64, nonCash: Int64, stored: Int64, points: Int64, taken: Int64) = (0, 0, 0, 0, 0)
        for piece in pieces {
            let outcome = counter.refund(Self.plain, "x", [piece])
            let refund = try #require(outcome.refund, "\(outcome)")
            for part in [refund.cash, refund.nonCash, refund.stored] { #expect(part >= .zero) }
            #expect(refund.returned >= .zero && refund.takenBack >= .zero)
            sums.cash += refund.cash.minorUnits + refund.kept.minorUnits
            sums.nonCash += refund.nonCash.minorUnits
            sums.stored += refund.stored.minorUnits
            sums.points += refund.returned.count
            sums.taken += refund.takenBack.count
        }
        #expect(sums.cash == quote.cash.minorUnits)
        #expect(sums.nonCash == nonCash)
        #expect(sums.stored == stored)
        #expect(sums.points == points)
        #expect(sums.taken == quote.earned.count)
        let after = counter.book.member("M1").points
        #expect(after.spendable + after.pending == before.spendable + before.pending)
        #expect(after.period == before.period)
        #expect(counter.refund(Self.plain, "x", [pieces[0]]).refusals.count == 1)
    }
}

extension Purchase.Line {
    fileprivate func with(quantity: Int64) -> Purchase.Line {
        Purchase.Line(
            list: list, price: price, quantity: quantity, goods: goods, isOnSale: isOnSale, isExcluded: isExcluded)
    }
}
