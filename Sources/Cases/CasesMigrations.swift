public import Storage

public enum CasesMigrations {
    public static let all: [Migration] = [
        Migration(
            "0006-matter",
            [
                """
                CREATE TABLE matter (
                    organisation {organisation} NOT NULL,
                    id {id} NOT NULL,
                    reference {text} NOT NULL,
                    workflow {text} NOT NULL,
                    charter_version {integer} NOT NULL,
                    state {text} NOT NULL,
                    summary {text} NOT NULL,
                    subject_kind {text} NOT NULL,
                    subject {id} NOT NULL,
                    unit {id} NOT NULL,
                    opened_by {id} NOT NULL,
                    opened_at {instant} NOT NULL,
                    touched_at {instant} NOT NULL,
                    closed_at {instant},
                    revision {integer} NOT NULL DEFAULT 1,
                    PRIMARY KEY (organisation, id),
                    UNIQUE (organisation, reference)
                ) {strict}
                """,
                "CREATE INDEX matter_current ON matter (organisation, closed_at, id)",
                "CREATE INDEX matter_unit_current ON matter (organisation, unit, closed_at, id)",
                "CREATE INDEX matter_unit ON matter (organisation, unit, id)",
                "CREATE INDEX matter_opener ON matter (organisation, opened_by, id)",
                "CREATE INDEX matter_subject ON matter (organisation, subject_kind, subject, id)",
                """
                CREATE TABLE matter_step (
                    organisation {organisation} NOT NULL,
                    matter {id} NOT NULL,
                    ordinal {integer} NOT NULL,
                    move {text},
                    from_state {text},
                    to_state {text} NOT NULL,
                    event {id} NOT NULL,
                    actor {id} NOT NULL,
                    acted_at {instant} NOT NULL,
                    form {text},
                    fields {json} NOT NULL,
                    PRIMARY KEY (organisation, matter, ordinal),
                    FOREIGN KEY (organisation, matter) REFERENCES matter (organisation, id)
                ) {strict}
                """,
            ]),
        Migration(
            "0016-signature-and-link",
            [
                "ALTER TABLE matter_step ADD COLUMN signed {bytes}",
                """
                CREATE TABLE matter_link (
                    organisation {organisation} NOT NULL,
                    earlier {id} NOT NULL,
                    later {id} NOT NULL,
                    PRIMARY KEY (organisation, earlier, later),
                    FOREIGN KEY (organisation, earlier) REFERENCES matter (organisation, id),
                    FOREIGN KEY (organisation, later) REFERENCES matter (organisation, id)
                ) {strict}
                """,
                "CREATE INDEX matter_link_later ON matter_link (organisation, later, earlier)",
                "CREATE INDEX matter_opened ON matter (organisation, workflow, opened_at)",
            ]),
        Migration(
            "0019-attachment",
            [
                """
                CREATE TABLE attachment (
                    organisation {organisation} NOT NULL,
                    id {id} NOT NULL,
                    matter {id} NOT NULL,
                    name {text} NOT NULL,
                    media_type {text} NOT NULL,
                    size {integer} NOT NULL CHECK (size > 0),
                    sha256 {bytes} NOT NULL,
                    content {id} NOT NULL,
                    added_by {id} NOT NULL,
                    added_at {instant} NOT NULL,
                    event {id} NOT NULL,
                    withdrawn_by {id},
                    withdrawn_at {instant},
                    withdrawn_why {text},
                    PRIMARY KEY (organisation, id),
                    UNIQUE (content, organisation),
                    FOREIGN KEY (organisation, matter) REFERENCES matter (organisation, id)
                ) {strict}
                """,
                "CREATE INDEX attachment_matter ON attachment (organisation, matter, id)",
            ]),
    ]
}
