public import Primitives

/// What an act on a case comes to.
public struct CaseDecision: Sendable, Equatable {
    /// The state that the case stands in afterwards.
    public let state: String
    public let isFinal: Bool
    /// The event to record.
    public let event: String
    public let fields: Fields
}

extension Workflow {
    /// Decides whether somebody may open a case.
    /// - Throws: `.notPermitted`.
    public func decideStart(by post: Post.Key) throws(WorkflowRefusal) -> Start {
        guard start.actors.contains(post) else {
            throw WorkflowRefusal(
                .notPermitted(post: post, allowed: start.actors), start.clauses.isEmpty ? clauses : start.clauses)
        }
        return start
    }

    /// The state that a started case stands in, and the event.
    public func started(with fields: Fields) -> CaseDecision {
        CaseDecision(
            state: start.target, isFinal: state(start.target)?.isFinal ?? false, event: start.event, fields: fields)
    }

    /// The move of that name from that state, if the post may make it now.
    ///
    /// The guard of every path: page, API, bulk act and import ask it. A refusal names the clauses of the move, else
    /// those of the state, else those of the workflow.
    /// - Parameters:
    ///   - actor: who makes it, from that post.
    ///   - made: the moves that were made in this case before and still count.
    /// - Throws: `.unknownMove`; `.wrongState` when it leads from other states; `.notPermitted`, `.concerned`,
    ///   `.anotherPerson`, `.alreadyDone`, `.tooEarly`, `.nothingToSign`, `.filesMissing`.
    public func decideMove(
        _ key: String, from stateKey: String, by post: Post.Key, _ actor: StaffID, record: CaseRecord,
        made: Set<String>
    ) throws(WorkflowRefusal) -> Move {
        guard let state = state(stateKey), let move = state.move(key) else {
            let known = states.flatMap(\.moves).map(\.key)
            guard known.contains(key) else {
                throw WorkflowRefusal(.unknownMove(key, nearest: nearestWord(to: key, among: known)), clauses)
            }
            throw WorkflowRefusal(
                .wrongState(state: stateKey, moves: self.state(stateKey)?.moves.map(\.key) ?? []), clauses)
        }
        let said = [move.clauses, state.clauses, clauses].first { !$0.isEmpty } ?? []
        if let field = move.person {
            guard record.latest(field)?.text == actor.description else {
                throw WorkflowRefusal(.anotherPerson(field: field), said)
            }
        }
        guard move.actors.contains(post) || (move.actors.isEmpty && move.person != nil) else {
            throw WorkflowRefusal(.notPermitted(post: post, allowed: move.actors), said)
        }
        if let field = move.barred.first(where: { record.latest($0)?.text == actor.description }) {
            throw WorkflowRefusal(.concerned(field: field), said)
        }
        if move.isOnce, made.contains(key) { throw WorkflowRefusal(.alreadyDone(move: key), said) }
        let lacking = move.after.filter { !made.contains($0) }
        if !lacking.isEmpty { throw WorkflowRefusal(.tooEarly(needs: lacking), said) }
        if let form = move.signs.first(where: { $0 != move.form && record.latest(ofForm: $0) == nil }) {
            throw WorkflowRefusal(.nothingToSign(form: form), said)
        }
        if record.attachments < move.attachments {
            throw WorkflowRefusal(.filesMissing(needs: move.attachments, has: record.attachments), said)
        }
        return move
    }

    /// Where the move takes the case, and the event.
    public func decision(of move: Move, fields: Fields) -> CaseDecision {
        CaseDecision(
            state: move.target, isFinal: state(move.target)?.isFinal ?? false, event: move.event, fields: fields)
    }

    /// The moves that lead on from a state for a post; what each lacks is for the page to say.
    public func moves(from stateKey: String, made: Set<String>) -> [Move] {
        (state(stateKey)?.moves ?? []).filter { !($0.isOnce && made.contains($0.key)) }
    }
}
