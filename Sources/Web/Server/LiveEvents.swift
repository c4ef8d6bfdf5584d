import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Organisations
public import Primitives
import ServiceLifecycle
import Storage
import Synchronization

/// Wakes the live pages of a company when its journal has grown; the journal is the truth, so a missed wake-up
/// costs a moment, never an event.
public final class LiveEvents: Sendable {
    private let state = Mutex(State())

    private struct State {
        var next = 0
        var isOver = false
        var listeners: [OrganisationID: [Int: AsyncStream<Void>.Continuation]] = [:]
    }

    public init() {}

    /// The journals of these companies have grown.
    public func wake(_ organisations: some Sequence<OrganisationID>) {
        let waiting = state.withLock { state in
            organisations.flatMap { state.listeners[$0].map { Array($0.values) } ?? [] }
        }
        for continuation in waiting { continuation.yield() }
    }

    /// Ends all streams.
    public func end() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.listeners = [:] }
            return state.listeners.values.flatMap { Array($0.values) }
        }
        for continuation in waiting { continuation.finish() }
    }

    func listen(_ organisation: OrganisationID) -> AsyncStream<Void> {
        // Wake-ups coalesce: one that waits stands for all that follow until it is seen.
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number: Int? = state.withLock { state in
            if state.isOver { return nil }
            state.next += 1
            state.listeners[organisation, default: [:]][state.next] = continuation
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [self] _ in
            state.withLock { state in
                state.listeners[organisation]?[number] = nil
                if state.listeners[organisation]?.isEmpty ?? false { state.listeners[organisation] = nil }
            }
        }
        return stream
    }
}

/// The stream of changes that a page listens to.
struct LiveRoutes {
    let desk: Desk
    let live: LiveEvents
    /// Real time between two signs of life.
    static let pulse: Duration = .seconds(20)
    static let page = 200

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("live", use: stream)
    }

    @Sendable func stream(_ request: Request, _ context: StaffContext) async throws -> Response {
        let organisation = context.principal.organisation
        let asked =
            request.headers[HTTPField.Name("last-event-id")!] ?? request.uri.queryParameters["after"].map(String.init)
        let after = asked.flatMap { Int64($0) } ?? 0
        let live = live
        // The request itself may have changed the session's token, and the old one ends a minute later.
        let token = context.signedIn.rotated?.token ?? request.cookies[SessionMiddleware.cookie]?.value ?? ""
        let look = Look(desk: desk, organisation: organisation, token: token)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store",
                HTTPField.Name("x-accel-buffering")!: "no",
            ],
            body: ResponseBody { writer in
                let wakes = live.listen(organisation)
                try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
                var number = after
                if let head = try await look.headBefore(number) {
                    number = head
                    try await writer.write(ByteBuffer(string: "id: \(head)\nevent: reset\ndata:\n\n"))
                }
                // Signs of life come from a task of their own; both only ever ask this loop to look again.
                let (ticks, ticking) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(2))
                // Asked before either runs, so that what was missed is told even when the stream is to end at once.
                ticking.yield(true)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        // The server waits for open streams when it shuts down, and so they end first.
                        for await _ in wakes.cancelOnGracefulShutdown() { ticking.yield(false) }
                        ticking.finish()
                    }
                    group.addTask {
                        while !Task.isCancelled {
                            try await Task.sleep(for: LiveRoutes.pulse)
                            ticking.yield(true)
                        }
                    }
                    telling: for await isPulse in ticks {
                        while true {
                            // Whoever signed out or left hears nothing more; a browser then asks again, and is refused.
                            guard let read = try await look.events(after: number) else { break telling }
                            if let last = read.events.last {
                                number = last.number
                                let topics = Set(read.events.flatMap { LiveRoutes.topics(of: $0.event) }).sorted()
                                try await writer.write(
                                    ByteBuffer(
                                        string:
                                            "id: \(number)\nevent: change\ndata: \(topics.joined(separator: " "))\n\n"))
                            }
                            if isPulse, read.events.count < LiveRoutes.page {
                                try await writer.write(
                                    ByteBuffer(
                                        string:
                                            "id: \(number)\nevent: here\ndata: \(read.now.rfc3339) \(read.behind)\n\n"))
                            }
                            if read.events.count < LiveRoutes.page { break }
                        }
                    }
                    group.cancelAll()
                }
                try await writer.finish(nil)
            })
    }

    /// The journal as one session's stream reads it.
    private struct Look: Sendable {
        let desk: Desk
        let organisation: OrganisationID
        let token: String

        struct Found: Sendable {
            let events: [SealedEvent]
            let now: Instant
            /// Whole seconds for which the oldest event has waited to be sealed, and so to be told.
            let behind: Int64
        }

        /// The events after a number; `nil` once the session is over.
        func events(after number: Int64) async throws -> Found? {
            try await desk.database.read(for: organisation) { [desk, organisation, token] transaction in
                guard try desk.signIn.isOpen(token, in: transaction) else { return nil }
                return Found(
                    events: try JournalReader(transaction).events(
                        of: organisation, after: number, limit: LiveRoutes.page),
                    now: transaction.now, behind: try Sequencer.lag(of: organisation, in: transaction) / 1000)
            }
        }

        /// The last number there is, where the page has seen higher ones: they were of a database that a backup replaced.
        func headBefore(_ number: Int64) async throws -> Int64? {
            if number <= 0 { return nil }
            let head = try await desk.database.read(for: organisation) { [organisation] transaction in
                try JournalReader(transaction).head(of: organisation)?.number ?? 0
            }
            return head < number ? head : nil
        }
    }

    /// The parts of pages that an event may change: kinds of things, and never which ones, as not every reader may know
    /// of those.
    static func topics(of event: Event) -> [String] {
        var topics = event.subject.kind == "obligation" ? ["obligations"] : [event.subject.kind + "s"]
        if event.type.hasPrefix("obligation.") { topics.append("obligations") }
        if event.matter != nil { topics.append("cases") }
        if ["obligation.escalated", "case.handed_over"].contains(event.type) { topics.append("notices") }
        return topics
    }
}
