import Cases
import Obligations
import Policy
import Primitives

/// Lays out a workflow as one line: the states passed, where the case stands, and the likeliest way to the end.
struct FlowDrawing {
    let nodes: [CasePage.Node]
    let title: String

    init(detail: CaseService.Detail, open: [Obligation], time: TimeWords, language: Language) {
        let workflow = detail.workflow
        var passed: [(state: String, at: Instant, move: Workflow.Move?)] = []
        for step in detail.steps where passed.last?.state != step.to {
            let move = step.from.flatMap { workflow.state($0) }?.move(step.move ?? "")
            passed.append((step.to, step.at, move))
        }
        let ahead = workflow.way(from: detail.matter.state)
        // A long history keeps its last states, so that the drawing stays readable.
        let shownPast = passed.suffix(max(2, 9 - ahead.count))
        let shownAhead = ahead.prefix(max(1, 9 - shownPast.count))
        let late = open.first?.isOverdue(at: detail.now) ?? false
        var nodes: [CasePage.Node] = []
        for (index, item) in shownPast.enumerated() {
            let isNow = index == shownPast.count - 1
            let state = workflow.state(item.state)
            let holder = open.first.flatMap { $0.holder.flatMap { detail.names[$0] } }
            nodes.append(
                CasePage.Node(
                    clause: (item.move?.clauses ?? state?.clauses ?? []).first ?? state?.clauses.first,
                    name: state?.title[language] ?? item.state,
                    under: isNow && detail.matter.closedAt == nil
                        ? holder.map { late ? $0 + " " + time.words("逾期") : $0 } : time.moment(item.at),
                    isDone: !isNow || detail.matter.closedAt != nil, isNow: isNow && detail.matter.closedAt == nil,
                    isLate: isNow && late, isNext: false))
        }
        for key in shownAhead {
            let state = workflow.state(key)
            nodes.append(
                CasePage.Node(
                    clause: state?.clauses.first, name: state?.title[language] ?? key, under: nil, isDone: false,
                    isNow: false, isLate: false, isNext: true))
        }
        self.nodes = nodes
        let state = workflow.state(detail.matter.state)?.title[language] ?? detail.matter.state
        if let duty = open.first {
            title = time.words(
                "流程：现在在“{0}”，{1}应于{2}前办", state,
                duty.holder.flatMap { detail.names[$0] } ?? time.words("无人承办"), time.at(duty.dueAt))
        } else {
            title = time.words("流程：现在在“{0}”", state)
        }
    }
}
