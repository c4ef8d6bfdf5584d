import Policy

/// What the lint knows of the law, said at its place in the file. A warning; the company decides.
struct LawSection {
    let root: Node
    let faults: FaultList

    func warn(_ findings: [LawFinding]) {
        for finding in findings {
            faults.add(
                .law, at: root.place(of: finding.path), path: finding.path,
                found: Phrase(finding.concern.found),
                expected: Phrase(finding.concern.advice),
                severity: .warning, article: finding.concern.article)
        }
    }
}
