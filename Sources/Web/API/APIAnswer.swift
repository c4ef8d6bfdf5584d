import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// What an operation answers.
struct APIAnswer: Sendable {
    var status: HTTPResponse.Status = .ok
    var body: [UInt8]?
    var headers: HTTPFields = [:]

    static func ok(_ value: some Encodable, revision: Int? = nil) throws -> APIAnswer {
        var answer = APIAnswer(body: try APIJSON.bytes(of: value))
        answer.headers[.eTag] = revision.map { "\"\($0)\"" }
        return answer
    }

    static var empty: APIAnswer { APIAnswer(status: .noContent) }

    var response: Response {
        var headers = headers
        headers[.cacheControl] = "no-store"
        guard let body else { return Response(status: status, headers: headers) }
        headers[.contentType] = MediaType.json
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

/// A stretch of a list, and what to pass as `cursor` for the one behind it.
struct APIPage<Item: Encodable>: Encodable {
    let items: [Item]
    /// Left out at the end.
    let next: String?
}

/// The one way in which values become text.
enum APIJSON {
    static func bytes(of value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .custom { path in MemberName(path[path.count - 1].stringValue) }
        return Array(try encoder.encode(value))
    }
}

/// A property's name as the API writes it, `dueAt` as `due_at`.
private struct MemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    /// Remembered, since a page of fifty rows asks for the same dozen names fifty times.
    init(_ property: String) {
        stringValue = MemberName.known.withLock { known in
            if let name = known[property] { return name }
            let name = MemberName.snakeCase(property)
            // Names of properties are few; keys of what users sent are not.
            if known.count < 1000 { known[property] = name }
            return name
        }
    }

    private static let known = Mutex<[String: String]>([:])

    private static func snakeCase(_ property: String) -> String {
        property.reduce(into: "") { name, letter in
            if letter.isUppercase { name += "_" }
            name += letter.lowercased()
        }
    }
}
