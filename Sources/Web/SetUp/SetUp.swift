public import Organisations
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
    var topPost: Post? { charter.posts.first { $0.reportsTo == nil } ?? charter.posts.first }
}

/// The first run: whoever has the code from the console founds the company.
public struct SetUp: Sendable {
    public let charters: [ShippedCharter]
    private let code: String?
    private let organisations: OrganisationService
    private let organisation: @Sendable () -> OrganisationID
    private let progress = Progress()

    /// Wrong codes until the program must be started anew, with a new code.
    static let tries = 10

    /// - Parameters:
    ///   - code: the one-time code that the console shows; `nil` when no company can be founded here.
    ///   - organisation: makes the new company's number.
    public init(
        code: String?, charters: [ShippedCharter], organisations: OrganisationService,
        organisation: @escaping @Sendable () -> OrganisationID
    ) {
        self.code = code
        self.charters = charters
        self.organisations = organisations
        self.organisation = organisation
    }

    private final class Progress: Sendable {
        let state = Mutex(State())

        struct State {
            var wrong = 0
            var isFounding = false
            /// A company never goes away again, so its sight closes the gate for good.
            var isDone = false
        }
    }

    enum Refusal: Error, Sendable, Equatable {
        case wrongCode(left: Int)
        /// Too many wrong codes.
        case locked
        /// A company exists, or is being founded this moment.
        case closed
    }

    /// Whether no company exists yet.
    public func isNeeded(_ database: any Database) async throws -> Bool {
        if progress.state.withLock({ $0.isDone }) { return false }
        let exists = try await database.read { transaction in
            try transaction.first("SELECT 1 FROM organisation LIMIT 1") { try $0[0] as Int } != nil
        }
        if exists { progress.state.withLock { $0.isDone = true } }
        return !exists
    }

    /// Founds the company.
    /// - Throws: `Refusal`, `FormFaults`.
    func found(
        code given: String, company: String, rootUnit: String, administrator: OrganisationService.NewStaff,
        charter: ShippedCharter, in database: any Database
    ) async throws {
        guard let code, try await isNeeded(database) else { throw Refusal.closed }
        let isRight = Self.equal(given, code)
        try progress.state.withLock { state throws(Refusal) in
            if state.isDone || state.isFounding { throw .closed }
            if state.wrong >= Self.tries { throw .locked }
            guard isRight else {
                state.wrong += 1
                throw state.wrong >= Self.tries ? .locked : .wrongCode(left: Self.tries - state.wrong)
            }
            state.isFounding = true
        }
        do {
            _ = try await organisations.found(
                name: company, rootUnit: rootUnit, administrator: administrator, charterText: charter.text,
                charter: charter.charter, organisation: organisation())
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
