import Policy
import Primitives

/// `offences:` and `ladders:`
enum AccountabilitySection {
    static func offences(_ cursor: Cursor) -> [Offence]? {
        cursor.entries(.offence) { key, cursor in
            guard let map = cursor.map(["title", "clause", "posts", "ladder", "fine", "dismiss"], required: ["title"])
            else { return nil }
            let title = map.title()
            let clauses = map.clauses(executes: cursor.reading.vocabulary.booksFindings)
            let posts = map.list("posts") { $0.posts() }
            let ladder = map.optional("ladder") { $0.ladder() }
            let fine = map.optional("fine", fine)
            let mayDismiss = map.flag("dismiss")
            guard let title, let clauses, let posts, let ladder, let fine, let mayDismiss else { return nil }
            return Offence(
                key: key, title: title, clauses: clauses, posts: posts, ladder: ladder, fine: fine,
                mayDismiss: mayDismiss)
        }
    }

    static func ladders(_ cursor: Cursor) -> [Ladder]? {
        cursor.entries(.snakeCase) { key, cursor in
            guard let map = cursor.map(["per", "rungs"], required: ["per", "rungs"]) else { return nil }
            let period = map["per"].flatMap { $0.word(Ladder.Period.self) }
            let rungs = map["rungs"].flatMap(rungs)
            guard let period, let rungs else { return nil }
            return Ladder(key: key, period: period, rungs: rungs)
        }
    }

    private static func rungs(_ cursor: Cursor) -> [Ladder.Rung]? {
        guard let entries = cursor.entries() else { return nil }
        guard !entries.isEmpty else {
            cursor.fail(.wrongKind, found: .nothing, expected: Phrase("one rung at least", "至少一级"))
            return nil
        }
        let rungs = entries.enumerated().map { index, entry -> Ladder.Rung? in
            let count = index + 1
            let isNext = entry.key.text == String(count)
            if !isNext {
                entry.key.fail(.wrongOrder, expected: Phrase("the rung \(count)", "第 \(count) 级"))
            }
            let rung = rung(count, entry.value)
            return isNext ? rung : nil
        }
        return rungs.contains(nil) ? nil : rungs.compactMap { $0 }
    }

    private static func rung(_ count: Int, _ cursor: Cursor) -> Ladder.Rung? {
        guard let map = cursor.map(["clause", "probation", "regular"], required: ["probation", "regular"])
        else { return nil }
        let clauses = map.clauses(executes: cursor.reading.vocabulary.booksFindings)
        let probation = map["probation"].flatMap { sanction($0, ["fine", "extend_probation", "withhold", "dismiss"]) }
        let regular = map["regular"].flatMap { sanction($0, ["fine", "withhold", "dismiss"]) }
        guard let clauses, let probation, let regular else { return nil }
        return Ladder.Rung(count: count, clauses: clauses, probation: probation, regular: regular)
    }

    private static func sanction(_ cursor: Cursor, _ kinds: [String]) -> Sanction? {
        guard let map = cursor.map(kinds) else { return nil }
        let named = kinds.filter { map[$0] != nil }
        guard named.count == 1, let kind = named.first, let value = map[kind] else {
            if named.count != 1, cursor.node.entries.allSatisfy({ kinds.contains($0.key) }) {
                cursor.fail(
                    .wrongKind, found: named.isEmpty ? .nothing : .word(named.joined(separator: ", ")),
                    expected: .oneOf(kinds))
            }
            return nil
        }
        switch kind {
        case "fine": return value.money().map { .fine($0) }
        case "extend_probation":
            return value.value(Phrase("months such as 1mo", "月数，例如 1mo"), Words.months)
                .map { .extendProbation(months: $0) }
        case "withhold":
            let words = ["performance_pay"]
            return value.mention(.oneOf(words), among: words).map { _ in .withholdPerformancePay }
        default:
            guard let flag = value.flag() else { return nil }
            guard flag else {
                value.fail(.badWord, expected: Phrase("true", "true"))
                return nil
            }
            return .dismiss
        }
    }

    /// `law: {minimum_wage: 2360.00}`
    static func minimumWage(_ cursor: Cursor) -> Money? {
        cursor.map(["minimum_wage"], required: ["minimum_wage"])?["minimum_wage"].flatMap { $0.money() }
    }

    private static func fine(_ cursor: Cursor) -> FineRange? {
        guard let map = cursor.map(["from", "to"], required: ["from", "to"]) else { return nil }
        let from = map["from"].flatMap { $0.money() }
        let to = map["to"].flatMap { $0.money() }
        guard let from, let to else { return nil }
        guard from <= to else {
            map["to"]?.fail(.outOfRange, expected: Phrase("\(from.yuan) yuan or more", "不低于 \(from.yuan) 元"))
            return nil
        }
        return FineRange(from: from, to: to)
    }
}
