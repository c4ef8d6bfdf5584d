public import Storage

public enum KnowledgeMigrations {
    public static let all: [Migration] = [
        Migration(
            "0018-article",
            [
                """
                CREATE TABLE article (
                    organisation {organisation} NOT NULL,
                    id {id} NOT NULL,
                    place {text} NOT NULL CHECK (place IN ('board', 'knowledge')),
                    title {text} NOT NULL,
                    content {text} NOT NULL,
                    clause {text},
                    author {id} NOT NULL,
                    event {id} NOT NULL,
                    published_at {instant} NOT NULL,
                    PRIMARY KEY (organisation, id),
                    UNIQUE (organisation, event)
                ) {strict}
                """,
                "CREATE INDEX article_place ON article (organisation, place, id)",
            ])
    ]
}
