/// What a name is found by: a pure function from names and numbers to grams, each read by equality.
///
/// | gram | of 张三丰 | answers the query |
/// |---|---|---|
/// | `c:` every Chinese character | `c:张` `c:三` `c:丰` | `三` |
/// | `h:` every two neighbouring characters | `h:张三` `h:三丰` | `三丰`, `張三`, `lee` |
/// | `p:` the beginnings of the whole in pinyin, 2…12 letters | `p:zh` … `p:zhangsanfen` | `zhang`, `zhangsan` |
/// | `i:` the beginnings of its initials, 1…8 | `i:z` `i:zs` `i:zsf` | `zs` |
/// | `y:` later syllables, alone and in pairs | `y:san` `y:sanfeng` `y:feng` | `sanfeng` |
/// | `d:` last four digits of telephones and references | `d:5678` | `5678` |
enum NameGrams {
    static let longestPinyin = 12
    static let longestInitials = 8

    /// The grams of one customer, sorted.
    /// - Parameters:
    ///   - names: of the file and of the people in it.
    ///   - endings: four digits each.
    static func grams(names: [String], endings: [String]) -> [String] {
        var grams = Set<String>()
        for name in names { add(name, to: &grams) }
        for ending in endings where !ending.isEmpty { grams.insert("d:" + ending) }
        return grams.sorted()
    }

    /// The name folded for comparison: 張三 Lee → `张三lee`.
    static func folded(_ name: String) -> String {
        Glyph.all(in: name).map(\.folded).joined()
    }

    /// The name in pinyin without spaces, in each reading.
    static func pinyin(_ name: String) -> [String] {
        words(Glyph.all(in: name)).map { $0.joined() }
    }

    private static func add(_ name: String, to grams: inout Set<String>) {
        let glyphs = Glyph.all(in: name)
        for glyph in glyphs where !glyph.readings.isEmpty { grams.insert("c:" + glyph.folded) }
        for (first, second) in zip(glyphs, glyphs.dropFirst()) { grams.insert("h:" + first.folded + second.folded) }
        for words in words(glyphs) {
            let whole = words.joined()
            for length in 2...longestPinyin where length <= whole.utf8.count {
                grams.insert("p:" + whole.prefix(length))
            }
            let initials = initials(words)
            for length in 1...longestInitials where length <= initials.count {
                grams.insert("i:" + initials.prefix(length))
            }
            for (index, word) in words.prefix(8).enumerated().dropFirst() {
                grams.insert("y:" + word)
                if index + 1 < words.count { grams.insert("y:" + word + words[index + 1]) }
            }
        }
    }

    /// The syllables and words of a name, once for each way to read it, at most eight ways.
    private static func words(_ glyphs: [Glyph]) -> [[String]] {
        var ways: [[String]] = [[]]
        var foreign = ""
        func close() {
            if foreign.isEmpty { return }
            for index in ways.indices { ways[index].append(foreign) }
            foreign = ""
        }
        for (index, glyph) in glyphs.enumerated() {
            if glyph.readings.isEmpty {
                foreign += glyph.folded
                continue
            }
            close()
            let readings = glyph.readings + (index == 0 ? glyph.surnames : [])
            ways = Array(ways.flatMap { way in readings.map { way + [$0] } }.prefix(8))
        }
        close()
        return ways.filter { !$0.isEmpty }
    }

    /// First letters; a number stands whole.
    private static func initials(_ words: [String]) -> String {
        words.map { $0.allSatisfy(\.isNumber) ? $0 : String($0.prefix(1)) }.joined()
    }
}
