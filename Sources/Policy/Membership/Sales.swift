public import Primitives

/// What counts as sales of those who serve customers, by the sources that the charter names.
public struct Sales: Sendable, Hashable {
    public let clauses: [Clause.Key]
    /// The classes of goods that count.
    public let goods: [GoodsClass.Key]
    /// What says that money paid in beforehand counts; `nil` where it does not.
    public let recharge: [Clause.Key]?
    /// What says that group purchases are told apart; `nil` where they count as the goods that they are.
    public let group: [Clause.Key]?
    /// What says that the purchases of who was served before are told apart.
    public let second: [Clause.Key]?
    /// For a month and the whole company.
    public let target: Ruled<Money>?

    public init(
        clauses: [Clause.Key], goods: [GoodsClass.Key], recharge: [Clause.Key]?, group: [Clause.Key]?,
        second: [Clause.Key]?, target: Ruled<Money>?
    ) {
        self.clauses = clauses
        self.goods = goods
        self.recharge = recharge
        self.group = group
        self.second = second
        self.target = target
    }

    public var allClauses: [Clause.Key] {
        clauses + (recharge ?? []) + (group ?? []) + (second ?? []) + (target?.clauses ?? [])
    }
}

/// Customers by what they spent lately, from the lowest class to the highest.
public struct SpendingClasses: Sendable, Hashable {
    public let clauses: [Clause.Key]
    /// So many months back.
    public let months: Int
    public let classes: [SpendingClass]

    public init(clauses: [Clause.Key], months: Int, classes: [SpendingClass]) {
        self.clauses = clauses
        self.months = months
        self.classes = classes
    }

    public func reached(by spent: Money) -> SpendingClass? { classes.last { $0.from <= spent } }

    /// The first day of which purchases count on a day.
    public func start(on day: CalendarDay) -> CalendarDay { day.adding(months: -months).adding(days: 1) }
}

public struct SpendingClass: Sendable, Hashable {
    public typealias Key = String

    public let key: Key
    public let title: LocalizedText
    public let from: Money

    public init(key: Key, title: LocalizedText, from: Money) {
        self.key = key
        self.title = title
        self.from = from
    }
}

/// A part of a receipt or a recharge, by its source.
public struct SaleEntry: Sendable, Hashable {
    /// A class of goods, or one of those below.
    public let source: String
    /// Whether it is one of the sources that the charter names.
    public let counts: Bool
    /// After discounts, over all tenders; of money paid in beforehand nothing.
    public let due: Money
    /// Money that came in: what stored value paid had counted when it was paid in.
    public let amount: Money

    public init(source: String, counts: Bool, due: Money, amount: Money) {
        self.source = source
        self.counts = counts
        self.due = due
        self.amount = amount
    }

    public static let recharge = "recharge"
    public static let group = "group"
}

extension Programme {
    /// Whether anything follows from what is sold, so that it is kept by source.
    public var keepsSales: Bool { sales != nil || spendingClasses != nil }

    /// What is left of a receipt, by source; a refund changes it by the difference.
    public func entries(of receipt: Receipt) -> [SaleEntry] {
        var left: [String: Money] = [:]
        for (line, returned) in zip(receipt.quote.lines, receipt.returned) {
            let source = receipt.purchase.isGroup && sales?.group != nil ? SaleEntry.group : line.line.goods
            left[source, default: .zero] +=
                line.due - line.due.times(returned, of: line.line.quantity, rounding: .down)
        }
        let due = left.values.reduce(.zero, +)
        let stored = receipt.purchase.tender.stored - receipt.refunded.stored
        return left.sorted { $0.key < $1.key }.map { source, part in
            let paid = due == .zero ? Money.zero : stored.times(part.minorUnits, of: due.minorUnits, rounding: .down)
            return SaleEntry(
                source: source, counts: source == SaleEntry.group || sales?.goods.contains(source) == true, due: part,
                amount: part - paid)
        }
    }

    /// What money paid in beforehand, or below zero paid out, counts as.
    public func entry(ofRecharge amount: Money) -> SaleEntry {
        SaleEntry(source: SaleEntry.recharge, counts: sales?.recharge != nil, due: .zero, amount: amount)
    }
}

/// A kind of customer that the charter tells apart.
public struct CustomerType: Sendable, Hashable {
    public let key: String
    public let title: LocalizedText
    public let clauses: [Clause.Key]

    public init(key: String, title: LocalizedText, clauses: [Clause.Key]) {
        self.key = key
        self.title = title
        self.clauses = clauses
    }
}
