import Foundation
import HTTPTypes
public import Hummingbird
import Logging
import NIOCore
public import Organisations
import Policy
import Primitives
import Storage

/// `/api/v1`: JSON for programs, by bearer token.
///
/// It answers everything below `/api` itself and stands before the desk's own middleware, so that neither cookies,
/// nor redirects, nor error pages reach a program. It keeps a table of its own instead of the router's tree, which
/// cannot say which methods a path takes.
public struct API: RouterMiddleware {
    public typealias Context = DeskContext

    private let desk: Desk
    private let signIn: SignInService
    private let document: ByteBuffer?
    private let callers: TokenBuckets
    private let strangers: TokenBuckets

    /// - Parameters:
    ///   - openAPIPath: the file that `/api/openapi.json` shows, read once.
    ///   - limits: for each token; requests without a valid one are counted by address.
    public init(desk: Desk, signIn: SignInService, openAPIPath: String, limits: CallerLimits) {
        self.desk = desk
        self.signIn = signIn
        document = FileManager.default.contents(atPath: openAPIPath).map { ByteBuffer(bytes: $0) }
        callers = limits.tokens
        strangers = limits.strangers
    }

    /// Every operation that there is.
    static let routes: [APIRoute] =
        CaseEndpoints().routes + CaseListEndpoints().routes + StatisticsEndpoints().routes
        + ObligationEndpoints().routes + CustomerEndpoints().routes
        + FactEndpoints().routes + MemberEndpoints().routes + StoredValueEndpoints().routes + OfferEndpoints().routes
        + CharterEndpoints().routes + OrganisationEndpoints().routes + NoticeEndpoints().routes
        + JournalEndpoints().routes + TokenEndpoints().routes + AdoptionEndpoints().routes + ImportEndpoints().routes
        + SearchEndpoints().routes + AttachmentEndpoints().routes

    /// To be called before any other middleware that answers.
    public func add(to router: Router<DeskContext>) {
        router.add(middleware: self)
    }

    public func handle(
        _ request: Request, context: DeskContext, next: (Request, DeskContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        guard path == "/api" || path.hasPrefix("/api/") else { return try await next(request, context) }
        var call = Call(words: desk.book[Language.preferred(by: request.headers[.acceptLanguage])])
        var response: Response
        do {
            response = try await answer(request, context, &call)
        } catch {
            response = problem(for: error, request, context, call)
        }
        for (name, value) in call.standing?.headers ?? [] { response.headers[name] = value }
        return response
    }

    /// What is known of a request so far; its error is told with that.
    private struct Call {
        let words: Words
        var charter: Charter?
        var principal: Principal?
        var standing: TokenBuckets.Standing?
    }

    private func answer(_ request: Request, _ context: DeskContext, _ call: inout Call) async throws -> Response {
        let parts = request.uri.path.utf8.dropFirst("/api/".utf8.count).split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.count == 1, parts[0].elementsEqual("openapi.json".utf8) { return try openAPI(request, context) }
        guard let version = parts.first, version.elementsEqual("v1".utf8) else {
            throw StorageError.notFound("path")
        }
        let principal = try await authenticate(request, context, &call)
        call.principal = principal
        call.charter = try await desk.database.read(for: principal.organisation) { [desk] transaction in
            try? desk.charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        }
        guard let segments = Self.decode(parts.dropFirst()) else { throw APIFault.notText }
        let fitting = Self.routes.compactMap { route in route.match(segments).map { (route: route, path: $0) } }
        // `/customers/imports` is no customer: a word goes before a parameter.
        guard let pattern = fitting.max(by: { $0.route.rank < $1.route.rank })?.route.pattern else {
            throw StorageError.notFound("path")
        }
        let matching = fitting.filter { $0.route.pattern == pattern }
        let method: HTTPRequest.Method = request.method == .head ? .get : request.method
        guard let found = matching.first(where: { $0.route.method == method }) else {
            throw APIFault.methodNotAllowed(allowed: matching.map(\.route.method))
        }
        context.coreContext.endpointPath.value = "/api/v1" + found.route.pattern
        guard found.route.isFile || MediaType.acceptsJSON(request.headers[.accept]) else {
            throw APIFault.notAcceptable
        }
        let query = try APIQuery(request.uri.query, known: found.route.query)
        if found.route.query.isEmpty { try query.check() }
        let answer = try await found.route.handler(
            APIContext(
                desk: desk, request: request, principal: principal, words: call.words, charter: call.charter,
                path: found.path, query: query, logger: context.logger))
        return answer.response
    }

    private static func decode(_ parts: some Sequence<Substring.UTF8View>) -> [String]? {
        var segments: [String] = []
        for part in parts {
            guard let text = PercentCode.text(part) else { return nil }
            segments.append(text)
        }
        return segments
    }

    private func openAPI(_ request: Request, _ context: DeskContext) throws -> Response {
        context.coreContext.endpointPath.value = "/api/openapi.json"
        guard request.method == .get || request.method == .head else {
            throw APIFault.methodNotAllowed(allowed: [.get])
        }
        try APIQuery(request.uri.query, known: []).check()
        guard let document else { throw StorageError.notFound("openapi.json") }
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "public, max-age=300"],
            body: ResponseBody(byteBuffer: document))
    }

    /// Asked before anything else; whoever guesses tokens is counted by address.
    private func authenticate(
        _ request: Request, _ context: DeskContext, _ call: inout Call
    ) async throws -> Principal {
        if let wait = strangers.wait(for: context.remoteAddress) { throw APIFault.tooMany(seconds: wait) }
        guard let token = Self.bearer(request.headers[.authorization]) else {
            strangers.take(context.remoteAddress)
            throw APIFault.unauthorised(hasToken: request.headers[.authorization] != nil)
        }
        guard let principal = try await principal(token) else {
            strangers.take(context.remoteAddress)
            throw APIFault.unauthorised(hasToken: true)
        }
        // The bucket knows the token by its hash only.
        let standing = callers.take(
            RequestStore.fingerprint(of: [Array(token.utf8)]).map { String($0, radix: 36) }.joined(separator: "."))
        call.standing = standing
        if let wait = standing.wait { throw APIFault.tooMany(seconds: wait) }
        return principal
    }

    /// `nil` also for the token of somebody who has left.
    private func principal(_ token: String) async throws -> Principal? {
        do {
            return try await signIn.principal(token: token)
        } catch StorageError.notFound {
            return nil
        }
    }

    /// A denial that the person would not meet on the pages is the token's affair.
    private static func told(_ error: any Error, to principal: Principal?) -> any Error {
        guard let denial = error as? Denial, let principal, principal.withheld.contains(denial.action) else {
            return error
        }
        return APIFault.tokenScope(denial.action)
    }

    /// The token of `Bearer TOKEN`, if it could be one of ours.
    private static func bearer(_ header: String?) -> String? {
        guard let parts = header?.split(separator: " ", maxSplits: 1), parts.count == 2,
            parts[0].lowercased() == "bearer"
        else { return nil }
        let token = String(parts[1])
        return (1...200).contains(token.utf8.count) && token.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) ? token : nil
    }

    private func problem(
        for error: any Error, _ request: Request, _ context: DeskContext, _ call: Call
    ) -> Response {
        var problem = Problem(
            Self.told(error, to: call.principal), words: call.words, charter: call.charter, request: context.id)
        if problem.status >= 500 {
            context.logger.error(
                "request failed",
                metadata: ["error": "\(type(of: error))", "code": "\(problem.code)", "detail": "\(error)"])
        }
        // What the caller made a condition of the request is told as such.
        if problem.code == "changed_meanwhile", request.headers[.ifMatch] != nil { problem.status = 412 }
        return problem.response(in: call.words.language)
    }
}
