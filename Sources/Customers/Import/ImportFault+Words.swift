import Foundation
public import Policy
import Primitives

extension ImportFault {
    /// The whole line of a report: `line 12, column 手机: found "138****567": expected an 11-digit mobile …`.
    public func sentence(in language: Language) -> String {
        var place = language == .english ? "line \(line)" : "第\(line)行"
        if let column {
            let column = column.withoutControls
            place += language == .english ? ", column \(column)" : "，“\(column)”列"
        }
        let words = words(in: language)
        if shown.isEmpty { return place + (language == .english ? ": " : "：") + words }
        return language == .english
            ? "\(place): found \"\(shown)\": \(words)" : "\(place)：\(found(in: language))“\(shown)”：\(words)"
    }

    private func found(in language: Language) -> String { language == .traditional ? "寫的是" : "写的是" }

    /// What stands there as a screen may show it: numbers and addresses of people masked as on the pages, and nothing
    /// that would move a terminal's cursor.
    public var shown: String {
        let text = found.withoutControls
        // A date that cannot be read is shown: masked, nobody could mend it.
        return message.hasPrefix("birthday.") ? text : text.maskingMail.maskingNumbers
    }

    /// What was expected, as a sentence for the report.
    public func words(in language: Language) -> String {
        let (chinese, english) = ImportFault.sentences[message] ?? ("无法读取", "cannot be read")
        var sentence = language == .english ? english : chinese
        for (index, argument) in arguments.enumerated() {
            sentence = sentence.replacing("{\(index)}", with: argument)
        }
        return language == .traditional ? Traditional.text(sentence) : sentence
    }

    private static let sentences: [String: (String, String)] = [
        "row.blank": ("空行", "the row is blank"),
        "row.short": ("应有{1}列，只有{0}列", "{1} columns expected, only {0} there"),
        "row.long": ("应有{1}列，却有{0}列", "{1} columns expected, {0} there"),
        "row.unclosed": ("引号没有结束", "a quote is never closed"),
        "row.quote": ("引号位置不对：含引号的内容须整体加引号并双写引号", "a stray quote: quote the whole field and double quotes in it"),
        "row.field-too-long": ("内容超过 64 KB", "a field of more than 64 KB"),
        "row.nul": ("含有空字符（NUL）", "holds a NUL character"),
        "row.undecodable": ("含有{0}编码无法识别的字符", "holds bytes that are no {0} text"),
        "required": ("必须填写", "must not be empty"),
        "too-short": ("至少{0}个字", "at least {0} characters"),
        "too-many": ("最多{0}项", "at most {0} of them"),
        "role.of-company": ("只有公司客户才有", "only a company has this"),
        "person.twice": ("重复了", "the same person twice"),
        "unknown": ("没有找到", "there is none such"),
        "too-long": ("最多{0}个字", "at most {0} characters"),
        "control-character": ("含有控制字符", "holds a control character"),
        "unreadable": ("只能用文字、数字和下划线", "letters, digits and underscores only"),
        "kind.unreadable": ("应为 公司 或 个人", "expected 公司 (company) or 个人 (person)"),
        "kind.unclear": (
            "无法判断是公司还是个人，请加“类型”列", "company or person? say it in a column 类型 (kind)"
        ),
        "contact.missing": ("公司没有联系人姓名，不知是谁的资料", "a company without a contact: whose is this?"),
        "responsible.missing": ("没有负责人姓名，不知是谁的资料", "no name of a person in charge: whose is this?"),
        "family.missing": ("没有家人姓名，不知是谁的资料", "no name of a member of the family: whose is this?"),
        "phone.unreadable": (
            "应为11位手机号，或带区号的座机，或400/800号码", "expected an 11-digit mobile, a landline with area code, or 400/800"
        ),
        "email.unreadable": ("应为电子邮箱，如 name@example.com", "expected an e-mail address like name@example.com"),
        "identity.unreadable": ("应为18位身份证号，校验码须正确", "expected 18 characters with a right check character"),
        "gender.unreadable": ("应为 男 或 女", "expected 男 (male) or 女 (female)"),
        "birthday.unreadable": (
            "应为年月日，如 1994-10-17 或 农历1978年六月十五", "expected year, month, day, like 1994-10-17 or 农历1978年六月十五"
        ),
        "birthday.impossible": ("没有这一天", "there is no such day"),
        "birthday.implausible": ("应在1900年至今天之间", "expected a day between 1900 and today"),
        "duplicate.file": ("与第{0}行重复，已跳过", "entered twice: the same as line {0}; skipped"),
        "duplicate.stored": ("系统中已有此客户 {0}，已跳过", "stored already {0}; skipped"),
        "remark.none": ("视为没有", "taken for none"),
        "remark.same-name": ("与第{0}行公司同名，资料不同，分别建档", "the company of line {0} has this name too; filed apart"),
    ]
}

extension String {
    fileprivate var withoutControls: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.isControl ? " " : $0 }))
    }

    /// `zhang.san@example.com` → `z***@example.com`, also where it is misspelt.
    fileprivate var maskingMail: String {
        replacing(/[^\s,，;；、|"]+[@＠]/) { match in match.output.prefix(1) + "***@" }
    }

    /// Masks what could be a telephone or an identity number, in whatever way it is grouped.
    fileprivate var maskingNumbers: String {
        replacing(/\p{Nd}(?:[ \t\-‐‑–—.()·]*\p{Nd}){5,}[xX]?/) { match in
            let signs = match.output.filter { $0.isNumber || $0.isLetter }
            let (head, tail) =
                switch signs.count {
                case 15...: (2, 2)
                case 11...: (3, 4)
                default: (2, 2)
                }
            return signs.prefix(head) + String(repeating: "*", count: signs.count - head - tail) + signs.suffix(tail)
        }
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        default: false
        }
    }
}
