import Policy
import Primitives
import Testing

/// Many customers with one cause.
struct BatchTests {
    private static let batch = Workflow.Batch(field: "cause_kind", days: 7, customers: 3)
    private static let start = Instant(milliseconds: 1_772_503_200_000)

    private static func filed(_ days: (Int64, UInt64)...) -> [(at: Instant, customer: CustomerID)] {
        days.map { (start.adding(hours: $0.0 * 24), CustomerID(high: 1, low: $0.1)) }
    }

    @Test func `three customers within the days are a batch for each of them`() {
        let filed = Self.filed((0, 1), (3, 2), (6, 3))
        for case (let instant, _) in filed { #expect(Self.batch.customers(around: instant, filed) == 3) }
    }

    @Test func `one customer three times is none, and so are three whose days do not meet`() {
        let same = Self.filed((0, 1), (1, 1), (2, 1))
        #expect(Self.batch.customers(around: Self.start, same) == nil)
        // The seventh day after is outside: seven days hold the first to the seventh.
        let apart = Self.filed((0, 1), (3, 2), (7, 3))
        for (instant, _) in apart { #expect(Self.batch.customers(around: instant, apart) == nil) }
    }

    @Test func `the fullest period that holds the case counts, before it or after it`() {
        let filed = Self.filed((-6, 1), (-5, 2), (0, 3), (5, 4), (6, 5), (6, 6))
        #expect(Self.batch.customers(around: Self.start, filed) == 4)
        #expect(Self.batch.customers(around: Self.start.adding(hours: -6 * 24), filed) == 3)
    }
}
