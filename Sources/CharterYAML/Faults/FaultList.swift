import Policy

/// The faults of one file as they are found; many readers write to the one list.
final class FaultList {
    let file: String
    private(set) var faults: [Fault] = []

    init(file: String) {
        self.file = file
    }

    var hasErrors: Bool { faults.contains { $0.severity == .error } }

    func add(
        _ code: FaultCode, at place: Place, path: [String] = [], found: Phrase, expected: Phrase,
        suggestion: String? = nil, severity: Fault.Severity = .error, article: LocalizedText? = nil
    ) {
        faults.append(
            Fault(
                file: file, line: place.line, column: place.column, path: path.joined(separator: "."), code: code,
                found: found, expected: expected, suggestion: suggestion, severity: severity, article: article))
    }

    func add(_ fault: Fault) { faults.append(fault) }

    /// Drops what was found at those places, where the text is not what its author wrote.
    func remove(at places: Set<Place>) {
        faults.removeAll { places.contains(Place(line: $0.line, column: $0.column)) }
    }

    /// By line and column, each once.
    var sorted: [Fault] {
        var seen: Set<Fault> = []
        return faults.filter { seen.insert($0).inserted }
            .sorted { ($0.line, $0.column, $0.path) < ($1.line, $1.column, $1.path) }
    }
}

/// A spot in the file; lines and columns count from 1.
struct Place: Hashable {
    let line: Int
    let column: Int
}
