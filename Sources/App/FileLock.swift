import Foundation
import Synchronization

/// Keeps a database's file from being taken away under whoever works with it: all who open it share the lock, and
/// whoever would put another in its place wants it alone. The system gives it back when a program ends, however it ends.
final class FileLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// `nil` where another program's lock is in the way, and nothing is then held.
    private init?(_ path: String, _ kind: Int32) {
        // Beside the database and never removed, or two could hold locks of two files by one name.
        let opened = open(path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        descriptor = Mutex(opened < 0 ? nil : opened)
        // Where no file can be made nobody can put another database either.
        if opened < 0 { return }
        var result: Int32
        repeat { result = flock(opened, kind | LOCK_NB) } while result != 0 && errno == EINTR
        guard result != 0, errno == EWOULDBLOCK else { return }
        close(opened)
        descriptor.withLock { $0 = nil }
        return nil
    }

    /// For who works with the database.
    /// - Throws: `Stop` while it is being replaced.
    static func shared(_ database: String) throws -> FileLock {
        guard let lock = FileLock(database, LOCK_SH) else {
            throw Stop(
                "\(database) is just being replaced: try again in a moment", "\(database) 正在被替换：请稍后再试")
        }
        return lock
    }

    /// For who takes the database away; `nil` while somebody works with it.
    static func alone(_ database: String) -> FileLock? { FileLock(database, LOCK_EX) }

    func release() {
        descriptor.withLock { descriptor in
            if let descriptor { close(descriptor) }
            descriptor = nil
        }
    }

    deinit { release() }
}
