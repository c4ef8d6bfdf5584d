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
