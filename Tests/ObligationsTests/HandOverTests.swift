import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// What becomes of duties when somebody takes another post or goes to another unit.
struct HandOverTests {
    @Test func `the duties of who takes another post go to those who hold the old one`() async throws {
        let shop = try await Shop.open()
        for number in 0..<4 { try await shop.complain(number) }
        try await shop.place(.an, as: "courier")
        #expect(try await shop.duties("S-01").allSatisfy { $0.holder == shop.staff(.bai) && $0.state == "open" })
        #expect(try await shop.desk.loads(of: shop.organisation) == [shop.staff(.bai): 4])
        let moved = try await shop.events("obligation.reassigned")
        #expect(moved.count == 2)
        #expect(moved.allSatisfy { $0.matter != nil && $0.nature == "consequence" })
        #expect(try await shop.desk.obligations.accountFor().faults == [])
    }

    @Test func `the duties of who goes to another unit stay in the old one`() async throws {
        let shop = try await Shop.open()
        for number in 0..<4 { try await shop.complain(number) }
        try await shop.place(.an, in: shop.south)
        #expect(try await shop.duties("S-01").allSatisfy { $0.holder == shop.staff(.bai) })
        // Back again, and what was given away is not taken back.
        try await shop.place(.an, in: shop.north)
        #expect(try await shop.desk.loads(of: shop.organisation) == [shop.staff(.bai): 4])
        #expect(try await shop.desk.obligations.accountFor().faults == [])
    }

    @Test func `whoever stays in post and unit keeps the duties`() async throws {
        let shop = try await Shop.open()
        for number in 0..<4 { try await shop.complain(number) }
        let before = try await shop.duties("S-01")
        try await shop.away(.an, until: "2026-03-20")
        #expect(try await shop.duties("S-01") == before)
    }

    @Test func `where nobody else could do them, whoever rises keeps the duties of the old post`() async throws {
        let shop = try await Shop.open()
        try await shop.leave(.bai)
        try await shop.leave(.mei)
        try await shop.leave(.du)
        try await shop.complain()
        try await shop.place(.an, as: "manager")
        #expect(try await shop.duties("S-01").map(\.holder) == [shop.staff(.an)])
        #expect(try await shop.events("obligation.reassigned").isEmpty)
    }

    @Test func `what each holder of a post owes for himself ends with the post and not with the unit`() async throws {
        let shop = try await Shop.open()
        shop.clock.move(to: "2026-03-26 08:00")
        try await shop.tick()
        func states() async throws -> [String: Int] {
            try await shop.duties("S-06").reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
        }
        #expect(try await states() == ["open": 3])
        try await shop.place(.an, in: shop.south)
        #expect(try await states() == ["open": 3])
        #expect(try await shop.duties("S-06").contains { $0.holder == shop.staff(.an) })
        try await shop.place(.an, as: "courier", in: shop.south)
        #expect(try await states() == ["open": 2, "void": 1])
        #expect(try await shop.desk.obligations.accountFor().faults == [])
    }

    @Test(arguments: [("courier", false), ("director", true)])
    func `what was raised to somebody stays only with who is still above it`(post: String, stays: Bool) async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        shop.clock.advance(hours: 25)
        try await shop.tick()
        #expect(try await shop.duties("S-01").first?.escalatedTo == shop.staff(.mei))
        try await shop.place(.mei, as: post)
        #expect(try await shop.duties("S-01").first?.escalatedTo == (stays ? shop.staff(.mei) : nil))
    }

    @Test func `what was raised to who goes to another branch is raised to nobody`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        shop.clock.advance(hours: 25)
        try await shop.tick()
        try await shop.place(.mei, in: shop.south)
        #expect(try await shop.duties("S-01").first?.escalatedTo == nil)
    }
}

/// To whom a duty can be given.
struct HeirsTests {
    private static func refusal(_ shop: Shop, _ duty: ObligationID, to person: Shop.Person) async throws
        -> ObligationService.Refusal?
    {
        do {
            try await shop.desk.obligations.reassign(
                duty, to: shop.staff(person), revision: nil, by: shop.principal(.ding))
            return nil
        } catch let refusal as ObligationService.Refusal {
            return refusal
        }
    }

    @Test func `a duty goes to its post, to those above it and to who may make a move that meets it`() async throws {
        let shop = try await Shop.open()
        try await shop.complain(0, by: .cheng)
        let duty = try #require(try await shop.duties("S-01").first)
        let posts = ["clerk", "manager", "director", "courier"]
        #expect(
            try await Self.refusal(shop, duty.id, to: .er) == .notTheirs(clause: "S-01", posts: posts))
        for person in [Shop.Person.an, .bai, .mei, .ding, .cheng] {
            #expect(try await Self.refusal(shop, duty.id, to: person) == nil, "\(person)")
        }
        try await shop.startSite()
        let call = try #require(try await shop.duties("S-03").first)
        // No move meets a call, so that the courier's post has no part in it.
        #expect(
            try await Self.refusal(shop, call.id, to: .cheng)
                == .notTheirs(clause: "S-03", posts: ["clerk", "manager", "director"]))
    }

    @Test func `nobody is given a duty about what he may not see`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        try await shop.startSite()
        let answer = try #require(try await shop.duties("S-01").first)
        let call = try #require(try await shop.duties("S-03").first)
        // The courier sees his own cases only, and the clerk of another branch none of this one.
        #expect(try await Self.refusal(shop, answer.id, to: .cheng) == .outOfTheirSight(clause: "S-01"))
        #expect(try await Self.refusal(shop, answer.id, to: .du) == .outOfTheirSight(clause: "S-01"))
        #expect(try await Self.refusal(shop, call.id, to: .du) == .outOfTheirSight(clause: "S-03"))
        #expect(try await shop.duties().allSatisfy { $0.revision == 1 })
    }

    @Test func `those who are offered are those who are accepted`() async throws {
        let shop = try await Shop.open()
        try await shop.complain(0, by: .cheng)
        try await shop.complain(4, by: .du)
        try await shop.startSite(1)
        shop.clock.move(to: "2026-03-31 10:00")
        try await shop.tick()
        for duty in try await shop.duties() where duty.state == "open" {
            let offered = try await shop.heirs(of: duty.id)
            var accepted: Set<StaffID> = []
            for person in Shop.Person.allCases where try await Self.refusal(shop, duty.id, to: person) == nil {
                accepted.insert(shop.staff(person))
            }
            #expect(Set(offered) == accepted, "\(duty.clause)")
            #expect(!offered.contains(shop.staff(.er)))
        }
        try await shop.complain()
        try await shop.leave(.bai)
        let duty = try #require(try await shop.duties("S-01").last)
        #expect(try await !shop.heirs(of: duty.id).contains(shop.staff(.bai)))
        try await shop.place(.mei, in: shop.north)
        let offered = try await shop.heirs(of: duty.id, by: .mei)
        #expect(offered.contains(shop.staff(.an)) && !offered.contains(shop.staff(.ding)), "beyond her reach")
    }
}

extension Shop {
    /// Gives a person another post or another unit.
    func place(_ person: Person, as post: String? = nil, in unit: UnitID? = nil) async throws {
        let current = try await desk.database.read { try OrganisationStore($0).staff(staff(person), of: organisation) }
        try await desk.organisations.change(
            staff(person), post: post ?? current.post, unit: unit ?? current.unit, employment: current.employment,
            awayUntil: current.awayUntil, revision: current.revision, by: principal(.ding))
    }

    /// Those whom a duty can be given to.
    func heirs(of duty: ObligationID, by person: Person = .ding) async throws -> [StaffID] {
        let principal = try await principal(person)
        let obligation = try await desk.obligations.find(duty, for: self.principal(.ding)).obligation
        return try await desk.database.read { [desk] transaction in
            try desk.obligations.heirs(of: obligation, for: principal, in: transaction).map(\.id)
        }
    }
}
