import Foundation
import Testing

/// A misspelt tag prints nothing, so each is compared with what the pages hold.
struct TemplateTests {
    @Test func `every tag of a template is something that a page holds`() {
        let known = StoredProperties.names(in: Sources.files("Sources/Web"))
        #expect(known.count > 100)
        let faults = Sources.files("Sources/Web/Templates", ending: ".mustache").flatMap { file in
            Tag.all(in: file.text).flatMap { tag in
                (tag.path ?? []).filter { !known.contains($0) }.map {
                    "\(file.path):\(tag.line) {{\(tag.text)}}: \($0)"
                }
            }
        }
        #expect(faults == [])
    }

    @Test func `a tag names what its own page holds, and not only what some page does`() {
        let files = Sources.files("Sources/Web")
        let types = PageTypes(files)
        let templates = Dictionary(
            uniqueKeysWithValues: Sources.files("Sources/Web/Templates", ending: ".mustache").map {
                (String($0.path.dropFirst("Sources/Web/Templates/".count).dropLast(".mustache".count)), $0)
            })
        let pages = PageTypes.pages(in: files)
        #expect(pages.count > 35, "\(pages.count) pages are told by their calls")
        var faults: Set<String> = []
        for (template, type) in pages {
            let known = types.names(within: type)
            var waiting = [template]
            var seen: Set<String> = []
            while let name = waiting.popLast() {
                guard seen.insert(name).inserted, let file = templates[name] else { continue }
                let tags = Tag.all(in: file.text)
                waiting += tags.compactMap(\.template)
                for tag in tags {
                    for word in tag.path ?? [] where !known.contains(word) {
                        faults.insert("\(file.path):\(tag.line) {{\(tag.text)}}: \(word) is nothing of \(type)")
                    }
                }
            }
        }
        #expect(faults.sorted() == [])
    }

    @Test func `a page holds what its own parts hold, and nothing of others`() {
        let file = Sources.File(
            path: "Sources/Web/X.swift",
            text: """
                struct Page {
                    let title: String
                    let rows: [Row]
                    struct Row {
                        let name: String
                        let more: Other?
                    }
                }
                struct Other {
                    let deep: Int
                }
                struct Stranger {
                    let secret: Int
                }
                func show() { desk.html(
                    Page(title: "A", rows: []), "rooms/page", context) }
                """)
        #expect(PageTypes([file]).names(within: "Page") == ["title", "rows", "name", "more", "deep"])
        #expect(PageTypes.pages(in: [file]).map { [$0.template, $0.type] } == [["rooms/page", "Page"]])
    }

    @Test func `every partial and every layout is a template`() {
        let files = Sources.files("Sources/Web/Templates", ending: ".mustache")
        let names = Set(
            files.map { String($0.path.dropFirst("Sources/Web/Templates/".count).dropLast(".mustache".count)) })
        for file in files {
            for tag in Tag.all(in: file.text) {
                guard let name = tag.template else { continue }
                #expect(names.contains(name), "\(file.path):\(tag.line) {{\(tag.text)}}: no such template")
            }
        }
    }

    @Test func `every template is asked for by some page or some template`() {
        let files = Sources.files("Sources/Web/Templates", ending: ".mustache")
        var asked = Set(files.flatMap { Tag.all(in: $0.text).compactMap(\.template) })
        for file in Sources.files("Sources/Web") {
            for match in file.text.matches(of: /"([a-z0-9-]+(?:\/[a-z0-9-]+)*)"/) { asked.insert(String(match.1)) }
        }
        for file in files {
            let name = String(file.path.dropFirst("Sources/Web/Templates/".count).dropLast(".mustache".count))
            #expect(asked.contains(name), "nobody asks for \(file.path)")
        }
    }

    @Test func `sections are closed in their order`() {
        for file in Sources.files("Sources/Web/Templates", ending: ".mustache") {
            var open: [String] = []
            for tag in Tag.all(in: file.text) {
                switch tag.sign {
                case "#", "^", "<", "$": open.append(tag.name)
                case "/":
                    #expect(
                        open.last == tag.name,
                        "\(file.path):\(tag.line) {{\(tag.text)}} closes \(open.last ?? "nothing")")
                    if !open.isEmpty { open.removeLast() }
                default: break
                }
            }
            #expect(open.isEmpty, "\(file.path) leaves \(open) open")
        }
    }

    @Test func `tags are read in each of their spellings`() {
        let tags = Tag.all(
            in:
                "{{a}} {{{b.c}}}\n{{#.d}}{{.}}{{/.d}} {{>row}} {{<page}}{{$main}}{{/main}}{{/page}} {{! no }} {{^first()}}x{{/first()}}"
        )
        #expect(tags.compactMap(\.path) == [["a"], ["b", "c"], ["d"], ["d"]])
        #expect(tags.compactMap(\.template) == ["row", "page"])
        #expect(tags.map(\.line) == [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2])
    }

    @Test func `stored properties are told from computed ones`() {
        let file = Sources.File(
            path: "Sources/Web/X.swift",
            text: """
                struct Page {
                    let title: String
                    var isOpen = false
                    private let secret: Int, other: Int
                    var words: String { title }
                    static let shared = Page()
                    let rows: [String: Int]
                    var seen: Int = 0 {
                        didSet {}
                    }
                }
                """)
        #expect(StoredProperties.names(in: [file]) == ["title", "isOpen", "secret", "rows", "seen"])
    }
}

/// What stands between two braces.
struct Tag {
    let line: Int
    /// As it is written, without the braces.
    let text: String
    /// `#`, `^`, `/`, `>`, `<`, `$`, `!`, `&`, or nothing.
    let sign: Character?
    /// What follows the sign.
    let name: String

    /// The properties that it reads, outermost first; `nil` where it reads none.
    var path: [String]? {
        guard sign == nil || sign == "#" || sign == "^" || sign == "/" || sign == "&" else { return nil }
        // A section's end repeats its beginning; of a block or a layout it names no property.
        if sign == "/", !isSection { return nil }
        // `first()` and its like are the renderer's own.
        let words = name.split(separator: ".").map(String.init).filter { !$0.hasSuffix("()") }
        return words.isEmpty ? nil : words
    }

    /// The partial or the layout that it names.
    var template: String? { sign == ">" || sign == "<" ? name : nil }

    private let isSection: Bool

    static func all(in text: String) -> [Tag] {
        var tags: [Tag] = []
        var open: [Character] = []
        var line = 1
        var rest = text[...]
        while let start = rest.range(of: "{{") {
            line += rest[..<start.lowerBound].count { $0 == "\n" }
            rest = rest[start.upperBound...]
            let isRaw = rest.first == "{"
            if isRaw { rest = rest.dropFirst() }
            guard let end = rest.range(of: isRaw ? "}}}" : "}}") else { break }
            let inner = rest[..<end.lowerBound].trimmingCharacters(in: .whitespaces)
            let first = inner.first
            let sign = first.flatMap { "#^/><$!&%".contains($0) ? $0 : nil }
            let name = sign == nil ? inner : inner.dropFirst().trimmingCharacters(in: .whitespaces)
            var isSection = false
            if let sign, "#^<$".contains(sign) { open.append(sign) }
            if sign == "/" { isSection = open.popLast().map { "#^".contains($0) } ?? true }
            if sign != "!", sign != "%" {
                tags.append(Tag(line: line, text: inner, sign: sign, name: name, isSection: isSection))
            }
            line += rest[..<end.upperBound].count { $0 == "\n" }
            rest = rest[end.upperBound...]
        }
        return tags
    }
}

/// The names that a template can find by reflection.
enum StoredProperties {
    static func names(in files: [Sources.File]) -> Set<String> {
        var names: Set<String> = []
        for file in files {
            // A page may answer by name instead, which is faster than reflection.
            if file.text.contains("func child(named") {
                for match in file.text.matches(of: /case "(\w+)":/) { names.insert(String(match.1)) }
            }
            // So may a row, by the cases of its tags.
            if file.text.contains("TemplateRow {") {
                for match in file.text.matches(of: /case \.(\w+):/) { names.insert(String(match.1)) }
            }
            let lines = file.code
            for (index, line) in lines.enumerated() where line.text.contains("let ") || line.text.contains("var ") {
                guard
                    let match = line.text.firstMatch(
                        of: /^\s*(?:(?:public|internal|private|fileprivate)(?:\(set\))? )*(let|var) (\w+)\s*[:=]/),
                    line.text.firstMatch(of: /\bstatic\b/) == nil
                else { continue }
                let opens = line.text.contains("{") && !line.text.contains("= {") && !line.text.contains("=")
                // `var x: T {` is computed unless observers follow.
                let next = index + 1 < lines.count ? lines[index + 1].text : ""
                let isObserved = next.contains("didSet") || next.contains("willSet")
                if match.1 == "var", opens, !isObserved { continue }
                names.insert(String(match.2))
            }
        }
        return names
    }
}

/// Which names a page holds, itself and in its parts, told from the declarations.
struct PageTypes {
    /// By the type's own name, of all types of that name.
    private var properties: [String: Set<String>] = [:]
    private var parts: [String: Set<String>] = [:]

    init(_ files: [Sources.File]) {
        for file in files {
            // The types that are open at a line, by the column of their first word.
            var open: [(column: Int, name: String)] = []
            var texts: [String: [String]] = [:]
            for line in file.text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init) {
                let column = line.prefix { $0 == " " }.count
                if line.dropFirst(column).hasPrefix("//") { continue }
                while let last = open.last, column <= last.column, !line.dropFirst(column).hasPrefix("}") {
                    open.removeLast()
                }
                if let match = line.firstMatch(
                    of: /^\s*(?:(?:public|private|fileprivate|final) )*(?:struct|class|enum|extension) (\w+)/)
                {
                    open.append((column, String(match.1)))
                }
                guard let own = open.last?.name else { continue }
                texts[own, default: []].append(line)
                guard
                    let match = line.firstMatch(
                        of: /^\s*(?:(?:public|private)(?:\(set\))? )*(?:let|var) \w+\s*(?::([^={]+)|=\s*([A-Z]\w*))/)
                else { continue }
                for type in String(match.1 ?? match.2 ?? "").matches(of: /[A-Z]\w*/) {
                    parts[own, default: []].insert(String(type.output))
                }
            }
            for (name, lines) in texts {
                let text = lines.joined(separator: "\n")
                let part = Sources.File(path: file.path, text: text)
                properties[name, default: []].formUnion(StoredProperties.names(in: [part]))
                if text.contains("func child(named") {
                    for match in text.matches(of: /case "(\w+)"/) { properties[name]?.insert(String(match.1)) }
                }
                for match in text.matches(of: /case ((?:\.\w+(?:, )?)+):/) {
                    for tag in match.1.split(separator: ",") {
                        properties[name]?.insert(tag.trimmingCharacters(in: CharacterSet(charactersIn: " .")))
                    }
                }
            }
        }
    }

    func names(within page: String) -> Set<String> {
        var seen: Set<String> = []
        var waiting = [page]
        var names: Set<String> = []
        while let type = waiting.popLast() {
            guard seen.insert(type).inserted else { continue }
            names.formUnion(properties[type] ?? [])
            waiting += parts[type] ?? []
        }
        return names
    }

    /// The pages that are made where they are answered, with their templates.
    static func pages(in files: [Sources.File]) -> [(template: String, type: String)] {
        files.flatMap { file in
            file.text.matches(of: /html\(\s*([A-Z]\w+)\(((?:(?!html\()[\s\S])*?)"([a-z]+\/[a-z-]+)",/).map {
                (String($0.output.3), String($0.output.1))
            }
        }
    }
}
