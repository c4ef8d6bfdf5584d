import Foundation
import Primitives
import Storage
import StoragePostgres
import TestDatabases
import Testing

/// A server with a certificate made here.
struct CertificateTests {
    @Test func `verify-full takes the right certificate of the right host, and no other`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "charter-tls-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try authority("ours", in: folder)
        try authority("theirs", in: folder)
        try openssl("req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost", in: folder)
        try Data("subjectAltName=DNS:localhost\n".utf8).write(to: URL(filePath: folder + "/names"))
        try openssl(
            "x509 -req -in server.csr -CA ours.crt -CAkey ours.key -CAcreateserial -days 2 -out server.crt -extfile names",
            in: folder)

        let cluster = try PrivateCluster()
        defer { cluster.end() }
        let local = cluster.address.replacing("127.0.0.1", with: "localhost")
        let checked = "?sslmode=verify-full&sslrootcert=\(folder)/"
        #expect(fault(local + checked + "ours.crt")?.serverFault == .certificate, "without a certificate")

        try give(["server.crt", "server.key"], of: folder, to: cluster)
        for (name, value) in [
            ("ssl", "on"), ("ssl_cert_file", cluster.folder + "/server.crt"),
            ("ssl_key_file", cluster.folder + "/server.key"),
        ] {
            // Outside of a transaction, as the server wants it.
            try Self.run("ALTER SYSTEM SET \(name) = '\(value)'", at: TestCluster.overseer(of: cluster.address))
        }
        try Self.run("SELECT pg_reload_conf()", at: TestCluster.overseer(of: cluster.address))

        var node: PostgresDatabase?
        for _ in 0..<50 where node == nil {
            node = try? open(local + checked + "ours.crt")
            // The server reads its settings a moment later.
            if node == nil { try await Task.sleep(for: .milliseconds(100)) }
        }
        let safe = try #require(node)
        let isSafe = try await safe.read {
            try $0.one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", orElse: "ssl") { try $0[0] as Bool }
        }
        #expect(isSafe)
        try await safe.close()
        #expect(fault(local + checked + "theirs.crt")?.serverFault == .certificate, "of another authority")
        #expect(fault(cluster.address + checked + "ours.crt")?.serverFault == .certificate, "of another host")
        #expect(fault(local + checked + "missing.crt")?.serverFault == .certificate, "without the authority's")
    }

    private func open(_ address: String) throws -> PostgresDatabase {
        try PostgresDatabase(
            address: address, migrations: StorageMigrations.all, clock: { Ground.tuesday },
            identifiers: TestDatabases.identifiers { Ground.tuesday }, options: PostgresOptions(connections: 1))
    }

    private func fault(_ address: String) -> StorageError? {
        do {
            _ = try open(address)
            return nil
        } catch {
            return error as? StorageError ?? .engine("\(error)")
        }
    }

    private static func run(_ statement: String, at address: String) throws {
        try command("psql", [address, "--no-psqlrc", "--quiet", "--command", statement], in: "/tmp")
    }

    private func authority(_ name: String, in folder: String) throws {
        try openssl(
            "req -x509 -newkey rsa:2048 -nodes -days 2 -keyout \(name).key -out \(name).crt -subj /CN=\(name)",
            in: folder)
    }

    private func openssl(_ arguments: String, in folder: String) throws {
        try Self.command("openssl", arguments.split(separator: " ").map(String.init), in: folder)
    }

    /// Copies files for the server to own, since it refuses a key that others may read.
    private func give(_ files: [String], of folder: String, to cluster: PrivateCluster) throws {
        let manager = FileManager.default
        let owner = try manager.attributesOfItem(atPath: cluster.folder)[.ownerAccountName] ?? "postgres"
        for file in files {
            let path = cluster.folder + "/" + file
            try manager.copyItem(atPath: folder + "/" + file, toPath: path)
            try manager.setAttributes([.posixPermissions: 0o600, .ownerAccountName: owner], ofItemAtPath: path)
        }
    }

    private static func command(_ name: String, _ arguments: [String], in folder: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(name) \(arguments)")
    }
}
