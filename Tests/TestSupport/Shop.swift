public import Cases
import Customers
public import Obligations
public import Organisations
public import Policy
public import Primitives
public import Storage

/// The shop everybody knows: a root with two branches, seven people, five customers, on a Tuesday at ten.
///
/// ```
/// 总店 root    丁一 director, administrator (login ding)    梅二 manager (mei)
///   北店 north  安三, 白四 clerks (an, bai)   成五 courier (cheng)   尔六 trainee (er)
///   南店 south  杜七 clerk (du)
/// ```
/// The first four customers are the northern branch's, the fifth is the southern one's.
public struct Shop: Sendable {
    public let desk: Desk
    public let organisation: OrganisationID
    public let root: UnitID
    public let north: UnitID
    public let south: UnitID
    public let people: [Person: StaffID]
    public let customers: [CustomerID]

    public enum Person: String, Sendable, CaseIterable {
        case ding, mei, an, bai, cheng, er, du

        public var name: String {
            switch self {
            case .ding: "丁一"
            case .mei: "梅二"
            case .an: "安三"
            case .bai: "白四"
            case .cheng: "成五"
            case .er: "尔六"
            case .du: "杜七"
            }
        }

        public var post: String {
            switch self {
            case .ding: "director"
            case .mei: "manager"
            case .an, .bai, .du: "clerk"
            case .cheng: "courier"
            case .er: "guest"
            }
        }
    }

    /// Everybody's.
    public static let password = "open sesame 1"
    public static let names = ["冼䶮之", "佘太初", "令狐未央", "钟离小满", "第五扬波"]

    /// Opens the shop on its Tuesday.
    /// - Parameters:
    ///   - reactions: further ones, asked after the program's own.
    ///   - withCustomers: leave them out where none is needed.
    public static func open(
        _ charter: String = ShopCharter.text, clock: TestClock = TestClock(), reactions: [any Reaction] = [],
        withCustomers: Bool = true
    ) async throws -> Shop {
        try await open(
            in: Desk(clock: clock, reactions: reactions), charter, organisation: OrganisationID(11),
            withCustomers: withCustomers)
    }

    /// Founds the shop at a desk that may serve other companies too; its logins begin with the prefix.
    public static func open(
        in desk: Desk, _ charter: String = ShopCharter.text, organisation: OrganisationID, prefix: String = "",
        withCustomers: Bool = true
    ) async throws -> Shop {
        let founding = try await desk.organisations.found(
            name: "转角小店", rootUnit: "总店", administrator: new(.ding, unit: nil, prefix), charterText: charter,
            charter: Repository.read(charter), organisation: organisation)
        let ding = try await desk.principal(founding.administrator, of: organisation)
        let north = try await desk.organisations.addUnit(name: "北店", parent: founding.root, by: ding)
        let south = try await desk.organisations.addUnit(name: "南店", parent: founding.root, by: ding)
        var people: [Person: StaffID] = [.ding: founding.administrator]
        for (person, unit) in [
            (Person.mei, founding.root), (.an, north), (.bai, north), (.cheng, north), (.er, north), (.du, south),
        ] {
            people[person] = try await desk.organisations.addStaff(new(person, unit: unit, prefix), by: ding)
        }
        var customers: [CustomerID] = []
        for (index, name) in names.enumerated() where withCustomers {
            let clerk = try await desk.principal(people[index < 4 ? .an : .du] ?? ding.staff, of: organisation)
            customers.append(try await desk.customers.file(CustomerInput(kind: .person, name: name), by: clerk).id)
        }
        return Shop(
            desk: desk, organisation: organisation, root: founding.root, north: north, south: south, people: people,
            customers: customers)
    }

    private static func new(_ person: Person, unit: UnitID?, _ prefix: String) -> OrganisationService.NewStaff {
        OrganisationService.NewStaff(
            name: person.name, login: prefix + person.rawValue, password: password, unit: unit, post: person.post,
            isAdministrator: person == .ding)
    }

    public var clock: TestClock { desk.clock }

    public func staff(_ person: Person) -> StaffID {
        guard let id = people[person] else { preconditionFailure("\(person) works at the shop") }
        return id
    }

    public func principal(_ person: Person, scopes: Set<Action>? = nil) async throws -> Principal {
        try await desk.principal(staff(person), of: organisation, scopes: scopes)
    }

    public func duties(_ clause: String? = nil) async throws -> [DutyRow] {
        try await desk.duties(clause, of: organisation)
    }

    public func events(_ type: String? = nil) async throws -> [EventRow] {
        try await desk.events(type, of: organisation)
    }

    /// Adopts a version that takes effect at once.
    public func adopt(_ version: Int, changing changes: (from: String, to: String)) async throws {
        let text = ShopCharter.text(changing: (from: "version: 1", to: "version: \(version)"), changes)
        try await desk.organisations.adopt(Repository.read(text), text: text, by: principal(.ding))
    }

    @discardableResult
    public func tick() async throws -> ClockWork.Tally { try await desk.clockWork.tick() }

    /// What a complaint by that customer says.
    public func grievance(_ customer: Int = 0, channel: String = "phone") -> Fields {
        [
            "customer": .text(customers[customer].description), "channel": .text(channel),
            "content": .text("送错了灯，\n请换。"),
        ]
    }

    @discardableResult
    public func complain(
        _ customer: Int = 0, channel: String = "phone", by person: Person = .an
    ) async throws -> Case {
        try await desk.cases.start(
            "complaint", input: grievance(customer, channel: channel), by: principal(person))
    }

    @discardableResult
    public func respond(to matter: Case, by person: Person = .an) async throws -> Case {
        try await desk.cases.move(
            matter.id, "respond", input: ["words": .text("这就换")], revision: nil, by: principal(person))
    }

    @discardableResult
    public func record(
        _ fact: String, _ customer: Int = 0, _ input: Fields = [:], at instant: Instant? = nil,
        by person: Person = .an
    ) async throws -> Event {
        try await desk.facts.record(
            fact, subject: Event.Subject("customer", customers[customer]), input: input, occurredAt: instant,
            by: principal(person))
    }

    @discardableResult
    public func startSite(
        _ customer: Int = 0, at instant: Instant? = nil, by person: Person = .an
    ) async throws -> Event {
        try await record("site.started", customer, ["place": .text("西苑三号楼")], at: instant, by: person)
    }
}

extension Shop {
    /// A person of the shop with permissions at random.
    public func somebody(using random: inout SeededGenerator) -> Principal {
        let person = Person.allCases.randomElement(using: &random) ?? .an
        var may: [Action: Scope] = [:]
        for action in Action.allCases where Int.random(in: 0..<4, using: &random) > 0 {
            may[action] = Scope.allCases.randomElement(using: &random)
        }
        let unit = [root, north, south].randomElement(using: &random) ?? root
        return Principal(
            organisation: organisation, staff: staff(person), name: person.name, unit: unit,
            subtree: unit == root ? [root, north, south] : [unit], post: person.post, may: may)
    }
}
