/// The file's text, looked through before the YAML reader sees it.
///
/// Finds what the reader would accept or describe badly: tabs, control characters, anchors, aliases, tags and
/// nesting without end. Anchors, aliases and tags are blanked out, so that the other faults of the file show too.
struct SourceText {
    static let largest = 4_000_000
    static let deepest = 40
    static let longestLine = 20_000
    /// So many mistakes of this kind tell that the file is something else.
    static let mostFaults = 1000

    private(set) var bytes: [UInt8]
    /// Where the text is no longer what its author wrote.
    private(set) var blanked: Set<Place> = []
    /// Whether the YAML reader may see the text.
    private(set) var isReadable = true

    private let faults: FaultList
    private var index = 0
    private var line = 1
    private var lineStart = 0
    private var flowDepth = 0
    /// A new node may start here.
    private var isFresh = true
    private var isAfterQuote = false
    /// Plain text may go on in the next line.
    private var isInPlainText = false
    /// Indicators `- ` and `? ` met at the start of this line.
    private var indicators = 0
    /// The column at which the first word of the line stands.
    private var wordColumn: Int?
    /// The column of the key or dash that the present value belongs to.
    private var parentColumn = -1

    init(_ text: String, faults: FaultList) {
        bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        self.faults = faults
        scan()
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    private mutating func scan() {
        guard checkCharacters() else { return }
        startLine()
        while index < bytes.count {
            guard faults.faults.count < SourceText.mostFaults else {
                isReadable = false
                return
            }
            step()
        }
    }

    /// Control characters stop everything, for they may hide anything.
    private mutating func checkCharacters() -> Bool {
        var line = 1
        var column = 1
        for (index, byte) in bytes.enumerated() {
            if byte == 10 {
                line += 1
                column = 1
                continue
            }
            if column == SourceText.longestLine { longLine(line) }
            guard faults.faults.count < SourceText.mostFaults else { return false }
            if isControl(byte, at: index) {
                isReadable = false
                faults.add(
                    .controlCharacter, at: Place(line: line, column: column),
                    found: Phrase("a control character", "控制字符"), expected: .plainText)
            }
            if byte & 0xC0 != 0x80 { column += 1 }
        }
        return isReadable
    }

    private mutating func longLine(_ line: Int) {
        isReadable = false
        faults.add(
            .tooLong, at: Place(line: line, column: SourceText.longestLine), found: Phrase("a longer line", "过长的一行"),
            expected: Phrase(
                "lines of at most \(SourceText.longestLine) characters", "每行最多 \(SourceText.longestLine) 个字"))
    }

    /// Also the line ends that YAML knows and editors do not show: a lone CR, U+0085, U+2028 and U+2029.
    private func isControl(_ byte: UInt8, at index: Int) -> Bool {
        func next(_ offset: Int) -> UInt8? { index + offset < bytes.count ? bytes[index + offset] : nil }
        return switch byte {
        case 9, 10: false
        case 13: next(1) != 10
        case 0..<32, 127: true
        case 0xC2: (next(1) ?? 0) < 0xA0
        case 0xE2: next(1) == 0x80 && (next(2) == 0xA8 || next(2) == 0xA9)
        default: false
        }
    }

    private var place: Place {
        Place(line: line, column: bytes[lineStart..<index].reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 })
    }

    private func byte(_ offset: Int = 0) -> UInt8? {
        bytes.indices.contains(index + offset) ? bytes[index + offset] : nil
    }

    /// At a space, the line's end or the file's end.
    private func isGap(_ offset: Int) -> Bool {
        guard let byte = byte(offset) else { return true }
        return byte == 32 || byte == 10 || byte == 13 || byte == 9
    }

    private mutating func startLine() {
        lineStart = index
        isAfterQuote = false
        indicators = 0
        wordColumn = nil
        while let byte = byte(), byte == 32 || byte == 9 {
            if byte == 9 {
                tab()
                isReadable = false
            }
            index += 1
        }
        if index - lineStart > 400, !isGap(0) { tooDeep() }
        isFresh = !(isInPlainText && (flowDepth > 0 || index - lineStart > parentColumn))
    }

    private mutating func endLine() {
        index += 1
        line += 1
        startLine()
    }

    private mutating func step() {
        guard let byte = byte() else { return }
        switch byte {
        case 10: endLine()
        case 9:
            tab()
            bytes[index] = 32
            index += 1
        case 32, 13: index += 1
        case UInt8(ascii: "#") where index == lineStart || isGap(-1):
            isInPlainText = false
            skipLine()
        case UInt8(ascii: "\"") where isFresh: skipQuoted(UInt8(ascii: "\""))
        case UInt8(ascii: "'") where isFresh: skipQuoted(UInt8(ascii: "'"))
        case UInt8(ascii: "|") where isFresh && flowDepth == 0, UInt8(ascii: ">") where isFresh && flowDepth == 0:
            skipBlock()
        case UInt8(ascii: "&") where isFresh, UInt8(ascii: "*") where isFresh, UInt8(ascii: "!") where isFresh:
            blank(byte)
        case UInt8(ascii: "[") where isFresh, UInt8(ascii: "{") where isFresh: open()
        case UInt8(ascii: "]") where flowDepth > 0, UInt8(ascii: "}") where flowDepth > 0:
            flowDepth -= 1
            word()
            isInPlainText = false
        case UInt8(ascii: ",") where flowDepth > 0:
            word()
            isFresh = true
            isInPlainText = false
        case UInt8(ascii: ":") where isGap(1) || (flowDepth > 0 && isAfterQuote):
            word()
            isFresh = true
            isInPlainText = false
            if flowDepth == 0 { parentColumn = wordColumn ?? -1 }
        case UInt8(ascii: "-") where isFresh && isGap(1) && flowDepth == 0,
            UInt8(ascii: "?") where isFresh && isGap(1):
            indicators += 1
            parentColumn = index - lineStart
            isInPlainText = false
            if indicators == SourceText.deepest { tooDeep() }
            index += 1
        default:
            word()
            isInPlainText = true
        }
    }

    private mutating func word() {
        if wordColumn == nil { wordColumn = index - lineStart }
        isFresh = false
        isAfterQuote = false
        index += 1
    }

    private mutating func open() {
        word()
        isFresh = true
        isInPlainText = false
        flowDepth += 1
        if flowDepth == SourceText.deepest { tooDeep() }
    }

    private mutating func tooDeep() {
        isReadable = false
        faults.add(
            .tooDeep, at: place, found: Phrase("too many levels", "层次过多"),
            expected: Phrase("at most \(SourceText.deepest) levels", "最多 \(SourceText.deepest) 层"))
    }

    private mutating func tab() {
        faults.add(.tab, at: place, found: Phrase("a tab", "制表符"), expected: Phrase("spaces", "空格"))
    }

    private mutating func skipLine() {
        while let byte = byte(), byte != 10 { index += 1 }
    }

    private mutating func skipQuoted(_ quote: UInt8) {
        word()
        isInPlainText = false
        while let byte = byte() {
            if byte == 10 {
                line += 1
                lineStart = index + 1
            }
            if byte == quote {
                if quote == UInt8(ascii: "'"), self.byte(1) == quote {
                    index += 1
                } else {
                    break
                }
            }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), self.byte(1) != 10 { index += 1 }
            index += 1
        }
        index += 1
        isAfterQuote = true
    }

    /// A block scalar runs as long as its lines stand deeper than what it belongs to.
    private mutating func skipBlock() {
        isInPlainText = false
        skipLine()
        while index < bytes.count {
            let next = index + 1
            let end = bytes[next...].firstIndex(of: 10) ?? bytes.count
            let first = bytes[next..<end].firstIndex { $0 != 32 && $0 != 13 } ?? end
            guard first == end || first - next > parentColumn else { break }
            line += 1
            lineStart = next
            index = end
        }
    }

    private mutating func blank(_ mark: UInt8) {
        let start = place
        let alias = mark == UInt8(ascii: "*")
        blanked.insert(start)
        let tag = mark == UInt8(ascii: "!")
        faults.add(
            tag ? .tag : .anchor, at: start,
            found: tag ? Phrase("a tag", "类型标签") : alias ? Phrase("an alias", "引用（*）") : Phrase("an anchor", "锚点（&）"),
            expected: tag
                ? Phrase("plain text; the language types it", "纯文本，由语言决定类型")
                : Phrase("each thing written out, or text in quotes", "逐项写出，或把文本放入引号"))
        bytes[index] = alias ? UInt8(ascii: "x") : 32
        index += 1
        while !isGap(0), let byte = byte(), flowDepth == 0 || !",]}[{".utf8.contains(byte) {
            bytes[index] = alias ? UInt8(ascii: "x") : 32
            index += 1
        }
        if alias {
            if wordColumn == nil { wordColumn = index - lineStart }
            isFresh = false
        }
    }
}
