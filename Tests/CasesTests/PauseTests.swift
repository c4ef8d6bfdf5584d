import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// A case waits for the customer where its clause allows it; what it waited is told from the journal.
struct PauseTests {
    @discardableResult
    private static func pause(
        _ shop: Shop, _ matter: Case, reason: String = "等照片", revision: Int? = nil, by person: Shop.Person = .an
    ) async throws -> Case {
        let principal = try await shop.principal(person)
        return try await shop.desk.database.write { [cases = shop.desk.cases] in
            try cases.pause(matter.id, reason: reason, revision: revision, by: principal, in: $0)
        }
    }

    @discardableResult
    private static func resume(
        _ shop: Shop, _ matter: Case, revision: Int? = nil, by person: Shop.Person = .an
    ) async throws -> Case {
        let principal = try await shop.principal(person)
        return try await shop.desk.database.write { [cases = shop.desk.cases] in
            try cases.resume(matter.id, revision: revision, by: principal, in: $0)
        }
    }

    private static func open(_ shop: Shop, _ matter: Case) async throws -> [DutyRow] {
        try await shop.duties("S-01").filter { $0.matter == matter.id && $0.state == "open" }
    }

    @Test func `while it waits nothing is owed, and afterwards it is owed as much later`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        let before = try #require(try await Self.open(shop, matter).first)
        shop.clock.advance(hours: 2)
        let waiting = try await Self.pause(shop, matter, revision: 1)
        #expect(waiting.pausedAt == shop.clock.now && waiting.closedAt == nil && waiting.revision == 2)
        #expect(try await Self.open(shop, matter).isEmpty)
        // Two days, in which the deadline would have passed and gone up.
        shop.clock.advance(hours: 48)
        try await shop.tick()
        #expect(try await shop.events("obligation.late").isEmpty)
        let back = try await Self.resume(shop, matter, revision: 2, by: .mei)
        #expect(back.pausedAt == nil)
        let after = try #require(try await Self.open(shop, matter).first)
        #expect(after.dueAt == before.dueAt.adding(hours: 48) && after.holder == before.holder)
        let opened = try #require(try await shop.events("obligation.opened").last { $0.body["was"] != nil })
        #expect(opened.body["was"] == .text(before.dueAt.rfc3339))
        #expect(opened.body["waited_ms"] == .integer(48 * 3_600_000))
        #expect(opened.body["is_working_time"] == .flag(false))
        let paused = try #require(try await shop.events("case.paused").first)
        #expect(paused.body["reason"] == .text("等照片") && paused.actor == shop.staff(.an))
        try await shop.respond(to: matter)
        #expect(try await Self.open(shop, matter).isEmpty)
        #expect(try await shop.desk.obligations.accountFor().faults == [])
        #expect(try await shop.desk.database.read { try CaseAccount.faults(in: $0) } == [])
    }

    @Test func `it waits twice, and both times are counted`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        let before = try #require(try await Self.open(shop, matter).first)
        for hours in [5, 7] as [Int64] {
            try await Self.pause(shop, matter)
            shop.clock.advance(hours: hours)
            try await Self.resume(shop, matter)
            shop.clock.advance(hours: 1)
        }
        #expect(try await Self.open(shop, matter).map(\.dueAt) == [before.dueAt.adding(hours: 12)])
    }

    @Test func `an event that the clause names ends the waiting, another does not`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        try await Self.pause(shop, matter)
        shop.clock.advance(hours: 3)
        let moved = try await shop.move(matter, "check")
        #expect(moved.pausedAt == nil)
        #expect(try await Self.open(shop, matter).map(\.dueAt) == [matter.openedAt.adding(hours: 27)])
        let resumed = try #require(try await shop.events("case.resumed").first)
        #expect(resumed.cause == (try await shop.events("complaint.checking").first?.id))
    }

    @Test func `what was done meanwhile is not owed again`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        try await Self.pause(shop, matter)
        let answered = try await shop.respond(to: matter)
        #expect(answered.pausedAt != nil, "the answer is no word of the customer's")
        try await Self.resume(shop, matter)
        #expect(try await Self.open(shop, matter).isEmpty)
        // Nor what ends with the case.
        let other = try await shop.complain(1)
        try await shop.move(other, "check")
        try await Self.pause(shop, other)
        let dropped = try await shop.move(other, "drop")
        #expect(dropped.pausedAt == nil && dropped.closedAt != nil)
        #expect(try await Self.open(shop, other).isEmpty)
    }

    @Test func `a case whose clause does not allow it refuses, and so does one that is overdue`() async throws {
        let shop = try await Shop.open()
        let letter = try await shop.complain(1, channel: "letter")
        await #expect(throws: ObligationService.Refusal.notPausable(clauses: [])) { try await Self.pause(shop, letter) }
        let late = try await shop.complain()
        shop.clock.advance(hours: 25)
        await #expect(throws: ObligationService.Refusal.notPausable(clauses: ["S-01"])) {
            try await Self.pause(shop, late)
        }
        let firm = try await Shop.open(
            ShopCharter.text(
                changing: (from: ", pausable: true, resumed_by: complaint.checking}", to: "}")))
        let matter = try await firm.complain()
        await #expect(throws: ObligationService.Refusal.notPausable(clauses: ["S-01"])) {
            try await Self.pause(firm, matter)
        }
        #expect(try await firm.events("case.paused").isEmpty)
        #expect(try await Self.open(firm, matter).count == 1)
    }

    @Test func `not twice, not when closed, not by everybody, and an old page says who was first`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        await #expect(throws: CaseListRefusal.notPaused) { try await Self.resume(shop, matter) }
        await #expect(throws: FormFaults([FormFault("reason", .missing)])) {
            try await Self.pause(shop, matter, reason: " ")
        }
        await #expect(throws: Denial(action: .actOnCases, post: "guest")) {
            try await Self.pause(shop, matter, by: .er)
        }
        for person in [Shop.Person.cheng, .du] {
            await #expect(throws: StorageError.notFound("case \(matter.id)")) {
                try await Self.pause(shop, matter, by: person)
            }
        }
        try await Self.pause(shop, matter, revision: 1, by: .bai)
        do {
            try await Self.pause(shop, matter, revision: 1)
            Issue.record("the second one won, too")
        } catch let conflict as EditConflict {
            #expect(conflict.changedBy == Shop.Person.bai.name)
        }
        await #expect(throws: CaseListRefusal.alreadyPaused) { try await Self.pause(shop, matter) }
        try await Self.resume(shop, matter)
        try await shop.move(matter, "check")
        try await shop.move(matter, "drop")
        await #expect(throws: WorkflowRefusal.self) { try await Self.pause(shop, matter) }
    }
}
