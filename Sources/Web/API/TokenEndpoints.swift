import HTTPTypes
import Organisations
import Policy
import Primitives

/// The caller's own tokens: those there are, a new one, and the end of one.
struct TokenEndpoints {
    var routes: [APIRoute] {
        [
            .get("/me/tokens", list),
            .post("/me/tokens", issue),
            .post("/me/tokens/{id}/revocation", revoke),
        ]
    }

    @Sendable private func list(_ context: APIContext) async throws -> APIAnswer {
        let tokens = try await context.desk.signIn.tokens(of: context.principal).tokens
        return try .ok(APIPage(items: tokens.map { TokenJSON($0, context) }, next: nil))
    }

    /// Kept under no key: what is shown once is stored nowhere, so that a repeat makes another.
    @Sendable private func issue(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let title = body.text("title", 1...100).trimmingEnds
        let words = body.texts("scopes", 1...100, isRequired: true, maximum: Action.allCases.count)
        let days = body.number("days", 1...3650, isNullable: true).map { Int($0) }
        try body.check()
        var faults = FormFaults()
        if title.isEmpty { faults.add("title", .missing) }
        if !title.isReadable { faults.add("title", .unreadable) }
        let known = Action.allCases.map(\.rawValue)
        for (index, word) in words.enumerated() where !known.contains(word) {
            faults.add("scopes.\(index)", .notAChoice(expected: known))
        }
        try faults.check()
        let issued = try await context.desk.signIn.issue(
            title: title, scopes: Set(words.compactMap(Action.init)), days: days, by: context.principal)
        var answer = try APIAnswer.ok(TokenJSON(issued.token, secret: issued.secret, context))
        answer.status = .created
        return answer
    }

    /// One that has ended stays so, so no key is asked for.
    @Sendable private func revoke(_ context: APIContext) async throws -> APIAnswer {
        try await context.desk.signIn.revokeToken(context.id(), by: context.principal)
        return .empty
    }
}

struct TokenJSON: Encodable {
    let id: String
    let title: String
    let scopes: [String]
    let createdAt: String
    let expiresAt: String?
    let revokedAt: String?
    /// Only when it is made.
    let token: String?

    private enum CodingKeys: String, CodingKey {
        case id, title, scopes, createdAt = "created_at", expiresAt = "expires_at", revokedAt = "revoked_at", token
    }

    init(_ token: SignInService.Token, secret: String? = nil, _ context: APIContext) {
        id = token.id.description
        title = token.title
        scopes = Action.allCases.filter(token.scopes.contains).map(\.rawValue)
        createdAt = context.time(token.createdAt)
        expiresAt = context.time(token.expiresAt)
        revokedAt = context.time(token.revokedAt)
        self.token = secret
    }
}
