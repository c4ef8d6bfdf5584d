/// A time-ordered identifier (UUID version 7) that belongs to one kind of thing.
///
/// Passing a customer's identifier where a complaint's belongs does not compile.
public struct Identifier<Owner>: Hashable, Sendable, Comparable {
    /// The first eight bytes, big-endian: 48 bits of milliseconds, version, 12 random bits.
    public let high: UInt64
    /// The last eight bytes, big-endian: variant and 62 random bits.
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The same bytes read as the identifier of another kind of thing; for the journal's untyped subject.
    public init<Other>(_ other: Identifier<Other>) {
        self.init(high: other.high, low: other.low)
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension Identifier: LosslessStringConvertible {
    /// 36 characters, lower case: `018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21`.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            func put(_ word: UInt64, nibbles: Int, from shift: Int) {
                for index in 0..<nibbles {
                    let nibble = UInt8((word >> UInt64(shift - 4 * (index + 1))) & 0xF)
                    buffer[position] = nibble < 10 ? 48 + nibble : 87 + nibble
                    position += 1
                }
            }
            func dash() {
                buffer[position] = 45
                position += 1
            }
            put(high, nibbles: 8, from: 64)
            dash()
            put(high, nibbles: 4, from: 32)
            dash()
            put(high, nibbles: 4, from: 16)
            dash()
            put(low, nibbles: 4, from: 64)
            dash()
            put(low, nibbles: 12, from: 48)
            return 36
        }
    }

    /// Reads the 36-character form; `nil` for anything else.
    public init?(_ description: String) {
        var words: (UInt64, UInt64) = (0, 0)
        var digits = 0
        var position = 0
        for byte in description.utf8 {
            defer { position += 1 }
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == 45 else { return nil }
                continue
            }
            let nibble: UInt8
            switch byte {
            case 48...57: nibble = byte - 48
            case 97...102: nibble = byte - 87
            case 65...70: nibble = byte - 55
            default: return nil
            }
            guard digits < 32 else { return nil }
            if digits < 16 {
                words.0 = words.0 << 4 | UInt64(nibble)
            } else {
                words.1 = words.1 << 4 | UInt64(nibble)
            }
            digits += 1
        }
        guard digits == 32, position == 36 else { return nil }
        self.init(high: words.0, low: words.1)
    }
}

extension Identifier: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an identifier")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The company that a row belongs to: a random positive integer of 53 bits, first in every key.
///
/// 53 bits, so that a JSON reader that knows only binary floating point keeps it exact.
public struct OrganisationID: Hashable, Sendable, Comparable, LosslessStringConvertible {
    public let number: Int64

    public init(_ number: Int64) {
        self.number = number
    }

    public init?(_ description: String) {
        guard let number = Int64(description), number > 0, number < 1 << 53, String(number) == description else {
            return nil
        }
        self.number = number
    }

    public var description: String { String(number) }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
