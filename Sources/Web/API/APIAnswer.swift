import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What an operation answers.
struct APIAnswer: Sendable {
    var status: HTTPResponse.Status = .ok
    var body: [UInt8]?
    var headers: HTTPFields = [:]
    /// A file, in place of all that.
    private var file: Response?

    init(status: HTTPResponse.Status = .ok, body: [UInt8]? = nil) {
        self.status = status
        self.body = body
    }

    init(file: Response) {
        self.file = file
    }

    static func ok(_ value: some Encodable, revision: Int? = nil) throws -> APIAnswer {
        var answer = APIAnswer(body: try APIJSON.bytes(of: value))
        answer.headers[.eTag] = revision.map { "\"\($0)\"" }
        return answer
    }

    static var empty: APIAnswer { APIAnswer(status: .noContent) }

    var response: Response {
        if let file { return file }
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
///
/// Members are named by `CodingKeys`: a strategy for keys would be asked for every member of every row.
enum APIJSON {
    static func bytes(of value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}
