public import Primitives

/// What a card act changes.
public struct CardChange: Sendable, Hashable {
    public let member: Member
    /// To pay for another card.
    public let fee: Money
    public let why: [Reason]
    /// Points taken off for a gift.
    public let redeemed: Points
    /// Points given beside any purchase.
    public let issued: Points

    init(member: Member, fee: Money, why: [Reason], redeemed: Points = .zero, issued: Points = .zero) {
        self.member = member
        self.fee = fee
        self.why = why
        self.redeemed = redeemed
        self.issued = issued
    }
}

/// A receipt by its number, as a card act names it.
public struct NamedReceipt: Sendable, Hashable {
    public let number: String
    public let receipt: Receipt

    public init(number: String, receipt: Receipt) {
        self.number = number
        self.receipt = receipt
    }
}

extension Programme {
    /// Issues the highest card whose threshold the cash of the day's receipts reaches.
    ///
    /// A card that lapsed and was not brought back in time no longer stands in the way; its points stay with it.
    /// - Parameter receipts: of the member, each once.
    public func join(
        _ member: Member, born: CalendarDay?, receipts: [NamedReceipt], on day: CalendarDay
    ) throws(MemberRefusals) -> CardChange {
        if let card = member.card, !isGone(card, on: day) {
            throw MemberRefusals(.hasCard(card.tier), tier(card.tier)?.clauses ?? clauses)
        }
        if let least = joining.age {
            guard let born else { throw MemberRefusals(.bornUnknown, least.clauses) }
            let age = self.age(on: day, born: born)
            guard age >= least.figure else {
                throw MemberRefusals(.tooYoung(age: age, least: least.figure), least.clauses)
            }
        }
        let cash = try self.cash(of: receipts, on: day, clauses: joining.receipts)
        let reached = tiers.last { tier in tier.issue.map { cash >= $0.figure } ?? false }
        guard let tier = reached, let least = tier.issue else {
            let lowest = tiers.lazy.compactMap(\.issue).first
            throw MemberRefusals(.cashBelow(cash, least: lowest?.figure ?? .zero), lowest?.clauses ?? clauses)
        }
        var joined = Member()
        joined.born = born
        joined.card = MemberCard(
            tier: tier.key, number: (member.card?.number ?? 0) + 1, year: (member.card?.year ?? 0) + 1,
            account: (member.card?.account ?? 0) + 1, issued: day, usable: day, used: day)
        return CardChange(
            member: joined, fee: .zero, why: [Reason(least.clauses, .cashOfDay(cash, atLeast: least.figure))])
    }

    /// Exchanges a card for the next tier's, for the points earned in the card year.
    ///
    /// From the card's last day to the end of the days of exchange.
    public func upgrade(_ member: Member, on day: CalendarDay) throws(MemberRefusals) -> CardChange {
        let (card, tier) = try workingCard(of: member, on: day)
        let last = expiry(of: card)
        guard let upgrade = tier.upgrade else { throw MemberRefusals(.highestTier(tier.key), tier.clauses) }
        guard day >= last else { throw MemberRefusals(.before(last), cardYear.clauses) }
        let end = last.adding(days: cardYear.window)
        guard day <= end else { throw MemberRefusals(.after(end), cardYear.clauses) }
        let earned = member.points.period
        guard earned >= upgrade.points else {
            throw MemberRefusals(.pointsBelow(earned, least: upgrade.points), upgrade.clauses)
        }
        let exchanged = exchange(member.rolled(to: day), card, for: upgrade.tier, on: day)
        let carried = exchanged.points.spendable + exchanged.points.pending
        return CardChange(
            member: exchanged, fee: .zero,
            why: [
                Reason(upgrade.clauses, .period(earned, atLeast: upgrade.points)),
                Reason(upgrading, .carried(carried)), Reason(upgrade.clauses, .becomes(upgrade.tier)),
            ])
    }

    /// Exchanges a card whose year is over; who spent too little in it gets the tier below.
    public func renew(_ member: Member, on day: CalendarDay) throws(MemberRefusals) -> CardChange {
        let (card, tier) = try workingCard(of: member, on: day)
        let last = expiry(of: card)
        guard day >= last else { throw MemberRefusals(.before(last), cardYear.clauses) }
        var why: [Reason] = []
        var next = tier.key
        if let retention = tier.retention {
            why.append(Reason(retention.clauses, .spend(card.spend, atLeast: retention.spend)))
            if card.spend < retention.spend { next = retention.otherwise }
        }
        why.append(
            Reason(tier.retention?.clauses ?? cardYear.clauses, next == tier.key ? .stays(next) : .becomes(next)))
        return CardChange(member: exchange(member.rolled(to: day), card, for: next, on: day), fee: .zero, why: why)
    }

    /// Freezes a card at once.
    public func reportLoss(_ member: Member, on day: CalendarDay) throws(MemberRefusals) -> CardChange {
        guard let card = member.card else { throw MemberRefusals(.noCard, loss.report) }
        if let lost = card.lost { throw MemberRefusals(.lostAlready(lost), loss.report) }
        var member = member.rolled(to: day)
        member.card?.lost = day
        return CardChange(member: member, fee: .zero, why: [Reason(loss.report, .frozen(day))])
    }

    /// Gives another card in place of one that is lost or damaged; tier, card year and points go over to it.
    /// - Parameters:
    ///   - isDecided: whether a supervisor decided, with a reason, to do it after the time.
    ///   - isWaived: whether the fee is waived, with a reason.
    public func replace(
        _ member: Member, on day: CalendarDay, isDecided: Bool = false, isWaived: Bool = false
    ) throws(MemberRefusals) -> CardChange {
        guard let card = member.card, let tier = self.tier(card.tier) else {
            throw MemberRefusals(.noCard, loss.report)
        }
        if let lost = card.lost, let within = loss.within, !isDecided {
            let last = lost.adding(days: within.figure)
            guard day <= last else { throw MemberRefusals(.decisionNeeded(after: last), within.clauses) }
        }
        var member = member.rolled(to: day)
        let usable = day.adding(days: loss.after.figure)
        member.card?.lost = nil
        member.card?.number += 1
        member.card?.usable = usable
        let fee = isWaived ? .zero : tier.fee.figure
        return CardChange(
            member: member, fee: fee,
            why: [
                Reason(tier.fee.clauses, .replacementFee(fee)), Reason(loss.after.clauses, .usableCard(usable)),
            ])
    }

    /// Brings a lapsed card back for the cash of one day, with its points; another card year begins.
    /// - Parameter receipts: of the member, each once.
    public func reactivate(
        _ member: Member, receipts: [NamedReceipt], on day: CalendarDay
    ) throws(MemberRefusals) -> CardChange {
        guard let card = member.card, let tier = self.tier(card.tier) else { throw MemberRefusals(.noCard, clauses) }
        if let lost = card.lost { throw MemberRefusals(.standing(.frozen(lost)), loss.report) }
        guard let lapse = tier.lapse, case .lapsed(let last) = standing(of: card, on: day) else {
            throw MemberRefusals(.notLapsed, tier.lapse?.clauses ?? tier.clauses)
        }
        let end = last.adding(months: lapse.within)
        guard day <= end else { throw MemberRefusals(.after(end), lapse.cash.clauses) }
        let cash = try self.cash(of: receipts, on: day, clauses: lapse.cash.clauses)
        guard cash >= lapse.cash.figure else {
            throw MemberRefusals(.cashBelow(cash, least: lapse.cash.figure), lapse.cash.clauses)
        }
        var member = exchange(member.rolled(to: day), card, for: tier.key, on: day)
        member.card?.number = card.number
        return CardChange(
            member: member, fee: .zero,
            why: [
                Reason(lapse.cash.clauses, .cashOfDay(cash, atLeast: lapse.cash.figure)),
                Reason(lapse.cash.clauses.last.map { [$0] } ?? [], .backFrom(day)),
            ])
    }

    /// Whether a card lapsed and the time to bring it back is over.
    private func isGone(_ card: MemberCard, on day: CalendarDay) -> Bool {
        guard let lapse = tier(card.tier)?.lapse, case .lapsed(let last) = standing(of: card, on: day) else {
            return false
        }
        return day > last.adding(months: lapse.within)
    }

    /// A card that is neither frozen nor lapsed nor before its first day.
    private func workingCard(
        of member: Member, on day: CalendarDay
    ) throws(MemberRefusals) -> (card: MemberCard, tier: Tier) {
        guard let card = member.card, let tier = self.tier(card.tier) else { throw MemberRefusals(.noCard, clauses) }
        let standing = self.standing(of: card, on: day)
        switch standing {
        case .frozen, .lapsed, .notYet: throw MemberRefusals(.standing(standing), clauses(of: standing, tier))
        default: return (card, tier)
        }
    }

    private func exchange(_ member: Member, _ card: MemberCard, for tier: Tier.Key, on day: CalendarDay) -> Member {
        var member = member
        member.card = MemberCard(
            tier: tier, number: card.number + 1, year: card.year + 1, account: card.account, issued: day, usable: day,
            used: day)
        member.points.period = .zero
        return member
    }

    /// The cash of receipts of that day, none of which served before.
    private func cash(
        of receipts: [NamedReceipt], on day: CalendarDay, clauses: [Clause.Key]
    ) throws(MemberRefusals) -> Money {
        guard !receipts.isEmpty else { throw MemberRefusals(.noReceipts, clauses) }
        var refusals: [MemberRefusal] = []
        var seen: Set<String> = []
        for named in receipts {
            if !seen.insert(named.number).inserted {
                refusals.append(MemberRefusal(.receiptTwice(named.number), clauses))
            } else if named.receipt.isUsed {
                refusals.append(MemberRefusal(.receiptUsed(named.number), clauses))
            } else if named.receipt.day != day {
                refusals.append(MemberRefusal(.receiptOfOtherDay(named.number, named.receipt.day), clauses.suffix(1)))
            }
        }
        guard refusals.isEmpty else { throw MemberRefusals(refusals) }
        return receipts.reduce(.zero) { $0 + $1.receipt.cash }
    }
}
