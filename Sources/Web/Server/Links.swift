import Policy

/// Addresses that pages of several rooms link to.
enum Links {
    /// Finds its clause whatever chapter the book shows.
    static func clause(_ key: Clause.Key) -> String { "/charter/clauses/\(key)" }
    static func adherence(_ key: Clause.Key) -> String { "/charter/clauses/\(key)/adherence" }
    static func post(_ key: Post.Key) -> String { "/people/posts/\(key)" }
    static func workflow(_ key: String) -> String { "/charter/workflows/\(key)" }
}
