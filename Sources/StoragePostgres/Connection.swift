import CPostgres
import Glibc
import Storage

/// A connection in pipeline mode, with the statements that were prepared on it.
///
/// Statements are sent as they come; `settle` asks for all answers at once. Unchecked, because one thread at a time
/// has it.
final class Connection: @unchecked Sendable {
    private let handle: OpaquePointer
    private let heard: (@Sendable (SQL) -> Void)?
    private var prepared: [StatementText: Prepared] = [:]
    private var awaited: [Awaited] = []
    private var lastName = 0
    /// Set by what ends a connection; whoever has it opens another.
    private(set) var isBroken = false

    /// So many statements are kept; a program has a few hundred.
    private static let most = 1000
    /// So many are sent before their answers are read, so that neither side keeps too much.
    private static let longest = 256

    private struct Prepared {
        let name: String
        /// 0 where only null was bound so far, and the server guesses.
        let types: [Oid]
    }

    /// An answer that is still to come.
    private struct Awaited {
        let parts: [String]
        /// Set for the preparation of a statement.
        var preparation: StatementText?
        /// Told of the answer.
        var receive: ((ServerResult) -> Void)?
        /// What is wrong when `must_change` refuses.
        var fault: (() -> StorageError)?
    }

    init(_ address: Address) throws {
        handle = try address.connect()
        heard = address.options.heard
        guard PQenterPipelineMode(handle) == 1 else {
            PQfinish(handle)
            throw StorageError.unavailable("the connection cannot be pipelined")
        }
    }

    deinit { PQfinish(handle) }

    /// Whether the server has not hung up; what it says unasked is its farewell.
    var isAlive: Bool {
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        return !isBroken && PQstatus(handle) == CONNECTION_OK && poll(&descriptor, 1, 0) == 0
    }

    /// Whether a transaction is open on the server, whole or failed.
    var isInsideTransaction: Bool {
        let status = PQtransactionStatus(handle)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// Whether what was sent has answers that nobody read.
    var hasQueued: Bool { !awaited.isEmpty }

    /// Sends a statement with whatever is sent next.
    /// - Parameters:
    ///   - receive: told of the answer, by `settle`.
    ///   - fault: what `settle` throws when the statement ran into `must_change`.
    func queue(
        _ sql: SQL, receive: ((ServerResult) -> Void)? = nil, fault: (() -> StorageError)? = nil
    ) throws {
        if awaited.count >= Self.longest { try settle() }
        heard?(sql)
        let parameters = Parameters(sql.bindings)
        let name = try prepare(sql, parameters.types)
        let isSent = parameters.send { values, lengths, formats in
            PQsendQueryPrepared(handle, name, Int32(sql.bindings.count), values, lengths, formats, 1)
        }
        guard isSent == 1 else { throw broken() }
        awaited.append(Awaited(parts: sql.parts, receive: receive, fault: fault))
    }

    /// Runs a statement after all that is queued, and waits for its answer.
    func ask(_ sql: SQL) throws -> ServerResult {
        try queue(sql)
        guard let result = try settle() else { throw broken() }
        return result
    }

    /// Reads the answers to all that was sent.
    /// - Returns: the last one.
    /// - Throws: the first refusal; the server passes over what came after it.
    @discardableResult
    func settle() throws -> ServerResult? {
        guard !awaited.isEmpty else { return nil }
        guard PQpipelineSync(handle) == 1 else { throw broken() }
        defer { awaited.removeAll(keepingCapacity: true) }
        var failure: (any Error)?
        var last: ServerResult?
        for answer in awaited {
            guard let result = PQgetResult(handle).map({ ServerResult($0) }) else { throw failure ?? broken() }
            switch result.status {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                answer.receive?(result)
                last = result
            default:
                if let text = answer.preparation { prepared[text] = nil }
                if failure == nil {
                    let refusal = refusal(of: result, answer.parts)
                    failure = refusal.state == "CH409" ? answer.fault?() ?? refusal : refusal
                }
            }
            // The end of this statement's answers.
            while let rest = PQgetResult(handle) {
                defer { PQclear(rest) }
                if PQstatus(handle) == CONNECTION_BAD { throw failure ?? broken() }
            }
        }
        guard let end = PQgetResult(handle).map({ ServerResult($0) }), end.status == PGRES_PIPELINE_SYNC else {
            throw failure ?? broken()
        }
        if let failure { throw failure }
        return last
    }

    /// What a statement's text is prepared as, now or before.
    private func prepare(_ sql: SQL, _ types: [Oid]) throws -> String {
        let text = StatementText(sql)
        var known = types
        if let earlier = prepared[text] {
            if zip(earlier.types, types).allSatisfy({ $0 == $1 || $1 == 0 }) { return earlier.name }
            // A place that held only null has shown its type; the others keep theirs.
            for (index, type) in earlier.types.enumerated() where known[index] == 0 { known[index] = type }
        } else if prepared.count >= Self.most {
            prepared.removeAll()
            guard PQsendQueryParams(handle, "DEALLOCATE ALL", 0, nil, nil, nil, nil, 1) == 1 else { throw broken() }
            awaited.append(Awaited(parts: ["DEALLOCATE ALL"]))
        }
        lastName += 1
        let name = "s\(lastName)"
        guard PQsendPrepare(handle, name, Self.written(sql.parts), Int32(known.count), known) == 1 else {
            throw broken()
        }
        awaited.append(Awaited(parts: sql.parts, preparation: text))
        prepared[text] = Prepared(name: name, types: known)
        return name
    }

    /// The text with the server's placeholders.
    private static func written(_ parts: [String]) -> String {
        var text = parts[0]
        for (index, part) in parts.dropFirst().enumerated() { text += "$\(index + 1)" + part }
        return text
    }

    private func broken() -> ServerRefusal {
        isBroken = true
        awaited.removeAll()
        return ServerRefusal(
            state: "", message: String(cString: PQerrorMessage(handle)).trimmed, constraint: "", statement: "")
    }

    private func refusal(of result: ServerResult, _ parts: [String]) -> ServerRefusal {
        let refusal = ServerRefusal(
            state: result.field("C"), message: result.field("M"), constraint: result.field("n"),
            statement: parts.joined(separator: "?"), isOfCommit: parts == ["COMMIT"])
        if refusal.endsConnection || PQstatus(handle) == CONNECTION_BAD { isBroken = true }
        return refusal
    }
}

extension String {
    /// The library's messages in one line.
    var trimmed: String {
        split(whereSeparator: \.isNewline).map { line in
            String(line.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }.filter { !$0.isEmpty }.joined(separator: " ")
    }
}
