import Foundation

extension String {
    var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }

    /// Without white space at both ends. Lists have millions of cells, and most have none.
    var trimmed: String {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last else { return self }
        if !first.properties.isWhitespace, !last.properties.isWhitespace { return self }
        let start = unicodeScalars.drop(while: \.properties.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
        return String(start[...end])
    }

    /// One line with single spaces.
    var singleSpaced: String {
        var isAfterSpace = true
        var isClean = true
        for scalar in unicodeScalars {
            let isSpace = scalar.properties.isWhitespace
            if isSpace, isAfterSpace || scalar != " " {
                isClean = false
                break
            }
            isAfterSpace = isSpace
        }
        if isClean, !isAfterSpace || isEmpty { return self }
        return split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Full-width letters and digits, ligatures and their like in their plain form.
    var plain: String { utf8.allSatisfy { $0 < 128 } ? self : precomposedStringWithCompatibilityMapping }
}

extension UInt8 {
    var isDigit: Bool { self >= 48 && self <= 57 }
}
