/// Reads comma-separated values by RFC 4180, row by row, from bytes of UTF-8 or GB18030.
///
/// Neither encoding uses the bytes of comma, quote or line break within a character, so rows are found before
/// anything is decoded and a damaged character costs one row. A broken row never takes a following one with it.
struct CSVReader {
    private let bytes: [UInt8]
    private var position: Int
    private var line = 1
    /// A field of more bytes is a fault; it is a file in the wrong place or a quote never closed.
    static let longestField = 65_536

    /// - Parameter start: behind a byte order mark.
    init(_ bytes: [UInt8], from start: Int = 0) {
        self.bytes = bytes
        position = start
    }

    struct Row: Sendable {
        /// The physical line on which the row begins, 1 first.
        let line: Int
        let content: Result<[ArraySlice<UInt8>], Fault>
    }

    enum Fault: String, Error {
        /// A quote that nothing closes.
        case unclosed = "row.unclosed"
        /// A quote within a bare field, or text behind a closing quote.
        case quote = "row.quote"
        case tooLong = "row.field-too-long"
        case nul = "row.nul"
    }

    private static let comma: UInt8 = 44
    private static let quote: UInt8 = 34

    /// The next row; `nil` at the end.
    mutating func next() -> Row? {
        guard position < bytes.count else { return nil }
        let start = (position, line)
        do {
            return Row(line: start.1, content: .success(try fields()))
        } catch {
            if error == .unclosed || error == .quote {
                // What the quote swallowed is read again from the line below, as rows of its own.
                (position, line) = start
                skipLine()
            }
            return Row(line: start.1, content: .failure(error))
        }
    }

    private var isAtEnd: Bool { position >= bytes.count }

    private mutating func fields() throws(Fault) -> [ArraySlice<UInt8>] {
        var fields: [ArraySlice<UInt8>] = []
        var fault: Fault?
        while true {
            let field = try isAtEnd || bytes[position] != CSVReader.quote ? bare() : quoted()
            if field.count > CSVReader.longestField {
                fault = .tooLong
            } else if field.contains(0) {
                fault = fault ?? .nul
            }
            fields.append(field)
            if isAtEnd || bytes[position] != CSVReader.comma { break }
            position += 1
        }
        endLine()
        if let fault { throw fault }
        return fields
    }

    private mutating func bare() throws(Fault) -> ArraySlice<UInt8> {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case CSVReader.comma, 10, 13: return bytes[start..<position]
            case CSVReader.quote: throw .quote
            default: position += 1
            }
        }
        return bytes[start..<position]
    }

    private mutating func quoted() throws(Fault) -> ArraySlice<UInt8> {
        position += 1
        var start = position
        var content: [UInt8] = []
        while position < bytes.count {
            switch bytes[position] {
            case CSVReader.quote where position + 1 < bytes.count && bytes[position + 1] == CSVReader.quote:
                content += bytes[start...position]
                position += 2
                start = position
            case CSVReader.quote:
                content += bytes[start..<position]
                position += 1
                guard isAtEnd || [CSVReader.comma, 10, 13].contains(bytes[position]) else { throw .quote }
                return content[...]
            case 10:
                line += 1
                position += 1
            case 13:
                if position + 1 >= bytes.count || bytes[position + 1] != 10 { line += 1 }
                position += 1
            default: position += 1
            }
        }
        throw .unclosed
    }

    private mutating func endLine() {
        if isAtEnd { return }
        if bytes[position] == 13, position + 1 < bytes.count, bytes[position + 1] == 10 { position += 1 }
        position += 1
        line += 1
    }

    private mutating func skipLine() {
        while position < bytes.count, bytes[position] != 10, bytes[position] != 13 { position += 1 }
        endLine()
    }
}
