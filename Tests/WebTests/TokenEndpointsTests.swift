import Foundation
import HTTPTypes
import Organisations
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// A person's own tokens, through the API.
struct TokenEndpointsTests {
    private static func items(_ reply: Reply) throws -> [[String: Any]] {
        try #require(reply.object?["items"] as? [[String: Any]], "\(reply.text)")
    }

    @Test func `a token is shown once, does what its scopes say, and ends when it is revoked`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.an)
        let made = try await program.post(
            "/me/tokens", ["title": " 抄表 ", "scopes": ["charter.read", "cases.read"], "days": 30])
        #expect(made.status == 201, "\(made.text)")
        let token = try #require(made.object?["token"] as? String)
        #expect(made.object?["title"] as? String == "抄表")
        #expect(made.object?["scopes"] as? [String] == ["cases.read", "charter.read"])
        let begin = try #require((made.object?["created_at"] as? String).flatMap { Date(rfc3339: $0) })
        let end = try #require((made.object?["expires_at"] as? String).flatMap { Date(rfc3339: $0) })
        #expect(end.timeIntervalSince(begin) == 30 * 24 * 3600)
        let own = Program(desk: web, token: token, language: .english)
        #expect(try await own.get("/cases").status == 200)
        let beyond = try await own.get("/customers")
        #expect(beyond.status == 403 && beyond.code == "token_scope")
        let id = try #require(made.id)
        let listed = try Self.items(try await program.get("/me/tokens"))
        let line = try #require(listed.first { $0["id"] as? String == id })
        #expect(line["token"] == nil && line["revoked_at"] == nil && line["title"] as? String == "抄表")
        #expect(try await program.send(.post, "/me/tokens/\(id)/revocation", []).status == 204)
        #expect(try await own.get("/cases").status == 401)
        let after = try Self.items(try await program.get("/me/tokens"))
        #expect(after.first { $0["id"] as? String == id }?["revoked_at"] != nil)
        #expect(try await program.send(.post, "/me/tokens/\(id)/revocation", []).status == 204, "it stays ended")
    }

    @Test func `a key keeps no token`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.an)
        var secrets: Set<String> = []
        for _ in 0..<2 {
            let made = try await program.post(
                "/me/tokens", ["title": "抄表", "scopes": ["cases.read"]], ["idempotency-key": "k-1"])
            #expect(made.status == 201 && made.header("idempotency-replayed") == nil)
            secrets.insert(try #require(made.object?["token"] as? String))
        }
        #expect(secrets.count == 2)
        let stored = try await web.stored().values.joined()
        for secret in secrets { #expect(!stored.contains(secret)) }
    }

    @Test func `a token makes none with more than itself has`() async throws {
        let web = try await WebDesk.open()
        let narrow = try await web.program(.an, scopes: [.readCases])
        let before = try await web.stored()
        for scopes in [["customers.read"], ["cases.read", "charter.read"]] {
            let reply = try await narrow.post("/me/tokens", ["title": "抄表", "scopes": scopes])
            #expect(reply.status == 403 && reply.code == "token_scope", "\(reply.text)")
        }
        // What the post itself may not is no affair of the token.
        let beyond = try await narrow.post("/me/tokens", ["title": "抄表", "scopes": ["charter.adopt"]])
        #expect(beyond.status == 403 && beyond.code == "denied")
        #expect(try await web.stored() == before)
        let same = try await narrow.post("/me/tokens", ["title": "抄表", "scopes": ["cases.read"], "days": NSNull()])
        #expect(same.status == 201 && same.object?["expires_at"] == nil, "\(same.text)")
    }

    @Test func `an unknown scope is a fault of the form, what the document does not allow one of the request`()
        async throws
    {
        let web = try await WebDesk.open()
        let program = try await web.program(.an)
        let before = try await web.stored()
        let unknown = try await program.post(
            "/me/tokens", ["title": "  ", "scopes": ["cases.read", "cases.reed", "all"]])
        #expect(unknown.status == 422 && unknown.code == "form_faults")
        #expect(unknown.faults == ["scopes.1", "scopes.2", "title"], "\(unknown.text)")
        for (body, field) in [
            (["title": "a", "scopes": []], "scopes"),
            (["title": "a", "scopes": ["cases.read", "cases.read"]], "scopes.1"),
            (["title": "a", "scopes": ["cases.read"], "days": 0], "days"),
            (["title": "a", "scopes": ["cases.read"], "days": 3651], "days"),
            (["title": "a", "scopes": ["cases.read"], "days": "30"], "days"), (["title": "a"], "scopes"),
        ] as [([String: Any], String)] {
            let reply = try await program.post("/me/tokens", body)
            #expect(reply.status == 400 && reply.faults == [field], "\(reply.text)")
        }
        let after = try await web.stored()
        #expect(after == before)
    }

    @Test func `another's token is as one that is not there`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let mei = try await web.program(.mei)
        for id in ["\(scene.token)", "018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21"] {
            let reply = try await mei.send(.post, "/me/tokens/\(id)/revocation", [])
            #expect(reply.status == 404 && reply.code == "not_found")
        }
        #expect(try Self.items(try await mei.get("/me/tokens")).allSatisfy { $0["id"] as? String != "\(scene.token)" })
        let own = try Self.items(try await web.program(.an).get("/me/tokens"))
        #expect(own.first { $0["id"] as? String == "\(scene.token)" }?["revoked_at"] == nil)
    }
}

extension Date {
    fileprivate init?(rfc3339 text: String) {
        guard let date = ISO8601DateFormatter().date(from: text) else { return nil }
        self = date
    }
}
