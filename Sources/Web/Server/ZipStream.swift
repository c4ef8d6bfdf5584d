import CArchive
import Foundation
import Primitives

/// A zip archive that grows piece by piece and is never whole anywhere; what goes into it is stored as it is, since
/// pictures and office files are compressed already.
///
/// One task at a time writes to it.
final class ZipStream {
    /// The archive's library could not do it; the text is for the log.
    struct Fault: Error {
        let text: String
    }

    private let archive: OpaquePointer
    private var grown: [UInt8] = []

    init() throws {
        guard let archive = archive_write_new() else { throw Fault(text: "no memory for an archive") }
        self.archive = archive
        try check(archive_write_set_format_zip(archive))
        try check(archive_write_set_format_option(archive, "zip", "compression", "store"))
        // Otherwise it would wait for ten kilobytes, and fill up the last of them.
        try check(archive_write_set_bytes_per_block(archive, 0))
        try check(
            archive_write_open(
                archive, Unmanaged.passUnretained(self).toOpaque(), nil,
                { _, owner, bytes, count in
                    guard let owner, let bytes else { return -1 }
                    Unmanaged<ZipStream>.fromOpaque(owner).takeUnretainedValue().grown
                        .append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
                    return count
                }, nil))
    }

    deinit { archive_write_free(archive) }

    /// Begins a file.
    /// - Parameter size: as many bytes as will be written.
    func begin(_ path: String, size: Int, at instant: Instant) throws {
        let entry = archive_entry_new()
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, path)
        archive_entry_set_size(entry, Int64(size))
        archive_entry_set_filetype(entry, S_IFREG)
        archive_entry_set_perm(entry, 0o644)
        archive_entry_set_mtime(entry, Int(instant.milliseconds / 1000), 0)
        // The library marks names as UTF-8 where the thread's language says that they are.
        let utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
        let before = utf8.map { uselocale($0) }
        defer {
            if let before { uselocale(before) }
            if let utf8 { freelocale(utf8) }
        }
        try check(archive_write_header(archive, entry))
    }

    func write(_ bytes: [UInt8]) throws {
        guard archive_write_data(archive, bytes, bytes.count) == bytes.count else { throw fault }
    }

    func close() throws { try check(archive_write_close(archive)) }

    /// What the archive has grown by since it was last asked.
    func drain() -> [UInt8] {
        defer { grown.removeAll(keepingCapacity: true) }
        return grown
    }

    private func check(_ result: Int32) throws { if result < ARCHIVE_WARN { throw fault } }

    private var fault: Fault { Fault(text: archive_error_string(archive).map { String(cString: $0) } ?? "unknown") }
}
