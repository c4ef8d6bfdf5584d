import Cases
import Customers
import Organisations
import Policy

/// One search over everything.
struct SearchEndpoints {
    var routes: [APIRoute] {
        [.get("/search", query: ["q", "limit"], search)]
    }

    @Sendable private func search(_ context: APIContext) async throws -> APIAnswer {
        var query = context.query
        let text = query.text("q", maximum: 100, isRequired: true)?.trimmed ?? ""
        let limit = Int(query.number("limit", 1...50, default: 6))
        try query.check()
        if text.isEmpty { return try .ok(APIPage<FoundJSON>(items: [], next: nil)) }
        let finder = Finder(desk: context.desk, principal: context.principal, limit: limit)
        var items = try await finder.customers(text).map {
            FoundJSON(
                kind: .customer, id: "\($0.id)", title: $0.name, detail: $0.phone + " " + $0.reference,
                href: "/customers/\($0.id)")
        }
        items += try await finder.cases(text).map {
            FoundJSON(
                kind: .matter, id: "\($0.id)", title: $0.reference, detail: $0.summary, href: "/cases/\($0.id)")
        }
        items += finder.clauses(text, of: context.charter).map {
            FoundJSON(
                kind: .clause, id: $0.key, title: $0.title[context.language], href: "/charter/clauses/\($0.key)")
        }
        items += try await finder.staff(text).map {
            FoundJSON(kind: .staff, id: "\($0.id)", title: $0.name, detail: $0.unitName, href: "/staff/\($0.id)")
        }
        return try .ok(APIPage(items: items, next: nil))
    }
}

struct FoundJSON: Encodable {
    let kind: Kind
    /// A clause's is its key.
    let id: String
    let title: String
    let detail: String?
    /// Where the API tells more of it.
    let href: String

    enum Kind: String, Encodable {
        case customer, clause, staff
        case matter = "case"
    }

    /// - Parameter href: below `/api/v1`.
    init(kind: Kind, id: String, title: String, detail: String? = nil, href: String) {
        self.kind = kind
        self.id = id
        self.title = title
        self.detail = detail?.trimmed
        self.href = "/api/v1" + href
    }
}
