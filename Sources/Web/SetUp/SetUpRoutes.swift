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
    let unitError: String?
    let name: String
    let nameError: String?
    let login: String
    let loginError: String?
    let passwordError: String?
    let againError: String?
    let charters: [Book]
    let charterError: String?
    /// Those that ship and cannot be read.
    let faulty: String?
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
        var response = page(context, FormBody.empty, nil)
        if let chosen { SignInRoutes.setLanguage(chosen, on: &response, isSecure: sessions.isSecure) }
        return response
    }

    @Sendable func found(_ request: Request, _ context: DeskContext) async throws -> Response {
        guard try await setUp.isNeeded(desk.database) else { return .redirect(to: "/") }
        let form = try await FormBody.read(request)
        let entry = Entry(form, of: setUp.charters, language: context.language)
        let words = desk.book[context.language]
        var told = Told(faults: entry.faults(words))
        do {
            // A wrong code counts, and is told beside the other faults; an empty one is no guess.
            if !entry.code.isEmpty, let refusal = setUp.refusal(of: entry.code) { throw refusal }
            guard told.faults.isEmpty, let charter = entry.charter else { return page(context, form, told) }
            try await setUp.found(
                code: entry.code, company: entry.company, rootUnit: entry.unit, administrator: entry.administrator,
                charter: charter, in: desk.database, with: desk.organisations)
        } catch SetUp.Refusal.closed {
            return .redirect(to: "/")
        } catch let refusal as SetUp.Refusal {
            told.add(refusal, words)
            return page(context, form, told)
        } catch let faults as FormFaults {
            told.add(faults, words)
            return page(context, form, told)
        }
        let session = try await desk.signIn.signIn(login: entry.login, password: entry.password)
        var response = Response.redirect(to: "/")
        sessions.setCookie(session.token, on: &response)
        return response
    }

    /// What was entered, read.
    private struct Entry {
        let code: String
        let company: String
        let unit: String
        let charter: ShippedCharter?
        let login: String
        let password: String
        let administrator: OrganisationService.NewStaff
        private let isSame: Bool

        init(_ form: FormBody, of charters: [ShippedCharter], language: Language) {
            func text(_ name: String) -> String { (form[name] ?? "").trimmingEnds }
            code = text("code")
            company = text("company")
            unit = text("unit")
            charter = charters.first { $0.name == form["charter"] }
            login = text("login")
            password = form["password"] ?? ""
            isSame = form["password"] == form["again"]
            let post = charter.flatMap { form["post_" + $0.name] }.flatMap { $0.isEmpty ? nil : $0 }
            administrator = OrganisationService.NewStaff(
                name: text("name"), login: login, password: password, post: post ?? charter?.topPost?.key ?? "",
                isAdministrator: true, language: language)
        }

        /// All that is wrong with it, but for a code that is not the one.
        func faults(_ words: Words) -> [String: String] {
            let found = OrganisationService.faults(
                founding: company, rootUnit: unit, administrator: administrator, charter: charter?.charter)
            var faults = Told.texts(of: found, words)
            if charter == nil { faults["charter"] = words("请选一本制度") }
            if !isSame { faults["again"] = words("两次密码不一样") }
            if code.isEmpty { faults["code"] = words("请填写") }
            return faults
        }
    }

    /// What the page says of an entry that was refused.
    private struct Told {
        var faults: [String: String]
        var message: String?
        var status: HTTPResponse.Status = .unprocessableContent

        mutating func add(_ refusal: SetUp.Refusal, _ words: Words) {
            switch refusal {
            case .wrongCode(let left): faults["code"] = words("启用码不对，还可试{0}次。", String(left))
            case .locked(let minutes):
                faults["code"] = words("试错太多，{0}分钟后再试", String(minutes))
                message = words("也可重新启动程序，用控制台上的新启用码。")
                status = .tooManyRequests
            case .closed: break
            }
        }

        mutating func add(_ more: FormFaults, _ words: Words) {
            faults.merge(Told.texts(of: more, words)) { first, _ in first }
        }

        static func texts(of faults: FormFaults, _ words: Words) -> [String: String] {
            Dictionary(faults.faults.map { ($0.field, $0.problem.text(words)) }) { first, _ in first }
        }
    }

    /// The page again, with what was entered; passwords are never sent back.
    private func page(_ context: DeskContext, _ form: FormBody, _ told: Told?) -> Response {
        let words = desk.book[context.language]
        let faults = told?.faults ?? [:]
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
                unitError: faults["unit"], name: form["name"] ?? "", nameError: faults["name"],
                login: form["login"] ?? "", loginError: faults["login"], passwordError: faults["password"],
                againError: faults["again"],
                charters: charters, charterError: faults["charter"] ?? faults["post"],
                faulty: setUp.faulty.isEmpty
                    ? nil : words("读不出来、不能选用的制度：{0}。原因见控制台。", setUp.faulty.joined(separator: ", ")),
                message: told.map { $0.message ?? words("还有几处要改") }),
            "set-up/show", in: language, status: told?.status ?? .ok)
    }
}

extension FormBody {
    /// A form that nobody has filled in.
    static var empty: FormBody { FormBody(fields: [:]) }
}
