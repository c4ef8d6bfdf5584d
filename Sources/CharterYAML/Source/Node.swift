/// A piece of the file: text or structure, and where it stands.
struct Node {
    let place: Place
    let content: Content

    indirect enum Content {
        /// The text as written; an unquoted nothing is `nothing`.
        case scalar(String)
        case nothing
        case list([Node])
        case map([Entry])
    }

    struct Entry {
        let key: String
        let place: Place
        let value: Node
    }

    var text: String? { if case .scalar(let text) = content { text } else { nil } }
    var entries: [Entry] { if case .map(let entries) = content { entries } else { [] } }
    var items: [Node] { if case .list(let items) = content { items } else { [] } }

    subscript(key: String) -> Node? { entries.first { $0.key == key }?.value }

    /// One text or a list of them, whatever else is wrong.
    var words: [String] { text.map { [$0] } ?? items.compactMap(\.text) }

    /// Where the key or list item at the end of that path stands, or else the nearest place above it.
    func place(of path: [String]) -> Place {
        guard let step = path.first else { return place }
        let rest = Array(path.dropFirst())
        if let entry = entries.first(where: { $0.key == step }) {
            return rest.isEmpty ? entry.place : entry.value.place(of: rest)
        }
        if let index = Int(step), items.indices.contains(index) { return items[index].place(of: rest) }
        return place
    }
}
