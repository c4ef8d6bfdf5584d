import Foundation
import Mustache
public import Policy

/// The pages' templates, compiled once per language.
public struct Templates: Sendable {
    private let libraries: [Language: MustacheLibrary]

    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    /// Reads all `*.mustache` below a folder; `cases/show.mustache` becomes `cases/show`.
    /// - Throws: `Fault` naming the file that does not parse.
    public init(folder: String, words: Words.Book) throws {
        MustacheContentTypes.register(FastHTML(), named: "FAST")
        guard let files = FileManager.default.enumerator(atPath: folder) else {
            throw Fault(description: "no templates in \(folder)")
        }
        var texts: [String: String] = [:]
        for case let file as String in files where file.hasSuffix(".mustache") {
            texts[String(file.dropLast(9))] = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
        }
        var libraries: [Language: MustacheLibrary] = [:]
        for language in Language.allCases {
            var library = MustacheLibrary()
            for (name, text) in texts {
                do {
                    try library.register(
                        "{{% CONTENT_TYPE:FAST}}" + Templates.translate(text, by: words[language]), named: name)
                } catch {
                    throw Fault(description: "template \(name): \(error)")
                }
            }
            libraries[language] = library
        }
        self.libraries = libraries
    }

    public func render(_ page: Any, _ name: String, in language: Language) -> String {
        libraries[language]?.render(page, withTemplate: name) ?? ""
    }

    /// Replaces each `[[text]]` by the language's words, escaped.
    static func translate(_ text: String, by words: Words) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.range(of: "[["), let end = rest[start.upperBound...].range(of: "]]") {
            result += rest[..<start.lowerBound]
            result += FastHTML().escapeText(words(String(rest[start.upperBound..<end.lowerBound])))
            rest = rest[end.upperBound...]
        }
        return result + rest
    }
}

/// Escapes in one pass over the bytes, and copies only what needs it.
struct FastHTML: MustacheContentType {
    func escapeText(_ text: String) -> String {
        var text = text
        let clean = text.withUTF8 { bytes in
            !bytes.contains { $0 == 38 || $0 == 60 || $0 == 62 || $0 == 34 || $0 == 39 }
        }
        if clean { return text }
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count + 32)
        for byte in text.utf8 {
            switch byte {
            case 38: escaped.append(contentsOf: "&amp;".utf8)
            case 60: escaped.append(contentsOf: "&lt;".utf8)
            case 62: escaped.append(contentsOf: "&gt;".utf8)
            case 34: escaped.append(contentsOf: "&quot;".utf8)
            case 39: escaped.append(contentsOf: "&#39;".utf8)
            default: escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
