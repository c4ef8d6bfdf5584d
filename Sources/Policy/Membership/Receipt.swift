public import Primitives

/// A purchase that was made, and what has been taken back of it since.
public struct Receipt: Sendable, Hashable, Codable {
    public let day: CalendarDay
    public let purchase: Purchase
    public let quote: Quote
    /// The tier whose benefits it had.
    public let tier: Tier.Key?
    /// The card year that it fell in, by its number.
    public let cardYear: Int?
    /// The account of points that it earned on and paid from.
    public let account: Int?
    /// Whether it counted towards tiers, as a purchase within the card year.
    public let isInYear: Bool
    /// The day from which its points can pay.
    public let usable: CalendarDay
    /// The points that paid, by the receipts that had earned them.
    public let paidFrom: [Payment]
    /// What is left of the points that it earned.
    public var unspent: Points
    /// Pieces taken back, by line.
    public var returned: [Int64]
    /// What has been paid back, over all tenders.
    public var refunded = Refunded()
    /// Whether a card was issued or brought back on it.
    public var isUsed = false

    init(
        day: CalendarDay, purchase: Purchase, quote: Quote, tier: Tier.Key?, card: MemberCard?, isInYear: Bool,
        usable: CalendarDay, paidFrom: [Payment]
    ) {
        self.day = day
        self.purchase = purchase
        self.quote = quote
        self.tier = tier
        cardYear = card?.year
        account = card?.account
        self.isInYear = isInYear
        self.usable = usable
        self.paidFrom = paidFrom
        unspent = quote.earned
        returned = Array(repeating: 0, count: purchase.lines.count)
    }

    /// The cash that is still with the shop.
    public var cash: Money { quote.cash - refunded.cash }

    /// Points of an earlier receipt that paid.
    public struct Payment: Sendable, Hashable, Codable {
        public let receipt: String
        public let points: Points
    }

    public struct Refunded: Sendable, Hashable, Codable {
        /// Of what was due.
        public var due = Money.zero
        /// Without what was kept for points that were spent.
        public var cash = Money.zero
        public var nonCash = Money.zero
        public var stored = Money.zero
        /// Points that had paid.
        public var points = Points.zero
        /// Points that had been earned.
        public var earned = Points.zero
        /// Of those, points that had been spent.
        public var spent = Points.zero
        /// Kept from the cash for them.
        public var kept = Money.zero
    }
}

/// What a refund gives and takes.
public struct Refund: Sendable, Hashable {
    /// Of what was due, over all tenders.
    public let due: Money
    /// Handed out in cash, after what was kept for spent points.
    public let cash: Money
    public let nonCash: Money
    public let stored: Money
    /// Points that had paid, given back.
    public let returned: Points
    /// Points that had been earned, taken back.
    public let takenBack: Points
    /// The worth of those that had been spent already, kept from the cash.
    public let kept: Money
    public let why: [Reason]
}
