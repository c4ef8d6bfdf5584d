import HTTPTypes
import Cases
import Customers
import Foundation
import Organisations
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// Signing in, staying signed in, and the first run.
struct SessionTests {
    @Test(arguments: [
        "/", "/cases?state=all", "/customers?q=%E9%97%BB&kind=person", "/charter?chapter=1", "/search?q=a+b",
    ])
    func `an expired session leads to sign-in and back to the page`(path: String) async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        #expect(try await browser.get(path).status == 200)
        web.shop.clock.advance(hours: 13)
        let away = try await browser.get(path)
        #expect(away.status == 303)
        let location = try #require(away.location)
        #expect(location.hasPrefix("/sign-in"))
        let door = try await browser.get(location)
        #expect(door.status == 200)
        let back = door.text.between("name=\"return\" value=\"", "\"")?.replacing("&amp;", with: "&")
            .replacing("&#38;", with: "&")
        let signed = try await web.visitor().post(
            "/sign-in", ["login": "an", "password": Shop.password, "return": back ?? ""])
        #expect(signed.status == 303 && signed.location == path)
        let cookie = try #require(signed.header("set-cookie")?.between("charter_session=", ";"))
        var fresh = browser
        fresh.cookie = cookie
        #expect(try await fresh.get(path).status == 200)
    }

    @Test(arguments: PageAct.all.keys.sorted())
    func `what is sent in an expired session is not done, and the reader is told`(route: String) async throws {
        let web = try await WebDesk.open(isDemo: true)
        let act = try PageAct.of(route, try await Scene(web.shop))
        let browser = try await web.browser(.an)
        web.shop.clock.advance(hours: 13)
        let before = try await web.stored()
        try await expectError(401, "登录已过期") { try await browser.speaking($0).post(act.path, act.form) }
        let after = try await web.stored()
        #expect(after == before)
    }

    @Test func `what was filled in stands on the page that asks to sign in again, but for passwords`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.ding)
        let path = "/cases/new/complaint"
        let form = ["channel": "phone", "content": "灯 <b>&</b> 门\n都坏了", "find": "1", "revision": "7"]
        let person = ["name": "辛九", "login": "xin", "password": "nobody reads this", "post": "clerk"]
        web.shop.clock.advance(hours: 13)
        for language in WebDesk.languages {
            let reply = try await browser.speaking(language).post(path, form)
            let sent = reply.text.between("readonly>", "</textarea>")
            #expect(sent == "channel: phone\ncontent: 灯 &lt;b&gt;&amp;&lt;/b&gt; 门\n都坏了", "\(reply.text)")
            #expect(reply.text.contains(">" + WebDesk.book[language]("填过的内容") + "</label>"))
        }
        let people = try await browser.post("/people/new", person).text
        #expect(people.contains("name: 辛九") && !people.contains("nobody reads this"))
        // A part that is fetched holds nothing that could be lost.
        let part = try await browser.get("/workbench/list", ["hx-request": "true"]).text
        #expect(!part.contains("<textarea"))
    }

    @Test func `the sign-in page says that a session has ended, to whoever had one`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        web.shop.clock.advance(hours: 13)
        let away = try #require(try await browser.get("/cases").location)
        for language in WebDesk.languages {
            let words = WebDesk.book[language]("登录已过期，请重新登录。")
            let door = try await browser.speaking(language).get(away)
            #expect(door.text.contains("<p class=\"read\" role=\"status\">\(words)</p>"))
            let stranger = try await web.visitor(in: language).get(away)
            #expect(!stranger.text.contains(words))
        }
        // Whoever signs out knows.
        let leaver = try await web.browser(.bai)
        let out = try await leaver.post("/sign-out")
        #expect(out.header("set-cookie")?.contains("charter_session=;") == true)
        #expect(try await web.visitor().get("/sign-in").text.contains("role=\"status\"") == false)
    }

    @Test func `a part of a page that is fetched in an expired session says so instead of the sign-in page`()
        async throws
    {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        web.shop.clock.advance(hours: 13)
        try await expectError(401, "登录已过期") {
            try await browser.speaking($0).get("/workbench/list", ["hx-request": "true"])
        }
    }

    @Test func `nobody is led to another site after signing in`() async throws {
        let web = try await WebDesk.open()
        for bad in ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/a\r\nb", "", "/客"] {
            let reply = try await web.visitor().post(
                "/sign-in", ["login": "an", "password": Shop.password, "return": bad])
            #expect(reply.status == 303 && reply.location == "/", "\(bad)")
        }
    }

    @Test func `a session's cookie is out of reach of scripts and of other sites`() async throws {
        for isSecure in [false, true] {
            let web = try await WebDesk.open(isSecure: isSecure)
            let reply = try await web.visitor().post("/sign-in", ["login": "an", "password": Shop.password])
            let cookie = try #require(reply.header("set-cookie"))
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))
            #expect(cookie.contains("Secure") == isSecure)
        }
    }

    @Test func `signing out ends the session for good`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        let reply = try await browser.post("/sign-out")
        #expect(reply.status == 303 && reply.location == "/sign-in")
        #expect(try await browser.get("/").status == 303)
    }

    @Test func `who has left sees nothing from the next request on`() async throws {
        let web = try await WebDesk.open()
        let (browser, program) = (try await web.browser(.an), try await web.program(.an))
        try await web.shop.desk.organisations.leave(
            web.shop.staff(.an), revision: 1, by: web.shop.principal(.ding))
        #expect(try await browser.get("/customers").status == 303)
        #expect(try await program.get("/customers").status == 401)
    }

    @Test func `a wrong password and an unknown name get the same words, in each language`() async throws {
        let web = try await WebDesk.open()
        for language in WebDesk.languages {
            let wrong = try await web.visitor(in: language).post("/sign-in", ["login": "an", "password": "wrong one"])
            let nobody = try await web.visitor(in: language).post("/sign-in", ["login": "zz", "password": "wrong one"])
            #expect(wrong.status == 422 && nobody.status == 422)
            #expect(
                wrong.text.replacing("value=\"an\"", with: "") == nobody.text.replacing("value=\"zz\"", with: ""))
            #expect(!wrong.text.contains("wrong one"), "a password is never sent back")
        }
    }

    @Test func `too many tries are slowed down by address, in the reader's language`() async throws {
        let web = try await WebDesk.open()
        for _ in 0..<60 { _ = try await web.visitor().post("/sign-in", ["login": "zz\(Int.random(in: 0...9))"]) }
        let reply = try await expectError(429, "试得太多次了") {
            try await web.visitor(in: $0).post("/sign-in", ["login": "an", "password": Shop.password])
        }
        #expect(reply.header("retry-after") == "60")
        web.shop.clock.advance(minutes: 1)
        let later = try await web.visitor().post("/sign-in", ["login": "an", "password": Shop.password])
        #expect(later.status == 303)
    }

    // MARK: The first run

    @Test func `once a company exists the first run's page founds no other`() async throws {
        let web = try await WebDesk.open()
        let before = try await web.stored()
        for reply in [
            try await web.visitor().get("/set-up"),
            try await web.visitor().post("/set-up", ["code": WebDesk.setUpCode, "company": "二"]),
        ] { #expect(reply.status == 303 && reply.location == "/") }
        let after = try await web.stored()
        #expect(after == before)
    }
}
