public import Policy
public import Primitives

/// What the cases of a workflow that were opened in a period come to, by everything that their forms ask for.
public struct CaseStatistics: Sendable {
    /// One case as it counts.
    public struct Entry: Sendable, Hashable {
        public let matter: CaseID
        public let reference: String
        public let summary: String
        public let customer: CustomerID?
        public let unit: UnitID
        public let state: String
        public let openedAt: Instant
        /// The first act after the registration.
        public let answeredAt: Instant?
        public let closedAt: Instant?
        /// How often it went from one person's hands into another's.
        public let handOvers: Int
        /// The last value of each field.
        public let fields: Fields

        public init(
            matter: CaseID, reference: String, summary: String, customer: CustomerID?, unit: UnitID, state: String,
            openedAt: Instant, answeredAt: Instant?, closedAt: Instant?, handOvers: Int, fields: Fields
        ) {
            self.matter = matter
            self.reference = reference
            self.summary = summary
            self.customer = customer
            self.unit = unit
            self.state = state
            self.openedAt = openedAt
            self.answeredAt = answeredAt
            self.closedAt = closedAt
            self.handOvers = handOvers
            self.fields = fields
        }
    }

    /// The cases with one value of a field.
    public struct Group: Sendable, Hashable {
        public let value: String
        public let count: Int
        /// From opening to closing, of those that are closed; `nil` while none is.
        public let median: Int64?
    }

    /// How the duties of a clause were kept in these cases; those that are not due yet count for neither.
    public struct Keeping: Sendable, Hashable {
        public let clause: Clause.Key
        public let kept: Int
        /// Met too late, or overdue.
        public let broken: Int

        public init(clause: Clause.Key, kept: Int, broken: Int) {
            self.clause = clause
            self.kept = kept
            self.broken = broken
        }
    }

    /// A day, a week from Monday on or a month within the period.
    public struct Span: Sendable, Hashable {
        public let first: CalendarDay
        public let last: CalendarDay
        public let opened: Int
        /// Of those that were opened in it.
        public let closed: Int
    }

    /// Oldest first.
    public let entries: [Entry]
    /// By clause, in the order of their keys.
    public let keeping: [Keeping]
    /// Whether there were more than are counted.
    public let isCut: Bool

    public init(entries: [Entry], keeping: [Keeping] = [], isCut: Bool) {
        self.entries = entries
        self.keeping = keeping
        self.isCut = isCut
    }

    public var closed: [Entry] { entries.filter { $0.closedAt != nil } }

    /// Milliseconds from opening to the first answer, and to closing.
    public var answering: [Int64] { entries.compactMap { entry in entry.answeredAt.map { $0.since(entry.openedAt) } } }
    public var handling: [Int64] { entries.compactMap { entry in entry.closedAt.map { $0.since(entry.openedAt) } } }

    /// Of an even number the lower one of the two in the middle; `nil` of none.
    public static func median(_ spans: [Int64]) -> Int64? {
        spans.isEmpty ? nil : spans.sorted()[(spans.count - 1) / 2]
    }

    /// How many lie within the span, its end included.
    public static func within(_ span: Int64, of spans: [Int64]) -> Int { spans.count { $0 <= span } }

    public var handOvers: Int { entries.map(\.handOvers).reduce(0, +) }

    /// The cases of customers who have several in the period.
    public var repeated: [Entry] {
        let counts = Dictionary(grouping: entries.compactMap(\.customer)) { $0 }.mapValues(\.count)
        return entries.filter { entry in entry.customer.map { counts[$0, default: 0] > 1 } ?? false }
    }

    /// Longer periods are asked for in parts.
    public static let mostDaysAtOnce = 3660

    /// So many days are shown one by one, and so many by the week.
    private static let (mostDays, mostDaysByWeek) = (31, 26 * 7)

    /// The period in columns, the empty ones too: days of a month, weeks of half a year, months of more.
    public func spans(from first: CalendarDay, through last: CalendarDay, in zone: Zone) -> [Span] {
        let days = last.number - first.number + 1
        func end(of start: CalendarDay) -> CalendarDay {
            if days <= Self.mostDays { return start }
            if days <= Self.mostDaysByWeek { return start.adding(days: 7 - start.weekday.rawValue) }
            return start.adding(days: CalendarDay.length(ofMonth: start.month, year: start.year) - start.day)
        }
        var spans: [Span] = []
        var start = first
        var rest = entries.drop { zone.local($0.openedAt).day < first }
        while start <= last {
            let end = min(last, end(of: start))
            let own = rest.prefix { zone.local($0.openedAt).day <= end }
            rest = rest.dropFirst(own.count)
            spans.append(Span(first: start, last: end, opened: own.count, closed: own.count { $0.closedAt != nil }))
            start = end.adding(days: 1)
        }
        return spans
    }

    /// By unit, the most frequent first.
    public var units: [Group] {
        Self.groups(Dictionary(grouping: entries) { $0.unit.description })
    }

    /// By a field's value, the most frequent first; cases without one are left out.
    public func groups(by field: FormField) -> [Group] {
        // Another form may have a text under the same key.
        let known: Set<String>? = if case .choice(let choices) = field.kind { Set(choices.map(\.key)) } else { nil }
        let counted = entries.filter { entry in
            entry.fields[field.key].map { known?.contains($0.text) ?? true } ?? false
        }
        let parted = Dictionary(grouping: counted) { $0.fields[field.key]?.text ?? "" }
        return Self.groups(parted)
    }

    private static func groups(_ parted: [String: [Entry]]) -> [Group] {
        parted.map { value, entries in
            Group(
                value: value, count: entries.count,
                median: median(entries.compactMap { entry in entry.closedAt.map { $0.since(entry.openedAt) } }))
        }.sorted { ($1.count, $0.value) < ($0.count, $1.value) }
    }

    /// Those with that value, oldest first.
    public func entries(_ field: String, _ value: String) -> [Entry] {
        entries.filter { $0.fields[field]?.text == value }
    }

    /// A number of so many values at the most is counted value by value.
    private static let mostScores: Int64 = 20

    /// The fields by which the cases of a workflow can be told apart, in the order of its forms.
    public static func fields(of workflow: Workflow, in charter: Charter) -> [FormField] {
        let forms = [workflow.start.form] + workflow.states.flatMap(\.moves).compactMap(\.form)
        var seen: Set<String> = []
        return forms.compactMap(charter.form).flatMap(\.fields).filter { field in
            switch field.kind {
            case .choice, .flag, .staff, .unit, .post, .offence: seen.insert(field.key).inserted
            // A score has few values; an amount or a count would have one for each case.
            case .number(let least?, let most?) where most - least < CaseStatistics.mostScores:
                seen.insert(field.key).inserted
            default: false
            }
        }
    }
}
