import Customers
import Foundation
import Organisations
import Primitives
import Storage
import Web

/// Measures what a row takes on the server, with its share of the indexes, in tables that grew by acts and not by copying.
struct SizeBench {
    let ground: BenchGround
    let databases: BenchDatabases

    private struct Table {
        let rows: Double
        let bytes: Double
        let indexBytes: Double
    }

    func run() async throws {
        guard Wrk.isThere, BenchTool.isThere("psql") else {
            return benchSays("wrk or psql is missing, so sizes are not measured")
        }
        var size = ground.size.withoutDuties
        size.clerks = 100
        let site = try await ground.found("sizes")
        try DeskFilling(site: site, size: size).run(now: SystemClock.now())
        try await ground.settle(site)
        let address = try databases.make("sizes")
        defer { try? databases.drop("sizes") }
        try await ground.move(site, to: address)
        let before = try tables(at: address)
        benchSays("importing customers")
        let desktop = try await Desktop.open(
            try await Settings(flags: [.data: site.settings.data, .database: address]))
        let principal = try await desktop.principal(login: "bench")
        _ = try await CustomerImport(customers: desktop.services.customers).run(
            CustomerListText(count: ground.size.imported / 5).bytes, fileName: "sizes.csv",
            options: ImportOptions(unit: principal.unit, owner: principal.staff), by: principal)
        try await desktop.close()
        benchSays("filing complaints")
        let server = try await ground.serve(site, database: address)
        let filed = try Wrk(folder: ground.folder, size: size).run(DeskLoad.complaints(size), at: server.port)
        // Seals what waits before it ends.
        server.stop()
        // Counted anew: what seals and changes left behind is room for the next, as on a server at work.
        try databases.tell("VACUUM ANALYZE", at: address)
        let after = try tables(at: address)
        if filed.failures > 0 { benchSays("\(filed.failures) requests failed") }
        for (name, table) in after.sorted(by: {
            $0.value.bytes + $0.value.indexBytes > $1.value.bytes + $1.value.indexBytes
        }) {
            let base = before[name] ?? Table(rows: 0, bytes: 0, indexBytes: 0)
            let rows = table.rows - base.rows
            // Below that, the pages that every table begins with would be counted as rows.
            guard rows >= 1000 else { continue }
            let line =
                #"{"name":"size_\#(name)","rows":\#(Int(rows)),"table_bytes_per_row":\#(Int((table.bytes - base.bytes) / rows)),"index_bytes_per_row":\#(Int((table.indexBytes - base.indexBytes) / rows))}"#
            FileHandle.standardOutput.write(Data((line + "\n").utf8))
        }
    }

    private func tables(at address: String) throws -> [String: Table] {
        let names = try databases.tell(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'", at: address
        ).split(separator: "\n").map(String.init)
        let counts = names.map {
            "SELECT '\($0)', count(*), pg_table_size('\($0)'), pg_indexes_size('\($0)') FROM \($0)"
        }
        let rows = try databases.tell(counts.joined(separator: " UNION ALL "), at: address).split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let parts = row.split(separator: "|")
                let numbers = parts.dropFirst().map { Double($0) ?? 0 }
                return (String(parts[0]), Table(rows: numbers[0], bytes: numbers[1], indexBytes: numbers[2]))
            })
    }
}
