import Customers
import Members
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// What a member sees of his own, on whichever engine the tests run.
struct OwnPageTests {
    private static func page(_ club: OfferTests.Club, of customer: CustomerID? = nil) async throws
        -> MemberService.OwnPage
    {
        let organisation = club.clerk.organisation
        return try await club.company.desk.database.read(for: organisation) { transaction in
            try club.members.ownPage(of: customer ?? club.customer, in: organisation, transaction)
        }
    }

    @Test func `D-375: a member sees balance, movements, what is missing, perks, receipts and consent at any time`()
        async throws
    {
        let club = try await OfferTests.Club()
        try await club.buy("R1", 10_000)
        let page = try await Self.page(club)
        let desk = try await club.members.account(of: club.customer, limit: 20, for: club.clerk)
        #expect(page.account.member == desk.member && page.account.movements == desk.movements)
        #expect(page.account.member.points.pending == Points(18))
        #expect(page.account.receipts.map(\.number) == ["R1", "I-\(club.customer)"])
        #expect(page.outlook?.raise?.missing == Points(6000 - 18) && page.outlook?.keep?.missing.yuan == "9910.00")
        #expect(page.perks.map(\.perk.key).contains("parking"))
        #expect(page.given.isEmpty && page.stored == nil)
        #expect(
            page.confirmed.map(\.confirmation.key).sorted() == ["complete", "consent", "document", "in_person"])
        _ = try await club.give("parking")
        club.company.clock.advance(hours: 24)
        let next = try await Self.page(club)
        #expect(next.given.map(\.perk) == ["parking"])
        #expect(next.perks.first { $0.perk.key == "parking" }?.given == nil)
        #expect(next.account.member.points.spendable == Points(18))
    }

    @Test func `D-375: a frozen card is seen too, and what is given in an earlier card year is not`() async throws {
        let club = try await OfferTests.Club()
        _ = try await club.give("parking")
        try await club.members.perform(.reportLoss, for: club.customer, confirming: [], by: club.clerk)
        let lost = try await Self.page(club)
        #expect(!lost.account.standing.isGood && lost.given.count == 1)
        #expect(lost.outlook?.raise == nil)
        club.company.clock.advance(hours: 24 * 366)
        try await club.members.perform(
            .replace(isDecided: true, isWaived: true), for: club.customer, confirming: ["document"], by: club.clerk)
        club.company.clock.advance(hours: 24)
        try await club.members.perform(.renew, for: club.customer, confirming: [], by: club.clerk)
        #expect(try await Self.page(club).given.isEmpty)
    }

    @Test func `who has no card has no page`() async throws {
        let club = try await OfferTests.Club()
        let other = try await club.company.desk.customers.file(
            CustomerInput(kind: .person, name: "无卡"), by: club.company.holder("manager"))
        await #expect(throws: StorageError.self) { _ = try await Self.page(club, of: other.id) }
        let organisation = club.clerk.organisation
        let isMember = try await club.company.desk.database.read(for: organisation) { transaction in
            [club.customer, other.id].map { customer in
                (try? club.members.isMember(customer, of: organisation, transaction)) ?? false
            }
        }
        #expect(isMember == [true, false])
    }
}
