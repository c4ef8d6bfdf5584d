import Dispatch
import Foundation
import GRDB
public import Primitives
public import Storage

extension SQLiteDatabase {
    /// Copies one state of everything to a new file, while reads and writes go on.
    ///
    /// The file appears under its name only when it is whole and on the disk.
    /// - Parameter complete: adds to the copy what the database itself does not hold; given its path.
    /// - Throws: `BackupRefusal.exists` when there is such a file.
    public func backup(
        to path: String, complete: (@Sendable (String) async throws -> Void)? = nil
    ) async throws {
        try refuseExisting(path)
        let part = path + ".part"
        removeDatabase(part)
        do {
            try await onOwnThread { [pool] in try mapped { try copy(from: pool, to: part) } }
            if let complete {
                try await complete(part)
                try await onOwnThread { try mapped { try makeOneFile(of: DatabaseQueue(path: part)) } }
            }
            try await onOwnThread { try publish(part, as: path) }
        } catch StorageError.file(let fault, part) {
            removeDatabase(part)
            throw StorageError.file(fault, path: path)
        } catch {
            removeDatabase(part)
            throw error
        }
    }

    /// Makes a database of a backup: copied, brought forward, verified, and only then given its name.
    /// - Parameters:
    ///   - identifiers: as for `init`.
    ///   - anchors: heads that were kept apart from the backup.
    ///   - verify: false skips the proof, for a file that must be had at any price.
    ///   - account: what else must hold of the restored database, a line for each fault; part of the proof.
    ///   - unpack: brings away what the backup held beside the database itself, once all is proved.
    /// - Throws: `BackupRefusal`; `StorageError.newerSchema` when a newer program made the backup.
    @discardableResult
    public static func restore(
        from backup: String, to path: String, migrations: [Migration], clock: @escaping @Sendable () -> Instant,
        identifiers: IdentifierSource, anchors: [OrganisationID: JournalHead] = [:], verify: Bool = true,
        account: @Sendable (SQLiteDatabase) async throws -> [String] = { _ in [] },
        unpack: @Sendable (SQLiteDatabase) async throws -> Void = { _ in }
    ) async throws -> Verification? {
        for file in databaseFiles(path) { try refuseExisting(file) }
        let part = path + ".restoring"
        removeDatabase(part)
        do {
            try await onOwnThread {
                var configuration = Configuration()
                configuration.readonly = true
                try mapped(of: backup) {
                    try copy(from: try DatabaseQueue(path: backup, configuration: configuration), to: part)
                }
            }
            let database = try mapped(of: backup) {
                try SQLiteDatabase(path: part, migrations: migrations, clock: clock, identifiers: identifiers)
            }
            let (verification, faults): (Verification?, [String])
            do {
                verification =
                    verify ? try await Verifier(database: database, check: database).verify(anchors: anchors) : nil
                faults = verify ? try await account(database) : []
                if verification?.isSound ?? true, faults.isEmpty { try await unpack(database) }
            } catch {
                try? await database.close()
                throw error
            }
            try await database.close()
            if let verification, !verification.isSound || !faults.isEmpty {
                throw BackupRefusal.faulty(verification, account: faults)
            }
            try mapped { try makeOneFile(of: DatabaseQueue(path: part)) }
            try publish(part, as: path)
            return verification
        } catch StorageError.file(let fault, let file) {
            removeDatabase(part)
            // Only what cannot be made is the new file's affair; all else is the backup's.
            throw StorageError.file(
                fault, path: file == part && [.cannotOpen, .readOnly].contains(fault) ? path : backup)
        } catch {
            removeDatabase(part)
            throw error
        }
    }
}

/// Why there is no backup, or nothing restored from it.
public enum BackupRefusal: Error, Sendable {
    /// Nothing is overwritten.
    case exists(path: String)
    /// The backup was altered or damaged; with what the account says beside the verification.
    case faulty(Verification, account: [String])
}

/// A database's file, and those that SQLite keeps beside it while it is open.
private func databaseFiles(_ path: String) -> [String] { [path, path + "-wal", path + "-shm"] }

private func refuseExisting(_ path: String) throws {
    if FileManager.default.fileExists(atPath: path) { throw BackupRefusal.exists(path: path) }
}

/// What is not there need not be removed, so a failure tells nothing.
private func removeDatabase(_ path: String) {
    for file in databaseFiles(path) { try? FileManager.default.removeItem(atPath: file) }
}

/// Copies in one step, from one state of the source; its writer does not wait.
private func copy(from source: any DatabaseReader, to path: String) throws {
    let target = try mapped(of: path) { try DatabaseQueue(path: path) }
    try source.backup(to: target)
    try mapped(of: path) { try makeOneFile(of: target) }
}

/// Closes a database that needs no log beside it, so that its name alone can be changed, and so that
/// it can be read from a medium that cannot be written.
private func makeOneFile(of database: DatabaseQueue) throws {
    try database.writeWithoutTransaction { connection in
        try connection.execute(sql: "PRAGMA journal_mode = DELETE")
        // What was brought away from a backup left its room behind.
        let free = try Int.fetchOne(connection, sql: "PRAGMA freelist_count") ?? 0
        if free > 1000 { try connection.execute(sql: "VACUUM") }
    }
    try database.close()
}

/// Gives a finished file its name, in an order that a power cut cannot turn round.
private func publish(_ part: String, as path: String) throws {
    try synchronize(part)
    try FileManager.default.moveItem(atPath: part, toPath: path)
    try synchronize(URL(fileURLWithPath: path).deletingLastPathComponent().path)
}

private func synchronize(_ path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else {
        throw StorageError.engine("\(path) cannot be opened to be synchronized")
    }
    try handle.synchronize()
    try handle.close()
}

/// Waits for long work without holding one of the few threads that run tasks.
func onOwnThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
    }
}
