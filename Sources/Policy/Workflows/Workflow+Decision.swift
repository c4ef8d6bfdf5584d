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
    /// - Parameter made: the moves that were made in this case before.
    /// - Throws: `.unknownMove`; `.wrongState` when it leads from other states; `.notPermitted`, `.alreadyDone`,
    ///   `.tooEarly`.
    public func decideMove(
        _ key: String, from stateKey: String, by post: Post.Key, made: Set<String>
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
        guard move.actors.contains(post) else {
            throw WorkflowRefusal(.notPermitted(post: post, allowed: move.actors), said)
        }
        if move.isOnce, made.contains(key) { throw WorkflowRefusal(.alreadyDone(move: key), said) }
        let lacking = move.after.filter { !made.contains($0) }
        if !lacking.isEmpty { throw WorkflowRefusal(.tooEarly(needs: lacking), said) }
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
