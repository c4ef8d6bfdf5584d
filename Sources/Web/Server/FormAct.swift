import Hummingbird
import Organisations
import Primitives
import Storage

extension Desk {
    /// Does what a form asks for, once: the same form sent again leads to where it led at first.
    ///
    /// A form without a key is done each time. What a form refused with faults kept nothing, so it may be mended and
    /// sent again.
    /// - Parameters:
    ///   - apart: run first, where it is to be done apart from all acts; it must keep others who do the same waiting,
    ///     so that the form's key is found if one of them had it.
    ///   - work: the act; its answer is where to go then, and is kept, so nothing personal belongs in it.
    /// - Throws: `IdempotencyConflict` for a form that was sent before and says something else now.
    func act(
        _ form: FormBody, _ request: Request, _ context: StaffContext,
        apart hold: (@Sendable (any WriteTransaction) throws -> Void)? = nil,
        _ work: @escaping @Sendable (any WriteTransaction) throws -> String
    ) async throws -> Response {
        let principal = context.principal
        let act: @Sendable (any WriteTransaction) throws -> String
        if let key = form.key {
            // The forms of one page share a key, and their addresses part them.
            let name = "page/\(principal.staff)/\(key)\(request.uri.path)"
            let fingerprint = form.fingerprint
            act = { transaction in
                try RequestStore(transaction).once(name, of: principal.organisation, fingerprint: fingerprint) {
                    RequestAnswer(status: 303, text: try work(transaction))
                }.text
            }
        } else {
            act = work
        }
        guard let hold else { return .redirect(to: try await database.write(for: principal.organisation, act)) }
        let place = try await database.writeApart(.company(principal.organisation)) { transaction in
            try hold(transaction)
            return try act(transaction)
        }
        return .redirect(to: place)
    }
}

/// A page with forms, as it was sent once to one reader.
enum FormPage {
    typealias Key = Identifier<FormPage>

    static func key() -> Key { Key(high: .random(in: 0...UInt64.max), low: .random(in: 0...UInt64.max)) }
}

extension FormBody {
    /// The key of the page that the form came from.
    fileprivate var key: FormPage.Key? { self["idempotency_key"].flatMap { FormPage.Key($0) } }

    /// Tells what was entered from anything else that could have been; of a password not even a trace is kept.
    fileprivate var fingerprint: [UInt8] {
        let own = fields.filter { !["form_token", "idempotency_key", "password"].contains($0.key) }
        return RequestStore.fingerprint(
            of: own.sorted { $0.key < $1.key }.flatMap { [Array($0.key.utf8), Array($0.value.utf8)] })
    }
}
