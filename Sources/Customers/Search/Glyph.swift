import Foundation
import Synchronization

/// One character as the search knows it: folded, and read aloud.
struct Glyph: Sendable, Hashable {
    /// Lower case, Simplified, without accents; empty for spaces and punctuation.
    let folded: String
    /// The syllables of a Chinese character without tones; empty for all others. Several where names and towns read it
    /// in several ways: 长 is `zhang` and `chang`.
    let readings: [String]
    /// As a family name, where that sounds otherwise: 单 is `shan`, 曾 `zeng`, 仇 `qiu`.
    let surnames: [String]

    /// The letters and digits of a text, folded one by one.
    static func all(in text: String) -> [Glyph] {
        known.withLock { known in
            text.unicodeScalars.compactMap { scalar in
                if let glyph = known[scalar] { return glyph.folded.isEmpty ? nil : glyph }
                let glyph = Glyph(scalar)
                known[scalar] = glyph
                return glyph.folded.isEmpty ? nil : glyph
            }
        }
    }

    /// Transliteration costs some 50 µs a name and characters come again, so each is asked for once.
    private static let known = Mutex<[Unicode.Scalar: Glyph]>([:])

    private init(_ scalar: Unicode.Scalar) {
        let text = String(scalar).precomposedStringWithCompatibilityMapping
        guard let scalar = text.unicodeScalars.first, scalar.properties.isIdeographic else {
            folded = text.lowercased().transformed(.stripDiacritics).filter { $0.isLetter || $0.isNumber }
            readings = []
            surnames = []
            return
        }
        folded = text.transformed(StringTransform("Traditional-Simplified"))
        let usual = Glyph.syllables(folded.transformed(.mandarinToLatin))
        let all = usual + Polyphones.readings(of: folded).filter { !usual.contains($0) }
        // The transform for names reads a lone character as a family name.
        let named = Glyph.syllables(folded.transformed(StringTransform("Han-Latin/Names")))
        surnames = named.filter { !all.contains($0) }
        readings = all
    }

    /// `lǚ` is typed `lv` or `lu`.
    private static func syllables(_ latin: String) -> [String] {
        let sound = latin.lowercased()
        let plain = sound.transformed(.stripDiacritics).filter { $0 >= "a" && $0 <= "z" }
        if plain.isEmpty { return [] }
        let rounded = sound.decomposedStringWithCanonicalMapping.unicodeScalars.contains("\u{308}")
        return rounded ? [plain.replacing("u", with: "v"), plain] : [plain]
    }
}

extension String {
    fileprivate func transformed(_ transform: StringTransform) -> String {
        self.applyingTransform(transform, reverse: false) ?? self
    }
}
