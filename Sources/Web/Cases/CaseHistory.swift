import Cases
import Policy
import Primitives
import Storage

/// What happened in a case, day by day.
///
/// The same people do the same again and again in a long case, so what is said of them is worked out once.
final class CaseHistory {
    private let detail: CaseService.Detail
    private let texts: FieldText
    private let rows: CaseTemplates
    private let steps: [Event.ID: Int]
    private var titles: [String: String] = [:]
    private var people: [StaffID: Person] = [:]

    private struct Person {
        let name: String
        let face: String
    }

    init(_ detail: CaseService.Detail, _ texts: FieldText, _ rows: CaseTemplates) {
        self.detail = detail
        self.texts = texts
        self.rows = rows
        steps = Dictionary(detail.steps.enumerated().map { ($1.event, $0) }) { first, _ in first }
    }

    /// - Parameter events: the newest first.
    func days(_ events: some Sequence<EventLine>) -> [CasePage.Day] {
        var days: [(day: CalendarDay, entries: [CasePage.Day.Entry])] = []
        for event in events {
            guard let entry = entry(of: event) else { continue }
            let day = texts.time.zone.local(event.occurredAt).day
            if days.last?.day == day {
                days[days.count - 1].entries.append(entry)
            } else {
                days.append((day, [entry]))
            }
        }
        return days.map {
            CasePage.Day(title: texts.time.fullDate($0.day), events: rows.entry.render($0.entries))
        }
    }

    /// `nil` for what is told elsewhere on the page.
    private func entry(of event: EventLine) -> CasePage.Day.Entry? {
        let (words, time) = (texts.words, texts.time)
        let step = steps[event.id].map { detail.steps[$0] }
        // What a person did is told by the step.
        let body = step == nil ? event.body : [:]
        // Of the consequences, what opened is told by the duties.
        if event.type == "obligation.opened" && body["was"] == nil || event.type == "cadence.occurred" { return nil }
        let clauseKey = body["clause"]?.text ?? step.flatMap(clause(of:))
        var text = title(of: event.type)
        var tone = step == nil ? "" : "time--ink"
        if event.nature == .consequence, let clause = body["clause"].flatMap({ detail.charter.clause($0.text) }) {
            // A duty has its own title; what else a clause does is told by the clause's.
            let said = event.type.hasPrefix("obligation.") ? clause.duty?.title ?? clause.title : clause.title
            text += words("：") + said[words.language]
            tone = "time--rule"
        }
        var face: String?
        let gap = words.language == .english ? ": " : " "
        switch event.actor {
        case .staff(let staff):
            if event.nature == .fact, let person = person(staff) {
                face = person.face
                text = person.name + gap + text
            }
        case .program:
            if event.nature == .fact, step?.via != nil || event.type.hasPrefix("case.") {
                text = words("顾客") + gap + text
            }
        }
        return CasePage.Day.Entry(
            time: time.clock(event.occurredAt), machine: time.zone.rfc3339(event.occurredAt), face: face, text: text,
            detail: rows.second.render(lines(of: event, step, body).map(TextRow.init)), clause: clauseKey, tone: tone,
            isBroken: event.type == "obligation.late" || event.type == "obligation.escalated")
    }

    private func lines(of event: EventLine, _ step: CaseStep?, _ body: Fields) -> [String] {
        let (words, time) = (texts.words, texts.time)
        if let step {
            if step.ordinal == 0 { return [] }
            return CasePage.lines(step.fields, step.form.flatMap(detail.charter.form), texts)
                .map { $0.label + words("：") + $0.plain(words) }
        }
        var lines: [String] = []
        if event.type == "obligation.escalated", let to = body["to"].flatMap({ StaffID($0.text) }),
            let name = detail.names[to]
        {
            lines.append(words("已通知{0}", name))
        }
        if let was = body["was"].flatMap({ Instant(rfc3339: $0.text) }),
            let due = body["due"].flatMap({ Instant(rfc3339: $0.text) }),
            case .integer(let waited)? = body["waited_ms"]
        {
            let span = time.span(waited)
            lines.append(
                time.at(was) + " + " + (body["is_working_time"] == .flag(true) ? words("工作时间{0}", span) : span)
                    + " = " + time.at(due))
        }
        return lines
    }

    private func clause(of step: CaseStep) -> String? {
        if step.ordinal == 0 { return detail.workflow.start.clauses.first }
        return step.from.flatMap { detail.workflow.clause(ofMove: step.move ?? "", from: $0) }
    }

    private func title(of type: String) -> String {
        if let title = titles[type] { return title }
        let title = EventWords(words: texts.words).title(of: type, in: detail.charter)
        titles[type] = title
        return title
    }

    private func person(_ staff: StaffID) -> Person? {
        if let person = people[staff] { return person }
        let person = detail.names[staff].map { Person(name: $0, face: String($0.face.prefix(1))) }
        people[staff] = person
        return person
    }
}
