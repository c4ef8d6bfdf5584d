import Policy
import Yams

/// Text → nodes, or the places where it is not YAML.
struct NodeReader {
    let faults: FaultList

    /// What a text holds.
    struct Nodes {
        let root: Node
        /// Places whose text is not the author's.
        let blanked: Set<Place>
        /// The text once more for each turn in which a key that is written twice has its earlier value, and where
        /// those values stand: they are looked at as well.
        let twins: [(root: Node, places: Set<Place>)]
    }

    /// `nil` when the text cannot be read; the faults say why.
    func read(_ text: String) -> Nodes? {
        guard text.utf8.count <= SourceText.largest else {
            faults.add(
                .fileTooLarge, at: Place(line: 1, column: 1),
                found: Phrase("a file of \(text.utf8.count) bytes", "\(text.utf8.count) 字节的文件"),
                expected: Phrase("at most \(SourceText.largest) bytes", "最多 \(SourceText.largest) 字节"))
            return nil
        }
        let source = SourceText(text, faults: faults)
        guard source.isReadable else { return nil }
        var bytes = source.bytes
        // Two equal keys stop the YAML reader at the first pair, so one of them gets another name until all are found.
        var renamed: [Place: String] = [:]
        while true {
            do {
                let root = try compose(bytes)
                guard let root else { return Nodes(root: nothing(), blanked: source.blanked, twins: []) }
                return Nodes(
                    root: NodeTree(faults: faults, renamed: renamed).node(root, path: []), blanked: source.blanked,
                    twins: twins(of: root, renamed))
            } catch .duplicatedKeysInMapping(let keys, let context) where renamed.count < 50 {
                let place = Place(line: context.mark.line, column: context.mark.column)
                guard renamed[place] == nil, let changed = rename(place, number: renamed.count, in: bytes) else {
                    report(.duplicatedKeysInMapping(duplicates: [], context: context))
                    return nil
                }
                renamed[place] = keys.first ?? ""
                bytes = changed
            } catch {
                if !reportSections(of: source) { report(error) }
                for (place, key) in renamed {
                    faults.add(.duplicateKey, at: place, found: .again(key, line: nil), expected: .eachKeyOnce)
                }
                return nil
            }
        }
    }

    private func twins(of root: Yams.Node, _ renamed: [Place: String]) -> [(root: Node, places: Set<Place>)] {
        var twins: [(root: Node, places: Set<Place>)] = []
        for turn in 0..<renamed.count {
            let tree = NodeTree(faults: faults, renamed: renamed, turn: turn)
            let node = tree.node(root, path: [])
            if tree.taken.places.isEmpty { break }
            twins.append((node, tree.taken.places))
        }
        return twins
    }

    private func nothing() -> Node { Node(place: Place(line: 1, column: 1), content: .nothing) }

    private func compose(_ bytes: [UInt8]) throws(YamlError) -> Yams.Node? {
        do {
            return try Yams.Parser(
                yaml: String(decoding: bytes, as: UTF8.self), resolver: .basic, encoding: .utf8
            ).singleRoot()
        } catch let error as YamlError {
            throw error
        } catch {
            throw .writer(problem: "\(error)")
        }
    }

    /// The text with a key that nobody writes in place of that one, of the same length, so that every mark stays.
    private func rename(_ place: Place, number: Int, in bytes: [UInt8]) -> [UInt8]? {
        var index = 0
        for _ in 1..<max(1, place.line) {
            guard let end = bytes[index...].firstIndex(of: 10) else { return nil }
            index = end + 1
        }
        var column = 1
        while column < place.column, index < bytes.count {
            index += 1
            while index < bytes.count, bytes[index] & 0xC0 == 0x80 { index += 1 }
            column += 1
        }
        guard index < bytes.count, bytes[index] != UInt8(ascii: "["), bytes[index] != UInt8(ascii: "{"),
            bytes[index] != UInt8(ascii: "?"), bytes[index] != UInt8(ascii: ":")
        else { return nil }
        if bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") { index += 1 }
        guard index < bytes.count, bytes[index] & 0x80 == 0 || bytes[index] >= 0xC0 else { return nil }
        // Private-use characters, so that no written key equals it. One character gives way to one.
        guard let mark = Unicode.Scalar(0xE000 + UInt32(number)) else { return nil }
        var end = index + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return Array(bytes[..<index]) + Array(String(mark).utf8) + Array(bytes[end...])
    }

    private func report(_ error: YamlError, lineOffset: Int = 0) {
        let place: Place
        let problem: String
        var begun: Int?
        switch error {
        case .scanner(let context, let text, let mark, _), .parser(let context, let text, let mark, _),
            .composer(let context, let text, let mark, _):
            place = Place(line: mark.line + lineOffset, column: mark.column)
            problem = text
            begun = context.flatMap { $0.mark.line < mark.line ? $0.mark.line + lineOffset : nil }
        case .duplicatedKeysInMapping(_, let context):
            faults.add(
                .duplicateKey, at: Place(line: context.mark.line + lineOffset, column: context.mark.column),
                found: Phrase("a key twice", "同一个键写了两次"), expected: .eachKeyOnce)
            return
        default:
            place = Place(line: 1 + lineOffset, column: 1)
            problem = "\(error)"
        }
        if problem == "but found another document" {
            faults.add(
                .severalDocuments, at: place, found: Phrase("a second document", "第二个文档"),
                expected: Phrase("one document in a file", "每个文件只有一个文档"))
        } else {
            faults.add(
                .unreadable, at: place, found: .unreadable(problem, begun: begun), expected: .readable(problem))
        }
    }

    /// The YAML reader stops at the first fault; each top section is read by itself to find the others.
    ///
    /// - Returns: whether any section is unreadable by itself.
    private func reportSections(of source: SourceText) -> Bool {
        let lines = source.bytes.split(separator: 10, omittingEmptySubsequences: false)
        let starts = lines.indices.filter { index in
            (lines[index].first ?? 0) >= 97 && (lines[index].first ?? 0) <= 122 && lines[index].contains(58)
        }
        var isFaulty = false
        for (position, start) in starts.enumerated() {
            let end = position + 1 < starts.count ? starts[position + 1] : lines.count
            do {
                _ = try compose(Array(lines[start..<end].joined(separator: [10])))
            } catch .duplicatedKeysInMapping {
                continue
            } catch {
                report(error, lineOffset: start)
                isFaulty = true
            }
        }
        return isFaulty
    }
}

/// The YAML reader's nodes → ours: every scalar as text, keys as text, duplicate keys reported.
private struct NodeTree {
    let faults: FaultList
    /// Keys that were written twice, by the place of the one that got another name.
    let renamed: [Place: String]
    /// Which of the earlier values of such a key to take; `nil` for the last that was written.
    var turn: Int?
    let taken = Taken()

    /// Where the earlier values stand that were taken.
    final class Taken {
        var places: Set<Place> = []
        var isWithin = false
    }

    func node(_ node: Yams.Node, path: [String]) -> Node {
        let place = place(node)
        if taken.isWithin { taken.places.insert(place) }
        switch node {
        case .scalar(let scalar):
            let isNothing = scalar.string.isEmpty && (scalar.style == .plain || scalar.style == .any)
            return Node(place: place, content: isNothing ? .nothing : .scalar(scalar.string))
        case .sequence(let items):
            return Node(
                place: place,
                content: .list(items.enumerated().map { self.node($1, path: path + [String($0)]) }))
        case .mapping(let pairs):
            return Node(place: place, content: .map(entries(pairs, path: path)))
        case .alias:
            return Node(place: place, content: .nothing)
        }
    }

    private func place(_ node: Yams.Node) -> Place {
        node.mark.map { Place(line: $0.line, column: $0.column) } ?? Place(line: 1, column: 1)
    }

    private func entries(_ pairs: Yams.Node.Mapping, path: [String]) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        var earlier: [String: [(place: Place, value: Yams.Node)]] = [:]
        for (key, value) in pairs {
            if let name = renamed[place(key)] { earlier[name, default: []].append((place(key), value)) }
        }
        for (key, value) in pairs {
            let place = place(key)
            guard case .scalar(let scalar) = key else {
                faults.add(
                    .wrongKind, at: place, path: path, found: Phrase("a list or map as a key", "以列表或映射作键"),
                    expected: Phrase("a word as a key", "以一个词作键"))
                continue
            }
            if renamed[place] != nil { continue }
            let word = scalar.string
            let before = earlier[word] ?? []
            for twin in before { reportDuplicate(word, at: place, first: twin.place, path: path) }
            if let turn, before.indices.contains(turn) {
                let twin = before[turn]
                entries.append(
                    Node.Entry(
                        key: word, place: twin.place,
                        value: within(twin.place) { node(twin.value, path: path + [word]) }))
            } else {
                if taken.isWithin { taken.places.insert(place) }
                entries.append(Node.Entry(key: word, place: place, value: node(value, path: path + [word])))
            }
        }
        return entries
    }

    private func within(_ place: Place, _ read: () -> Node) -> Node {
        let outer = taken.isWithin
        taken.isWithin = true
        defer { taken.isWithin = outer }
        taken.places.insert(place)
        return read()
    }

    /// The renamed key stands first; the fault is shown at the one that repeats it.
    private func reportDuplicate(_ key: String, at place: Place, first: Place, path: [String]) {
        faults.add(
            .duplicateKey, at: place, path: path + [key], found: .again(key, line: first.line),
            expected: .eachKeyOnce)
    }
}
