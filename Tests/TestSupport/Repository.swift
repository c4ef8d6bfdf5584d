import CharterYAML
public import Foundation
public import Policy
import Primitives
import Synchronization

/// The files of this repository that tests read.
public enum Repository {
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A charter that ships with the program, by its file name.
    public static func charter(_ name: String) throws -> (text: String, charter: Charter) {
        let text = try String(contentsOf: root.appending(path: "Charters/\(name).yaml"), encoding: .utf8)
        let table = try String(contentsOf: root.appending(path: "Resources/holidays/cn.yaml"), encoding: .utf8)
        return (text, try read(text, holidays: ["cn": try HolidayFile.read(table, file: "cn.yaml")]))
    }

    /// What was read once: hundreds of tests open the same shop.
    private static let known = Mutex<[String: Charter]>([:])

    /// Reads a charter, or says all that is wrong with it.
    public static func read(_ text: String, holidays: [String: HolidayTable] = [:]) throws -> Charter {
        if let charter = known.withLock({ $0[text] }) { return charter }
        let result = CharterReader.read(text, file: "charter.yaml", holidays: holidays, currentYear: 2026)
        guard let charter = result.charter else {
            throw Misspelt(faults: result.errors.map(\.description))
        }
        known.withLock { $0[text] = charter }
        return charter
    }

    /// What becomes of a text, as `App` tells the pages; without any holidays.
    public static func reading(_ text: String) -> ReadCharter {
        CharterReader.read(text, file: "yaml", holidays: [:], currentYear: 2026).readCharter
    }

    public struct Misspelt: Error, CustomStringConvertible {
        let faults: [String]
        public var description: String { faults.joined(separator: "\n") }
    }
}
