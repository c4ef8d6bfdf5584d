import Customers
import Organisations
import Policy
import Primitives

/// The form of a customer's file.
struct CustomerFormPage {
    let shell: Shell
    let title: String
    let action: String
    let kind: String
    /// Company or person; chosen before a new file is filled in.
    let tabs: [WorkbenchPage.Tab]
    let revision: Int?
    let sections: [Section]
    let message: String?
    let conflict: Conflict?
    let submit: String
    let backPath: String
    let backTitle: String

    /// A person, or the customer itself.
    struct Section {
        let title: String
        let clause: String?
        let hint: String?
        let hidden: [Hidden]
        let fields: [FieldPart]
        /// Blank and asked for by nobody: folded away.
        let isFolded: Bool
        let addTitle: String
    }

    struct Hidden {
        let name: String
        let value: String
    }

    /// Somebody saved in between: what is stored now, and what this form says.
    struct Conflict {
        let text: String
        let lines: [Line]
        let freshPath: String

        struct Line {
            let label: String
            let stored: String
            let mine: String
        }
    }
}

/// Lays out a customer's form, section by section.
struct CustomerFormParts {
    let form: CustomerForm
    let stored: Customer?
    let faults: FormFaults?
    let frame: Frame
    /// Who may be given a new customer; fewer than two ask nothing.
    let owners: [FieldPart.Option]

    private var words: Words { frame.words }
    private var labels: CustomerWords { CustomerWords(frame) }

    func sections() -> [CustomerFormPage.Section] {
        var sections = [own()]
        for role in [Person.Role.responsible, .contact, .family] {
            for (number, row) in form.rows.enumerated() where row.role == role {
                sections.append(section(of: number, row, isFirst: form.rows.firstIndex { $0.role == role } == number))
            }
        }
        return sections
    }

    /// Faults that no field of the form shows.
    func leftOver(_ sections: [CustomerFormPage.Section]) -> [String] {
        let shown = Set(sections.flatMap(\.fields).map(\.key))
        return (faults?.faults ?? []).filter { !shown.contains($0.field) }.map { $0.problem.text(words) }
    }

    private var clause: String? { frame.charter?.clauses(with: .fileCompleteness).first?.key }

    private func own() -> CustomerFormPage.Section {
        let number = form.rows.firstIndex { $0.role == .itself } ?? 0
        var fields = [line("name", title: words(form.kind == .company ? "公司名称" : "姓名"), maximum: 200, required: true)]
        fields.append(
            contentsOf: numbers(
                number, form.kind == .company ? ["phone", "email"] : ["phone", "email", "identity_number"]))
        fields.append(line("address", maximum: 400))
        if form.kind == .person { fields.append(contentsOf: personal(number, names: false)) }
        fields.append(choice("classification", options: classes()))
        fields.append(line("source", maximum: 200, hint: words("从哪里认识我们，如朋友介绍、到店")))
        if stored != nil {
            fields.append(
                choice(
                    "status",
                    options: Customer.Status.allCases.map { option($0.rawValue, labels.status($0), "status") }))
        } else if owners.count > 1 {
            fields.append(choice("owner", options: owners.map { $0.picked(value("owner")) }))
        }
        fields.append(text("notes", maximum: 4000))
        return CustomerFormPage.Section(
            title: words(form.kind == .company ? "公司" : "客户本人"), clause: clause, hint: nil,
            hidden: hidden(number, form.rows[number]), fields: fields, isFolded: false,
            addTitle: "")
    }

    private func section(of number: Int, _ row: CustomerForm.Row, isFirst: Bool) -> CustomerFormPage.Section {
        var fields: [FieldPart] = []
        if row.role == .family {
            fields.append(line(path(number, "relation"), maximum: 40, hint: words("如配偶、女儿、母亲")))
        }
        fields.append(line(path(number, "name"), maximum: 100))
        fields.append(contentsOf: numbers(number, row.role == .family ? ["phone"] : ["phone", "email"]))
        fields.append(contentsOf: personal(number, names: row.role != .family))
        if row.id != nil { fields.append(flag(path(number, "remove"), title: words("从档案删去此人"))) }
        let isFaulty = fields.contains { $0.error != nil }
        let isBlank = row.id == nil && fields.allSatisfy { $0.value.isEmpty }
        return CustomerFormPage.Section(
            title: labels.role(row.role), clause: isFirst && row.role != .family ? clause : nil,
            hint: nil, hidden: hidden(number, row), fields: fields,
            isFolded: row.role == .family && isBlank && !isFaulty,
            addTitle: words("加一位{0}", labels.role(row.role)))
    }

    private func personal(_ number: Int, names: Bool) -> [FieldPart] {
        var fields: [FieldPart] = []
        if names || form.rows[number].role == .itself {
            fields.append(line(path(number, "position"), maximum: 100))
        }
        fields.append(
            choice(
                path(number, "gender"),
                options: Gender.allCases.map { option($0.rawValue, labels.gender($0), path(number, "gender")) }))
        fields.append(
            line(path(number, "birthday"), maximum: 40, hint: words("如 1994-10-17，农历写作 农历八月三十")))
        fields.append(line(path(number, "best_time"), maximum: 200))
        fields.append(text(path(number, "hobbies"), maximum: 2000))
        if form.rows[number].role != .family { fields.append(text(path(number, "circumstances"), maximum: 2000)) }
        return fields
    }

    private func numbers(_ number: Int, _ keys: [String]) -> [FieldPart] {
        let person = form.rows[number].id.flatMap { id in stored?.people.first { $0.id == id } }
        return keys.map { key in
            let masked = person.map { $0.masked(key) } ?? ""
            var hint: String?
            if !masked.isEmpty {
                hint = words("现为{0}；留空不改，填减号删去", masked)
            } else if key == "phone" {
                hint = words("可填多个，用顿号分开")
            }
            var field = line(path(number, key), maximum: 200, hint: hint)
            field.inputMode = key == "phone" ? "tel" : key == "email" ? "email" : nil
            return field
        }
    }

    // MARK: Single fields

    private func path(_ number: Int, _ key: String) -> String { "people.\(number).\(key)" }

    private func value(_ name: String) -> String { form.values[name] ?? "" }

    private func hidden(_ number: Int, _ row: CustomerForm.Row) -> [CustomerFormPage.Hidden] {
        var hidden = [CustomerFormPage.Hidden(name: path(number, "role"), value: row.role.rawValue)]
        if let id = row.id { hidden.append(CustomerFormPage.Hidden(name: path(number, "id"), value: id.description)) }
        return hidden
    }

    private func part(_ name: String, title: String?, required: Bool, hint: String?) -> FieldPart {
        let key = name.split(separator: ".").last.map(String.init) ?? name
        return FieldPart(
            key: name, title: title ?? labels.field(key), isRequired: required, clause: nil, value: value(name),
            error: faults?.faults.first { $0.field == name }?.problem.text(words), hint: hint)
    }

    private func line(
        _ name: String, title: String? = nil, maximum: Int, required: Bool = false, hint: String? = nil
    ) -> FieldPart {
        var part = part(name, title: title, required: required, hint: hint)
        part.inputType = "text"
        part.maximum = maximum
        part.autocomplete = "off"
        return part
    }

    private func text(_ name: String, maximum: Int) -> FieldPart {
        var part = part(name, title: nil, required: false, hint: nil)
        part.isText = true
        part.rows = 2
        part.maximum = maximum
        return part
    }

    private func choice(_ name: String, options: [FieldPart.Option]) -> FieldPart {
        var part = part(name, title: nil, required: false, hint: nil)
        part.isChoice = true
        part.options = options
        return part
    }

    private func flag(_ name: String, title: String) -> FieldPart {
        var part = part(name, title: title, required: false, hint: nil)
        part.isFlag = true
        part.isPicked = value(name) == "true"
        return part
    }

    private func option(_ key: String, _ title: String, _ name: String) -> FieldPart.Option {
        FieldPart.Option(key: key, title: title, isPicked: key == value(name))
    }

    /// The usual classes, and whichever the file has already.
    private func classes() -> [FieldPart.Option] {
        let current = value("classification")
        let keys = labels.classes + (current.isEmpty || labels.classes.contains(current) ? [] : [current])
        return keys.map { option($0, labels.classification($0), "classification") }
    }

    // MARK: Conflict

    /// Each field in which the stored file and the form differ.
    func differences(from stored: Customer) -> [CustomerFormPage.Conflict.Line] {
        let theirs = CustomerForm(stored)
        let rowOf = Dictionary(theirs.rows.enumerated().compactMap { row in row.element.id.map { ($0, row.offset) } }) {
            first, _ in first
        }
        var lines: [CustomerFormPage.Conflict.Line] = []
        func compare(_ label: String, _ stored: String, _ mine: String?) {
            guard let mine, mine.trimmed != stored.trimmed else { return }
            lines.append(CustomerFormPage.Conflict.Line(label: label, stored: stored, mine: mine))
        }
        for key in CustomerForm.ownKeys where key != "owner" {
            compare(labels.field(key), shown(key, theirs.values[key] ?? ""), form.values[key].map { shown(key, $0) })
        }
        var counts: [Person.Role: Int] = [:]
        for (number, row) in form.rows.enumerated() {
            counts[row.role, default: 0] += 1
            let place = row.id.flatMap { rowOf[$0] }
            let person = row.id.flatMap { id in stored.people.first { $0.id == id } }
            for key in CustomerForm.personKeys {
                let mine = form.values[path(number, key)]
                let label = labels.field(key, of: row.role, number: counts[row.role] ?? 1)
                if CustomerForm.numberKeys.contains(key) {
                    // What was typed is not shown again; the stored number stays masked.
                    guard let mine, !mine.trimmed.isEmpty else { continue }
                    let text = mine.trimmed == CustomerForm.erasure ? words("删去") : words("新填的号码")
                    compare(label, person?.masked(key) ?? "", text)
                } else {
                    let old = place.flatMap { theirs.values[path($0, key)] } ?? ""
                    compare(label, shown(key, old), mine.map { shown(key, $0) })
                }
            }
        }
        return lines
    }

    private func shown(_ key: String, _ value: String) -> String {
        switch key {
        case "classification": labels.classification(value)
        case "status": Customer.Status(rawValue: value).map(labels.status) ?? value
        case "gender": Gender(rawValue: value).map(labels.gender) ?? value
        default: value
        }
    }
}

extension Person {
    /// The masked number of that key.
    func masked(_ key: String) -> String {
        switch key {
        case "phone": phone
        case "email": email
        case "identity_number": identityNumber
        default: ""
        }
    }
}

extension Charter {
    /// The clauses that an ability of the program executes.
    func clauses(with effect: Effect) -> [Clause] {
        clauses.filter { $0.status == .executed && $0.effects.contains(effect) }
    }
}
