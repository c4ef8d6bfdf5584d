import Policy
import Primitives

/// The design company's cards and points.
let programme: Programme = {
    guard let programme = design.membership else { preconditionFailure("the design company has no membership") }
    return programme
}()

/// The counter of these tests: one member unless another is named, at noon unless a time is.
struct Counter {
    var book: MemberBook
    private var receipts = 0

    init(_ programme: Programme = programme) {
        book = MemberBook(programme: programme, zone: shop.zone)
    }

    /// A member with a card of that tier, issued on that day on receipts of its own.
    static func with(
        _ tier: Tier.Key, issued: String = "2026-03-02", programme: Programme = programme
    ) -> Counter {
        var counter = Counter(programme)
        let cash = ["vip": 30_000, "gold": 600_000, "platinum": 1_000_000][tier] ?? 0
        counter.buy(issued, [piece(Int64(cash))], receipt: "issue")
        let outcome = counter.join(issued, ["issue"])
        guard outcome.member.card?.tier == tier else { preconditionFailure("no \(tier) card: \(outcome)") }
        return counter
    }

    static func time(_ text: String) -> Instant { at(text.contains(" ") ? text : text + " 12:00") }

    @discardableResult
    mutating func buy(
        _ day: String, _ lines: [Purchase.Line], nonCash: Int64 = 0, stored: Int64 = 0, points: Int64 = 0,
        born: String? = "1990-07-15", inEvent: Bool = false, asGroup: Bool = false, receipt: String? = nil,
        member: String = "M1"
    ) -> MemberOutcome {
        receipts += 1
        let purchase = Purchase(
            lines: lines,
            tender: Tender(
                nonCash: Money(minorUnits: nonCash), stored: Money(minorUnits: stored), points: Points(points)),
            birthday: born.map { PolicyTests.day($0) }, isInEvent: inEvent, isGroup: asGroup)
        return perform(.purchase(receipt ?? "R\(receipts)", purchase), day, member)
    }

    @discardableResult
    mutating func refund(
        _ day: String, _ receipt: String, _ lines: [Purchase.Line], member: String = "M1"
    ) -> MemberOutcome {
        perform(.refund(receipt, lines), day, member)
    }

    @discardableResult
    mutating func join(
        _ day: String, _ receipts: [String], born: String? = "1990-07-15", member: String = "M1"
    ) -> MemberOutcome {
        perform(.join(born: born.map { PolicyTests.day($0) }, receipts: receipts), day, member)
    }

    @discardableResult
    mutating func perform(_ kind: MemberAct.Kind, _ day: String, _ member: String = "M1") -> MemberOutcome {
        book.perform(MemberAct(member: member, at: Counter.time(day), kind: kind))
    }
}

/// Goods at a price in fen.
func piece(
    _ price: Int64, list: Int64? = nil, _ goods: String = "general", quantity: Int64 = 1, excluded: Bool = false
) -> Purchase.Line {
    Purchase.Line(
        list: Money(minorUnits: list ?? price), price: Money(minorUnits: price), quantity: quantity, goods: goods,
        isOnSale: list != nil, isExcluded: excluded)
}

extension MemberOutcome {
    var quote: Quote? { if case .sold(let quote, _) = result { quote } else { nil } }
    var refund: Refund? { if case .refunded(let refund) = result { refund } else { nil } }
    var change: CardChange? { if case .changed(let change) = result { change } else { nil } }
    var refusals: [MemberRefusal] { if case .refused(let refusals) = result { refusals } else { [] } }
    /// The clauses that a refusal cites.
    var refusedBy: [String?] { refusals.map(\.clause) }
    /// Fen.
    var due: Int64? { quote?.due.minorUnits }
    var earned: Int64? { quote?.earned.count }
    /// The clauses that made the figures.
    var why: [String] { (quote?.why ?? change?.why ?? refund?.why ?? []).compactMap(\.clause) }
}
