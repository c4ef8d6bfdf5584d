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
}

/// Adds up adherence from the duties themselves; void and waived ones do not count.
public struct AdherenceService: Sendable {
    private let database: any Database

    public init(database: any Database) {
        self.database = database
    }

    public struct Overview: Sendable {
        public let clauses: [Clause.Key: Adherence]
        public let total: Adherence
        /// Thirteen weeks, oldest first, per clause.
        public let weeks: [Clause.Key: [Adherence]]
        /// Clauses that are broken at this moment: a duty is open and its time has passed.
        public let broken: Set<Clause.Key>
        public let now: Instant
    }

    public static let weekCount = 13

    /// The last thirteen weeks by clause, as far as the reader's permission covers.
    public func overview(for principal: Principal) async throws -> Overview {
        let covered = try Self.covered(for: principal)
        return try await database.read(for: principal.organisation) { transaction in
            let now = transaction.now
            var clauses: [Clause.Key: Adherence] = [:]
            var weeks: [Clause.Key: [Adherence]] = [:]
            let week: Int64 = 7 * 24 * 3_600_000
            let start = now.adding(milliseconds: -week * Int64(Self.weekCount))
            // From clause to clause, so that the years before are not read.
            let rows = try transaction.all(
                """
                WITH RECURSIVE known (clause) AS (
                    SELECT min(clause) FROM obligation WHERE organisation = \(principal.organisation)
                    UNION ALL
                    SELECT (SELECT min(clause) FROM obligation
                            WHERE organisation = \(principal.organisation) AND clause > known.clause)
                    FROM known WHERE known.clause IS NOT NULL
                )
                SELECT obligation.clause, (due_at - \(start)) / \(week) AS week, count(*),
                    sum(CASE WHEN state = 'met' AND is_late = 0 THEN 1 ELSE 0 END)
                FROM known JOIN obligation ON obligation.clause = known.clause
                WHERE organisation = \(principal.organisation) AND due_at >= \(start) AND \(Self.counted(at: now))
                  AND \(covered)
                GROUP BY obligation.clause, week
                """
            ) { (try $0[0] as String, try $0[1] as Int, try $0[2] as Int, try $0[3] as Int) }
            for (clause, index, due, met) in rows {
                clauses[clause, default: Adherence(due: 0, met: 0)].due += due
                clauses[clause, default: Adherence(due: 0, met: 0)].met += met
                let slot = min(max(0, index), Self.weekCount - 1)
                weeks[clause, default: Array(repeating: Adherence(due: 0, met: 0), count: Self.weekCount)][slot].due +=
                    due
                weeks[clause, default: []][slot].met += met
            }
            let broken = try transaction.all(
                """
                SELECT clause FROM obligation
                WHERE organisation = \(principal.organisation) AND state = 'open' AND due_at < \(now) AND \(covered)
                ORDER BY due_at, id
                """
            ) { try $0[0] as String }
            let total = clauses.values.reduce(into: Adherence(due: 0, met: 0)) {
                $0.due += $1.due
                $0.met += $1.met
            }
            return Overview(clauses: clauses, total: total, weeks: weeks, broken: Set(broken), now: now)
        }
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
        let covered = try Self.covered(for: principal)
        return try await database.read(for: principal.organisation) { transaction in
            let now = transaction.now
            let start = now.adding(hours: -24 * 7 * Int64(Self.weekCount))
            let condition: SQL = """
                organisation = \(principal.organisation) AND clause = \(clause) AND due_at >= \(start)
                  AND \(Self.counted(at: now)) AND \(covered)
                """
            let sums: SQL = "count(*), sum(CASE WHEN state = 'met' AND is_late = 0 THEN 1 ELSE 0 END)"
            let units = try transaction.all("SELECT unit, \(sums) FROM obligation WHERE \(condition) GROUP BY unit") {
                (unit: try $0[0] as UnitID, adherence: Adherence(due: try $0[1], met: try $0[2]))
            }
            let people = try transaction.all(
                "SELECT holder, \(sums) FROM obligation WHERE \(condition) GROUP BY holder"
            ) { (staff: try $0[0] as StaffID?, adherence: Adherence(due: try $0[1], met: try $0[2])) }
            let breached: SQL = "\(condition) AND (is_late = 1 OR state = 'open')"
            let visible = ObligationService.visible(to: principal)
            let breaches = try transaction.all(
                """
                SELECT \(Obligation.columns) FROM obligation
                WHERE \(breached) AND \(visible) ORDER BY due_at DESC LIMIT 20
                """, Obligation.init(row:))
            let (hidden, open) = try transaction.one(
                """
                SELECT coalesce(sum(CASE WHEN \(visible) THEN 0 ELSE 1 END), 0),
                    coalesce(sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END), 0)
                FROM obligation WHERE \(breached)
                """, orElse: "breaches"
            ) { (try $0[0] as Int, try $0[1] as Int) }
            return Detail(
                units: units, people: people, breaches: breaches, breachesOutOfReach: hidden, isBroken: open > 0,
                now: now)
        }
    }

    /// What counts: met duties, and open ones whose time has passed.
    private static func counted(at now: Instant) -> SQL {
        "(state = 'met' OR (state = 'open' AND due_at < \(now)))"
    }

    private static func covered(for principal: Principal) throws -> SQL {
        try principal.reach(.readCharter).covers(unit: "obligation.unit", owner: "obligation.holder")
    }
}
