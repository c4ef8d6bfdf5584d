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
        Migration(
            "0020-case-list",
            [
                "ALTER TABLE matter ADD COLUMN repeats {integer} NOT NULL DEFAULT 0",
                "ALTER TABLE matter ADD COLUMN is_repeated {flag} NOT NULL DEFAULT 0",
                """
                UPDATE matter SET repeats = (
                    SELECT count(*) FROM matter AS earlier
                    WHERE earlier.organisation = matter.organisation AND earlier.subject_kind = matter.subject_kind
                      AND earlier.subject = matter.subject AND earlier.workflow = matter.workflow
                      AND earlier.id < matter.id)
                WHERE subject_kind = 'customer'
                """,
                "UPDATE matter SET is_repeated = 1 WHERE repeats > 0",
                "ALTER TABLE matter ADD COLUMN merged_into {id}",
                "ALTER TABLE matter ADD COLUMN merged_at {instant}",
                "ALTER TABLE matter ADD COLUMN paused_at {instant}",
                "ALTER TABLE matter ADD COLUMN cause {text}",
                """
                CREATE INDEX matter_cause ON matter (organisation, workflow, cause, opened_at)
                WHERE cause IS NOT NULL
                """,
                "CREATE INDEX matter_merged ON matter (organisation, merged_into, id) WHERE merged_into IS NOT NULL",
                "CREATE INDEX matter_workflow ON matter (organisation, workflow, id)",
                "CREATE INDEX matter_state ON matter (organisation, workflow, state, id)",
                "CREATE INDEX matter_unit_state ON matter (organisation, unit, workflow, state, id)",
                // The last condition holds for every case, and is said by the list in this order alone: any other
                // would rather take this index, and sort, than walk one in its own order.
                """
                CREATE INDEX matter_current_state ON matter (organisation, closed_at, workflow, state, id)
                WHERE closed_at IS NULL AND revision > 0
                """,
                "CREATE INDEX matter_filed ON matter (organisation, opened_at, id)",
                """
                CREATE INDEX matter_repeated ON matter (organisation, is_repeated, id) WHERE is_repeated = 1
                """,
                """
                CREATE TABLE case_view (
                    organisation {organisation} NOT NULL,
                    id {id} NOT NULL,
                    owner {id} NOT NULL,
                    unit {id},
                    title {text} NOT NULL CHECK (length(title) BETWEEN 1 AND 60),
                    filter {text} NOT NULL,
                    created_at {instant} NOT NULL,
                    revision {integer} NOT NULL DEFAULT 1,
                    PRIMARY KEY (organisation, id),
                    UNIQUE (organisation, owner, title)
                ) {strict}
                """,
                "CREATE INDEX case_view_unit ON case_view (organisation, unit, id) WHERE unit IS NOT NULL",
                """
                CREATE TABLE bulk_run (
                    organisation {organisation} NOT NULL,
                    id {id} NOT NULL,
                    actor {id} NOT NULL,
                    workflow {text},
                    move {text},
                    chosen {integer} NOT NULL,
                    asked_at {instant} NOT NULL,
                    PRIMARY KEY (organisation, id)
                ) {strict}
                """,
                """
                CREATE TABLE bulk_result (
                    organisation {organisation} NOT NULL,
                    run {id} NOT NULL,
                    position_in_run {integer} NOT NULL,
                    matter {id} NOT NULL,
                    code {text},
                    words {text},
                    PRIMARY KEY (organisation, run, position_in_run),
                    FOREIGN KEY (organisation, run) REFERENCES bulk_run (organisation, id),
                    CHECK ((code IS NULL) = (words IS NULL))
                ) {strict}
                """,
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
        Migration(
            "0023-case-import",
            [
                // The rows that were taken, by what they said.
                """
                CREATE TABLE case_import (
                    organisation {organisation} NOT NULL,
                    fingerprint {bytes} NOT NULL,
                    matter {id} NOT NULL,
                    imported_at {instant} NOT NULL,
                    PRIMARY KEY (organisation, fingerprint),
                    FOREIGN KEY (organisation, matter) REFERENCES matter (organisation, id)
                ) {strict}
                """
            ]),
        Migration("0024-photos", ["ALTER TABLE attachment ADD COLUMN via {text}"]),
        // With the workflow in it: how often a customer came before is counted as each case is opened, and need not be
        // read from each of those cases.
        Migration(
            "0030-cases-of-subject",
            [
                "DROP INDEX matter_subject",
                "CREATE INDEX matter_subject ON matter (organisation, subject_kind, subject, id, workflow)",
            ]),
    ]
}
