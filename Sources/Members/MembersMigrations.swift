public import Storage

public enum MembersMigrations {
    public static let all: [Migration] = [
        Migration(
            "0025-members",
            [
                """
                CREATE TABLE member (
                    organisation {organisation} NOT NULL,
                    customer {id} NOT NULL,
                    born {text},
                    tier {text},
                    card {integer},
                    card_year {integer},
                    account {integer},
                    issued {text},
                    usable {text},
                    used {text},
                    lost {text},
                    spend {integer},
                    spendable {integer} NOT NULL CHECK (spendable >= 0),
                    period {integer} NOT NULL CHECK (period >= 0),
                    acted_at {instant} NOT NULL,
                    revision {integer} NOT NULL DEFAULT 1,
                    PRIMARY KEY (organisation, customer),
                    FOREIGN KEY (organisation, customer) REFERENCES customer (organisation, id)
                ) {strict}
                """,
                """
                CREATE TABLE member_lot (
                    organisation {organisation} NOT NULL,
                    customer {id} NOT NULL,
                    usable {text} NOT NULL,
                    points {integer} NOT NULL CHECK (points > 0),
                    PRIMARY KEY (organisation, customer, usable),
                    FOREIGN KEY (organisation, customer) REFERENCES member (organisation, customer)
                ) {strict}
                """,
                """
                CREATE TABLE receipt (
                    organisation {organisation} NOT NULL,
                    number {text} NOT NULL,
                    customer {id} NOT NULL,
                    sold_at {instant} NOT NULL,
                    day {text} NOT NULL,
                    charter_version {integer} NOT NULL,
                    due {integer} NOT NULL CHECK (due >= 0),
                    cash {integer} NOT NULL CHECK (cash >= 0),
                    earned {integer} NOT NULL CHECK (earned >= 0),
                    account {integer},
                    usable {text} NOT NULL,
                    unspent {integer} NOT NULL CHECK (unspent >= 0),
                    body {json} NOT NULL,
                    answer {json} NOT NULL,
                    event {id} NOT NULL,
                    revision {integer} NOT NULL DEFAULT 1,
                    PRIMARY KEY (organisation, number),
                    FOREIGN KEY (organisation, customer) REFERENCES member (organisation, customer)
                ) {strict}
                """,
                "CREATE INDEX receipt_unspent ON receipt (organisation, customer, sold_at, number) WHERE unspent > 0",
                "CREATE INDEX receipt_customer ON receipt (organisation, customer, sold_at, number)",
                """
                CREATE TABLE ledger_entry (
                    organisation {organisation} NOT NULL,
                    posting {id} NOT NULL,
                    ordinal {integer} NOT NULL,
                    customer {id} NOT NULL,
                    purpose {text} NOT NULL,
                    account {text} NOT NULL
                        CHECK (account IN ('spendable', 'pending', 'period', 'issued', 'redeemed', 'left', 'counted')),
                    amount {integer} NOT NULL CHECK (amount <> 0),
                    PRIMARY KEY (organisation, posting, ordinal),
                    FOREIGN KEY (organisation, customer) REFERENCES member (organisation, customer)
                ) {strict}
                """,
                "CREATE INDEX ledger_entry_customer ON ledger_entry (organisation, customer, posting)",
            ])
    ]
}
