import Crypto
import Foundation
public import Primitives
public import Storage
import Synchronization

/// A key for each customer, under which personal words in the journal are sealed.
///
/// Seals of the journal cover the ciphertext, so destroying the key erases the words and breaks no seal.
public final class PersonKeys: Sendable {
    private let cipher: FieldCipher
    /// Unwrapped keys by their wrapped form; whether a key still exists is read with each act.
    private let unwrapped = Mutex<[[UInt8]: SymmetricKey]>([:])

    public init(keys: KeyRing) {
        cipher = FieldCipher(keys: keys)
    }

    /// Seals words for an event about that customer; makes the key at the first time.
    /// - Throws: `CipherError.erased` after `destroy`.
    public func seal(
        _ words: [String: String], for customer: CustomerID, of organisation: OrganisationID,
        prepared: Prepared? = nil, in transaction: any WriteTransaction
    ) throws -> [UInt8] {
        let wrapped = try wrapped(customer, organisation, transaction)
        if let prepared, let wrapped, prepared.wrapped == wrapped, prepared.words == words { return prepared.sealed }
        let key =
            try wrapped.map { try unwrap($0, customer, organisation) } ?? make(customer, organisation, transaction)
        return try PersonKeys.seal(words, with: key, at: PersonKeys.place(customer, organisation))
    }

    /// Words sealed ahead of an act, which takes them where the customer's key is still the same.
    public struct Prepared: Sendable {
        fileprivate let words: [String: String]
        fileprivate let wrapped: [UInt8]
        fileprivate let sealed: [UInt8]
    }

    /// Seals ahead, so that the act stays short.
    /// - Returns: `nil` where the act has to do it: the customer has no key yet, or none any more.
    public func prepare(
        _ words: [String: String], for customer: CustomerID, of organisation: OrganisationID,
        in transaction: any ReadTransaction
    ) throws -> Prepared? {
        let stored: [UInt8]?
        do { stored = try wrapped(customer, organisation, transaction) } catch CipherError.erased { return nil }
        guard let stored else { return nil }
        let key = try unwrap(stored, customer, organisation)
        return Prepared(
            words: words, wrapped: stored,
            sealed: try PersonKeys.seal(words, with: key, at: PersonKeys.place(customer, organisation)))
    }

    private static func seal(
        _ words: [String: String], with key: SymmetricKey, at place: FieldCipher.Place
    ) throws -> [UInt8] {
        let text = EventBody.encode(words.mapValues(FieldValue.text))
        return try FieldCipher.seal(Array(text.utf8), with: key, at: place)
    }

    /// Opens what `seal` made; `nil` when the customer's key was destroyed.
    public func open(
        _ sealed: [UInt8], for customer: CustomerID, of organisation: OrganisationID,
        in transaction: any ReadTransaction
    ) throws -> [String: String]? {
        do {
            guard let wrapped = try wrapped(customer, organisation, transaction) else { return nil }
            let key = try unwrap(wrapped, customer, organisation)
            let content = try FieldCipher.open(sealed[...], with: key, at: PersonKeys.place(customer, organisation))
            return try JSONDecoder().decode([String: String].self, from: Data(content))
        } catch CipherError.erased {
            return nil
        }
    }

    /// Destroys the customer's key: what was sealed under it can never be read again.
    public func destroy(
        for customer: CustomerID, of organisation: OrganisationID, in transaction: any WriteTransaction
    ) throws {
        let changed = try transaction.rowsChanged(
            by: """
                UPDATE person_key SET wrapped = NULL, destroyed_at = \(transaction.now)
                WHERE organisation = \(organisation) AND customer = \(customer) AND wrapped IS NOT NULL
                """)
        unwrapped.withLock { $0.removeAll() }
        guard changed == 0, try wrapped(customer, organisation, transaction) == nil else { return }
        try transaction.run(
            """
            INSERT INTO person_key (organisation, customer, created_at, destroyed_at)
            VALUES (\(organisation), \(customer), \(transaction.now), \(transaction.now))
            """)
    }

    /// The customer's key as it is stored; `nil` before there is one.
    private func wrapped(
        _ customer: CustomerID, _ organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> [UInt8]? {
        let stored = try transaction.first(
            "SELECT wrapped FROM person_key WHERE organisation = \(organisation) AND customer = \(customer)"
        ) { try $0[0] as [UInt8]? }
        guard let stored else { return nil }
        guard let wrapped = stored else { throw CipherError.erased }
        return wrapped
    }

    private func unwrap(
        _ wrapped: [UInt8], _ customer: CustomerID, _ organisation: OrganisationID
    ) throws -> SymmetricKey {
        if let key = unwrapped.withLock({ $0[wrapped] }) { return key }
        let bytes = try cipher.open(wrapped, at: PersonKeys.wrapping(customer, organisation))
        let key = SymmetricKey(data: bytes)
        unwrapped.withLock { cache in
            if cache.count >= 10_000 { cache.removeAll() }
            cache[wrapped] = key
        }
        return key
    }

    private func make(
        _ customer: CustomerID, _ organisation: OrganisationID, _ transaction: any WriteTransaction
    ) throws -> SymmetricKey {
        let key = SymmetricKey(size: .bits256)
        let bytes = key.withUnsafeBytes { Array($0) }
        let wrapped = try cipher.seal(bytes, at: PersonKeys.wrapping(customer, organisation))
        try transaction.run(
            """
            INSERT INTO person_key (organisation, customer, wrapped, created_at)
            VALUES (\(organisation), \(customer), \(wrapped), \(transaction.now))
            """)
        return key
    }

    static func wrapping(_ customer: CustomerID, _ organisation: OrganisationID) -> FieldCipher.Place {
        FieldCipher.Place(organisation, column: "person_key.wrapped", row: customer)
    }

    private static func place(_ customer: CustomerID, _ organisation: OrganisationID) -> FieldCipher.Place {
        FieldCipher.Place(organisation, column: "event.secret", row: customer)
    }
}
