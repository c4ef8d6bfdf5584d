import TestDatabases
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

struct FoundingTests {
    @Test func `a company is founded with its root unit, its administrator and its charter`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let (organisation, units, ding) = try await shop.desk.database.read { transaction in
            let store = OrganisationStore(transaction)
            return (
                try store.organisation(shop.organisation), try store.units(of: shop.organisation),
                try store.staff(shop.staff(.ding), of: shop.organisation)
            )
        }
        #expect(organisation.name == "转角小店")
        #expect(units.map(\.name) == ["总店", "北店", "南店"])
        #expect(units.map(\.parent) == [nil, shop.root, shop.root])
        #expect(ding.name == "丁一")
        #expect(ding.unit == shop.root)
        #expect(ding.isAdministrator)
        #expect(ding.login == "ding")
        #expect(ding.joinedOn == CalendarDay("2026-03-03"))
        let adopted = try await shop.events("charter.adopted")
        #expect(adopted.count == 1)
        #expect(adopted.first?.charterVersion == 1)
        #expect(adopted.first?.actor == shop.staff(.ding))
    }

    @Test func `every fault of a founding is told at once, and nothing is stored`() async throws {
        let desk = try Desk()
        let expected = FormFaults([
            FormFault("login", .missing), FormFault("password", .tooShort(minimum: 8)),
            FormFault("post", .notAChoice(expected: ["director", "manager", "clerk", "courier", "guest"])),
            FormFault("company", .missing),
        ])
        await #expect(throws: expected) {
            _ = try await desk.organisations.found(
                name: "", rootUnit: "",
                administrator: OrganisationService.NewStaff(name: "丁一", login: nil, password: "1234567", post: "king"),
                charterText: ShopCharter.text, charter: Repository.read(ShopCharter.text),
                organisation: OrganisationID(11))
        }
        #expect(try await desk.count("organisation") == 0)
        #expect(try await desk.count("event") == 0)
    }

    @Test func `a login that another company uses is taken, and nothing of the second founding stays`() async throws {
        let desk = try Desk()
        _ = try await Shop.open(in: desk, organisation: OrganisationID(11), withCustomers: false)
        await #expect(throws: FormFaults([FormFault("login", .taken)])) {
            _ = try await Shop.open(in: desk, organisation: OrganisationID(22), withCustomers: false)
        }
        #expect(try await desk.count("organisation") == 1)
        #expect(try await desk.count("event", where: "organisation = 22") == 0)
    }

    @Test func `a charter that takes effect later is in force from the founding`() async throws {
        let later = ShopCharter.text(changing: (from: "effective: 2026-01-01", to: "effective: 2026-06-01"))
        let shop = try await Shop.open(later, withCustomers: false)
        let charter = try await shop.inForce()
        #expect(charter.effective == CalendarDay("2026-06-01"))
    }
}

struct AdoptionTests {
    @Test func `a new version takes effect on its day, at the company's midnight`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        try await shop.adopt(2, effective: "2026-03-10")
        shop.clock.move(to: at("2026-03-10 00:00").adding(milliseconds: -1))
        #expect(try await shop.inForce().version == 1)
        shop.clock.move(to: "2026-03-10 00:00")
        #expect(try await shop.inForce().version == 2)
    }

    @Test func `a version that is effective in the past takes effect now, not before`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        shop.clock.advance(hours: 1)
        try await shop.adopt(2, effective: "2026-01-01")
        #expect(try await shop.inForce().version == 2)
        #expect(try await shop.inForce(at: TestClock.tuesday).version == 1)
    }

    @Test func `a higher version wins over a lower one whose day comes later`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        try await shop.adopt(2, effective: "2026-03-10")
        shop.clock.advance(hours: 1)
        try await shop.adopt(3, effective: "2026-01-01")
        #expect(try await shop.inForce().version == 3)
        shop.clock.move(to: "2026-03-10 00:00")
        #expect(try await shop.inForce().version == 3)
        #expect(try await shop.inForce(at: TestClock.tuesday).version == 1)
    }

    @Test(arguments: [1, 2])
    func `versions only rise`(version: Int) async throws {
        let shop = try await Shop.open(withCustomers: false)
        try await shop.adopt(2, effective: "2026-03-10")
        await #expect(throws: FormFaults([FormFault("version", .belowMinimum(3))])) {
            try await shop.adopt(version, effective: "2026-03-11")
        }
    }

    @Test func `who may not adopt is denied`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        await #expect(throws: Denial(action: .adoptCharter, post: "manager")) {
            try await shop.adopt(2, effective: "2026-03-10", by: .mei)
        }
        #expect(try await shop.desk.count("charter_version") == 1)
    }

    @Test func `a version whose adoption failed leaves no trace in memory`() async throws {
        let shop = try await Shop.open(reactions: [Obstinate()], withCustomers: false)
        await #expect(throws: Obstinate.Refusal.self) {
            try await shop.adopt(2, effective: "2026-01-01", title: "不许改")
        }
        try await shop.adopt(2, effective: "2026-01-01", title: "第二版")
        #expect(try await shop.inForce().title.simplified == "第二版")
    }

    @Test func `a stored charter that can no longer be read stops only its own company`() async throws {
        let desk = try Desk()
        let red = try await Shop.open(in: desk, organisation: OrganisationID(11))
        let blue = try await Shop.open(in: desk, organisation: OrganisationID(22), prefix: "b-")
        try await red.complain()
        try await blue.complain()
        try await desk.tamper("UPDATE charter_version SET text = 'nonsense', version = 9 WHERE organisation = 11")
        try await desk.tamper("UPDATE obligation SET charter_version = 9 WHERE organisation = 11")
        await #expect(throws: Repository.Misspelt.self) { _ = try await red.inForce() }
        // The administrator can still sign in to mend it.
        #expect(try await red.principal(.ding).can(.adoptCharter))
        #expect(try await !red.principal(.mei).can(.readCases))
        desk.clock.advance(hours: 25)
        await #expect(throws: Repository.Misspelt.self) { try await blue.tick() }
        #expect(try await red.duties("S-01").map(\.isLate) == [false])
        #expect(try await blue.duties("S-01").map(\.isLate) == [true])
    }
}

/// Lets no charter with that title be adopted, after all others have had their say.
private struct Obstinate: Reaction {
    struct Refusal: Error {}

    func react(to event: Event, in transaction: any WriteTransaction, journal: Journal) throws {
        guard event.type == "charter.adopted", let version = event.charterVersion else { return }
        let text: String = try transaction.one(
            "SELECT text FROM charter_version WHERE organisation = \(event.organisation) AND version = \(version)",
            orElse: "charter"
        ) { try $0[0] }
        if text.contains("不许改") { throw Refusal() }
    }
}

extension Shop {
    func inForce(at instant: Instant? = nil) async throws -> Charter {
        try await desk.database.read { transaction in
            try desk.charters.inForce(for: organisation, at: instant ?? transaction.now, in: transaction)
        }
    }

    func adopt(
        _ version: Int, effective: String, title: String = "新制度",
        changing change: (from: String, to: String) = (from: "version: ", to: "version: "), by person: Person = .ding
    ) async throws {
        let text = ShopCharter.text(
            changing: change, (from: "version: 1", to: "version: \(version)"),
            (from: "effective: 2026-01-01", to: "effective: \(effective)"), (from: "小店客服制度", to: title))
        try await desk.organisations.adopt(Repository.read(text), text: text, by: principal(person))
    }
}
