import Policy

/// What a move asks and does beyond its form: persons, signatures, cases that follow, publications, sanctions.
struct MoveActs {
    let barred: [String]
    let person: String?
    let signs: [String]
    let opens: [Workflow.Opening]
    let publishes: Workflow.Publication?
    let sanction: Workflow.SanctionAct?
    let reopens: Bool
    let attachments: Int

    /// `nil` where a part of it is wrong.
    init?(_ map: MapCursor, workflow: String) {
        let reader = MoveActReader(map: map, workflow: workflow)
        let barred = map.list("not") {
            $0.oneOrMore(Phrase("a staff field or a list of them", "员工字段或其列表"), reader.staff)
        }
        let person = map.optional("person", reader.staff)
        let signs = map.list("signs") { $0.oneOrMore(Phrase("a form or a list of forms", "表单或表单列表"), reader.signed) }
        let opens = map.list("opens", reader.openings)
        let publishes = map.optional("publishes", reader.publication)
        let sanction = map.optional("sanction") { reader.sanction($0) }
        let reopens = map.flag("reopens")
        let attachments = map["attachments"].map { $0.number(1...50) } ?? 0
        guard let barred, let person, let signs, let opens, let publishes, let sanction, let reopens, let attachments
        else { return nil }
        self.barred = barred
        self.person = person
        self.signs = signs
        self.opens = opens
        self.publishes = publishes
        self.sanction = sanction
        self.reopens = reopens
        self.attachments = Int(attachments)
    }
}

private struct MoveActReader {
    let map: MapCursor
    let workflow: String
    private var vocabulary: Vocabulary { map.reading.vocabulary }

    init(map: MapCursor, workflow: String) {
        self.map = map
        self.workflow = workflow
    }

    /// The fields of the move's own form.
    private var own: [FieldShape]? {
        guard let form = map["form"]?.node.text else { return [] }
        return vocabulary.fields(ofForm: form)
    }

    func staff(_ cursor: Cursor) -> String? {
        cursor.mention(
            Phrase("a staff field of a form of \(workflow)", "\(workflow) 表单中类型为 staff 的字段"),
            among: vocabulary.fields(ofWorkflow: workflow)?.filter { $0.type == "staff" }.map(\.key))
    }

    func signed(_ cursor: Cursor) -> String? {
        cursor.mention(
            Phrase("a form that is filled in in \(workflow)", "\(workflow) 中填写的表单"),
            among: vocabulary.forms(of: workflow))
    }

    func sanction(_ cursor: Cursor) -> Workflow.SanctionAct? {
        guard let act = cursor.word(Workflow.SanctionAct.self) else { return nil }
        guard cursor.reading.vocabulary.books(workflow) else {
            cursor.fail(
                .misplaced,
                expected: Phrase(
                    "a sanction only in a workflow with accountability", "只有带 accountability 的流程才写 sanction"))
            return nil
        }
        return act
    }

    // MARK: Cases that follow

    func openings(_ cursor: Cursor) -> [Workflow.Opening]? {
        let cursors: [Cursor]
        if case .list = cursor.node.content {
            guard let items = cursor.list() else { return nil }
            cursors = items
        } else {
            cursors = [cursor]
        }
        let openings = cursors.map(opening)
        return openings.contains(nil) ? nil : openings.compactMap { $0 }
    }

    private func opening(_ cursor: Cursor) -> Workflow.Opening? {
        guard let map = cursor.map(["workflow", "with", "where"], required: ["workflow", "with"]) else { return nil }
        let key = map["workflow"].flatMap {
            $0.mention(Phrase("a workflow", "流程"), among: vocabulary.workflows)
        }
        let target = key.flatMap(vocabulary.startFields)
        let with = map["with"].flatMap { mapping($0, target: target) }
        let conditions = map.list("where") { FormSection.conditions($0, among: own ?? []) }
        guard let key, let with, let conditions else { return nil }
        if let target, let cursor = map["with"] {
            let lacking = target.filter { $0.isRequired && with[$0.key] == nil }.map(\.key)
            guard lacking.isEmpty else {
                cursor.fail(
                    .missingKey,
                    found: Phrase(
                        "nothing for \(lacking.joined(separator: ", "))", "缺少 \(lacking.joined(separator: "、"))"),
                    expected: Phrase("every required field of the start form of \(key)", "\(key) 起始表单的全部必填字段"))
                return nil
            }
        }
        return Workflow.Opening(workflow: key, with: with, conditions: conditions)
    }

    private func mapping(_ cursor: Cursor, target: [FieldShape]?) -> [String: String]? {
        guard let entries = cursor.entries() else { return nil }
        let sources = (own ?? []) + (vocabulary.fields(ofWorkflow: workflow) ?? [])
        var with: [String: String] = [:]
        var isWhole = true
        for (key, value) in entries {
            if let target, !target.contains(where: { $0.key == key.text }) {
                key.fail(
                    .unknownReference, expected: Phrase("a field of the start form", "起始表单的字段"),
                    near: target.map(\.key))
                isWhole = false
            }
            guard
                let source = value.mention(
                    Phrase("a field of this form or of the case", "本表单或该事务的字段"),
                    among: own == nil ? nil : sources.map(\.key))
            else {
                isWhole = false
                continue
            }
            let types = Set(sources.filter { $0.key == source }.compactMap(\.type))
            if let wanted = target?.first(where: { $0.key == key.text })?.type, !types.isEmpty,
                types.isDisjoint(with: MoveActReader.fitting(wanted))
            {
                value.fail(
                    .wrongKind,
                    found: Phrase(
                        "\"\(source)\" of type \(types.sorted().joined(separator: ", "))",
                        "“\(source)”，类型 \(types.sorted().joined(separator: "、"))"),
                    expected: Phrase("a field of type \(wanted)", "类型为 \(wanted) 的字段"))
                isWhole = false
            }
            with[key.text] = source
        }
        return isWhole ? with : nil
    }

    /// What a field of that type takes.
    private static func fitting(_ type: String) -> Set<String> {
        switch type {
        case "text": ["text", "line"]
        case "number", "money": [type]
        default: [type]
        }
    }

    // MARK: Publications

    func publication(_ cursor: Cursor) -> Workflow.Publication? {
        guard let map = cursor.map(["to", "title", "text"], required: ["to", "title", "text"]) else { return nil }
        let fields = ((own ?? []) + (vocabulary.fields(ofWorkflow: workflow) ?? [])).map(\.key)
        func field(_ cursor: Cursor) -> String? {
            cursor.mention(
                Phrase("a field of this form or of the case", "本表单或该事务的字段"), among: own == nil ? nil : fields)
        }
        let place = map["to"].flatMap { $0.word(Workflow.Publication.Place.self) }
        let title = map["title"].flatMap(field)
        let text = map["text"].flatMap { $0.oneOrMore(Phrase("a field or a list of fields", "字段或字段列表"), field) }
        guard let place, let title, let text else { return nil }
        return Workflow.Publication(place: place, title: title, text: text)
    }
}
