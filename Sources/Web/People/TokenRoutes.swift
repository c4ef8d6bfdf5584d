import Hummingbird
import Organisations
import Policy
import Primitives

/// A person's own keys for programs that use the API.
struct TokenRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("people/me/tokens", use: list)
        staff.post("people/me/tokens", use: issue)
        staff.post("people/me/tokens/:token/revocation", use: revoke)
    }

    /// Days that a token may live; `0` for no end.
    private static let lives = [30, 90, 365, 0]

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(context)
    }

    @Sendable func issue(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await context.form(request)
        let scopes = Set(Action.allCases.filter { form["scope_" + $0.rawValue] == "true" })
        let days = form["days"].flatMap(Int.init).flatMap { Self.lives.contains($0) ? $0 : nil } ?? 90
        let title = (form["title"] ?? "").trimmingEnds
        guard title.isReadable, !title.isEmpty, !scopes.isEmpty else {
            return try await page(
                context, title: title, scopes: scopes,
                message: title.isEmpty
                    ? "请写明这枚令牌给谁用" : title.isReadable ? "至少选一项权限" : "含有不能显示的字符")
        }
        let token = try await desk.signIn.issueToken(
            title: title, scopes: scopes, days: days == 0 ? nil : days, by: context.principal)
        // Answered at once, not after a redirect: the token is shown this once and stands in no address.
        return try await page(context, fresh: token)
    }

    @Sendable func revoke(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try await context.form(request)
        let id = try context.parameters.require("token", as: Identifier<SignInService.Session>.self)
        try await desk.signIn.revokeToken(id, by: context.principal)
        return .redirect(to: "/people/me/tokens")
    }

    private func page(
        _ context: StaffContext, fresh: String? = nil, title: String = "", scopes: Set<Action> = [],
        message: String? = nil
    ) async throws -> Response {
        let frame = try await desk.frame(context, room: .people, path: "/people/me/tokens")
        let words = frame.words
        let (tokens, now) = try await desk.signIn.tokens(of: context.principal)
        let time = TimeWords(words: words, zone: frame.time.zone, now: now)
        let names = ActionWords(words: words)
        return desk.html(
            TokensPage(
                shell: frame.shell,
                tokens: tokens.map { token in
                    TokensPage.Token(
                        title: token.title,
                        scopes: Action.allCases.filter(token.scopes.contains).map(names.title)
                            .joined(separator: frame.language == .english ? ", " : "、"),
                        made: time.moment(token.createdAt),
                        ends: token.revokedAt.map { words("{0}撤销", time.moment($0)) }
                            ?? token.expiresAt.map {
                                $0 <= now ? words("{0}到期", time.moment($0)) : words("到{0}", time.moment($0))
                            } ?? words("不到期"),
                        isEnded: token.isEnded(at: now),
                        revokePath: token.isEnded(at: now) ? nil : "/people/me/tokens/\(token.id)/revocation")
                }, isEmpty: tokens.isEmpty, fresh: fresh, title: title,
                scopes: Action.allCases.filter(context.principal.can).map {
                    TokensPage.ScopeTick(
                        name: "scope_" + $0.rawValue, title: names.title($0), isPicked: scopes.contains($0))
                }, message: message.map { words($0) }),
            "people/tokens", context, status: message == nil ? .ok : .unprocessableContent)
    }
}
