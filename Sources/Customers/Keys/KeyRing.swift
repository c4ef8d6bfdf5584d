import Crypto
import Foundation

/// The installation's secret keys: those that encrypt fields, each with its id, and the one of the blind indexes.
///
/// Its text form is one key a line: `encrypt 1 BASE64`, `index BASE64`. New values are sealed under the highest id;
/// older keys stay, so that what they sealed can be read.
public struct KeyRing: Sendable {
    let encryption: [UInt32: SymmetricKey]
    let current: UInt32
    let index: SymmetricKey

    /// A ring with fresh keys.
    public static func random() -> KeyRing {
        KeyRing(
            encryption: [1: SymmetricKey(size: .bits256)], current: 1, index: SymmetricKey(size: .bits256))
    }

    private init(encryption: [UInt32: SymmetricKey], current: UInt32, index: SymmetricKey) {
        self.encryption = encryption
        self.current = current
        self.index = index
    }

    /// Reads the text form.
    /// - Throws: `KeyRingError.unreadable` with the number of the line.
    public init(text: String) throws(KeyRingError) {
        var encryption: [UInt32: SymmetricKey] = [:]
        var index: SymmetricKey?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.isEmpty || words[0].hasPrefix("#") { continue }
            guard let last = words.last, let bytes = Data(base64Encoded: String(last)), bytes.count == 32 else {
                throw .unreadable(line: number + 1)
            }
            if words.count == 2, words[0] == "index", index == nil {
                index = SymmetricKey(data: bytes)
            } else if words.count == 3, words[0] == "encrypt", let id = UInt32(words[1]), encryption[id] == nil {
                encryption[id] = SymmetricKey(data: bytes)
            } else {
                throw .unreadable(line: number + 1)
            }
        }
        guard let current = encryption.keys.max(), let index else { throw .incomplete }
        self.init(encryption: encryption, current: current, index: index)
    }

    /// The text form; it is the secret itself.
    public var text: String {
        let lines = encryption.keys.sorted().compactMap { id in
            encryption[id].map { "encrypt \(id) \(KeyRing.base64($0))" }
        }
        return (lines + ["index \(KeyRing.base64(index))"]).joined(separator: "\n") + "\n"
    }

    /// This ring with one more key, under which all that follows is sealed.
    public func rotated() -> KeyRing {
        var keys = encryption
        keys[current + 1] = SymmetricKey(size: .bits256)
        return KeyRing(encryption: keys, current: current + 1, index: index)
    }

    private static func base64(_ key: SymmetricKey) -> String {
        key.withUnsafeBytes { Data($0).base64EncodedString() }
    }
}

/// Why keys cannot be used; the text of a key is never part of it.
public enum KeyRingError: Error, Sendable, Equatable {
    case unreadable(line: Int)
    /// No key to encrypt with, or none for the blind indexes.
    case incomplete
    /// There is no key file, though there is a database that was filled under one.
    case missing(path: String)
    /// Others than the owner may read the key file; it must be 0600.
    case exposed(path: String)
    case file(path: String, error: Int32)
}
