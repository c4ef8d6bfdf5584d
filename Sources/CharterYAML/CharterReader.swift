public import Policy
import Primitives

/// Text → charter, or every fault with its key and line.
public enum CharterReader {
    private static let required = [
        "charter", "language", "title", "version", "effective", "calendar", "posts", "clauses",
    ]
    private static let keys = [
        "charter", "language", "title", "version", "effective", "calendar", "chapters", "posts", "metrics", "forms",
        "facts", "workflows", "clauses", "offences", "ladders", "phrases", "membership", "law",
    ]

    /// Reads a file as it lies on the disk: what is not UTF-8 is a fault with its line.
    public static func read(
        _ bytes: [UInt8], file: String, holidays: [String: HolidayTable], currentYear: Int,
        purpose: ReadingPurpose = .adoption
    ) -> ReadResult {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let good = String(decoding: bytes, as: UTF8.self).utf8
            let length = zip(good, bytes).prefix { $0 == $1 }.count
            let faults = FaultList(file: file)
            faults.add(
                .notUTF8, at: place(ofByte: length, in: bytes), found: Phrase("bytes that are not UTF-8", "非 UTF-8 字节"),
                expected: Phrase("text in UTF-8", "UTF-8 文本"))
            return .refused(faults.sorted)
        }
        return read(text, file: file, holidays: holidays, currentYear: currentYear, purpose: purpose)
    }

    /// - Parameters:
    ///   - file: the name shown in faults.
    ///   - holidays: the tables that `calendar.holidays` may name.
    ///   - currentYear: up to it, the holidays of every year in force must be known.
    ///   - purpose: what the text is read for; of one in use, what keeps a version from being adopted is a warning.
    public static func read(
        _ text: String, file: String, holidays: [String: HolidayTable], currentYear: Int,
        purpose: ReadingPurpose = .adoption
    ) -> ReadResult {
        let faults = FaultList(file: file)
        guard let nodes = NodeReader(faults: faults).read(text) else { return .refused(faults.sorted) }
        let blanked = nodes.blanked
        let own = faults.faults
        func read(_ root: Node, _ faults: FaultList) -> Charter? {
            let reading = Reading(faults: faults, vocabulary: Vocabulary(root, sections: keys))
            return Self.charter(
                Cursor(node: root, path: [], reading: reading), holidays: holidays, currentYear: currentYear)
        }
        let charter = read(nodes.root, faults)
        for twin in nodes.twins {
            let more = FaultList(file: file)
            _ = read(twin.root, more)
            for fault in more.faults where twin.places.contains(Place(line: fault.line, column: fault.column)) {
                faults.add(fault)
            }
        }
        faults.remove(at: blanked)
        for fault in own where blanked.contains(Place(line: fault.line, column: fault.column)) { faults.add(fault) }
        let found = faults.sorted.map { purpose == .use ? $0.asFoundInUse : $0 }
        guard let charter, !found.contains(where: { $0.severity == .error }) else { return .refused(found) }
        return .charter(charter, warnings: found)
    }

    private static func charter(_ cursor: Cursor, holidays: [String: HolidayTable], currentYear: Int) -> Charter? {
        guard let map = cursor.map(keys, required: required) else { return nil }
        let name = map["charter"]?.value(Phrase("a slug such as design-renovation", "短名，例如 design-renovation")) {
            $0.wholeMatch(of: /[a-z][a-z0-9-]{0,63}/) == nil ? nil : $0
        }
        let language = map["language"]?.number(1...1)
        let title = map.title()
        let version = map["version"]?.number(1...999_999)
        let effective = map["effective"].flatMap(effective)
        let calendar = map["calendar"].flatMap(CalendarSection(holidays: holidays).read)
        if let effective, let table = calendar?.holidays,
            let cursor = map["calendar"].flatMap({ MapCursor(cursor: $0)["holidays"] })
        {
            HolidayYears(currentYear: currentYear).check(table, effective: effective, at: cursor)
        }
        let posts = map["posts"].flatMap(PostSection.read)
        let metrics = map.list("metrics", PostSection.metrics)
        let forms = map.list("forms", FormSection.forms)
        let facts = map.list("facts", FormSection.facts)
        let workflows = map.list("workflows", WorkflowSection.read)
        let offences = map.list("offences", AccountabilitySection.offences)
        let ladders = map.list("ladders", AccountabilitySection.ladders)
        let phrases = map.list("phrases", PhraseSection.read)
        let membership = map.optional("membership", MembershipSection.read)
        let minimumWage = map.optional("law", AccountabilitySection.minimumWage)
        let chapters = map.list("chapters", ChapterSection.read)
        let clauses = map["clauses"].flatMap(ClauseSection.read)
        LawSection(root: cursor.node, faults: map.reading.faults).warn(
            LawLint(
                forms: forms ?? [], facts: facts ?? [], clauses: clauses ?? [], offences: offences ?? [],
                ladders: ladders ?? [], membership: membership.flatMap { $0 }
            ).findings)
        guard let name, let language, let title, let version, let effective, let calendar, let posts, let metrics,
            let forms, let facts, let workflows, let offences, let ladders, let phrases, let membership,
            let minimumWage, let chapters,
            let clauses
        else { return nil }
        return Charter(
            name: name, language: Int(language), title: title, version: Int(version), effective: effective,
            calendar: calendar, chapters: chapters, posts: posts, metrics: metrics, forms: forms, facts: facts,
            workflows: workflows, clauses: clauses, offences: offences, ladders: ladders,
            phrases: phrases, membership: membership, minimumWage: minimumWage)
    }

    private static func effective(_ cursor: Cursor) -> CalendarDay? {
        guard let day = cursor.value(.date, { CalendarDay($0) }) else { return nil }
        guard (1970...2200).contains(day.year) else {
            cursor.fail(.outOfRange, expected: Phrase("a date from 1970 to 2200", "1970 年至 2200 年的日期"))
            return nil
        }
        return day
    }

    private static func place(ofByte offset: Int, in bytes: [UInt8]) -> Place {
        let before = bytes.prefix(offset)
        let start = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
        return Place(
            line: before.count { $0 == 10 } + 1, column: before[start...].count { $0 & 0xC0 != 0x80 } + 1)
    }
}

/// What a charter is read for.
public enum ReadingPurpose: Sendable {
    /// A text that somebody wants a company to live by: all that the lint knows today must be right.
    case adoption
    /// One that a company lives by, or that ships: it was whole when it was adopted. A year that began without its
    /// holidays, or a lint that has grown stricter, must not take a company's rules away from it.
    case use
}

/// A charter fit for use, or all that is wrong with the file; never something between.
public enum ReadResult: Sendable {
    case charter(Charter, warnings: [Fault])
    /// Errors and warnings, by line.
    case refused([Fault])

    public var charter: Charter? {
        if case .charter(let charter, _) = self { charter } else { nil }
    }

    /// Errors and warnings, by line.
    public var faults: [Fault] {
        switch self {
        case .charter(_, let warnings): warnings
        case .refused(let faults): faults
        }
    }

    public var errors: [Fault] { faults.filter { $0.severity == .error } }
    public var warnings: [Fault] { faults.filter { $0.severity == .warning } }
}
