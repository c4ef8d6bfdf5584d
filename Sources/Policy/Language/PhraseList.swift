public import Primitives

/// What is never said to a customer.
public struct PhraseList: Sendable, Hashable {
    public let key: String
    public let title: LocalizedText
    public let words: [String]
    public let clauses: [Clause.Key]

    public init(key: String, title: LocalizedText, words: [String], clauses: [Clause.Key]) {
        self.key = key
        self.title = title
        self.words = words
        self.clauses = clauses
    }

    /// Those of the phrases that stand in a text, in the order of the list; letters count alike in either case.
    public func found(in text: String) -> [String] {
        let text = text.lowercased()
        return words.filter { text.contains($0.lowercased()) }
    }
}

extension Charter {
    /// The phrases that stand in what a customer will read, each field with the clause that forbids them.
    public func unsaid(in fields: Fields, of form: [FormField]) -> [FormFault] {
        form.filter(\.isOutgoing).flatMap { field -> [FormFault] in
            guard let text = fields[field.key]?.text else { return [] }
            return phrases.compactMap { list in
                let found = list.found(in: text)
                return found.isEmpty
                    ? nil : FormFault(field.key, .unsaid(phrases: found, clause: list.clauses.first))
            }
        }
    }
}
