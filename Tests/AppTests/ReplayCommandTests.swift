@testable import App
import Customers
import Foundation
import Members
import Policy
import Primitives
import TestSupport
import Testing
import Web

struct ReplayCommandTests {
    /// The shop with one card and one purchase on it.
    private static func sold() async throws -> String {
        let data = try await Installed.copy()
        let desktop = try await Desktop.open(try await Settings(flags: [.data: data], environment: [:]))
        let clerk = try await desktop.principal(login: "an")
        let customer = try await desktop.services.customers.list(by: clerk).items[0].id
        for number in ["R1", "R2"] {
            let line = Purchase.Line(
                list: Money(minorUnits: 40_000), price: Money(minorUnits: 40_000), quantity: 1, goods: "general",
                isOnSale: false, isExcluded: false)
            try await desktop.services.members.perform(
                .purchase(
                    number,
                    Purchase(
                        lines: [line], tender: Tender(nonCash: .zero, stored: .zero, points: .zero), birthday: nil,
                        isInEvent: false, isGroup: false)), for: customer, by: clerk)
            if number == "R1" {
                try await desktop.services.members.perform(
                    .join(born: nil, receipts: ["R1"]), for: customer, by: clerk)
            }
        }
        try await desktop.close()
        return data
    }

    private static func replay(
        _ text: String, _ data: String, _ more: String..., environment: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await Program.run(
            ["replay", "--charter", try Scratch.file(text, named: "draft.yaml"), "--data", data] + more,
            environment: environment)
    }

    @Test func `a draft with a higher threshold says whose card, points and liability go`() async throws {
        let data = try await Self.sold()
        let events = try Installed.count(data + "/charter.db", "event")
        let draft = ShopCharter.text.replacing("issue: {cash: 300.00}", with: "issue: {cash: 500.00}")
        let done = try await Self.replay(draft, data)
        #expect(done.status == 0, "\(done.errors)")
        for words in [
            "转角小店: the rules in force against version 1 of the draft", "1 customers, 3 acts", "Card", "no card", "1×",
        ] {
            #expect(done.output.contains(words), "\(words): \(done.output)")
        }
        #expect(!done.output.contains("佘太初"))
        let chinese = try await Self.replay(draft, data, environment: ["LANG": "zh_CN.UTF-8"])
        #expect(chinese.output.contains("会员卡 → 无卡"), "\(chinese.output)")
        let json = try await Self.replay(draft, data, "--json")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any], "\(json.output)")
        let tiers = try #require(object["tiers"] as? [[String: Any]])
        #expect(tiers.map { $0["tier"] as? String } == ["card"])
        #expect((tiers.first?["cards"] as? [String: Int]) == ["before": 1, "after": 0])
        #expect((tiers.first?["points"] as? [String: Int]) == ["before": 36, "after": 0])
        let month = try #require((object["months"] as? [[String: Any]])?.first)
        #expect((month["earned"] as? [String: Int]) == ["before": 36, "after": 0])
        #expect((month["discount"] as? [String: Int]) == ["before": 4000, "after": 0])
        #expect((object["changed"] as? [[String: Any]])?.count == 1)
        #expect(object["unlike"] as? Int == 0)
        #expect(try Installed.count(data + "/charter.db", "event") == events)
        let same = try await Self.replay(ShopCharter.text, data)
        #expect(same.output.contains("Nobody would have another card."), "\(same.output)")
    }

    @Test func `what cannot be replayed is said in a sentence`() async throws {
        let data = try await Installed.copy()
        let faulty = try await Self.replay(ShopCharter.text.replacing("cash: 300.00", with: "cash: free"), data)
        #expect(faulty.status == 1 && faulty.errors.contains("draft.yaml:"), "\(faulty.errors)")
        let (airport, _) = try Repository.charter("airport")
        let without = try await Self.replay(airport, data)
        #expect(
            without.status == 1 && without.errors.contains("has no part “membership:” with tiers"), "\(without.errors)")
        let missing = try await Program.run("replay", "--charter", "none.yaml", "--data", data)
        #expect(missing.status == 1 && missing.errors.contains("there is no file none.yaml"), "\(missing.errors)")
        let company = try await Self.replay(ShopCharter.text, data, "--company", "99")
        #expect(company.status == 64 && company.errors.contains("one of: 11 转角小店"), "\(company.errors)")
        let nowhere = try await Self.replay(ShopCharter.text, data + "/none")
        #expect(nowhere.status == 1 && nowhere.errors.contains("there is no database at"), "\(nowhere.errors)")
    }
}
