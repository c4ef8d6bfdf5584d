import HTTPTypes
import Hummingbird

/// HEAD is answered as GET, refusals too, and nothing of a body is sent.
struct HeadAnswers: RouterMiddleware {
    typealias Context = DeskContext

    func handle(
        _ request: Request, context: DeskContext, next: (Request, DeskContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        return request.method == .head ? response.createHeadResponse() : response
    }
}
