import Cases
import Mustache
import Policy
import Primitives

// The rows of the case page.

/// A text by itself.
struct TextRow: TemplateRow {
    let text: String

    enum Tag: String, CaseIterable {
        case text
    }

    func text(_ tag: Tag) -> String? { text }
}

extension HTML {
    /// `nil` where a list has no rows.
    var ifAny: HTML? { bytes.isEmpty ? nil : self }

    static func += (html: inout HTML, more: HTML) { html.bytes += more.bytes }
}

extension CasePage {
    /// What stands under the title, and where it leads.
    struct Fact: TemplateRow {
        let text: String
        var path: String?
        var clause: String?

        enum Tag: String, CaseIterable {
            case text, path, clause
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .text: text
            case .path: path
            case .clause: clause
            }
        }

        /// That the customer complains again, and that others complain of the same, with the list of those cases.
        static func about(_ detail: CaseService.Detail, customer: String?, _ words: Words) -> [Fact] {
            let matter = detail.matter
            var facts: [Fact] = []
            if matter.repeats > 0 {
                let list = customer.map { "/cases?state=all&q=" + $0.percentEncoded }
                facts.append(Fact(text: words("第{0}次", String(matter.repeats + 1)), path: list))
            }
            if let count = detail.batch, let cause = matter.cause {
                facts.append(
                    Fact(
                        text: words("批量：同因{0}位顾客", String(count)),
                        path: "/cases?state=all&workflow=\(matter.workflow)&cause=\(cause.percentEncoded)",
                        clause: detail.workflow.batch?.clauses.first))
            }
            return facts
        }
    }

    /// What was filled in first.
    struct Registered: TemplateRow {
        let title: String
        let clause: String?
        /// Each a `RegisteredLine`.
        let lines: HTML

        enum Tag: String, CaseIterable {
            case title, clause, lines
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .title: title
            case .clause: clause
            case .lines: nil
            }
        }

        func html(_ tag: Tag) -> HTML? { tag == .lines ? lines : nil }
    }

    struct RegisteredLine: TemplateRow {
        let line: Section.Line
        /// Of a line that has one.
        let table: HTML?

        enum Tag: String, CaseIterable {
            case label, text, isLong, path, table
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .label: line.label
            case .text: line.text
            case .isLong: line.isLong ? "" : nil
            case .path: line.path
            case .table: nil
            }
        }

        func html(_ tag: Tag) -> HTML? { tag == .table ? table : nil }
    }

    /// A state of the workflow's main line.
    struct Node: TemplateRow {
        let clause: String?
        let name: String
        let under: String?
        let isDone: Bool
        let isNow: Bool
        let isLate: Bool
        let isNext: Bool

        enum Tag: String, CaseIterable {
            case clause, name, under, isDone, isNow, isLate, isNext
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .clause: clause
            case .name: name
            case .under: under
            case .isDone: isDone ? "" : nil
            case .isNow: isNow ? "" : nil
            case .isLate: isLate ? "" : nil
            case .isNext: isNext ? "" : nil
            }
        }
    }

    struct Act: TemplateRow {
        let form: FormMarks
        let key: String
        let title: String
        let path: String?
        /// Where a link is made by which the customer makes the move himself.
        let linkPath: String?
        let clause: String?
        let why: String?
        let isFirst: Bool

        enum Tag: String, CaseIterable {
            case key, title, path, linkPath, clause, why, isFirst, assets
            case formToken = "shell.formToken"
            case formKey = "shell.formKey"
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .key: key
            case .title: title
            case .path: path
            case .linkPath: linkPath
            case .clause: clause
            case .why: why
            case .isFirst: isFirst ? "" : nil
            case .assets: form.assets
            case .formToken: form.token
            case .formKey: form.key
            }
        }
    }

    struct Day: TemplateRow {
        let title: String
        /// Each an `Entry`.
        let events: HTML

        enum Tag: String, CaseIterable {
            case title, events
        }

        func text(_ tag: Tag) -> String? { tag == .title ? title : nil }
        func html(_ tag: Tag) -> HTML? { tag == .events ? events : nil }

        struct Entry: TemplateRow {
            let time: String
            let machine: String
            let face: String?
            let text: String
            /// Each a `TextRow`.
            let detail: HTML
            let clause: String?
            let tone: String
            let isBroken: Bool

            enum Tag: String, CaseIterable {
                case time, machine, face, text, detail, clause, tone, isBroken
            }

            func text(_ tag: Tag) -> String? {
                switch tag {
                case .time: time
                case .machine: machine
                case .face: face
                case .text: text
                case .detail: nil
                case .clause: clause
                case .tone: tone
                case .isBroken: isBroken ? "" : nil
                }
            }

            func html(_ tag: Tag) -> HTML? { tag == .detail ? detail : nil }
        }
    }

    struct DutyLine: TemplateRow {
        let id: String
        let clause: String
        let isBroken: Bool
        let title: String
        let path: String
        let holder: String
        let due: DuePart

        enum Tag: String, CaseIterable {
            case id, clause, isBroken, title, path, holder
            case tone, left, at, machine, opened, soon, stick, isBurnt, isMet
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .id: id
            case .clause: clause
            case .isBroken: isBroken ? "" : nil
            case .title: title
            case .path: path
            case .holder: holder
            case .tone: due.text(.tone)
            case .left: due.text(.left)
            case .at: due.text(.at)
            case .machine: due.text(.machine)
            case .opened: due.text(.opened)
            case .soon: due.text(.soon)
            case .stick: due.text(.stick)
            case .isBurnt: due.text(.isBurnt)
            case .isMet: due.text(.isMet)
            }
        }
    }

    /// Another case: an earlier one of the customer, one that belongs to it, one that was put into it.
    struct Earlier: TemplateRow {
        let path: String
        let reference: String
        let summary: String
        let opened: String

        enum Tag: String, CaseIterable {
            case path, reference, summary, opened
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .path: path
            case .reference: reference
            case .summary: summary
            case .opened: opened
            }
        }
    }

    /// One of the signatures that the workflow asks for.
    struct SignatureLine: TemplateRow {
        let title: String
        let post: String
        let name: String?
        let at: String?
        let machine: String?
        let seal: HTML?
        /// It was made, and what it signed has changed since.
        let isVoid: Bool
        let clause: String?

        enum Tag: String, CaseIterable {
            case post, name, at, machine, seal, isVoid
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .post: post
            case .name: name
            case .at: at
            case .machine: machine
            case .seal: nil
            case .isVoid: isVoid ? "" : nil
            }
        }

        func html(_ tag: Tag) -> HTML? { tag == .seal ? seal : nil }
    }
}

extension CasePage.Earlier {
    init(_ matter: Case, _ time: TimeWords) {
        self.init(
            path: "/cases/\(matter.id)", reference: matter.reference, summary: matter.summary,
            opened: time.moment(matter.openedAt))
    }
}

/// What a form within a row needs of what surrounds the page; a row that had all of it would copy it each time.
final class FormMarks: Sendable {
    let assets: String
    let token: String
    let key: String

    init(_ shell: Shell) {
        assets = shell.assets
        token = shell.formToken
        key = shell.formKey
    }
}

/// The rows of a case's page in one language; a class, since it is passed from part to part.
final class CaseTemplates: Sendable {
    let page: RowTemplate<CasePage>
    let fact: RowTemplate<CasePage.Fact>
    let second: RowTemplate<TextRow>
    let due: RowTemplate<DuePart>
    let node: RowTemplate<CasePage.Node>
    let act: RowTemplate<CasePage.Act>
    let day: RowTemplate<CasePage.Day>
    let entry: RowTemplate<CasePage.Day.Entry>
    let duty: RowTemplate<CasePage.DutyLine>
    let other: RowTemplate<CasePage.Earlier>
    let sign: RowTemplate<CasePage.SignatureLine>
    let registered: RowTemplate<CasePage.Registered>
    let line: RowTemplate<CasePage.RegisteredLine>
    let attachments: RowTemplate<AttachmentPart>
    let file: RowTemplate<AttachmentPart.FileLine>
    let drop: RowTemplate<AttachmentPart.DropZone>
    let handOver: RowTemplate<CasePage.Passing>
    let pausing: RowTemplate<CasePage.Passing>
    let merging: RowTemplate<CasePage.Passing>
    let option: RowTemplate<FieldPart.Option>
    private let seal: RowTemplate<SealPart>
    private let sealMark: RowTemplate<SealPart.Mark>

    init(_ texts: [String: String]) throws(Templates.Fault) {
        page = try RowTemplate("cases/show", in: texts)
        fact = try RowTemplate("cases/fact", in: texts)
        second = try RowTemplate("cases/second", in: texts)
        due = try RowTemplate("due", in: texts)
        node = try RowTemplate("cases/node", in: texts)
        act = try RowTemplate("cases/act", in: texts)
        day = try RowTemplate("cases/day", in: texts)
        entry = try RowTemplate("cases/entry", in: texts)
        duty = try RowTemplate("cases/duty", in: texts)
        other = try RowTemplate("cases/other", in: texts)
        sign = try RowTemplate("cases/sign", in: texts)
        registered = try RowTemplate("cases/registered", in: texts)
        line = try RowTemplate("cases/line", in: texts)
        attachments = try RowTemplate("cases/attachments", in: texts)
        file = try RowTemplate("cases/file", in: texts)
        drop = try RowTemplate("cases/drop", in: texts)
        handOver = try RowTemplate("cases/hand-over", in: texts)
        pausing = try RowTemplate("cases/pausing", in: texts)
        merging = try RowTemplate("cases/merging", in: texts)
        option = try RowTemplate("cases/option", in: texts)
        seal = try RowTemplate("seal", in: texts)
        sealMark = try RowTemplate("seal-mark", in: texts)
    }

    /// A person's name seal.
    func seal(_ name: String) -> HTML {
        seal.render(SealPart(label: name, marks: sealMark.render(SealPart.marks(of: name))))
    }
}
