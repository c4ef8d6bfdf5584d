@testable import App
import Foundation

/// The built program, run as whoever uses it runs it.
enum Program {
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// It lies beside the tests.
    private static let executable: URL = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appending(path: "charter")
    }()

    /// Runs a command to its end.
    /// - Parameter environment: beside it, nothing of what is set for the tests is seen.
    static func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await run(arguments, environment: environment)
    }

    /// - Parameter input: what it reads from its standard input; nothing without it.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String? = nil
    ) async throws -> Outcome {
        let folder = try Scratch.folder()
        let (output, errors) = (folder + "/output", folder + "/errors")
        for file in [output, errors] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        let process = prepared(arguments, environment)
        if let input { process.standardInput = FileHandle(forReadingAtPath: try Scratch.file(input)) }
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
                // A server that ought to have refused would serve for ever.
                let guardian = process
                DispatchQueue.global().asyncAfter(deadline: .now() + 90) {
                    if guardian.isRunning { guardian.terminate() }
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
        return Outcome(
            status: process.terminationStatus, output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8))
    }

    static func prepared(_ arguments: [String], _ environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ["LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }
}

/// The program as a server, for one test.
final class Server {
    let port: Int
    private let process: Process

    /// Returns once it has said that it answers; whoever reads its output through a pipe waits for that line.
    init(data: String, environment: [String: String] = [:]) throws {
        port = try FreePort.find()
        // The browser's parts are fetched by the set-up, and no test here needs them.
        let assets = try Scratch.folder()
        try FileManager.default.createDirectory(atPath: assets + "/htmx", withIntermediateDirectories: true)
        process = Program.prepared(
            ["serve", "--data", data, "--port", String(port)],
            ["CHARTER_ASSETS": assets].merging(environment) { $1 })
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Ends the wait below when the line never comes.
        let guardian = process
        DispatchQueue.global().asyncAfter(deadline: .now() + 60) { if guardian.isRunning { guardian.terminate() } }
        var said = ""
        while !said.contains("answers on") {
            let some = pipe.fileHandleForReading.availableData
            guard !some.isEmpty else { throw Silence(said: said) }
            said += String(decoding: some, as: UTF8.self)
        }
    }

    struct Silence: Error { let said: String }

    func get(_ path: String) throws -> (status: Int, text: String) {
        let answer = try PlainHTTP.get(path, port: port, headers: [:])
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    func get(_ path: String, token: String) throws -> (status: Int, text: String) {
        let answer = try PlainHTTP.get(path, port: port, headers: ["Authorization": "Bearer \(token)"])
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    /// Sends all of it before it listens, as plain clients do; ten seconds without progress end it.
    /// - Returns: all that the server said until it closed the connection.
    func exchange(_ head: [String], body: [UInt8] = []) throws -> String {
        let socket = PlainHTTP.open()
        defer { close(socket) }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_SNDTIMEO, SO_RCVTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = PlainHTTP.loopback(port: port)
        let isOpen = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isOpen else { throw Silence(said: "nothing answers on \(port)") }
        let bytes = Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
        var sent = 0
        while sent < bytes.count {
            // Without the flag a server that hangs up would end the tests.
            let count = bytes[sent...].withUnsafeBytes {
                send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Silence(said: "after \(sent) bytes nothing more was taken") }
            sent += count
        }
        var said: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(socket, &buffer, buffer.count)
            guard count > 0 else { break }
            said += buffer[..<count]
        }
        return String(decoding: said, as: UTF8.self)
    }

    deinit {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }
}

/// Folders that go with the run.
enum Scratch {
    private static let root: String = {
        let path = FileManager.default.temporaryDirectory.appending(path: "charter-app-tests-\(UUID())").path
        atexit { try? FileManager.default.removeItem(atPath: Scratch.root) }
        return path
    }()

    static func folder() throws -> String {
        let path = root + "/\(UUID())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    static func file(_ text: String, named name: String = "file") throws -> String {
        let path = try folder() + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }
}
