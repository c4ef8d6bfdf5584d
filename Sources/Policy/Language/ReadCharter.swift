/// What became of reading a charter's text: the charter, and all that is wrong with it or worth a second look.
public struct ReadCharter: Sendable {
    /// `nil` where a fault is an error.
    public let charter: Charter?
    /// By line.
    public let faults: [Fault]

    public init(charter: Charter?, faults: [Fault]) {
        self.charter = charter
        self.faults = faults
    }

    /// One place of the text, in the words of each language.
    public struct Fault: Sendable, Hashable {
        /// 1, 2, 3 …
        public let line: Int
        /// 1, 2, 3 …, in Unicode scalars.
        public let column: Int
        /// `clauses.D-105.oblige.within`; empty for the text as a whole.
        public let key: String
        /// The machine's word for it, `unknown_key`.
        public let code: String
        /// Otherwise it is a warning.
        public let isError: Bool
        /// The whole sentence.
        public let message: LocalizedText
        public let found: LocalizedText
        public let expected: LocalizedText
        /// The valid word that was probably meant.
        public let nearest: String?

        public init(
            line: Int, column: Int, key: String, code: String, isError: Bool, message: LocalizedText,
            found: LocalizedText, expected: LocalizedText, nearest: String?
        ) {
            self.line = line
            self.column = column
            self.key = key
            self.code = code
            self.isError = isError
            self.message = message
            self.found = found
            self.expected = expected
            self.nearest = nearest
        }
    }
}
