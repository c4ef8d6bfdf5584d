import Policy
import Primitives
import Testing

/// What a poster in the store says stands in place of the rules within its days.
struct CampaignTests {
    private static let anniversary = Campaign(
        key: "anniversary", title: LocalizedText(simplified: "店庆", traditional: "店慶", english: "Anniversary"),
        from: day("2026-05-01"), through: day("2026-05-07"), clauses: ["D-392"],
        tiers: [
            "vip": Campaign.Benefits(
                everyday: ["general": Ruled(share(80), clauses: ["D-392"])], birthday: [:], birthdayReduced: [:],
                earns: ["ordinary": Ruled(Points(3), clauses: ["D-392"])]),
            "gold": Campaign.Benefits(
                everyday: [:], birthday: [:], birthdayReduced: [:],
                earns: ["ordinary": Ruled(Points(5), clauses: ["D-392"])]),
        ],
        worth: Campaign.Worth(points: Points(100), money: Ruled(Money(minorUnits: 2000), clauses: ["D-392"])),
        step: Ruled(Points(50), clauses: ["D-392"]), lifted: [.reduced])

    private static func share(_ percent: Int64) -> Ratio { Ratio(units: percent, scale: 2) }

    private static let during: Programme = {
        Programme(
            clauses: programme.clauses, goods: programme.goods, accruals: programme.accruals, tiers: programme.tiers,
            redemption: programme.redemption, joining: programme.joining, confirmations: programme.confirmations,
            cardYear: programme.cardYear, leapBirthday: programme.leapBirthday, limits: programme.limits,
            upgrading: programme.upgrading, loss: programme.loss, offers: Offers(campaigns: [anniversary]))
    }()

    @Test(
        arguments: [
            ("2026-04-30", 9500, 9, "D-343"), ("2026-05-01", 8000, 24, "D-392"), ("2026-05-07", 8000, 24, "D-392"),
            ("2026-05-08", 9500, 9, "D-343"),
        ] as [(String, Int64, Int64, String)])
    func `D-392: within its days a campaign's rates and points stand in place of the card's own`(
        date: String, due: Int64, earned: Int64, clause: String
    ) {
        var counter = Counter.with("vip", programme: Self.during)
        let sold = counter.buy(date, [piece(10_000)])
        #expect(sold.due == due)
        #expect(sold.earned == earned)
        #expect(sold.why.first == clause)
        let words = MemberWords(Self.during, zone: shop.zone)
        let first = sold.quote?.why.first.map { words.text($0).english }
        #expect((first == "By the poster “Anniversary”, until 2026-05-07") == (clause == "D-392"))
    }

    @Test func `D-392: what a campaign leaves out is as ever, and without a card it says nothing`() {
        var counter = Counter.with("gold", programme: Self.during)
        let gold = counter.buy("2026-05-01", [piece(10_000)])
        #expect(gold.due == 9000)
        #expect(gold.earned == 45)
        let other = counter.buy("2026-05-01", [piece(10_000)], member: "M2")
        #expect(other.due == 10_000)
        #expect(other.why == [])
        #expect(counter.buy("2026-05-02", [piece(10_000)], born: "1990-05-02").due == 8800)
        #expect(counter.buy("2026-05-02", [piece(10_000, "A")]).earned == 4)
    }

    @Test func `D-392: a limit that it lifts does not hold, and the one who asks for less points may`() {
        var counter = Counter.with("vip", programme: Self.during)
        counter.buy("2026-03-02", [piece(750_000, "A")])
        let reduced = counter.buy("2026-05-02", [piece(5000, list: 10_000)])
        #expect(reduced.due == 4000)
        let paid = counter.buy("2026-05-02", [piece(10_000)], points: 150)
        #expect(paid.quote?.cash == Money(minorUnits: 8000 - 3000))
        #expect(counter.buy("2026-05-08", [piece(10_000)], points: 150).refusedBy.first == "D-365")
    }

    @Test func `D-392: goods of a campaign come back by its rules, whenever they come`() {
        var counter = Counter.with("vip", programme: Self.during)
        counter.buy("2026-03-02", [piece(500_000, "A")])
        counter.buy("2026-05-02", [piece(10_000, quantity: 2)], points: 100, receipt: "R")
        // 160 yuan were due; 20 of them paid with points.
        let half = counter.refund("2026-06-01", "R", [piece(10_000)]).refund
        #expect(half?.due == Money(minorUnits: 8000))
        #expect(half?.cash == Money(minorUnits: 7000))
        #expect(half?.returned == Points(50))
        let rest = counter.refund("2026-06-02", "R", [piece(10_000)]).refund
        #expect(rest?.cash == Money(minorUnits: 7000))
        #expect(rest?.returned == Points(50))
        #expect(counter.book.member("M1").points.period == Points(100))
    }
}
