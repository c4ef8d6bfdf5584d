import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// The tree of units: other names, other places, and the end of one.
struct UnitTests {
    private static func change(
        _ shop: Shop, _ unit: UnitID, name: String, parent: UnitID? = nil, revision: Int? = nil,
        by person: Shop.Person = .ding
    ) async throws {
        let principal = try await shop.principal(person)
        try await shop.desk.database.write(for: shop.organisation) { [organisations = shop.desk.organisations] in
            try organisations.changeUnit(unit, name: name, parent: parent, revision: revision, by: principal, in: $0)
        }
    }

    private static func close(
        _ shop: Shop, _ unit: UnitID, revision: Int? = nil, by person: Shop.Person = .ding
    ) async throws {
        let principal = try await shop.principal(person)
        try await shop.desk.database.write(for: shop.organisation) { [organisations = shop.desk.organisations] in
            try organisations.closeUnit(unit, revision: revision, by: principal, in: $0)
        }
    }

    private static func unit(_ shop: Shop, _ id: UnitID) async throws -> Organisations.Unit {
        try await shop.desk.database.read(for: shop.organisation) {
            try OrganisationStore($0).unit(id, of: shop.organisation)
        }
    }

    private static func below(_ shop: Shop, _ id: UnitID) async throws -> Set<UnitID> {
        try await shop.desk.database.read(for: shop.organisation) {
            Set(try OrganisationStore($0).subtree(of: id, in: shop.organisation))
        }
    }

    private static func corner(_ shop: Shop, under parent: UnitID, name: String = "一角") async throws -> UnitID {
        try await shop.desk.organisations.addUnit(name: name, parent: parent, by: shop.principal(.ding))
    }

    @Test func `a unit moves with all below it, and is renamed, and the journal says from where`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let corner = try await Self.corner(shop, under: shop.north)
        let desk = try await Self.corner(shop, under: corner, name: "柜台")
        try await Self.change(shop, corner, name: "二角", parent: shop.south, revision: 1)
        #expect(try await Self.below(shop, shop.north) == [shop.north])
        #expect(try await Self.below(shop, shop.south) == [shop.south, corner, desk])
        #expect(try await Self.below(shop, shop.root) == [shop.root, shop.north, shop.south, corner, desk])
        #expect(try await Self.below(shop, corner) == [corner, desk])
        let unit = try await Self.unit(shop, corner)
        #expect(unit.name == "二角" && unit.parent == shop.south && unit.revision == 2)
        let event = try #require(try await shop.events("unit.changed").first)
        #expect(event.actor == shop.staff(.ding))
        // Once more, and back: no path stands twice.
        try await Self.change(shop, corner, name: "二角", parent: shop.north)
        #expect(try await Self.below(shop, shop.south) == [shop.south])
        #expect(try await Self.below(shop, shop.north) == [shop.north, corner, desk])
        // What stays as it is leaves no word.
        try await Self.change(shop, corner, name: "二角")
        #expect(try await shop.events("unit.changed").count == 2)
    }

    @Test func `no unit hangs below itself, and the topmost stays`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let corner = try await Self.corner(shop, under: shop.north)
        let desk = try await Self.corner(shop, under: corner, name: "柜台")
        for below in [corner, desk] {
            await #expect(throws: FormFaults([FormFault("parent", .notAChoice(expected: []))])) {
                try await Self.change(shop, corner, name: "一角", parent: below)
            }
        }
        await #expect(throws: TopmostUnit()) { try await Self.change(shop, shop.root, name: "店", parent: shop.north) }
        await #expect(throws: TopmostUnit()) { try await Self.close(shop, shop.root) }
        try await Self.change(shop, shop.root, name: "新名字")
        #expect(try await Self.unit(shop, shop.root).name == "新名字")
    }

    @Test func `two under one parent have two names`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let taken = FormFaults([FormFault("name", .taken)])
        let corner = try await Self.corner(shop, under: shop.north, name: "Corner")
        await #expect(throws: taken) { _ = try await Self.corner(shop, under: shop.north, name: "corner") }
        let other = try await Self.corner(shop, under: shop.south, name: "Corner")
        await #expect(throws: taken) { try await Self.change(shop, other, name: "Corner", parent: shop.north) }
        let third = try await Self.corner(shop, under: shop.north, name: "Third")
        await #expect(throws: taken) { try await Self.change(shop, third, name: "Corner") }
        try await Self.close(shop, corner)
        try await Self.change(shop, third, name: "Corner")
    }

    @Test func `a unit is closed once it is empty, and nothing is given to it any more`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let (organisations, ding) = (shop.desk.organisations, try await shop.principal(.ding))
        let corner = try await Self.corner(shop, under: shop.north)
        let desk = try await Self.corner(shop, under: corner, name: "柜台")
        let new = OrganisationService.NewStaff(name: "未六", unit: corner, post: "guest")
        let person = try await organisations.addStaff(new, by: ding)
        await #expect(throws: UnitInUse(holds: [.people: 1, .units: 1])) { try await Self.close(shop, corner) }
        try await organisations.leave(person, revision: 1, by: ding)
        try await Self.close(shop, desk)
        await #expect(throws: EditConflict.self) { try await Self.close(shop, corner, revision: 7) }
        try await Self.close(shop, corner, revision: 1)
        #expect(try await Self.unit(shop, corner).closedAt == shop.clock.now)
        #expect(try await shop.events("unit.closed").count == 2)
        let absent = StorageError.notFound("unit \(corner)")
        await #expect(throws: absent) { try await Self.close(shop, corner) }
        await #expect(throws: absent) { try await Self.change(shop, corner, name: "又开") }
        await #expect(throws: absent) { _ = try await organisations.addStaff(new, by: ding) }
        await #expect(throws: absent) { _ = try await Self.corner(shop, under: corner, name: "里间") }
        await #expect(throws: absent) { try await Self.change(shop, shop.south, name: "南店", parent: corner) }
        await #expect(throws: absent) {
            try await organisations.change(
                shop.staff(.an), post: "clerk", unit: corner, employment: .regular, awayUntil: nil, revision: nil,
                by: ding)
        }
    }

    @Test func `customers, cases and duties keep a unit open`() async throws {
        let shop = try await Shop.open()
        do {
            try await Self.close(shop, shop.north)
            Issue.record("it was closed")
        } catch let used as UnitInUse {
            #expect(used.holds[.customers] ?? 0 > 0 && used.holds[.people] ?? 0 > 0)
        }
        _ = try await shop.complain()
        do {
            try await Self.close(shop, shop.north)
            Issue.record("it was closed")
        } catch let used as UnitInUse {
            #expect(used.holds[.cases] ?? 0 > 0 && used.holds[.duties] ?? 0 > 0)
        }
    }

    @Test(arguments: [Shop.Person.an, .bai, .cheng, .er, .du])
    func `who may not manage people changes no unit`(person: Shop.Person) async throws {
        let shop = try await Shop.open(withCustomers: false)
        let corner = try await Self.corner(shop, under: shop.north)
        let denial = Denial(action: .managePeople, post: person.post)
        await #expect(throws: denial) { try await Self.change(shop, corner, name: "二角", by: person) }
        await #expect(throws: denial) { try await Self.close(shop, corner, by: person) }
        #expect(try await shop.events("unit.changed").isEmpty)
    }
}
