import Members
import Policy
import Primitives

/// What is asked of whoever announces an activity of a kind.
struct ActivityForm {
    let kind: ActivityKind
    let programme: Programme
    let words: Words

    var fields: [FormField] {
        var fields = [
            field("title", "标题", .line(maximum: 100), isRequired: true), field("words", "内容", .text(maximum: 4000)),
            field("from", "从", .date, isRequired: true), field("until", "至", .date, isRequired: true),
        ]
        for tier in kind.tiers {
            fields.append(
                FormField(
                    key: "tier_" + tier,
                    title: words.same(
                        words("面向{0}", programme.tier(tier)?.title[words.language] ?? tier)), kind: .flag,
                    isRequired: false, isPersonal: false, clauses: []))
        }
        switch kind.takes {
        case .exchange: fields.append(field("gifts", "礼品", .table(columns: columns, maximum: 100), isRequired: true))
        case .gift: fields.append(field("stock", "份数", .number(minimum: 0, maximum: 1_000_000), isRequired: true))
        case .signUp: fields.append(field("stock", "名额", .number(minimum: 0, maximum: 1_000_000)))
        case .invitation, .notice: break
        }
        return fields
    }

    private var columns: [FormField] {
        [
            field("gift", "礼品", .line(maximum: 100), isRequired: true),
            field("points", "积分", .number(minimum: 1, maximum: 1_000_000), isRequired: true),
            field("stock", "份数", .number(minimum: 0, maximum: 1_000_000)),
        ]
    }

    func draft(_ fields: Fields) -> ActivityDraft {
        func day(_ key: String) -> CalendarDay {
            // The form requires both, and takes nothing that is no day.
            fields[key].flatMap { CalendarDay($0.text) } ?? CalendarDay(number: 0)
        }
        var gifts: [Activity.Gift] = []
        if case .list(let rows)? = fields["gifts"] { gifts = rows.compactMap(gift) }
        return ActivityDraft(
            kind: kind.key, title: fields["title"]?.text ?? "", words: fields["words"]?.text ?? "", from: day("from"),
            through: day("until"), tiers: kind.tiers.filter { fields["tier_" + $0] == .flag(true) },
            stock: fields["stock"]?.whole, gifts: gifts)
    }

    private func gift(_ row: FieldValue) -> Activity.Gift? {
        guard case .list(let cells) = row, cells.count == 3, let points = cells[1].whole else { return nil }
        return Activity.Gift(title: cells[0].text, points: Points(points), left: cells[2].whole)
    }

    private func field(_ key: String, _ title: String, _ kind: FieldKind, isRequired: Bool = false) -> FormField {
        FormField(
            key: key, title: words.same(words(title)), kind: kind, isRequired: isRequired, isPersonal: false,
            clauses: [])
    }
}

extension Words {
    /// A word that is said already, in whichever language.
    func same(_ word: String) -> LocalizedText { LocalizedText(simplified: word, traditional: word, english: word) }
}

extension FieldValue {
    fileprivate var whole: Int64? { if case .integer(let number) = self { number } else { nil } }
}
