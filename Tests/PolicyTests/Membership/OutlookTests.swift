import Policy
import Primitives
import Testing

/// What a member is told to do next.
struct OutlookTests {
    private static func outlook(_ counter: Counter, _ day: String) -> Outlook? {
        programme.outlook(of: counter.book.member("M1", at: Counter.time(day)), on: PolicyTests.day(day))
    }

    @Test func `D-393, D-396: what is missing for the next card, and the days in which it is exchanged`() throws {
        var counter = Counter.with("vip")
        counter.buy("2026-03-03", [piece(9_990_00)])
        let short = try #require(Self.outlook(counter, "2026-03-04")?.raise)
        // 5 percent off: 9490.50 paid, 949 points.
        #expect(short.tier == "gold" && short.needed == Points(1000) && short.missing == Points(51))
        #expect(short.from == day("2027-03-02") && short.through == day("2027-04-01"))
        #expect(short.clauses == ["D-393"] && short.time == ["D-396"])
        counter.buy("2026-03-05", [piece(537_00)])
        #expect(Self.outlook(counter, "2026-03-05")?.raise?.missing == .zero)
        counter.buy("2026-03-05", [piece(1_000_00)])
        #expect(Self.outlook(counter, "2026-03-05")?.raise?.missing == .zero)
        #expect(Self.outlook(Counter.with("platinum"), "2026-03-05")?.raise == nil)
    }

    @Test func `D-402, D-403: what is missing to keep the card, by its last day, and the card that follows`() throws {
        var counter = Counter.with("gold")
        counter.buy("2026-03-03", [piece(9_999_99, "B")])
        let keep = try #require(Self.outlook(counter, "2026-03-04")?.keep)
        #expect(keep.missing == Money(minorUnits: 1) && keep.through == day("2027-03-02"))
        #expect(keep.otherwise == "vip" && keep.clauses == ["D-402"])
        counter.buy("2026-03-05", [piece(1, "B")])
        #expect(Self.outlook(counter, "2026-03-05")?.keep?.missing == .zero)
        #expect(Self.outlook(Counter.with("platinum"), "2026-03-04")?.keep?.otherwise == "gold")
        #expect(Self.outlook(Counter.with("vip"), "2026-03-04")?.keep == nil)
    }

    @Test func `D-399, D-400: a card unused for a year is brought back within a month, and then applied for again`() {
        let counter = Counter.with("vip")
        #expect(Self.outlook(counter, "2027-03-01")?.lapse == Ruled(day("2027-03-02"), clauses: ["D-399"]))
        let back = Outlook.Remedy.comeBack(
            cash: Money(minorUnits: 200_00), through: Ruled(day("2027-04-02"), clauses: ["D-400", "D-401"]))
        let lapsed = Self.outlook(counter, "2027-03-02")
        #expect(lapsed?.raise == nil && lapsed?.lapse == nil && lapsed?.remedy == back)
        #expect(Self.outlook(counter, "2027-04-02")?.remedy == back)
        #expect(Self.outlook(counter, "2027-04-03")?.remedy == .applyAgain(clauses: ["D-400", "D-401"]))
        #expect(Self.outlook(Counter.with("gold"), "2027-03-01")?.lapse == nil)
    }

    @Test func `D-396: from the day after its last a card is exchanged, in the window and after it`() {
        let counter = Counter.with("gold")
        let exchange = Outlook.Remedy.exchange(through: Ruled(day("2027-04-01"), clauses: ["D-396"]))
        #expect(Self.outlook(counter, "2027-03-02")?.remedy == nil)
        #expect(Self.outlook(counter, "2027-03-03")?.remedy == exchange)
        #expect(Self.outlook(counter, "2027-03-03")?.raise != nil)
        #expect(Self.outlook(counter, "2027-04-02")?.remedy == exchange)
        #expect(Self.outlook(counter, "2027-04-02")?.raise == nil)
    }

    @Test func `D-405, D-406, D-409: a lost card is replaced within seven days, and the new one works from the next`() {
        var counter = Counter.with("vip")
        counter.perform(.reportLoss, "2026-03-04")
        let fee = Ruled(Money(minorUnits: 10_00), clauses: ["D-404", "D-407"])
        #expect(
            Self.outlook(counter, "2026-03-04")?.remedy
                == .replace(through: Ruled(day("2026-03-11"), clauses: ["D-406"]), fee: fee))
        counter.perform(.replace(isDecided: false, isWaived: false), "2026-03-05")
        #expect(
            Self.outlook(counter, "2026-03-05")?.remedy == .wait(until: Ruled(day("2026-03-06"), clauses: ["D-409"])))
        #expect(Self.outlook(counter, "2026-03-06")?.remedy == nil)
        #expect(programme.outlook(of: Member(), on: day("2026-03-06")) == nil)
    }

    @Test func `D-365: only whole steps of points count as money`() throws {
        let redemption = try #require(programme.redemption)
        for (points, usable) in [(0, 0), (99, 0), (100, 100), (199, 100), (250, 200), (-5, 0)] {
            #expect(redemption.usable(of: Points(Int64(points))) == Points(Int64(usable)), "\(points)")
        }
    }
}
