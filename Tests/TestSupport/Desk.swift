public import Cases
public import Consequences
public import Customers
public import Knowledge
public import Members
public import Notices
public import Obligations
public import Organisations
public import Policy
public import Primitives
public import Storage
import TestDatabases

/// All services over one real database of the chosen engine, composed as `App` does it.
public struct Desk: Sendable {
    /// The engine, and around it what a test puts there.
    public let database: any Database
    public let clock: TestClock
    public let charters: CharterShelf
    public let journal: Journal
    public let references: ReferenceNumbers
    public let personKeys: PersonKeys
    public let passwords: PasswordHasher
    public let organisations: OrganisationService
    public let signIn: SignInService
    public let customers: CustomerService
    public let cases: CaseService
    public let attachments: AttachmentService
    /// Where their bytes are.
    public let files: any AttachmentStore
    public let facts: FactService
    public let obligations: ObligationService
    public let adherence: AdherenceService
    public let notices: NoticeService
    public let consequences: ConsequenceService
    public let knowledge: KnowledgeService
    public let members: MemberService
    public let clockWork: ClockWork

    public static let migrations =
        StorageMigrations.all + OrganisationsMigrations.all + CustomersMigrations.all + ObligationsMigrations.all
        + CasesMigrations.all + NoticesMigrations.all + ConsequencesMigrations.all + KnowledgeMigrations.all
        + MembersMigrations.all

    /// - Parameters:
    ///   - reactions: further ones, asked after the program's own.
    ///   - wrap: puts something around the database.
    ///   - parse: how a stored charter is read; the shop's has no holidays.
    public init(
        clock: TestClock = TestClock(), reactions: [any Reaction] = [],
        wrap: (any Database) -> any Database = { $0 }, limits: AttachmentLimits = AttachmentLimits(),
        parse: @escaping CharterShelf.Parser = { try Repository.read($0) }
    ) throws {
        self.clock = clock
        let database = wrap(
            try TestDatabases.open(migrations: Desk.migrations, clock: { clock.now }))
        self.database = database
        let charters = CharterShelf(parse: parse)
        self.charters = charters
        journal = Journal(
            reactions: [
                ConsequenceReaction(charters: charters),
                ObligationReaction(charters: charters, references: FormReferences(charters: charters)),
                NoticeReaction(charters: charters), KnowledgeReaction(),
            ] + reactions)
        references = ReferenceNumbers(database: database)
        let keys = KeyRing.random()
        let personKeys = PersonKeys(keys: keys)
        self.personKeys = personKeys
        // As weak as scrypt allows: tests sign in by the hundred.
        passwords = PasswordHasher(rounds: 2)
        organisations = OrganisationService(
            database: database, journal: journal, charters: charters, passwords: passwords,
            holdings: [CustomerService.ofUnit, CaseService.ofUnit, ObligationService.ofUnit])
        signIn = SignInService(
            database: database, journal: journal, charters: charters, passwords: passwords, clock: { clock.now })
        customers = CustomerService(
            database: database, journal: journal, charters: charters, references: references, personKeys: personKeys,
            keys: keys)
        cases = CaseService(
            database: database, journal: journal, charters: charters, references: references, secrets: personKeys)
        files = try TestDatabases.files(database)
        attachments = AttachmentService(
            database: database, journal: journal, charters: charters, store: files, limits: limits)
        facts = FactService(database: database, journal: journal, charters: charters, secrets: personKeys)
        obligations = ObligationService(
            database: database, journal: journal, charters: charters, references: FormReferences(charters: charters),
            seal: { try personKeys.seal($0, for: $1, of: $2, in: $3) })
        adherence = AdherenceService(database: database)
        notices = NoticeService(database: database)
        consequences = ConsequenceService(database: database, charters: charters)
        knowledge = KnowledgeService(database: database)
        let members = MemberService(
            database: database, journal: journal, charters: charters, secrets: personKeys)
        self.members = members
        clockWork = ClockWork(
            database: database, journal: journal, charters: charters,
            tasks: [{ try members.announceBirthdays(of: $0, $1, in: $2) }])
    }

    /// Who acts as that member of staff now.
    public func principal(
        _ staff: StaffID, of organisation: OrganisationID, scopes: Set<Action>? = nil
    ) async throws -> Principal {
        try await database.read { [charters] transaction in
            try OrganisationStore(transaction).principal(staff, of: organisation, charters: charters, scopes: scopes)
        }
    }

    /// Runs a statement behind the services' back.
    @discardableResult
    public func tamper(_ sql: SQL) async throws -> Int {
        try await database.write { try $0.rowsChanged(by: sql) }
    }

    public func count(_ table: String, where condition: SQL = "1 = 1") async throws -> Int {
        try await database.read { transaction in
            try transaction.one("SELECT count(*) FROM \(raw: table) WHERE \(condition)", orElse: table) { try $0[0] }
        }
    }

    /// How the engine would answer a query, line by line.
    public func plan(_ sql: SQL) async throws -> String {
        try await database.read { transaction in
            try EnginePlan.steps(of: sql, in: transaction).joined(separator: "\n")
        }
    }
}
