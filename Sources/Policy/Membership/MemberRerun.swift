public import Primitives

/// The acts of one member run again, by the rules in force then or by others, with what they came to month by month.
public struct MemberRerun: Sendable {
    private var book: MemberBook
    private let number: String
    private let zone: Zone
    /// By month, `2026-03`.
    public private(set) var months: [String: Month] = [:]
    public private(set) var refused: [MemberRefusal] = []
    /// Purchases that were paid otherwise than they were, since points or vouchers no longer went.
    public private(set) var repaid = 0

    /// What the acts of a month changed.
    public struct Month: Sendable, Hashable {
        public var earned = Points.zero
        public var redeemed = Points.zero
        public var discount = Money.zero
        /// Of all points on the card, whether they can pay already or not.
        public var points = Points.zero
        /// Cards, by tier.
        public var cards: [Tier.Key: Int] = [:]

        public init() {}

        public static func += (month: inout Month, other: Month) {
            month.earned += other.earned
            month.redeemed += other.redeemed
            month.discount += other.discount
            month.points += other.points
            month.cards.merge(other.cards) { $0 + $1 }
        }
    }

    public init(_ number: String, by programme: Programme, zone: Zone) {
        self.number = number
        self.zone = zone
        book = MemberBook(programme: programme, zone: zone)
    }

    public func member(at instant: Instant) -> Member { book.member(number, at: instant) }

    /// Does an act by some rules, or keeps why not; a purchase that was made is made, if need be for cash.
    public mutating func perform(_ kind: MemberAct.Kind, at instant: Instant, by programme: Programme) {
        book.programme = programme
        let before = book.member(number)
        let ways = [kind] + kind.otherWays
        var refusals: [MemberRefusal] = []
        for (place, way) in ways.enumerated() {
            let outcome = book.perform(MemberAct(member: number, at: instant, kind: way))
            if case .refused(let found) = outcome.result {
                if place == 0 { refusals = found }
                continue
            }
            if place > 1 { repaid += 1 }
            enter(outcome, from: before, at: instant)
            return
        }
        refused += refusals.prefix(1)
    }

    private mutating func enter(_ outcome: MemberOutcome, from before: Member, at instant: Instant) {
        var month = Month()
        switch outcome.result {
        case .sold(let quote, let points):
            month.earned = quote.earned
            month.redeemed = points
            month.discount = quote.discount
        case .refunded(let refund):
            month.earned = .zero - refund.takenBack
            month.redeemed = .zero - refund.returned
        case .changed(let change):
            month.earned = change.issued
            month.redeemed = change.redeemed
        case .refused: break
        }
        let after = outcome.member
        month.points = after.points.total - before.points.total
        if before.card?.tier != after.card?.tier {
            if let tier = before.card?.tier { month.cards[tier, default: 0] -= 1 }
            if let tier = after.card?.tier { month.cards[tier, default: 0] += 1 }
        }
        months[String(zone.local(instant).day.description.prefix(7)), default: Month()] += month
    }
}

extension PointsBalance {
    /// Whether they can pay already or not.
    public var total: Points { spendable + pending }
}

extension MemberAct.Kind {
    /// How a purchase may be paid at another price: as it was but for the cash, then wholly in cash.
    fileprivate var otherWays: [Self] {
        guard case .purchase(let number, let purchase) = self else { return [] }
        let tender = purchase.tender
        return [
            Tender(nonCash: tender.nonCash, stored: tender.stored, points: tender.points),
            Tender(nonCash: .zero, stored: .zero, points: .zero),
        ].map { tender in
            .purchase(
                number,
                Purchase(
                    lines: purchase.lines, tender: tender, birthday: purchase.birthday, isInEvent: purchase.isInEvent,
                    isGroup: purchase.isGroup))
        }
    }
}
