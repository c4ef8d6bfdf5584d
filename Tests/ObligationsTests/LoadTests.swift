import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// The number kept for each person is the number of duties he has open, whatever happens.
struct LoadTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `after any acts the kept loads are the counted ones`(seed: UInt64) async throws {
        let shop = try await Shop.open()
        var random = SeededGenerator(seed: seed)
        var matters: [Case] = []
        for _ in 0..<60 {
            let customer = Int.random(in: 0..<5, using: &random)
            switch Int.random(in: 0..<12, using: &random) {
            case 0, 1, 2: matters.append(try await shop.complain(customer, by: .ding))
            case 3: try await shop.startSite(customer, by: .ding)
            case 4: try await shop.record("visit.made", customer, by: .ding)
            case 5: try await shop.record("site.finished", customer, by: .ding)
            case 6: shop.clock.advance(hours: Int64.random(in: 1...100, using: &random))
            case 7: try await shop.tick()
            case 8:
                guard let matter = matters.randomElement(using: &random) else { continue }
                _ = try? await shop.respond(to: matter, by: .mei)
            case 9:
                guard let duty = try await shop.open(using: &random) else { continue }
                try await shop.desk.obligations.waive(duty.id, reason: "免", revision: nil, by: shop.principal(.ding))
            case 10:
                guard let duty = try await shop.open(using: &random) else { continue }
                guard let to = try await shop.heirs(of: duty.id).randomElement(using: &random) else { continue }
                try await shop.desk.obligations.reassign(duty.id, to: to, revision: nil, by: shop.principal(.ding))
            default:
                let person = [Shop.Person.an, .bai, .du].randomElement(using: &random) ?? .an
                try await shop.away(person, until: "2026-04-0\(Int.random(in: 1...9, using: &random))")
            }
            let counted = Dictionary(grouping: try await shop.duties().filter { $0.state == "open" }, by: \.holder)
            let kept = try await shop.desk.loads(of: shop.organisation)
            for (holder, duties) in counted {
                guard let holder else { continue }
                #expect(kept[holder] == duties.count)
            }
            #expect(kept.values.reduce(0, +) == counted.filter { $0.key != nil }.values.map(\.count).reduce(0, +))
        }
        try await shop.leave(.an)
        #expect(try await shop.desk.obligations.accountFor().faults == [])
    }

    @Test func `thirty complaints at once are spread evenly and counted right`() async throws {
        let shop = try await Shop.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<30 { group.addTask { try await shop.complain(number % 4) } }
            try await group.waitForAll()
        }
        let (an, bai) = try await shop.loads(.an, .bai)
        #expect(an + bai == 30)
        // On PostgreSQL, acts at the same moment do not see what the others are about to add (decision 0013), and no
        // more of them run at once than there are connections.
        #expect(abs(an - bai) <= TestDatabases.actsAtOnce)
        // Whatever that left uneven, the next ones even out.
        for _ in 0..<abs(an - bai) { try await shop.complain(0) }
        let (later, other) = try await shop.loads(.an, .bai)
        #expect(later == max(an, bai))
        #expect(other == max(an, bai))
        #expect(try await shop.desk.obligations.accountFor().faults == [])
    }
}

/// `accountFor` finds what somebody changed behind the services' back.
struct AccountTests {
    @Test func `a month of honest work has no fault`() async throws {
        let shop = try await Shop.open()
        try await shop.crowd()
        let account = try await shop.desk.obligations.accountFor()
        #expect(account.faults == [])
        #expect(account.count == (try await shop.duties().count))
        #expect(account.count > 20)
    }

    @Test(arguments: Tampering.all)
    func `tampering is found`(tampering: Tampering) async throws {
        let shop = try await Shop.open()
        let met = try await shop.complain()
        try await shop.complain()
        try await shop.respond(to: met)
        try await shop.desk.tamper(tampering.sql)
        let faults = try await shop.desk.obligations.accountFor().faults
        #expect(faults.contains(where: tampering.isFound), "\(faults)")
    }

    @Test func `an event taken from the journal is missed`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        try await shop.respond(to: matter)
        try await shop.desk.tamper(TestDatabases.dropping("event_keeps_rows"))
        try await shop.desk.tamper("DELETE FROM event WHERE type IN ('complaint.received', 'complaint.responded')")
        let faults = try await shop.desk.obligations.accountFor().faults
        #expect(faults.contains { if case .openingMissing = $0 { true } else { false } })
        #expect(faults.contains { if case .closingMissing = $0 { true } else { false } })
    }

    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sql: SQL
        let isFound: @Sendable (ObligationService.Fault) -> Bool

        static let all = [
            Tampering(
                testDescription: "a duty is deleted", sql: "DELETE FROM obligation WHERE state = 'open'",
                isFound: { if case .lost = $0 { true } else { false } }),
            Tampering(
                testDescription: "a deadline is put off",
                sql: "UPDATE obligation SET due_at = due_at + 1 WHERE state = 'open'",
                isFound: { if case .otherDeadline = $0 { true } else { false } }),
            Tampering(
                testDescription: "a duty is put under another clause",
                sql: "UPDATE obligation SET clause = 'S-03' WHERE state = 'open'",
                isFound: { if case .otherClause = $0 { true } else { false } }),
            Tampering(
                testDescription: "an open duty is called met",
                sql: "UPDATE obligation SET state = 'met', closed_at = 1, closed_by = opened_by WHERE state = 'open'",
                isFound: { if case .unsaidState = $0 { true } else { false } }),
            Tampering(
                testDescription: "a met duty is called open",
                sql: "UPDATE obligation SET state = 'open', closed_at = NULL, closed_by = NULL WHERE state = 'met'",
                isFound: { if case .unsaidState = $0 { true } else { false } }),
            Tampering(
                testDescription: "a duty is called late", sql: "UPDATE obligation SET is_late = 1 WHERE state = 'met'",
                isFound: { if case .unsaidLateness = $0 { true } else { false } }),
            Tampering(
                testDescription: "a duty is taken from its holder",
                sql: "UPDATE obligation SET holder = NULL WHERE state = 'open'",
                isFound: { if case .load(_, kept: 1, counted: 0) = $0 { true } else { false } }),
            Tampering(
                testDescription: "a load is forgotten", sql: "DELETE FROM holder_load",
                isFound: { if case .load(_, kept: 0, counted: 1) = $0 { true } else { false } }),
            Tampering(
                testDescription: "a load is made up", sql: "UPDATE holder_load SET open_count = open_count + 7",
                isFound: { if case .load = $0 { true } else { false } }),
        ]
    }
}

extension Shop {
    func loads(_ one: Person, _ other: Person) async throws -> (Int, Int) {
        let loads = try await desk.loads(of: organisation)
        return (loads[staff(one), default: 0], loads[staff(other), default: 0])
    }

    func open(using random: inout SeededGenerator) async throws -> DutyRow? {
        try await duties().filter { $0.state == "open" }.randomElement(using: &random)
    }
}
