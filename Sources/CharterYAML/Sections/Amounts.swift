import Primitives

extension Money {
    /// An amount above nothing, at most a million yuan.
    static func positive(_ text: String) -> Money? {
        guard let money = Money(yuan: text), money.minorUnits > 0, money.minorUnits <= 100_000_000 else { return nil }
        return money
    }
}

extension Ratio {
    /// A share from 0 to 100 %.
    static func share(_ text: String) -> Ratio? {
        guard let ratio = Ratio(text), ratio >= Ratio(units: 0, scale: 0), ratio <= Ratio(units: 1, scale: 0) else {
            return nil
        }
        return ratio
    }
}
