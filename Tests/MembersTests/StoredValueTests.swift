import Cases
import Customers
import Members
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// The airport company's top-up card, on whichever engine the tests run.
struct StoredValueTests {
    private static func yuan(_ yuan: Int64) -> Money { Money(minorUnits: yuan * 100) }

    private static func purchase(_ price: Int64, stored: Int64) -> Purchase {
        Purchase(
            lines: [
                Purchase.Line(
                    list: yuan(price), price: yuan(price), quantity: 1, goods: "drinks", isOnSale: false,
                    isExcluded: false)
            ],
            tender: Tender(nonCash: .zero, stored: yuan(stored), points: .zero), birthday: nil, isInEvent: false,
            isGroup: false)
    }

    private static func open() async throws -> (company: Company, seller: Principal) {
        let company = try await Company.open("airport")
        return (company, company.holder("service_specialist"))
    }

    private static func faults(_ company: Company) async throws -> [MemberAccount.Fault] {
        try await company.desk.database.read(.everyCompany) { try MemberAccount.faults(in: $0) }
    }

    private static func refusals(_ act: () async throws -> Void) async throws -> [MemberRefusal.Reason] {
        do {
            try await act()
            return []
        } catch let refusals as MemberRefusals {
            return refusals.refusals.map(\.reason)
        }
    }

    @Test func `A-10, A-69: topped up with a bonus, spent, given back and paid out, each movement traceable`()
        async throws
    {
        let (company, seller) = try await Self.open()
        let (members, customer) = (company.desk.members, company.customer)
        let first = try await members.perform(
            .recharge("C1", Self.yuan(1000), .cash), for: customer, confirming: ["identity"], by: seller)
        #expect((first.principal, first.bonus, first.given) == (Self.yuan(1000), Self.yuan(50), Self.yuan(50)))
        company.clock.advance(hours: 1)
        _ = try await members.perform(.recharge("C2", Self.yuan(200), .transfer), for: customer, by: seller)
        _ = try await members.perform(.purchase("R1", Self.purchase(1200, stored: 1100)), for: customer, by: seller)
        var statement = try await members.storedValue(of: customer, for: seller)
        #expect(
            statement.account.lots == [
                StoredAccount.Lot(recharge: "C2", principal: Self.yuan(150), bonus: .zero, given: .zero)
            ])
        let back = try await members.perform(
            .refund("R1", Self.purchase(1200, stored: 1100).lines), for: customer, by: seller)
        guard case .refunded(let refund) = back.result else {
            Issue.record("not refunded: \(back)")
            return
        }
        #expect((refund.stored, refund.cash) == (Self.yuan(1100), Self.yuan(100)))
        statement = try await members.storedValue(of: customer, for: seller)
        #expect(statement.account.balance == Self.yuan(1250))
        let paid = try await members.perform(.payOut("C1"), for: customer, confirming: ["identity"], by: seller)
        #expect((paid.paid, paid.principal, paid.bonus) == (Self.yuan(1000), Self.yuan(200), .zero))
        statement = try await members.storedValue(of: customer, for: seller)
        #expect(
            statement.movements.map { "\($0.purpose) \($0.recharge) \($0.account) \($0.amount.yuan)" } == [
                "stored.paid_out C1 principal -1000.00", "stored.paid_out C1 bonus -50.00",
                "purchase.refunded C2 principal 50.00", "purchase.refunded C1 principal 1000.00",
                "purchase.refunded C1 bonus 50.00", "purchase.posted C1 principal -1000.00",
                "purchase.posted C1 bonus -50.00", "purchase.posted C2 principal -50.00",
                "stored.recharged C2 principal 200.00", "stored.recharged C1 principal 1000.00",
                "stored.recharged C1 bonus 50.00",
            ])
        #expect(statement.recharges.map(\.staff) == [seller.staff, seller.staff])
        // The hotline's calls lie in the same file as the card's movements.
        _ = try await company.desk.facts.record(
            "hotline.called", subject: Event.Subject("customer", customer),
            input: ["asked": .text("card"), "said": .text("问余额")], by: seller)
        let subjects = Set(
            try await company.events("stored.recharged").map(\.subject)
                + company.events("hotline.called").map(\.subject))
        #expect(subjects == [Event.Subject("customer", customer).id])
        #expect(try await Self.faults(company) == [])
    }

    @Test func `A-69: refunds in parts give back what the receipt took, and never more`() async throws {
        let (company, seller) = try await Self.open()
        let (members, customer) = (company.desk.members, company.customer)
        _ = try await members.perform(.recharge("C1", Self.yuan(1000), .cash), for: customer, by: seller)
        let line = Purchase.Line(
            list: Self.yuan(350), price: Self.yuan(350), quantity: 3, goods: "drinks", isOnSale: false,
            isExcluded: false)
        let purchase = Purchase(
            lines: [line], tender: Tender(nonCash: .zero, stored: Self.yuan(1050), points: .zero), birthday: nil,
            isInEvent: false, isGroup: false)
        _ = try await members.perform(.purchase("R1", purchase), for: customer, by: seller)
        let piece = Purchase.Line(
            list: line.list, price: line.price, quantity: 1, goods: line.goods, isOnSale: false, isExcluded: false)
        for balance in [350, 700, 1050] as [Int64] {
            _ = try await members.perform(.refund("R1", [piece]), for: customer, by: seller)
            #expect(
                try await members.storedValue(of: customer, for: seller).account.balance == Self.yuan(balance))
        }
        #expect(
            try await Self.refusals {
                _ = try await members.perform(.refund("R1", [piece]), for: customer, by: seller)
            } == [.refundAbove(line: 1, asked: 1, left: 0)])
        let account = try await members.storedValue(of: customer, for: seller).account
        #expect((account.principal, account.bonus) == (Self.yuan(1000), Self.yuan(50)))
        #expect(try await Self.faults(company) == [])
    }

    @Test func `ten counters that spend one balance at once end as some order of them, never below zero`() async throws
    {
        let (company, seller) = try await Self.open()
        let (members, customer) = (company.desk.members, company.customer)
        _ = try await members.perform(.recharge("C1", Self.yuan(350), .cash), for: customer, by: seller)
        let done = await withTaskGroup(of: Bool.self) { group in
            for number in 1...10 {
                group.addTask {
                    (try? await members.perform(
                        .purchase("R\(number)", Self.purchase(100, stored: 100)), for: customer, by: seller)) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done == 3)
        #expect(try await members.storedValue(of: customer, for: seller).account.balance == Self.yuan(50))
        #expect(try await company.desk.count("receipt") == 3)
        #expect(try await Self.faults(company) == [])
    }

    @Test func `first recharges at ten counters at once all lie on one account`() async throws {
        let (company, seller) = try await Self.open()
        let (members, customer) = (company.desk.members, company.customer)
        await withTaskGroup(of: Void.self) { group in
            for number in 1...10 {
                group.addTask {
                    _ = try? await members.perform(
                        .recharge("C\(number)", Self.yuan(100), .cash), for: customer, by: seller)
                }
            }
        }
        #expect(try await members.storedValue(of: customer, for: seller).account.balance == Self.yuan(1000))
        #expect(try await company.desk.count("stored_account") == 1)
        #expect(try await Self.faults(company) == [])
    }

    @Test func `the same recharge posted again changes nothing, with other content it is refused`() async throws {
        let (company, seller) = try await Self.open()
        let (members, customer) = (company.desk.members, company.customer)
        let first = try await members.perform(.recharge("C1", Self.yuan(1000), .cash), for: customer, by: seller)
        let again = try await members.perform(.recharge("C1", Self.yuan(1000), .cash), for: customer, by: seller)
        #expect((again.principal, again.bonus, again.given) == (first.principal, first.bonus, first.given))
        for other in [
            .recharge("C1", Self.yuan(1001), .cash), .recharge("C1", Self.yuan(1000), .transfer),
        ] as [StoredAct] {
            #expect(
                try await Self.refusals { _ = try await members.perform(other, for: customer, by: seller) }
                    == [.rechargeChanged("C1")])
        }
        let second = try await company.desk.customers.file(CustomerInput(kind: .person, name: "单小满"), by: seller)
        #expect(
            try await Self.refusals {
                _ = try await members.perform(.recharge("C1", Self.yuan(1000), .cash), for: second.id, by: seller)
            } == [.rechargeChanged("C1")])
        #expect(try await company.desk.count("recharge") == 1)
    }

    @Test func `what is refused leaves nothing behind`() async throws {
        let (company, seller) = try await Self.open()
        let (members, customer) = (company.desk.members, company.customer)
        _ = try await members.perform(.recharge("C1", Self.yuan(1000), .cash), for: customer, by: seller)
        let before = try await members.storedValue(of: customer, for: seller)
        let events = try await company.desk.count("event")
        #expect(
            try await Self.refusals {
                _ = try await members.perform(
                    .recharge("C2", Self.yuan(1000), .cash), for: customer, confirming: [], by: seller)
            } == [.unconfirmed("identity")])
        #expect(
            try await Self.refusals {
                _ = try await members.perform(
                    .purchase("R1", Self.purchase(1100, stored: 1051)), for: customer, by: seller)
            } == [.storedBalance(Self.yuan(1051), balance: Self.yuan(1050))])
        #expect(
            try await Self.refusals { _ = try await members.perform(.payOut("C9"), for: customer, by: seller) }
                == [.nothingLeft("C9")])
        let stranger = company.holder("supervision_specialist")
        await #expect(throws: Denial.self) {
            try await members.perform(.recharge("C2", Self.yuan(100), .cash), for: customer, by: stranger)
        }
        let after = try await members.storedValue(of: customer, for: seller)
        #expect(after.movements == before.movements && after.account == before.account)
        #expect(try await company.desk.count("event") == events)
    }

    @Test func `a lost card is frozen at once and pays again when it is released`() async throws {
        let (company, seller) = try await Self.open()
        let (members, customer) = (company.desk.members, company.customer)
        _ = try await members.perform(.recharge("C1", Self.yuan(500), .cash), for: customer, by: seller)
        let frozen = try await members.perform(.freeze, for: customer, by: seller)
        let day = company.charter.calendar.zone.local(company.clock.now).day
        #expect(frozen.frozen == day)
        #expect(
            try await Self.refusals {
                _ = try await members.perform(
                    .purchase("R1", Self.purchase(100, stored: 100)), for: customer, by: seller)
            } == [.storedFrozen(day)])
        _ = try await members.perform(.release, for: customer, by: seller)
        _ = try await members.perform(.purchase("R1", Self.purchase(100, stored: 100)), for: customer, by: seller)
        #expect(try await members.storedValue(of: customer, for: seller).account.balance == Self.yuan(400))
    }

    @Test func `a changed balance and a lost entry of stored value are found`() async throws {
        let (company, seller) = try await Self.open()
        _ = try await company.desk.members.perform(
            .recharge("C1", Self.yuan(1000), .cash), for: company.customer, by: seller)
        #expect(try await Self.faults(company) == [])
        try await company.desk.tamper("UPDATE stored_account SET bonus = bonus + 1")
        #expect(
            try await Self.faults(company) == [
                .balance(company.organisation, customer: company.customer, account: "bonus")
            ])
        try await company.desk.tamper("UPDATE stored_account SET bonus = bonus - 1")
        try await company.desk.tamper("DELETE FROM stored_entry WHERE account = 'principal'")
        let faults = try await Self.faults(company)
        #expect(faults.contains(.recharge(company.organisation, number: "C1", account: "principal")))
        #expect(faults.count == 2)
    }

    @Test func `a company's card never pays for another customer or another company`() async throws {
        let (company, seller) = try await Self.open()
        let (members, customer) = (company.desk.members, company.customer)
        _ = try await members.perform(.recharge("C1", Self.yuan(500), .cash), for: customer, by: seller)
        let second = try await company.desk.customers.file(CustomerInput(kind: .person, name: "单小满"), by: seller)
        #expect(
            try await Self.refusals {
                _ = try await members.perform(
                    .purchase("R1", Self.purchase(100, stored: 100)), for: second.id, by: seller)
            } == [.storedBalance(Self.yuan(100), balance: .zero)])
        #expect(
            try await Self.refusals { _ = try await members.perform(.payOut("C1"), for: second.id, by: seller) }
                == [.nothingLeft("C1")])
        let design = try await Company.open("design")
        await #expect(throws: MemberService.NoStoredValue.self) {
            try await design.desk.members.perform(
                .recharge("C1", Self.yuan(500), .cash), for: design.customer, by: design.holder("assistant"))
        }
    }
}
