public import Cases
import Customers
public import Organisations
public import Policy
public import Primitives
import Storage

/// A company by a charter that ships with the program: all posts filled in one house, a second house far off, one customer.
public struct Company: Sendable {
    public let desk: Desk
    public let organisation: OrganisationID
    public let charter: Charter
    public let root: UnitID
    /// One of each post in the order of the charter, then those who were asked for besides.
    public let people: [Principal]
    public let away: UnitID
    /// Who works in the other house, of the same posts.
    public let others: [Principal]
    public let customer: CustomerID

    /// - Parameters:
    ///   - more: posts that a further person holds; those on probation after their colon: `designer:probation`.
    public static func open(
        _ name: String = "design", more: [String] = [], away posts: [Post.Key] = [], clock: TestClock = TestClock()
    ) async throws -> Company {
        let (text, charter) = try Repository.charter(name)
        let desk = try Desk(clock: clock, parse: { _ in charter })
        let organisation = OrganisationID(33)
        let founding = try await desk.organisations.found(
            name: "公司", rootUnit: "总部",
            administrator: OrganisationService.NewStaff(
                name: charter.posts[0].title.simplified, login: "boss", password: Shop.password,
                post: charter.posts[0].key, isAdministrator: true),
            charterText: text, charter: charter, organisation: organisation)
        let boss = try await desk.principal(founding.administrator, of: organisation)
        let away = try await desk.organisations.addUnit(name: "外地", parent: founding.root, by: boss)
        func hire(_ word: String, _ unit: UnitID?) async throws -> Principal {
            let parts = word.split(separator: ":").map(String.init)
            let id = try await desk.organisations.addStaff(
                OrganisationService.NewStaff(
                    name: word, unit: unit, post: parts[0], employment: parts.count > 1 ? .probation : .regular),
                by: boss)
            return try await desk.principal(id, of: organisation)
        }
        var people = [try await desk.principal(founding.administrator, of: organisation)]
        for post in charter.posts.dropFirst().map(\.key) + more { people.append(try await hire(post, founding.root)) }
        var others: [Principal] = []
        for post in posts { others.append(try await hire(post, away)) }
        let clerk = try found(people.dropFirst().first { $0.can(.writeCustomers) }, "who files customers")
        let customer = try await desk.customers.file(CustomerInput(kind: .person, name: "冼䶮之"), by: clerk)
        return Company(
            desk: desk, organisation: organisation, charter: charter, root: founding.root, people: people, away: away,
            others: others, customer: customer.id)
    }

    public var clock: TestClock { desk.clock }

    /// The holder of a post; the second of it is `1`.
    public func holder(_ post: Post.Key, _ index: Int = 0) -> Principal {
        let holders = people.filter { $0.post == post }
        guard holders.indices.contains(index) else { preconditionFailure("nobody is \(post) \(index)") }
        return holders[index]
    }

    /// A field that names that person.
    public func staff(_ post: Post.Key, _ index: Int = 0) -> FieldValue {
        .text(holder(post, index).staff.description)
    }

    // MARK: Acts

    /// Opens a case with the form filled in, by the first post that may unless it is given.
    public func start(_ key: String, _ input: Fields = [:], by person: Principal? = nil) async throws -> Case {
        let workflow = try Company.found(charter.workflow(key), key)
        let starter = try Company.found(person ?? people.first { workflow.start.actors.contains($0.post) }, key)
        return try await desk.cases.start(key, input: fill(workflow.start.form, input), by: starter)
    }

    /// Makes a move with its form filled in, by the first person who may unless one is given.
    @discardableResult
    public func move(
        _ matter: CaseID, _ key: String, _ input: Fields = [:], by person: Principal? = nil
    ) async throws -> Case {
        let detail = try await desk.cases.find(matter, for: reader)
        let move = try Company.found(
            detail.workflow.state(detail.matter.state)?.move(key) ?? detail.workflow.move(key), key)
        let actor = try Company.found(person ?? actor(of: move, in: detail), "who makes \(key)")
        let input = try await attaching(to: detail, for: move, input)
        return try await desk.cases.move(
            matter, key, input: fill(move.form, input), revision: detail.matter.revision, by: actor)
    }

    /// The first person whom the charter lets make the move.
    public func actor(of move: Workflow.Move, in detail: CaseService.Detail) -> Principal? {
        people.first { may($0, move, in: detail) }
    }

    /// Whether post and person are right for it.
    public func may(_ person: Principal, _ move: Workflow.Move, in detail: CaseService.Detail) -> Bool {
        let id = person.staff.description
        if let field = move.person, detail.record.latest(field)?.text != id { return false }
        return (move.actors.contains(person.post) || (move.actors.isEmpty && move.person != nil))
            && !move.barred.contains { detail.record.latest($0)?.text == id }
    }

    /// Makes the moves one after the other, an hour apart.
    @discardableResult
    public func walk(_ matter: CaseID, _ moves: [String]) async throws -> String {
        var state = ""
        for key in moves {
            clock.advance(hours: 1)
            state = try await move(matter, key).state
        }
        return state
    }

    /// Who reads all cases.
    public var reader: Principal { people[0] }

    public func detail(_ matter: CaseID) async throws -> CaseService.Detail {
        try await desk.cases.find(matter, for: reader)
    }

    /// The cases that came from one, by workflow.
    public func followers(of matter: CaseID, _ workflow: String) async throws -> [CaseLink] {
        try await detail(matter).links.filter { $0.isLater && $0.workflow == workflow }
    }

    public func duties(_ clause: String) async throws -> [DutyRow] { try await desk.duties(clause, of: organisation) }

    public func events(_ type: String? = nil) async throws -> [EventRow] {
        try await desk.events(type, of: organisation)
    }

    private static func found<T>(_ value: T?, _ what: String) throws -> T {
        guard let value else { throw StorageError.notFound(what) }
        return value
    }

    /// The input with a file in each field that wants one; a case without files gets what the move needs.
    private func attaching(to detail: CaseService.Detail, for move: Workflow.Move, _ given: Fields) async throws
        -> Fields
    {
        let wanted = (move.form.flatMap(charter.form)?.fields ?? []).filter { field in
            guard case .files = field.kind, given[field.key] == nil else { return false }
            return field.isRequired || !field.requiredWhen.isEmpty
        }
        var files = detail.attachments.filter { $0.withdrawal == nil }.map(\.id)
        let clerk = people.first { $0.can(.actOnCases) && $0.can(.readCases) } ?? reader
        while files.count < max(move.attachments, wanted.isEmpty ? 0 : 1) {
            files.append(try await desk.attach(to: detail.matter.id, by: clerk))
        }
        var input = given
        for field in wanted where field.isRequired { input[field.key] = .list([.text(files[0].description)]) }
        let filled = fill(move.form, input)
        for field in wanted where !field.isRequired && field.requiredWhen.allSatisfy({ $0.holds(in: filled) }) {
            input[field.key] = .list([.text(files[0].description)])
        }
        return input
    }

    // MARK: Forms

    /// The form with something fitting in each field that is asked for; what is given comes first.
    public func fill(_ form: String?, _ given: Fields = [:]) -> Fields {
        Filler(self).fill(form.flatMap(charter.form)?.fields ?? [], given)
    }

    /// Fills in forms.
    public struct Filler: Sendable {
        let charter: Charter
        let people: [(id: String, post: Post.Key)]
        let unit: String
        let customer: String
        let matter: String?
        /// Attachments of the case.
        var files: [String] = []

        public init(_ company: Company, matter: CaseID? = nil) {
            charter = company.charter
            people = company.people.map { ($0.staff.description, $0.post) }
            unit = company.root.description
            customer = company.customer.description
            self.matter = matter?.description
        }

        /// Without a company, for the forms alone.
        public init(_ charter: Charter, id: String) {
            self.charter = charter
            people = [(id, charter.posts[0].key)]
            unit = id
            customer = id
            matter = id
            files = [id]
        }

        public func fill(_ fields: [FormField], _ given: Fields = [:]) -> Fields {
            var input = given
            for field in fields where field.computation == nil && input[field.key] == nil && field.isRequired {
                input[field.key] = value(field, input)
            }
            for field in fields where !field.requiredWhen.isEmpty && input[field.key] == nil {
                if field.requiredWhen.allSatisfy({ $0.holds(in: input) }) { input[field.key] = value(field, input) }
            }
            return input
        }

        func value(_ field: FormField, _ input: Fields) -> FieldValue? {
            switch field.kind {
            case .text: .text("如实记录")
            case .line: .text(field.key == "month" || field.key == "pay_month" ? "2026-02" : "如实")
            case .choice(let choices): choices.first.map { .text($0.key) }
            case .flag: .flag(false)
            case .number(let minimum, _): .integer(minimum ?? 1)
            case .money: .text("200.00")
            case .date: .text(field.isPast ? "2026-03-02" : "2026-03-10")
            case .time: .text(field.isPast ? "2026-03-02T10:00" : "2026-03-03T10:00")
            case .customer: .text(customer)
            case .staff: .text(people[0].id)
            case .unit: .text(unit)
            case .post: .text(charter.posts[charter.posts.count - 1].key)
            case .matter: matter.map { .text($0) }
            case .offence(let person): .text(offences(on: input[person]?.text ?? people[0].id).last?.key ?? "")
            case .signature: .text("M10 20L30 40L50 20")
            case .table(let columns, _):
                .list([.list(columns.map { value($0, [:]) ?? .text("") })])
            case .files: files.isEmpty ? nil : .list(files.prefix(1).map { .text($0) })
            }
        }

        /// Those that can be booked on somebody.
        public func offences(on person: String) -> [Offence] {
            let post = people.first { $0.id == person }?.post
            return charter.offences.filter { offence in
                offence.posts.isEmpty || post.map { offence.posts.contains($0) } ?? false
            }
        }
    }
}
