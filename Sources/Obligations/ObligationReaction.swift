public import Organisations
import Policy
import Primitives
public import Storage

/// Answers each event by the clauses of its charter: opens, discharges and voids duties, starts and ends cadences,
/// in the transaction of the event. What is open is judged by the charter version that opened it.
public struct ObligationReaction: Reaction {
    private let charters: CharterShelf
    private let pointed: FormReferences

    public init(charters: CharterShelf, references: FormReferences) {
        self.charters = charters
        pointed = references
    }

    public func react(to event: Event, in transaction: any WriteTransaction, journal: Journal) throws {
        // Of the engine's own consequences a charter may name these two.
        guard event.nature == .fact || event.type == "obligation.met" || event.type == "obligation.late" else { return }
        try discharge(event, transaction, journal)
        var subjects = event.subjectsKnownBefore
        if let charter = try charter(for: event, in: transaction) {
            try open(event, charter, transaction, journal)
            if try startCadences(event, charter, transaction) { subjects = event.subjects }
        }
        try endCadences(event, about: subjects, transaction)
        try HandOver(event: event, charters: charters, journal: journal, transaction: transaction)?.run()
        switch event.type {
        case "case.handed_over": try handOverCase(event, transaction, journal)
        case "case.merged": try letGo(event, transaction, journal)
        case "case.unmerged": try takeUp(event, transaction, journal)
        case "case.paused": try wait(event, transaction, journal)
        case "case.resumed": try goOn(event, transaction, journal)
        default: break
        }
    }

    /// Lets go what is owed in a case that was put into another, and what recurs in it.
    private func letGo(_ event: Event, _ transaction: any WriteTransaction, _ journal: Journal) throws {
        guard let matter = event.matter else { return }
        let store = ObligationStore(transaction, event.organisation)
        let discharge = Discharge(store: store, journal: journal, transaction: transaction)
        for named in try store.named(about: Event.Subject("case", matter)) {
            let obligation = try store.find(named.id)
            guard obligation.state == .open else { continue }
            var why: Fields = [:]
            why["reason"] = event.body["reason"]
            try discharge.close(obligation, as: .void, because: event, body: why)
        }
        try transaction.run(
            """
            UPDATE cadence SET ended_at = \(event.occurredAt), next_at = NULL
            WHERE organisation = \(event.organisation) AND subject_kind = 'case' AND subject = \(matter)
              AND ended_at IS NULL
            """)
    }

    /// Opens anew what was let go when the case was put into another, each duty with its deadline and its holder.
    private func takeUp(_ event: Event, _ transaction: any WriteTransaction, _ journal: Journal) throws {
        guard let matter = event.matter,
            let merger = try EventStore(transaction).last("case.merged", ofCase: matter, in: event.organisation)
        else { return }
        let store = ObligationStore(transaction, event.organisation)
        var holders = Holders(transaction, organisation: event.organisation)
        let staff = OrganisationStore(transaction)
        for old in try store.closed(by: merger.id, inCase: matter) where old.state == .void {
            let charter = try charters.version(old.charterVersion, of: event.organisation, in: transaction)
            var holder = old.holder
            if let person = old.holder, try staff.staff(person, of: event.organisation).leftOn != nil {
                holder = try holders.take(old.post, in: old.unit, charter: charter)
            }
            try reopen(old, due: old.dueAt, holder: holder, [:], event, store, transaction, journal)
        }
        try resume(event, since: merger.occurredAt, matter, transaction)
    }

    private func reopen(
        _ old: Obligation, due: Instant, holder: StaffID?, _ more: Fields, _ event: Event, _ store: ObligationStore,
        _ transaction: any WriteTransaction, _ journal: Journal
    ) throws {
        let new = ObligationStore.New(
            clause: old.clause, charterVersion: old.charterVersion,
            subject: Event.Subject(old.subjectKind, old.subject), period: event.id.description + "/" + old.period,
            reference: old.reference, customer: old.customer, matter: old.matter, unit: old.unit, post: old.post,
            holder: holder, due: due, openedBy: old.openedBy)
        guard let id = try store.open(new, in: transaction) else { return }
        var body = more
        body["clause"] = .text(old.clause)
        body["due"] = .text(due.rfc3339)
        body["holder"] = .text(holder?.description ?? "")
        try journal.record(
            event.consequence(
                "obligation.opened", about: id, unit: old.unit, charter: old.charterVersion, body: body),
            in: transaction)
    }

    /// Lets those duties of a case wait whose clauses allow it; what is overdue already does not wait.
    /// - Throws: `ObligationService.Refusal.notPausable`.
    private func wait(_ event: Event, _ transaction: any WriteTransaction, _ journal: Journal) throws {
        guard let matter = event.matter else { return }
        let store = ObligationStore(transaction, event.organisation)
        let discharge = Discharge(store: store, journal: journal, transaction: transaction)
        var others: [Clause.Key] = []
        var isWaiting = false
        for named in try store.named(about: Event.Subject("case", matter)) {
            let obligation = try store.find(named.id)
            let charter = try charters.version(named.charterVersion, of: event.organisation, in: transaction)
            guard charter.clause(named.clause)?.duty?.isPausable == true, !obligation.isOverdue(at: transaction.now)
            else {
                others.append(named.clause)
                continue
            }
            guard obligation.state == .open else { continue }
            var why: Fields = [:]
            why["reason"] = event.body["reason"]
            try discharge.close(obligation, as: .void, because: event, body: why)
            isWaiting = true
        }
        if !isWaiting { throw ObligationService.Refusal.notPausable(clauses: others) }
    }

    /// Opens anew what waited, as much later as it waited; what happened meanwhile may have met it.
    private func goOn(_ event: Event, _ transaction: any WriteTransaction, _ journal: Journal) throws {
        guard let matter = event.matter,
            let pause = try EventStore(transaction).last("case.paused", ofCase: matter, in: event.organisation)
        else { return }
        let store = ObligationStore(transaction, event.organisation)
        let meanwhile = Set(
            try transaction.all(
                """
                SELECT DISTINCT type FROM event
                WHERE organisation = \(event.organisation) AND matter = \(matter) AND id > \(pause.id)
                """
            ) { try $0[0] as String })
        var holders = Holders(transaction, organisation: event.organisation)
        let staff = OrganisationStore(transaction)
        for old in try store.closed(by: pause.id, inCase: matter) where old.state == .void {
            let charter = try charters.version(old.charterVersion, of: event.organisation, in: transaction)
            guard let duty = charter.clause(old.clause)?.duty,
                !duty.isMet(by: meanwhile), meanwhile.isDisjoint(with: duty.voidBy)
            else { continue }
            let moved = try charter.calendar.due(
                duty.within, movedFrom: old.dueAt, waitingFrom: pause.occurredAt, to: event.occurredAt)
            var holder = old.holder
            if let person = old.holder, try staff.staff(person, of: event.organisation).leftOn != nil {
                holder = try holders.take(old.post, in: old.unit, charter: charter)
            }
            try reopen(
                old, due: moved.due, holder: holder,
                [
                    "was": .text(moved.was.rfc3339), "waited_ms": .integer(moved.waited),
                    "is_working_time": .flag(moved.isWorkingTime),
                ], event, store, transaction, journal)
        }
    }

    private func resume(
        _ event: Event, since instant: Instant, _ matter: CaseID, _ transaction: any WriteTransaction
    ) throws {
        let ended = try transaction.all(
            """
            SELECT clause, anchor, anchored_at, charter_version, next_ordinal FROM cadence
            WHERE organisation = \(event.organisation) AND subject_kind = 'case' AND subject = \(matter)
              AND ended_at = \(instant)
            """
        ) { row in
            (
                clause: try row[0] as String, anchor: try row[1] as Event.ID, anchoredAt: try row[2] as Instant,
                version: try row[3] as Int, ordinal: try row[4] as Int
            )
        }
        for cadence in ended {
            let charter = try charters.version(cadence.version, of: event.organisation, in: transaction)
            guard case .recurring(let step, _, _, let times) = charter.clause(cadence.clause)?.cadence else { continue }
            let next =
                times.map { cadence.ordinal > $0 } == true
                ? nil
                : try? Cadence.occurrence(
                    cadence.ordinal, every: step, after: cadence.anchoredAt, calendar: charter.calendar)
            try transaction.run(
                """
                UPDATE cadence SET ended_at = NULL, next_at = \(next)
                WHERE organisation = \(event.organisation) AND clause = \(cadence.clause)
                  AND subject_kind = 'case' AND subject = \(matter) AND anchor = \(cadence.anchor)
                """)
        }
    }

    /// Gives what the handler of a case owes in it to the receiver.
    /// - Throws: `ObligationService.Refusal` where the receiver may not have one of the duties.
    private func handOverCase(
        _ event: Event, _ transaction: any WriteTransaction, _ journal: Journal
    ) throws {
        guard let matter = event.matter, let receiver = event.body["to"].flatMap({ StaffID($0.text) }) else { return }
        let handler = event.body["from"].flatMap { StaffID($0.text) }
        let store = ObligationStore(transaction, event.organisation)
        let person = try OrganisationStore(transaction).staff(receiver, of: event.organisation)
        for named in try store.named(about: Event.Subject("case", matter)) {
            let obligation = try store.find(named.id)
            guard obligation.state == .open, obligation.holder == handler else { continue }
            try Heirs.check(
                person, asHeirOf: obligation, in: event.organisation, charters: charters, pointed: pointed,
                transaction)
            try store.give(obligation, to: receiver, in: transaction)
            try journal.record(
                event.consequence(
                    "obligation.reassigned", about: obligation.id, unit: obligation.unit,
                    charter: obligation.charterVersion,
                    body: ["clause": .text(obligation.clause), "holder": .text(receiver.description)]),
                in: transaction)
        }
    }

    private func charter(for event: Event, in transaction: any WriteTransaction) throws -> Charter? {
        do {
            if let version = event.charterVersion {
                return try charters.version(version, of: event.organisation, in: transaction)
            }
            return try charters.inForce(for: event.organisation, at: event.occurredAt, in: transaction)
        } catch StorageError.notFound {
            return nil
        }
    }

    private func open(
        _ event: Event, _ charter: Charter, _ transaction: any WriteTransaction, _ journal: Journal
    ) throws {
        let duties = charter.duties(openedBy: event.type, fields: event.body, at: event.occurredAt)
        guard !duties.isEmpty, let unit = event.unit else { return }
        let store = ObligationStore(transaction, event.organisation)
        var holders = Holders(transaction, organisation: event.organisation)
        try holders.look(for: duties.map(\.duty.post), in: unit, charter: charter)
        let new = try duties.map { opened in
            ObligationStore.New(
                clause: opened.clause.key, charterVersion: charter.version, subject: event.dutySubject,
                period: event.id.description, reference: event.body["reference"]?.text,
                customer: event.customer, matter: event.matter, unit: unit, post: opened.duty.post,
                holder: try person(opened.duty, event, transaction)
                    ?? holders.take(opened.duty.post, in: unit, charter: charter), due: opened.due,
                openedBy: event.id)
        }
        let openings = zip(try store.open(new, in: transaction), new).compactMap { id, new in
            id.map {
                event.consequence(
                    "obligation.opened", about: $0, unit: unit, charter: charter.version,
                    body: [
                        "clause": .text(new.clause), "due": .text(new.due.rfc3339),
                        "holder": .text(new.holder?.description ?? ""),
                    ])
            }
        }
        try journal.record(openings, in: transaction)
    }

    /// The one who owes it, where the clause names a person and that person still works here.
    private func person(_ duty: Duty, _ event: Event, _ transaction: any ReadTransaction) throws -> StaffID? {
        guard let field = duty.person else { return nil }
        let named: StaffID? =
            if field == "subject" {
                event.subject.kind == "staff" ? StaffID(event.subject.id) : nil
            } else {
                event.body[field].flatMap { StaffID($0.text) }
            }
        return try named.flatMap { id in
            try transaction.first(
                """
                SELECT 1 FROM staff
                WHERE organisation = \(event.organisation) AND id = \(id) AND left_on IS NULL
                """
            ) { _ in id }
        }
    }

    private func discharge(_ event: Event, _ transaction: any WriteTransaction, _ journal: Journal) throws {
        let store = ObligationStore(transaction, event.organisation)
        let discharge = Discharge(store: store, journal: journal, transaction: transaction)
        for named in try event.subjectsKnownBefore.flatMap(store.named(about:)) {
            let charter = try charters.version(named.charterVersion, of: event.organisation, in: transaction)
            guard let duty = charter.clause(named.clause)?.duty else { continue }
            let state: Obligation.State
            if duty.metBy.contains(event.type) {
                state = .met
            } else if duty.voidBy.contains(event.type) {
                state = .void
            } else {
                continue
            }
            // What followed from closing another may have closed this one.
            let obligation = try store.find(named.id)
            guard obligation.state == .open else { continue }
            if state == .met, duty.needsAll {
                let since = try happened(duty.metBy, about: event, since: obligation.openedBy, transaction)
                guard duty.isMet(by: since.union([event.type])) else { continue }
            }
            try discharge.close(obligation, as: state, because: event)
        }
    }

    /// Which of some events happened about the same since a duty was opened.
    private func happened(
        _ types: [String], about event: Event, since opening: Event.ID, _ transaction: any ReadTransaction
    ) throws -> Set<String> {
        let about: SQL =
            event.matter.map { "matter = \($0)" }
            ?? "subject_kind = \(event.subject.kind) AND subject = \(event.subject.id)"
        return Set(
            try transaction.all(
                """
                SELECT DISTINCT type FROM event
                WHERE organisation = \(event.organisation) AND \(about) AND type IN \(list: types) AND id > \(opening)
                """
            ) { try $0[0] as String })
    }

    /// - Returns: whether one of them may end with the same event.
    private func startCadences(
        _ event: Event, _ charter: Charter, _ transaction: any WriteTransaction
    ) throws -> Bool {
        guard let unit = event.unit else { return false }
        var mayEnd = false
        for clause in charter.clauses(anchoredBy: event.type) {
            guard case .recurring(let step, _, _, let times) = clause.cadence, clause.applies(to: event.body),
                times.map({ $0 > 0 }) ?? true,
                let first = try? Cadence.occurrence(
                    1, every: step, after: event.occurredAt, calendar: charter.calendar)
            else { continue }
            try transaction.run(
                """
                INSERT INTO cadence (organisation, clause, subject_kind, subject, anchor, anchored_at,
                    charter_version, reference, customer, matter, unit, next_ordinal, next_at)
                VALUES (\(event.organisation), \(clause.key), \(event.dutySubject.kind), \(event.dutySubject.id),
                    \(event.id), \(event.occurredAt), \(charter.version), \(event.body["reference"]?.text),
                    \(event.customer), \(event.matter), \(unit), 1, \(first))
                ON CONFLICT (organisation, clause, subject_kind, subject, anchor) DO NOTHING
                """)
            if clause.cadence?.end == event.type { mayEnd = true }
        }
        return mayEnd
    }

    /// What fell before the end still opens, even when the clock has not come to it yet.
    private func endCadences(
        _ event: Event, about subjects: [Event.Subject], _ transaction: any WriteTransaction
    ) throws {
        for subject in subjects {
            let running = try transaction.all(
                """
                SELECT clause, anchor, charter_version FROM cadence
                WHERE organisation = \(event.organisation) AND subject_kind = \(subject.kind)
                  AND subject = \(subject.id) AND ended_at IS NULL
                """
            ) { (clause: try $0[0] as String, anchor: try $0[1] as Event.ID, version: try $0[2] as Int) }
            for cadence in running {
                let charter = try charters.version(cadence.version, of: event.organisation, in: transaction)
                guard charter.clause(cadence.clause)?.cadence?.end == event.type else { continue }
                try transaction.run(
                    """
                    UPDATE cadence SET ended_at = \(event.occurredAt),
                        next_at = CASE WHEN next_at <= \(event.occurredAt) THEN next_at ELSE NULL END
                    WHERE organisation = \(event.organisation) AND clause = \(cadence.clause)
                      AND subject_kind = \(subject.kind) AND subject = \(subject.id) AND anchor = \(cadence.anchor)
                    """)
            }
        }
    }
}

/// Closes a duty and says so in the journal; lateness is judged before the state changes.
struct Discharge {
    let store: ObligationStore
    let journal: Journal
    let transaction: any WriteTransaction

    func close(
        _ obligation: Obligation, as state: Obligation.State, because event: Event, body: Fields = [:]
    ) throws {
        let late = state == .met && obligation.dueAt < transaction.now
        if late, !obligation.wasLate {
            try journal.record(
                event.consequence(
                    "obligation.late", about: obligation.id, unit: obligation.unit,
                    charter: obligation.charterVersion, body: ["clause": .text(obligation.clause)]),
                in: transaction)
            // What follows from lateness may have closed this very duty.
            guard try store.isOpen(obligation.id) else { return }
        }
        try store.close(obligation, as: state, by: event.id, in: transaction)
        var said = body
        said["clause"] = .text(obligation.clause)
        said["late_ms"] = late ? .integer(transaction.now.since(obligation.dueAt)) : nil
        try journal.record(
            event.consequence(
                "obligation.\(state.rawValue)", about: obligation.id, unit: obligation.unit,
                charter: obligation.charterVersion, body: said), in: transaction)
    }
}

extension Event {
    /// What a duty that this event opens is about: the case where there is one.
    var dutySubject: Subject { matter.map { Subject("case", $0) } ?? subject }

    /// What duties and cadences that this event may end are about.
    var subjects: [Subject] { dutySubject == subject ? [subject] : [dutySubject, subject] }

    /// Those among them about which something may stand open already: nothing does about a case that this event begins.
    // A look for what is not there locks the place where it would be, and all new cases come to lie in one place.
    fileprivate var subjectsKnownBefore: [Subject] {
        beginsMatter ? subjects.filter { $0 != dutySubject } : subjects
    }

    /// The customer whom the event concerns.
    var customer: CustomerID? {
        if subject.kind == "customer" { return CustomerID(subject.id) }
        return body["customer"].flatMap { CustomerID($0.text) }
    }

    func consequence(
        _ type: String, about obligation: ObligationID, unit: UnitID?, charter: Int, body: Fields
    ) -> EventDraft {
        EventDraft(
            organisation: organisation, type: type, subject: Subject("obligation", obligation), matter: matter,
            unit: unit, actor: actor, cause: id, charterVersion: charter, nature: .consequence, body: body)
    }
}
