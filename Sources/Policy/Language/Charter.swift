public import Primitives

/// A company's rules, parsed and checked; nothing in it can be half-valid.
///
/// A class, since every act and every page passes it on and nothing in it ever changes.
public final class Charter: Sendable {
    /// The slug of the rule book, `design-renovation`.
    public let name: String
    /// The version of the charter language, 1.
    public let language: Int
    public let title: LocalizedText
    /// 1, 2, 3 … of this charter.
    public let version: Int
    /// The first day in force, in the charter's own zone.
    public let effective: CalendarDay
    public let calendar: WorkCalendar
    /// In the order of the file, as all lists here.
    public let chapters: [Chapter]
    public let posts: [Post]
    public let metrics: [Metric]
    public let forms: [Form]
    public let facts: [FactKind]
    public let workflows: [Workflow]
    public let clauses: [Clause]
    public let offences: [Offence]
    public let ladders: [Ladder]
    public let phrases: [PhraseList]
    /// `nil` where the company has no cards.
    public let membership: Programme?
    /// The month's minimum wage of the place; `nil` where the company has not said it.
    public let minimumWage: Money?

    private let postIndex: [Post.Key: Int]
    private let formIndex: [String: Int]
    private let factIndex: [String: Int]
    private let workflowIndex: [String: Int]
    private let clauseIndex: [Clause.Key: Int]
    private let opening: [String: [Int]]
    private let discharging: [String: [Int]]
    private let voiding: [String: [Int]]
    private let anchoring: [String: [Int]]
    private let ending: [String: [Int]]
    private let eventTitles: [String: EventTitle]

    public init(
        name: String, language: Int, title: LocalizedText, version: Int, effective: CalendarDay,
        calendar: WorkCalendar, chapters: [Chapter], posts: [Post], metrics: [Metric], forms: [Form],
        facts: [FactKind], workflows: [Workflow], clauses: [Clause], offences: [Offence], ladders: [Ladder],
        phrases: [PhraseList] = [], membership: Programme? = nil, minimumWage: Money? = nil
    ) {
        self.name = name
        self.language = language
        self.title = title
        self.version = version
        self.effective = effective
        self.calendar = calendar
        self.chapters = chapters
        self.posts = posts
        self.metrics = metrics
        self.forms = forms
        self.facts = facts
        self.workflows = workflows
        self.clauses = clauses
        self.offences = offences
        self.ladders = ladders
        self.phrases = phrases
        self.membership = membership
        self.minimumWage = minimumWage
        postIndex = Dictionary(posts.enumerated().map { ($1.key, $0) }) { first, _ in first }
        formIndex = Dictionary(forms.enumerated().map { ($1.key, $0) }) { first, _ in first }
        factIndex = Dictionary(facts.enumerated().map { ($1.event, $0) }) { first, _ in first }
        workflowIndex = Dictionary(workflows.enumerated().map { ($1.key, $0) }) { first, _ in first }
        clauseIndex = Dictionary(clauses.enumerated().map { ($1.key, $0) }) { first, _ in first }
        opening = Charter.index(clauses) { $0.when.map { [$0] } ?? [] }
        discharging = Charter.index(clauses) { $0.duty?.metBy ?? [] }
        voiding = Charter.index(clauses) { $0.duty?.voidBy ?? [] }
        anchoring = Charter.index(clauses) { $0.cadence?.anchor.map { [$0] } ?? [] }
        ending = Charter.index(clauses) { $0.cadence?.end.map { [$0] } ?? [] }
        eventTitles = Charter.eventTitles(facts, workflows, membership?.offers)
    }

    public func post(_ key: Post.Key) -> Post? { postIndex[key].map { posts[$0] } }
    public func form(_ key: String) -> Form? { formIndex[key].map { forms[$0] } }
    public func fact(_ event: String) -> FactKind? { factIndex[event].map { facts[$0] } }
    public func workflow(_ key: String) -> Workflow? { workflowIndex[key].map { workflows[$0] } }
    public func clause(_ key: Clause.Key) -> Clause? { clauseIndex[key].map { clauses[$0] } }
    /// What the charter calls an event of that type; `nil` where the program records it by itself.
    public func title(ofEvent type: String) -> EventTitle? { eventTitles[type] }
    public func metric(_ key: String) -> Metric? { metrics.first { $0.key == key } }

    /// The clauses that an event of that type opens something by, whatever its fields say.
    public func clauses(openedBy event: String) -> [Clause] { (opening[event] ?? []).map { clauses[$0] } }
    /// The clauses whose open duties such an event discharges.
    public func clauses(metBy event: String) -> [Clause] { (discharging[event] ?? []).map { clauses[$0] } }
    /// The clauses whose open duties such an event makes void.
    public func clauses(voidedBy event: String) -> [Clause] { (voiding[event] ?? []).map { clauses[$0] } }
    /// The clauses whose cadence starts at such an event.
    public func clauses(anchoredBy event: String) -> [Clause] { (anchoring[event] ?? []).map { clauses[$0] } }
    /// The clauses whose cadence ends at such an event.
    public func clauses(endedBy event: String) -> [Clause] { (ending[event] ?? []).map { clauses[$0] } }

    /// The values of a choice field, of whichever form has it first.
    public func choices(of field: String) -> [Choice] {
        for form in forms {
            if case .choice(let choices)? = form.field(field)?.kind { return choices }
        }
        return []
    }

    /// Whether an event ends the waiting of some duty of its case.
    public func resumes(_ event: String) -> Bool { clauses.contains { $0.duty?.resumedBy.contains(event) ?? false } }

    /// By whom an event's type got its title.
    public enum EventTitle: Sendable {
        /// A fact, or a move.
        case act(LocalizedText)
        /// The workflow whose cases begin with it.
        case start(LocalizedText)
    }

    /// Whichever is written first gives the title.
    private static func eventTitles(
        _ facts: [FactKind], _ workflows: [Workflow], _ offers: Offers?
    ) -> [String: EventTitle] {
        var titles: [(String, EventTitle)] = facts.map { ($0.event, .act($0.title)) }
        titles += offers?.perks.map { ($0.event, .act($0.title)) } ?? []
        titles += offers?.activities.map { ($0.event, .act($0.title)) } ?? []
        for workflow in workflows {
            titles.append((workflow.start.event, .start(workflow.title)))
            titles += workflow.states.flatMap(\.moves).map { ($0.event, .act($0.title)) }
        }
        return Dictionary(titles) { first, _ in first }
    }

    private static func index(_ clauses: [Clause], by events: (Clause) -> [String]) -> [String: [Int]] {
        var index: [String: [Int]] = [:]
        for (position, clause) in clauses.enumerated() {
            for event in events(clause) { index[event, default: []].append(position) }
        }
        return index
    }
}

/// A heading of the rule book over a run of clauses.
public struct Chapter: Sendable, Hashable {
    /// `D.19`
    public let key: String
    public let title: LocalizedText
    /// The first clause under the heading.
    public let from: Clause.Key

    public init(key: String, title: LocalizedText, from: Clause.Key) {
        self.key = key
        self.title = title
        self.from = from
    }
}

/// A figure that duties count in.
public struct Metric: Sendable, Hashable {
    public let key: String
    public let title: LocalizedText
    /// The share to reach, 0…1; `nil` where the rules set none.
    public let target: Ratio?

    public init(key: String, title: LocalizedText, target: Ratio?) {
        self.key = key
        self.title = title
        self.target = target
    }
}
