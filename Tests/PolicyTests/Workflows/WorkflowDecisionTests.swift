import Policy
import Primitives
import Testing

/// The complaint of the shop: registered, checked, closed.
struct WorkflowDecisionTests {
    @Test func `who may start a case learns how it begins`() throws {
        #expect(try complaint.decideStart(by: "clerk").target == "received")
        #expect(
            complaint.started(with: ["channel": .text("phone")])
                == CaseDecisionMatch("received", isFinal: false, "complaint.received", ["channel": .text("phone")]))
    }

    @Test func `who may not start a case is told who may, with the clause of the start`() {
        #expect(
            refusal { _ = try complaint.decideStart(by: "guest") }
                == WorkflowRefusal(.notPermitted(post: "guest", allowed: ["clerk"]), ["S-02"]))
    }

    @Test func `a start without a clause of its own names those of the workflow`() {
        let plain = workflow(startClauses: [])
        #expect(
            refusal { _ = try plain.decideStart(by: "guest") }
                == WorkflowRefusal(.notPermitted(post: "guest", allowed: ["clerk"]), ["S-01"]))
    }

    @Test func `a move of the state by the right post is allowed`() throws {
        let move = try complaint.decide("respond", from: "received", by: "clerk", made: [])
        let decision = complaint.decision(of: move, fields: [:])
        #expect(decision == CaseDecisionMatch("received", isFinal: false, "complaint.responded", [:]))
    }

    @Test func `a move into a final state says so`() throws {
        let move = try complaint.decide("settle", from: "checking", by: "manager", made: ["respond", "check"])
        #expect(complaint.decision(of: move, fields: [:]).isFinal)
    }

    @Test(arguments: [("fly", nil), ("setle", "settle"), ("", nil)], ["received", "closed", "nowhere"])
    func `a move that the workflow does not have is told apart from one that is not due`(
        move: (key: String, nearest: String?), state: String
    ) {
        #expect(
            refusal { _ = try complaint.decide(move.key, from: state, by: "manager", made: []) }
                == WorkflowRefusal(.unknownMove(move.key, nearest: move.nearest), ["S-01"]))
    }

    @Test(arguments: [("settle", "received"), ("respond", "checking")])
    func `a move that does not lead on from the state is refused with the moves that do`(
        move: String, state: String
    ) {
        let moves = state == "received" ? ["respond", "check"] : ["settle", "drop"]
        #expect(
            refusal { _ = try complaint.decide(move, from: state, by: "manager", made: ["respond"]) }
                == WorkflowRefusal(.wrongState(state: state, moves: moves), ["S-01"]))
    }

    @Test func `nothing leads on from a final state, nor from one that the workflow does not have`() {
        #expect(
            refusal { _ = try complaint.decide("settle", from: "closed", by: "manager", made: []) }
                == WorkflowRefusal(.wrongState(state: "closed", moves: []), ["S-01"]))
        #expect(
            refusal { _ = try complaint.decide("settle", from: "nowhere", by: "manager", made: []) }
                == WorkflowRefusal(.wrongState(state: "nowhere", moves: []), ["S-01"]))
    }

    @Test func `a post that is not named is refused with the move's clause`() {
        #expect(
            refusal { _ = try complaint.decide("respond", from: "received", by: "guest", made: []) }
                == WorkflowRefusal(.notPermitted(post: "guest", allowed: ["clerk", "manager"]), ["S-03"]))
    }

    @Test func `a move without a clause names those of its state, else those of the workflow`() {
        #expect(
            refusal { _ = try complaint.decide("drop", from: "checking", by: "guest", made: []) }
                == WorkflowRefusal(.notPermitted(post: "guest", allowed: ["clerk"]), ["S-04"]))
        #expect(
            refusal { _ = try complaint.decide("check", from: "received", by: "guest", made: []) }
                == WorkflowRefusal(.notPermitted(post: "guest", allowed: ["clerk"]), ["S-01"]))
    }

    @Test func `what may be done once is refused the second time`() {
        #expect(
            refusal { _ = try complaint.decide("respond", from: "received", by: "clerk", made: ["respond"]) }
                == WorkflowRefusal(.alreadyDone(move: "respond"), ["S-03"]))
    }

    @Test func `a move that others must precede names those that are lacking`() {
        #expect(
            refusal { _ = try complaint.decide("settle", from: "checking", by: "manager", made: ["check"]) }
                == WorkflowRefusal(.tooEarly(needs: ["respond"]), ["S-05"]))
    }

    @Test func `the post is asked before the order of the steps is told`() {
        #expect(
            refusal { _ = try complaint.decide("settle", from: "checking", by: "guest", made: []) }?.reason
                == .notPermitted(post: "guest", allowed: ["manager"]))
    }

    @Test func `the moves that lead on leave out what was done once`() {
        #expect(complaint.moves(from: "received", made: []).map(\.key) == ["respond", "check"])
        #expect(complaint.moves(from: "received", made: ["respond"]).map(\.key) == ["check"])
        #expect(complaint.moves(from: "closed", made: []).isEmpty)
    }

    @Test func `every move that is shown and allowed leads to a state of the workflow`() throws {
        for state in complaint.states {
            for move in complaint.moves(from: state.key, made: []) {
                #expect(complaint.state(move.target) != nil)
            }
        }
    }
}

private let complaint = workflow()

private func workflow(startClauses: [Clause.Key] = ["S-02"]) -> Workflow {
    func text(_ word: String) -> LocalizedText { LocalizedText(simplified: word, traditional: word, english: nil) }
    func move(
        _ key: String, by actors: [Post.Key], to target: String, _ event: String, isOnce: Bool = false,
        after: [String] = [], clauses: [Clause.Key] = []
    ) -> Workflow.Move {
        Workflow.Move(
            key: key, title: text(key), actors: actors, form: nil, target: target, event: event, isOnce: isOnce,
            after: after, clauses: clauses)
    }
    return Workflow(
        key: "complaint", title: text("投诉"), reference: "TS", subject: "customer",
        start: Workflow.Start(
            actors: ["clerk"], form: "registration", target: "received", event: "complaint.received",
            clauses: startClauses),
        states: [
            Workflow.State(
                key: "received", title: text("已登记"),
                moves: [
                    move(
                        "respond", by: ["clerk", "manager"], to: "received", "complaint.responded", isOnce: true,
                        clauses: ["S-03"]),
                    move("check", by: ["clerk"], to: "checking", "complaint.checking"),
                ], isFinal: false, clauses: []),
            Workflow.State(
                key: "checking", title: text("调查中"),
                moves: [
                    move(
                        "settle", by: ["manager"], to: "closed", "complaint.closed", after: ["respond", "check"],
                        clauses: ["S-05"]),
                    move("drop", by: ["clerk"], to: "closed", "complaint.dropped"),
                ], isFinal: false, clauses: ["S-04"]),
            Workflow.State(key: "closed", title: text("已结案"), moves: [], isFinal: true, clauses: []),
        ], clauses: ["S-01"])
}

extension Workflow {
    /// As somebody of that post whom the case does not name.
    fileprivate func decide(
        _ key: String, from state: String, by post: Post.Key, made: Set<String>
    ) throws(WorkflowRefusal) -> Move {
        try decideMove(
            key, from: state, by: post, StaffID(high: 1, low: 1), record: CaseRecord([], charter: smallBook()),
            made: made)
    }
}

/// A decision can only be made by a workflow; this is what one should look like.
private struct CaseDecisionMatch {
    let state: String
    let isFinal: Bool
    let event: String
    let fields: Fields

    init(_ state: String, isFinal: Bool, _ event: String, _ fields: Fields) {
        self.state = state
        self.isFinal = isFinal
        self.event = event
        self.fields = fields
    }

    static func == (decision: CaseDecision, match: CaseDecisionMatch) -> Bool {
        decision.state == match.state && decision.isFinal == match.isFinal && decision.event == match.event
            && decision.fields == match.fields
    }
}

private func refusal(_ act: () throws -> Void) -> WorkflowRefusal? {
    do {
        try act()
        return nil
    } catch {
        return error as? WorkflowRefusal
    }
}
