import Policy
import Primitives
import Testing

/// What goes on for members, and points that were lost with a card.
struct ActivityTests {
    private static func activity(
        _ kind: String, from: String = "2026-04-01", through: String = "2026-04-30",
        tiers: [Tier.Key] = ["vip", "gold", "platinum"], left: Int64? = nil, gifts: [Activity.Gift] = []
    ) -> Activity {
        Activity(kind: kind, from: day(from), through: day(through), tiers: tiers, left: left, gifts: gifts)
    }

    private static func attend(
        _ activity: Activity, _ member: Member, on date: String = "2026-04-15", gift: Int? = nil, taken: String? = nil
    ) -> [MemberRefusal] {
        do throws(MemberRefusals) {
            _ = try programme.attend(activity, gift: gift, member, on: day(date), taken: taken.map { day($0) })
            return []
        } catch {
            return error.refusals
        }
    }

    /// A VIP card with points that can be used since 3 March.
    private static func counter(points: Int64) -> Counter {
        var counter = Counter.with("vip")
        // Class A earns a point for fifty yuan and has no discount.
        if points > 0 { counter.buy("2026-03-02", [piece(points * 5000, "A")], receipt: "earned") }
        return counter
    }

    @Test(arguments: [(99, nil), (100, "D-367"), (40, nil)] as [(Int64, String?)])
    func `D-367: a card with less than 100 points takes a gift, one with 100 pays with them instead`(
        points: Int64, clause: String?
    ) {
        var counter = Self.counter(points: points)
        let done = counter.perform(.exchange("gift_exchange", points: Points(40)), "2026-04-15")
        #expect(done.refusedBy == (clause.map { [$0] } ?? []))
        if clause == nil { #expect(done.member.points.spendable == Points(points - 40)) }
    }

    @Test func `D-367: 99 points may not pay`() {
        var counter = Self.counter(points: 99)
        let paid = counter.buy("2026-04-15", [piece(10_000)], points: 99)
        #expect(paid.refusedBy == ["D-365"])
    }

    @Test(arguments: [("2026-03-31", false), ("2026-04-01", true), ("2026-04-30", true), ("2026-05-01", false)])
    func `D-367: gifts are given within the activity's days only`(date: String, isOpen: Bool) {
        let mug = Activity.Gift(title: "杯子", points: Points(40), left: nil)
        let refusals = Self.attend(
            Self.activity("gift_exchange", gifts: [mug]), Self.counter(points: 50).book.member("M1"), on: date, gift: 0)
        #expect(refusals.isEmpty == isOpen)
        if !isOpen { #expect(refusals.map(\.clause) == ["D-367"]) }
    }

    @Test func `D-368: a gift's points come off, never below zero, and do not change what was earned in the year`() {
        var counter = Self.counter(points: 50)
        let first = counter.perform(.exchange("gift_exchange", points: Points(50)), "2026-04-15")
        #expect(first.member.points.spendable == .zero)
        #expect(first.member.points.period == Points(50))
        #expect(first.why == ["D-368"])
        let second = counter.perform(.exchange("gift_exchange", points: Points(1)), "2026-04-15")
        #expect(second.refusals.map(\.reason) == [.pointsBalance(Points(1), spendable: .zero)])
        #expect(counter.book.member("M1") == first.member)
    }

    @Test func `D-366, D-368: points of today take no gift before tomorrow`() {
        var counter = Counter.with("vip")
        counter.buy("2026-04-15", [piece(200_000, "A")])
        let today = counter.perform(.exchange("gift_exchange", points: Points(40)), "2026-04-15")
        #expect(today.refusedBy == ["D-366"])
        #expect(counter.perform(.exchange("gift_exchange", points: Points(40)), "2026-04-16").refusals.isEmpty)
    }

    @Test func `D-368: a gift takes the oldest points, and a refund of theirs keeps their worth`() {
        var counter = Self.counter(points: 30)
        counter.buy("2026-03-10", [piece(150_000, "A")], receipt: "later")
        counter.perform(.exchange("gift_exchange", points: Points(40)), "2026-04-15")
        #expect(counter.book.receipt("earned")?.unspent == .zero)
        #expect(counter.book.receipt("later")?.unspent == Points(20))
        let back = counter.refund("2026-04-16", "earned", [piece(150_000, "A")]).refund
        #expect(back?.kept == Money(minorUnits: 300))
        #expect(counter.book.member("M1").points.spendable == Points(20))
    }

    @Test func `D-377: a visiting gift is in stock, and one for a card`() {
        let member = Counter.with("vip").book.member("M1")
        #expect(Self.attend(Self.activity("visiting_gift", left: 1), member).isEmpty)
        #expect(Self.attend(Self.activity("visiting_gift", left: 0), member).map(\.reason) == [.noneLeft])
        #expect(
            Self.attend(Self.activity("visiting_gift", left: 1), member, taken: "2026-04-10").map(\.clause) == ["D-377"]
        )
        let kind = programme.offers.activity("visiting_gift")
        #expect(kind.flatMap { kind in member.card.flatMap { programme.period(of: kind, for: $0) } } == "1")
    }

    @Test func `D-370: a reception is for card holders of the invited tiers`() {
        let reception = Self.activity("reception", tiers: ["gold", "platinum"])
        #expect(Self.attend(reception, Counter.with("gold").book.member("M1")).isEmpty)
        #expect(Self.attend(reception, Counter.with("vip").book.member("M1")).map(\.clause) == ["D-370"])
        #expect(Self.attend(reception, Member()).map(\.reason) == [.noCard])
    }

    @Test func `D-376: one signs up for a course before it begins, once, and for as many places as there are`() {
        let member = Counter.with("vip").book.member("M1")
        #expect(Self.attend(Self.activity("course", left: 1), member, on: "2026-03-15").isEmpty)
        #expect(Self.attend(Self.activity("course"), member, on: "2026-05-01").map(\.clause) == ["D-376"])
        #expect(Self.attend(Self.activity("course"), member, taken: "2026-04-02").map(\.clause) == ["D-376"])
        #expect(Self.attend(Self.activity("course", left: 0), member).map(\.clause) == ["D-376"])
    }

    @Test func `D-374: an allied merchant is there to be known of`() {
        #expect(
            Self.attend(Self.activity("merchant"), Counter.with("vip").book.member("M1")).map(\.reason)
                == [.nothingToTakePartIn])
    }

    // MARK: Points lost with a card

    @Test func `D-408: points lost meanwhile do not come back by themselves`() {
        var counter = Self.counter(points: 50)
        counter.perform(.exchange("gift_exchange", points: Points(50)), "2026-04-15")
        counter.perform(.reportLoss, "2026-04-15")
        let replaced = counter.perform(.replace(isDecided: false, isWaived: false), "2026-04-16")
        #expect(replaced.member.points.spendable == .zero)
    }

    @Test func `D-398, D-408: points given back need a reason, count from tomorrow and not towards tiers`() {
        var counter = Self.counter(points: 50)
        let done = counter.perform(.restore(Points(30), reason: "挂失前被人用掉"), "2026-04-16")
        #expect(done.why == ["D-408", "D-366"])
        #expect(done.member.points.pending == Points(30))
        #expect(done.member.points.period == Points(50))
        #expect(counter.book.member("M1", at: Counter.time("2026-04-17")).points.spendable == Points(80))
        let before = counter.book.member("M1")
        for (points, reason) in [(30, " "), (0, "有理由"), (1_000_001, "有理由")] as [(Int64, String)] {
            let refused = counter.perform(.restore(Points(points), reason: reason), "2026-04-16")
            #expect(refused.refusedBy == ["D-408"])
        }
        #expect(counter.book.member("M1") == before)
    }

    @Test func `points given back pay like others, and come back when the goods do`() {
        var counter = Self.counter(points: 60)
        counter.perform(.restore(Points(40), reason: "挂失前被人用掉"), "2026-04-16")
        let paid = counter.buy("2026-04-17", [piece(10_000)], points: 100, receipt: "paid")
        #expect(paid.refusals.isEmpty)
        #expect(paid.member.points.spendable == .zero)
        let back = counter.refund("2026-04-17", "paid", [piece(10_000)])
        #expect(back.refund?.returned == Points(100))
        #expect(back.member.points.spendable == Points(100))
    }
}
