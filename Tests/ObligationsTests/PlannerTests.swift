import Cases
import Notices
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// What the engine says of the statements that the services really run: nothing that grows with the years is scanned.
@Suite(.serialized)
struct PlannerTests {
    @Test(arguments: ObligationService.View.allCases, [Shop.Person.an, .mei, .ding])
    func `a list comes out of an index in its order`(
        view: ObligationService.View, person: Shop.Person
    ) async throws {
        let (shop, planned) = try await Shop.planned()
        let reader = try await shop.principal(person)
        let plans = try await planned.plans { _ = try await shop.desk.obligations.list(view, for: reader) }
        #expect(plans.unbounded() == [])
        #expect(!plans.contains { $0.steps.contains { $0.contains("TEMP B-TREE") } })
        let index =
            switch (view, person) {
            case (.mine, _): "obligation_holder (organisation=? AND holder=?)"
            case (.done, _): "obligation_done (organisation=? AND holder=?)"
            case (.team, .an): "obligation_unit (organisation=? AND unit=?)"
            case (.team, _): "obligation_open (organisation=?)"
            }
        // PostgreSQL also takes a few units one by one.
        let units = "obligation_unit (organisation=? AND unit=?)"
        #expect(plans.uses(index) || TestDatabases.Engine.chosen == .postgres && view == .team && plans.uses(units))
    }

    @Test(arguments: [Shop.Person.an, .mei, .ding])
    func `counters read no more than the open duties`(person: Shop.Person) async throws {
        let (shop, planned) = try await Shop.planned()
        let reader = try await shop.principal(person)
        let plans = try await planned.plans {
            _ = try await shop.desk.obligations.counts(for: reader)
            _ = try await shop.desk.notices.unreadCount(for: reader)
            _ = try await shop.desk.cases.openCount(for: reader)
        }
        #expect(plans.unbounded() == [])
        #expect(!plans.uses("obligation_met"))
        #expect(plans.uses("obligation_holder (organisation=? AND holder=?"))
        #expect(plans.uses("obligation_escalated (organisation=? AND escalated_to=?)"))
        #expect(plans.uses("closed_at=?"))
    }

    @Test func `the load of a unit reads its own people, and the choice of a holder those of the post`() async throws {
        let (shop, planned) = try await Shop.newlyPlanned()
        let an = try await shop.principal(.an)
        let reach = try an.reach(.readObligations)
        var plans = try await planned.plans {
            _ = try await shop.desk.obligations.loads(
                within: reach, until: shop.clock.now.adding(hours: 12), for: an)
        }
        #expect(plans.unbounded() == [])
        #expect(plans.uses("staff_unit (organisation=? AND unit=?)"))
        plans = try await planned.plans { try await shop.complain() }
        #expect(plans.uses("COVERING INDEX staff_post (organisation=? AND post=? AND unit=?)"))
    }

    @Test func `whom to tell is looked for in the units above, and not among all holders of the post`() async throws {
        let (shop, planned) = try await Shop.newlyPlanned()
        try await shop.away(.an, until: "2026-12-31")
        try await shop.away(.bai, until: "2026-12-31")
        let plans = try await planned.plans { try await shop.complain() }
        let looks = plans.filter { $0.statement.contains("FROM unit_closure") && $0.statement.contains("staff.post") }
        #expect(!looks.isEmpty)
        // PostgreSQL knows that this shop has few people, and may take those of the post.
        let key = TestDatabases.Engine.chosen == .postgres ? "(organisation=?" : "unit=?"
        for look in looks {
            #expect(look.steps.contains { $0.contains(" staff ") && $0.contains(key) }, "\(look)")
        }
    }

    @Test(arguments: [Shop.Person.an, .mei, .ding])
    func `adherence reads thirteen weeks of each clause and not the years before`(person: Shop.Person) async throws {
        let (shop, planned) = try await Shop.planned()
        let reader = try await shop.principal(person)
        let plans = try await planned.plans {
            _ = try await shop.desk.adherence.overview(for: reader)
            _ = try await shop.desk.adherence.detail(of: "S-01", for: reader)
        }
        #expect(plans.unbounded() == [])
        #expect(plans.uses("obligation_met (organisation=? AND clause=? AND due_at>?"))
    }

    @Test(arguments: [Shop.Person.an, .mei, .ding])
    func `the list of open cases does not wade through closed ones`(person: Shop.Person) async throws {
        let (shop, planned) = try await Shop.planned()
        let reader = try await shop.principal(person)
        let plans = try await planned.plans {
            _ = try await shop.desk.cases.list(CaseService.Filter(isOpen: true), for: reader)
        }
        #expect(plans.unbounded() == [])
        #expect(plans.uses("closed_at=?"))
        let cases = plans.filter { $0.statement.contains("FROM matter") }
        #expect(!cases.contains { $0.steps.contains { $0.contains("TEMP") } })
    }

    @Test(arguments: [Shop.Person.an, .mei, .ding], CaseService.Order.allCases)
    func `cases are found by an index, whatever narrows them and however they are sorted`(
        person: Shop.Person, order: CaseService.Order
    ) async throws {
        let (shop, planned) = try await Shop.planned()
        let reader = try await shop.principal(person)
        var seen = 0
        // Each fourth of all: other ones for each order and person.
        let start = (CaseService.Order.allCases.firstIndex(of: order) ?? 0) + (person == .ding ? 1 : 0)
        for number in stride(from: start, to: 3 * 3 * 3 * 32, by: 4) {
            var rest = number
            func choose(_ count: Int) -> Int {
                defer { rest /= count }
                return rest % count
            }
            var filter = CaseService.Filter(isOpen: [nil, true, false][choose(3)])
            let flow = choose(3)
            if flow > 0 { filter.workflow = "complaint" }
            if flow > 1 { filter.state = "received" }
            switch choose(3) {
            case 1: filter.reference = "TS-2026-0001"
            case 2: filter.customers = Array(shop.customers.prefix(3))
            default: break
            }
            if choose(2) == 1 { filter.unit = shop.north }
            if choose(2) == 1 { filter.handler = shop.staff(.an) }
            if choose(2) == 1 {
                filter.filedFrom = shop.clock.now.adding(hours: -240)
                filter.filedBefore = shop.clock.now
            }
            if choose(2) == 1 { filter.isOverdue = true }
            if choose(2) == 1 { filter.isRepeated = true }
            let plans = try await planned.plans {
                let page = try await shop.desk.cases.list(filter, by: order, limit: 20, for: reader)
                if let next = page.next {
                    _ = try await shop.desk.cases.list(filter, by: order, from: next, limit: 20, for: reader)
                }
                _ = try await shop.desk.cases.count(filter, for: reader)
            }
            let cases = plans.filter { $0.statement.contains("matter") }
            #expect(cases.unbounded() == [], "\(filter)")
            seen += cases.count
        }
        #expect(seen > 300)
    }

    @Test(arguments: [Shop.Person.an, .ding], CaseService.Order.allCases)
    func `the plain list walks an index in its order and sorts nothing`(
        person: Shop.Person, order: CaseService.Order
    ) async throws {
        let (shop, planned) = try await Shop.planned()
        let reader = try await shop.principal(person)
        for isOpen in [true, false, nil] {
            for workflow in [nil, "complaint"] {
                let plans = try await planned.plans {
                    _ = try await shop.desk.cases.list(
                        CaseService.Filter(isOpen: isOpen, workflow: workflow), by: order, limit: 20, for: reader)
                }
                // A few units may be sorted: their open cases are few.
                let cases = plans.filter { $0.statement.contains("FROM matter") && $0.statement.contains("ORDER BY") }
                guard reader.staff == shop.staff(.ding) else { continue }
                for plan in cases {
                    #expect(!plan.steps.contains { $0.contains("TEMP B-TREE") }, "\(isOpen as Any) \(plan)")
                }
            }
        }
    }

    @Test func `opening, discharging and the clock find their rows by index`() async throws {
        let (shop, planned) = try await Shop.newlyPlanned()
        let matter = try await shop.complain()
        var plans = try await planned.plans { try await shop.complain() }
        #expect(plans.unbounded() == [])
        // Of the new case nothing is asked: on PostgreSQL such a look would be in the way of all other new cases.
        #expect(
            plans.filter { $0.statement.hasPrefix("SELECT id, clause, charter_version FROM obligation") }.count == 1)
        #expect(plans.filter { $0.statement.hasPrefix("SELECT clause, anchor, charter_version") }.count == 1)
        plans = try await planned.plans { try await shop.respond(to: matter) }
        #expect(plans.unbounded() == [])
        #expect(plans.uses("obligation_subject (organisation=? AND subject=? AND subject_kind=?)"))
        #expect(plans.uses("cadence_subject (organisation=? AND subject=? AND subject_kind=?)"))
        plans = try await planned.plans { try await shop.startSite() }
        #expect(plans.unbounded() == [])
        shop.clock.advance(hours: 20 * 24)
        plans = try await planned.plans { try await shop.tick() }
        #expect(plans.unbounded() == [])
        #expect(plans.uses("obligation_alarm (organisation=? AND alarm_at<?)"))
        #expect(plans.uses("cadence_next (organisation=? AND next_at<?)"))
        plans = try await planned.plans {
            try await shop.record("visit.made")
            try await shop.record("site.finished")
            try await shop.leave(.an)
        }
        #expect(plans.unbounded() == [])
    }

    @Test func `what a new case asks of its customer and its unit is answered by indexes alone`() async throws {
        let (shop, planned) = try await Shop.newlyPlanned()
        let plans = try await planned.plans { try await shop.complain() }
        // PostgreSQL looks into the table too while rows are young, and takes the whole of a small table.
        let word = TestDatabases.Engine.chosen == .postgres ? "INDEX" : "COVERING INDEX"
        #expect(plans.uses("\(word) matter_subject (organisation=? AND subject_kind=? AND subject=?"))
        #expect(plans.uses("INDEX obligation_subject (organisation=? AND subject=? AND subject_kind=?)"))
        if TestDatabases.Engine.chosen == .sqlite {
            // Who acts upwards from a unit; what lies below one is found by the key.
            let looks = plans.filter { $0.statement.contains("FROM unit_closure CROSS JOIN staff") }
            #expect(!looks.isEmpty)
            for look in looks {
                #expect(look.steps.contains { $0.contains("COVERING INDEX unit_closure_up") }, "\(look)")
            }
        }
    }

    @Test func `the duties of a case and of a customer are found by it`() async throws {
        let (shop, planned) = try await Shop.newlyPlanned()
        let matter = try await shop.complain()
        let mei = try await shop.principal(.mei)
        let plans = try await planned.plans {
            _ = try await shop.desk.obligations.list(ofCase: matter.id, for: mei)
            _ = try await shop.desk.obligations.list(ofCustomer: shop.customers[0], for: mei)
            _ = try await shop.desk.cases.find(matter.id, for: mei)
        }
        #expect(plans.unbounded() == [])
        #expect(plans.uses("obligation_matter (organisation=? AND matter=?)"))
        #expect(plans.uses("obligation_customer (organisation=? AND customer=?)"))
    }
}

extension Shop {
    /// A shop whose statements can be asked for their plans, and which nobody changes.
    static func planned() async throws -> (Shop, PlannedDatabase) { try await shared.value }

    private static let shared = Task { try await newlyPlanned() }

    /// One of its own.
    static func newlyPlanned() async throws -> (Shop, PlannedDatabase) {
        nonisolated(unsafe) var planned: PlannedDatabase?
        let desk = try Desk(wrap: {
            let database = PlannedDatabase($0)
            planned = database
            return database
        })
        let shop = try await Shop.open(in: desk, organisation: OrganisationID(11))
        try await Filling.fill(desk.database, of: shop.organisation)
        return (shop, try #require(planned))
    }
}

extension [PlannedDatabase.Plan] {
    func uses(_ index: String) -> Bool { contains { $0.steps.contains { $0.contains(index) } } }

    /// Steps that read a table which grows with the years by nothing but its company, or by nothing at all.
    func unbounded() -> [String] {
        let growing = [
            "obligation", "event", "matter", "matter_step", "notice", "cadence", "customer", "holder_load", "owed",
            "sooner",
        ]
        return flatMap { plan in
            plan.steps.filter { step in
                let words = step.split(separator: " ")
                guard words.count > 1, growing.contains(String(words[1])) else { return false }
                if words[0] == "SCAN" { return true }
                guard step.hasSuffix("(organisation=?)") else { return false }
                // The open duties of a company in the order of their deadlines, its cases newest first, each up to a
                // limit; and the first key of an index.
                // Whether anything waits for a seal stands in an index of what waits, which is nearly always empty.
                if step.contains("obligation_open") || step.contains("obligation_subject ")
                    || step.contains("event_unsealed")
                {
                    return !plan.statement.contains("LIMIT")
                }
                // An index that holds nothing else than what was repeated.
                if step.contains("matter_repeated ") { return false }
                // Those of one kind in the order of their states, up to a limit.
                if step.contains("matter_state ") {
                    return !plan.statement.contains("ORDER BY workflow , state , id LIMIT")
                }
                if step.contains("matter_1 ") || step.contains("matter_pkey ") {
                    return !plan.statement.contains("ORDER BY id DESC LIMIT")
                }
                return !plan.statement.contains("SELECT min(clause)")
            }.map { "\($0) in \(plan.statement)" }
        }
    }
}
