import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Hears out whoever sends a whole body before listening.
///
/// A connection that is to close is not read any further once it has its answer, and such a sender would wait for ever
/// on one that nobody reads: a refusal of its token, its size or its address. So what no handler read is read here
/// first, within bounds. A connection that stays open is emptied by the server itself.
struct RestOfBody: RouterMiddleware {
    typealias Context = DeskContext

    /// As many bytes as a refused sender is listened to; who sends more is cut off.
    static let patience = 64 << 20

    func handle(
        _ request: Request, context: DeskContext, next: (Request, DeskContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        if request.isSentFirst {
            let watched = Watched(body: request.body)
            var watchedRequest = request
            watchedRequest.body = RequestBody(asyncSequence: watched)
            response = try await next(watchedRequest, context)
            if !watched.reader.hasCome { await Self.empty(request.body) }
        } else {
            response = try await next(request, context)
        }
        // The rest of what was too much is not worth a connection.
        if response.status == .contentTooLarge { response.headers[.connection] = "close" }
        return response
    }

    private static func empty(_ body: RequestBody) async {
        var count = 0
        do {
            for try await buffer in body {
                count += buffer.readableBytes
                if count > patience { return }
            }
        } catch {
            // Whoever hung up hears no answer anyway.
        }
    }

    /// A body that knows whether somebody began to read it, which can be done once only.
    private struct Watched: AsyncSequence, Sendable {
        typealias Element = ByteBuffer

        let body: RequestBody
        let reader = Reader()

        func makeAsyncIterator() -> RequestBody.AsyncIterator {
            reader.come()
            return body.makeAsyncIterator()
        }
    }

    private final class Reader: Sendable {
        private let state = Mutex(false)

        var hasCome: Bool { state.withLock { $0 } }

        func come() { state.withLock { $0 = true } }
    }
}

extension Request {
    /// Whether the sender closes the connection, and has not asked before sending either.
    var isSentFirst: Bool {
        headers[.connection] == "close" && headers[.expect] == nil
            && (headers[.contentLength].map { $0 != "0" } ?? headers.contains(.transferEncoding))
    }

    /// The whole body of at most so many bytes; `nil` when it is longer.
    func bytes(upTo limit: Int) async throws -> [UInt8]? {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { return nil }
        let end = isSentFirst ? max(limit, RestOfBody.patience) : limit
        var bytes: [UInt8] = []
        var count = 0
        for try await buffer in body {
            count += buffer.readableBytes
            if count > end { return nil }
            if count <= limit { bytes.append(contentsOf: buffer.readableBytesView) }
        }
        return count > limit ? nil : bytes
    }
}
