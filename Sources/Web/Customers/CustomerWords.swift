import Customers
import Foundation
import Policy
import Primitives

/// Says what stands in a customer's file in the reader's words.
struct CustomerWords {
    let words: Words
    let time: TimeWords
    /// The charter's own kinds of customers; none where the usual ones do.
    let types: [CustomerType]

    init(_ frame: Frame) {
        words = frame.words
        time = frame.time
        types = frame.charter?.membership?.customerTypes ?? []
    }

    private var isEnglish: Bool { words.language == .english }
    private var comma: String { isEnglish ? ", " : "、" }

    func list(_ items: [String]) -> String { items.joined(separator: comma) }

    func kind(_ kind: Customer.Kind) -> String {
        switch kind {
        case .company: words("公司")
        case .person: words("个人")
        }
    }

    func status(_ status: Customer.Status) -> String {
        switch status {
        case .active: words("往来中")
        case .dormant: words("已沉睡")
        }
    }

    /// The keys to choose from.
    var classes: [String] { types.isEmpty ? Self.usual : types.map(\.key) }

    /// The usual classes in words; a key that the charter has not as it is.
    func classification(_ key: String) -> String {
        if let type = types.first(where: { $0.key == key }) { return type.title[words.language] }
        return switch key {
        case "ordinary": words("普通客户")
        case "important": words("重要客户")
        case "vip": words("VIP客户")
        default: key
        }
    }

    static let usual = ["ordinary", "important", "vip"]

    func gender(_ gender: Gender) -> String {
        switch gender {
        case .male: words("男")
        case .female: words("女")
        }
    }

    func role(_ role: Person.Role) -> String {
        switch role {
        case .itself: words("本人")
        case .responsible: words("负责人")
        case .contact: words("对接人")
        case .family: words("家人")
        }
    }

    /// A field by its key in forms, in `Completeness` and in the journal.
    func field(_ key: String) -> String {
        switch key {
        case "kind": words("客户类型")
        case "name": words("姓名")
        case "classification": words("分类")
        case "status": words("状态")
        case "source": words("来源")
        case "address": words("地址")
        case "notes": words("备注")
        case "owner": words("专人")
        case "relation": words("关系")
        case "position": words("职务")
        case "gender": words("性别")
        case "birthday": words("生日")
        case "lunar": words("农历生日")
        case "best_time": words("方便联系的时间")
        case "hobbies": words("爱好")
        case "circumstances": words("家庭及其他情况")
        case "phone": words("电话")
        case "email": words("邮箱")
        case "identity_number": words("证件号")
        default: key
        }
    }

    /// `负责人电话`; the customer's own fields without a prefix.
    func field(_ key: String, of role: Person.Role, number: Int = 1) -> String {
        if role == .itself { return field(key) }
        let who = self.role(role) + (number > 1 ? String(number) : "")
        return words("{0}{1}", who, isEnglish ? field(key).lowercased() : field(key))
    }

    /// The path of a field in the journal, `contact.1.phone`.
    func field(path: String) -> String {
        let parts = path.split(separator: ".").map(String.init)
        guard parts.count >= 2, let role = Person.Role(rawValue: parts[0]) else { return field(path) }
        return field(parts[parts.count - 1], of: role, number: parts.count == 3 ? Int(parts[1]) ?? 1 : 1)
    }

    /// What the journal keeps of a field, in words.
    func value(_ value: String, path: String) -> String {
        switch path.split(separator: ".").last {
        case "kind": Customer.Kind(rawValue: value).map { kind($0) } ?? value
        case "status": Customer.Status(rawValue: value).map { status($0) } ?? value
        case "classification": classification(value)
        case "gender": Gender(rawValue: value).map { gender($0) } ?? value
        default: value
        }
    }

    // MARK: Birthdays

    /// `1976年4月12日`; `农历八月三十`.
    func birthday(_ birthday: Birthday) -> String {
        switch birthday {
        case .solar(let day): time.date(day)
        case .lunar(let day): lunar(day)
        }
    }

    func lunar(_ day: LunarDay) -> String {
        if isEnglish {
            let month = (day.isLeapMonth ? "leap " : "") + "month \(day.month)"
            return words("农历{0}", "\(month), day \(day.day)")
        }
        return words(
            "农历{0}", (day.isLeapMonth ? words("闰") : "") + words(Self.months[day.month - 1]) + Self.days(day.day))
    }

    private static let months = [
        "正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月",
    ]

    private static func days(_ number: Int) -> String {
        let digits = ["十", "一", "二", "三", "四", "五", "六", "七", "八", "九"]
        let last = digits[number % 10]
        return switch number {
        case 1...10: "初" + last
        case 11...19: "十" + last
        case 20: "二十"
        case 21...29: "廿" + last
        default: "三十"
        }
    }
}

/// A name with the pinyin of its rare characters over them.
struct NamePart {
    let text: String
    let reading: String?

    /// Characters outside the common block of the standard carry their reading, once, on the file.
    static func parts(of name: String) -> [NamePart] {
        var parts: [NamePart] = []
        var run = ""
        for character in name {
            guard let scalar = character.unicodeScalars.first, scalar.properties.isIdeographic,
                !(0x4E00...0x9FA5).contains(scalar.value),
                let reading = String(character).applyingTransform(.toLatin, reverse: false),
                reading != String(character)
            else {
                run.append(character)
                continue
            }
            if !run.isEmpty { parts.append(NamePart(text: run, reading: nil)) }
            run = ""
            parts.append(NamePart(text: String(character), reading: reading))
        }
        if !run.isEmpty { parts.append(NamePart(text: run, reading: nil)) }
        return parts
    }
}
