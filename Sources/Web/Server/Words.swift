import Foundation
public import Policy

/// The texts of the desk. Simplified Chinese is the key, as the templates show it in `[[…]]`;
/// English comes from a table; Traditional is converted unless a table says otherwise.
public struct Words: Sendable {
    public let language: Language
    private let texts: [String: String]

    /// The words of all languages.
    public struct Book: Sendable {
        private let words: [Language: Words]

        /// - Parameters:
        ///   - english: Simplified → English.
        ///   - traditional: Simplified → Traditional, where conversion by character would be wrong.
        public init(english: [String: String], traditional: [String: String]) {
            let keys = english.keys
            var converted: [String: String] = [:]
            for key in keys {
                converted[key] =
                    traditional[key] ?? key.applyingTransform(StringTransform("Hans-Hant"), reverse: false) ?? key
            }
            words = [
                .simplified: Words(language: .simplified, texts: [:]),
                .traditional: Words(language: .traditional, texts: converted),
                .english: Words(language: .english, texts: english),
            ]
        }

        public subscript(language: Language) -> Words {
            // All three languages are filled in above.
            words[language] ?? Words(language: language, texts: [:])
        }
    }

    /// The text in this language, with `{0}`, `{1}` … filled in.
    public func callAsFunction(_ text: String, _ arguments: String...) -> String {
        let text = texts[text] ?? text
        if arguments.isEmpty { return text }
        var result = ""
        var rest = text.utf8[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "{")) {
            result += Substring(rest[..<open])
            rest = rest[open...]
            let digit = rest.dropFirst()
            if let number = digit.first.map({ Int($0) - 48 }), arguments.indices.contains(number),
                digit.dropFirst().first == UInt8(ascii: "}")
            {
                result += arguments[number]
                rest = digit.dropFirst(2)
            } else {
                result += "{"
                rest = digit
            }
        }
        return result + Substring(rest)
    }
}
