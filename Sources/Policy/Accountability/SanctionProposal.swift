public import Primitives

/// What follows from a finding, and how it came about.
public struct SanctionProposal: Sendable, Hashable {
    /// `nil` where the rules set none, or a range only.
    public let sanction: Sanction?
    /// The ladder's rung, counted within the period; `nil` without a ladder.
    public let rung: Int?
    public let clauses: [Clause.Key]

    public init(sanction: Sanction?, rung: Int?, clauses: [Clause.Key]) {
        self.sanction = sanction
        self.rung = rung
        self.clauses = clauses
    }
}

extension Charter {
    /// What the rules say follows from an offence.
    ///
    /// Past the last rung its sanction stands. An offence without a ladder has a fine only where its range is one amount.
    /// - Parameter earlier: findings of the same ladder against the person in the same period that still count.
    public func proposal(for offence: Offence, earlier: Int, onProbation: Bool) -> SanctionProposal {
        guard let ladder = offence.ladder.flatMap(ladder) else {
            let fine = offence.fine.flatMap { $0.from == $0.to ? Sanction.fine($0.from) : nil }
            return SanctionProposal(sanction: fine, rung: nil, clauses: offence.clauses)
        }
        let count = min(earlier + 1, ladder.rungs.count)
        let rung = ladder.rungs[count - 1]
        return SanctionProposal(
            sanction: onProbation ? rung.probation : rung.regular, rung: earlier + 1,
            clauses: rung.clauses.isEmpty ? offence.clauses : rung.clauses)
    }

    public func ladder(_ key: String) -> Ladder? { ladders.first { $0.key == key } }
    public func offence(_ key: String) -> Offence? { offences.first { $0.key == key } }
}

extension Ladder.Period {
    /// The first day of the period and of the next, that a fault of that day falls in.
    public func days(around day: CalendarDay) -> Range<CalendarDay> {
        switch self {
        case .month:
            let next = day.month == 12 ? (day.year + 1, 1) : (day.year, day.month + 1)
            return first(day.year, day.month)..<first(next.0, next.1)
        case .year: return first(day.year, 1)..<first(day.year + 1, 1)
        }
    }

    // The first of a month is a day of every calendar year that a day can have.
    private func first(_ year: Int, _ month: Int) -> CalendarDay { CalendarDay(year: year, month: month, day: 1)! }
}
