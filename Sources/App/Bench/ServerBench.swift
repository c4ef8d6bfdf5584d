import Foundation
import Primitives
import Storage

/// Measures the desk on a PostgreSQL server: beside the same desk in a file, and by two nodes.
struct ServerBench {
    let ground: BenchGround
    let address: String
    let chosen: Set<BenchCommand.Name>
    private var size: BenchSize { ground.size }

    func run() async throws {
        guard Wrk.isThere else {
            return benchSays("wrk is missing, so nothing is measured on the server: apt-get install wrk")
        }
        let site = try await ground.found("server")
        benchSays("generating \(size.clerks) clerks with \(size.duties) duties")
        try DeskFilling(site: site, size: size).run(now: SystemClock.now())
        try await ground.settle(site)
        let wrk = Wrk(folder: ground.folder, size: size)
        var inFile: Wrk.Result?
        if chosen.contains(.page) {
            BenchGround.settle()
            let server = try await ground.serve(site)
            defer { server.stop() }
            benchSays("asking for the workbench, in a file")
            inFile = try wrk.run(DeskLoad.pages("/", size), at: server.port)
        }
        benchSays("moving it to the server")
        try await move(site)
        if let inFile {
            let server = try await ground.serve(site, database: address)
            defer { server.stop() }
            benchSays("asking for the workbench, on the server")
            let onServer = try wrk.run(DeskLoad.pages("/", size), at: server.port)
            let failures = inFile.failures + onServer.failures
            BenchFigure(
                name: "page_postgres", ours: onServer.perSecond, limit: inFile.perSecond, unit: "pages/s",
                required: 0.6,
                note: "99 % within \(Int(onServer.milliseconds99)) ms"
                    + (failures > 0 ? "; \(failures) requests failed" : "")
            ).show()
        }
        if chosen.contains(.nodes) { try await nodes(site) }
    }

    private func move(_ site: BenchGround.Site) async throws {
        let source = try Engine.open(at: site.settings.database, site.settings)
        let target = try Engine.open(at: address, site.settings)
        try await Mover(from: source.database, to: target.database, migrations: Desktop.migrations).copy()
        // What autovacuum would do in the minutes after so many rows.
        try await target.database.write(.installation) { try $0.run("ANALYZE") }
        try await source.close()
        try await target.close()
    }

    /// As many callers ask one node, then two of them half each; the nodes and the server share this machine.
    private func nodes(_ site: BenchGround.Site) async throws {
        let first = try await ground.serve(site, database: address)
        defer { first.stop() }
        benchSays("filing complaints at one node")
        let one = try Wrk(folder: ground.folder, size: size).run(DeskLoad.complaints(size), at: first.port)
        let second = try await ground.serve(site, database: address)
        defer { second.stop() }
        benchSays("filing complaints at two nodes")
        let both = try await withThrowingTaskGroup(of: Wrk.Result.self) { group in
            for (number, port) in [first.port, second.port].enumerated() {
                let folder = "\(ground.folder)/wrk-\(number)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let wrk = Wrk(folder: folder, size: size, connections: BenchSize.connections / 2)
                let requests = DeskLoad.complaints(size)
                group.addTask { try wrk.run(requests, at: port) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let failures = ([one] + both).map(\.failures).reduce(0, +)
        BenchFigure(
            name: "nodes", ours: both.map(\.perSecond).reduce(0, +), limit: one.perSecond, unit: "complaints/s",
            required: 0,
            note:
                "two nodes beside one, the server on the same processors; 99 % within \(Int(both.map(\.milliseconds99).max() ?? 0)) ms"
                + (failures > 0 ? "; \(failures) requests failed" : "")
        ).show()
    }
}
