import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// `multipart/form-data` (RFC 7578), read part by part and piece by piece as it comes.
struct Multipart {
    /// What stands above a part's content.
    struct Part: Equatable {
        let name: String
        /// Only of a file.
        let fileName: String?
        let type: String?
    }

    /// It is not what its content type says.
    struct Malformed: Error {}

    static let longestHeader = 8192
    static let longestField = 65_536

    private var chunks: RequestBody.AsyncIterator
    /// A line's end and the boundary: where a part's content ends.
    private let delimiter: [UInt8]
    private var buffer = Array("\r\n".utf8)
    private var start = 0
    private var isWithin = true
    private var hasEnded = false

    /// `nil` for another type, or without a boundary of 1 to 70 characters.
    init?(_ request: Request) {
        guard let boundary = Self.boundary(of: request.headers[.contentType]) else { return nil }
        chunks = request.body.makeAsyncIterator()
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    static func isType(_ header: String?) -> Bool {
        header?.lowercased().hasPrefix("multipart/form-data") ?? false
    }

    private static func boundary(of header: String?) -> String? {
        guard let header, isType(header), let value = parameters(of: header)["boundary"],
            (1...70).contains(value.utf8.count)
        else { return nil }
        return value
    }

    /// The next part; what is left of the one before is passed over. `nil` at the end.
    mutating func nextPart() async throws -> Part? {
        if hasEnded { return nil }
        // The first delimiter ends what stands before the first part.
        while try await nextPiece() != nil {}
        while buffer.count - start < 2 { try await fill() }
        if buffer[start..<(start + 2)].elementsEqual("--".utf8) {
            hasEnded = true
            return nil
        }
        var end = find(Array("\r\n\r\n".utf8))
        while end == nil {
            guard buffer.count - start <= Self.longestHeader else { throw Malformed() }
            try await fill()
            end = find(Array("\r\n\r\n".utf8))
        }
        guard let end else { throw Malformed() }
        let lines = String(decoding: buffer[start..<end], as: UTF8.self).split(whereSeparator: \.isNewline)
        start = end + 4
        isWithin = true
        var headers: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description }
        }
        let disposition = headers["content-disposition"] ?? ""
        let parameters = Self.parameters(of: disposition)
        guard disposition.lowercased().hasPrefix("form-data"), let name = parameters["name"] else { throw Malformed() }
        return Part(name: name, fileName: parameters["filename"], type: headers["content-type"])
    }

    /// The next piece of the part at hand; `nil` at its end.
    mutating func nextPiece() async throws -> [UInt8]? {
        guard isWithin else { return nil }
        while true {
            if let end = find(delimiter) {
                let piece = Array(buffer[start..<end])
                start = end + delimiter.count
                isWithin = false
                return piece.isEmpty ? nil : piece
            }
            // Its last bytes may be the beginning of the delimiter.
            let safe = buffer.count - (delimiter.count - 1)
            if safe > start {
                defer { start = safe }
                return Array(buffer[start..<safe])
            }
            try await fill()
        }
    }

    /// The whole content of a field that is no file.
    mutating func text() async throws -> String {
        var bytes: [UInt8] = []
        while let piece = try await nextPiece() {
            bytes += piece
            if bytes.count > Self.longestField { throw RequestFault.tooLarge(limit: Self.longestField) }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw RequestFault.notUTF8 }
        return text
    }

    /// Hears out whoever sends everything before listening, within bounds.
    mutating func passOver(upTo limit: Int) async {
        var count = 0
        while count < limit, let chunk = try? await chunks.next() { count += chunk.readableBytes }
    }

    private mutating func fill() async throws {
        guard let chunk = try await chunks.next() else { throw Malformed() }
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: chunk.readableBytesView)
    }

    private func find(_ pattern: [UInt8]) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var place = start
            // The last place where it could begin.
            let end = bytes.count - pattern.count
            while place <= end, let found = memchr(base + place, Int32(pattern[0]), end - place + 1) {
                let offset = UnsafeRawPointer(found) - base
                if memcmp(found, pattern, pattern.count) == 0 { return offset }
                place = offset + 1
            }
            return nil
        }
    }

    /// `form-data; name="a"; filename="b.jpg"` → the parameters; `filename*` of RFC 5987 goes before the plain one.
    static func parameters(of header: String) -> [String: String] {
        var found: [String: String] = [:]
        var rest = header[...]
        while let semicolon = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
            guard let equals = rest.firstIndex(of: "=") else { break }
            let name = rest[..<equals].lowercased()
            rest = rest[rest.index(after: equals)...]
            var value = ""
            if rest.first == "\"" {
                rest = rest.dropFirst()
                while let character = rest.first, character != "\"" {
                    rest = rest.dropFirst()
                    // Only a quotation mark is escaped: browsers leave backslashes as they are.
                    if character == "\\", rest.first == "\"" {
                        value.append("\"")
                        rest = rest.dropFirst()
                    } else {
                        value.append(character)
                    }
                }
                value = value.replacing("%22", with: "\"")
            } else {
                value = String(rest.prefix { $0 != ";" && $0 != " " })
                rest = rest.dropFirst(value.count)
            }
            if name.hasSuffix("*") {
                let parts = value.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
                if parts.count == 3, let text = PercentCode.text(parts[2].utf8) {
                    found[String(name.dropLast())] = text
                }
            } else if found[name] == nil {
                found[name] = value
            }
        }
        return found
    }
}
