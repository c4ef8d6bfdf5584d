public import Primitives

/// When something falls due, and how that was reckoned.
public struct Due: Sendable, Hashable {
    public let instant: Instant
    /// In the order of reckoning, from the start to the end; one for each day skipped or counted.
    public let steps: [DueStep]
    /// The years that the reckoning asked for holidays and that have not been announced, rising: a reason to warn.
    public let unannouncedYears: [Int]
    /// The years that it asked for and that lie before the first of the table, rising: as good a reason.
    public let yearsBeforeTable: [Int]
}
