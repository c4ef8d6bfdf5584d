public import Storage

public enum ObligationsMigrations {
    public static let all: [Migration] = [
        Migration(
            "0005-obligation",
            [
                """
                CREATE TABLE obligation (
                    organisation {organisation} NOT NULL,
                    id {id} NOT NULL,
                    clause {text} NOT NULL,
                    charter_version {integer} NOT NULL,
                    subject_kind {text} NOT NULL,
                    subject {id} NOT NULL,
                    period {text} NOT NULL,
                    reference {text},
                    customer {id},
                    matter {id},
                    unit {id} NOT NULL,
                    post {text} NOT NULL,
                    holder {id},
                    opened_at {instant} NOT NULL,
                    due_at {instant} NOT NULL,
                    opened_by {id} NOT NULL,
                    state {text} NOT NULL CHECK (state IN ('open', 'met', 'waived', 'void')),
                    is_late {flag} NOT NULL DEFAULT 0,
                    closed_at {instant},
                    closed_by {id},
                    alarm_at {instant},
                    alarm_step {integer} NOT NULL DEFAULT 0,
                    escalated_to {id},
                    revision {integer} NOT NULL DEFAULT 1,
                    PRIMARY KEY (organisation, id),
                    UNIQUE (organisation, clause, subject_kind, subject, period),
                    CHECK ((state = 'open') = (closed_at IS NULL))
                ) {strict}
                """,
                """
                CREATE INDEX obligation_holder ON obligation (organisation, holder, due_at, id, state)
                WHERE state = 'open'
                """,
                "CREATE INDEX obligation_unit ON obligation (organisation, unit, due_at, id, state) WHERE state = 'open'",
                """
                CREATE INDEX obligation_escalated ON obligation (organisation, escalated_to, due_at, id)
                WHERE state = 'open' AND escalated_to IS NOT NULL
                """,
                """
                CREATE INDEX obligation_subject ON obligation (organisation, subject_kind, subject, due_at, id)
                WHERE state = 'open'
                """,
                """
                CREATE INDEX obligation_open ON obligation (organisation, due_at, id, clause, unit, holder)
                WHERE state = 'open'
                """,
                """
                CREATE INDEX obligation_done ON obligation (organisation, holder, closed_at, id)
                WHERE state <> 'open'
                """, "CREATE INDEX obligation_matter ON obligation (organisation, matter, id) WHERE matter IS NOT NULL",
                """
                CREATE INDEX obligation_customer ON obligation (organisation, customer, due_at, id)
                WHERE state = 'open' AND customer IS NOT NULL
                """,
                """
                CREATE INDEX obligation_clause ON obligation
                    (organisation, clause, due_at, state, is_late, unit, holder)
                """,
                "CREATE INDEX obligation_alarm ON obligation (organisation, alarm_at) WHERE alarm_at IS NOT NULL",
                """
                CREATE TABLE holder_load (
                    organisation {organisation} NOT NULL,
                    holder {id} NOT NULL,
                    open_count {integer} NOT NULL CHECK (open_count >= 0),
                    PRIMARY KEY (organisation, holder)
                ) {strict}
                """,
                """
                CREATE TABLE cadence (
                    organisation {organisation} NOT NULL,
                    clause {text} NOT NULL,
                    subject_kind {text} NOT NULL,
                    subject {id} NOT NULL,
                    anchor {id} NOT NULL,
                    anchored_at {instant} NOT NULL,
                    charter_version {integer} NOT NULL,
                    reference {text},
                    customer {id},
                    matter {id},
                    unit {id} NOT NULL,
                    next_ordinal {integer} NOT NULL,
                    next_at {instant},
                    ended_at {instant},
                    PRIMARY KEY (organisation, clause, subject_kind, subject, anchor)
                ) {strict}
                """,
                """
                CREATE INDEX cadence_subject ON cadence (organisation, subject_kind, subject)
                WHERE ended_at IS NULL
                """,
                "CREATE INDEX cadence_next ON cadence (organisation, next_at) WHERE next_at IS NOT NULL",
                """
                CREATE TABLE calendar_cadence (
                    organisation {organisation} NOT NULL,
                    clause {text} NOT NULL,
                    through_day {text} NOT NULL,
                    PRIMARY KEY (organisation, clause)
                ) {strict}
                """,
            ]),
        Migration(
            "0012-holder-load-change",
            [
                """
                CREATE TABLE holder_load_change (
                    organisation {organisation} NOT NULL,
                    act {id} NOT NULL,
                    holder {id} NOT NULL,
                    change {integer} NOT NULL,
                    PRIMARY KEY (organisation, act, holder)
                ) {strict}
                """
            ]),
        // By the subject before its kind: a look for what stands open about a customer then falls where that customer
        // lies, and not where all new cases are being added.
        Migration(
            "0013-by-subject",
            [
                "DROP INDEX obligation_subject",
                """
                CREATE INDEX obligation_subject ON obligation (organisation, subject, subject_kind, due_at, id)
                WHERE state = 'open'
                """,
                "DROP INDEX cadence_subject",
                """
                CREATE INDEX cadence_subject ON cadence (organisation, subject, subject_kind)
                WHERE ended_at IS NULL
                """,
            ]),
        // Only of what is met: what is open is found by when it is due, and a new duty has an index less to enter.
        Migration(
            "0022-adherence-days",
            [
                "DROP INDEX obligation_clause",
                """
                CREATE INDEX obligation_met ON obligation (organisation, clause, due_at, is_late, unit, holder)
                WHERE state = 'met'
                """,
                """
                CREATE TABLE adherence_extent (
                    organisation {organisation} NOT NULL PRIMARY KEY,
                    anchored_at {instant} NOT NULL,
                    through_at {instant} NOT NULL
                ) {strict}
                """,
                """
                CREATE TABLE adherence_day (
                    organisation {organisation} NOT NULL,
                    clause {text} NOT NULL,
                    day {integer} NOT NULL,
                    due_count {integer} NOT NULL,
                    met_count {integer} NOT NULL,
                    PRIMARY KEY (organisation, clause, day)
                ) {strict}
                """,
            ]),
    ]

    /// Of the numbers that acts add to together.
    public static let counts = [ObligationStore.loads]
}
