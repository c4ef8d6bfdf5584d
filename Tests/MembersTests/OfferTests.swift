import Customers
import Members
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// Perks, birthdays and activities of the design company, on whichever engine the tests run.
struct OfferTests {
    /// Who has a card since today; the clock stands on 3 March 2026.
    struct Club {
        let company: Company
        let clerk: Principal
        var members: MemberService { company.desk.members }
        var customer: CustomerID { company.customer }

        init(cash: Int64 = 600_000, born: CalendarDay? = CalendarDay(year: 1990, month: 7, day: 15)) async throws {
            company = try await Company.open()
            clerk = company.holder("assistant")
            try await join(company.customer, cash: cash, born: born)
        }

        func join(
            _ customer: CustomerID, cash: Int64, born: CalendarDay? = CalendarDay(year: 1990, month: 7, day: 15)
        ) async throws {
            let receipt = "I-\(customer)"
            try await buy(receipt, cash, by: customer)
            try await members.perform(
                .join(born: born, receipts: [receipt]), for: customer,
                confirming: ["document", "in_person", "complete", "consent"], by: clerk)
        }

        func buy(_ receipt: String, _ price: Int64, _ goods: String = "general", by customer: CustomerID? = nil)
            async throws
        {
            let line = Purchase.Line(
                list: Money(minorUnits: price), price: Money(minorUnits: price), quantity: 1, goods: goods,
                isOnSale: false, isExcluded: false)
            try await members.perform(
                .purchase(
                    receipt,
                    Purchase(
                        lines: [line], tender: Tender(nonCash: .zero, stored: .zero, points: .zero), birthday: nil,
                        isInEvent: false, isGroup: false)), for: customer ?? self.customer, by: clerk)
        }

        func give(
            _ perk: String, option: String? = nil, receipt: String? = nil, staff: StaffID? = nil
        ) async throws -> PerkGrant {
            try await members.give(
                PerkRequest(perk: perk, option: option, receipt: receipt, isAssigned: staff != nil), to: customer,
                served: staff, by: clerk)
        }

        func refusal(_ act: () async throws -> some Any) async throws -> [MemberRefusal.Reason] {
            do throws(any Error) {
                _ = try await act()
                return []
            } catch let refusals as MemberRefusals {
                return refusals.refusals.map(\.reason)
            }
        }

        func faults() async throws -> [MemberAccount.Fault] {
            try await company.desk.database.read(.everyCompany) { try MemberAccount.faults(in: $0) }
        }

        func announce(
            _ kind: String, days: Int = 10, tiers: [Tier.Key] = [], stock: Int64? = nil, gifts: [Activity.Gift] = []
        ) async throws -> StoredActivity.ID {
            let day = company.charter.calendar.zone.local(company.clock.now).day
            return try await members.announce(
                ActivityDraft(
                    kind: kind, title: "春日", words: "欢迎", from: day, through: day.adding(days: days), tiers: tiers,
                    stock: stock, gifts: gifts), by: company.people[0])
        }
    }

    // MARK: Perks

    @Test func `D-381: parking tickets are given once a day, and the second call is refused until tomorrow`()
        async throws
    {
        let club = try await Club()
        #expect(try await club.give("parking").count == 2)
        let reasons = try await club.refusal { try await club.give("parking") }
        #expect(reasons.count == 1)
        if case .perkGiven("parking", _)? = reasons.first {} else { Issue.record("\(reasons)") }
        club.company.clock.advance(hours: 24)
        #expect(try await club.give("parking").count == 2)
        let events = try await club.company.events("perk.parking")
        #expect(events.count == 2)
        #expect(events[0].body["count"] == .integer(2))
        #expect(events[0].body["tier"] == .text("gold"))
        #expect(events[0].body["clause"] == .text("D-381"))
    }

    @Test func `D-381: of ten counters at once one gives the tickets`() async throws {
        let club = try await Club()
        let given = await withTaskGroup(of: Bool.self) { group in
            for _ in 1...10 { group.addTask { (try? await club.give("parking")) != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(given == 1)
        #expect(try await club.company.desk.count("perk_grant") == 1)
        #expect(try await club.company.events("perk.parking").count == 1)
    }

    @Test func `D-372, D-380, D-382: services are kept with receipt, kind and who serves`() async throws {
        let club = try await Club()
        try await club.buy("R1", 10_000)
        _ = try await club.give("wrapping", receipt: "R1")
        _ = try await club.give("after_sale", option: "leather", receipt: "R1")
        let guide = club.company.holder("specialist").staff
        _ = try await club.give("guide", option: "matching", staff: guide)
        // Whenever it is asked for.
        _ = try await club.give("guide", option: "matching", staff: guide)
        let given = try await club.members.perks(of: club.customer, for: club.clerk).given
        #expect(given.map(\.perk) == ["wrapping", "after_sale", "guide", "guide"])
        #expect(given[1].receipt == "R1")
        #expect(given[1].option == "leather")
        #expect(given[2].staff == guide)
        await #expect(throws: FormFaults([FormFault("staff", .unknownReference)])) {
            try await club.give("guide", option: "matching", staff: StaffID(high: 1, low: 2))
        }
        let foreign = try await club.company.desk.customers.file(
            CustomerInput(kind: .person, name: "单小满"), by: club.clerk)
        try await club.buy("R2", 10_000, by: foreign.id)
        #expect(
            try await club.refusal { try await club.give("wrapping", receipt: "R2") } == [.receiptOfAnother("R2")])
    }

    @Test func `D-378, D-385: the issue of a gold card opens the duty of one gift, and the gift meets it`() async throws
    {
        let club = try await Club()
        let duty = try #require(try await club.company.duties("D-378").first)
        #expect(duty.state == "open")
        #expect(try await club.company.duties("D-385").isEmpty)
        // Another perk does not meet it.
        _ = try await club.give("parking")
        #expect(try await club.company.duties("D-378").map(\.state) == ["open"])
        _ = try await club.give("issue_gift")
        #expect(try await club.company.duties("D-378").map(\.state) == ["met"])
        #expect(try await club.refusal { try await club.give("issue_gift") }.count == 1)
        club.company.clock.advance(hours: 24)
        #expect(try await club.refusal { try await club.give("issue_gift") }.count == 1)
        let platinum = try await Club(cash: 1_000_000)
        #expect(try await platinum.company.duties("D-385").map(\.state) == ["open"])
        #expect(try await platinum.company.duties("D-378").isEmpty)
        let vip = try await Club(cash: 30_000)
        #expect(try await vip.company.duties("D-378").isEmpty)
    }

    @Test func `D-378: a lost card that was replaced brings no second gift`() async throws {
        let club = try await Club()
        _ = try await club.give("issue_gift")
        try await club.members.perform(.replace(isDecided: false, isWaived: false), for: club.customer, by: club.clerk)
        club.company.clock.advance(hours: 24)
        #expect(try await club.refusal { try await club.give("issue_gift") }.count == 1)
        #expect(try await club.company.duties("D-378").count == 1)
    }

    @Test func `without the permission nobody gives a perk, and what is refused leaves nothing behind`() async throws {
        let club = try await Club()
        await #expect(throws: Denial.self) {
            try await club.members.give(
                PerkRequest(perk: "parking"), to: club.customer, by: club.company.holder("designer"))
        }
        _ = try await club.refusal { try await club.give("wrapping", receipt: "none") }
        #expect(try await club.company.desk.count("perk_grant") == 0)
        #expect(try await club.company.desk.count("event", where: "type LIKE 'perk.%'") == 0)
    }

    // MARK: Birthdays

    private static func tick(_ club: Club) async throws { _ = try await club.company.desk.clockWork.tick() }

    @Test func `D-379: three things are due for a gold card's birthday, and the duty is met by the last of them`()
        async throws
    {
        // The clock stands on 3 March.
        let club = try await Club(born: CalendarDay(year: 1990, month: 3, day: 20))
        try await Self.tick(club)
        #expect(try await club.company.events("member.birthday").isEmpty)
        club.company.clock.advance(hours: 24 * 9)
        try await Self.tick(club)
        #expect(try await club.company.events("member.birthday").isEmpty)
        club.company.clock.advance(hours: 24)
        for _ in 1...3 { try await Self.tick(club) }
        let event = try #require(try await club.company.events("member.birthday").first)
        #expect(event.body["birthday"] == .text("2026-03-20"))
        #expect(event.body["tier"] == .text("gold"))
        #expect(event.body["consent"] == .flag(true))
        #expect(try await club.company.events("member.birthday").count == 1)
        let duty = try #require(try await club.company.duties("D-379").first)
        let zone = club.company.charter.calendar.zone
        #expect(duty.dueAt == zone.instant(try #require(CalendarDay("2026-03-21")), minute: 0))
        for perk in ["birthday_gift", "birthday_sms"] {
            _ = try await club.give(perk)
            #expect(try await club.company.duties("D-379").map(\.state) == ["open"])
        }
        _ = try await club.give("birthday_card")
        #expect(try await club.company.duties("D-379").map(\.state) == ["met"])
        #expect(try await club.company.duties("D-373").isEmpty)
        #expect(try await club.refusal { try await club.give("birthday_card") }.count == 1)
    }

    @Test func `D-373, D-386: a VIP card has two things due, a platinum card three`() async throws {
        let vip = try await Club(cash: 30_000, born: CalendarDay(year: 1990, month: 3, day: 5))
        #expect(try await vip.company.duties("D-373").map(\.state) == ["open"])
        _ = try await vip.give("birthday_sms")
        _ = try await vip.give("birthday_card")
        #expect(try await vip.company.duties("D-373").map(\.state) == ["met"])
        #expect(
            try await vip.refusal { try await vip.give("birthday_gift") } == [
                .perkOfTier("birthday_gift", from: "gold")
            ])
        let platinum = try await Club(cash: 1_000_000, born: CalendarDay(year: 1990, month: 3, day: 5))
        for perk in ["birthday_sms", "birthday_card"] { _ = try await platinum.give(perk) }
        #expect(try await platinum.company.duties("D-386").map(\.state) == ["open"])
        _ = try await platinum.give("birthday_gift")
        #expect(try await platinum.company.duties("D-386").map(\.state) == ["met"])
    }

    @Test func `a clock that stood still takes up where it stopped, each birthday once`() async throws {
        let club = try await Club()
        var born: [Int] = []
        for day in [4, 12, 13, 28] {
            let customer = try await club.company.desk.customers.file(
                CustomerInput(kind: .person, name: "会员\(day)"), by: club.clerk)
            try await club.join(customer.id, cash: 30_000, born: CalendarDay(year: 1980, month: 3, day: day))
            born.append(day)
        }
        try await Self.tick(club)
        // The 4th was announced when the card was applied for.
        #expect(try await club.company.events("member.birthday").count == 1)
        club.company.clock.advance(hours: 24 * 20)
        for _ in 1...2 { try await Self.tick(club) }
        let events = try await club.company.events("member.birthday")
        #expect(
            Set(events.compactMap { $0.body["birthday"]?.text })
                == ["2026-03-04", "2026-03-12", "2026-03-13", "2026-03-28"])
        #expect(events.count == 4)
        #expect(try await club.company.desk.count("member_birthday") == 4)
    }

    @Test func `small steps of the clock find the same birthdays as one large step`() async throws {
        let club = try await Club()
        for number in 1...7 {
            let customer = try await club.company.desk.customers.file(
                CustomerInput(kind: .person, name: "会员\(number)"), by: club.clerk)
            try await club.join(customer.id, cash: 30_000, born: CalendarDay(year: 1980, month: 3, day: 14))
        }
        club.company.clock.advance(hours: 24 * 5)
        var counts: [Int] = []
        for _ in 1...40 {
            let (count, hasMore) = try await club.company.desk.database.write(for: club.company.organisation) {
                try club.members.announceBirthdays(of: club.company.organisation, 3, in: $0)
            }
            if count > 0 { counts.append(count) }
            if !hasMore { break }
        }
        #expect(counts == [3, 3, 1])
        #expect(try await club.company.events("member.birthday").count == 7)
    }

    @Test func `a lapsed card has no birthday, and nothing is due where no consent was given`() async throws {
        let club = try await Club(cash: 30_000, born: CalendarDay(year: 1990, month: 3, day: 20))
        club.company.clock.advance(hours: 24 * 366)
        try await Self.tick(club)
        #expect(try await club.company.events("member.birthday").count == 0)
        let other = try await Company.open()
        let clerk = other.holder("assistant")
        let line = Purchase.Line(
            list: Money(minorUnits: 30_000), price: Money(minorUnits: 30_000), quantity: 1, goods: "general",
            isOnSale: false, isExcluded: false)
        try await other.desk.members.perform(
            .purchase(
                "R",
                Purchase(
                    lines: [line], tender: Tender(nonCash: .zero, stored: .zero, points: .zero), birthday: nil,
                    isInEvent: false, isGroup: false)), for: other.customer, by: clerk)
        try await other.desk.members.perform(
            .join(born: CalendarDay(year: 1990, month: 3, day: 5), receipts: ["R"]), for: other.customer, by: clerk)
        #expect(try await other.events("member.birthday").map { $0.body["consent"] } == [.flag(false)])
        #expect(try await other.duties("D-373").isEmpty)
    }

    @Test func `the birthdays of a day, and the cards of a tier, are found by their indexes`() async throws {
        let club = try await Club()
        let organisation = club.company.organisation
        try await Filling.fill(club.company.desk.database, of: organisation)
        let birthdays = try await club.company.desk.plan(
            """
            SELECT customer FROM member WHERE organisation = \(organisation) AND born IS NOT NULL
              AND substr(born, 6) IN \(list: ["03-07"]) ORDER BY customer LIMIT 100
            """)
        #expect(birthdays.contains("member_born"), "\(birthdays)")
        let cards = try await club.company.desk.plan(
            "SELECT customer FROM member WHERE organisation = \(organisation) AND tier = \("gold") ORDER BY customer")
        #expect(cards.contains("member_tier"), "\(cards)")
    }

    // MARK: Activities

    @Test func `D-367, D-368: a gift takes points and stock together, and neither falls below zero`() async throws {
        let club = try await Club(cash: 30_000)
        try await club.buy("A", 300_000, "A")
        club.company.clock.advance(hours: 24)
        let mug = Activity.Gift(title: "杯子", points: Points(20), left: 2)
        let activity = try await club.announce("gift_exchange", gifts: [mug])
        for left in [40, 20] {
            _ = try await club.members.attend(activity, gift: 0, club.customer, by: club.clerk)
            let member = try await club.members.account(of: club.customer, for: club.clerk).member
            #expect(member.points.spendable == Points(Int64(left)))
        }
        #expect(
            try await club.refusal {
                try await club.members.attend(activity, gift: 0, club.customer, by: club.clerk)
            } == [.noneLeft])
        #expect(try await club.faults() == [])
        let account = try await club.members.account(of: club.customer, for: club.clerk)
        let moves = account.movements.filter { $0.purpose == "points.exchanged" }
        #expect(moves.map(\.points) == [Points(-20), Points(-20)])
        #expect(
            try await club.company.desk.count(
                "ledger_entry", where: "purpose = 'points.exchanged' AND account = 'redeemed' AND amount = 20") == 2)
        #expect(try await club.members.activity(activity, for: club.clerk).count == 2)
        try await club.company.desk.tamper("UPDATE activity_part SET points = 19")
        #expect(try await club.faults().count == 2)
    }

    @Test func `D-368: ten counters at once give away no more than there is`() async throws {
        let club = try await Club(cash: 30_000)
        try await club.buy("A", 450_000, "A")
        club.company.clock.advance(hours: 24)
        let mug = Activity.Gift(title: "杯子", points: Points(20), left: 3)
        let activity = try await club.announce("gift_exchange", gifts: [mug])
        let done = await withTaskGroup(of: Bool.self) { group in
            for _ in 1...10 {
                group.addTask {
                    (try? await club.members.attend(activity, gift: 0, club.customer, by: club.clerk)) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done <= 3 && done > 0)
        let points = try await club.members.account(of: club.customer, for: club.clerk).member.points.spendable
        #expect(points == Points(Int64(90 - 20 * done)))
        #expect(try await club.faults() == [])
        #expect(
            try await club.members.activity(activity, for: club.clerk).stored.activity.gifts[0].left == Int64(3 - done))
    }

    @Test func `D-377: a visiting gift is handed out once a card, and comes out of the stock`() async throws {
        let club = try await Club()
        let activity = try await club.announce("visiting_gift", stock: 1)
        _ = try await club.members.attend(activity, club.customer, by: club.clerk)
        let again = try await club.refusal { try await club.members.attend(activity, club.customer, by: club.clerk) }
        #expect(again.count == 2)
        let stored = try await club.members.activity(activity, for: club.clerk)
        #expect(stored.stored.activity.left == 0)
        #expect(stored.parts.map(\.customer) == [club.customer])
    }

    @Test func `D-370, D-384: the list of guests begins with platinum, and only cards that work stand on it`()
        async throws
    {
        let club = try await Club()
        var names: [String: Int64] = ["白金": 1_000_000, "贵宾": 30_000, "金卡二": 600_000]
        for (name, cash) in names.sorted(by: { $0.key < $1.key }) {
            let customer = try await club.company.desk.customers.file(
                CustomerInput(kind: .person, name: name), by: club.clerk)
            try await club.join(customer.id, cash: cash)
        }
        names["挂失"] = 1_000_000
        let lost = try await club.company.desk.customers.file(
            CustomerInput(kind: .person, name: "挂失"), by: club.clerk)
        try await club.join(lost.id, cash: 1_000_000)
        try await club.members.perform(.reportLoss, for: lost.id, by: club.clerk)
        let manager = club.company.holder("manager")
        let launch = try await club.announce("launch")
        let guests = try await club.members.invited(to: launch, by: manager).guests
        #expect(guests.map(\.tier) == ["platinum", "gold", "gold", "vip"])
        #expect(guests[0].name == "白金")
        let reception = try await club.announce("reception", tiers: ["gold"])
        #expect(try await club.members.invited(to: reception, by: manager).guests.map(\.tier) == ["gold", "gold"])
        #expect(try await club.company.events("members.listed").count == 2)
        await #expect(throws: Denial.self) { try await club.members.invited(to: launch, by: club.clerk) }
    }

    @Test func `D-371: news are due every month, publishing them meets the duty, and they go to those who agreed`()
        async throws
    {
        let club = try await Club()
        let quiet = try await club.company.desk.customers.file(
            CustomerInput(kind: .person, name: "不同意"), by: club.clerk)
        try await club.buy("Q", 30_000, by: quiet.id)
        try await club.members.perform(
            .join(born: CalendarDay(year: 1980, month: 1, day: 1), receipts: ["Q"]), for: quiet.id, by: club.clerk)
        try await Self.tick(club)
        club.company.clock.advance(hours: 24 * 30)
        try await Self.tick(club)
        #expect(try await club.company.duties("D-371").map(\.state) == ["open"])
        _ = try await club.announce("course")
        #expect(try await club.company.duties("D-371").map(\.state) == ["open"])
        let news = try await club.announce("news")
        #expect(try await club.company.duties("D-371").map(\.state) == ["met"])
        let guests = try await club.members.invited(to: news, by: club.company.holder("manager")).guests
        #expect(guests.map(\.customer) == [club.customer])
    }

    @Test func `D-374, D-376: a course has places, a merchant is shown while it lasts`() async throws {
        let club = try await Club()
        let course = try await club.announce("course", stock: 1)
        _ = try await club.announce("merchant", days: 5)
        let doings = try await club.members.doings(of: club.customer, for: club.clerk)
        #expect(doings.map(\.kind.key) == ["merchant", "course"])
        #expect(doings.allSatisfy { $0.refusal == nil })
        _ = try await club.members.attend(course, club.customer, by: club.clerk)
        let other = try await club.company.desk.customers.file(
            CustomerInput(kind: .person, name: "单小满"), by: club.clerk)
        try await club.join(other.id, cash: 30_000)
        #expect(
            try await club.refusal { try await club.members.attend(course, other.id, by: club.clerk) }
                == [.noneLeft])
        club.company.clock.advance(hours: 24 * 6)
        #expect(try await club.members.doings(of: club.customer, for: club.clerk).map(\.kind.key) == ["course"])
    }

    @Test func `who announces says what the kind needs, and every fault is told at once`() async throws {
        let club = try await Club()
        let day = try #require(CalendarDay("2026-03-03"))
        do throws(any Error) {
            _ = try await club.members.announce(
                ActivityDraft(
                    kind: "visiting_gift", title: " ", from: day, through: day.adding(days: -1), tiers: ["silver"]),
                by: club.company.people[0])
            Issue.record("it was not refused")
        } catch let faults as FormFaults {
            #expect(Set(faults.faults.map(\.field)) == ["title", "until", "tiers", "stock"])
        }
        await #expect(throws: Denial.self) {
            try await club.members.announce(
                ActivityDraft(kind: "news", title: "新品", from: day, through: day), by: club.clerk)
        }
        #expect(try await club.company.desk.count("activity") == 0)
    }

    @Test func `an activity ends with yesterday, once, and nobody takes part any more`() async throws {
        let club = try await Club()
        let activity = try await club.announce("course")
        club.company.clock.advance(hours: 48)
        let boss = club.company.people[0]
        for _ in 1...2 {
            try await club.company.desk.database.write(for: club.company.organisation) {
                try club.members.end(activity, revision: 1, by: boss, in: $0)
            }
        }
        #expect(try await club.company.events("activity.ended").count == 1)
        #expect(
            try await club.refusal { try await club.members.attend(activity, club.customer, by: club.clerk) }.count
                == 1)
    }

    // MARK: Points lost with a card

    @Test func `D-408: a supervisor gives points back with a reason that is sealed, a clerk does not`() async throws {
        let club = try await Club()
        let act = MemberAct.Kind.restore(Points(30), reason: "挂失前被人用掉")
        await #expect(throws: Denial.self) {
            try await club.members.perform(act, for: club.customer, by: club.clerk)
        }
        let supervisor = club.company.holder("supervisor_service")
        #expect(
            try await club.refusal {
                try await club.members.perform(.restore(Points(30), reason: ""), for: club.customer, by: supervisor)
            } == [.restoreReason])
        let done = try await club.members.perform(act, for: club.customer, by: supervisor)
        #expect(done.member.points.pending == Points(30))
        #expect(done.member.points.period == .zero)
        #expect(try await club.faults() == [])
        let event = try #require(try await club.company.events("points.restored").first)
        #expect(event.body["points"] == .integer(30))
        #expect(!event.body.values.contains { $0.text.contains("挂失") })
        #expect(
            try await club.company.desk.count(
                "ledger_entry", where: "purpose = 'points.restored' AND account = 'issued' AND amount = -30") == 1)
    }
}
