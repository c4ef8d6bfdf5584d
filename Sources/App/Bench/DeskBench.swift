import Foundation
import Obligations
import Primitives
import Storage
import StorageSQLite
import Web

/// Measures the desk: its memory, the workbench under a thousand clerks, complaints coming in.
struct DeskBench {
    let ground: BenchGround
    let chosen: Set<BenchCommand.Name>
    private var size: BenchSize { ground.size }

    init(ground: BenchGround, chosen: Set<BenchCommand.Name>) {
        self.ground = ground
        self.chosen = chosen
    }

    func run() async throws {
        let site = try await ground.found("desk")
        benchSays("generating \(size.clerks) clerks with \(size.duties) duties")
        try DeskFilling(site: site, size: size).run(now: SystemClock.now())
        try await ground.settle(site)
        let isLoaded = Wrk.isThere && !chosen.isDisjoint(with: [.workbench, .intake])
        if !Wrk.isThere { benchSays("wrk is missing, so nothing is measured under load: apt-get install wrk") }
        let page = isLoaded && chosen.contains(.workbench) ? try await savedPage(site) : nil
        let before = ground.folder + "/before.db"
        try BenchGround.copy(site.settings.database, to: before)
        BenchGround.settle()
        let server = try await ground.serve(site, assets: page?.folder)
        defer { server.stop() }
        // At rest is what the server holds once its first tick and its caches have settled.
        try await Task.sleep(for: .seconds(3))
        let atRest = server.residentMegabytes
        if chosen.contains(.memory) {
            BenchFigure(
                name: "memory_at_rest", ours: atRest, limit: 80, unit: "MB", lessIsBetter: true, required: 1
            ).show()
        }
        guard isLoaded else { return }
        if let page { try workbench(server, page) }
        if chosen.contains(.intake) { try await intake(server, site, before: before) }
        if chosen.contains(.memory) {
            BenchFigure(
                name: "memory_after_load", ours: server.residentMegabytes, limit: 250, unit: "MB", lessIsBetter: true,
                required: 1
            ).show()
        }
    }

    // MARK: Workbench

    /// A folder of assets with one clerk's page among them.
    private struct SavedPage {
        let folder: String
        let path: String
        let bytes: Int
    }

    private func savedPage(_ site: BenchGround.Site) async throws -> SavedPage {
        let server = try await ground.serve(site)
        defer { server.stop() }
        let answer = try server.get("/", headers: DeskLoad.cookie(5))
        let text = String(decoding: answer.body, as: UTF8.self)
        let rows =
            text.components(separatedBy: "/?view=mine&amp;o=").count
            + text.components(separatedBy: "/?view=mine&o=").count - 2
        guard answer.status == 200, rows >= 50 else {
            throw Stop(asIs: "the workbench answered \(answer.status) with \(rows) duties instead of 50")
        }
        let folder = ground.folder + "/assets"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: ground.assets + "/htmx", toPath: folder + "/htmx")
        try Data(answer.body).write(to: URL(fileURLWithPath: folder + "/htmx/workbench.txt"))
        return SavedPage(folder: folder, path: "/assets/htmx/workbench.txt", bytes: answer.body.count)
    }

    private func workbench(_ server: BenchServer, _ page: SavedPage) throws {
        let wrk = Wrk(folder: ground.folder, size: size)
        benchSays("asking for the workbench of \(size.clerks) clerks")
        let (live, still) = try wrk.compare(
            DeskLoad.pages("/", size), with: DeskLoad.pages(page.path, size), at: server.port)
        BenchFigure(
            name: "workbench", ours: live.perSecond, limit: still.perSecond, unit: "pages/s", required: 0.1,
            note: "\(page.bytes) bytes a page; 99 % within \(Int(live.milliseconds99)) ms" + Self.words(live, still)
        ).show()
    }

    private static func words(_ results: Wrk.Result...) -> String {
        let failures = results.map(\.failures).reduce(0, +)
        return failures == 0 ? "" : "; \(failures) requests failed"
    }

    // MARK: Intake

    private func intake(_ server: BenchServer, _ site: BenchGround.Site, before: String) async throws {
        let wrk = Wrk(folder: ground.folder, size: size)
        benchSays("filing complaints over \(BenchSize.connections) connections")
        let result = try wrk.run(DeskLoad.complaints(size), at: server.port, isWarm: true)
        var rows = try WrittenRows(database: site.settings.database, before: before)
        guard rows.acts > 0 else { throw Stop(asIs: "no complaint was filed: \(result.failures) requests failed") }
        benchSays("writing the same rows in plain SQLite")
        let plain = try rows.rewrite(into: before, seconds: Double(size.seconds))
        BenchFigure(
            name: "intake", ours: result.perSecond, limit: plain, unit: "complaints/s", required: 2,
            note: "\(rows.perAct) rows a complaint; 99 % within \(Int(result.milliseconds99)) ms" + Self.words(result)
        ).show()
    }
}
