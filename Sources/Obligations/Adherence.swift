public import Organisations
public import Policy
public import Primitives
public import Storage

/// How often duties were met in time: of a clause, a unit, a person.
public struct Adherence: Sendable, Hashable {
    /// Duties that fell due in the period or were met ahead of it.
    public var due: Int
    /// Of those, met in time.
    public var met: Int

    public init(due: Int, met: Int) {
        self.due = due
        self.met = met
    }

    public var late: Int { due - met }

    static let nothing = Adherence(due: 0, met: 0)

    mutating func add(due: Int, met: Int) {
        self.due += due
        self.met += met
    }
}

/// Adds up adherence: days that are over from their sums, where the reader's permission covers all units, the rest from
/// the duties themselves. Void and waived ones do not count.
public struct AdherenceService: Sendable {
    private let database: any Database

    public init(database: any Database) {
        self.database = database
    }

    public struct Overview: Sendable {
        public let clauses: [Clause.Key: Adherence]
        public let total: Adherence
        /// Thirteen weeks of whole days, oldest first, per clause; the last one ends with today.
        public let weeks: [Clause.Key: [Adherence]]
        /// Clauses that are broken at this moment: a duty is open and its time has passed.
        public let broken: Set<Clause.Key>
        /// The beginning of the thirteen weeks.
        public let since: Instant
        public let now: Instant
    }

    public static let weekCount = 13

    /// The last thirteen weeks by clause, as far as the reader's permission covers.
    public func overview(for principal: Principal) async throws -> Overview {
        let reach = try principal.reach(.readCharter)
        let covered = Self.covered(by: reach)
        return try await database.read(for: principal.organisation) { transaction in
            let now = transaction.now
            let period = try Self.period(of: principal.organisation, in: transaction)
            var clauses: [Clause.Key: Adherence] = [:]
            var weeks: [Clause.Key: [Adherence]] = [:]
            func add(_ clause: Clause.Key, week: Int, due: Int, met: Int) {
                clauses[clause, default: .nothing].add(due: due, met: met)
                // What was met ahead of its time stands in the present week.
                weeks[clause, default: Array(repeating: .nothing, count: Self.weekCount)][
                    min(max(0, week), Self.weekCount - 1)
                ].add(due: due, met: met)
            }
            let summed = reach == .all ? period.extent : nil
            if summed != nil {
                try transaction.each(
                    """
                    SELECT clause, (day - \(period.firstDay)) / 7 AS week, sum(due_count), sum(met_count)
                    FROM adherence_day
                    WHERE organisation = \(principal.organisation) AND day >= \(period.firstDay)
                    GROUP BY clause, week
                    """
                ) { add(try $0[0], week: try $0[1], due: try $0[2], met: try $0[3]) }
            }
            let start = max(period.start, summed?.through ?? period.start)
            let week = AdherenceDays.length * 7
            let counted = AdherenceDays.counted(of: principal.organisation, from: start, at: now, within: covered)
            try transaction.each(
                """
                SELECT clause, (due_at - \(period.start)) / \(week) AS week, count(*), sum(in_time)
                FROM \(counted) AS counted GROUP BY clause, week
                """
            ) { add(try $0[0], week: try $0[1], due: try $0[2], met: try $0[3]) }
            let broken = try transaction.all(
                """
                SELECT clause FROM obligation
                WHERE organisation = \(principal.organisation) AND state = 'open' AND due_at < \(now) AND \(covered)
                GROUP BY clause
                """
            ) { try $0[0] as String }
            // A day from which all was taken back says nothing of its clause.
            clauses = clauses.filter { $0.value.due > 0 }
            weeks = weeks.filter { clauses[$0.key] != nil }
            let total = clauses.values.reduce(into: Adherence.nothing) { $0.add(due: $1.due, met: $1.met) }
            return Overview(
                clauses: clauses, total: total, weeks: weeks, broken: Set(broken), since: period.start, now: now)
        }
    }

    private struct Period {
        let extent: AdherenceDays.Extent?
        let firstDay: Int64
        let start: Instant
    }

    /// Thirteen weeks that end with today, in days as they are summed; until the clock has first summed them, they are
    /// days of 24 hours that end now.
    private static func period(
        of organisation: OrganisationID, in transaction: any ReadTransaction
    ) throws -> Period {
        let days = Int64(weekCount * 7)
        guard let extent = try AdherenceDays(organisation: organisation).extent(in: transaction) else {
            return Period(
                extent: nil, firstDay: 0,
                start: transaction.now.adding(milliseconds: -days * AdherenceDays.length))
        }
        let first = max(0, extent.day(of: transaction.now) + 1 - days)
        return Period(extent: extent, firstDay: first, start: extent.start(of: first))
    }

    public struct Detail: Sendable {
        public let units: [(unit: UnitID, adherence: Adherence)]
        public let people: [(staff: StaffID?, adherence: Adherence)]
        /// The latest that the reader may open.
        public let breaches: [Obligation]
        /// How many breaches the sums count that the reader may not open.
        public let breachesOutOfReach: Int
        /// A duty is open at this moment and its time has passed.
        public let isBroken: Bool
        public let now: Instant
    }

    /// One clause by unit and by person, and its latest breaches: the sums go as far as the reader's permission to read
    /// the charter, single breaches as far as the permission to read duties.
    public func detail(of clause: Clause.Key, for principal: Principal) async throws -> Detail {
        let covered = Self.covered(by: try principal.reach(.readCharter))
        return try await database.read(for: principal.organisation) { transaction in
            let now = transaction.now
            let start = try Self.period(of: principal.organisation, in: transaction).start
            let counted = AdherenceDays.counted(
                of: principal.organisation, clause: clause, from: start, at: now, within: covered)
            let units = try transaction.all(
                "SELECT unit, count(*), sum(in_time) FROM \(counted) AS counted GROUP BY unit"
            ) { (unit: try $0[0] as UnitID, adherence: Adherence(due: try $0[1], met: try $0[2])) }
            let people = try transaction.all(
                "SELECT holder, count(*), sum(in_time) FROM \(counted) AS counted GROUP BY holder"
            ) { (staff: try $0[0] as StaffID?, adherence: Adherence(due: try $0[1], met: try $0[2])) }
            // Of each state by itself, since an index serves each.
            func breached(_ state: SQL) -> SQL {
                """
                organisation = \(principal.organisation) AND clause = \(clause) AND due_at >= \(start)
                  AND \(state) AND \(covered)
                """
            }
            let late = breached("state = 'met' AND is_late = 1")
            let open = breached("state = 'open' AND due_at < \(now)")
            let visible = ObligationService.visible(to: principal)
            let breaches = try [late, open].flatMap { condition in
                try transaction.all(
                    """
                    SELECT \(Obligation.columns) FROM obligation
                    WHERE \(condition) AND \(visible) ORDER BY due_at DESC LIMIT \(limit: Self.breachesShown)
                    """, Obligation.init(row:))
            }.sorted { ($1.dueAt, $1.id) < ($0.dueAt, $0.id) }.prefix(Self.breachesShown)
            func hidden(_ condition: SQL) throws -> (hidden: Int, all: Int) {
                try transaction.one(
                    """
                    SELECT coalesce(sum(CASE WHEN \(visible) THEN 0 ELSE 1 END), 0), count(*)
                    FROM obligation WHERE \(condition)
                    """, orElse: "breaches"
                ) { (try $0[0] as Int, try $0[1] as Int) }
            }
            let stillOpen = try hidden(open)
            return Detail(
                units: units, people: people, breaches: Array(breaches),
                breachesOutOfReach: try hidden(late).hidden + stillOpen.hidden, isBroken: stillOpen.all > 0, now: now)
        }
    }

    private static let breachesShown = 20

    private static func covered(by reach: Reach) -> SQL {
        reach.covers(unit: "obligation.unit", owner: "obligation.holder")
    }
}
