import Notices
import Organisations
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// Notices against the journal.
struct NoticeAccountTests {
    private static func faults(_ shop: Shop) async throws -> [NoticeAccount.Fault] {
        try await shop.desk.database.read(.everyCompany) { [desk = shop.desk] transaction in
            try NoticeAccount(charters: desk.charters, in: transaction).faults()
        }
    }

    /// Complaints heard of and left to become late, with people who come, go and change places.
    private static func lively() async throws -> Shop {
        let shop = try await Shop.open()
        shop.clock.advance(minutes: 2)
        try await shop.complain()
        shop.clock.advance(hours: 2)
        _ = try await shop.desk.organisations.addStaff(
            OrganisationService.NewStaff(name: "己九", unit: shop.root, post: "manager"), by: shop.principal(.ding))
        shop.clock.advance(minutes: 2)
        try await shop.complain(4, by: .du)
        shop.clock.advance(hours: 30)
        try await shop.tick()
        let mei = try await shop.desk.database.read { [shop] transaction in
            try OrganisationStore(transaction).staff(shop.staff(.mei), of: shop.organisation)
        }
        try await shop.desk.organisations.leave(mei.id, revision: mei.revision, by: shop.principal(.ding))
        shop.clock.advance(hours: 2)
        try await shop.complain(1)
        shop.clock.advance(hours: 50)
        try await shop.tick()
        try await shop.adopt(2, changing: (from: "notify: [manager, director]}", to: "notify: [director]}"))
        shop.clock.advance(hours: 1)
        try await shop.complain(2)
        return shop
    }

    @Test func `what people were told is borne out by the journal, whoever came and went`() async throws {
        let shop = try await Self.lively()
        #expect(try await shop.desk.count("notice") > 8)
        #expect(try await Self.faults(shop) == [])
    }

    @Test(arguments: ["event", "escalation"])
    func `a notice that is gone is missed`(kind: String) async throws {
        let shop = try await Self.lively()
        let gone = try await shop.desk.tamper("DELETE FROM notice WHERE kind = \(kind)")
        let faults = try await Self.faults(shop)
        #expect(gone > 2 && faults.count == gone, "\(gone) gone, \(faults.count) missed")
        #expect(faults.allSatisfy { if case .lost = $0 { true } else { false } })
    }

    @Test func `a notice of nothing is found`() async throws {
        let shop = try await Self.lively()
        let count = try await shop.desk.count("notice")
        try await shop.desk.tamper("UPDATE notice SET event = id")
        #expect(try await Self.faults(shop).count { if case .unsaid = $0 { true } else { false } } == count)
    }
}
