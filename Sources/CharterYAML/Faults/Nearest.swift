/// The valid word that somebody probably meant.
enum Nearest {
    /// `nil` unless a third of the letters or fewer must change; among equals the first.
    static func word(to found: String, in words: some Sequence<String>) -> String? {
        let letters = Array(found.lowercased().unicodeScalars)
        guard !letters.isEmpty, letters.count <= 80 else { return nil }
        var best: (word: String, distance: Int)?
        for word in words where word != found {
            let candidate = Array(word.lowercased().unicodeScalars)
            let limit = min(
                best.map { $0.distance - 1 } ?? .max, max(1, min(max(letters.count, candidate.count) / 3, 4)))
            guard abs(candidate.count - letters.count) <= limit else { continue }
            let distance = distance(letters, candidate)
            if distance <= limit { best = (word, distance) }
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours.
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var before: [Int] = []
        var previous = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                var cost = min(
                    previous[column] + 1, current[column - 1] + 1,
                    previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    cost = min(cost, before[column - 2] + 1)
                }
                current.append(cost)
            }
            (before, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
