/// Something about a line that the reader of the report must know.
public struct ImportFault: Sendable, Hashable {
    /// The physical line on which the row begins; the heading is line 1.
    public let line: Int
    /// The column's heading; `nil` when the row as a whole is meant.
    public let column: String?
    /// What stands there, at most 60 characters.
    public let found: String
    /// `phone.unreadable`, `birthday.impossible`, `row.short`, `duplicate.file` …
    public let message: String
    /// What the words of the message are completed with.
    public let arguments: [String]

    init(line: Int, column: String? = nil, found: String = "", _ message: String, _ arguments: [String] = []) {
        self.line = line
        self.column = column
        self.found = found.count > 60 ? found.prefix(59) + "…" : found
        self.message = message
        self.arguments = arguments
    }
}

/// Why a file is not imported at all.
public enum ImportRefusal: Error, Sendable, Equatable {
    /// No row, or not even a heading.
    case empty
    /// Column names and no row below them.
    case headingsOnly
    /// UTF-16, a spreadsheet or another binary format; the argument names it where it is known.
    case notText(String)
    /// These headings name no known field.
    case unknownColumns([String])
    /// Two columns claim the same field.
    case doubledColumns([ImportField])
    /// No column holds the customer's name.
    case noName
    /// The same file was imported before, in that run.
    case alreadyImported(ImportRun.ID)
    /// That run was undone already.
    case alreadyUndone
}
