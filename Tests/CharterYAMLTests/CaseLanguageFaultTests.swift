import CharterYAML
import Foundation
import Policy
import Testing

/// Mistakes in what the language says of cases: persons, signatures, what follows, publications, sanctions, computed fields.
@Suite struct CaseLanguageFaultTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let from: String
        let to: String
        let path: String
        let nearest: String?
        var testDescription: String { to }

        init(_ from: String, _ to: String, at path: String, nearest: String? = nil) {
            (self.from, self.to, self.path, self.nearest) = (from, to, path, nearest)
        }
    }

    private static let moves = "workflows.matter.states.open.moves."

    static let mistakes = [
        Mistake("not: [person, finder]", "not: [person, findr]", at: moves + "decide.not.1", nearest: "finder"),
        Mistake("not: [person, finder]", "not: heading", at: moves + "decide.not"),
        Mistake(
            "person: person, to: open, once", "person: persn, to: open, once", at: moves + "state_it.person",
            nearest: "person"),
        Mistake("signs: [paper]", "signs: [papr]", at: moves + "countersign.signs.0", nearest: "paper"),
        // A form that nobody fills in in this workflow.
        Mistake("signs: [paper]", "signs: [registration]", at: moves + "countersign.signs.0"),
        Mistake(
            "{workflow: essay, with", "{workflow: esay, with", at: moves + "decide.opens.0.workflow", nearest: "essay"),
        Mistake(
            "with: {author: person,", "with: {auther: person,", at: moves + "decide.opens.0.with.auther",
            nearest: "author"),
        Mistake(
            "with: {author: person,", "with: {author: persn,", at: moves + "decide.opens.0.with.author",
            nearest: "person"),
        Mistake("with: {author: person,", "with: {author: heading,", at: moves + "decide.opens.0.with.author"),
        Mistake("with: {author: person, cause: heading}", "with: {cause: heading}", at: moves + "decide.opens.0.with"),
        Mistake(
            "where: {measure: [fine]}", "where: {measur: [fine]}", at: moves + "decide.opens.0.where.measur",
            nearest: "measure"),
        Mistake(
            "where: {measure: [fine]}", "where: {measure: [fime]}", at: moves + "decide.opens.0.where.measure.0",
            nearest: "fine"),
        Mistake("{to: board, title", "{to: bord, title", at: moves + "conclude.publishes.to", nearest: "board"),
        Mistake(
            "title: heading, text: notice", "title: headin, text: notice", at: moves + "conclude.publishes.title",
            nearest: "heading"),
        Mistake(
            "title: heading, text: notice", "title: heading, text: [notce]", at: moves + "conclude.publishes.text.0",
            nearest: "notice"),
        Mistake("sanction: decide", "sanction: decid", at: moves + "decide.sanction", nearest: "decide"),
        Mistake("on: day}", "on: dag}", at: "workflows.matter.accountability.on", nearest: "day"),
        Mistake("on: day}", "on: finder}", at: "workflows.matter.accountability.on"),
        Mistake(
            "offence: offence, on", "offense: offence, on", at: "workflows.matter.accountability.offense",
            nearest: "offence"),
        Mistake("reopens: true", "reopens: yes", at: "workflows.matter.states.done.moves.again.reopens"),
        Mistake(", reopens: true", "", at: "workflows.matter.states.done.moves"),
        Mistake("to: open, once: true}", "to: open, reopens: true}", at: moves + "state_it"),
        Mistake("{sum: lines, of", "{sum: line, of", at: "forms.paper.fields.total.computed.sum", nearest: "lines"),
        Mistake(
            "of: [price, count]", "of: [price, coumt]", at: "forms.paper.fields.total.computed.of.1", nearest: "count"),
        Mistake("of: [price, count]}", "of: [price, item]}", at: "forms.paper.fields.total.computed.of.1"),
        Mistake("{sum: lines, of: [price, count]}", "{sum: lines}", at: "forms.paper.fields.total.computed.sum"),
        Mistake(
            "{add: [total, extra]}", "{ad: [total, extra]}", at: "forms.paper.fields.grand.computed.ad", nearest: "add"),
        Mistake("{add: [total, extra]}", "{add: [total], copy: total}", at: "forms.paper.fields.grand.computed"),
        Mistake("{add: [total, extra]}", "{add: [total, lines]}", at: "forms.paper.fields.grand.computed.add.1"),
        Mistake(
            "{type: money, computed: {add", "{type: money, required: true, computed: {add",
            at: "forms.paper.fields.grand.computed"),
        Mistake(
            "{add: [total, extra]}", "{add: [total, extr]}", at: "forms.paper.fields.grand.computed.add.1",
            nearest: "extra"),
        Mistake(
            "{add: [total, extra]}", "{copy: headng}", at: "forms.paper.fields.grand.computed.copy", nearest: "heading"),
        Mistake(
            "price: {type: money", "price: {type: mony", at: "forms.paper.fields.lines.columns.price.type",
            nearest: "money"),
        Mistake("price: {type: money", "price: {type: staff", at: "forms.paper.fields.lines.columns.price.type"),
        Mistake("max: 9, columns", "max: 999, columns", at: "forms.paper.fields.lines.max"),
        Mistake(
            "{type: offence, person: person", "{type: offence, person: persom",
            at: "forms.finding.fields.offence.person", nearest: "person"),
        Mistake(
            "{type: offence, person: person, required", "{type: offence, required", at: "forms.finding.fields.offence"),
        Mistake(
            "required_when: {measure: fine}", "required_when: {measur: fine}",
            at: "forms.ruling.fields.fine.required_when.measur", nearest: "measure"),
        Mistake(
            "required_when: {measure: fine}", "required_when: {measure: fime}",
            at: "forms.ruling.fields.fine.required_when.measure", nearest: "fine"),
        Mistake(
            "required_when: {measure: fine}", "required_when: {heading: fine}",
            at: "forms.ruling.fields.fine.required_when.heading"),
        Mistake("words: [no way", "word: [no way", at: "phrases.refusals.word", nearest: "words"),
        Mistake("files, max: 5", "files, max: 51", at: "forms.paper.fields.scans.max"),
        Mistake("type: files, max", "type: fils, max", at: "forms.paper.fields.scans.type", nearest: "files"),
        Mistake("type: files, max", "type: files, min", at: "forms.paper.fields.scans.min"),
        Mistake("attachments: 1", "attachments: 0", at: moves + "countersign.attachments"),
        Mistake(
            "attachments: 1", "attachment: 1", at: moves + "countersign.attachment", nearest: "attachments"),
        // A case has no files before it is there.
        Mistake("form: order, to: due", "form: paper, to: due", at: "workflows.essay.start.form"),
        Mistake("words: [no way, never]", "words: []", at: "phrases.refusals.words"),
        Mistake("words: [no way, never]", "words: [no way, x]", at: "phrases.refusals.words.1"),
        Mistake("minimum_wage: 2360.00", "minimum_wages: 2360.00", at: "law.minimum_wages", nearest: "minimum_wage"),
        Mistake("minimum_wage: 2360.00", "minimum_wage: 0.00", at: "law.minimum_wage"),
        Mistake("minimum_wage: 2360.00", "minimum_wage: much", at: "law.minimum_wage"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is told with its line, its key and the nearest word`(mistake: Mistake) throws {
        let range = try #require(Self.text.range(of: mistake.from), "the sample has no \(mistake.from)")
        let changed = Self.text.replacingCharacters(in: range, with: mistake.to)
        let line = Self.text[..<range.lowerBound].count { $0 == "\n" } + 1
        let errors = SampleCharter.read(changed).errors
        let told = errors.first { $0.path == mistake.path }
        #expect(told != nil, "\(errors.map(\.description))")
        // A map is told of where its key stands.
        if let told { #expect(abs(told.line - line) <= 1, "\(told.line), changed in \(line)") }
        if let nearest = mistake.nearest {
            #expect(told?.description.hasSuffix("did you mean \"\(nearest)\"?") == true, "\(told?.description ?? "")")
        }
    }

    @Test func `a sanction stands only where cases book findings`() {
        let errors = SampleCharter.read(
            Self.text.replacing("accountability: {person: person, offence: offence, on: day}", with: "clause: D-007")
        ).errors.map(\.path)
        #expect(errors == [Self.moves + "decide.sanction", Self.moves + "conclude.sanction"])
    }

    @Test func `the sample itself has no mistake`() {
        #expect(SampleCharter.read(Self.text).errors.map(\.description) == [])
    }

    @Test(arguments: ["design", "shop", "media", "airport"])
    func `a charter that ships has no errors`(name: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let table = try String(contentsOf: root.appending(path: "Resources/holidays/cn.yaml"), encoding: .utf8)
        let text = try String(contentsOf: root.appending(path: "Charters/\(name).yaml"), encoding: .utf8)
        let result = CharterReader.read(
            text, file: "\(name).yaml", holidays: ["cn": try HolidayFile.read(table, file: "cn.yaml")],
            currentYear: 2026)
        #expect(result.errors.map(\.description) == [])
    }

    private static let text =
        SampleCharter.text
        .replacing(
            "facts:\n",
            with: """
                  finding:
                    title: {zh-Hans: 认定}
                    fields:
                      person: {type: staff, required: true, title: {zh-Hans: 本人}}
                      finder: {type: staff, required: true, title: {zh-Hans: 认定人}}
                      day: {type: date, required: true, title: {zh-Hans: 日期}}
                      offence: {type: offence, person: person, required: true, title: {zh-Hans: 条目}}
                  ruling:
                    title: {zh-Hans: 决定}
                    fields:
                      measure: {type: choice, required: true, title: {zh-Hans: 处罚}, of: {none: {zh-Hans: 不罚}, fine: {zh-Hans: 罚款}}}
                      fine: {type: money, required_when: {measure: fine}, title: {zh-Hans: 金额}}
                      heading: {type: line, required: true, title: {zh-Hans: 标题}}
                      notice: {type: text, required: true, outgoing: true, title: {zh-Hans: 公告}}
                  paper:
                    title: {zh-Hans: 单据}
                    fields:
                      lines: {type: table, max: 9, columns: {item: {type: line, title: {zh-Hans: 项}}, price: {type: money, title: {zh-Hans: 价}}, count: {type: number, title: {zh-Hans: 量}}}, title: {zh-Hans: 明细}}
                      extra: {type: money, title: {zh-Hans: 调整}}
                      total: {type: money, computed: {sum: lines, of: [price, count]}, title: {zh-Hans: 合计}}
                      grand: {type: money, computed: {add: [total, extra]}, title: {zh-Hans: 总计}}
                      name: {type: signature, title: {zh-Hans: 签字}}
                      scans: {type: files, max: 5, title: {zh-Hans: 扫描件}}
                  order:
                    title: {zh-Hans: 责令}
                    fields:
                      author: {type: staff, required: true, title: {zh-Hans: 本人}}
                      cause: {type: line, required: true, title: {zh-Hans: 事由}}
                facts:

                """, maxReplacements: 1
        )
        .replacing(
            "clauses:\n",
            with: """
                  matter:
                    title: {zh-Hans: 处罚}
                    reference: CF
                    subject: person
                    accountability: {person: person, offence: offence, on: day}
                    start: {by: [assistant], form: finding, to: open}
                    states:
                      open:
                        title: {zh-Hans: 在办}
                        moves:
                          write: {title: {zh-Hans: 写}, by: [assistant], form: paper, to: open}
                          state_it: {title: {zh-Hans: 陈述}, person: person, to: open, once: true}
                          countersign: {title: {zh-Hans: 签}, by: [manager], signs: [paper], to: open, once: true, attachments: 1}
                          decide:
                            title: {zh-Hans: 决定}
                            by: [manager]
                            not: [person, finder]
                            form: ruling
                            sanction: decide
                            to: open
                            opens:
                              - {workflow: essay, with: {author: person, cause: heading}, where: {measure: [fine]}}
                          conclude: {title: {zh-Hans: 生效}, by: [manager], to: done, sanction: final, publishes: {to: board, title: heading, text: notice}}
                      done:
                        title: {zh-Hans: 已结}
                        final: true
                        moves:
                          again: {title: {zh-Hans: 重开}, by: [manager], to: open, reopens: true}
                  essay:
                    title: {zh-Hans: 检查}
                    reference: JC
                    subject: author
                    start: {by: [manager], form: order, to: due}
                    states:
                      due: {title: {zh-Hans: 待交}, moves: {hand_in: {title: {zh-Hans: 交}, person: author, to: in}}}
                      in: {title: {zh-Hans: 已交}, final: true}
                clauses:

                """, maxReplacements: 1
        )
            + """
            phrases:
              refusals: {title: {zh-Hans: 推脱}, words: [no way, never]}
            law:
              minimum_wage: 2360.00

            """
}
