import ArgumentParser
import Foundation

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures the program against what this machine could do at best, one JSON line a figure.",
        discussion: """
            Everything happens in one folder on one disk, on 127.0.0.1 only, and ends by itself. \
            The server that is measured is this program in a process of its own; wrk asks it.
            """)

    enum Name: String, CaseIterable, ExpressibleByArgument {
        case memory, workbench, intake, `import`, search, tick, casePage = "case_page", uploads
        /// On the server, too, where there is one.
        case caseList = "case_list"
        /// On the server that `--server` names.
        case page = "page_postgres", intakeOnServer = "intake_postgres", nodes, growth, sizes

        static let onServer: Set<Name> = [.page, .intakeOnServer, .nodes, .growth, .sizes]
    }

    @Option(help: "Only this figure.") var only: [Name] = []
    @Flag(help: "A tenth of the size and the time; for a look, not for a judgement.") var quick = false
    @Option(help: "A folder that can be filled and is emptied again; by default one in the temporary folder.")
    var data: String?
    @Option(
        help: """
            An empty database at postgres://… for page_postgres, intake_postgres, nodes, growth and sizes, \
            whose user may make more of them; bin/bench makes one.
            """)
    var server: String?

    func run() async throws {
        let settings = try await Settings()
        let folder = (data ?? NSTemporaryDirectory()) + "/charter-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        BenchServer.endWithUs(removing: folder)
        let size = quick ? BenchSize.quick : .whole
        let ground = BenchGround(
            folder: folder, resources: settings.resources, assets: settings.fetchedAssets, size: size)
        let chosen = only.isEmpty ? Name.allCases.filter { server != nil || !Name.onServer.contains($0) } : only
        if server == nil, let name = chosen.first(where: Name.onServer.contains) {
            throw Stop.misuse(
                "--only \(name.rawValue) wants a --server; bin/bench makes one",
                "--only \(name.rawValue) 要有 --server；bin/bench 会准备")
        }
        if !Set(chosen).isDisjoint(with: [.memory, .workbench, .intake]) {
            try await DeskBench(ground: ground, chosen: Set(chosen)).run()
        }
        if !Set(chosen).isDisjoint(with: [.import, .search]) {
            try await CustomerBench(ground: ground, chosen: Set(chosen)).run()
        }
        if !Set(chosen).isDisjoint(with: [.casePage, .uploads]) {
            try await CaseBench(ground: ground, chosen: Set(chosen)).run()
        }
        if chosen.contains(.tick) { try await ClockBench(ground: ground).run() }
        let databases = server.map { BenchDatabases(address: $0) }
        if chosen.contains(.caseList) { try await CaseListBench(ground: ground, databases: databases).run() }
        guard let databases else { return }
        if !Set(chosen).isDisjoint(with: [.page, .intakeOnServer, .nodes]) {
            try await ServerBench(ground: ground, databases: databases, chosen: Set(chosen)).run()
        }
        if chosen.contains(.sizes) { try await SizeBench(ground: ground, databases: databases).run() }
        if chosen.contains(.growth) { try await GrowthBench(ground: ground, databases: databases).run() }
    }
}

/// How much is generated and how long is asked.
struct BenchSize: Sendable {
    var clerks: Int
    /// Of each clerk.
    var openDuties = 200
    /// Of each shop.
    var customersPerUnit = 200
    /// Every so many cases, one is open.
    var casesPerOpen = 4
    var duties: Int
    var customers: Int
    var imported: Int
    var cadences: Int
    /// Of each run, after a warming-up of two.
    var seconds: Int
    /// Files of twenty megabytes that come in at once.
    var uploads = 64
    static let connections = 64

    /// The company, its clerks and customers alone.
    var withoutDuties: BenchSize {
        var size = self
        size.duties = size.clerks * openDuties
        return size
    }

    static let whole = BenchSize(
        clerks: 1000, duties: 1_000_000, customers: 1_000_000, imported: 100_000, cadences: 1_000_000,
        seconds: 10)
    static let quick = BenchSize(
        clerks: 100, duties: 100_000, customers: 100_000, imported: 10_000, cadences: 100_000, seconds: 3,
        uploads: 16)
}

/// One measured figure beside the best that could be had.
struct BenchFigure {
    let name: String
    let ours: Double
    let limit: Double
    let unit: String
    /// For figures of which less is better, the limit is what may be used at most.
    var lessIsBetter = false
    let required: Double
    var note = ""

    var ratio: Double { lessIsBetter ? limit / max(ours, 0.001) : ours / max(limit, 0.001) }

    func show() {
        func number(_ value: Double) -> String { String(format: value < 100 ? "%.3f" : "%.1f", value) }
        var line =
            #"{"name":"\#(name)","ours":\#(number(ours)),"limit":\#(number(limit)),"ratio":\#(number(ratio)),"unit":"\#(unit)""#
        let short = ratio < required ? "short of \(number(required))" : ""
        let words = [short, note].filter { !$0.isEmpty }.joined(separator: "; ")
        if !words.isEmpty { line += #","note":"\#(words)""# }
        // Not printed, since what is printed to a file waits in a buffer.
        FileHandle.standardOutput.write(Data((line + "}\n").utf8))
    }
}

/// Tells the terminal what goes on, apart from the figures.
func benchSays(_ text: String) {
    FileHandle.standardError.write(Data("bench: \(text)\n".utf8))
}
