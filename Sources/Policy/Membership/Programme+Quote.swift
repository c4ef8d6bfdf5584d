public import Primitives

extension Programme {
    /// What a purchase costs and earns with that card on that day.
    ///
    /// A line's discount is rounded half up to the fen, once. Points are earned on what is paid in cash.
    ///
    /// The birthday is the purchase's, or else the one that the card was applied for with.
    public func quote(_ purchase: Purchase, for member: Member, on day: CalendarDay) -> Quote {
        Pricing(
            programme: self.on(day), purchase: purchase, card: member.card,
            birthday: purchase.birthday ?? member.born, day: day
        ).quote()
    }

    /// What goods still with the customer earn, on what is still paid for them in cash.
    /// - Parameter dues: what is paid for each line, with how it earns.
    func earned(_ dues: [(due: Money, accrual: Accrual.Key?)], tier: Tier?, notCash: Money) -> Points {
        bases(dues, notCash: notCash).reduce(.zero) { $0 + points($1, tier).earned }
    }

    /// The cash that each accrual earns on: a part that is not cash reduces them in the order of the charter,
    /// and only what is then left of it falls to lines that earn nothing.
    func bases(
        _ dues: [(due: Money, accrual: Accrual.Key?)], notCash: Money
    ) -> [(accrual: Accrual, base: Money)] {
        var notCash = notCash
        return accruals.filter { $0.unit != nil }.map { accrual in
            let sum = dues.reduce(Money.zero) { $1.accrual == accrual.key ? $0 + $1.due : $0 }
            let taken = min(sum, notCash)
            notCash -= taken
            return (accrual, sum - taken)
        }
    }

    func points(_ base: (accrual: Accrual, base: Money), _ tier: Tier?) -> (units: Int64, each: Points, earned: Points)
    {
        guard let unit = base.accrual.unit, let each = tier?.earns[base.accrual.key]?.figure else {
            return (0, .zero, .zero)
        }
        let units = base.base.minorUnits / unit.minorUnits
        return (units, each, Points(units * each.count))
    }
}

/// One purchase on its way through the rules.
private struct Pricing {
    let programme: Programme
    let purchase: Purchase
    let card: MemberCard?
    let birthday: CalendarDay?
    let day: CalendarDay
    private var why: [Reason] = []
    private var whyNot: [Reason] = []

    init(programme: Programme, purchase: Purchase, card: MemberCard?, birthday: CalendarDay?, day: CalendarDay) {
        self.programme = programme
        self.purchase = purchase
        self.card = card
        self.birthday = birthday
        self.day = day
    }

    private var limits: Limits { programme.limits }

    consuming func quote() -> Quote {
        let tier = self.tier()
        if tier != nil, let campaign = programme.campaign(on: day) {
            why.append(Reason(campaign.clauses, .campaign(campaign.key, through: campaign.through)))
        }
        let isOpen = tier != nil && !isWholesale()
        let mayDiscount = isOpen && !isMixed()
        let isBirthday = mayDiscount && self.isBirthday()
        var lines: [PricedLine] = []
        for (index, line) in purchase.lines.enumerated() {
            lines.append(
                price(line, number: index + 1, tier: mayDiscount ? tier : nil, earning: isOpen ? tier : nil, isBirthday)
            )
        }
        if mayDiscount, let tier { noteUnusedBirthday(of: tier, isBirthday) }
        let worth = programme.redemption?.value(of: purchase.tender.points) ?? .zero
        if let redemption = programme.redemption, purchase.tender.points > .zero {
            why.append(Reason(redemption.worth.clauses, .redeemed(purchase.tender.points, worth: worth)))
        }
        let notCash = purchase.tender.nonCash + purchase.tender.stored + worth
        let earned = isOpen ? accrue(lines, tier, notCash: notCash) : .zero
        let due = lines.reduce(Money.zero) { $0 + $1.due }
        return Quote(lines: lines, cash: due - notCash, earned: earned, why: why, whyNot: whyNot)
    }

    /// The tier whose benefits hold.
    private mutating func tier() -> Tier? {
        let standing = programme.standing(of: card, on: day)
        guard let card, let tier = programme.tier(card.tier) else {
            if !programme.tiers.isEmpty { whyNot.append(Reason([], .standing(standing))) }
            return nil
        }
        switch standing {
        case .active: return tier
        case .inWindow:
            why.append(Reason(programme.cardYear.clauses, .standing(standing)))
            return tier
        default:
            why.append(Reason(programme.clauses(of: standing, tier), .standing(standing)))
            return nil
        }
    }

    private mutating func isWholesale() -> Bool {
        guard let rule = limits.wholesale else { return false }
        let (total, pieces) = (purchase.total, purchase.pieces)
        if total >= rule.from, pieces >= rule.pieces {
            why.append(Reason(rule.clauses, .wholesale(total: total, pieces: pieces)))
            return true
        }
        whyNot.append(
            Reason(
                rule.clauses, .belowWholesale(total: total, pieces: pieces, from: rule.from, atLeast: rule.pieces)))
        return false
    }

    private mutating func isMixed() -> Bool {
        let notCash = purchase.tender.nonCash + purchase.tender.stored
        guard let clauses = limits.mixedTender, notCash > .zero else { return false }
        why.append(Reason(clauses, .mixedTender(notCash)))
        return true
    }

    private mutating func isBirthday() -> Bool {
        guard let born = birthday, programme.isBirthday(day, born: born) else { return false }
        if purchase.isGroup, let clauses = limits.groupBirthday {
            why.append(Reason(clauses, .groupBirthday))
            return false
        }
        return true
    }

    // MARK: Prices

    private mutating func price(
        _ line: Purchase.Line, number: Int, tier: Tier?, earning: Tier?, _ isBirthday: Bool
    ) -> PricedLine {
        if line.isExcluded, let clauses = limits.excludedCounter, earning != nil {
            why.append(Reason(clauses, .excludedCounter(line: number)))
            return PricedLine(line: line, discount: .zero, accrual: nil)
        }
        var discount = Money.zero
        if let tier { discount = self.discount(line, number, tier, isBirthday) }
        var accrual: Accrual.Key?
        if let earning { accrual = self.accrual(line, number, earning) }
        return PricedLine(line: line, discount: discount, accrual: accrual)
    }

    private mutating func discount(_ line: Purchase.Line, _ number: Int, _ tier: Tier, _ isBirthday: Bool) -> Money {
        if line.isOnSale, let clauses = limits.reduced {
            guard isBirthday, let rate = tier.birthdayReduced[line.goods] else {
                why.append(Reason(clauses, .reduced(line: number)))
                return .zero
            }
            guard line.price.isAtLeast(rate.from, of: line.list) else {
                whyNot.append(Reason(rate.clauses, .reducedTooFar(line: number, share: rate.from)))
                why.append(Reason(clauses, .reduced(line: number)))
                return .zero
            }
            let off = line.amount.times(rate.pays.complement, rounding: .halfUp)
            why.append(
                Reason(
                    rate.clauses,
                    .reducedBirthdayDiscount(
                        line: number, from: rate.from, amount: line.amount, pays: rate.pays, off: off)))
            return off
        }
        let everyday = tier.everyday[line.goods]
        if isBirthday, let rate = tier.birthday[line.goods] {
            if let everyday { whyNot.append(Reason(everyday.clauses, .birthdayInstead(line: number))) }
            let off = line.amount.times(rate.figure.complement, rounding: .halfUp)
            why.append(
                Reason(
                    rate.clauses,
                    .birthdayDiscount(line: number, amount: line.amount, pays: rate.figure, off: off)))
            return off
        }
        guard let rate = everyday else { return .zero }
        let off = line.amount.times(rate.figure.complement, rounding: .halfUp)
        why.append(
            Reason(rate.clauses, .discount(line: number, amount: line.amount, pays: rate.figure, off: off)))
        return off
    }

    private mutating func noteUnusedBirthday(of tier: Tier, _ isBirthday: Bool) {
        guard !isBirthday else { return }
        let kind: Reason.Kind = birthday == nil ? .birthdayUnknown : .notBirthday
        let rates =
            tier.birthday.sorted { $0.key < $1.key }.map(\.value.clauses)
            + tier.birthdayReduced.sorted { $0.key < $1.key }.map(\.value.clauses)
        for clauses in rates { whyNot.append(Reason(clauses, kind)) }
    }

    // MARK: Points

    private mutating func accrual(_ line: Purchase.Line, _ number: Int, _ tier: Tier) -> Accrual.Key? {
        guard let accrual = programme.accrual(of: line.goods) else { return nil }
        guard accrual.unit != nil, tier.earns[accrual.key] != nil else {
            why.append(Reason(accrual.clauses, .earnsNothing(line: number, goods: line.goods)))
            return nil
        }
        if line.isOnSale, purchase.isInEvent, let clauses = limits.reducedInEvent {
            why.append(Reason(clauses, .reducedInEvent(line: number)))
            return nil
        }
        return accrual.key
    }

    private mutating func accrue(_ lines: [PricedLine], _ tier: Tier?, notCash: Money) -> Points {
        var earned = Points.zero
        for base in programme.bases(lines.map { ($0.due, $0.accrual) }, notCash: notCash) {
            guard let unit = base.accrual.unit, lines.contains(where: { $0.accrual == base.accrual.key }) else {
                continue
            }
            let (units, each, points) = programme.points(base, tier)
            why.append(Reason(base.accrual.clauses, .units(base: base.base, unit: unit, count: units)))
            let rest = base.base - unit.times(units)
            if rest > .zero { why.append(Reason(base.accrual.remainder, .remainder(rest))) }
            why.append(
                Reason(
                    tier?.earns[base.accrual.key]?.clauses ?? [], .accrual(units: units, each: each, earned: points)))
            earned += points
        }
        if earned > .zero, let after = programme.redemption?.after {
            why.append(Reason(after.clauses, .usableFrom(day.adding(days: after.figure))))
        }
        return earned
    }
}

extension Programme {
    /// The clauses that take a card's benefits away.
    /// What says why a card stands as it does; none for one that works, and where there is none.
    public func clauses(of standing: CardStanding, of card: MemberCard?) -> [Clause.Key] {
        card.flatMap { tier($0.tier) }.map { clauses(of: standing, $0) } ?? []
    }

    func clauses(of standing: CardStanding, _ tier: Tier) -> [Clause.Key] {
        switch standing {
        case .none, .active: []
        case .inWindow, .expired: cardYear.clauses
        case .lapsed: tier.lapse?.clauses ?? []
        case .frozen: loss.report
        case .notYet: loss.after.clauses
        }
    }
}
