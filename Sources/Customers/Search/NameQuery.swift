/// What a clerk typed, word by word; a customer is found who answers every word.
struct NameQuery: Sendable, Equatable {
    let words: [Word]

    /// One word, and the ways to answer it.
    struct Word: Sendable, Equatable {
        let ways: [Way]
    }

    /// One way to answer a word.
    enum Way: Sendable, Equatable {
        /// All these grams, and where that is not proof the text within the search text.
        case grams([String], text: String?)
        /// An identifier by its blind index.
        case identifier(BlindIndex.Kind, String)
        case reference(String)
    }

    /// - Parameter text: at most eight words of 64 characters are looked at.
    init(_ text: String) {
        let parts = text.split { $0.isWhitespace || $0 == "," || $0 == "，" }.prefix(8).map { String($0.prefix(64)) }
        words = NameQuery.joiningTelephones(parts).map(NameQuery.word)
    }

    /// A telephone is often written in groups, `139 8765 4321`: neighbours of digits that are one together are one word.
    private static func joiningTelephones(_ parts: [String]) -> [String] {
        var joined: [String] = []
        var rest = parts[...]
        while let first = rest.first {
            let groups = rest.prefix { $0.utf8.allSatisfy { $0.isDigit || "+-()".utf8.contains($0) } }
            // The longest run that makes a telephone; two endings of four digits are eight, and no telephone here.
            let run = stride(from: groups.count, to: 1, by: -1).first { length in
                let number = groups.prefix(length).joined()
                return number.utf8.count >= 10 && PhoneNumber(number) != nil
            }
            joined.append(run.map { groups.prefix($0).joined() } ?? first)
            rest = rest.dropFirst(run ?? 1)
        }
        return joined
    }

    private static func word(_ text: String) -> Word {
        if let email = EmailAddress(text) { return Word(ways: [.identifier(.email, email.text)]) }
        var ways: [Way] = []
        if let number = IdentityNumber(text) { ways.append(.identifier(.identity, number.text)) }
        if text.utf8.count >= 10, let phone = PhoneNumber(text) { ways.append(.identifier(.phone, phone.digits)) }
        if text.contains("-"), text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) {
            ways.append(.reference(text.uppercased()))
        }
        ways += names(Glyph.all(in: text))
        return Word(ways: ways)
    }

    private static func names(_ glyphs: [Glyph]) -> [Way] {
        let folded = glyphs.map(\.folded).joined()
        var ways: [Way] = []
        if glyphs.count == 1, !glyphs[0].readings.isEmpty { return [.grams(["c:" + folded], text: nil)] }
        if folded.utf8.count == 4, folded.utf8.allSatisfy(\.isDigit) { ways.append(.grams(["d:" + folded], text: nil)) }
        if folded.utf8.allSatisfy({ $0 >= 97 && $0 <= 122 || $0.isDigit }), !folded.isEmpty {
            ways.append(beginning("p:", of: folded, NameGrams.pinyinLengths, behind: "/"))
            ways.append(beginning("y:", of: folded, NameGrams.laterLengths, behind: ""))
            ways.append(beginning("i:", of: folded, NameGrams.initialsLengths, behind: ":"))
            if folded.utf8.count > 1 {
                // Initials stand behind the colon; of what lies between them and the sign nothing is known.
                ways.append(beginning("j:", of: folded, NameGrams.laterInitialsLengths, behind: ":%"))
            }
        }
        if glyphs.count >= 2 {
            let pairs = zip(glyphs, glyphs.dropFirst()).map { "h:" + $0.folded + $1.folded }
            // A single pair proves itself; several prove only that each occurs.
            ways.append(.grams(pairs.reduced(), text: pairs.count == 1 ? nil : folded))
        }
        return ways
    }

    /// The longest stored beginning that the word fills, and the whole word where that is not all of it.
    private static func beginning(_ mark: String, of word: String, _ lengths: [Int], behind sign: String) -> Way {
        let length = lengths.last { $0 <= word.utf8.count } ?? word.utf8.count
        return .grams([mark + word.prefix(length)], text: length == word.utf8.count ? nil : sign + word)
    }
}

extension [String] {
    /// Without repetitions, in order.
    fileprivate func reduced() -> [String] {
        var seen = Set<String>()
        return filter { seen.insert($0).inserted }
    }
}
