import HTTPTypes
import Hummingbird
import Organisations
import Policy
import Primitives
import Storage

/// Where a person chooses another password.
struct PasswordPage {
    let shell: Shell
    let form: PasswordPart
}

/// The same before anything else, for whoever signed in with a password that serves once.
struct OneTimePasswordPage {
    let cover: Cover
    let formToken: String
    let form: PasswordPart
}

/// The fields of a change of password; what was typed is never sent back.
struct PasswordPart {
    /// For password managers.
    let login: String
    let currentTitle: String
    let currentError: String?
    let passwordError: String?
    let againError: String?
    let message: String?
}

/// One's own password, and that of somebody else.
struct PasswordRoutes {
    let desk: Desk
    let sessions: SessionMiddleware
    /// Hashing takes long and everybody's sign-in waits for it.
    let limiter: RateLimiter

    static let path = "/people/me/password"

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("people/me/password", use: show)
        staff.post("people/me/password", use: change)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        // Without the menu, the cover has the languages.
        let asked = context.signedIn.mustChangePassword ? request.uri.queryParameters["lang"] : nil
        let chosen = asked.flatMap { Language(rawValue: String($0)) }
        var response = try await page(
            context, in: chosen ?? context.language, isDone: request.uri.queryParameters["said"] == "changed")
        if let chosen { SignInRoutes.setLanguage(chosen, on: &response, isSecure: sessions.isSecure) }
        return response
    }

    @Sendable func change(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await context.form(request)
        if let wait = limiter.take("staff/\(context.principal.staff)") {
            throw RequestFault.tooManyRequests(seconds: wait)
        }
        let words = desk.book[context.language]
        let password = form["password"] ?? ""
        var faults: [String: String] = [:]
        do {
            guard password == form["again"] else {
                faults["again"] = words("两次密码不一样")
                return try await page(context, in: context.language, faults: faults, status: .unprocessableContent)
            }
            let session = try await desk.signIn.changePassword(
                from: form["current"] ?? "", to: password, opensSession: true, by: context.principal)
            // Whoever had to change it goes to work; whoever wanted to is told that it is done.
            var response = Response.redirect(
                to: context.signedIn.mustChangePassword ? "/" : Self.path + "?said=changed")
            sessions.setCookie(session?.token, on: &response)
            return response
        } catch let found as FormFaults {
            for fault in found.faults { faults[fault.field] = fault.problem.text(words) }
            return try await page(context, in: context.language, faults: faults, status: .unprocessableContent)
        } catch SignInService.SignInRefusal.wrong(let left) {
            faults["current"] = words("密码不对，还可试{0}次。", String(left))
            return try await page(context, in: context.language, faults: faults, status: .unprocessableContent)
        } catch SignInService.SignInRefusal.locked(let minutes) {
            faults["current"] = words("试错太多，已锁定；{0}分钟后再试，或请管理员重设。", String(minutes))
            return try await page(context, in: context.language, faults: faults, status: .tooManyRequests)
        }
    }

    private func page(
        _ context: StaffContext, in language: Language, faults: [String: String] = [:], isDone: Bool = false,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let principal = context.principal
        let words = desk.book[language]
        let person = try await desk.database.read(for: principal.organisation) {
            try OrganisationStore($0).staff(principal.staff, of: principal.organisation)
        }
        let isForced = context.signedIn.mustChangePassword
        let form = PasswordPart(
            login: person.login ?? "", currentTitle: words(isForced ? "一次性密码" : "现在的密码"),
            currentError: faults["current"], passwordError: faults["password"], againError: faults["again"],
            message: faults.isEmpty ? nil : words("还有几处要改"))
        if isForced {
            return desk.html(
                OneTimePasswordPage(
                    cover: Cover(language: language, theme: context.theme, desk: desk, path: Self.path),
                    formToken: context.signedIn.formToken, form: form),
                "sign-in/password", in: language, status: status)
        }
        let frame = try await desk.frame(
            context, room: nil, path: Self.path, toast: isDone ? words("密码已改，别处的登录都已结束") : nil)
        return desk.html(PasswordPage(shell: frame.shell, form: form), "people/password", context, status: status)
    }
}

/// Leads whoever signed in with a password that serves once to the page where another is chosen, and nowhere else.
struct PasswordGate: RouterMiddleware {
    typealias Context = StaffContext

    private static let open: Set<String> = [PasswordRoutes.path, "/sign-out"]

    func handle(
        _ request: Request, context: StaffContext, next: (Request, StaffContext) async throws -> Response
    ) async throws -> Response {
        guard !context.signedIn.mustChangePassword || Self.open.contains(request.uri.path) else {
            throw PasswordChangeNeeded()
        }
        return try await next(request, context)
    }
}

/// The password served once; until another is chosen nothing else is done.
struct PasswordChangeNeeded: Error {}
