import Foundation
import TestSupport
import Testing

@testable import Web

/// The codes of a member's number, read back by a reader that knows nothing of this program.
struct MemberCodeTests {
    /// A drawing in black on white, as a grey picture of some pixels a module.
    private static func picture(_ drawing: MemberCode.Drawing, height: Int) throws -> Data {
        let (scale, width) = (4, try #require(Int(drawing.width)))
        var modules = Array(repeating: Array(repeating: true, count: width), count: height)
        for run in drawing.path.matches(of: /M(\d+) (\d+)h(\d+)v1h-\d+z/) {
            let (x, y, length) = (Int(run.1) ?? 0, Int(run.2) ?? 0, Int(run.3) ?? 0)
            for column in x..<(x + length) { modules[y][column] = false }
        }
        var data = Data("P5 \(width * scale) \(height * scale) 255\n".utf8)
        for row in modules {
            let line = row.flatMap { Array(repeating: $0 ? UInt8(255) : 0, count: scale) }
            for _ in 0..<scale { data.append(contentsOf: line) }
        }
        return data
    }

    /// What the reader says of a picture: `QR-Code:KH-2026-0001`.
    private static func read(_ picture: Data) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "code-\(UUID()).pgm")
        try picture.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["zbarimg", "--quiet", file.path(percentEncoded: false)]
        process.standardOutput = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    @Test(arguments: ["KH-2026-0001", "KH-2031-99999", "A", " !\"#$%&'()*+,-./0123456789:;<=>?@Z[\\]^_`az{|}~"])
    func `both codes of a number are read back as they were drawn`(number: String) throws {
        let code = try #require(MemberCode(number))
        let width = try #require(Int(code.square.width))
        #expect(try Self.read(Self.picture(code.square, height: width)) == "QR-Code:" + number)
        var bars = try Self.picture(code.bars, height: 1)
        // The row of bars as high as the page draws it.
        let head = bars.prefix { $0 != 10 }.count + 1
        let row = bars[head...].prefix((try #require(Int(code.bars.width))) * 4)
        bars = Data("P5 \(row.count) 80 255\n".utf8) + (0..<80).flatMap { _ in Array(row) }
        #expect(try Self.read(bars) == "CODE-128:" + number)
    }

    @Test func `what no scanner types has no code`() {
        #expect(MemberCode("") == nil)
        #expect(MemberCode("客户1") == nil)
        #expect(MemberCode("a\n") == nil)
    }

    @Test func `the light around is as wide as readers ask for`() throws {
        let code = try #require(MemberCode("KH-2026-0001"))
        // Twelve characters, start, check and stop: eleven modules each, thirteen the stop.
        #expect(code.bars.width == String(14 * 11 + 13 + 20))
        #expect(code.bars.pixels == String(2 * (14 * 11 + 13 + 20)))
        #expect(code.bars.path.hasPrefix("M10 0h2v1h-2z"))
        #expect(code.square.width == String(21 + 8))
        #expect(code.square.path.hasPrefix("M4 4h7v1h-7z"))
    }
}
