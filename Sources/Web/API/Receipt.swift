import Foundation
import HTTPTypes
import Hummingbird
import Organisations
import Primitives
import Storage

/// What an act came to: few words and none of them personal, because answers to repeated requests are kept.
struct Receipt: Codable, Sendable {
    let id: String
    var reference: String?
    var state: String?
    var revision: Int?
}

extension APIContext {
    /// Acts in one transaction; a request that comes again with the same `Idempotency-Key` is answered as at first.
    /// - Parameters:
    ///   - body: as it was read; with the path it tells one request from another.
    ///   - secret: a member that must not be kept, not even as a part of a fingerprint.
    ///   - location: where what was made can be read, up to its identifier.
    func act(
        _ body: APIBody, secret: String? = nil, status: HTTPResponse.Status = .ok, location: String? = nil,
        _ work: @escaping @Sendable (any WriteTransaction) throws -> Receipt
    ) async throws -> APIAnswer {
        var (answer, receipt) = try await keep(body, secret: secret, status: status, work)
        if let location { answer.headers[.location] = "/api/v1/\(location)/\(receipt.id)" }
        if let revision = receipt.revision { answer.headers[.eTag] = "\"\(revision)\"" }
        return answer
    }

    /// The same for an act that tells something of its own; that, too, is kept, so nothing in it may be personal.
    func keep<Told: Codable & Sendable>(
        _ body: APIBody, secret: String? = nil, status: HTTPResponse.Status = .ok,
        _ work: @escaping @Sendable (any WriteTransaction) throws -> Told
    ) async throws -> (answer: APIAnswer, told: Told) {
        guard let key = try idempotencyKey() else {
            let told = try await desk.database.write(for: principal.organisation, work)
            return (APIAnswer(status: status, body: try APIJSON.bytes(of: told)), told)
        }
        var members = body.members
        if let secret { members[secret] = nil }
        let fingerprint = RequestStore.fingerprint(
            of: [
                request.method.rawValue, request.uri.path, request.headers[.ifMatch] ?? "",
                JSONValue.object(members).canonical,
            ].map { Array($0.utf8) })
        let (text, isRepeat) = try await desk.database.write(for: principal.organisation) { [principal] transaction in
            let requests = RequestStore(transaction)
            if let earlier = try requests.answer(to: key, of: principal.organisation, fingerprint: fingerprint) {
                return (earlier.text, true)
            }
            let text = String(decoding: try APIJSON.bytes(of: work(transaction)), as: UTF8.self)
            try requests.keep(
                RequestAnswer(status: status.code, text: text), to: key, of: principal.organisation,
                fingerprint: fingerprint)
            return (text, false)
        }
        let told = try JSONDecoder().decode(Told.self, from: Data(text.utf8))
        var answer = APIAnswer(status: status, body: Array(text.utf8))
        if isRepeat { answer.headers[.idempotencyReplayed] = "true" }
        return (answer, told)
    }

    /// The caller's key, made the caller's own.
    private func idempotencyKey() throws -> String? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        guard (1...200).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw APIFault.unfit([.init("Idempotency-Key", .notAKey)])
        }
        return "api/\(principal.staff)/\(key)"
    }
}

extension JSONValue {
    /// The same text for equal values.
    var canonical: String {
        switch self {
        case .null: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .fraction(let text): text
        case .text(let text): String(reflecting: text)
        case .list(let items): "[" + items.map(\.canonical).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { String(reflecting: $0.key) + ":" + $0.value.canonical }
                .joined(separator: ",") + "}"
        }
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!  // A valid name, as are those below.
    static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed")!
    static let rateLimit = HTTPField.Name("RateLimit-Limit")!
    static let rateRemaining = HTTPField.Name("RateLimit-Remaining")!
    static let rateReset = HTTPField.Name("RateLimit-Reset")!
}
