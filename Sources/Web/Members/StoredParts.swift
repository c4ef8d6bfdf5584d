import Members
import Policy
import Primitives

/// Makes the parts of the counter that show stored value.
struct StoredParts {
    let statement: MemberService.StoredStatement
    let rules: StoredValue
    let frame: Frame
    /// Of the counter's page.
    let path: String

    private var words: Words { frame.words }
    var account: StoredAccount { statement.account }

    func card() -> CounterPage.Card {
        CounterPage.Card(
            title: rules.title[frame.language], number: nil,
            standing: account.frozen.map { words("{0}冻结", frame.time.date($0)) } ?? words("可用"),
            isGood: account.frozen == nil, until: nil, clause: rules.clauses.first)
    }

    func figures() -> [CounterPage.Figure] {
        [
            CounterPage.Figure(
                label: words("储值余额"), value: account.balance.yuan,
                more: account.bonus > .zero
                    ? words("本金{0}，赠送{1}", account.principal.yuan, account.bonus.yuan) : nil,
                clause: rules.clauses.first)
        ]
    }

    func acts(
        entered action: String?, parts: (String) async throws -> [FieldPart]
    ) async throws -> [CounterPage.Act] {
        let paysOut = rules.payOut != nil && account.principal > .zero
        let open = account.frozen == nil ? ["recharge"] + (paysOut ? ["pay_out"] : []) + ["freeze"] : ["release"]
        var acts: [CounterPage.Act] = []
        for word in open {
            let title =
                switch word {
                case "recharge": words("充值")
                case "pay_out": words("退本金")
                case "freeze": words("挂失冻结")
                default: words("解冻")
                }
            acts.append(
                CounterPage.Act(
                    action: path + "/stored", word: word, title: title, fields: try await parts(word),
                    isOpen: word == action))
        }
        return acts
    }

    func block() -> CounterPage.StoredBlock {
        CounterPage.StoredBlock(
            title: rules.title[frame.language], clause: rules.clauses.first, statementPath: path + "/statement",
            recharges: statement.recharges.map { recharge in
                let left = recharge.principal + recharge.bonus
                return CounterPage.RechargeRow(
                    number: recharge.number, day: frame.time.date(recharge.day), paid: recharge.paid.yuan,
                    given: recharge.given > .zero ? words("赠{0}", recharge.given.yuan) : nil,
                    left: words("余{0}", left.yuan))
            })
    }

    func lines() -> [StatementPage.Row] {
        statement.steps.map { step in
            StatementPage.Row(
                day: frame.time.zone.local(step.at).day.description,
                title: EventWords(words: words).title(of: step.purpose, in: frame.charter), number: step.number,
                amount: signed(step.amount), bonus: step.bonus == .zero ? "" : signed(step.bonus),
                balance: step.balance.yuan)
        }
    }

    private func signed(_ money: Money) -> String { (money > .zero ? "+" : "") + money.yuan }
}

extension CounterPage {
    /// What was paid in beforehand.
    struct StoredBlock {
        let title: String
        let clause: String?
        let statementPath: String
        let recharges: [RechargeRow]
    }

    struct RechargeRow {
        let number: String
        let day: String
        let paid: String
        let given: String?
        let left: String
    }
}

extension CounterPage {
    /// What a customer spends, and on what.
    struct SpendingBlock {
        let clause: String?
        let months: [SpendingRow]
    }

    struct SpendingRow {
        let month: String
        let parts: String
        let total: String
        /// 0…96.
        let length: String
    }
}

/// Makes the parts of the counter that tell what a customer spends.
struct SpendingParts {
    let spending: MemberService.Spending
    let programme: Programme
    let frame: Frame

    func figure() -> CounterPage.Figure? {
        guard let classes = programme.spendingClasses else { return nil }
        let words = frame.words
        return CounterPage.Figure(
            label: words("消费等级"), value: spending.reached?.title[frame.language] ?? words("未达等级"),
            more: words("近{0}个月消费{1}元", String(classes.months), spending.spent.yuan), clause: classes.clauses.first)
    }

    func block() -> CounterPage.SpendingBlock {
        let months = Dictionary(grouping: spending.months, by: \.month).sorted { $0.key > $1.key }
        let totals = months.map { $0.value.reduce(Money.zero) { $0 + $1.due } }
        let most = max(1, totals.map(\.minorUnits).max() ?? 1)
        let rows = zip(months, totals).map { month, total in
            CounterPage.SpendingRow(
                month: month.key,
                parts: month.value.filter { $0.due != .zero }.map {
                    (programme.goods($0.source)?.title[frame.language] ?? frame.words("团单")) + " " + $0.due.yuan
                }.joined(separator: frame.language == .english ? ", " : "、"), total: total.yuan,
                length: String(max(0, total.minorUnits) * 96 / most))
        }
        return CounterPage.SpendingBlock(
            clause: programme.spendingClasses?.clauses.first ?? programme.sales?.clauses.first,
            months: rows.filter { !$0.parts.isEmpty })
    }
}

/// What came and went of a customer's stored value, on paper.
struct StatementPage {
    let shell: Shell
    let organisation: String
    let title: String
    let name: String
    let reference: String
    let backPath: String
    let balance: String
    let rows: [Row]
    let isEmpty: Bool
    let printed: String

    struct Row {
        let day: String
        let title: String
        let number: String
        let amount: String
        let bonus: String
        let balance: String
    }

    init(_ parts: StoredParts, organisation: String, name: String, reference: String) {
        let words = parts.frame.words
        shell = parts.frame.shell
        self.organisation = organisation
        title = words("{0}对账单", parts.rules.title[parts.frame.language])
        self.name = name
        self.reference = reference
        backPath = parts.path
        balance = words(
            "余额{0}元，其中本金{1}元，赠送{2}元", parts.account.balance.yuan, parts.account.principal.yuan,
            parts.account.bonus.yuan)
        rows = parts.lines()
        isEmpty = rows.isEmpty
        printed = words("{0}打印", parts.frame.time.zone.local(parts.frame.time.now).day.description)
    }
}
