import Foundation
import Testing

/// What is nowhere in the sources, or in one place only.
struct InvariantTests {
    /// Where the machine's clock may be read, and for what.
    private static let clocks = [
        "Sources/StorageSQLite/Writer.swift": "how long a group of writes may grow",
        "Sources/Web/Server/Metrics.swift": "how long a request took",
    ]

    @Test func `the machine's clock is read in the program alone`() {
        let clocks =
            /\bDate\(\)|\bDate\.now\b|Date\(timeIntervalSinceNow|: Date = \.now|\bContinuousClock\b|\bSuspendingClock\b|\bclock_gettime\b|\bgettimeofday\b|\bDispatch(?:Wall)?Time\b|\bCFAbsoluteTime|\bmach_absolute_time\b|\btime\(nil\)|\bsystemUptime\b/
        for file in Sources.files("Sources") where file.folder != "App" {
            if InvariantTests.clocks[file.path] != nil { continue }
            for line in file.code {
                #expect(line.text.firstMatch(of: clocks) == nil, "\(file.path):\(line.number) reads a clock")
            }
        }
    }

    @Test func `exceptions are for files that are there`() {
        for path in InvariantTests.clocks.keys {
            #expect(FileManager.default.fileExists(atPath: Sources.root.appending(path: path).path), "\(path)")
        }
    }

    @Test(arguments: ["Primitives", "Policy"])
    func `no floating type enters the core`(module: String) {
        for file in Sources.files("Sources/\(module)") {
            for line in file.code {
                #expect(
                    line.text.firstMatch(of: /\b(?:Double|Float|Float16|Float32|Float64|Float80|CGFloat|TimeInterval|Decimal)\b/)
                        == nil, "\(file.path):\(line.number) uses a floating type")
                #expect(
                    line.text.firstMatch(of: /(?:^|[^\w.])\d[\d_]*\.\d/) == nil,
                    "\(file.path):\(line.number) has a floating number")
            }
        }
    }

    @Test func `nothing is forced that can fail`() {
        for file in Sources.files("Sources") {
            for line in file.code {
                #expect(line.text.firstMatch(of: /\btry!|\bas!/) == nil, "\(file.path):\(line.number) forces")
            }
        }
    }

    @Test func `no type bears its module's name`() {
        for file in Sources.files("Sources") {
            for line in file.code {
                guard let match = line.text.firstMatch(of: /\b(?:struct|class|enum|actor|protocol) (\w+)/) else { continue }
                #expect(String(match.1) != file.folder, "\(file.path):\(line.number)")
            }
        }
    }

    @Test func `every module has its place in ARCHITECTURE.md`() throws {
        let text = try String(contentsOf: Sources.root.appending(path: "ARCHITECTURE.md"), encoding: .utf8)
        for module in Sources.modules {
            #expect(text.contains("`\(module)") || text.contains("\(module)/"), "ARCHITECTURE.md does not name \(module)")
        }
    }

    @Test func `quoted and commented words are no code`() {
        let file = Sources.File(
            path: "Sources/Policy/X.swift",
            text: """
                let word = "try! Date()" // as! Double
                let number = 1 // 2.5
                let long = \"\"\"
                    Date() as! Double
                    \"\"\"
                let last = try! make()
                """)
        #expect(file.code.map { $0.text.contains("!") } == [false, false, false, false, false, true])
        #expect(!file.code.contains { $0.text.contains("Date") || $0.text.contains("Double") || $0.text.contains("2.5") })
    }
}
