import Customers
import Organisations
import Policy
import Primitives
import Storage

/// What is read of one customer by the rules of the day, for the desk and for himself.
struct MemberReader {
    let transaction: any ReadTransaction
    let organisation: OrganisationID
    let customer: CustomerID
    let programme: Programme
    let day: CalendarDay

    init(
        _ transaction: any ReadTransaction, _ organisation: OrganisationID, _ customer: CustomerID, _ charter: Charter,
        _ programme: Programme
    ) {
        self.transaction = transaction
        self.organisation = organisation
        self.customer = customer
        self.programme = programme
        day = charter.calendar.zone.local(transaction.now).day
    }

    private var members: MemberStore { MemberStore(transaction, organisation) }

    /// As of today.
    private func member() throws -> Member { (try members.member(customer)?.member ?? Member()).rolled(to: day) }

    func account(naming number: String?, limit: Int) throws -> MemberService.Account {
        let member = try member()
        return MemberService.Account(
            member: member, standing: programme.standing(of: member.card, on: day),
            expiry: member.card.map { programme.expiry(of: $0) },
            receipts: try members.receipts(of: customer, limit: limit),
            named: try number.flatMap { try members.receipt($0, of: customer) },
            movements: try members.movements(of: customer, limit: limit), day: day)
    }

    func perks() throws -> [MemberService.PerkStanding] {
        let member = try member()
        let store = PerkStore(transaction, organisation, customer)
        return try programme.offers.perks.compactMap { perk in
            guard let tier = member.card?.tier, let count = perk.counts[tier] else { return nil }
            let given = try programme.period(of: perk, for: member, on: day)
                .flatMap { try store.day(of: perk.key, in: $0) }
            return MemberService.PerkStanding(
                perk: perk, count: count, given: given, refusal: programme.refusal(of: perk, to: member, on: day))
        }
    }

    /// What the card was given from a day on, in order of time; 100 at most.
    func given(since day: CalendarDay) throws -> [GivenPerk] {
        try PerkStore(transaction, organisation, customer).given(since: day, limit: 100)
    }

    /// The activities that are not over and that the member's tier is invited to.
    func doings() throws -> [MemberService.Doing] {
        let member = try member()
        guard let card = member.card else { return [] }
        let store = ActivityStore(transaction, organisation)
        return try store.open(on: day, limit: 100).compactMap { stored in
            guard let kind = programme.offers.activity(stored.activity.kind),
                stored.activity.tiers.contains(card.tier)
            else { return nil }
            let taken = try programme.period(of: kind, for: card)
                .flatMap { try store.day(of: stored.id, customer, in: $0) }
            return MemberService.Doing(
                stored: stored, kind: kind, taken: taken,
                refusal: programme.refusal(of: stored.activity, to: member, on: day))
        }
    }

    func storedValue(limit: Int) throws -> MemberService.StoredStatement {
        let store = StoredStore(transaction: transaction, organisation: organisation, customer: customer)
        return MemberService.StoredStatement(
            account: try store.account()?.account ?? StoredAccount(), recharges: try store.recharges(limit: limit),
            movements: try store.movements(limit: limit))
    }

    /// Whether there is a card or something paid in beforehand.
    func isMember() throws -> Bool {
        if try members.member(customer)?.member.card != nil { return true }
        guard programme.storedValue != nil else { return false }
        return try StoredStore(transaction: transaction, organisation: organisation, customer: customer).account()
            != nil
    }

    func confirmations() throws -> [(key: Confirmation.Key, at: Instant)] { try members.confirmations(of: customer) }
}
