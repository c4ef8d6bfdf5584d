import Organisations
import Primitives
import Storage

/// Finds customers by their grams and blind indexes, newest first.
struct CustomerSearch {
    let transaction: any ReadTransaction
    let organisation: OrganisationID
    let reach: Reach
    let index: BlindIndex

    /// A count beyond this is not finished: the gram is common.
    private static let common = 1000

    /// At most `limit` visible customers whose identifier is below `after`.
    func find(_ query: NameQuery, after: CustomerID?, limit: Int) throws -> [CustomerSummary] {
        guard let driver = try rarest(query.words) else { return [] }
        let others = query.words.indices.filter { $0 != driver }.map { query.words[$0] }
        var found: [CustomerID: CustomerSummary] = [:]
        for way in query.words[driver].ways {
            for row in try transaction.all(try statement(way, others, after, limit), CustomerSummary.init(row:)) {
                found[row.id] = row
            }
        }
        return Array(found.values.sorted { $0.id > $1.id }.prefix(limit))
    }

    /// The word with the fewest candidates; `nil` without words, or when one can have no answer.
    private func rarest(_ words: [NameQuery.Word]) throws -> Int? {
        if words.contains(where: \.ways.isEmpty) { return nil }
        if words.count == 1 { return 0 }
        let sizes = try words.map { word in try word.ways.reduce(0) { try $0 + size($1) } }
        return sizes.indices.min { sizes[$0] < sizes[$1] }
    }

    private func size(_ way: NameQuery.Way) throws -> Int {
        switch way {
        case .identifier, .reference: 1
        case .grams(let grams, _): try grams.map(count).min() ?? 0
        }
    }

    private func count(_ gram: String) throws -> Int {
        try transaction.first(
            """
            SELECT COUNT(*) FROM (
                SELECT 1 FROM customer_gram WHERE organisation = \(organisation) AND gram = \(gram)
                LIMIT \(limit: CustomerSearch.common)
            ) AS counted
            """
        ) { try $0[0] as Int } ?? 0
    }

    func statement(
        _ way: NameQuery.Way, _ others: [NameQuery.Word], _ after: CustomerID?, _ limit: Int
    ) throws -> SQL {
        let source: SQL
        let key: SQL
        var rest: SQL = ""
        switch way {
        case .grams(let grams, let text):
            let ordered =
                grams.count == 1
                ? grams
                : try grams.map { ($0, try count($0)) }
                    .sorted { $0.1 < $1.1 }.map(\.0)
            // Crossed, so that SQLite begins with the gram and not with all customers of a unit or an owner.
            source = "customer_gram g CROSS JOIN customer c"
            key = "g.customer"
            rest = """
                c.organisation = g.organisation AND c.id = g.customer
                  AND g.organisation = \(organisation) AND g.gram = \(ordered[0])
                """
            for gram in ordered.dropFirst() { rest = "\(rest) AND \(has(gram, of: "g.customer"))" }
            if let text { rest = "\(rest) AND \(names(text))" }
        case .identifier(let kind, let value):
            source = "customer c"
            key = "c.id"
            rest = "c.organisation = \(organisation) AND c.id IN (\(holders(kind, value)))"
        case .reference(let reference):
            source = "customer c"
            key = "c.id"
            rest = "c.organisation = \(organisation) AND c.reference = \(reference)"
        }
        for word in others { rest = "\(rest) AND \(answers(word, key))" }
        if let after { rest = "\(rest) AND \(key) < \(after)" }
        return """
            SELECT \(CustomerSummary.columns) FROM \(source)
            WHERE \(rest) AND \(reach.covers(unit: "c.unit", owner: "c.owner"))
            ORDER BY \(key) DESC LIMIT \(limit: limit)
            """
    }

    private func answers(_ word: NameQuery.Word, _ key: SQL) -> SQL {
        var either: SQL = "1 = 0"
        for way in word.ways {
            switch way {
            case .grams(let grams, let text):
                var all: SQL = "1 = 1"
                for gram in grams { all = "\(all) AND \(has(gram, of: key))" }
                if let text { all = "\(all) AND \(names(text))" }
                either = "\(either) OR (\(all))"
            case .identifier(let kind, let value): either = "\(either) OR \(key) IN (\(holders(kind, value)))"
            case .reference(let reference): either = "\(either) OR c.reference = \(reference)"
            }
        }
        return "(\(either))"
    }

    private func has(_ gram: String, of key: SQL) -> SQL {
        """
        EXISTS (SELECT 1 FROM customer_gram x
            WHERE x.organisation = \(organisation) AND x.gram = \(gram) AND x.customer = \(key))
        """
    }

    private func holders(_ kind: BlindIndex.Kind, _ value: String) -> SQL {
        """
        SELECT n.customer FROM customer_identifier n
        WHERE n.organisation = \(organisation) AND n.kind = \(kind.rawValue)
          AND n.blind = \(index.blind(value, kind, in: organisation))
        """
    }

    private func names(_ folded: String) -> SQL {
        // A folded word has only letters and digits, so no wildcard is in it but ours.
        // Put together there: SQLite plans anew for each pattern that comes as one value.
        "c.search_text LIKE '%' || \(folded) || '%'"
    }
}
