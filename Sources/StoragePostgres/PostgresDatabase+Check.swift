public import Storage

extension PostgresDatabase: DatabaseCheck {
    /// Looks at what the server says of its pages and indexes, and at each reference, in one read.
    public func faults() async throws -> [String] {
        try await read(.everyCompany) { transaction in
            var faults = try transaction.all(
                """
                SELECT 'the index ' || c.relname || ' is not whole' FROM pg_index i
                JOIN pg_class c ON c.oid = i.indexrelid
                WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace
                UNION ALL
                SELECT 'the rule ' || conname || ' of ' || conrelid::regclass::text || ' was never checked'
                FROM pg_constraint WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
                UNION ALL
                SELECT 'the guard ' || tgname || ' of ' || tgrelid::regclass::text || ' is switched off'
                FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
                WHERE tgenabled NOT IN ('O', 'A') AND c.relnamespace = current_schema()::regnamespace
                UNION ALL
                SELECT checksum_failures::text || ' pages do not match their checksum' FROM pg_stat_database
                WHERE datname = current_database() AND checksum_failures > 0
                """
            ) { try $0[0] as String }
            faults += try transaction.all(Fence.missing) {
                "the fence between companies is down at \(try $0[0] as String)"
            }
            let references = try transaction.all(
                """
                SELECT f.conrelid::regclass::text, f.confrelid::regclass::text,
                    (SELECT string_agg(format('a.%I IS NOT NULL', x.attname), ' AND ')
                     FROM unnest(f.conkey) k JOIN pg_attribute x ON x.attrelid = f.conrelid AND x.attnum = k),
                    (SELECT string_agg(format('a.%I = b.%I', x.attname, y.attname), ' AND ')
                     FROM unnest(f.conkey, f.confkey) AS k (own, other)
                     JOIN pg_attribute x ON x.attrelid = f.conrelid AND x.attnum = k.own
                     JOIN pg_attribute y ON y.attrelid = f.confrelid AND y.attnum = k.other)
                FROM pg_constraint f WHERE f.contype = 'f' AND f.connamespace = current_schema()::regnamespace
                ORDER BY f.conname
                """
            ) { (try $0[0] as String, try $0[1] as String, try $0[2] as String, try $0[3] as String) }
            for (table, other, isSet, isMet) in references {
                let orphans = try transaction.one(
                    """
                    SELECT count(*) FROM \(raw: table) a
                    WHERE \(raw: isSet) AND NOT EXISTS (SELECT 1 FROM \(raw: other) b WHERE \(raw: isMet))
                    """, orElse: table
                ) { try $0[0] as Int }
                if orphans > 0 { faults.append("\(orphans) rows of \(table) refer to nothing in \(other)") }
            }
            return faults
        }
    }
}
