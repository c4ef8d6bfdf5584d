import Foundation

/// Debian's load generator: many connections, each asking again as soon as it has its answer.
struct Wrk {
    let folder: String
    let size: BenchSize
    var connections = BenchSize.connections

    /// What a run came to.
    struct Result {
        let perSecond: Double
        /// Answers that were no success, and connections that failed.
        let failures: Int
        let milliseconds50: Double
        let milliseconds99: Double
    }

    static var isThere: Bool { BenchTool.isThere("wrk") }

    /// Asks in turn, for some seconds after a warming-up of two.
    /// - Parameter requests: lines of Lua, each `wrk.format(…)`.
    func run(_ requests: [String], at port: Int, isWarm: Bool = false) throws -> Result {
        let script = folder + "/requests.lua"
        let lines = requests.map { "requests[#requests + 1] = \($0)" }.joined(separator: "\n")
        try """
        local requests = {}
        local at = 0
        function init(args)
        \(lines)
        end
        function request()
            at = at % #requests + 1
            return requests[at]
        end
        function done(summary, latency)
            local e = summary.errors
            io.write(string.format("bench %d %d %d %d %d\\n", summary.requests, summary.duration,
                e.status + e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(99)))
        end
        """.write(toFile: script, atomically: true, encoding: .utf8)
        if !isWarm { _ = try run(script, seconds: 2, port) }
        return try run(script, seconds: size.seconds, port)
    }

    /// Asks for both in turn, three times, since a machine is not as quick from one minute to the next.
    /// - Returns: the turn whose ratio is the middle one.
    func compare(_ ours: [String], with limit: [String], at port: Int) throws -> (ours: Result, limit: Result) {
        let turns = try (0..<3).map { _ in (ours: try run(ours, at: port), limit: try run(limit, at: port)) }
        return turns.sorted { $0.ours.perSecond / $0.limit.perSecond < $1.ours.perSecond / $1.limit.perSecond }[1]
    }

    private func run(_ script: String, seconds: Int, _ port: Int) throws -> Result {
        let output = try BenchTool.run(
            "wrk",
            [
                "-t1", "-c\(connections)", "-d\(seconds)s", "--timeout", "20s", "-s", script,
                "http://127.0.0.1:\(port)/",
            ])
        let line = output.split(separator: "\n").last { $0.hasPrefix("bench ") } ?? ""
        let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard numbers.count == 5, numbers[1] > 0 else { throw Stop(asIs: "wrk failed: \(output)") }
        // No answer at all would pass for one that took no time.
        guard numbers[0] > 0 else { throw Stop(asIs: "nothing was answered within \(seconds) seconds: \(output)") }
        return Result(
            perSecond: (numbers[0] - numbers[2]) / numbers[1] * 1_000_000, failures: Int(numbers[2]),
            milliseconds50: numbers[3] / 1000, milliseconds99: numbers[4] / 1000)
    }

    static func get(_ path: String, headers: [String: String]) -> String {
        "wrk.format(\"GET\", \(quoted(path)), \(table(headers)))"
    }

    static func post(_ path: String, headers: [String: String], body: String) -> String {
        "wrk.format(\"POST\", \(quoted(path)), \(table(headers)), \(quoted(body)))"
    }

    private static func table(_ headers: [String: String]) -> String {
        "{" + headers.map { "[\(quoted($0.key))] = \(quoted($0.value))" }.joined(separator: ", ") + "}"
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
