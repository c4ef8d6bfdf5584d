import Members
import Policy
import Primitives

/// A customer at the counter: the card, what is bought and why it costs that, and what was bought before.
struct CounterPage {
    let shell: Shell
    let name: String
    let reference: String
    let backPath: String
    let action: String
    let card: Card
    /// The member number for a scanner; `nil` for who is no member.
    let code: MemberCode?
    let figures: [Figure]
    let fields: [FieldPart]
    let refusals: [Line]
    let result: Result?
    let acts: [Act]
    let perks: [PerkRow]
    let hasPerks: Bool
    let given: [GivenRow]
    let hasGiven: Bool
    let activities: [ActivityRow]
    let hasActivities: Bool
    let stored: StoredBlock?
    let spending: SpendingBlock?
    let receipts: [ReceiptRow]
    let refund: RefundForm?
    /// `nil` where nothing earns points.
    let points: PointsBlock?
    let mayAct: Bool

    struct Card {
        let title: String
        let number: String?
        let standing: String
        let isGood: Bool
        let until: String?
        let clause: String?
    }

    struct Figure {
        let label: String
        let value: String
        let more: String?
        let clause: String?
    }

    /// A sentence with the clause that says it.
    struct Line {
        let clause: String?
        let text: String

        init(_ line: MemberResult.Line) {
            clause = line.clause
            text = line.text
        }
    }

    /// What a purchase costs, as quoted or as posted.
    struct Result {
        let title: String
        let figures: [Figure]
        let why: [Line]
        let whyNot: [Line]
        let hasWhyNot: Bool
    }

    struct Act {
        let action: String
        let word: String
        let title: String
        let fields: [FieldPart]
        let isOpen: Bool
    }

    struct ReceiptRow {
        let number: String
        let day: String
        let due: String
        /// `nil` where nothing earns points.
        let earned: String?
        let refunded: String?
        let path: String
        let isShown: Bool
    }

    /// The lines of one receipt, with how many pieces of each come back.
    struct RefundForm {
        let action: String
        let receipt: String
        let lines: [Piece]

        struct Piece {
            let name: String
            let title: String
            let most: Int
        }
    }

    struct PointsBlock {
        let movements: [MovementRow]
    }

    struct MovementRow {
        let day: String
        let title: String
        let points: String
        let account: String
    }
}

/// Makes the parts of the page from an account.
struct CounterParts {
    let account: MemberService.Account
    let programme: Programme
    let frame: Frame
    let results: MemberResults
    let path: String

    private var words: Words { frame.words }
    private var member: Member { account.member }

    /// - Parameter stored: what a company without card tiers has in their place.
    func card(_ stored: StoredParts?) -> CounterPage.Card {
        if programme.tiers.isEmpty, let stored { return stored.card() }
        let tier = member.card.flatMap { programme.tier($0.tier) }
        return CounterPage.Card(
            title: tier?.title[frame.language] ?? words("会员卡"),
            number: member.card.map { words("第{0}张", String($0.number)) },
            standing: results.text(account.standing), isGood: account.standing.isGood,
            until: account.expiry.map { words("有效至{0}", frame.time.date($0)) }, clause: tier?.clauses.first)
    }

    func figures() -> [CounterPage.Figure] {
        if programme.tiers.isEmpty { return [] }
        let redemption = programme.redemption
        let worth = redemption.map { words("抵{0}元", $0.value(of: member.points.spendable).yuan) }
        var figures = [
            CounterPage.Figure(
                label: words("可用积分"), value: String(member.points.spendable.count),
                more: member.points.spendable > .zero ? worth : nil, clause: redemption?.worth.clause)
        ]
        if let lot = member.points.lots.first {
            figures.append(
                CounterPage.Figure(
                    label: words("待生效积分"), value: String(member.points.pending.count),
                    more: words("{0}起可用", frame.time.date(lot.usable)), clause: redemption?.after.clause))
        }
        guard let card = member.card, let tier = programme.tier(card.tier) else { return figures }
        let short = tier.upgrade.map { max(0, $0.points.count - member.points.period.count) }
        figures.append(
            CounterPage.Figure(
                label: words("本卡年度积分"), value: String(member.points.period.count),
                more: tier.upgrade.flatMap { upgrade in
                    short.map { words("升{0}还差{1}分", title(of: upgrade.tier), String($0)) }
                }, clause: tier.upgrade?.clauses.first))
        figures.append(
            CounterPage.Figure(
                label: words("本卡年度消费"), value: card.spend.yuan,
                more: tier.retention.map { retention in
                    words("保级还差{0}元", max(.zero, retention.spend - card.spend).yuan)
                }, clause: tier.retention?.clauses.first))
        return figures
    }

    private func title(of tier: Tier.Key) -> String { programme.tier(tier)?.title[frame.language] ?? tier }

    /// The acts that the card's standing leaves open.
    func acts(
        entered action: String?, parts: (String) async throws -> [FieldPart]
    ) async throws -> [CounterPage.Act] {
        let isOver = account.expiry.map { account.day >= $0 } ?? false
        let open: [String] =
            switch account.standing {
            case .none: programme.tiers.contains { $0.issue != nil } ? ["apply"] : []
            case .active, .inWindow, .expired: (isOver ? ["upgrade", "renew"] : []) + ["report_loss", "replace"]
            case .lapsed: ["reactivate", "apply"]
            case .frozen: ["replace"]
            case .notYet: ["report_loss"]
            }
        var acts: [CounterPage.Act] = []
        for word in open {
            acts.append(
                CounterPage.Act(
                    action: path + "/card", word: word, title: title(ofAct: word), fields: try await parts(word),
                    isOpen: word == action))
        }
        return acts
    }

    /// Points given back, for whoever may: where there is a card and the rules know of it.
    func restoring(_ fields: [FieldPart], isOpen: Bool) -> [CounterPage.Act] {
        guard programme.loss.restore != nil, member.card != nil else { return [] }
        return [
            CounterPage.Act(
                action: path + "/points", word: "restore", title: words("补回丢失的积分"), fields: fields, isOpen: isOpen)
        ]
    }

    private func title(ofAct word: String) -> String {
        switch word {
        case "apply": words("办会员卡")
        case "upgrade": words("会员卡升级")
        case "renew": words("会员卡到期换卡")
        case "report_loss": words("会员卡挂失")
        case "replace": words("补办会员卡")
        default: words("会员卡恢复")
        }
    }

    func receipts(shown: String?) -> [CounterPage.ReceiptRow] {
        account.receipts.map { named in
            let refunded = named.receipt.refunded.due
            return CounterPage.ReceiptRow(
                number: named.number, day: frame.time.date(named.receipt.day), due: named.receipt.quote.due.yuan,
                earned: programme.accruals.isEmpty ? nil : String(named.receipt.quote.earned.count),
                refunded: refunded > .zero ? words("已退{0}元", refunded.yuan) : nil,
                path: path + "?receipt=" + named.number.percentEncoded, isShown: named.number == shown)
        }
    }

    func refund(of named: NamedReceipt) -> CounterPage.RefundForm? {
        let pieces = named.receipt.purchase.lines.enumerated().compactMap {
            index, line -> CounterPage.RefundForm.Piece? in
            let left = line.quantity - named.receipt.returned[index]
            guard left > 0 else { return nil }
            let goods = programme.goods(line.goods)?.title[frame.language] ?? line.goods
            return CounterPage.RefundForm.Piece(
                name: "piece.\(index)", title: words("{0} {1}元，可退{2}件", goods, line.price.yuan, String(left)),
                most: Int(left))
        }
        return pieces.isEmpty
            ? nil : CounterPage.RefundForm(action: path + "/refund", receipt: named.number, lines: pieces)
    }

    func result(_ quote: Quote, title: String) -> CounterPage.Result {
        var result = MemberResult()
        results.add(quote, to: &result)
        func figure(_ label: String, _ value: String) -> CounterPage.Figure {
            CounterPage.Figure(label: words(label), value: value, more: nil, clause: nil)
        }
        return CounterPage.Result(
            title: title,
            figures: [
                figure("应付", quote.due.yuan), figure("优惠", quote.discount.yuan), figure("收现金", quote.cash.yuan),
            ] + (programme.accruals.isEmpty ? [] : [figure("得积分", String(quote.earned.count))]),
            why: (result.why ?? []).map { CounterPage.Line($0) },
            whyNot: (result.whyNot ?? []).map { CounterPage.Line($0) },
            hasWhyNot: !(result.whyNot ?? []).isEmpty)
    }

    func points() -> CounterPage.PointsBlock? {
        programme.accruals.isEmpty ? nil : CounterPage.PointsBlock(movements: movements())
    }

    private func movements() -> [CounterPage.MovementRow] {
        account.movements.map { movement in
            CounterPage.MovementRow(
                day: frame.time.date(frame.time.zone.local(movement.at).day),
                title: movement.purpose == "matured"
                    ? words("积分生效") : EventWords(words: words).title(of: movement.purpose, in: frame.charter),
                points: (movement.points > .zero ? "+" : "") + String(movement.points.count),
                account: movement.account == "pending" ? words("待生效") : words("可用"))
        }
    }
}
