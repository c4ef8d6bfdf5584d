public import Storage

public enum OrganisationsMigrations {
    public static let all: [Migration] = [
        Migration(
            "0003-organisation",
            [
                """
                CREATE TABLE organisation (
                    id {organisation} NOT NULL PRIMARY KEY,
                    name {text} NOT NULL,
                    created_at {instant} NOT NULL,
                    revision {integer} NOT NULL DEFAULT 1
                ) {strict}
                """,
                """
                CREATE TABLE charter_version (
                    organisation {organisation} NOT NULL REFERENCES organisation (id),
                    version {integer} NOT NULL CHECK (version >= 1),
                    name {text} NOT NULL,
                    effective_at {instant} NOT NULL,
                    adopted_at {instant} NOT NULL,
                    adopted_by {id},
                    text {text} NOT NULL,
                    PRIMARY KEY (organisation, version)
                ) {strict}
                """,
                """
                CREATE TABLE unit (
                    organisation {organisation} NOT NULL REFERENCES organisation (id),
                    id {id} NOT NULL,
                    parent {id},
                    name {text} NOT NULL,
                    created_at {instant} NOT NULL,
                    revision {integer} NOT NULL DEFAULT 1,
                    PRIMARY KEY (organisation, id),
                    FOREIGN KEY (organisation, parent) REFERENCES unit (organisation, id)
                ) {strict}
                """,
                """
                CREATE TABLE unit_closure (
                    organisation {organisation} NOT NULL,
                    ancestor {id} NOT NULL,
                    descendant {id} NOT NULL,
                    depth {integer} NOT NULL CHECK (depth >= 0),
                    PRIMARY KEY (organisation, ancestor, descendant)
                ) {strict}
                """,
                "CREATE INDEX unit_closure_up ON unit_closure (organisation, descendant, depth)",
                """
                CREATE TABLE staff (
                    organisation {organisation} NOT NULL REFERENCES organisation (id),
                    id {id} NOT NULL,
                    unit {id} NOT NULL,
                    post {text} NOT NULL,
                    name {text} NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
                    employment {text} NOT NULL CHECK (employment IN ('probation', 'regular')),
                    is_administrator {flag} NOT NULL DEFAULT 0,
                    language {text} CHECK (language IN ('zh-Hans', 'zh-Hant', 'en')),
                    joined_on {text} NOT NULL,
                    left_on {text},
                    away_until {text},
                    capacity {integer} NOT NULL DEFAULT 30 CHECK (capacity >= 0),
                    revision {integer} NOT NULL DEFAULT 1,
                    PRIMARY KEY (organisation, id),
                    FOREIGN KEY (organisation, unit) REFERENCES unit (organisation, id)
                ) {strict}
                """,
                "CREATE INDEX staff_post ON staff (organisation, post, unit) WHERE left_on IS NULL",
                """
                CREATE TABLE credential (
                    organisation {organisation} NOT NULL,
                    staff {id} NOT NULL,
                    login {text} NOT NULL UNIQUE,
                    salt {bytes} NOT NULL,
                    hash {bytes} NOT NULL,
                    changed_at {instant} NOT NULL,
                    PRIMARY KEY (organisation, staff),
                    FOREIGN KEY (organisation, staff) REFERENCES staff (organisation, id)
                ) {strict}
                """,
                """
                CREATE TABLE sign_in_attempt (
                    login {text} NOT NULL PRIMARY KEY,
                    failed {integer} NOT NULL,
                    locked_until {instant},
                    last_at {instant} NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE session (
                    token_hash {bytes} NOT NULL PRIMARY KEY,
                    organisation {organisation} NOT NULL,
                    staff {id} NOT NULL,
                    form_token {text} NOT NULL,
                    created_at {instant} NOT NULL,
                    seen_at {instant} NOT NULL,
                    expires_at {instant} NOT NULL
                ) {strict}
                """,
                "CREATE INDEX session_staff ON session (organisation, staff)",
                """
                CREATE TABLE api_token (
                    organisation {organisation} NOT NULL,
                    id {id} NOT NULL,
                    token_hash {bytes} NOT NULL UNIQUE,
                    staff {id} NOT NULL,
                    title {text} NOT NULL,
                    scopes {text} NOT NULL,
                    created_at {instant} NOT NULL,
                    expires_at {instant},
                    revoked_at {instant},
                    PRIMARY KEY (organisation, id)
                ) {strict}
                """,
            ]),
        Migration(
            "0010-staff-of-unit", ["CREATE INDEX staff_unit ON staff (organisation, unit) WHERE left_on IS NULL"]),
        // Who takes a duty is asked with each, and all that is asked of a holder stands in the index; SQLite looks at
        // the condition of a partial index once more.
        Migration(
            "0011-holders",
            [
                "DROP INDEX staff_post",
                """
                CREATE INDEX staff_post ON staff (organisation, post, unit, id, away_until, left_on)
                WHERE left_on IS NULL
                """,
            ]),
        Migration(
            "0012-one-time-password", ["ALTER TABLE credential ADD COLUMN must_change {flag} NOT NULL DEFAULT 0"]),
        // With the unit above in it: SQLite would else read the key of the table, which begins with that unit, through all
        // units of the company, because it need not look into the table for it.
        Migration(
            "0029-units-above",
            [
                "DROP INDEX unit_closure_up",
                "CREATE INDEX unit_closure_up ON unit_closure (organisation, descendant, depth, ancestor)",
            ]),
        Migration("0032-closed-units", ["ALTER TABLE unit ADD COLUMN closed_at {instant}"]),
    ]
}
