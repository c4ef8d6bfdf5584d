public import Primitives

/// Files as rows of 256 KiB, so that every node of a server has them, and a backup in one file holds them.
public struct AttachmentRows: AttachmentStore {
    private let database: any Database

    public init(_ database: any Database) {
        self.database = database
    }

    /// What has waited so long for a row that refers to it waits for none.
    static let patienceHours: Int64 = 24

    public func receiver(
        of content: ContentID, for organisation: OrganisationID
    ) async throws -> any AttachmentReceiver {
        Receiver(database, content, organisation)
    }

    public func open(_ content: ContentID, of organisation: OrganisationID) async throws -> any AttachmentReader {
        Reader(database, content, organisation)
    }

    public func remove(_ content: ContentID, of organisation: OrganisationID) async throws {
        try await database.write(for: organisation) { transaction in
            try transaction.run(
                "DELETE FROM attachment_piece WHERE organisation = \(organisation) AND content = \(content)")
        }
    }

    /// Removes all, once they are kept elsewhere.
    public func empty() async throws {
        try await database.write(.everyCompany) { try $0.run("DELETE FROM attachment_piece") }
    }

    public func sweep(_ isKept: @Sendable ([ContentID]) async throws -> Set<ContentID>) async throws -> Int {
        var removed = 0
        var last: (OrganisationID, ContentID)?
        while true {
            let after = last
            let found = try await database.read(.everyCompany) { transaction in
                let rest: SQL = after.map { "AND (organisation, content) > (\($0.0), \($0.1))" } ?? ""
                let oldest = transaction.now.adding(hours: -Self.patienceHours)
                return try transaction.all(
                    """
                    SELECT organisation, content FROM attachment_piece
                    WHERE ordinal = 0 AND received_at < \(oldest) \(rest)
                    ORDER BY organisation, content LIMIT 500
                    """
                ) { (try $0[0] as OrganisationID, try $0[1] as ContentID) }
            }
            if found.isEmpty { return removed }
            let kept = try await isKept(found.map(\.1))
            for (organisation, content) in found where !kept.contains(content) {
                try await remove(content, of: organisation)
                removed += 1
            }
            last = found.last
        }
    }

    private final class Receiver: AttachmentReceiver {
        let content: ContentID
        private let database: any Database
        private let organisation: OrganisationID
        private var waiting: [UInt8] = []
        private var ordinal = 0

        init(_ database: any Database, _ content: ContentID, _ organisation: OrganisationID) {
            self.database = database
            self.content = content
            self.organisation = organisation
        }

        func take(_ bytes: [UInt8]) async throws {
            waiting.append(contentsOf: bytes)
            while waiting.count >= attachmentPiece {
                let piece = Array(waiting.prefix(attachmentPiece))
                waiting.removeFirst(attachmentPiece)
                try await keep(piece)
            }
        }

        func finish() async throws {
            if !waiting.isEmpty || ordinal == 0 { try await keep(waiting) }
            waiting = []
        }

        /// Each piece in an act of its own: none is so long that others wait for it.
        private func keep(_ piece: [UInt8]) async throws {
            let (organisation, content, ordinal) = (organisation, content, ordinal)
            try await database.write(for: organisation) { transaction in
                try transaction.run(
                    """
                    INSERT INTO attachment_piece (organisation, content, ordinal, piece, received_at)
                    VALUES (\(organisation), \(content), \(ordinal), \(piece), \(transaction.now))
                    """)
            }
            self.ordinal += 1
        }
    }

    private final class Reader: AttachmentReader {
        private let database: any Database
        private let content: ContentID
        private let organisation: OrganisationID
        private var ordinal = 0

        init(_ database: any Database, _ content: ContentID, _ organisation: OrganisationID) {
            self.database = database
            self.content = content
            self.organisation = organisation
        }

        func next() async throws -> [UInt8]? {
            let (organisation, content, ordinal) = (organisation, content, ordinal)
            let piece = try await database.read(for: organisation) { transaction in
                try transaction.first(
                    """
                    SELECT piece FROM attachment_piece
                    WHERE organisation = \(organisation) AND content = \(content) AND ordinal = \(ordinal)
                    """
                ) { try $0[0] as [UInt8] }
            }
            guard let piece else {
                if ordinal == 0 { throw StorageError.notFound("attachment content \(content)") }
                return nil
            }
            self.ordinal += 1
            return piece
        }
    }
}
