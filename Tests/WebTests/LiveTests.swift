import Cases
import Foundation
import Customers
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOEmbedded
import Organisations
import Primitives
import ServiceLifecycleTestKit
import Storage
import Synchronization
import TestDatabases
import TestSupport
import Testing

@testable import Web

/// The stream that pages listen to.
struct LiveTests {
    /// Numbers and seals what was recorded.
    private static func seal(_ web: WebDesk) async throws {
        try await Sequencer(
            database: web.shop.desk.database, holder: "test", horizon: TestDatabases.horizon
        ).sealAll(of: web.shop.desk.database)
    }

    /// The stream as it stands at the end of the service: what is missing, then the end.
    private static func whole(_ web: WebDesk, _ browser: Browser, after: String?) async throws -> Reply {
        try await browser.get("/live", after.map { ["last-event-id": $0] } ?? [:])
    }

    private static func head(_ web: WebDesk) async throws -> Int64 {
        try await web.shop.desk.database.read { [organisation = web.shop.organisation] in
            try JournalReader($0).head(of: organisation)?.number ?? 0
        }
    }

    @Test func `live updates lost after reconnect: the stream goes on after the last event that was seen`() async throws
    {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        _ = try await Scene(web.shop)
        try await Self.seal(web)
        let seen = try await Self.head(web)
        let matter = try await web.shop.complain()
        try await web.shop.respond(to: matter)
        try await Self.seal(web)
        let head = try await Self.head(web)
        #expect(head > seen)
        web.live.end()
        let resumed = try await Self.whole(web, browser, after: String(seen))
        #expect(resumed.headers[.contentType] == "text/event-stream")
        #expect(resumed.text.contains("id: \(head)\nevent: change\n"))
        #expect(resumed.text.contains("cases") && resumed.text.contains("obligations"))
        // Whoever has seen all hears only that the stream is there.
        let upToDate = try await Self.whole(web, browser, after: String(head))
        #expect(!upToDate.text.contains("event: change"))
        #expect(upToDate.text.contains("id: \(head)\nevent: here\n"))
        // By the address, as the first connection of a page asks.
        let asked = try await browser.get("/live?after=\(seen)")
        #expect(asked.text.contains("id: \(head)\nevent: change\n"))
    }

    @Test func `more events than one look takes are all told`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        for _ in 0..<120 { try await web.shop.complain() }
        try await Self.seal(web)
        let head = try await Self.head(web)
        #expect(head > Int64(LiveRoutes.page))
        web.live.end()
        let reply = try await Self.whole(web, browser, after: "0")
        #expect(reply.text.components(separatedBy: "event: change").count - 1 >= 2)
        #expect(reply.text.contains("id: \(head)\nevent: change\n"))
    }

    @Test(arguments: ["nonsense", "-5", "99999999999999999999", "9223372036854775807", ""])
    func `a last event that cannot be is no fault of the program`(asked: String) async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        web.live.end()
        let reply = try await Self.whole(web, browser, after: asked)
        #expect(reply.status == 200 && reply.text.hasPrefix("retry: "))
    }

    @Test func `no event of another company is told, nor that there was one`() async throws {
        let desk = try TestSupport.Desk()
        let web = try WebDesk(try await Shop.open(in: desk, organisation: OrganisationID(11)))
        let other = try await Shop.open(in: desk, organisation: OrganisationID(22), prefix: "x")
        let browser = try await web.browser(.ding)
        try await Self.seal(web)
        let head = try await Self.head(web)
        let matter = try await other.complain()
        try await Self.seal(web)
        web.live.end()
        let reply = try await Self.whole(web, browser, after: String(head))
        #expect(!reply.text.contains("event: change"))
        #expect(!reply.text.contains(matter.id.description))
        #expect(reply.text.contains("id: \(head)\nevent: here"))
    }

    @Test func `the stream needs a session, and tells a program so`() async throws {
        let web = try await WebDesk.open()
        web.live.end()
        let reply = try await web.visitor().get("/live", ["accept": "text/event-stream"])
        #expect(reply.status == 303 || reply.status == 401)
        #expect(!reply.text.contains("event:"))
    }

    @Test func `an open stream tells what happens, and ends at shutdown`() async throws {
        try await testGracefulShutdown { try await Self.listen(until: $0) }
    }

    /// What a browser hears from now on, frame by frame, until the stream ends.
    private static func listening(
        _ web: WebDesk, _ browser: Browser, after head: Int64
    ) -> (frames: AsyncStream<String>, listener: Task<Void, any Error>) {
        let (frames, told) = AsyncStream.makeStream(of: String.self)
        let listener = Task { [web] in
            defer { told.finish() }
            let response = try await web.responder.respond(
                to: Request(
                    head: HTTPRequest(
                        method: .get, scheme: "http", authority: "localhost", path: "/live?after=\(head)",
                        headerFields: [.cookie: "charter_session=\(browser.cookie ?? "")"]),
                    body: RequestBody(buffer: ByteBuffer())),
                context: DeskContext(
                    source: ApplicationRequestContextSource(
                        channel: NIOAsyncTestingChannel(),
                        logger: WebDesk.logger)))
            try await response.body.write(Frames(told: told))
        }
        return (frames, listener)
    }

    @Test(arguments: ["signing out", "leaving", "expiry", "another tab's new token"])
    func `a stream ends with its session and tells nothing of what comes after`(end: String) async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.bai)
        try await Self.seal(web)
        let (frames, listener) = Self.listening(web, browser, after: try await Self.head(web))
        var heard = frames.makeAsyncIterator()
        #expect(await heard.next() == "retry: 1000\n\n")
        #expect(await heard.next()?.contains("event: here") == true)
        switch end {
        case "signing out": _ = try await browser.post("/sign-out")
        case "leaving":
            try await web.shop.desk.organisations.leave(
                web.shop.staff(.bai), revision: 1, by: web.shop.principal(.ding))
        case "expiry": web.shop.clock.advance(hours: 13)
        default:
            web.shop.clock.advance(minutes: 61)
            let page = try await browser.get("/")
            #expect(page.header("set-cookie")?.contains("charter_session=") == true)
            web.shop.clock.advance(minutes: 2)
        }
        try await web.shop.complain()
        try await Self.seal(web)
        web.live.wake([web.shop.organisation])
        while let frame = await heard.next() { #expect(!frame.contains("event: change"), "\(frame)") }
        try await listener.value
    }

    @Test func `no topic names what it is about, for not every reader may know of that`() async throws {
        let web = try await WebDesk.open()
        _ = try await Scene(web.shop)
        try await web.shop.complain(4, by: .du)
        web.shop.clock.advance(hours: 49)
        try await web.shop.tick()
        let browser = try await web.browser(.er)
        try await Self.seal(web)
        web.live.end()
        let told = try await Self.whole(web, browser, after: "0").text
        let topics = Set(told.matches(of: /event: change\ndata: (.*)\n/).flatMap { $0.output.1.split(separator: " ") })
        #expect(topics.isSuperset(of: ["cases", "customers", "notices", "obligations"]))
        #expect(topics.allSatisfy { $0.allSatisfy(\.isLetter) }, "\(topics)")
    }

    @Test func `a page hears for how long the journal has not been sealed`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        try await Self.seal(web)
        try await web.shop.desk.database.write { [organisation = web.shop.organisation] transaction in
            try transaction.leaveUnsealed("customer.updated", of: organisation)
        }
        web.shop.clock.advance(milliseconds: 45_900)
        let now = web.shop.clock.now.rfc3339
        web.live.end()
        #expect(try await Self.whole(web, browser, after: nil).text.contains("event: here\ndata: \(now) 45\n"))
        try await Self.seal(web)
        #expect(try await Self.whole(web, browser, after: nil).text.contains("event: here\ndata: \(now) 0\n"))
    }

    @Test func `a page that has seen more than there is begins anew`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        try await Self.seal(web)
        let head = try await Self.head(web)
        web.live.end()
        let reset = "id: \(head)\nevent: reset\ndata:\n\n"
        let stale = try await Self.whole(web, browser, after: String(head + 1)).text
        #expect(stale.contains(reset) && stale.contains("id: \(head)\nevent: here\n"))
        let fresh = try await Self.whole(web, browser, after: String(head)).text
        #expect(!fresh.contains("event: reset"))
    }

    private static func listen(until shutdown: GracefulShutdownTestTrigger) async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        try await Self.seal(web)
        let (frames, listener) = Self.listening(web, browser, after: try await Self.head(web))
        var heard = frames.makeAsyncIterator()
        #expect(await heard.next() == "retry: 1000\n\n")
        #expect(await heard.next()?.contains("event: here") == true)
        let matter = try await web.shop.complain()
        try await Self.seal(web)
        web.live.wake([web.shop.organisation])
        // A slow machine may have time for signs of life in between.
        var change = await heard.next()
        while let frame = change, frame.contains("event: here") { change = await heard.next() }
        #expect(change?.contains("event: change") == true && change?.contains("cases") == true)
        #expect(change?.contains(matter.id.description) == false)
        shutdown.triggerGracefulShutdown()
        // Without an end this would wait for ever.
        while let frame = await heard.next() { #expect(frame.contains("event: here")) }
        try await listener.value
    }
}

/// Hands on each frame as it is written.
private struct Frames: ResponseBodyWriter {
    let told: AsyncStream<String>.Continuation

    func write(_ buffer: ByteBuffer) async throws { told.yield(String(buffer: buffer)) }
    func finish(_ trailers: HTTPFields?) async throws {}
}
