import Policy

/// The names that the file declares, gathered before anything is judged, so that one broken entry
/// does not make every mention of it a fault too.
struct Vocabulary {
    /// `nil` where the section cannot be read: then nothing is said of its mentions.
    let posts: [String]?
    let metrics: [String]?
    let forms: [String]?
    let ladders: [String]?
    let workflows: [String]?
    /// Whether some workflow says where its cases name whom a finding is booked on.
    var booksFindings: Bool { !booking.isEmpty }
    private let booking: Set<String>
    /// In the order of the file.
    let clauses: [String]?
    let events: [String: EventShape]
    /// Whether every section that declares events could be read.
    let knowsAllEvents: Bool
    private let fieldsOfForms: [String: [FieldShape]]
    private let startForms: [String: String]
    private let formsOfWorkflows: [String: [String]]

    /// Events that the program records by itself, and whom they are about.
    static let builtIn = [
        "customer.filed", "customer.updated", "customer.assigned", "customer.revealed", "staff.joined", "staff.left",
        "charter.adopted", "obligation.met", "obligation.late", "attachment.added", "attachment.withdrawn",
        "case.batched", "case.word_added", "case.opinion_given", "case.link_made", "case.link_refused",
        "purchase.posted", "purchase.refunded", "stored.recharged", "stored.paid_out", "stored.frozen",
        "stored.released", "customer.classed",
    ]

    /// What becomes of a member's card and birthday, with the fields that a clause may ask about.
    private static let ofMembers = [
        "member.joined", "member.upgraded", "member.renewed", "member.reactivated", "member.birthday",
        "member.took_part",
        "card.issued", "card.lost", "card.replaced", "points.exchanged", "points.restored",
    ]

    /// - Parameter sections: the keys of the file's first level; a misspelt one may be the section that is missing.
    init(_ root: Node, sections: [String]) {
        let hasStrangers = root.entries.contains { !sections.contains($0.key) }
        func keys(_ section: String) -> [String]? {
            guard let node = root[section] else { return hasStrangers ? nil : [] }
            guard case .map(let entries) = node.content else { return nil }
            return entries.map(\.key)
        }
        posts = keys("posts").flatMap { $0.isEmpty ? nil : $0 }
        metrics = keys("metrics")
        forms = keys("forms")
        ladders = keys("ladders")
        workflows = keys("workflows")
        booking = Set((root["workflows"]?.entries ?? []).filter { $0.value["accountability"] != nil }.map(\.key))
        clauses = keys("clauses").flatMap { $0.isEmpty ? nil : $0 }
        let fieldsOfForms = Dictionary(
            (root["forms"]?.entries ?? []).compactMap { entry in
                Vocabulary.fields(of: entry.value).map { (entry.key, $0) }
            }, uniquingKeysWith: { first, _ in first })
        self.fieldsOfForms = fieldsOfForms
        let workflowNodes = root["workflows"]?.entries ?? []
        startForms = Dictionary(
            workflowNodes.compactMap { entry in entry.value["start"]?["form"]?.text.map { (entry.key, $0) } },
            uniquingKeysWith: { first, _ in first })
        formsOfWorkflows = Dictionary(
            workflowNodes.map { ($0.key, Vocabulary.acts(of: $0.value).compactMap { $0["form"]?.text }) },
            uniquingKeysWith: { first, _ in first })
        knowsAllEvents = keys("facts") != nil && keys("workflows") != nil
        var events = Dictionary(
            uniqueKeysWithValues: Vocabulary.builtIn.map { ($0, EventShape(origin: .program, acts: [[]])) })
        for (event, fields) in Vocabulary.membership(root["membership"]) {
            events[event] = EventShape(origin: .program, acts: [fields])
        }
        for fact in root["facts"]?.entries ?? [] where events[fact.key] == nil {
            let fields = fact.value["fields"] == nil ? [] : Vocabulary.fields(of: fact.value)
            events[fact.key] = EventShape(origin: .fact, acts: [fields])
        }
        for workflow in root["workflows"]?.entries ?? [] {
            let states = workflow.value["states"]?.entries.map(\.key) ?? []
            for act in Vocabulary.acts(of: workflow.value) {
                guard act["records"] != nil || states.contains(act["to"]?.text ?? "") else {
                    // Some state of the workflow is meant; until it is known which, each passes.
                    for state in states where events[workflow.key + "." + state] == nil {
                        events[workflow.key + "." + state] = EventShape(origin: .workflow(workflow.key), acts: [nil])
                    }
                    continue
                }
                guard let event = Vocabulary.event(of: act, workflow: workflow.key) else { continue }
                let fields = act["form"] == nil ? [] : act["form"]?.text.flatMap { fieldsOfForms[$0] }
                if let known = events[event] {
                    events[event] = EventShape(origin: known.origin, acts: known.acts + [fields])
                } else {
                    events[event] = EventShape(origin: .workflow(workflow.key), acts: [fields])
                }
            }
        }
        self.events = events
    }

    /// The events of cards, perks and activities, with their fields.
    private static func membership(_ node: Node?) -> [(event: String, fields: [FieldShape])] {
        let tiers = ["none"] + (node?["tiers"]?.entries.map(\.key) ?? [])
        let tier = FieldShape(key: "tier", type: "choice", isRequired: true, choices: tiers, columns: [])
        func field(_ key: String, _ type: String) -> FieldShape {
            FieldShape(key: key, type: type, isRequired: true, choices: [], columns: [])
        }
        let cards = ofMembers.map { event in
            (event, event == Birthdays.event ? [tier, field("birthday", "date"), field("consent", "flag")] : [tier])
        }
        let perks = (node?["perks"]?.entries ?? []).map { entry in
            let options = entry.value["options"]?.entries.map(\.key) ?? []
            let option = FieldShape(key: "option", type: "choice", isRequired: true, choices: options, columns: [])
            return (Perk.event(entry.key), [tier, field("count", "number")] + (options.isEmpty ? [] : [option]))
        }
        let activities = (node?["activities"]?.entries ?? []).map { entry in
            (ActivityKind.event(entry.key), [field("from", "date"), field("until", "date")])
        }
        return cards + perks + activities
    }

    /// The fields of all forms, as a case may have any of them; `nil` where some form cannot be read.
    var fieldNames: [String]? {
        forms.flatMap { $0.count == fieldsOfForms.count ? fieldsOfForms.values.joined().map(\.key).sorted() : nil }
    }

    func fields(ofForm key: String) -> [FieldShape]? { fieldsOfForms[key] }

    /// The fields that the start form of a workflow has.
    func startFields(of workflow: String) -> [FieldShape]? { startForms[workflow].flatMap { fieldsOfForms[$0] } }

    func books(_ workflow: String) -> Bool { booking.contains(workflow) }

    func forms(of workflow: String) -> [String] { formsOfWorkflows[workflow] ?? [] }

    /// The fields of all forms of a workflow; `nil` where one of them cannot be read.
    func fields(ofWorkflow key: String) -> [FieldShape]? {
        let read = forms(of: key).map { fieldsOfForms[$0] }
        return read.contains { $0 == nil } ? nil : read.compactMap { $0 }.flatMap { $0 }
    }

    /// The event that an act records: as it says, or else the workflow and the state entered.
    static func event(of act: Node, workflow: String) -> String? {
        act["records"].map(\.text) ?? act["to"]?.text.map { workflow + "." + $0 }
    }

    static func acts(of workflow: Node) -> [Node] {
        (workflow["start"].map { [$0] } ?? [])
            + (workflow["states"]?.entries ?? []).flatMap { $0.value["moves"]?.entries.map(\.value) ?? [] }
    }

    /// The fields under a node's `fields`, as far as they can be read.
    static func fields(of node: Node) -> [FieldShape]? {
        guard case .map(let entries)? = node["fields"]?.content else { return nil }
        return entries.map { entry in
            FieldShape(
                key: entry.key, type: entry.value["type"]?.text,
                isRequired: entry.value["required"].map { $0.text != "false" } ?? false,
                choices: entry.value["of"]?.entries.map(\.key) ?? [],
                columns: (entry.value["columns"]?.entries ?? []).map {
                    FieldShape.Column(key: $0.key, type: $0.value["type"]?.text)
                })
        }
    }
}

/// What is known of an event: who records it, and which fields it then carries.
struct EventShape {
    let origin: Origin
    /// The fields that each recording act gives; `nil` where they cannot be read.
    let acts: [[FieldShape]?]

    enum Origin: Equatable {
        case program, fact
        case workflow(String)
    }

    /// The field as each act gives it, or `nil` where the fields of some act cannot be read and no other has it.
    func shapes(of field: String) -> [FieldShape]? {
        let found = acts.compactMap { $0?.first { $0.key == field } }
        return found.isEmpty && acts.contains { $0 == nil } ? nil : found
    }

    var fieldNames: [String] {
        acts.compactMap { $0 }.joined().reduce(into: []) { if !$0.contains($1.key) { $0.append($1.key) } }
    }
}

struct FieldShape: Hashable {
    let key: String
    let type: String?
    let isRequired: Bool
    let choices: [String]
    /// Of a table.
    let columns: [Column]

    struct Column: Hashable {
        let key: String
        let type: String?
    }
}
