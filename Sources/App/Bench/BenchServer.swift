import Foundation
import Synchronization

/// This program as a server in a process of its own, so that its memory and its time are its own.
final class BenchServer: Sendable {
    let port: Int
    private let process: Process

    /// The servers that are not to outlive this process.
    private static let running = Mutex<Set<Int32>>([])

    /// - Parameter database: a server's address; without it, the file in the data folder.
    init(data: String, database: String? = nil, resources: String, assets: String) throws {
        port = try FreePort.find()
        process = Process()
        process.executableURL = URL(
            fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        process.arguments = ["serve", "--data", data, "--host", "127.0.0.1", "--port", String(port)]
        var environment = ProcessInfo.processInfo.environment
        environment["CHARTER_RESOURCES"] = resources
        environment["CHARTER_ASSETS"] = assets
        environment["CHARTER_LOG_LEVEL"] = "error"
        environment["CHARTER_DATABASE"] = database
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        _ = Self.running.withLock { [pid = process.processIdentifier] in $0.insert(pid) }
    }

    /// Returns once it answers.
    func waitUntilReady() async throws {
        for _ in 0..<600 {
            guard process.isRunning else { throw Stop(asIs: "the server under test ended at its start") }
            if (try? get("/health/ready"))?.status == 200 { return }
            // Until the other process answers; the loop is bounded.
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Stop(asIs: "the server under test does not answer")
    }

    /// One request, for what need not be fast.
    func get(_ path: String, headers: [String: String] = [:]) throws -> (status: Int, body: [UInt8]) {
        try PlainHTTP.get(path, port: port, headers: headers)
    }

    /// Resident set in megabytes.
    var residentMegabytes: Double {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
    }

    /// Seconds that the server has kept a processor busy.
    var processorSeconds: Double { Processor.seconds(of: process.processIdentifier) }

    /// A figure of its own metrics; 0 while it tells none.
    func metric(_ name: String) throws -> Int {
        let text = String(decoding: try get("/metrics").body, as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") } ?? ""
        return line.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) } ?? 0
    }

    func stop() {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
        _ = Self.running.withLock { [pid = process.processIdentifier] in $0.remove(pid) }
    }

    deinit { if process.isRunning { process.terminate() } }

    /// Interrupted, this process takes its servers and its folder along.
    static func endWithUs(removing folder: String) {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                for pid in running.withLock({ $0 }) { kill(pid, SIGKILL) }
                try? FileManager.default.removeItem(atPath: folder)
                exit(130)
            }
            source.resume()
            sources.append(source)
        }
    }

    /// Filled once, before anything else runs.
    nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []
}

/// A port that nobody listens on.
enum FreePort {
    static func find() throws -> Int {
        let socket = PlainHTTP.open()
        defer { close(socket) }
        var address = PlainHTTP.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw Stop(asIs: "no port is free on 127.0.0.1") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

extension BenchServer {
    /// What its memory rose to, above what it was, while something was done to it.
    func rise(while work: () async throws -> Void) async throws -> Double {
        let before = residentMegabytes
        let highest = Mutex(before)
        let watch = Task { [self] in
            while !Task.isCancelled {
                let now = residentMegabytes
                highest.withLock { $0 = max($0, now) }
                // Between two looks.
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        defer { watch.cancel() }
        try await work()
        return highest.withLock { $0 } - before
    }
}

/// A few blocking requests to 127.0.0.1.
enum PlainHTTP {
    static func open() -> Int32 { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }

    static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// Sends so many bytes of text as a file, a piece at a time.
    static func upload(_ bytes: Int, to path: String, port: Int, headers: [String: String]) throws -> Int {
        let socket = try connected(to: port)
        defer { close(socket) }
        let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        let head =
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\nContent-Length: \(bytes)\r\n\(lines)\r\n"
        let piece = [UInt8](repeating: 65, count: 1 << 16)
        try send(Array(head.utf8), to: socket)
        var left = bytes
        while left > 0 {
            try send(left < piece.count ? Array(piece.prefix(left)) : piece, to: socket)
            left -= min(left, piece.count)
        }
        return try answer(from: socket, to: path).status
    }

    private static func send(_ bytes: [UInt8], to socket: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Stop(asIs: "127.0.0.1 hung up") }
            rest = rest.dropFirst(count)
        }
    }

    static func get(_ path: String, port: Int, headers: [String: String]) throws -> (status: Int, body: [UInt8]) {
        let socket = try connected(to: port)
        defer { close(socket) }
        let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        try send(
            Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\(lines)\r\n".utf8),
            to: socket)
        return try answer(from: socket, to: path)
    }

    private static func connected(to port: Int) throws -> Int32 {
        let socket = open()
        var address = loopback(port: port)
        let isOpen = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isOpen else {
            close(socket)
            throw Stop(asIs: "nothing answers on 127.0.0.1:\(port)")
        }
        return socket
    }

    private static func answer(from socket: Int32, to path: String) throws -> (status: Int, body: [UInt8]) {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(socket, &buffer, buffer.count)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        guard let end = answer.firstRange(of: Array("\r\n\r\n".utf8)) else { throw Stop(asIs: "no answer to \(path)") }
        let status = String(decoding: answer[..<end.lowerBound], as: UTF8.self).split(separator: " ").dropFirst().first
        return (status.flatMap { Int($0) } ?? 0, Array(answer[end.upperBound...]))
    }
}
