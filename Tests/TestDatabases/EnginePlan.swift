import Foundation
public import Storage

/// How an engine would run a statement, in one language for both, which is SQLite's:
/// `SEARCH obligation USING INDEX obligation_unit (organisation=? AND unit=?)`.
public enum EnginePlan {
    /// The steps of a plan. An index that answers without the table is called `COVERING INDEX`.
    public static func steps(of sql: SQL, in transaction: any ReadTransaction) throws -> [String] {
        switch TestDatabases.Engine.chosen {
        case .sqlite: return try transaction.all("EXPLAIN QUERY PLAN \(sql)") { try $0[3] as String }
        case .postgres:
            let text = try transaction.one("EXPLAIN (FORMAT JSON) \(sql)", orElse: "plan") { try $0[0] as String }
            let answer = try JSONDecoder().decode([Answer].self, from: Data(text.utf8))
            return answer.flatMap { $0.plan.steps(of: nil) }
        }
    }

    private struct Answer: Decodable {
        let plan: Node

        enum CodingKeys: String, CodingKey {
            case plan = "Plan"
        }
    }

    private struct Node: Decodable {
        let kind: String
        let relation: String?
        let alias: String?
        let index: String?
        let condition: String?
        let rows: Double
        let parts: [Node]?

        /// PostgreSQL rather sorts a page of rows than reads them in their order one by one.
        private var isLarge: Bool { (parts ?? []).contains { $0.rows > 1000 } }

        enum CodingKeys: String, CodingKey {
            case kind = "Node Type"
            case relation = "Relation Name"
            case alias = "Alias"
            case index = "Index Name"
            case condition = "Index Cond"
            case rows = "Plan Rows"
            case parts = "Plans"
        }

        /// As the statement calls it; a number tells those apart that it calls the same.
        private var table: String? {
            guard let alias, let relation else { return relation }
            return alias.hasPrefix(relation + "_") ? relation : alias
        }

        /// - Parameter heap: the table to which a bitmap of an index belongs.
        func steps(of heap: String?) -> [String] {
            let own: [String] =
                switch kind {
                case "Seq Scan", "Tid Scan": ["SCAN \(table ?? "?")"]
                case "Index Scan": [search(table, "INDEX")]
                case "Index Only Scan": [search(table, "COVERING INDEX")]
                case "Bitmap Index Scan": [search(heap, "INDEX")]
                case "Sort", "Incremental Sort": isLarge ? ["USE TEMP B-TREE FOR ORDER BY"] : []
                default: []
                }
            return own + (parts ?? []).flatMap { $0.steps(of: kind == "Bitmap Heap Scan" ? table : heap) }
        }

        private func search(_ table: String?, _ word: String) -> String {
            guard let condition else { return "SCAN \(table ?? "?") USING \(word) \(index ?? "?")" }
            let terms = condition.matches(of: #/(?:ROW\(([\w, ]+)\)|\(?(\w+)\)?(?:::\w+)?) (=|<=|>=|<|>|IS NULL)[\s)]/#)
                .map {
                    match in
                    let sign = match.3 == "IS NULL" ? "=" : match.3.prefix(1)
                    guard let columns = match.1 else { return "\(match.2 ?? "?")\(sign)?" }
                    let list = columns.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                    return "(\(list.joined(separator: ",")))\(sign)(\(list.map { _ in "?" }.joined(separator: ",")))"
                }
            return "SEARCH \(table ?? "?") USING \(word) \(index ?? "?") (\(terms.joined(separator: " AND ")))"
        }
    }
}
