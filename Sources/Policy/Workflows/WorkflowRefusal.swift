/// Why the charter does not allow an act on a case, with the clauses that say so.
public struct WorkflowRefusal: Error, Sendable, Equatable {
    public let reason: Reason
    public let clauses: [Clause.Key]

    public init(_ reason: Reason, _ clauses: [Clause.Key]) {
        self.reason = reason
        self.clauses = clauses
    }

    public enum Reason: Sendable, Equatable {
        /// The charter has no such workflow.
        case unknownWorkflow(String)
        /// The workflow has no such move in any state; the nearest one that it has.
        case unknownMove(String, nearest: String?)
        /// The post may not; these may.
        case notPermitted(post: Post.Key, allowed: [Post.Key])
        /// The case stands in another state; these moves lead on from it.
        case wrongState(state: String, moves: [String])
        /// Only one time in a case.
        case alreadyDone(move: String)
        /// Another move comes first.
        case tooEarly(needs: [String])
        /// Who is named there is concerned, and may not.
        case concerned(field: String)
        /// Only the person named there may.
        case anotherPerson(field: String)
        /// The case was put into another, of that number, and goes on there.
        case merged(into: String)
        /// Nobody has filled in what it would sign.
        case nothingToSign(form: String)
        /// The case must have so many files, and has so many.
        case filesMissing(needs: Int, has: Int)
    }
}
