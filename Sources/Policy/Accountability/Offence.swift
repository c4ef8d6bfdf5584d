public import Primitives

/// A coded breach.
public struct Offence: Sendable, Hashable {
    /// `A3`
    public let key: String
    public let title: LocalizedText
    public let clauses: [Clause.Key]
    /// The posts that it can be booked on; empty for any.
    public let posts: [Post.Key]
    /// The ladder that it counts in.
    public let ladder: String?
    /// A fine by circumstances.
    public let fine: FineRange?
    /// Whether it may end in dismissal without a ladder.
    public let mayDismiss: Bool

    public init(
        key: String, title: LocalizedText, clauses: [Clause.Key], posts: [Post.Key], ladder: String?,
        fine: FineRange?, mayDismiss: Bool
    ) {
        self.key = key
        self.title = title
        self.clauses = clauses
        self.posts = posts
        self.ladder = ladder
        self.fine = fine
        self.mayDismiss = mayDismiss
    }
}

public struct FineRange: Sendable, Hashable {
    public let from: Money
    public let to: Money

    public init(from: Money, to: Money) {
        self.from = from
        self.to = to
    }
}

/// What the first, second, third breach of a period brings.
public struct Ladder: Sendable, Hashable {
    public let key: String
    public let period: Period
    public let rungs: [Rung]

    public init(key: String, period: Period, rungs: [Rung]) {
        self.key = key
        self.period = period
        self.rungs = rungs
    }

    public enum Period: String, Sendable, CaseIterable, Hashable {
        case month, year
    }

    public struct Rung: Sendable, Hashable {
        /// 1, 2, 3 …
        public let count: Int
        public let clauses: [Clause.Key]
        public let probation: Sanction
        public let regular: Sanction

        public init(count: Int, clauses: [Clause.Key], probation: Sanction, regular: Sanction) {
            self.count = count
            self.clauses = clauses
            self.probation = probation
            self.regular = regular
        }
    }
}

public enum Sanction: Sendable, Hashable {
    case fine(Money)
    /// The end of probation moves by so many months.
    case extendProbation(months: Int)
    /// Performance pay of the period is withheld whole.
    case withholdPerformancePay
    case dismiss
}
