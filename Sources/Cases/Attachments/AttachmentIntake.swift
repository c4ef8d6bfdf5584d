import Crypto
public import Policy
public import Primitives
import Storage

/// A file that comes in: its bytes go to where they are kept as they come, and are weighed on the way.
public struct AttachmentIntake {
    private let receiver: any AttachmentReceiver
    private let limit: Int
    private var sniffer = FileSniffer()
    private var hash = SHA256()

    init(_ receiver: any AttachmentReceiver, limit: Int) {
        self.receiver = receiver
        self.limit = limit
    }

    /// - Throws: `AttachmentRefusal.tooLarge` as soon as it is.
    public mutating func take(_ bytes: [UInt8]) async throws {
        guard sniffer.size + bytes.count <= limit else { throw AttachmentRefusal.tooLarge(limit: limit) }
        sniffer.take(bytes)
        hash.update(data: bytes)
        try await receiver.take(bytes)
    }

    /// Weighs it, and makes it durable.
    /// - Parameters:
    ///   - name: from outside.
    ///   - said: the media type from outside.
    /// - Throws: `AttachmentRefusal` for what is not taken.
    public mutating func finish(name: String, said: String?) async throws -> ReceivedFile {
        let clean = FileName.cleaned(name)
        let kind = try sniffer.kind(name: clean ?? "", said: said)
        try await receiver.finish()
        return ReceivedFile(
            content: receiver.content, name: clean ?? "attachment." + (kind.endings.first ?? "bin"), kind: kind,
            size: sniffer.size, sha256: Array(hash.finalize()))
    }
}

/// A file that was received and belongs to no case yet.
public struct ReceivedFile: Sendable {
    public let content: ContentID
    public let name: String
    public let kind: FileKind
    public let size: Int
    public let sha256: [UInt8]
}

/// What an installation takes.
public struct AttachmentLimits: Sendable {
    /// Bytes of one file.
    public let largest: Int
    /// Files of one case.
    public let most: Int

    public static let megabyte = 1 << 20

    public init(largest: Int = 20 * AttachmentLimits.megabyte, most: Int = 200) {
        self.largest = largest
        self.most = most
    }
}
