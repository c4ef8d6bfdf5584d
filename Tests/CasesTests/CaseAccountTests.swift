import Cases
import Obligations
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// Cases against the journal.
struct CaseAccountTests {
    private static func faults(_ shop: Shop) async throws -> [CaseAccount.Fault] {
        try await shop.desk.database.read(.everyCompany) { try CaseAccount.faults(in: $0) }
    }

    /// A complaint with three steps, and duties of it that were handed on, waived and met.
    private static func worked() async throws -> (shop: Shop, matter: Case) {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        let (an, mei) = (try await shop.principal(.an), try await shop.principal(.mei))
        let duty = try #require(try await shop.duties("S-01").first)
        try await shop.desk.obligations.reassign(duty.id, to: shop.staff(.mei), revision: nil, by: mei)
        try await shop.respond(to: matter)
        _ = try await shop.desk.cases.move(matter.id, "check", input: [:], revision: nil, by: an)
        let other = try await shop.complain(1)
        let second = try #require(try await shop.duties("S-01").first { $0.matter == other.id })
        try await shop.desk.obligations.waive(second.id, reason: "免", revision: nil, by: mei)
        shop.clock.advance(hours: 90)
        try await shop.tick()
        return (shop, matter)
    }

    @Test func `each step has its event, and each event of a case its step`() async throws {
        let (shop, _) = try await Self.worked()
        #expect(try await Self.faults(shop) == [])
    }

    @Test func `a step that is gone, added, or led elsewhere is found`() async throws {
        let (shop, matter) = try await Self.worked()
        let events = try await shop.events("complaint.responded")
        try await shop.desk.tamper("UPDATE matter SET state = 'closed' WHERE id = \(matter.id)")
        #expect(try await Self.faults(shop) == [.otherState(matter.id)])
        try await shop.desk.tamper("UPDATE matter SET state = 'checking' WHERE id = \(matter.id)")
        try await shop.desk.tamper("DELETE FROM matter_step WHERE matter = \(matter.id) AND ordinal = 1")
        let event = try #require(events.first).id
        #expect(try await Self.faults(shop) == [.stepLost(matter.id, event: event)])
        try await shop.desk.tamper(
            "UPDATE matter_step SET event = \(matter.id), ordinal = 1 WHERE matter = \(matter.id) AND ordinal = 2")
        #expect(try await Self.faults(shop).contains(.stepUnsaid(matter.id, ordinal: 1)))
    }

    @Test func `a case that is gone is missed once`() async throws {
        let (shop, matter) = try await Self.worked()
        try await shop.desk.tamper("DELETE FROM matter_step WHERE matter = \(matter.id)")
        try await shop.desk.tamper("DELETE FROM matter WHERE id = \(matter.id)")
        #expect(try await Self.faults(shop) == [.lost(matter.id)])
    }
}
