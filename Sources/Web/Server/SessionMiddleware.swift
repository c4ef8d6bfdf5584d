import HTTPTypes
import Hummingbird
import Organisations
import Policy

/// Finds who stands behind the session's cookie, and whose language that is; refuses requests from other sites.
struct SessionMiddleware: RouterMiddleware {
    typealias Context = DeskContext

    let signIn: SignInService
    /// Whether cookies may only travel over TLS.
    let isSecure: Bool

    static let cookie = "charter_session"

    func handle(
        _ request: Request, context: DeskContext, next: (Request, DeskContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if request.method != .get, request.method != .head { try refuseOtherSites(request) }
        let cookies = request.cookies
        if let token = cookies[Self.cookie]?.value, !request.uri.path.hasPrefix("/assets/") {
            context.signedIn = try await signIn.resume(token)
        }
        if let chosen = context.signedIn?.language, LanguageMiddleware.chosen(cookies) == nil {
            context.language = chosen
        }
        var response = try await next(request, context)
        // Signing out and a new password end this session, and set the cookie themselves.
        if let rotated = context.signedIn?.rotated, !hasCookie(response) { setCookie(rotated.token, on: &response) }
        return response
    }

    private func hasCookie(_ response: Response) -> Bool {
        response.headers[values: .setCookie].contains { $0.hasPrefix(Self.cookie + "=") }
    }

    func setCookie(_ token: String?, on response: inout Response) {
        response.setCookie(
            Cookie(
                name: Self.cookie, value: token ?? "", maxAge: token == nil ? 0 : 7 * 86_400, path: "/",
                secure: isSecure, httpOnly: true, sameSite: .lax))
    }

    /// Browsers say where a request comes from; only pages of this site may change anything.
    private func refuseOtherSites(_ request: Request) throws {
        if let site = request.headers[HTTPField.Name("sec-fetch-site")!] {
            guard site == "same-origin" || site == "none" else { throw RequestFault.crossSite }
        } else if let origin = request.headers[.origin], let host = request.head.authority {
            guard origin.hasSuffix("://" + host) else { throw RequestFault.crossSite }
        }
    }
}

/// Finds the language and the theme before anything can go wrong, so that an error is told in them.
struct LanguageMiddleware: RouterMiddleware {
    typealias Context = DeskContext

    func handle(
        _ request: Request, context: DeskContext, next: (Request, DeskContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let cookies = request.cookies
        context.language = Self.chosen(cookies) ?? Language.preferred(by: request.headers[.acceptLanguage])
        context.theme = cookies["theme"].map(\.value).flatMap { ["light", "dark"].contains($0) ? $0 : nil }
        return try await next(request, context)
    }

    static func chosen(_ cookies: Cookies) -> Language? {
        cookies["charter_language"].flatMap { Language(rawValue: $0.value) }
    }
}

extension Language {
    /// The first language of an `Accept-Language` header that the desk speaks.
    static func preferred(by header: String?) -> Language {
        for part in (header ?? "").split(separator: ",") {
            let tag = part.split(separator: ";")[0].trimmingWhitespace.lowercased()
            if tag.hasPrefix("zh") {
                return ["zh-hant", "zh-tw", "zh-hk", "zh-mo"].contains { tag.hasPrefix($0) }
                    ? .traditional : .simplified
            }
            if tag.hasPrefix("en") { return .english }
        }
        return .simplified
    }
}

extension Substring {
    var trimmingWhitespace: String {
        String(self.drop { $0 == " " || $0 == "\t" })
    }
}

/// Says what browsers may load and keep.
struct SecurityHeaders<Context: RequestContext>: RouterMiddleware {
    let isSecure: Bool

    static var policy: String {
        """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
        connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        """
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        // What others sent in is given out under a narrower one.
        if response.headers[.contentSecurityPolicy] == nil { response.headers[.contentSecurityPolicy] = Self.policy }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[HTTPField.Name("referrer-policy")!] = "same-origin"
        response.headers[HTTPField.Name("cross-origin-opener-policy")!] = "same-origin"
        response.headers[HTTPField.Name("permissions-policy")!] = "camera=(), microphone=(), geolocation=()"
        if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}
