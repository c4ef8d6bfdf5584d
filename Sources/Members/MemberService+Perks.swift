import Customers
public import Organisations
public import Policy
public import Primitives
public import Storage

extension MemberService {
    /// Gives a perk: records `perk.KEY` and the grant with it.
    /// - Parameter staff: who serves, where somebody is assigned.
    /// - Throws: `Denial` without `members.act` for that customer; `MemberRefusals`; `FormFaults` for somebody who
    ///   does not work here; `NoProgramme`.
    @discardableResult
    public func give(
        _ request: PerkRequest, to customer: CustomerID, served staff: StaffID? = nil, by principal: Principal
    ) async throws -> PerkGrant {
        try await database.write(for: principal.organisation) { transaction in
            try give(request, to: customer, served: staff, by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    public func give(
        _ request: PerkRequest, to customer: CustomerID, served staff: StaffID?, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> PerkGrant {
        let (charter, programme) = try rules(for: principal, in: transaction)
        let unit = try unit(of: customer, .actOnMembers, principal, transaction)
        let members = MemberStore(transaction, principal.organisation)
        let store = PerkStore(transaction, principal.organisation, customer)
        let day = charter.calendar.zone.local(transaction.now).day
        let member = try members.member(customer)?.member.rolled(to: day) ?? Member()
        let perk = programme.offers.perk(request.perk)
        let period = perk.flatMap { programme.period(of: $0, for: member, on: day) }
        let grant = try programme.give(
            request, to: member, on: day,
            receipt: try request.receipt.flatMap { try members.lookup([$0], of: customer)[$0] },
            given: try period.flatMap { try store.day(of: request.perk, in: $0) })
        if let staff { try check(staff, principal, transaction) }
        if perk?.each == .birthday {
            // It may be given on the very morning before the clock has told of it.
            try announce(customer, member, on: day, charter, programme, unit, principal.organisation, transaction)
        }
        var body: Fields = ["tier": .text(grant.tier), "count": .integer(grant.count)]
        body["clause"] = grant.clause.map(FieldValue.text)
        body["option"] = request.option.map(FieldValue.text)
        body["receipt"] = request.receipt.map(FieldValue.text)
        body["staff"] = staff.map { .text($0.description) }
        let event = try journal.record(
            EventDraft(
                organisation: principal.organisation, type: Perk.event(grant.perk),
                subject: Event.Subject("customer", customer), unit: unit, actor: .staff(principal.staff),
                charterVersion: charter.version, body: body), in: transaction)
        try store.save(
            grant, request, period: grant.period ?? event.id.description, to: staff, on: day, event.id,
            in: transaction)
        return grant
    }

    private func check(_ staff: StaffID, _ principal: Principal, _ transaction: any ReadTransaction) throws {
        let found: StaffID? = try transaction.first(
            """
            SELECT id FROM staff
            WHERE organisation = \(principal.organisation) AND id = \(staff) AND left_on IS NULL
            """
        ) { try $0[0] }
        if found == nil { throw FormFaults([FormFault("staff", .unknownReference)]) }
    }

    /// A perk as it stands with a card today.
    public struct PerkStanding: Sendable {
        public let perk: Perk
        public let count: Ruled<Int64>
        /// The day on which it was given in the period at hand.
        public let given: CalendarDay?
        /// What else keeps it from being given today.
        public let refusal: MemberRefusal?
    }

    /// What a card's tier has, and what it was given today.
    /// - Throws: `Denial` without `members.read`; `.notFound` for a customer out of reach; `NoProgramme`.
    public func perks(
        of customer: CustomerID, for principal: Principal
    ) async throws -> (perks: [PerkStanding], given: [GivenPerk]) {
        try await database.read(for: principal.organisation) { transaction in
            let reader = try reader(of: customer, for: principal, in: transaction)
            return (try reader.perks(), try reader.given(since: reader.day))
        }
    }
}
