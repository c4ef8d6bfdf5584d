import Organisations
public import Policy
public import Primitives
public import Storage
import Synchronization

/// A charter that comes with the program.
public struct ShippedCharter: Sendable {
    /// The file's name without its ending: `design`.
    public let name: String
    public let text: String
    public let charter: Charter

    public init(name: String, text: String, charter: Charter) {
        self.name = name
        self.text = text
        self.charter = charter
    }

    /// The post that nobody stands above, the first of several.
    public var topPost: Post? { charter.posts.first { $0.reportsTo == nil } ?? charter.posts.first }
}

/// The first run: whoever has the code from the console founds the company.
public struct SetUp: Sendable {
    /// The one-time code that the console shows; `nil` when no company can be founded here.
    public let code: String?
    public let charters: [ShippedCharter]
    /// The names of those that ship and cannot be read.
    public let faulty: [String]
    private let clock: @Sendable () -> Instant
    private let progress = Progress()

    /// So many wrong codes, then an hour's rest: guessing a code of six digits takes years.
    static let tries = 10
    static let restHours: Int64 = 1

    /// - Parameter clock: real time, for the rest after wrong codes.
    public init(
        code: String?, charters: [ShippedCharter], faulty: [String] = [], clock: @escaping @Sendable () -> Instant
    ) {
        self.code = code
        self.charters = charters
        self.faulty = faulty
        self.clock = clock
    }

    private final class Progress: Sendable {
        let state = Mutex(State())

        struct State {
            var wrong = 0
            var lockedUntil: Instant?
            var isFounding = false
            /// A company never goes away again, so its sight closes the gate for good.
            var isDone = false
        }
    }

    enum Refusal: Error, Sendable, Equatable {
        case wrongCode(left: Int)
        /// Too many wrong codes.
        case locked(minutes: Int)
        /// A company exists, or is being founded this moment.
        case closed
    }

    /// Whether no company exists yet.
    public func isNeeded(_ database: any Database) async throws -> Bool {
        if progress.state.withLock({ $0.isDone }) { return false }
        let exists = try await database.read(.everyCompany) { transaction in
            try transaction.first("SELECT 1 FROM organisation LIMIT 1") { try $0[0] as Int } != nil
        }
        if exists { progress.state.withLock { $0.isDone = true } }
        return !exists
    }

    /// What is wrong with a code; each wrong one counts, whatever else stands in the form.
    func refusal(of given: String) -> Refusal? {
        guard let code else { return .closed }
        let isRight = Self.equal(given, code)
        let now = clock()
        return progress.state.withLock { state in
            if state.isDone || state.isFounding { return .closed }
            if let until = state.lockedUntil, now < until {
                return .locked(minutes: Int((until.since(now) + 59_999) / 60_000))
            }
            if isRight { return nil }
            state.wrong += 1
            if state.wrong < Self.tries { return .wrongCode(left: Self.tries - state.wrong) }
            (state.wrong, state.lockedUntil) = (0, now.adding(hours: Self.restHours))
            return .locked(minutes: Int(Self.restHours) * 60)
        }
    }

    /// Founds the company.
    /// - Throws: `Refusal`, `FormFaults`.
    func found(
        code given: String, company: String, rootUnit: String, administrator: OrganisationService.NewStaff,
        charter: ShippedCharter, in database: any Database, with organisations: OrganisationService
    ) async throws {
        guard try await isNeeded(database) else { throw Refusal.closed }
        if let refusal = refusal(of: given) { throw refusal }
        try progress.state.withLock { state throws(Refusal) in
            if state.isDone || state.isFounding { throw .closed }
            state.isFounding = true
        }
        do {
            _ = try await organisations.found(
                name: company, rootUnit: rootUnit, administrator: administrator, charterText: charter.text,
                charter: charter.charter, organisation: OrganisationID(Int64.random(in: 1..<1 << 53)))
        } catch {
            progress.state.withLock { $0.isFounding = false }
            throw error
        }
        progress.state.withLock { state in
            state.isFounding = false
            state.isDone = true
        }
    }

    /// Compares without telling by time where they part; case and spaces around do not matter.
    private static func equal(_ given: String, _ code: String) -> Bool {
        let (left, right) = (Array(given.trimmingEnds.lowercased().utf8), Array(code.lowercased().utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
