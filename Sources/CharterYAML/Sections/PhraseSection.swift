import Policy

/// `phrases:`
enum PhraseSection {
    static func read(_ cursor: Cursor) -> [PhraseList]? {
        cursor.entries(.snakeCase) { key, cursor in
            guard let map = cursor.map(["title", "words", "clause"], required: ["title", "words"]) else { return nil }
            let title = map.title()
            let words = map["words"].flatMap(words)
            let clauses = map.clauses()
            guard let title, let words, let clauses else { return nil }
            return PhraseList(key: key, title: title, words: words, clauses: clauses)
        }
    }

    private static func words(_ cursor: Cursor) -> [String]? {
        let expected = Phrase("a phrase of 2 to 40 characters", "2至40字的用语")
        guard let items = cursor.list(Phrase("a list of phrases", "用语列表")) else { return nil }
        guard !items.isEmpty else {
            cursor.fail(.wrongKind, found: .nothing, expected: Phrase("one phrase at least", "至少一个用语"))
            return nil
        }
        let words = items.map { $0.value(expected) { (2...40).contains($0.count) ? $0 : nil } }
        return words.contains(nil) ? nil : words.compactMap { $0 }
    }
}
