public import Organisations
public import Policy
public import Primitives
public import Storage

extension MemberService {
    // MARK: What is announced

    /// Announces an activity: records `activity.KIND` about the company.
    /// - Throws: `Denial` without `activities.manage`; `FormFaults`; `NoProgramme`.
    public func announce(_ draft: ActivityDraft, by principal: Principal) async throws -> StoredActivity.ID {
        try await database.write(for: principal.organisation) { try announce(draft, by: principal, in: $0) }
    }

    /// The same within a transaction at hand, for request idempotency.
    public func announce(
        _ draft: ActivityDraft, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> StoredActivity.ID {
        _ = try principal.reach(.arrangeActivities)
        let (charter, programme) = try rules(for: principal, in: transaction)
        let (kind, checked) = try draft.checked(by: programme)
        let id: StoredActivity.ID = transaction.identifier()
        let event = try record(
            kind.event, principal, charter,
            [
                "activity": .text(id.description), "from": .text(checked.from.description),
                "until": .text(checked.through.description), "clause": .text(kind.clauses.first ?? ""),
            ], transaction)
        try ActivityStore(transaction, principal.organisation).insert(checked, id, event.id)
        return id
    }

    /// Ends one with today: records `activity.ended`.
    /// - Throws: `Denial` without `activities.manage`; `.notFound`; `.changedMeanwhile`.
    public func end(
        _ id: StoredActivity.ID, revision: Int, by principal: Principal, in transaction: any WriteTransaction
    ) throws {
        _ = try principal.reach(.arrangeActivities)
        let (charter, _) = try rules(for: principal, in: transaction)
        let store = ActivityStore(transaction, principal.organisation)
        let stored = try store.find(id)
        let day = charter.calendar.zone.local(transaction.now).day.adding(days: -1)
        // One that is over stays as it was.
        if stored.activity.through <= day { return }
        try store.end(id, on: max(day, stored.activity.from), revision: revision)
        _ = try record("activity.ended", principal, charter, ["activity": .text(id.description)], transaction)
    }

    private func record(
        _ type: String, _ principal: Principal, _ charter: Charter, _ body: Fields,
        _ transaction: any WriteTransaction
    ) throws -> Event {
        let root = try OrganisationStore(transaction).units(of: principal.organisation).first { $0.parent == nil }
        return try journal.record(
            EventDraft(
                organisation: principal.organisation, type: type,
                subject: Event.Subject("organisation", OrganisationService.subject(of: principal.organisation)),
                unit: root?.id ?? principal.unit, actor: .staff(principal.staff), charterVersion: charter.version,
                body: body), in: transaction)
    }

    /// Activities that are not over, and the last of those that are.
    /// - Throws: `Denial` without `members.read`; `NoProgramme`.
    public func activities(
        past limit: Int = 20, for principal: Principal
    ) async throws -> (open: [StoredActivity], past: [StoredActivity], day: CalendarDay) {
        try await database.read(for: principal.organisation) { transaction in
            _ = try principal.reach(.readMembers)
            let (charter, _) = try rules(for: principal, in: transaction)
            let store = ActivityStore(transaction, principal.organisation)
            let day = charter.calendar.zone.local(transaction.now).day
            return (try store.open(on: day, limit: 200), try store.past(on: day, limit: limit), day)
        }
    }

    /// One, with the first of those who took part.
    public func activity(
        _ id: StoredActivity.ID, limit: Int = 100, for principal: Principal
    ) async throws -> (stored: StoredActivity, parts: [Part], count: Int, day: CalendarDay) {
        try await database.read(for: principal.organisation) { transaction in
            _ = try principal.reach(.readMembers)
            let (charter, _) = try rules(for: principal, in: transaction)
            let store = ActivityStore(transaction, principal.organisation)
            return (
                try store.find(id), try store.parts(of: id, limit: limit), try store.partCount(of: id),
                charter.calendar.zone.local(transaction.now).day
            )
        }
    }

    // MARK: Taking part

    /// Lets a member take part: records `member.took_part`, or for a gift for points `points.exchanged`.
    /// - Parameter gift: its place among the activity's, for an exchange.
    /// - Throws: `Denial` without `members.act` for that customer; `MemberRefusals`; `.notFound`; `NoProgramme`.
    @discardableResult
    public func attend(
        _ id: StoredActivity.ID, gift: Int? = nil, _ customer: CustomerID, by principal: Principal
    ) async throws -> Attendance {
        try await database.write(for: principal.organisation) {
            try attend(id, gift: gift, customer, by: principal, in: $0)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    public func attend(
        _ id: StoredActivity.ID, gift: Int?, _ customer: CustomerID, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> Attendance {
        let (charter, programme) = try rules(for: principal, in: transaction)
        let unit = try unit(of: customer, .actOnMembers, principal, transaction)
        let store = ActivityStore(transaction, principal.organisation)
        let stored = try store.find(id)
        let day = charter.calendar.zone.local(transaction.now).day
        let member =
            try MemberStore(transaction, principal.organisation).member(customer)?.member.rolled(to: day)
            ?? Member()
        let kind = programme.offers.activity(stored.activity.kind)
        let period = kind.flatMap { kind in member.card.flatMap { programme.period(of: kind, for: $0) } }
        let attendance = try programme.attend(
            stored.activity, gift: gift, member, on: day,
            taken: try period.flatMap { try store.day(of: id, customer, in: $0) })
        var body: Fields = ["activity": .text(id.description), "tier": .text(attendance.tier)]
        body["clause"] = attendance.clause.map(FieldValue.text)
        body["gift"] = gift.map { .integer(Int64($0)) }
        var event: Event.ID?
        if let kind, kind.takes == .exchange {
            event = try post(
                .exchange(kind.key, points: attendance.points), for: customer, confirming: nil, at: nil, by: principal,
                in: transaction, saying: body
            ).event
        } else {
            event = try journal.record(
                EventDraft(
                    organisation: principal.organisation, type: "member.took_part",
                    subject: Event.Subject("customer", customer), unit: unit, actor: .staff(principal.staff),
                    charterVersion: charter.version, body: body), in: transaction
            ).id
        }
        guard let event else { throw StorageError.engine("an exchange was taken for a repeat") }
        try store.take(
            attendance, in: stored, gift: kind?.takes == .exchange ? gift : nil, by: customer, on: day, event)
        return attendance
    }

    // MARK: Whom to tell

    /// Whom an activity is for, from the highest tier to the lowest: those whose card works, and who agreed where the
    /// rules ask for it. Records `members.listed`.
    /// - Throws: `Denial` without `customers.export`; `.notFound`; `NoProgramme`.
    public func invited(
        to id: StoredActivity.ID, by principal: Principal
    ) async throws -> (stored: StoredActivity, guests: [Guest]) {
        try await database.write(for: principal.organisation) { transaction in
            let reach = try principal.reach(.exportCustomers)
            _ = try principal.reach(.readMembers)
            let (charter, programme) = try rules(for: principal, in: transaction)
            let stored = try ActivityStore(transaction, principal.organisation).find(id)
            let consent = programme.offers.activity(stored.activity.kind)?.consent
            let day = max(charter.calendar.zone.local(transaction.now).day, stored.activity.from)
            var guests: [Guest] = []
            for tier in programme.tiers.reversed() where stored.activity.tiers.contains(tier.key) {
                guests += try self.guests(of: tier, consent, reach, principal, transaction).filter { _, card in
                    programme.standing(of: card, on: day).isGood
                }.map(\.0)
            }
            _ = try record(
                "members.listed", principal, charter,
                ["activity": .text(id.description), "count": .integer(Int64(guests.count))], transaction)
            return (stored, guests)
        }
    }

    private func guests(
        of tier: Tier, _ consent: Confirmation.Key?, _ reach: Reach, _ principal: Principal,
        _ transaction: any ReadTransaction
    ) throws -> [(Guest, MemberCard)] {
        let agreed: SQL =
            consent.map {
                """
                AND EXISTS (SELECT 1 FROM member_confirmation a WHERE a.organisation = m.organisation
                  AND a.customer = m.customer AND a.confirmation = \($0))
                """
            } ?? ""
        return try transaction.all(
            """
            SELECT c.reference, c.name, c.phone_masked, m.card, m.card_year, m.account, m.issued, m.usable, m.used,
                m.lost, m.customer
            FROM member m JOIN customer c ON c.organisation = m.organisation AND c.id = m.customer
            WHERE m.organisation = \(principal.organisation) AND m.tier = \(tier.key) \(agreed)
              AND \(reach.covers(unit: "c.unit", owner: "c.owner"))
            ORDER BY m.customer
            """
        ) { row in
            (
                Guest(
                    customer: try row[10], reference: try row[0], name: try row[1], maskedPhone: try row[2],
                    tier: tier.key),
                MemberCard(
                    tier: tier.key, number: try row[3], year: try row[4], account: try row[5], issued: try row[6],
                    usable: try row[7], used: try row[8], lost: try row[9])
            )
        }
    }

    /// Somebody whom an activity is for.
    public struct Guest: Sendable, Hashable {
        public let customer: CustomerID
        public let reference: String
        public let name: String
        public let maskedPhone: String
        public let tier: Tier.Key
    }
}

extension MemberService {
    /// An activity as it stands with a member today.
    public struct Doing: Sendable {
        public let stored: StoredActivity
        public let kind: ActivityKind
        /// The day on which the member took part, where once is enough.
        public let taken: CalendarDay?
        /// What keeps the member from it today.
        public let refusal: MemberRefusal?
    }

    /// The activities that are not over and that the member's tier is invited to.
    /// - Throws: `Denial` without `members.read`; `.notFound` for a customer out of reach; `NoProgramme`.
    public func doings(of customer: CustomerID, for principal: Principal) async throws -> [Doing] {
        try await database.read(for: principal.organisation) { transaction in
            try reader(of: customer, for: principal, in: transaction).doings()
        }
    }
}
