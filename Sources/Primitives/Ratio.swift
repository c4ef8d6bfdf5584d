/// An exact decimal: `units` times ten to the power of minus `scale`, in its shortest form, so that equals are equal.
public struct Ratio: Sendable, Hashable, Codable {
    public let units: Int64
    /// Digits behind the point, 0…9.
    public let scale: Int

    /// - Parameter scale: 0…9; trailing zeroes behind the point are dropped.
    public init(units: Int64, scale: Int) {
        var (units, scale) = (units, scale)
        while scale > 0, units % 10 == 0 { (units, scale) = (units / 10, scale - 1) }
        self.units = units
        self.scale = scale
    }

    /// Reads `95%`, `0.95` or `12.5%`; `nil` for anything else or more than nine digits behind the point.
    public init?(_ text: String) {
        let percent = text.hasSuffix("%")
        let body = percent ? text.dropLast() : text[...]
        guard let (units, scale) = decimal(body), scale + (percent ? 2 : 0) <= 9 else { return nil }
        self.init(units: units, scale: scale + (percent ? 2 : 0))
    }
}

extension Ratio {
    /// What is left of one: 95 % → 5 %.
    public var complement: Ratio { Ratio(units: power(scale) - units, scale: scale) }

    /// `95%` or `12.5%`.
    public var percent: String {
        guard scale > 2 else { return String(units * power(2 - scale)) + "%" }
        let digits = padded(Int(units), scale - 1)
        return digits.dropLast(scale - 2) + "." + digits.suffix(scale - 2) + "%"
    }
}

extension Ratio: Comparable {
    public static func < (left: Ratio, right: Ratio) -> Bool {
        let scale = max(left.scale, right.scale)
        return left.units.multipliedFullWidth(by: power(scale - left.scale))
            < right.units.multipliedFullWidth(by: power(scale - right.scale))
    }
}

func power(_ exponent: Int) -> Int64 {
    (0..<exponent).reduce(1) { product, _ in product * 10 }
}

/// Digits with at most one point; `nil` past 15 digits, which keeps every sum within 64 bits.
func decimal(_ text: Substring) -> (units: Int64, scale: Int)? {
    let negative = text.hasPrefix("-")
    let digits = negative ? text.dropFirst() : text
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, digits.utf8.count <= 14 + parts.count, parts.allSatisfy({ !$0.isEmpty }),
        parts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }),
        let units = Int64(parts.joined())
    else { return nil }
    return (negative ? -units : units, parts.count == 2 ? parts[1].utf8.count : 0)
}
