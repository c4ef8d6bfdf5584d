/// What a statement says, by which an engine finds what it prepared for it.
///
/// Told apart without being put together: its parts are mostly literals, whose equality is that of their addresses.
public struct StatementText: Hashable, Sendable {
    @usableFromInline let parts: [String]

    public init(_ sql: SQL) {
        parts = sql.parts
    }

    @inlinable
    public static func == (left: StatementText, right: StatementText) -> Bool { left.parts == right.parts }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(parts.count)
        for part in parts { hasher.combine(part.utf8.count) }
    }
}
