import Foundation
import Testing

/// What is nowhere in the sources, or in one place only.
struct InvariantTests {
    /// Where the machine's clock may be read, and for what.
    private static let clocks = [
        "Sources/StoragePostgres/Pool.swift": "how long an act waits for a connection",
        "Sources/StorageSQLite/Writer.swift": "how long a group of writes may grow",
        "Sources/Web/Server/Metrics.swift": "how long a request took",
    ]

    @Test func `the machine's clock is read in the program alone`() {
        let clocks =
            /\bDate\(\)|\bDate\.now\b|Date\(timeIntervalSinceNow|: Date = \.now|\bContinuousClock\b|\bSuspendingClock\b|\bclock_gettime\b|\bgettimeofday\b|\bDispatch(?:Wall)?Time\b|\bCFAbsoluteTime|\bmach_absolute_time\b|\btime\(nil\)|\bsystemUptime\b/
        let faults = Sources.faults(in: "Sources") { file, line in
            if file.folder == "App" || InvariantTests.clocks[file.path] != nil { return nil }
            return line.text.contains(clocks.wordBoundaryKind(.simple)) ? "reads a clock" : nil
        }
        #expect(faults == [])
    }

    @Test func `exceptions are for files that are there`() {
        for path in InvariantTests.clocks.keys {
            #expect(FileManager.default.fileExists(atPath: Sources.root.appending(path: path).path), "\(path)")
        }
    }

    /// What is for all companies at once, and why.
    private static let everyCompany = [
        "Sources/App/Demo/DemoCommand.swift": "whether there is any company",
        "Sources/App/Desktop.swift": "whether there is any event; whose a login is",
        "Sources/App/Members/ReplayCommand.swift": "which companies there are",
        "Sources/Cases/Attachments/AttachmentAccount.swift": "charter verify, move, backup",
        "Sources/Cases/Attachments/AttachmentService.swift": "what a crash left of any company's files",
        "Sources/Customers/Keys/KeyProof.swift": "one stored customer, of whichever company, proves the keys",
        "Sources/Customers/ReferenceNumbers.swift": "what a node that stops has left of every company's numbers",
        "Sources/Customers/Search/SearchEdition.swift": "which companies there are",
        "Sources/Obligations/ClockWork.swift": "which companies there are",
        "Sources/Obligations/ObligationService+Account.swift": "charter verify",
        "Sources/Organisations/SignInService.swift": "whose a login, a session or a token is",
        "Sources/Storage/Attachments/AttachmentRows.swift": "what a crash left of any company's files; restore",
        "Sources/Storage/Journal/Sequencer.swift": "where events wait for a seal",
        "Sources/Storage/Journal/Verifier.swift": "which companies have a journal",
        "Sources/Storage/Moving/Mover.swift": "charter move",
        "Sources/StoragePostgres/PostgresDatabase+Check.swift": "charter verify",
        "Sources/StoragePostgres/RunningChanges.swift": "what a node that died left beside the counts",
        "Sources/StoragePostgres/Worker.swift": "what could not be written in beside the counts",
        "Sources/Web/Health/HealthRoutes.swift": "how far behind the sequencer is; whether any company can work",
        "Sources/Web/SetUp/SetUp.swift": "whether there is any company",
    ]

    @Test func `what acts on all companies is known by name`() {
        let files = Sources.files("Sources").filter { file in
            file.code.contains { $0.text.contains(/\((?:\.|Tenancy\.)everyCompany\b/) }
        }
        #expect(Set(files.map(\.path)) == Set(InvariantTests.everyCompany.keys))
    }

    @Test(arguments: ["Primitives", "Policy"])
    func `no floating type enters the core`(module: String) {
        let types = /\b(?:Double|Float|Float16|Float32|Float64|Float80|CGFloat|TimeInterval|Decimal)\b/
        let faults = Sources.faults(in: "Sources/\(module)") { _, line in
            line.text.contains(types.wordBoundaryKind(.simple)) || line.text.contains(/(?:^|[^\w.])\d[\d_]*\.\d/)
                ? "is of a floating type" : nil
        }
        #expect(faults == [])
    }

    @Test func `nothing is forced that can fail`() {
        let faults = Sources.faults(in: "Sources") { _, line in
            line.text.contains("try!") || line.text.contains("as!") ? "forces" : nil
        }
        #expect(faults == [])
    }

    @Test func `no type bears its module's name`() {
        let faults = Sources.faults(in: "Sources") { file, line in
            guard
                let match = line.text.firstMatch(
                    of: /\b(?:struct|class|enum|actor|protocol) (\w+)/.wordBoundaryKind(.simple))
            else {
                return nil
            }
            return String(match.1) == file.folder ? "names a type like its module" : nil
        }
        #expect(faults == [])
    }

    @Test func `every module has its place in ARCHITECTURE.md`() throws {
        let text = try String(contentsOf: Sources.root.appending(path: "ARCHITECTURE.md"), encoding: .utf8)
        for module in Sources.modules {
            #expect(text.contains("Sources/\(module)"), "ARCHITECTURE.md does not name \(module)")
        }
    }

    @Test func `lists that select everything or page by offset: no statement of the program does`() {
        // Benchmarks copy whole tables on purpose.
        let faults = Sources.files("Sources").filter { !$0.path.hasPrefix("Sources/App/Bench/") }.flatMap { file in
            file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
                line.contains(/\bOFFSET\b/.wordBoundaryKind(.simple))
                    || line.replacing("EXISTS (SELECT *", with: "").contains(/\bSELECT (?:\w+\.)?\*/)
                    ? "\(file.path):\(index + 1)\(line)" : nil
            }
        }
        #expect(faults == [])
    }

    @Test func `a stored overdue flag that disagrees with the due date: no column of the schema is one`() {
        let faults = Sources.files("Sources").filter { $0.text.contains("CREATE TABLE") }.flatMap { file in
            file.text.split(separator: "\n").filter { $0.contains(/^\s*\w*overdue\w* \{/) }.map { "\(file.path):\($0)" }
        }
        #expect(faults == [])
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
        #expect(file.code.filter { $0.text.contains("!") }.map(\.number) == [6])
        #expect(
            !file.code.contains { $0.text.contains("Date") || $0.text.contains("Double") || $0.text.contains("2.5") })
    }
}
