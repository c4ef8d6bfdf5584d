import Cases
import HTTPTypes
import Policy
import Storage
import TestSupport
import Testing

@testable import Web

/// An error leaves a signed-in reader at the desk, with a way back.
struct ErrorPageTests {
    private static let host = "http://localhost"

    private static func back(_ reply: Reply) -> String? {
        reply.text.between("<p class=\"acts\"><a class=\"btn btn--do\" href=\"", "\"")
    }

    @Test func `menu and counters stay, and the way back leads to where the reader came from`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let clerk = try await web.browser(.an)
        let form = "/cases/\(scene.matter.id)/moves/drop"
        for (reply, status, back) in [
            (try await clerk.get("/nowhere", ["referer": Self.host + "/cases?state=all"]), 404, "/cases?state=all"),
            (try await clerk.get("/people/new", ["referer": Self.host + "/people"]), 403, "/people"),
            // The form would be refused again.
            (try await clerk.post(form, [:], ["referer": Self.host + form]), 409, "/cases/\(scene.matter.id)"),
            (try await clerk.get(form), 409, "/cases/\(scene.matter.id)"),
            (try await clerk.post("/nowhere"), 404, "/"), (try await clerk.get("/nowhere"), 404, "/"),
        ] {
            #expect(reply.status == status, "\(reply.text.prefix(300))")
            #expect(reply.told != nil)
            #expect(reply.text.contains("<nav class=\"rail\""))
            #expect(reply.text.contains("href=\"/cases\""), "the menu")
            #expect(reply.text.contains("class=\"tally"), "its counters")
            #expect(Self.back(reply) == back)
            #expect(reply.text.contains("href=\"/\">" + WebDesk.book[.simplified]("回工作台")))
        }
    }

    @Test(arguments: [
        "https://elsewhere.example/cases", "http://localhost.example/cases", "http://localhost/nowhere",
        "http://localhost//elsewhere.example", "http://localhost/\\elsewhere.example", "javascript:alert(1)",
        "http://elsewhere.example/?http://localhost/", "http://localhost", "",
    ])
    func `no way leads back to another site, nor to the error itself`(referer: String) async throws {
        let web = try await WebDesk.open()
        let reply = try await web.browser(.an).get("/nowhere", ["referer": referer])
        #expect(reply.status == 404)
        #expect(Self.back(reply) == "/", "\(reply.text)")
    }

    @Test func `each language, and a visitor stands before the door`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        try await expectError(404, "没有找到") {
            let reply = try await browser.speaking($0).get("/nowhere", ["referer": Self.host + "/cases"])
            #expect(reply.text.contains(">" + WebDesk.book[$0]("返回原来的页面") + "</a>"))
            return reply
        }
        let door = try await web.visitor().get("/nowhere")
        #expect(!door.text.contains("class=\"rail\"") && door.text.contains("href=\"/sign-in\""))
    }

    @Test func `a refusal leads to the clause that it follows from`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let path = "/cases/\(scene.matter.id)/moves/settle"
        let reply = try await web.browser(.mei).post(path, ["words": "好"])
        #expect(reply.status == 409, "\(reply.text)")
        #expect(reply.text.contains("<a class=\"clause\" href=\"/charter/clauses/S-10\">S-10</a>"))
    }
}
