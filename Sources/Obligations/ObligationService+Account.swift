import Policy
public import Primitives
import Storage

extension ObligationService {
    /// Whether every obligation is wholly there.
    public struct Account: Sendable {
        public let count: Int
        public let faults: [Fault]
    }

    /// A duty, or a person's load, that the journal does not bear out.
    public enum Fault: Sendable, Hashable {
        case openingMissing(ObligationID)
        case closingMissing(ObligationID)
        /// It was opened, and there is no such duty.
        case lost(ObligationID)
        case otherClause(ObligationID)
        case otherDeadline(ObligationID)
        case unsaidState(ObligationID)
        case unsaidLateness(ObligationID)
        case load(StaffID, kept: Int, counted: Int)
    }

    /// Checks the duties against the journal, both ways: that each has the events of its opening, lateness and closing
    /// and no others, that each opening still has its duty with the same deadline, and that the loads add up.
    public func accountFor() async throws -> Account {
        try await database.read(.everyCompany) { transaction in
            let faults =
                try Self.orphans(transaction) + Self.lost(transaction) + Self.unexplained(transaction)
                + Self.loads(transaction)
            let count = try transaction.one("SELECT count(*) FROM obligation", orElse: "count") { try $0[0] as Int }
            return Account(count: count, faults: faults)
        }
    }

    /// Duties whose events are gone.
    private static func orphans(_ transaction: any ReadTransaction) throws -> [Fault] {
        let unopened = try transaction.all(
            """
            SELECT obligation.id FROM obligation
            LEFT JOIN event ON event.organisation = obligation.organisation AND event.id = obligation.opened_by
            WHERE event.id IS NULL
            """
        ) { try $0[0] as ObligationID }
        let unclosed = try transaction.all(
            """
            SELECT obligation.id FROM obligation
            LEFT JOIN event ON event.organisation = obligation.organisation AND event.id = obligation.closed_by
            WHERE obligation.state <> 'open' AND event.id IS NULL
            """
        ) { try $0[0] as ObligationID }
        return unopened.map(Fault.openingMissing) + unclosed.map(Fault.closingMissing)
    }

    /// Openings whose duty is gone or is another now.
    private static func lost(_ transaction: any ReadTransaction) throws -> [Fault] {
        try transaction.all(
            """
            SELECT event.subject, event.body, obligation.clause, obligation.due_at FROM event
            LEFT JOIN obligation ON obligation.organisation = event.organisation AND obligation.id = event.subject
            WHERE event.type = 'obligation.opened' AND event.subject_kind = 'obligation'
            """
        ) { row -> Fault? in
            let id: ObligationID = try row[0]
            guard let clause: Clause.Key = try row[2], let due: Instant = try row[3] else {
                return .lost(id)
            }
            let said = EventBody.decode(try row[1])
            if said["clause"]?.text != clause { return .otherClause(id) }
            return said["due"]?.text == due.rfc3339 ? nil : .otherDeadline(id)
        }.compactMap { $0 }
    }

    /// Duties whose state or lateness the journal does not say.
    private static func unexplained(_ transaction: any ReadTransaction) throws -> [Fault] {
        func said(_ condition: SQL) -> SQL {
            """
            EXISTS (
                SELECT 1 FROM event
                WHERE event.organisation = obligation.organisation AND event.subject_kind = 'obligation'
                  AND event.subject = obligation.id AND \(condition))
            """
        }
        let states = try transaction.all(
            """
            SELECT id FROM obligation
            WHERE NOT \(said("event.type = 'obligation.opened'"))
               OR (state = 'open' AND \(said("event.type IN ('obligation.met', 'obligation.waived', 'obligation.void')")))
               OR (state = 'met' AND NOT \(said("event.type = 'obligation.met'")))
               OR (state = 'waived' AND NOT \(said("event.type = 'obligation.waived'")))
               OR (state = 'void' AND NOT \(said("event.type = 'obligation.void'")))
            """
        ) { try $0[0] as ObligationID }
        let lateness = try transaction.all(
            "SELECT id FROM obligation WHERE (is_late = 1) <> \(said("event.type = 'obligation.late'"))"
        ) { try $0[0] as ObligationID }
        return states.map(Fault.unsaidState) + lateness.map(Fault.unsaidLateness)
    }

    private static func loads(_ transaction: any ReadTransaction) throws -> [Fault] {
        try transaction.all(
            """
            SELECT people.holder, COALESCE(holder_load.open_count, 0) + COALESCE((
                    SELECT sum(change) FROM holder_load_change
                    WHERE holder_load_change.organisation = people.organisation
                      AND holder_load_change.holder = people.holder), 0),
                (SELECT count(*) FROM obligation WHERE obligation.organisation = people.organisation
                   AND obligation.holder = people.holder AND obligation.state = 'open')
            FROM (
                SELECT organisation, holder FROM holder_load
                UNION SELECT organisation, holder FROM holder_load_change
                UNION SELECT organisation, holder FROM obligation WHERE holder IS NOT NULL AND state = 'open'
            ) AS people
            LEFT JOIN holder_load
                ON holder_load.organisation = people.organisation AND holder_load.holder = people.holder
            """
        ) { (holder: try $0[0] as StaffID, kept: try $0[1] as Int, counted: try $0[2] as Int) }
        .filter { $0.kept != $0.counted }
        .map { .load($0.holder, kept: $0.kept, counted: $0.counted) }
    }
}
