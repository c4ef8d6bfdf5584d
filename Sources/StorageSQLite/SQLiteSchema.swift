import Storage

/// How this engine spells the words of a migration, and what it adds to one.
enum SQLiteSchema {
    private static let words = [
        "id": "BLOB", "organisation": "INTEGER", "instant": "INTEGER", "integer": "INTEGER", "text": "TEXT",
        "bytes": "BLOB", "json": "TEXT", "flag": "INTEGER", "strict": "STRICT", "clustered": "STRICT, WITHOUT ROWID",
        "position": "instr",
    ]

    /// - Throws: for a word in braces that no engine knows.
    static func spelled(_ statement: String) throws -> String {
        try Migration.spelled(statement, in: words)
    }

    /// Statements that run in the same transaction as that migration, after its own.
    static func additions(to migration: String) -> [String] { additions[migration] ?? [] }

    private static let additions = [
        "0002-journal": [
            """
            CREATE TRIGGER event_keeps_rows BEFORE DELETE ON event
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
            """,
            """
            CREATE TRIGGER event_keeps_content BEFORE UPDATE OF
                organisation, id, type, schema_version, subject_kind, subject, matter, unit, actor, program,
                occurred_at, recorded_at, cause, charter_version, nature, body, secret ON event
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
            """,
            """
            CREATE TRIGGER event_keeps_seal BEFORE UPDATE OF number, seal ON event
            WHEN OLD.number IS NOT NULL OR OLD.seal IS NOT NULL OR NEW.number IS NULL OR NEW.seal IS NULL
            BEGIN SELECT RAISE(ABORT, 'an event is sealed once'); END
            """,
        ]
    ]
}
