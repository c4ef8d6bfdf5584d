/// The tables that every installation begins with.
public enum StorageMigrations {
    public static let all: [Migration] = [installation, journal, sharedCounts, attachmentPieces]

    static let installation = Migration(
        "0001-installation",
        [
            """
            CREATE TABLE installation (
                id {integer} NOT NULL PRIMARY KEY CHECK (id = 1),
                created_at {instant} NOT NULL,
                clock_offset {integer} NOT NULL DEFAULT 0
            ) {strict}
            """,
            """
            CREATE TABLE request (
                organisation {organisation} NOT NULL,
                request_key {text} NOT NULL,
                fingerprint {bytes} NOT NULL,
                status {integer} NOT NULL,
                answer {text} NOT NULL,
                created_at {instant} NOT NULL,
                PRIMARY KEY (organisation, request_key)
            ) {strict}
            """,
            "CREATE INDEX request_age ON request (created_at)",
            """
            CREATE TABLE lease (
                name {text} NOT NULL PRIMARY KEY,
                holder {text} NOT NULL,
                held_until {instant} NOT NULL
            ) {strict}
            """,
        ])

    static let journal = Migration(
        "0002-journal",
        [
            """
            CREATE TABLE event (
                organisation {organisation} NOT NULL,
                id {id} NOT NULL,
                type {text} NOT NULL,
                schema_version {integer} NOT NULL,
                subject_kind {text} NOT NULL,
                subject {id} NOT NULL,
                matter {id},
                unit {id},
                actor {id},
                program {text},
                occurred_at {instant} NOT NULL,
                recorded_at {instant} NOT NULL,
                cause {id},
                charter_version {integer},
                nature {text} NOT NULL CHECK (nature IN ('fact', 'consequence')),
                body {json} NOT NULL,
                secret {bytes},
                number {integer},
                seal {bytes},
                PRIMARY KEY (organisation, id),
                CHECK ((actor IS NULL) <> (program IS NULL)),
                CHECK ((number IS NULL) = (seal IS NULL))
            ) {strict}
            """,
            "CREATE INDEX event_subject ON event (organisation, subject_kind, subject, id)",
            "CREATE INDEX event_matter ON event (organisation, matter, id) WHERE matter IS NOT NULL",
            "CREATE UNIQUE INDEX event_number ON event (organisation, number) WHERE number IS NOT NULL",
            "CREATE INDEX event_unsealed ON event (organisation, id) WHERE number IS NULL",
            """
            CREATE TABLE journal_head (
                organisation {organisation} NOT NULL PRIMARY KEY,
                number {integer} NOT NULL,
                seal {bytes} NOT NULL
            ) {strict}
            """,
        ])

    /// Of no company: who asks too often may have none.
    static let sharedCounts = Migration(
        "0014-shared-count",
        [
            """
            CREATE TABLE shared_count (
                name {text} NOT NULL,
                node {text} NOT NULL,
                total {integer} NOT NULL,
                counted_at {instant} NOT NULL,
                PRIMARY KEY (name, node)
            ) {strict}
            """
        ])
}
