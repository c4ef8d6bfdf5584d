public import Primitives
public import Storage
import Synchronization

/// How often somebody may ask; what is asked on other nodes counts here too.
protocol CallerLimit: Sendable {
    var untold: Untold { get }

    /// Counts what callers asked on other nodes.
    func takeElsewhere(_ taken: [String: Int])
}

/// What was counted since the other nodes were last told; counts nothing where there are none.
final class Untold: Sendable {
    private let isWanted: Bool
    private let counts = Mutex<[String: Int]>([:])

    init(isWanted: Bool) {
        self.isWanted = isWanted
    }

    func add(_ key: String) {
        if isWanted { counts.withLock { $0[key, default: 0] += 1 } }
    }

    func drain() -> [String: Int] {
        counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
    }
}

/// How often a visitor without an account may do what costs something or could be guessed.
struct VisitorLimits: Sendable {
    /// Case numbers tried, by address; after a few each try is answered later.
    let guesses: RateLimiter
    /// Tries at one case number, whoever makes them.
    let numbers: RateLimiter
    /// Links that were none, by address.
    let links: RateLimiter
    /// Cases filed, by address and by telephone.
    let filings: RateLimiter
    let phones: RateLimiter

    init(isShared: Bool, clock: @escaping @Sendable () -> Instant) {
        func limiter(_ limit: Int, _ seconds: Int64) -> RateLimiter {
            RateLimiter(limit: limit, seconds: seconds, isShared: isShared, clock: clock)
        }
        guesses = limiter(10, 600)
        numbers = limiter(10, 3600)
        links = limiter(20, 600)
        filings = limiter(20, 86_400)
        phones = limiter(5, 86_400)
    }

    var named: [(name: String, limit: any CallerLimit)] {
        [
            ("guess", guesses), ("case-number", numbers), ("signing-link", links), ("filing", filings),
            ("telephone", phones),
        ]
    }
}

/// All limits of the web, which several nodes keep together.
public struct CallerLimits: Sendable {
    /// Requests of each token.
    let tokens: TokenBuckets
    /// Requests without a token that is ours, of each address.
    let strangers: TokenBuckets
    /// Tries to sign in, of each address.
    let signIns: RateLimiter
    /// What visitors of the customer portal do.
    let visitors: VisitorLimits

    /// - Parameters:
    ///   - signInsPerMinute: tries of one address.
    ///   - isShared: whether `exchange` will be called.
    ///   - clock: real time.
    public init(
        api: APILimit = APILimit(), signInsPerMinute: Int = 60, isShared: Bool = false,
        clock: @escaping @Sendable () -> Instant
    ) {
        tokens = TokenBuckets(limit: api, isShared: isShared, clock: clock)
        strangers = TokenBuckets(limit: api, isShared: isShared, clock: clock)
        signIns = RateLimiter(limit: signInsPerMinute, seconds: 60, isShared: isShared, clock: clock)
        visitors = VisitorLimits(isShared: isShared, clock: clock)
    }

    private var named: [(name: String, limit: any CallerLimit)] {
        [("token", tokens), ("stranger", strangers), ("sign-in", signIns)] + visitors.named
    }

    /// Tells the other nodes what was asked here, and counts what was asked there; called about once a second.
    public func exchange(by counts: SharedCounts) async throws {
        var counted: [String: Int] = [:]
        for (name, limit) in named {
            for (key, count) in limit.untold.drain() { counted["\(name) \(key)"] = count }
        }
        let elsewhere = try await counts.exchange(counted)
        for (name, limit) in named {
            let taken = elsewhere.filter { $0.key.hasPrefix(name + " ") }
            limit.takeElsewhere(
                Dictionary(taken.map { (String($0.key.dropFirst(name.count + 1)), $0.value) }) { first, _ in first })
        }
    }
}
