public import Policy
public import Primitives
public import Storage
import Synchronization

/// The charters of all companies: services ask it for the one in force at an instant.
///
/// Versions never change, so parsed ones are kept in memory; which one is in force is read with the act.
public final class CharterShelf: Sendable {
    /// Parses a stored charter; App says how.
    public typealias Parser = @Sendable (_ text: String) throws -> Charter

    private let parse: Parser
    private let cache = Mutex<[Key: Charter]>([:])

    private struct Key: Hashable {
        let organisation: OrganisationID
        let version: Int
    }

    public init(parse: @escaping Parser) {
        self.parse = parse
    }

    /// The charter in force for a company at an instant: the highest version that has begun by then.
    /// - Throws: `StorageError.notFound` when the company has none in force yet.
    public func inForce(
        for organisation: OrganisationID, at instant: Instant, in transaction: any ReadTransaction
    ) throws -> Charter {
        let version: Int = try transaction.one(
            """
            SELECT version FROM charter_version
            WHERE organisation = \(organisation) AND effective_at <= \(instant)
            ORDER BY version DESC LIMIT 1
            """, orElse: "charter in force"
        ) { try $0[0] }
        return try self.version(version, of: organisation, in: transaction)
    }

    /// The one in force, or `nil` where none has come into force yet; one that cannot be read is an error all the same.
    public func inForceIfAny(
        for organisation: OrganisationID, at instant: Instant, in transaction: any ReadTransaction
    ) throws -> Charter? {
        do {
            return try inForce(for: organisation, at: instant, in: transaction)
        } catch StorageError.notFound {
            return nil
        }
    }

    /// One version; open cases and duties keep the one that opened them.
    public func version(
        _ version: Int, of organisation: OrganisationID, in transaction: any ReadTransaction
    ) throws -> Charter {
        let key = Key(organisation: organisation, version: version)
        if let charter = cache.withLock({ $0[key] }) { return charter }
        let (text, adoptedAt) = try transaction.one(
            "SELECT text, adopted_at FROM charter_version WHERE organisation = \(organisation) AND version = \(version)",
            orElse: "charter version \(version)"
        ) { (try $0[0] as String, try $0[1] as Instant) }
        let charter = try parse(text)
        // One adopted in this very transaction may yet be rolled back, and another text come under its number.
        if adoptedAt < transaction.now { cache.withLock { $0[key] = charter } }
        return charter
    }
}
