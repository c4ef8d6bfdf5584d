import Customers
import Policy

/// Numbers in the clear, shown once; or the question why.
struct RevealPage {
    let shell: Shell
    let reference: String
    let who: String
    let clause: String?
    let backPath: String
    let shown: Shown?
    let ask: Ask?

    struct Shown {
        let lines: [Line]
        let note: String

        struct Line {
            let label: String
            let text: String
            let masked: String
        }
    }

    struct Ask {
        let action: String
        let fields: [FieldPart]
        let message: String?
    }
}

extension RevealPage.Shown {
    init(_ revealed: Revealed, of person: Person, labels: CustomerWords, note: String) {
        var lines: [Line] = []
        if !revealed.phones.isEmpty {
            lines.append(Line(label: labels.field("phone"), text: labels.list(revealed.phones), masked: person.phone))
        }
        if let email = revealed.email {
            lines.append(Line(label: labels.field("email"), text: email, masked: person.email))
        }
        if let number = revealed.identityNumber {
            lines.append(
                Line(label: labels.field("identity_number"), text: number, masked: person.identityNumber))
        }
        self.init(lines: lines, note: note)
    }
}

extension RevealPage.Ask {
    /// The numbers that the person has, and the reason.
    init(
        _ person: Person, asked: Set<String>, reason: String, faults: FormFaults?, labels: CustomerWords, action: String
    ) {
        var fields = ["phone", "email", "identity_number"].filter { !person.masked($0).isEmpty }.map { key in
            var part = FieldPart(
                key: key, title: labels.field(key) + "\u{2002}" + person.masked(key), isRequired: false, clause: nil,
                value: "", error: nil, hint: nil)
            part.isFlag = true
            part.isPicked = asked.contains(key)
            return part
        }
        var why = FieldPart(
            key: "reason", title: labels.words("事由"), isRequired: true, clause: nil, value: reason,
            error: faults?.faults.first { $0.field == "reason" }?.problem.text(labels.words), hint: nil)
        why.inputType = "text"
        why.maximum = 200
        why.autocomplete = "off"
        fields.append(why)
        self.init(
            action: action, fields: fields,
            message: faults?.faults.first { $0.field == "fields" }.map { _ in labels.words("请选要看的号码") })
    }
}
