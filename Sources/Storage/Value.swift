public import Primitives

/// A value that is bound to a statement or read from a row.
public enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    /// An identifier; engines keep it in sixteen bytes.
    case identifier(high: UInt64, low: UInt64)
    /// JSON text; an engine with a JSON type uses it.
    case json(String)
}

/// What can be bound to a statement.
public protocol Bindable {
    var value: Value { get }
}

/// What can be read from a row.
public protocol Readable {
    /// - Throws: `StorageError.unreadable` when the column holds something else.
    init(column: Int, of row: Row) throws
}

extension Int64: Bindable, Readable {
    @inlinable
    public var value: Value { .integer(self) }
    @inlinable
    public init(column: Int, of row: Row) throws { self = try row.integer(column) }
}
extension Int: Bindable, Readable {
    @inlinable
    public var value: Value { .integer(Int64(self)) }
    @inlinable
    public init(column: Int, of row: Row) throws { self = Int(try row.integer(column)) }
}
extension Bool: Bindable, Readable {
    @inlinable
    public var value: Value { .integer(self ? 1 : 0) }
    @inlinable
    public init(column: Int, of row: Row) throws { self = try row.integer(column) != 0 }
}
extension String: Bindable, Readable {
    @inlinable
    public var value: Value { .text(self) }
    @inlinable
    public init(column: Int, of row: Row) throws { self = try row.text(column) }
}
extension [UInt8]: Bindable, Readable {
    @inlinable
    public var value: Value { .bytes(self) }
    @inlinable
    public init(column: Int, of row: Row) throws { self = try row.bytes(column) }
}
extension Identifier: Bindable, Readable {
    @inlinable
    public var value: Value { .identifier(high: high, low: low) }
    @inlinable
    public init(column: Int, of row: Row) throws {
        let words = try row.identifier(column)
        self.init(high: words.high, low: words.low)
    }
}
extension OrganisationID: Bindable, Readable {
    @inlinable
    public var value: Value { .integer(number) }
    @inlinable
    public init(column: Int, of row: Row) throws { self.init(try row.integer(column)) }
}
extension Instant: Bindable, Readable {
    @inlinable
    public var value: Value { .integer(milliseconds) }
    @inlinable
    public init(column: Int, of row: Row) throws { self.init(milliseconds: try row.integer(column)) }
}
extension CalendarDay: Bindable, Readable {
    /// ISO 8601 text on both engines, which sorts as the days do.
    @inlinable
    public var value: Value { .text(description) }
    @inlinable
    public init(column: Int, of row: Row) throws {
        guard let day = CalendarDay(try row.text(column)) else { throw StorageError.unreadable(column: column) }
        self = day
    }
}
extension Optional: Bindable where Wrapped: Bindable {
    @inlinable
    public var value: Value { self?.value ?? .null }
}
extension Optional: Readable where Wrapped: Readable {
    @inlinable
    public init(column: Int, of row: Row) throws {
        self = row.isNull(column) ? nil : try Wrapped(column: column, of: row)
    }
}
extension Value: Bindable {
    @inlinable
    public var value: Value { self }
}
