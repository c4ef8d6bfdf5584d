public import Primitives

/// Rules that stand in place of the programme's own on some days, as the poster in the store says.
public struct Campaign: Sendable, Hashable {
    public typealias Key = String

    public let key: Key
    public let title: LocalizedText
    public let from: CalendarDay
    /// The last day.
    public let through: CalendarDay
    public let clauses: [Clause.Key]
    /// By tier, what it gives instead; what it leaves out is as ever.
    public let tiers: [Tier.Key: Benefits]
    /// In place of the worth of points, where it says so.
    public let worth: Worth?
    public let step: Ruled<Points>?
    /// In place of the limits that it names.
    public let limits: Limits?
    /// The limits that do not hold meanwhile.
    public let lifted: Set<LimitKey>

    public init(
        key: Key, title: LocalizedText, from: CalendarDay, through: CalendarDay, clauses: [Clause.Key],
        tiers: [Tier.Key: Benefits] = [:], worth: Worth? = nil, step: Ruled<Points>? = nil, limits: Limits? = nil,
        lifted: Set<LimitKey> = []
    ) {
        self.key = key
        self.title = title
        self.from = from
        self.through = through
        self.clauses = clauses
        self.tiers = tiers
        self.worth = worth
        self.step = step
        self.limits = limits
        self.lifted = lifted
    }

    /// What a tier gives, class of goods by class of goods.
    public struct Benefits: Sendable, Hashable {
        public let everyday: [GoodsClass.Key: Ruled<Ratio>]
        public let birthday: [GoodsClass.Key: Ruled<Ratio>]
        public let birthdayReduced: [GoodsClass.Key: Tier.ReducedRate]
        public let earns: [Accrual.Key: Ruled<Points>]

        public init(
            everyday: [GoodsClass.Key: Ruled<Ratio>], birthday: [GoodsClass.Key: Ruled<Ratio>],
            birthdayReduced: [GoodsClass.Key: Tier.ReducedRate], earns: [Accrual.Key: Ruled<Points>]
        ) {
            self.everyday = everyday
            self.birthday = birthday
            self.birthdayReduced = birthdayReduced
            self.earns = earns
        }
    }

    /// So many points pay so much.
    public struct Worth: Sendable, Hashable {
        public let points: Points
        public let money: Ruled<Money>

        public init(points: Points, money: Ruled<Money>) {
            self.points = points
            self.money = money
        }
    }

    /// A limit by its word in the language.
    public enum LimitKey: String, Sendable, CaseIterable, Hashable {
        case wholesale
        case groupBirthday = "group_birthday"
        case mixedTender = "mixed_tender"
        case excludedCounter = "excluded_counter"
        case reduced
        case reducedInEvent = "reduced_in_event"
        case pointsOnDiscount = "points_on_discount"
    }
}

extension Programme {
    /// The campaign of a day.
    public func campaign(on day: CalendarDay) -> Campaign? {
        offers.campaigns.first { $0.from <= day && day <= $0.through }
    }

    /// The rules of a day: what a campaign says stands in place of the rest.
    public func on(_ day: CalendarDay) -> Programme {
        guard let campaign = campaign(on: day) else { return self }
        return Programme(
            clauses: clauses, goods: goods, accruals: accruals,
            tiers: tiers.map { tier in campaign.tiers[tier.key].map { tier.taking($0) } ?? tier },
            redemption: redemption.map { $0.taking(campaign) }, joining: joining, confirmations: confirmations,
            cardYear: cardYear, leapBirthday: leapBirthday, limits: limits.taking(campaign), upgrading: upgrading,
            loss: loss, storedValue: storedValue, sales: sales, spendingClasses: spendingClasses,
            customerTypes: customerTypes, offers: offers)
    }
}

extension Tier {
    fileprivate func taking(_ benefits: Campaign.Benefits) -> Tier {
        Tier(
            key: key, title: title, clauses: clauses, issue: issue,
            everyday: everyday.merging(benefits.everyday) { $1 }, birthday: birthday.merging(benefits.birthday) { $1 },
            birthdayReduced: birthdayReduced.merging(benefits.birthdayReduced) { $1 },
            earns: earns.merging(benefits.earns) { $1 }, upgrade: upgrade, retention: retention, lapse: lapse, fee: fee)
    }
}

extension Redemption {
    fileprivate func taking(_ campaign: Campaign) -> Redemption {
        Redemption(
            points: campaign.worth?.points ?? points, worth: campaign.worth?.money ?? worth,
            step: campaign.step ?? step, after: after)
    }
}

extension Limits {
    fileprivate func taking(_ campaign: Campaign) -> Limits {
        let other = campaign.limits
        func rule(_ key: Campaign.LimitKey, _ own: [Clause.Key]?, _ other: [Clause.Key]?) -> [Clause.Key]? {
            campaign.lifted.contains(key) ? nil : other ?? own
        }
        return Limits(
            wholesale: campaign.lifted.contains(.wholesale) ? nil : other?.wholesale ?? wholesale,
            groupBirthday: rule(.groupBirthday, groupBirthday, other?.groupBirthday),
            mixedTender: rule(.mixedTender, mixedTender, other?.mixedTender),
            excludedCounter: rule(.excludedCounter, excludedCounter, other?.excludedCounter),
            reduced: rule(.reduced, reduced, other?.reduced),
            reducedInEvent: rule(.reducedInEvent, reducedInEvent, other?.reducedInEvent),
            pointsOnDiscount: rule(.pointsOnDiscount, pointsOnDiscount, other?.pointsOnDiscount))
    }
}
