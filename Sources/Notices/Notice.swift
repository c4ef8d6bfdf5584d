public import Policy
public import Primitives
public import Storage

/// A word to a member of staff: that something happened, or that something is late.
public struct Notice: Sendable, Hashable {
    public let id: Identifier<Notice>
    public let clause: Clause.Key
    public let kind: Kind
    public let event: Event.ID
    public let eventType: String
    public let reference: String?
    public let matter: CaseID?
    public let customer: CustomerID?
    public let obligation: ObligationID?
    public let createdAt: Instant
    public let readAt: Instant?

    public enum Kind: String, Sendable {
        case event, escalation
    }

    init(row: Row) throws {
        id = try row[0]
        clause = try row[1]
        kind = Kind(rawValue: try row[2]) ?? .event
        event = try row[3]
        eventType = try row[4]
        reference = try row[5]
        matter = try row[6]
        customer = try row[7]
        obligation = try row[8]
        createdAt = try row[9]
        readAt = try row[10]
    }

    static let columns: SQL = """
        id, clause, kind, event, event_type, reference, matter, customer, obligation, created_at, read_at
        """
}
