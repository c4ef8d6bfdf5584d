import Crypto
import Foundation
public import Primitives

/// Encrypts single fields with AES-GCM, bound to company, column and row.
///
/// Sealed form: format (1 byte), key id (4 bytes, big-endian), nonce (12), ciphertext, tag (16).
public struct FieldCipher: Sendable {
    private let keys: KeyRing

    public init(keys: KeyRing) {
        self.keys = keys
    }

    /// Where a sealed value belongs; in another place it does not open.
    public struct Place: Sendable {
        let bytes: [UInt8]

        /// - Parameter column: `customer_person.phone`
        public init<Owner>(_ organisation: OrganisationID, column: String, row: Identifier<Owner>) {
            bytes = Array("\(organisation)|\(column)|\(row)".utf8)
        }
    }

    public func seal(_ content: [UInt8], at place: Place) throws -> [UInt8] {
        // The current id is one of the ring's by construction.
        guard let key = keys.encryption[keys.current] else { throw CipherError.unknownKey(keys.current) }
        let id = (0..<4).map { UInt8(truncatingIfNeeded: keys.current >> (24 - 8 * UInt32($0))) }
        return try [1] + id + FieldCipher.seal(content, with: key, at: place)
    }

    public func seal(_ text: String, at place: Place) throws -> [UInt8] {
        try seal(Array(text.utf8), at: place)
    }

    /// - Throws: `CipherError` when the key is unknown, the value was altered or belongs elsewhere.
    public func open(_ sealed: [UInt8], at place: Place) throws -> [UInt8] {
        guard sealed.count >= 33, sealed[0] == 1 else { throw CipherError.altered }
        let id = sealed[1..<5].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard let key = keys.encryption[id] else { throw CipherError.unknownKey(id) }
        return try FieldCipher.open(sealed[5...], with: key, at: place)
    }

    public func text(_ sealed: [UInt8], at place: Place) throws -> String {
        String(decoding: try open(sealed, at: place), as: UTF8.self)
    }

    static func seal(_ content: [UInt8], with key: SymmetricKey, at place: Place) throws -> [UInt8] {
        let box = try AES.GCM.seal(content, using: key, authenticating: place.bytes)
        return Array(box.nonce) + box.ciphertext + box.tag
    }

    static func open(_ sealed: ArraySlice<UInt8>, with key: SymmetricKey, at place: Place) throws -> [UInt8] {
        guard sealed.count >= 28, let box = try? AES.GCM.SealedBox(combined: sealed),
            let content = try? AES.GCM.open(box, using: key, authenticating: place.bytes)
        else { throw CipherError.altered }
        return Array(content)
    }
}

public enum CipherError: Error, Sendable, Equatable {
    case unknownKey(UInt32)
    /// Not what was sealed, or not where it was sealed.
    case altered
    /// The person's key was destroyed by erasure.
    case erased
}
