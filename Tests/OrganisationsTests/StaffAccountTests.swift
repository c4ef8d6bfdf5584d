import Organisations
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// The staff against the journal.
struct StaffAccountTests {
    private static func faults(_ shop: Shop) async throws -> [StaffAccount.Fault] {
        try await shop.desk.database.read(.everyCompany) { try StaffAccount.faults(in: $0) }
    }

    /// Somebody took another post, somebody another unit, and somebody left.
    private static func moved() async throws -> Shop {
        let shop = try await Shop.open(withCustomers: false)
        let ding = try await shop.principal(.ding)
        for (person, post, unit) in [(Shop.Person.an, "courier", shop.north), (.bai, "clerk", shop.south)] {
            try await shop.desk.organisations.change(
                shop.staff(person), post: post, unit: unit, employment: .regular, awayUntil: nil, revision: 1, by: ding)
        }
        try await shop.desk.organisations.leave(shop.staff(.du), revision: 1, by: ding)
        return shop
    }

    @Test func `everybody is where the journal says`() async throws {
        #expect(try await Self.faults(try await Self.moved()) == [])
    }

    @Test func `whoever is gone, in another place or in or out of service behind its back is found`() async throws {
        let shop = try await Self.moved()
        let (an, bai, du, er) = (shop.staff(.an), shop.staff(.bai), shop.staff(.du), shop.staff(.er))
        try await shop.desk.tamper("UPDATE staff SET post = 'clerk' WHERE id = \(an)")
        #expect(try await Self.faults(shop) == [.otherPlace(an)])
        try await shop.desk.tamper("UPDATE staff SET unit = \(shop.north) WHERE id = \(bai)")
        try await shop.desk.tamper("UPDATE staff SET left_on = NULL WHERE id = \(du)")
        try await shop.desk.tamper("DELETE FROM credential WHERE staff = \(er)")
        try await shop.desk.tamper("DELETE FROM staff WHERE id = \(er)")
        #expect(
            Set(try await Self.faults(shop)) == [.otherPlace(an), .otherPlace(bai), .otherService(du), .lost(er)])
    }
}
