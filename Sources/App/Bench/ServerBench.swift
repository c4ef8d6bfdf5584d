import Foundation
import Primitives
import Storage

/// Measures the desk on a PostgreSQL server: beside the same desk in a file, beside the server alone, and by two nodes.
struct ServerBench {
    let ground: BenchGround
    let databases: BenchDatabases
    let chosen: Set<BenchCommand.Name>
    private var size: BenchSize { ground.size }
    private var address: String { databases.address }

    func run() async throws {
        guard Wrk.isThere else {
            return benchSays("wrk is missing, so nothing is measured on the server: apt-get install wrk")
        }
        let site = try await ground.found("server")
        benchSays("generating \(size.clerks) clerks with \(size.duties) duties")
        try DeskFilling(site: site, size: size).run(now: SystemClock.now())
        try await ground.settle(site)
        benchSays("moving it to the server")
        try await ground.move(site, to: address)
        if chosen.contains(.page) { try await page(site) }
        if chosen.contains(.intakeOnServer) { try await intake(site) }
        if chosen.contains(.nodes) { try await nodes(site) }
    }

    /// One engine after the other, three times, since a machine is not as quick from one minute to the next.
    private func page(_ site: BenchGround.Site) async throws {
        let inFile = try await ground.serve(site)
        defer { inFile.stop() }
        let onServer = try await ground.serve(site, database: address)
        defer { onServer.stop() }
        benchSays("asking for the workbench, in a file and on the server")
        let wrk = Wrk(folder: ground.folder, size: size)
        let pages = DeskLoad.pages("/", size)
        let turns = try (0..<3).map { _ in
            (ours: try wrk.run(pages, at: onServer.port), limit: try wrk.run(pages, at: inFile.port))
        }
        let (ours, limit) = turns.sorted {
            $0.ours.perSecond / $0.limit.perSecond < $1.ours.perSecond / $1.limit.perSecond
        }[1]
        let failures = ours.failures + limit.failures
        BenchFigure(
            name: "page_postgres", ours: ours.perSecond, limit: limit.perSecond, unit: "pages/s", required: 0.6,
            note: "99 % within \(Int(ours.milliseconds99)) ms"
                + (failures > 0 ? "; \(failures) requests failed" : "")
        ).show()
    }

    // MARK: Intake

    /// The statements of the same acts, by the server's own load generator, in a copy that has nothing else to do.
    private func intake(_ site: BenchGround.Site) async throws {
        guard BenchTool.isThere("pgbench"), BenchTool.isThere("psql") else {
            return benchSays("pgbench or psql is missing, so intake is not measured on the server")
        }
        benchSays("filing complaints one by one, to hear what the server is asked")
        let plain = try await PlainIntake.heard(256, at: address, of: site, size: size)
        guard plain.count > 100 else { throw Stop(asIs: "only \(plain.count) acts had the same statements") }
        let copy = try databases.make("plain", asCopy: true)
        defer { try? databases.drop("plain") }
        try databases.tell(plain.table(), at: copy)
        let server = try await ground.serve(site, database: address)
        defer { server.stop() }
        let wrk = Wrk(folder: ground.folder, size: size)
        let complaints = DeskLoad.complaints(size)
        benchSays("filing complaints over \(BenchSize.connections) connections, and the same by pgbench")
        _ = try wrk.run(complaints, at: server.port)
        let generator = Pgbench(folder: ground.folder, connections: site.settings.connections)
        let apart = plain.script(of: site.organisation, isPipelined: false)
        let together = plain.script(of: site.organisation, isPipelined: true)
        // For their caches, and to learn how many make a turn.
        _ = try generator.run(apart, transactions: 500, at: copy)
        let some = try generator.run(together, transactions: 2000, at: copy).perSecond * Double(size.seconds)
        let turns = try (0..<3).map { _ in
            let before = try server.metric("charter_act_retries")
            let ours = try wrk.run(complaints, at: server.port, isWarm: true)
            return IntakeTurn(
                ours: ours, retries: try server.metric("charter_act_retries") - before,
                apart: try generator.run(apart, transactions: some, at: copy),
                together: try generator.run(together, transactions: some, at: copy))
        }
        let middle = turns.sorted { $0.ratio < $1.ratio }[1]
        var words = [
            "\(plain.statements) statements an act", "99 % within \(Int(middle.ours.milliseconds99)) ms",
            "\(middle.retries) run again, of pgbench's \(middle.apart.retried)",
            "with all after the first question in one pipeline pgbench does \(Int(middle.together.perSecond))/s",
        ]
        if middle.ours.failures > 0 { words.append("\(middle.ours.failures) requests failed") }
        BenchFigure(
            name: "intake_postgres", ours: middle.ours.perSecond, limit: middle.apart.perSecond, unit: "complaints/s",
            required: 0.7,
            note: words.joined(separator: "; ")
        ).show()
    }

    private struct IntakeTurn {
        let ours: Wrk.Result
        let retries: Int
        /// Each statement waits for its answer.
        let apart: Pgbench.Result
        let together: Pgbench.Result
        var ratio: Double { ours.perSecond / apart.perSecond }
    }

    // MARK: Nodes

    /// As many callers ask one node, then two of them half each; the nodes and the server share this machine.
    private func nodes(_ site: BenchGround.Site) async throws {
        let first = try await ground.serve(site, database: address)
        defer { first.stop() }
        benchSays("filing complaints at one node")
        let complaints = DeskLoad.complaints(size)
        let alone = Wrk(folder: ground.folder, size: size)
        _ = try alone.run(complaints, at: first.port)
        let (one, ofOne) = try await spent([first]) { try alone.run(complaints, at: first.port, isWarm: true) }
        let second = try await ground.serve(site, database: address)
        defer { second.stop() }
        benchSays("filing complaints at two nodes")
        _ = try await halves([first, second])
        let (both, ofBoth) = try await spent([first, second]) { try await halves([first, second]) }
        let failures = ([one] + both).map(\.failures).reduce(0, +)
        var words = [
            "two nodes beside one, the server on the same processors",
            "99 % within \(Int(both.map(\.milliseconds99).max() ?? 0)) ms",
            "processor seconds in \(size.seconds) s with one node: \(ofOne); with two: \(ofBoth)",
        ]
        if failures > 0 { words.append("\(failures) requests failed") }
        BenchFigure(
            name: "nodes", ours: both.map(\.perSecond).reduce(0, +), limit: one.perSecond, unit: "complaints/s",
            required: 0,
            note: words.joined(separator: "; ")
        ).show()
    }

    /// Half of the callers at each node.
    private func halves(_ nodes: [BenchServer]) async throws -> [Wrk.Result] {
        try await withThrowingTaskGroup(of: Wrk.Result.self) { group in
            for (number, node) in nodes.enumerated() {
                let folder = "\(ground.folder)/wrk-\(number)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let wrk = Wrk(folder: folder, size: size, connections: BenchSize.connections / nodes.count)
                let requests = DeskLoad.complaints(size)
                let port = node.port
                group.addTask { try wrk.run(requests, at: port, isWarm: true) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Does something, and tells whose processor time went into it.
    private func spent<T>(_ nodes: [BenchServer], _ work: () async throws -> T) async throws -> (T, words: String) {
        func now() throws -> [Double] {
            [
                nodes.map(\.processorSeconds).reduce(0, +), try databases.processorSeconds(at: address),
                Processor.secondsOfEnded,
            ]
        }
        let before = try now()
        let result = try await work()
        let spent = zip(try now(), before).map { String(format: "%.1f", $0 - $1) }
        return (result, "nodes \(spent[0]), PostgreSQL \(spent[1]), wrk \(spent[2])")
    }
}
