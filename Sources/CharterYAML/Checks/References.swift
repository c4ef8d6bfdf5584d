import Policy

/// Mentions of what another part of the file declares.
extension Cursor {
    private var vocabulary: Vocabulary { reading.vocabulary }

    func post() -> Post.Key? { mention(Phrase("a post", "岗位"), among: vocabulary.posts) }
    func posts() -> [Post.Key]? { oneOrMore(Phrase("a post or a list of posts", "岗位或岗位列表")) { $0.post() } }
    func form() -> String? { mention(Phrase("a form", "表单"), among: vocabulary.forms) }
    func metrics() -> [String]? {
        oneOrMore(Phrase("a metric or a list of metrics", "指标或指标列表")) {
            $0.mention(Phrase("a metric", "指标"), among: $0.vocabulary.metrics)
        }
    }
    func ladder() -> String? { mention(Phrase("a ladder", "处分阶梯"), among: vocabulary.ladders) }
    func clause() -> Clause.Key? { mention(Phrase("a clause", "条款"), among: vocabulary.clauses) }

    func event() -> String? {
        mention(
            Phrase("an event", "事件"), among: vocabulary.knowsAllEvents ? vocabulary.events.keys.sorted() : nil)
    }
    func events() -> [String]? {
        oneOrMore(Phrase("an event or a list of events", "事件或事件列表")) { $0.event() }
    }

    /// A word among those declared. Where the declaring section cannot be read, any word passes:
    /// that section's own fault already keeps the charter from being made.
    func mention(_ expected: Phrase, among words: [String]?) -> String? {
        guard let text = text(expected) else { return nil }
        guard let words, !words.contains(text) else { return text }
        fail(.unknownReference, expected: expected, near: words)
        return nil
    }
}

extension MapCursor {
    /// The clauses that this part of the file names; `executes` when naming one is what executes it.
    func clauses(executes: Bool = true) -> [Clause.Key]? {
        guard let cursor = self["clause"] else { return [] }
        let clauses = cursor.oneOrMore(Phrase("a clause or a list of clauses", "条款或条款列表")) { $0.clause() }
        if executes, let clauses { reading.name(clauses) }
        return clauses
    }

    /// `nil` when the title is missing or wrong.
    func title() -> LocalizedText? { self["title"]?.title() }

    /// A part that may be absent: `.some(nil)` when it is, `nil` when it is there and wrong.
    func optional<Value>(_ key: String, _ read: (Cursor) -> Value?) -> Value?? {
        guard let cursor = self[key] else { return .some(nil) }
        guard let value = read(cursor) else { return .none }
        return .some(.some(value))
    }

    /// A list that may be absent, and is then empty.
    func list<Value>(_ key: String, _ read: (Cursor) -> [Value]?) -> [Value]? {
        guard let cursor = self[key] else { return [] }
        return read(cursor)
    }

    func flag(_ key: String) -> Bool? {
        guard let cursor = self[key] else { return false }
        return cursor.flag()
    }
}
