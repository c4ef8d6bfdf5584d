/// The languages that the desk speaks.
public enum Language: String, Sendable, CaseIterable, Hashable {
    case simplified = "zh-Hans"
    case traditional = "zh-Hant"
    case english = "en"
}

/// A text in the languages of the desk; Simplified Chinese is always there.
public struct LocalizedText: Sendable, Hashable {
    public let simplified: String
    public let traditional: String
    public let english: String?

    public init(simplified: String, traditional: String, english: String?) {
        self.simplified = simplified
        self.traditional = traditional
        self.english = english
    }

    /// The text in that language; without an English one the Chinese.
    public subscript(language: Language) -> String {
        switch language {
        case .simplified: simplified
        case .traditional: traditional
        case .english: english ?? simplified
        }
    }
}
