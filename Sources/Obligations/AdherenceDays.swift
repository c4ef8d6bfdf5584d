import Organisations
import Policy
import Primitives
import Storage

/// How many duties of a clause fell due on a day and how many of them were met in time, summed once the day is over.
///
/// When its time has passed, a duty counts as due, and as met in time or not, whatever happens to it later: the one
/// exception is a duty that need not be done after all. So a day that is over is summed once, and changes by a single
/// duty afterwards: one that became void, or one that opens with its time already passed.
struct AdherenceDays {
    let organisation: OrganisationID

    static let length: Int64 = 24 * 3_600_000

    /// A day is summed so long after its end: a clock that is set right meanwhile does not lead back into it.
    private static let patience: Int64 = 3_600_000

    /// How far a company's days are summed. Days are counted from an anchor, a midnight of the company's zone.
    struct Extent: Hashable, Sendable {
        let anchor: Instant
        /// The end of the last day that is summed.
        let through: Instant

        func day(of instant: Instant) -> Int64 { instant.since(anchor) / AdherenceDays.length }
        func start(of day: Int64) -> Instant { anchor.adding(milliseconds: day * AdherenceDays.length) }
    }

    func extent(in transaction: any ReadTransaction) throws -> Extent? {
        try transaction.first(
            "SELECT anchored_at, through_at FROM adherence_extent WHERE organisation = \(organisation)"
        ) { Extent(anchor: try $0[0], through: try $0[1]) }
    }

    /// The midnight at which thirteen weeks begin whose last day is today.
    static func anchor(at now: Instant, in zone: Zone) -> Instant {
        zone.instant(zone.local(now).day.adding(days: 1 - AdherenceService.weekCount * 7), minute: 0)
    }

    // MARK: Summing what is over

    /// Sums the oldest day that is over and not summed yet.
    /// - Returns: whether there was one.
    func sumNext(in zone: Zone, _ write: any WriteTransaction) throws -> Bool {
        guard let extent = try extent(in: write) else {
            let anchor = Self.anchor(at: write.now, in: zone)
            try write.run(
                """
                INSERT INTO adherence_extent (organisation, anchored_at, through_at)
                VALUES (\(organisation), \(anchor), \(anchor))
                """)
            return true
        }
        let end = extent.through.adding(milliseconds: Self.length)
        if end.adding(milliseconds: Self.patience) > write.now { return false }
        try write.run(
            """
            INSERT INTO adherence_day (organisation, clause, day, due_count, met_count)
            SELECT \(organisation), clause, \(extent.day(of: extent.through)), count(*), sum(in_time)
            FROM \(Self.counted(of: organisation, from: extent.through, until: end, at: write.now)) AS counted
            GROUP BY clause
            """)
        try write.run(
            "UPDATE adherence_extent SET through_at = \(end) WHERE organisation = \(organisation)", changing: 1,
            orElse: .changedMeanwhile("adherence_extent"))
        return true
    }

    /// Tells a day that is summed already of a duty that is due on it after all, or is not any more.
    /// - Parameter change: 1 or -1.
    func correct(_ clause: Clause.Key, dueAt due: Instant, by change: Int, _ write: any WriteTransaction) throws {
        try write.run(
            """
            INSERT INTO adherence_day (organisation, clause, day, due_count, met_count)
            SELECT organisation, \(clause), (\(due) - anchored_at) / \(Self.length), \(change), 0
            FROM adherence_extent
            WHERE organisation = \(organisation) AND anchored_at <= \(due) AND through_at > \(due)
            ON CONFLICT (organisation, clause, day)
            DO UPDATE SET due_count = adherence_day.due_count + excluded.due_count
            """)
    }

    // MARK: Reading

    /// The duties that count among those due from an instant on: met ones, and open ones whose time has passed.
    /// - Parameters:
    ///   - clause: one of them, or all.
    ///   - end: what is due from then on does not count.
    ///   - now: what is open from then on does not count; what is met does, ahead of its time.
    /// - Returns: a table in parentheses with `clause`, `unit`, `holder`, `due_at` and, as 1 or 0, `in_time`.
    static func counted(
        of organisation: OrganisationID, clause: Clause.Key? = nil, from start: Instant, until end: Instant? = nil,
        at now: Instant, within covered: SQL = "1 = 1"
    ) -> SQL {
        let until: SQL = end.map { "AND due_at < \($0)" } ?? ""
        let one: SQL = clause.map { "AND clause = \($0)" } ?? ""
        let columns: SQL = "obligation.clause, unit, holder, due_at"
        let met: SQL = """
            organisation = \(organisation) AND state = 'met' AND due_at >= \(start) \(until) AND \(covered)
            """
        // From clause to clause, so that the years before are not read.
        let known: SQL =
            clause.map { "obligation WHERE clause = \($0) AND \(met)" } ?? """
                (WITH RECURSIVE known (clause) AS (
                    SELECT min(clause) FROM obligation WHERE organisation = \(organisation) AND state = 'met'
                    UNION ALL
                    SELECT (SELECT min(clause) FROM obligation
                            WHERE organisation = \(organisation) AND state = 'met' AND clause > known.clause)
                    FROM known WHERE known.clause IS NOT NULL
                ) SELECT clause FROM known) AS known
                JOIN obligation ON obligation.clause = known.clause WHERE \(met)
                """
        return """
            (SELECT \(columns), CASE WHEN is_late = 0 THEN 1 ELSE 0 END AS in_time FROM \(known)
            UNION ALL
            SELECT \(columns), 0 FROM obligation
            WHERE organisation = \(organisation) AND state = 'open' AND due_at >= \(start) \(until)
              AND due_at < \(now) \(one) AND \(covered))
            """
    }
}
