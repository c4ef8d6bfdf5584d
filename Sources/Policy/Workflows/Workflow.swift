/// The states a matter moves through, who moves it, and what each move needs.
public struct Workflow: Sendable, Hashable {
    public let key: String
    public let title: LocalizedText
    /// The prefix of the case number: `TS`.
    public let reference: String
    /// The field of the start form that names the customer, staff member or unit concerned.
    public let subject: String
    public let start: Start
    public let states: [State]
    /// Where its cases name whom a finding is booked on; `nil` where they book none.
    public let accountability: Accountability?
    /// What customers do in it by themselves; `nil` where nothing.
    public let portal: Portal?
    /// What makes a batch of its cases; `nil` where the charter does not say.
    public let batch: Batch?
    public let clauses: [Clause.Key]
    /// The moves that sign, each one time, in the order of the charter.
    public let signatures: [Move]

    private let places: [String: Int]
    private let ways: [String: [String]]

    public init(
        key: String, title: LocalizedText, reference: String, subject: String, start: Start, states: [State],
        accountability: Accountability? = nil, portal: Portal? = nil, batch: Batch? = nil,
        clauses: [Clause.Key]
    ) {
        self.key = key
        self.title = title
        self.reference = reference
        self.subject = subject
        self.start = start
        self.states = states
        self.accountability = accountability
        self.batch = batch
        self.portal = portal
        self.clauses = clauses
        var signing: Set<String> = []
        signatures = states.flatMap(\.moves).filter { !$0.signs.isEmpty && signing.insert($0.key).inserted }
        places = Dictionary(states.enumerated().map { ($1.key, $0) }) { first, _ in first }
        ways = Workflow.ways(through: states)
    }

    public func state(_ key: String) -> State? { places[key].map { states[$0] } }

    /// The clause that a move from that state cites first.
    public func clause(ofMove key: String, from state: String) -> Clause.Key? {
        places[state].flatMap { states[$0].cited[key] }
    }

    /// The states that usually follow, up to an end.
    public func way(from state: String) -> [String] { ways[state] ?? [] }

    /// How a case begins.
    public struct Start: Sendable, Hashable {
        public let actors: [Post.Key]
        public let form: String
        public let target: String
        public let event: String
        public let clauses: [Clause.Key]

        public init(actors: [Post.Key], form: String, target: String, event: String, clauses: [Clause.Key]) {
            self.actors = actors
            self.form = form
            self.target = target
            self.event = event
            self.clauses = clauses
        }
    }

    public struct State: Sendable, Hashable {
        public let key: String
        public let title: LocalizedText
        public let moves: [Move]
        public let isFinal: Bool
        public let clauses: [Clause.Key]

        private let places: [String: Int]
        /// The first clause of each move, by itself: a move is a dozen lists, and each takes part in a copy.
        fileprivate let cited: [String: Clause.Key]

        public init(key: String, title: LocalizedText, moves: [Move], isFinal: Bool, clauses: [Clause.Key]) {
            self.key = key
            self.title = title
            self.moves = moves
            self.isFinal = isFinal
            self.clauses = clauses
            places = Dictionary(moves.enumerated().map { ($1.key, $0) }) { first, _ in first }
            cited = places.compactMapValues { moves[$0].clauses.first }
        }

        public func move(_ key: String) -> Move? { places[key].map { moves[$0] } }

    }

    /// The move of that key, from whichever state.
    public func move(_ key: String) -> Move? { states.lazy.compactMap { $0.move(key) }.first }

    /// An act that takes a case from one state to another, or keeps it there.
    public struct Move: Sendable, Hashable {
        public let key: String
        public let title: LocalizedText
        public let actors: [Post.Key]
        public let form: String?
        public let target: String
        /// The event that it records.
        public let event: String
        /// Only one time in a case.
        public let isOnce: Bool
        /// Moves that must have been made before.
        public let after: [String]
        /// Fields of the case that name staff: none of these people may make it.
        public let barred: [String]
        /// The field of the case that names the one person who may make it.
        public let person: String?
        /// The forms that making it signs.
        public let signs: [String]
        /// The cases of other workflows that follow from it.
        public let opens: [Opening]
        public let publishes: Publication?
        /// What it does to the finding that the case books.
        public let sanction: SanctionAct?
        /// Whether it leads out of a final state.
        public let reopens: Bool
        /// So many files the case must have, at least.
        public let attachments: Int
        public let clauses: [Clause.Key]

        public init(
            key: String, title: LocalizedText, actors: [Post.Key], form: String?, target: String, event: String,
            isOnce: Bool, after: [String], barred: [String] = [], person: String? = nil, signs: [String] = [],
            opens: [Opening] = [], publishes: Publication? = nil, sanction: SanctionAct? = nil, reopens: Bool = false,
            attachments: Int = 0, clauses: [Clause.Key]
        ) {
            self.key = key
            self.title = title
            self.actors = actors
            self.form = form
            self.target = target
            self.event = event
            self.isOnce = isOnce
            self.after = after
            self.barred = barred
            self.person = person
            self.signs = signs
            self.opens = opens
            self.publishes = publishes
            self.sanction = sanction
            self.reopens = reopens
            self.attachments = attachments
            self.clauses = clauses
        }
    }
}

extension Workflow {
    /// A case of another workflow that a move starts.
    public struct Opening: Sendable, Hashable {
        public let workflow: String
        /// Field of its start form → field of the move's form, or else of the case.
        public let with: [String: String]
        /// Conditions on the move's form.
        public let conditions: [Condition]

        public init(workflow: String, with: [String: String], conditions: [Condition]) {
            self.workflow = workflow
            self.with = with
            self.conditions = conditions
        }
    }

    /// An article that a move puts out, with nothing of the case but these fields.
    public struct Publication: Sendable, Hashable {
        public let place: Place
        public let title: String
        public let text: [String]

        public init(place: Place, title: String, text: [String]) {
            self.place = place
            self.title = title
            self.text = text
        }

        public enum Place: String, Sendable, CaseIterable, Hashable {
            case board, knowledge
        }
    }

    /// The fields of the start form that say on whom which offence is booked, and when the fault was.
    public struct Accountability: Sendable, Hashable {
        public let person: String
        public let offence: String
        public let day: String

        public init(person: String, offence: String, day: String) {
            self.person = person
            self.offence = offence
            self.day = day
        }
    }

    /// What a move does to the finding that its case booked.
    public enum SanctionAct: String, Sendable, CaseIterable, Hashable {
        /// Sets what is to follow.
        case propose
        /// Settles it; an appeal may change it.
        case decide
        /// Takes the finding out of the count.
        case drop
        /// Closes it.
        case final
    }
}
