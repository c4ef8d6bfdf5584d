import Foundation
import Primitives
import Storage
import Web

/// Measures the filtered, sorted list of cases as a company grows: the same open work among ever more cases.
struct CaseListBench {
    let ground: BenchGround
    let databases: BenchDatabases?

    private static let rounds = 5
    /// Few enough that an answer's time is its own and not that of those before it.
    private static let connections = 4

    /// What clerks ask for: each narrows, and each is sorted.
    private static let lists = [
        "/cases?workflow=complaint", "/cases?sort=deadline&overdue=1", "/cases?sort=state&workflow=complaint",
        "/cases?state=closed&workflow=complaint", "/cases?state=all&filed_from=2020-01-01&workflow=complaint",
        "/cases?state=all&workflow=complaint&workflow_state=received&sort=state",
    ]

    private struct Company {
        let size: BenchSize
        let servers: [(medium: String, server: BenchServer)]
    }

    func run() async throws {
        guard Wrk.isThere else { return benchSays("wrk is missing, so the list of cases is not measured") }
        var companies: [Company] = []
        defer { for company in companies { company.servers.forEach { $0.server.stop() } } }
        for cases in [ground.size.customers / 100, ground.size.customers] {
            companies.append(try await company(of: cases))
        }
        BenchGround.settle()
        for (index, medium) in companies[0].servers.map(\.medium).enumerated() {
            var times: [[Double]] = companies.map { _ in [] }
            var failures = 0
            for round in 0...Self.rounds {
                benchSays(round == 0 ? "warming up" : "round \(round) of \(Self.rounds)")
                for (place, company) in companies.enumerated() {
                    let wrk = Wrk(folder: ground.folder, size: company.size, connections: Self.connections)
                    let result = try wrk.run(
                        Self.lists.flatMap { DeskLoad.pages($0, company.size) },
                        at: company.servers[index].server.port, isWarm: true)
                    failures += result.failures
                    if round > 0 { times[place].append(result.milliseconds50) }
                }
            }
            let p50 = times.map { $0.sorted()[$0.count / 2] }
            let words = p50.map { String(format: "%.2f", $0) }.joined(separator: ", ")
            BenchFigure(
                name: medium == "sqlite" ? "case_list" : "case_list_\(medium)", ours: p50[1] / max(p50[0], 0.001),
                limit: 1.5, unit: "times", lessIsBetter: true, required: 1,
                note: "p50 \(words) ms among " + companies.map { String($0.size.customers) }.joined(separator: ", ")
                    + " cases" + (failures > 0 ? "; \(failures) requests failed" : "")
            ).show()
        }
    }

    private func company(of cases: Int) async throws -> Company {
        var size = ground.size
        size.clerks = 100
        size.openDuties = 50
        size.customersPerUnit = cases / (size.clerks / DeskFilling.perUnit)
        size.customers = cases
        size.duties = max(cases, size.clerks * size.openDuties)
        size.casesPerOpen = max(1, cases / 1000)
        // Short rounds, but several.
        size.seconds = max(1, size.seconds / 4)
        benchSays("generating \(cases) cases with \(size.duties) duties")
        let site = try await ground.found("cases-\(cases)")
        try DeskFilling(site: site, size: size).run(now: SystemClock.now())
        try await ground.settle(site)
        var servers = [(medium: "sqlite", server: try await ground.serve(site))]
        if let databases {
            benchSays("moving them to the server")
            let address = try databases.make("cases_\(cases)")
            try await ground.move(site, to: address)
            servers.append(("postgres", try await ground.serve(site, database: address)))
        }
        return Company(size: size, servers: servers)
    }
}
