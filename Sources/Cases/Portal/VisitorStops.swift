public import Organisations
import Policy
public import Primitives
import Storage

/// Visitors who were stopped: when, how often and why, and of their address the half that names nobody.
public struct VisitorStop: Sendable, Hashable {
    /// The hour in which it was.
    public let hour: Instant
    public let reason: Reason
    public let address: String
    public let times: Int
    public let lastAt: Instant

    public enum Reason: String, Sendable, CaseIterable, Hashable {
        /// Guessed numbers or digits.
        case guessing
        /// Filed too often.
        case filing
        /// Filled in what only a program sees, or faster than anybody reads.
        case robot
        /// Tried links.
        case links
    }

    init(row: Row) throws {
        hour = try row[0]
        reason = Reason(rawValue: try row[1]) ?? .guessing
        address = try row[2]
        times = try row[3]
        lastAt = try row[4]
    }

    /// `192.0.*.*`, `2001:db8:*`
    public static func masked(_ address: String) -> String {
        let parts = address.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 4, !address.contains(":") { return parts.prefix(2).joined(separator: ".") + ".*.*" }
        let groups = address.split(separator: ":", omittingEmptySubsequences: true)
        return groups.count > 1 ? groups.prefix(2).joined(separator: ":") + ":*" : address
    }
}

extension PortalService {
    /// Counts that a visitor was stopped, so many times.
    public func stopped(
        _ reason: VisitorStop.Reason, from address: String, times: Int = 1, in organisation: OrganisationID
    ) async throws {
        try await database.write(for: organisation) { transaction in
            let now = transaction.now
            let hour = Instant(milliseconds: now.milliseconds - now.milliseconds % 3_600_000)
            try transaction.run(
                """
                INSERT INTO visitor_stop (organisation, hour, reason, address, times, last_at)
                VALUES (\(organisation), \(hour), \(reason.rawValue), \(VisitorStop.masked(address)), \(times),
                    \(now))
                ON CONFLICT (organisation, hour, reason, address)
                DO UPDATE SET times = visitor_stop.times + excluded.times, last_at = excluded.last_at
                """)
        }
    }

    /// The last that were stopped, for whoever manages the whole company's people.
    /// - Throws: `Denial`.
    public func stops(for principal: Principal, limit: Int = 50) async throws -> [VisitorStop] {
        guard try principal.reach(.managePeople) == .all else { throw Denial(action: .managePeople, beyond: principal) }
        return try await database.read(for: principal.organisation) { transaction in
            try transaction.all(
                """
                SELECT hour, reason, address, times, last_at FROM visitor_stop
                WHERE organisation = \(principal.organisation) ORDER BY hour DESC, reason, address
                LIMIT \(limit: limit)
                """, VisitorStop.init(row:))
        }
    }
}
