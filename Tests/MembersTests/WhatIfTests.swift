import CharterYAML
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

/// What a draft of the rules would have made of what was sold, on whichever engine the tests run.
struct WhatIfTests {
    private static func draft(_ changes: [(String, String)]) throws -> Charter {
        var (text, _) = try Repository.charter("design")
        for (from, to) in changes {
            #expect(text.contains(from), "\(from)")
            text = text.replacing(from, with: to)
        }
        let table = try String(
            contentsOf: Repository.root.appending(path: "Resources/holidays/cn.yaml"), encoding: .utf8)
        return try Repository.read(text, holidays: ["cn": try HolidayFile.read(table, file: "cn.yaml")])
    }

    private static func buy(
        _ club: OfferTests.Club, _ receipt: String, _ price: Int64, points: Int64 = 0
    ) async throws {
        let line = Purchase.Line(
            list: Money(minorUnits: price), price: Money(minorUnits: price), quantity: 2, goods: "general",
            isOnSale: false, isExcluded: false)
        try await club.members.perform(
            .purchase(
                receipt,
                Purchase(
                    lines: [line], tender: Tender(nonCash: .zero, stored: .zero, points: Points(points)), birthday: nil,
                    isInEvent: false, isGroup: false)), for: club.customer, by: club.clerk)
    }

    private static func events(_ club: OfferTests.Club) async throws -> Int {
        try await club.company.desk.database.read(.everyCompany) {
            try $0.one("SELECT count(*) FROM event", orElse: "events") { try $0[0] as Int }
        }
    }

    @Test func `the rules in force as a draft give what is kept, act for act, and nothing is written`() async throws {
        let club = try await OfferTests.Club(cash: 30_000)
        let (members, clock) = (club.members, club.company.clock)
        try await Self.buy(club, "R1", 100_000)
        clock.advance(hours: 24)
        try await Self.buy(club, "R2", 20_000, points: 100)
        // Two refunds of one receipt, each of some of its pieces.
        let line = Purchase.Line(
            list: Money(minorUnits: 100_000), price: Money(minorUnits: 100_000), quantity: 1, goods: "general",
            isOnSale: false, isExcluded: false)
        try await members.perform(.refund("R1", [line]), for: club.customer, by: club.clerk)
        clock.advance(hours: 48)
        try await members.perform(.refund("R1", [line]), for: club.customer, by: club.clerk)
        try await members.perform(
            .restore(Points(40), reason: "挂失前被用掉"), for: club.customer, by: club.company.holder("manager"))
        try await members.perform(.reportLoss, for: club.customer, confirming: [], by: club.clerk)
        try await members.perform(
            .replace(isDecided: false, isWaived: false), for: club.customer, confirming: ["document"], by: club.clerk)
        clock.advance(hours: 24)
        let other = try await club.company.desk.customers.file(
            CustomerInput(kind: .person, name: "单小满"), by: club.company.holder("manager"))
        try await club.join(other.id, cash: 700_000)
        let before = try await Self.events(club)
        let result = try await members.whatIf(club.company.charter, in: club.clerk.organisation)
        #expect(result.customers == 2 && result.acts == 11)
        #expect(result.unlike == 0 && result.changed.isEmpty && result.refused.isEmpty && result.repaid == 0)
        #expect(result.before.tiers == result.after.tiers && result.before.months == result.after.months)
        #expect(result.after.tiers["vip"]?.cards == 1 && result.after.tiers["gold"]?.cards == 1)
        let points = try await members.account(of: club.customer, for: club.clerk).member.points.total
        #expect(result.before.tiers["vip"]?.points == points)
        // What the months add up to is what there is.
        let total = result.before.months.values.reduce(Points.zero) { $0 + $1.points }
        #expect(total == result.before.tiers.values.reduce(.zero) { $0 + $1.points })
        #expect(try await Self.events(club) == before)
    }

    @Test func `over random acts the rules of their time give what is kept`() async throws {
        for seed in UInt64(1)...2 {
            let club = try await HistoryTests.random(seed: seed)
            let result = try await club.desk.members.whatIf(club.charter, in: club.organisation)
            #expect(result.unlike == 0 && result.changed.isEmpty && result.acts > 20, "seed \(seed)")
            #expect(result.before.months == result.after.months)
        }
    }

    @Test func `a higher threshold takes the card from who did not reach it, with its points, and says so`()
        async throws
    {
        let club = try await OfferTests.Club(cash: 30_000)
        try await Self.buy(club, "R1", 100_000)
        let other = try await club.company.desk.customers.file(
            CustomerInput(kind: .person, name: "单小满"), by: club.company.holder("manager"))
        try await club.join(other.id, cash: 50_000)
        club.company.clock.advance(hours: 24)
        let draft = try Self.draft([("issue: {cash: 300.00, clause: D-334}", "issue: {cash: 500.00, clause: D-334}")])
        let result = try await club.members.whatIf(draft, in: club.clerk.organisation)
        #expect(result.changed.map(\.from) == ["vip"] && result.changed.map(\.to) == [nil])
        #expect(result.changed.first?.pointsBefore == Points(190) && result.changed.first?.pointsAfter == .zero)
        #expect(result.before.tiers["vip"]?.cards == 2 && result.after.tiers["vip"]?.cards == 1)
        #expect(result.before.worth(of: Points(190)) == Money(minorUnits: 1900))
        #expect(result.refused.map(\.refusal.clause) == ["D-334"] && result.refused.map(\.times) == [1])
        #expect(result.unlike == 0)
        let month = try #require(result.monthNames.first)
        #expect(result.before.months[month]?.discount == Money(minorUnits: 10_000))
        #expect(result.after.months[month]?.discount == .zero)
    }

    @Test func `points that the draft does not give do not pay, and the purchase is taken as paid in cash`()
        async throws
    {
        let club = try await OfferTests.Club(cash: 30_000)
        try await Self.buy(club, "R1", 100_000)
        club.company.clock.advance(hours: 24)
        try await Self.buy(club, "R2", 10_000, points: 100)
        let draft = try Self.draft([
            (
                "ordinary: {goods: general, per: 10.00, clause: D-356",
                "ordinary: {goods: general, per: 100.00, clause: D-356"
            )
        ])
        let result = try await club.members.whatIf(draft, in: club.clerk.organisation)
        #expect(result.repaid == 1 && result.refused.isEmpty && result.changed.isEmpty)
        // 1900 yuan earn 190, or 19; then 190 yuan less 10 earn 18, or 190 in cash earn 1.
        #expect(result.before.tiers["vip"]?.points == Points(190 - 100 + 18))
        #expect(result.after.tiers["vip"]?.points == Points(19 + 1))
    }

    @Test func `a draft without tiers is refused`() async throws {
        let club = try await OfferTests.Club()
        let (_, airport) = try Repository.charter("airport")
        await #expect(throws: MemberService.NoProgramme.self) {
            _ = try await club.members.whatIf(airport, in: club.clerk.organisation)
        }
    }
}
