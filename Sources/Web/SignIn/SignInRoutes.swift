import HTTPTypes
import Hummingbird
import Organisations
import Policy
import Primitives

struct SignInPage {
    let cover: Cover
    let login: String
    let returnPath: String
    let message: String?
    /// Why the reader, who had signed in, is asked again.
    let notice: String?
    let demo: Bool
}

struct AccountPage {
    let shell: Shell
    let name: String
    let isDemo: Bool
}

/// Signing in and out, language and theme.
struct SignInRoutes {
    let desk: Desk
    let sessions: SessionMiddleware
    let limiter: RateLimiter

    func add(to visitors: RouterGroup<DeskContext>) {
        visitors.get("sign-in", use: show)
        visitors.post("sign-in", use: signIn)
    }

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("account", use: account)
        staff.post("sign-out", use: signOut)
        staff.post("preferences", use: prefer)
    }

    @Sendable func show(_ request: Request, _ context: DeskContext) async throws -> Response {
        var context = context
        let chosen = request.uri.queryParameters["lang"].flatMap { Language(rawValue: String($0)) }
        if let chosen { context.language = chosen }
        var response = page(
            context, login: "", returnPath: Self.safe(request.uri.queryParameters["return"].map(String.init)),
            message: nil, notice: Self.hasEnded(request, context) ? desk.book[context.language]("登录已过期，请重新登录。") : nil,
            status: .ok)
        if let chosen { Self.setLanguage(chosen, on: &response, isSecure: sessions.isSecure) }
        return response
    }

    @Sendable func signIn(_ request: Request, _ context: DeskContext) async throws -> Response {
        if let wait = limiter.take(context.remoteAddress) { throw RequestFault.tooManyRequests(seconds: wait) }
        let form = try await FormBody.read(request)
        let words = desk.book[context.language]
        let path = Self.safe(form["return"])
        do {
            let session = try await desk.signIn.signIn(login: form["login"] ?? "", password: form["password"] ?? "")
            var response = Response.redirect(to: path)
            sessions.setCookie(session.token, on: &response)
            return response
        } catch SignInService.SignInRefusal.wrong(let left) {
            return page(
                context, login: form["login"] ?? "", returnPath: path,
                message: words("用户名或密码不对，还可试{0}次。", String(left)), status: .unprocessableContent)
        } catch SignInService.SignInRefusal.locked(let minutes) {
            return page(
                context, login: form["login"] ?? "", returnPath: path,
                message: words("试错太多，已锁定；{0}分钟后再试，或请管理员重设。", String(minutes)),
                status: .tooManyRequests)
        }
    }

    /// Whether the browser still has the cookie of a session that is over.
    private static func hasEnded(_ request: Request, _ context: DeskContext) -> Bool {
        context.signedIn == nil && request.cookies[SessionMiddleware.cookie].map { !$0.value.isEmpty } ?? false
    }

    private func page(
        _ context: DeskContext, login: String, returnPath: String, message: String?, notice: String? = nil,
        status: HTTPResponse.Status
    ) -> Response {
        desk.html(
            SignInPage(
                cover: Cover(context, desk: desk, path: "/sign-in"), login: login, returnPath: returnPath,
                message: message, notice: notice, demo: desk.isDemo), "sign-in/show", in: context.language,
            status: status)
    }

    /// What the account's menu has, for those who come without it.
    @Sendable func account(_ request: Request, _ context: StaffContext) async throws -> Response {
        let frame = try await desk.frame(context, room: nil, path: "/account")
        return desk.html(
            AccountPage(shell: frame.shell, name: context.principal.name, isDemo: desk.isDemo), "account/show", context)
    }

    @Sendable func signOut(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try await context.form(request)
        // The request may have exchanged the token already.
        for token in [request.cookies[SessionMiddleware.cookie]?.value, context.signedIn.rotated?.token] {
            if let token { try await desk.signIn.signOut(token) }
        }
        var response = Response.redirect(to: "/sign-in")
        sessions.setCookie(nil, on: &response)
        return response
    }

    @Sendable func prefer(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await context.form(request)
        var response = Response.redirect(to: Self.safe(form["return"]))
        if let language = form["language"].flatMap({ Language(rawValue: $0) }) {
            try await desk.signIn.setLanguage(language, of: context.principal)
            Self.setLanguage(language, on: &response, isSecure: sessions.isSecure)
        }
        if let theme = form["theme"], ["light", "dark", "system"].contains(theme) {
            response.setCookie(
                Cookie(
                    name: "theme", value: theme, maxAge: 365 * 86_400, path: "/", secure: sessions.isSecure,
                    sameSite: .lax))
        }
        return response
    }

    static func setLanguage(_ language: Language, on response: inout Response, isSecure: Bool) {
        response.setCookie(
            Cookie(
                name: "charter_language", value: language.rawValue, maxAge: 365 * 86_400, path: "/",
                secure: isSecure, sameSite: .lax))
    }

    /// Only a path of this site may be returned to.
    static func safe(_ path: String?) -> String {
        guard let path, path.hasPrefix("/"), !path.hasPrefix("//"), !path.contains("\\"),
            path.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else { return "/" }
        return path
    }
}
