import Policy

/// `chapters:`, the headings of the rule book over its clauses.
enum ChapterSection {
    static func read(_ cursor: Cursor) -> [Chapter]? {
        let order = cursor.reading.vocabulary.clauses
        var last = -1
        return cursor.entries(.chapter) { key, cursor in
            guard let map = cursor.map(["title", "from"], required: ["title", "from"]) else { return nil }
            let title = map.title()
            let from = map["from"].flatMap { $0.clause() }
            if let from, let position = order?.firstIndex(of: from) {
                if position <= last {
                    map["from"]?.fail(
                        .wrongOrder,
                        expected: Phrase("a clause after the one of the chapter before", "位于上一章起始条款之后的条款"))
                }
                last = max(last, position)
            }
            guard let title, let from else { return nil }
            return Chapter(key: key, title: title, from: from)
        }
    }
}
