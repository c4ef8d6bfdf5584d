import Crypto
import CryptoExtras
import Foundation
public import Policy

/// Turns passwords into salted scrypt hashes, two at once and off the threads that serve requests.
public struct PasswordHasher: Sendable {
    public struct Hashed: Sendable, Equatable {
        public let salt: [UInt8]
        public let hash: [UInt8]

        public init(salt: [UInt8], hash: [UInt8]) {
            self.salt = salt
            self.hash = hash
        }
    }

    /// N, the cost in memory and time; OWASP's first choice is 2¹⁵ with r = 8 and p = 3.
    private let rounds: Int
    private let queue: OperationQueue
    /// Told, on the thread that works, when a hash begins and when it ends.
    private let working: (@Sendable (_ begins: Bool) -> Void)?

    public init(rounds: Int = 1 << 15, working: (@Sendable (_ begins: Bool) -> Void)? = nil) {
        self.rounds = rounds
        self.working = working
        queue = OperationQueue()
        queue.maxConcurrentOperationCount = 2
    }

    public func hash(_ password: String) async throws -> Hashed {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        return Hashed(salt: salt, hash: try await derive(password, salt: salt))
    }

    /// Compares in constant time. `nil` costs the same and is never equal, so that an unknown name takes no less time.
    public func verify(_ password: String, against stored: Hashed?) async throws -> Bool {
        let hash = try await derive(password, salt: stored?.salt ?? Array(repeating: 0, count: 16))
        guard let stored, stored.hash.count == hash.count else { return false }
        return zip(stored.hash, hash).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// What keeps a text from being a password: eight to two hundred characters.
    public static func problem(of password: String) -> FormFault.Problem? {
        switch password.count {
        case ..<8: .tooShort(minimum: 8)
        case 201...: .tooLong(maximum: 200)
        default: nil
        }
    }

    /// A password to be read out and typed in once: three groups of four without what looks alike, 59 bits.
    public static func oneTime() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        let groups = (0..<3).map { _ in String((0..<4).map { _ in letters[Int.random(in: letters.indices)] }) }
        return groups.joined(separator: "-")
    }

    private func derive(_ password: String, salt: [UInt8]) async throws -> [UInt8] {
        let (rounds, working) = (rounds, working)
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation {
                working?(true)
                defer { working?(false) }
                continuation.resume(
                    with: Result {
                        try KDF.Scrypt.deriveKey(
                            from: Data(password.utf8), salt: salt, outputByteCount: 32, rounds: rounds, blockSize: 8,
                            parallelism: 3, maxMemory: 256 << 20
                        ).withUnsafeBytes { Array($0) }
                    })
            }
        }
    }
}
