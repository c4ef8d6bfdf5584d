/// A value in a form or in an event's body, as text, whole number, flag or list.
public enum FieldValue: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    case flag(Bool)
    case list([FieldValue])

    /// The value as a form field would show it; flags as `true` and `false`.
    public var text: String {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list(let values): values.map(\.text).joined(separator: ", ")
        }
    }
}

extension FieldValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Int64.self) {
            self = .integer(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .list(try container.decode([FieldValue].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .integer(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .list(let values): try container.encode(values)
        }
    }
}

/// The named values of a form or of an event.
public typealias Fields = [String: FieldValue]
