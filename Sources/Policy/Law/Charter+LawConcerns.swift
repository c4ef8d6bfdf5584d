extension Charter {
    /// What the law may object to, by the clauses that ask for it; a rule that names no clause is left out.
    public var lawConcerns: [Clause.Key: [LawConcern]] {
        var concerns: [Clause.Key: [LawConcern]] = [:]
        let lint = LawLint(
            forms: forms, facts: facts, clauses: clauses, offences: offences, ladders: ladders, membership: membership)
        for finding in lint.findings {
            for clause in clausesNamed(at: finding.path)
            where !concerns[clause, default: []].contains(finding.concern) {
                concerns[clause, default: []].append(finding.concern)
            }
        }
        return concerns
    }

    /// The clauses of the innermost part on the path that names any.
    private func clausesNamed(at path: [String]) -> [Clause.Key] {
        guard path.count >= 2 else { return [] }
        switch path[0] {
        case "clauses": return [path[1]]
        case "membership": return membership?.storedValue?.clauses ?? []
        case "offences": return offences.first { $0.key == path[1] }?.clauses ?? []
        case "ladders":
            let rungs = ladders.first { $0.key == path[1] }?.rungs ?? []
            return rungs.first { path.count > 3 && String($0.count) == path[3] }?.clauses ?? []
        case "forms":
            let form = form(path[1])
            return named(path.count > 3 ? form?.field(path[3]) : nil, or: form?.clauses ?? [])
        case "facts":
            let fact = fact(path[1])
            return named(fact?.fields.first { path.count > 3 && $0.key == path[3] }, or: fact?.clauses ?? [])
        default: return []
        }
    }

    private func named(_ field: FormField?, or clauses: [Clause.Key]) -> [Clause.Key] {
        field.flatMap { $0.clauses.isEmpty ? nil : $0.clauses } ?? clauses
    }
}
