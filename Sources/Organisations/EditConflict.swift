public import Primitives
public import Storage

/// Somebody else changed something between its being read and its being saved.
public struct EditConflict: Error, Sendable, Equatable {
    /// What was changed: a `customer`, a `case`, an `obligation`, a member of the `staff`.
    public let subject: Event.Subject
    /// The name of who changed it; `nil` when the program did.
    public let changedBy: String?
    public let changedAt: Instant
    /// The revision that is stored now.
    public let revision: Int

    public init(subject: Event.Subject, changedBy: String?, changedAt: Instant, revision: Int) {
        self.subject = subject
        self.changedBy = changedBy
        self.changedAt = changedAt
        self.revision = revision
    }

    /// Compares revisions, and names who changed the subject last by what the journal holds about it.
    /// - Parameter seen: `nil` skips the check.
    /// - Throws: `EditConflict`.
    public static func check(
        _ seen: Int?, is stored: Int, of subject: Event.Subject, in organisation: OrganisationID,
        _ transaction: any ReadTransaction
    ) throws {
        guard let seen, seen != stored else { return }
        let last = try EventStore(transaction).timeline(of: subject, in: organisation, limit: 1).first
        var name: String?
        // Not a map over an optional: the compiler's optimiser (6.3.1) dies of it in a release build.
        if let last, case .staff(let staff) = last.actor {
            name = try OrganisationStore(transaction).staff(staff, of: organisation).name
        }
        throw EditConflict(
            subject: subject, changedBy: name, changedAt: last?.recordedAt ?? transaction.now, revision: stored)
    }
}
