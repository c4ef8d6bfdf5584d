import HTTPTypes
import Hummingbird
import Organisations
import Policy
import Primitives
import Storage

/// The first run's page.
struct SetUpPage {
    let cover: Cover
    let code: String
    let codeError: String?
    let company: String
    let companyError: String?
    let unit: String
    let name: String
    let nameError: String?
    let login: String
    let loginError: String?
    let passwordError: String?
    let againError: String?
    let charters: [Book]
    let charterError: String?
    let message: String?

    /// A shipped charter to adopt, with its posts.
    struct Book {
        let name: String
        let title: String
        let figures: String
        let isPicked: Bool
        let posts: [PostOption]
    }

    struct PostOption {
        let key: String
        let title: String
        let isPicked: Bool
    }
}

/// Founds the company on the first run, and signs its administrator in.
struct SetUpRoutes {
    let desk: Desk
    let setUp: SetUp
    let sessions: SessionMiddleware

    func add(to visitors: RouterGroup<DeskContext>) {
        visitors.get("set-up", use: show)
        visitors.post("set-up", use: found)
    }

    @Sendable func show(_ request: Request, _ context: DeskContext) async throws -> Response {
        guard try await setUp.isNeeded(desk.database) else { return .redirect(to: "/") }
        var context = context
        let chosen = request.uri.queryParameters["lang"].flatMap { Language(rawValue: String($0)) }
        if let chosen { context.language = chosen }
        var response = page(context, FormBody.empty, faults: [:], message: nil, status: .ok)
        if let chosen { SignInRoutes.setLanguage(chosen, on: &response, isSecure: sessions.isSecure) }
        return response
    }

    @Sendable func found(_ request: Request, _ context: DeskContext) async throws -> Response {
        guard try await setUp.isNeeded(desk.database) else { return .redirect(to: "/") }
        let form = try await FormBody.read(request)
        let words = desk.book[context.language]
        func refuse(
            _ faults: [String: String], _ message: String? = nil, _ status: HTTPResponse.Status = .unprocessableContent
        ) -> Response {
            page(context, form, faults: faults, message: message ?? words("还有几处要改"), status: status)
        }
        guard let charter = setUp.charters.first(where: { $0.name == form["charter"] }) else {
            return refuse(["charter": words("请选一本制度")])
        }
        guard form["password"] == form["again"] else { return refuse(["again": words("两次密码不一样")]) }
        let login = (form["login"] ?? "").trimmingEnds
        let password = form["password"] ?? ""
        let administrator = OrganisationService.NewStaff(
            name: (form["name"] ?? "").trimmingEnds, login: login, password: password,
            post: form["post_" + charter.name].flatMap { $0.isEmpty ? nil : $0 } ?? charter.topPost?.key ?? "",
            isAdministrator: true, language: context.language)
        do {
            try await setUp.found(
                code: form["code"] ?? "", company: (form["company"] ?? "").trimmingEnds,
                rootUnit: (form["unit"] ?? "").trimmingEnds, administrator: administrator, charter: charter,
                in: desk.database, with: desk.organisations)
        } catch let faults as FormFaults {
            return refuse(
                Dictionary(faults.faults.map { ($0.field, $0.problem.text(words)) }) { first, _ in first })
        } catch SetUp.Refusal.wrongCode(let left) {
            return refuse(["code": words("启用码不对，还可试{0}次。", String(left))])
        } catch SetUp.Refusal.locked(let minutes) {
            return refuse(
                ["code": words("试错太多，{0}分钟后再试", String(minutes))],
                words("也可重新启动程序，用控制台上的新启用码。"), .tooManyRequests)
        } catch SetUp.Refusal.closed {
            return .redirect(to: "/")
        }
        let session = try await desk.signIn.signIn(login: login, password: password)
        var response = Response.redirect(to: "/")
        sessions.setCookie(session.token, on: &response)
        return response
    }

    /// The page again, with what was entered; passwords are never sent back.
    private func page(
        _ context: DeskContext, _ form: FormBody, faults: [String: String], message: String?,
        status: HTTPResponse.Status
    ) -> Response {
        let words = desk.book[context.language]
        let language = context.language
        let picked = form["charter"] ?? setUp.charters.first?.name
        let charters = setUp.charters.map { shipped in
            let clauses = shipped.charter.clauses
            let post = form["post_" + shipped.name] ?? shipped.topPost?.key
            return SetUpPage.Book(
                name: shipped.name, title: shipped.charter.title[language],
                figures: words(
                    "{0}条，程序执行{1}条", String(clauses.count),
                    String(clauses.filter { $0.status == .executed }.count)),
                isPicked: shipped.name == picked,
                posts: shipped.charter.posts.map {
                    SetUpPage.PostOption(key: $0.key, title: $0.title[language], isPicked: $0.key == post)
                })
        }
        return desk.html(
            SetUpPage(
                cover: Cover(context, desk: desk, path: "/set-up"), code: form["code"] ?? "", codeError: faults["code"],
                company: form["company"] ?? "", companyError: faults["company"], unit: form["unit"] ?? "",
                name: form["name"] ?? "", nameError: faults["name"], login: form["login"] ?? "",
                loginError: faults["login"], passwordError: faults["password"], againError: faults["again"],
                charters: charters, charterError: faults["charter"] ?? faults["post"], message: message),
            "set-up/show", in: language, status: status)
    }
}

extension FormBody {
    /// A form that nobody has filled in.
    static var empty: FormBody { FormBody(fields: [:]) }
}
