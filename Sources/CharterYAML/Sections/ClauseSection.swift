import Policy

/// `clauses:`
struct ClauseSection {
    private static let plain = ["title", "kind", "status", "note"]
    private static let working = ["when", "where", "oblige", "cadence", "notify", "if_late", "counts_in", "does"]

    /// Read last, when every other part has named the clauses that it executes.
    static func read(_ cursor: Cursor) -> [Clause]? {
        if case .map(let entries) = cursor.node.content, entries.isEmpty {
            cursor.fail(.wrongKind, found: .nothing, expected: Phrase("one clause at least", "至少一个条款"))
            return nil
        }
        guard let entries = cursor.entries() else { return nil }
        let clauses = entries.map { key, value in
            let isGood = key.matches(.clause)
            let clause = clause(key, value)
            return isGood ? clause : nil
        }
        return clauses.contains { $0 == nil } ? nil : clauses.compactMap { $0 }
    }

    private static func clause(_ key: KeyCursor, _ cursor: Cursor) -> Clause? {
        guard let map = cursor.map(plain + working, required: ["title", "kind", "status"]) else { return nil }
        let title = map.title()
        let kind = map["kind"].flatMap { $0.word(ClauseKind.self) }
        let status = map["status"].flatMap { $0.word(ClauseStatus.self) }
        let note = map.optional("note") { $0.note() }
        let when = map.optional("when") { $0.event() }
        let conditions = map.list("where") { ConditionReader(event: map["when"]?.node.text).read($0) }
        let opening = map["when"]?.node.text
        let duty = map.optional("oblige") { DutyReader(opening: opening).read($0) }
        let cadence = map.optional("cadence") { CadenceReader.read($0) }
        let lateness = map.optional("if_late", lateness)
        let notify = map.list("notify") { $0.posts() }
        let countsIn = map.list("counts_in") { $0.metrics() }
        let effects = map.list("does", effects)
        if let status { checkParts(of: map, key, status) }
        guard let title, let kind, let status, let note, let when, let conditions, let duty, let cadence,
            let lateness, let notify, let countsIn, let effects
        else { return nil }
        return Clause(
            key: key.text, title: title, kind: kind, status: status, note: note, when: when, conditions: conditions,
            duty: duty, cadence: cadence, lateness: lateness, notify: notify, countsIn: countsIn, effects: effects)
    }

    private static func effects(_ cursor: Cursor) -> [Effect]? {
        cursor.oneOrMore(Phrase("an effect or a list of effects", "功能或功能列表")) { $0.word(Effect.self) }
    }

    private static func lateness(_ cursor: Cursor) -> Lateness? {
        guard let map = cursor.map(["notify", "at"], required: ["notify", "at"]) else { return nil }
        let notify = map["notify"].flatMap { $0.posts() }
        let expected = Phrase("a list such as [+0h, +24h, +2wd]", "列表，例如 [+0h, +24h, +2wd]")
        let items = map["at"].flatMap { $0.list(expected) }
        let steps = (items ?? []).map {
            $0.value(Phrase("a delay such as +24h, +2d or +1wd", "延时，例如 +24h、+2d 或 +1wd"), Words.delay)
        }
        checkRising(steps, items ?? [])
        guard let notify, items != nil, !steps.contains(nil) else { return nil }
        return Lateness(notify: notify, steps: steps.compactMap { $0 })
    }

    /// Hours and days compare by their length; working days only among themselves.
    private static func checkRising(_ steps: [Delay?], _ items: [Cursor]) {
        for index in steps.indices.dropFirst() {
            let rises: Bool
            switch (steps[index - 1], steps[index]) {
            case (.workingDays(let first)?, .workingDays(let second)?): rises = first < second
            case (.hours(let first)?, .hours(let second)?): rises = first < second
            case (.days(let first)?, .days(let second)?): rises = first < second
            case (.hours(let first)?, .days(let second)?): rises = first < second * 24
            case (.days(let first)?, .hours(let second)?): rises = first * 24 < second
            default: rises = true
            }
            if !rises { items[index].fail(.wrongOrder, expected: Phrase("delays that rise", "递增的延时")) }
        }
    }

    // MARK: What belongs together

    private static func checkParts(of map: MapCursor, _ key: KeyCursor, _ status: ClauseStatus) {
        let parts = working.filter { map[$0] != nil }
        guard status == .executed else {
            for part in parts {
                map.failAtKey(
                    part, .notPlanned,
                    expected: Phrase(
                        "only title, kind and note with status \(status.rawValue)",
                        "状态为 \(status.rawValue) 时只有 title、kind 和 note"))
            }
            return
        }
        let has = Set(parts)
        if has.isSuperset(of: ["when", "cadence"]) {
            map.failAtKey("cadence", .misplaced, expected: Phrase("either when or cadence", "when 与 cadence 只取其一"))
        }
        if has.contains("where"), !has.contains("when") {
            map.failAtKey("where", .misplaced, expected: Phrase("where only beside when", "where 须与 when 同用"))
        }
        for part in ["if_late", "counts_in"] where has.contains(part) && !has.contains("oblige") {
            map.failAtKey(part, .misplaced, expected: Phrase("\(part) only beside oblige", "\(part) 须与 oblige 同用"))
        }
        let lacking = lacking(has)
        if !lacking.isEmpty {
            key.fail(
                .notExecuted,
                found: Phrase(
                    parts.isEmpty ? "status executed and no working part" : "only " + parts.joined(separator: ", "),
                    parts.isEmpty ? "状态为 executed 而没有执行部分" : "只有 " + parts.joined(separator: "、")),
                expected: lacking[0])
        } else if parts.isEmpty, !key.reading.namedClauses.contains(key.text) {
            key.fail(
                .notExecuted, found: Phrase("status executed and no working part", "状态为 executed 而没有执行部分"),
                expected: Phrase(
                    "when with oblige or notify, cadence with oblige, does, or another part of the file whose clause: names \(key.text)",
                    "when 加 oblige 或 notify，cadence 加 oblige，does，或文件中以 clause: 注明 \(key.text) 的其他部分"))
        }
    }

    /// The half that is missing beside the half that is there.
    private static func lacking(_ has: Set<String>) -> [Phrase] {
        var lacking: [Phrase] = []
        if has.contains("oblige"), has.isDisjoint(with: ["when", "cadence"]) {
            lacking.append(Phrase("when or cadence beside oblige", "oblige 之外还有 when 或 cadence"))
        }
        if has.contains("notify"), !has.contains("when") {
            lacking.append(Phrase("when beside notify", "notify 之外还有 when"))
        }
        if has.contains("when"), has.isDisjoint(with: ["oblige", "notify"]) {
            lacking.append(Phrase("oblige or notify beside when", "when 之外还有 oblige 或 notify"))
        }
        if has.contains("cadence"), !has.contains("oblige") {
            lacking.append(Phrase("oblige beside cadence", "cadence 之外还有 oblige"))
        }
        return lacking
    }
}
