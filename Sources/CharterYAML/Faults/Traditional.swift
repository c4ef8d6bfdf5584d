import Foundation
import Synchronization

/// Traditional Chinese from Simplified, character by character.
///
/// The system's transform is slow to set up, so it is asked once for all new characters of a text
/// and its answers are kept.
enum Traditional {
    private static let known = Mutex<[Unicode.Scalar: String]>([:])

    static func text(_ simplified: String) -> String {
        learn(simplified)
        return known.withLock { known in
            simplified.unicodeScalars.reduce(into: "") { $0 += known[$1] ?? String($1) }
        }
    }

    /// Converts the characters of that text that were not met before, in one go.
    static func learn(_ text: String) {
        known.withLock { known in
            let new = Set(text.unicodeScalars.filter { isIdeograph($0) && known[$0] == nil })
            guard !new.isEmpty else { return }
            let list = Array(new)
            // A line each, so that no two neighbours are taken for one word.
            let lines = list.map { String($0) }.joined(separator: "\n")
            let converted = (lines.applyingTransform(StringTransform("Hans-Hant"), reverse: false) ?? lines)
                .split(separator: "\n", omittingEmptySubsequences: false)
            for (index, scalar) in list.enumerated() {
                known[scalar] = converted.count == list.count ? String(converted[index]) : String(scalar)
            }
        }
    }

    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        (0x3400...0x9FFF).contains(scalar.value) || scalar.value >= 0x20000
    }
}
