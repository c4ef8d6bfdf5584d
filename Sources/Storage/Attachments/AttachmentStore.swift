public import Primitives

/// Where the bytes of attachments are kept: files beside a database in a file, rows in one on a server.
///
/// Bytes are durable before any row refers to them, so that what is referred to is always there; what was received and
/// never referred to is swept at the next start.
public protocol AttachmentStore: Sendable {
    /// A place for one file that is being received, under a name that was drawn for it.
    func receiver(of content: ContentID, for organisation: OrganisationID) async throws -> any AttachmentReceiver

    /// Reads a file from its beginning.
    /// - Throws: `.notFound` when its bytes are not there.
    func open(_ content: ContentID, of organisation: OrganisationID) async throws -> any AttachmentReader

    /// Removes the bytes of what nothing refers to; what is not there need not be removed.
    func remove(_ content: ContentID, of organisation: OrganisationID) async throws

    /// Removes what was received and is referred to by nothing: what a crash left.
    /// - Parameter isKept: of some contents, those that are referred to.
    /// - Returns: how many were removed.
    func sweep(_ isKept: @Sendable ([ContentID]) async throws -> Set<ContentID>) async throws -> Int
}

/// A file that is being received, piece by piece.
public protocol AttachmentReceiver: AnyObject {
    var content: ContentID { get }

    func take(_ bytes: [UInt8]) async throws

    /// Returns once all of it is durable.
    func finish() async throws
}

/// A kept file that is being read.
public protocol AttachmentReader: AnyObject {
    /// The next piece, of at most 256 KiB; `nil` at the end.
    func next() async throws -> [UInt8]?
}

/// How much of a file is handled at once.
package let attachmentPiece = 256 * 1024

extension AttachmentStore {
    /// A place for a new file; its name is drawn at random, as nothing is told by when a file came.
    public func receive(for organisation: OrganisationID) async throws -> any AttachmentReceiver {
        try await receiver(
            of: ContentID(high: .random(in: 0...UInt64.max), low: .random(in: 0...UInt64.max)), for: organisation)
    }

    /// Copies a file to another store, under its own name.
    public func copy(
        _ content: ContentID, of organisation: OrganisationID, to other: any AttachmentStore
    ) async throws {
        let reader = try await open(content, of: organisation)
        let receiver = try await other.receiver(of: content, for: organisation)
        while let piece = try await reader.next() { try await receiver.take(piece) }
        try await receiver.finish()
    }
}
