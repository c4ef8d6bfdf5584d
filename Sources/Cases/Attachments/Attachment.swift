public import Policy
public import Primitives
public import Storage

/// A file that belongs to a case; it never changes, and is never deleted.
public struct Attachment: Sendable, Hashable {
    public let id: AttachmentID
    public let matter: CaseID
    /// As it was called where it came from, its last part; for people, never for a path.
    public let name: String
    /// Found in its content.
    public let kind: FileKind
    /// Bytes, at least 1.
    public let size: Int
    public let sha256: [UInt8]
    /// Where its bytes are kept.
    public let content: ContentID
    public let addedBy: StaffID
    public let addedAt: Instant
    public let event: Event.ID
    public let withdrawal: Withdrawal?
    /// Through which part of the program the customer sent it; `nil` where `addedBy` put it there himself.
    public let via: String?

    /// Who took it back, and why.
    public struct Withdrawal: Sendable, Hashable {
        public let by: StaffID
        public let at: Instant
        public let why: String
    }

    static let columns: SQL = """
        attachment.id, attachment.matter, attachment.name, attachment.media_type, attachment.size, attachment.sha256,
        attachment.content, attachment.added_by, attachment.added_at, attachment.event, attachment.withdrawn_by,
        attachment.withdrawn_at, attachment.withdrawn_why, attachment.via
        """

    init(row: Row) throws {
        id = try row[0]
        matter = try row[1]
        name = try row[2]
        guard let kind = FileKind(mediaType: try row[3]) else { throw StorageError.unreadable(column: 3) }
        self.kind = kind
        size = try row[4]
        sha256 = try row[5]
        content = try row[6]
        addedBy = try row[7]
        addedAt = try row[8]
        event = try row[9]
        via = try row[13]
        withdrawal =
            row.isNull(10) ? nil : Withdrawal(by: try row[10], at: try row[11], why: try row[12])
    }

    /// Its hash as people compare it.
    public var hash: String { sha256.map { Hexadecimal.text($0) }.joined() }

    /// Whether the bytes may be given to that reader: of what was taken back, to whoever added it and whoever may see
    /// masked numbers.
    public func isOpen(to staff: StaffID, mayReveal: Bool) -> Bool {
        withdrawal == nil || staff == addedBy || mayReveal
    }
}

enum Hexadecimal {
    static func text(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
    }
}
