import Organisations
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// A further version of the rules, through the API.
struct AdoptionEndpointsTests {
    private static let next = ShopCharter.text(changing: (from: "version: 1", to: "version: 2"))

    @Test func `a dry run says what would happen, and adopts nothing`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        let before = try await web.stored()
        let dry = try await program.post("/charter/adoption", ["yaml": Self.next, "dry_run": true])
        #expect(dry.status == 200 && dry.object?["adopted"] as? Bool == false, "\(dry.text)")
        #expect(dry.object?["version"] as? Int == 2 && dry.object?["at_once"] as? Bool == true)
        #expect(try await web.stored() == before)
        #expect(try await program.get("/charter").object?["version"] as? Int == 1)
        let done = try await program.post("/charter/adoption", ["yaml": Self.next])
        #expect(done.status == 201 && done.object?["adopted"] as? Bool == true, "\(done.text)")
        #expect(done.object?["effective_at"] as? String == dry.object?["effective_at"] as? String)
        web.shop.clock.advance(hours: 1)
        #expect(try await program.get("/charter").object?["version"] as? Int == 2)
    }

    @Test func `every fault of the text comes back at once, with its line, in the caller's language`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        let text = ShopCharter.text(
            changing: (from: "version: 1", to: "version: none"),
            (from: "reports_to: director", to: "reports_to: directer"))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let before = try await web.stored()
        for isDry in [true, false] {
            let reply = try await program.speaking(.english).post(
                "/charter/adoption", ["yaml": text, "dry_run": isDry])
            #expect(reply.status == 422 && reply.code == "charter_faults" && reply.faults == ["yaml"], "\(reply.text)")
            let errors = try #require(reply.object?["errors"] as? [[String: Any]])
            let version = try #require(errors.first { $0["key"] as? String == "version" })
            #expect(version["line"] as? Int == lines.firstIndex { $0.hasPrefix("version:") }.map { $0 + 1 })
            #expect(version["found"] as? String == "\"none\"" && version["severity"] as? String == "error")
            #expect((version["expected"] as? String)?.contains("whole number") == true)
            #expect(version["nearest"] == nil)
            let post = try #require(errors.first { $0["nearest"] as? String == "director" }, "\(errors)")
            #expect(post["line"] as? Int == lines.firstIndex { $0.contains("directer") }.map { $0 + 1 })
            #expect((post["message"] as? String)?.contains("did you mean \"director\"?") == true)
        }
        let chinese = try await program.post("/charter/adoption", ["yaml": text])
        #expect(
            (chinese.object?["errors"] as? [[String: Any]])?.contains { $0["found"] as? String == "“none”" } == true)
        _ = try await expectError(422, "制度有错，没有采用") {
            try await program.speaking($0).post("/charter/adoption", ["yaml": "x"])
        }
        #expect(try await web.stored() == before)
    }

    @Test func `a lower version, another charter and one without held posts are refused as at the console`()
        async throws
    {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        let before = try await web.stored()
        for isDry in [true, false] {
            let lower = try await program.post("/charter/adoption", ["yaml": ShopCharter.text, "dry_run": isDry])
            #expect(lower.status == 422 && lower.code == "form_faults" && lower.faults == ["version"], "\(lower.text)")
            let other = try await expectError(409, "这是另一本制度") {
                try await program.speaking($0).post(
                    "/charter/adoption",
                    [
                        "yaml": Self.next.replacing("charter: corner-shop", with: "charter: other-shop"),
                        "dry_run": isDry,
                    ])
            }
            #expect(other.code == "other_charter")
            #expect(other.told?.text.contains("other-shop") == true && other.told?.text.contains("corner-shop") == true)
            let held = try await expectError(409, "这一版没有了还有人在任的岗位") {
                try await program.speaking($0).post(
                    "/charter/adoption", ["yaml": Self.next.replacing("clerk", with: "seller"), "dry_run": isDry])
            }
            #expect(held.code == "held_posts" && held.told?.text.contains("Clerk (clerk): 3") == true, "\(held.text)")
        }
        #expect(try await web.stored() == before)
    }

    @Test func `who may not adopt is told so, and nothing of the text`() async throws {
        let web = try await WebDesk.open()
        for (person, scopes, code) in [
            (Shop.Person.mei, nil, "denied"), (.ding, [.readCharter], "token_scope"),
        ] as [(Shop.Person, Set<Action>?, String)] {
            let program = try await web.program(person, scopes: scopes)
            for isDry in [true, false] {
                let reply = try await program.post("/charter/adoption", ["yaml": "x", "dry_run": isDry])
                #expect(reply.status == 403 && reply.code == code && reply.object?["errors"] == nil, "\(reply.text)")
            }
        }
    }
}
