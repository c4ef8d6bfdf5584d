import Dispatch
import Foundation
public import Primitives
public import Storage

/// Files beside a database in a file, named by nothing but what the program drew.
///
/// A file grows under `incoming`, is synced, gets its name in one of 256 shelves, and the shelf is synced too; only then
/// may a row refer to it.
public struct AttachmentFolder: AttachmentStore {
    public let path: String

    public init(_ path: String) {
        self.path = path
    }

    /// - Parameter database: the path of its file.
    public init(beside database: String) {
        path = URL(fileURLWithPath: database).deletingLastPathComponent().path + "/attachments"
    }

    public func receiver(
        of content: ContentID, for organisation: OrganisationID
    ) async throws -> any AttachmentReceiver {
        try makeFolder(path)
        try makeFolder(incoming)
        return try Receiver(content, growing: incoming + "/\(content)", shelf: shelf(of: content))
    }

    public func open(_ content: ContentID, of organisation: OrganisationID) async throws -> any AttachmentReader {
        try Reader(shelf(of: content) + "/\(content)", content)
    }

    public func remove(_ content: ContentID, of organisation: OrganisationID) async throws {
        for file in ["\(incoming)/\(content)", "\(shelf(of: content))/\(content)"] where unlink(file) != 0 {
            if errno != ENOENT { throw fault(file) }
        }
    }

    public func sweep(_ isKept: @Sendable ([ContentID]) async throws -> Set<ContentID>) async throws -> Int {
        var removed = 0
        for name in Self.names(in: incoming) where unlink(incoming + "/" + name) == 0 { removed += 1 }
        for shelf in Self.names(in: path) where shelf.utf8.count == 2 {
            // A name that is none of ours is somebody else's file.
            let contents = Self.names(in: path + "/" + shelf).compactMap { ContentID($0) }
            if contents.isEmpty { continue }
            let kept = try await isKept(contents)
            for content in contents where !kept.contains(content) {
                if unlink("\(path)/\(shelf)/\(content)") == 0 { removed += 1 }
            }
        }
        return removed
    }

    /// Removes the folder with all that is in it: of a database that did not come to be.
    public func discard() { try? FileManager.default.removeItem(atPath: path) }

    private var incoming: String { path + "/incoming" }

    private func shelf(of content: ContentID) -> String { path + "/" + content.description.suffix(2) }

    private static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    private final class Receiver: AttachmentReceiver {
        let content: ContentID
        private let growing: String
        private let shelf: String
        private var handle: Int32

        init(_ content: ContentID, growing: String, shelf: String) throws {
            self.content = content
            self.growing = growing
            self.shelf = shelf
            handle = Foundation.open(growing, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            if handle < 0 { throw fault(growing) }
        }

        deinit {
            guard handle >= 0 else { return }
            close(handle)
            unlink(growing)
        }

        func take(_ bytes: [UInt8]) async throws {
            try bytes.withUnsafeBytes { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let count = write(handle, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { throw fault(growing) }
                }
            }
        }

        func finish() async throws {
            let (handle, growing, shelf, content) = (handle, growing, shelf, content)
            // The disk takes its time, and none of the few threads that run tasks may wait for it.
            try await onOwnThread {
                if fsync(handle) != 0 { throw fault(growing) }
                try makeFolder(shelf)
                if rename(growing, "\(shelf)/\(content)") != 0 { throw fault(shelf) }
                try synchronize(shelf)
            }
            close(handle)
            self.handle = -1
        }
    }

    private final class Reader: AttachmentReader {
        private let handle: Int32
        private let path: String

        init(_ path: String, _ content: ContentID) throws {
            self.path = path
            handle = Foundation.open(path, O_RDONLY | O_CLOEXEC)
            guard handle >= 0 else {
                throw errno == ENOENT ? StorageError.notFound("attachment content \(content)") : fault(path)
            }
        }

        deinit { close(handle) }

        func next() async throws -> [UInt8]? {
            let piece = try [UInt8](unsafeUninitializedCapacity: attachmentPiece) { buffer, count in
                while true {
                    let length = read(handle, buffer.baseAddress, buffer.count)
                    if length >= 0 {
                        count = length
                        return
                    }
                    if errno != EINTR { throw fault(path) }
                }
            }
            return piece.isEmpty ? nil : piece
        }
    }
}

private func makeFolder(_ path: String) throws {
    if mkdir(path, 0o700) == 0 {
        try synchronize(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    } else if errno != EEXIST {
        throw fault(path)
    }
}

private func synchronize(_ folder: String) throws {
    let handle = Foundation.open(folder, O_RDONLY)
    guard handle >= 0 else { throw fault(folder) }
    defer { close(handle) }
    if fsync(handle) != 0 { throw fault(folder) }
}

/// What the last call of the system failed with.
private func fault(_ path: String) -> StorageError {
    switch errno {
    case ENOSPC, EDQUOT: .diskFull
    case EROFS: .file(.readOnly, path: path)
    case EIO: .engine("\(path) cannot be read or written (EIO)")
    default: .file(.cannotOpen, path: path)
    }
}
