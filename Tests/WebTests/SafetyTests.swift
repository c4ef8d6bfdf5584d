import Cases
import Customers
import Foundation
import HTTPTypes
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

@testable import Web

/// What browsers are told to refuse, and that nobody's words become a page's own.
struct SafetyTests {
    // MARK: Headers

    private static func check(_ reply: Reply, _ what: String, isSecure: Bool = false) {
        let policy = reply.header("content-security-policy") ?? ""
        #expect(
            policy == """
                default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
                """, "\(what)")
        #expect(reply.header("x-content-type-options") == "nosniff", "\(what)")
        #expect(reply.header("referrer-policy") == "same-origin", "\(what)")
        #expect(reply.header("cross-origin-opener-policy") == "same-origin", "\(what)")
        #expect(reply.header("permissions-policy")?.isEmpty == false, "\(what)")
        #expect(reply.header("cache-control")?.isEmpty == false, "\(what)")
        #expect((reply.header("strict-transport-security") != nil) == isSecure, "\(what)")
    }

    /// What the policy would have to forbid: scripts, styles and handlers within the page, and what lies elsewhere.
    private static func checkMarkup(_ reply: Reply, _ what: String) {
        guard reply.headers[.contentType]?.hasPrefix("text/html") ?? false else { return }
        let text = reply.text
        for match in text.matches(of: /<script\b[^>]*>/) {
            #expect(match.output.contains("src=\"/assets/"), "\(what): \(match.output)")
        }
        #expect(!text.contains("<style"), "\(what)")
        #expect(!text.contains(/<[a-z][^>]*\sstyle=/), "\(what)")
        #expect(!text.contains(/<[a-z][^>]*\son[a-z]+=/), "\(what)")
        #expect(!text.contains("javascript:"), "\(what)")
        #expect(!text.contains(/(?:src|href|action)="(?:https?:)?\/\//), "\(what)")
        #expect(!text.contains("[[") && !text.contains("]]"), "\(what): an untranslated text")
        #expect(!text.contains("{{"), "\(what): an unread tag")
    }

    @Test(arguments: [false, true])
    func `every page carries the strict policy and keeps to it, in each language`(isSecure: Bool) async throws {
        let web = try await WebDesk.open(isDemo: true, isSecure: isSecure)
        let scene = try await Scene(web.shop)
        for language in WebDesk.languages {
            let browsers = [
                Shop.Person.ding: try await web.browser(.ding, in: language),
                .mei: try await web.browser(.mei, in: language),
            ]
            for (route, path) in Look.all.sorted(by: { $0.key < $1.key }) {
                let browser = try #require(browsers[Look.viewer(route)])
                let reply = try await browser.get(path(scene))
                #expect(reply.status == (Look.redirects.contains(route) ? 303 : 200), "\(route)")
                Self.check(reply, route, isSecure: isSecure)
                Self.checkMarkup(reply, route)
                #expect(reply.header("cache-control") == "no-store", "\(route): a page with people in it is not kept")
            }
        }
    }

    @Test func `refusals, redirects, forms with faults, assets and answers to programs carry it too`() async throws {
        let web = try await WebDesk.open(isDemo: true)
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.er)
        let visitor = web.visitor()
        for path in [
            "/nowhere", "/cases/x", "/sign-in", "/", "/set-up", "/assets/desk.css", "/assets/none", "/health/live",
            "/health/ready", "/metrics", "/api", "/api/v1/me", "/api/openapi.json", "/live",
        ] {
            let reply = try await visitor.get(path)
            Self.check(reply, path)
            Self.checkMarkup(reply, path)
        }
        for (route, act) in PageAct.all {
            let act = act(scene)
            for reply in [
                try await browser.post(act.path, act.form), try await visitor.post(act.path, act.form),
                try await browser.post(act.path, ["form_token": "x"]), try await browser.post(act.path),
            ] {
                Self.check(reply, route)
                Self.checkMarkup(reply, route)
            }
        }
        let program = try await web.program(.ding)
        for path in ["/me", "/cases", "/nothing", "/customers/x"] { Self.check(try await program.get(path), path) }
    }

    // MARK: Hostile words

    /// Names as somebody would send them who means harm, or who has such a name.
    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "</title></textarea>",
        "&lt;b&gt;&amp;", "{{shell.formToken}}", "[[工作台]]", "\u{202E}gpj.exe", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "a\u{0301}\u{0301}\u{0301}",
        "$(rm -rf /)`id`", "'; DROP TABLE staff; --", "%3Cscript%3E",
    ]

    /// What the file of the page may hold of each: itself where it is harmless, else its escaped form.
    private static func isRaw(_ text: String, _ words: String) -> Bool {
        words.contains(/[<>"']/) && text.contains(words)
    }

    @Test(arguments: hostile)
    func `hostile names that came through the API are words on every page`(words: String) async throws {
        let web = try await WebDesk.open(isDemo: true)
        let program = try await web.program(.ding)
        let unit = try await program.post("/organisation/units", ["name": words, "parent": "\(web.shop.root)"])
        let clerk = try await program.post("/staff", ["name": words, "unit": unit.id ?? "", "post": "clerk"])
        let filed = try await program.post(
            "/customers",
            [
                "kind": "company", "name": words, "source": words, "address": words, "notes": words,
                "unit": "\(web.shop.north)", "owner": "\(web.shop.staff(.an))",
                "people": [
                    ["role": "contact", "name": words, "position": words, "hobbies": words, "phone": "13800005678"]
                ],
            ])
        let customer = try #require(filed.id, "\(filed.text)")
        let matter = try await program.post(
            "/cases",
            ["workflow": "complaint", "fields": ["customer": customer, "channel": "phone", "content": words]])
        let fact = try await program.post(
            "/facts",
            [
                "event": "site.started", "subject": ["kind": "customer", "id": customer],
                "fields": ["place": words],
            ])
        for reply in [unit, clerk, filed, matter, fact] { #expect(reply.status == 201, "\(reply.text)") }
        let answered = try await web.program(.an).post(
            "/cases/\(matter.id ?? "")/moves", ["move": "respond", "fields": ["words": words]])
        #expect(answered.status == 200, "\(answered.text)")
        let duty = try #require(try await web.shop.duties("S-03").first)
        let people = try await web.shop.desk.customers.find(
            #require(CustomerID(customer)), by: web.shop.principal(.ding))
        let person = try #require(people.people.first)
        let paths = [
            "/", "/?view=team&o=\(duty.id)", "/workbench/list?view=team", "/obligations/\(duty.id)", "/cases?state=all",
            "/cases/\(matter.id ?? "")", "/cases/new/complaint?customer=\(customer)",
            "/customers", "/customers/\(customer)",
            "/customers/\(customer)/edit", "/customers/\(customer)/people/\(person.id)/reveal",
            "/customers/picker?customer_query=\(words.percentEncoded)", "/customers?q=\(words.percentEncoded)",
            "/facts/new?customer=\(customer)", "/facts/new/site.started?customer=\(customer)", "/people",
            "/people/\(clerk.id ?? "")", "/people/new", "/people/units/new", "/people/posts/clerk", "/notices",
            "/search?q=\(words.percentEncoded)", "/charter?q=\(words.percentEncoded)",
            "/?said=\(words.percentEncoded)", "/charter/clauses/S-01/detail",
            "/customers/new?kind=\(words.percentEncoded)",
        ]
        let browser = try await web.browser(.ding)
        var shown = 0
        for path in paths {
            let reply = try await browser.get(path)
            #expect(reply.status == 200, "\(path)")
            #expect(!Self.isRaw(reply.text, words), "\(path)")
            Self.checkPlain(reply, path)
            let told = reply.text.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
                .replacing("&quot;", with: "\"").replacing("&#34;", with: "\"").replacing("&#39;", with: "'")
                .replacing("&amp;", with: "&")
            if told.contains(words) { shown += 1 }
        }
        #expect(shown > 10, "the words are there to be read: \(shown)")
        // Faults repeat what was typed.
        for act in [
            PageAct(
                path: "/customers/new",
                form: ["kind": "person", "name": words, "people.0.role": "self", "people.0.birthday": words]),
            PageAct(path: "/people/new", form: ["name": words, "login": words]),
            PageAct(path: "/cases/new/complaint", form: ["content": words, "channel": words, "customer": words]),
            PageAct(path: "/facts/new/site.started", form: ["place": words, "customer": words, "occurred_at": words]),
            PageAct(path: "/people/units/new", form: ["name": words]),
            PageAct(path: "/people/me/tokens", form: ["title": words]),
        ] {
            let reply = try await browser.post(act.path, act.form)
            #expect(reply.status == 422, "\(act.path)")
            #expect(!Self.isRaw(reply.text, words), "\(act.path)")
            Self.checkPlain(reply, act.path)
        }
        let door = try await web.visitor().post("/sign-in", ["login": words, "password": words, "return": words])
        #expect(!Self.isRaw(door.text, words))
        Self.checkPlain(door, "/sign-in")
    }

    /// No tag and no handler of theirs.
    private static func checkPlain(_ reply: Reply, _ what: String) {
        #expect(!reply.text.contains("<script>") && !reply.text.contains("<img src=x"), "\(what)")
        // Within quotation marks it is a value, whatever it says.
        let bare = reply.text.replacing(/"[^"]*"/, with: "\"\"")
        #expect(!bare.contains(/<[a-z][^>]*\son[a-z]+=/), "\(what)")
    }

    @Test func `a name of two hundred characters is shown whole, one of five hundred is refused`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.an)
        let name = String(repeating: "氵", count: 200)
        let filed = try await program.post("/customers", ["kind": "company", "name": name])
        #expect(filed.status == 201, "\(filed.text)")
        let page = try await web.browser(.an).get("/customers/\(filed.id ?? "")")
        #expect(page.text.contains(name))
        for length in [201, 500] {
            let reply = try await program.post(
                "/customers", ["kind": "company", "name": String(repeating: "氵", count: length)])
            #expect(reply.status == 400 && reply.faults == ["name"])
        }
    }
}
