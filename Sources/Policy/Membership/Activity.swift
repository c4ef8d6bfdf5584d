public import Primitives

/// A kind of thing that goes on for members from time to time.
public struct ActivityKind: Sendable, Hashable {
    public typealias Key = String

    public let key: Key
    public let title: LocalizedText
    public let takes: Participation
    /// Those who may take part, from the lowest to the highest.
    public let tiers: [Tier.Key]
    /// Only who has fewer points than these on the card.
    public let below: Ruled<Points>?
    /// Whether a card takes part in one of them once only; who signs up or comes does so once anyhow.
    public let isOnce: Bool
    /// What must have been confirmed at joining before anything is sent.
    public let consent: Confirmation.Key?
    public let clauses: [Clause.Key]

    public init(
        key: Key, title: LocalizedText, takes: Participation, tiers: [Tier.Key], below: Ruled<Points>? = nil,
        isOnce: Bool = false, consent: Confirmation.Key? = nil, clauses: [Clause.Key]
    ) {
        self.key = key
        self.title = title
        self.takes = takes
        self.tiers = tiers
        self.below = below
        self.isOnce = isOnce
        self.consent = consent
        self.clauses = clauses
    }

    /// How one takes part.
    public enum Participation: String, Sendable, CaseIterable, Hashable {
        /// Gifts for points.
        case exchange
        /// A gift out of a stock.
        case gift
        /// A place for whoever signs up.
        case signUp = "sign_up"
        /// Invited, and let in.
        case invitation
        /// Nothing but to know of it.
        case notice
    }

    /// The event with which one is announced.
    public var event: String { ActivityKind.event(key) }
    public static func event(_ key: Key) -> String { "activity." + key }

    public var allClauses: [Clause.Key] { clauses + (below?.clauses ?? []) }
}

/// One of them, as somebody of the company announced it.
public struct Activity: Sendable, Hashable {
    public let kind: ActivityKind.Key
    public let from: CalendarDay
    /// The last day.
    public let through: CalendarDay
    /// Those invited.
    public let tiers: [Tier.Key]
    /// Gifts or places left; `nil` where there is no end of them.
    public let left: Int64?
    /// For points.
    public let gifts: [Gift]

    public init(
        kind: ActivityKind.Key, from: CalendarDay, through: CalendarDay, tiers: [Tier.Key], left: Int64?,
        gifts: [Gift]
    ) {
        self.kind = kind
        self.from = from
        self.through = through
        self.tiers = tiers
        self.left = left
        self.gifts = gifts
    }

    public struct Gift: Sendable, Hashable {
        public let title: String
        public let points: Points
        /// `nil` where there is no end of them.
        public let left: Int64?

        public init(title: String, points: Points, left: Int64?) {
            self.title = title
            self.points = points
            self.left = left
        }
    }
}

/// That somebody takes part.
public struct Attendance: Sendable, Hashable {
    public let tier: Tier.Key
    /// Within which one takes part once; `nil` where as often as one likes.
    public let period: String?
    /// What it costs.
    public let points: Points
    public let clause: Clause.Key?
}

extension Programme {
    /// Lets a member take part, or says why not; points are deducted by `.exchange`.
    /// - Parameters:
    ///   - gift: its place among the activity's, for an exchange.
    ///   - taken: the day on which the member took part before, where once is enough.
    public func attend(
        _ activity: Activity, gift: Int?, _ member: Member, on day: CalendarDay, taken: CalendarDay? = nil
    ) throws(MemberRefusals) -> Attendance {
        guard let kind = offers.activity(activity.kind) else { throw MemberRefusals(.activityUnknown) }
        guard kind.takes != .notice else { throw MemberRefusals(.nothingToTakePartIn, kind.clauses) }
        guard let card = member.card, let tier = tier(card.tier) else { throw MemberRefusals(.noCard, kind.clauses) }
        let standing = self.standing(of: card, on: day)
        guard standing.isGood else { throw MemberRefusals(.standing(standing), clauses(of: standing, tier)) }
        var refusals: [MemberRefusal] = []
        if day > activity.through || (day < activity.from && kind.takes != .signUp) {
            refusals.append(
                MemberRefusal(.activityNotOpen(from: activity.from, through: activity.through), kind.clauses))
        }
        if !kind.tiers.contains(tier.key) || !activity.tiers.contains(tier.key) {
            refusals.append(MemberRefusal(.notInvited(tier.key), kind.clauses))
        }
        if let taken { refusals.append(MemberRefusal(.tookPart(on: taken), kind.clauses)) }
        if activity.left == 0 { refusals.append(MemberRefusal(.noneLeft, kind.clauses)) }
        guard refusals.isEmpty else { throw MemberRefusals(refusals) }
        var points = Points.zero
        if kind.takes == .exchange {
            guard let gift, activity.gifts.indices.contains(gift) else {
                throw MemberRefusals(.giftUnknown, kind.clauses)
            }
            guard activity.gifts[gift].left != 0 else { throw MemberRefusals(.noneLeft, kind.clauses) }
            points = activity.gifts[gift].points
        }
        return Attendance(
            tier: tier.key, period: period(of: kind, for: card), points: points, clause: kind.clauses.first)
    }

    /// What keeps a member from an activity on a day, whichever gift is asked for; `nil` also for mere notices.
    public func refusal(of activity: Activity, to member: Member, on day: CalendarDay) -> MemberRefusal? {
        guard let kind = offers.activity(activity.kind), kind.takes != .notice else { return nil }
        do throws(MemberRefusals) {
            if kind.takes == .exchange {
                guard
                    let cheapest = activity.gifts.indices.min(by: {
                        activity.gifts[$0].points < activity.gifts[$1].points
                    })
                else { return nil }
                let attendance = try attend(activity, gift: cheapest, member, on: day)
                _ = try exchange(attendance.points, in: kind.key, by: member, on: day, from: [])
            } else {
                _ = try attend(activity, gift: nil, member, on: day)
            }
            return nil
        } catch {
            return error.refusals.first
        }
    }

    /// Within which a card takes part once.
    public func period(of kind: ActivityKind, for card: MemberCard) -> String? {
        let isOnce = kind.isOnce || kind.takes == .signUp || kind.takes == .invitation
        return isOnce ? String(card.account) : nil
    }

    /// Takes points off for a gift, the oldest first.
    /// - Parameter lots: the oldest receipts of the account with points left that can be used, enough for those asked for.
    func exchange(
        _ points: Points, in key: ActivityKind.Key, by member: Member, on day: CalendarDay, from lots: [NamedReceipt]
    ) throws(MemberRefusals) -> (change: CardChange, lots: [NamedReceipt]) {
        guard let kind = offers.activity(key), kind.takes == .exchange, points > .zero else {
            throw MemberRefusals(.giftUnknown)
        }
        var member = member.rolled(to: day)
        guard let card = member.card, let tier = tier(card.tier) else { throw MemberRefusals(.noCard, kind.clauses) }
        let standing = self.standing(of: card, on: day)
        guard standing.isGood else { throw MemberRefusals(.standing(standing), clauses(of: standing, tier)) }
        let (spendable, pending) = (member.points.spendable, member.points.pending)
        if let below = kind.below, spendable + pending >= below.figure {
            throw MemberRefusals(.pointsReach(spendable + pending, below: below.figure), below.clauses)
        }
        guard points <= spendable else {
            throw points <= spendable + pending
                ? MemberRefusals(
                    .pointsPending(points, spendable: spendable, pending: pending), redemption?.after.clauses ?? [])
                : MemberRefusals(.pointsBalance(points, spendable: spendable), kind.clauses)
        }
        let (_, spent) = spend(points, of: lots)
        member.points.spendable -= points
        return (
            CardChange(
                member: member, fee: .zero, why: [Reason(Array(kind.clauses.suffix(1)), .exchanged(points))],
                redeemed: points), spent
        )
    }

    /// Gives points that were lost with a card, as given ones: they do not count towards tiers.
    func restore(
        _ points: Points, to member: Member, on day: CalendarDay, reason: String
    ) throws(MemberRefusals) -> CardChange {
        guard let clauses = loss.restore else { throw MemberRefusals(.notRestored) }
        var member = member.rolled(to: day)
        guard member.card != nil else { throw MemberRefusals(.noCard, clauses) }
        var refusals: [MemberRefusal] = []
        if reason.allSatisfy(\.isWhitespace) { refusals.append(MemberRefusal(.restoreReason, clauses)) }
        if points <= .zero || points.count > Programme.mostRestored {
            refusals.append(MemberRefusal(.restoreAmount, clauses))
        }
        guard refusals.isEmpty else { throw MemberRefusals(refusals) }
        let usable = day.adding(days: redemption?.after.figure ?? 0)
        member.points.earn(points, usable: usable, on: day)
        var why = [Reason(clauses, .restored(points))]
        if let after = redemption?.after { why.append(Reason(after.clauses, .usableFrom(usable))) }
        return CardChange(member: member, fee: .zero, why: why, issued: points)
    }

    /// Points that one act can give.
    public static let mostRestored: Int64 = 1_000_000
}
