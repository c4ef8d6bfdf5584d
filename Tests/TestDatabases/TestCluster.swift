import CPostgres
import Foundation
import Synchronization

/// The private cluster in which tests have their databases: that of CHARTER_TEST_POSTGRES, else one of this process.
public enum TestCluster {
    /// The address of a database in it that is there already.
    ///
    /// - Throws: `Fault` when there is none and none can be started.
    public static func address() throws -> String {
        if let address = ProcessInfo.processInfo.environment["CHARTER_TEST_POSTGRES"] { return address }
        return try started.get().address
    }

    /// The same with another database.
    public static func address(of database: String) throws -> String {
        let address = try address()
        let (place, parameters) = split(address)
        guard let slash = place.lastIndex(of: "/") else { throw Fault(text: "\(address) names no database") }
        return place[...slash] + database + parameters
    }

    /// The same of the cluster's superuser, who may do what no installation may.
    public static func overseer(of address: String) -> String {
        address.replacing("charter:charter@", with: "postgres:charter@")
    }

    /// Runs a statement in the cluster's own database.
    public static func run(_ statement: String) throws {
        try administration.withLock { try $0.run(statement) }
    }

    /// Counts a database's rows and notes which of them all see, as the server does by itself in time.
    static func tidy(_ database: String) throws {
        try run("VACUUM ANALYZE", at: overseer(of: try address(of: database)))
    }

    /// The tables and views in a database, with how many migrations were applied.
    public static func tables(at address: String) throws -> [String] {
        let names = try rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')",
            at: address
        ).map { $0[0] }.sorted()
        let applied =
            names.contains("schema_migration") ? try rows("SELECT name FROM schema_migration", at: address) : []
        return names + applied.map { $0[0] }.sorted()
    }

    /// What a query answers on a connection of its own, as text.
    public static func rows(_ query: String, at address: String) throws -> [[String]] {
        let handle = PQconnectdb(address)
        defer { PQfinish(handle) }
        let result = PQexec(handle, query)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_TUPLES_OK else {
            throw Fault(text: handle.map { String(cString: PQerrorMessage($0)) } ?? "no connection")
        }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { PQgetvalue(result, row, $0).map { String(cString: $0) } ?? "" }
        }
    }

    /// Runs a statement on a connection of its own.
    public static func run(_ statement: String, at address: String) throws {
        let handle = PQconnectdb(address)
        defer { PQfinish(handle) }
        let result = PQexec(handle, statement)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else {
            throw Fault(text: handle.map { String(cString: PQerrorMessage($0)) } ?? "no connection")
        }
    }

    /// An empty database.
    public static func emptyDatabase() throws -> String {
        let name = newName()
        try run("CREATE DATABASE \(name)")
        return try address(of: name)
    }

    static func newName() -> String { "t" + UUID().uuidString.replacing("-", with: "").lowercased() }

    public struct Fault: Error, CustomStringConvertible {
        let text: String
        public var description: String { text }
    }

    private static func split(_ address: String) -> (place: String, parameters: String) {
        guard let mark = address.firstIndex(of: "?") else { return (address, "") }
        return (String(address[..<mark]), String(address[mark...]))
    }

    /// Started once, when the first test wants it.
    private static let started = Result { () throws(Fault) in try PrivateCluster() }

    /// One connection for what is asked of the cluster itself.
    private static let administration = Mutex(Administration())

    private struct Administration: ~Copyable {
        private var handle: OpaquePointer?

        mutating func run(_ statement: String) throws {
            let handle = try self.handle ?? PQconnectdb(TestCluster.address())
            self.handle = handle
            let result = PQexec(handle, statement)
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK else {
                throw Fault(text: handle.map { String(cString: PQerrorMessage($0)) } ?? "no connection")
            }
        }
    }
}

/// A cluster that `bin/cluster` runs for as long as this process keeps its pipe.
public final class PrivateCluster: Sendable {
    public let address: String
    /// Where its files are, and what it may read.
    public let folder: String
    private let lifeline: Pipe
    private let process: Process

    /// - Parameter settings: of the server, as `ssl=on`.
    public init(settings: [String] = []) throws(TestCluster.Fault) {
        let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "bin/cluster")
        process = Process()
        process.executableURL = program
        process.arguments = settings
        lifeline = Pipe()
        let answers = Pipe()
        process.standardInput = lifeline
        process.standardOutput = answers
        do {
            try process.run()
        } catch {
            throw TestCluster.Fault(text: "bin/cluster cannot be run: \(error)")
        }
        var line = Data()
        while !line.contains(10) {
            let more = answers.fileHandleForReading.availableData
            if more.isEmpty {
                throw TestCluster.Fault(
                    text:
                        "bin/cluster started no PostgreSQL; what it said is above. Set CHARTER_TEST_POSTGRES to use another"
                )
            }
            line.append(more)
        }
        let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        address = String(words[0])
        folder = words.count > 1 ? String(words[1]) : ""
    }

    /// Ends the cluster and waits until its files are gone.
    public func end() {
        try? lifeline.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    deinit { try? lifeline.fileHandleForWriting.close() }
}
