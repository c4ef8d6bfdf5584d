import Policy

/// `portal:` of a workflow: what customers do by themselves.
enum PortalSection {
    static func read(_ cursor: Cursor, of workflow: MapCursor) -> Portal? {
        guard
            let map = cursor.map(
                ["post", "fields", "with", "answer", "promises", "states", "signature", "opinion", "clause"],
                required: ["post", "fields"])
        else { return nil }
        return PortalReader(map: map, workflow: workflow).read()
    }
}

private struct PortalReader {
    let map: MapCursor
    let workflow: MapCursor
    private var vocabulary: Vocabulary { map.reading.vocabulary }
    private var starting: Node? { workflow["start"]?.node }

    /// The kinds of field that a visitor can fill in: nothing that names somebody of the company.
    private static let open: Set<String> = ["text", "line", "choice", "flag", "number", "money", "date", "time"]

    func read() -> Portal? {
        let post = map["post"].flatMap { self.post($0, within: starting?["by"]) }
        let form = starting?["form"]?.text.flatMap(vocabulary.fields(ofForm:))
        let subject = workflow["subject"]?.node.text
        let fields = map["fields"].flatMap { cursor in
            cursor.oneOrMore(Phrase("a field or a list of fields", "字段或字段列表")) { visitors($0, form) }
        }
        let given = self.given(map, form)
        if let form, let fields, let given {
            checkWhole(map.cursor, form, filled: fields + given.keys + [subject].compactMap { $0 })
        }
        let answer = map.optional("answer") { $0.note() }
        let promises = map.list("promises") {
            $0.oneOrMore(Phrase("a clause or a list of clauses", "条款或条款列表")) { $0.clause() }
        }
        let states = map.optional("states", self.states)
        let signing = map.optional("signature", self.signing)
        let opinion = map.optional("opinion", self.opinion)
        let clauses = map.clauses()
        guard let post, let fields, let given, let answer, let promises, let states, let signing, let opinion,
            let clauses
        else { return nil }
        return Portal(
            post: post, fields: fields, given: given, answer: answer, promises: promises, states: states ?? [:],
            signing: signing, opinion: opinion, clauses: clauses)
    }

    /// The post, which must be one that may do the act itself.
    private func post(_ cursor: Cursor, within actors: Node?) -> Post.Key? {
        cursor.mention(Phrase("a post that may start the workflow", "可以启动该流程的岗位"), among: actors?.words)
    }

    private func visitors(_ cursor: Cursor, _ form: [FieldShape]?) -> String? {
        let expected = Phrase(
            "a field of the start form of type text, line, choice, flag, number, money, date or time",
            "起始表单中类型为 text、line、choice、flag、number、money、date 或 time 的字段")
        return cursor.mention(expected, among: form?.filter { Self.open.contains($0.type ?? "") }.map(\.key))
    }

    /// `with:`, what other fields hold.
    private func given(_ map: MapCursor, _ form: [FieldShape]?) -> [String: Portal.Given]? {
        guard let cursor = map["with"] else { return [:] }
        guard let entries = cursor.entries() else { return nil }
        var given: [String: Portal.Given] = [:]
        for (key, value) in entries {
            guard let form else {
                given[key.text] = .now
                continue
            }
            guard let field = form.first(where: { $0.key == key.text }) else {
                key.fail(
                    .unknownReference, expected: Phrase("a field of the form", "该表单的字段"), near: form.map(\.key))
                continue
            }
            given[key.text] = self.given(value, for: field)
        }
        return given.count == entries.count ? given : nil
    }

    private func given(_ cursor: Cursor, for field: FieldShape) -> Portal.Given? {
        let words: [String]
        switch field.type {
        case "time", "date": words = ["now"]
        case "unit": words = ["unit"]
        case "choice": words = field.choices
        default:
            cursor.fail(
                .wrongKind,
                found: Phrase(
                    "\"\(field.key)\" of type \(field.type ?? "?")", "“\(field.key)”，类型 \(field.type ?? "?")"),
                expected: Phrase("a field of type choice, date, time or unit", "类型为 choice、date、time 或 unit 的字段"))
            return nil
        }
        guard let word = cursor.text(.oneOf(words)) else { return nil }
        guard words.contains(word) else {
            cursor.fail(.badWord, expected: .oneOf(words), near: words)
            return nil
        }
        return switch field.type {
        case "unit": .unit
        case "choice": .choice(word)
        default: .now
        }
    }

    /// Nobody is there to fill in what a form requires besides.
    private func checkWhole(_ cursor: Cursor, _ form: [FieldShape], filled: [String]) {
        for field in form where field.isRequired && !filled.contains(field.key) {
            cursor.fail(
                .missingKey, found: Phrase("nothing for the required field \"\(field.key)\"", "必填字段“\(field.key)”无内容"),
                expected: Phrase("it among what is filled in, or under with", "列入所填字段，或写在 with 下"))
        }
    }

    private func states(_ cursor: Cursor) -> [String: LocalizedText]? {
        guard let entries = cursor.entries() else { return nil }
        let known = workflow["states"]?.node.entries.map(\.key) ?? []
        var states: [String: LocalizedText] = [:]
        for (key, value) in entries {
            guard known.contains(key.text) else {
                key.fail(.unknownReference, expected: Phrase("a state of the workflow", "该流程的状态"), near: known)
                continue
            }
            states[key.text] = value.title()
        }
        return states.count == entries.count ? states : nil
    }

    // MARK: Moves that a customer makes

    private func move(_ cursor: Cursor, signs: Bool) -> Node? {
        let moves = (workflow["states"]?.node.entries ?? []).flatMap { $0.value["moves"]?.entries ?? [] }
            .filter { !signs || $0.value["signs"] != nil }
        let expected =
            signs
            ? Phrase("a move of the workflow that signs", "该流程中带 signs 的动作")
            : Phrase("a move of the workflow", "该流程的动作")
        guard let key = cursor.mention(expected, among: moves.map(\.key)) else { return nil }
        let move = moves.first { $0.key == key }?.value
        if let post = map["post"]?.node.text, move?["by"]?.words.contains(post) != true {
            cursor.fail(
                .unknownReference, expected: Phrase("a move that the post \(post) may make", "岗位 \(post) 可以办的动作"))
            return nil
        }
        return move
    }

    private func field(_ cursor: Cursor, _ form: [FieldShape]?, _ types: Set<String>) -> String? {
        let kinds = types.sorted()
        return cursor.mention(
            Phrase(
                "a field of the move's form of type \(kinds.joined(separator: " or "))",
                "该动作表单中类型为 \(kinds.joined(separator: "、")) 的字段"),
            among: form?.filter { types.contains($0.type ?? "") }.map(\.key))
    }

    private func signing(_ cursor: Cursor) -> Portal.Signing? {
        guard
            let map = cursor.map(
                ["move", "shows", "signature", "name", "with", "hours"], required: ["move", "shows", "signature"])
        else { return nil }
        guard let key = map["move"], let move = self.move(key, signs: true) else { return nil }
        let form = move["form"]?.text.flatMap(vocabulary.fields(ofForm:))
        let signed = (move["signs"]?.words ?? []).map(vocabulary.fields(ofForm:))
        let known = signed.contains { $0 == nil } ? nil : signed.compactMap { $0 }.joined().map(\.key)
        let shown = map["shows"].flatMap { cursor in
            cursor.oneOrMore(Phrase("a field or a list of fields", "字段或字段列表")) {
                $0.mention(Phrase("a field of what the move signs", "该动作所签表单的字段"), among: known)
            }
        }
        let signature = map["signature"].flatMap { field($0, form, ["signature"]) }
        let name = map.optional("name") { field($0, form, ["line"]) }
        let given = self.given(map, form)
        let hours = map["hours"].map { $0.number(1...720) } ?? 72
        guard let shown, let signature, let name, let given, let hours, let text = key.node.text else { return nil }
        if let form { checkWhole(map.cursor, form, filled: [signature] + [name].compactMap { $0 } + given.keys) }
        return Portal.Signing(
            move: text, shown: shown, signature: signature, name: name, given: given, hours: Int(hours))
    }

    private func opinion(_ cursor: Cursor) -> Portal.Opinion? {
        guard let map = cursor.map(["move", "satisfied", "words", "with"], required: ["move", "satisfied", "words"])
        else { return nil }
        guard let key = map["move"], let move = self.move(key, signs: false) else { return nil }
        let form = move["form"]?.text.flatMap(vocabulary.fields(ofForm:))
        let satisfied = map["satisfied"].flatMap { field($0, form, ["flag"]) }
        let words = map["words"].flatMap { field($0, form, ["line", "text"]) }
        let given = self.given(map, form)
        guard let satisfied, let words, let given, let text = key.node.text else { return nil }
        if let form { checkWhole(map.cursor, form, filled: [satisfied, words] + given.keys) }
        return Portal.Opinion(move: text, satisfied: satisfied, words: words, given: given)
    }
}
