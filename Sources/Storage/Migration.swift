/// One step of the schema, forward only; SQL text, never edited once released.
///
/// Type words in braces are spelt by the engine: `{id}` identifier, `{organisation}` company,
/// `{instant}`, `{integer}`, `{text}`, `{bytes}`, `{json}`, `{flag}`; `{strict}` closes a table,
/// and `{clustered}` one that is little more than its key; `{position}` is the function that finds a text in another.
public struct Migration: Sendable {
    /// `0003-customer`
    public let name: String
    public let statements: [String]

    public init(_ name: String, _ statements: [String]) {
        self.name = name
        self.statements = statements
    }
}

extension Migration {
    /// A statement with each word in braces as an engine spells it.
    /// - Throws: for a word in braces that the engine does not know.
    package static func spelled(_ statement: String, in words: [String: String]) throws -> String {
        var result = ""
        var rest = statement[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            let word = rest.dropFirst().prefix { $0.isLowercase }
            guard !word.isEmpty, word.endIndex < rest.endIndex, rest[word.endIndex] == "}" else {
                result += "{"
                rest = rest.dropFirst()
                continue
            }
            guard let type = words[String(word)] else {
                throw StorageError.engine("no type is called {\(word)}")
            }
            result += type
            rest = rest[rest.index(after: word.endIndex)...]
        }
        return result + rest
    }
}
