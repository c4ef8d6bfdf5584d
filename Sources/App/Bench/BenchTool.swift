import Foundation

/// Programs of the system that the benchmarks run.
enum BenchTool {
    static func isThere(_ name: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }

    /// Runs a program to its end.
    /// - Returns: what it printed.
    @discardableResult
    static func run(_ name: String, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Stop(asIs: "\(name) failed: \(output)") }
        return output
    }
}

/// Databases on the server that the benchmarks may use, told from each other by their names.
struct BenchDatabases: Sendable {
    /// Of the empty one that is there from the beginning.
    let address: String

    /// The same server, another database.
    func address(of name: String) -> String {
        let parts = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let slash = parts[0].lastIndex(of: "/") else { return address }
        return parts[0][...slash] + name + (parts.count > 1 ? "?" + parts[1] : "")
    }

    private var name: String {
        let place = address.split(separator: "?", maxSplits: 1)[0]
        return place.lastIndex(of: "/").map { String(place[place.index(after: $0)...]) } ?? ""
    }

    /// Makes a database; a copy of the first one, to which nobody may be connected then.
    /// - Returns: its address.
    func make(_ suffix: String, asCopy: Bool = false) throws -> String {
        try drop(suffix)
        let template = asCopy ? " TEMPLATE \(name)" : ""
        try tell("CREATE DATABASE \(name)_\(suffix)\(template)", at: address(of: "postgres"))
        return address(of: "\(name)_\(suffix)")
    }

    func drop(_ suffix: String) throws {
        try tell("DROP DATABASE IF EXISTS \(name)_\(suffix) WITH (FORCE)", at: address(of: "postgres"))
    }

    /// Asks the server.
    /// - Returns: its answer, a line a row, columns parted by `|`.
    @discardableResult
    func tell(_ sql: String, at address: String) throws -> String {
        // In a file, since an argument may hold only so much.
        let file = NSTemporaryDirectory() + "/charter-bench-\(UUID()).sql"
        try sql.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try BenchTool.run(
            "psql", ["--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", address, "-f", file],
            environment: ["PGOPTIONS": "-c charter.every_organisation=on -c client_min_messages=error"])
    }

    /// Seconds that the server with all its processes has kept a processor busy; asked while a node is connected.
    func processorSeconds(at address: String) throws -> Double {
        let backend = try tell(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() LIMIT 1",
            at: address)
        guard let process = Int32(backend.trimmingCharacters(in: .whitespacesAndNewlines)),
            let server = Processor.parent(of: process)
        else { throw Stop(asIs: "the server's process was not found: is it on this machine?") }
        return Processor.secondsOfFamily(server)
    }
}

/// What the system says of the processors' time.
enum Processor {
    /// Of one process, its ended children not counted.
    static func seconds(of process: Int32) -> Double {
        stat(process).map { ($0[11] + $0[12]) / ticks } ?? 0
    }

    /// Of a process, its children, and those that have ended.
    static func secondsOfFamily(_ process: Int32) -> Double {
        let own = stat(process).map { $0[11...14].reduce(0, +) / ticks } ?? 0
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap(Int32.init).filter { parent(of: $0) == process }.map(seconds).reduce(own, +)
    }

    /// Of the children of this process that have ended.
    static var secondsOfEnded: Double { stat(getpid()).map { ($0[13] + $0[14]) / ticks } ?? 0 }

    static func parent(of process: Int32) -> Int32? { stat(process).map { Int32($0[1]) } }

    private static let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))

    /// The numbers behind the name, which may hold anything: the state (not a number, so 0), the parent, and so on.
    private static func stat(_ process: Int32) -> [Double]? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let numbers = text[text.index(after: end)...].split(separator: " ").map { Double($0) ?? 0 }
        return numbers.count > 14 ? numbers : nil
    }
}
