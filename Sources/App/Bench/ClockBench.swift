import Foundation
import GRDB
import Obligations
import Policy
import Primitives
import Web

/// Measures the clock: how fast it opens what very many cadences bring.
struct ClockBench {
    let ground: BenchGround
    private var size: BenchSize { ground.size }

    func run() async throws {
        let site = try await ground.found("clock")
        try DeskFilling(site: site, size: size.withoutDuties).run(now: SystemClock.now())
        try await ground.settle(site)
        benchSays("generating \(size.cadences) cadences, each due once")
        try fill(site, now: SystemClock.now())
        let before = ground.folder + "/before-clock.db"
        try BenchGround.copy(site.settings.database, to: before)
        BenchGround.settle()
        benchSays("letting the clock work")
        let desktop = try await Desktop.open(site.settings)
        let start = ContinuousClock.now
        let tally = try await desktop.services.clockWork.tick(site.organisation)
        let took = start.duration(to: .now) / .seconds(1)
        try await desktop.close()
        guard tally.occurrences == size.cadences else {
            throw Stop(asIs: "the clock opened \(tally.occurrences) of \(size.cadences) occurrences")
        }
        benchSays("writing the same rows in plain SQLite")
        let (rows, plain) = try plainInsert(of: site.settings.database, into: before)
        BenchFigure(
            name: "tick", ours: Double(tally.occurrences) / took, limit: Double(tally.occurrences) / plain,
            unit: "obligations/s", required: 0.25,
            note: String(format: "%.1f rows an obligation", Double(rows) / Double(tally.occurrences))
        ).show()
    }

    /// Customers in turn, each with as many running cadences as it takes; their first occurrence was an hour ago.
    private func fill(_ site: BenchGround.Site, now: Instant) throws {
        guard
            let clause = site.charter.clauses.first(where: { clause in
                if case .recurring(.weeks(1), _, _, _) = clause.cadence { clause.duty != nil } else { false }
            })
        else { throw Stop(asIs: "the charter has no weekly duty") }
        let calendar = site.charter.calendar
        let anchored = now.adding(hours: -24 * 7 - 1)
        let first = try Cadence.occurrence(1, every: .weeks(1), after: anchored, calendar: calendar)
        guard first <= now, try Cadence.occurrence(2, every: .weeks(1), after: anchored, calendar: calendar) > now
        else { throw Stop(asIs: "a week after \(anchored.rfc3339) is not now") }
        let filling = DeskFilling(site: site, size: size)
        try BenchGround.fill(site.settings.database) { connection in
            try connection.execute(
                sql: """
                    INSERT INTO cadence (organisation, clause, subject_kind, subject, anchor, anchored_at,
                        charter_version, customer, unit, next_ordinal, next_at)
                    WITH RECURSIVE number (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i < ?)
                    SELECT ?, ?, 'customer', bench_id(3, i % ?), bench_id(6, i), ?, ?, bench_id(3, i % ?),
                        bench_id(1, i % ? % ?), 1, ?
                    FROM number
                    """,
                arguments: [
                    size.cadences - 1, site.organisation.number, clause.key, filling.customers,
                    anchored.milliseconds, site.charter.version, filling.customers, filling.customers,
                    filling.units, first.milliseconds,
                ])
        }
    }

    /// Everything that the clock added, in one transaction.
    /// - Returns: how many rows, in how many seconds.
    private func plainInsert(of database: String, into path: String) throws -> (rows: Int, seconds: Double) {
        let queue = try BenchGround.plain(path)
        defer { try? queue.close() }
        return try queue.writeWithoutTransaction { connection in
            try connection.execute(sql: "ATTACH ? AS done", arguments: [database])
            BenchGround.settle()
            var rows = 0
            let start = ContinuousClock.now
            try connection.inTransaction {
                for table in ["event", "obligation"] {
                    try connection.execute(
                        sql: """
                            INSERT INTO main.\(table) SELECT * FROM done.\(table)
                            WHERE rowid > (SELECT COALESCE(max(rowid), 0) FROM main.\(table))
                            """)
                    rows += connection.changesCount
                }
                return .commit
            }
            return (rows, start.duration(to: .now) / .seconds(1))
        }
    }
}
