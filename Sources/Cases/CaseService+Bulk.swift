public import Organisations
public import Policy
public import Primitives
public import Storage

/// One act on many cases, each by itself: what one refuses does not keep the others from being done.
public struct BulkRun: Sendable, Hashable {
    public typealias ID = Identifier<BulkRun>

    public let id: ID
    public let actor: StaffID
    public let act: BulkAct.Kind
    public let askedAt: Instant
    public let results: [Result]
    /// How many were chosen; those without a result were not reached.
    public let chosen: Int

    public struct Result: Sendable, Hashable {
        public let matter: CaseID
        /// Why it was not done; `nil` where it was.
        public let refusal: Refusal?
    }

    /// As it was told to the actor.
    public struct Refusal: Sendable, Hashable {
        public let code: String
        public let words: String

        public init(code: String, words: String) {
            self.code = code
            self.words = words
        }
    }
}

/// What is to be done with each of some cases.
public struct BulkAct: Sendable {
    public static let most = 100

    public enum Kind: Sendable, Hashable {
        case move(workflow: String, move: String)
        case handOver
    }

    public enum Work: Sendable {
        case move(workflow: String, move: String, input: Fields)
        case handOver(to: StaffID, reason: String)
    }

    /// A case, and the revision that the actor saw; `nil` for whichever is stored.
    public struct Item: Sendable, Hashable {
        public let matter: CaseID
        public let revision: Int?

        public init(_ matter: CaseID, revision: Int?) {
            self.matter = matter
            self.revision = revision
        }
    }

    public let work: Work
    public let items: [Item]

    /// - Parameter items: each case once, 1…100.
    public init(_ work: Work, on items: [Item]) {
        self.work = work
        self.items = items
    }
}

extension CaseService {
    /// Notes that an act on many cases begins; what each comes to is noted with it.
    /// - Throws: `Denial`; `.notFound` where the actor may see none of them.
    public func begin(
        _ act: BulkAct, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> BulkRun.ID {
        let workflow: String?
        let move: String?
        switch act.work {
        case .move(let key, let name, _):
            _ = try principal.reach(.actOnCases)
            (workflow, move) = (key, name)
        case .handOver:
            _ = try principal.reach(.waiveObligations)
            (workflow, move) = (nil, nil)
        }
        _ = try chosen(act.items.map(\.matter), for: principal, in: transaction)
        let id: BulkRun.ID = transaction.identifier()
        try transaction.run(
            """
            INSERT INTO bulk_run (organisation, id, actor, workflow, move, chosen, asked_at)
            VALUES (\(principal.organisation), \(id), \(principal.staff), \(workflow), \(move), \(act.items.count),
                \(transaction.now))
            """)
        return id
    }

    /// Does it, case by case, each in a transaction of its own that also notes what it came to.
    /// - Parameter tell: says why a case refuses, in the actor's language.
    public func perform(
        _ act: BulkAct, as run: BulkRun.ID, by principal: Principal,
        telling tell: @Sendable (any Error) -> BulkRun.Refusal
    ) async throws {
        for (position, item) in act.items.enumerated() {
            @Sendable func note(_ refusal: BulkRun.Refusal?, in transaction: any WriteTransaction) throws {
                try transaction.run(
                    """
                    INSERT INTO bulk_result (organisation, run, position_in_run, matter, code, words)
                    VALUES (\(principal.organisation), \(run), \(position), \(item.matter), \(refusal?.code),
                        \(refusal?.words))
                    """)
            }
            do {
                switch act.work {
                case .move(let workflow, let key, let input):
                    let numbers = try await prepareMove(item.matter, key, by: principal)
                    try await database.write(for: principal.organisation) { transaction in
                        try checkBulk(key, of: workflow, in: item.matter, by: principal, transaction)
                        _ = try move(
                            item.matter, key, input: input, revision: item.revision, numbers, by: principal,
                            in: transaction)
                        try note(nil, in: transaction)
                    }
                case .handOver(let receiver, let reason):
                    try await database.write(for: principal.organisation) { transaction in
                        _ = try handOver(
                            item.matter, to: receiver, reason: reason, revision: item.revision, by: principal,
                            in: transaction)
                        try note(nil, in: transaction)
                    }
                }
            } catch {
                let refusal = tell(error)
                try await database.write(for: principal.organisation) { try note(refusal, in: $0) }
            }
        }
    }

    /// What a move asks besides when it is one of many: that the case is of that workflow, and that it signs nothing.
    private func checkBulk(
        _ key: String, of workflow: String, in id: CaseID, by principal: Principal, _ transaction: any ReadTransaction
    ) throws {
        let matter = try CaseStore(transaction, principal.organisation).find(id, to: principal, for: .actOnCases)
        guard matter.workflow == workflow else { throw WorkflowRefusal(.unknownMove(key, nearest: nil), []) }
        let charter = try charters.version(matter.charterVersion, of: principal.organisation, in: transaction)
        if charter.workflow(workflow)?.move(key)?.signs.isEmpty == false { throw CaseListRefusal.signedOneByOne }
    }

    /// One's own act on many cases, and what each came to.
    public func bulk(_ id: BulkRun.ID, for principal: Principal) async throws -> BulkRun {
        try await database.read(for: principal.organisation) { transaction in
            let results = try transaction.all(
                """
                SELECT matter, code, words FROM bulk_result
                WHERE organisation = \(principal.organisation) AND run = \(id) ORDER BY position_in_run
                """
            ) { row in
                let (code, words): (String?, String?) = (try row[1], try row[2])
                return BulkRun.Result(
                    matter: try row[0], refusal: code.map { BulkRun.Refusal(code: $0, words: words ?? "") })
            }
            return try transaction.one(
                """
                SELECT workflow, move, chosen, asked_at FROM bulk_run
                WHERE organisation = \(principal.organisation) AND id = \(id) AND actor = \(principal.staff)
                """, orElse: "run \(id)"
            ) { row in
                let (workflow, move): (String?, String?) = (try row[0], try row[1])
                return BulkRun(
                    id: id, actor: principal.staff,
                    act: workflow.flatMap { flow in move.map { .move(workflow: flow, move: $0) } } ?? .handOver,
                    askedAt: try row[3], results: results, chosen: try row[2])
            }
        }
    }

    /// What an act on many cases would come to, case by case.
    public struct Preview: Sendable {
        public let matter: Case
        public let charter: Charter
        public let record: CaseRecord
        /// Why it would be refused; `nil` where it would not, as far as that is known before.
        public let refusal: (any Error)?
    }

    public func preview(
        _ kind: BulkAct.Kind, of ids: [CaseID], for principal: Principal
    ) async throws -> [Preview] {
        try await database.read(for: principal.organisation) { [charters] transaction in
            let store = CaseStore(transaction, principal.organisation)
            let cases = try chosen(ids, for: principal, in: transaction)
            let duties = kind == .handOver ? try store.next(in: cases.map(\.id)) : [:]
            return try cases.map { matter in
                let charter = try charters.version(matter.charterVersion, of: principal.organisation, in: transaction)
                let record = CaseRecord(try store.steps(of: matter.id), charter: charter)
                var refusal: (any Error)?
                switch kind {
                case .handOver:
                    if duties[matter.id] == nil { refusal = CaseListRefusal.nothingOwed }
                case .move(let workflow, let key):
                    do {
                        guard matter.workflow == workflow, let flow = charter.workflow(workflow) else {
                            throw WorkflowRefusal(.unknownMove(key, nearest: nil), [])
                        }
                        if let refusal = try store.refusalAsMerged(matter) { throw refusal }
                        let move = try flow.decideMove(
                            key, from: matter.state, by: principal.post, principal.staff, record: record,
                            made: record.standing(flow, of: matter.id))
                        if !move.signs.isEmpty { throw CaseListRefusal.signedOneByOne }
                    } catch {
                        refusal = error
                    }
                }
                return Preview(matter: matter, charter: charter, record: record, refusal: refusal)
            }
        }
    }

    /// Those of some cases that the reader may open, in the order given.
    /// - Throws: `.notFound` where that is none.
    public func chosen(
        _ ids: [CaseID], for principal: Principal, in transaction: any ReadTransaction
    ) throws -> [Case] {
        let found = try CaseStore(transaction, principal.organisation).open(ids, to: principal)
        let byID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        let cases = ids.compactMap { byID[$0] }
        if cases.isEmpty { throw StorageError.notFound("cases") }
        return cases
    }
}
