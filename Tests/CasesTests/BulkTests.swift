import Cases
import Notices
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// One act on many cases: each is guarded as by its own page, and what one refuses does not keep the others.
struct BulkTests {
    private static func run(_ shop: Shop, _ act: BulkAct, by person: Shop.Person) async throws -> BulkRun {
        let principal = try await shop.principal(person)
        let cases = shop.desk.cases
        let id = try await shop.desk.database.write { try cases.begin(act, by: principal, in: $0) }
        try await cases.perform(act, as: id, by: principal) { error in
            BulkRun.Refusal(code: "\(error)", words: "\(type(of: error))")
        }
        return try await cases.bulk(id, for: principal)
    }

    private static func move(_ key: String, _ input: Fields = [:], _ items: [BulkAct.Item]) -> BulkAct {
        BulkAct(.move(workflow: "complaint", move: key, input: input), on: items)
    }

    @Test func `each case is moved, and each refusal is its own`() async throws {
        let shop = try await Shop.open()
        let open = try await shop.complain(0)
        let stale = try await shop.complain(1)
        try await shop.respond(to: stale)
        let closed = try await shop.complain(2)
        try await shop.move(closed, "check")
        try await shop.move(closed, "drop")
        let southern = try await shop.complain(4, by: .du)
        let talk = try await shop.desk.cases.start(
            "talk", input: ["person": .text(shop.staff(.an).description), "topic": .text("排班")],
            by: shop.principal(.mei))
        let last = try await shop.complain(3)
        let run = try await Self.run(
            shop,
            Self.move(
                "check", [:],
                [
                    BulkAct.Item(open.id, revision: open.revision), BulkAct.Item(stale.id, revision: stale.revision),
                    BulkAct.Item(closed.id, revision: nil), BulkAct.Item(southern.id, revision: 1),
                    BulkAct.Item(talk.id, revision: 1), BulkAct.Item(last.id, revision: nil),
                ]), by: .an)
        #expect(run.results.map(\.matter) == [open.id, stale.id, closed.id, southern.id, talk.id, last.id])
        #expect(
            run.results.map { $0.refusal?.words } == [
                nil, "EditConflict", "WorkflowRefusal", "StorageError", "WorkflowRefusal", nil,
            ])
        #expect(run.chosen == 6 && run.act == .move(workflow: "complaint", move: "check"))
        let ding = try await shop.principal(.ding)
        for (matter, state) in [
            (open, "checking"), (stale, "received"), (closed, "closed"), (southern, "received"), (last, "checking"),
        ] { #expect(try await shop.desk.cases.find(matter.id, for: ding).matter.state == state) }
        #expect(try await shop.events("complaint.checking").count == 3)
    }

    @Test(arguments: [[:], ["words": .text("")], ["words": .text(String(repeating: "长", count: 201))]] as [Fields])
    func `a required field that holds on the page holds in an act on many`(input: Fields) async throws {
        let shop = try await Shop.open()
        let (one, two) = (try await shop.complain(0), try await shop.complain(1))
        let an = try await shop.principal(.an)
        await #expect(throws: FormFaults.self) {
            _ = try await shop.desk.cases.move(one.id, "respond", input: input, revision: nil, by: an)
        }
        let run = try await Self.run(
            shop, Self.move("respond", input, [one, two].map { BulkAct.Item($0.id, revision: nil) }), by: .an)
        #expect(run.results.map { $0.refusal?.words } == ["FormFaults", "FormFaults"])
        #expect(try await shop.events("complaint.responded").isEmpty)
        #expect(try await shop.duties("S-01").allSatisfy { $0.state == "open" })
    }

    @Test func `who may not make the move on a page may not make it on many`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain(0)
        let run = try await Self.run(
            shop, Self.move("respond", ["words": .text("这就换")], [BulkAct.Item(matter.id, revision: nil)]), by: .ding)
        #expect(run.results.map { $0.refusal?.words } == ["WorkflowRefusal"])
        await #expect(throws: Denial(action: .actOnCases, post: "guest")) {
            _ = try await Self.run(shop, Self.move("check", [:], [BulkAct.Item(matter.id, revision: nil)]), by: .er)
        }
        await #expect(throws: Denial(action: .waiveObligations, post: "clerk")) {
            _ = try await Self.run(
                shop,
                BulkAct(
                    .handOver(to: shop.staff(.bai), reason: "休假"), on: [BulkAct.Item(matter.id, revision: nil)]),
                by: .an)
        }
        #expect(try await shop.desk.count("bulk_run") == 1)
    }

    @Test func `what is once only is done once, though two act on the same cases at once`() async throws {
        let shop = try await Shop.open()
        var items: [BulkAct.Item] = []
        for number in 0..<4 { items.append(BulkAct.Item(try await shop.complain(number).id, revision: 1)) }
        let act = Self.move("respond", ["words": .text("这就换")], items)
        async let first = Self.run(shop, act, by: .an)
        async let second = Self.run(shop, act, by: .bai)
        let runs = try await [first, second]
        for index in 0..<4 {
            #expect(runs.count { $0.results[index].refusal == nil } == 1, "one wins")
            let lost = runs.compactMap { $0.results[index].refusal }
            #expect(lost.map(\.words) == ["EditConflict"])
            // The other sees who.
            #expect(lost.allSatisfy { $0.code.contains("安三") || $0.code.contains("白四") })
        }
        #expect(try await shop.events("complaint.responded").count == 4)
    }

    @Test func `another company's cases are as those that are not there, and one's run is nobody else's`() async throws
    {
        let desk = try Desk()
        let red = try await Shop.open(in: desk, organisation: OrganisationID(11))
        let blue = try await Shop.open(in: desk, organisation: OrganisationID(22), prefix: "b-")
        let (own, foreign) = (try await red.complain(0), try await blue.complain(0))
        await #expect(throws: StorageError.notFound("cases")) {
            _ = try await Self.run(red, Self.move("check", [:], [BulkAct.Item(foreign.id, revision: nil)]), by: .an)
        }
        let run = try await Self.run(
            red, Self.move("check", [:], [foreign, own].map { BulkAct.Item($0.id, revision: nil) }), by: .an)
        #expect(run.results.map { $0.refusal?.words } == ["StorageError", nil])
        let ding = try await blue.principal(.ding)
        #expect(try await desk.cases.find(foreign.id, for: ding).matter.state == "received")
        for other in [try await red.principal(.bai), ding] {
            await #expect(throws: StorageError.notFound("run \(run.id)")) {
                _ = try await desk.cases.bulk(run.id, for: other)
            }
        }
    }

    @Test func `many are handed over at once, each with its reason to refuse`() async throws {
        let shop = try await Shop.open()
        let (one, two) = (try await shop.complain(0), try await shop.complain(1))
        let letter = try await shop.complain(2, channel: "letter")
        let run = try await Self.run(
            shop,
            BulkAct(
                .handOver(to: shop.staff(.mei), reason: "年假"),
                on: [one, two, letter].map { BulkAct.Item($0.id, revision: 1) }), by: .mei)
        #expect(run.results.map { $0.refusal?.code } == [nil, nil, "nothingOwed"])
        #expect(run.act == .handOver)
        #expect(
            try await shop.duties("S-01").filter { $0.state == "open" }.allSatisfy { $0.holder == shop.staff(.mei) })
    }
}

/// A case goes to somebody else, with what its handler owes in it.
struct CaseHandOverTests {
    @discardableResult
    private static func give(
        _ shop: Shop, _ matter: Case, to person: Shop.Person, reason: String = "年假", revision: Int? = nil,
        by giver: Shop.Person = .mei
    ) async throws -> Case {
        let principal = try await shop.principal(giver)
        let receiver = shop.staff(person)
        return try await shop.desk.database.write { [cases = shop.desk.cases] in
            try cases.handOver(
                matter.id, to: receiver, reason: reason, revision: revision, by: principal, in: $0)
        }
    }

    /// The clerk who owes the answer, and the other one.
    private static func clerks(_ shop: Shop) async throws -> (Shop.Person, Shop.Person) {
        let holder = try #require(try await shop.duties("S-01").last?.holder)
        return holder == shop.staff(.an) ? (.an, .bai) : (.bai, .an)
    }

    @Test func `the duties go, the journal says from whom to whom and why, and the receiver is told`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain(0)
        let (from, to) = try await Self.clerks(shop)
        let given = try await Self.give(shop, matter, to: to, revision: 1)
        #expect(given.revision == 2)
        let duty = try #require(try await shop.duties("S-01").first)
        #expect(duty.holder == shop.staff(to) && duty.dueAt == matter.openedAt.adding(hours: 24))
        let event = try #require(try await shop.events("case.handed_over").first)
        #expect(event.body["from"] == .text("\(shop.staff(from))") && event.body["to"] == .text("\(shop.staff(to))"))
        #expect(event.body["reason"] == .text("年假") && event.actor == shop.staff(.mei) && event.matter == matter.id)
        let receiver = try await shop.principal(to)
        let notices = try await shop.desk.notices.list(for: receiver).notices
        #expect(
            notices.contains { $0.eventType == "case.handed_over" && $0.matter == matter.id && $0.clause == "S-01" })
        let giver = try await shop.principal(from)
        #expect(!(try await shop.desk.notices.list(for: giver).notices).contains { $0.eventType == "case.handed_over" })
        #expect(try await shop.desk.obligations.accountFor().faults == [])
        let faults = try await shop.desk.database.read { transaction in
            (
                try CaseAccount.faults(in: transaction),
                try NoticeAccount(charters: shop.desk.charters, in: transaction).faults()
            )
        }
        #expect(faults.0 == [] && faults.1 == [])
    }

    @Test func `whoever has left, holds another post, or sees not the case gets nothing`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain(0)
        let (from, to) = try await Self.clerks(shop)
        await #expect(throws: ObligationService.Refusal.self) { try await Self.give(shop, matter, to: .er) }
        await #expect(throws: ObligationService.Refusal.outOfTheirSight(clause: "S-01")) {
            try await Self.give(shop, matter, to: .du)
        }
        try await shop.desk.organisations.leave(shop.staff(to), revision: nil, by: shop.principal(.ding))
        await #expect(throws: ObligationService.Refusal.self) { try await Self.give(shop, matter, to: to) }
        await #expect(throws: CaseListRefusal.sameHandler) { try await Self.give(shop, matter, to: from) }
        #expect(try await shop.events("case.handed_over").isEmpty)
        #expect(try await shop.duties("S-01").map(\.holder) == [shop.staff(from)])
    }

    @Test func `whom the case is about cannot have it`() async throws {
        let shop = try await Shop.open(
            ShopCharter.text(
                changing: (
                    from: "  S-13:",
                    to:
                        "  S-14: {title: {zh-Hans: 三天内谈, en: Talk within three days}, kind: deadline, status: executed, when: talk.planned, oblige: {post: manager, to: talk, within: 3d, met_by: talk.held}}\n  S-13:"
                )))
        let talk = try await shop.desk.cases.start(
            "talk", input: ["person": .text(shop.staff(.ding).description), "topic": .text("排班")],
            by: shop.principal(.mei))
        await #expect(throws: CaseListRefusal.concernedReceiver) {
            try await Self.give(shop, talk, to: .ding, by: .ding)
        }
    }

    @Test
    func `who may not give duties gives no case, nobody gives without a reason, and an old page says who was first`()
        async throws
    {
        let shop = try await Shop.open()
        let matter = try await shop.complain(0)
        let (_, to) = try await Self.clerks(shop)
        for person in [Shop.Person.an, .bai, .cheng, .er, .du] {
            await #expect(throws: Denial.self) { try await Self.give(shop, matter, to: to, by: person) }
        }
        await #expect(throws: FormFaults([FormFault("reason", .missing)])) {
            try await Self.give(shop, matter, to: to, reason: " ")
        }
        try await Self.give(shop, matter, to: to, revision: 1, by: .ding)
        do {
            try await Self.give(shop, matter, to: .mei, revision: 1)
            Issue.record("the second one won, too")
        } catch let conflict as EditConflict {
            #expect(conflict.changedBy == Shop.Person.ding.name && conflict.revision == 2)
        }
        try await shop.move(matter, "check")
        try await shop.move(matter, "drop")
        await #expect(throws: CaseListRefusal.nothingOwed) { try await Self.give(shop, matter, to: .mei) }
    }
}
