import Cases
import Customers
import HTTPTypes
import TestSupport
import Testing

@testable import Web

/// HEAD is answered as GET is, without the body.
struct HeadTests {
    private static func check(_ head: Reply, _ get: Reply, _ what: String) {
        #expect(head.status == get.status, "\(what)")
        #expect(head.text.isEmpty, "\(what)")
        for name in ["content-type", "content-length", "location", "etag", "cache-control", "content-security-policy"] {
            #expect(head.header(name) == get.header(name), "\(what): \(name)")
        }
        #expect(get.status == 303 || head.header("content-length") != "0", "\(what): of the body that GET sends")
    }

    @Test func `every page`() async throws {
        let web = try await WebDesk.open(isDemo: true)
        let scene = try await Scene(web.shop)
        for (route, path) in Look.all {
            let browser = try await web.browser(Look.viewer(route))
            Self.check(try await browser.head(path(scene)), try await browser.get(path(scene)), route)
        }
    }

    @Test func `what needs nobody, and what is refused`() async throws {
        let web = try await WebDesk.open()
        let visitor = web.visitor()
        for path in [
            "/sign-in", "/assets/desk.css", "/assets/none", "/health/live", "/health/ready", "/nowhere", "/customers",
        ] {
            Self.check(try await visitor.head(path), try await visitor.get(path), path)
        }
        let stream = try await web.browser(.an).head("/live")
        #expect(stream.status == 200 && stream.text.isEmpty)
        #expect(stream.header("content-type") == "text/event-stream")
    }

    @Test func `the API`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let program = try await web.program(.ding)
        for path in [
            "/cases", "/cases/\(scene.matter.id)", "/customers/\(scene.customer.id)", "/obligations?view=team", "/me",
            "/charter", "/nothing", "/cases/x", "/facts",
        ] {
            Self.check(try await program.send(.head, path, []), try await program.get(path), path)
        }
    }
}

extension Browser {
    func head(_ path: String) async throws -> Reply {
        try await desk.ask(.head, path, headers())
    }
}
