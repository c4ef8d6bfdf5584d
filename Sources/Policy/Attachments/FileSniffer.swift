/// Tells from a file's bytes what it is; fed piece by piece, so that no file is ever whole in memory.
public struct FileSniffer: Sendable {
    /// So much of the beginning is kept: the parts of an office file are told by the names in it.
    public static let headLength = 65_536

    public private(set) var size = 0
    private var head: [UInt8] = []
    private var text = PlainText()

    public init() {}

    public mutating func take(_ bytes: some RandomAccessCollection<UInt8>) {
        let room = Self.headLength - head.count
        // A picture is known by its first bytes, and need not be read as text.
        let mayBeText = text.isPossible
        size += bytes.count
        if room > 0 { head.append(contentsOf: bytes.prefix(room)) }
        if mayBeText { text.take(bytes) }
    }

    /// What it is, where neither name nor sender say otherwise.
    /// - Parameters:
    ///   - name: cleaned.
    ///   - said: the media type that the sender gave, with parameters or without.
    public func kind(name: String, said: String?) throws(AttachmentRefusal) -> FileKind {
        if size == 0 { throw .empty }
        let ending = FileName.ending(of: name)
        let type = (said ?? "").prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        if FileKind.running.contains(ending) || FileKind.running.contains(type) { throw .running }
        guard var found = binary(ending: ending) ?? (text.isPossible && text.isWhole ? .text : nil) else {
            if isMarkup(head.prefix(1024)) { throw .running }
            throw .unknownKind
        }
        if found == .text {
            if isMarkup(head[...]) { throw .running }
            if ending == "csv" || ending.isEmpty && type == "text/csv" { found = .csv }
        }
        if let kinds = FileKind.claimed(byEnding: ending), !kinds.contains(found) {
            throw .lying(claimed: "." + ending, found: found)
        }
        if let kinds = FileKind.claimed(byMediaType: type), !kinds.contains(found) {
            throw .lying(claimed: type, found: found)
        }
        return found
    }

    // MARK: Marks at the beginning

    private func begins(_ mark: String, at place: Int = 0) -> Bool {
        head.dropFirst(place).starts(with: mark.utf8)
    }

    private func begins(_ mark: [UInt8]) -> Bool { head.starts(with: mark) }

    private func binary(ending: String) -> FileKind? {
        if begins([0xFF, 0xD8, 0xFF]) { return .jpeg }
        if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if begins("GIF87a") || begins("GIF89a") { return .gif }
        if begins("RIFF") { return begins("WEBP", at: 8) ? .webp : begins("WAVE", at: 8) ? .wav : nil }
        if begins("%PDF-") { return .pdf }
        if begins("ftyp", at: 4) { return container }
        if begins("PK\u{3}\u{4}") { return office(ending: ending) }
        if begins([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) { return .oldOffice }
        if begins("#!AMR") { return .amr }
        // A frame of layer 3 with a bit rate and a sampling rate that there are.
        let isFrame =
            head.count > 2 && head[0] == 0xFF && head[1] & 0xE6 == 0xE2 && head[2] & 0xF0 != 0xF0
            && head[2] & 0x0C != 0x0C
        if begins("ID3") || isFrame { return .mp3 }
        return nil
    }

    /// The family of ISO 14496-12, told by its brand.
    private var container: FileKind? {
        let brand = String(decoding: head.dropFirst(8).prefix(4), as: UTF8.self)
        switch brand {
        case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1": return .heic
        case "qt  ": return .quickTime
        case "M4A ", "M4B ": return .m4a
        case "isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "dash", "mmp4", "MSNV", "3gp4",
            "3gp5", "3gp6", "3gp7", "3g2a":
            return .mp4
        default: return nil
        }
    }

    /// A zip archive that is an office file; any other may hold anything.
    private func office(ending: String) -> FileKind? {
        if begins("mimetypeapplication/vnd.oasis.opendocument.", at: 30) {
            if begins("text", at: 73) { return .openText }
            if begins("spreadsheet", at: 73) { return .openSheet }
            return begins("presentation", at: 73) ? .openSlides : nil
        }
        let names = entryNames
        guard names.contains("[Content_Types].xml") || names.contains("_rels/.rels") else { return nil }
        if names.contains(where: { $0.hasSuffix("vbaProject.bin") }) { return nil }
        if names.contains(where: { $0.hasPrefix("word/") }) { return .word }
        if names.contains(where: { $0.hasPrefix("xl/") }) { return .sheet }
        if names.contains(where: { $0.hasPrefix("ppt/") }) { return .slides }
        // Its parts begin behind what was kept.
        return [FileKind.word, .sheet, .slides].first { $0.endings.contains(ending) }
    }

    /// The names of the archive's entries, as far as its beginning tells them.
    private var entryNames: [String] {
        var names: [String] = []
        var place = 0
        while place + 30 <= head.count {
            guard head[place...].starts(with: [0x50, 0x4B, 0x03, 0x04]) else {
                place += 1
                continue
            }
            let length = Int(head[place + 26]) | Int(head[place + 27]) << 8
            let end = place + 30 + length
            guard end <= head.count else { break }
            names.append(String(decoding: head[(place + 30)..<end], as: UTF8.self))
            place = end
        }
        return names
    }

    // MARK: Text

    /// Whether a browser might take it for a page, or a shell for a program.
    private func isMarkup(_ bytes: ArraySlice<UInt8>) -> Bool {
        if bytes.starts(with: "#!".utf8) { return true }
        let low = bytes.map { (65...90).contains($0) ? $0 + 32 : $0 }
        let start = low.drop { $0 == 32 || (9...13).contains($0) || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
        if start.starts(with: "<?xml".utf8) { return true }
        for (index, byte) in low.enumerated() where byte == 60 {
            let rest = low[(index + 1)...]
            if Self.tags.contains(where: { rest.starts(with: $0.utf8) }) { return true }
        }
        return false
    }

    private static let tags = [
        "!doctype html", "html", "head", "body", "script", "svg", "iframe", "object", "embed", "?php", "?xml-sty",
    ]
}

/// Whether bytes are text in UTF-8 or GB18030, without anything that is not to be seen.
struct PlainText: Sendable {
    private var utf8 = true
    private var chinese = true
    /// Bytes still to come of one character in UTF-8, and what the next may be.
    private var left = 0
    private var range: ClosedRange<UInt8> = 0x80...0xBF
    /// Where a character of GB18030 stands: 0 before one, 1 behind its first byte, 2 and 3 within one of four.
    private var place = 0

    var isPossible: Bool { utf8 || chinese }
    /// Whether it does not end within a character.
    var isWhole: Bool { utf8 && left == 0 || chinese && place == 0 }

    mutating func take(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte < 32 && !(9...13).contains(byte) || byte == 127 {
                (utf8, chinese) = (false, false)
                return
            }
            if utf8 { takeUTF8(byte) }
            if chinese { takeChinese(byte) }
            if !utf8 && !chinese { return }
        }
    }

    private mutating func takeUTF8(_ byte: UInt8) {
        if left > 0 {
            guard range.contains(byte) else {
                utf8 = false
                return
            }
            left -= 1
            range = 0x80...0xBF
            return
        }
        switch byte {
        case 0..<0x80: break
        case 0xC2...0xDF: left = 1
        case 0xE0: (left, range) = (2, 0xA0...0xBF)
        case 0xED: (left, range) = (2, 0x80...0x9F)
        case 0xE1...0xEF: left = 2
        case 0xF0: (left, range) = (3, 0x90...0xBF)
        case 0xF1...0xF3: left = 3
        case 0xF4: (left, range) = (3, 0x80...0x8F)
        default: utf8 = false
        }
    }

    private mutating func takeChinese(_ byte: UInt8) {
        switch (place, byte) {
        case (0, 0..<0x80): break
        case (0, 0x81...0xFE): place = 1
        case (1, 0x40...0x7E), (1, 0x80...0xFE): place = 0
        case (1, 0x30...0x39): place = 2
        case (2, 0x81...0xFE): place = 3
        case (3, 0x30...0x39): place = 0
        default: chinese = false
        }
    }
}
