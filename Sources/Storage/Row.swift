/// One row of a result, valid within the closure that receives it.
public struct Row {
    private let source: any RowSource

    public init(_ source: any RowSource) {
        self.source = source
    }

    /// The column at that position, 0 first.
    @inlinable
    public subscript<T: Readable>(column: Int) -> T {
        get throws { try T(column: column, of: self) }
    }

    public func isNull(_ column: Int) -> Bool { source.isNull(column) }

    public func integer(_ column: Int) throws -> Int64 {
        guard let value = source.integer(column) else { throw StorageError.unreadable(column: column) }
        return value
    }

    public func text(_ column: Int) throws -> String {
        guard let value = source.text(column) else { throw StorageError.unreadable(column: column) }
        return value
    }

    public func bytes(_ column: Int) throws -> [UInt8] {
        guard let value = source.bytes(column) else { throw StorageError.unreadable(column: column) }
        return value
    }

    public func identifier(_ column: Int) throws -> (high: UInt64, low: UInt64) {
        guard let value = source.identifier(column) else { throw StorageError.unreadable(column: column) }
        return value
    }
}

/// How an engine gives out the columns of its current row; `nil` for null or another type.
public protocol RowSource {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) -> Int64?
    func text(_ column: Int) -> String?
    func bytes(_ column: Int) -> [UInt8]?
    func identifier(_ column: Int) -> (high: UInt64, low: UInt64)?
}
