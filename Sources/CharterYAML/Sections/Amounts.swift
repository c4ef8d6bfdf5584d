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

extension Cursor {
    /// Yuan above nothing, or nothing where that may be, with at most two decimals.
    func money(orNothing: Bool = false) -> Money? {
        value(Phrase("yuan such as 200.00", "金额（元），例如 200.00")) { text in
            orNothing && Money(yuan: text) == .zero ? .zero : Money.positive(text)
        }
    }

    func share() -> Ratio? {
        value(Phrase("a share such as 95%, from 0 to 100%", "比例，例如 95%，0 至 100%")) { Ratio.share($0) }
    }
}
