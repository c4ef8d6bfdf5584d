import Foundation

public enum Gender: String, Sendable, CaseIterable, Hashable {
    case male, female

    /// Reads `男`, `M`, `先生`, `女`, `F`, `女士` and their like; `nil` for anything else.
    static func read(_ text: String) -> Gender? {
        switch text.plain.trimmed.lowercased() {
        case "男", "男性", "男士", "先生", "m", "male", "mr", "mr.": .male
        case "女", "女性", "女士", "小姐", "太太", "夫人", "f", "female", "ms", "mrs", "miss", "ms.", "mrs.": .female
        default: nil
        }
    }
}
