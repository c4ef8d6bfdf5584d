public import Policy
import Primitives

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
                converted[key] = traditional[key] ?? Traditional.text(key)
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
        var text = texts[text] ?? text
        if arguments.isEmpty { return text }
        return text.withUTF8 { bytes in
            var result: [UInt8] = []
            result.reserveCapacity(bytes.count + 48)
            var start = 0
            var index = 0
            while index < bytes.count {
                guard bytes[index] == UInt8(ascii: "{"), index + 2 < bytes.count,
                    bytes[index + 2] == UInt8(ascii: "}"), arguments.indices.contains(Int(bytes[index + 1]) - 48)
                else {
                    index += 1
                    continue
                }
                result.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                result.append(contentsOf: arguments[Int(bytes[index + 1]) - 48].utf8)
                index += 3
                start = index
            }
            result.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
            return String(decoding: result, as: UTF8.self)
        }
    }
}
