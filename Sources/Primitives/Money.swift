/// An amount in minor units (fen for CNY), at most ±10¹⁵, so that sums of a million rows cannot overflow.
public struct Money: Sendable, Hashable, Comparable, AdditiveArithmetic, Codable {
    public let minorUnits: Int64

    public static let zero = Money(minorUnits: 0)

    public init(minorUnits: Int64) {
        self.minorUnits = minorUnits
    }

    /// A bare number of minor units.
    public init(from decoder: any Decoder) throws {
        minorUnits = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(minorUnits)
    }

    /// Reads yuan with at most two decimals: `200`, `200.5`, `-200.00`.
    public init?(yuan text: String) {
        guard let (units, scale) = decimal(text[...]), scale <= 2 else { return nil }
        let minor = units * power(2 - scale)
        guard abs(minor) <= 1_000_000_000_000_000 else { return nil }
        self.minorUnits = minor
    }

    /// Yuan with two decimals: `200.00`.
    public var yuan: String {
        let whole = abs(minorUnits) / 100
        return (minorUnits < 0 ? "-" : "") + String(whole) + "." + padded(Int(abs(minorUnits) % 100), 2)
    }

    /// So many times the amount.
    public func times(_ count: Int64) -> Money { Money(minorUnits: minorUnits * count) }

    /// A share of an amount that is not negative, rounded once.
    public func times(_ ratio: Ratio, rounding: Rounding) -> Money {
        Money(minorUnits: part(Int128(minorUnits) * Int128(ratio.units), of: Int128(power(ratio.scale)), rounding))
    }

    /// The part of an amount that is not negative which falls to `share` out of `whole`; `whole` is above 0.
    public func times(_ share: Int64, of whole: Int64, rounding: Rounding) -> Money {
        Money(minorUnits: part(Int128(minorUnits) * Int128(share), of: Int128(whole), rounding))
    }

    /// Whether it is a share of another amount, or more.
    public func isAtLeast(_ share: Ratio, of whole: Money) -> Bool {
        Int128(minorUnits) * Int128(power(share.scale)) >= Int128(whole.minorUnits) * Int128(share.units)
    }

    public static func < (left: Money, right: Money) -> Bool { left.minorUnits < right.minorUnits }
    public static func + (left: Money, right: Money) -> Money {
        Money(minorUnits: left.minorUnits + right.minorUnits)
    }
    public static func - (left: Money, right: Money) -> Money {
        Money(minorUnits: left.minorUnits - right.minorUnits)
    }
}

/// What becomes of a part of the smallest unit.
public enum Rounding: Sendable, Hashable {
    case down, halfUp
}

/// A count of loyalty points; at most ±10¹⁵.
public struct Points: Sendable, Hashable, Comparable, AdditiveArithmetic, Codable {
    public let count: Int64

    public static let zero = Points(0)

    public init(_ count: Int64) {
        self.count = count
    }

    /// A bare number.
    public init(from decoder: any Decoder) throws {
        count = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(count)
    }

    /// The part of points that are not negative which falls to `share` out of `whole`, rounded down.
    public func times(_ share: Int64, of whole: Int64) -> Points {
        Points(part(Int128(count) * Int128(share), of: Int128(whole), .down))
    }

    public static func < (left: Points, right: Points) -> Bool { left.count < right.count }
    public static func + (left: Points, right: Points) -> Points { Points(left.count + right.count) }
    public static func - (left: Points, right: Points) -> Points { Points(left.count - right.count) }
}

private func part(_ product: Int128, of whole: Int128, _ rounding: Rounding) -> Int64 {
    switch rounding {
    case .down: Int64(product / whole)
    case .halfUp: Int64((2 * product + whole) / (2 * whole))
    }
}
