/// What a name is found by: a pure function from names and numbers to grams, each read by equality.
///
/// | gram | of 张三丰 | answers the query |
/// |---|---|---|
/// | `c:` every Chinese character | `c:张` `c:三` `c:丰` | `三` |
/// | `h:` every two neighbouring characters | `h:张三` `h:三丰` | `三丰`, `張三`, `lee` |
/// | `p:` the beginning of the whole in pinyin | `p:zh` `p:zha` `p:zhan` `p:zhang` `p:zhangsa` … | `zhang`, `zhangsan` |
/// | `y:` the beginning of the rest from a later syllable | `y:san` `y:sanfen` `y:fen` | `sanfeng`, `feng` |
/// | `i:` the beginning of its initials | `i:z` `i:zs` `i:zsf` | `zs` |
/// | `j:` the beginning of its initials from a later syllable | `j:sf` | `sf` |
/// | `d:` last four digits of telephones | `d:5678` | `5678` |
///
/// Beginnings are kept in a few lengths, which keeps the table small: a query asks the longest that it fills, and
/// what is left of it is looked for in the stored search text of the few rows found.
enum NameGrams {
    /// Close together at first: `zhx` is nobody's pinyin, and `p:zh` alone would have every Zhang and Zhao read.
    static let pinyinLengths = [2, 3, 4, 5, 7, 10]
    static let laterLengths = [3, 6]
    static let initialsLengths = [1, 2, 3, 4]
    static let laterInitialsLengths = [2, 3]
    /// Later syllables of longer names are found by their characters.
    private static let laterSyllables = 8
    /// Four characters with two readings each may be read in sixteen ways; who bears more is found by the usual ones.
    private static let waysToRead = 16

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

    /// The name as a query is compared with it: `张三丰/zhangsanfeng:zsf`, each further reading behind another `/`.
    static func searchText(_ name: String) -> String {
        let glyphs = Glyph.all(in: name)
        let readings = words(glyphs).map { "/" + $0.joined() + ":" + initials($0) }
        return glyphs.map(\.folded).joined() + readings.joined()
    }

    private static func add(_ name: String, to grams: inout Set<String>) {
        let glyphs = Glyph.all(in: name)
        for glyph in glyphs where !glyph.readings.isEmpty { grams.insert("c:" + glyph.folded) }
        for (first, second) in zip(glyphs, glyphs.dropFirst()) { grams.insert("h:" + first.folded + second.folded) }
        for words in words(glyphs) {
            add("p:", beginnings: pinyinLengths, of: words.joined(), to: &grams)
            add("i:", beginnings: initialsLengths, of: initials(words), to: &grams)
            for index in words.indices.dropFirst().prefix(laterSyllables) {
                add("y:", beginnings: laterLengths, of: words[index...].joined(), to: &grams)
                let later = initials(Array(words[index...]))
                if later.utf8.count > 1 { add("j:", beginnings: laterInitialsLengths, of: later, to: &grams) }
            }
        }
    }

    private static func add(_ mark: String, beginnings lengths: [Int], of text: String, to grams: inout Set<String>) {
        // A text shorter than the shortest beginning stands whole.
        if text.utf8.count < lengths[0] { grams.insert(mark + text) }
        for length in lengths where length <= text.utf8.count { grams.insert(mark + text.prefix(length)) }
    }

    /// The syllables and words of a name, once for each way to read it; those with the fewest unusual readings first.
    private static func words(_ glyphs: [Glyph]) -> [[String]] {
        var ways: [(words: [String], unusual: Int)] = [([], 0)]
        var foreign = ""
        func close() {
            if foreign.isEmpty { return }
            for index in ways.indices { ways[index].words.append(foreign) }
            foreign = ""
        }
        for (index, glyph) in glyphs.enumerated() {
            if glyph.readings.isEmpty {
                foreign += glyph.folded
                continue
            }
            close()
            let readings = glyph.readings + (index == 0 ? glyph.surnames : [])
            if readings.count == 1 {
                for index in ways.indices { ways[index].words.append(readings[0]) }
                continue
            }
            let more = ways.flatMap { way in
                readings.enumerated().map { (words: way.words + [$1], unusual: way.unusual + ($0 == 0 ? 0 : 1)) }
            }
            // In order of their making among equals, so that a name always has the same grams.
            ways = Array(
                more.enumerated().sorted { ($0.element.unusual, $0.offset) < ($1.element.unusual, $1.offset) }
                    .map(\.element).prefix(waysToRead))
        }
        close()
        return ways.map(\.words).filter { !$0.isEmpty }
    }

    /// First letters; a number stands whole.
    private static func initials(_ words: [String]) -> String {
        words.map { $0.allSatisfy(\.isNumber) ? $0 : String($0.prefix(1)) }.joined()
    }
}
