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
            ]),
        Migration(
            "0026-stored-value",
            [
                """
                CREATE TABLE stored_account (
                    organisation {organisation} NOT NULL,
                    customer {id} NOT NULL,
                    frozen {text},
                    principal {integer} NOT NULL CHECK (principal >= 0),
                    bonus {integer} NOT NULL CHECK (bonus >= 0),
                    acted_at {instant} NOT NULL,
                    revision {integer} NOT NULL DEFAULT 1,
                    PRIMARY KEY (organisation, customer),
                    FOREIGN KEY (organisation, customer) REFERENCES customer (organisation, id)
                ) {strict}
                """,
                """
                CREATE TABLE recharge (
                    organisation {organisation} NOT NULL,
                    number {text} NOT NULL,
                    customer {id} NOT NULL,
                    charged_at {instant} NOT NULL,
                    day {text} NOT NULL,
                    charter_version {integer} NOT NULL,
                    tender {text} NOT NULL,
                    staff {id} NOT NULL,
                    unit {id} NOT NULL,
                    paid {integer} NOT NULL CHECK (paid > 0),
                    given {integer} NOT NULL CHECK (given >= 0),
                    principal {integer} NOT NULL CHECK (principal >= 0),
                    bonus {integer} NOT NULL CHECK (bonus >= 0),
                    event {id} NOT NULL,
                    PRIMARY KEY (organisation, number),
                    FOREIGN KEY (organisation, customer) REFERENCES stored_account (organisation, customer)
                ) {strict}
                """,
                """
                CREATE INDEX recharge_left ON recharge (organisation, customer, charged_at, number)
                WHERE principal > 0 OR bonus > 0
                """,
                "CREATE INDEX recharge_customer ON recharge (organisation, customer, charged_at, number)",
                """
                CREATE TABLE stored_entry (
                    organisation {organisation} NOT NULL,
                    posting {id} NOT NULL,
                    ordinal {integer} NOT NULL,
                    customer {id} NOT NULL,
                    purpose {text} NOT NULL,
                    recharge {text} NOT NULL,
                    receipt {text},
                    account {text} NOT NULL
                        CHECK (account IN ('principal', 'bonus', 'paid_in', 'granted', 'spent', 'paid_out', 'kept', 'ended')),
                    amount {integer} NOT NULL CHECK (amount <> 0),
                    PRIMARY KEY (organisation, posting, ordinal),
                    FOREIGN KEY (organisation, recharge) REFERENCES recharge (organisation, number)
                ) {strict}
                """,
                "CREATE INDEX stored_entry_customer ON stored_entry (organisation, customer, posting, ordinal)",
                "CREATE INDEX stored_entry_recharge ON stored_entry (organisation, recharge)",
                """
                CREATE INDEX stored_entry_receipt ON stored_entry (organisation, receipt) WHERE receipt IS NOT NULL
                """,
                """
                CREATE TABLE sale (
                    organisation {organisation} NOT NULL,
                    posting {id} NOT NULL,
                    ordinal {integer} NOT NULL,
                    reference {text} NOT NULL,
                    customer {id} NOT NULL,
                    day {text} NOT NULL,
                    source {text} NOT NULL,
                    counts {integer} NOT NULL,
                    staff {id} NOT NULL,
                    unit {id} NOT NULL,
                    due {integer} NOT NULL,
                    amount {integer} NOT NULL,
                    is_second {integer} NOT NULL,
                    PRIMARY KEY (organisation, posting, ordinal),
                    FOREIGN KEY (organisation, customer) REFERENCES customer (organisation, id)
                ) {strict}
                """,
                "CREATE INDEX sale_day ON sale (organisation, day)",
                "CREATE INDEX sale_customer ON sale (organisation, customer, day)",
                "CREATE INDEX sale_reference ON sale (organisation, reference)",
                """
                CREATE TABLE spending_class (
                    organisation {organisation} NOT NULL,
                    customer {id} NOT NULL,
                    class {text} NOT NULL,
                    since {text} NOT NULL,
                    PRIMARY KEY (organisation, customer),
                    FOREIGN KEY (organisation, customer) REFERENCES customer (organisation, id)
                ) {strict}
                """,
            ]),
        offers, activities,
    ]
}
