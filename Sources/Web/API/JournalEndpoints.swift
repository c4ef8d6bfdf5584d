import Organisations
import Policy
import Primitives
import Storage

/// The company's journal in the order of its numbers, for programs that follow it.
struct JournalEndpoints {
    var routes: [APIRoute] { [.get("/events", query: ["after", "limit"], list)] }

    @Sendable private func list(_ context: APIContext) async throws -> APIAnswer {
        var query = context.query
        let after = query.number("after", 0...(1 << 53 - 1), default: 0)
        let limit = query.limit()
        try query.check()
        let principal = context.principal
        // It tells of everything in the whole company, so whoever reads it must be let see all of that.
        for action in [Action.readCustomers, .readCases, .readObligations, .readPeople, .readCharter]
        where principal.may[action] != .all { throw Denial(action: action, post: principal.post, wanted: .all) }
        let (events, head) = try await context.desk.database.read(for: principal.organisation) { transaction in
            let reader = JournalReader(transaction)
            return (
                try reader.events(of: principal.organisation, after: after, limit: limit),
                try reader.head(of: principal.organisation)?.number ?? 0
            )
        }
        let charters = try await context.charters(events.compactMap(\.event.charterVersion))
        return try .ok(
            Page(
                items: events.map { sealed in
                    NumberedJSON(
                        number: sealed.number,
                        event: EventJSON(
                            sealed.event, charter: sealed.event.charterVersion.flatMap { charters[$0] },
                            context: context))
                }, next: events.last?.number ?? after, head: head))
    }

    private struct Page: Encodable {
        let items: [NumberedJSON]
        /// To be passed as `after`; it stays when nothing new happened.
        let next: Int64
        /// The last number there is.
        let head: Int64
    }
}

struct NumberedJSON: Encodable {
    let number: Int64
    let event: EventJSON

    private struct More: Encodable {
        let number: Int64
    }

    func encode(to encoder: any Encoder) throws {
        try event.encode(to: encoder)
        try More(number: number).encode(to: encoder)
    }
}
