import Cases
import Customers
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// One case: where it stands, who must act by when, what was said, what happened.
struct CasePage {
    let shell: Shell
    let reference: String
    let workflowTitle: String
    let summary: String
    let facts: [String]
    let customerName: String?
    let customerPath: String?
    let due: DuePart?
    let flowTitle: String
    let flow: Flow
    let registered: Section
    let acts: [Act]
    let hasActs: Bool
    let days: [Day]
    let duties: [DutyLine]
    let earlier: [Earlier]
    let stateTitle: String
    let livePath: String

    /// The workflow's main line with where the case stands.
    struct Flow {
        let nodes: [Node]

        struct Node {
            let clause: String?
            let name: String
            let under: String?
            let isDone: Bool
            let isNow: Bool
            let isLate: Bool
            let isNext: Bool
        }
    }

    struct Section {
        let title: String
        let clause: String?
        let lines: [Line]

        struct Line {
            let label: String
            let text: String
            let isLong: Bool
        }
    }

    struct Act {
        let key: String
        let title: String
        let path: String?
        let clause: String?
        let why: String?
        let isFirst: Bool
    }

    struct Day {
        let title: String
        let events: [Entry]

        struct Entry {
            let time: String
            let machine: String
            let face: String?
            let text: String
            let detail: [String]
            let clause: String?
            let tone: String
            let isBroken: Bool
        }
    }

    struct DutyLine {
        let id: String
        let clause: String
        let isBroken: Bool
        let title: String
        let path: String
        let holder: String
        let due: DuePart
    }

    struct Earlier {
        let path: String
        let reference: String
        let summary: String
        let opened: String
    }

    init(
        detail: CaseService.Detail, duties: [Obligation], history: [Event], caption: CustomerCaption?,
        units: [UnitID: String], earlier: [Case], frame: Frame, principal: Principal
    ) {
        let words = frame.words
        let language = frame.language
        let time = TimeWords(words: words, zone: detail.charter.calendar.zone, now: detail.now)
        let texts = FieldText(
            frame: frame, time: time, charter: detail.charter, names: detail.names, units: units, caption: caption)
        let matter = detail.matter
        shell = frame.shell
        reference = matter.reference
        workflowTitle = detail.workflow.title[language]
        summary = matter.summary
        customerName = caption?.name
        customerPath = principal.can(.readCustomers) ? matter.customer.map { "/customers/\($0)" } : nil
        stateTitle = detail.workflow.state(matter.state)?.title[language] ?? matter.state
        facts = [caption?.maskedPhone, units[matter.unit], stateTitle].compactMap { $0 }
        livePath = "/cases/\(matter.id)"
        let open = duties.filter { $0.state == .open }.sorted { $0.dueAt < $1.dueAt }
        due = open.first.map { DuePart($0, time) }
        let drawing = FlowDrawing(detail: detail, open: open, time: time, language: language)
        flow = drawing.flow
        flowTitle = drawing.title
        let form = detail.charter.form(detail.workflow.start.form)
        registered = Section(
            title: form?.title[language] ?? "", clause: form?.clauses.first,
            lines: CasePage.lines(detail.steps.first?.fields ?? [:], form, texts))
        acts = detail.moves.enumerated().map { index, item in
            Act(
                key: item.move.key, title: item.move.title[language],
                path: item.refusal == nil && principal.can(.actOnCases)
                    ? "/cases/\(matter.id)/moves/\(item.move.key)" : nil,
                clause: item.move.clauses.first,
                why: item.refusal.map { Answer($0, words: words, charter: detail.charter).text },
                isFirst: index == detail.moves.firstIndex { $0.refusal == nil })
        }
        hasActs = !acts.isEmpty
        days = CasePage.days(detail, history, texts)
        self.duties = (open + duties.filter { $0.state != .open }.reversed()).map { duty in
            let clause = detail.charter.clause(duty.clause)
            return DutyLine(
                id: duty.id.description, clause: duty.clause, isBroken: duty.isOverdue(at: detail.now),
                title: (clause?.duty?.title ?? clause?.title)?[language] ?? duty.clause,
                path: "/obligations/\(duty.id)",
                holder: duty.holder.flatMap { detail.names[$0] } ?? words("无人承办"), due: DuePart(duty, time))
        }
        self.earlier = earlier.map {
            Earlier(
                path: "/cases/\($0.id)", reference: $0.reference, summary: $0.summary, opened: time.moment($0.openedAt))
        }
    }

    private static func lines(_ fields: Fields, _ form: Form?, _ texts: FieldText) -> [Section.Line] {
        (form?.fields ?? []).compactMap { field in
            guard let value = fields[field.key] else { return nil }
            let isLong: Bool
            if case .text = field.kind { isLong = true } else { isLong = false }
            return Section.Line(
                label: field.title[texts.frame.language], text: texts.text(of: value, field: field), isLong: isLong)
        }
    }

    private static func days(_ detail: CaseService.Detail, _ history: [Event], _ texts: FieldText) -> [Day] {
        let (frame, time) = (texts.frame, texts.time)
        let steps = Dictionary(detail.steps.map { ($0.event, $0) }) { first, _ in first }
        let titles = EventWords(frame: frame)
        var days: [(day: CalendarDay, events: [Day.Entry])] = []
        for event in history.reversed() {
            // What a person did is told by the step; of the consequences, what opened is told by the duties.
            if event.type == "obligation.opened" || event.type == "cadence.occurred" { continue }
            let step = steps[event.id]
            let clauseKey = event.body["clause"]?.text ?? CasePage.clause(of: step, event, detail)
            var text = titles.title(of: event.type, in: detail.charter)
            var tone = step == nil ? "" : "time--ink"
            let isBroken = event.type == "obligation.late" || event.type == "obligation.escalated"
            if event.nature == .consequence, let key = event.body["clause"]?.text,
                let clause = detail.charter.clause(key)
            {
                text += frame.words("：") + (clause.duty?.title ?? clause.title)[frame.language]
                tone = "time--rule"
            }
            var face: String?
            if case .staff(let staff) = event.actor, event.nature == .fact, let name = detail.names[staff] {
                face = String(name.face.prefix(1))
                text = name + (frame.language == .english ? ": " : " ") + text
            }
            var lines =
                step.map { step in
                    CasePage.lines(step.fields, step.form.flatMap(detail.charter.form), texts)
                        .map { $0.label + frame.words("：") + $0.text }
                } ?? []
            if step?.ordinal == 0 { lines = [] }
            if event.type == "obligation.escalated", let to = event.body["to"].flatMap({ StaffID($0.text) }),
                let name = detail.names[to]
            {
                lines.append(frame.words("已通知{0}", name))
            }
            let day = time.zone.local(event.occurredAt).day
            let entry = Day.Entry(
                time: time.clock(event.occurredAt), machine: time.zone.rfc3339(event.occurredAt), face: face,
                text: text,
                detail: lines, clause: clauseKey, tone: tone, isBroken: isBroken)
            if days.last?.day == day {
                days[days.count - 1].events.append(entry)
            } else {
                days.append((day, [entry]))
            }
        }
        return days.map { Day(title: time.fullDate($0.day), events: $0.events) }
    }

    private static func clause(of step: CaseStep?, _ event: Event, _ detail: CaseService.Detail) -> String? {
        guard let step else { return nil }
        if step.ordinal == 0 { return detail.workflow.start.clauses.first }
        return step.from.flatMap { detail.workflow.state($0) }?.move(step.move ?? "")?.clauses.first
    }
}

/// A field's value as people read it.
struct FieldText {
    let frame: Frame
    let time: TimeWords
    let charter: Charter
    let names: [StaffID: String]
    let units: [UnitID: String]
    let caption: CustomerCaption?

    func text(of value: FieldValue, field: FormField) -> String {
        switch field.kind {
        case .choice(let choices): choices.first { $0.key == value.text }?.title[frame.language] ?? value.text
        case .flag: frame.words(value == .flag(true) ? "是" : "否")
        case .money:
            if case .integer(let fen) = value {
                frame.words("{0}元", Money(minorUnits: fen).yuan)
            } else {
                value.text
            }
        case .date: CalendarDay(value.text).map { time.date($0) } ?? value.text
        case .time: Instant(rfc3339: value.text).map { time.moment($0) } ?? value.text
        case .customer: caption?.name ?? value.text
        case .staff: StaffID(value.text).flatMap { names[$0] } ?? value.text
        case .unit: UnitID(value.text).flatMap { units[$0] } ?? value.text
        case .post: charter.post(value.text)?.title[frame.language] ?? value.text
        default: value.text
        }
    }
}
