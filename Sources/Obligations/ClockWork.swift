public import Organisations
import Policy
public import Primitives
public import Storage
import Synchronization

/// What time alone brings about: breaches, escalations, the occurrences of cadences.
///
/// Any node may run it, any number of times: each effect is unique in the database, oldest first, to the end.
public struct ClockWork: Sendable {
    private let database: any Database
    private let journal: Journal
    private let charters: CharterShelf
    private let tasks: [Task]
    private let turn: (@Sendable () -> Lease)?

    /// What another domain has the clock do: at most so many things in one transaction, each once however often it runs.
    public typealias Task =
        @Sendable (
            _ organisation: OrganisationID, _ limit: Int, _ transaction: any WriteTransaction
        ) throws -> (count: Int, hasMore: Bool)

    /// - Parameters:
    ///   - tasks: done before the duties are looked at, since they may open some.
    ///   - turn: a lease of its own for each tick, where several nodes have a clock: ticks that met would do the
    ///     same work and be in each other's way. Without it every tick works.
    public init(
        database: any Database, journal: Journal, charters: CharterShelf, tasks: [Task] = [],
        turn: (@Sendable () -> Lease)? = nil
    ) {
        self.database = database
        self.journal = journal
        self.charters = charters
        self.tasks = tasks
        self.turn = turn
    }

    /// What a tick did.
    public struct Tally: Sendable, Equatable {
        public var breaches = 0
        public var escalations = 0
        public var occurrences = 0
        /// How long the oldest thing had been waiting, in milliseconds.
        public var lag: Int64 = 0

        public var isIdle: Bool { breaches + escalations + occurrences == 0 }

        static func + (left: Tally, right: Tally) -> Tally {
            Tally(
                breaches: left.breaches + right.breaches, escalations: left.escalations + right.escalations,
                occurrences: left.occurrences + right.occurrences, lag: max(left.lag, right.lag))
        }
    }

    /// Does all that is due in every company; nothing while another tick is at it.
    /// - Throws: the first failure, after the other companies had their turn.
    public func tick() async throws -> Tally {
        guard let lease = turn?() else { return try await tick(under: nil) }
        guard try await take(lease) else { return Tally() }
        do {
            let tally = try await tick(under: lease)
            try await giveBack(lease)
            return tally
        } catch {
            try? await giveBack(lease)
            throw error
        }
    }

    // Apart: no act reads it, and a lease that is held keeps whoever asks waiting for no longer than this takes.
    private func take(_ lease: Lease) async throws -> Bool {
        try await database.writeApart(.installation) { try lease.take(in: $0) }
    }

    private func giveBack(_ lease: Lease) async throws {
        try await database.writeApart(.installation) { try lease.giveBack(in: $0) }
    }

    private func tick(under lease: Lease?) async throws -> Tally {
        let organisations = try await database.read(.everyCompany) {
            try OrganisationStore($0).organisations().map(\.id)
        }
        var tally = Tally()
        var failure: (any Error)?
        for organisation in organisations {
            do {
                tally = tally + (try await tick(organisation, under: lease))
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return tally
    }

    public func tick(_ organisation: OrganisationID) async throws -> Tally {
        try await tick(organisation, under: nil)
    }

    private func tick(_ organisation: OrganisationID, under lease: Lease?) async throws -> Tally {
        // What the tick itself opens is for the next one, or a duty due at once upon lateness would never end it.
        let until = try await database.read(.installation) { $0.now }
        var done = Tally()
        for task in tasks {
            done =
                done
                + (try await steps(of: organisation, under: lease) { transaction, limit in
                    let (count, hasMore) = try task(organisation, limit, transaction)
                    return Step(tally: Tally(occurrences: count), more: hasMore)
                })
        }
        let alarms = try await steps(of: organisation, under: lease) { transaction, limit in
            try self.alarms(organisation, until: until, limit, transaction)
        }
        let occurrences = try await steps(of: organisation, under: lease) { transaction, limit in
            try self.occurrences(organisation, until: until, limit, transaction)
        }
        let (calendar, hasMore) = try await database.write(for: organisation) { transaction in
            (try calendarDays(organisation, transaction), try sumDays(of: organisation, transaction))
        }
        if hasMore {
            while try await database.write(for: organisation, { try sumDays(of: organisation, $0) }) {}
        }
        return done + alarms + occurrences + calendar
    }

    /// Takes one step after another until nothing is left, each a transaction of its own.
    private func steps(
        of organisation: OrganisationID, under lease: Lease?,
        _ step: @escaping @Sendable (any WriteTransaction, _ limit: Int) throws -> Step
    ) async throws -> Tally {
        var tally = Tally()
        let pace = Pace()
        while true {
            pace.begin()
            let done = try await database.write(for: organisation) { try step($0, pace.next()) }
            tally = tally + done.tally
            if !done.more { return tally }
            // For as long as it works nobody else need begin; one that lost it does no harm.
            if let lease { _ = try await take(lease) }
        }
    }

    /// How much is done in one transaction: half as much each time that others were in its way, twice as much when none
    /// were. A long one would meet all the acts of its time, each time that it is run again.
    private final class Pace: Sendable {
        private static let most = 200
        private let state = Mutex((limit: 25, runs: 0))

        func begin() {
            state.withLock { state in
                if state.runs == 1 { state.limit = min(Self.most, state.limit * 2) }
                state.runs = 0
            }
        }

        /// Asked whenever the transaction is run.
        func next() -> Int {
            state.withLock { state in
                if state.runs > 0 { state.limit = max(1, state.limit / 2) }
                state.runs += 1
                return state.limit
            }
        }
    }

    private struct Step {
        var tally: Tally
        var more: Bool
    }

    // MARK: Days that are over

    /// A fortnight in one transaction, so that a company that is new to it does not wait for thirteen weeks of commits.
    private static let daysTogether = 14

    /// - Returns: whether there may be more.
    private func sumDays(of organisation: OrganisationID, _ transaction: any WriteTransaction) throws -> Bool {
        guard let charter = try charters.inForceIfAny(for: organisation, at: transaction.now, in: transaction) else {
            return false
        }
        let days = AdherenceDays(organisation: organisation)
        for _ in 0..<Self.daysTogether where try !days.sumNext(in: charter.calendar.zone, transaction) { return false }
        return true
    }

    // MARK: Breaches and escalations

    private func alarms(
        _ organisation: OrganisationID, until now: Instant, _ limit: Int, _ transaction: any WriteTransaction
    ) throws -> Step {
        let store = ObligationStore(transaction, organisation)
        let due = try transaction.all(
            """
            SELECT \(Obligation.columns), obligation.alarm_at, obligation.alarm_step FROM obligation
            WHERE organisation = \(organisation) AND alarm_at < \(now) AND state = 'open'
            ORDER BY alarm_at LIMIT \(limit: limit)
            """
        ) { (try Obligation(row: $0), try $0[20] as Instant, try $0[21] as Int) }
        var tally = Tally()
        for (obligation, alarm, step) in due {
            // What followed from another one's lateness may have closed this one.
            guard try store.isOpen(obligation.id) else { continue }
            tally.lag = max(tally.lag, now.since(alarm))
            let charter = try charters.version(obligation.charterVersion, of: organisation, in: transaction)
            var step = step
            var escalatedTo = obligation.escalatedTo
            if !obligation.wasLate {
                try record("obligation.late", obligation, organisation, transaction)
                tally.breaches += 1
            }
            let clause = charter.clause(obligation.clause)
            while let clause, let at = charter.escalation(step, of: clause, due: obligation.dueAt), at < now {
                var holders = Holders(transaction, organisation: organisation)
                var told: Set<StaffID> = []
                for post in clause.lateness?.notify ?? [] {
                    let person = try holders.take(post, in: obligation.unit, charter: charter)
                    // Two posts may lead to one person, who hears of it once.
                    if let person, !told.insert(person).inserted { continue }
                    if let person, person != obligation.holder { escalatedTo = person }
                    try record(
                        "obligation.escalated", obligation, organisation, transaction,
                        body: [
                            "post": .text(post), "to": .text(person?.description ?? ""),
                            "step": .integer(Int64(step + 1)),
                        ])
                }
                tally.escalations += 1
                step += 1
            }
            let next = clause.flatMap { charter.escalation(step, of: $0, due: obligation.dueAt) }
            // Its own lateness may have made it void; then nothing is left to say.
            try transaction.run(
                """
                UPDATE obligation SET is_late = 1, alarm_at = \(next), alarm_step = \(step),
                    escalated_to = \(escalatedTo), revision = revision + 1
                WHERE organisation = \(organisation) AND id = \(obligation.id) AND state = 'open'
                """)
        }
        return Step(tally: tally, more: due.count == limit)
    }

    private func record(
        _ type: String, _ obligation: Obligation, _ organisation: OrganisationID,
        _ transaction: any WriteTransaction, body: Fields = [:]
    ) throws {
        var said = body
        said["clause"] = .text(obligation.clause)
        said["reference"] = obligation.reference.map(FieldValue.text)
        try journal.record(
            EventDraft(
                organisation: organisation, type: type, subject: Event.Subject("obligation", obligation.id),
                matter: obligation.matter, unit: obligation.unit, actor: .program("clock"),
                cause: obligation.openedBy, charterVersion: obligation.charterVersion, nature: .consequence,
                body: said), in: transaction)
    }

    // MARK: Cadences that an event anchors

    private func occurrences(
        _ organisation: OrganisationID, until now: Instant, _ limit: Int, _ transaction: any WriteTransaction
    ) throws -> Step {
        let rows = try transaction.all(
            """
            SELECT clause, subject_kind, subject, anchor, anchored_at, charter_version, reference, customer,
                matter, unit, next_ordinal, next_at, ended_at
            FROM cadence WHERE organisation = \(organisation) AND next_at <= \(now)
            ORDER BY next_at LIMIT \(limit: limit)
            """, Anchored.init(row:))
        var tally = Tally()
        for row in rows {
            tally.lag = max(tally.lag, now.since(row.nextAt))
            let charter = try charters.version(row.charterVersion, of: organisation, in: transaction)
            guard let clause = charter.clause(row.clause), let duty = clause.duty,
                case .recurring(let every, _, _, let times) = clause.cadence
            else { throw StorageError.notFound("cadence of \(row.clause)") }
            try open(
                clause, duty, charter, about: row.subject, period: "\(row.anchor):\(row.ordinal)",
                from: row.nextAt, anchored: row, unit: row.unit, holder: nil, organisation, transaction)
            tally.occurrences += 1
            let following = row.ordinal + 1
            let next = row.next(
                times.map({ following > $0 }) ?? false
                    ? nil
                    : try? Cadence.occurrence(
                        following, every: every, after: row.anchoredAt, calendar: charter.calendar))
            try transaction.run(
                """
                UPDATE cadence SET next_ordinal = \(following), next_at = \(next)
                WHERE organisation = \(organisation) AND clause = \(row.clause)
                  AND subject_kind = \(row.subject.kind) AND subject = \(row.subject.id)
                  AND anchor = \(row.anchor) AND next_ordinal = \(row.ordinal)
                """, changing: 1, orElse: .changedMeanwhile("cadence \(row.clause)"))
        }
        // A cadence that missed several occurrences is among the next rows again.
        return Step(tally: tally, more: !rows.isEmpty)
    }

    private struct Anchored {
        let clause: String
        let subject: Event.Subject
        let anchor: Event.ID
        let anchoredAt: Instant
        let charterVersion: Int
        let reference: String?
        let customer: CustomerID?
        let matter: CaseID?
        let unit: UnitID
        let ordinal: Int
        let nextAt: Instant
        let endedAt: Instant?

        /// The next occurrence, unless the cadence had ended by then.
        func next(_ instant: Instant?) -> Instant? {
            guard let instant, let endedAt, instant > endedAt else { return instant }
            return nil
        }

        init(row: Row) throws {
            clause = try row[0]
            subject = Event.Subject(try row[1], try row[2] as Identifier<Event.Subject>)
            anchor = try row[3]
            anchoredAt = try row[4]
            charterVersion = try row[5]
            reference = try row[6]
            customer = try row[7]
            matter = try row[8]
            unit = try row[9]
            ordinal = try row[10]
            nextAt = try row[11]
            endedAt = try row[12]
        }
    }

    private func open(
        _ clause: Clause, _ duty: Duty, _ charter: Charter, about subject: Event.Subject, period: String,
        from instant: Instant, anchored: Anchored?, unit: UnitID, holder: StaffID?, _ organisation: OrganisationID,
        _ transaction: any WriteTransaction
    ) throws {
        var body: Fields = ["clause": .text(clause.key), "period": .text(period)]
        body["reference"] = anchored?.reference.map(FieldValue.text)
        let event = try journal.record(
            EventDraft(
                organisation: organisation, type: "cadence.occurred", subject: subject, matter: anchored?.matter,
                unit: unit, actor: .program("clock"), occurredAt: instant, cause: anchored?.anchor,
                charterVersion: charter.version, nature: .consequence, body: body), in: transaction)
        var holders = Holders(transaction, organisation: organisation)
        let store = ObligationStore(transaction, organisation)
        let due = charter.due(duty.within, from: instant, fields: body)
        let new = ObligationStore.New(
            clause: clause.key, charterVersion: charter.version, subject: subject, period: period,
            reference: anchored?.reference, customer: anchored?.customer, matter: anchored?.matter, unit: unit,
            post: duty.post, holder: try holder ?? holders.take(duty.post, in: unit, charter: charter), due: due,
            openedBy: event.id)
        guard let id = try store.open(new, in: transaction) else { return }
        try journal.record(
            EventDraft(
                organisation: organisation, type: "obligation.opened", subject: Event.Subject("obligation", id),
                matter: anchored?.matter, unit: unit, actor: .program("clock"), cause: event.id,
                charterVersion: charter.version, nature: .consequence,
                body: ["clause": .text(clause.key), "due": .text(due.rfc3339)]), in: transaction)
    }

    // MARK: Cadences of the calendar

    /// Opens what the calendar brings for the days not yet done, one row a clause remembering how far it is.
    // A charter that cannot be read is told here, after the alarms: its duties would fail to open unseen.
    private func calendarDays(_ organisation: OrganisationID, _ transaction: any WriteTransaction) throws -> Tally {
        guard let charter = try charters.inForceIfAny(for: organisation, at: transaction.now, in: transaction) else {
            return Tally()
        }
        let today = charter.calendar.zone.local(transaction.now).day
        var tally = Tally()
        try forgetOthers(than: charter, organisation, transaction)
        for clause in charter.clauses {
            guard case .calendar(let rule, let breadth, let lead) = clause.cadence, let duty = clause.duty else {
                continue
            }
            let done: CalendarDay? = try transaction.first(
                """
                SELECT through_day FROM calendar_cadence
                WHERE organisation = \(organisation) AND clause = \(clause.key)
                """
            ) { try $0[0] }
            let through = today.adding(days: lead)
            // A clause that is new starts today: rules do not reach back before they were adopted.
            let from = done.map { $0.adding(days: 1) } ?? today
            if from > through { continue }
            for day in Cadence.days(matching: rule, from: from, through: through, calendar: charter.calendar) {
                let start = charter.calendar.zone.instant(day, minute: 0)
                for target in try targets(breadth, of: duty.post, charter, organisation, transaction) {
                    try open(
                        clause, duty, charter, about: target.subject, period: day.description, from: start,
                        anchored: nil, unit: target.unit, holder: target.holder, organisation, transaction)
                    tally.occurrences += 1
                }
            }
            try transaction.run(
                """
                INSERT INTO calendar_cadence (organisation, clause, through_day)
                VALUES (\(organisation), \(clause.key), \(through))
                ON CONFLICT (organisation, clause) DO UPDATE SET through_day = excluded.through_day
                """)
        }
        return tally
    }

    private struct Target {
        let subject: Event.Subject
        let unit: UnitID
        let holder: StaffID?
    }

    /// A clause that a version left out starts afresh when a later one takes it up again.
    private func forgetOthers(
        than charter: Charter, _ organisation: OrganisationID, _ transaction: any WriteTransaction
    ) throws {
        let known = try transaction.all("SELECT clause FROM calendar_cadence WHERE organisation = \(organisation)") {
            try $0[0] as String
        }
        for key in known {
            if case .calendar = charter.clause(key)?.cadence { continue }
            try transaction.run(
                "DELETE FROM calendar_cadence WHERE organisation = \(organisation) AND clause = \(key)")
        }
    }

    private func targets(
        _ breadth: Cadence.Breadth, of post: Post.Key, _ charter: Charter, _ organisation: OrganisationID,
        _ transaction: any WriteTransaction
    ) throws -> [Target] {
        let holders = try transaction.all(
            """
            SELECT id, unit FROM staff
            WHERE organisation = \(organisation) AND post = \(post) AND left_on IS NULL ORDER BY id
            """
        ) { (try $0[0] as StaffID, try $0[1] as UnitID) }
        switch breadth {
        case .holder:
            return holders.map { Target(subject: Event.Subject("staff", $0.0), unit: $0.1, holder: $0.0) }
        case .unit:
            var seen: Set<UnitID> = []
            return holders.filter { seen.insert($0.1).inserted }.map {
                Target(subject: Event.Subject("unit", $0.1), unit: $0.1, holder: nil)
            }
        case .organisation:
            guard
                let root = try OrganisationStore(transaction).units(of: organisation).first(where: { $0.parent == nil })
            else { return [] }
            var choice = Holders(transaction, organisation: organisation)
            return [
                Target(
                    subject: Event.Subject("organisation", OrganisationService.subject(of: organisation)),
                    unit: root.id, holder: try choice.take(post, charter: charter))
            ]
        }
    }
}
