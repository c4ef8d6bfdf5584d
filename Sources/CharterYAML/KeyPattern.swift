/// The shapes of the keys that a company makes up.
enum KeyPattern {
    case snakeCase, event, clause, chapter, offence, goods, tier, anything

    func accepts(_ key: String) -> Bool {
        guard key.utf8.count <= 64 else { return false }
        switch self {
        case .snakeCase: return key.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil
        case .event: return key.wholeMatch(of: /[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*/) != nil
        case .clause: return key.wholeMatch(of: /[A-Z][A-Z0-9]{0,7}-[0-9]{1,5}[a-z]?/) != nil
        case .chapter: return key.wholeMatch(of: /[A-Z][A-Z0-9]{0,7}(\.[0-9]{1,4})+/) != nil
        case .offence: return key.wholeMatch(of: /[A-Z][A-Z0-9_-]{0,15}/) != nil
        case .goods: return key.wholeMatch(of: /[A-Za-z][A-Za-z0-9_]*/) != nil
        case .tier: return key != "none" && key.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil
        case .anything: return true
        }
    }

    var phrase: Phrase {
        switch self {
        case .snakeCase: .snakeCase
        case .event: Phrase("an event such as complaint.received", "事件，例如 complaint.received")
        case .clause: Phrase("a clause number such as D-105", "条款号，例如 D-105")
        case .chapter: Phrase("a chapter number such as D.19", "章节号，例如 D.19")
        case .offence: Phrase("an offence code such as A3", "违规代码，例如 A3")
        case .goods: Phrase("a class of goods such as general or A", "商品类别，例如 general 或 A")
        case .tier: Phrase("a tier in snake_case other than none", "小写字母、数字和下划线组成的等级键（不能是 none）")
        case .anything: .text
        }
    }

    /// The key with its small slips mended, when that is enough.
    func repaired(_ key: String) -> String? {
        let mended: String
        switch self {
        case .snakeCase, .event:
            mended = key.lowercased().replacing("-", with: "_").replacing(" ", with: "_")
        case .clause, .chapter, .offence:
            mended = key.uppercased().replacing(" ", with: "").replacing("_", with: "-")
        case .tier: mended = key.lowercased().replacing("-", with: "_").replacing(" ", with: "_")
        case .goods, .anything: return nil
        }
        return accepts(mended) ? mended : nil
    }
}
