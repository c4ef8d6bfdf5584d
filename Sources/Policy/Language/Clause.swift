public import Primitives

/// One numbered rule; a class for the reason that `Charter` is one.
public final class Clause: Sendable {
    /// `D-105`
    public typealias Key = String

    public let key: Key
    public let title: LocalizedText
    public let kind: ClauseKind
    public let status: ClauseStatus
    /// The reading chosen where the rule book is unclear.
    public let note: LocalizedText?
    /// The event that opens something by this clause.
    public let when: String?
    /// What the event's fields must be; each field one of the values.
    public let conditions: [Condition]
    public let duty: Duty?
    public let cadence: Cadence?
    public let lateness: Lateness?
    /// The posts whose holders get a notice of the event.
    public let notify: [Post.Key]
    /// The metrics that the clause's duties count in.
    public let countsIn: [String]
    /// Abilities of the program that execute the clause.
    public let effects: [Effect]

    public init(
        key: Key, title: LocalizedText, kind: ClauseKind, status: ClauseStatus, note: LocalizedText? = nil,
        when: String? = nil, conditions: [Condition] = [], duty: Duty? = nil, cadence: Cadence? = nil,
        lateness: Lateness? = nil, notify: [Post.Key] = [], countsIn: [String] = [], effects: [Effect] = []
    ) {
        self.key = key
        self.title = title
        self.kind = kind
        self.status = status
        self.note = note
        self.when = when
        self.conditions = conditions
        self.duty = duty
        self.cadence = cadence
        self.lateness = lateness
        self.notify = notify
        self.countsIn = countsIn
        self.effects = effects
    }

    /// Whether the fields of an event meet every condition.
    public func applies(to fields: Fields) -> Bool {
        conditions.allSatisfy { $0.holds(in: fields) }
    }
}

public enum ClauseKind: String, Sendable, CaseIterable, Hashable {
    case approval, cadence, calculation, channel, conduct, deadline, kpi, notification, record, report, reward
    case right, role, sanction, system, target, threshold, training, workflow
}

/// What the program does about a clause.
public enum ClauseStatus: String, Sendable, CaseIterable, Hashable {
    case executed, shown, planned
}

/// A small match on one declared field.
public struct Condition: Sendable, Hashable {
    public let field: String
    public let values: [String]

    public init(field: String, values: [String]) {
        self.field = field
        self.values = values
    }

    public func holds(in fields: Fields) -> Bool {
        fields[field].map { values.contains($0.text) } ?? false
    }
}

/// What a clause makes somebody do.
public struct Duty: Sendable {
    /// Who owes it; beside `person`, whoever does where that person cannot.
    public let post: Post.Key
    /// The staff field of the opening event that names the one person who owes it, or `subject`.
    public let person: String?
    /// The verb of the language, `respond`.
    public let verb: String
    /// The duty in words; `nil` shows the clause's title.
    public let title: LocalizedText?
    public let within: Deadline
    /// Events that discharge it; empty when it is ticked off by hand.
    public let metBy: [String]
    /// Whether all of them are needed, in any order; otherwise the first discharges it.
    public let needsAll: Bool
    /// Events that make it void.
    public let voidBy: [String]
    /// The form to fill in when it is ticked off by hand.
    public let form: String?
    /// Whether it waits while the case waits for the customer.
    public let isPausable: Bool
    /// Events with which the waiting ends, beside its being ended by hand.
    public let resumedBy: [String]

    public init(
        post: Post.Key, person: String? = nil, verb: String, title: LocalizedText? = nil, within: Deadline,
        metBy: [String] = [], needsAll: Bool = false,
        voidBy: [String] = [], form: String? = nil, isPausable: Bool = false, resumedBy: [String] = []
    ) {
        self.post = post
        self.person = person
        self.verb = verb
        self.title = title
        self.within = within
        self.metBy = metBy
        self.needsAll = needsAll
        self.voidBy = voidBy
        self.form = form
        self.isPausable = isPausable
        self.resumedBy = resumedBy
    }
}

extension Duty {
    /// Whether what has happened since it was opened discharges it.
    public func isMet(by events: Set<String>) -> Bool {
        needsAll ? !metBy.isEmpty && events.isSuperset(of: metBy) : !events.isDisjoint(with: metBy)
    }
}

/// Whom lateness is reported to, and when.
public struct Lateness: Sendable, Hashable {
    public let notify: [Post.Key]
    /// Counted from the due instant, rising.
    public let steps: [Delay]

    public init(notify: [Post.Key], steps: [Delay]) {
        self.notify = notify
        self.steps = steps
    }
}

/// A span after a due instant: elapsed hours, or whole days and working days to their end.
public enum Delay: Sendable, Hashable {
    case hours(Int)
    case days(Int)
    case workingDays(Int)
}

/// An ability of the program that a clause may name as what executes it.
public enum Effect: String, Sendable, CaseIterable, Hashable {
    case fileCompleteness = "file_completeness"
    case customerSearch = "customer_search"
    case customerArchive = "customer_archive"
    case revealLog = "reveal_log"
    case accessRules = "access_rules"
    case oneTimeline = "one_timeline"
    case workloadBalance = "workload_balance"
    case escalation
    case adherence
    case organisationTree = "organisation_tree"
    case dutyList = "duty_list"
    case procedureShown = "procedure_shown"
    case stepsEnforced = "steps_enforced"
    case historyFirst = "history_first"
    case caseArchive = "case_archive"
    case complaintStatistics = "complaint_statistics"
    case phraseGuard = "phrase_guard"
    case dueProcess = "due_process"
    case signatures
    case knowledgeBase = "knowledge_base"
    case noticeBoard = "notice_board"
}
