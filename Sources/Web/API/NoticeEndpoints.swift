import Notices
import Primitives

/// The caller's own notices.
struct NoticeEndpoints {
    var routes: [APIRoute] {
        [
            .get("/notices", query: ["cursor", "limit"], list),
            .post("/notices/read", read),
        ]
    }

    @Sendable private func list(_ context: APIContext) async throws -> APIAnswer {
        var query = context.query
        let cursor = query.identifier("cursor", of: Notice.self)
        let limit = query.limit()
        try query.check()
        let page = try await context.desk.notices.list(before: cursor, limit: limit, for: context.principal)
        return try .ok(APIPage(items: page.notices.map { NoticeJSON($0, context) }, next: page.next?.description))
    }

    /// Marking twice is marking once, so no key is asked for.
    @Sendable private func read(_ context: APIContext) async throws -> APIAnswer {
        try await context.desk.notices.markAllRead(for: context.principal)
        return .empty
    }
}

struct NoticeJSON: Encodable {
    let id: String
    let kind: String
    let clause: String
    let event: String
    let eventType: String
    let reference: String?
    let matter: String?
    let customer: String?
    let obligation: String?
    let createdAt: String
    let readAt: String?

    private enum CodingKeys: String, CodingKey {
        case id, kind, clause, event, eventType = "event_type", reference, matter = "case", customer, obligation,
            createdAt = "created_at", readAt = "read_at"
    }

    init(_ notice: Notice, _ context: APIContext) {
        id = notice.id.description
        kind = notice.kind.rawValue
        clause = notice.clause
        event = notice.event.description
        eventType = notice.eventType
        reference = notice.reference
        matter = notice.matter?.description
        customer = notice.customer?.description
        obligation = notice.obligation?.description
        createdAt = context.time(notice.createdAt)
        readAt = context.time(notice.readAt)
    }
}
