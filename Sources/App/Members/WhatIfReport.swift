import Foundation
import Members
import Policy
import Primitives
import Web

/// A what-if as the terminal and programs read it.
struct WhatIfReport {
    private let result: WhatIf
    private let draft: Charter
    private let company: String
    private let language: Language

    init(_ result: WhatIf, draft: Charter, company: String, language: Language) {
        self.result = result
        self.draft = draft
        self.company = company
        self.language = language
    }

    private func say(_ english: String, _ chinese: String) -> String { Sentence.choose(english, chinese, language) }

    /// Of both, from the lowest to the highest; those of the draft alone come last.
    private var tiers: [Tier.Key] {
        let own = result.before.programme.tiers.map(\.key)
        return own + result.after.programme.tiers.map(\.key).filter { !own.contains($0) }
    }

    private func title(of tier: Tier.Key?) -> String {
        guard let tier else { return say("no card", "无卡") }
        let found = result.after.programme.tier(tier) ?? result.before.programme.tier(tier)
        return found?.title[language] ?? tier
    }

    private struct Pair<Figure: Encodable>: Encodable {
        let before: Figure
        let after: Figure
    }

    private func tallies(_ tier: Tier.Key) -> (before: WhatIf.Tally, after: WhatIf.Tally) {
        (result.before.tiers[tier] ?? WhatIf.Tally(), result.after.tiers[tier] ?? WhatIf.Tally())
    }

    /// Each month with what had come together by its end.
    private var months: [(name: String, before: MemberRerun.Month, after: MemberRerun.Month, sums: [MemberRerun.Month])]
    {
        var sums = [MemberRerun.Month(), MemberRerun.Month()]
        return result.monthNames.map { name in
            let (before, after) = (
                result.before.months[name] ?? MemberRerun.Month(), result.after.months[name] ?? MemberRerun.Month()
            )
            sums[0] += before
            sums[1] += after
            return (name, before, after, sums)
        }
    }

    // MARK: For people

    var text: String {
        var parts = [
            say(
                "\(company): the rules in force against version \(draft.version) of the draft, until \(result.day)\n"
                    + "\(result.customers) customers, \(result.acts) acts",
                "\(company)：现行制度与草案第\(draft.version)版比较，截至\(result.day)\n\(result.customers)位顾客，\(result.acts)笔"),
            tierTable, monthTable,
        ]
        if result.changed.isEmpty {
            parts.append(say("Nobody would have another card.", "没有人的卡会不同。"))
        } else {
            parts.append(
                say("Would have another card: \(result.changed.count)", "卡会不同的：\(result.changed.count)位") + "\n"
                    + result.changed.prefix(20).map {
                        "  \($0.reference)  \(title(of: $0.from)) → \(title(of: $0.to))  \($0.pointsBefore.count) → \($0.pointsAfter.count)"
                    }.joined(separator: "\n")
                    + (result.changed.count > 20 ? "\n  " + say("… all with --json", "…… 全部见 --json") : ""))
        }
        if !result.refused.isEmpty {
            parts.append(
                say("The draft would have refused:", "草案会拒绝：") + "\n"
                    + result.refused.map { refused in
                        "  \(refused.times)×  " + (refused.refusal.clause.map { $0 + "  " } ?? "") + words(refused)
                    }.joined(separator: "\n"))
        }
        if result.repaid > 0 {
            parts.append(
                say(
                    "\(result.repaid) purchases would have been paid in cash, where points or vouchers did not go",
                    "\(result.repaid)笔消费的积分或券用不上，改按现金计"))
        }
        if result.unlike > 0 {
            parts.append(
                say(
                    "! Of \(result.unlike) customers the rules of their time do not give what is kept; see docs/members.md",
                    "！\(result.unlike)位顾客按当时制度重算与账上不同；见 docs/members.md"))
        }
        return parts.joined(separator: "\n\n")
    }

    private var tierTable: String {
        var rows = [
            [say("tier", "等级")] + pair(say("cards", "张数")) + pair(say("points", "积分")) + pair(say("liability", "积分负债"))
        ]
        for tier in tiers {
            let (before, after) = tallies(tier)
            rows.append([
                title(of: tier), "\(before.cards)", "\(after.cards)", "\(before.points.count)", "\(after.points.count)",
                result.before.worth(of: before.points).yuan, result.after.worth(of: after.points).yuan,
            ])
        }
        return Self.table(rows)
    }

    private var monthTable: String {
        var rows = [
            [say("month", "月份")] + pair(say("earned", "所得积分")) + pair(say("discount", "优惠"))
                + pair(say("points at its end", "月末积分")) + pair(say("liability", "积分负债"))
        ]
        for month in months {
            rows.append([
                month.name, "\(month.before.earned.count)", "\(month.after.earned.count)", month.before.discount.yuan,
                month.after.discount.yuan, "\(month.sums[0].points.count)", "\(month.sums[1].points.count)",
                result.before.worth(of: month.sums[0].points).yuan, result.after.worth(of: month.sums[1].points).yuan,
            ])
        }
        return Self.table(rows)
    }

    private func pair(_ title: String) -> [String] { [title, "→ " + say("draft", "草案")] }

    private func words(_ refused: WhatIf.Refused) -> String {
        MemberResults(programme: result.after.programme, zone: draft.calendar.zone, language: language)
            .lines([refused.refusal])[0].text
    }

    /// Columns as wide as their widest cell; a Chinese character takes two places.
    private static func table(_ rows: [[String]]) -> String {
        func width(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) } }
        let widths = rows[0].indices.map { column in rows.map { width($0[column]) }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - width(cell))
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    // MARK: For programs

    private struct Output: Encodable {
        let company: String
        let version: Int
        let until: String
        let customers: Int
        let acts: Int
        let repaid: Int
        let unlike: Int
        let tiers: [TierRow]
        let months: [MonthRow]
        let changed: [ChangedRow]
        let refused: [RefusedRow]
    }

    private struct TierRow: Encodable {
        let tier: String
        let cards: Pair<Int>
        let points: Pair<Int64>
        let liability: Pair<Int64>
    }

    private struct MonthRow: Encodable {
        let month: String
        let earned: Pair<Int64>
        let redeemed: Pair<Int64>
        let discount: Pair<Int64>
        let points: Pair<Int64>
        let liability: Pair<Int64>
        let cards: [String: Pair<Int>]
    }

    private struct ChangedRow: Encodable {
        let customer: String
        let tier: Pair<String>
        let points: Pair<Int64>
    }

    private struct RefusedRow: Encodable {
        let clause: String?
        let text: String
        let times: Int
    }

    func json() throws -> String {
        let output = Output(
            company: company, version: draft.version, until: result.day.description, customers: result.customers,
            acts: result.acts, repaid: result.repaid, unlike: result.unlike,
            tiers: tiers.map { tier in
                let (before, after) = tallies(tier)
                return TierRow(
                    tier: tier, cards: Pair(before: before.cards, after: after.cards),
                    points: Pair(before: before.points.count, after: after.points.count),
                    liability: Pair(
                        before: result.before.worth(of: before.points).minorUnits,
                        after: result.after.worth(of: after.points).minorUnits))
            }, months: months.map(row),
            changed: result.changed.map { changed in
                ChangedRow(
                    customer: changed.reference,
                    tier: Pair(before: changed.from ?? "none", after: changed.to ?? "none"),
                    points: Pair(before: changed.pointsBefore.count, after: changed.pointsAfter.count))
            },
            refused: result.refused.map { refused in
                RefusedRow(clause: refused.refusal.clause, text: words(refused), times: refused.times)
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(output), as: UTF8.self)
    }

    private func row(
        _ month: (name: String, before: MemberRerun.Month, after: MemberRerun.Month, sums: [MemberRerun.Month])
    ) -> MonthRow {
        let (before, after) = (month.sums[0], month.sums[1])
        return MonthRow(
            month: month.name,
            earned: Pair(before: month.before.earned.count, after: month.after.earned.count),
            redeemed: Pair(before: month.before.redeemed.count, after: month.after.redeemed.count),
            discount: Pair(before: month.before.discount.minorUnits, after: month.after.discount.minorUnits),
            points: Pair(before: before.points.count, after: after.points.count),
            liability: Pair(
                before: result.before.worth(of: before.points).minorUnits,
                after: result.after.worth(of: after.points).minorUnits),
            cards: Dictionary(
                uniqueKeysWithValues: tiers.map {
                    ($0, Pair(before: before.cards[$0] ?? 0, after: after.cards[$0] ?? 0))
                }))
    }
}
