import Policy

/// A workflow drawn: its main line, and below it every state with who may do what.
struct WorkflowPage {
    let shell: Shell
    let title: String
    let reference: String
    let clauses: [String]
    let drawing: Drawing
    let start: StateBox
    let states: [StateBox]

    /// The main line, step by step.
    struct Drawing {
        let nodes: [Node]

        struct Node {
            let name: String
            let clause: String?
            let isFinal: Bool
        }
    }

    struct StateBox {
        let id: String
        let title: String
        let isFinal: Bool
        let clauses: [String]
        let moves: [MoveLine]
    }

    struct MoveLine {
        let title: String
        let clauses: [String]
        let posts: String
        let form: String?
        let target: String
        let targetPath: String
        let isStaying: Bool
        let once: String?
        let after: String?
        let opens: [Opening]
    }

    /// A duty that the act opens.
    struct Opening {
        let clause: String
        let title: String
        let line: String
    }

    init(_ workflow: Workflow, charter: Charter, frame: Frame) {
        let words = frame.words
        let language = frame.language
        let rules = RuleWords(frame: frame, charter: charter)
        shell = frame.shell
        title = workflow.title[language]
        reference = workflow.reference
        clauses = workflow.clauses
        func name(_ state: String) -> String { workflow.state(state)?.title[language] ?? state }
        func openings(_ event: String) -> [Opening] {
            charter.clauses(openedBy: event).filter { $0.duty != nil }.map { clause in
                Opening(
                    clause: clause.key, title: (clause.duty?.title ?? clause.title)[language],
                    line: clause.duty.map { rules.post($0.post) + rules.gap + rules.deadline($0.within, of: clause) }
                        ?? "")
            }
        }
        start = StateBox(
            id: "start", title: words("登记立案"), isFinal: false, clauses: [],
            moves: [
                MoveLine(
                    title: words("登记立案"), clauses: workflow.start.clauses, posts: rules.posts(workflow.start.actors),
                    form: charter.form(workflow.start.form)?.title[language], target: name(workflow.start.target),
                    targetPath: "#state-\(workflow.start.target)", isStaying: false, once: nil, after: nil,
                    opens: openings(workflow.start.event))
            ])
        let titles = Dictionary(
            workflow.states.flatMap(\.moves).map { ($0.key, $0.title[language]) }
        ) { first, _ in first }
        states = workflow.states.map { state in
            StateBox(
                id: "state-\(state.key)", title: state.title[language], isFinal: state.isFinal, clauses: state.clauses,
                moves: state.moves.map { move in
                    MoveLine(
                        title: move.title[language], clauses: move.clauses, posts: rules.posts(move.actors),
                        form: move.form.flatMap(charter.form)?.title[language], target: name(move.target),
                        targetPath: "#state-\(move.target)", isStaying: move.target == state.key,
                        once: move.isOnce ? words("只办一次") : nil,
                        after: move.after.isEmpty
                            ? nil
                            : words(
                                "先办：{0}",
                                move.after.map { titles[$0] ?? $0 }.joined(separator: language == .english ? ", " : "、")
                            ),
                        opens: openings(move.event))
                })
        }
        drawing = Self.draw(workflow, name: name)
    }

    private static func draw(_ workflow: Workflow, name: (String) -> String) -> Drawing {
        let line = [workflow.start.target] + workflow.way(from: workflow.start.target)
        return Drawing(
            nodes: line.prefix(10).map { key in
                let state = workflow.state(key)
                return Drawing.Node(
                    name: name(key), clause: state?.clauses.first, isFinal: state?.isFinal ?? false)
            })
    }
}
