public import Primitives

/// Why an act at the counter changes nothing, and the clause that says so, where one does.
public struct MemberRefusal: Sendable, Hashable {
    public let clause: Clause.Key?
    public let reason: Reason

    init(_ reason: Reason, _ clauses: [Clause.Key] = []) {
        clause = clauses.first
        self.reason = reason
    }

    public enum Amount: String, Sendable, Hashable {
        case list, price, total, points, stored, recharge
        case nonCash = "non_cash"
    }

    /// Lines are counted from 1.
    public enum Reason: Sendable, Hashable {
        // Figures
        case amount(Amount, line: Int?)
        case quantity(line: Int)
        case lines
        case goods(String, line: Int, known: [String])
        case tendersExceed(due: Money, given: Money)
        case tendersDiffer(due: Money, given: Money)
        case outOfOrder(Instant)
        case inFuture
        // Points
        case pointsStep(Points, step: Points)
        case pointsBalance(Points, spendable: Points)
        case pointsPending(Points, spendable: Points, pending: Points)
        case pointsWithMixedTender
        case pointsOnDiscount
        case noRedemption
        // Cards
        case standing(CardStanding)
        case hasCard(Tier.Key)
        case noCard
        case bornUnknown
        case tooYoung(age: Int, least: Int)
        case cashBelow(Money, least: Money)
        case noReceipts
        case highestTier(Tier.Key)
        case before(CalendarDay)
        case after(CalendarDay)
        case decisionNeeded(after: CalendarDay)
        case pointsBelow(Points, least: Points)
        case lostAlready(CalendarDay)
        case notLapsed
        case unconfirmed(Confirmation.Key)
        // Receipts
        case receiptChanged(String)
        case receiptUnknown(String)
        case receiptOfAnother(String)
        case receiptOfOtherDay(String, CalendarDay)
        case receiptUsed(String)
        case receiptTwice(String)
        // Stored value
        case storedFrozen(CalendarDay)
        case storedNotFrozen
        case storedBalance(Money, balance: Money)
        case storedAbove(Money, most: Money)
        case rechargeBelow(Money, least: Money)
        case rechargeNotCash(Money, from: Money)
        case rechargeChanged(String)
        case notPaidOut
        case nothingLeft(String)
        case receiptNotOnCard(String)
        // Perks
        case perkUnknown(String)
        /// - from: the lowest tier that has it.
        case perkOfTier(Perk.Key, from: Tier.Key)
        case perkGiven(Perk.Key, on: CalendarDay)
        case perkOption(Perk.Key)
        case perkReceipt
        case perkWithoutReceipt
        case perkStaff
        case perkWithoutStaff
        case birthdayFrom(CalendarDay)
        // Activities
        case activityUnknown
        case activityNotOpen(from: CalendarDay, through: CalendarDay)
        case notInvited(Tier.Key)
        case tookPart(on: CalendarDay)
        case noneLeft
        case giftUnknown
        case pointsReach(Points, below: Points)
        case nothingToTakePartIn
        // Points lost with a card
        case restoreReason
        case notRestored
        case restoreAmount
        // Refunds
        case lineUnknown(line: Int)
        case refundAbove(line: Int, asked: Int64, left: Int64)
    }
}

/// All that stands against an act.
public struct MemberRefusals: Error, Sendable, Hashable {
    public let refusals: [MemberRefusal]

    init(_ refusals: [MemberRefusal]) {
        self.refusals = refusals
    }

    init(_ reason: MemberRefusal.Reason, _ clauses: [Clause.Key] = []) {
        refusals = [MemberRefusal(reason, clauses)]
    }
}
