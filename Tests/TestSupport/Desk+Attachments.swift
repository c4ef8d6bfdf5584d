public import Cases
public import Organisations
public import Primitives
import Storage

/// Small files of every kind, as far as their beginning tells it.
public enum SampleFile {
    /// A picture of one point.
    public static let png: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1,
        8, 6, 0, 0, 0, 0x1F, 0x15, 0xC4, 0x89, 0, 0, 0, 0x0D, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0xF8, 0xCF,
        0xC0, 0xF0, 0x1F, 0, 5, 0, 1, 0xFF, 0x89, 0x99, 0x3D, 0x1D, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42,
        0x60,
        0x82,
    ]
    public static let jpeg: [UInt8] = [
        0xFF, 0xD8, 0xFF, 0xE0, 0, 0x10, 0x4A, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xD9,
    ]
    public static let text = Array("聊天记录：灯不亮，已答应换。\n".utf8)
    public static let page = Array("<!DOCTYPE html><html><script>alert(1)</script></html>".utf8)
    public static let drawing = Array(
        "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".utf8)
}

extension Desk {
    /// Takes in a file for a case.
    @discardableResult
    public func attach(
        _ bytes: [UInt8] = SampleFile.text, name: String = "聊天.txt", said: String? = nil, to matter: CaseID,
        by principal: Principal
    ) async throws -> AttachmentID {
        let file = try await attachments.receive(for: matter, by: principal) { intake in
            for start in stride(from: 0, to: bytes.count, by: 100_000) {
                try await intake.take(Array(bytes[start..<min(start + 100_000, bytes.count)]))
            }
            return try await intake.finish(name: name, said: said)
        }
        return try await attachments.add(file, to: matter, by: principal)
    }

    /// All of its bytes.
    public func bytes(of attachment: Attachment, for principal: Principal) async throws -> [UInt8] {
        let reader = try await attachments.open(attachment, for: principal)
        var bytes: [UInt8] = []
        while let piece = try await reader.next() { bytes += piece }
        return bytes
    }
}
