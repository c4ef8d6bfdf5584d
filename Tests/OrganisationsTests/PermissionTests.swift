import TestDatabases
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// Post × action × scope: what is not named is denied, and what is named reaches so far and no further.
struct PermissionTests {
    @Test(arguments: Action.allCases)
    func `an action that the post is not given is denied, by its name`(action: Action) async throws {
        let shop = try await Shop.open(withCustomers: false)
        let trainee = try await shop.principal(.er)
        #expect(!trainee.can(action))
        #expect(throws: Denial(action: action, post: "guest")) { _ = try trainee.reach(action) }
    }

    @Test(arguments: Action.allCases, Scope.allCases)
    func `an action reaches as far as its scope`(action: Action, scope: Scope) throws {
        let (own, sister) = (unit(1), unit(2))
        let principal = Principal(
            organisation: OrganisationID(11), staff: staff(1), name: "安三", unit: own, subtree: [own, sister],
            post: "clerk", may: [action: scope])
        let reach = try principal.reach(action)
        let covered = [(own, staff(1)), (own, staff(2)), (sister, staff(2)), (unit(3), staff(2)), (unit(3), staff(1))]
            .map { reach.covers(unit: $0.0, owner: $0.1) }
        switch scope {
        case .own: #expect(covered == [true, false, false, false, true])
        case .unit: #expect(covered == [true, true, false, false, false])
        case .subtree: #expect(covered == [true, true, true, false, false])
        case .all: #expect(covered == [true, true, true, true, true])
        }
        for other in Action.allCases where other != action {
            #expect(throws: Denial(action: other, post: "clerk")) { _ = try principal.reach(other) }
        }
    }

    @Test func `what lies in no unit and belongs to nobody is covered by the whole company alone`() {
        #expect(!Reach.own(staff(1)).covers(unit: nil, owner: nil))
        #expect(!Reach.units([unit(1)]).covers(unit: nil, owner: staff(1)))
        #expect(Reach.all.covers(unit: nil, owner: nil))
    }

    @Test func `the predicate of a list and the question about one row agree`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        var random = SeededGenerator(seed: 11)
        let units = [shop.root, shop.north, shop.south]
        let people = Shop.Person.allCases.map(shop.staff)
        var reaches: [Reach] = [.all, .units([])] + people.map(Reach.own)
        for _ in 0..<20 { reaches.append(.units(units.filter { _ in Bool.random(using: &random) })) }
        for reach in reaches {
            let listed = try await shop.desk.database.read { transaction in
                try OrganisationStore(transaction).staff(of: shop.organisation, within: reach)
            }
            let all = try await shop.desk.database.read { transaction in
                try OrganisationStore(transaction).staff(of: shop.organisation, within: .all)
            }
            #expect(
                Set(listed.map(\.id)) == Set(all.filter { reach.covers(unit: $0.unit, owner: $0.id) }.map(\.id)))
        }
    }

    @Test func `the permissions of each post are those of the charter in force`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let charter = try await shop.inForce()
        for person in Shop.Person.allCases where person != .ding {
            #expect(try await shop.principal(person).may == charter.post(person.post)?.may ?? [:])
        }
        try await shop.adopt(2, effective: "2026-03-10", changing: ("facts.record: own}", "facts.record: all}"))
        #expect(try await shop.principal(.cheng).may[.recordFacts] == .own)
        shop.clock.move(to: "2026-03-10 00:00")
        #expect(try await shop.principal(.cheng).may[.recordFacts] == .all)
    }

    @Test func `an administrator manages people and charters whatever the post`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let id = try await shop.desk.organisations.addStaff(
            OrganisationService.NewStaff(name: "管一", unit: shop.north, post: "guest", isAdministrator: true),
            by: shop.principal(.ding))
        let administrator = try await shop.desk.principal(id, of: shop.organisation)
        #expect(
            administrator.may == [.readPeople: .all, .managePeople: .all, .readCharter: .all, .adoptCharter: .all])
    }

    @Test func `the subtree is the unit and all below it`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let corner = try await shop.desk.organisations.addUnit(
            name: "北店一角", parent: shop.north, by: shop.principal(.ding))
        #expect(try await Set(shop.principal(.mei).subtree) == [shop.root, shop.north, shop.south, corner])
        #expect(try await Set(shop.principal(.an).subtree) == [shop.north, corner])
        #expect(try await Set(shop.principal(.du).subtree) == [shop.south])
    }

    @Test func `the last administrator stays until there is another`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let (service, ding) = (shop.desk.organisations, try await shop.principal(.ding))
        await #expect(throws: LastAdministrator()) {
            try await service.leave(shop.staff(.ding), revision: 1, by: ding)
        }
        let second = try await service.addStaff(
            OrganisationService.NewStaff(name: "管一", unit: shop.root, post: "guest", isAdministrator: true), by: ding)
        try await service.leave(shop.staff(.ding), revision: 1, by: ding)
        let heir = try await shop.desk.principal(second, of: shop.organisation)
        await #expect(throws: LastAdministrator()) { try await service.leave(second, revision: 1, by: heir) }
    }

    @Test func `who has left is nobody`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        try await shop.desk.organisations.leave(shop.staff(.an), revision: 1, by: shop.principal(.ding))
        await #expect(throws: StorageError.notFound("staff \(shop.staff(.an))")) { _ = try await shop.principal(.an) }
    }
}

struct PeopleTests {
    @Test func `each act on people is denied to who may not manage them`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let clerk = try await shop.principal(.an)
        let denial = Denial(action: .managePeople, post: "clerk")
        let service = shop.desk.organisations
        await #expect(throws: denial) { _ = try await service.addUnit(name: "东店", parent: shop.north, by: clerk) }
        await #expect(throws: denial) {
            _ = try await service.addStaff(OrganisationService.NewStaff(name: "新人", post: "guest"), by: clerk)
        }
        await #expect(throws: denial) { try await shop.change(.er, to: "clerk", by: .an) }
        await #expect(throws: denial) { try await service.leave(shop.staff(.er), revision: 1, by: clerk) }
        #expect(try await shop.desk.count("unit") == 3)
        #expect(try await shop.desk.count("staff") == 7)
    }

    @Test func `a manager of one branch does not touch another`() async throws {
        let shop = try await Shop.open(ShopCharter.text(), withCustomers: false)
        // Mei's permission is her subtree; in the northern branch that is the northern branch.
        try await shop.change(.mei, to: "manager", unit: shop.north)
        let mei = try await shop.principal(.mei)
        let service = shop.desk.organisations
        let new = OrganisationService.NewStaff(name: "新人", unit: shop.south, post: "clerk")
        await #expect(throws: StorageError.notFound("unit \(shop.south)")) {
            _ = try await service.addStaff(new, by: mei)
        }
        await #expect(throws: StorageError.notFound("unit \(shop.root)")) {
            _ = try await service.addUnit(name: "东店", parent: shop.root, by: mei)
        }
        await #expect(throws: StorageError.notFound("staff \(shop.staff(.du))")) {
            try await shop.change(.du, to: "guest", by: .mei)
        }
        // Nor does she send her own people where she does not rule.
        await #expect(throws: StorageError.notFound("staff \(shop.staff(.an))")) {
            try await shop.change(.an, to: "clerk", unit: shop.south, by: .mei)
        }
        await #expect(throws: StorageError.notFound("staff \(shop.staff(.du))")) {
            try await service.leave(shop.staff(.du), revision: 1, by: mei)
        }
        try await shop.change(.an, to: "courier", by: .mei)
    }

    @Test func `nobody hands out more than the own post, to others or to himself`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let denial = Denial(action: .managePeople, post: "manager", wanted: .all)
        await #expect(throws: denial) { try await shop.change(.mei, to: "director", by: .mei) }
        await #expect(throws: denial) { try await shop.change(.an, to: "director", by: .mei) }
        await #expect(throws: denial) { try await shop.change(.ding, to: "guest", by: .mei) }
        let mei = try await shop.principal(.mei)
        await #expect(throws: denial) {
            try await shop.desk.organisations.leave(shop.staff(.ding), revision: 1, by: mei)
        }
        await #expect(throws: denial) {
            _ = try await shop.desk.organisations.addStaff(
                OrganisationService.NewStaff(name: "新人", post: "director"), by: mei)
        }
        await #expect(throws: denial) {
            _ = try await shop.desk.organisations.addStaff(
                OrganisationService.NewStaff(name: "新人", post: "clerk", isAdministrator: true), by: mei)
        }
        try await shop.change(.an, to: "manager", by: .mei)
    }

    @Test func `a new member is filed with all faults at once`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let ding = try await shop.principal(.ding)
        let posts = ["director", "manager", "clerk", "courier", "guest"]
        let cases: [(OrganisationService.NewStaff, [FormFault])] = [
            (
                OrganisationService.NewStaff(name: "", login: "", password: "short", post: "king"),
                [
                    FormFault("name", .missing), FormFault("login", .missing),
                    FormFault("password", .tooShort(minimum: 8)), FormFault("post", .notAChoice(expected: posts)),
                ]
            ),
            (
                OrganisationService.NewStaff(
                    name: String(repeating: "名", count: 101), login: String(repeating: "l", count: 101),
                    password: String(repeating: "p", count: 201), post: "clerk"),
                [
                    FormFault("name", .tooLong(maximum: 100)), FormFault("login", .tooLong(maximum: 100)),
                    FormFault("password", .tooLong(maximum: 200)),
                ]
            ),
            (
                OrganisationService.NewStaff(name: "新人", login: "An", password: Shop.password, post: "clerk"),
                [FormFault("login", .taken)]
            ),
        ]
        for (new, faults) in cases {
            await #expect(throws: FormFaults(faults)) { _ = try await shop.desk.organisations.addStaff(new, by: ding) }
        }
        #expect(try await shop.desk.count("staff") == 7)
        #expect(try await shop.events("staff.joined").count == 6)
        _ = try await shop.desk.organisations.addStaff(
            OrganisationService.NewStaff(
                name: String(repeating: "名", count: 100), login: String(repeating: "l", count: 100),
                password: "12345678", post: "clerk"), by: ding)
    }

    @Test func `a unit has a name`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let ding = try await shop.principal(.ding)
        await #expect(throws: FormFaults([FormFault("name", .missing)])) {
            _ = try await shop.desk.organisations.addUnit(name: "\n", parent: shop.root, by: ding)
        }
        await #expect(throws: FormFaults([FormFault("name", .tooLong(maximum: 100))])) {
            _ = try await shop.desk.organisations.addUnit(
                name: String(repeating: "店", count: 101), parent: shop.root, by: ding)
        }
    }

    @Test func `who changed first wins, and the second learns of it`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        try await shop.change(.an, to: "courier", revision: 1)
        let ding = try await shop.principal(.ding)
        let conflict = await #expect(throws: EditConflict.self) {
            try await shop.change(.an, to: "guest", revision: 1)
        }
        #expect(conflict?.changedBy == ding.name)
        #expect(conflict?.revision == 2)
        await #expect(throws: EditConflict.self) {
            try await shop.desk.organisations.leave(shop.staff(.an), revision: 1, by: ding)
        }
        #expect(try await shop.principal(.an).post == "courier")
        #expect(try await shop.events("staff.changed").count == 1)
    }

    @Test func `nobody leaves twice`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        try await shop.desk.organisations.leave(shop.staff(.an), revision: 1, by: shop.principal(.ding))
        await #expect(throws: StorageError.changedMeanwhile("staff \(shop.staff(.an))")) {
            try await shop.desk.organisations.leave(shop.staff(.an), revision: 2, by: shop.principal(.ding))
        }
        #expect(try await shop.events("staff.left").count == 1)
    }

    @Test func `a post that the charter does not have is refused`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        await #expect(throws: FormFaults.self) { try await shop.change(.an, to: "king") }
    }

    @Test func `what belongs to another company is not found`() async throws {
        let desk = try Desk()
        let red = try await Shop.open(in: desk, organisation: OrganisationID(11), withCustomers: false)
        let blue = try await Shop.open(in: desk, organisation: OrganisationID(22), prefix: "b-", withCustomers: false)
        let ding = try await red.principal(.ding)
        let service = desk.organisations
        await #expect(throws: StorageError.notFound("unit \(blue.north)")) {
            _ = try await service.addUnit(name: "东店", parent: blue.north, by: ding)
        }
        await #expect(throws: StorageError.notFound("unit \(blue.north)")) {
            _ = try await service.addStaff(
                OrganisationService.NewStaff(name: "新人", unit: blue.north, post: "clerk"), by: ding)
        }
        await #expect(throws: StorageError.notFound("staff \(blue.staff(.an))")) {
            try await service.change(
                blue.staff(.an), post: "clerk", unit: red.north, employment: .regular, awayUntil: nil, revision: 1,
                by: ding)
        }
        await #expect(throws: StorageError.notFound("unit \(blue.north)")) {
            try await service.change(
                red.staff(.an), post: "clerk", unit: blue.north, employment: .regular, awayUntil: nil, revision: 1,
                by: ding)
        }
        await #expect(throws: StorageError.notFound("staff \(blue.staff(.an))")) {
            try await service.leave(blue.staff(.an), revision: 1, by: ding)
        }
        let seen = try await desk.database.read { transaction in
            try OrganisationStore(transaction).staff(of: red.organisation, within: .all).map(\.id)
        }
        #expect(Set(seen) == Set(red.people.values))
        let session = try await desk.signIn.signIn(login: "b-an", password: Shop.password)
        #expect(try await desk.signIn.resume(session.token)?.principal.organisation == blue.organisation)
    }
}

private func unit(_ number: UInt64) -> UnitID { UnitID(high: 1, low: number) }
private func staff(_ number: UInt64) -> StaffID { StaffID(high: 2, low: number) }

extension Shop {
    func change(
        _ person: Person, to post: String, unit: UnitID? = nil, revision: Int = 1, by actor: Person = .ding
    ) async throws {
        let home = try await desk.database.read {
            try OrganisationStore($0).staff(staff(person), of: organisation).unit
        }
        try await desk.organisations.change(
            staff(person), post: post, unit: unit ?? home, employment: .regular, awayUntil: nil, revision: revision,
            by: principal(actor))
    }
}
