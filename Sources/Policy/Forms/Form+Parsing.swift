public import Primitives

extension Form {
    /// Turns what somebody entered into the form's fields.
    ///
    /// Empty text counts as absent. Text is trimmed, except within; line breaks become `\n`.
    /// - Parameters:
    ///   - input: field key → what was entered; JSON values or form text.
    ///   - zone: the zone of times entered without one.
    ///   - now: when it is entered; what has happened lies before.
    /// - Throws: every fault at once.
    public func parse(_ input: Fields, zone: Zone, at now: Instant) throws(FormFaults) -> Fields {
        try Form.parse(input, by: fields, zone: zone, at: now)
    }

    /// - Parameter known: the last values of a case's fields, which this form may be worked out from.
    public static func parse(
        _ input: Fields, by fields: [FormField], known: (String) -> FieldValue? = { _ in nil }, zone: Zone,
        at now: Instant
    ) throws(FormFaults) -> Fields {
        let read = read(input, by: fields, known: known, zone: zone, at: now)
        if !read.faults.isEmpty { throw FormFaults(read.faults) }
        return read.fields
    }

    /// What can be read of it, worked out fields too, and what is wrong with the rest.
    public static func read(
        _ input: Fields, by fields: [FormField], known: (String) -> FieldValue? = { _ in nil }, zone: Zone,
        at now: Instant
    ) -> (fields: Fields, faults: [FormFault]) {
        let input = FormTable.gather(input, by: fields)
        var parsed: Fields = [:]
        var faults: [FormFault] = []
        for (index, field) in fields.enumerated() {
            if let computation = field.computation {
                if input[field.key] != nil { faults.append(FormFault(field.key, .workedOut)) }
                // What this form asks for and was left empty is not taken from an earlier filling in.
                let own = fields[..<index]
                do throws(FormFault.Problem) {
                    parsed[field.key] = try computation.result(
                        { key in own.contains { $0.key == key } ? parsed[key] : known(key) },
                        columns: { FormTable.columns(of: $0, in: fields) })
                } catch {
                    faults.append(FormFault(field.key, error))
                }
                continue
            }
            switch field.parse(input[field.key], zone: zone, at: now) {
            case .absent:
                if field.isRequired { faults.append(FormFault(field.key, .missing)) }
            case .value(let value): parsed[field.key] = value
            case .fault(let problem): faults.append(FormFault(field.key, problem))
            }
        }
        for field in fields where !field.isRequired && !field.requiredWhen.isEmpty && parsed[field.key] == nil {
            if field.requiredWhen.allSatisfy({ $0.holds(in: parsed) }) { faults.append(FormFault(field.key, .missing)) }
        }
        let names = Set(fields.map(\.key))
        for key in input.keys.sorted() where !names.contains(key) {
            faults.append(FormFault(key, .unknownField(nearest: nearestWord(to: key, among: fields.map(\.key)))))
        }
        return (parsed, faults)
    }
}

extension FormField {
    enum Parsed {
        case absent
        case value(FieldValue)
        case fault(FormFault.Problem)
    }

    func parse(_ input: FieldValue?, zone: Zone, at now: Instant) -> Parsed {
        guard let input else { return .absent }
        if case .table(let columns, let maximum) = kind {
            return FormTable(columns: columns, maximum: maximum).parse(input, zone: zone, at: now)
        }
        if case .files(let maximum) = kind { return files(input, maximum: maximum) }
        if case .list = input { return .fault(.unreadable) }
        let text = input.text.trimmed.replacingLineBreaks
        if text.isEmpty { return .absent }
        if text.unicodeScalars.contains(where: { $0 != "\n" && $0 != "\t" && $0.properties.generalCategory == .control }
        ) {
            return .fault(.unreadable)
        }
        switch kind {
        case .text(let maximum), .line(let maximum):
            // Scalars, since one visible character may be any number of them.
            if text.unicodeScalars.count > maximum { return .fault(.tooLong(maximum: maximum)) }
            if case .line = kind, text.contains(where: \.isNewline) { return .fault(.unreadable) }
            return .value(.text(text))
        case .choice(let choices):
            guard choices.contains(where: { $0.key == text }) else {
                return .fault(.notAChoice(expected: choices.map(\.key)))
            }
            return .value(.text(text))
        case .flag:
            switch text {
            case "true", "yes", "on", "1": return .value(.flag(true))
            case "false", "no", "off", "0": return .value(.flag(false))
            default: return .fault(.notAFlag)
            }
        case .number(let minimum, let maximum):
            guard let number = Int64(text), number.magnitude <= 1_000_000_000_000_000 else {
                return .fault(.notANumber)
            }
            if let minimum, number < minimum { return .fault(.belowMinimum(minimum)) }
            if let maximum, number > maximum { return .fault(.aboveMaximum(maximum)) }
            return .value(.integer(number))
        case .money:
            guard let amount = Money(yuan: text) else { return .fault(.notAnAmount) }
            return .value(.integer(amount.minorUnits))
        case .date:
            guard let day = CalendarDay(text) else { return .fault(.notADate) }
            if isPast, day > zone.local(now).day { return .fault(.afterToday) }
            return .value(.text(day.description))
        case .time:
            guard let instant = Instant(rfc3339: text) ?? localTime(text, zone: zone) else { return .fault(.notATime) }
            if isPast, instant > now { return .fault(.afterNow) }
            return .value(.text(instant.rfc3339))
        case .customer, .staff, .unit, .matter:
            guard let id = Identifier<FormField>(text) else { return .fault(.unknownReference) }
            return .value(.text(id.description))
        case .post, .offence:
            return .value(.text(text))
        case .signature:
            return Signature(text) == nil ? .fault(.unreadable) : .value(.text(text))
        case .table, .files:
            return .fault(.unreadable)
        }
    }

    /// Identifiers of attachments, each once, in the order of the list.
    private func files(_ input: FieldValue, maximum: Int) -> Parsed {
        let named: [String]
        if case .list(let parts) = input { named = parts.map(\.text.trimmed) } else { named = [input.text.trimmed] }
        var files: [FieldValue] = []
        for text in named where !text.isEmpty {
            guard let id = AttachmentID(text) else { return .fault(.unknownReference) }
            let file = FieldValue.text(id.description)
            if files.contains(file) { return .fault(.twice) }
            files.append(file)
        }
        if files.isEmpty { return .absent }
        return files.count > maximum ? .fault(.tooMany(maximum: maximum)) : .value(.list(files))
    }

    /// What a browser's `datetime-local` field sends: `2026-10-09T10:00`, with seconds or without.
    private func localTime(_ text: String, zone: Zone) -> Instant? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = CalendarDay(String(parts[0])) else { return nil }
        let clock = parts[1].split(separator: ":", omittingEmptySubsequences: false).map { part in
            part.count == 2 && part.allSatisfy { ("0"..."9").contains($0) } ? Int(part) : nil
        }
        guard clock.count == 2 || clock.count == 3, let hour = clock[0], let minute = clock[1],
            let second = clock.count == 3 ? clock[2] : 0, hour < 24, minute < 60, second < 60
        else { return nil }
        return zone.instant(day, minute: hour * 60 + minute).adding(seconds: Int64(second))
    }
}

extension String {
    var trimmed: String {
        var view = self[...]
        while let first = view.unicodeScalars.first, first.properties.isWhitespace || first == "\u{FEFF}" {
            view.unicodeScalars.removeFirst()
        }
        while let last = view.unicodeScalars.last, last.properties.isWhitespace { view.unicodeScalars.removeLast() }
        return String(view)
    }

    var replacingLineBreaks: String {
        guard unicodeScalars.contains("\r") else { return self }
        var result = ""
        var afterReturn = false
        for scalar in unicodeScalars {
            if scalar == "\r" {
                result.unicodeScalars.append("\n")
            } else if !(scalar == "\n" && afterReturn) {
                result.unicodeScalars.append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        return result
    }
}

/// The word nearest to what was found, when it is near enough to be meant.
public func nearestWord(to found: String, among words: [String]) -> String? {
    var best: (word: String, distance: Int)?
    // Only the first 64 characters are compared, so a long text must not make everything near.
    let limit = max(1, found.prefix(64).count / 3)
    for word in words {
        let distance = editDistance(found, word)
        if distance <= limit, distance < best?.distance ?? .max { best = (word, distance) }
    }
    return best?.word
}

/// Insertions, deletions, substitutions and swaps of neighbours between two words.
func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.prefix(64))
    let right = Array(right.prefix(64))
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
        var current = [row]
        for column in 1...right.count {
            let cost = left[row - 1] == right[column - 1] ? 0 : 1
            var value = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                value = min(value, beforeLast[column - 2] + 1)
            }
            current.append(value)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}

extension Fields {
    /// Parts what anybody may read in the journal from the words about a person.
    /// - Parameter form: tells which fields are personal; one that it does not know is not.
    public func parted(by form: [FormField]) -> (body: Fields, personal: [String: String]) {
        let keys = Set(form.lazy.filter(\.isPersonal).map(\.key))
        var (body, personal): (Fields, [String: String]) = ([:], [:])
        for (key, value) in self {
            if keys.contains(key) { personal[key] = value.text } else { body[key] = value }
        }
        return (body, personal)
    }
}
