/// A moment in UTC, in whole milliseconds since 1970-01-01T00:00:00Z.
public struct Instant: Hashable, Sendable, Comparable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    public func adding(milliseconds: Int64) -> Instant {
        Instant(milliseconds: self.milliseconds + milliseconds)
    }

    public func adding(seconds: Int64) -> Instant { adding(milliseconds: seconds * 1000) }
    public func adding(minutes: Int64) -> Instant { adding(milliseconds: minutes * 60_000) }
    public func adding(hours: Int64) -> Instant { adding(milliseconds: hours * 3_600_000) }

    /// Milliseconds from `earlier` to this instant; negative when it is later.
    public func since(_ earlier: Instant) -> Int64 { milliseconds - earlier.milliseconds }
}

extension Instant {
    /// RFC 3339 in UTC: `2026-10-09T10:00:00Z`, with milliseconds only where there are any.
    public var rfc3339: String { rfc3339(offset: 0) }

    /// RFC 3339 with an offset in seconds east of UTC: `2026-10-09T18:00:00+08:00`.
    public func rfc3339(offset: Int) -> String {
        let local = LocalTime(self, offset: offset)
        let (year, month, day) = local.day.parts
        let fraction = Int(milliseconds - milliseconds.flooredTo(1000))
        return String(unsafeUninitializedCapacity: 48) { buffer in
            var writer = DigitWriter(buffer: buffer)
            writer.put(year, digits: 4)
            writer.put("-", month, digits: 2)
            writer.put("-", day, digits: 2)
            writer.put("T", local.minute / 60, digits: 2)
            writer.put(":", local.minute % 60, digits: 2)
            writer.put(":", local.second, digits: 2)
            if fraction > 0 { writer.put(".", fraction, digits: 3) }
            if offset == 0 {
                writer.put("Z")
            } else {
                writer.put(offset < 0 ? "-" : "+", abs(offset) / 3600, digits: 2)
                writer.put(":", abs(offset) / 60 % 60, digits: 2)
            }
            return writer.count
        }
    }

    /// Reads RFC 3339 with an offset; `nil` for anything else, a date without a zone among them.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == 84 || bytes[10] == 116 || bytes[10] == 32,
            let day = CalendarDay(String(decoding: bytes[0..<10], as: UTF8.self)),
            bytes[13] == 58, bytes[16] == 58,
            let hour = number(bytes[11..<13]), hour < 24,
            let minute = number(bytes[14..<16]), minute < 60,
            let second = number(bytes[17..<19]), second < 60
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if bytes[index] == 46 {
            index += 1
            var scale: Int64 = 100
            let start = index
            while index < bytes.count, let digit = number(bytes[index...index]) {
                fraction += Int64(digit) * scale
                scale /= 10
                index += 1
            }
            guard index > start else { return nil }
        }
        guard index < bytes.count else { return nil }
        var offset = 0
        switch bytes[index] {
        case 90, 122:
            guard index + 1 == bytes.count else { return nil }
        case 43, 45:
            guard bytes.count == index + 6, bytes[index + 3] == 58,
                let hours = number(bytes[(index + 1)..<(index + 3)]), hours < 24,
                let minutes = number(bytes[(index + 4)..<(index + 6)]), minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * 60 * (bytes[index] == 45 ? -1 : 1)
        default: return nil
        }
        let seconds = Int64(day.number) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset)
        self.init(milliseconds: seconds * 1000 + fraction)
    }
}

extension Int64 {
    /// The greatest multiple of `unit` that is not above this number.
    func flooredTo(_ unit: Int64) -> Int64 {
        let remainder = self % unit
        return remainder < 0 ? self - remainder - unit : self - remainder
    }
}

/// Writes a time's digits in place; a page shows hundreds.
private struct DigitWriter {
    let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    mutating func put(_ sign: Unicode.Scalar) {
        buffer[count] = UInt8(ascii: sign)
        count += 1
    }

    mutating func put(_ sign: Unicode.Scalar, _ number: Int, digits: Int) {
        put(sign)
        put(number, digits: digits)
    }

    /// With leading zeros; a number of more digits is written whole.
    mutating func put(_ number: Int, digits: Int) {
        if number < 0 { put("-") }
        var (rest, length, limit) = (number.magnitude, digits, UInt(1))
        for _ in 0..<digits { limit *= 10 }
        while rest >= limit, length < 18 {
            length += 1
            limit *= 10
        }
        for place in (0..<length).reversed() {
            buffer[count + place] = UInt8(48 + rest % 10)
            rest /= 10
        }
        count += length
    }
}

func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
        guard digit >= 48, digit <= 57 else { return nil }
        value = value * 10 + Int(digit - 48)
    }
    return value
}
