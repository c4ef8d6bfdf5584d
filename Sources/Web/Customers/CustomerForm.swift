import Customers
import Policy
import Primitives

/// A customer's file as a form holds it: texts by the fields' names, people in rows.
///
/// Rows keep their number while the form goes back and forth; rows left blank are no people.
struct CustomerForm {
    let kind: Customer.Kind
    var values: [String: String]
    var rows: [Row]

    struct Row {
        let role: Person.Role
        var id: Person.ID?
    }

    /// Fields of the customer itself, and of each person; numbers are shown masked only and entered anew.
    static let ownKeys = ["name", "classification", "status", "source", "address", "notes", "owner"]
    static let personKeys = [
        "relation", "name", "position", "gender", "birthday", "best_time", "hobbies", "circumstances", "phone",
        "email", "identity_number",
    ]
    static let numberKeys: Set<String> = ["phone", "email", "identity_number"]
    /// What a clerk types to take a stored number out.
    static let erasure = "-"

    /// A new file.
    init(kind: Customer.Kind, owner: String) {
        self.kind = kind
        values = ["classification": "ordinary", "owner": owner]
        rows = [Row(role: .itself)]
        fillUp()
    }

    /// A stored file, its numbers left blank.
    init(_ customer: Customer) {
        kind = customer.kind
        values = [
            "name": customer.name, "classification": customer.classification, "status": customer.status.rawValue,
            "source": customer.source, "address": customer.address, "notes": customer.notes,
        ]
        rows = []
        for person in customer.people { add(person) }
        if rows.first?.role != .itself { rows.insert(Row(role: .itself), at: 0) }
        fillUp()
    }

    /// What a browser sent.
    init(_ body: FormBody) {
        kind = body["kind"].flatMap(Customer.Kind.init(rawValue:)) ?? .person
        values = body.fields
        rows = []
        for number in 0..<60 {
            guard let role = body["people.\(number).role"].flatMap(Person.Role.init(rawValue:)) else { break }
            rows.append(Row(role: role, id: body["people.\(number).id"].flatMap { Person.ID($0) }))
        }
        if rows.isEmpty { rows = [Row(role: .itself)] }
    }

    /// People whom somebody else added in between stay in the file; those taken out come as new ones.
    mutating func meet(_ customer: Customer) {
        let stored = Set(customer.people.map(\.id))
        for index in rows.indices {
            if let id = rows[index].id, !stored.contains(id) { rows[index].id = nil }
        }
        let known = Set(rows.compactMap(\.id))
        for person in customer.people where !known.contains(person.id) && person.role != .itself { add(person) }
    }

    private mutating func add(_ person: Person) {
        let input = PersonInput(person)
        let at = "people.\(rows.count)."
        for key in Self.personKeys { values[at + key] = input.text(key) }
        rows.append(Row(role: person.role, id: person.id))
    }

    /// Blank rows, so that there is room for the people whom the rules ask for.
    private mutating func fillUp() {
        let wanted: [(Person.Role, Int)] =
            kind == .company
            ? [(.responsible, 1), (.contact, 1), (.family, 1)] : [(.family, 3)]
        for (role, count) in wanted {
            let present = rows.count { $0.role == role }
            let blank = role == .family ? max(count - present, 1) : count - present
            for _ in 0..<max(0, blank) { rows.append(Row(role: role)) }
        }
    }

    // MARK: Reading

    /// What the service reads, and which row each of its people stands in.
    func input(changing stored: Customer? = nil) -> (input: CustomerInput, rows: [Int]) {
        var input = stored.map { CustomerInput($0) } ?? CustomerInput(kind: kind, name: "")
        input.kind = kind
        if let text = values["name"] { input.name = text }
        if let text = values["classification"] { input.classification = text }
        if let status = values["status"].flatMap(Customer.Status.init(rawValue:)) { input.status = status }
        if let text = values["source"] { input.source = text }
        if let text = values["address"] { input.address = text }
        if let text = values["notes"] { input.notes = text }
        if stored == nil { input.owner = values["owner"].flatMap { StaffID($0) } }
        let known = Dictionary((stored?.people ?? []).map { ($0.id, $0) }) { first, _ in first }
        input.people = []
        var places: [Int] = []
        for (number, row) in rows.enumerated() {
            if values["people.\(number).remove"] == "true" { continue }
            if row.role != .itself, row.id == nil, isBlank(number) { continue }
            input.people.append(person(number, row, known))
            places.append(number)
        }
        return (input, places)
    }

    private func isBlank(_ number: Int) -> Bool {
        Self.personKeys.allSatisfy { (values["people.\(number).\($0)"] ?? "").trimmed.isEmpty }
    }

    private func person(_ number: Int, _ row: Row, _ known: [Person.ID: Person]) -> PersonInput {
        // What this form does not show stays as it is stored.
        var person = row.id.flatMap { known[$0] }.map { PersonInput($0) } ?? PersonInput(id: row.id, role: row.role)
        for key in Self.personKeys {
            guard let text = values["people.\(number).\(key)"] else { continue }
            person.set(key, to: text)
        }
        return person
    }

    /// Faults named by the form's rows instead of the service's people.
    static func placed(_ faults: FormFaults, rows: [Int]) -> FormFaults {
        FormFaults(
            faults.faults.map { fault in
                let parts = fault.field.split(separator: ".", maxSplits: 2)
                guard parts.count == 3, parts[0] == "people", let index = Int(parts[1]), rows.indices.contains(index)
                else { return fault }
                return FormFault("people.\(rows[index]).\(parts[2])", fault.problem)
            })
    }
}

extension PersonInput {
    /// The text of a field by its key; numbers have none.
    func text(_ key: String) -> String {
        switch key {
        case "relation": relation
        case "name": name
        case "position": position
        case "gender": gender
        case "birthday": birthday
        case "best_time": bestTime
        case "hobbies": hobbies
        case "circumstances": circumstances
        default: ""
        }
    }

    mutating func set(_ key: String, to text: String) {
        switch key {
        case "relation": relation = text
        case "name": name = text
        case "position": position = text
        case "gender": gender = text
        case "birthday": birthday = text
        case "best_time": bestTime = text
        case "hobbies": hobbies = text
        case "circumstances": circumstances = text
        case "phone": phone = Self.number(text)
        case "email": email = Self.number(text)
        case "identity_number": identityNumber = Self.number(text)
        default: break
        }
    }

    /// Blank leaves what is stored; a dash takes it out.
    private static func number(_ text: String) -> String? {
        let text = text.trimmed
        return text.isEmpty ? nil : text == CustomerForm.erasure ? "" : text
    }
}
