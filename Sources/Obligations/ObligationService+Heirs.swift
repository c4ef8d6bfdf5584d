public import Organisations
import Policy
import Primitives
public import Storage

extension ObligationService {
    /// Those whom the reader may give a duty to: within the reader's reach, of a post that may do it, and with sight of
    /// what it is about; by unit and name.
    public func heirs(
        of obligation: Obligation, for principal: Principal, in transaction: any ReadTransaction
    ) throws -> [Staff] {
        let reach = try principal.reach(.waiveObligations)
        var heirs = try heirs(of: obligation, in: principal.organisation, transaction)
        return try OrganisationStore(transaction).staff(of: principal.organisation, within: reach).filter {
            try heirs.refusal(of: $0) == nil
        }
    }

    /// - Throws: `Refusal` when the person has left, may not do the duty, or not see what it is about.
    func check(
        _ person: Staff, asHeirOf obligation: Obligation, in organisation: OrganisationID,
        _ transaction: any ReadTransaction
    ) throws {
        try Heirs.check(
            person, asHeirOf: obligation, in: organisation, charters: charters, pointed: pointed, transaction)
    }

    private func heirs(
        of obligation: Obligation, in organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> Heirs {
        try Heirs(obligation, in: organisation, charters: charters, pointed: pointed, transaction)
    }
}

/// One predicate for the choice that is offered and for the act.
struct Heirs {
    private let obligation: Obligation
    private let posts: [Post.Key]
    private let current: Charter
    private let pointed: FormReferences
    private let organisation: OrganisationID
    private let transaction: any ReadTransaction
    private var subtrees: [UnitID: [UnitID]] = [:]
    /// Many have the same reach, and what it covers is asked once.
    private var sights: [[Reach?]: Bool] = [:]

    init(
        _ obligation: Obligation, in organisation: OrganisationID, charters: CharterShelf, pointed: FormReferences,
        _ transaction: any ReadTransaction
    ) throws {
        self.obligation = obligation
        posts = try charters.version(obligation.charterVersion, of: organisation, in: transaction)
            .posts(doing: obligation.clause, of: obligation.post)
        current = try charters.inForce(for: organisation, at: transaction.now, in: transaction)
        self.pointed = pointed
        self.organisation = organisation
        self.transaction = transaction
    }

    /// - Throws: `ObligationService.Refusal`.
    static func check(
        _ person: Staff, asHeirOf obligation: Obligation, in organisation: OrganisationID, charters: CharterShelf,
        pointed: FormReferences, _ transaction: any ReadTransaction
    ) throws {
        var heirs = try Heirs(obligation, in: organisation, charters: charters, pointed: pointed, transaction)
        if let refusal = try heirs.refusal(of: person) { throw refusal }
    }

    mutating func refusal(of person: Staff) throws -> ObligationService.Refusal? {
        // Whoever has left holds no post any more.
        guard person.leftOn == nil, posts.contains(person.post) else {
            return .notTheirs(clause: obligation.clause, posts: posts)
        }
        return try sees(person) ? nil : .outOfTheirSight(clause: obligation.clause)
    }

    private mutating func sees(_ person: Staff) throws -> Bool {
        let below =
            try subtrees[person.unit] ?? OrganisationStore(transaction).subtree(of: person.unit, in: organisation)
        subtrees[person.unit] = below
        let principal = Principal(
            organisation: organisation, staff: person.id, name: person.name, unit: person.unit, subtree: below,
            post: person.post, may: current.post(person.post)?.may ?? [:])
        let reaches = [try? principal.reach(.readCases), (try? principal.reach(.readCustomers)) ?? .own(person.id)]
        if let known = sights[reaches] { return known }
        // A case names its customer, so whoever may open it needs no more.
        let sees: Bool
        if let matter = obligation.matter {
            sees = try pointed.isVisible(matter, to: principal, in: transaction)
        } else if let customer = obligation.customer {
            sees = try pointed.isVisible(customer, to: principal, in: transaction)
        } else {
            sees = true
        }
        sights[reaches] = sees
        return sees
    }
}
