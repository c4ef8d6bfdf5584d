import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The style sheets, scripts and icons, held in memory with their hashes.
public struct Assets: Sendable {
    private let files: [String: File]
    /// Changes with any file, so that browsers may keep what they have for ever.
    public let version: String

    private struct File: Sendable {
        let body: ByteBuffer
        let type: String
        let tag: String
    }

    /// The folder is not there.
    public struct Missing: Error {
        public let folder: String
    }

    /// - Parameter folders: name under `/assets/` → folder; `""` for the top.
    /// - Throws: `Missing` naming the folder that is not there.
    public init(folders: [(prefix: String, path: String)]) throws {
        var files: [String: File] = [:]
        var all = SHA256()
        for (prefix, folder) in folders {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder).sorted() else {
                throw Missing(folder: folder)
            }
            for name in names {
                guard let type = Assets.types[URL(fileURLWithPath: name).pathExtension],
                    let data = FileManager.default.contents(atPath: folder + "/" + name)
                else { continue }
                all.update(data: data)
                let tag = SHA256.hash(data: data).prefix(8).map {
                    String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
                }
                files[prefix + name] = File(
                    body: ByteBuffer(bytes: data), type: type, tag: "\"" + tag.joined() + "\"")
            }
        }
        self.files = files
        version = all.finalize().prefix(5).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "woff2": "font/woff2", "txt": "text/plain; charset=utf-8",
    ]

    /// A file's bytes, for where it goes along with something else; empty where there is none.
    func bytes(_ name: String) -> [UInt8] { files[name].map { Array($0.body.readableBytesView) } ?? [] }

    func answer(_ request: Request) throws -> Response {
        let path = String(request.uri.path.dropFirst("/assets/".count))
        guard let file = files[path] else { throw HTTPError(.notFound) }
        var headers: HTTPFields = [
            .contentType: file.type, .eTag: file.tag,
            .cacheControl: request.uri.queryParameters["v"] == nil
                ? "public, max-age=300" : "public, max-age=31536000, immutable",
        ]
        if request.headers[.ifNoneMatch] == file.tag { return Response(status: .notModified, headers: headers) }
        headers[.contentLength] = String(file.body.readableBytes)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.body))
    }
}
