import Crypto
public import Primitives
public import Storage

/// Checks attachments against the journal, and their bytes against both.
public enum AttachmentAccount {
    public enum Fault: Sendable, Hashable {
        /// The journal tells of it, and there is no such attachment.
        case lost(CaseID, event: Event.ID)
        /// No event tells of it, or of another content.
        case unsaid(CaseID, AttachmentID)
        /// Its bytes are not there.
        case absent(CaseID, AttachmentID)
        /// Its bytes are not those that were added.
        case altered(CaseID, AttachmentID)
    }

    /// Reads every attachment from beginning to end.
    public static func faults(in database: any Database, store: any AttachmentStore) async throws -> [Fault] {
        var faults = try await database.read(.everyCompany) { try lost($0) }
        try await each(in: database) { organisation, row in
            if !row.isSaid { faults.append(.unsaid(row.matter, row.id)) }
            switch try await state(of: row, organisation, store) {
            case .whole: break
            case .absent: faults.append(.absent(row.matter, row.id))
            case .altered: faults.append(.altered(row.matter, row.id))
            }
        }
        return faults
    }

    /// Brings every attachment of a database to where another keeps its own; what is there whole stays.
    /// - Returns: how many there are.
    public static func copy(
        of database: any Database, from source: any AttachmentStore, to target: any AttachmentStore
    ) async throws -> Int {
        var count = 0
        try await each(in: database) { organisation, row in
            count += 1
            if try await state(of: row, organisation, target) == .whole { return }
            // What a move that was broken off left of it.
            try await target.remove(row.content, of: organisation)
            try await source.copy(row.content, of: organisation, to: target)
        }
        return count
    }

    private struct Kept: Sendable {
        let id: AttachmentID
        let matter: CaseID
        let content: ContentID
        let size: Int
        let sha256: [UInt8]
        let isSaid: Bool
    }

    private static func each(
        in database: any Database, _ body: (OrganisationID, Kept) async throws -> Void
    ) async throws {
        var last: (OrganisationID, AttachmentID)?
        while true {
            let after = last
            let page = try await database.read(.everyCompany) { transaction in
                let rest: SQL =
                    after.map { "WHERE (attachment.organisation, attachment.id) > (\($0.0), \($0.1))" } ?? ""
                return try transaction.all(
                    """
                    SELECT attachment.organisation, attachment.id, attachment.matter, attachment.content,
                        attachment.size, attachment.sha256, event.body
                    FROM attachment
                    LEFT JOIN event ON event.organisation = attachment.organisation AND event.id = attachment.event
                        AND event.type = 'attachment.added' AND event.matter = attachment.matter
                    \(rest) ORDER BY attachment.organisation, attachment.id LIMIT 200
                    """
                ) { row in
                    let (id, hash) = (try row[1] as AttachmentID, try row[5] as [UInt8])
                    let said = try (row[6] as String?).map(EventBody.decode)
                    return (
                        try row[0] as OrganisationID,
                        Kept(
                            id: id, matter: try row[2], content: try row[3], size: try row[4], sha256: hash,
                            isSaid: said?["attachment"]?.text == id.description
                                && said?["sha256"]?.text == hash.map(Hexadecimal.text).joined())
                    )
                }
            }
            for (organisation, row) in page { try await body(organisation, row) }
            guard let end = page.last else { return }
            last = (end.0, end.1.id)
        }
    }

    private enum State {
        case whole, absent, altered
    }

    private static func state(
        of row: Kept, _ organisation: OrganisationID, _ store: any AttachmentStore
    ) async throws -> State {
        var (hash, size) = (SHA256(), 0)
        do {
            let reader = try await store.open(row.content, of: organisation)
            while let piece = try await reader.next() {
                hash.update(data: piece)
                size += piece.count
            }
        } catch StorageError.notFound {
            return .absent
        }
        return size == row.size && Array(hash.finalize()) == row.sha256 ? .whole : .altered
    }

    private static func lost(_ transaction: any ReadTransaction) throws -> [Fault] {
        try transaction.all(
            """
            SELECT event.matter, event.id FROM event
            LEFT JOIN attachment ON attachment.organisation = event.organisation AND attachment.event = event.id
            WHERE event.type = 'attachment.added' AND event.matter IS NOT NULL AND attachment.id IS NULL
            ORDER BY event.id
            """
        ) { .lost(try $0[0], event: try $0[1]) }
    }
}
