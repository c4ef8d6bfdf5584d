public import Organisations
import Policy
public import Primitives
public import Storage

/// Checks the notices against the journal, both ways, as far as it says who was to be told.
public struct NoticeAccount {
    /// A notice that the journal does not bear out.
    public enum Fault: Sendable, Hashable {
        /// That person was told of the event, and the notice is missing.
        case lost(StaffID, event: Event.ID)
        /// What it tells of is missing.
        case unsaid(Identifier<Notice>)
    }

    private let charters: CharterShelf
    private let transaction: any ReadTransaction
    /// Nodes do not begin and end acts in one order, so whoever came or went within a minute may or may not have been told.
    private static let slack: Int64 = 60_000

    public init(charters: CharterShelf, in transaction: any ReadTransaction) {
        self.charters = charters
        self.transaction = transaction
    }

    public func faults() throws -> [Fault] {
        let told = Set(
            try transaction.all("SELECT event, staff, clause FROM notice") {
                Told(event: try $0[0], staff: try $0[1], clause: try $0[2])
            })
        let lost = try (raised() + notified()).filter { !told.contains($0) }
        let unsaid = try transaction.all(
            """
            SELECT notice.id FROM notice
            LEFT JOIN event ON event.organisation = notice.organisation AND event.id = notice.event
            WHERE event.id IS NULL ORDER BY notice.id
            """
        ) { Fault.unsaid(try $0[0]) }
        var seen: Set<Fault> = []
        return lost.map { .lost($0.staff, event: $0.event) }.filter { seen.insert($0).inserted } + unsaid
    }

    private struct Told: Hashable {
        let event: Event.ID
        let staff: StaffID
        let clause: String
    }

    /// What a customer says or sends of his own accord, to whoever has the case.
    static let said = ["case.word_added", "case.opinion_given", "attachment.added"]

    /// Whom lateness went up to, who was given a case and whom a customer's word was for: the event says it.
    private func raised() throws -> [Told] {
        let types = ["obligation.escalated", "case.handed_over"] + Self.said
        return try transaction.all("SELECT id, body FROM event WHERE type IN \(list: types) ORDER BY id") { row in
            let body = EventBody.decode(try row[1])
            guard let staff = body["to"].flatMap({ StaffID($0.text) }), let clause = body["clause"]?.text else {
                return nil
            }
            return Told(event: try row[0], staff: staff, clause: clause)
        }.compactMap { $0 }
    }

    /// Whom a clause names: the holders of its posts in the unit or above it who held them all along.
    private func notified() throws -> [Told] {
        let people = try people()
        let above = try transaction.all("SELECT descendant, ancestor FROM unit_closure") {
            (try $0[0] as UnitID, try $0[1] as UnitID)
        }.reduce(into: [UnitID: Set<UnitID>]()) { $0[$1.0, default: []].insert($1.1) }
        let versions = try transaction.all("SELECT organisation, version FROM charter_version") {
            (organisation: try $0[0] as OrganisationID, version: try $0[1] as Int)
        }
        return try versions.flatMap { organisation, version -> [Told] in
            let charter = try charters.version(version, of: organisation, in: transaction)
            let types = Set(charter.clauses.filter { !$0.notify.isEmpty }.compactMap(\.when)).sorted()
            if types.isEmpty { return [] }
            let events = try transaction.all(
                """
                SELECT id, type, unit, recorded_at, body FROM event
                WHERE organisation = \(organisation) AND charter_version = \(version) AND type IN \(list: types)
                  AND unit IS NOT NULL ORDER BY id
                """
            ) {
                (
                    id: try $0[0] as Event.ID, type: try $0[1] as String, unit: try $0[2] as UnitID,
                    at: try $0[3] as Instant, body: EventBody.decode(try $0[4])
                )
            }
            return events.flatMap { event in
                charter.notices(of: event.type, fields: event.body).flatMap { clause in
                    (people[organisation] ?? []).filter { person in
                        clause.notify.contains(person.post) && person.was(there: event.at)
                            && above[event.unit, default: []].contains(person.unit)
                    }.map { Told(event: event.id, staff: $0.id, clause: clause.key) }
                }
            }
        }
    }

    private struct Person {
        let id: StaffID
        let post: String
        let unit: UnitID
        var since: Instant?
        var until: Instant?

        func was(there instant: Instant) -> Bool {
            (since.map { $0.adding(milliseconds: NoticeAccount.slack) < instant } ?? true)
                && (until.map { instant.adding(milliseconds: NoticeAccount.slack) < $0 } ?? true)
        }
    }

    /// Those who never changed their place, with the time in which they were there.
    private func people() throws -> [OrganisationID: [Person]] {
        let staff = try transaction.all("SELECT organisation, id, post, unit FROM staff ORDER BY id") {
            (organisation: try $0[0] as OrganisationID, person: Person(id: try $0[1], post: try $0[2], unit: try $0[3]))
        }
        var joined: [StaffID: Instant] = [:]
        var left: [StaffID: Instant] = [:]
        var changed: Set<StaffID> = []
        let events = try transaction.all(
            """
            SELECT subject, type, recorded_at FROM event
            WHERE type IN ('staff.joined', 'staff.changed', 'staff.left')
            """
        ) { (staff: try $0[0] as StaffID, type: try $0[1] as String, at: try $0[2] as Instant) }
        for event in events {
            switch event.type {
            case "staff.joined": joined[event.staff] = event.at
            case "staff.left": left[event.staff] = event.at
            default: changed.insert(event.staff)
            }
        }
        return staff.reduce(into: [:]) { people, found in
            var person = found.person
            if changed.contains(person.id) { return }
            person.since = joined[person.id]
            person.until = left[person.id]
            people[found.organisation, default: []].append(person)
        }
    }
}
