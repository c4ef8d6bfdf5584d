import Policy

/// `workflows:`
enum WorkflowSection {
    static func read(_ cursor: Cursor) -> [Workflow]? {
        checkReferences(cursor)
        checkEvents(cursor)
        return cursor.entries(.snakeCase, workflow)
    }

    private static func workflow(_ key: String, _ cursor: Cursor) -> Workflow? {
        guard
            let map = cursor.map(
                ["title", "reference", "subject", "clause", "start", "states", "accountability", "portal", "batch"],
                required: ["title", "reference", "subject", "start", "states"])
        else { return nil }
        let title = map.title()
        let reference = map["reference"].flatMap(reference)
        let startForm = map["start"]?.node["form"]?.text
        let subject = map["subject"].flatMap { Self.subject($0, form: startForm) }
        let clauses = map.clauses()
        let states = map["states"]?.node.entries.map(\.key) ?? []
        let moves = (map["states"]?.node.entries ?? []).flatMap { $0.value["moves"]?.entries.map(\.key) ?? [] }
        let names = Names(workflow: key, states: states, moves: moves)
        let start = map["start"].flatMap { self.start($0, names) }
        let accountability = map.optional("accountability") { self.accountability($0, names) }
        let portal = map.optional("portal") { PortalSection.read($0, of: map) }
        let batch = map.optional("batch") { self.batch($0, names) }
        let read = map["states"].flatMap { $0.entries(.snakeCase) { state($0, $1, names) } }
        if let cursor = map["states"], case .map = cursor.node.content {
            checkEnds(cursor)
            checkReach(cursor, from: map["start"]?.node["to"]?.text)
        }
        guard let title, let reference, let subject, let clauses, let start, let accountability, let portal, let batch,
            let read
        else { return nil }
        return Workflow(
            key: key, title: title, reference: reference, subject: subject, start: start, states: read,
            accountability: accountability, portal: portal, batch: batch, clauses: clauses)
    }

    private static func accountability(_ cursor: Cursor, _ names: Names) -> Workflow.Accountability? {
        guard let map = cursor.map(["person", "offence", "on"], required: ["person", "offence", "on"]) else {
            return nil
        }
        let fields = cursor.reading.vocabulary.startFields(of: names.workflow)
        func field(_ key: String, _ type: String) -> String? {
            map[key].flatMap { cursor in
                cursor.mention(
                    Phrase("a required field of the start form of type \(type)", "起始表单中类型为 \(type) 的必填字段"),
                    among: fields?.filter { $0.type == type && $0.isRequired }.map(\.key))
            }
        }
        let person = field("person", "staff")
        let offence = field("offence", "offence")
        let day = field("on", "date")
        guard let person, let offence, let day else { return nil }
        return Workflow.Accountability(person: person, offence: offence, day: day)
    }

    /// A choice of any form: the cause is often found only after the registration.
    private static func batch(_ cursor: Cursor, _ names: Names) -> Workflow.Batch? {
        guard let map = cursor.map(["by", "days", "from", "clause"], required: ["by", "days", "from"]) else {
            return nil
        }
        let field = map["by"].flatMap { cursor in
            cursor.mention(
                Phrase("a choice field of a form of the workflow", "该流程某张表单的选项字段"),
                among: cursor.reading.vocabulary.fields(ofWorkflow: names.workflow)?.filter { $0.type == "choice" }
                    .map(\.key))
        }
        let days = map["days"]?.number(1...3660)
        let customers = map["from"]?.number(2...9999)
        guard let field, let days, let customers, let clauses = map.clauses() else { return nil }
        return Workflow.Batch(field: field, days: Int(days), customers: Int(customers), clauses: clauses)
    }

    private static func reference(_ cursor: Cursor) -> String? {
        cursor.value(Phrase("one to six capital letters", "一至六个大写字母")) { text in
            text.wholeMatch(of: /[A-Z]{1,6}/) == nil ? nil : text
        }
    }

    private struct Names {
        let workflow: String
        let states: [String]
        let moves: [String]
    }

    private static let subjectTypes = ["customer", "staff", "unit"]

    private static func subject(_ cursor: Cursor, form: String?) -> String? {
        let expected = Phrase(
            "a required field of the start form of type customer, staff or unit",
            "起始表单中类型为 customer、staff 或 unit 的必填字段")
        guard let text = cursor.text(expected) else { return nil }
        guard let form, let fields = cursor.reading.vocabulary.fields(ofForm: form) else { return text }
        let fit = fields.contains { $0.key == text && subjectTypes.contains($0.type ?? "") && $0.isRequired }
        guard fit else {
            let found = fields.first { $0.key == text }.map { field in
                Phrase(
                    "\"\(text)\" of type \(field.type ?? "?")" + (field.isRequired ? "" : ", not required"),
                    "“\(text)”，类型 \(field.type ?? "?")" + (field.isRequired ? "" : "，非必填"))
            }
            cursor.fail(
                .unknownReference, found: found, expected: expected,
                near: fields.filter { subjectTypes.contains($0.type ?? "") }.map(\.key))
            return nil
        }
        return text
    }

    private static func start(_ cursor: Cursor, _ names: Names) -> Workflow.Start? {
        guard
            let map = cursor.map(["by", "form", "to", "records", "clause"], required: ["by", "form", "to"])
        else { return nil }
        let actors = map["by"].flatMap { $0.posts() }
        let form = map["form"].flatMap { $0.form() }
        map["form"]?.refuseFiles()
        let target = map["to"].flatMap { state($0, names) }
        let event = event(map, names)
        let clauses = map.clauses()
        guard let actors, let form, let target, let event, let clauses else { return nil }
        return Workflow.Start(actors: actors, form: form, target: target, event: event, clauses: clauses)
    }

    private static func state(_ key: String, _ cursor: Cursor, _ names: Names) -> Workflow.State? {
        guard let map = cursor.map(["title", "moves", "final", "clause"], required: ["title"]) else { return nil }
        let title = map.title()
        let isFinal = map.flag("final")
        let moves = map.list("moves") { $0.entries(.snakeCase) { move($0, $1, names) } }
        let clauses = map.clauses()
        guard let title, let isFinal, let moves, let clauses else { return nil }
        return Workflow.State(key: key, title: title, moves: moves, isFinal: isFinal, clauses: clauses)
    }

    private static func move(_ key: String, _ cursor: Cursor, _ names: Names) -> Workflow.Move? {
        guard
            let map = cursor.map(
                [
                    "title", "by", "form", "to", "once", "records", "after", "clause", "not", "person", "signs",
                    "opens", "publishes", "sanction", "reopens", "attachments",
                ], required: ["title", "to"] + (cursor.node["person"] == nil ? ["by"] : []))
        else { return nil }
        let title = map.title()
        let actors = map.list("by") { $0.posts() }
        let form = map.optional("form") { $0.form() }
        let target = map["to"].flatMap { state($0, names) }
        let event = event(map, names)
        let isOnce = map.flag("once")
        let after = map.list("after") { $0.moves(names.moves.filter { $0 != key }) }
        let acts = MoveActs(map, workflow: names.workflow)
        let clauses = map.clauses()
        guard let title, let actors, let form, let target, let event, let isOnce, let after, let acts, let clauses
        else { return nil }
        return Workflow.Move(
            key: key, title: title, actors: actors, form: form, target: target, event: event, isOnce: isOnce,
            after: after, barred: acts.barred, person: acts.person, signs: acts.signs, opens: acts.opens,
            publishes: acts.publishes, sanction: acts.sanction, reopens: acts.reopens, attachments: acts.attachments,
            clauses: clauses)
    }

    private static func state(_ cursor: Cursor, _ names: Names) -> String? {
        cursor.mention(Phrase("a state of \(names.workflow)", "\(names.workflow) 的状态"), among: names.states)
    }

    private static func event(_ map: MapCursor, _ names: Names) -> String? {
        guard let cursor = map["records"] else { return map["to"]?.node.text.map { names.workflow + "." + $0 } }
        return cursor.value(KeyPattern.event.phrase) { KeyPattern.event.accepts($0) ? $0 : nil }
    }

    // MARK: Checks

    /// A final state is the end; any other has a way on.
    private static func checkEnds(_ cursor: Cursor) {
        for (key, state) in cursor.entries() ?? [] {
            let moves = state.node["moves"]
            let isFinal = state.node["final"]?.text == "true"
            if isFinal, let moves, moves.entries.contains(where: { $0.value["reopens"]?.text != "true" }) {
                Cursor(node: moves, path: state.path + ["moves"], reading: state.reading).fail(
                    .workflow, found: Phrase("moves", "后续动作"),
                    expected: Phrase("only moves with reopens: true from a final state", "终结状态只有带 reopens: true 的动作"))
            }
            if !isFinal, let move = moves?.entries.first(where: { $0.value["reopens"]?.text == "true" }) {
                Cursor(node: move.value, path: state.path + ["moves", move.key], reading: state.reading).fail(
                    .workflow, found: Phrase("reopens", "reopens"),
                    expected: Phrase("reopens only from a final state", "只有终结状态才写 reopens"))
            }
            if !isFinal, !(moves?.entries ?? []).contains(where: { $0.value["to"]?.text != key.text }) {
                key.fail(
                    .workflow, found: Phrase("the state \"\(key.text)\" without a way on", "没有后续的状态“\(key.text)”"),
                    expected: Phrase("a move to another state, or final: true", "转到其他状态的动作，或 final: true"))
            }
        }
    }

    private static func checkReach(_ cursor: Cursor, from start: String?) {
        guard let start, let entries = cursor.entries(), entries.contains(where: { $0.key.text == start }) else {
            return
        }
        var reached: Set<String> = [start]
        var queue = [start]
        while let state = queue.popLast() {
            for move in cursor.node[state]?["moves"]?.entries ?? [] {
                if let target = move.value["to"]?.text, reached.insert(target).inserted { queue.append(target) }
            }
        }
        for (key, _) in entries where !reached.contains(key.text) {
            key.fail(
                .workflow, found: Phrase("the state \"\(key.text)\" that no move reaches", "无法到达的状态“\(key.text)”"),
                expected: Phrase("a move to it from a state that is reached", "从可到达的状态转入的动作"))
        }
    }

    /// Case numbers of two workflows must not look alike.
    private static func checkReferences(_ cursor: Cursor) {
        var seen: Set<String> = []
        for (_, value) in cursor.entries() ?? [] {
            guard let reference = value.node["reference"]?.text, !seen.insert(reference).inserted else { continue }
            Cursor(
                node: value.node["reference"] ?? value.node, path: value.path + ["reference"], reading: value.reading
            )
            .fail(.notUnique, expected: Phrase("a prefix that no other workflow has", "其他流程未用的编号前缀"))
        }
    }

    /// An event belongs to the program, to one fact or to one workflow.
    private static func checkEvents(_ cursor: Cursor) {
        guard case .map = cursor.node.content else { return }
        for (key, value) in cursor.entries() ?? [] {
            let acts =
                [(value.path + ["start"], value.node["start"])]
                + (value.node["states"]?.entries ?? []).flatMap { state in
                    (state.value["moves"]?.entries ?? []).map {
                        (value.path + ["states", state.key, "moves", $0.key], Optional($0.value))
                    }
                }
            for (path, act) in acts {
                guard let act, let event = Vocabulary.event(of: act, workflow: key.text),
                    let shape = value.reading.vocabulary.events[event], shape.origin != .workflow(key.text)
                else { continue }
                let part = act["records"] == nil ? "to" : "records"
                Cursor(node: act[part] ?? act, path: path + [part], reading: value.reading).fail(
                    .notUnique, found: .word(event),
                    expected: Phrase(
                        "an event that no other workflow, no fact and not the program records",
                        "其他流程、事实及程序均不记录的事件"))
            }
        }
    }
}

extension Cursor {
    /// Refuses a form with files where there is no case yet that could have any.
    func refuseFiles() {
        refuseFiles(in: node.text.flatMap(reading.vocabulary.fields(ofForm:)) ?? [])
    }

    func refuseFiles(in fields: [FieldShape]) {
        guard let field = fields.first(where: { $0.type == "files" }) else { return }
        fail(
            .wrongKind, found: Phrase("the field \"\(field.key)\" of type files", "类型为 files 的字段“\(field.key)”"),
            expected: Phrase("files only in forms of moves: a case has none before", "files 只用于动作的表单：此前事务还没有附件"))
    }

    fileprivate func moves(_ moves: [String]) -> [String]? {
        oneOrMore(Phrase("a move or a list of moves", "动作或动作列表")) {
            $0.mention(Phrase("another move of the workflow", "该流程的另一动作"), among: moves)
        }
    }
}
