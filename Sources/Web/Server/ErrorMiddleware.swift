import HTTPTypes
import Hummingbird
import Logging
import Organisations
import Policy
import Primitives
import Storage

struct ErrorPage {
    let cover: Cover
    let title: String
    let text: String
    let number: String?
    let backPath: String
    let backTitle: String
}

/// Turns every error into a page in the reader's language; an internal error's text stays in the log.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = DeskContext

    let desk: Desk

    func handle(
        _ request: Request, context: DeskContext, next: (Request, DeskContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch is SignInNeeded {
            if request.method == .get || request.method == .head, request.headers[HTTPField.Name("hx-request")!] == nil
            {
                let path = request.uri.string
                return .redirect(to: path == "/" ? "/sign-in" : "/sign-in?return=" + path.percentEncoded)
            }
            return page(
                for: SignInNeeded(), request, context, number: nil,
                answer: (.unauthorized, "登录已过期", "请重新登录；填过的内容可先复制。"), back: ("/sign-in", "登录"))
        } catch {
            let words = desk.book[context.language]
            let charter = await charter(of: context)
            let answer = Answer(error, words: words, charter: charter)
            var number: String?
            if answer.status.code >= 500 {
                number = context.id
                context.logger.error(
                    "request failed",
                    metadata: ["error": "\(type(of: error))", "code": "\(answer.code)", "detail": "\(error)"])
            }
            var response = render(
                answer.title, answer.text, request, context, number: number, status: answer.status,
                back: context.signedIn == nil ? ("/sign-in", "登录") : ("/", "回工作台"))
            if let seconds = answer.retryAfter { response.headers[.retryAfter] = String(seconds) }
            return response
        }
    }

    private func page(
        for error: any Error, _ request: Request, _ context: DeskContext, number: String?,
        answer: (HTTPResponse.Status, String, String), back: (String, String)
    ) -> Response {
        let words = desk.book[context.language]
        return render(
            words(answer.1), words(answer.2), request, context, number: number, status: answer.0, back: back)
    }

    private func render(
        _ title: String, _ text: String, _ request: Request, _ context: DeskContext, number: String?,
        status: HTTPResponse.Status, back: (String, String)
    ) -> Response {
        desk.html(
            ErrorPage(
                cover: Cover(context, desk: desk, path: "/sign-in"), title: title, text: text, number: number,
                backPath: back.0, backTitle: desk.book[context.language](back.1)), "errors/cover",
            in: context.language, status: status)
    }

    /// The charter in force, to name posts by; an error page must not fail for want of it.
    private func charter(of context: DeskContext) async -> Charter? {
        guard let principal = context.signedIn?.principal else { return nil }
        return try? await desk.database.read { [desk] transaction in
            try desk.charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        }
    }
}

extension String {
    /// For a value in a query.
    var percentEncoded: String {
        var result = ""
        for byte in utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126, 47: result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}
