import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension KeyRing {
    /// Reads the key file, or makes one that only its owner can read.
    /// - Parameter isNew: whether the database that the keys are for is new; one that was filled under other keys
    ///   must never get fresh ones.
    /// - Throws: `.missing` when there is no file and none may be made.
    public static func load(file path: String, isNew: Bool) throws(KeyRingError) -> KeyRing {
        if access(path, F_OK) != 0 {
            guard isNew else { throw .missing(path: path) }
            try create(file: path, .random())
        }
        return try read(file: path)
    }

    /// Reads an existing key file.
    /// - Throws: `.exposed` when group or others may read it.
    public static func read(file path: String) throws(KeyRingError) -> KeyRing {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { throw .file(path: path, error: errno) }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0 else { throw .file(path: path, error: errno) }
        guard facts.st_mode & 0o077 == 0 else { throw .exposed(path: path) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var filled = 0
        while filled < bytes.count {
            let count = bytes[filled...].withUnsafeMutableBytes { systemRead(file, $0) }
            if count < 0 { throw .file(path: path, error: errno) }
            if count == 0 { break }
            filled += count
        }
        return try KeyRing(text: String(decoding: bytes[..<filled], as: UTF8.self))
    }

    /// Writes a new key file, whole or not at all; one that another process made first is left as it is.
    public static func create(file path: String, _ keys: KeyRing) throws(KeyRingError) {
        let draft = path + ".\(getpid()).new"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard file >= 0 else { throw .file(path: draft, error: errno) }
        defer { unlink(draft) }
        let bytes = Array(keys.text.utf8)
        let written = bytes.withUnsafeBytes { systemWrite(file, $0) }
        let isStored = written == bytes.count && fsync(file) == 0
        let failure = errno
        close(file)
        guard isStored else { throw .file(path: draft, error: failure) }
        guard link(draft, path) == 0 || errno == EEXIST else { throw .file(path: path, error: errno) }
    }
}

private func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(file, buffer.baseAddress, buffer.count)
}

private func systemWrite(_ file: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
    write(file, buffer.baseAddress, buffer.count)
}
