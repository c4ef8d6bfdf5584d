import Crypto
public import Primitives

/// Finds an encrypted value by equality: a keyed hash of its one spelling, different in every company.
public struct BlindIndex: Sendable {
    /// Has taken in the key already, which is half of the work for a short value.
    private let keyed: HMAC<SHA256>

    public init(keys: KeyRing) {
        keyed = HMAC<SHA256>(key: keys.index)
    }

    public enum Kind: String, Sendable, CaseIterable {
        case phone, email, identity
        /// Name and address together; finds a file entered twice without a telephone.
        case place
    }

    /// Sixteen bytes.
    public func blind(_ value: String, _ kind: Kind, in organisation: OrganisationID) -> [UInt8] {
        let input = Array("\(organisation)|\(kind.rawValue)|\(value)".utf8)
        var hash = keyed
        hash.update(data: input)
        return Array(hash.finalize().prefix(16))
    }

    func blind(_ phone: PhoneNumber, in organisation: OrganisationID) -> [UInt8] {
        blind(phone.digits, .phone, in: organisation)
    }

    func blind(_ email: EmailAddress, in organisation: OrganisationID) -> [UInt8] {
        blind(email.text, .email, in: organisation)
    }

    func blind(_ identity: IdentityNumber, in organisation: OrganisationID) -> [UInt8] {
        blind(identity.text, .identity, in: organisation)
    }
}
