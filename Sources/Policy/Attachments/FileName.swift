/// The name of a file as it is shown and given back; where it is kept has another.
public enum FileName {
    /// Of a name from outside: its last part, without what cannot be seen or turns the reading direction.
    /// - Returns: `nil` where nothing is left.
    public static func cleaned(_ name: String) -> String? {
        // By scalars: an accent behind a slash would hide it from characters.
        let last = name.unicodeScalars.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last
        var scalars = String.UnicodeScalarView()
        for scalar in last ?? name.unicodeScalars[name.endIndex...] {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: continue
            case .spaceSeparator: scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        var clean = String(scalars).trimmed[...]
        // A leading dot hides a file, and a trailing one hides its ending.
        while clean.first == "." || clean.first == " " { clean.removeFirst() }
        while clean.last == "." || clean.last == " " { clean.removeLast() }
        guard !clean.isEmpty else { return nil }
        return shortened(String(clean))
    }

    static let longest = 120

    /// At most so many characters, the ending kept.
    private static func shortened(_ name: String) -> String {
        guard name.unicodeScalars.count > longest else { return name }
        let ending = ending(of: name)
        let room = longest - (ending.isEmpty ? 0 : ending.unicodeScalars.count + 1)
        let stem = String(String.UnicodeScalarView(name.unicodeScalars.prefix(room)))
        return ending.isEmpty ? stem : stem + "." + ending
    }

    /// What follows the last dot in lower case, at most eight letters or digits; empty where there is none.
    public static func ending(of name: String) -> String {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 1, let last = parts.last, (1...8).contains(last.count),
            last.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) })
        else { return "" }
        return last.lowercased()
    }
}
