/// Whether a name answers what somebody typed, where the names are few enough to be looked through.
///
/// The same spellings as in the search of customers: any part, full pinyin of the whole or of its end, initials.
public enum NameMatch {
    public static func answers(_ name: String, to query: String) -> Bool {
        let wanted = NameGrams.folded(query)
        guard !wanted.isEmpty else { return false }
        let text = NameGrams.searchText(name)
        if NameGrams.folded(name).contains(wanted) { return true }
        guard wanted.utf8.allSatisfy({ $0 >= 97 && $0 <= 122 || $0.isDigit }) else { return false }
        // `张三丰/zhangsanfeng:zsf/…`: of each reading the pinyin, then the initials.
        return text.split(separator: "/").dropFirst().contains { reading in
            let halves = reading.split(separator: ":")
            guard halves.count == 2 else { return false }
            return halves[0].hasPrefix(wanted) || halves[1].contains(wanted)
                || (wanted.utf8.count > 2 && halves[0].contains(wanted))
        }
    }
}
