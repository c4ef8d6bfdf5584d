import Organisations
import Policy
import Primitives

extension CustomerDraft {
    /// A new file: what would be kept is empty.
    func withoutKept() -> CustomerDraft {
        var draft = self
        draft.people = people.map { person in
            var person = person
            person.id = nil
            if person.phones == .keep { person.phones = .set([]) }
            if person.email == .keep { person.email = .set(nil) }
            if person.identityNumber == .keep { person.identityNumber = .set(nil) }
            return person
        }
        return draft
    }

    /// The change of a stored file: encrypted fields that the form left alone keep what they hold.
    /// - Throws: `FormFaults` for a person who is not in the file.
    func keeping(_ stored: CustomerDraft) throws(FormFaults) -> CustomerDraft {
        var draft = self
        var faults = FormFaults()
        let known = Dictionary(stored.people.map { ($0.id, $0) }) { first, _ in first }
        var seen = Set<Person.ID>()
        for index in draft.people.indices {
            // The customer itself stays the same person, whether or not the form names it.
            if draft.people[index].role == .itself {
                draft.people[index].id = stored.people.first { $0.role == .itself }?.id
            }
            let id = draft.people[index].id
            if let id, known[id] == nil || !seen.insert(id).inserted {
                faults.add("people.\(index).id", .unknownReference)
            }
            draft.people[index].keep(id.flatMap { known[$0] })
        }
        try faults.check()
        return draft
    }

    /// All values by the paths of their fields; people by role and number: `contact.1.phone`.
    func words() -> [String: String] {
        var words = [
            "kind": kind.rawValue, "name": name, "classification": classification, "status": status.rawValue,
            "source": source, "address": address, "notes": notes,
        ]
        var numbers: [Person.Role: Int] = [:]
        for person in people {
            let number = numbers[person.role, default: 0] + 1
            numbers[person.role] = number
            let path = person.role == .itself ? "self" : "\(person.role.rawValue).\(number)"
            for (key, value) in person.words { words["\(path).\(key)"] = value }
        }
        return words.filter { !$0.value.isEmpty }
    }

    /// The values that differ from before, empty where one was removed.
    func words(changedFrom before: CustomerDraft) -> [String: String] {
        let old = before.words()
        let new = words()
        var changed = new.filter { old[$0.key] != $0.value }
        for key in old.keys where new[key] == nil { changed[key] = "" }
        return changed
    }

    /// What stood there, by the paths of fields behind `was.`; a field that was empty is left out.
    func former(_ paths: some Sequence<String>) -> [String: String] {
        let words = words()
        return paths.reduce(into: [:]) { former, path in former[CustomerDraft.was + path] = words[path] }
    }

    static let was = "was."
}

extension PersonDraft {
    fileprivate mutating func keep(_ stored: PersonDraft?) {
        if phones == .keep { phones = .set(stored?.phones.new ?? []) }
        if email == .keep { email = .set(stored?.email.new ?? nil) }
        if identityNumber == .keep { identityNumber = .set(stored?.identityNumber.new ?? nil) }
    }

    fileprivate var words: [String: String] {
        [
            "relation": relation, "name": name, "position": position, "gender": gender?.rawValue ?? "",
            "birthday": birthday?.words ?? "", "lunar": birthday?.isLunar == true ? "true" : "",
            "best_time": bestTime, "hobbies": hobbies, "circumstances": circumstances,
            "phone": (phones.new ?? []).map(\.digits).joined(separator: "\n"),
            "email": (email.new ?? nil)?.text ?? "",
            "identity_number": (identityNumber.new ?? nil)?.text ?? "",
        ]
    }
}
