import TestDatabases
import Cases
import Notices
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// Whom the charter tells what: of events, and of lateness; each person once.
struct NoticeTests {
    @Test func `a complaint is told to the manager and the owner (S-02)`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        for person in [Shop.Person.mei, .ding] {
            let page = try await shop.notices(person)
            #expect(page.notices.map(\.clause) == ["S-02"])
            #expect(page.notices.map(\.kind) == [.event])
            #expect(page.notices.first?.matter == matter.id)
            #expect(page.notices.first?.reference == matter.reference)
            #expect(page.notices.first?.customer == shop.customers[0])
            #expect(page.notices.first?.eventType == "complaint.received")
        }
        for person in [Shop.Person.an, .bai, .cheng, .du] {
            #expect(try await shop.notices(person).notices.isEmpty)
        }
    }

    @Test func `one event tells one person once, however often it is answered`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        let received = try #require(try await shop.events("complaint.received").first)
        try await shop.desk.database.write { transaction in
            let event = try EventStore(transaction).find(received.id, in: shop.organisation)
            for _ in 0..<3 {
                try NoticeReaction(charters: shop.desk.charters)
                    .react(to: event, in: transaction, journal: shop.desk.journal)
            }
        }
        #expect(try await shop.desk.count("notice") == 2)
    }

    @Test func `a notice is rolled back with its event`() async throws {
        let shop = try await Shop.open(reactions: [Saboteur()])
        await #expect(throws: Saboteur.Sabotage.self) { try await shop.complain() }
        #expect(try await shop.desk.count("notice") == 0)
    }

    @Test func `all holders in the unit and above hear of it, those of a sister unit do not`() async throws {
        let text = ShopCharter.text(changing: (from: "notify: [manager, director]", to: "notify: clerk"))
        let shop = try await Shop.open(text)
        try await shop.complain()
        #expect(try await shop.notices(.an).notices.count == 1)
        #expect(try await shop.notices(.bai).notices.count == 1)
        #expect(try await shop.notices(.du).notices.isEmpty)
    }

    @Test func `a post that nobody holds in the line is told where somebody holds it`() async throws {
        let text = ShopCharter.text(changing: (from: "notify: [manager, director]", to: "notify: [courier, manager]"))
        let shop = try await Shop.open(text)
        try await shop.complain(4, by: .du)
        #expect(try await shop.notices(.cheng).notices.count == 1)
        #expect(try await shop.notices(.mei).notices.count == 1)
    }

    @Test func `who has left hears of nothing`() async throws {
        let shop = try await Shop.open()
        try await shop.desk.organisations.leave(shop.staff(.mei), revision: 1, by: shop.principal(.ding))
        try await shop.complain()
        #expect(try await shop.desk.count("notice", where: "staff = \(shop.staff(.mei))") == 0)
        #expect(try await shop.notices(.ding).notices.count == 1)
    }

    @Test func `lateness is told to the superior, once a step (S-01)`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        shop.clock.advance(hours: 25)
        try await shop.tick()
        try await shop.tick()
        var escalations = try await shop.notices(.mei).notices.filter { $0.kind == .escalation }
        #expect(escalations.map(\.clause) == ["S-01"])
        #expect(escalations.first?.matter == matter.id)
        let duty = try #require(try await shop.duties("S-01").first)
        #expect(escalations.first?.obligation == duty.id)
        shop.clock.advance(hours: 24)
        try await shop.tick()
        escalations = try await shop.notices(.mei).notices.filter { $0.kind == .escalation }
        #expect(escalations.count == 2)
        #expect(try await shop.notices(.ding).notices.allSatisfy { $0.kind == .event })
    }

    @Test func `two posts that lead to one person make one notice a step (S-03)`() async throws {
        let shop = try await Shop.open()
        try await shop.desk.organisations.leave(shop.staff(.mei), revision: 1, by: shop.principal(.ding))
        try await shop.startSite()
        shop.clock.move(to: "2026-03-09 10:00")
        try await shop.tick()
        #expect(try await shop.notices(.ding).notices.map(\.clause) == ["S-03"])
    }

    @Test func `the list is newest first, in pages that neither repeat nor leave out`() async throws {
        let shop = try await Shop.open()
        for number in 0..<7 {
            try await shop.complain(number % 4)
            shop.clock.advance(minutes: 1)
        }
        let mei = try await shop.principal(.mei)
        var seen: [Identifier<Notice>] = []
        var before: Identifier<Notice>?
        repeat {
            let page = try await shop.desk.notices.list(before: before, limit: 3, for: mei)
            #expect(page.notices.count <= 3)
            seen += page.notices.map(\.id)
            before = page.next
        } while before != nil
        #expect(seen.count == 7)
        #expect(seen == seen.sorted(by: >))
    }

    @Test func `what was read is no longer counted, and only the reader's own`() async throws {
        let shop = try await Shop.open()
        for number in 0..<3 { try await shop.complain(number) }
        let (mei, ding) = (try await shop.principal(.mei), try await shop.principal(.ding))
        #expect(try await shop.desk.notices.unreadCount(for: mei) == 3)
        try await shop.desk.notices.markAllRead(for: mei)
        #expect(try await shop.desk.notices.unreadCount(for: mei) == 0)
        #expect(try await shop.desk.notices.unreadCount(for: ding) == 3)
        #expect(try await shop.desk.notices.list(for: mei).notices.allSatisfy { $0.readAt == TestClock.tuesday })
    }

    @Test func `the counter stops at a hundred`() async throws {
        let shop = try await Shop.open()
        try await shop.desk.database.write { transaction in
            for _ in 0..<120 {
                try shop.desk.journal.record(
                    EventDraft(
                        organisation: shop.organisation, type: "complaint.received",
                        subject: Event.Subject("customer", shop.customers[0]), unit: shop.north,
                        actor: .staff(shop.staff(.an)), charterVersion: 1), in: transaction)
            }
        }
        #expect(try await shop.desk.notices.unreadCount(for: shop.principal(.mei)) == 100)
    }

    @Test func `another company hears nothing`() async throws {
        let desk = try Desk()
        let red = try await Shop.open(in: desk, organisation: OrganisationID(11))
        let blue = try await Shop.open(in: desk, organisation: OrganisationID(22), prefix: "b-")
        try await red.complain()
        #expect(try await blue.notices(.mei).notices.isEmpty)
        try await desk.notices.markAllRead(for: blue.principal(.mei))
        #expect(try await desk.notices.unreadCount(for: red.principal(.mei)) == 1)
    }

    @Test func `list and counter use their indexes`() async throws {
        let shop = try await Shop.open()
        try await Filling.fill(shop.desk.database, of: shop.organisation)
        let staff = shop.staff(.mei)
        let list = try await shop.desk.plan(
            "SELECT id FROM notice WHERE organisation = \(shop.organisation) AND staff = \(staff) ORDER BY id DESC LIMIT 50"
        )
        #expect(list.contains("USING COVERING INDEX notice_staff"))
        #expect(!list.contains("TEMP B-TREE"))
        let count = try await shop.desk.plan(
            """
            SELECT 1 FROM notice WHERE organisation = \(shop.organisation) AND staff = \(staff) AND read_at IS NULL
            LIMIT 100
            """)
        #expect(count.contains("notice_unread"))
    }
}

private struct Saboteur: Reaction {
    struct Sabotage: Error {}

    func react(to event: Event, in transaction: any WriteTransaction, journal: Journal) throws {
        if event.type == "complaint.received" { throw Sabotage() }
    }
}

extension Shop {
    func notices(_ person: Person) async throws -> NoticeService.Page {
        try await desk.notices.list(for: principal(person))
    }
}
