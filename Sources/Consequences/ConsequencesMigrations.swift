public import Storage

public enum ConsequencesMigrations {
    public static let all: [Migration] = [
        Migration(
            "0017-finding",
            [
                """
                CREATE TABLE finding (
                    organisation {organisation} NOT NULL,
                    matter {id} NOT NULL,
                    person {id} NOT NULL,
                    offence {text} NOT NULL,
                    ladder {text},
                    fault_day {text} NOT NULL,
                    charter_version {integer} NOT NULL,
                    unit {id} NOT NULL,
                    booked_by {id} NOT NULL,
                    booked_at {instant} NOT NULL,
                    event {id} NOT NULL,
                    state {text} NOT NULL CHECK (state IN ('found', 'proposed', 'decided', 'dropped', 'final')),
                    revision {integer} NOT NULL DEFAULT 1,
                    PRIMARY KEY (organisation, matter)
                ) {strict}
                """,
                "CREATE INDEX finding_person ON finding (organisation, person, ladder, fault_day, matter)",
                "CREATE INDEX finding_unit ON finding (organisation, unit, matter)",
                """
                CREATE TABLE sanction (
                    organisation {organisation} NOT NULL,
                    matter {id} NOT NULL,
                    ordinal {integer} NOT NULL,
                    act {text} NOT NULL CHECK (act IN ('propose', 'decide', 'drop', 'final')),
                    measure {text},
                    fine {integer},
                    rung {integer},
                    rule_measure {text},
                    rule_fine {integer},
                    month_pay {integer},
                    cap {integer},
                    reason {text},
                    actor {id} NOT NULL,
                    acted_at {instant} NOT NULL,
                    event {id} NOT NULL,
                    PRIMARY KEY (organisation, matter, ordinal),
                    FOREIGN KEY (organisation, matter) REFERENCES finding (organisation, matter)
                ) {strict}
                """,
            ])
    ]
}
