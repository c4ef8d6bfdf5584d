public import Primitives
public import Storage
import Synchronization

/// The numbers that people read, `KH-2026-0001`, drawn from reserved blocks.
///
/// A block is reserved in a transaction of its own before the act, so acts never wait for one counter's row and
/// an act that fails leaves only a gap. Blocks grow from 10 to 1000 with the demand.
public final class ReferenceNumbers: Sendable {
    private let database: any Database
    private let blocks = Mutex<[Series: Block]>([:])
    /// Reservations under way, each of which all that wait for a number of its series wait for.
    private let reservations = Mutex<[Series: Task<Void, any Error>]>([:])

    private struct Series: Hashable, Sendable {
        let organisation: OrganisationID
        let prefix: String
        let year: Int
    }

    private struct Block {
        var next: Int
        var end: Int
        var size: Int
    }

    public init(database: any Database) {
        self.database = database
    }

    /// The next number of a series; never given twice, gaps are possible.
    /// - Parameters:
    ///   - prefix: `KH` for customers; a workflow's own for cases.
    ///   - year: of the company's day today.
    public func next(_ prefix: String, year: Int, for organisation: OrganisationID) async throws -> String {
        try await next(1, of: prefix, year: year, for: organisation)[0]
    }

    /// So many numbers of a series, rising.
    public func next(
        _ count: Int, of prefix: String, year: Int, for organisation: OrganisationID
    ) async throws -> [String] {
        let series = Series(organisation: organisation, prefix: prefix, year: year)
        var numbers: [Int] = []
        while numbers.count < count {
            numbers += take(count - numbers.count, of: series)
            if numbers.count < count { try await reservation(of: series, atLeast: count - numbers.count).value }
        }
        return numbers.map { "\(prefix)-\(year)-" + String(repeating: "0", count: max(0, 4 - "\($0)".count)) + "\($0)" }
    }

    /// Gives back what is left of the reserved blocks, where nobody reserved behind them; for an orderly stop.
    public func release() async throws {
        let left = blocks.withLock { blocks in
            defer { blocks.removeAll() }
            return blocks
        }
        try await database.write(.everyCompany) { transaction in
            for (series, block) in left where block.next < block.end {
                try transaction.run(
                    """
                    UPDATE reference_block SET next_number = \(block.next)
                    WHERE organisation = \(series.organisation) AND prefix = \(series.prefix)
                      AND year = \(series.year) AND next_number = \(block.end)
                    """)
            }
        }
    }

    private func take(_ count: Int, of series: Series) -> [Int] {
        blocks.withLock { blocks in
            guard var block = blocks[series], block.next < block.end else { return [] }
            let taken = Array(block.next..<min(block.end, block.next + count))
            block.next += taken.count
            blocks[series] = block
            return taken
        }
    }

    /// One at a time: of as many as there are callers, each would wait for the one before it, and all but the last leave a
    /// gap of a whole block.
    private func reservation(of series: Series, atLeast count: Int) -> Task<Void, any Error> {
        reservations.withLock { reservations in
            if let underWay = reservations[series] { return underWay }
            let task = Task {
                defer { self.reservations.withLock { $0[series] = nil } }
                try await self.reserve(series, atLeast: count)
            }
            reservations[series] = task
            return task
        }
    }

    private func reserve(_ series: Series, atLeast count: Int) async throws {
        let last = blocks.withLock { $0[series]?.size ?? 1 }
        let size = max(count, min(1000, last * 10))
        let start = try await database.writeApart(.company(series.organisation)) { transaction -> Int in
            try transaction.run(
                """
                INSERT INTO reference_block (organisation, prefix, year, next_number)
                VALUES (\(series.organisation), \(series.prefix), \(series.year), \(1 + size))
                ON CONFLICT (organisation, prefix, year)
                DO UPDATE SET next_number = reference_block.next_number + \(size)
                """)
            return try transaction.one(
                """
                SELECT next_number FROM reference_block
                WHERE organisation = \(series.organisation) AND prefix = \(series.prefix) AND year = \(series.year)
                """, orElse: "reference block"
            ) { try $0[0] as Int } - size
        }
        blocks.withLock { blocks in
            // Another node may have reserved meanwhile: a block that adjoins what is left lengthens it, else the rest becomes a gap.
            let left = blocks[series].flatMap { $0.next < $0.end && $0.end == start ? $0.next : nil }
            blocks[series] = Block(next: left ?? start, end: start + size, size: size)
        }
    }
}
