import Cases
import Customers
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// What customers do in their cases by themselves.
struct PortalTests {
    private let shop: Shop
    private let portal: PortalService

    init() async throws {
        shop = try await Shop.open()
        portal = PortalService(cases: shop.desk.cases, customers: shop.desk.customers)
    }

    private func file(
        name: String = "端木照", phone: String = "13912340088", _ content: String = "灯又不亮"
    ) async throws -> Case {
        let filing = try await portal.prepare(
            "complaint", name: name, phone: phone, input: ["content": .text(content)], in: shop.organisation)
        return try await write { try portal.file(filing, in: shop.organisation, $0) }
    }

    private func write<T: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T { try await shop.desk.database.write(for: shop.organisation, body) }

    /// One that waits for the customer's signature.
    private func answered() async throws -> Case {
        let matter = try await file()
        try await shop.respond(to: matter, by: .mei)
        return try await shop.desk.cases.move(
            matter.id, "check", input: [:], revision: nil, by: shop.principal(.mei))
    }

    private func link(_ matter: Case, by person: Shop.Person = .mei) async throws -> SigningLink {
        let principal = try await shop.principal(person)
        let token = SigningLink.newToken()
        return try await write { try portal.makeLink(matter.id, "accept", token: token, by: principal, in: $0) }
    }

    private func sign(_ link: SigningLink) async throws -> SigningLink.Refusal? {
        try await portal.sign(
            link: link.token, name: "端木照", signature: "M10 20L30 40L50 20", in: shop.organisation)
    }

    private func refusal(_ link: SigningLink) async throws -> SigningLink.Refusal? {
        if case .refused(let reason) = try await portal.open(link: link.token, in: shop.organisation) { return reason }
        return nil
    }

    // MARK: Filing

    @Test func `a stranger's complaint is filed with a new customer and opens the duties of the clauses`() async throws
    {
        let matter = try await file()
        #expect(matter.reference == "TS-2026-0001" && matter.state == "received")
        let duty = try #require(try await shop.duties("S-01").first)
        #expect(duty.matter == matter.id && duty.dueAt == TestClock.tuesday.adding(hours: 24))
        let customer = try #require(matter.customer)
        let stored = try await shop.desk.customers.find(customer, by: shop.principal(.ding))
        #expect(stored.name == "端木照" && stored.people.map(\.phone) == ["139****0088"])
        #expect(stored.source == "顾客门户" && stored.unit == matter.unit)
        // A clerk has it, and the journal says who acted.
        #expect([.an, .bai, .du].map(shop.staff).contains(matter.openedBy))
        for type in ["customer.filed", "complaint.received"] {
            let event = try #require(try await shop.events(type).last)
            #expect(event.actor == nil, "\(type)")
        }
        let received = try #require(try await shop.events("complaint.received").last)
        #expect(received.body["channel"] == .text("store"))
        #expect(received.body["content"] == nil && received.secret != nil)
        let detail = try await shop.desk.cases.find(matter.id, for: shop.principal(.ding))
        #expect(detail.steps.map(\.via) == ["portal"])
    }

    @Test func `a telephone that is known is that customer's, in whose unit the case lies`() async throws {
        let du = try await shop.principal(.du)
        let known = try await shop.desk.customers.file(
            CustomerInput(kind: .person, name: "闾丘远", people: [PersonInput(role: .itself, phone: "13912340088")]),
            by: du)
        let before = try await shop.desk.count("customer")
        let matter = try await file(name: "远", phone: "+86 139-1234-0088")
        #expect(matter.customer == known.id)
        #expect(matter.unit == shop.south && matter.openedBy == shop.staff(.du))
        #expect(try await shop.desk.count("customer") == before)
    }

    @Test func `all that is wrong is told at once, and nothing is filed`() async throws {
        await #expect(
            throws: FormFaults([
                FormFault("visitor.name", .missing), FormFault("visitor.phone", .notAPhone),
                FormFault("content", .missing),
            ])
        ) {
            _ = try await portal.prepare(
                "complaint", name: " ", phone: "12", input: ["content": .text("")], in: shop.organisation)
        }
        await #expect(throws: FormFaults([FormFault("visitor.phone", .missing)])) {
            _ = try await portal.prepare(
                "complaint", name: "端木照", phone: "", input: ["content": .text("灯")], in: shop.organisation)
        }
        await #expect(throws: PortalRefusal.noPortal) {
            _ = try await portal.prepare("talk", name: "端木照", phone: "13912340088", input: [:], in: shop.organisation)
        }
        #expect(try await shop.events("complaint.received").isEmpty)
    }

    @Test func `a visitor fills in his own fields, and no others`() async throws {
        let filing = try await portal.prepare(
            "complaint", name: "端木照", phone: "13912340088",
            input: [
                "content": .text("灯"), "channel": .text("letter"), "handler": .text(shop.staff(.ding).description),
                "customer": .text(shop.customers[0].description),
            ], in: shop.organisation)
        let matter = try await write { try portal.file(filing, in: shop.organisation, $0) }
        #expect(matter.customer != shop.customers[0])
        let received = try #require(try await shop.events("complaint.received").last)
        #expect(received.body["channel"] == .text("store") && received.body["handler"] == nil)
    }

    @Test func `where nobody of the post is there, those above take it, and else nobody does`() async throws {
        let ding = try await shop.principal(.ding)
        for person in [Shop.Person.an, .bai, .du] {
            try await shop.desk.organisations.leave(shop.staff(person), revision: nil, by: ding)
        }
        #expect(try await file().openedBy == shop.staff(.mei))
    }

    // MARK: Following

    @Test func `number and last four digits lead to the case, anything else to nothing`() async throws {
        let matter = try await file()
        func match(_ number: String, _ ending: String) async throws -> CaseID? {
            try await portal.match(number: number, ending: ending, in: shop.organisation)
        }
        #expect(try await match(matter.reference, "0088") == matter.id)
        #expect(try await match(matter.reference, "0089") == nil)
        #expect(try await match("TS-2026-9999", "0088") == nil)
        #expect(try await match("", "") == nil)
        #expect(try await portal.match(number: matter.reference, ending: "0088", in: OrganisationID(22)) == nil)
        // A case that is about no customer has no digits.
        let talk = try await shop.desk.cases.start(
            "talk", input: ["person": .text(shop.staff(.du).description), "topic": .text("排班")],
            by: shop.principal(.mei))
        #expect(try await match(talk.reference, "0088") == nil)
        await #expect(throws: StorageError.self) { _ = try await portal.sight(of: talk.id, in: shop.organisation) }
    }

    @Test func `a word becomes an event, sealed, and a notice to whoever has the case`() async throws {
        let matter = try await file()
        try await shop.respond(to: matter, by: .mei)
        try await write { try portal.say("昨晚又跳闸", in: matter.id, of: shop.organisation, $0) }
        let event = try #require(try await shop.events("case.word_added").last)
        #expect(event.actor == nil && event.matter == matter.id)
        #expect(!event.body.values.contains { $0.text.contains("跳闸") } && event.secret != nil)
        let told = try await shop.desk.count(
            "notice",
            where: "staff = \(shop.staff(.mei)) AND matter = \(matter.id) AND event = \(event.id) AND clause = 'S-10'")
        #expect(told == 1)
        let words = try await portal.words(in: matter.id, for: shop.principal(.ding))
        #expect(words.map(\.words) == ["昨晚又跳闸"] && words.map(\.isSatisfied) == [nil])
        await #expect(throws: FormFaults([FormFault("words", .missing)])) {
            try await write { try portal.say(" ", in: matter.id, of: shop.organisation, $0) }
        }
        await #expect(throws: StorageError.self) {
            _ = try await portal.words(in: matter.id, for: shop.stranger(matter))
        }
        #expect(try await faults() == [])
    }

    @Test func `twenty words a day are taken, and the next day more`() async throws {
        let matter = try await file()
        for _ in 0..<20 { try await write { try portal.say("快些", in: matter.id, of: shop.organisation, $0) } }
        await #expect(throws: PortalRefusal.tooManyWords) {
            try await write { try portal.say("快些", in: matter.id, of: shop.organisation, $0) }
        }
        shop.clock.advance(hours: 25)
        try await write { try portal.say("快些", in: matter.id, of: shop.organisation, $0) }
        #expect(try await shop.desk.count("matter_word") == 21)
    }

    @Test func `an opinion is the charter's own move where the case stands at one, and an event anywhere`() async throws
    {
        let early = try await file()
        try await write { try portal.judge(isSatisfied: false, "没人管", in: early.id, of: shop.organisation, $0) }
        #expect(try await shop.events("complaint.rated").isEmpty)
        #expect(try await shop.events("case.opinion_given").last?.body["satisfied"] == .flag(false))
        let matter = try await answered()
        try await write { try portal.judge(isSatisfied: true, "", in: matter.id, of: shop.organisation, $0) }
        let rated = try #require(try await shop.events("complaint.rated").last)
        #expect(rated.matter == matter.id && rated.body["happy"] == .flag(true) && rated.actor == nil)
        let detail = try await shop.desk.cases.find(matter.id, for: shop.principal(.ding))
        #expect(detail.steps.last?.fields["said"] == .text("满意") && detail.steps.last?.via == "portal")
        #expect(try await faults() == [])
    }

    // MARK: Signing

    @Test func `the customer signs what was read, and the signature lapses with what it signed`() async throws {
        let early = try await file()
        #expect(try await portal.sight(of: early.id, in: shop.organisation).signing == nil)
        let matter = try await answered()
        let signing = try #require(try await portal.sight(of: matter.id, in: shop.organisation).signing)
        await #expect(throws: PortalRefusal.changed) {
            try await write {
                try portal.sign(
                    matter.id, content: [1], name: "端木照", signature: "端木照", numbers: .none,
                    of: shop.organisation, $0)
            }
        }
        await #expect(throws: FormFaults([FormFault("signature", .missing)])) {
            try await write {
                try portal.sign(
                    matter.id, content: signing.content, name: "端木照", signature: "", numbers: .none,
                    of: shop.organisation, $0)
            }
        }
        try await write {
            try portal.sign(
                matter.id, content: signing.content, name: "端木照", signature: "M10 20L30 40L50 20", numbers: .none,
                of: shop.organisation, $0)
        }
        let sight = try await portal.sight(of: matter.id, in: shop.organisation)
        #expect(sight.hasSigned && sight.signing == nil)
        let step = try #require(sight.steps.last)
        #expect(step.move == "accept" && step.via == "portal" && step.signed != nil)
        #expect(step.fields["signed_on"] == .text("2026-03-03"))
        let accepted = try #require(try await shop.events("complaint.accepted").last)
        #expect(accepted.actor == nil)
        // It is `once`, and it stands.
        await #expect(throws: PortalRefusal.nothingToSign) {
            try await write {
                try portal.sign(
                    matter.id, content: signing.content, name: "端木照", signature: "端木照", numbers: .none,
                    of: shop.organisation, $0)
            }
        }
        #expect(try await faults() == [])
    }

    @Test func `a link serves once`() async throws {
        let matter = try await answered()
        let link = try await link(matter)
        #expect(link.token.count == 43 && link.expiresAt == TestClock.tuesday.adding(hours: 48))
        #expect(try await shop.desk.count("signing_link") == 1)
        #expect(try await refusal(link) == nil)
        #expect(try await sign(link) == nil)
        let detail = try await shop.desk.cases.find(matter.id, for: shop.principal(.ding))
        #expect(detail.standing.contains("accept") && detail.steps.last?.via == "signing-link")
        #expect(try await sign(link) == .used)
        #expect(try await refusal(link) == .used)
        let told = try await shop.events("case.link_refused")
        #expect(told.map { $0.body["reason"]?.text } == ["used", "used"])
        #expect(told.allSatisfy { $0.matter == matter.id && $0.secret == nil })
        #expect(try await faults() == [])
    }

    @Test func `of two who sign by one link at once, one does`() async throws {
        let link = try await link(answered())
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    do { return try await sign(link) == nil } catch { return false }
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(outcomes.count(where: { $0 }) == 1)
        #expect(try await shop.events("complaint.accepted").count == 1)
    }

    @Test func `a link is refused after its time, and not a moment before`() async throws {
        let link = try await link(answered())
        shop.clock.advance(hours: 48, milliseconds: -1)
        #expect(try await refusal(link) == nil)
        shop.clock.advance(milliseconds: 1)
        #expect(try await refusal(link) == .expired)
        #expect(try await sign(link) == .expired)
        #expect(try await shop.events("complaint.accepted").isEmpty)
        #expect(try await shop.events("case.link_refused").count == 2)
    }

    @Test func `a link is refused once what it was made for says something else`() async throws {
        let matter = try await answered()
        let link = try await link(matter)
        // What was answered is part of what is signed; another answer is written behind the services' back.
        let fields = Value.json(#"{"words":"不修了"}"#)
        try await shop.desk.tamper(
            "UPDATE matter_step SET fields = \(fields) WHERE matter = \(matter.id) AND move = 'respond'")
        #expect(try await refusal(link) == .changed)
        #expect(try await sign(link) == .changed)
        #expect(try await shop.events("complaint.accepted").isEmpty)
    }

    @Test func `a link is refused once the case has moved on, and one that never was is unknown`() async throws {
        let matter = try await answered()
        let link = try await link(matter)
        _ = try await shop.desk.cases.move(
            matter.id, "drop", input: [:], revision: nil, by: shop.principal(.mei))
        #expect(try await refusal(link) == .passed)
        let strange = SigningLink(token: SigningLink.newToken(), expiresAt: TestClock.tuesday)
        #expect(try await refusal(strange) == .unknown)
        #expect(try await sign(strange) == .unknown)
        // Of the other company's it is none either.
        if case .refused(let reason) = try await portal.open(link: link.token, in: OrganisationID(22)) {
            #expect(reason == .unknown)
        } else {
            Issue.record("another company's link opened")
        }
        // Nothing is told of what is nobody's, and of one link no more than five times.
        #expect(try await shop.events("case.link_refused").count == 1)
        for _ in 0..<8 { _ = try await refusal(link) }
        #expect(try await shop.events("case.link_refused").count == 5)
    }

    @Test func `only who may make the move makes a link, and only for what a customer signs`() async throws {
        let matter = try await answered()
        await #expect(throws: WorkflowRefusal.self) { _ = try await link(matter, by: .ding) }
        await #expect(throws: Denial.self) { _ = try await link(matter, by: .er) }
        let mei = try await shop.principal(.mei)
        await #expect(throws: PortalRefusal.noPortal) {
            try await write { _ = try portal.makeLink(matter.id, "settle", token: "x", by: mei, in: $0) }
        }
        let early = try await file()
        await #expect(throws: WorkflowRefusal.self) { _ = try await link(early) }
        #expect(try await shop.desk.count("signing_link") == 0)
    }

    // MARK: Stops

    @Test func `who was stopped is counted by the hour, with half an address, for the administrator`() async throws {
        for times in [1, 1, 2] {
            try await portal.stopped(.guessing, from: "203.0.113.77", times: times, in: shop.organisation)
        }
        shop.clock.advance(hours: 1)
        try await portal.stopped(.guessing, from: "203.0.113.77", in: shop.organisation)
        try await portal.stopped(.robot, from: "2001:db8:1:2::9", in: shop.organisation)
        let stops = try await portal.stops(for: shop.principal(.ding))
        #expect(stops.map(\.times) == [1, 1, 4])
        #expect(stops.map(\.address) == ["203.0.*.*", "2001:db8:*", "203.0.*.*"])
        #expect(stops.map(\.reason) == [.guessing, .robot, .guessing])
        for person in [Shop.Person.mei, .an, .er] {
            await #expect(throws: Denial.self) { _ = try await portal.stops(for: shop.principal(person)) }
        }
    }

    private func faults() async throws -> [CaseAccount.Fault] {
        try await shop.desk.database.read(.everyCompany) { try CaseAccount.faults(in: $0) }
    }

    // MARK: The charters that ship

    @Test(arguments: ["design", "shop", "airport"])
    func `every form that a customer fills in is whole`(name: String) async throws {
        let company = try await Company.open(name)
        let portal = PortalService(cases: company.desk.cases, customers: company.desk.customers)
        let workflow = try #require(company.charter.workflows.first { $0.portal != nil })
        let rule = try #require(workflow.portal)
        let form = try #require(company.charter.form(workflow.start.form))
        let input = Company.Filler(company).fill(rule.asked(of: form))
        let filing = try await portal.prepare(
            workflow.key, name: "端木照", phone: "13912340088", input: input, in: company.organisation)
        let matter = try await company.desk.database.write(for: company.organisation) {
            try portal.file(filing, in: company.organisation, $0)
        }
        #expect(matter.workflow == workflow.key)
        let duties = try await company.desk.duties(of: company.organisation).filter { $0.matter == matter.id }
        #expect(duties.contains { rule.promises.contains($0.clause) }, "nothing is promised")
    }

    @Test func `a complaint goes from the portal to the customer's signature and opinion (D-292, D-310, D-311)`()
        async throws
    {
        let company = try await Company.open("design")
        let portal = PortalService(cases: company.desk.cases, customers: company.desk.customers)
        let organisation = company.organisation
        let filing = try await portal.prepare(
            "complaint", name: "端木照", phone: "13912340088",
            input: ["kind": .text("quality"), "content": .text("主卫渗水")], in: organisation)
        let matter = try await company.desk.database.write(for: organisation) {
            try portal.file(filing, in: organisation, $0)
        }
        _ = try await company.walk(
            matter.id,
            [
                "respond", "ask_handler", "judge_founded", "ask_for_time", "investigate", "propose", "choose",
                "inform_customer",
            ])
        let signing = try #require(try await portal.sight(of: matter.id, in: organisation).signing)
        try await company.desk.database.write(for: organisation) {
            try portal.sign(
                matter.id, content: signing.content, name: "端木照", signature: "M10 20L30 40L50 20", numbers: .none,
                of: organisation, $0)
        }
        #expect(try await company.detail(matter.id).matter.state == "signed")
        try await company.desk.database.write(for: organisation) {
            try portal.judge(isSatisfied: true, "处理得快", in: matter.id, of: organisation, $0)
        }
        #expect(try await company.duties("D-311").map(\.state) == ["met"])
        let end = try await company.walk(matter.id, ["carry_out", "confirm_success"])
        #expect(end == "settled")
    }
}

extension Shop {
    /// A clerk of the branch where the case does not lie.
    fileprivate func stranger(_ matter: Case) async throws -> Principal {
        try await principal(matter.unit == south ? .an : .du)
    }
}
