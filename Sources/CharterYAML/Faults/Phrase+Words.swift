/// What a reader of the file may find or expect.
extension Phrase {
    // Found
    static func word(_ text: String) -> Phrase {
        let text = String(text.map { $0.isNewline ? "⏎" : $0 })
        let short = text.unicodeScalars.count > 60 ? String(text.unicodeScalars.prefix(57)) + "…" : text
        return Phrase("\"\(short)\"", "“\(short)”")
    }
    static let nothing = Phrase("nothing", "空白")
    static let list = Phrase("a list", "列表")
    static let map = Phrase("a map", "映射")
    static func again(_ key: String, line: Int?) -> Phrase {
        guard let line else { return Phrase("\"\(key)\" twice", "两次“\(key)”") }
        return Phrase("\"\(key)\" a second time (first on line \(line))", "第二次出现的“\(key)”（首次在第 \(line) 行）")
    }
    /// - Parameter line: where the bracket, quote or list began that the reader could not finish.
    static func unreadable(_ problem: String, begun line: Int?) -> Phrase {
        guard let line else { return Phrase("unreadable YAML (\(problem))", "无法读取的 YAML（\(problem)）") }
        return Phrase(
            "unreadable YAML (\(problem); it began on line \(line))", "无法读取的 YAML（始于第 \(line) 行：\(problem)）")
    }

    // Expected
    static let plainText = Phrase("plain text", "普通文本")
    static let eachKeyOnce = Phrase("each key once", "每个键只写一次")
    static let text = Phrase("a text", "一段文本")
    static let title = Phrase("a title such as {zh-Hans: …, en: …}", "标题，例如 {zh-Hans: …, en: …}")
    static let flag = Phrase("true or false", "true 或 false")
    static let aList = Phrase("a list", "列表")
    static let aMap = Phrase("a map of keys and values", "由键和值组成的映射")
    static func key(_ key: String) -> Phrase { Phrase("the key \"\(key)\"", "键“\(key)”") }
    static func oneOf(_ words: [String]) -> Phrase {
        guard words.count > 1 else { return Phrase(words.first ?? "nothing", words.first ?? "空白") }
        return Phrase(
            "one of " + words.joined(separator: ", "), "以下之一：" + words.joined(separator: "、"))
    }
    static func keyOf(_ words: [String]) -> Phrase {
        guard !words.isEmpty else { return Phrase("no key here", "此处没有键") }
        return Phrase(
            "one of the keys " + words.joined(separator: ", "), "以下键之一：" + words.joined(separator: "、"))
    }
    static func number(_ range: ClosedRange<Int64>) -> Phrase {
        range.lowerBound == range.upperBound
            ? Phrase("the number \(range.lowerBound)", "数字 \(range.lowerBound)")
            : Phrase(
                "a whole number from \(range.lowerBound) to \(range.upperBound)",
                "\(range.lowerBound) 至 \(range.upperBound) 的整数")
    }
    static let snakeCase = Phrase("a key in snake_case", "小写字母、数字和下划线组成的键（snake_case）")
    static let date = Phrase("a date such as 2026-01-31", "日期，例如 2026-01-31")

    static func readable(_ problem: String) -> Phrase {
        switch problem {
        case "mapping values are not allowed in this context":
            Phrase(
                "readable YAML; text with a colon and a space in it stands in quotes, and keys of one map in one column",
                "可读取的 YAML：含冒号加空格的文本要加引号，同一映射的键要左对齐")
        case "did not find expected key", "did not find expected '-' indicator":
            Phrase(
                "readable YAML; the lines of one map or list stand in one column",
                "可读取的 YAML：同一映射或列表的各行要左对齐")
        case "did not find expected ',' or '}'", "did not find expected ',' or ']'":
            Phrase(
                "readable YAML; every bracket is closed, and text with , [ ] { } in it stands in quotes",
                "可读取的 YAML：括号要成对，含 , [ ] { } 的文本要加引号")
        case "found unexpected end of stream":
            Phrase("readable YAML; every quote and bracket is closed", "可读取的 YAML：引号和括号要成对")
        default: Phrase("readable YAML", "可读取的 YAML")
        }
    }
}
