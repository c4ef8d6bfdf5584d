import Cases
import HTTPTypes
import Hummingbird
import Logging
import Organisations
import Policy
import Primitives
import Storage

/// What the pages for visitors share: the company's name, the languages.
struct VisitorShell {
    let lang: String
    let theme: String?
    let assets: String
    let company: String
    /// The company's first page; `nil` where it is not known.
    let home: String?
    /// The page that the languages change.
    let path: String
    let isSimplified: Bool
    let isTraditional: Bool
    let isEnglish: Bool

    init(_ context: DeskContext, desk: Desk, company: String, home: String?, path: String) {
        lang = context.language.rawValue
        theme = context.theme
        assets = desk.assetVersion
        self.company = company
        self.home = home
        self.path = path
        isSimplified = context.language == .simplified
        isTraditional = context.language == .traditional
        isEnglish = context.language == .english
    }
}

/// A company's counter, as one request of a visitor meets it.
struct House: Sendable {
    let counter: PortalService.Counter
    let words: Words
    let language: Language
    let time: TimeWords
    let context: DeskContext
    let desk: Desk
    /// Where the visitor comes from, for the limits.
    let address: String
    /// `/portal/33`
    let path: String

    var organisation: OrganisationID { counter.organisation }

    /// - Throws: 404 for what is no company's number, `.notFound` where there is no such company.
    init(_ request: Request, _ context: DeskContext, desk: Desk, portal: PortalService) async throws {
        guard let organisation = House.company(of: context) else { throw HTTPError(.notFound) }
        counter = try await portal.counter(of: organisation)
        address = request.visitorAddress(seenFrom: context.remoteAddress)
        words = desk.book[context.language]
        language = context.language
        time = TimeWords(words: words, zone: counter.charter.calendar.zone, now: counter.now)
        self.context = context
        self.desk = desk
        path = "/portal/\(counter.organisation)"
    }

    static func company(of context: DeskContext) -> OrganisationID? {
        context.parameters.get("company").flatMap { OrganisationID($0) }
    }

    /// - Parameter page: where the languages lead back to, below the company's first page.
    func shell(_ page: String = "") -> VisitorShell {
        VisitorShell(context, desk: desk, company: counter.name, home: path, path: path + page)
    }

    func html(_ page: Any, _ template: String, status: HTTPResponse.Status = .ok) -> Response {
        desk.html(page, template, in: language, status: status)
    }
}

extension Request {
    /// The address that a proxy on this machine passes on, which it adds last; of any other caller his own.
    func visitorAddress(seenFrom address: String) -> String {
        guard ["127.0.0.1", "::1", "local"].contains(address),
            let passed = headers[HTTPField.Name("x-forwarded-for")!]?.split(separator: ",").last?.trimmingWhitespace,
            passed.utf8.count <= 45, passed.allSatisfy({ $0.isHexDigit || $0 == "." || $0 == ":" }), !passed.isEmpty
        else { return address }
        return passed
    }
}

/// Something told to a visitor, and where to go on.
struct PortalTellPage {
    let visitor: VisitorShell
    let title: String
    let text: String
    let number: String?
    let backPath: String?
    let backTitle: String
    let isGood: Bool
}

/// Language and errors of the pages for visitors, who know nothing of the desk.
struct PortalMiddleware: RouterMiddleware {
    typealias Context = DeskContext

    let desk: Desk
    let portal: PortalService
    let isSecure: Bool

    func handle(
        _ request: Request, context: DeskContext, next: (Request, DeskContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let chosen = request.uri.queryParameters["lang"].flatMap { Language(rawValue: String($0)) }
        if let chosen { context.language = chosen }
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = await tell(error, context)
        }
        if let chosen { SignInRoutes.setLanguage(chosen, on: &response, isSecure: isSecure) }
        return response
    }

    private func tell(_ error: any Error, _ context: DeskContext) async -> Response {
        let words = desk.book[context.language]
        let answer = Answer(error, words: words, charter: nil)
        var number: String?
        if answer.status.code >= 500 {
            number = context.id
            context.logger.error(
                "request failed",
                metadata: ["error": "\(type(of: error))", "code": "\(answer.code)", "detail": "\(error)"])
        }
        // An error page must not fail for want of the company's name.
        let counter: PortalService.Counter? =
            if let id = House.company(of: context) { try? await portal.counter(of: id) } else { nil }
        let home = counter.map { "/portal/\($0.organisation)" }
        let (title, text) =
            switch error {
            // What a desk is told of its menus and permissions says nothing to a visitor.
            case is HTTPError, StorageError.notFound: (words("没有这个页面"), words("请核对地址，或从客服主页重新进入。"))
            case is WorkflowRefusal: (words("现在不能办这一步"), words("请回到查询页，看现在的进展。"))
            default: (answer.title, answer.text)
            }
        var response = desk.html(
            PortalTellPage(
                visitor: VisitorShell(
                    context, desk: desk, company: counter?.name ?? words("客户服务"), home: home, path: home ?? "/"),
                title: title, text: text, number: number, backPath: home, backTitle: words("客服主页"), isGood: false),
            "portal/tell", in: context.language, status: answer.status)
        if let seconds = answer.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }
}
