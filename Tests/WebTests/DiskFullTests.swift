import Cases
import Customers
import HTTPTypes
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

@testable import Web

/// A disk without space: nothing is lost, nothing is half written, reading goes on, and so does writing afterwards.
struct DiskFullTests {
    private static func fill(_ web: WebDesk) async throws {
        try await web.shop.desk.tamper("CREATE TABLE ballast (words TEXT)")
        let pages: Int = try await web.shop.desk.database.read {
            try $0.one("PRAGMA page_count", orElse: "pages") { try $0[0] }
        }
        // What is free within the last pages is used up, so that the next row needs a new one.
        try await web.shop.desk.tamper("PRAGMA max_page_count = \(raw: "\(pages)")")
        for size in [4000, 400, 40, 4] {
            while (try? await web.shop.desk.tamper(
                "INSERT INTO ballast (words) VALUES (\(String(repeating: "x", count: size)))")) != nil
            {}
        }
    }

    private static func free(_ web: WebDesk) async throws {
        try await web.shop.desk.tamper("PRAGMA max_page_count = 1000000")
    }

    /// A story that fits on no page which is there.
    private static let story = String(repeating: "灯坏了，", count: 100)

    @Test func `a full disk is told in the reader's language, by pages and by the API, and nothing is half written`()
        async throws
    {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.an)
        let program = try await web.program(.an)
        let form = ["customer": "\(scene.customer.id)", "channel": "phone", "content": Self.story]
        try await Self.fill(web)
        let before = try await web.stored()
        let page = try await expectError(507, "磁盘已满，没有保存") {
            try await browser.speaking($0).post("/cases/new/complaint", form)
        }
        #expect(page.text.contains("<code>"), "the number under which the log knows it")
        let answer = try await expectError(507, "磁盘已满，没有保存") {
            try await program.speaking($0).post("/cases", ["workflow": "complaint", "fields": form])
        }
        #expect(answer.code == "disk_full")
        let keyed = try await program.post(
            "/cases", ["workflow": "complaint", "fields": form], ["idempotency-key": "k-1"])
        #expect(keyed.status == 507)
        let after = try await web.stored()
        #expect(after == before)
        try await Self.free(web)
        let saved = try await browser.post("/cases/new/complaint", form)
        #expect(saved.status == 303)
        let again = try await program.post(
            "/cases", ["workflow": "complaint", "fields": form], ["idempotency-key": "k-1"])
        #expect(again.status == 201 && again.header("idempotency-replayed") == nil)
        try await Sequencer(database: web.shop.desk.database, holder: "test").sealPending()
        let found = try await Verifier(database: web.shop.desk.database, check: nil).verify()
        #expect(found.isSound)
    }

    @Test func `on a full disk every page can still be read, also when the session's token is due for exchange`()
        async throws
    {
        let web = try await WebDesk.open(isDemo: true)
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.ding)
        try await Self.fill(web)
        for route in Look.all.keys.sorted() {
            let path = try Look.of(route, scene)
            #expect(try await browser.get(path).status == 200, "\(route)")
        }
        for minutes: Int64 in [11, 60] {
            web.shop.clock.advance(minutes: minutes)
            #expect(try await browser.get("/customers/\(scene.customer.id)").status == 200, "\(minutes) minutes on")
        }
        try await Self.free(web)
        let reply = try await browser.get("/")
        #expect(reply.status == 200)
        #expect(reply.header("set-cookie")?.contains("charter_session=") == true, "exchanged once there is room")
    }
}
