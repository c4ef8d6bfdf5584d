/// A run of clauses under one heading.
public struct ChapterRun: Sendable {
    /// `nil` for clauses before the first heading, or in a book without headings.
    public let chapter: Chapter?
    public let clauses: [Clause]
}

extension Charter {
    /// All clauses in the order of the book, cut at the headings.
    public var chapterRuns: [ChapterRun] {
        let starts = Dictionary(chapters.map { ($0.from, $0) }) { first, _ in first }
        var runs: [(chapter: Chapter?, clauses: [Clause])] = []
        for clause in clauses {
            if let chapter = starts[clause.key] {
                runs.append((chapter, [clause]))
            } else if runs.isEmpty {
                runs.append((nil, [clause]))
            } else {
                runs[runs.count - 1].clauses.append(clause)
            }
        }
        return runs.map { ChapterRun(chapter: $0.chapter, clauses: $0.clauses) }
    }
}
