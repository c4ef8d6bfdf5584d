import Foundation

/// The sources of this repository, as text, read once.
enum Sources {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct Line: Sendable {
        let number: Int
        let text: String
    }

    struct File: Sendable {
        /// From the root: `Sources/Web/Server/Shell.swift`.
        let path: String
        let text: String
        /// Its lines that hold code, without comments and without what stands between quotation marks.
        let code: [Line]

        init(path: String, text: String) {
            self.path = path
            self.text = text
            code = path.hasSuffix(".swift") ? File.code(of: text) : []
        }

        /// `Web`
        var folder: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

        private static func code(of text: String) -> [Line] {
            var lines: [Line] = []
            var isLong = false
            for (index, line) in text.utf8.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
                let bare = bare(line, &isLong)
                if bare.contains(where: { $0 != 32 }) {
                    lines.append(Line(number: index + 1, text: String(decoding: bare, as: UTF8.self)))
                }
            }
            return lines
        }

        /// - Parameter isLong: whether the line begins within a text of several lines.
        private static func bare(_ line: Substring.UTF8View, _ isLong: inout Bool) -> [UInt8] {
            let (quote, slash, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: "\\"))
            var bare: [UInt8] = []
            var isQuoted = false
            var bytes = line[...]
            while let byte = bytes.first {
                if bytes.starts(with: [quote, quote, quote]) {
                    isLong.toggle()
                    bytes = bytes.dropFirst(3)
                } else if isLong {
                    bytes = bytes.dropFirst()
                } else if byte == backslash, isQuoted {
                    bytes = bytes.dropFirst(2)
                } else if byte == quote {
                    isQuoted.toggle()
                    bytes = bytes.dropFirst()
                } else if !isQuoted, bytes.starts(with: [slash, slash]) {
                    return bare
                } else {
                    if !isQuoted { bare.append(byte) }
                    bytes = bytes.dropFirst()
                }
            }
            return bare
        }
    }

    private static let swift = read(".swift")
    private static let templates = read(".mustache")

    private static func read(_ ending: String) -> [File] {
        let base = root.appending(path: "Sources")
        guard let names = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(ending) }.sorted().compactMap { name in
            (try? String(contentsOf: base.appending(path: name), encoding: .utf8)).map {
                File(path: "Sources/" + name, text: $0)
            }
        }
    }

    /// All files with that ending below a folder.
    static func files(_ folder: String, ending: String = ".swift") -> [File] {
        (ending == ".swift" ? swift : templates).filter { $0.path.hasPrefix(folder + "/") }
    }

    /// `Sources`' folders: one each module.
    static let modules: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }()

    /// `Sources/Web/X.swift:12 …` for each line that a look finds fault with.
    static func faults(in folder: String, _ look: (File, Line) -> String?) -> [String] {
        files(folder).flatMap { file in
            file.code.compactMap { line in look(file, line).map { "\(file.path):\(line.number) \($0)" } }
        }
    }
}
