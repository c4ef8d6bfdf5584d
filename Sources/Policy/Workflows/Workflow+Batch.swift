public import Primitives

extension Workflow {
    /// Many customers with one cause: so many of them within so many days.
    public struct Batch: Sendable, Hashable {
        /// The choice field that says the cause.
        public let field: String
        public let days: Int
        /// From how many customers on.
        public let customers: Int
        public let clauses: [Clause.Key]

        public init(field: String, days: Int, customers: Int, clauses: [Clause.Key] = []) {
            self.clauses = clauses
            self.field = field
            self.days = days
            self.customers = customers
        }

        /// The length of the period in which they count together.
        public var milliseconds: Int64 { Int64(days) * 86_400_000 }

        /// How many customers the fullest period counts that holds a case filed at that instant; `nil` where they make no
        /// batch.
        /// - Parameter filed: the cases with the same cause, that one among them.
        public func customers(
            around instant: Instant, _ filed: [(at: Instant, customer: CustomerID)]
        ) -> Int? {
            let near = filed.filter { abs($0.at.since(instant)) <= milliseconds }.sorted { $0.at < $1.at }
            var most = 0
            for first in near where first.at <= instant {
                let end = first.at.adding(milliseconds: milliseconds)
                guard instant < end || instant == first.at else { continue }
                most = max(most, Set(near.filter { first.at <= $0.at && $0.at < end }.map(\.customer)).count)
            }
            return most >= customers ? most : nil
        }
    }
}
