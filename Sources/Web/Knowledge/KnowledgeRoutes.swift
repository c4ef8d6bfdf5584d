import Hummingbird
import Knowledge
import Organisations
import Policy
import Primitives
import Storage

/// The articles of the board or the knowledge base.
struct KnowledgePage {
    let shell: Shell
    let title: String
    let tabs: [WorkbenchPage.Tab]
    let place: String
    let query: String
    let rows: [ArticleRow]
    let isEmpty: Bool
    let nextPath: String?

    struct ArticleRow {
        let path: String
        let title: String
        let clause: String?
        let author: String
        let day: String
        let machine: String
    }
}

/// One article.
struct ArticlePage {
    let shell: Shell
    let title: String
    let placePath: String
    let placeTitle: String
    let paragraphs: [String]
    let clause: String?
    let author: String
    let published: String
    let machine: String
}

/// What the company's own people may read.
struct KnowledgeRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("knowledge", use: list)
        staff.get("knowledge/:id", use: show)
    }

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = request.uri.queryParameters
        let place = query["place"].flatMap { Workflow.Publication.Place(rawValue: String($0)) } ?? .knowledge
        let text = query["q"].map(String.init) ?? ""
        let frame = try await desk.frame(context, room: .knowledge, path: "/knowledge?place=\(place.rawValue)")
        let page = try await desk.knowledge.list(
            place, containing: text, before: query["before"].flatMap { Article.ID(String($0)) },
            for: context.principal)
        let rows = page.articles.map { article in
            KnowledgePage.ArticleRow(
                path: "/knowledge/\(article.id)", title: article.title, clause: article.clause,
                author: page.authors[article.author] ?? "",
                day: frame.time.shortDate(frame.time.zone.local(article.publishedAt).day),
                machine: frame.time.zone.rfc3339(article.publishedAt))
        }
        return desk.html(
            KnowledgePage(
                shell: frame.shell, title: Self.title(of: place, frame.words),
                tabs: [Workflow.Publication.Place.knowledge, .board].map {
                    WorkbenchPage.Tab(
                        title: Self.title(of: $0, frame.words), path: "/knowledge?place=\($0.rawValue)",
                        isCurrent: $0 == place, tally: nil)
                }, place: place.rawValue, query: text, rows: rows, isEmpty: rows.isEmpty,
                nextPath: page.next.map { "/knowledge?place=\(place.rawValue)&before=\($0)" }), "knowledge/list",
            context)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: Article.ID.self)
        let frame = try await desk.frame(context, room: .knowledge, path: "/knowledge/\(id)")
        let (article, author) = try await desk.knowledge.find(id, for: context.principal)
        return desk.html(
            ArticlePage(
                shell: frame.shell, title: article.title, placePath: "/knowledge?place=\(article.place.rawValue)",
                placeTitle: Self.title(of: article.place, frame.words),
                paragraphs: article.content.split(separator: "\n").map(String.init), clause: article.clause,
                author: author, published: frame.time.moment(article.publishedAt),
                machine: frame.time.zone.rfc3339(article.publishedAt)), "knowledge/show", context)
    }

    private static func title(of place: Workflow.Publication.Place, _ words: Words) -> String {
        switch place {
        case .board: words("公告栏")
        case .knowledge: words("知识库")
        }
    }
}
