import HTTPTypes
import Organisations
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// Changing one's own password and resetting somebody's, on the pages and through the API.
struct PasswordTests {
    private static let new = "a sentence of my own"
    private static let form = ["current": Shop.password, "password": new, "again": new]
    private static let path = "/people/me/password"

    @Test func `the person's menu leads to it, and the person goes on in a new session`() async throws {
        let web = try await WebDesk.open()
        let (browser, elsewhere) = (try await web.browser(.an), try await web.browser(.an))
        #expect(try await browser.get("/").text.contains("href=\"\(Self.path)\""))
        let done = try await browser.post(Self.path, Self.form)
        #expect(done.status == 303 && done.location == Self.path + "?said=changed", "\(done.text)")
        var next = browser
        next.cookie = try #require(done.header("set-cookie")?.between("charter_session=", ";"))
        for language in WebDesk.languages {
            let told = try await next.speaking(language).get(Self.path + "?said=changed")
            #expect(told.text.contains(WebDesk.book[language]("密码已改，别处的登录都已结束")))
        }
        for old in [browser, elsewhere] { #expect(try await old.get("/").status == 303) }
        let again = try await web.visitor().post("/sign-in", ["login": "an", "password": Shop.password])
        #expect(again.status == 422)
    }

    @Test func `a session whose token was due for exchange goes on all the same, and signing out ends it`()
        async throws
    {
        let web = try await WebDesk.open()
        var browser = try await web.browser(.an)
        web.shop.clock.advance(hours: 2)
        let done = try await browser.post(Self.path, Self.form)
        #expect(done.headers[values: .setCookie].count == 1)
        browser.cookie = try #require(done.header("set-cookie")?.between("charter_session=", ";"))
        let page = try await browser.get("/")
        #expect(page.status == 200)
        browser.formToken = page.text.between("name=\"form-token\" content=\"", "\"")
        web.shop.clock.advance(hours: 2)
        let out = try await browser.post("/sign-out")
        #expect(out.headers[values: .setCookie].count == 1)
        #expect(out.header("set-cookie")?.contains("charter_session=;") == true)
        #expect(try await web.shop.desk.count("session") == 0)
    }

    @Test func `what is wrong is told beside its field in each language, and nothing typed comes back`() async throws {
        let web = try await WebDesk.open()
        for (index, language) in WebDesk.languages.enumerated() {
            let words = WebDesk.book[language]
            let browser = try await web.browser(.an, in: language)
            for (change, field, said) in [
                (["again": "other words"], "again", words("两次密码不一样")),
                (["password": "short", "again": "short"], "password", words("至少{0}位", "8")),
                (["password": Shop.password, "again": Shop.password], "password", words("和现在的一样，请换一个")),
                (["current": ""], "current", words("请填写")),
            ] {
                let reply = try await browser.post(Self.path, Self.form.merging(change) { $1 })
                #expect(reply.status == 422)
                #expect(reply.text.contains("<span>\(said)</span>"), "\(said)")
                #expect(reply.text.between(" id=\"\(field)\" name=\"\(field)\"", ">")?.contains("aria-invalid") == true)
                #expect(!reply.text.contains(Self.new) && !reply.text.contains(Shop.password))
            }
            let wrong = try await browser.post(Self.path, Self.form.merging(["current": "wrong one"]) { $1 })
            // Each sign-in above begins the count anew.
            #expect(wrong.status == 422, "\(index)")
            #expect(wrong.text.contains(words("密码不对，还可试{0}次。", "4")), "\(wrong.text)")
        }
        let browser = try await web.browser(.bai)
        for _ in 0..<4 { _ = try await browser.post(Self.path, Self.form.merging(["current": "wrong one"]) { $1 }) }
        let locked = try await browser.post(Self.path, Self.form.merging(["current": "wrong one"]) { $1 })
        #expect(locked.status == 429)
        #expect(locked.text.contains("15"))
    }

    // MARK: Resetting

    @Test func `an administrator resets it on the person's page, and it is shown this once`() async throws {
        let web = try await WebDesk.open()
        let path = "/people/\(web.shop.staff(.an))"
        let browser = try await web.browser(.ding)
        #expect(try await browser.get(path).text.contains("action=\"\(path)/password\""))
        let done = try await browser.post(path + "/password")
        #expect(done.status == 200)
        let once = try #require(done.text.between("id=\"fresh\" value=\"", "\""))
        #expect(try await !browser.get(path).text.contains(once))
        let signed = try await web.visitor().post("/sign-in", ["login": "an", "password": once])
        #expect(signed.status == 303)
        var an = web.visitor()
        an.cookie = signed.header("set-cookie")?.between("charter_session=", ";")

        // Until another is chosen nothing else is done.
        for place in ["/", "/customers", "/notices", "/people/me/tokens", "/live"] {
            let reply = try await an.get(place)
            #expect(reply.status == 303 && reply.location == Self.path, "\(place): \(reply.status)")
        }
        let nowhere = try await an.get("/nowhere")
        #expect(nowhere.status == 404 && nowhere.text.contains("class=\"door\""), "no counters")
        let part = try await an.get("/workbench/list", ["hx-request": "true"])
        #expect(part.status == 403)
        for language in WebDesk.languages {
            let page = try await an.speaking(language).get(Self.path)
            #expect(page.status == 200)
            #expect(page.text.contains("class=\"door\""), "no menu, no counters")
            #expect(page.text.contains(WebDesk.book[language]("一次性密码")))
            #expect(!page.text.contains("[["))
        }
        an.formToken = try await an.get(Self.path).text.between("name=\"form_token\" value=\"", "\"")
        try await expectError(403, "请先换密码") {
            try await an.speaking($0).post("/people/me/tokens", ["title": "抄表", "scope_charter.read": "true"])
        }
        let same = try await an.post(Self.path, ["current": once, "password": once, "again": once])
        #expect(same.status == 422)
        let chosen = try await an.post(Self.path, ["current": once, "password": Self.new, "again": Self.new])
        #expect(chosen.status == 303 && chosen.location == "/", "\(chosen.text)")
        an.cookie = chosen.header("set-cookie")?.between("charter_session=", ";")
        #expect(try await an.get("/").status == 200)
    }

    @Test func `whoever may not reset it is not offered it`() async throws {
        let web = try await WebDesk.open()
        for (person, target) in [(Shop.Person.ding, Shop.Person.ding), (.mei, .ding), (.an, .bai), (.an, .an)] {
            let path = "/people/\(web.shop.staff(target))"
            let page = try await web.browser(person).get(path)
            #expect(!page.text.contains(path + "/password"), "\(person) \(target)")
        }
        try await expectError(409, "自己的密码要自己改") {
            try await web.browser(.ding, in: $0).post("/people/\(web.shop.staff(.ding))/password")
        }
        try await expectError(409, "这个人不能登录") { language in
            let id = try await web.shop.desk.organisations.addStaff(
                OrganisationService.NewStaff(name: "庚八", unit: web.shop.north, post: "guest"),
                by: web.shop.principal(.ding))
            return try await web.browser(.ding, in: language).post("/people/\(id)/password")
        }
    }

    // MARK: The API

    @Test func `a program changes its owner's password and resets that of others`() async throws {
        let web = try await WebDesk.open()
        let an = try await web.program(.an)
        let wrong = try await expectError(422, "密码不对") {
            try await an.speaking($0).post("/me/password", ["current": "wrong one", "password": Self.new])
        }
        #expect(wrong.code == "wrong_password")
        let done = try await an.post("/me/password", ["current": Shop.password, "password": Self.new])
        #expect(done.status == 204 && done.text.isEmpty)
        let short = try await an.post("/me/password", ["current": Self.new, "password": "short"])
        #expect(short.status == 400 && short.faults == ["password"])
        let same = try await an.post("/me/password", ["current": Self.new, "password": Self.new])
        #expect(same.status == 422 && same.faults == ["password"])
        for _ in 0..<4 { _ = try await an.post("/me/password", ["current": "wrong one", "password": Self.new]) }
        let locked = try await expectError(429, "试错太多，已锁定") {
            try await an.speaking($0).post("/me/password", ["current": "wrong one", "password": Self.new])
        }
        #expect(locked.code == "locked" && locked.header("retry-after") == "900")

        let ding = try await web.program(.ding)
        let reset = try await ding.post("/staff/\(web.shop.staff(.an))/password")
        let once = try #require(reset.object?["password"] as? String)
        #expect(reset.header("cache-control") == "no-store")
        let free = try await an.post("/me/password", ["current": once, "password": Self.new])
        #expect(free.status == 204, "the lock is lifted: \(free.text)")
        let own = try await ding.post("/staff/\(web.shop.staff(.ding))/password")
        #expect(own.status == 409 && own.code == "own_password")
    }
}
