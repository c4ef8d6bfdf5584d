import Policy
import Primitives

/// `posts:` and `metrics:`
enum PostSection {
    static func read(_ cursor: Cursor) -> [Post]? {
        if cursor.node.entries.isEmpty, case .map = cursor.node.content {
            cursor.fail(.wrongKind, found: .nothing, expected: Phrase("one post at least", "至少一个岗位"))
            return nil
        }
        let posts = cursor.entries(.snakeCase, post)
        checkCircles(cursor)
        return posts
    }

    private static func post(_ key: String, _ cursor: Cursor) -> Post? {
        guard let map = cursor.map(["title", "reports_to", "may", "clause"], required: ["title"]) else { return nil }
        let title = map.title()
        let superior = map.optional("reports_to") { $0.post() }
        let may = map["may"].map(permissions) ?? [:]
        let clauses = map.clauses()
        guard let title, let superior, let may, let clauses else { return nil }
        return Post(key: key, title: title, reportsTo: superior, may: may, clauses: clauses)
    }

    private static func permissions(_ cursor: Cursor) -> [Action: Scope]? {
        guard let entries = cursor.entries() else { return nil }
        let actions = Action.allCases.map(\.rawValue)
        var may: [Action: Scope] = [:]
        for (key, value) in entries {
            let scope = value.word(Scope.self)
            guard let action = Action(rawValue: key.text) else {
                key.fail(.unknownKey, expected: .oneOf(actions), near: actions)
                continue
            }
            may[action] = scope
        }
        return may.count == entries.count ? may : nil
    }

    /// Each circle is reported once, at the first of its posts in the file.
    private static func checkCircles(_ cursor: Cursor) {
        let superiors = Dictionary(
            cursor.node.entries.compactMap { entry in entry.value["reports_to"]?.text.map { (entry.key, $0) } },
            uniquingKeysWith: { first, _ in first })
        var reported: Set<String> = []
        for entry in cursor.node.entries {
            var chain = [entry.key]
            while let next = superiors[chain[chain.count - 1]], !chain.contains(next) { chain.append(next) }
            guard superiors[chain[chain.count - 1]] == entry.key, reported.isDisjoint(with: chain) else { continue }
            reported.formUnion(chain)
            let circle = (chain + [entry.key]).joined(separator: " → ")
            Cursor(node: entry.value, path: cursor.path + [entry.key], reading: cursor.reading)
                .map(["title", "reports_to", "may", "clause"])?["reports_to"]?
                .fail(
                    .circle, found: Phrase("the circle \(circle)", "循环 \(circle)"),
                    expected: Phrase("a superior outside the circle", "循环之外的上级"))
        }
    }

    static func metrics(_ cursor: Cursor) -> [Metric]? {
        cursor.entries(.snakeCase) { key, cursor in
            guard let map = cursor.map(["title", "target", "clause"], required: ["title"]) else { return nil }
            let title = map.title()
            let target = map.optional("target") { $0.share() }
            let clauses = map.clauses()
            guard let title, let target, clauses != nil else { return nil }
            return Metric(key: key, title: title, target: target)
        }
    }
}
