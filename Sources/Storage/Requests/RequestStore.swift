public import Primitives
import Crypto

/// What was answered to each request that carries a key: sent twice, done once, same answer.
///
/// Looked up and kept in the transaction that does the work, so that neither exists without the other.
public struct RequestStore {
    private let transaction: any WriteTransaction

    public init(_ transaction: any WriteTransaction) {
        self.transaction = transaction
    }

    /// Does the work unless that key was answered before.
    @discardableResult
    public func once(
        _ key: String, of organisation: OrganisationID, fingerprint: [UInt8], work: () throws -> RequestAnswer
    ) throws -> RequestAnswer {
        if let earlier = try answer(to: key, of: organisation, fingerprint: fingerprint) { return earlier }
        let answer = try work()
        try keep(answer, to: key, of: organisation, fingerprint: fingerprint)
        return answer
    }

    /// The first answer to that key; `nil` when it is new.
    /// - Throws: `IdempotencyConflict` when the key came with another request.
    public func answer(
        to key: String, of organisation: OrganisationID, fingerprint: [UInt8]
    ) throws -> RequestAnswer? {
        let found = try transaction.first(
            """
            SELECT fingerprint, status, answer FROM request
            WHERE organisation = \(organisation) AND request_key = \(key)
            """
        ) { (fingerprint: try $0[0] as [UInt8], answer: RequestAnswer(status: try $0[1], text: try $0[2])) }
        guard let found else { return nil }
        guard found.fingerprint == fingerprint else { throw IdempotencyConflict(key: key) }
        return found.answer
    }

    /// - Throws: `.duplicate` when the key has an answer.
    public func keep(
        _ answer: RequestAnswer, to key: String, of organisation: OrganisationID, fingerprint: [UInt8]
    ) throws {
        try transaction.run(
            """
            INSERT INTO request (organisation, request_key, fingerprint, status, answer, created_at)
            VALUES (\(organisation), \(key), \(fingerprint), \(answer.status), \(answer.text), \(transaction.now))
            """)
    }

    /// Forgets up to `limit` answers older than so many days, of all companies.
    /// - Returns: how many; as many as the limit means that there may be more.
    public func purge(olderThan days: Int, limit: Int = 1000) throws -> Int {
        let oldest = transaction.now.adding(hours: Int64(-24 * days))
        return try transaction.rowsChanged(
            by: """
                DELETE FROM request WHERE (organisation, request_key) IN (
                    SELECT organisation, request_key FROM request
                    WHERE created_at < \(oldest) ORDER BY created_at LIMIT \(limit: limit)
                )
                """)
    }

    /// 32 bytes that tell one request from another: of its method, its path, its body.
    public static func fingerprint(of parts: [[UInt8]]) -> [UInt8] {
        var hash = SHA256()
        for part in parts {
            // The length keeps "ab" + "c" apart from "a" + "bc".
            withUnsafeBytes(of: UInt64(part.count).bigEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: part)
        }
        return Array(hash.finalize())
    }
}

/// What a request was answered.
public struct RequestAnswer: Sendable, Hashable {
    /// The HTTP status.
    public let status: Int
    /// The body, or where it can be read.
    public let text: String

    public init(status: Int, text: String) {
        self.status = status
        self.text = text
    }
}

/// The key was used before, with another request.
public struct IdempotencyConflict: Error, Hashable {
    public let key: String

    public init(key: String) {
        self.key = key
    }
}
