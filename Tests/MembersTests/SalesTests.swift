import Customers
import Members
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// What counts as sales at the airport, and the classes of customers that follow, on whichever engine the tests run.
struct SalesTests {
    private static func yuan(_ yuan: Int64) -> Money { Money(minorUnits: yuan * 100) }

    private static func line(_ price: Int64, _ goods: String, quantity: Int64 = 1) -> Purchase.Line {
        Purchase.Line(
            list: yuan(price), price: yuan(price), quantity: quantity, goods: goods, isOnSale: false, isExcluded: false)
    }

    private static func purchase(_ lines: [Purchase.Line], stored: Int64 = 0, asGroup: Bool = false) -> Purchase {
        Purchase(
            lines: lines, tender: Tender(nonCash: .zero, stored: yuan(stored), points: .zero), birthday: nil,
            isInEvent: false, isGroup: asGroup)
    }

    private static func told(_ report: SalesReport) -> [String] {
        report.rows.map { "\($0.key) \($0.amount.yuan) \($0.second.yuan) \($0.customers)" }
    }

    private static func report(
        _ company: Company, by view: SalesReport.View, _ reader: Principal
    ) async throws -> SalesReport {
        let day = company.charter.calendar.zone.local(company.clock.now).day
        return try await company.desk.members.sales(
            by: view, from: day.adding(days: -400), through: day, for: reader)
    }

    @Test func `A-52, A-53: sales come from top-ups, group orders and the goods named, each counted once`() async throws
    {
        let company = try await Company.open("airport")
        let seller = company.holder("service_specialist")
        let (members, customer) = (company.desk.members, company.customer)
        _ = try await members.perform(.recharge("C1", Self.yuan(1000), .cash), for: customer, by: seller)
        // 300 of beans and drinks: 100 from the card had counted when they were paid in.
        _ = try await members.perform(
            .purchase("R1", Self.purchase([Self.line(200, "beans"), Self.line(100, "drinks")], stored: 100)),
            for: customer, by: seller)
        _ = try await members.perform(
            .purchase("R2", Self.purchase([Self.line(70, "tea", quantity: 2)], asGroup: true)), for: customer,
            by: company.holder("outlet_manager"))
        let manager = company.holder("service_director")
        let bySource = try await Self.report(company, by: .source, manager)
        #expect(Self.told(bySource) == ["recharge 1000.00 0.00 1", "group 140.00 0.00 1", "beans 133.34 0.00 1"])
        #expect(bySource.total == Money(minorUnits: 127_334))
        let owed = bySource.liability
        #expect((owed.principal, owed.bonus, owed.accounts) == (Self.yuan(900), Self.yuan(50), 1))
        let byPerson = try await Self.report(company, by: .staff, manager)
        #expect(
            Self.told(byPerson) == [
                "\(seller.staff) 1133.34 0.00 1", "\(company.holder("outlet_manager").staff) 140.00 0.00 1",
            ])
        #expect(try await Self.told(Self.report(company, by: .unit, manager)) == ["\(company.root) 1273.34 0.00 1"])
        #expect(try await Self.report(company, by: .month, manager).rows.count == 1)
    }

    @Test func `A-53: what is refunded or paid out comes off whoever had sold it`() async throws {
        let company = try await Company.open("airport")
        let seller = company.holder("service_specialist")
        let other = company.holder("outlet_manager")
        let (members, customer) = (company.desk.members, company.customer)
        _ = try await members.perform(.recharge("C1", Self.yuan(500), .cash), for: customer, by: seller)
        _ = try await members.perform(
            .purchase("R1", Self.purchase([Self.line(50, "beans", quantity: 3)])), for: customer, by: seller)
        _ = try await members.perform(.refund("R1", [Self.line(50, "beans")]), for: customer, by: other)
        _ = try await members.perform(.payOut("C1"), for: customer, by: other)
        let report = try await Self.report(company, by: .staff, company.holder("service_director"))
        #expect(Self.told(report) == ["\(seller.staff) 100.00 0.00 1"])
        _ = try await members.perform(.refund("R1", [Self.line(50, "beans", quantity: 2)]), for: customer, by: other)
        let none = try await Self.report(company, by: .source, company.holder("service_director"))
        #expect(Self.told(none) == ["beans 0.00 0.00 1", "recharge 0.00 0.00 1"])
    }

    @Test func `A-54: a customer who was served on an earlier day buys a second time`() async throws {
        let company = try await Company.open("airport")
        let seller = company.holder("service_specialist")
        let (members, customer) = (company.desk.members, company.customer)
        for receipt in ["R1", "R2"] {
            _ = try await members.perform(
                .purchase(receipt, Self.purchase([Self.line(10, "tea")])), for: customer, by: seller)
        }
        company.clock.advance(hours: 24)
        _ = try await members.perform(
            .purchase("R3", Self.purchase([Self.line(30, "tea")])), for: customer, by: seller)
        let report = try await Self.report(company, by: .source, company.holder("service_director"))
        #expect(Self.told(report) == ["tea 50.00 30.00 1"])
        #expect(report.second == Self.yuan(30))
    }

    @Test func `A-59: the class follows twelve months of spending, and each change is an event`() async throws {
        let company = try await Company.open("airport")
        let seller = company.holder("service_specialist")
        let (members, customer) = (company.desk.members, company.customer)
        func buy(_ receipt: String, _ price: Int64) async throws {
            _ = try await members.perform(
                .purchase(receipt, Self.purchase([Self.line(price, "drinks")])), for: customer, by: seller)
        }
        try await buy("R1", 999)
        #expect(try await members.spending(of: customer, for: seller).reached == nil)
        try await buy("R2", 1)
        #expect(try await members.spending(of: customer, for: seller).reached?.key == "gold")
        try await buy("R3", 4000)
        _ = try await members.perform(.refund("R3", [Self.line(4000, "drinks")]), for: customer, by: seller)
        #expect(try await members.spending(of: customer, for: seller).reached?.key == "gold")
        company.clock.advance(hours: 24 * 366)
        try await buy("R4", 1)
        #expect(try await members.spending(of: customer, for: seller).reached == nil)
        let changes = try await company.events("customer.classed").map {
            ($0.body["from"]?.text ?? "none") + " → " + ($0.body["to"]?.text ?? "none")
        }
        #expect(changes == ["none → gold", "gold → platinum", "platinum → gold", "gold → none"])
        #expect(try await company.desk.count("spending_class") == 0)
    }

    @Test func `A-57, A-58, A-63: sales by kind of customer and by class, within the reader's reach`() async throws {
        let company = try await Company.open("airport")
        let seller = company.holder("service_specialist")
        let members = company.desk.members
        var ids: [CustomerID] = []
        for (name, type) in [("单小满", "chief"), ("查云鹤", "group")] {
            var input = CustomerInput(kind: .person, name: name)
            input.classification = type
            ids.append(try await company.desk.customers.file(input, by: seller).id)
        }
        _ = try await members.perform(
            .purchase("R1", Self.purchase([Self.line(2000, "tea")])), for: ids[0], by: seller)
        _ = try await members.perform(
            .purchase("R2", Self.purchase([Self.line(30, "tea")])), for: ids[1], by: seller)
        let manager = company.holder("service_director")
        #expect(
            try await Self.told(Self.report(company, by: .type, manager)) == [
                "chief 2000.00 0.00 1", "group 30.00 0.00 1",
            ])
        #expect(
            try await Self.told(Self.report(company, by: .spending, manager)) == [
                "gold 2000.00 0.00 1", " 30.00 0.00 1",
            ])
        await #expect(throws: Denial.self) {
            try await Self.report(company, by: .type, company.holder("supervision_specialist"))
        }
        let types = try #require(company.charter.membership?.customerTypes)
        #expect(types.map(\.key) == ["chief", "company", "group", "developed"])
    }

    @Test func `A-62: what a customer consumes by kind and month is told up to the last purchase`() async throws {
        let company = try await Company.open("airport")
        let seller = company.holder("service_specialist")
        let (members, customer) = (company.desk.members, company.customer)
        _ = try await members.perform(
            .purchase("R1", Self.purchase([Self.line(60, "drinks"), Self.line(40, "beans")])), for: customer, by: seller
        )
        company.clock.advance(hours: 24 * 31)
        _ = try await members.perform(
            .purchase("R2", Self.purchase([Self.line(25, "drinks")])), for: customer, by: seller)
        let months = try await members.spending(of: customer, for: seller).months
        #expect(months.map { "\($0.source) \($0.due.yuan)" } == ["drinks 25.00", "beans 40.00", "drinks 60.00"])
        #expect(Set(months.map(\.month)).count == 2)
    }

    @Test func `what never counted is taken off nobody, and nothing is kept where nothing follows from it`()
        async throws
    {
        let company = try await Company.open("airport")
        let seller = company.holder("service_specialist")
        let (members, customer) = (company.desk.members, company.customer)
        _ = try await members.perform(.recharge("C1", Self.yuan(500), .cash), for: customer, by: seller)
        _ = try await members.perform(
            .purchase("R1", Self.purchase([Self.line(50, "beans")])), for: customer, by: seller)
        // As if both were of before the company counted.
        try await company.desk.tamper("DELETE FROM sale")
        _ = try await members.perform(.refund("R1", [Self.line(50, "beans")]), for: customer, by: seller)
        _ = try await members.perform(.payOut("C1"), for: customer, by: seller)
        #expect(try await company.desk.count("sale") == 0)
        let design = try await Company.open("design")
        _ = try await design.desk.members.perform(
            .purchase("R1", Self.purchase([Self.line(50, "general")])), for: design.customer,
            by: design.holder("assistant"))
        #expect(try await design.desk.count("sale") == 0)
    }
}
