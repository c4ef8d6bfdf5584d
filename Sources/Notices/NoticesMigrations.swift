public import Storage

public enum NoticesMigrations {
    public static let all: [Migration] = [
        Migration(
            "0007-notice",
            [
                """
                CREATE TABLE notice (
                    organisation {organisation} NOT NULL,
                    id {id} NOT NULL,
                    staff {id} NOT NULL,
                    clause {text} NOT NULL,
                    kind {text} NOT NULL CHECK (kind IN ('event', 'escalation')),
                    event {id} NOT NULL,
                    event_type {text} NOT NULL,
                    reference {text},
                    matter {id},
                    customer {id},
                    obligation {id},
                    created_at {instant} NOT NULL,
                    read_at {instant},
                    PRIMARY KEY (organisation, id),
                    UNIQUE (organisation, staff, clause, event)
                ) {strict}
                """,
                "CREATE INDEX notice_staff ON notice (organisation, staff, id)",
                "CREATE INDEX notice_unread ON notice (organisation, staff) WHERE read_at IS NULL",
            ])
    ]
}
