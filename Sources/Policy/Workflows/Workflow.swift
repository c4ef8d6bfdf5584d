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
    public let clauses: [Clause.Key]

    public init(
        key: String, title: LocalizedText, reference: String, subject: String, start: Start, states: [State],
        clauses: [Clause.Key]
    ) {
        self.key = key
        self.title = title
        self.reference = reference
        self.subject = subject
        self.start = start
        self.states = states
        self.clauses = clauses
    }

    public func state(_ key: String) -> State? { states.first { $0.key == key } }

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

        public init(key: String, title: LocalizedText, moves: [Move], isFinal: Bool, clauses: [Clause.Key]) {
            self.key = key
            self.title = title
            self.moves = moves
            self.isFinal = isFinal
            self.clauses = clauses
        }

        public func move(_ key: String) -> Move? { moves.first { $0.key == key } }
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
        public let clauses: [Clause.Key]

        public init(
            key: String, title: LocalizedText, actors: [Post.Key], form: String?, target: String, event: String,
            isOnce: Bool, after: [String], clauses: [Clause.Key]
        ) {
            self.key = key
            self.title = title
            self.actors = actors
            self.form = form
            self.target = target
            self.event = event
            self.isOnce = isOnce
            self.after = after
            self.clauses = clauses
        }
    }
}
