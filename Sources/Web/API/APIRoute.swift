import HTTPTypes

/// One operation of the API, as it stands in the published document.
struct APIRoute: Sendable {
    typealias Handler = @Sendable (APIContext) async throws -> APIAnswer

    let method: HTTPRequest.Method
    /// `/cases/{id}/moves`
    let pattern: String
    /// The names of its query parameters.
    let query: [String]
    let handler: Handler
    /// Whether it answers with something else than JSON.
    let isFile: Bool
    /// Of patterns of one length that fit the same path, the one with its words further to the left has the higher.
    let rank: Int
    private let parts: [Part]

    private enum Part {
        case word(String)
        case parameter(String)
    }

    private init(
        _ method: HTTPRequest.Method, _ pattern: String, _ query: [String], _ handler: @escaping Handler,
        isFile: Bool = false
    ) {
        self.method = method
        self.pattern = pattern
        self.query = query
        self.handler = handler
        self.isFile = isFile
        parts = pattern.split(separator: "/").map { part in
            part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .word(String(part))
        }
        rank = parts.reduce(0) { rank, part in
            if case .word = part { rank * 2 + 1 } else { rank * 2 }
        }
    }

    static func get(
        _ pattern: String, query: [String] = [], isFile: Bool = false, _ handler: @escaping Handler
    ) -> APIRoute {
        APIRoute(.get, pattern, query, handler, isFile: isFile)
    }

    static func post(_ pattern: String, query: [String] = [], _ handler: @escaping Handler) -> APIRoute {
        APIRoute(.post, pattern, query, handler)
    }

    static func put(_ pattern: String, _ handler: @escaping Handler) -> APIRoute {
        APIRoute(.put, pattern, [], handler)
    }

    /// The path's parameters; `nil` when it is another path.
    func match(_ segments: [String]) -> [String: String]? {
        guard segments.count == parts.count else { return nil }
        var values: [String: String] = [:]
        for (part, segment) in zip(parts, segments) {
            switch part {
            case .word(let word):
                if word != segment { return nil }
            case .parameter(let name):
                if segment.isEmpty { return nil }
                values[name] = segment
            }
        }
        return values
    }
}
