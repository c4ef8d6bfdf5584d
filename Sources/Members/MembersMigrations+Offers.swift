import Storage

extension MembersMigrations {
    static let offers = Migration(
        "0027-perks",
        [
            // A perk that may be given whenever it is asked for has its own event for a period, and so no other.
            """
            CREATE TABLE perk_grant (
                organisation {organisation} NOT NULL,
                customer {id} NOT NULL,
                perk {text} NOT NULL,
                period {text} NOT NULL,
                day {text} NOT NULL,
                tier {text} NOT NULL,
                count {integer} NOT NULL CHECK (count > 0),
                choice {text},
                receipt {text},
                staff {id},
                event {id} NOT NULL,
                PRIMARY KEY (organisation, customer, perk, period),
                FOREIGN KEY (organisation, customer) REFERENCES member (organisation, customer),
                FOREIGN KEY (organisation, receipt) REFERENCES receipt (organisation, number),
                FOREIGN KEY (organisation, staff) REFERENCES staff (organisation, id)
            ) {strict}
            """,
            "CREATE INDEX perk_grant_day ON perk_grant (organisation, customer, day)",
            """
            CREATE TABLE member_confirmation (
                organisation {organisation} NOT NULL,
                customer {id} NOT NULL,
                confirmation {text} NOT NULL,
                event {id} NOT NULL,
                PRIMARY KEY (organisation, customer, confirmation),
                FOREIGN KEY (organisation, customer) REFERENCES member (organisation, customer)
            ) {strict}
            """,
            """
            CREATE TABLE member_birthday (
                organisation {organisation} NOT NULL,
                customer {id} NOT NULL,
                year {integer} NOT NULL,
                event {id} NOT NULL,
                PRIMARY KEY (organisation, customer, year),
                FOREIGN KEY (organisation, customer) REFERENCES member (organisation, customer)
            ) {strict}
            """,
            // How far the clock has come: all birthdays before that day, and on it those up to that customer.
            """
            CREATE TABLE birthday_clock (
                organisation {organisation} PRIMARY KEY,
                day {text} NOT NULL,
                customer {id}
            ) {strict}
            """,
            "CREATE INDEX member_born ON member (organisation, substr(born, 6), customer) WHERE born IS NOT NULL",
        ])

    static let activities = Migration(
        "0028-activities",
        [
            """
            CREATE TABLE activity (
                organisation {organisation} NOT NULL,
                id {id} NOT NULL,
                kind {text} NOT NULL,
                title {text} NOT NULL CHECK (length(title) BETWEEN 1 AND 100),
                words {text} NOT NULL CHECK (length(words) <= 4000),
                starts {text} NOT NULL,
                ends {text} NOT NULL,
                tiers {json} NOT NULL,
                stock {integer} CHECK (stock >= 0),
                event {id} NOT NULL,
                revision {integer} NOT NULL DEFAULT 1,
                PRIMARY KEY (organisation, id)
            ) {strict}
            """,
            "CREATE INDEX activity_days ON activity (organisation, ends, starts, id)",
            """
            CREATE TABLE activity_gift (
                organisation {organisation} NOT NULL,
                activity {id} NOT NULL,
                ordinal {integer} NOT NULL,
                title {text} NOT NULL CHECK (length(title) BETWEEN 1 AND 100),
                points {integer} NOT NULL CHECK (points > 0),
                stock {integer} CHECK (stock >= 0),
                PRIMARY KEY (organisation, activity, ordinal),
                FOREIGN KEY (organisation, activity) REFERENCES activity (organisation, id)
            ) {strict}
            """,
            // Who may take part as often as he likes does so each time under the event's own number.
            """
            CREATE TABLE activity_part (
                organisation {organisation} NOT NULL,
                activity {id} NOT NULL,
                customer {id} NOT NULL,
                period {text} NOT NULL,
                day {text} NOT NULL,
                tier {text} NOT NULL,
                gift {integer},
                points {integer} NOT NULL CHECK (points >= 0),
                event {id} NOT NULL,
                PRIMARY KEY (organisation, activity, customer, period),
                FOREIGN KEY (organisation, activity) REFERENCES activity (organisation, id),
                FOREIGN KEY (organisation, customer) REFERENCES member (organisation, customer)
            ) {strict}
            """,
            "CREATE INDEX activity_part_customer ON activity_part (organisation, customer, event)",
            "CREATE INDEX member_tier ON member (organisation, tier, customer) WHERE tier IS NOT NULL",
        ])
}
