import Customers
import Foundation
import Members
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// Whole histories: what the service keeps is what the rules say, act by act.
struct HistoryTests {
    /// Random acts, allowed and forbidden, of two customers over two years.
    @Test(arguments: UInt64(1)...3)
    func `over random acts service and rules agree line by line, and the ledgers balance`(seed: UInt64) async throws {
        let company = try await Company.open()
        let clerk = company.holder("manager")
        let programme = try #require(company.charter.membership)
        var book = MemberBook(programme: programme, zone: company.charter.calendar.zone)
        var generator = SeededGenerator(seed: seed)
        let second = try await company.desk.customers.file(CustomerInput(kind: .person, name: "单小满"), by: clerk)
        let customers = [company.customer, second.id]
        var receipts: [String] = []
        for number in 1...120 {
            company.clock.advance(hours: [0, 0, 1, 24, 240].randomElement(using: &generator) ?? 0)
            let customer = customers[number % 3 == 0 ? 1 : 0]
            let kind = act(number, receipts, &generator)
            let act = MemberAct(member: customer.description, at: company.clock.now, kind: kind)
            let expected = book.perform(act)
            if case .purchase(let receipt, _) = kind, expected.refusals.isEmpty { receipts.append(receipt) }
            do throws(any Error) {
                let outcome = try await company.desk.members.perform(kind, for: customer, at: act.at, by: clerk)
                #expect(outcome == expected, "act \(number): \(kind)")
            } catch let refusals as MemberRefusals {
                #expect(expected.result == .refused(refusals.refusals), "act \(number): \(kind)")
            }
        }
        for customer in customers {
            let account = try await company.desk.members.account(of: customer, for: clerk)
            #expect(account.member == book.member(customer.description, at: company.clock.now))
        }
        let faults = try await company.desk.database.read(.everyCompany) { try MemberAccount.faults(in: $0) }
        #expect(faults == [])
        #expect(receipts.count > 20)
    }

    /// A company in which random acts were tried.
    static func random(seed: UInt64) async throws -> Company {
        let (company, tests) = (try await Company.open(), HistoryTests())
        let clerk = company.holder("manager")
        var generator = SeededGenerator(seed: seed)
        var receipts: [String] = []
        for number in 1...120 {
            company.clock.advance(hours: [0, 0, 1, 24, 240].randomElement(using: &generator) ?? 0)
            let kind = tests.act(number, receipts, &generator)
            let outcome = try? await company.desk.members.perform(kind, for: company.customer, by: clerk)
            if case .purchase(let receipt, _) = kind, outcome != nil { receipts.append(receipt) }
        }
        return company
    }

    private func act(_ number: Int, _ receipts: [String], _ generator: inout SeededGenerator) -> MemberAct.Kind {
        let known = receipts.randomElement(using: &generator) ?? "none"
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: return .join(born: CalendarDay(year: 1990, month: 2, day: 28), receipts: [receipts.last ?? "none"])
        case 1: return .upgrade
        case 2: return .renew
        case 3: return number % 4 == 0 ? .reportLoss : .reactivate(receipts: [receipts.last ?? "none"])
        case 4, 5: return .replace(isDecided: Bool.random(using: &generator), isWaived: false)
        case 9: return .exchange("gift_exchange", points: Points(Int64(number)))
        case 10: return .restore(Points(Int64(number)), reason: number % 5 == 0 ? "" : "挂失前被人用掉")
        case 6, 7, 8: return .refund(known, [line(at: number % 5)])
        default:
            let lines = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                line(at: Int.random(in: 0..<5, using: &generator), quantity: 2)
            }
            let points = [0, 0, 0, 100, 200].randomElement(using: &generator) ?? 0
            let tender = Tender(
                nonCash: Money(minorUnits: number % 7 == 0 ? 5000 : 0), stored: .zero, points: Points(Int64(points)))
            return .purchase(
                number % 10 == 9 ? known : "R\(number)",
                Purchase(
                    lines: lines, tender: tender, birthday: CalendarDay(year: 1990, month: 2, day: 28),
                    isInEvent: number % 11 == 0, isGroup: false))
        }
    }

    private func line(at index: Int, quantity: Int64 = 1) -> Purchase.Line {
        let (price, goods, isOnSale): (Int64, String, Bool) =
            [
                (15_000, "general", false), (99_900, "general", false), (70_000, "A", false), (6000, "C", true),
                (12_345, "B", false),
            ][index]
        return Purchase.Line(
            list: Money(minorUnits: isOnSale ? price * 2 : price), price: Money(minorUnits: price),
            quantity: quantity, goods: goods, isOnSale: isOnSale, isExcluded: false)
    }

    /// The public CDNOW sample: one dollar as ten yuan, by date, zeros skipped; the first receipt of 300 yuan or more
    /// applies for the card. The first customers here; `charter members replay` takes them all.
    @Test func `a real purchase history comes out the same through the service and off-line`() async throws {
        let clock = TestClock(at: at("2027-01-01 00:00"))
        let company = try await Company.open(clock: clock)
        let clerk = company.holder("assistant")
        let programme = try #require(company.charter.membership)
        var book = MemberBook(programme: programme, zone: company.charter.calendar.zone)
        var customers: [String: CustomerID] = [:]
        var joined: Set<String> = []
        var sold = 0
        for sale in try Sale.history().filter({ $0.customer <= "01500" }) {
            clock.move(to: sale.at)
            if customers[sale.customer] == nil {
                customers[sale.customer] = try await company.desk.customers.file(
                    CustomerInput(kind: .person, name: "顾客\(sale.customer)"), by: clerk
                ).id
            }
            let id = try #require(customers[sale.customer])
            var acts: [MemberAct.Kind] = [.purchase(sale.receipt, sale.purchase)]
            if sale.purchase.total >= Money(minorUnits: 30_000), joined.insert(sale.customer).inserted {
                acts.append(.join(born: CalendarDay(year: 1970, month: 6, day: 15), receipts: [sale.receipt]))
            }
            for act in acts {
                let expected = book.perform(MemberAct(member: sale.customer, at: sale.at, kind: act))
                let outcome = try await company.desk.members.perform(act, for: id, at: sale.at, by: clerk)
                #expect(outcome == expected, "\(sale.receipt)")
                sold += 1
            }
        }
        #expect(sold > 400)
        let faults = try await company.desk.database.read(.everyCompany) { try MemberAccount.faults(in: $0) }
        #expect(faults == [])
    }
}

/// One row of the sample.
private struct Sale {
    let customer: String
    let receipt: String
    let at: Instant
    let purchase: Purchase

    static func history() throws -> [Sale] {
        let text = String(decoding: try sharedData("purchases-cdnow.csv"), as: UTF8.self)
        let rows = Array(text.split { $0.isNewline }.dropFirst())
        var sales: [Sale] = []
        for (index, row) in rows.enumerated() {
            let cells = row.split(separator: ",").map { String($0) }
            // Thirty years later, when the charter is in force.
            guard let dollars = Money(yuan: cells[3]), dollars > .zero, let day = CalendarDay(cells[1]) else {
                continue
            }
            let price = dollars.times(10)
            let line = Purchase.Line(
                list: price, price: price, quantity: 1, goods: "general", isOnSale: false, isExcluded: false)
            sales.append(
                Sale(
                    customer: cells[0], receipt: "R\(index)", at: TestSupport.at("\(day.adding(months: 360)) 12:00"),
                    purchase: Purchase(
                        lines: [line], tender: Tender(nonCash: .zero, stored: .zero, points: .zero), birthday: nil,
                        isInEvent: false, isGroup: false)))
        }
        // The receipts of a day stay in the order of the file.
        return sales.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map { $0.element }
    }
}

extension MemberOutcome {
    fileprivate var refusals: [MemberRefusal] { if case .refused(let refusals) = result { refusals } else { [] } }
}
