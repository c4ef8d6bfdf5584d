public import Policy

/// One mistake in a file, or one thing worth a second look.
public struct Fault: Error, Sendable, Hashable {
    public enum Severity: String, Sendable, CaseIterable, Hashable {
        case error, warning
    }

    public let file: String
    /// 1, 2, 3 …
    public let line: Int
    /// 1, 2, 3 …, in Unicode scalars.
    public let column: Int
    /// `clauses.D-105.oblige.within`; empty for the file as a whole.
    public let path: String
    public let code: FaultCode
    public let found: Phrase
    public let expected: Phrase
    /// The nearest valid word, only when it is near.
    public let suggestion: String?
    public let severity: Severity
    /// The source in law, of a warning about the law.
    public let article: LocalizedText?

    /// `design.yaml:120:15: error: clauses.D-105.oblige.post: found "asistant", expected a post; did you mean "assistant"?`
    public func text(in language: Language) -> String {
        let place = "\(file):\(line):\(column): "
        switch language {
        case .english:
            return place + severity.rawValue + ": " + (path.isEmpty ? "" : path + ": ") + sentence(in: language)
        case .simplified, .traditional:
            return place + Phrase("", severity == .error ? "错误：" : "提醒：").text(in: language)
                + (path.isEmpty ? "" : path + "：") + sentence(in: language)
        }
    }

    /// `found "asistant", expected a post; did you mean "assistant"?`, without its place.
    public func sentence(in language: Language) -> String {
        switch language {
        case .english:
            return "found \(found.english), expected \(expected.english)"
                + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
                + (article.map { " (\($0[language]))" } ?? "")
        case .simplified, .traditional:
            return Phrase("", "现为").text(in: language) + found.text(in: language)
                + Phrase("", "，应为").text(in: language) + expected.text(in: language)
                + (suggestion.map { Phrase("", "；是否为").text(in: language) + "“\($0)”？" } ?? "")
                + (article.map { "（\($0[language])）" } ?? "")
        }
    }
}

extension Fault {
    /// The same in a charter that is in use, where what concerns its adoption alone is worth a look and no more.
    var asFoundInUse: Fault {
        guard severity == .error, code.concerns == .adoption else { return self }
        return Fault(
            file: file, line: line, column: column, path: path, code: code, found: found, expected: expected,
            suggestion: suggestion, severity: .warning, article: article)
    }
}

extension Fault: CustomStringConvertible {
    public var description: String { text(in: .english) }
}

/// The kind of a mistake, for programs.
public enum FaultCode: String, Sendable, CaseIterable, Hashable {
    case fileTooLarge = "file_too_large"
    case notUTF8 = "not_utf8"
    case controlCharacter = "control_character"
    case tab
    case anchor
    case tag
    case tooDeep = "too_deep"
    case severalDocuments = "several_documents"
    case unreadable
    case duplicateKey = "duplicate_key"
    case unknownKey = "unknown_key"
    case missingKey = "missing_key"
    case wrongKind = "wrong_kind"
    case badWord = "bad_word"
    case outOfRange = "out_of_range"
    case tooLong = "too_long"
    case unknownReference = "unknown_reference"
    case notUnique = "not_unique"
    case circle
    case workflow
    case misplaced
    case notExecuted = "not_executed"
    case notPlanned = "not_planned"
    case wrongOrder = "wrong_order"
    case noHolidays = "no_holidays"
    case law

    /// Up to where an error of this kind stands in the way. Whoever adds a kind decides it here: what the program can work
    /// with all the same is a matter of adoption, or the next version of the program locks companies out.
    var concerns: ReadingPurpose {
        switch self {
        case .noHolidays, .law, .notExecuted, .notPlanned: .adoption
        case .fileTooLarge, .notUTF8, .controlCharacter, .tab, .anchor, .tag, .tooDeep, .severalDocuments, .unreadable,
            .duplicateKey, .unknownKey, .missingKey, .wrongKind, .badWord, .outOfRange, .tooLong, .unknownReference,
            .notUnique, .circle, .workflow, .misplaced, .wrongOrder:
            .use
        }
    }
}
