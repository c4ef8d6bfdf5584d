import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport

@testable import Web

/// The whole web application over the shop everybody knows, asked through its router; logs go nowhere.
struct WebDesk: Sendable {
    let shop: Shop
    let live = LiveEvents()
    let application: Application<RouterResponder<DeskContext>>
    let responder: RouterResponder<DeskContext>
    /// `POST /cases/new/{workflow}`, without the API's own.
    let routes: [String]

    static let setUpCode = "246810"
    static let languages: [Language] = [.simplified, .traditional, .english]

    /// Opens the shop on its Tuesday.
    static func open(isDemo: Bool = false, isSecure: Bool = false) async throws -> WebDesk {
        try WebDesk(try await Shop.open(), isDemo: isDemo, isSecure: isSecure)
    }

    init(_ shop: Shop, isDemo: Bool = false, isSecure: Bool = false) throws {
        self.shop = shop
        let router = try Self.router(over: shop.desk, live, isDemo: isDemo, isSecure: isSecure)
        routes = router.routes.map { "\($0.method.rawValue) \($0.path.description)" }.sorted()
        responder = router.buildResponder()
        application = Application(responder: responder, logger: Self.logger)
    }

    /// The router over a desk that need not have a company yet.
    static func router(
        over desk: TestSupport.Desk, _ live: LiveEvents = LiveEvents(), isDemo: Bool = false, isSecure: Bool = false,
        charters: [ShippedCharter] = [], faulty: [String] = []
    ) throws -> Router<DeskContext> {
        var options = WebApplication.Options(
            resources: Repository.root.path(percentEncoded: false), fetchedAssets: Self.assets)
        options.isDemo = isDemo
        options.isSecure = isSecure
        let web = try WebApplication(
            services: Services(
                database: desk.database, organisations: desk.organisations, charters: desk.charters,
                customers: desk.customers, cases: desk.cases, attachments: desk.attachments, facts: desk.facts,
                obligations: desk.obligations,
                notices: desk.notices, consequences: desk.consequences, knowledge: desk.knowledge,
                members: desk.members,
                adherence: desk.adherence, signIn: desk.signIn, clockWork: desk.clockWork,
                readCharter: Repository.reading),
            live: live, metrics: Metrics(), words: Self.book, options: options)
        let clock = desk.clock
        return web.router(
            setUp: SetUp(code: setUpCode, charters: charters, faulty: faulty, clock: { clock.now }),
            limits: CallerLimits(clock: { clock.now }))
    }

    static var logger: Logger { Logger(label: "tests") { _ in QuietLog() } }

    /// The words of the program, read once.
    static let book: Words.Book = {
        func table(_ name: String) -> [String: String] {
            let file = Repository.root.appending(path: "Resources/words/\(name).json")
            guard let data = try? Data(contentsOf: file),
                let words = try? JSONDecoder().decode([String: String].self, from: data)
            else { preconditionFailure("the words \(file) cannot be read") }
            return words
        }
        return Words.Book(english: table("en"), traditional: table("zh-Hant"))
    }()

    /// Stands for the fetched assets, which a test must not depend on.
    private static let assets: String = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "charter-web-tests-\(UUID())")
        let htmx = folder.appending(path: "htmx")
        try? FileManager.default.createDirectory(at: htmx, withIntermediateDirectories: true)
        try? Data("// htmx".utf8).write(to: htmx.appending(path: "htmx.min.js"))
        atexit { try? FileManager.default.removeItem(atPath: WebDesk.assets) }
        return folder.path(percentEncoded: false)
    }()

    // MARK: Who asks

    /// Somebody's browser; a session of its own each time.
    func browser(
        _ person: Shop.Person, in language: Language = .simplified, prefix: String = ""
    ) async throws -> Browser {
        let session = try await shop.desk.signIn.signIn(login: prefix + person.rawValue, password: Shop.password)
        return Browser(desk: self, cookie: session.token, formToken: session.formToken, language: language)
    }

    /// A browser in which nobody has signed in.
    func visitor(in language: Language = .simplified) -> Browser {
        Browser(desk: self, cookie: nil, formToken: nil, language: language)
    }

    /// A program with a bearer token of that person, for all that the person may unless scopes are given.
    func program(
        _ person: Shop.Person, scopes: Set<Action>? = nil, in language: Language = .simplified
    ) async throws -> Program {
        let principal = try await shop.principal(person)
        let token = try await shop.desk.signIn.issueToken(
            title: "tests", scopes: scopes ?? Set(principal.may.keys), days: nil, by: principal)
        return Program(desk: self, token: token, language: language)
    }

    func ask(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, body: ByteBuffer? = nil
    ) async throws -> Reply {
        try await application.test(.router) { client in
            try await client.execute(uri: path, method: method, headers: headers, body: body) { Reply($0) }
        }
    }

    // MARK: What is stored

    /// The tables that are not as they were.
    func tables(changedSince before: [String: String]) async throws -> [String] {
        try await stored().filter { before[$0.key] != $0.value }.map(\.key).sorted()
    }

    /// Every row of every table as text, but for sessions, which any request may touch, and the numbers put aside for
    /// cases to come.
    func stored() async throws -> [String: String] {
        try await shop.desk.database.read { transaction in
            try TestDatabases.tables(in: transaction).filter { !["session", "reference_block"].contains($0) }.reduce(
                into: [:]) { stored, table in
                    stored[table] = try TestDatabases.rows(of: table, in: transaction).map { "\($0)" }.sorted()
                        .joined(separator: "\n")
                }
        }
    }
}

/// What came back.
struct Reply: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    init(_ response: TestResponse) {
        status = response.status.code
        headers = response.headers
        text = String(buffer: response.body)
    }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

    var location: String? { headers[.location] }
    var isDone: Bool { (200..<400).contains(status) }

    /// The headline and the sentence of an error page or a problem; `nil` when it is neither.
    var told: Told? {
        if headers[.contentType] == "application/problem+json" {
            guard let object, let title = object["title"] as? String, let detail = object["detail"] as? String else {
                return nil
            }
            return Told(title: title, text: detail)
        }
        guard let title = text.between("<h1>", "</h1>"), let text = text.between("<p class=\"read\">", "</p>") else {
            return nil
        }
        return Told(title: title, text: text)
    }

    struct Told: Sendable, Equatable {
        let title: String
        let text: String
    }

    /// The JSON object of the body.
    var object: [String: Any]? { (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] }

    var code: String? { object?["code"] as? String }
    var id: String? { object?["id"] as? String }

    /// The fields with a fault.
    var faults: [String] { (object?["faults"] as? [[String: String]] ?? []).compactMap { $0["field"] }.sorted() }
}

/// A browser with its cookies.
struct Browser: Sendable {
    let desk: WebDesk
    var cookie: String?
    var formToken: String?
    var language: Language

    func headers(_ more: [String: String] = [:]) -> HTTPFields {
        var cookies = ["charter_language=\(language.rawValue)"]
        if let cookie { cookies.append("charter_session=\(cookie)") }
        var headers: HTTPFields = [.cookie: cookies.joined(separator: "; ")]
        for (name, value) in more {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return headers
    }

    func get(_ path: String, _ more: [String: String] = [:]) async throws -> Reply {
        try await desk.ask(.get, path, headers(more))
    }

    /// Sends a form with its token, unless it has one already.
    func post(
        _ path: String, _ fields: [String: String] = [:], _ more: [String: String] = [:]
    ) async throws -> Reply {
        var fields = fields
        if let formToken, fields["form_token"] == nil { fields["form_token"] = formToken }
        if path.hasSuffix("/attachments") { return try await upload(path, fields, more) }
        let body = fields.map { $0.key.percentEncoded + "=" + $0.value.percentEncoded }.sorted().joined(separator: "&")
        return try await send(path, Array(body.utf8), more)
    }

    /// Sends a form with a file, `file`, called `name` unless it is a record of a talk.
    private func upload(_ path: String, _ fields: [String: String], _ more: [String: String]) async throws -> Reply {
        var fields = fields
        let file = fields.removeValue(forKey: "file").map { Array($0.utf8) }
        let name = fields.removeValue(forKey: "name") ?? "记录.txt"
        return try await upload(path, fields, file.map { (name, nil, $0) }, more)
    }

    /// Sends a form with a file as browsers do.
    func upload(
        _ path: String, _ fields: [String: String] = [:], _ file: (name: String, type: String?, bytes: [UInt8])?,
        _ more: [String: String] = [:]
    ) async throws -> Reply {
        var fields = fields
        if let formToken, fields["form_token"] == nil { fields["form_token"] = formToken }
        var body: [UInt8] = []
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            body += "--x-edge\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8
        }
        if let file {
            let type = file.type.map { "\r\nContent-Type: \($0)" } ?? ""
            body +=
                "--x-edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(file.name)\"\(type)\r\n\r\n"
                .utf8
            body += file.bytes
            body += "\r\n".utf8
        }
        body += "--x-edge--\r\n".utf8
        return try await send(path, body, more.merging(["content-type": "multipart/form-data; boundary=x-edge"]) { $1 })
    }

    /// Sends bytes as they are.
    func send(_ path: String, _ bytes: [UInt8], _ more: [String: String] = [:]) async throws -> Reply {
        var headers = headers(more)
        if headers[.contentType] == nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        return try await desk.ask(.post, path, headers, body: ByteBuffer(bytes: bytes))
    }

    func speaking(_ language: Language) -> Browser {
        var other = self
        other.language = language
        return other
    }
}

/// A program that uses the API.
struct Program: Sendable {
    let desk: WebDesk
    var token: String
    var language: Language

    private func headers(_ more: [String: String]) -> HTTPFields {
        var headers: HTTPFields = [.authorization: "Bearer \(token)", .acceptLanguage: language.rawValue]
        for (name, value) in more {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return headers
    }

    func get(_ path: String, _ more: [String: String] = [:]) async throws -> Reply {
        try await desk.ask(.get, "/api/v1" + path, headers(more))
    }

    func post(_ path: String, _ body: [String: Any] = [:], _ more: [String: String] = [:]) async throws -> Reply {
        try await send(.post, path, Array(JSONSerialization.data(withJSONObject: body, options: .sortedKeys)), more)
    }

    func put(_ path: String, _ body: [String: Any], _ more: [String: String] = [:]) async throws -> Reply {
        try await send(.put, path, Array(JSONSerialization.data(withJSONObject: body, options: .sortedKeys)), more)
    }

    /// Sends bytes as they are.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ bytes: [UInt8], _ more: [String: String] = [:]
    ) async throws -> Reply {
        var headers = headers(more)
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await desk.ask(method, "/api/v1" + path, headers, body: ByteBuffer(bytes: bytes))
    }

    func speaking(_ language: Language) -> Program {
        var other = self
        other.language = language
        return other
    }
}

extension String {
    /// What stands between the first of one and the next of the other.
    func between(_ start: String, _ end: String) -> String? {
        guard let from = range(of: start), let to = range(of: end, range: from.upperBound..<endIndex) else {
            return nil
        }
        return String(self[from.upperBound..<to.lowerBound])
    }
}

/// Says nothing, but knows the number of its request.
private struct QuietLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.critical

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {}
}
