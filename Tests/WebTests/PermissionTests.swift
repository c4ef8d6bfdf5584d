import HTTPTypes
import Cases
import Customers
import Organisations
import Policy
import TestSupport
import Testing

@testable import Web

/// Who may do what, for every act of the pages and of the API and everybody in the shop.
struct PermissionTests {
    /// The status of each denial; whoever is not named may.
    ///
    /// 403 the post may not, 404 what it is about is out of reach, 409 another has it to do, 422 what the form points
    /// to is out of reach.
    static let denied: [String: [Shop.Person: Int]] = [
        "POST /cases/new/{workflow}": [.er: 403, .du: 422],
        "POST /cases/{id}/moves/{move}": [.ding: 403, .cheng: 404, .er: 403, .du: 404],
        "POST /cases/{id}/handler": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /cases/{id}/pause": [.cheng: 404, .er: 403, .du: 404],
        "POST /cases/{id}/pause/end": [.cheng: 404, .er: 403, .du: 404],
        "POST /cases/{id}/merger": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /cases/{id}/merger/undo": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        // Whoever may see none of the cases has chosen none; of what may be seen each refuses by itself.
        "POST /cases/bulk": [.cheng: 404, .er: 403, .du: 404],
        "POST /cases/views": [.er: 403],
        "POST /cases/views/{view}": [.ding: 404, .mei: 404, .bai: 404, .cheng: 404, .er: 403, .du: 404],
        "POST /cases/views/{view}/removal": [.ding: 404, .mei: 404, .bai: 404, .cheng: 404, .er: 403, .du: 404],
        "POST /cases/{id}/attachments": [.cheng: 404, .er: 403, .du: 404],
        "POST /cases/{id}/attachments/{attachment}/withdrawal": [.cheng: 404, .er: 403, .du: 404],
        "POST /cases/{id}/moves/{move}/link": [.ding: 403, .cheng: 404, .er: 403, .du: 404],
        "POST /customers/new": [.cheng: 403, .er: 403],
        "POST /customers/{id}/edit": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/owner": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/people/{person}/reveal": [
            .mei: 403, .an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 404,
        ],
        "POST /customers/{id}/counter": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/counter/refund": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/counter/card": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/counter/stored": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/counter/perk": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/counter/activity": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/counter/points": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /activities": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /activities/{id}/end": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /facts/new/{event}": [.cheng: 404, .er: 403, .du: 404],
        "POST /obligations/{id}/done": [.ding: 409, .mei: 409, .bai: 409, .cheng: 404, .er: 404, .du: 404],
        "POST /obligations/{id}/waiver": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /obligations/{id}/holder": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /people/new": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /people/units/new": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /people/units/{id}": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /people/units/{id}/closure": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /people/{id}/login": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /people/{id}": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /people/{id}/leave": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /people/{id}/password": [.an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403],
        "POST /people/me/password": [:],
        "POST /people/me/tokens": [.er: 403],
        "POST /people/me/tokens/{token}/revocation": [
            .ding: 404, .mei: 404, .bai: 404, .cheng: 404, .er: 404, .du: 404,
        ],
        "POST /notices/read": [:],
        "POST /preferences": [:],
        "POST /sign-out": [:],
        "POST /demo/clock": [:],
    ]

    /// The same of the API, where it has the act under another name.
    static let deniedByAPI: [String: [Shop.Person: Int]] = [
        "POST /cases": denied["POST /cases/new/{workflow}"] ?? [:],
        "POST /cases/{id}/moves": denied["POST /cases/{id}/moves/{move}"] ?? [:],
        "POST /cases/{id}/handler": denied["POST /cases/{id}/handler"] ?? [:],
        "POST /cases/{id}/pause": denied["POST /cases/{id}/pause"] ?? [:],
        "POST /cases/{id}/pause/end": denied["POST /cases/{id}/pause/end"] ?? [:],
        "POST /cases/{id}/merger": denied["POST /cases/{id}/merger"] ?? [:],
        "POST /cases/{id}/merger/undo": denied["POST /cases/{id}/merger/undo"] ?? [:],
        "POST /cases/bulk": denied["POST /cases/bulk"] ?? [:],
        "POST /cases/views": denied["POST /cases/views"] ?? [:],
        "POST /cases/views/{id}": denied["POST /cases/views/{view}"] ?? [:],
        "POST /cases/views/{id}/removal": denied["POST /cases/views/{view}/removal"] ?? [:],
        "POST /cases/{id}/attachments": denied["POST /cases/{id}/attachments"] ?? [:],
        "POST /cases/{id}/attachments/{attachment}/withdrawal": denied[
            "POST /cases/{id}/attachments/{attachment}/withdrawal"] ?? [:],
        "POST /customers": denied["POST /customers/new"] ?? [:],
        "PUT /customers/{id}": denied["POST /customers/{id}/edit"] ?? [:],
        "POST /customers/{id}/people/{person}/reveal": denied["POST /customers/{id}/people/{person}/reveal"] ?? [:],
        "POST /facts": denied["POST /facts/new/{event}"] ?? [:],
        "POST /customers/{id}/quotes": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/purchases": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/refunds": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/card-acts": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/recharges": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/pay-outs": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/stored-value/state": [.cheng: 403, .er: 403, .du: 404],
        "POST /customers/{id}/perks": denied["POST /customers/{id}/counter/perk"] ?? [:],
        "POST /customers/{id}/points": denied["POST /customers/{id}/counter/points"] ?? [:],
        "POST /customers/{id}/activities": denied["POST /customers/{id}/counter/activity"] ?? [:],
        "POST /activities": denied["POST /activities"] ?? [:],
        "POST /activities/{id}/end": denied["POST /activities/{id}/end"] ?? [:],
        "POST /notices/read": [:],
        "POST /obligations/{id}/discharge": denied["POST /obligations/{id}/done"] ?? [:],
        "POST /obligations/{id}/waiver": denied["POST /obligations/{id}/waiver"] ?? [:],
        "POST /obligations/{id}/holder": denied["POST /obligations/{id}/holder"] ?? [:],
        "POST /organisation/units": denied["POST /people/units/new"] ?? [:],
        "POST /organisation/units/{id}/placement": denied["POST /people/units/{id}"] ?? [:],
        "POST /organisation/units/{id}/closure": denied["POST /people/units/{id}/closure"] ?? [:],
        "POST /staff/{id}/login": denied["POST /people/{id}/login"] ?? [:],
        "POST /staff": denied["POST /people/new"] ?? [:],
        "POST /staff/{id}/placement": denied["POST /people/{id}"] ?? [:],
        "POST /staff/{id}/departure": denied["POST /people/{id}/leave"] ?? [:],
        "POST /customers/{id}/owner": denied["POST /customers/{id}/owner"] ?? [:],
        "POST /staff/{id}/password": denied["POST /people/{id}/password"] ?? [:],
        "POST /me/password": [:],
        "POST /me/tokens": denied["POST /people/me/tokens"] ?? [:],
        "POST /me/tokens/{id}/revocation": denied["POST /people/me/tokens/{token}/revocation"] ?? [:],
        "POST /charter/adoption": onlyDing,
        "POST /customers/imports": onlyDing,
        "POST /customers/imports/{id}/undo": onlyDing,
    ]

    /// What a director alone may, by the shop's charter.
    private static let onlyDing: [Shop.Person: Int] = [.mei: 403, .an: 403, .bai: 403, .cheng: 403, .er: 403, .du: 403]

    /// Acts that leave nothing behind, or nothing but a session.
    static let traceless: Set<String> = ["POST /notices/read", "POST /preferences", "POST /sign-out"]

    /// Acts of the API that only reckon.
    static let reckoning: Set<String> = ["POST /customers/{id}/quotes"]

    // MARK: The tables

    @Test func `every route of the pages stands in the tables of these tests`() async throws {
        let routes = Set(try await WebDesk.open(isDemo: true).routes)
        let acts = routes.filter { !$0.hasPrefix("GET ") }
        #expect(acts == Set(PageAct.all.keys).union(PageAct.ofVisitors))
        #expect(routes.subtracting(acts) == Set(Look.all.keys).union(Look.others))
        #expect(Set(PermissionTests.denied.keys) == Set(PageAct.all.keys))
    }

    @Test func `every operation of the API stands in the tables of these tests`() {
        let acts = API.routes.filter { $0.method != .get }.map { "\($0.method.rawValue) \($0.pattern)" }
        #expect(Set(acts) == Set(APIAct.all.keys))
        #expect(Set(PermissionTests.deniedByAPI.keys) == Set(APIAct.all.keys))
    }

    // MARK: Everybody at every act

    @Test(arguments: PageAct.all.keys.sorted())
    func `each post may do on the pages what is declared, and a denied act changes nothing`(route: String) async throws
    {
        let web = try await WebDesk.open(isDemo: true)
        let denied = try #require(PermissionTests.denied[route])
        for person in Shop.Person.allCases {
            let act = try PageAct.of(route, try await Scene(web.shop))
            let browser = try await web.browser(person)
            let before = try await web.stored()
            let reply = try await browser.post(act.path, act.form)
            let changed = try await web.stored() != before
            if let status = denied[person] {
                #expect(reply.status == status, "\(person): \(reply.told?.title ?? "")")
                #expect(!changed, "\(person)")
            } else {
                #expect(reply.isDone, "\(person): \(reply.status) \(reply.told?.title ?? "")")
                #expect(changed || PermissionTests.traceless.contains(route), "\(person)")
            }
        }
    }

    @Test(arguments: APIAct.all.keys.sorted())
    func `each post may do through the API what is declared, and a denied act changes nothing`(
        operation: String
    ) async throws {
        let web = try await WebDesk.open()
        let denied = try #require(PermissionTests.deniedByAPI[operation])
        for person in Shop.Person.allCases {
            let act = try APIAct.of(operation, try await Scene(web.shop))
            let program = try await web.program(person)
            let before = try await web.stored()
            let reply = try await act.send(program)
            let changed = try await web.stored() != before
            if let status = denied[person] {
                #expect(reply.status == status, "\(person): \(reply.text)")
                #expect(!changed, "\(person)")
            } else {
                #expect(reply.isDone, "\(person): \(reply.text)")
                let leavesNothing = PermissionTests.traceless.union(PermissionTests.reckoning).contains(operation)
                #expect(changed != leavesNothing || PermissionTests.traceless.contains(operation), "\(person)")
            }
        }
    }

    @Test(arguments: APIAct.all.keys.sorted())
    func `a token does no more than its scopes, whoever owns it`(operation: String) async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let act = try APIAct.of(operation, scene)
        for person in [Shop.Person.ding, .mei, .an] {
            let program = try await web.program(person, scopes: [.readCharter])
            let before = try await web.stored()
            let reply = try await act.send(program)
            if PermissionTests.traceless.contains(operation) {
                #expect(reply.isDone, "\(person): one's own notices need no permission")
            } else {
                // Whose own it is sees the duty and ticks it off whatever else he may; one's own password needs itself,
                // and the end of one's own token nothing.
                let isOwn =
                    ["POST /obligations/{id}/discharge", "POST /me/tokens/{id}/revocation"].contains(operation)
                    && person == .an || operation == "POST /me/password"
                #expect(isOwn ? reply.isDone : reply.status == 403 || reply.status == 404, "\(person): \(reply.text)")
                let after = try await web.stored()
                #expect(isOwn || after == before, "\(person)")
            }
        }
    }

    @Test(arguments: PageAct.all.keys.sorted())
    func `nobody does anything without having signed in`(route: String) async throws {
        let web = try await WebDesk.open(isDemo: true)
        let act = try PageAct.of(route, try await Scene(web.shop))
        let before = try await web.stored()
        let reply = try await web.visitor().post(act.path, act.form)
        #expect(reply.status == 401)
        let after = try await web.stored()
        #expect(after == before)
    }

    @Test(arguments: APIAct.all.keys.sorted())
    func `no program does anything without a token`(operation: String) async throws {
        let web = try await WebDesk.open()
        let act = try APIAct.of(operation, try await Scene(web.shop))
        let before = try await web.stored()
        for token in ["", "charter_nonsense", "不"] {
            let program = Program(desk: web, token: token, language: .english)
            let reply = try await act.send(program)
            #expect(reply.status == 401 && reply.code == "unauthorised")
            #expect(reply.header("www-authenticate")?.hasPrefix("Bearer ") == true)
        }
        let after = try await web.stored()
        #expect(after == before)
    }

    // MARK: Forged forms

    @Test(arguments: PageAct.all.keys.sorted())
    func `a form without its token, or with another's, changes nothing`(route: String) async throws {
        let web = try await WebDesk.open(isDemo: true)
        let scene = try await Scene(web.shop)
        let act = try PageAct.of(route, scene)
        let browser = try await web.browser(route.contains("/done") || route.contains("revocation") ? .an : .mei)
        let another = try await web.browser(.mei)
        let before = try await web.stored()
        for token in ["", "nonsense", another.formToken ?? ""] {
            let reply = try await browser.post(act.path, act.form.merging(["form_token": token]) { $1 })
            #expect(reply.status == 403, "\(token)")
            #expect(reply.told?.title == "这张表已过期")
        }
        let body = act.form.map { "\($0.key.percentEncoded)=\($0.value.percentEncoded)" }.joined(separator: "&")
        let bare = try await browser.send(act.path, Array(body.utf8))
        #expect(bare.status == 403)
        try await expectError(403, "这张表已过期") {
            try await browser.speaking($0).post(act.path, act.form, ["sec-fetch-site": "cross-site"])
        }
        for more in [
            ["sec-fetch-site": "cross-site"], ["sec-fetch-site": "same-site"], ["origin": "https://evil.test"],
        ] {
            let reply = try await browser.post(act.path, act.form, more)
            #expect(reply.status == 403, "\(more)")
        }
        let after = try await web.stored()
        #expect(after == before)
        let own = try await browser.post(act.path, act.form, ["origin": "http://localhost"])
        #expect(own.status != 403 || PermissionTests.denied[route]?[.mei] == 403)
    }
}
