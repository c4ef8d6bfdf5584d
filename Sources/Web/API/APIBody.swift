import Policy
import Primitives

/// A JSON object that is read member by member; faults are gathered as they are read.
struct APIBody {
    let members: [String: JSONValue]
    private let path: String
    private var known: [String] = []
    private var faults: [APIFault.Unfit] = []

    /// - Parameter path: where the object stands, `people.0.`; empty for the whole body.
    init(_ members: [String: JSONValue], at path: String = "") {
        self.members = members
        self.path = path
    }

    private mutating func find(_ name: String, isRequired: Bool) -> JSONValue? {
        known.append(name)
        if let value = members[name] { return value }
        if isRequired { add(name, .missing) }
        return nil
    }

    mutating func add(_ name: String, _ problem: APIFault.Unfit.Problem) {
        faults.append(.init(path + name, problem))
    }

    /// Text of so many characters; `""` when it is missing and required, which the fault says.
    mutating func text(_ name: String, _ length: ClosedRange<Int>) -> String {
        optionalText(name, length, isRequired: true) ?? ""
    }

    mutating func optionalText(_ name: String, _ length: ClosedRange<Int>, isRequired: Bool = false) -> String? {
        guard let value = find(name, isRequired: isRequired) else { return nil }
        guard case .text(let text) = value else {
            add(name, .notA("text"))
            return nil
        }
        check(text, length, at: name)
        return text
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type, isRequired: Bool = false
    ) -> Choice? where Choice.RawValue == String {
        guard let value = find(name, isRequired: isRequired) else { return nil }
        if case .text(let text) = value, let choice = Choice(rawValue: text) { return choice }
        add(name, .notOneOf(Choice.allCases.map(\.rawValue)))
        return nil
    }

    mutating func flag(_ name: String) -> Bool? {
        guard let value = find(name, isRequired: false) else { return nil }
        if case .flag(let flag) = value { return flag }
        add(name, .notA("flag"))
        return nil
    }

    /// - Parameter isNullable: whether `null` says the same as leaving it out.
    mutating func number(_ name: String, _ range: ClosedRange<Int64>, isNullable: Bool = false) -> Int64? {
        guard let value = find(name, isRequired: false), !(isNullable && value == .null) else { return nil }
        guard case .integer(let number) = value else {
            add(name, .notA("integer"))
            return nil
        }
        if number < range.lowerBound { add(name, .below(range.lowerBound)) }
        if number > range.upperBound { add(name, .above(range.upperBound)) }
        return number
    }

    mutating func identifier<Owner>(_ name: String, isRequired: Bool = false) -> Identifier<Owner>? {
        guard let value = find(name, isRequired: isRequired) else { return nil }
        if case .text(let text) = value, let identifier = Identifier<Owner>(text) { return identifier }
        add(name, .notAnIdentifier)
        return nil
    }

    mutating func instant(_ name: String) -> Instant? {
        guard let value = find(name, isRequired: false) else { return nil }
        if case .text(let text) = value, let instant = Instant(rfc3339: text) { return instant }
        add(name, .notAnInstant)
        return nil
    }

    /// Texts from a set of words, each once.
    mutating func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
        _ name: String, of type: Choice.Type
    ) -> Set<Choice> where Choice.RawValue == String {
        var chosen: Set<Choice> = []
        for (index, item) in list(name, isRequired: true, maximum: Choice.allCases.count).enumerated() {
            if case .text(let text) = item, let choice = Choice(rawValue: text) {
                if !chosen.insert(choice).inserted { add("\(name).\(index)", .twice) }
            } else {
                add("\(name).\(index)", .notOneOf(Choice.allCases.map(\.rawValue)))
            }
        }
        if chosen.isEmpty, members[name] == .list([]) { add(name, .tooShort(1)) }
        return chosen
    }

    /// At least one text, each once.
    mutating func texts(
        _ name: String, _ length: ClosedRange<Int>, isRequired: Bool = false, maximum: Int
    ) -> [String] {
        var texts: [String] = []
        for (index, item) in list(name, isRequired: isRequired, maximum: maximum).enumerated() {
            let place = "\(name).\(index)"
            guard case .text(let text) = item else {
                add(place, .notA("text"))
                continue
            }
            if texts.contains(text) { add(place, .twice) }
            check(text, length, at: place)
            texts.append(text)
        }
        if members[name] == .list([]) { add(name, .tooShort(1)) }
        return texts
    }

    /// An object whose members are texts.
    mutating func dictionary(_ name: String, _ length: ClosedRange<Int>, maximum: Int) -> [String: String] {
        guard let value = find(name, isRequired: false) else { return [:] }
        guard case .object(let members) = value else {
            add(name, .notA("object"))
            return [:]
        }
        if members.count > maximum { add(name, .tooMany(maximum)) }
        var texts: [String: String] = [:]
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            guard case .text(let text) = value else {
                add("\(name).\(key)", .notA("text"))
                continue
            }
            check(text, length, at: "\(name).\(key)")
            texts[key] = text
        }
        return texts
    }

    /// Counted as JSON Schema counts.
    private mutating func check(_ text: String, _ length: ClosedRange<Int>, at place: String) {
        let count = text.unicodeScalars.count
        if count < length.lowerBound { add(place, .tooShort(length.lowerBound)) }
        if count > length.upperBound { add(place, .tooLong(length.upperBound)) }
    }

    mutating func list(_ name: String, isRequired: Bool = false, maximum: Int) -> [JSONValue] {
        guard let value = find(name, isRequired: isRequired) else { return [] }
        guard case .list(let items) = value else {
            add(name, .notA("list"))
            return []
        }
        if items.count > maximum {
            add(name, .tooMany(maximum))
            return []
        }
        return items
    }

    /// An object within, read by the closure, its faults among the others.
    mutating func object<T>(_ name: String, isRequired: Bool = false, _ read: (inout APIBody) -> T) -> T? {
        guard let value = find(name, isRequired: isRequired) else { return nil }
        return object(value, at: name, read)
    }

    mutating func object<T>(_ value: JSONValue, at name: String, _ read: (inout APIBody) -> T) -> T? {
        guard case .object(let members) = value else {
            add(name, .notA("object"))
            return nil
        }
        var inner = APIBody(members, at: path + name + ".")
        let result = read(&inner)
        inner.refuseUnknown()
        faults += inner.faults
        return result
    }

    /// The fields of a form: texts, whole numbers and flags by their keys; the charter says which there are.
    mutating func fields(_ name: String = "fields", isRequired: Bool = false) -> Fields {
        guard let value = find(name, isRequired: isRequired) else { return [:] }
        guard case .object(let members) = value else {
            add(name, .notA("object"))
            return [:]
        }
        if members.count > Self.mostFields { add(name, .tooMany(Self.mostFields)) }
        var fields: Fields = [:]
        for member in members.sorted(by: { $0.key < $1.key }) {
            switch member.value {
            case .text(let text): fields[member.key] = .text(text)
            case .integer(let number):
                if number < -Self.largestNumber { add("\(name).\(member.key)", .below(-Self.largestNumber)) }
                if number > Self.largestNumber { add("\(name).\(member.key)", .above(Self.largestNumber)) }
                fields[member.key] = .integer(number)
            case .flag(let flag): fields[member.key] = .flag(flag)
            case .list(let rows):
                guard let list = APIBody.rows(rows) ?? APIBody.names(rows) else {
                    add("\(name).\(member.key)", .notA("list of rows of texts, integers and booleans, or of texts"))
                    continue
                }
                fields[member.key] = list
            case .null, .fraction, .object: add("\(name).\(member.key)", .notA("text, integer, boolean"))
            }
        }
        return fields
    }

    /// A table's rows, each a list of cells; `nil` for any other list. How many there may be is the form's to say: the
    /// body is bounded already.
    private static func rows(_ values: [JSONValue]) -> FieldValue? {
        var rows: [FieldValue] = []
        for value in values {
            guard case .list(let cells) = value else { return nil }
            var row: [FieldValue] = []
            for cell in cells {
                switch cell {
                case .text(let text): row.append(.text(text))
                case .integer(let number) where (-largestNumber...largestNumber).contains(number):
                    row.append(.integer(number))
                case .flag(let flag): row.append(.flag(flag))
                default: return nil
                }
            }
            rows.append(.list(row))
        }
        return .list(rows)
    }

    /// The files that a field names; `nil` for any other list.
    private static func names(_ values: [JSONValue]) -> FieldValue? {
        let names = values.compactMap { value in if case .text(let text) = value { FieldValue.text(text) } else { nil }
        }
        return names.count == values.count && names.count <= 200 ? .list(names) : nil
    }

    static let mostFields = 100
    /// What any number field of a form holds at most.
    static let largestNumber: Int64 = 1_000_000_000_000_000

    private mutating func refuseUnknown() {
        for name in members.keys.sorted() where !known.contains(name) {
            add(name, .unknown(nearest: nearestWord(to: name, among: known)))
        }
    }

    /// To be called when all members have been read.
    mutating func check() throws(APIFault) {
        refuseUnknown()
        if !faults.isEmpty { throw .unfit(faults) }
    }
}
