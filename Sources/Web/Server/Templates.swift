import Foundation
import Mustache
public import Policy

/// The pages' templates, compiled once per language.
public struct Templates: Sendable {
    private let libraries: [Language: MustacheLibrary]
    private let rows: [Language: RowTemplates]
    private let simplified: RowTemplates

    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    /// Reads all `*.mustache` below a folder; `cases/show.mustache` becomes `cases/show`.
    ///
    /// The lines' indentation goes, since a browser does not need it and swift-mustache pays for it at each tag.
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
        var rows: [Language: RowTemplates] = [:]
        func lines(in language: Language) throws -> [String: String] {
            texts.mapValues { Templates.translate(Self.withoutIndentation($0), by: words[language]) }
        }
        for language in Language.allCases {
            var library = MustacheLibrary()
            let texts = try lines(in: language)
            for (name, text) in texts {
                do {
                    try library.register("{{% CONTENT_TYPE:FAST}}" + text, named: name)
                } catch {
                    throw Fault(description: "template \(name): \(error)")
                }
            }
            libraries[language] = library
            rows[language] = try RowTemplates(texts)
        }
        (self.libraries, self.rows) = (libraries, rows)
        simplified = try RowTemplates(lines(in: .simplified))
    }

    func rows(in language: Language) -> RowTemplates { rows[language] ?? simplified }

    private static func withoutIndentation(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
            .joined(separator: "\n")
    }

    public func render(_ page: Any, _ name: String, in language: Language) -> String {
        let page: Any = (page as? any MustacheParent).map(SharedPage.init) ?? page
        return libraries[language]?.render(page, withTemplate: name) ?? ""
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

/// A page behind a reference, since swift-mustache copies what it asks, value by value, at each tag.
private final class SharedPage: MustacheParent {
    private let page: any MustacheParent

    init(_ page: any MustacheParent) { self.page = page }

    func child(named name: String) -> Any? { page.child(named: name) }
}

/// Escapes in one pass over the bytes, copying whole stretches between the few that need it.
struct FastHTML: MustacheContentType {
    func escapeText(_ text: String) -> String {
        if !text.utf8.contains(where: { Self.entity(of: $0) != nil }) { return text }
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count + 32)
        Self.escape(text, into: &escaped)
        return String(decoding: escaped, as: UTF8.self)
    }

    static func escape(_ text: String, into output: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices {
                guard isSpecial(bytes[index]), let entity = entity(of: bytes[index]) else { continue }
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                output.append(contentsOf: entity.utf8)
                start = index + 1
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
    }

    /// Whether the byte has an entity; asked of each byte of each text, so it is one bit of a word.
    @inline(__always)
    private static func isSpecial(_ byte: UInt8) -> Bool {
        let special: UInt64 = 1 << 34 | 1 << 38 | 1 << 39 | 1 << 60 | 1 << 62
        return byte < 64 && special &>> UInt64(byte) & 1 == 1
    }

    private static func entity(of byte: UInt8) -> String? {
        switch byte {
        case 38: "&amp;"
        case 60: "&lt;"
        case 62: "&gt;"
        case 34: "&quot;"
        case 39: "&#39;"
        default: nil
        }
    }
}
