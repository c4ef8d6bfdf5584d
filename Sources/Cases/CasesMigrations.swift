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
            "0021-portal",
            [
                // What a customer did by himself; `actor` is then in whose place.
                "ALTER TABLE matter_step ADD COLUMN via {text}",
                """
                CREATE TABLE matter_word (
                    organisation {organisation} NOT NULL,
                    matter {id} NOT NULL,
                    event {id} NOT NULL,
                    is_satisfied {flag},
                    words {text} NOT NULL,
                    said_at {instant} NOT NULL,
                    PRIMARY KEY (organisation, matter, event),
                    FOREIGN KEY (organisation, matter) REFERENCES matter (organisation, id)
                ) {strict}
                """,
                // Of the token only a hash is kept: whoever reads the database cannot sign.
                """
                CREATE TABLE signing_link (
                    organisation {organisation} NOT NULL,
                    token_hash {bytes} NOT NULL,
                    matter {id} NOT NULL,
                    move {text} NOT NULL,
                    content {bytes} NOT NULL,
                    made_by {id} NOT NULL,
                    made_at {instant} NOT NULL,
                    expires_at {instant} NOT NULL,
                    used_at {instant},
                    refusals {integer} NOT NULL DEFAULT 0,
                    PRIMARY KEY (organisation, token_hash),
                    FOREIGN KEY (organisation, matter) REFERENCES matter (organisation, id)
                ) {strict}
                """,
                "CREATE INDEX signing_link_matter ON signing_link (organisation, matter, made_at)",
                // Of an address only the half that names nobody.
                """
                CREATE TABLE visitor_stop (
                    organisation {organisation} NOT NULL,
                    hour {instant} NOT NULL,
                    reason {text} NOT NULL,
                    address {text} NOT NULL,
                    times {integer} NOT NULL,
                    last_at {instant} NOT NULL,
                    PRIMARY KEY (organisation, hour, reason, address)
                ) {strict}
                """,
            ]),
    ]
}
