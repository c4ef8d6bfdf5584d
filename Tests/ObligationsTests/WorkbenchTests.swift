import TestDatabases
import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// The lists that people work from, and the numbers beside them.
struct WorkbenchTests {
    @Test func `everybody's own list holds what he owes and what was escalated to him, next due first`() async throws {
        let shop = try await Shop.open()
        try await shop.complain(0)
        shop.clock.advance(hours: 25)
        try await shop.tick()
        try await shop.startSite(1)
        try await shop.complain(2)
        let mine = try await shop.list(.mine, .mei)
        #expect(mine.obligations.map(\.clause) == ["S-01"])
        var all: [Obligation] = []
        for person in [Shop.Person.an, .bai] {
            let page = try await shop.list(.mine, person)
            #expect(page.obligations.allSatisfy { $0.holder == shop.staff(person) })
            #expect(page.obligations.map(\.dueAt) == page.obligations.map(\.dueAt).sorted())
            all += page.obligations
        }
        #expect(all.count == 3)
        #expect(try await shop.list(.mine, .du).obligations.isEmpty)
    }

    @Test(arguments: [
        (Shop.Person.ding, 3), (.mei, 3), (.an, 2), (.bai, 2), (.du, 1), (.cheng, 0),
    ])
    func `the team's list reaches as far as the permission`(person: Shop.Person, count: Int) async throws {
        let shop = try await Shop.open()
        try await shop.complain(0)
        try await shop.complain(1)
        try await shop.complain(4, by: .du)
        #expect(try await shop.list(.team, person).obligations.count == count)
        #expect(try await shop.desk.obligations.counts(for: shop.principal(person)).team == count)
    }

    @Test func `without the permission there is no team's list, and its counter is nought`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        await #expect(throws: Denial(action: .readObligations, post: "guest")) {
            _ = try await shop.list(.team, .er)
        }
        #expect(try await shop.desk.obligations.counts(for: shop.principal(.er)).team == 0)
    }

    @Test func `what was done is listed latest first`() async throws {
        let shop = try await Shop.open()
        for number in 0..<4 {
            let matter = try await shop.complain(number)
            shop.clock.advance(minutes: 1)
            try await shop.respond(to: matter)
        }
        let done = try await shop.list(.done, .an).obligations
        #expect(done.count == 4)
        #expect(done.compactMap(\.closedAt) == done.compactMap(\.closedAt).sorted(by: >))
    }

    @Test(arguments: ObligationService.View.allCases, [1, 2, 3, 7])
    func `pages neither repeat nor leave out, whatever their size`(
        view: ObligationService.View, limit: Int
    ) async throws {
        let shop = try await Shop.open()
        try await shop.crowd()
        let mei = try await shop.principal(.mei)
        let whole = try await shop.desk.obligations.list(view, limit: 1000, for: mei).obligations.map(\.id)
        var seen: [ObligationID] = []
        var cursor: ObligationService.Cursor?
        repeat {
            let page = try await shop.desk.obligations.list(view, after: cursor, limit: limit, for: mei)
            #expect(page.obligations.count <= limit)
            seen += page.obligations.map(\.id)
            cursor = page.next
        } while cursor != nil
        #expect(seen == whole)
        #expect(Set(seen).count == seen.count)
        #expect(!seen.isEmpty)
    }

    @Test func `a list of one case or one customer holds no other's duties`() async throws {
        let shop = try await Shop.open()
        let first = try await shop.complain(0)
        try await shop.complain(1)
        try await shop.startSite(0)
        let mei = try await shop.principal(.mei)
        let ofCase = try await shop.desk.obligations.list(.team, matter: first.id, for: mei).obligations
        #expect(ofCase.map(\.matter) == [first.id])
        let ofCustomer = try await shop.desk.obligations.list(.team, customer: shop.customers[0], for: mei).obligations
        #expect(Set(ofCustomer.map(\.clause)) == ["S-01", "S-03"])
        #expect(ofCustomer.allSatisfy { $0.customer == shop.customers[0] })
        #expect(try await shop.desk.obligations.list(ofCase: first.id, for: mei).count == 1)
        #expect(try await shop.desk.obligations.list(ofCustomer: shop.customers[0], for: mei).count == 2)
    }

    @Test func `what is listed opens, and what opens is listed`() async throws {
        let shop = try await Shop.open()
        try await shop.crowd()
        let rows = try await shop.duties()
        var random = SeededGenerator(seed: 5)
        for _ in 0..<25 {
            let reader = shop.somebody(using: &random)
            var listed: Set<ObligationID> = []
            if reader.can(.readObligations) {
                listed.formUnion(
                    try await shop.desk.obligations.list(.team, limit: 1000, for: reader).obligations.map(\.id))
            }
            for view in [ObligationService.View.mine, .done] {
                listed.formUnion(
                    try await shop.desk.obligations.list(view, limit: 1000, for: reader).obligations.map(\.id))
            }
            for row in rows {
                let isFound = (try? await shop.desk.obligations.find(row.id, for: reader)) != nil
                // A closed duty of the team opens too, and is listed with its case or on the charter's page.
                if row.state == "open" || row.holder == reader.staff {
                    #expect(isFound == listed.contains(row.id))
                } else {
                    #expect(!listed.contains(row.id))
                }
                if let matter = row.matter {
                    let ofCase = try await shop.desk.obligations.list(ofCase: matter, for: reader).map(\.id)
                    #expect(ofCase.contains(row.id) == isFound)
                }
            }
        }
    }

    @Test func `the counters are those of the lists`() async throws {
        let shop = try await Shop.open()
        try await shop.crowd()
        for person in Shop.Person.allCases where person != .er {
            let reader = try await shop.principal(person)
            let counts = try await shop.desk.obligations.counts(for: reader)
            let mine = try await shop.desk.obligations.list(.mine, limit: 1000, for: reader)
            #expect(counts.mine == mine.obligations.count)
            #expect(counts.overdue == mine.obligations.count { $0.isOverdue(at: mine.now) })
            #expect(counts.team == (try await shop.list(.team, person, limit: 1000).obligations.count))
        }
    }

    @Test func `counters stop at a hundred`() async throws {
        let shop = try await Shop.open()
        try await shop.desk.database.write { transaction in
            for _ in 0..<230 {
                try shop.desk.journal.record(
                    EventDraft(
                        organisation: shop.organisation, type: "site.started",
                        subject: Event.Subject("customer", shop.customers[0]), unit: shop.north,
                        actor: .staff(shop.staff(.an)), charterVersion: 1), in: transaction)
            }
        }
        let counts = try await shop.desk.obligations.counts(for: shop.principal(.an))
        #expect(counts.mine == 100)
        #expect(counts.team == 100)
        #expect(counts.overdue == 0)
        shop.clock.move(to: "2026-03-06 09:00")
        #expect(try await shop.desk.obligations.counts(for: shop.principal(.an)).overdue == 100)
    }

    @Test func `the load of each person is told by what is overdue, due today and later`() async throws {
        let shop = try await Shop.open()
        for _ in 0..<3 { try await shop.complain(4, by: .du) }
        try await shop.startSite(4, by: .du)
        shop.clock.advance(hours: 24, milliseconds: 1)
        try await shop.complain(4, by: .du)
        let mei = try await shop.principal(.mei)
        let loads = try await shop.desk.obligations.loads(
            within: mei.reach(.readObligations), until: at("2026-03-04 23:59"), for: mei)
        let du = try #require(loads.first { $0.staff == shop.staff(.du) })
        #expect(du.overdue == 3)
        #expect(du.today == 0)
        #expect(du.later == 2)
        let tomorrow = try await shop.desk.obligations.loads(
            within: mei.reach(.readObligations), until: at("2026-03-05 10:00").adding(milliseconds: 1), for: mei)
        #expect(tomorrow.first?.today == 1)
        #expect(tomorrow.first?.later == 1)
    }
}

extension Shop {
    func list(
        _ view: ObligationService.View, _ person: Person, limit: Int = 50
    ) async throws -> ObligationService.Page {
        try await desk.obligations.list(view, limit: limit, for: principal(person))
    }

    /// A month in which duties of every kind were met, missed, waived, voided, escalated and handed on.
    func crowd() async throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<12 {
            let customer = Int.random(in: 0..<5, using: &random)
            let clerk: Person = customer == 4 ? .du : [.an, .bai].randomElement(using: &random) ?? .an
            let matter = try await complain(customer, by: clerk)
            if Bool.random(using: &random) { try await startSite(customer, by: clerk) }
            clock.advance(hours: Int64.random(in: 1...40, using: &random))
            if Bool.random(using: &random) { try await tick() }
            if Int.random(in: 0..<3, using: &random) > 0 { try await respond(to: matter, by: clerk) }
            if Int.random(in: 0..<4, using: &random) == 0 { try await record("visit.made", customer, by: clerk) }
        }
        let open = try await duties().filter { $0.state == "open" }
        for duty in open.prefix(3) {
            try await desk.obligations.waive(duty.id, reason: "免", revision: nil, by: principal(.ding))
        }
        for duty in open.suffix(3) {
            try await desk.obligations.reassign(duty.id, to: staff(.mei), revision: nil, by: principal(.ding))
        }
        for duty in try await duties("S-03").filter({ $0.state == "open" && $0.holder != nil }).prefix(4) {
            try await desk.obligations.tickOff(
                duty.id, input: ["reached": .flag(true)], revision: nil,
                by: desk.principal(duty.holder ?? staff(.ding), of: organisation))
        }
        for duty in try await duties("S-05").filter({ $0.state == "open" && $0.unit == north }).prefix(2) {
            try await desk.obligations.reassign(duty.id, to: staff(.mei), revision: nil, by: principal(.ding))
            try await desk.obligations.tickOff(duty.id, input: [:], revision: nil, by: principal(.mei))
        }
    }
}
