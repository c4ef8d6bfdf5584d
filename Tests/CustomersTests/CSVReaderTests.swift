@testable import Customers
import TestDatabases
import Foundation
import Testing

struct CSVReaderTests {
    private func read(_ text: String) -> [String] { read(Array(text.utf8)) }

    /// Each row as `line: a|b`, a fault by its word.
    private func read(_ bytes: [UInt8]) -> [String] {
        var reader = CSVReader(bytes)
        var rows: [String] = []
        while let row = reader.next() {
            switch row.content {
            case .success(let fields):
                let texts = fields.map { String(decoding: $0, as: UTF8.self) }
                rows.append("\(row.line): " + texts.joined(separator: "|").replacing("\n", with: "⏎"))
            case .failure(let fault): rows.append("\(row.line): \(fault.rawValue)")
            }
        }
        return rows
    }

    @Test(arguments: [
        ("a,b\r\nc,d\r\n", ["1: a|b", "2: c|d"]), ("a,b\nc,d", ["1: a|b", "2: c|d"]), ("a\rb", ["1: a", "2: b"]),
        ("\"a\"\"b\",\"c,d\"\n", ["1: a\"b|c,d"]), ("\"x\ny\",z\nw\n", ["1: x⏎y|z", "3: w"]), ("", []),
        ("\n\na\n", ["1: ", "2: ", "3: a"]), ("a,\n", ["1: a|"]), (",", ["1: |"]), ("\"\"", ["1: "]),
    ])
    func `rows are told apart, and lines are the file's own`(text: String, rows: [String]) {
        #expect(read(text) == rows)
    }

    @Test(arguments: [
        ("a,\"b\nc,d\ne,f\n", ["1: row.unclosed", "2: c|d", "3: e|f"]),
        ("a,\"b\"x,c\nd,e\n", ["1: row.quote", "2: d|e"]), ("a,b\"c\nd,e", ["1: row.quote", "2: d|e"]),
        ("1,\"a\n2,b\n3,\"c\"\n4,d", ["1: row.quote", "2: 2|b", "3: 3|c", "4: 4|d"]),
        ("a\u{0},b\nc,d", ["1: row.nul", "2: c|d"]), ("\"", ["1: row.unclosed"]),
    ])
    func `a broken row takes no other with it`(text: String, rows: [String]) {
        #expect(read(text) == rows)
    }

    @Test func `a field of ten megabytes is one row's fault`() {
        let long = "a,\"" + String(repeating: "x\n", count: 5_000_000) + "\"\nb,c\n"
        #expect(read(long) == ["1: row.field-too-long", "5000002: b|c"])
    }

    @Test func `any bytes at all are read to the end`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let alphabet: [UInt8] = [34, 44, 10, 13, 0, 97, 0xB0, 0x81, 0x30, 0xFF]
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            let lines = read(bytes).compactMap { Int($0.prefix { $0 != ":" }) }
            #expect(lines == lines.sorted(), "\(bytes)")
            #expect(Set(lines).count == lines.count, "\(bytes)")
        }
    }

    @Test func `a damaged character costs one row, not the file`() throws {
        let good = Array("姓名\n张三\n".utf8)
        #expect(ImportEncoding.detect((good + [0xFF, 0xFE, 10])[...]) == .utf8)
        let bytes = try sharedData("customers-gb18030.csv")
        #expect(ImportEncoding.detect(bytes[...]) == .gb18030)
        #expect(ImportEncoding.gb18030.text(bytes[...]) != nil)
        #expect(ImportEncoding.gb18030.text([0xBF, 0xCD, 0xFF]) == nil)
    }
}
