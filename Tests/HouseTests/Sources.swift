import Foundation

/// The sources of this repository, as text.
enum Sources {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct File: Sendable {
        /// From the root: `Sources/Web/Server/Shell.swift`.
        let path: String
        let text: String

        /// `Web`
        var folder: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

        /// Its lines without comments and without what stands between quotation marks, with their numbers.
        var code: [(number: Int, text: String)] {
            var isLong = false
            return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
                let marks = line.components(separatedBy: "\"\"\"").count - 1
                defer { if marks % 2 == 1 { isLong.toggle() } }
                return (index + 1, isLong ? "" : File.bare(String(line)))
            }
        }

        private static func bare(_ line: String) -> String {
            var result = ""
            var isQuoted = false
            var previous: Character = " "
            for character in line {
                if character == "\"", previous != "\\" { isQuoted.toggle() }
                if !isQuoted { result.append(character) }
                if result.hasSuffix("//") { return String(result.dropLast(2)) }
                previous = character
            }
            return result
        }
    }

    /// All files with that ending below a folder.
    static func files(_ folder: String, ending: String = ".swift") -> [File] {
        let base = root.appending(path: folder)
        guard let names = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(ending) }.sorted().compactMap { name in
            (try? String(contentsOf: base.appending(path: name), encoding: .utf8)).map {
                File(path: folder + "/" + name, text: $0)
            }
        }
    }

    /// `Sources`' folders: one each module.
    static var modules: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }
}
