import Policy
import Primitives

/// `membership.stored_value:`
enum StoredValueSection {
    static func read(_ cursor: Cursor) -> StoredValue? {
        let keys = ["title", "clause", "least", "bonus", "pays", "cap", "cashless", "pay_out"]
        guard let map = cursor.map(keys, required: ["title"]) else { return nil }
        let title = map.title()
        let clauses = map.clauses()
        let least = map.optional("least") { $0.ruled("amount") { $0.money() } }
        let bonuses = map.list("bonus", bonuses)
        let pays = map.optional("pays") { $0.word(StoredValue.Part.self) }
        let cap = map.optional("cap") { $0.ruled("amount") { $0.money() } }
        let cashless = map.optional("cashless", cashless)
        let payOut = map.optional("pay_out") { $0.map(["clause"], required: ["clause"])?.clauses() }
        guard let title, let clauses, let least, let bonuses, let pays, let cap, let cashless, let payOut else {
            return nil
        }
        return StoredValue(
            title: title, clauses: clauses, least: least, bonuses: bonuses, pays: pays ?? .principal, cap: cap,
            cashless: cashless ?? [:], payOut: payOut)
    }

    private static func bonuses(_ cursor: Cursor) -> [StoredValue.Bonus]? {
        guard let items = cursor.list() else { return nil }
        let bonuses = items.compactMap(bonus)
        for (index, (bonus, next)) in zip(bonuses, bonuses.dropFirst()).enumerated() where next.from <= bonus.from {
            items[index + 1].fail(
                .wrongOrder, found: .word(next.from.yuan),
                expected: Phrase("bonuses from the smallest recharge to the largest", "赠送按充值金额由小到大排列"))
            return nil
        }
        return bonuses.count == items.count ? bonuses : nil
    }

    private static func bonus(_ cursor: Cursor) -> StoredValue.Bonus? {
        guard let map = cursor.map(["from", "gives", "clause"], required: ["from", "gives"]) else { return nil }
        let from = map["from"]?.money()
        let gives = map["gives"]?.money()
        let clauses = map.clauses()
        guard let from, let gives, let clauses else { return nil }
        return StoredValue.Bonus(from: from, gives: gives, clauses: clauses)
    }

    private static func cashless(_ cursor: Cursor) -> [StoredValue.Payer: Ruled<Money>]? {
        let words = StoredValue.Payer.allCases.map(\.rawValue)
        guard let map = cursor.map(words) else { return nil }
        var limits: [StoredValue.Payer: Ruled<Money>] = [:]
        for payer in StoredValue.Payer.allCases {
            guard let limit = map.optional(payer.rawValue, { $0.ruled("from") { $0.money() } }) else { return nil }
            limits[payer] = limit
        }
        return limits
    }
}
