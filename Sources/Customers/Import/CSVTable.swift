/// A table as read from a file of comma-separated values: its rows as text, and what is wrong with the others.
public struct CSVTable: Sendable {
    public let encoding: ImportEncoding
    public let headings: [String]
    public private(set) var rows: [Row] = []
    /// Rows that cannot be read, and those that are longer or shorter than the heading.
    public private(set) var faults: [ImportFault] = []

    public struct Row: Sendable {
        /// The physical line on which the row begins; the heading is line 1.
        public let line: Int
        /// As many as there are headings.
        public let cells: [String]
    }

    /// - Parameter encoding: found out where it is `nil`.
    /// - Throws: `ImportRefusal` when the file as a whole is no table.
    public init(_ bytes: [UInt8], encoding known: ImportEncoding?) throws(ImportRefusal) {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        if let format = CustomerList.foreignFormat(bytes) { throw .notText(format) }
        encoding = known ?? (start == 3 ? .utf8 : ImportEncoding.detect(bytes[...]))
        var reader = CSVReader(bytes, from: start)
        guard let first = reader.next(), case .success(let headings) = first.content else { throw .empty }
        self.headings = headings.map { [encoding] in encoding.text($0) ?? "?" }
        var total = 0
        while let record = reader.next() {
            total += 1
            take(record)
        }
        if total == 0 { throw self.headings.allSatisfy(\.isBlank) ? .empty : .headingsOnly }
    }

    private mutating func take(_ record: CSVReader.Row) {
        let fields: [ArraySlice<UInt8>]
        switch record.content {
        case .success(let content): fields = content
        case .failure(let fault):
            faults.append(ImportFault(line: record.line, fault.rawValue))
            return
        }
        let cells = fields.compactMap { encoding.text($0) }
        if cells.count < fields.count {
            faults.append(ImportFault(line: record.line, "row.undecodable", [encoding.rawValue]))
        } else if cells.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) {
            faults.append(ImportFault(line: record.line, "row.blank"))
        } else if cells.count != headings.count {
            faults.append(
                ImportFault(
                    line: record.line, found: cells.first ?? "",
                    cells.count < headings.count ? "row.short" : "row.long",
                    ["\(cells.count)", "\(headings.count)"]))
        } else {
            rows.append(Row(line: record.line, cells: cells))
        }
    }
}
