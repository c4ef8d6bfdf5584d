public import Storage

public enum CustomersMigrations {
    public static let all: [Migration] = [
        Migration("0004-customer", files + search + keys + imports), Migration("0008-key-proof", proofs),
        Migration("0009-pinyin-grams", [pinyinGrams]), Migration("0033-search-edition", searchEditions),
    ]

    private static let files: [String] = [
        """
        CREATE TABLE customer (
            organisation {organisation} NOT NULL REFERENCES organisation (id),
            id {id} NOT NULL,
            reference {text} NOT NULL CHECK (length(reference) BETWEEN 3 AND 40),
            kind {text} NOT NULL CHECK (kind IN ('company', 'person')),
            name {text} NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
            search_text {text} NOT NULL,
            unit {id} NOT NULL,
            owner {id},
            classification {text} NOT NULL CHECK (length(classification) BETWEEN 1 AND 40),
            status {text} NOT NULL CHECK (status IN ('active', 'dormant')),
            source {text} NOT NULL,
            address {text} NOT NULL,
            notes {text} NOT NULL,
            phone_masked {text} NOT NULL,
            missing {integer} NOT NULL CHECK (missing >= 0),
            created_at {instant} NOT NULL,
            updated_at {instant} NOT NULL,
            updated_by {id} NOT NULL,
            revision {integer} NOT NULL DEFAULT 1 CHECK (revision >= 1),
            PRIMARY KEY (organisation, id),
            UNIQUE (organisation, reference),
            FOREIGN KEY (organisation, unit) REFERENCES unit (organisation, id),
            FOREIGN KEY (organisation, owner) REFERENCES staff (organisation, id),
            FOREIGN KEY (organisation, updated_by) REFERENCES staff (organisation, id)
        ) {strict}
        """,
        "CREATE INDEX customer_unit ON customer (organisation, unit, id)",
        "CREATE INDEX customer_owner ON customer (organisation, owner, id)",
        "CREATE INDEX customer_class ON customer (organisation, classification, id)",
        "CREATE INDEX customer_incomplete ON customer (organisation, id) WHERE missing > 0",
        """
        CREATE TABLE customer_person (
            organisation {organisation} NOT NULL,
            id {id} NOT NULL,
            customer {id} NOT NULL,
            position_in_file {integer} NOT NULL,
            role {text} NOT NULL CHECK (role IN ('self', 'responsible', 'contact', 'family')),
            relation {text} NOT NULL,
            name {text} NOT NULL,
            job {text} NOT NULL,
            gender {text} CHECK (gender IN ('male', 'female')),
            birthday {text},
            birthday_is_lunar {flag} NOT NULL,
            best_time {text} NOT NULL,
            hobbies {text} NOT NULL,
            circumstances {text} NOT NULL,
            phone {bytes},
            phone_masked {text} NOT NULL,
            email {bytes},
            email_masked {text} NOT NULL,
            identity_number {bytes},
            identity_masked {text} NOT NULL,
            PRIMARY KEY (organisation, id),
            FOREIGN KEY (organisation, customer) REFERENCES customer (organisation, id),
            CHECK ((phone IS NULL) = (phone_masked = '')),
            CHECK ((email IS NULL) = (email_masked = '')),
            CHECK ((identity_number IS NULL) = (identity_masked = ''))
        ) {strict}
        """,
        "CREATE INDEX customer_person_file ON customer_person (organisation, customer, position_in_file)",
    ]

    private static let search: [String] = [
        """
        CREATE TABLE customer_identifier (
            organisation {organisation} NOT NULL,
            kind {text} NOT NULL CHECK (kind IN ('phone', 'email', 'identity', 'place')),
            blind {bytes} NOT NULL,
            person {id} NOT NULL,
            customer {id} NOT NULL,
            PRIMARY KEY (organisation, kind, blind, person),
            FOREIGN KEY (organisation, person) REFERENCES customer_person (organisation, id)
        ) {strict}
        """,
        "CREATE INDEX customer_identifier_person ON customer_identifier (organisation, person)",
        """
        CREATE TABLE customer_gram (
            organisation {organisation} NOT NULL,
            gram {text} NOT NULL,
            customer {id} NOT NULL,
            PRIMARY KEY (organisation, gram, customer)
        ) {clustered}
        """,
    ]

    private static let keys: [String] = [
        """
        CREATE TABLE person_key (
            organisation {organisation} NOT NULL,
            customer {id} NOT NULL,
            wrapped {bytes},
            created_at {instant} NOT NULL,
            destroyed_at {instant},
            PRIMARY KEY (organisation, customer),
            CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
        ) {strict}
        """,
        """
        CREATE TABLE reference_block (
            organisation {organisation} NOT NULL,
            prefix {text} NOT NULL,
            year {integer} NOT NULL,
            next_number {integer} NOT NULL CHECK (next_number >= 1),
            PRIMARY KEY (organisation, prefix, year)
        ) {strict}
        """,
    ]

    private static let proofs: [String] = [
        """
        CREATE TABLE key_proof (
            key_name {text} NOT NULL PRIMARY KEY,
            proof {bytes} NOT NULL,
            noted_at {instant} NOT NULL
        ) {strict}
        """
    ]

    /// Beginnings of three and five letters, which older versions did not keep; a search text tells each reading
    /// as `/zhangsan:zs`.
    private static let pinyinGrams = """
        WITH RECURSIVE reading (organisation, customer, rest) AS (
            SELECT organisation, id, substr(search_text, {position}(search_text, '/') + 1)
            FROM customer WHERE {position}(search_text, '/') > 0
            UNION ALL
            SELECT organisation, customer, substr(rest, {position}(rest, '/') + 1)
            FROM reading WHERE {position}(rest, '/') > 0
        ), word (organisation, customer, pinyin) AS (
            SELECT organisation, customer, substr(rest, 1, {position}(rest, ':') - 1) FROM reading
        ), beginning (size) AS (SELECT 3 UNION ALL SELECT 5)
        INSERT INTO customer_gram (organisation, gram, customer)
        SELECT DISTINCT organisation, 'p:' || substr(pinyin, 1, size), customer
        FROM word CROSS JOIN beginning WHERE length(pinyin) >= size
        ON CONFLICT DO NOTHING
        """

    /// How far a company's customers have the grams of which edition of the search.
    private static let searchEditions: [String] = [
        """
        CREATE TABLE search_edition (
            organisation {organisation} NOT NULL PRIMARY KEY REFERENCES organisation (id),
            edition {integer} NOT NULL CHECK (edition >= 1),
            through {id},
            is_whole {flag} NOT NULL
        ) {strict}
        """
    ]

    private static let imports: [String] = [
        """
        CREATE TABLE import_run (
            organisation {organisation} NOT NULL,
            id {id} NOT NULL,
            subject {text} NOT NULL CHECK (subject IN ('customer')),
            fingerprint {bytes} NOT NULL,
            file_name {text} NOT NULL,
            status {text} NOT NULL CHECK (status IN ('running', 'finished', 'undone')),
            is_as_new {flag} NOT NULL,
            started_by {id} NOT NULL,
            started_at {instant} NOT NULL,
            finished_at {instant},
            next_record {integer} NOT NULL,
            filed {integer} NOT NULL,
            updated {integer} NOT NULL,
            revision {integer} NOT NULL DEFAULT 1,
            PRIMARY KEY (organisation, id),
            FOREIGN KEY (organisation, started_by) REFERENCES staff (organisation, id),
            CHECK ((status = 'running') = (finished_at IS NULL))
        ) {strict}
        """,
        "CREATE INDEX import_run_file ON import_run (organisation, fingerprint)",
        """
        CREATE TABLE import_row (
            organisation {organisation} NOT NULL,
            run {id} NOT NULL,
            line {integer} NOT NULL CHECK (line >= 1),
            customer {id} NOT NULL,
            act {text} NOT NULL CHECK (act IN ('filed', 'updated', 'skipped')),
            snapshot {bytes},
            revision {integer} NOT NULL,
            PRIMARY KEY (organisation, run, line),
            FOREIGN KEY (organisation, run) REFERENCES import_run (organisation, id),
            CHECK ((act = 'updated') = (snapshot IS NOT NULL))
        ) {strict}
        """,
    ]
}
