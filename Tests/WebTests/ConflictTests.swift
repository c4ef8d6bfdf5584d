import Cases
import HTTPTypes
import Customers
import Organisations
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// Two at once, and the same again.
struct ConflictTests {
    // MARK: Stale revisions

    @Test(arguments: [
        "POST /cases/{id}/moves/{move}", "POST /obligations/{id}/done", "POST /obligations/{id}/waiver",
        "POST /obligations/{id}/holder", "POST /people/{id}", "POST /people/{id}/leave", "POST /customers/{id}/owner",
    ])
    func `a form made from an older revision is refused, and says what to do`(route: String) async throws {
        let web = try await WebDesk.open()
        let act = try PageAct.of(route, try await Scene(web.shop))
        let browser = try await web.browser(route == "POST /obligations/{id}/done" ? .an : .mei)
        let before = try await web.stored()
        let stale = act.with("revision", "99")
        // Where there is something to lose, the form comes back instead of an error page.
        if ["holder", "leave", "owner"].contains(where: route.hasSuffix) {
            let reply = try await expectError(409, "有人先改了") {
                try await browser.speaking($0).post(stale.path, stale.form)
            }
            #expect(reply.told?.text.isEmpty == false)
        } else {
            for language in WebDesk.languages {
                let reply = try await browser.speaking(language).post(stale.path, stale.form)
                #expect(reply.status == 409 && reply.text.contains("role=\"alert\""))
                #expect(!reply.text.contains("[[") && !reply.text.contains(/\{\d\}/))
            }
        }
        // What is no revision at all is older than any.
        let nonsense = try await browser.post(act.path, act.with("revision", "x").form)
        #expect(nonsense.status == 409 || nonsense.status == 422)
        let after = try await web.stored()
        #expect(after == before)
        let fresh = try await browser.post(act.path, act.form)
        #expect(fresh.isDone, "\(fresh.status)")
    }

    @Test func `what was typed for a step that a colleague made meanwhile is not lost`() async throws {
        let web = try await WebDesk.open()
        let act = try PageAct.of("POST /cases/{id}/moves/{move}", try await Scene(web.shop))
        let (first, second) = (try await web.browser(.an), try await web.browser(.mei))
        #expect(try await first.post(act.path, act.form).status == 303)
        let an = try await web.shop.principal(.an).name
        for language in WebDesk.languages {
            let reply = try await second.speaking(language).post(act.path, act.with("words", "那就修").form)
            #expect(reply.status == 409)
            #expect(reply.text.contains(an) && reply.text.contains("那就修"))
            #expect(!reply.text.contains("btn--do"), "the step was made and cannot be made again")
        }
        let chinese = try await second.post(act.path, act.with("words", "那就修").form)
        #expect(chinese.text.contains("已办“回应”。这一步现在不能再办；下面是你填的，没有保存，可复制。"))
    }

    @Test func `a duty that somebody closed meanwhile shows what was typed, unsaved`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let done = try PageAct.of("POST /obligations/{id}/done", scene)
        let waiver = try PageAct.of("POST /obligations/{id}/waiver", scene)
        #expect(try await web.browser(.an).post(done.path, done.form).status == 303)
        let reply = try await web.browser(.mei).post(waiver.path, waiver.form)
        #expect(reply.status == 409)
        #expect(reply.text.contains("这项待办已了结") && reply.text.contains("<dt>理由</dt><dd>已当面谈过"))
        #expect(reply.text.contains("没有保存，可复制"))
    }

    @Test func `a waiver on what a colleague handed over is told by whom`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let (holder, waiver) = (
            try PageAct.of("POST /obligations/{id}/holder", scene),
            try PageAct.of("POST /obligations/{id}/waiver", scene)
        )
        #expect(try await web.browser(.mei).post(holder.path, holder.form).status == 303)
        let mei = try await web.shop.principal(.mei).name
        let reply = try await web.browser(.mei).post(waiver.path, waiver.form)
        #expect(reply.status == 409)
        // The reader's own name stands in the frame, too.
        #expect(reply.text.contains(try Regex("\(mei)[^<]+已改，看看差别再存。")))
        #expect(reply.text.contains("已当面谈过"))
    }

    @Test func `the place of a member of staff that a colleague changed is told by whom`() async throws {
        let web = try await WebDesk.open()
        let act = try PageAct.of("POST /people/{id}", try await Scene(web.shop))
        let browser = try await web.browser(.mei)
        #expect(try await browser.post(act.path, act.form).status == 303)
        let reply = try await browser.post(act.path, act.with("away_until", "2099-01-01").form)
        #expect(reply.status == 409)
        let mei = try await web.shop.principal(.mei).name
        #expect(reply.text.contains(try Regex("\(mei)[^<]+已改，看看差别再存。")))
        #expect(reply.text.contains("2099-01-01"))
    }

    @Test func `a file that a colleague saved meanwhile comes back with both versions`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let act = try PageAct.of("POST /customers/{id}/edit", scene)
        let (first, second) = (try await web.browser(.bai), try await web.browser(.an))
        #expect(try await first.post(act.path, act.with("address", "一号楼").form).status == 303)
        for language in WebDesk.languages {
            let reply = try await second.speaking(language).post(act.path, act.with("address", "二号楼").form)
            #expect(reply.status == 409)
            #expect(reply.text.contains("白四") && reply.text.contains("一号楼") && reply.text.contains("二号楼"))
            #expect(!reply.text.contains("[[") && !reply.text.contains(/\{\d\}/))
            #expect(reply.text.contains("name=\"revision\" value=\"2\""), "saving again is against the newer one")
        }
        let stored = try await web.shop.desk.customers.find(scene.customer.id, by: web.shop.principal(.an))
        #expect(stored.address == "一号楼" && stored.revision == 2)
    }

    @Test(arguments: [
        "POST /cases/{id}/moves", "PUT /customers/{id}", "POST /obligations/{id}/discharge",
        "POST /obligations/{id}/waiver", "POST /obligations/{id}/holder", "POST /customers/{id}/owner",
        "POST /staff/{id}/placement", "POST /staff/{id}/departure",
    ])
    func `the API refuses an older revision, in the body as in If-Match`(operation: String) async throws {
        let web = try await WebDesk.open()
        let act = try APIAct.of(operation, try await Scene(web.shop))
        let program = try await web.program(operation.hasSuffix("discharge") ? .an : .mei)
        let before = try await web.stored()
        let inBody = try await expectError(409, "有人先改了") {
            try await act.send(program.speaking($0), changing: ["revision": 99])
        }
        #expect(inBody.code == "changed_meanwhile")
        #expect(inBody.text.contains("\"revision\":") && inBody.text.contains("\"changed_at\":"))
        for tag in ["\"99\"", "\"x\"", "99", "W/\"1\""] {
            let inHeader = try await expectError(412, "有人先改了") {
                try await act.send(program.speaking($0), ["if-match": tag])
            }
            #expect(inHeader.code == "changed_meanwhile")
        }
        let after = try await web.stored()
        #expect(after == before)
        let fresh = try await act.send(program, ["if-match": "*"])
        #expect(fresh.isDone, "\(fresh.text)")
    }

    @Test func `a change of a file names its revision`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let program = try await web.program(.an)
        let reply = try await expectError(428, "请说明你改的是哪一版") {
            try await program.speaking($0).put(
                "/customers/\(scene.customer.id)", ["kind": "person", "name": "闻人听雨"])
        }
        #expect(reply.code == "revision_required")
    }

    // MARK: Sent twice

    /// Each act that a key makes safe to repeat; of the others a repeat does no harm or is to be an act of its own.
    static let keyed = APIAct.all.keys.filter {
        ![
            "PUT /customers/{id}", "POST /notices/read", "POST /customers/{id}/people/{person}/reveal",
            "POST /me/password", "POST /staff/{id}/password", "POST /staff/{id}/login", "POST /me/tokens",
            "POST /me/tokens/{id}/revocation",
            "POST /customers/imports", "POST /customers/imports/{id}/undo", "POST /customers/{id}/quotes",
        ].contains($0)
    }.sorted()

    /// Somebody who may do it, and a colleague.
    private static func actors(_ operation: String) -> (Shop.Person, Shop.Person) {
        switch operation {
        case "POST /obligations/{id}/discharge", "POST /cases/views/{id}", "POST /cases/views/{id}/removal":
            (.an, .ding)
        case "POST /charter/adoption": (.ding, .mei)
        default: (.mei, .ding)
        }
    }

    @Test(arguments: keyed)
    func `a network retry counts once, and is answered as at first`(operation: String) async throws {
        let web = try await WebDesk.open()
        let act = try APIAct.of(operation, try await Scene(web.shop))
        let program = try await web.program(Self.actors(operation).0)
        let first = try await act.send(program, ["idempotency-key": "k-1"])
        #expect(first.isDone, "\(first.text)")
        #expect(first.header("idempotency-replayed") == nil)
        let events = try await web.shop.events().count
        let again = try await act.send(program, ["idempotency-key": "k-1"])
        #expect(again.status == first.status && again.text == first.text)
        #expect(again.header("idempotency-replayed") == "true")
        #expect(again.location == first.location && again.header("etag") == first.header("etag"))
        let after = try await web.shop.events().count
        #expect(after == events)
    }

    // Of a removal there is only one body.
    @Test(arguments: keyed.filter { $0 != "POST /cases/views/{id}/removal" })
    func `another body under the same key is an error, and changes nothing`(operation: String) async throws {
        let web = try await WebDesk.open()
        let act = try APIAct.of(operation, try await Scene(web.shop))
        let program = try await web.program(Self.actors(operation).0)
        #expect(try await act.send(program, ["idempotency-key": "k-1"]).isDone)
        let other = try #require(act.other)
        let events = try await web.shop.events().count
        let reply = try await expectError(409, "这个Idempotency-Key已用于另一个请求") {
            try await act.send(program.speaking($0), ["idempotency-key": "k-1"], changing: other)
        }
        #expect(reply.code == "idempotency_conflict")
        // A colleague's key is a key of its own: no answer of ours is told there.
        let colleague = try await act.send(
            try await web.program(Self.actors(operation).1), ["idempotency-key": "k-1"])
        #expect(colleague.header("idempotency-replayed") == nil && colleague.code != "idempotency_conflict")
        let after = try await web.shop.events().count
        #expect(after == events || colleague.isDone)
    }

    @Test func `a key is one to two hundred visible characters`() async throws {
        let web = try await WebDesk.open()
        let act = try APIAct.of("POST /customers", try await Scene(web.shop))
        let program = try await web.program(.an)
        for key in ["a b", String(repeating: "k", count: 201)] {
            let reply = try await expectError(400, "请求不合接口的约定") {
                try await act.send(program.speaking($0), ["idempotency-key": key])
            }
            #expect(reply.faults == ["Idempotency-Key"])
        }
    }

    @Test func `a refused act may be sent again under its key`() async throws {
        let web = try await WebDesk.open()
        let act = try APIAct.of("POST /organisation/units", try await Scene(web.shop))
        let program = try await web.program(.mei)
        let refused = try await act.send(
            program, ["idempotency-key": "k-1"], changing: ["parent": "018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21"])
        #expect(refused.status == 404)
        let reply = try await act.send(program, ["idempotency-key": "k-1"])
        #expect(reply.status == 201 && reply.header("idempotency-replayed") == nil)
    }
}
