import CPostgres
import Foundation
import Glibc
import Primitives
import Storage
import Synchronization

/// Hears which companies other nodes wrote to, on a connection and a thread of its own.
///
/// A word may be missed while the connection is down, so each new connection tells of all companies: the journal is
/// the truth, and whoever is told looks there.
final class Listener: Sendable {
    private struct State {
        var isStarted = false
        var isClosing = false
    }

    private let state = Mutex(State())
    private let address: Address
    private let channel: String
    private let node: String
    private let announcer: CommitAnnouncer
    /// Written to when the thread is to end.
    private let ends: (reading: Int32, writing: Int32)

    /// - Parameter node: whose own words it passes over.
    init(_ address: Address, channel: String, node: String, announcer: CommitAnnouncer) {
        self.address = address
        self.channel = channel
        self.node = node
        self.announcer = announcer
        var pair: [Int32] = [-1, -1]
        // Without it the thread ends a moment later only.
        _ = pipe(&pair)
        ends = (pair[0], pair[1])
    }

    deinit {
        Glibc.close(ends.reading)
        Glibc.close(ends.writing)
    }

    func start() {
        let isFirst = state.withLock { state in
            defer { state.isStarted = true }
            return !state.isStarted && !state.isClosing
        }
        guard isFirst else { return }
        let thread = Thread { self.work() }
        thread.name = "charter.listener"
        thread.start()
    }

    func stop() {
        state.withLock { $0.isClosing = true }
        var byte: UInt8 = 1
        _ = write(ends.writing, &byte, 1)
    }

    private var isClosing: Bool { state.withLock { $0.isClosing } }

    private func work() {
        while !isClosing {
            if let handle = try? address.connect() {
                listen(on: handle)
                PQfinish(handle)
            }
            if !isClosing { wait(for: nil, milliseconds: 500) }
        }
    }

    /// Returns when the connection is lost or the thread is to end.
    private func listen(on handle: OpaquePointer) {
        guard run("LISTEN \"\(channel)\"", on: handle) != nil, run(Fence.sessionLifting, on: handle) != nil,
            let known = companies(on: handle)
        else { return }
        announcer.announce(known)
        while !isClosing {
            wait(for: PQsocket(handle), milliseconds: 30_000)
            guard PQconsumeInput(handle) == 1, PQstatus(handle) == CONNECTION_OK else { return }
            var heard: Set<OrganisationID> = []
            while let word = PQnotifies(handle) {
                heard.formUnion(companies(in: String(cString: word.pointee.extra)))
                PQfreemem(word)
            }
            announcer.announce(heard)
        }
    }

    /// `node:11,22`
    private func companies(in word: String) -> [OrganisationID] {
        let parts = word.split(separator: ":")
        guard parts.count == 2, parts[0] != node else { return [] }
        return parts[1].split(separator: ",").compactMap { Int64($0).map(OrganisationID.init) }
    }

    private func companies(on handle: OpaquePointer) -> Set<OrganisationID>? {
        let query = """
            SELECT organisation FROM journal_head
            UNION SELECT organisation FROM event WHERE number IS NULL
            """
        guard let result = run(query, on: handle) else { return nil }
        return Set((0..<result.count).compactMap { result.row($0).integer(0).map(OrganisationID.init) })
    }

    private func run(_ statement: String, on handle: OpaquePointer) -> ServerResult? {
        guard let result = PQexecParams(handle, statement, 0, nil, nil, nil, nil, 1).map({ ServerResult($0) }),
            result.status == PGRES_COMMAND_OK || result.status == PGRES_TUPLES_OK
        else { return nil }
        return result
    }

    private func wait(for socket: Int32?, milliseconds: Int32) {
        var descriptors = [pollfd(fd: ends.reading, events: Int16(POLLIN), revents: 0)]
        if let socket { descriptors.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }
        _ = poll(&descriptors, nfds_t(descriptors.count), milliseconds)
    }
}

/// Tells the other nodes which companies were written to, after the commit and together with what comes meanwhile.
///
/// In the transaction itself, a word would make all commits of the server wait for one another.
final class Notifier: Sendable {
    private struct State {
        var pending: Set<OrganisationID> = []
        var isUnderWay = false
    }

    private let state = Mutex(State())
    private let pool: Pool
    private let channel: String
    private let node: String

    init(_ pool: Pool, channel: String, node: String) {
        self.pool = pool
        self.channel = channel
        self.node = node
    }

    func tell(_ organisations: Set<OrganisationID>) {
        if organisations.isEmpty { return }
        let isFirst = state.withLock { state in
            state.pending.formUnion(organisations)
            defer { state.isUnderWay = true }
            return !state.isUnderWay
        }
        if isFirst { pool.submit(Pool.Job(run: { self.work($0) }, refuse: { _ in self.giveUp() }, isOwn: true)) }
    }

    private func work(_ worker: Worker) {
        while let organisations = take() {
            let numbers = organisations.map(\.description)
            // A word holds 8000 bytes at most.
            for start in stride(from: 0, to: numbers.count, by: 400) {
                let word = node + ":" + numbers[start..<min(start + 400, numbers.count)].joined(separator: ",")
                // The others look for themselves every few seconds, so a lost word costs a moment.
                try? worker.ask("SELECT pg_notify(\(channel), \(word))")
            }
        }
    }

    private func take() -> Set<OrganisationID>? {
        state.withLock { state in
            if state.pending.isEmpty {
                state.isUnderWay = false
                return nil
            }
            defer { state.pending = [] }
            return state.pending
        }
    }

    private func giveUp() { state.withLock { $0 = State() } }
}
