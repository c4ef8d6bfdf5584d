import HTTPTypes
import Primitives
import Synchronization

/// How many requests a token may make.
public struct APILimit: Sendable {
    /// At once.
    public var burst: Int
    /// In the long run.
    public var perSecond: Int

    /// - Parameters: both at least 1.
    public init(burst: Int = 600, perSecond: Int = 600) {
        self.burst = max(1, burst)
        self.perSecond = max(1, perSecond)
    }
}

/// A bucket for each caller that empties with requests and fills with time; kept in memory and bounded.
final class TokenBuckets: CallerLimit {
    private let limit: APILimit
    private let clock: @Sendable () -> Instant
    private let buckets = Mutex<[String: Bucket]>([:])
    let untold: Untold

    private struct Bucket {
        /// Thousandths of a request.
        var level: Int64
        var at: Instant
    }

    /// Where a caller stands after a request.
    struct Standing: Sendable {
        let limit: Int
        let remaining: Int
        /// Seconds until the bucket is full.
        let reset: Int
        /// Seconds to wait; `nil` when the request may pass.
        let wait: Int?

        var headers: [(HTTPField.Name, String)] {
            [
                (.rateLimit, String(limit)), (.rateRemaining, String(remaining)), (.rateReset, String(reset)),
            ]
        }
    }

    /// - Parameter isShared: whether other nodes are told of each request.
    init(limit: APILimit, isShared: Bool = false, clock: @escaping @Sendable () -> Instant) {
        self.limit = limit
        self.clock = clock
        untold = Untold(isWanted: isShared)
    }

    private var full: Int64 { Int64(limit.burst) * 1000 }

    /// Takes one request out.
    @discardableResult func take(_ key: String) -> Standing {
        let now = clock()
        return buckets.withLock { buckets in
            // A full bucket says no more than none.
            if buckets.count > 10_000 { buckets = buckets.filter { filled($0.value, at: now).level < full } }
            var bucket = filled(buckets[key] ?? Bucket(level: full, at: now), at: now)
            let isPassing = bucket.level >= 1000
            if isPassing {
                bucket.level -= 1000
                untold.add(key)
            }
            buckets[key] = bucket
            return Standing(
                limit: limit.burst, remaining: Int(max(0, bucket.level) / 1000), reset: seconds(to: full, from: bucket),
                wait: isPassing ? nil : max(1, seconds(to: 1000, from: bucket)))
        }
    }

    func takeElsewhere(_ taken: [String: Int]) {
        let now = clock()
        buckets.withLock { buckets in
            for (key, count) in taken {
                var bucket = filled(buckets[key] ?? Bucket(level: full, at: now), at: now)
                // In debt too: else each node would grant the whole limit again as fast as its own bucket fills.
                bucket.level = max(-full, bucket.level - Int64(count) * 1000)
                buckets[key] = bucket
            }
        }
    }

    /// Seconds to wait when the bucket is empty, without taking anything out.
    func wait(for key: String) -> Int? {
        let now = clock()
        return buckets.withLock { buckets in
            guard let bucket = buckets[key].map({ filled($0, at: now) }), bucket.level < 1000 else { return nil }
            return max(1, seconds(to: 1000, from: bucket))
        }
    }

    private func filled(_ bucket: Bucket, at now: Instant) -> Bucket {
        // A thousandth of a request per millisecond for each request per second; a clock set back fills nothing.
        let elapsed = min(max(0, now.since(bucket.at)), 86_400_000)
        return Bucket(level: min(full, bucket.level + elapsed * Int64(limit.perSecond)), at: now)
    }

    private func seconds(to level: Int64, from bucket: Bucket) -> Int {
        let perSecond = Int64(limit.perSecond) * 1000
        return Int((max(0, level - bucket.level) + perSecond - 1) / perSecond)
    }
}
