public import Organisations
public import Policy
public import Primitives
public import Storage

/// What was found, and what followed from it.
public struct ConsequenceService: Sendable {
    private let database: any Database
    private let charters: CharterShelf

    public init(database: any Database, charters: CharterShelf) {
        self.database = database
        self.charters = charters
    }

    /// A finding with what the rules say now and all that was said about it.
    public struct Detail: Sendable {
        public let finding: Finding
        public let offence: Offence
        public let proposal: SanctionProposal
        public let steps: [SanctionStep]
        public let personName: String
        public let onProbation: Bool
    }

    /// The finding of a case that the reader may open; `nil` where the case books none.
    public func detail(ofCase matter: CaseID, for principal: Principal) async throws -> Detail? {
        try await database.read(for: principal.organisation) { transaction in
            try detail(ofCase: matter, for: principal, in: transaction)
        }
    }

    public func detail(
        ofCase matter: CaseID, for principal: Principal, in transaction: any ReadTransaction
    ) throws -> Detail? {
        let store = FindingStore(transaction, principal.organisation)
        guard let finding = try store.find(matter) else { return nil }
        let charter = try charters.version(finding.charterVersion, of: principal.organisation, in: transaction)
        guard let offence = charter.offence(finding.offence) else { return nil }
        let person = try OrganisationStore(transaction).staff(finding.person, of: principal.organisation)
        return Detail(
            finding: finding, offence: offence,
            proposal: try charter.proposal(for: offence, finding: finding, store: store, in: transaction),
            steps: try store.steps(of: matter), personName: person.name,
            onProbation: person.employment == .probation)
    }

    public struct Page: Sendable {
        public let rows: [(finding: Finding, last: SanctionStep?)]
        public let next: CaseID?
        public let charter: Charter
        public let names: [StaffID: String]
        public let now: Instant
    }

    /// The findings that the reader may open, and those against the reader, newest first.
    public func list(
        about person: StaffID? = nil, before: CaseID? = nil, limit: Int = 50, for principal: Principal
    ) async throws -> Page {
        // Those against oneself are read without any permission.
        let reach = try? principal.reach(.readCases)
        return try await database.read(for: principal.organisation) { [charters] transaction in
            let own: SQL = "finding.person = \(principal.staff)"
            let covered: SQL =
                reach.map { "(\($0.covers(unit: "finding.unit", owner: "finding.booked_by")) OR \(own))" } ?? own
            let about: SQL = person.map { "AND finding.person = \($0)" } ?? ""
            let earlier: SQL = before.map { "AND finding.matter < \($0)" } ?? ""
            let found = try transaction.all(
                """
                SELECT \(Finding.columns) FROM finding
                WHERE finding.organisation = \(principal.organisation) AND \(covered) \(about) \(earlier)
                ORDER BY finding.matter DESC LIMIT \(limit: limit + 1)
                """, Finding.init(row:))
            let shown = Array(found.prefix(limit))
            let store = FindingStore(transaction, principal.organisation)
            return Page(
                rows: try shown.map { ($0, try store.steps(of: $0.matter).last { $0.measure != nil }) },
                next: found.count > limit ? shown.last?.matter : nil,
                charter: try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction),
                names: try OrganisationStore(transaction)
                    .names(of: Set(shown.flatMap { [$0.person, $0.bookedBy] }), in: principal.organisation),
                now: transaction.now)
        }
    }
}
