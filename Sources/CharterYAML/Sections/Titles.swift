import Policy
import Primitives

extension Cursor {
    /// A title in the languages of the desk, each one short line.
    func title() -> LocalizedText? { localized(keys: ["zh-Hans", "zh-Hant", "en"], chinese: 40, english: 90) }

    /// A remark of a sentence or two.
    func note() -> LocalizedText? { localized(keys: ["zh-Hans", "zh-Hant", "en"], chinese: 200, english: 500) }

    func localized(keys: [String], chinese: Int, english: Int) -> LocalizedText? {
        guard case .map = node.content else {
            fail(.wrongKind, expected: .title)
            return nil
        }
        guard let map = map(keys, required: ["zh-Hans"]) else { return nil }
        let simplified = map["zh-Hans"]?.line(at: chinese)
        let traditional = map.optional("zh-Hant") { $0.line(at: chinese) }
        let translated = map.optional("en") { $0.line(at: english) }
        guard let simplified, let traditional, let translated else { return nil }
        return LocalizedText(
            simplified: simplified, traditional: traditional ?? Traditional.text(simplified), english: translated)
    }

    private func line(at most: Int) -> String? {
        let expected = Phrase("one line of at most \(most) characters", "一行，最多 \(most) 个字")
        guard let text = text(expected) else { return nil }
        guard text.contains(where: { !$0.isWhitespace }), !text.contains(where: \.isNewline) else {
            fail(.badWord, expected: expected)
            return nil
        }
        guard text.count <= most else {
            fail(
                .tooLong, found: Phrase("\(text.count) characters", "\(text.count) 个字"), expected: expected)
            return nil
        }
        return text
    }
}
