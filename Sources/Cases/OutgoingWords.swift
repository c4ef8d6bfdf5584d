import Policy
import Primitives

/// What a form sends to a customer, looked through for phrases that are never said to one.
///
/// A field that has one is refused, unless the input gives a reason beside the form's own fields.
struct OutgoingWords {
    /// The key under which the reason comes, beside the form's fields; it has a dot, as no field's has.
    static let key = "phrase.reason"

    let input: Fields
    private let reason: String

    init(_ input: Fields) {
        var rest = input
        reason = rest.removeValue(forKey: OutgoingWords.key)?.text.trimmingSpaces ?? ""
        self.input = rest
    }

    /// What was sent in spite of a clause.
    struct Said {
        let phrases: [String]
        let clause: Clause.Key?
        let reason: String
    }

    /// - Returns: `nil` where nothing of that kind is said.
    /// - Throws: `FormFaults` where it is and no reason is given, or one beyond 500 characters.
    func check(_ fields: Fields, by form: [FormField], charter: Charter) throws(FormFaults) -> Said? {
        let found = charter.unsaid(in: fields, of: form)
        if found.isEmpty { return nil }
        if reason.isEmpty { throw FormFaults(found) }
        if reason.count > 500 { throw FormFaults([FormFault(OutgoingWords.key, .tooLong(maximum: 500))]) }
        var phrases: [String] = []
        var clause: Clause.Key?
        for case .unsaid(let words, let by) in found.map(\.problem) {
            phrases += words
            clause = clause ?? by
        }
        return Said(phrases: phrases, clause: clause, reason: reason)
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
