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
        let cases = try await context.visible(page.notices.compactMap(\.matter))
        return try .ok(
            APIPage(
                items: page.notices.map { NoticeJSON($0, namesCase: $0.namesCase(among: cases), context) },
                next: page.next?.description))
    }

    /// Marking twice is marking once, so no key is asked for.
    @Sendable private func read(_ context: APIContext) async throws -> APIAnswer {
        try await context.desk.notices.markAllRead(for: context.principal)
        return .empty
    }
}

extension Notice {
    /// Whether a reader may know of the case that it belongs to; a notice of none hides none.
    /// - Parameter visible: the cases that the reader may open.
    func namesCase(among visible: Set<CaseID>) -> Bool { matter.map(visible.contains) ?? true }
}

struct NoticeJSON: Encodable {
    let id: String
    let kind: String
    let clause: String
    let event: String
    let eventType: String
    /// The case number, where there is a case that the reader may open.
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

    /// - Parameter namesCase: whether the reader may know of the case.
    init(_ notice: Notice, namesCase: Bool, _ context: APIContext) {
        id = notice.id.description
        kind = notice.kind.rawValue
        clause = notice.clause
        event = notice.event.description
        eventType = notice.eventType
        reference = namesCase ? notice.reference : nil
        matter = namesCase ? notice.matter?.description : nil
        customer = notice.customer?.description
        obligation = notice.obligation?.description
        createdAt = context.time(notice.createdAt)
        readAt = context.time(notice.readAt)
    }
}
