import Storage

/// How this engine spells the words of a migration, and what it adds to one.
enum PostgresSchema {
    /// `json` keeps its text as it came, which the seals need; `COLLATE "C"` sorts as SQLite does, and lets a
    /// prefix search use an index.
    private static let words = [
        "id": "uuid", "organisation": "bigint", "instant": "bigint", "integer": "bigint",
        "text": #"text COLLATE "C""#, "bytes": "bytea", "json": "json", "flag": "smallint", "strict": "",
        "clustered": "", "position": "strpos",
    ]

    /// - Throws: for a word in braces that no engine knows.
    static func spelled(_ statement: String) throws -> String {
        try Migration.spelled(statement, in: words)
    }

    /// Statements that run in the same transaction as that migration, after its own.
    static func additions(to migration: String) -> [String] { additions[migration] ?? [] }

    private static let additions = [
        "0001-installation": [
            // Refuses on the server, so that a commit sent in the same breath is passed over.
            """
            CREATE FUNCTION must_change(changed bigint, wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                IF changed <> wanted THEN
                    RAISE EXCEPTION 'changed % rows instead of %', changed, wanted USING ERRCODE = 'CH409';
                END IF;
            END $$
            """
        ],
        "0002-journal": [
            """
            CREATE FUNCTION event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
            """,
            """
            CREATE FUNCTION event_is_sealed_once() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'an event is sealed once'; END $$
            """,
            """
            CREATE TRIGGER event_keeps_rows BEFORE DELETE ON event
            FOR EACH ROW EXECUTE FUNCTION event_is_kept()
            """,
            """
            CREATE TRIGGER event_keeps_all BEFORE TRUNCATE ON event
            FOR EACH STATEMENT EXECUTE FUNCTION event_is_kept()
            """,
            """
            CREATE TRIGGER event_keeps_content BEFORE UPDATE OF
                organisation, id, type, schema_version, subject_kind, subject, matter, unit, actor, program,
                occurred_at, recorded_at, cause, charter_version, nature, body, secret ON event
            FOR EACH ROW EXECUTE FUNCTION event_is_kept()
            """,
            """
            CREATE TRIGGER event_keeps_seal BEFORE UPDATE OF number, seal ON event FOR EACH ROW
            WHEN (OLD.number IS NOT NULL OR OLD.seal IS NOT NULL OR NEW.number IS NULL OR NEW.seal IS NULL)
            EXECUTE FUNCTION event_is_sealed_once()
            """,
            """
            CREATE VIEW event_shown AS
            SELECT organisation, number, id, type, subject_kind, subject, matter, unit, actor, program,
                to_timestamp(occurred_at / 1000.0) AS occurred_at, to_timestamp(recorded_at / 1000.0) AS recorded_at,
                cause, charter_version, nature, body::jsonb AS body
            FROM event
            """,
        ],
        "0005-obligation": [
            """
            CREATE VIEW obligation_shown AS
            SELECT organisation, id, clause, charter_version, subject_kind, subject, period, reference, customer,
                matter, unit, post, holder, state, is_late <> 0 AS is_late,
                to_timestamp(opened_at / 1000.0) AS opened_at, to_timestamp(due_at / 1000.0) AS due_at,
                to_timestamp(closed_at / 1000.0) AS closed_at, escalated_to
            FROM obligation
            """
        ],
        "0012-holder-load-change": [
            // Of two acts that add and take away, the later may be written in first.
            "ALTER TABLE holder_load DROP CONSTRAINT holder_load_open_count_check"
        ],
        "0006-matter": [
            """
            CREATE VIEW matter_shown AS
            SELECT organisation, id, reference, workflow, charter_version, state, summary, subject_kind, subject,
                unit, opened_by, to_timestamp(opened_at / 1000.0) AS opened_at,
                to_timestamp(touched_at / 1000.0) AS touched_at, to_timestamp(closed_at / 1000.0) AS closed_at
            FROM matter
            """,
            """
            CREATE VIEW matter_step_shown AS
            SELECT organisation, matter, ordinal, move, from_state, to_state, event, actor,
                to_timestamp(acted_at / 1000.0) AS acted_at, form, fields::jsonb AS fields
            FROM matter_step
            """,
        ],
    ]
}
