import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

@testable import Web

/// The people's room: who joins, who is let in, and the tree.
struct PeopleTests {
    @Test func `whoever joins has no language until choosing one`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let act = try PageAct.of("POST /people/new", scene)
        let reply = try await web.browser(.ding, in: .english).post(act.path, act.form)
        #expect(reply.status == 303, "\(reply.text)")
        let id = try #require(reply.location.flatMap { $0.split(separator: "/").last }.flatMap { StaffID(String($0)) })
        let person = try await web.shop.desk.database.read(for: web.shop.organisation) {
            try OrganisationStore($0).staff(id, of: web.shop.organisation)
        }
        #expect(person.language == nil)
    }

    @Test func `a login is given on the page of who has none, and the password is shown once`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.mei)
        let path = "/people/\(scene.silent)"
        #expect(try await browser.get(path).text.contains("action=\"\(path)/login\""))
        let taken = try await browser.post(path + "/login", ["login": "an"])
        #expect(taken.status == 422 && taken.text.contains("已被使用，请换一个"))
        let given = try await browser.post(path + "/login", ["login": "wei liu"])
        #expect(given.status == 200)
        let password = try #require(given.text.between("id=\"fresh\" value=\"", "\""))
        _ = try await web.shop.desk.signIn.signIn(login: "weiliu", password: password)
        let after = try await browser.get(path).text
        #expect(!after.contains(password) && !after.contains("\(path)/login"))
    }

    @Test func `a unit in use is not closed, and the page says what is in it`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.ding)
        let north = web.shop.north
        let page = try await browser.get("/people/units/\(north)").text
        #expect(page.contains("action=\"/people/units/\(north)/closure\""))
        let reply = try await browser.post("/people/units/\(north)/closure", ["revision": "1"])
        #expect(reply.status == 409)
        #expect(reply.text.contains("单位还不能撤销") && reply.text.contains("位客户"), "\(reply.text)")
        let root = try await browser.get("/people/units/\(web.shop.root)").text
        #expect(!root.contains("/closure") && !root.contains("name=\"parent\""))
    }
}
