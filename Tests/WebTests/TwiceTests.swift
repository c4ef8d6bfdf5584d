import Foundation
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// A form that is sent twice is done once.
struct TwiceTests {
    private static let key = "018f3c5e-7c1a-4b2e-9d40-5a1f0c9b7e21"

    /// Acts that are harmless to repeat, and those whose answer is never kept: a token or a password is shown once, the
    /// session ends with a new password, and each look at numbers is a record of its own.
    private static let others: Set<String> = [
        "POST /notices/read", "POST /preferences", "POST /sign-out", "POST /people/me/tokens",
        "POST /people/me/password", "POST /people/{id}/password", "POST /people/{id}/login",
        "POST /people/me/tokens/{token}/revocation", "POST /customers/{id}/people/{person}/reveal",
        "POST /cases/{id}/moves/{move}/link",
    ]

    /// Who may do it: the owner of the shop, but for what is not an owner's to do.
    private static func actor(_ route: String) -> Shop.Person {
        [
            "POST /cases/{id}/moves/{move}", "POST /obligations/{id}/done", "POST /cases/views/{view}",
            "POST /cases/views/{view}/removal",
        ].contains(route) ? .an : .ding
    }

    @Test(arguments: PageAct.all.keys.filter { !TwiceTests.others.contains($0) }.sorted())
    func `the second answer leads to where the first did, and nothing more is stored`(route: String) async throws {
        let web = try await WebDesk.open(isDemo: true)
        let act = try PageAct.of(route, try await Scene(web.shop)).with("idempotency_key", Self.key)
        let browser = try await web.browser(Self.actor(route))
        let first = try await browser.post(act.path, act.form)
        #expect(first.status == 303, "\(first.text)")
        // The clock's work goes on behind an answer that would come too late.
        if route == "POST /demo/clock" { try await web.shop.tick() }
        let stored = try await web.stored()
        let second = try await browser.post(act.path, act.form)
        #expect(second.status == 303 && second.location == first.location, "\(second.text)")
        let changed = try await web.tables(changedSince: stored)
        #expect(changed == [])
    }

    @Test func `five at once are one`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let act = try PageAct.of("POST /cases/new/{workflow}", scene).with("idempotency_key", Self.key)
        let browser = try await web.browser(.an)
        let before = try await web.shop.events("complaint.received").count
        let places = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<5 { group.addTask { try await browser.post(act.path, act.form).location } }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(places.count == 1 && places.first != .some(nil))
        #expect(try await web.shop.events("complaint.received").count == before + 1)
    }

    @Test func `a form that was sent and says something else now is told so, a mended one is done`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.an)
        let act = try PageAct.of("POST /cases/new/{workflow}", scene).with("idempotency_key", Self.key)
        let faulty = try await browser.post(act.path, act.with("content", "").form)
        #expect(faulty.status == 422)
        #expect(try await browser.post(act.path, act.form).status == 303)
        let before = try await web.stored()
        try await expectError(409, "这张表已经交过") {
            try await browser.speaking($0).post(act.path, act.with("content", "另一件").form)
        }
        #expect(try await web.stored() == before)
        let anew = act.with("idempotency_key", Self.key.replacing("018f", with: "018e"))
        #expect(try await browser.post(act.path, anew.form).status == 303)
    }

    @Test func `another person's form is another form, whatever its key`() async throws {
        let web = try await WebDesk.open()
        let act = try PageAct.of("POST /cases/new/{workflow}", try await Scene(web.shop))
            .with("idempotency_key", Self.key)
        let first = try await web.browser(.an).post(act.path, act.form)
        let second = try await web.browser(.bai).post(act.path, act.form)
        #expect(first.status == 303 && second.status == 303 && first.location != second.location)
    }

    @Test func `forms of one page do not meet, and what is no key is none`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.ding)
        for route in ["POST /obligations/{id}/holder", "POST /people/units/new"] {
            let act = try PageAct.of(route, scene).with("idempotency_key", Self.key)
            #expect(try await browser.post(act.path, act.form).status == 303, "\(route)")
        }
        for name in ["西店", "南店"] {
            let act = try PageAct.of("POST /people/units/new", scene).with("idempotency_key", "x").with("name", name)
            #expect(try await browser.post(act.path, act.form).status == 303)
        }
    }

    @Test func `every form of a page carries a key, another each time it is shown`() async throws {
        let web = try await WebDesk.open(isDemo: true)
        let scene = try await Scene(web.shop)
        var count = 0
        for (route, path) in Look.all {
            let browser = try await web.browser(Look.viewer(route))
            var seen: [Set<String>] = []
            for _ in 0..<2 {
                let page = try await browser.get(path(scene)).text
                let main = page.between("<main", "</main>") ?? ""
                let forms = main.split(separator: "<form").dropFirst().filter { $0.contains("method=\"post\"") }
                count += forms.count
                let keys = forms.map { String($0).between("name=\"idempotency_key\" value=\"", "\"") }
                #expect(!keys.contains(nil), "\(route)")
                seen.append(Set(keys.compactMap { $0 }))
            }
            #expect(seen[0].isDisjoint(with: seen[1]), "\(route)")
        }
        #expect(count > 20)
    }
}
