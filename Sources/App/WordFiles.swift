import Foundation
import Web

/// Reads the tables of words.
enum WordFiles {
    static func read(resources: String) throws -> Words.Book {
        func table(_ name: String) throws -> [String: String] {
            let path = resources + "/Resources/words/" + name
            guard let data = FileManager.default.contents(atPath: path) else {
                throw Stop("the words \(path) are missing", "缺少界面文字 \(path)")
            }
            return try JSONDecoder().decode([String: String].self, from: data)
        }
        return Words.Book(english: try table("en.json"), traditional: try table("zh-Hant.json"))
    }
}
