import Policy
import Primitives
public import Storage

/// Puts out the articles that acts publish.
public struct KnowledgeReaction: Reaction {
    public init() {}

    public func react(to event: Event, in transaction: any WriteTransaction, journal: Journal) throws {
        guard event.type == "article.published", case .staff(let author) = event.actor,
            let place = event.body["place"].flatMap({ Workflow.Publication.Place(rawValue: $0.text) })
        else { return }
        let id: Article.ID = transaction.identifier()
        let clause = event.body["clause"]?.text ?? ""
        try transaction.run(
            """
            INSERT INTO article (organisation, id, place, title, content, clause, author, event, published_at)
            VALUES (\(event.organisation), \(id), \(place.rawValue), \(event.body["title"]?.text ?? ""),
                \(event.body["text"]?.text ?? ""), \(clause.isEmpty ? nil : clause), \(author), \(event.id),
                \(event.recordedAt))
            ON CONFLICT (organisation, event) DO NOTHING
            """)
    }
}
