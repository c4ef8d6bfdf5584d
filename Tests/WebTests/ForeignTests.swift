import Cases
import Customers
import HTTPTypes
import Foundation
import Organisations
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// Another company on the same database: whatever of its own is named, the answer is as if it were not there.
struct ForeignTests {
    private struct Two {
        let web: WebDesk
        /// Ours, and the like of the other company.
        let own: Scene
        let foreign: Scene

        init() async throws {
            let desk = try TestSupport.Desk()
            let shop = try await Shop.open(in: desk, organisation: OrganisationID(11))
            web = try WebDesk(shop, isDemo: true)
            own = try await Scene(shop)
            foreign = try await Scene(
                try await Shop.open(in: desk, organisation: OrganisationID(22), prefix: "x"))
        }
    }

    /// Ends in one version of an identifier for all that there might be, so that answers can be compared.
    private static func level(_ reply: Reply, _ browser: Browser? = nil) -> String {
        var text = reply.text.replacing(Identifiers.pattern, with: "ID")
        if let token = browser?.formToken { text = text.replacing(token, with: "TOKEN") }
        // The number under which the log knows a request.
        return "\(reply.status) "
            + text.replacing(/"request":"[^"]*"/, with: "").replacing(/<code>[^<]*<\/code>/, with: "")
    }

    private static let strange = "018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21"

    private static func strangers(_ text: String) -> String {
        text.replacing(Identifiers.pattern, with: strange)
    }

    @Test(arguments: Look.all.keys.sorted())
    func `a page of another company is as one that is not there`(route: String) async throws {
        let two = try await Two()
        let path = try Look.of(route, two.foreign)
        guard path.contains(Identifiers.pattern) else { return }
        for person in [Shop.Person.ding, .an] {
            let browser = try await two.web.browser(person)
            let foreign = try await browser.get(path)
            let unknown = try await browser.get(Self.strangers(path))
            #expect(Self.level(foreign, browser) == Self.level(unknown, browser), "\(person)")
            #expect(!foreign.text.contains("闻人听雪"), "\(person)")
        }
    }

    @Test(arguments: PageAct.all.keys.sorted())
    func `an act on another company's things is as one on what is not there`(route: String) async throws {
        let two = try await Two()
        func make(_ scene: Scene) throws -> PageAct { try PageAct.of(route, scene) }
        let (own, foreign) = (try make(two.own), try make(two.foreign))
        guard
            foreign.path.contains(Identifiers.pattern)
                || foreign.form.values.contains(where: {
                    $0.contains(Identifiers.pattern)
                })
        else { return }
        /// A name to sign in with is somebody's choice: it names nothing of the other company.
        func named(_ form: [String: String]) -> [String: String] { form.filter { $0.key != "login" } }
        let before = try await two.web.stored()
        for person in [Shop.Person.ding, .an] {
            let browser = try await two.web.browser(person)
            // The address foreign, the form foreign, and both.
            for (path, form) in [(foreign.path, own.form), (own.path, foreign.form), (foreign.path, foreign.form)] {
                let isForeign =
                    path == foreign.path ? path.contains(Identifiers.pattern) : named(form) != named(own.form)
                guard isForeign else { continue }
                let reply = try await browser.post(path, form)
                let unknown = try await browser.post(
                    path == foreign.path ? Self.strangers(path) : path,
                    form == foreign.form ? form.mapValues(Self.strangers) : form)
                #expect(reply.status >= 400, "\(person) \(path)")
                #expect(Self.level(reply, browser) == Self.level(unknown, browser), "\(person) \(path) \(form)")
                #expect(!reply.text.contains("闻人听雪") || path == own.path, "\(person)")
            }
        }
        let after = try await two.web.stored()
        #expect(after == before)
    }

    @Test(arguments: APIAct.all.keys.sorted())
    func `an act of the API on another company's things is as one on what is not there`(
        operation: String
    ) async throws {
        let two = try await Two()
        func make(_ scene: Scene) throws -> APIAct { try APIAct.of(operation, scene) }
        let (own, foreign) = (try make(two.own), try make(two.foreign))
        guard foreign.path.contains(Identifiers.pattern) || "\(foreign.body)".contains(Identifiers.pattern) else {
            return
        }
        let program = try await two.web.program(.ding)
        let before = try await two.web.stored()
        for act in [
            APIAct(method: own.method, path: foreign.path, body: own.body),
            APIAct(method: own.method, path: own.path, body: foreign.body), foreign,
        ] {
            let isForeign =
                act.path == foreign.path && act.path.contains(Identifiers.pattern)
                || "\(act.body)" != "\(own.body)" && "\(act.body)".contains(Identifiers.pattern)
            guard isForeign else { continue }
            let reply = try await act.send(program)
            let unknown = try await APIAct(
                method: act.method, path: act.path == foreign.path ? Self.strangers(act.path) : act.path,
                body: act.body.mapValues(Self.strangers)
            ).send(program)
            #expect(reply.status >= 400, "\(reply.text)")
            #expect(Self.level(reply) == Self.level(unknown))
            #expect(!reply.text.contains("闻人听雪"))
        }
        let after = try await two.web.stored()
        #expect(after == before)
    }

    private static func strangers(_ value: any Sendable) -> any Sendable {
        switch value {
        case let text as String: strangers(text)
        case let values as [String: String]: values.mapValues { strangers($0) as String }
        default: value
        }
    }

    @Test func `the API reads nothing of another company by its ids`() async throws {
        let two = try await Two()
        let program = try await two.web.program(.ding)
        let other = two.foreign
        for path in [
            "/cases/\(other.matter.id)", "/customers/\(other.customer.id)",
            "/customers/\(other.customer.id)/timeline", "/obligations/\(other.duty)",
            "/organisation/units/\(other.shop.north)", "/staff/\(other.trainee)",
            "/obligations?case=\(other.matter.id)", "/obligations?customer=\(other.customer.id)",
            "/cases?customer=\(other.customer.id)", "/cases?cursor=\(other.matter.id)",
        ] {
            let foreign = try await program.get(path)
            let unknown = try await program.get(Self.strangers(path))
            if !path.contains("cursor") {
                #expect(Self.level(foreign) == Self.level(unknown), "\(path)")
            }
            #expect(!foreign.text.contains(other.matter.id.description) || foreign.status == 404, "\(path)")
        }
        for path in ["/cases", "/customers", "/obligations?view=team", "/staff", "/organisation/units", "/events"] {
            let reply = try await program.get(path + (path.contains("?") ? "&" : "?") + "limit=200", [:])
            guard reply.status == 200 else { continue }
            let ids = reply.text.matches(of: Identifiers.pattern).map { String($0.output) }
            for id in [
                other.matter.id.description, other.customer.id.description, other.duty.description,
                other.trainee.description, other.shop.north.description,
            ] {
                #expect(!ids.contains(id), "\(path)")
            }
        }
    }

    @Test func `a list about whom the caller does not see is not there, an empty one about a customer is`() async throws
    {
        let two = try await Two()
        let quiet = two.own.shop.customers[0]
        let program = try await two.web.program(.du)
        for (path, id) in [
            ("/cases?customer=", two.foreign.customer.id), ("/cases?state=open&customer=", two.foreign.customer.id),
            ("/obligations?customer=", two.foreign.customer.id),
            ("/obligations?view=mine&customer=", two.foreign.customer.id),
            ("/obligations?view=team&customer=", two.foreign.customer.id),
            // The northern branch's, which a clerk of the southern one does not see.
            ("/cases?customer=", two.own.customer.id), ("/obligations?customer=", two.own.customer.id),
        ] {
            let reply = try await program.get(path + id.description)
            #expect(reply.status == 404 && reply.code == "not_found", "\(path): \(reply.text)")
            let unknown = try await program.get(path + Self.strange)
            #expect(Self.level(reply) == Self.level(unknown), "\(path)")
        }
        let northern = try await two.web.program(.an)
        for path in ["/cases?customer=", "/obligations?customer=", "/obligations?view=done&customer="] {
            let reply = try await northern.get(path + quiet.description)
            #expect(reply.status == 200 && reply.object?["items"] as? [String] == [], "\(path): \(reply.text)")
        }
        let filled = try await northern.get("/cases?customer=\(two.own.customer.id)")
        #expect(filled.text.contains(two.own.matter.id.description))
        // Whoever may read cases and no files narrows the list by a customer all the same.
        let narrow = try await two.web.program(.an, scopes: [.readCases])
        let narrowed = try await narrow.get("/cases?customer=\(two.own.customer.id)")
        #expect(narrowed.text.contains(two.own.matter.id.description), "\(narrowed.text)")
    }

    @Test func `a person of another company's file is not taken into ours`() async throws {
        let two = try await Two()
        let program = try await two.web.program(.ding)
        let before = try await two.web.stored()
        var replies: [String] = []
        for id in [two.foreign.person.description, Self.strange] {
            let reply = try await program.put(
                "/customers/\(two.own.customer.id)",
                [
                    "kind": "person", "name": "闻人听雪", "revision": two.own.customer.revision,
                    "people": [["id": id, "role": "family", "name": "闻人小小"]],
                ])
            #expect(reply.status == 422, "\(reply.text)")
            replies.append(Self.level(reply))
        }
        #expect(replies.first == replies.last)
        let after = try await two.web.stored()
        #expect(after == before)
    }

    @Test func `two companies may have the same names and numbers, and each finds its own`() async throws {
        let two = try await Two()
        for (prefix, scene, other) in [("", two.own, two.foreign), ("x", two.foreign, two.own)] {
            let browser = try await two.web.browser(.ding, prefix: prefix)
            for path in [
                "/customers?q=%E9%97%BB%E4%BA%BA", "/search?q=%E9%97%BB%E4%BA%BA", "/cases?state=all", "/people",
            ] {
                let reply = try await browser.get(path)
                #expect(reply.status == 200)
                for id in [other.customer.id.description, other.matter.id.description, other.trainee.description] {
                    #expect(!reply.text.contains(id), "\(prefix) \(path)")
                }
            }
            let found = try await browser.get("/customers?q=%E9%97%BB%E4%BA%BA")
            #expect(found.text.contains(scene.customer.id.description))
        }
    }
}
