public import Policy
import Primitives

/// A few words of a message in the languages of the desk.
public struct Phrase: Sendable, Hashable {
    public let english: String
    public let simplified: String
    private let given: String?

    init(_ english: String, _ simplified: String) {
        self.english = english
        self.simplified = simplified
        given = nil
    }

    init(_ text: LocalizedText) {
        english = text[.english]
        simplified = text.simplified
        given = text.traditional
    }

    public func text(in language: Language) -> String {
        switch language {
        case .english: english
        case .simplified: simplified
        case .traditional: given ?? Traditional.text(simplified)
        }
    }
}
