public import Primitives

/// What a member has still to do to get a higher card, to keep this one, or to have it work again.
public struct Outlook: Sendable, Hashable {
    /// `nil` for the highest tier, and for a card that does not work.
    public let raise: Raise?
    /// `nil` where the card is kept whatever is spent, and for a card that does not work.
    public let keep: Keep?
    /// The day from which the card, unused till then, loses its function.
    public let lapse: Ruled<CalendarDay>?
    /// `nil` for a card that works and whose year is not over.
    public let remedy: Remedy?

    /// The points of the card year that open the next tier.
    public struct Raise: Sendable, Hashable {
        public let tier: Tier.Key
        public let needed: Points
        public let missing: Points
        /// From the card's last day …
        public let from: CalendarDay
        /// … to the end of the days of exchange.
        public let through: CalendarDay
        public let clauses: [Clause.Key]
        /// What says when.
        public let time: [Clause.Key]
    }

    /// What is spent in the card year for the card to stay of its tier.
    public struct Keep: Sendable, Hashable {
        public let needed: Money
        public let missing: Money
        /// The last day of the card year.
        public let through: CalendarDay
        public let otherwise: Tier.Key
        public let clauses: [Clause.Key]
    }

    public enum Remedy: Sendable, Hashable {
        /// Another card in place of a lost one, without more ado until that day; for a fee.
        case replace(through: Ruled<CalendarDay>?, fee: Ruled<Money>)
        /// The new card works from that day.
        case wait(until: Ruled<CalendarDay>)
        /// Exchange for another card; the old one keeps its benefits through that day.
        case exchange(through: Ruled<CalendarDay>)
        /// The cash of one day until that day.
        case comeBack(cash: Money, through: Ruled<CalendarDay>)
        /// Too late to bring it back.
        case applyAgain(clauses: [Clause.Key])
    }
}

extension Programme {
    /// `nil` for a member without a card.
    public func outlook(of member: Member, on day: CalendarDay) -> Outlook? {
        guard let card = member.card, let tier = tier(card.tier) else { return nil }
        let standing = standing(of: card, on: day)
        let last = expiry(of: card)
        let end = last.adding(days: cardYear.window)
        var remedy: Outlook.Remedy?
        switch standing {
        case .none, .active: break
        case .inWindow: remedy = .exchange(through: Ruled(end, clauses: cardYear.clauses))
        case .expired: remedy = .exchange(through: Ruled(end, clauses: cardYear.clauses))
        case .frozen(let lost):
            remedy = .replace(
                through: loss.within.map { Ruled(lost.adding(days: $0.figure), clauses: $0.clauses) }, fee: tier.fee)
        case .notYet(let first): remedy = .wait(until: Ruled(first, clauses: loss.after.clauses))
        case .lapsed(let since):
            guard let lapse = tier.lapse else { break }
            let through = since.adding(months: lapse.within)
            remedy =
                day <= through
                ? .comeBack(cash: lapse.cash.figure, through: Ruled(through, clauses: lapse.cash.clauses))
                : .applyAgain(clauses: lapse.cash.clauses)
        }
        guard standing.isGood else { return Outlook(raise: nil, keep: nil, lapse: nil, remedy: remedy) }
        let earned = member.points.period
        return Outlook(
            raise: tier.upgrade.map { upgrade in
                Outlook.Raise(
                    tier: upgrade.tier, needed: upgrade.points, missing: max(.zero, upgrade.points - earned),
                    from: last, through: end, clauses: upgrade.clauses, time: cardYear.clauses)
            },
            keep: tier.retention.map { retention in
                Outlook.Keep(
                    needed: retention.spend, missing: max(.zero, retention.spend - card.spend), through: last,
                    otherwise: retention.otherwise, clauses: retention.clauses)
            },
            lapse: lapse(of: card).map { Ruled($0, clauses: tier.lapse?.clauses ?? []) }, remedy: remedy)
    }
}
