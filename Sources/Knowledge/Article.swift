public import Policy
public import Primitives
import Storage

/// What a company's own people may read: a decision on the board, or a case that others learn from.
///
/// It holds only what the charter says may be published, so it names no case and no customer.
public struct Article: Sendable, Hashable {
    public typealias ID = Identifier<Article>

    public let id: ID
    public let place: Workflow.Publication.Place
    public let title: String
    public let content: String
    public let clause: Clause.Key?
    public let author: StaffID
    public let publishedAt: Instant

    static let columns: SQL = "id, place, title, content, clause, author, published_at"

    init(row: Row) throws {
        id = try row[0]
        place = Workflow.Publication.Place(rawValue: try row[1]) ?? .knowledge
        title = try row[2]
        content = try row[3]
        clause = try row[4]
        author = try row[5]
        publishedAt = try row[6]
    }
}
