import Cases
import Customers
import Foundation
import Organisations
import Policy
import Primitives
import Storage
import Web

/// Measures a long case's page, and many files that come in at once.
struct CaseBench {
    let ground: BenchGround
    let chosen: Set<BenchCommand.Name>
    private var size: BenchSize { ground.size }

    private static let events = 200
    private static let files = 20
    private static let upload = 20 << 20

    func run() async throws {
        let site = try await ground.found("case")
        var size = size.withoutDuties
        size.clerks = min(size.clerks, 100)
        try DeskFilling(site: site, size: size).run(now: SystemClock.now())
        try await ground.settle(site)
        benchSays("working on one case until it has \(Self.events) events and \(Self.files) files")
        let matter = try await work(site)
        if chosen.contains(.casePage) { try await page(site, matter) }
        if chosen.contains(.uploads) { try await uploads(site, matter) }
    }

    /// A clerk who may act on the case, and reads it.
    private static let clerk = 2

    /// Told and tracked by a clerk, day by day, with a picture now and then.
    private func work(_ site: BenchGround.Site) async throws -> CaseID {
        let desktop = try await Desktop.open(site.settings)
        let staff: StaffID = BenchGround.identifier(.staff, Self.clerk)
        let principal = try await desktop.database.read(for: site.organisation) { [desktop] transaction in
            try OrganisationStore(transaction)
                .principal(staff, of: site.organisation, charters: desktop.services.charters)
        }
        let services = desktop.services
        let complaint = DeskLoad.complaint(1, of: BenchGround.identifier(.customer, 0))
        let matter = try await services.cases.start(
            "complaint", input: Dictionary(complaint.map { ($0.0, FieldValue.text($0.1)) }) { first, _ in first },
            by: principal)
        guard let form = site.charter.form("complaint_tracking") else {
            throw Stop(asIs: "the charter has no complaint_tracking")
        }
        var input: Fields = [:]
        for field in form.fields where field.isRequired { input[field.key] = Self.value(of: field, staff) }
        for number in 0..<Self.files {
            let file = try await services.attachments.receive(for: matter.id, by: principal) { intake in
                try await intake.take([0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 7, count: 50_000))
                return try await intake.finish(name: "现场照片\(number + 1).jpg", said: "image/jpeg")
            }
            _ = try await services.attachments.add(file, to: matter.id, by: principal)
        }
        while try await count(matter.id, desktop, site) < Self.events {
            _ = try await services.cases.move(matter.id, "track", input: input, revision: nil, by: principal)
        }
        try await desktop.close()
        return matter.id
    }

    private func count(_ matter: CaseID, _ desktop: Desktop, _ site: BenchGround.Site) async throws -> Int {
        try await desktop.database.read(for: site.organisation) { transaction in
            try transaction.one(
                "SELECT count(*) FROM event WHERE organisation = \(site.organisation) AND matter = \(matter)",
                orElse: "count"
            ) { try $0[0] }
        }
    }

    private static func value(of field: FormField, _ staff: StaffID) -> FieldValue {
        switch field.kind {
        case .text: .text("已致电客户，说明进展；客户表示理解，约定明日上午再看。")
        case .choice(let choices): .text(choices.first?.key ?? "")
        case .flag: .flag(true)
        case .number(let least, _): .integer(least ?? 1)
        case .money: .text("100.00")
        case .date: .text(SystemClock.now().rfc3339.prefix(10).description)
        case .time: .text(SystemClock.now().adding(hours: -1).rfc3339)
        case .staff: .text(staff.description)
        default: .text("照常")
        }
    }

    // MARK: The page

    private func page(_ site: BenchGround.Site, _ matter: CaseID) async throws {
        guard Wrk.isThere else { return benchSays("wrk is missing, so the page is not measured: apt-get install wrk") }
        let path = "/cases/\(matter)"
        let saved = ground.folder + "/case-assets"
        let first = try await ground.serve(site)
        let answer = try first.get(path, headers: DeskLoad.cookie(Self.clerk))
        first.stop()
        let text = String(decoding: answer.body, as: UTF8.self)
        let files = text.components(separatedBy: "data-file=").count - 1
        guard answer.status == 200, files == Self.files, text.contains("before=") else {
            throw Stop(asIs: "the case answered \(answer.status) with \(files) files instead of \(Self.files)")
        }
        try FileManager.default.createDirectory(atPath: saved, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: ground.assets + "/htmx", toPath: saved + "/htmx")
        try Data(answer.body).write(to: URL(fileURLWithPath: saved + "/htmx/case.txt"))
        let server = try await ground.serve(site, assets: saved)
        defer { server.stop() }
        benchSays("asking for the page of the case")
        let wrk = Wrk(folder: ground.folder, size: size)
        let (live, still) = try wrk.compare(
            [Wrk.get(path, headers: DeskLoad.cookie(Self.clerk))],
            with: [Wrk.get("/assets/htmx/case.txt", headers: DeskLoad.cookie(Self.clerk))], at: server.port)
        let failures = live.failures + still.failures
        BenchFigure(
            name: "case_page", ours: live.perSecond, limit: still.perSecond, unit: "pages/s", required: 0.1,
            note: "\(answer.body.count) bytes a page; 99 % within \(Int(live.milliseconds99)) ms"
                + (failures > 0 ? "; \(failures) requests failed" : "")
        ).show()
    }

    // MARK: Uploads

    private func uploads(_ site: BenchGround.Site, _ matter: CaseID) async throws {
        let server = try await ground.serve(site)
        defer { server.stop() }
        let path = "/api/v1/cases/\(matter)/attachments?name=record.txt"
        let headers = [
            "Authorization": "Bearer \(DeskFilling.token(Self.clerk))", "Content-Type": "application/octet-stream",
        ]
        let port = server.port
        // One by itself first, so that what is there once for all is not counted as theirs.
        let one = try PlainHTTP.upload(Self.upload, to: path, port: port, headers: headers)
        guard one == 201 else { throw Stop(asIs: "an upload was answered \(one)") }
        benchSays("sending \(size.uploads) files of 20 MB at once")
        let count = size.uploads
        let begin = ContinuousClock.now
        var failed = 0
        let rise = try await server.rise {
            failed = await withCheckedContinuation { continuation in
                let results = Results(count) { continuation.resume(returning: $0) }
                for _ in 0..<count {
                    // Each holds a thread of its own while it writes.
                    Thread {
                        let status = try? PlainHTTP.upload(Self.upload, to: path, port: port, headers: headers)
                        results.add(status == 201)
                    }.start()
                }
            }
        }
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        BenchFigure(
            name: "uploads", ours: rise, limit: 64, unit: "MB", lessIsBetter: true, required: 1,
            note: "\(count) of 20 MB within \(Int(seconds.rounded())) s" + (failed > 0 ? "; \(failed) failed" : "")
        ).show()
    }

    /// Counts what ended, and tells when all have.
    private final class Results: @unchecked Sendable {
        private let lock = NSLock()
        private var left: Int
        private var failed = 0
        private let end: @Sendable (Int) -> Void

        init(_ count: Int, _ end: @escaping @Sendable (Int) -> Void) {
            left = count
            self.end = end
        }

        func add(_ isDone: Bool) {
            lock.lock()
            defer { lock.unlock() }
            left -= 1
            if !isDone { failed += 1 }
            if left == 0 { end(failed) }
        }
    }
}
