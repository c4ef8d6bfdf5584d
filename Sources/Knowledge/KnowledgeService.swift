public import Organisations
public import Policy
public import Primitives
public import Storage

/// The board and the knowledge base, open to everybody who works at the company.
public struct KnowledgeService: Sendable {
    private let database: any Database

    public init(database: any Database) {
        self.database = database
    }

    public struct Page: Sendable {
        public let articles: [Article]
        public let next: Article.ID?
        public let authors: [StaffID: String]
        public let now: Instant
    }

    /// Newest first.
    /// - Parameter text: what title or content must contain; at most 60 characters are looked for.
    public func list(
        _ place: Workflow.Publication.Place, containing text: String? = nil, before: Article.ID? = nil,
        limit: Int = 30, for principal: Principal
    ) async throws -> Page {
        try await database.read(for: principal.organisation) { transaction in
            let earlier: SQL = before.map { "AND id < \($0)" } ?? ""
            let wanted = text.flatMap { $0.isEmpty ? nil : KnowledgeService.pattern($0) }
            let containing: SQL =
                wanted.map { "AND (title LIKE \($0) ESCAPE '\\' OR content LIKE \($0) ESCAPE '\\')" } ?? ""
            let found = try transaction.all(
                """
                SELECT \(Article.columns) FROM article
                WHERE organisation = \(principal.organisation) AND place = \(place.rawValue) \(containing) \(earlier)
                ORDER BY id DESC LIMIT \(limit: limit + 1)
                """, Article.init(row:))
            let shown = Array(found.prefix(limit))
            return Page(
                articles: shown, next: found.count > limit ? shown.last?.id : nil,
                authors: try OrganisationStore(transaction)
                    .names(of: Set(shown.map(\.author)), in: principal.organisation),
                now: transaction.now)
        }
    }

    /// - Throws: `.notFound`.
    public func find(_ id: Article.ID, for principal: Principal) async throws -> (article: Article, author: String) {
        try await database.read(for: principal.organisation) { transaction in
            let article = try transaction.one(
                "SELECT \(Article.columns) FROM article WHERE organisation = \(principal.organisation) AND id = \(id)",
                orElse: "article \(id)", Article.init(row:))
            let author = try OrganisationStore(transaction).name(of: article.author, in: principal.organisation)
            return (article, author ?? "")
        }
    }

    private static func pattern(_ text: String) -> String {
        let escaped = text.prefix(60).map { "\\%_".contains($0) ? "\\\($0)" : String($0) }.joined()
        return "%\(escaped)%"
    }
}
