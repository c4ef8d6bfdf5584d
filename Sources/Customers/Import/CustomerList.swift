import Foundation
import Organisations
import Primitives

/// A customer list as read from a file: the rows that can be filed, and what is wrong with the others.
struct CustomerList: Sendable {
    let encoding: ImportEncoding
    let mapping: ImportMapping
    /// How many rows the file has under its heading.
    private(set) var total = 0
    private(set) var rows: [Row] = []
    private(set) var faults: [ImportFault] = []
    private(set) var remarks: [ImportFault] = []

    struct Row: Sendable {
        let line: Int
        let draft: CustomerDraft
        /// The name folded for comparison.
        let name: String
        /// All that the customer is found by exactly.
        let values: [BlindValue]

        init(line: Int, draft: CustomerDraft) {
            self.line = line
            self.draft = draft
            name = NameGrams.folded(draft.name)
            values = draft.people.flatMap(BlindValue.all) + BlindValue.place(of: draft)
        }

        /// What no other row may have too.
        fileprivate var keys: [String] {
            values.map { "\($0.kind.rawValue)|\($0.text)" + ($0.kind == .identity ? "" : "|" + name) }
        }
    }

    /// Reads a whole file, its rows side by side.
    /// - Throws: `ImportRefusal` when the file as a whole is no list.
    static func read(
        _ bytes: [UInt8], options: ImportOptions, today: CalendarDay
    ) async throws(ImportRefusal) -> CustomerList {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        if let format = foreignFormat(bytes) { throw .notText(format) }
        let encoding = options.encoding ?? (start == 3 ? .utf8 : ImportEncoding.detect(bytes[...]))
        var reader = CSVReader(bytes, from: start)
        guard let first = reader.next(), case .success(let headings) = first.content else { throw .empty }
        var list = CustomerList(
            encoding: encoding,
            mapping: ImportMapping(headings: headings.map { encoding.text($0) ?? "?" }, explicit: options.columns))
        var records: [CSVReader.Row] = []
        while let record = reader.next() { records.append(record) }
        if records.isEmpty {
            throw headings.allSatisfy { encoding.text($0)?.isBlank == true } ? .empty : .headingsOnly
        }
        list.total = records.count
        let row = RowReader(mapping: list.mapping, today: today, unit: options.unit, owner: options.owner)
        var known = KnownRows()
        for reading in await read(records, encoding, row) { list.take(reading, &known) }
        return list
    }

    private init(encoding: ImportEncoding, mapping: ImportMapping) {
        self.encoding = encoding
        self.mapping = mapping
    }

    /// What was read of one row.
    private struct Reading: Sendable {
        var row: Row?
        var faults: [ImportFault]
        var remarks: [ImportFault] = []
    }

    private static func read(
        _ records: [CSVReader.Row], _ encoding: ImportEncoding, _ reader: RowReader
    ) async -> [Reading] {
        await withTaskGroup(of: (Int, [Reading]).self) { group in
            for start in stride(from: 0, to: records.count, by: 2000) {
                let some = records[start..<min(start + 2000, records.count)]
                group.addTask { (start, some.map { read($0, encoding, reader) }) }
            }
            var parts: [(Int, [Reading])] = []
            for await part in group { parts.append(part) }
            return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    private static func read(_ record: CSVReader.Row, _ encoding: ImportEncoding, _ reader: RowReader) -> Reading {
        let fields: [ArraySlice<UInt8>]
        switch record.content {
        case .success(let content): fields = content
        case .failure(let fault): return Reading(faults: [ImportFault(line: record.line, fault.rawValue)])
        }
        let cells = fields.compactMap { encoding.text($0) }
        if cells.count < fields.count {
            return Reading(faults: [ImportFault(line: record.line, "row.undecodable", [encoding.rawValue])])
        }
        let reading = reader.read(cells, line: record.line)
        return Reading(
            row: reading.draft.map { Row(line: record.line, draft: $0) }, faults: reading.faults,
            remarks: reading.remarks)
    }

    /// Adds a row, unless an earlier one is the same customer.
    private mutating func take(_ reading: Reading, _ known: inout KnownRows) {
        faults += reading.faults
        remarks += reading.remarks
        guard let row = reading.row else { return }
        let keys = row.keys
        if let first = known.line(of: keys) {
            faults.append(ImportFault(line: row.line, found: row.draft.name, "duplicate.file", ["\(first)"]))
            return
        }
        if row.draft.kind == .company, let first = known.addCompany(row.name, line: row.line) {
            remarks.append(ImportFault(line: row.line, found: row.draft.name, "remark.same-name", ["\(first)"]))
        }
        known.add(keys, line: row.line)
        rows.append(row)
    }

    /// The usual files that are no text, by their first bytes; empty for another binary format.
    static func foreignFormat(_ bytes: [UInt8]) -> String? {
        let marks: [([UInt8], String)] = [
            ([0xFF, 0xFE], "UTF-16"), ([0xFE, 0xFF], "UTF-16"), ([0x50, 0x4B, 0x03, 0x04], "XLSX"),
            ([0xD0, 0xCF, 0x11, 0xE0], "XLS"), ([0x25, 0x50, 0x44, 0x46], "PDF"),
        ]
        if let mark = marks.first(where: { bytes.starts(with: $0.0) }) { return mark.1 }
        // Text has next to no control characters; programs, pictures and archives are full of them.
        let start = bytes.prefix(4096)
        let controls = start.count { $0 < 32 && ![9, 10, 12, 13, 27].contains($0) }
        return controls >= 4 && controls * 100 > start.count ? "" : nil
    }
}

/// The rows before, by what makes two rows the same customer.
///
/// The same identity number; or the same name with the same telephone, e-mail or address. A name alone, or a
/// telephone alone, is shared by different people.
struct KnownRows {
    private var lines: [String: Int] = [:]
    private var companies: [String: Int] = [:]

    func line(of keys: [String]) -> Int? { keys.compactMap { lines[$0] }.min() }

    mutating func add(_ keys: [String], line: Int) {
        for key in keys { lines[key] = line }
    }

    /// The first line with a company of that name, when there was one before.
    mutating func addCompany(_ name: String, line: Int) -> Int? {
        if let first = companies[name] { return first }
        companies[name] = line
        return nil
    }
}
