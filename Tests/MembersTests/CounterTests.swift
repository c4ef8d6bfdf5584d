import Customers
import Members
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// The counter of the design company, on whichever engine the tests run.
struct CounterTests {
    private static func line(_ price: Int64, _ goods: String = "general", quantity: Int64 = 1) -> Purchase.Line {
        Purchase.Line(
            list: Money(minorUnits: price), price: Money(minorUnits: price), quantity: quantity, goods: goods,
            isOnSale: false, isExcluded: false)
    }

    private static func purchase(_ lines: [Purchase.Line], points: Int64 = 0) -> Purchase {
        Purchase(
            lines: lines, tender: Tender(nonCash: .zero, stored: .zero, points: Points(points)), birthday: nil,
            isInEvent: false, isGroup: false)
    }

    private static let born = CalendarDay(year: 1990, month: 7, day: 15)

    /// A VIP card with points that can be used today.
    private static func holder(_ company: Company, points: Int64) async throws -> Principal {
        let clerk = company.holder("assistant")
        let act = { (kind: MemberAct.Kind) in
            try await company.desk.members.perform(kind, for: company.customer, by: clerk)
        }
        _ = try await act(.purchase("issue", purchase([line(30_000)])))
        _ = try await act(.join(born: born, receipts: ["issue"]))
        // Class A earns a point for fifty yuan and has no discount.
        if points > 0 { _ = try await act(.purchase("points", purchase([line(points * 5000, "A")]))) }
        company.clock.advance(hours: 24)
        return clerk
    }

    private static func faults(_ company: Company) async throws -> [MemberAccount.Fault] {
        try await company.desk.database.read(.everyCompany) { try MemberAccount.faults(in: $0) }
    }

    @Test func `D-364, D-366, D-397: sold, earned, paid with points the day after, and each movement posted`()
        async throws
    {
        let company = try await Company.open()
        let clerk = try await Self.holder(company, points: 250)
        let sold = try await company.desk.members.perform(
            .purchase("R1", Self.purchase([Self.line(10_000)], points: 200)), for: company.customer, by: clerk)
        #expect(sold.member.points.spendable == Points(50))
        let account = try await company.desk.members.account(of: company.customer, for: clerk)
        #expect(account.member == sold.member)
        #expect(account.standing == .active)
        #expect(account.receipts.map(\.number) == ["R1", "points", "issue"])
        #expect(
            account.movements.map { "\($0.purpose) \($0.account) \($0.points.count)" } == [
                "matured spendable 250", "matured pending -250", "purchase.posted spendable -200",
                "purchase.posted pending 7", "purchase.posted pending 250",
            ])
        #expect(try await company.events("purchase.posted").count == 3)
        #expect(try await Self.faults(company) == [])
    }

    @Test func `the same receipt posted again is answered as it was, with other content it is refused`() async throws {
        let company = try await Company.open()
        let clerk = try await Self.holder(company, points: 0)
        let first = try await company.desk.members.perform(
            .purchase("R1", Self.purchase([Self.line(10_000)])), for: company.customer, by: clerk)
        company.clock.advance(hours: 24)
        let again = try await company.desk.members.perform(
            .purchase("R1", Self.purchase([Self.line(10_000)])), for: company.customer, by: clerk)
        #expect(again == first)
        #expect(try await company.desk.count("receipt") == 2)
        await #expect(throws: MemberRefusals.changed(receipt: "R1")) {
            try await company.desk.members.perform(
                .purchase("R1", Self.purchase([Self.line(10_001)])), for: company.customer, by: clerk)
        }
        #expect(try await Self.faults(company) == [])
    }

    @Test func `ten counters that spend one balance at once end as some order of them, never below zero`() async throws
    {
        let company = try await Company.open()
        let clerk = try await Self.holder(company, points: 300)
        let done = await withTaskGroup(of: Bool.self) { group in
            for number in 1...10 {
                group.addTask {
                    let outcome = try? await company.desk.members.perform(
                        .purchase("C\(number)", Self.purchase([Self.line(10_000)], points: 100)),
                        for: company.customer, by: clerk)
                    return outcome != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done == 3)
        let account = try await company.desk.members.account(of: company.customer, for: clerk)
        #expect(account.member.points.spendable == .zero)
        #expect(account.receipts.count == 5)
        #expect(try await Self.faults(company) == [])
    }

    @Test func `D-332, D-333, D-339, D-342: no card before what the charter asks is confirmed`() async throws {
        let company = try await Company.open()
        let clerk = company.holder("assistant")
        let members = company.desk.members
        _ = try await members.perform(
            .purchase("issue", Self.purchase([Self.line(30_000)])), for: company.customer, confirming: [], by: clerk)
        let apply = MemberAct.Kind.join(born: Self.born, receipts: ["issue"])
        do throws(any Error) {
            _ = try await members.perform(
                apply, for: company.customer, confirming: ["complete", "old_card"], by: clerk)
            Issue.record("it was not refused")
        } catch let refusals as MemberRefusals {
            #expect(refusals.refusals.map(\.clause) == ["D-332", "D-342", "D-333"])
        }
        let all: Set = ["document", "in_person", "complete", "consent"]
        let joined = try await members.perform(apply, for: company.customer, confirming: all, by: clerk)
        #expect(joined.member.card?.tier == "vip")
        let event = try #require(try await company.events("member.joined").first)
        #expect(event.body["confirmed"] == .list(all.sorted().map { .text($0) }))
        // Nothing is asked of a report by telephone.
        _ = try await members.perform(.reportLoss, for: company.customer, confirming: [], by: clerk)
    }

    @Test func `D-395, D-401: an exchange asks for the old card and the document`() throws {
        let programme = try #require(try Repository.charter("design").charter.membership)
        for (act, clauses) in [
            (.upgrade, ["D-332", "D-395"]), (.reactivate(receipts: []), ["D-332", "D-401"]), (.renew, []),
            (.replace(isDecided: false, isWaived: false), ["D-332"]),
        ] as [(MemberAct.Kind, [String])] {
            do throws(MemberRefusals) {
                try programme.check(act, confirmed: [])
                #expect(clauses.isEmpty, "\(act)")
            } catch {
                #expect(error.refusals.map(\.clause) == clauses, "\(act)")
            }
        }
    }

    @Test func `what is refused leaves nothing behind`() async throws {
        let company = try await Company.open()
        let clerk = try await Self.holder(company, points: 100)
        let before = try await company.desk.members.account(of: company.customer, for: clerk).member
        for act in [
            .purchase("R1", Self.purchase([Self.line(10_000)], points: 150)), .refund("none", [Self.line(1)]), .upgrade,
            .join(born: Self.born, receipts: ["points"]),
        ] as [MemberAct.Kind] {
            await #expect(throws: MemberRefusals.self) {
                try await company.desk.members.perform(act, for: company.customer, by: clerk)
            }
        }
        #expect(try await company.desk.members.account(of: company.customer, for: clerk).member == before)
        #expect(try await company.desk.count("receipt") == 2)
        #expect(try await company.desk.count("event", where: "type LIKE 'purchase.%'") == 2)
    }

    @Test func `nothing is posted ahead of now or before the member's last act`() async throws {
        let company = try await Company.open()
        let clerk = try await Self.holder(company, points: 0)
        let now = company.clock.now
        let act = MemberAct.Kind.purchase("R1", Self.purchase([Self.line(10_000)]))
        await #expect(throws: MemberRefusals.inFuture) {
            try await company.desk.members.perform(
                act, for: company.customer, at: now.adding(milliseconds: 1), by: clerk)
        }
        _ = try await company.desk.members.perform(act, for: company.customer, at: now.adding(hours: -1), by: clerk)
        await #expect(throws: MemberRefusals.before(now.adding(hours: -1))) {
            try await company.desk.members.perform(
                .purchase("R2", Self.purchase([Self.line(10_000)])), for: company.customer, at: now.adding(hours: -2),
                by: clerk)
        }
    }

    @Test func `without the permission nobody sells, quotes or looks`() async throws {
        let company = try await Company.open()
        let designer = company.holder("designer")
        let purchase = Self.purchase([Self.line(10_000)])
        await #expect(throws: Denial.self) {
            try await company.desk.members.perform(.purchase("R1", purchase), for: company.customer, by: designer)
        }
        await #expect(throws: Denial.self) {
            _ = try await company.desk.members.quote(purchase, for: company.customer, by: designer)
        }
        await #expect(throws: Denial.self) {
            _ = try await company.desk.members.account(of: company.customer, for: designer)
        }
        await #expect(throws: StorageError.self) {
            _ = try await company.desk.members.account(
                of: CustomerID(high: 1, low: 2), for: company.holder("assistant"))
        }
    }

    @Test func `a company whose charter knows no cards says so`() async throws {
        let company = try await Company.open("media")
        let boss = company.people[0]
        await #expect(throws: MemberService.NoProgramme.self) {
            _ = try await company.desk.members.account(of: company.customer, for: boss)
        }
    }

    @Test func `a quote is what the purchase then costs, and keeps nothing`() async throws {
        let company = try await Company.open()
        let clerk = try await Self.holder(company, points: 100)
        let purchase = Self.purchase([Self.line(12_345), Self.line(9900, "C")], points: 100)
        let quote = try await company.desk.members.quote(purchase, for: company.customer, by: clerk)
        #expect(try await company.desk.count("receipt") == 2)
        let sold = try await company.desk.members.perform(
            .purchase("R1", purchase), for: company.customer, by: clerk)
        #expect(sold.result == .sold(quote, points: Points(100)))
    }

    @Test func `a changed balance and a lost entry are found`() async throws {
        let company = try await Company.open()
        _ = try await Self.holder(company, points: 100)
        #expect(try await Self.faults(company) == [])
        try await company.desk.tamper("UPDATE member SET period = period + 1")
        #expect(
            try await Self.faults(company) == [
                .balance(company.organisation, customer: company.customer, account: "period")
            ])
        try await company.desk.tamper("UPDATE member SET period = period - 1")
        try await company.desk.tamper("DELETE FROM ledger_entry WHERE account = 'pending'")
        #expect(try await Self.faults(company).count == 2)
    }
}
