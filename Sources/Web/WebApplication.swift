public import Cases
public import Consequences
public import Customers
public import Hummingbird
import HTTPTypes
public import Knowledge
public import Members
import Logging
public import Notices
import NIOCore
public import Obligations
public import Organisations
public import Policy
import Primitives
public import Storage
import Synchronization

/// Everything of the web, put together.
public struct WebApplication: Sendable {
    private let desk: Desk
    private let assets: Assets
    private let live: LiveEvents
    private let clockWork: ClockWork
    private let portal: PortalService
    private let metrics: Metrics
    private let options: Options

    /// What an installation may choose.
    public struct Options: Sendable {
        /// Cookies only over TLS, and HSTS.
        public var isSecure = false
        /// Whether the clock may be moved and accounts are shown.
        public var isDemo = false
        /// The folder with templates, words and assets of the program.
        public var resources: String
        /// The folder of fetched browser assets.
        public var fetchedAssets: String
        /// Figures of the engine for `/metrics`.
        public var gauges: [Gauge] = []
        public var openAPI: String { resources + "/Resources/openapi.json" }

        public init(resources: String, fetchedAssets: String) {
            self.resources = resources
            self.fetchedAssets = fetchedAssets
        }
    }

    public init(
        services: Services, live: LiveEvents, metrics: Metrics, words: Words.Book, options: Options
    ) throws {
        assets = try Assets(folders: [
            ("", options.resources + "/Resources/assets"), ("htmx/", options.fetchedAssets + "/htmx"),
        ])
        desk = Desk(
            templates: try Templates(folder: options.resources + "/Sources/Web/Templates", words: words), book: words,
            database: services.database, organisations: services.organisations, charters: services.charters,
            cases: services.cases, attachments: services.attachments, obligations: services.obligations,
            notices: services.notices,
            consequences: services.consequences, knowledge: services.knowledge, members: services.members,
            customers: services.customers, facts: services.facts, signIn: services.signIn,
            adherence: services.adherence, readCharter: services.readCharter, assetVersion: assets.version,
            evidenceStyle: assets.bytes("evidence.css"),
            isDemo: options.isDemo)
        self.live = live
        self.metrics = metrics
        self.options = options
        clockWork = services.clockWork
        portal = PortalService(cases: services.cases, customers: services.customers)
    }

    /// The router with every page.
    /// - Parameters:
    ///   - setUp: the first run's page; the gate that leads there closes once a company exists.
    ///   - limits: how often a caller may ask.
    public func router(setUp: SetUp, limits: CallerLimits) -> Router<DeskContext> {
        let router = Router(context: DeskContext.self, options: .autoGenerateHeadEndpoints)
        let sessions = SessionMiddleware(signIn: desk.signIn, isSecure: options.isSecure)
        router.add(middleware: MetricsMiddleware(metrics: metrics))
        router.add(middleware: RestOfBody())
        router.add(middleware: HeadAnswers())
        router.add(middleware: SecurityHeaders<DeskContext>(isSecure: options.isSecure))
        API(desk: desk, signIn: desk.signIn, openAPIPath: options.openAPI, limits: limits).add(to: router)
        router.add(middleware: LanguageMiddleware())
        router.add(middleware: ErrorMiddleware(desk: desk))
        router.add(middleware: SetUpGate(setUp: setUp, database: desk.database))
        router.add(middleware: sessions)
        router.add(middleware: ErrorMiddleware(desk: desk))
        let assets = assets
        router.get("assets/**") { request, _ in try assets.answer(request) }
        HealthRoutes(
            database: desk.database, charters: desk.charters, metrics: metrics, gauges: options.gauges
        ).add(to: router.group())
        let signIn = SignInRoutes(desk: desk, sessions: sessions, limiter: limits.signIns)
        signIn.add(to: router.group())
        SetUpRoutes(desk: desk, setUp: setUp, sessions: sessions).add(to: router.group())
        PortalRoutes(desk: desk, portal: portal, limits: limits.visitors, isSecure: options.isSecure)
            .add(to: router.group())
        let staff = router.group(context: StaffContext.self).add(middleware: PasswordGate())
        signIn.add(to: staff)
        PasswordRoutes(desk: desk, sessions: sessions, limiter: limits.signIns).add(to: staff)
        WorkbenchRoutes(desk: desk).add(to: staff)
        StatisticsRoutes(desk: desk).add(to: staff)
        CaseRoutes(desk: desk, portal: portal).add(to: staff)
        AttachmentRoutes(desk: desk).add(to: staff)
        SigningLinkRoutes(desk: desk, portal: portal, isSecure: options.isSecure).add(to: staff)
        CustomerRoutes(desk: desk).add(to: staff)
        FactRoutes(desk: desk).add(to: staff)
        CharterRoutes(desk: desk).add(to: staff)
        PeopleRoutes(desk: desk).add(to: staff)
        VisitorRoutes(desk: desk, portal: portal, isSecure: options.isSecure).add(to: staff)
        NoticeRoutes(desk: desk).add(to: staff)
        FindingRoutes(desk: desk).add(to: staff)
        CounterRoutes(desk: desk).add(to: staff)
        SalesRoutes(desk: desk).add(to: staff)
        ActivityRoutes(desk: desk).add(to: staff)
        KnowledgeRoutes(desk: desk).add(to: staff)
        SearchRoutes(desk: desk).add(to: staff)
        LiveRoutes(desk: desk, live: live).add(to: staff)
        if options.isDemo { DemoRoutes(desk: desk, clockWork: clockWork).add(to: staff) }
        return router
    }
}

/// The services that the pages call, as App made them.
public struct Services: Sendable {
    public let database: any Database
    public let organisations: OrganisationService
    public let charters: CharterShelf
    public let customers: CustomerService
    public let cases: CaseService
    public let attachments: AttachmentService
    public let facts: FactService
    public let obligations: ObligationService
    public let notices: NoticeService
    public let consequences: ConsequenceService
    public let knowledge: KnowledgeService
    public let members: MemberService
    public let adherence: AdherenceService
    public let signIn: SignInService
    public let clockWork: ClockWork
    public let readCharter: CharterReader

    /// Reads the text of a charter; only App knows the language it is written in.
    public typealias CharterReader = @Sendable (_ text: String) -> ReadCharter

    public init(
        database: any Database, organisations: OrganisationService, charters: CharterShelf,
        customers: CustomerService, cases: CaseService, attachments: AttachmentService, facts: FactService,
        obligations: ObligationService,
        notices: NoticeService, consequences: ConsequenceService, knowledge: KnowledgeService,
        members: MemberService, adherence: AdherenceService, signIn: SignInService, clockWork: ClockWork,
        readCharter: @escaping CharterReader
    ) {
        self.database = database
        self.organisations = organisations
        self.charters = charters
        self.customers = customers
        self.cases = cases
        self.attachments = attachments
        self.facts = facts
        self.obligations = obligations
        self.notices = notices
        self.consequences = consequences
        self.knowledge = knowledge
        self.members = members
        self.adherence = adherence
        self.signIn = signIn
        self.clockWork = clockWork
        self.readCharter = readCharter
    }
}

/// Leads every page to the first run until a company exists.
struct SetUpGate: RouterMiddleware {
    typealias Context = DeskContext

    let setUp: SetUp
    let database: any Database

    func handle(
        _ request: Request, context: DeskContext, next: (Request, DeskContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        if ["/assets/", "/health/", "/set-up", "/metrics"].contains(where: { path.hasPrefix($0) }) {
            return try await next(request, context)
        }
        if try await setUp.isNeeded(database) { return .redirect(to: "/set-up") }
        return try await next(request, context)
    }
}
