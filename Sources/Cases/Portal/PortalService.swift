public import Customers
import Organisations
public import Policy
public import Primitives
import Storage

/// What customers do in their cases by themselves, without an account.
///
/// Their acts are the desk's own, in the place of whoever has the case; the journal names the portal as who acted.
public struct PortalService: Sendable {
    let cases: CaseService
    let customers: CustomerService

    /// Under what name the journal keeps a customer's acts.
    public static let actor = "portal"
    static let linkActor = "signing-link"

    public init(cases: CaseService, customers: CustomerService) {
        self.cases = cases
        self.customers = customers
    }

    var database: any Database { cases.database }
    /// What visitors are known again by.
    public var seal: VisitorSeal { customers.visitors }

    /// A company as its visitors meet it.
    public struct Counter: Sendable {
        public let organisation: OrganisationID
        public let name: String
        public let charter: Charter
        public let now: Instant

        /// What can be filed here.
        public var workflows: [Workflow] { charter.workflows.filter { $0.portal != nil } }
    }

    /// - Throws: `.notFound` where there is no such company, and where it has no rules in force yet.
    public func counter(of organisation: OrganisationID) async throws -> Counter {
        try await database.read(for: organisation) { [charters = cases.charters] transaction in
            Counter(
                organisation: organisation, name: try OrganisationStore(transaction).organisation(organisation).name,
                charter: try charters.inForce(for: organisation, at: transaction.now, in: transaction),
                now: transaction.now)
        }
    }

    // MARK: Who stands in for the customer

    /// Who a case goes to: one of the post, or of those above it, who is there; in that unit rather than another.
    func keeper(
        of portal: Portal, near unit: UnitID?, owner: StaffID?, charter: Charter, organisation: OrganisationID,
        in transaction: any ReadTransaction
    ) throws -> Principal {
        let chain = charter.chain(from: portal.post)
        let today = charter.calendar.zone.local(transaction.now).day
        let found = try transaction.all(
            """
            SELECT id, name, unit, post, away_until FROM staff
            WHERE organisation = \(organisation) AND post IN \(list: chain) AND left_on IS NULL ORDER BY id
            """
        ) { row in
            Candidate(
                staff: try row[0], name: try row[1], unit: try row[2],
                rank: chain.firstIndex(of: try row[3] as Post.Key) ?? chain.count,
                isAway: try (row[4] as CalendarDay?).map { $0 >= today } ?? false)
        }
        func order(_ one: Candidate) -> [Int] {
            [one.isAway ? 1 : 0, one.rank, one.unit == unit ? 0 : 1, one.staff == owner ? 0 : 1]
        }
        guard let first = found.map(order).min(by: { $0.lexicographicallyPrecedes($1) }) else {
            throw PortalRefusal.nobodyThere
        }
        // Of equals one after the other, as the moments fall.
        let equals = found.filter { order($0) == first }
        let taken = equals[Int(transaction.now.milliseconds.magnitude % UInt64(equals.count))]
        var may = charter.post(portal.post)?.may ?? [:]
        may[.readCustomers] = .all
        may[.writeCustomers] = .all
        return Principal(
            organisation: organisation, staff: taken.staff, name: taken.name, unit: taken.unit,
            subtree: try OrganisationStore(transaction).subtree(of: taken.unit, in: organisation), post: portal.post,
            may: may)
    }

    private struct Candidate {
        let staff: StaffID
        let name: String
        let unit: UnitID
        let rank: Int
        let isAway: Bool
    }

    /// Who has the case in hand: whoever acted in it last, else who it went to.
    static func handler(of matter: Case, _ steps: [CaseStep]) -> StaffID {
        steps.last { $0.via == nil }?.actor ?? matter.openedBy
    }

    /// Stands in for the customer in a case at hand.
    static func standIn(_ matter: Case, _ steps: [CaseStep], _ portal: Portal, _ organisation: OrganisationID)
        -> Principal
    {
        Principal(
            organisation: organisation, staff: handler(of: matter, steps), name: "", unit: matter.unit,
            subtree: [matter.unit], post: portal.post,
            may: [.readCases: .all, .actOnCases: .all, .readCustomers: .all])
    }
}

/// Why the portal does not do what a visitor asks.
public enum PortalRefusal: Error, Sendable, Equatable {
    /// The company takes in nothing of that kind here.
    case noPortal
    /// Nobody works there who could take it.
    case nobodyThere
    /// It is a file, but no photo.
    case noPhoto
    case tooManyPhotos(Int)
    /// Enough was said in this case today.
    case tooManyWords
    /// There is nothing to sign, or no more.
    case nothingToSign
    /// What would be signed says something else than what was read.
    case changed
}
