import Policy

/// What the lint knows of the law, said at its place in the file. A warning; the company decides.
struct LawSection {
    let root: Node
    let faults: FaultList

    func warn(_ findings: [LawFinding]) {
        for finding in findings {
            faults.add(
                .law, at: root.place(of: finding.path), path: finding.path,
                found: Phrase(finding.concern.found[.english], finding.concern.found.simplified),
                expected: Phrase(finding.concern.advice[.english], finding.concern.advice.simplified),
                severity: .warning, article: finding.concern.article)
        }
    }
}
