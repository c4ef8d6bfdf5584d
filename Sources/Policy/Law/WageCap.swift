public import Primitives

/// What the law of mainland China lets an employer take from a month's wage.
///
/// 工资支付暂行规定, art. 16: at most a fifth of the month's wage, and never below the local minimum wage.
public struct WageCap: Sendable, Hashable {
    public let monthPay: Money
    public let minimumWage: Money?

    /// The law's fifth.
    private static let share: Int64 = 5

    public init(monthPay: Money, minimumWage: Money?) {
        self.monthPay = monthPay
        self.minimumWage = minimumWage
    }

    /// The most that may be taken in the month, rounded down to the fen.
    public var most: Money {
        let fifth = max(0, monthPay.minorUnits / Self.share)
        guard let minimumWage else { return Money(minorUnits: fifth) }
        return Money(minorUnits: max(0, min(fifth, monthPay.minorUnits - minimumWage.minorUnits)))
    }
}
