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

    /// Of a few lengths: a program has some hundred statements, and an act of thirty would hash four hundred parts.
    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(parts.count)
        hasher.combine(parts[0].utf8.count)
        hasher.combine(parts[parts.count / 2].utf8.count)
        hasher.combine(parts[parts.count - 1].utf8.count)
    }
}
