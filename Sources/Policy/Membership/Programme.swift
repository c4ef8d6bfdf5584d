public import Primitives

/// A membership programme as the charter states it: what a card costs to get and to keep, and what it gives.
///
/// A part that the charter leaves out limits nothing.
public struct Programme: Sendable {
    public let clauses: [Clause.Key]
    /// One at least; the first is that of lines which name none.
    public let goods: [GoodsClass]
    /// In the order in which a part not paid in cash reduces what they earn on.
    public let accruals: [Accrual]
    /// From the lowest to the highest; none where the company sells without cards.
    public let tiers: [Tier]
    public let redemption: Redemption?
    public let joining: Joining
    /// What whoever serves the customer confirms before a card act.
    public let confirmations: [Confirmation]
    public let cardYear: CardYear
    /// The day on which somebody born on 29 February has the birthday in other years.
    public let leapBirthday: MonthDay
    public let limits: Limits
    public let upgrading: [Clause.Key]
    public let loss: Loss
    /// `nil` where nothing is paid in beforehand, or another system keeps it.
    public let storedValue: StoredValue?
    /// `nil` where nobody counts what was sold.
    public let sales: Sales?
    /// `nil` where customers are not told apart by what they spend.
    public let spendingClasses: SpendingClasses?
    /// None where the usual ones of every company's file do.
    public let customerTypes: [CustomerType]
    public let offers: Offers
    /// What opens a page of his own to each member; `nil` where there is none.
    public let portal: [Clause.Key]?

    public init(
        clauses: [Clause.Key], goods: [GoodsClass], accruals: [Accrual], tiers: [Tier], redemption: Redemption?,
        joining: Joining, confirmations: [Confirmation], cardYear: CardYear, leapBirthday: MonthDay, limits: Limits,
        upgrading: [Clause.Key],
        loss: Loss, storedValue: StoredValue? = nil,
        sales: Sales? = nil, spendingClasses: SpendingClasses? = nil, customerTypes: [CustomerType] = [],
        offers: Offers = Offers(), portal: [Clause.Key]? = nil
    ) {
        self.clauses = clauses
        self.goods = goods
        self.accruals = accruals
        self.tiers = tiers
        self.redemption = redemption
        self.joining = joining
        self.confirmations = confirmations
        self.cardYear = cardYear
        self.leapBirthday = leapBirthday
        self.limits = limits
        self.upgrading = upgrading
        self.loss = loss
        self.storedValue = storedValue
        self.sales = sales
        self.spendingClasses = spendingClasses
        self.customerTypes = customerTypes
        self.offers = offers
        self.portal = portal
    }

    /// The clauses that some part of it names beside the tiers'.
    public var ownClauses: [Clause.Key] {
        let redeem = redemption.map { $0.worth.clauses + $0.step.clauses + $0.after.clauses } ?? []
        let cards =
            (joining.age?.clauses ?? []) + joining.receipts + cardYear.clauses + upgrading + loss.report
            + (loss.within?.clauses ?? []) + loss.after.clauses + (loss.restore ?? [])
            + confirmations.flatMap(\.clauses)
        return clauses + accruals.flatMap { $0.clauses + $0.remainder } + redeem + cards + limits.clauses
            + (storedValue?.allClauses ?? []) + (sales?.allClauses ?? []) + (spendingClasses?.clauses ?? [])
            + customerTypes.flatMap(\.clauses) + offers.clauses + (portal ?? [])
    }

    public func tier(_ key: Tier.Key) -> Tier? { tiers.first { $0.key == key } }
    public func goods(_ key: GoodsClass.Key) -> GoodsClass? { goods.first { $0.key == key } }
    /// How a class of goods earns; `nil` where the programme says nothing of it.
    public func accrual(of goods: GoodsClass.Key) -> Accrual? { accruals.first { $0.goods.contains(goods) } }
}

/// A figure with the clauses that set it.
public struct Ruled<Figure: Sendable & Hashable>: Sendable, Hashable {
    public let figure: Figure
    public let clauses: [Clause.Key]

    public init(_ figure: Figure, clauses: [Clause.Key]) {
        self.figure = figure
        self.clauses = clauses
    }

    /// The clause to cite; a charter may name none.
    public var clause: Clause.Key? { clauses.first }
}

/// A class of goods that benefits tell apart.
public struct GoodsClass: Sendable, Hashable {
    public typealias Key = String

    public let key: Key
    public let title: LocalizedText

    public init(key: Key, title: LocalizedText) {
        self.key = key
        self.title = title
    }
}

/// Classes of goods that earn points together: their cash is summed over the receipt.
public struct Accrual: Sendable, Hashable {
    public typealias Key = String

    public let key: Key
    public let goods: [GoodsClass.Key]
    /// The amount that earns once; what is left below it earns nothing. `nil` where these goods earn nothing at all.
    public let unit: Money?
    public let clauses: [Clause.Key]
    /// What says that the remainder is not carried over.
    public let remainder: [Clause.Key]

    public init(
        key: Key, goods: [GoodsClass.Key], unit: Money?, clauses: [Clause.Key], remainder: [Clause.Key]
    ) {
        self.key = key
        self.goods = goods
        self.unit = unit
        self.clauses = clauses
        self.remainder = remainder
    }
}

/// A kind of card.
public struct Tier: Sendable, Hashable {
    public typealias Key = String

    public let key: Key
    public let title: LocalizedText
    public let clauses: [Clause.Key]
    /// The cash of one day that the card is issued from; `nil` where it cannot be applied for.
    public let issue: Ruled<Money>?
    /// The share of the price that is paid, by class of goods.
    public let everyday: [GoodsClass.Key: Ruled<Ratio>]
    /// The same on the birthday, in place of the everyday one.
    public let birthday: [GoodsClass.Key: Ruled<Ratio>]
    /// On the birthday, for goods on sale.
    public let birthdayReduced: [GoodsClass.Key: ReducedRate]
    /// Points for each full unit.
    public let earns: [Accrual.Key: Ruled<Points>]
    public let upgrade: Upgrade?
    /// `nil` where the card is kept whatever is spent.
    public let retention: Retention?
    /// `nil` where the card never lapses.
    public let lapse: Lapse?
    /// What another card costs in place of a lost or damaged one.
    public let fee: Ruled<Money>

    public init(
        key: Key, title: LocalizedText, clauses: [Clause.Key], issue: Ruled<Money>?,
        everyday: [GoodsClass.Key: Ruled<Ratio>], birthday: [GoodsClass.Key: Ruled<Ratio>],
        birthdayReduced: [GoodsClass.Key: ReducedRate], earns: [Accrual.Key: Ruled<Points>], upgrade: Upgrade?,
        retention: Retention?, lapse: Lapse?, fee: Ruled<Money>
    ) {
        self.key = key
        self.title = title
        self.clauses = clauses
        self.issue = issue
        self.everyday = everyday
        self.birthday = birthday
        self.birthdayReduced = birthdayReduced
        self.earns = earns
        self.upgrade = upgrade
        self.retention = retention
        self.lapse = lapse
        self.fee = fee
    }

    public var allClauses: [Clause.Key] {
        let rates =
            everyday.values.flatMap(\.clauses) + birthday.values.flatMap(\.clauses)
            + birthdayReduced.values.flatMap(\.clauses) + earns.values.flatMap(\.clauses)
        let changes =
            (upgrade?.clauses ?? []) + (retention?.clauses ?? [])
            + (lapse.map { $0.clauses + $0.cash.clauses } ?? [])
        return clauses + (issue?.clauses ?? []) + rates + changes + fee.clauses
    }

    /// The share paid of goods on sale whose price is still at least a share of the list price.
    public struct ReducedRate: Sendable, Hashable {
        public let pays: Ratio
        public let from: Ratio
        public let clauses: [Clause.Key]

        public init(pays: Ratio, from: Ratio, clauses: [Clause.Key]) {
            self.pays = pays
            self.from = from
            self.clauses = clauses
        }
    }

    /// The points earned in the card year that open the next tier.
    public struct Upgrade: Sendable, Hashable {
        public let tier: Key
        public let points: Points
        public let clauses: [Clause.Key]

        public init(tier: Key, points: Points, clauses: [Clause.Key]) {
            self.tier = tier
            self.points = points
            self.clauses = clauses
        }
    }

    /// What must be spent in the card year, and the tier that a card change leads to where it was not.
    public struct Retention: Sendable, Hashable {
        public let spend: Money
        public let otherwise: Key
        public let clauses: [Clause.Key]

        public init(spend: Money, otherwise: Key, clauses: [Clause.Key]) {
            self.spend = spend
            self.otherwise = otherwise
            self.clauses = clauses
        }
    }

    /// When an unused card loses its function, and what brings it back.
    public struct Lapse: Sendable, Hashable {
        /// Months without use, to their end.
        public let months: Int
        public let clauses: [Clause.Key]
        /// Months after the lapse within which it can come back.
        public let within: Int
        /// The cash of one day that brings it back.
        public let cash: Ruled<Money>

        public init(months: Int, clauses: [Clause.Key], within: Int, cash: Ruled<Money>) {
            self.months = months
            self.clauses = clauses
            self.within = within
            self.cash = cash
        }
    }
}

/// Points as money.
public struct Redemption: Sendable, Hashable {
    /// So many points …
    public let points: Points
    /// … pay so much; a multiple of `points` fen, so that each point is worth whole fen.
    public let worth: Ruled<Money>
    /// Points are used in whole multiples of this.
    public let step: Ruled<Points>
    /// Days after they were obtained from which points can be used.
    public let after: Ruled<Int>

    public init(points: Points, worth: Ruled<Money>, step: Ruled<Points>, after: Ruled<Int>) {
        self.points = points
        self.worth = worth
        self.step = step
        self.after = after
    }

    /// How many of some points can pay at once.
    public func usable(of points: Points) -> Points {
        points > .zero ? Points(points.count / step.figure.count * step.figure.count) : .zero
    }

    /// What points pay.
    public func value(of points: Points) -> Money {
        worth.figure.times(points.count, of: self.points.count, rounding: .down)
    }
}

/// Who may join, and on what.
public struct Joining: Sendable, Hashable {
    /// Years of age.
    public let age: Ruled<Int>?
    /// What says that the receipts are of the same day and used once.
    public let receipts: [Clause.Key]

    public init(age: Ruled<Int>?, receipts: [Clause.Key]) {
        self.age = age
        self.receipts = receipts
    }
}

/// What is seen or said at the counter and cannot be reckoned: the original of a document, the person, the consent.
public struct Confirmation: Sendable, Hashable {
    public typealias Key = String

    public let key: Key
    public let title: LocalizedText
    public let acts: Set<CounterAct>
    public let clauses: [Clause.Key]

    public init(key: Key, title: LocalizedText, acts: Set<CounterAct>, clauses: [Clause.Key]) {
        self.key = key
        self.title = title
        self.acts = acts
        self.clauses = clauses
    }
}

/// What can be done with a card, by its word.
public enum CardAct: String, Sendable, CaseIterable, Hashable {
    case apply, upgrade, renew
    case reportLoss = "report_loss"
    case replace, reactivate

    var counterAct: CounterAct {
        switch self {
        case .apply: .apply
        case .upgrade: .upgrade
        case .renew: .renew
        case .reportLoss: .reportLoss
        case .replace: .replace
        case .reactivate: .reactivate
        }
    }
}

/// What is done at the counter beside selling, by its word: card acts and those on stored value.
public enum CounterAct: String, Sendable, CaseIterable, Hashable {
    case apply, upgrade, renew
    case reportLoss = "report_loss"
    case replace, reactivate, recharge
    case payOut = "pay_out"
}

/// How long a card is valid, and for how long after that it can be exchanged.
public struct CardYear: Sendable, Hashable {
    /// To the end of the same date so many months later.
    public let months: Int
    /// Days after the last valid one, in which the card keeps its benefits.
    public let window: Int
    public let clauses: [Clause.Key]

    public init(months: Int, window: Int, clauses: [Clause.Key]) {
        self.months = months
        self.window = window
        self.clauses = clauses
    }
}

/// What gets no benefit; each rule holds where the charter names it.
public struct Limits: Sendable, Hashable {
    /// From this sum before discounts and this many pieces on: no discount and no points.
    public let wholesale: Wholesale?
    /// A sale marked as a group purchase has no birthday rate.
    public let groupBirthday: [Clause.Key]?
    /// A purchase paid in part by vouchers or stored value: no discount, no payment with points.
    public let mixedTender: [Clause.Key]?
    /// Counters that take part in neither discounts nor points.
    public let excludedCounter: [Clause.Key]?
    /// Goods on sale have no discount but a birthday's for goods on sale.
    public let reduced: [Clause.Key]?
    /// Goods on sale earn nothing in event periods.
    public let reducedInEvent: [Clause.Key]?
    /// Points cannot pay for a purchase that got a discount.
    public let pointsOnDiscount: [Clause.Key]?

    public init(
        wholesale: Wholesale?, groupBirthday: [Clause.Key]?, mixedTender: [Clause.Key]?,
        excludedCounter: [Clause.Key]?, reduced: [Clause.Key]?, reducedInEvent: [Clause.Key]?,
        pointsOnDiscount: [Clause.Key]?
    ) {
        self.wholesale = wholesale
        self.groupBirthday = groupBirthday
        self.mixedTender = mixedTender
        self.excludedCounter = excludedCounter
        self.reduced = reduced
        self.reducedInEvent = reducedInEvent
        self.pointsOnDiscount = pointsOnDiscount
    }

    public var clauses: [Clause.Key] {
        (wholesale?.clauses ?? [])
            + [groupBirthday, mixedTender, excludedCounter, reduced, reducedInEvent, pointsOnDiscount]
            .flatMap { $0 ?? [] }
    }

    public struct Wholesale: Sendable, Hashable {
        public let from: Money
        public let pieces: Int64
        public let clauses: [Clause.Key]

        public init(from: Money, pieces: Int64, clauses: [Clause.Key]) {
            self.from = from
            self.pieces = pieces
            self.clauses = clauses
        }
    }
}

/// Lost and damaged cards.
public struct Loss: Sendable, Hashable {
    /// What says that the report freezes the card.
    public let report: [Clause.Key]
    /// Days after the report in which the holder comes for another card.
    public let within: Ruled<Int>?
    /// Days after the replacement from which the new card can be used.
    public let after: Ruled<Int>
    /// What says that lost points do not come back by themselves; `nil` where nobody may give them back.
    public let restore: [Clause.Key]?

    public init(report: [Clause.Key], within: Ruled<Int>?, after: Ruled<Int>, restore: [Clause.Key]? = nil) {
        self.report = report
        self.within = within
        self.after = after
        self.restore = restore
    }
}
