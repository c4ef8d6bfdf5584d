extension CustomerDraft {
    /// This stored file with what a row of a list gives written over it; what the row leaves empty stays.
    func filled(from row: CustomerDraft) -> CustomerDraft {
        var draft = self
        if !row.source.isEmpty { draft.source = row.source }
        if !row.address.isEmpty { draft.address = row.address }
        if !row.notes.isEmpty { draft.notes = row.notes }
        for person in row.people {
            let index = draft.people.firstIndex {
                $0.role == person.role
                    && (person.role == .itself || NameGrams.folded($0.name) == NameGrams.folded(person.name))
            }
            if let index {
                draft.people[index].fill(from: person)
            } else {
                draft.people.append(person)
            }
        }
        return draft
    }
}

extension PersonDraft {
    fileprivate mutating func fill(from row: PersonDraft) {
        if !row.relation.isEmpty { relation = row.relation }
        if !row.position.isEmpty { position = row.position }
        if let given = row.gender { gender = given }
        if let given = row.birthday { birthday = given }
        if !row.bestTime.isEmpty { bestTime = row.bestTime }
        if !row.hobbies.isEmpty { hobbies = row.hobbies }
        if !row.circumstances.isEmpty { circumstances = row.circumstances }
        // A telephone is added to those that are there: the list does not say that the old ones are wrong.
        let known = phones.new ?? []
        phones = .set(known + (row.phones.new ?? []).filter { !known.contains($0) })
        if case .set(.some) = row.email { email = row.email }
        if case .set(.some) = row.identityNumber { identityNumber = row.identityNumber }
    }
}
