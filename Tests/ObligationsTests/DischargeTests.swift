import TestDatabases
import Cases
import Customers
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// How duties end: by an event, by hand, void or waived; and how late they were.
struct DischargeTests {
    @Test func `the event that a clause names discharges its duty, in the same transaction`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        shop.clock.advance(hours: 1)
        try await shop.respond(to: matter)
        let duty = try #require(try await shop.duties("S-01").first)
        #expect(duty.state == "met")
        #expect(!duty.isLate)
        #expect(duty.closedAt == TestClock.tuesday.adding(hours: 1))
        let met = try #require(try await shop.events("obligation.met").first)
        #expect(try await shop.events("complaint.responded").first?.id == met.cause)
        #expect(met.body["late_ms"] == nil)
        #expect(try await shop.desk.loads(of: shop.organisation).isEmpty)
    }

    @Test func `the answer to one complaint does not discharge another of the same customer`() async throws {
        let shop = try await Shop.open()
        let first = try await shop.complain()
        try await shop.complain()
        try await shop.respond(to: first)
        #expect(try await shop.duties("S-01").map(\.state) == ["met", "open"])
    }

    @Test(arguments: [(0, false), (1, true)])
    func `at the due instant a duty is in time, a millisecond later it is late`(
        after: Int64, isLate: Bool
    ) async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        shop.clock.move(to: TestClock.tuesday.adding(hours: 24).adding(milliseconds: after))
        try await shop.respond(to: matter)
        let duty = try #require(try await shop.duties("S-01").first)
        #expect(duty.state == "met")
        #expect(duty.isLate == isLate)
        #expect(try await shop.events("obligation.late").count == (isLate ? 1 : 0))
    }

    @Test func `a breach that begins and ends between two ticks is seen`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        try await shop.tick()
        shop.clock.advance(hours: 25)
        try await shop.respond(to: matter)
        try await shop.tick()
        let duty = try #require(try await shop.duties("S-01").first)
        #expect(duty.isLate)
        #expect(try await shop.events("obligation.late").count == 1)
        #expect(try await shop.events("obligation.met").first?.body["late_ms"] == .integer(3_600_000))
    }

    @Test func `lateness that the clock saw is not written again at the discharge`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        shop.clock.advance(hours: 25)
        try await shop.tick()
        try await shop.respond(to: matter)
        #expect(try await shop.events("obligation.late").count == 1)
        #expect(try await shop.duties("S-01").first?.isLate == true)
    }

    @Test func `an event that voids a duty ends it without blame`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        let clerk = try await shop.principal(.an)
        let checking = try await shop.desk.cases.move(matter.id, "check", input: [:], revision: nil, by: clerk)
        shop.clock.advance(hours: 30)
        _ = try await shop.desk.cases.move(checking.id, "drop", input: [:], revision: nil, by: clerk)
        let duty = try #require(try await shop.duties("S-01").first)
        #expect(duty.state == "void")
        #expect(!duty.isLate)
        #expect(try await shop.events("obligation.late").isEmpty)
        #expect(try await shop.desk.loads(of: shop.organisation).isEmpty)
    }

    @Test func `a fact about the customer discharges every open duty of the clause`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite(at: at("2026-02-17 10:00"))
        try await shop.tick()
        #expect(try await shop.duties("S-04").map(\.state) == ["open", "open"])
        try await shop.record("visit.made")
        #expect(try await shop.duties("S-04").map(\.state) == ["met", "met"])
        #expect(try await shop.duties("S-03").map(\.state) == ["open"])
    }

    @Test func `a fact about one customer leaves another's duties alone`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite(0)
        try await shop.startSite(1)
        try await shop.record("site.finished", 0)
        #expect(try await shop.duties("S-03").map(\.state) == ["void", "open"])
    }

    @Test func `an open duty is discharged by what its own version says, not the one in force`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        try await shop.adopt(2, changing: (from: "form: call_record, void_by: site.finished", to: "form: call_record"))
        shop.clock.advance(minutes: 1)
        try await shop.startSite(1)
        try await shop.record("site.finished", 0)
        try await shop.record("site.finished", 1)
        #expect(try await shop.duties("S-03").map(\.state) == ["void", "open"])
    }

    @Test func `a duty without an event is ticked off by its holder, with its form`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        let duty = try #require(try await shop.duties("S-03").first)
        let holder = try #require(duty.holder)
        let principal = try await shop.desk.principal(holder, of: shop.organisation)
        try await shop.desk.obligations.tickOff(
            duty.id, input: ["reached": .text("yes"), "said": .text("一切都好")], revision: 1, by: principal)
        #expect(try await shop.duties("S-03").first?.state == "met")
        let ticked = try #require(try await shop.events("obligation.ticked_off").first)
        #expect(ticked.actor == holder)
        #expect(ticked.body == ["clause": .text("S-03"), "reached": .flag(true)])
        #expect(try await shop.events("obligation.met").first?.cause == ticked.id)
    }

    @Test func `what a customer said is sealed, not written into the journal`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        let duty = try #require(try await shop.duties("S-03").first)
        try await shop.desk.obligations.tickOff(
            duty.id, input: ["reached": .text("yes"), "said": .text("一切都好")], revision: 1,
            by: shop.desk.principal(try #require(duty.holder), of: shop.organisation))
        let ticked = try #require(try await shop.events("obligation.ticked_off").first)
        let sealed = try #require(ticked.secret)
        let words = try await shop.desk.database.read { transaction in
            try shop.desk.personKeys.open(sealed, for: shop.customers[0], of: shop.organisation, in: transaction)
        }
        #expect(words == ["said": "一切都好"])
    }

    @Test func `the form of a duty is checked with all its faults, and references with it`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        let duty = try #require(try await shop.duties("S-03").first)
        let holder = try await shop.desk.principal(try #require(duty.holder), of: shop.organisation)
        await #expect(
            throws: FormFaults([FormFault("reached", .missing), FormFault("note", .unknownField(nearest: nil))])
        ) {
            try await shop.desk.obligations.tickOff(duty.id, input: ["note": .text("x")], revision: 1, by: holder)
        }
        await #expect(throws: FormFaults([FormFault("colleague", .unknownReference)])) {
            try await shop.desk.obligations.tickOff(
                duty.id, input: ["reached": .flag(true), "colleague": .text(shop.customers[0].description)],
                revision: 1, by: holder)
        }
        #expect(try await shop.duties("S-03").first?.state == "open")
    }

    @Test func `a colleague does not tick off another's duty`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        let duty = try #require(try await shop.duties("S-03").first)
        let other: Shop.Person = duty.holder == shop.staff(.an) ? .bai : .an
        await #expect(throws: ObligationService.Refusal.notTheHolder(clause: "S-03")) {
            try await shop.desk.obligations.tickOff(
                duty.id, input: ["reached": .flag(true)], revision: nil, by: shop.principal(other))
        }
        // Nor does his superior, to whom it has not been escalated.
        await #expect(throws: ObligationService.Refusal.notTheHolder(clause: "S-03")) {
            try await shop.desk.obligations.tickOff(
                duty.id, input: ["reached": .flag(true)], revision: nil, by: shop.principal(.mei))
        }
    }

    @Test func `to whom it was escalated may tick it off`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        shop.clock.move(to: "2026-03-07 10:00")
        try await shop.tick()
        let duty = try #require(try await shop.duties("S-03").first)
        #expect(duty.escalatedTo == shop.staff(.ding))
        try await shop.desk.obligations.tickOff(
            duty.id, input: ["reached": .flag(true)], revision: nil, by: shop.principal(.ding))
        #expect(try await shop.duties("S-03").first?.state == "met")
    }

    @Test func `a duty that an event discharges is not ticked off by hand`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        let duty = try #require(try await shop.duties("S-01").first)
        await #expect(
            throws: ObligationService.Refusal.metByEvent(events: ["complaint.responded"], clause: "S-01")
        ) {
            try await shop.desk.obligations.tickOff(
                duty.id, input: [:], revision: nil,
                by: shop.desk.principal(try #require(duty.holder), of: shop.organisation))
        }
    }

    @Test func `what is closed stays closed`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        let duty = try #require(try await shop.duties("S-03").first)
        let holder = try await shop.desk.principal(try #require(duty.holder), of: shop.organisation)
        let service = shop.desk.obligations
        try await service.tickOff(duty.id, input: ["reached": .flag(true)], revision: nil, by: holder)
        let refusal = ObligationService.Refusal.closed(.met, clause: "S-03")
        await #expect(throws: refusal) {
            try await service.tickOff(duty.id, input: ["reached": .flag(true)], revision: nil, by: holder)
        }
        await #expect(throws: refusal) {
            try await service.waive(duty.id, reason: "无需", revision: nil, by: shop.principal(.mei))
        }
        await #expect(throws: refusal) {
            try await service.reassign(duty.id, to: shop.staff(.bai), revision: nil, by: shop.principal(.mei))
        }
        #expect(try await shop.events("obligation.met").count == 1)
    }

    @Test func `who read an older revision is told so`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        let duty = try #require(try await shop.duties("S-03").first)
        let mei = try await shop.principal(.mei)
        try await shop.desk.obligations.reassign(duty.id, to: shop.staff(.bai), revision: 1, by: mei)
        let conflict = await #expect(throws: EditConflict.self) {
            try await shop.desk.obligations.tickOff(
                duty.id, input: ["reached": .flag(true)], revision: 1, by: shop.principal(.bai))
        }
        #expect(conflict?.subject == Event.Subject("obligation", duty.id))
        #expect(conflict?.changedBy == mei.name)
        #expect(conflict?.revision == 2)
        await #expect(throws: EditConflict.self) {
            try await shop.desk.obligations.waive(duty.id, reason: "无需", revision: 1, by: mei)
        }
    }

    @Test func `the same duty ticked off twenty times at once is met once`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        let duty = try #require(try await shop.duties("S-03").first)
        let holder = try await shop.desk.principal(try #require(duty.holder), of: shop.organisation)
        let successes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    (try? await shop.desk.obligations.tickOff(
                        duty.id, input: ["reached": .flag(true)], revision: nil, by: holder)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(successes == 1)
        #expect(try await shop.events("obligation.met").count == 1)
        #expect(try await shop.desk.loads(of: shop.organisation).isEmpty)
    }

    @Test func `a duty voided by its own lateness ends the tick and the late act alike`() async throws {
        // "Too late to call": the duty falls away when it is late.
        let text = ShopCharter.text(
            changing: (
                from: "form: call_record, void_by: site.finished", to: "form: call_record, void_by: obligation.late"
            ))
        let shop = try await Shop.open(
            text.replacing("when: site.started\n", with: "when: complaint.checking\n"))
        let matter = try await shop.complain()
        _ = try await shop.desk.cases.move(
            matter.id, "check", input: [:], revision: nil, by: shop.principal(.an))
        shop.clock.move(to: "2026-03-10 10:00")
        try await shop.tick()
        #expect(try await shop.duties("S-03").map(\.state) == ["void"])
        #expect(try await shop.duties("S-01").map(\.isLate) == [true])
        #expect(try await shop.desk.obligations.accountFor().faults == [])
    }
}

/// Letting a duty go, and giving it to another.
struct WaiverTests {
    @Test func `who may waives a duty with a reason, and it counts for nobody`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        let duty = try #require(try await shop.duties("S-03").first)
        try await shop.desk.obligations.waive(duty.id, reason: "顾客出国", revision: 1, by: shop.principal(.mei))
        #expect(try await shop.duties("S-03").first?.state == "waived")
        let waiver = try #require(try await shop.events("obligation.waiver").first)
        #expect(waiver.body["reason"] == .text("顾客出国"))
        #expect(waiver.actor == shop.staff(.mei))
        #expect(try await shop.desk.loads(of: shop.organisation).isEmpty)
    }

    @Test(arguments: ["", "  \n"])
    func `a waiver needs a reason`(reason: String) async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        let duty = try #require(try await shop.duties("S-03").first)
        await #expect(throws: FormFaults([FormFault("reason", .missing)])) {
            try await shop.desk.obligations.waive(duty.id, reason: reason, revision: nil, by: shop.principal(.mei))
        }
    }

    @Test(arguments: [Shop.Person.an, .bai, .cheng, .er])
    func `who may not waive is denied, even his own`(person: Shop.Person) async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        let duty = try #require(try await shop.duties("S-03").first)
        let denial = Denial(action: .waiveObligations, post: person.post)
        await #expect(throws: denial) {
            try await shop.desk.obligations.waive(duty.id, reason: "无需", revision: nil, by: shop.principal(person))
        }
        await #expect(throws: denial) {
            try await shop.desk.obligations.reassign(
                duty.id, to: shop.staff(.bai), revision: nil, by: shop.principal(person))
        }
        #expect(try await shop.duties("S-03").first?.state == "open")
    }

    @Test func `a permission for one unit does not waive another's, nor hand over to there`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite(0)
        try await shop.startSite(4, by: .du)
        let duties = try await shop.duties("S-03")
        let northern = Principal(
            organisation: shop.organisation, staff: shop.staff(.mei), name: "梅二", unit: shop.north,
            subtree: [shop.north], post: "manager", may: [.waiveObligations: .unit, .readObligations: .all])
        let denial = Denial(action: .waiveObligations, post: "manager", wanted: .subtree)
        await #expect(throws: denial) {
            try await shop.desk.obligations.waive(duties[1].id, reason: "无需", revision: nil, by: northern)
        }
        await #expect(throws: denial) {
            try await shop.desk.obligations.reassign(duties[0].id, to: shop.staff(.du), revision: nil, by: northern)
        }
        await #expect(throws: denial) {
            try await shop.desk.obligations.reassign(duties[1].id, to: shop.staff(.an), revision: nil, by: northern)
        }
        try await shop.desk.obligations.waive(duties[0].id, reason: "无需", revision: nil, by: northern)
    }

    @Test func `what the reader may not see is not there to be waived`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite(4, by: .du)
        let duty = try #require(try await shop.duties("S-03").first)
        let blind = Principal(
            organisation: shop.organisation, staff: shop.staff(.an), name: "安三", unit: shop.north,
            subtree: [shop.north], post: "clerk", may: [.waiveObligations: .all, .readObligations: .unit])
        await #expect(throws: StorageError.notFound("obligation \(duty.id)")) {
            try await shop.desk.obligations.waive(duty.id, reason: "无需", revision: nil, by: blind)
        }
    }

    @Test func `another company's duty is not found`() async throws {
        let desk = try Desk()
        let red = try await Shop.open(in: desk, organisation: OrganisationID(11))
        let blue = try await Shop.open(in: desk, organisation: OrganisationID(22), prefix: "b-")
        try await red.startSite()
        let duty = try #require(try await red.duties("S-03").first)
        let ding = try await blue.principal(.ding)
        let absent = StorageError.notFound("obligation \(duty.id)")
        await #expect(throws: absent) { _ = try await desk.obligations.find(duty.id, for: ding) }
        await #expect(throws: absent) {
            try await desk.obligations.waive(duty.id, reason: "无需", revision: nil, by: ding)
        }
        await #expect(throws: absent) {
            try await desk.obligations.tickOff(duty.id, input: [:], revision: nil, by: ding)
        }
        #expect(try await desk.obligations.list(.team, for: ding).obligations.isEmpty)
    }

    @Test func `a duty goes to another person, and the loads with it`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        let duty = try #require(try await shop.duties("S-01").first)
        let from = try #require(duty.holder)
        let to: Shop.Person = from == shop.staff(.an) ? .bai : .an
        try await shop.desk.obligations.reassign(duty.id, to: shop.staff(to), revision: 1, by: shop.principal(.mei))
        let after = try #require(try await shop.duties("S-01").first)
        #expect(after.holder == shop.staff(to))
        #expect(after.dueAt == duty.dueAt)
        #expect(try await shop.desk.loads(of: shop.organisation) == [shop.staff(to): 1])
        #expect(try await shop.events("obligation.reassigned").first?.actor == shop.staff(.mei))
    }

    @Test func `nobody is given a duty after leaving`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        let duty = try #require(try await shop.duties("S-01").first)
        try await shop.leave(.cheng)
        let refusal = ObligationService.Refusal.notTheirs(
            clause: "S-01", posts: ["clerk", "manager", "director", "courier"])
        await #expect(throws: refusal) {
            try await shop.desk.obligations.reassign(
                duty.id, to: shop.staff(.cheng), revision: nil, by: shop.principal(.mei))
        }
        #expect(try await shop.duties("S-01").first?.revision == duty.revision)
    }

    @Test func `a duty given to whom it was escalated stands once in his list and his count`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        shop.clock.advance(hours: 25)
        try await shop.tick()
        let duty = try #require(try await shop.duties("S-01").first)
        let mei = try await shop.principal(.mei)
        try await shop.desk.obligations.reassign(duty.id, to: shop.staff(.mei), revision: nil, by: mei)
        #expect(try await shop.desk.obligations.list(.mine, for: mei).obligations.map(\.id) == [duty.id])
        let counts = try await shop.desk.obligations.counts(for: mei)
        #expect(counts.mine == 1)
        #expect(counts.overdue == 1)
    }
}
