import TestDatabases
import Cases
import Customers
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// A case from its registration to its end, in the shop's own workflow.
struct CaseServiceTests {
    @Test func `a case is registered with its number, its state and its first step`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        #expect(matter.reference == "TS-2026-0001")
        #expect(matter.workflow == "complaint")
        #expect(matter.state == "received")
        #expect(matter.summary == "送错了灯，")
        #expect(matter.customer == shop.customers[0])
        #expect(matter.unit == shop.north)
        #expect(matter.openedBy == shop.staff(.an))
        #expect(matter.openedAt == TestClock.tuesday)
        #expect(matter.closedAt == nil)
        #expect(matter.revision == 1)
        let detail = try await shop.desk.cases.find(matter.id, for: shop.principal(.an))
        #expect(detail.steps.map(\.to) == ["received"])
        #expect(detail.steps.map(\.move) == [nil])
        #expect(detail.moves.map(\.move.key) == ["respond", "check"])
        #expect(detail.moves.allSatisfy { $0.refusal == nil })
        #expect(detail.names[shop.staff(.an)] == "安三")
    }

    @Test func `what was read under one charter is read anew under the next`() async throws {
        let shop = try await Shop.open()
        let an = try await shop.principal(.an)
        let registration = try await shop.desk.cases.prepare("complaint", input: shop.grievance(), by: an)
        try await shop.adopt(
            2,
            changing: (
                from: "content: {type: text, required: true, max: 500",
                to: "content: {type: text, required: true, max: 5"
            ))
        await #expect(throws: FormFaults([FormFault("content", .tooLong(maximum: 5))])) {
            try await shop.desk.database.write { [desk = shop.desk] in
                try desk.cases.start(registration, by: an, in: $0)
            }
        }
        #expect(try await shop.events("complaint.received").isEmpty)
    }

    @Test func `a fault of the form is told by the act, not before it`() async throws {
        let shop = try await Shop.open()
        let an = try await shop.principal(.an)
        let registration = try await shop.desk.cases.prepare("complaint", input: [:], by: an)
        await #expect(throws: FormFaults.self) {
            try await shop.desk.database.write { [desk = shop.desk] in
                try desk.cases.start(registration, by: an, in: $0)
            }
        }
    }

    @Test func `moves take it to its end, step by step`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        try await shop.respond(to: matter)
        shop.clock.advance(hours: 1)
        try await shop.move(matter, "check")
        shop.clock.advance(hours: 1)
        let closed = try await shop.move(matter, "settle", ["words": .text("已换")], by: .mei)
        #expect(closed.state == "closed")
        #expect(closed.closedAt == TestClock.tuesday.adding(hours: 2))
        #expect(closed.touchedAt == closed.closedAt)
        #expect(closed.revision == 4)
        let detail = try await shop.desk.cases.find(matter.id, for: shop.principal(.an))
        #expect(detail.steps.map(\.ordinal) == [0, 1, 2, 3])
        #expect(detail.steps.map(\.move) == [nil, "respond", "check", "settle"])
        #expect(detail.steps.map(\.from) == [nil, "received", "received", "checking"])
        #expect(detail.steps.map(\.actor) == [.an, .an, .an, .mei].map(shop.staff))
        #expect(detail.moves.isEmpty)
        let types = try await shop.events().filter { $0.matter == matter.id && $0.nature == "fact" }.map(\.type)
        #expect(types == ["complaint.received", "complaint.responded", "complaint.checking", "complaint.closed"])
    }

    @Test func `an event belongs to its case, its customer and its charter`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        let received = try #require(try await shop.events("complaint.received").first)
        #expect(received.subjectKind == "customer")
        #expect(received.subject == Identifier(shop.customers[0]))
        #expect(received.matter == matter.id)
        #expect(received.actor == shop.staff(.an))
        #expect(received.charterVersion == 1)
        #expect(received.body["reference"] == .text("TS-2026-0001"))
        #expect(received.body["channel"] == .text("phone"))
    }

    @Test func `personal words are sealed under the customer's key and stand nowhere in the body`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        let received = try #require(try await shop.events("complaint.received").first)
        #expect(received.body["content"] == nil)
        #expect(!received.body.values.contains { $0.text.contains("送错") })
        let sealed = try #require(received.secret)
        let words = try await shop.desk.database.read { transaction in
            try shop.desk.personKeys.open(sealed, for: shop.customers[0], of: shop.organisation, in: transaction)
        }
        #expect(words == ["content": "送错了灯，\n请换。"])
    }

    @Test func `words about a member of staff are kept, since only customers have keys`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.desk.cases.start(
            "talk", input: ["person": .text(shop.staff(.du).description), "topic": .text("排班")],
            by: shop.principal(.mei))
        #expect(matter.subjectKind == "staff")
        #expect(matter.unit == shop.south)
        #expect(matter.reference == "TH-2026-0001")
        let planned = try #require(try await shop.events("talk.planned").first)
        #expect(planned.body["topic"] == .text("排班"))
        #expect(planned.secret == nil)
    }

    @Test func `a case keeps the charter that opened it`() async throws {
        let shop = try await Shop.open()
        let old = try await shop.complain()
        let text = ShopCharter.text(
            changing: (from: "version: 1", to: "version: 2"),
            (
                from: "by: [clerk, courier, manager]\n            to: checking",
                to: "by: [manager]\n            to: checking"
            ))
        try await shop.desk.organisations.adopt(Repository.read(text), text: text, by: shop.principal(.ding))
        shop.clock.advance(minutes: 1)
        let new = try await shop.complain()
        #expect(new.charterVersion == 2)
        await #expect(
            throws: WorkflowRefusal(.notPermitted(post: "clerk", allowed: ["manager"]), ["S-10"])
        ) { try await shop.move(new, "check") }
        #expect(try await shop.move(old, "check").state == "checking")
        #expect(try await shop.events("complaint.checking").first?.charterVersion == 1)
    }

    @Test func `sixty-four registrations at once get sixty-four numbers`() async throws {
        let shop = try await Shop.open()
        let references = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<64 { group.addTask { try await shop.complain(number % 4).reference } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(references).count == 64)
        #expect(references.allSatisfy { $0.hasPrefix("TS-2026-") })
        #expect(try await shop.desk.count("matter") == 64)
    }

    @Test func `the number bears the company's year`() async throws {
        let shop = try await Shop.open()
        shop.clock.move(to: at("2027-01-01 00:00").adding(milliseconds: -1))
        #expect(try await shop.complain().reference == "TS-2026-0001")
        shop.clock.advance(milliseconds: 1)
        #expect(try await shop.complain().reference == "TS-2027-0001")
    }

    @Test func `a long story is summed up in sixty characters`() async throws {
        let shop = try await Shop.open()
        var input = shop.grievance()
        input["content"] = .text(String(repeating: "灯", count: 61))
        let matter = try await shop.desk.cases.start("complaint", input: input, by: shop.principal(.an))
        #expect(matter.summary == String(repeating: "灯", count: 59) + "…")
        input["content"] = .text(String(repeating: "灯", count: 60))
        let other = try await shop.desk.cases.start("complaint", input: input, by: shop.principal(.an))
        #expect(other.summary.count == 60)
    }
}

/// What the charter, the form and the permission forbid, on every path.
struct CaseRefusalTests {
    @Test func `a workflow that the charter does not have is refused`() async throws {
        let shop = try await Shop.open()
        await #expect(throws: WorkflowRefusal(.unknownWorkflow("complaints"), [])) {
            _ = try await shop.desk.cases.start("complaints", input: shop.grievance(), by: shop.principal(.an))
        }
    }

    @Test func `a post that may not start is refused with the clause, and no number is drawn`() async throws {
        let shop = try await Shop.open()
        await #expect(
            throws: WorkflowRefusal(.notPermitted(post: "clerk", allowed: ["manager", "director"]), [])
        ) {
            _ = try await shop.desk.cases.start(
                "talk", input: ["person": .text(shop.staff(.bai).description), "topic": .text("排班")],
                by: shop.principal(.an))
        }
        #expect(try await shop.desk.count("reference_block", where: "prefix = 'TH'") == 0)
    }

    @Test func `without the permission nothing is registered, moved, found or listed`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        let trainee = try await shop.principal(.er)
        let cases = shop.desk.cases
        await #expect(throws: Denial(action: .actOnCases, post: "guest")) {
            _ = try await cases.start("complaint", input: shop.grievance(), by: trainee)
        }
        await #expect(throws: Denial(action: .actOnCases, post: "guest")) {
            _ = try await cases.move(matter.id, "check", input: [:], revision: nil, by: trainee)
        }
        await #expect(throws: Denial(action: .readCases, post: "guest")) {
            _ = try await cases.find(matter.id, for: trainee)
        }
        await #expect(throws: Denial(action: .readCases, post: "guest")) {
            _ = try await cases.list(CaseService.Filter(), for: trainee)
        }
        #expect(try await cases.openCount(for: trainee) == 0)
        // A token may be narrower than its owner.
        let reader = try await shop.principal(.an, scopes: [.readCases])
        await #expect(throws: Denial(action: .actOnCases, post: "clerk")) {
            _ = try await cases.move(matter.id, "check", input: [:], revision: nil, by: reader)
        }
    }

    @Test func `each refusal of a move names its clause and changes nothing`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        let before = try await shop.events().count
        await #expect(
            throws: WorkflowRefusal(.wrongState(state: "received", moves: ["respond", "check"]), ["S-10"])
        ) { try await shop.move(matter, "settle", ["words": .text("好")], by: .mei) }
        let allowed = ["clerk", "courier", "manager"]
        await #expect(throws: WorkflowRefusal(.notPermitted(post: "director", allowed: allowed), ["S-01"])) {
            try await shop.move(matter, "respond", ["words": .text("好")], by: .ding)
        }
        #expect(try await shop.events().count == before)
        try await shop.respond(to: matter)
        await #expect(throws: WorkflowRefusal(.alreadyDone(move: "respond"), ["S-01"])) {
            try await shop.respond(to: matter)
        }
        let other = try await shop.complain()
        try await shop.move(other, "check")
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["respond"]), ["S-11"])) {
            try await shop.move(other, "settle", ["words": .text("好")], by: .mei)
        }
        await #expect(
            throws: WorkflowRefusal(
                .wrongState(state: "checking", moves: ["settle", "accept", "rate", "drop"]), ["S-10"])
        ) {
            try await shop.respond(to: other)
        }
        try await shop.move(other, "drop")
        await #expect(throws: WorkflowRefusal(.wrongState(state: "closed", moves: []), ["S-10"])) {
            try await shop.move(other, "drop")
        }
    }

    @Test func `the page says beforehand what the act would say`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        try await shop.move(matter, "check")
        let detail = try await shop.desk.cases.find(matter.id, for: shop.principal(.an))
        for (move, refusal) in detail.moves {
            var told: WorkflowRefusal?
            do {
                try await shop.move(matter, move.key, ["words": .text("好")])
            } catch let refusal as WorkflowRefusal {
                told = refusal
            } catch is FormFaults {}
            #expect(told == refusal)
        }
    }

    @Test func `every fault of a form is told at once, and nothing is stored`() async throws {
        let shop = try await Shop.open()
        let input: Fields = [
            "chanel": .text("phone"), "content": .text(String(repeating: "字", count: 501)),
            "customer": .text("somebody"),
        ]
        await #expect(
            throws: FormFaults([
                FormFault("customer", .unknownReference), FormFault("channel", .missing),
                FormFault("content", .tooLong(maximum: 500)), FormFault("chanel", .unknownField(nearest: "channel")),
            ])
        ) { _ = try await shop.desk.cases.start("complaint", input: input, by: shop.principal(.an)) }
        #expect(try await shop.desk.count("matter") == 0)
        #expect(try await shop.events("complaint.received").isEmpty)
    }

    @Test func `a move without a form takes no fields, and one with a form asks for its own`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        await #expect(throws: FormFaults([FormFault("words", .unknownField(nearest: nil))])) {
            try await shop.move(matter, "check", ["words": .text("好")])
        }
        await #expect(throws: FormFaults([FormFault("words", .missing)])) {
            try await shop.move(matter, "respond", [:])
        }
    }

    @Test func `what a form points to must be there, and every absence is told at once`() async throws {
        let shop = try await Shop.open()
        var input = shop.grievance()
        let nobody = CustomerID(high: 1, low: 1).description
        input["customer"] = .text(nobody)
        input["handler"] = .text(nobody)
        input["branch"] = .text(nobody)
        input["rank"] = .text("king")
        input["earlier"] = .text(nobody)
        let faults = ["customer", "handler", "branch", "rank", "earlier"].map { FormFault($0, .unknownReference) }
        let asked = input
        await #expect(throws: FormFaults(faults)) {
            _ = try await shop.desk.cases.start("complaint", input: asked, by: shop.principal(.an))
        }
        let first = try await shop.complain()
        input["customer"] = .text(shop.customers[0].description)
        input["handler"] = .text(shop.staff(.du).description)
        input["branch"] = .text(shop.south.description)
        input["rank"] = .text("clerk")
        input["earlier"] = .text(first.id.description)
        _ = try await shop.desk.cases.start("complaint", input: input, by: shop.principal(.an))
    }

    @Test func `customers and cases out of reach are as good as not there`() async throws {
        let shop = try await Shop.open()
        let southern = try await shop.complain(4, by: .du)
        await #expect(throws: FormFaults([FormFault("customer", .unknownReference)])) {
            try await shop.complain(4, by: .an)
        }
        var input = shop.grievance()
        input["earlier"] = .text(southern.id.description)
        let asked = input
        await #expect(throws: FormFaults([FormFault("earlier", .unknownReference)])) {
            _ = try await shop.desk.cases.start("complaint", input: asked, by: shop.principal(.an))
        }
    }

    @Test func `who read an older revision is told so`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        try await shop.respond(to: matter)
        let conflict = await #expect(throws: EditConflict.self) {
            _ = try await shop.desk.cases.move(matter.id, "check", input: [:], revision: 1, by: shop.principal(.an))
        }
        let step = try #require(try await shop.desk.cases.find(matter.id, for: shop.principal(.an)).steps.last)
        #expect(
            conflict
                == EditConflict(
                    subject: Event.Subject("case", matter.id), changedBy: try await shop.principal(.an).name,
                    changedAt: step.at, revision: 2))
        _ = try await shop.desk.cases.move(matter.id, "check", input: [:], revision: 2, by: shop.principal(.an))
    }

    @Test func `of twenty answers at once one is given`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        let successes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { (try? await shop.respond(to: matter)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(successes == 1)
        #expect(try await shop.events("complaint.responded").count == 1)
        #expect(try await shop.desk.count("matter_step") == 2)
    }

    @Test func `another company's case is not found`() async throws {
        let desk = try Desk()
        let red = try await Shop.open(in: desk, organisation: OrganisationID(11))
        let blue = try await Shop.open(in: desk, organisation: OrganisationID(22), prefix: "b-")
        let matter = try await red.complain()
        let ding = try await blue.principal(.ding)
        await #expect(throws: StorageError.notFound("case \(matter.id)")) {
            _ = try await desk.cases.find(matter.id, for: ding)
        }
        await #expect(throws: StorageError.notFound("case \(matter.id)")) {
            _ = try await desk.cases.move(matter.id, "check", input: [:], revision: nil, by: ding)
        }
        #expect(try await desk.cases.list(CaseService.Filter(), for: ding).cases.isEmpty)
        await #expect(throws: FormFaults([FormFault("customer", .unknownReference)])) {
            _ = try await desk.cases.start("complaint", input: red.grievance(), by: ding)
        }
    }
}

/// Which cases somebody sees.
struct CaseListTests {
    @Test func `a clerk sees the branch's, a courier his own, a manager all below`() async throws {
        let shop = try await Shop.open()
        let northern = try await shop.complain(0)
        let southern = try await shop.complain(4, by: .du)
        let carried = try await shop.complain(1, by: .cheng)
        #expect(try await shop.listed(.an) == [carried.id, northern.id])
        #expect(try await shop.listed(.du) == [southern.id])
        #expect(try await shop.listed(.cheng) == [carried.id])
        #expect(try await shop.listed(.mei) == [carried.id, southern.id, northern.id])
        for (person, count) in [(Shop.Person.an, 2), (.du, 1), (.cheng, 1), (.mei, 3), (.er, 0)] {
            #expect(try await shop.desk.cases.openCount(for: shop.principal(person)) == count)
        }
        await #expect(throws: StorageError.notFound("case \(southern.id)")) {
            _ = try await shop.desk.cases.find(southern.id, for: shop.principal(.an))
        }
        await #expect(throws: StorageError.notFound("case \(southern.id)")) { try await shop.move(southern, "check") }
    }

    @Test func `whoever registers a case sees it afterwards, wherever its customer belongs`() async throws {
        let shop = try await Shop.open()
        // The courier may read every customer, and acts on his own cases only.
        let matter = try await shop.complain(4, by: .cheng)
        #expect(matter.unit == shop.south)
        #expect(try await shop.listed(.cheng) == [matter.id])
        // A clerk who reads all customers, but acts in her branch only, keeps the case there.
        let wide = Principal(
            organisation: shop.organisation, staff: shop.staff(.an), name: "安三", unit: shop.north,
            subtree: [shop.north], post: "clerk", may: [.readCustomers: .all, .readCases: .unit, .actOnCases: .unit])
        let kept = try await shop.desk.cases.start("complaint", input: shop.grievance(4), by: wide)
        #expect(kept.unit == shop.north)
        _ = try await shop.desk.cases.find(kept.id, for: wide)
    }

    @Test func `what is listed opens, and what opens is listed and counted`() async throws {
        let shop = try await Shop.open()
        var all: [Case] = []
        for (customer, person) in [
            (0, Shop.Person.an), (1, .bai), (2, .cheng), (4, .du), (3, .mei), (4, .mei), (0, .ding), (1, .cheng),
        ] {
            all.append(try await shop.complain(customer, by: person))
            shop.clock.advance(minutes: 1)
        }
        for matter in all.prefix(3) {
            try await shop.move(matter, "check", by: .mei)
            try await shop.move(matter, "drop", by: .mei)
        }
        var random = SeededGenerator(seed: 17)
        for _ in 0..<40 {
            let reader = shop.somebody(using: &random)
            let filter = CaseService.Filter(isOpen: [nil, true, false].randomElement(using: &random) ?? nil)
            guard reader.can(.readCases) else {
                await #expect(throws: Denial.self) { _ = try await shop.desk.cases.list(filter, for: reader) }
                continue
            }
            let listed = Set(try await shop.desk.cases.list(filter, for: reader).cases.map(\.id))
            var open = 0
            for matter in all {
                let found = try? await shop.desk.cases.find(matter.id, for: reader).matter
                if found?.closedAt == nil, found != nil { open += 1 }
                let isWanted = filter.isOpen.map { $0 == (found?.closedAt == nil) } ?? true
                #expect(listed.contains(matter.id) == (found != nil && isWanted))
            }
            #expect(try await shop.desk.cases.openCount(for: reader) == open)
        }
    }

    @Test(arguments: [1, 2, 3, 7, 100])
    func `pages neither repeat nor leave out, newest first`(limit: Int) async throws {
        let shop = try await Shop.open()
        var all: [CaseID] = []
        for number in 0..<7 { all.append(try await shop.complain(number % 4).id) }
        var seen: [CaseID] = []
        var cursor: CaseCursor?
        repeat {
            let page = try await shop.desk.cases.list(
                CaseService.Filter(), from: cursor, limit: limit, for: shop.principal(.an))
            seen += page.cases.map(\.id)
            cursor = page.next
        } while cursor != nil
        #expect(seen == all.reversed())
    }

    @Test func `filters narrow the list by workflow, customer, state and number`() async throws {
        let shop = try await Shop.open()
        let first = try await shop.complain(0)
        let second = try await shop.complain(1)
        let talk = try await shop.desk.cases.start(
            "talk", input: ["person": .text(shop.staff(.an).description), "topic": .text("排班")],
            by: shop.principal(.mei))
        try await shop.move(first, "check")
        try await shop.move(first, "drop")
        func list(_ filter: CaseService.Filter) async throws -> Set<CaseID> {
            Set(try await shop.desk.cases.list(filter, for: shop.principal(.mei)).cases.map(\.id))
        }
        #expect(try await list(.init(isOpen: true)) == [second.id, talk.id])
        #expect(try await list(.init(isOpen: false)) == [first.id])
        #expect(try await list(.init(workflow: "talk")) == [talk.id])
        #expect(try await list(.init(customer: shop.customers[1])) == [second.id])
        #expect(try await list(.init(reference: "ts-2026")) == [first.id, second.id])
        #expect(try await list(.init(reference: "TS-2026-0002")) == [second.id])
        #expect(try await list(.init(reference: "%")) == [])
    }

    @Test func `the counter stops at a hundred`() async throws {
        let shop = try await Shop.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<104 { group.addTask { try await shop.complain(number % 4) } }
            try await group.waitForAll()
        }
        #expect(try await shop.desk.cases.openCount(for: shop.principal(.mei)) == 100)
    }
}

/// Facts that no workflow makes, beyond what their own suite says.
struct FactReferenceTests {
    @Test func `what a fact points to must be there`() async throws {
        let shop = try await Shop.open()
        await #expect(throws: FormFaults([FormFault("supervisor", .unknownReference)])) {
            try await shop.record(
                "site.started", 0, ["place": .text("西苑"), "supervisor": .text(shop.customers[0].description)])
        }
        #expect(try await shop.events("site.started").isEmpty)
        #expect(try await shop.duties("S-03").isEmpty)
        try await shop.record(
            "site.started", 0, ["place": .text("西苑"), "supervisor": .text(shop.staff(.an).description)])
    }

    @Test func `a fact about a unit or a person is bound to the permission's reach`() async throws {
        let shop = try await Shop.open()
        _ = try await shop.desk.facts.record(
            "stock.counted", subject: Event.Subject("unit", shop.north), input: [:], by: shop.principal(.an))
        await #expect(throws: StorageError.notFound("unit")) {
            _ = try await shop.desk.facts.record(
                "stock.counted", subject: Event.Subject("unit", shop.south), input: [:], by: shop.principal(.an))
        }
        await #expect(throws: StorageError.notFound("unit")) {
            _ = try await shop.desk.facts.record(
                "stock.counted", subject: Event.Subject("unit", shop.north), input: [:], by: shop.principal(.cheng))
        }
        await #expect(throws: StorageError.notFound("customer")) {
            try await shop.record("visit.made", 4, by: .an)
        }
        await #expect(throws: Denial(action: .recordFacts, post: "guest")) {
            try await shop.record("visit.made", 0, by: .er)
        }
    }

    @Test func `another company's customer is not found`() async throws {
        let desk = try Desk()
        let red = try await Shop.open(in: desk, organisation: OrganisationID(11))
        let blue = try await Shop.open(in: desk, organisation: OrganisationID(22), prefix: "b-")
        await #expect(throws: StorageError.notFound("customer")) {
            _ = try await desk.facts.record(
                "visit.made", subject: Event.Subject("customer", red.customers[0]), input: [:],
                by: blue.principal(.ding))
        }
    }
}

extension Shop {
    @discardableResult
    func move(_ matter: Case, _ key: String, _ input: Fields = [:], by person: Person = .an) async throws -> Case {
        try await desk.cases.move(matter.id, key, input: input, revision: nil, by: principal(person))
    }

    func listed(_ person: Person) async throws -> [CaseID] {
        try await desk.cases.list(CaseService.Filter(), for: principal(person)).cases.map(\.id)
    }
}
