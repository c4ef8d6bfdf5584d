import Consequences
import Organisations
import Policy
import Primitives

/// What the rules and the law say of a finding, beside what people proposed and decided.
struct FindingPart {
    let title: String
    let person: String
    let clause: String?
    /// `本月第2次，试用期：延长试用1个月`
    let rule: String
    let steps: [Line]
    let law: String
    /// Of the charter that says so.
    let version: String

    struct Line {
        let title: String
        let text: String
        let by: String
        let reason: String?
        let cap: String?
        let isBeyond: Bool
    }

    init(_ detail: ConsequenceService.Detail, names: [StaffID: String], charter: Charter, frame: Frame) {
        let words = frame.words
        let sanctions = SanctionWords(words: words)
        title = detail.offence.key + " " + detail.offence.title[frame.language]
        person = detail.personName
        clause = detail.proposal.clauses.first
        let status = detail.onProbation ? words("试用员工") : words("正式员工")
        let says =
            detail.proposal.sanction.map { sanctions.text($0.measure, $0.fine, sanction: $0) }
            ?? detail.offence.fine.map { words("罚款{0}至{1}元，由有权人酌定", $0.from.yuan, $0.to.yuan) }
            ?? words("制度未定，由有权人决定")
        let isByYear = detail.finding.ladder.flatMap(charter.ladder)?.period == .year
        rule =
            if let rung = detail.proposal.rung {
                words(isByYear ? "本年第{0}次，{1}：{2}" : "本月第{0}次，{1}：{2}", String(rung), status, says)
            } else {
                words("{0}：{1}", status, says)
            }
        steps = detail.steps.map { step in
            Line(
                title: sanctions.act(step.act),
                text: step.measure.map { sanctions.text($0, step.fine) } ?? "",
                by: (names[step.actor] ?? "") + " " + frame.time.moment(step.at), reason: step.reason,
                cap: step.cap.map { words("当月最多可扣{0}元", $0.yuan) },
                isBeyond: zip2(step.fine, step.cap).map { $0 > $1 } ?? false)
        }
        law =
            words("《工资支付暂行规定》第16条：每月扣款不超过当月工资的20%，余额不低于当地最低工资")
            + (charter.minimumWage.map { words("（{0}元）", $0.yuan) } ?? "")
        version = words("{0}第{1}版", charter.title[frame.language], String(charter.version))
    }
}

private func zip2<A, B>(_ first: A?, _ second: B?) -> (A, B)? {
    if let first, let second { (first, second) } else { nil }
}

/// Says what a sanction is.
struct SanctionWords {
    let words: Words

    func act(_ act: Workflow.SanctionAct) -> String {
        switch act {
        case .propose: words("提议")
        case .decide: words("决定")
        case .drop: words("撤销")
        case .final: words("终结")
        }
    }

    func text(_ measure: SanctionChoice.Measure, _ fine: Money?, sanction: Sanction? = nil) -> String {
        switch measure {
        case .none: words("不处罚")
        case .fine: fine.map { words("罚款{0}元", $0.yuan) } ?? words("罚款")
        case .withhold: words("扣发当月绩效工资")
        case .extendProbation:
            if case .extendProbation(let months)? = sanction {
                words("延长试用{0}个月", String(months))
            } else {
                words("延长试用期")
            }
        case .dismiss: words("辞退")
        }
    }

    func state(_ state: Finding.State) -> String {
        switch state {
        case .found: words("已认定")
        case .proposed: words("已提议")
        case .decided: words("已决定")
        case .dropped: words("已撤销")
        case .final: words("已终结")
        }
    }
}
