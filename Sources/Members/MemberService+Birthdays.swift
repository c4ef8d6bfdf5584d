import Customers
import Organisations
import Policy
public import Primitives
public import Storage

extension MemberService {
    /// Announces the birthdays that are near enough, each once: records `member.birthday`. For the clock.
    ///
    /// It takes up where it stopped, day by day and on each in the order of customers; a company that begins with it
    /// begins today. Nothing happens where the rules have no birthdays.
    /// - Returns: how many were announced, and whether there may be more.
    public func announceBirthdays(
        of organisation: OrganisationID, _ limit: Int, in transaction: any WriteTransaction
    ) throws -> (count: Int, hasMore: Bool) {
        guard let charter = try? charters.inForce(for: organisation, at: transaction.now, in: transaction),
            let programme = charter.membership, let rule = programme.offers.birthdays
        else { return (0, false) }
        let today = charter.calendar.zone.local(transaction.now).day
        let last = today.adding(days: rule.ahead)
        let stored = try transaction.first(
            "SELECT day, customer FROM birthday_clock WHERE organisation = \(organisation)"
        ) { (day: try $0[0] as CalendarDay, customer: try $0[1] as CustomerID?) }
        var place = stored ?? (today, nil)
        // What can no longer be given need not be announced.
        let first = today.adding(days: -rule.until)
        if place.day < first { place = (first, nil) }
        if place.day > last { return (0, false) }
        let found = try celebrating(place.day, after: place.customer, programme, organisation, limit, transaction)
        var count = 0
        for (customer, unit, member) in found {
            let isNew = try announce(
                customer, member, for: place.day, on: today, charter, programme, unit, organisation, transaction)
            if isNew { count += 1 }
        }
        let isDone = found.count < limit
        let (day, customer) = isDone ? (place.day.adding(days: 1), nil) : (place.day, found.last?.0)
        try transaction.run(
            """
            INSERT INTO birthday_clock (organisation, day, customer) VALUES (\(organisation), \(day), \(customer))
            ON CONFLICT (organisation) DO UPDATE SET day = excluded.day, customer = excluded.customer
            """)
        return (count, day <= last)
    }

    /// The members who have their birthday on a day, in the order of customers.
    private func celebrating(
        _ day: CalendarDay, after customer: CustomerID?, _ programme: Programme, _ organisation: OrganisationID,
        _ limit: Int, _ transaction: any ReadTransaction
    ) throws -> [(CustomerID, UnitID, Member)] {
        let births = programme.birthsCelebrated(on: day).map { born in
            (born.month < 10 ? "0" : "") + "\(born.month)-" + (born.day < 10 ? "0" : "") + "\(born.day)"
        }
        let later: SQL = customer.map { "AND member.customer > \($0)" } ?? ""
        let rows = try transaction.all(
            """
            SELECT member.customer, customer.unit FROM member
            JOIN customer ON customer.organisation = member.organisation AND customer.id = member.customer
            WHERE member.organisation = \(organisation) AND member.born IS NOT NULL
              AND substr(member.born, 6) IN \(list: births) \(later)
            ORDER BY member.customer LIMIT \(limit: limit)
            """
        ) { (try $0[0] as CustomerID, try $0[1] as UnitID) }
        let store = MemberStore(transaction, organisation)
        return try rows.compactMap { row in
            try store.member(row.0).map { (row.0, row.1, $0.member) }
        }
    }

    /// Announces the birthday that is near, where it is not announced yet.
    func announce(
        _ customer: CustomerID, _ member: Member, on today: CalendarDay, _ charter: Charter, _ programme: Programme,
        _ unit: UnitID, _ organisation: OrganisationID, _ transaction: any WriteTransaction
    ) throws {
        guard let birthday = member.born.flatMap({ programme.birthday(near: today, born: $0) }), birthday >= today
        else { return }
        _ = try announce(
            customer, member, for: birthday, on: today, charter, programme, unit, organisation, transaction)
    }

    /// - Returns: whether it was; not where it was before, or where the card gives nothing on that day.
    private func announce(
        _ customer: CustomerID, _ member: Member, for birthday: CalendarDay, on today: CalendarDay,
        _ charter: Charter, _ programme: Programme, _ unit: UnitID, _ organisation: OrganisationID,
        _ transaction: any WriteTransaction
    ) throws -> Bool {
        guard let rule = programme.offers.birthdays, let card = member.card else { return false }
        switch programme.standing(of: card, on: birthday) {
        case .none, .expired, .lapsed: return false
        // A lost card is likely replaced by then.
        case .active, .inWindow, .frozen, .notYet: break
        }
        let isKnown: Int? = try transaction.first(
            """
            SELECT 1 FROM member_birthday
            WHERE organisation = \(organisation) AND customer = \(customer) AND year = \(birthday.year)
            """
        ) { try $0[0] }
        if isKnown != nil { return false }
        let consents = try rule.consent.map { key in
            try transaction.first(
                """
                SELECT 1 FROM member_confirmation
                WHERE organisation = \(organisation) AND customer = \(customer) AND confirmation = \(key)
                """
            ) { try $0[0] as Int } != nil
        }
        let event = try journal.record(
            EventDraft(
                organisation: organisation, type: Birthdays.event, subject: Event.Subject("customer", customer),
                unit: unit, actor: .program("clock"), charterVersion: charter.version,
                body: [
                    "tier": .text(card.tier), "birthday": .text(birthday.description),
                    "consent": .flag(consents ?? true),
                ]), in: transaction)
        try transaction.run(
            """
            INSERT INTO member_birthday (organisation, customer, year, event)
            VALUES (\(organisation), \(customer), \(birthday.year), \(event.id))
            """)
        return true
    }

    /// What an act brings with it: a card is issued, and a birthday may be near.
    func follow(
        _ act: MemberAct.Kind, of customer: CustomerID, _ member: Member, _ day: CalendarDay, _ cause: Event,
        by programme: Programme, in transaction: any WriteTransaction
    ) throws {
        let isIssue: Bool
        switch act {
        case .join, .upgrade: isIssue = true
        default: isIssue = false
        }
        guard isIssue, let card = member.card, let unit = cause.unit else { return }
        try journal.record(
            EventDraft(
                organisation: cause.organisation, type: "card.issued", subject: cause.subject, unit: unit,
                actor: cause.actor, occurredAt: cause.occurredAt, cause: cause.id, charterVersion: cause.charterVersion,
                body: ["tier": .text(card.tier), "card": .integer(Int64(card.number))]), in: transaction)
        // Acts of a history were done long ago.
        let charter = try charters.inForce(for: cause.organisation, at: transaction.now, in: transaction)
        guard day == charter.calendar.zone.local(transaction.now).day else { return }
        try announce(customer, member, on: day, charter, programme, unit, cause.organisation, transaction)
    }
}
