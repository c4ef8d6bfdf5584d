public import Primitives

/// Who holds a card, with its points.
public struct Member: Sendable, Hashable, Codable {
    public var card: MemberCard?
    public var points = PointsBalance()
    /// As the card was applied for.
    public var born: CalendarDay?

    public init() {}

    /// The member as of the beginning of that day: points whose day has come can be used.
    public func rolled(to day: CalendarDay) -> Member {
        var member = self
        member.points.roll(to: day)
        return member
    }
}

public struct MemberCard: Sendable, Hashable, Codable {
    public var tier: Tier.Key
    /// 1, 2, 3 … of the member: another card for each exchange and replacement.
    public var number: Int
    /// 1, 2, 3 … of the member: another card year for each issue, exchange and return.
    public var year: Int
    /// 1, 2, 3 … of the member: another account of points for each card that was applied for.
    public var account: Int
    /// The first day of the card year.
    public var issued: CalendarDay
    /// The first day on which it can be used.
    public var usable: CalendarDay
    /// The last day on which it was issued, used or brought back.
    public var used: CalendarDay
    /// The day of the report that froze it.
    public var lost: CalendarDay?
    /// Paid in the card year over all tenders, after discounts and less refunds.
    public var spend: Money

    public init(
        tier: Tier.Key, number: Int, year: Int, account: Int, issued: CalendarDay, usable: CalendarDay,
        used: CalendarDay,
        lost: CalendarDay? = nil, spend: Money = .zero
    ) {
        self.tier = tier
        self.number = number
        self.year = year
        self.account = account
        self.issued = issued
        self.usable = usable
        self.used = used
        self.lost = lost
        self.spend = spend
    }
}

/// What a card's points amount to.
public struct PointsBalance: Sendable, Hashable, Codable {
    /// Can pay today.
    public var spendable = Points.zero
    /// Earned, and usable from their days on, in the order of those days.
    public var lots: [Lot] = []
    /// Earned by purchases in the card year, spent ones included; tiers follow these alone.
    public var period = Points.zero

    public init() {}

    public struct Lot: Sendable, Hashable, Codable {
        public var usable: CalendarDay
        public var points: Points

        public init(usable: CalendarDay, points: Points) {
            self.usable = usable
            self.points = points
        }
    }

    public var pending: Points { lots.reduce(.zero) { $0 + $1.points } }

    mutating func roll(to day: CalendarDay) {
        for lot in lots where lot.usable <= day { spendable += lot.points }
        lots.removeAll { $0.usable <= day }
    }

    mutating func earn(_ points: Points, usable: CalendarDay, on day: CalendarDay) {
        guard points > .zero else { return }
        if usable <= day {
            spendable += points
        } else if let index = lots.firstIndex(where: { $0.usable == usable }) {
            lots[index].points += points
        } else {
            lots.append(Lot(usable: usable, points: points))
        }
    }

    /// Takes points back that were obtained with a lot of that day.
    mutating func takeBack(_ points: Points, usable: CalendarDay, on day: CalendarDay) {
        guard usable > day else {
            spendable -= points
            return
        }
        guard let index = lots.firstIndex(where: { $0.usable == usable }) else { return }
        lots[index].points -= points
        if lots[index].points == .zero { lots.remove(at: index) }
    }
}

/// Whether a card gives anything on a day.
public enum CardStanding: Sendable, Hashable, Codable {
    /// No card at all.
    case none
    case active
    /// Past its last day, within the days of exchange: it keeps its benefits.
    case inWindow(expired: CalendarDay)
    /// Past the days of exchange.
    case expired(CalendarDay)
    /// Unused for too long, since that day.
    case lapsed(CalendarDay)
    /// Reported lost.
    case frozen(CalendarDay)
    /// A replaced card before its first day.
    case notYet(CalendarDay)

    public var isGood: Bool {
        switch self {
        case .active, .inWindow: true
        default: false
        }
    }
}

extension Programme {
    /// The last day of the card year.
    public func expiry(of card: MemberCard) -> CalendarDay { card.issued.adding(months: cardYear.months) }

    /// The day from which an unused card has lapsed; `nil` where it never does.
    public func lapse(of card: MemberCard) -> CalendarDay? {
        tier(card.tier)?.lapse.map { card.used.adding(months: $0.months) }
    }

    public func standing(of card: MemberCard?, on day: CalendarDay) -> CardStanding {
        guard let card else { return .none }
        if let lost = card.lost { return .frozen(lost) }
        if day < card.usable { return .notYet(card.usable) }
        if let lapse = lapse(of: card), day >= lapse { return .lapsed(lapse) }
        let expiry = expiry(of: card)
        if day <= expiry { return .active }
        return day <= expiry.adding(days: cardYear.window) ? .inWindow(expired: expiry) : .expired(expiry)
    }

    /// Whether a day is the birthday of somebody born on another.
    public func isBirthday(_ day: CalendarDay, born: CalendarDay) -> Bool { birthday(in: day.year, born: born) == day }

    /// Full years of age on a day.
    public func age(on day: CalendarDay, born: CalendarDay) -> Int {
        day.year - born.year - (day >= birthday(in: day.year, born: born) ? 0 : 1)
    }
}
