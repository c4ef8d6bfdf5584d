import Foundation
public import Policy

/// How much of each rule book the program executes, shows, or has still before it.
public struct Coverage: Sendable, Hashable, Encodable {
    public struct Counts: Sendable, Hashable, Encodable {
        public internal(set) var executed = 0
        public internal(set) var shown = 0
        public internal(set) var planned = 0
        public internal(set) var total = 0

        mutating func count(_ status: ClauseStatus) {
            switch status {
            case .executed: executed += 1
            case .shown: shown += 1
            case .planned: planned += 1
            }
            total += 1
        }
    }

    /// The clauses of one kind.
    public struct Row: Sendable, Hashable, Encodable {
        public let kind: String
        public let counts: Counts
    }

    public struct File: Sendable, Hashable, Encodable {
        public let file: String
        /// Kinds that have clauses, in the order of the language.
        public let kinds: [Row]
        public let total: Counts
    }

    public let files: [File]
    public let total: Counts

    public static func table(of charters: [(file: String, charter: Charter)]) -> Coverage {
        let files = charters.map { file, charter in
            File(
                file: file,
                kinds: ClauseKind.allCases.compactMap { kind in
                    let counts = counts(charter.clauses.filter { $0.kind == kind })
                    return counts.total == 0 ? nil : Row(kind: kind.rawValue, counts: counts)
                },
                total: counts(charter.clauses))
        }
        return Coverage(files: files, total: counts(charters.flatMap(\.charter.clauses)))
    }

    private static func counts(_ clauses: [Clause]) -> Counts {
        clauses.reduce(into: Counts()) { $0.count($1.status) }
    }

    /// An aligned table, a line per file and kind.
    public var text: String {
        var rows = [["file", "kind", "executed", "shown", "planned", "total"]]
        for file in files {
            rows += file.kinds.map { [file.file, $0.kind] + Coverage.cells($0.counts) }
            rows.append([file.file, "total"] + Coverage.cells(file.total))
        }
        rows.append(["all", "total"] + Coverage.cells(total))
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column < 2 ? cell + space : space + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n") + "\n"
    }

    private static func cells(_ counts: Counts) -> [String] {
        [counts.executed, counts.shown, counts.planned, counts.total].map { String($0) }
    }

    /// The same as JSON, with sorted keys.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Only names and numbers are encoded, which cannot fail.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
