import Crypto
import Primitives
public import Storage

/// Ties a database to its keys: it keeps a keyed hash of each, from which no key can be told.
public struct KeyProof: Sendable {
    private let database: any Database
    private let keys: KeyRing

    public init(database: any Database, keys: KeyRing) {
        self.database = database
        self.keys = keys
    }

    /// Compares the keys with those that the database was filled under, and notes those that are new.
    ///
    /// A database from before proofs were kept must open one stored customer first.
    /// - Throws: `KeyRefusal` for the keys of another database.
    public func confirm() async throws {
        let own = keys.proofs
        let known = try await database.read(.everyCompany) { transaction in
            let known = try KeyProof.known(transaction)
            for (name, proof) in known {
                guard let mine = own[name] else { throw KeyRefusal.lacking(name) }
                guard mine == proof else { throw KeyRefusal.other }
            }
            if known.isEmpty { try openOne(transaction) }
            return Set(known.map(\.name))
        }
        let new = own.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }
        if new.isEmpty { return }
        try await database.write(.installation) { transaction in
            for (name, proof) in new {
                try transaction.run(
                    """
                    INSERT INTO key_proof (key_name, proof, noted_at) VALUES (\(name), \(proof), \(transaction.now))
                    ON CONFLICT DO NOTHING
                    """)
            }
        }
    }

    private static func known(_ transaction: any ReadTransaction) throws -> [(name: String, proof: [UInt8])] {
        try transaction.all("SELECT key_name, proof FROM key_proof ORDER BY key_name") { (try $0[0], try $0[1]) }
    }

    /// Opens one sealed value of each kind, if there is any.
    private func openOne(_ transaction: any ReadTransaction) throws {
        let cipher = FieldCipher(keys: keys)
        do {
            _ = try transaction.first(
                "SELECT organisation, customer, wrapped FROM person_key WHERE wrapped IS NOT NULL LIMIT 1"
            ) { row in
                try cipher.open(try row[2] as [UInt8], at: PersonKeys.wrapping(try row[1], try row[0]))
            }
            let phone = try transaction.first(
                "SELECT organisation, id, phone FROM customer_person WHERE phone IS NOT NULL LIMIT 1"
            ) { row in
                let (organisation, person): (OrganisationID, Person.ID) = (try row[0], try row[1])
                let place = FieldCipher.Place(organisation, column: "customer_person.phone", row: person)
                return (organisation, person, try cipher.text(try row[2] as [UInt8], at: place))
            }
            guard let (organisation, person, text) = phone, let first = text.split(separator: "\n").first else {
                return
            }
            let blind = BlindIndex(keys: keys).blind(String(first), .phone, in: organisation)
            let isFound =
                try transaction.first(
                    """
                    SELECT 1 FROM customer_identifier
                    WHERE organisation = \(organisation) AND kind = 'phone' AND blind = \(blind) AND person = \(person)
                    """
                ) { _ in } != nil
            if !isFound { throw KeyRefusal.other }
        } catch CipherError.unknownKey(let id) {
            throw KeyRefusal.lacking("encrypt \(id)")
        } catch CipherError.altered {
            throw KeyRefusal.other
        }
    }
}

/// Why a database does not open with these keys.
public enum KeyRefusal: Error, Sendable, Equatable {
    /// It was filled under others.
    case other
    /// It was filled under this one too, `encrypt 1`, and the ring does not have it.
    case lacking(String)
}

extension KeyRing {
    /// What the database keeps of each key, by the key's name.
    fileprivate var proofs: [String: [UInt8]] {
        var proofs = ["index": KeyRing.proof(of: index, named: "index")]
        for (id, key) in encryption { proofs["encrypt \(id)"] = KeyRing.proof(of: key, named: "encrypt \(id)") }
        return proofs
    }

    private static func proof(of key: SymmetricKey, named name: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("charter key proof|\(name)".utf8), using: key))
    }
}
