import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// Two cases of one customer about the same thing become one, and on the same day two again.
struct MergeTests {
    @discardableResult
    private static func merge(
        _ shop: Shop, _ later: Case, into earlier: Case, reason: String = "同一盏灯", revision: Int? = nil,
        by person: Shop.Person = .mei
    ) async throws -> Case {
        let principal = try await shop.principal(person)
        return try await shop.desk.database.write { [cases = shop.desk.cases] in
            try cases.merge(later.id, into: earlier.id, reason: reason, revision: revision, by: principal, in: $0)
        }
    }

    @discardableResult
    private static func unmerge(
        _ shop: Shop, _ matter: Case, revision: Int? = nil, by person: Shop.Person = .mei
    ) async throws -> Case {
        let principal = try await shop.principal(person)
        return try await shop.desk.database.write { [cases = shop.desk.cases] in
            try cases.unmerge(matter.id, revision: revision, by: principal, in: $0)
        }
    }

    private static func faults(_ shop: Shop) async throws -> [CaseAccount.Fault] {
        try await shop.desk.database.read { try CaseAccount.faults(in: $0) }
    }

    @Test func `the later is closed, its duties are let go with the reason, and both say so`() async throws {
        let shop = try await Shop.open()
        let (one, two) = (try await shop.complain(0), try await shop.complain(0, by: .mei))
        let merged = try await Self.merge(shop, two, into: one, revision: 1)
        #expect(merged.closedAt == shop.clock.now && merged.mergedInto == one.id && merged.revision == 2)
        #expect(merged.state == "received", "it stands where it stood")
        let duties = try await shop.duties("S-01")
        #expect(duties.first { $0.matter == two.id }?.state == "void")
        #expect(duties.first { $0.matter == one.id }?.state == "open")
        let void = try #require(try await shop.events("obligation.void").first)
        #expect(void.body["reason"] == .text("同一盏灯"))
        let mei = try await shop.principal(.mei)
        let later = try await shop.desk.cases.find(two.id, for: mei)
        #expect(later.mergedInto?.reference == one.reference)
        #expect(later.steps.count == 1, "nothing of it is lost")
        let refusal = WorkflowRefusal(.merged(into: one.reference), [])
        #expect(!later.moves.isEmpty && later.moves.allSatisfy { $0.refusal == refusal })
        #expect(try await shop.desk.cases.find(one.id, for: mei).tookIn.map(\.id) == [two.id])
        await #expect(throws: refusal) { try await shop.move(two, "check") }
        #expect(try await shop.events("case.took_in").map(\.matter) == [one.id])
        #expect(try await Self.faults(shop) == [])
        #expect(try await shop.desk.obligations.accountFor().faults == [])
    }

    @Test func `on the same day it is taken out again, and each duty has the deadline that it had`() async throws {
        let shop = try await Shop.open()
        let (one, two) = (try await shop.complain(0), try await shop.complain(0))
        let before = try #require(try await shop.duties("S-01").first { $0.matter == two.id })
        try await Self.merge(shop, two, into: one)
        shop.clock.advance(hours: 3)
        let back = try await Self.unmerge(shop, two, revision: 2)
        #expect(back.closedAt == nil && back.mergedInto == nil && back.revision == 3)
        let open = try await shop.duties("S-01").filter { $0.matter == two.id && $0.state == "open" }
        #expect(open.map(\.dueAt) == [before.dueAt] && open.map(\.holder) == [before.holder])
        let mei = try await shop.principal(.mei)
        #expect(try await shop.desk.cases.find(one.id, for: mei).tookIn.isEmpty)
        try await shop.respond(to: two)
        #expect(try await shop.duties("S-01").filter { $0.matter == two.id }.map(\.state).sorted() == ["met", "void"])
        #expect(try await Self.faults(shop) == [])
        #expect(try await shop.desk.obligations.accountFor().faults == [])
        // And put in once more.
        try await Self.merge(shop, two, into: one)
        try await Self.unmerge(shop, two)
        await #expect(throws: CaseListRefusal.notMerged) { try await Self.unmerge(shop, two) }
    }

    @Test func `the next day it stays where it was put`() async throws {
        let shop = try await Shop.open()
        let (one, two) = (try await shop.complain(0), try await shop.complain(0))
        try await Self.merge(shop, two, into: one)
        shop.clock.move(to: "2026-03-03 23:59")
        try await Self.unmerge(shop, two)
        try await Self.merge(shop, two, into: one)
        shop.clock.move(to: "2026-03-04 00:00")
        await #expect(throws: CaseListRefusal.mergedBefore) { try await Self.unmerge(shop, two) }
    }

    @Test func `what does not belong together is not put together`() async throws {
        let shop = try await Shop.open()
        let one = try await shop.complain(0)
        let other = try await shop.complain(1)
        let two = try await shop.complain(0)
        let mei = try await shop.principal(.mei)
        let talks = [
            try await shop.desk.cases.start(
                "talk", input: ["person": .text(shop.staff(.an).description), "topic": .text("排班")], by: mei),
            try await shop.desk.cases.start(
                "talk", input: ["person": .text(shop.staff(.an).description), "topic": .text("排班")], by: mei),
        ]
        await #expect(throws: CaseListRefusal.mergeOfOthers) { try await Self.merge(shop, two, into: other) }
        await #expect(throws: CaseListRefusal.mergeOfOthers) { try await Self.merge(shop, talks[1], into: talks[0]) }
        await #expect(throws: CaseListRefusal.mergeIntoLater) { try await Self.merge(shop, one, into: two) }
        await #expect(throws: CaseListRefusal.mergeIntoLater) { try await Self.merge(shop, one, into: one) }
        await #expect(throws: FormFaults([FormFault("reason", .missing)])) {
            try await Self.merge(shop, two, into: one, reason: " ")
        }
        for person in [Shop.Person.an, .bai, .cheng, .er, .du] {
            await #expect(throws: Denial.self) { try await Self.merge(shop, two, into: one, by: person) }
            await #expect(throws: Denial.self) { try await Self.unmerge(shop, two, by: person) }
        }
        try await shop.move(one, "check")
        try await shop.move(one, "drop")
        await #expect(throws: CaseListRefusal.mergeOfClosed) { try await Self.merge(shop, two, into: one) }
        #expect(try await shop.events("case.merged").isEmpty)
    }

    @Test func `two who merge at once: one wins, and the other sees who`() async throws {
        let shop = try await Shop.open()
        let (one, two) = (try await shop.complain(0), try await shop.complain(0))
        try await Self.merge(shop, two, into: one, revision: 1, by: .ding)
        do {
            try await Self.merge(shop, two, into: one, revision: 1)
            Issue.record("the second one won, too")
        } catch let conflict as EditConflict {
            #expect(conflict.changedBy == Shop.Person.ding.name)
        }
        await #expect(throws: CaseListRefusal.mergeOfClosed) { try await Self.merge(shop, two, into: one) }
    }

    @Test func `another company's case is as one that is not there`() async throws {
        let desk = try Desk()
        let red = try await Shop.open(in: desk, organisation: OrganisationID(11))
        let blue = try await Shop.open(in: desk, organisation: OrganisationID(22), prefix: "b-")
        let (one, foreign) = (try await red.complain(0), try await blue.complain(0))
        await #expect(throws: StorageError.notFound("case \(foreign.id)")) {
            try await Self.merge(red, foreign, into: one)
        }
        await #expect(throws: StorageError.notFound("case \(foreign.id)")) {
            try await Self.merge(red, one, into: foreign)
        }
    }
}
