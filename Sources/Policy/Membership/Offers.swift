/// What a programme gives beside prices and points.
public struct Offers: Sendable {
    public let perks: [Perk]
    /// `nil` where birthdays bring nothing.
    public let birthdays: Birthdays?
    public let activities: [ActivityKind]
    /// What says that campaigns stand in place of the rest.
    public let poster: [Clause.Key]
    /// In the order of their days.
    public let campaigns: [Campaign]

    public init(
        perks: [Perk] = [], birthdays: Birthdays? = nil, activities: [ActivityKind] = [],
        poster: [Clause.Key] = [], campaigns: [Campaign] = []
    ) {
        self.perks = perks
        self.birthdays = birthdays
        self.activities = activities
        self.poster = poster
        self.campaigns = campaigns
    }

    public func perk(_ key: Perk.Key) -> Perk? { perks.first { $0.key == key } }
    public func activity(_ key: ActivityKind.Key) -> ActivityKind? { activities.first { $0.key == key } }

    /// Those beside the perks' and the activities'.
    public var clauses: [Clause.Key] { (birthdays?.clauses ?? []) + poster + campaigns.flatMap(\.clauses) }
}

/// Something that a card gives: tickets, a gift, a service.
public struct Perk: Sendable, Hashable {
    public typealias Key = String

    public let key: Key
    public let title: LocalizedText
    /// How often it may be given.
    public let each: Period
    /// How many at a time, by tier; a tier that is missing gets none.
    public let counts: [Tier.Key: Ruled<Int64>]
    /// Of which one is chosen; none where it is of one kind only.
    public let options: [Choice]
    /// Whether it goes with something bought on the card.
    public let takesReceipt: Bool
    /// Whether a member of staff is named who serves.
    public let isAssigned: Bool

    public init(
        key: Key, title: LocalizedText, each: Period, counts: [Tier.Key: Ruled<Int64>], options: [Choice] = [],
        takesReceipt: Bool = false, isAssigned: Bool = false
    ) {
        self.key = key
        self.title = title
        self.each = each
        self.counts = counts
        self.options = options
        self.takesReceipt = takesReceipt
        self.isAssigned = isAssigned
    }

    public enum Period: String, Sendable, CaseIterable, Hashable {
        /// Once a card and day.
        case day
        /// Once for each tier that a card was issued of.
        case issue
        /// Once for each birthday.
        case birthday
        /// Whenever it is asked for.
        case request
    }

    /// The event with which it is given.
    public var event: String { Perk.event(key) }
    public static func event(_ key: Key) -> String { "perk." + key }

    public var allClauses: [Clause.Key] {
        counts.sorted { $0.key < $1.key }.flatMap(\.value.clauses) + options.flatMap(\.clauses)
    }
}

/// When what a birthday brings is given.
public struct Birthdays: Sendable, Hashable {
    /// Days before the birthday on which it is announced, and from which on it may be given.
    public let ahead: Int
    /// Days after it until which it may still be given.
    public let until: Int
    /// What must have been confirmed at joining before anything is sent.
    public let consent: Confirmation.Key?
    public let clauses: [Clause.Key]

    public init(ahead: Int, until: Int, consent: Confirmation.Key?, clauses: [Clause.Key]) {
        self.ahead = ahead
        self.until = until
        self.consent = consent
        self.clauses = clauses
    }

    /// The event that announces one.
    public static let event = "member.birthday"
}
