import Cases
import HTTPTypes
import Organisations
import Policy
import Primitives
import Storage

/// Facts that the rules speak of and no workflow makes.
struct FactEndpoints {
    var routes: [APIRoute] { [.post("/facts", record)] }

    @Sendable private func record(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let event = body.text("event", 1...100)
        let subject = body.object("subject") { subject in
            (
                kind: subject.choice("kind", of: SubjectKind.self, isRequired: true),
                id: subject.identifier("id", isRequired: true) as Identifier<Event.Subject>?
            )
        }
        let fields = body.fields(isRequired: true)
        let occurredAt = body.instant("occurred_at")
        try body.check()
        let about = subject.flatMap { subject in
            subject.kind.flatMap { kind in subject.id.map { Event.Subject(kind.rawValue, $0) } }
        }
        let (facts, principal) = (context.desk.facts, context.principal)
        return try await context.act(body, status: .created) { transaction in
            let recorded = try facts.record(
                event, subject: about, input: fields, occurredAt: occurredAt, by: principal, in: transaction)
            return Receipt(id: recorded.id.description)
        }
    }
}
