public import Primitives

/// What a purchase costs and earns, with the arithmetic of each step.
public struct Quote: Sendable, Hashable, Codable {
    public let lines: [PricedLine]
    /// After discounts, over all tenders.
    public var due: Money { lines.reduce(.zero) { $0 + $1.due } }
    public var discount: Money { lines.reduce(.zero) { $0 + $1.discount } }
    /// What is left to pay in cash; below zero where the tenders exceed what is due.
    public let cash: Money
    public let earned: Points
    /// The rules that made the figures, in the order in which they did.
    public let why: [Reason]
    /// The rules of the card and the programme that did not apply, and what kept them from it.
    public let whyNot: [Reason]
}

public struct PricedLine: Sendable, Hashable, Codable {
    public let line: Purchase.Line
    public let discount: Money
    /// How the line earns; `nil` where it does not.
    public let accrual: Accrual.Key?

    public init(line: Purchase.Line, discount: Money, accrual: Accrual.Key?) {
        self.line = line
        self.discount = discount
        self.accrual = accrual
    }

    public var due: Money { line.amount - discount }
}

/// One step of the arithmetic, or what kept a rule from applying.
public struct Reason: Sendable, Hashable, Codable {
    public let clause: Clause.Key?
    public let kind: Kind

    init(_ clauses: [Clause.Key], _ kind: Kind) {
        clause = clauses.first
        self.kind = kind
    }

    /// Lines are counted from 1.
    public enum Kind: Sendable, Hashable, Codable {
        case campaign(Campaign.Key, through: CalendarDay)
        // Prices
        case discount(line: Int, amount: Money, pays: Ratio, off: Money)
        case birthdayDiscount(line: Int, amount: Money, pays: Ratio, off: Money)
        case reducedBirthdayDiscount(line: Int, from: Ratio, amount: Money, pays: Ratio, off: Money)
        // Points
        case units(base: Money, unit: Money, count: Int64)
        case remainder(Money)
        case accrual(units: Int64, each: Points, earned: Points)
        case usableFrom(CalendarDay)
        case redeemed(Points, worth: Money)
        case earnsNothing(line: Int, goods: GoodsClass.Key)
        // Limits
        case wholesale(total: Money, pieces: Int64)
        case belowWholesale(total: Money, pieces: Int64, from: Money, atLeast: Int64)
        case mixedTender(Money)
        case groupBirthday
        case excludedCounter(line: Int)
        case reduced(line: Int)
        case reducedInEvent(line: Int)
        case reducedTooFar(line: Int, share: Ratio)
        // What did not apply
        case notBirthday
        case birthdayUnknown
        case birthdayInstead(line: Int)
        case standing(CardStanding)
        // Cards
        case cashOfDay(Money, atLeast: Money)
        case period(Points, atLeast: Points)
        case spend(Money, atLeast: Money)
        case becomes(Tier.Key)
        case stays(Tier.Key)
        case carried(Points)
        case frozen(CalendarDay)
        case replacementFee(Money)
        case usableCard(CalendarDay)
        case backFrom(CalendarDay)
        // Stored value
        case recharged(Money, balance: Money)
        case bonus(Money, from: Money)
        case noBonus(from: Money)
        case paidOut(Money)
        case keptForBonus(Money)
        case bonusEnds(Money)
        case exchanged(Points)
        case restored(Points)
        // Refunds
        case takenBack(Points, left: Money)
        case returnedPoints(Points)
        case chargedPoints(Points, worth: Money)
    }
}
