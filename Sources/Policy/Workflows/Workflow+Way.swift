extension Workflow {
    /// The line from each state to an end.
    ///
    /// The longest simple line of first moves tells more than the shortest: a workflow's author writes the usual way
    /// first. Where that runs in a circle, the shortest way out is taken.
    static func ways(through states: [State]) -> [String: [String]] {
        let moves = Dictionary(states.map { ($0.key, $0.moves.map(\.target)) }) { first, _ in first }
        let ends = Set(states.filter(\.isFinal).map(\.key))
        func usual(from state: String) -> [String] {
            var line = [state]
            while let next = moves[line[line.count - 1]]?.first(where: { !line.contains($0) }) { line.append(next) }
            return line
        }
        func shortest(from state: String) -> [String]? {
            var lines = [[state]]
            var visited: Set<String> = [state]
            while !lines.isEmpty {
                let line = lines.removeFirst()
                for next in moves[line[line.count - 1]] ?? [] where visited.insert(next).inserted {
                    if ends.contains(next) { return line + [next] }
                    lines.append(line + [next])
                }
            }
            return nil
        }
        return moves.keys.reduce(into: [:]) { ways, state in
            let line = usual(from: state)
            let way = ends.contains(line[line.count - 1]) ? line : shortest(from: state) ?? line
            ways[state] = Array(way.dropFirst())
        }
    }
}
