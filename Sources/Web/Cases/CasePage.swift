import Cases
import Consequences
import Customers
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// One case: where it stands, who must act by when, what was said, what happened.
///
/// Its lists are written row by row before the page is; what few cases have is left to swift-mustache.
struct CasePage: TemplateRow {
    let shell: Shell
    let reference: String
    let workflowTitle: String
    let summary: String
    /// Each a `Fact`.
    let facts: HTML
    let customerName: String?
    let customerPath: String?
    let due: HTML?
    /// That it waits, or was put into another.
    let standing: HTML?
    let flowTitle: String
    /// Each a `Node`.
    let flow: HTML
    /// Each an `Act`.
    let acts: HTML?
    let stateTitle: String
    let registered: HTML
    /// What the customer said of his own accord.
    let said: HTML?
    /// Each a `SignatureLine`.
    let signatures: HTML?
    let attachments: HTML
    /// Each a `Day`.
    let days: HTML
    /// Where the events before those that are shown are, and the way back from there.
    let earlierPath: String?
    let newestPath: String?
    /// Each a `DutyLine`.
    let duties: HTML?
    /// Giving the case to somebody else, making it wait, putting it into another.
    let passing: HTML?
    let finding: HTML?
    /// Each an `Earlier`, as the next two.
    let tookIn: HTML?
    let links: HTML?
    let earlier: HTML?
    let printPath: String
    let livePath: String

    enum Tag: String, CaseIterable {
        case opening, navigation, closing, find, reference, workflowTitle, summary, facts, customerName, customerPath
        case due, standing, flowTitle, flow, acts, stateTitle, registered, said, signatures, attachments, days
        case earlierPath, newestPath, duties, passing, finding, tookIn, links, earlier, printPath, livePath
    }

    func text(_ tag: Tag) -> String? {
        switch tag {
        case .reference: reference
        case .workflowTitle: workflowTitle
        case .summary: summary
        case .customerName: customerName
        case .customerPath: customerPath
        case .flowTitle: flowTitle
        case .stateTitle: stateTitle
        case .earlierPath: earlierPath
        case .newestPath: newestPath
        case .printPath: printPath
        case .livePath: livePath
        default: nil
        }
    }

    func html(_ tag: Tag) -> HTML? {
        switch tag {
        case .opening: shell.opening
        case .navigation: shell.navigation
        case .closing: shell.closing
        case .find: shell.find
        case .facts: facts
        case .due: due
        case .standing: standing
        case .flow: flow
        case .acts: acts
        case .registered: registered
        case .said: said
        case .signatures: signatures
        case .attachments: attachments
        case .days: days
        case .duties: duties
        case .passing: passing
        case .finding: finding
        case .tookIn: tookIn
        case .links: links
        case .earlier: earlier
        default: nil
        }
    }

    /// One more is asked for, which only tells that there are more.
    static let shownEvents = 50

    init(_ material: CaseMaterial, frame: Frame, principal: Principal, templates: Templates) {
        let detail = material.detail
        let (words, language) = (frame.words, frame.language)
        let rows = templates.rows(in: language).cases
        let time = TimeWords(words: words, zone: detail.charter.calendar.zone, now: detail.now)
        let texts = FieldText(
            words: words, time: time, charter: detail.charter, names: detail.names, units: material.units,
            caption: material.caption, files: detail.attachments)
        let matter = detail.matter
        let (caption, duties, history) = (material.caption, material.duties, material.history)
        shell = frame.shell
        reference = matter.reference
        workflowTitle = detail.workflow.title[language]
        summary = matter.summary
        customerName = caption?.name
        customerPath = principal.can(.readCustomers) ? matter.customer.map { "/customers/\($0)" } : nil
        stateTitle = detail.workflow.state(matter.state)?.title[language] ?? matter.state
        facts = rows.fact.render(
            [caption?.maskedPhone, material.units[matter.unit], stateTitle].compactMap { $0.map { Fact(text: $0) } }
                + Fact.about(detail, customer: customerName, words))
        livePath = "/cases/\(matter.id)" + (material.before.map { "?before=\($0)" } ?? "")
        printPath = "/cases/\(matter.id)/print"
        let open = duties.filter { $0.state == .open }.sorted { $0.dueAt < $1.dueAt }
        due = open.first.map { rows.due.render(DuePart($0, time)) }
        let drawing = FlowDrawing(detail: detail, open: open, time: time, language: language)
        flow = rows.node.render(drawing.nodes)
        flowTitle = drawing.title
        let form = detail.charter.form(detail.workflow.start.form)
        let lines = CasePage.lines(detail.steps.first?.fields ?? [:], form, texts).map { line in
            RegisteredLine(
                line: line, table: line.table.map { HTML(templates.render($0, "cases/table", in: language)) })
        }
        registered = rows.registered.render(
            Registered(
                title: form?.title[language] ?? "", clause: form?.clauses.first, lines: rows.line.render(lines)))
        let mayAct = principal.can(.actOnCases)
        let marks = FormMarks(frame.shell)
        let first = detail.moves.firstIndex { $0.refusal == nil }
        acts =
            rows.act.render(
                detail.moves.enumerated().map { index, item in
                    let path = "/cases/\(matter.id)/moves/\(item.move.key)"
                    let isOpen = item.refusal == nil && mayAct
                    return Act(
                        form: marks, key: item.move.key, title: item.move.title[language],
                        path: isOpen ? path : nil,
                        linkPath: isOpen && matter.customer != nil
                            && detail.workflow.portal?.signing?.move == item.move.key ? path + "/link" : nil,
                        clause: item.move.clauses.first,
                        why: item.refusal.map { Answer($0, words: words, charter: detail.charter).text },
                        isFirst: index == first)
                }
            ).ifAny
        let shown = history.prefix(CasePage.shownEvents)
        days = rows.day.render(CaseHistory(detail, texts, rows).days(shown))
        earlierPath =
            history.count > shown.count ? shown.last.map { "/cases/\(matter.id)?before=\($0.id)#history" } : nil
        newestPath = material.before.map { _ in "/cases/\(matter.id)#history" }
        attachments = rows.attachments.render(
            AttachmentPart(detail, limits: material.limits, frame: frame, rows: rows, principal: principal))
        self.duties =
            rows.duty.render(
                (open + duties.filter { $0.state != .open }.reversed()).map { duty in
                    let clause = detail.charter.clause(duty.clause)
                    return DutyLine(
                        id: duty.id.description, clause: duty.clause, isBroken: duty.isOverdue(at: detail.now),
                        title: (clause?.duty?.title ?? clause?.title)?[language] ?? duty.clause,
                        path: "/obligations/\(duty.id)",
                        holder: duty.holder.flatMap { detail.names[$0] } ?? words("无人承办"), due: DuePart(duty, time))
                }
            ).ifAny
        standing = Standing(material, frame: frame, principal: principal).map {
            HTML(templates.render($0, "cases/standing", in: language))
        }
        passing =
            Passing.forms(material, open: open, shell: frame.shell, principal: principal, rows: rows).ifAny
        signatures = rows.sign.render(CasePage.signatures(detail, time, rows)).ifAny
        said =
            material.said.isEmpty
            ? nil
            : HTML(
                templates.render(Saying(said: material.said.map { Said($0, time) }), "cases/said", in: language))
        finding = material.finding.map {
            HTML(
                templates.render(
                    Found(finding: FindingPart($0, names: detail.names, charter: detail.charter, frame: frame)),
                    "cases/finding", in: language))
        }
        tookIn = rows.other.render(detail.tookIn.map { Earlier($0, time) }).ifAny
        earlier = rows.other.render(material.earlier.map { Earlier($0, time) }).ifAny
        links =
            rows.other.render(
                detail.links.map { link in
                    let workflow = detail.charter.workflow(link.workflow)
                    return Earlier(
                        path: "/cases/\(link.matter)", reference: link.reference, summary: link.summary,
                        opened: [workflow?.title[language], workflow?.state(link.state)?.title[language]]
                            .compactMap { $0 }.joined(separator: " "))
                }
            ).ifAny
    }

    static func lines(_ fields: Fields, _ form: Form?, _ texts: FieldText) -> [Section.Line] {
        (form?.fields ?? []).compactMap { field in
            guard let value = fields[field.key] else { return nil }
            let label = field.title[texts.words.language]
            switch field.kind {
            case .text: return Section.Line(label: label, text: texts.text(of: value, field: field), isLong: true)
            case .table(let columns, _):
                guard case .list(let rows) = value else { return nil }
                let table = Section.TableText(
                    columns: columns.map { $0.title[texts.words.language] },
                    rows: rows.map { row in
                        guard case .list(let cells) = row else { return .init(cells: []) }
                        return .init(cells: zip(columns, cells).map { texts.text(of: $1, field: $0) })
                    })
                return Section.Line(label: label, text: "", isLong: false, table: table)
            case .signature:
                let signature = Signature(value.text)
                return Section.Line(label: label, text: signature?.typed ?? "", isLong: false, path: signature?.path)
            default: return Section.Line(label: label, text: texts.text(of: value, field: field), isLong: false)
            }
        }
    }

    /// The signatures of the state that the case stands in, or those that were made, in the order of the charter.
    static func signatures(
        _ detail: CaseService.Detail, _ time: TimeWords, _ rows: CaseTemplates
    ) -> [SignatureLine] {
        let language = time.words.language
        let isAwaited = Set((detail.workflow.state(detail.matter.state)?.moves ?? []).map(\.key))
        return detail.workflow.signatures.compactMap { move in
            let step = detail.steps.last { $0.move == move.key }
            guard step != nil || isAwaited.contains(move.key) else { return nil }
            let name = step.flatMap { signer(of: $0, detail, time) }
            let isVoid = step != nil && !detail.standing.contains(move.key)
            return SignatureLine(
                title: move.title[language],
                post: step?.via != nil
                    ? time.words("顾客")
                    : move.actors.compactMap { detail.charter.post($0)?.title[language] }.first ?? move.title[language],
                name: name,
                at: step.map { time.moment($0.at) }, machine: step.map { time.zone.rfc3339($0.at) },
                seal: isVoid ? nil : name.map { rows.seal($0) }, isVoid: isVoid, clause: move.clauses.first)
        }
    }

    /// Who signed: somebody of the company, or the customer by the name that he gave.
    private static func signer(of step: CaseStep, _ detail: CaseService.Detail, _ time: TimeWords) -> String? {
        guard step.via != nil else { return detail.names[step.actor] }
        return detail.workflow.portal?.signing?.name.flatMap { step.fields[$0]?.text } ?? time.words("顾客")
    }
}

/// A field's value as people read it.
struct FieldText {
    let words: Words
    let time: TimeWords
    let charter: Charter
    let names: [StaffID: String]
    let units: [UnitID: String]
    let caption: CustomerCaption?
    /// The case's files.
    var files: [Attachment] = []

    private func fileName(_ id: String) -> String {
        let known = AttachmentID(id)
        return files.first { $0.id == known }?.name ?? id
    }

    func text(of value: FieldValue, field: FormField) -> String {
        switch field.kind {
        case .choice(let choices): choices.first { $0.key == value.text }?.title[words.language] ?? value.text
        case .flag: words(value.text == "true" ? "是" : "否")
        case .money:
            if case .integer(let fen) = value {
                words("{0}元", Money(minorUnits: fen).yuan)
            } else {
                value.text
            }
        case .date: CalendarDay(value.text).map { time.date($0) } ?? value.text
        case .time: Instant(rfc3339: value.text).map { time.moment($0) } ?? value.text
        case .customer: caption?.name ?? value.text
        case .staff: StaffID(value.text).flatMap { names[$0] } ?? value.text
        case .unit: UnitID(value.text).flatMap { units[$0] } ?? value.text
        case .post: charter.post(value.text)?.title[words.language] ?? value.text
        case .files:
            if case .list(let named) = value {
                named.map { fileName($0.text) }.joined(separator: words("；"))
            } else {
                fileName(value.text)
            }
        case .offence: charter.offence(value.text).map { $0.key + " " + $0.title[words.language] } ?? value.text
        default: value.text
        }
    }
}

extension CasePage.Section.Line {
    /// The same in one line of the history.
    func plain(_ words: Words) -> String {
        if let table {
            return table.rows.map { $0.cells.joined(separator: " ") }.joined(separator: words("；"))
        }
        return path == nil ? text : words("已签名")
    }
}
