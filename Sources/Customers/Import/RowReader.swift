import Foundation
import Organisations
import Policy
import Primitives

/// Reads the cells of one row into a customer; says of each cell that it cannot read why.
struct RowReader: Sendable {
    let mapping: ImportMapping
    let today: CalendarDay
    let unit: UnitID
    let owner: StaffID
    /// Those of which the file has a column.
    private let family: [FamilyColumns]

    init(mapping: ImportMapping, today: CalendarDay, unit: UnitID, owner: StaffID) {
        self.mapping = mapping
        self.today = today
        self.unit = unit
        self.owner = owner
        let fields = Set(mapping.columns.compactMap(\.field))
        family = FamilyColumns.all.filter { !$0.fields.isDisjoint(with: fields) }
    }

    struct Reading {
        var draft: CustomerDraft?
        var faults: [ImportFault] = []
        var remarks: [ImportFault] = []
    }

    func read(_ cells: [String], line: Int) -> Reading {
        if cells.allSatisfy(\.isBlank) { return Reading(faults: [ImportFault(line: line, "row.blank")]) }
        if cells.count != mapping.columns.count {
            let isShort = cells.count < mapping.columns.count
            return Reading(faults: [
                ImportFault(
                    line: line, found: cells.joined(separator: ","), isShort ? "row.short" : "row.long",
                    ["\(cells.count)", "\(mapping.columns.count)"])
            ])
        }
        var row = RowCells(line: line, mapping: mapping, cells: cells)
        return read(&row)
    }

    private func read(_ row: inout RowCells) -> Reading {
        var input = CustomerInput(
            kind: .person, name: row.raw(.name, as: "name"), unit: unit, owner: owner,
            source: row.text(.source, as: "source"), address: row.text(.address, as: "address"),
            notes: row.raw(.notes, as: "notes"))
        let classification = row.text(.classification, as: "classification")
        if !classification.isEmpty { input.classification = classification }
        let contact = row.text(.contactName, as: "people.1.name")
        if let kind = kind(of: input.name, contact, &row) { input.kind = kind }
        if input.kind == .company {
            input.people = company(contact, &row)
        } else {
            input.people = [person(.itself, at: 0, named: "", &row)]
        }
        for member in family {
            if let person = self.member(member, at: input.people.count, &row) { input.people.append(person) }
        }
        do {
            let draft = try input.read(today: today).withoutKept()
            return Reading(draft: row.faults.isEmpty ? draft : nil, faults: row.faults, remarks: row.remarks)
        } catch {
            let more = error.faults.map { row.fault($0) }
            return Reading(faults: row.faults + more, remarks: row.remarks)
        }
    }

    private func company(_ contact: String, _ row: inout RowCells) -> [PersonInput] {
        var people = [PersonInput(role: .itself)]
        if contact.isEmpty {
            people[0] = person(.itself, at: 0, named: "", &row)
            for field in [ImportField.position, .gender, .birthday, .hobbies, .circumstances, .identityNumber] {
                row.refuse(field, "contact.missing")
            }
        } else {
            people.append(person(.contact, at: 1, named: contact, &row))
        }
        let phone = row.text(.companyPhone, as: "people.0.phone")
        if !phone.isEmpty { people[0].phone = people[0].phone.map { $0 + "、" + phone } ?? phone }
        let path = "people.\(people.count)"
        let responsible = PersonInput(
            role: .responsible, name: row.text(.responsibleName, as: "\(path).name"),
            position: row.text(.responsiblePosition, as: "\(path).position"),
            gender: row.text(.responsibleGender, as: "\(path).gender"),
            birthday: row.text(.responsibleBirthday, as: "\(path).birthday"),
            bestTime: row.text(.responsibleBestTime, as: "\(path).best_time"),
            phone: row.optional(.responsiblePhone, as: "\(path).phone"),
            email: row.optional(.responsibleEmail, as: "\(path).email"))
        if !responsible.name.isEmpty {
            people.append(responsible)
        } else {
            for field in [
                ImportField.responsiblePosition, .responsibleGender, .responsibleBirthday, .responsibleBestTime,
                .responsiblePhone, .responsibleEmail,
            ] {
                row.refuse(field, "responsible.missing")
            }
        }
        return people
    }

    /// `nil` where the row names none; what it says of one without a name is faulted.
    private func member(_ columns: FamilyColumns, at index: Int, _ row: inout RowCells) -> PersonInput? {
        let path = "people.\(index)"
        let name = row.text(columns.name, as: "\(path).name")
        if name.isEmpty {
            for field in columns.details { row.refuse(field, "family.missing") }
            return nil
        }
        return PersonInput(
            role: .family, relation: row.text(columns.relation, as: "\(path).relation"), name: name,
            gender: row.text(columns.gender, as: "\(path).gender"),
            birthday: row.text(columns.birthday, as: "\(path).birthday"),
            bestTime: row.text(columns.bestTime, as: "\(path).best_time"),
            hobbies: row.text(columns.hobbies, as: "\(path).hobbies"),
            phone: row.optional(columns.phone, as: "\(path).phone"))
    }

    private func person(_ role: Person.Role, at index: Int, named name: String, _ row: inout RowCells) -> PersonInput {
        let path = "people.\(index)"
        return PersonInput(
            role: role, name: name, position: row.text(.position, as: "\(path).position"),
            gender: row.text(.gender, as: "\(path).gender"),
            birthday: row.text(.birthday, as: "\(path).birthday"),
            bestTime: row.text(.bestTime, as: "\(path).best_time"),
            hobbies: row.text(.hobbies, as: "\(path).hobbies"),
            circumstances: row.text(.circumstances, as: "\(path).circumstances"),
            phone: row.optional(.phone, as: "\(path).phone"), email: row.optional(.email, as: "\(path).email"),
            identityNumber: row.optional(.identityNumber, as: "\(path).identity_number"))
    }

    /// What the row says, and without a word what cannot be otherwise: a contact or a word like 公司 makes a company,
    /// two to four Chinese characters a person's name. Anything else is not guessed.
    private func kind(of name: String, _ contact: String, _ row: inout RowCells) -> Customer.Kind? {
        switch row.text(.kind, as: "kind").lowercased() {
        case "公司", "企业", "单位", "company", "集团客户", "企业客户", "公司客户": return .company
        case "个人", "个人客户", "自然人", "person": return .person
        case "": break
        default:
            row.refuse(.kind, "kind.unreadable")
            return nil
        }
        if !contact.isEmpty || RowReader.isCompany(name) { return .company }
        let name = name.filter { !$0.isWhitespace }
        if name.isEmpty { return .person }
        let parts = name.split { "·•‧・".contains($0) }
        let isChinese = parts.allSatisfy { $0.unicodeScalars.allSatisfy(\.properties.isIdeographic) }
        if isChinese, parts.count > 1 || (2...4).contains(name.count) { return .person }
        row.refuse(.name, "kind.unclear")
        return nil
    }

    private static func isCompany(_ name: String) -> Bool {
        if name.hasSuffix("公司") { return true }
        let bytes = Array(name.lowercased().utf8)
        return companyWords.contains { word in
            bytes.indices.contains { bytes[$0] == word[0] && bytes[$0...].starts(with: word) }
        }
    }

    private static let companyWords: [[UInt8]] = [
        "公司", "集团", "工厂", "商店", "商行", "中心", "医院", "学校", "大学", "学院", "银行", "事务所", "工作室", "酒店", "研究所", "研究院",
        "协会", "合作社", "超市", "餐厅", "厂", "co.", "ltd", "inc.", "llc", "gmbh", "corp", "company",
    ].map { Array($0.utf8) }
}

/// The cells of a row by field, with what is found wrong in them.
struct RowCells {
    let line: Int
    var faults: [ImportFault] = []
    var remarks: [ImportFault] = []
    private var cells: [ImportField: (heading: String, text: String)] = [:]
    /// Which field of the row a field of the form was taken from.
    private var origins: [String: ImportField] = [:]

    init(line: Int, mapping: ImportMapping, cells: [String]) {
        self.line = line
        for (column, text) in zip(mapping.columns, cells) {
            if let field = column.field, field != .ignored { self.cells[field] = (column.heading, text) }
        }
    }

    /// The cell as it stands.
    mutating func raw(_ field: ImportField, as path: String) -> String {
        origins[path] = field
        return cells[field]?.text ?? ""
    }

    /// The cell trimmed; a word for nothing, as 无, is empty and remarked.
    mutating func text(_ field: ImportField, as path: String) -> String {
        let text = raw(field, as: path).trimmed
        // The longest word for nothing has seven letters.
        if text.utf8.count > 9 { return text }
        guard RowCells.nothing.contains(text.lowercased()), let cell = cells[field] else { return text }
        let remark = ImportFault(line: line, column: cell.heading, found: text, "remark.none")
        if !remarks.contains(remark) { remarks.append(remark) }
        return ""
    }

    mutating func optional(_ field: ImportField, as path: String) -> String? {
        let text = text(field, as: path)
        return text.isEmpty ? nil : text
    }

    /// Faults a cell that is not empty.
    mutating func refuse(_ field: ImportField, _ message: String) {
        guard let cell = cells[field], !cell.text.isBlank,
            !RowCells.nothing.contains(cell.text.trimmed.lowercased())
        else { return }
        faults.append(ImportFault(line: line, column: cell.heading, found: cell.text, message))
    }

    /// A form's fault as one of the cell that it came from.
    func fault(_ fault: FormFault) -> ImportFault {
        let cell = origins[fault.field].flatMap { cells[$0] }
        let (message, arguments) = fault.problem.importWords
        // Of a column that the list does not have, the field that it would be.
        let column = cell?.heading ?? origins[fault.field]?.rawValue ?? fault.field
        return ImportFault(
            line: line, column: column, found: fault.problem == .missing ? "" : cell?.text ?? "", message,
            arguments)
    }

    private static let nothing: Set<String> = [
        "无", "無", "没有", "沒有", "暂无", "暫無", "不详", "不詳", "未知", "未提供", "空", "-", "--", "—", "——", "/", "n/a",
        "na", "none", "null", "nil", "unknown",
    ]
}

extension FormFault.Problem {
    /// The key of an import report's words, and what fills them in.
    fileprivate var importWords: (String, [String]) {
        switch self {
        case .missing: ("required", [])
        case .tooLong(let maximum): ("too-long", [String(maximum)])
        case .tooShort(let minimum): ("too-short", [String(minimum)])
        case .tooMany(let maximum): ("too-many", [String(maximum)])
        case .notAChoice: ("gender.unreadable", [])
        case .notAPhone: ("phone.unreadable", [])
        case .notAnEmail: ("email.unreadable", [])
        case .notAnIdentityNumber: ("identity.unreadable", [])
        case .notABirthday: ("birthday.unreadable", [])
        case .impossibleDate: ("birthday.impossible", [])
        case .implausibleDate: ("birthday.implausible", [])
        case .onlyOfCompanies: ("role.of-company", [])
        case .twice: ("person.twice", [])
        case .unknownReference: ("unknown", [])
        default: ("unreadable", [])
        }
    }
}
