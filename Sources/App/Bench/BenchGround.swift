import Crypto
import Foundation
import GRDB
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import StorageSQLite
import Web

/// The folder, the company in it, and plain SQL beside the program.
struct BenchGround: Sendable {
    let folder: String
    let resources: String
    let assets: String
    let size: BenchSize

    /// An installation with a company under the charter of the design and renovation company.
    struct Site: Sendable {
        let settings: Settings
        let organisation: OrganisationID
        let root: UnitID
        let administrator: StaffID
        let charter: Charter
    }

    func found(_ name: String) async throws -> Site {
        let settings = try await Settings(flags: [.data: folder + "/" + name])
        let desktop = try await Desktop.open(settings, creating: true)
        guard let design = try desktop.charterFiles.shipped().named("design") else {
            throw Stop(asIs: "Charters/design.yaml is missing")
        }
        let founding = try await desktop.services.organisations.found(
            name: DemoCast.company, rootUnit: DemoCast.units[0],
            administrator: OrganisationService.NewStaff(
                name: "沈知远", login: "bench", password: UUID().uuidString, post: "manager", isAdministrator: true),
            charterText: design.text, charter: design.charter, organisation: SystemClock.organisation())
        try await desktop.close()
        return Site(
            settings: settings, organisation: founding.organisation, root: founding.root,
            administrator: founding.administrator, charter: design.charter)
    }

    /// What the clock owes since the founding is done before anything is measured.
    func settle(_ site: Site) async throws {
        let desktop = try await Desktop.open(site.settings)
        _ = try await desktop.services.clockWork.tick()
        try await desktop.close()
    }

    /// Copies it to a server; the file stays.
    func move(_ site: Site, to address: String) async throws {
        let source = try Engine.open(at: site.settings.database, site.settings)
        let target = try Engine.open(at: address, site.settings)
        try await Mover(from: source.database, to: target.database, migrations: Desktop.migrations).copy()
        // What autovacuum would do in the minutes after so many rows.
        try await target.database.write(.installation) { transaction in
            // It says of each of the server's own tables that they are none of ours.
            try transaction.run("SET LOCAL client_min_messages = error")
            try transaction.run("ANALYZE")
        }
        try await source.close()
        try await target.close()
    }

    func serve(_ site: Site, database: String? = nil, assets: String? = nil) async throws -> BenchServer {
        let server = try BenchServer(
            data: site.settings.data, database: database, resources: resources, assets: assets ?? self.assets)
        try await server.waitUntilReady()
        return server
    }

    /// Plain SQLite with the commits as durable as the program's, and as much memory.
    static func plain(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { connection in
            try connection.execute(
                sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
            connection.add(function: Self.makeIdentifier)
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// The same for bulk work that need not survive a power cut; its indexes are laid when the rows are there.
    static func fill(_ path: String, indexesOf tables: [String] = [], _ rows: (GRDB.Database) throws -> Void) throws {
        let queue = try plain(path)
        try queue.writeWithoutTransaction { connection in
            try connection.execute(
                sql: "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY")
            try connection.inTransaction {
                var indexes: [String] = []
                for table in tables {
                    for row in try Row.fetchAll(
                        connection,
                        sql:
                            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
                        arguments: [table])
                    {
                        try connection.execute(sql: "DROP INDEX \(row["name"] as String)")
                        indexes.append(row["sql"])
                    }
                }
                try rows(connection)
                for index in indexes { try connection.execute(sql: index) }
                return .commit
            }
            try connection.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try queue.close()
    }

    /// Generated identifiers: told by their kind and their number.
    enum Kind: UInt64 {
        case unit = 1, staff, customer, person, matter, event, obligation, subject, token
    }

    static func identifier<Owner>(_ kind: Kind, _ number: Int) -> Identifier<Owner> {
        // Milliseconds of early 2025, one a number, so that they sort as they were numbered; and of 2033 for the shops,
        // which are younger than the company above them.
        let stamp = (kind == .unit ? 2_000_000_000_000 : 1_740_000_000_000) + UInt64(number)
        return Identifier(high: stamp << 16 | 0x7000 | kind.rawValue, low: 0x8000_0000_0000_0000 | UInt64(number))
    }

    static func bytes<Owner>(_ identifier: Identifier<Owner>) -> Data {
        withUnsafeBytes(of: identifier.high.bigEndian) { Data($0) }
            + withUnsafeBytes(of: identifier.low.bigEndian) { Data($0) }
    }

    /// `bench_id(kind, number)` in SQL.
    private static let makeIdentifier = DatabaseFunction("bench_id", argumentCount: 2, pure: true) { values in
        guard let kind = Int.fromDatabaseValue(values[0]).flatMap({ Kind(rawValue: UInt64($0)) }),
            let number = Int.fromDatabaseValue(values[1])
        else { return nil }
        return bytes(identifier(kind, number) as Identifier<Any>)
    }

    static func hash(_ token: String) -> Data { Data(SHA256.hash(data: Data(token.utf8))) }

    static func copy(_ path: String, to copy: String) throws {
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: path, toPath: copy)
    }

    /// Settles the disk, so that a run does not pay for what was generated before it.
    static func settle() { sync() }
}
