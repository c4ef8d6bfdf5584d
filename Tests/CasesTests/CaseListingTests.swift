import Cases
import Customers
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// The list of cases: what it is narrowed by, what it is sorted by, and its pages both ways.
struct CaseListingTests {
    /// Twenty-two cases of two workflows in three units, some closed, some overdue, some of a customer's second time.
    private static func furnished() async throws -> (shop: Shop, all: [Case]) {
        let shop = try await Shop.open()
        var all: [CaseID] = []
        for number in 0..<18 {
            let person: Shop.Person = [.an, .bai, .cheng, .mei, .ding, .du][number % 6]
            let customer = person == .du ? 4 : number % 4
            all.append(try await shop.complain(customer, channel: number % 5 == 4 ? "letter" : "phone", by: person).id)
            shop.clock.advance(hours: 5)
        }
        for person in [Shop.Person.an, .bai, .cheng, .du] {
            all.append(
                try await shop.desk.cases.start(
                    "talk", input: ["person": .text(shop.staff(person).description), "topic": .text("排班")],
                    by: shop.principal(.mei)
                ).id)
            shop.clock.advance(hours: 5)
        }
        for index in [1, 4, 7, 10, 13] {
            _ = try await shop.desk.cases.move(all[index], "check", input: [:], revision: nil, by: shop.principal(.mei))
        }
        for index in [4, 10] {
            _ = try await shop.desk.cases.move(all[index], "drop", input: [:], revision: nil, by: shop.principal(.mei))
        }
        let ding = try await shop.principal(.ding)
        var found: [Case] = []
        for id in all { found.append(try await shop.desk.cases.find(id, for: ding).matter) }
        return (shop, found)
    }

    private static func ids(
        _ shop: Shop, _ filter: CaseService.Filter, _ order: CaseService.Order, limit: Int = 200, for reader: Principal
    ) async throws -> [CaseID] {
        try await shop.desk.cases.list(filter, by: order, limit: limit, for: reader).cases.map(\.id)
    }

    @Test func `every combination of conditions finds what each of them admits, in every order`() async throws {
        let (shop, all) = try await Self.furnished()
        let duties = try await shop.duties().filter { $0.state == "open" }
        let now = shop.clock.now
        var random = SeededGenerator(seed: 20)
        func admits(_ filter: CaseService.Filter, _ matter: Case, _ reader: Principal) throws -> Bool {
            let own = duties.filter { $0.matter == matter.id }
            let isMine = matter.subjectKind == "staff" && StaffID(matter.subject) == reader.staff
            return try (reader.reach(.readCases).covers(unit: matter.unit, owner: matter.openedBy) || isMine)
                && filter.isOpen.map { $0 == (matter.closedAt == nil) } ?? true
                && filter.workflow.map { $0 == matter.workflow } ?? true
                && filter.state.map { $0 == matter.state } ?? true
                && filter.customers.map { matter.customer.map($0.contains) ?? false } ?? true
                && filter.unit.map { $0 == matter.unit } ?? true
                && filter.handler.map { handler in own.contains { $0.holder == handler } } ?? true
                && filter.filedFrom.map { matter.openedAt >= $0 } ?? true
                && filter.filedBefore.map { matter.openedAt < $0 } ?? true
                && (!filter.isOverdue || own.contains { $0.dueAt < now })
                && (!filter.isRepeated || matter.repeats > 0)
        }
        var found = 0
        for _ in 0..<150 {
            func maybe<T>(_ value: @autoclosure () -> T?) -> T? {
                Int.random(in: 0..<3, using: &random) == 0 ? value() : nil
            }
            var filter = CaseService.Filter(
                isOpen: maybe(Bool.random(using: &random)),
                workflow: maybe(Bool.random(using: &random) ? "complaint" : "talk"))
            if filter.workflow != nil { filter.state = maybe("checking") ?? maybe("received") }
            filter.customers = maybe(Array(shop.customers.shuffled(using: &random).prefix(3)))
            filter.unit = maybe([shop.root, shop.north, shop.south].randomElement(using: &random))
            filter.handler = maybe([shop.staff(.an), shop.staff(.bai), shop.staff(.mei)].randomElement(using: &random))
            filter.filedFrom = maybe(all.randomElement(using: &random)?.openedAt)
            filter.filedBefore = maybe(all.randomElement(using: &random)?.openedAt)
            filter.isOverdue = maybe(true) ?? false
            filter.isRepeated = maybe(true) ?? false
            let reader = shop.somebody(using: &random)
            guard reader.can(.readCases) else { continue }
            let wanted = try all.filter { try admits(filter, $0, reader) }
            for order in CaseService.Order.allCases {
                let listed = try await Self.ids(shop, filter, order, for: reader)
                let sorted: [Case]
                switch order {
                case .filed: sorted = wanted.sorted { $0.id > $1.id }
                case .state: sorted = wanted.sorted { ($0.workflow, $0.state, $0.id) < ($1.workflow, $1.state, $1.id) }
                case .deadline:
                    func first(_ matter: Case) -> (Instant, ObligationID)? {
                        duties.filter { $0.matter == matter.id }.map { ($0.dueAt, $0.id) }.min { $0 < $1 }
                    }
                    sorted = wanted.sorted { one, two in
                        switch (first(one), first(two)) {
                        case (let one?, let two?): one < two
                        case (_?, nil): true
                        case (nil, _?): false
                        case (nil, nil): one.id > two.id
                        }
                    }
                }
                #expect(listed == sorted.map(\.id), "\(order) \(filter)")
                found += listed.count
            }
            #expect(try await shop.desk.cases.count(filter, for: reader) == wanted.count)
        }
        #expect(found > 200, "the conditions admit enough to be a test: \(found)")
    }

    @Test(arguments: CaseService.Order.allCases, [1, 2, 5, 22, 50])
    func `pages forward and back again are the same pages`(order: CaseService.Order, limit: Int) async throws {
        let (shop, _) = try await Self.furnished()
        for reader in [try await shop.principal(.ding), try await shop.principal(.an)] {
            for isTimed in [false, true] {
                var filter = CaseService.Filter()
                if isTimed { filter.filedFrom = TestClock.tuesday.adding(hours: 12) }
                let all = try await Self.ids(shop, filter, order, for: reader)
                var pages: [[CaseID]] = []
                var cursor: CaseCursor?
                var last: CaseService.Page?
                repeat {
                    let page = try await shop.desk.cases.list(
                        filter, by: order, from: cursor, limit: limit, for: reader)
                    pages.append(page.cases.map(\.id))
                    #expect((page.previous == nil) == (cursor == nil))
                    cursor = page.next
                    last = page
                } while cursor != nil
                #expect(pages.flatMap { $0 } == all)
                var back = [try #require(pages.last)]
                cursor = last?.previous
                while let place = cursor {
                    // As the address carries it.
                    let carried: CaseCursor = try #require(CaseCursor("\(place)"))
                    let page = try await shop.desk.cases.list(
                        filter, by: order, from: carried, limit: limit, for: reader)
                    back.insert(page.cases.map(\.id), at: 0)
                    #expect(page.next != nil)
                    cursor = page.previous
                }
                #expect(back.flatMap { $0 } == all, "\(order) \(limit)")
            }
        }
    }

    @Test func `a case that closes between two pages neither repeats nor hides another`() async throws {
        let shop = try await Shop.open()
        var all: [Case] = []
        for number in 0..<6 { all.append(try await shop.complain(number % 4)) }
        let mei = try await shop.principal(.mei)
        let first = try await shop.desk.cases.list(.init(isOpen: true), limit: 2, for: mei)
        try await shop.move(all[5], "check", by: .mei)
        try await shop.move(all[5], "drop", by: .mei)
        let second = try await shop.desk.cases.list(.init(isOpen: true), from: first.next, limit: 2, for: mei)
        #expect(second.cases.map(\.id) == [all[3].id, all[2].id])
    }

    @Test func `a cursor of another list is refused, and nonsense is none`() async throws {
        let (shop, _) = try await Self.furnished()
        let mei = try await shop.principal(.mei)
        let page = try await shop.desk.cases.list(.init(), by: .state, limit: 1, for: mei)
        await #expect(throws: FormFaults([FormFault("cursor", .unknownReference)])) {
            _ = try await shop.desk.cases.list(.init(), by: .deadline, from: page.next, for: mei)
        }
        let id = "018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21"
        for text in [
            "", "b", "b.", "x.\(id)", "f.\(id)", "f.-1.\(id)", "f.1x.\(id)", "d.1.2.\(id)", "s.a.\(id)", "s..b.\(id)",
            "n.1.\(id)", "\(id).\(id)", "f.9999999999999999.\(id)",
        ] { #expect(CaseCursor(text) == nil, "\(text)") }
        for text in [id, "b.\(id)", "f.12.\(id)", "b.d.12.\(id)", "n.\(id)", "s.complaint.received.\(id)"] {
            #expect(CaseCursor(text).map { "\($0)" } == text)
        }
    }

    @Test func `a customer's second complaint knows of the first, and another workflow does not count`() async throws {
        let shop = try await Shop.open()
        #expect(try await shop.complain(0).repeats == 0)
        #expect(try await shop.complain(1).repeats == 0)
        let again = try await shop.complain(0, by: .mei)
        #expect(again.repeats == 1)
        #expect(try await shop.complain(0).repeats == 2)
        let mei = try await shop.principal(.mei)
        let talk = try await shop.desk.cases.start(
            "talk", input: ["person": .text(shop.staff(.an).description), "topic": .text("排班")], by: mei)
        #expect(talk.repeats == 0)
        var filter = CaseService.Filter()
        filter.isRepeated = true
        #expect(try await shop.desk.cases.count(filter, for: mei) == 2)
        #expect(try await shop.desk.cases.find(again.id, for: mei).matter.repeats == 1)
    }

    @Test func `what is owed next stands beside each case, and nothing where nothing is owed`() async throws {
        let shop = try await Shop.open()
        let first = try await shop.complain(0)
        let letter = try await shop.complain(1, channel: "letter")
        let page = try await shop.desk.cases.list(.init(), for: shop.principal(.mei))
        let duty = try #require(try await shop.duties("S-01").first)
        let next = try #require(page.duties[first.id])
        #expect((next.clause, next.dueAt, next.holder) == ("S-01", duty.dueAt, duty.holder))
        #expect(page.duties[letter.id] == nil)
    }

    @Test func `whoever may not take customers along takes no list of cases along, and who may leaves a trace`()
        async throws
    {
        let (shop, all) = try await Self.furnished()
        let (an, ding) = (try await shop.principal(.an), try await shop.principal(.ding))
        await #expect(throws: Denial.self) {
            _ = try await shop.desk.cases.list(.init(), isExport: true, for: an)
        }
        await #expect(throws: Denial.self) { try await shop.desk.cases.noteExport("", by: an) }
        #expect(try await shop.events("cases.exported").isEmpty)
        try await shop.desk.cases.noteExport("overdue=1", by: ding)
        let noted = try #require(try await shop.events("cases.exported").first)
        #expect(noted.actor == ding.staff && noted.body["filter"] == .text("overdue=1"))
        #expect(try await shop.desk.cases.list(.init(), isExport: true, for: ding).cases.count == all.count)
        // Only what both permissions cover.
        let narrow = Principal(
            organisation: shop.organisation, staff: ding.staff, name: "丁一", unit: shop.south, subtree: [shop.south],
            post: "director", may: [.readCases: .all, .exportCustomers: .unit])
        let taken = try await shop.desk.cases.list(.init(), isExport: true, for: narrow).cases
        #expect(!taken.isEmpty && taken.allSatisfy { $0.unit == shop.south })
    }
}
