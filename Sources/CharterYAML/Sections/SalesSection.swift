import Policy
import Primitives

/// `membership.sales:`, `membership.classes:` and `membership.types:`
enum SalesSection {
    static func sales(_ cursor: Cursor, goods known: [String]?) -> Sales? {
        guard let map = cursor.map(["clause", "goods", "recharge", "group", "second", "month"], required: ["goods"])
        else { return nil }
        let clauses = map.clauses()
        let goods = map["goods"].flatMap {
            $0.oneOrMore(Phrase("a class of goods or a list of them", "商品类别或其列表")) {
                $0.mention(Phrase("a class of goods", "商品类别"), among: known)
            }
        }
        let rules = ["recharge", "group", "second"].map {
            map.optional($0) { $0.map(["clause"], required: ["clause"])?.clauses() }
        }
        let target = map.optional("month") { $0.ruled("amount") { $0.money() } }
        guard let clauses, let goods, let target, rules.allSatisfy({ $0 != nil }) else { return nil }
        let held = rules.map { $0.flatMap { $0 } }
        return Sales(
            clauses: clauses, goods: goods, recharge: held[0], group: held[1], second: held[2], target: target)
    }

    static func classes(_ cursor: Cursor) -> SpendingClasses? {
        guard let map = cursor.map(["clause", "over", "of"], required: ["over", "of"]) else { return nil }
        let clauses = map.clauses()
        let months = map["over"]?.months()
        let classes = map["of"].flatMap { cursor in
            cursor.entries(.tier) { key, cursor -> SpendingClass? in
                guard let map = cursor.map(["title", "from"], required: ["title", "from"]) else { return nil }
                let title = map.title()
                let from = map["from"]?.money()
                guard let title, let from else { return nil }
                return SpendingClass(key: key, title: title, from: from)
            }
        }
        guard let clauses, let months, let classes else { return nil }
        for (lower, higher) in zip(classes, classes.dropFirst()) where higher.from <= lower.from {
            map["of"]?.fail(
                .wrongOrder, found: .word(higher.from.yuan),
                expected: Phrase("classes from the lowest threshold to the highest", "等级按门槛由低到高排列"))
            return nil
        }
        return SpendingClasses(clauses: clauses, months: months, classes: classes)
    }

    /// `membership.types:`
    static func types(_ cursor: Cursor) -> [CustomerType]? {
        cursor.entries(.snakeCase) { key, cursor in
            guard let map = cursor.map(["title", "clause"], required: ["title"]) else { return nil }
            let title = map.title()
            let clauses = map.clauses()
            guard let title, let clauses else { return nil }
            return CustomerType(key: key, title: title, clauses: clauses)
        }
    }
}
