/// The fields that an act or a fact asks for.
public struct Form: Sendable, Hashable {
    public let key: String
    public let title: LocalizedText
    public let fields: [FormField]
    public let clauses: [Clause.Key]

    public init(key: String, title: LocalizedText, fields: [FormField], clauses: [Clause.Key]) {
        self.key = key
        self.title = title
        self.fields = fields
        self.clauses = clauses
    }

    public func field(_ key: String) -> FormField? { fields.first { $0.key == key } }
}

/// One field of a form.
public struct FormField: Sendable, Hashable {
    public let key: String
    public let title: LocalizedText
    public let kind: FieldKind
    public let isRequired: Bool
    /// Free text that may hold personal data: encrypted in the journal.
    public let isPersonal: Bool
    /// A date or a time of something that has happened, so never ahead of the moment it is entered: `not_after: now`.
    public let isPast: Bool
    /// Asked for where other fields of the form say all of this; empty where nothing depends on them.
    public let requiredWhen: [Condition]
    /// A customer reads it, so the phrases that are never said to customers are found in it.
    public let isOutgoing: Bool
    /// How the program works it out; nobody enters such a field.
    public let computation: Computation?
    public let clauses: [Clause.Key]

    public init(
        key: String, title: LocalizedText, kind: FieldKind, isRequired: Bool, isPersonal: Bool, isPast: Bool = false,
        requiredWhen: [Condition] = [], isOutgoing: Bool = false, computation: Computation? = nil, clauses: [Clause.Key]
    ) {
        self.key = key
        self.title = title
        self.kind = kind
        self.isRequired = isRequired
        self.isPersonal = isPersonal
        self.isPast = isPast
        self.requiredWhen = requiredWhen
        self.isOutgoing = isOutgoing
        self.computation = computation
        self.clauses = clauses
    }
}

/// What a field holds.
public enum FieldKind: Sendable, Hashable {
    /// Several lines, at most so many characters.
    case text(maximum: Int)
    /// One line, at most so many characters.
    case line(maximum: Int)
    case choice([Choice])
    case flag
    case number(minimum: Int64?, maximum: Int64?)
    /// Yuan with two decimals, kept as fen.
    case money
    case date
    case time
    case customer, staff, post, unit, matter
    /// One of the charter's offences, booked on the person whom that field of the form names.
    case offence(person: String)
    /// A name drawn on the screen, as the strokes of `Signature`, or typed.
    case signature
    /// Rows of cells in the order of the columns, at most so many.
    case table(columns: [FormField], maximum: Int)
    /// Files of the case, by their identifiers, at most so many.
    case files(maximum: Int)
}

/// One of the values of a choice.
public struct Choice: Sendable, Hashable {
    public let key: String
    public let title: LocalizedText
    public let clauses: [Clause.Key]

    public init(key: String, title: LocalizedText, clauses: [Clause.Key]) {
        self.key = key
        self.title = title
        self.clauses = clauses
    }
}

/// A kind of fact that the rules speak of and no workflow makes.
public struct FactKind: Sendable, Hashable {
    /// `construction.started`
    public let event: String
    public let title: LocalizedText
    public let subject: SubjectKind
    public let fields: [FormField]
    public let clauses: [Clause.Key]

    public init(
        event: String, title: LocalizedText, subject: SubjectKind, fields: [FormField], clauses: [Clause.Key]
    ) {
        self.event = event
        self.title = title
        self.subject = subject
        self.fields = fields
        self.clauses = clauses
    }
}

/// What an event or a duty is about.
public enum SubjectKind: String, Sendable, CaseIterable, Hashable {
    case customer, staff, unit, organisation
    /// A case, by the word `case`.
    case matter = "case"
}
