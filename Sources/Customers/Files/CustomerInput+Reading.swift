import Foundation
import Organisations
import Policy
import Primitives

extension CustomerInput {
    /// Reads all fields.
    /// - Parameter today: the company's day, which no birthday may lie behind.
    /// - Throws: `FormFaults` with every field that cannot be read.
    func read(today: CalendarDay) throws(FormFaults) -> CustomerDraft {
        var reader = FieldReader()
        var draft = CustomerDraft(
            kind: kind, name: reader.line(name, "name", maximum: 200, isRequired: true), unit: unit, owner: owner,
            classification: reader.key(classification, "classification"), status: status,
            source: reader.line(source, "source", maximum: 200),
            address: reader.line(address, "address", maximum: 400),
            notes: reader.text(notes, "notes", maximum: 4000), people: [])
        for (index, person) in people.enumerated() {
            draft.people.append(person.read(at: "people.\(index)", of: kind, today: today, with: &reader))
        }
        if people.count > 40 { reader.faults.add("people", .tooMany(maximum: 40)) }
        if people.count(where: { $0.role == .itself }) > 1 { reader.faults.add("people", .twice) }
        try reader.faults.check()
        if !draft.people.contains(where: { $0.role == .itself }) {
            draft.people.insert(PersonDraft(role: .itself), at: 0)
        }
        return draft
    }
}

extension PersonInput {
    func read(
        at path: String, of kind: Customer.Kind, today: CalendarDay, with reader: inout FieldReader
    ) -> PersonDraft {
        var draft = PersonDraft(id: id, role: role)
        draft.relation = reader.line(relation, "\(path).relation", maximum: 40)
        draft.name = reader.line(name, "\(path).name", maximum: 100, isRequired: role != .itself)
        draft.position = reader.line(position, "\(path).position", maximum: 100)
        draft.bestTime = reader.line(bestTime, "\(path).best_time", maximum: 200)
        draft.hobbies = reader.text(hobbies, "\(path).hobbies", maximum: 2000)
        draft.circumstances = reader.text(circumstances, "\(path).circumstances", maximum: 2000)
        if !gender.isBlank {
            draft.gender = Gender.read(gender)
            if draft.gender == nil { reader.faults.add("\(path).gender", .notAChoice(expected: ["男", "女"])) }
        }
        if !birthday.isBlank {
            do {
                draft.birthday = try Birthday.read(birthday, today: today)
            } catch {
                reader.faults.add("\(path).birthday", error.problem)
            }
        }
        if (role == .responsible || role == .contact) && kind == .person {
            reader.faults.add("\(path).role", .onlyOfCompanies)
        }
        readNumbers(into: &draft, at: path, with: &reader)
        return draft
    }

    private func readNumbers(into draft: inout PersonDraft, at path: String, with reader: inout FieldReader) {
        if let phone, phone.isBlank {
            draft.phones = .set([])
        } else if let phone {
            do {
                draft.phones = .set(try PhoneNumber.list(phone))
            } catch {
                reader.faults.add("\(path).phone", .notAPhone)
            }
        }
        if let email {
            let address = EmailAddress(email)
            draft.email = .set(address)
            if address == nil, !email.isBlank { reader.faults.add("\(path).email", .notAnEmail) }
        }
        if let identityNumber {
            let number = IdentityNumber(identityNumber)
            draft.identityNumber = .set(number)
            if number == nil, !identityNumber.isBlank {
                reader.faults.add("\(path).identity_number", .notAnIdentityNumber)
            }
        }
    }
}

/// Reads text fields and gathers their faults.
struct FieldReader {
    var faults = FormFaults()

    /// One line, trimmed, without control characters.
    mutating func line(_ text: String, _ field: String, maximum: Int, isRequired: Bool = false) -> String {
        return bounded(text.singleSpaced, field, maximum: maximum, isRequired: isRequired)
    }

    /// Several lines, trimmed at both ends.
    mutating func text(_ text: String, _ field: String, maximum: Int) -> String {
        // Office programs end lines in several ways.
        let lines =
            text.utf8.contains(13)
            ? text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: "\n") : text
        return bounded(lines.trimmed, field, maximum: maximum)
    }

    /// A key of letters, digits and underscores in any script.
    mutating func key(_ text: String, _ field: String) -> String {
        let key = line(text, field, maximum: 40, isRequired: true)
        if key.contains(where: { !($0.isLetter || $0.isNumber || $0 == "_") }) { faults.add(field, .unreadable) }
        return key
    }

    private mutating func bounded(_ text: String, _ field: String, maximum: Int, isRequired: Bool = false) -> String {
        if isRequired, text.isEmpty { faults.add(field, .missing) }
        // Counted as both engines count in their CHECKs.
        if text.unicodeScalars.count > maximum { faults.add(field, .tooLong(maximum: maximum)) }
        if text.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\n" && $0 != "\t" || $0.value == 127 }) {
            faults.add(field, .unreadable)
        }
        return text
    }
}

extension Birthday.Fault {
    fileprivate var problem: FormFault.Problem {
        switch self {
        case .unreadable: .notABirthday
        case .impossible: .impossibleDate
        case .implausible: .implausibleDate
        }
    }
}
