import Customers
import Foundation
import Logging
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import StorageSQLite
import TestDatabases
import Testing
import Web

@testable import App

struct ServeTests {
    @Test func `it says when it answers, tells its figures, and keeps its port to itself`() async throws {
        let data = try await Installed.copy()
        let server = try Server(data: data)
        #expect(try server.get("/health/live").text == "alive\n")
        #expect(try server.get("/health/ready").text == "ready\n")
        for name in [
            "charter_sequencer_lag_seconds 0.0", "charter_waiting_writes 0.0", "charter_http_requests_total{",
            "charter_http_request_seconds_bucket{",
        ] {
            // The first tick may be writing yet.
            var metrics = ""
            for _ in 0..<200 {
                metrics = try server.get("/metrics").text
                if metrics.contains("\n" + name) { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(metrics.contains("\n" + name), "\(name)")
        }
        let assets = try Scratch.folder()
        try FileManager.default.createDirectory(atPath: assets + "/htmx", withIntermediateDirectories: true)
        let second = try await Program.run(
            "serve", "--data", try await Installed.copy(), "--port", String(server.port),
            environment: ["CHARTER_ASSETS": assets])
        #expect(second.status == 1)
        #expect(second.errors.contains("Error: the port 127.0.0.1:\(server.port) is taken by another program"))
    }

    @Test func `it is not ready while the sequencer is a minute behind`() async throws {
        let data = try await Installed.copy()
        let settings = try await Settings(flags: [.data: data], environment: [:])
        let early = SystemClock.now().adding(milliseconds: -90_000)
        let desktop = try await Desktop.open(settings, clock: { early })
        let organisation = try await desktop.principal(login: "an").organisation
        // Left by an earlier version; and another node holds the lease and does nothing with it.
        try await desktop.database.write { transaction in
            try transaction.leaveUnsealed("customer.filed", of: organisation)
            try transaction.run("DELETE FROM lease WHERE name = 'sequencer'")
            try transaction.run(
                """
                INSERT INTO lease (name, holder, held_until)
                VALUES ('sequencer', 'another', \(transaction.now.adding(hours: 1)))
                """)
        }
        try await desktop.engine.close()
        let server = try Server(data: data)
        let ready = try server.get("/health/ready")
        #expect(ready.status == 503)
        #expect(ready.text.hasPrefix("the sequencer is "))
        #expect(try server.get("/health/live").status == 200)
    }

    @Test func `it is not ready while no company's charter can be read, and the tick says why it failed`() async throws
    {
        let data = try await Installed.copy()
        try Installed.tamper(
            data + "/charter.db",
            "UPDATE charter_version SET text = replace(text, 'reports_to: director', 'reports_to: directr')")
        let desktop = try await Desktop.open(try await Settings(flags: [.data: data], environment: [:]))
        do {
            _ = try await desktop.services.clockWork.tick()
            Issue.record("the tick did without a charter")
        } catch {
            let told = TickingService.told(error)
            #expect(told["error"] == "Stop")
            #expect(told["reason"]?.description.contains("found \"directr\", expected a post") == true, "\(told)")
        }
        try await desktop.engine.close()
        let server = try Server(data: data)
        let ready = try server.get("/health/ready")
        #expect(ready.status == 503 && ready.text == "no company's charter can be read\n")
        #expect(try server.get("/health/live").status == 200)
    }

    @Test func `an error that may quote a row is logged by its kind alone`() {
        struct Odd: Error { let name = "佘太初" }
        #expect(TickingService.told(Odd()) == ["error": "Odd"])
    }

    @Test func `an installation that is opened again seals at once what was left`() async throws {
        let settings = try await Settings(flags: [.data: try await Installed.copy()], environment: [:])
        for type in ["customer.filed", "customer.changed"] {
            let desktop = try await Desktop.open(settings)
            let organisation = try await desktop.principal(login: "an").organisation
            try await desktop.database.write { try $0.leaveUnsealed(type, of: organisation) }
            #expect(try await desktop.sequencer.sealPending() == 1)
            try await desktop.close()
        }
    }

    @Test func `whoever sends ten megabytes before listening hears the refusal`() async throws {
        let data = try await Installed.copy()
        let token = try await Program.run("token", "--data", data, "--login", "an", "--scope", "cases.act")
        let word = token.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let server = try Server(data: data)
        let much = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000_000)
        let chunked =
            Array("\(String(much.count, radix: 16))\r\n".utf8) + much + Array("\r\n0\r\n\r\n".utf8)
        for (line, headers, status) in [
            ("POST /api/v1/cases", ["Authorization: Bearer \(word)", "Content-Type: application/json"], 413),
            ("POST /api/v1/cases", ["Content-Type: application/json"], 401),
            ("POST /api/v1/nothing", ["Authorization: Bearer \(word)"], 404),
            ("POST /sign-in", ["Content-Type: application/x-www-form-urlencoded"], 413),
            ("POST /nothing", [], 404), ("GET /health/live", [], 200),
        ] {
            for (kind, length, body) in [
                ("whole", "Content-Length: \(much.count)", much), ("chunked", "Transfer-Encoding: chunked", chunked),
            ] {
                let said = try server.exchange(
                    [line + " HTTP/1.1", "Host: 127.0.0.1", "Connection: close", length] + headers, body: body)
                #expect(said.hasPrefix("HTTP/1.1 \(status) "), "\(line) \(kind): \(said.prefix(200))")
                if status == 413 {
                    #expect(said.lowercased().contains("\r\nconnection: close\r\n"), "\(said.prefix(400))")
                    #expect(said.contains("1024"), "the limit is said")
                }
            }
        }
        #expect(try server.get("/health/live").status == 200)
    }

    @Test func `HEAD is answered without a body`() async throws {
        let server = try Server(data: try await Installed.copy())
        for path in ["/assets/desk.css", "/sign-in", "/nowhere", "/api/openapi.json", "/api/v1/cases"] {
            let said = try server.exchange(["HEAD \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close"])
            #expect(said.hasSuffix("\r\n\r\n"), "\(path): \(said.suffix(200))")
            #expect(said.contains(/(?i)content-length: [1-9]/), "\(path): \(said)")
        }
    }

    @Test func `a token without the scope is told which scope, not which colleague`() async throws {
        let data = try await Installed.copy()
        let token = try await Program.run("token", "--data", data, "--login", "an", "--scope", "cases.read")
        let server = try Server(data: data)
        let word = token.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try server.get("/api/v1/cases", token: word).status == 200)
        let answer = try server.get("/api/v1/customers", token: word)
        #expect(answer.status == 403)
        #expect(answer.text.contains(#""code":"token_scope""#))
        #expect(answer.text.contains(#""scope":"customers.read""#))
        #expect(!answer.text.contains("Owner"))
    }
}
