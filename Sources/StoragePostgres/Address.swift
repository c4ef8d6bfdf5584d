import CPostgres
import Glibc
import Storage

/// Where the server is; the text goes to the library as it stands, so several hosts and all its parameters work.
struct Address: Sendable {
    let text: String
    let options: PostgresOptions

    /// Opens a connection and sets its limits.
    /// - Throws: `.unavailable`, with what the library says.
    func connect() throws -> OpaquePointer {
        guard let handle = withParameters({ PQconnectdbParams($0, $1, 1) }) else {
            throw StorageError.unavailable("no memory for a connection")
        }
        guard PQstatus(handle) == CONNECTION_OK else {
            defer { PQfinish(handle) }
            throw StorageError.unavailable(String(cString: PQerrorMessage(handle)).trimmed)
        }
        // Our statements are short and their plans do not hang on the values, so planning each anew costs more than
        // running it; and few are worth compiling. Who scans a whole table is in the way of all who write to it, so an
        // index is to be preferred even where a table is small. What the server remarks on our own migrations says
        // nothing to whoever starts the program.
        let settings = """
            SELECT set_config('statement_timeout', '\(options.statementMilliseconds)', false),
                set_config('idle_in_transaction_session_timeout', '\(options.idleMilliseconds)', false),
                set_config('lock_timeout', '\(options.statementMilliseconds)', false),
                set_config('jit', 'off', false), set_config('plan_cache_mode', 'force_generic_plan', false),
                set_config('client_min_messages', 'warning', false),
                set_config('cpu_tuple_cost', '0.25', false)
            """
        let result = PQexec(handle, settings).map { ServerResult($0) }
        guard result?.status == PGRES_TUPLES_OK else {
            defer { PQfinish(handle) }
            throw StorageError.unavailable(String(cString: PQerrorMessage(handle)).trimmed)
        }
        return handle
    }

    /// The oldest server that has what the program uses, as it tells its own version: 15.0.
    static let oldest: Int32 = 150_000

    /// Proves that the server can be used, or tells why not.
    /// - Throws: `StorageError.server`, `.unavailable`.
    func confirm(oldest: Int32 = Address.oldest) throws {
        if let fault = addressFault() { throw StorageError.server(.address, fault) }
        do {
            let handle = try connect()
            defer { PQfinish(handle) }
            let version = PQserverVersion(handle)
            guard version >= oldest else { throw StorageError.server(.tooOld, "\(version / 10_000)") }
            try confirmRole(of: handle)
            try confirmConnections(of: handle)
        } catch StorageError.unavailable(let message) {
            throw explained(message)
        }
    }

    /// What is wrong with the text itself; never the text, which may hold a password.
    private func addressFault() -> String? {
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else { return "" }
        var message: UnsafeMutablePointer<CChar>?
        let parsed = PQconninfoParse(text, &message)
        defer { PQfreemem(message) }
        if let parsed {
            PQconninfoFree(parsed)
            return nil
        }
        let words = message.map { String(cString: $0).trimmed } ?? ""
        return words.hasPrefix("invalid URI query parameter") ? words : ""
    }

    /// The server holds neither of these roles to a policy.
    private func confirmRole(of handle: OpaquePointer) throws {
        let query = "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
        guard let result = PQexecParams(handle, query, 0, nil, nil, nil, nil, 1).map({ ServerResult($0) }),
            result.status == PGRES_TUPLES_OK
        else { throw StorageError.unavailable(String(cString: PQerrorMessage(handle)).trimmed) }
        if result.count > 0 { throw StorageError.server(.unfenced, result.row(0).text(0) ?? "") }
    }

    private func confirmConnections(of handle: OpaquePointer) throws {
        let query = """
            SELECT least(current_setting('max_connections')::int
                - current_setting('superuser_reserved_connections')::int,
                CASE WHEN rolconnlimit < 0 THEN 2147483647 ELSE rolconnlimit END)
            FROM pg_roles WHERE rolname = current_user
            """
        guard let result = PQexecParams(handle, query, 0, nil, nil, nil, nil, 1).map({ ServerResult($0) }),
            result.count == 1, let granted = result.row(0).integer(0)
        else { return }
        guard granted > Int64(options.connections) else {
            throw StorageError.server(.connections, "\(granted)")
        }
    }

    /// The library tells a failed connection in words only, which the server may have translated; asked for more,
    /// it names the state.
    private func explained(_ message: String) -> StorageError {
        if message.contains("invalid port number") || message.contains("invalid integer value") {
            return .server(.address, "")
        }
        if message.contains("certificate") || message.contains("SSL") { return .server(.certificate, message) }
        switch withParameters({ PQpingParams($0, $1, 1) }) {
        case PQPING_NO_RESPONSE: return .server(.unreachable, message)
        case PQPING_NO_ATTEMPT: return .server(.address, "")
        default: break
        }
        switch verboseState() {
        case "28P01", "28000": return .server(.password, message)
        case "3D000": return .server(.absent, message)
        case "42501": return .server(.permission, message)
        case "53300": return .server(.connections, message)
        case nil where message.contains("password"): return .server(.password, message)
        default: return .unavailable(message)
        }
    }

    private func verboseState() -> String? {
        guard let handle = withParameters({ PQconnectStartParams($0, $1, 1) }) else { return nil }
        defer { PQfinish(handle) }
        _ = PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        var status = PGRES_POLLING_WRITING
        while status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING {
            let events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT
            var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
            guard poll(&descriptor, 1, Int32(options.connectSeconds * 1000)) == 1 else { return nil }
            status = PQconnectPoll(handle)
        }
        // "FATAL:  28P01: password authentication failed", the first word of which the server may translate.
        return String(cString: PQerrorMessage(handle)).firstMatch(of: /:\s\s([0-9A-Z]{5}):\s/).map { String($0.1) }
    }

    /// Ours come before the address, so that it may say otherwise; the encoding after it, so that it may not.
    private func withParameters<T>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> T
    ) -> T {
        let pairs = [
            ("connect_timeout", "\(max(2, options.connectSeconds))"), ("fallback_application_name", "charter"),
            ("keepalives_idle", "30"), ("dbname", text), ("client_encoding", "UTF8"),
        ]
        let keys = pairs.map { strdup($0.0) }
        let values = pairs.map { strdup($0.1) }
        defer { for copy in keys + values { free(copy) } }
        return body(keys.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil])
    }
}
