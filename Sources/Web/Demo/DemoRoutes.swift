import Hummingbird
import Obligations
import Policy
import Primitives
import Storage

struct DemoClockPage {
    let shell: Shell
    let now: String
    let machine: String
    let message: String?
}

/// The clock of a demo, which can be moved ahead; only there.
struct DemoRoutes {
    let desk: Desk
    let clockWork: ClockWork

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("demo/clock", use: show)
        staff.post("demo/clock", use: advance)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(context, message: nil)
    }

    @Sendable func advance(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await context.form(request)
        guard let hours = form["advance"].flatMap({ Int64($0) }), (1...24 * 400).contains(hours) else {
            return try await page(context, message: desk.book[context.language]("请填1至9600之间的小时数"))
        }
        let response = try await desk.act(form, request, context, apart: Installation.holdClock) { transaction in
            try Installation.advanceClock(by: hours * 3_600_000, in: transaction)
            return "/demo/clock"
        }
        await work(for: .seconds(5))
        return response
    }

    /// Lets the clock work. What it brings stands on the next page in all but very large demos; there it goes on by
    /// itself, since a day of a large company's deadlines takes longer than anybody waits for an answer.
    private func work(for patience: Duration) async {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let clockWork = clockWork
        Task {
            // What failed is done by the next tick, which also says so in the log.
            _ = try? await clockWork.tick()
            end.finish()
        }
        let limit = Task {
            try? await Task.sleep(for: patience)
            end.finish()
        }
        for await _ in ends {}
        limit.cancel()
    }

    private func page(_ context: StaffContext, message: String?) async throws -> Response {
        let frame = try await desk.frame(context, room: nil, path: "/demo/clock")
        let time = frame.time
        return desk.html(
            DemoClockPage(
                shell: frame.shell, now: time.fullDate(time.zone.local(time.now).day) + " " + time.clock(time.now),
                machine: time.zone.rfc3339(time.now), message: message), "demo/clock", context,
            status: message == nil ? .ok : .unprocessableContent)
    }
}
