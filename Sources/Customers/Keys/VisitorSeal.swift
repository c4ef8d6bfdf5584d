import Crypto

/// Marks what the program hands to a visitor without an account, so that it knows it again: a page's time, a visit.
///
/// Under a key of its own, worked out of the blind indexes', so that no mark is ever an index.
public struct VisitorSeal: Sendable {
    private let keyed: HMAC<SHA256>

    public init(keys: KeyRing) {
        let key = HMAC<SHA256>.authenticationCode(for: Array("charter.visitor.1".utf8), using: keys.index)
        keyed = HMAC<SHA256>(key: SymmetricKey(data: key))
    }

    /// 32 hexadecimal digits over the parts, each with its length, so that no two run together alike.
    public func mark(_ parts: String...) -> String {
        var hash = keyed
        for part in parts {
            hash.update(data: withUnsafeBytes(of: UInt32(part.utf8.count).bigEndian) { Array($0) })
            hash.update(data: Array(part.utf8))
        }
        return hash.finalize().prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }

    /// Compares without telling by time where they part.
    public static func equal(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
