import HTTPTypes
import Hummingbird
import Logging
import Organisations
import Policy
import Primitives
import Storage

/// What a visitor sees.
struct ErrorPage {
    let cover: Cover
    let title: String
    let text: String
    /// What a form held that could not be taken, to be copied from here; `nil` where there was none.
    let sent: String?
    let number: String?
    let backPath: String
    let backTitle: String
}

/// What somebody at the desk sees: menu and counters stay where they are.
struct DeskErrorPage {
    let shell: Shell
    let title: String
    let text: String
    /// That forbid it.
    let clauses: [String]
    let hasClauses: Bool
    let number: String?
    /// Where the reader came from, or the case whose step was refused.
    let backPath: String?
    let isCase: Bool
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
            let words = desk.book[context.language]
            let sent = request.method == .post ? try? await FormBody.read(request).written : nil
            return cover(
                words("登录已过期"),
                sent == nil ? words("请重新登录。") : words("这张表没有保存。请先复制下面填过的内容，再重新登录。"), context, sent: sent,
                number: nil, status: .unauthorized)
        } catch is PasswordChangeNeeded {
            if request.method == .get || request.method == .head, request.headers[HTTPField.Name("hx-request")!] == nil
            {
                return .redirect(to: PasswordRoutes.path)
            }
            let words = desk.book[context.language]
            return cover(
                words("请先换密码"), words("你用的是一次性密码；换成自己的以后再办。"), context, number: nil, status: .forbidden)
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
            var response =
                await page(
                    answer, request, context, number: number, matter: error is WorkflowRefusal ? request.matter : nil)
                ?? cover(answer.title, answer.text, context, number: number, status: answer.status)
            if let seconds = answer.retryAfter { response.headers[.retryAfter] = String(seconds) }
            return response
        }
    }

    /// The error within the desk; `nil` for a visitor, for whoever must choose a password first, and where the desk
    /// itself cannot be shown.
    /// - Parameter matter: the case to go back to; the form that led here would only be refused again.
    private func page(
        _ answer: Answer, _ request: Request, _ context: DeskContext, number: String?, matter: String?
    ) async -> Response? {
        let path = request.method == .post ? "/" : request.uri.string
        guard let staff = try? StaffContext(context: context), !staff.signedIn.mustChangePassword,
            let frame = try? await desk.frame(staff, room: nil, path: path)
        else { return nil }
        return desk.html(
            DeskErrorPage(
                shell: frame.shell, title: answer.title, text: answer.text, clauses: answer.clauses,
                hasClauses: !answer.clauses.isEmpty, number: number,
                backPath: matter ?? request.origin, isCase: matter != nil), "errors/desk", staff, status: answer.status)
    }

    private func cover(
        _ title: String, _ text: String, _ context: DeskContext, sent: String? = nil, number: String?,
        status: HTTPResponse.Status
    ) -> Response {
        let isSignedIn = context.signedIn != nil
        return desk.html(
            ErrorPage(
                cover: Cover(context, desk: desk, path: "/sign-in"), title: title, text: text, sent: sent,
                number: number, backPath: isSignedIn ? "/" : "/sign-in",
                backTitle: desk.book[context.language](isSignedIn ? "回工作台" : "登录")), "errors/cover",
            in: context.language, status: status)
    }

    /// The charter in force, to name posts by; an error page must not fail for want of it.
    private func charter(of context: DeskContext) async -> Charter? {
        guard let principal = context.signedIn?.principal else { return nil }
        return try? await desk.database.read(for: principal.organisation) { [desk] transaction in
            try desk.charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        }
    }
}

extension Request {
    /// The page of the case in which a step was to be made.
    fileprivate var matter: String? {
        let parts = uri.path.split(separator: "/")
        guard parts.count > 2, parts[0] == "cases", parts[2] == "moves", let id = CaseID(String(parts[1])) else {
            return nil
        }
        return "/cases/\(id)"
    }

    /// The page of this site that led here; `nil` for any other, and for one that would lead here again.
    fileprivate var origin: String? {
        guard let referer = headers[.referer], let host = head.authority,
            let place = ["http://", "https://"].lazy.map({ $0 + host }).first(where: { referer.hasPrefix($0 + "/") })
        else { return nil }
        let path = String(referer.dropFirst(place.count))
        return method != .post && path == uri.string || SignInRoutes.safe(path) != path ? nil : path
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
