import Cases
import Customers
import HTTPTypes
import Organisations
import Policy
import Primitives
import Storage
import Synchronization
import TestDatabases
import TestSupport
import Testing

@testable import Web

/// A disk without space: nothing is lost, nothing is half written, reading goes on, and so does writing afterwards.
struct DiskFullTests {
    /// Leaves no page free and fills up what is left in those that are there with complaints like the one to come.
    private static func fill(_ web: WebDesk, _ scene: Scene) async throws {
        let pages: Int = try await web.shop.desk.database.read {
            try $0.one("PRAGMA page_count", orElse: "pages") { try $0[0] }
        }
        try await web.shop.desk.tamper("PRAGMA max_page_count = \(raw: "\(pages)")")
        let an = try await web.shop.principal(.an)
        await #expect(throws: StorageError.diskFull) {
            for _ in 0..<100 {
                _ = try await web.shop.desk.cases.start(
                    "complaint",
                    input: [
                        "customer": .text("\(scene.customer.id)"), "channel": .text("phone"),
                        "content": .text(Self.story),
                    ], by: an)
            }
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
        try await Self.fill(web, scene)
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
        // A number that is drawn and not used stays a gap.
        for table in before.keys where table != "reference_block" { #expect(after[table] == before[table], "\(table)") }
        try await Self.free(web)
        let saved = try await browser.post("/cases/new/complaint", form)
        #expect(saved.status == 303)
        let again = try await program.post(
            "/cases", ["workflow": "complaint", "fields": form], ["idempotency-key": "k-1"])
        #expect(again.status == 201 && again.header("idempotency-replayed") == nil)
        try await Sequencer(
            database: web.shop.desk.database, holder: "test", horizon: TestDatabases.horizon
        ).sealAll(of: web.shop.desk.database)
        let found = try await Verifier(database: web.shop.desk.database, check: nil).verify()
        #expect(found.isSound)
    }

    @Test func `on a full disk every page can still be read, also when the session's token is due for exchange`()
        async throws
    {
        let clock = TestClock()
        let full = Mutex(false)
        let desk = try TestSupport.Desk(clock: clock, wrap: { FullDatabase($0, isFull: { full.withLock { $0 } }) })
        let web = try WebDesk(try await Shop.open(in: desk, organisation: OrganisationID(11)), isDemo: true)
        let scene = try await Scene(web.shop)
        let browsers = [Shop.Person.ding: try await web.browser(.ding), .mei: try await web.browser(.mei)]
        full.withLock { $0 = true }
        for route in Look.all.keys.sorted() where !Look.redirects.contains(route) {
            let browser = try #require(browsers[Look.viewer(route)])
            #expect(try await browser.get(Look.of(route, scene)).status == 200, "\(route)")
        }
        let browser = try #require(browsers[.ding])
        for minutes: Int64 in [11, 60] {
            clock.advance(minutes: minutes)
            #expect(try await browser.get("/customers/\(scene.customer.id)").status == 200, "\(minutes) minutes on")
        }
        try await expectError(507, "磁盘已满，没有保存") { try await browser.speaking($0).post("/notices/read") }
        full.withLock { $0 = false }
        let reply = try await browser.get("/")
        #expect(reply.status == 200)
        #expect(reply.header("set-cookie")?.contains("charter_session=") == true, "exchanged once there is room")
    }
}

/// A database that takes nothing more for a while, at whichever statement: what a disk does at its end.
private struct FullDatabase: Database {
    private let base: any Database
    private let isFull: @Sendable () -> Bool

    init(_ base: any Database, isFull: @escaping @Sendable () -> Bool) {
        self.base = base
        self.isFull = isFull
    }

    func read<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any ReadTransaction) throws -> T
    ) async throws -> T {
        try await base.read(tenancy, body)
    }

    @discardableResult
    func write<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T {
        if isFull() { throw StorageError.diskFull }
        return try await base.write(tenancy, body)
    }

    func onCommit(_ act: @escaping @Sendable (Set<OrganisationID>) -> Void) { base.onCommit(act) }
}
