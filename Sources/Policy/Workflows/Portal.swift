public import Primitives

/// What a customer does in a workflow by himself, without an account: file, sign, give an opinion.
public struct Portal: Sendable, Hashable {
    /// The post that the case goes to, and in whose place the customer's own acts are let through.
    public let post: Post.Key
    /// The fields of the start form that a visitor fills in, in their order.
    public let fields: [String]
    /// What the other fields of the start form hold.
    public let given: [String: Given]
    /// Said to a visitor whose case was taken in, in words of the company's own.
    public let answer: LocalizedText?
    /// The clauses whose open duties a customer is told of as promises.
    public let promises: [Clause.Key]
    /// The states in a customer's words; one that is not named is being dealt with, or done.
    public let states: [String: LocalizedText]
    public let signing: Signing?
    public let opinion: Opinion?
    public let clauses: [Clause.Key]

    public init(
        post: Post.Key, fields: [String], given: [String: Given] = [:], answer: LocalizedText? = nil,
        promises: [Clause.Key] = [], states: [String: LocalizedText] = [:], signing: Signing? = nil,
        opinion: Opinion? = nil, clauses: [Clause.Key] = []
    ) {
        self.post = post
        self.fields = fields
        self.given = given
        self.answer = answer
        self.promises = promises
        self.states = states
        self.signing = signing
        self.opinion = opinion
        self.clauses = clauses
    }

    /// What stands in a field that no visitor fills in.
    public enum Given: Sendable, Hashable {
        /// The moment, or its day.
        case now
        /// The unit of whom the case goes to.
        case unit
        /// One of a choice.
        case choice(String)
    }

    /// The move by which the customer signs.
    public struct Signing: Sendable, Hashable {
        public let move: String
        /// The fields of what is signed that the customer reads before.
        public let shown: [String]
        /// The field of its form that holds the signature.
        public let signature: String
        /// The one that holds the signer's name.
        public let name: String?
        public let given: [String: Given]
        /// So long a signing link may be used, 1…720.
        public let hours: Int

        public init(
            move: String, shown: [String], signature: String, name: String?, given: [String: Given], hours: Int
        ) {
            self.move = move
            self.shown = shown
            self.signature = signature
            self.name = name
            self.given = given
            self.hours = hours
        }
    }

    /// The move that keeps the customer's opinion; in other states an opinion is an event only.
    public struct Opinion: Sendable, Hashable {
        public let move: String
        /// The flag of its form.
        public let satisfied: String
        public let words: String
        public let given: [String: Given]

        public init(move: String, satisfied: String, words: String, given: [String: Given]) {
            self.move = move
            self.satisfied = satisfied
            self.words = words
            self.given = given
        }
    }

    /// The fields of a form that visitors fill in, in the portal's order.
    public func asked(of form: Form) -> [FormField] { fields.compactMap(form.field) }
}

extension [String: Portal.Given] {
    /// What the fields are filled in with.
    /// - Parameters:
    ///   - form: tells a day from a moment.
    ///   - unit: of whom the case goes to.
    public func input(for form: [FormField], unit: UnitID, zone: Zone, at now: Instant) -> Fields {
        var input: Fields = [:]
        for (key, given) in self {
            switch given {
            case .now:
                let isDay = form.first { $0.key == key }?.kind == .date
                input[key] = .text(isDay ? zone.local(now).day.description : now.rfc3339)
            case .unit: input[key] = .text(unit.description)
            case .choice(let word): input[key] = .text(word)
            }
        }
        return input
    }
}
