import Cases
import Customers
import Policy
import Primitives
import Storage

/// Which part of a customer's history is shown.
enum TimelineView: String, CaseIterable {
    case all, cases, file, reveals

    func title(_ words: Words) -> String {
        switch self {
        case .all: words("全部")
        case .cases: words("事务与事实")
        case .file: words("资料变动")
        case .reveals: words("查看记录")
        }
    }

    func admits(_ event: Event) -> Bool {
        switch self {
        case .all: true
        case .reveals: event.type == "customer.revealed"
        case .file: event.type.hasPrefix("customer.") && event.type != "customer.revealed"
        case .cases: !event.type.hasPrefix("customer.")
        }
    }
}

/// Everything that happened with a customer, day by day, in one line.
struct TimelineDays {
    let material: CustomerPage.Material
    let frame: Frame
    let labels: CustomerWords

    private var words: Words { frame.words }

    func days() -> [CustomerPage.Day] {
        var days: [(day: CalendarDay, events: [CustomerPage.Day.Entry])] = []
        for entry in material.entries {
            let day = frame.time.zone.local(entry.event.occurredAt).day
            if days.last?.day == day {
                days[days.count - 1].events.append(self.entry(entry))
            } else {
                days.append((day, [self.entry(entry)]))
            }
        }
        let today = frame.time.zone.local(frame.time.now).day
        return days.map {
            let date = frame.time.fullDate($0.day)
            return CustomerPage.Day(title: $0.day == today ? words("今天") + " " + date : date, events: $0.events)
        }
    }

    private func entry(_ entry: TimelineEntry) -> CustomerPage.Day.Entry {
        let event = entry.event
        let charter = event.charterVersion.flatMap { material.charters[$0] } ?? frame.charter
        var text = EventWords(words: frame.words).title(of: event.type, in: charter)
        var face: String?
        if case .staff(let staff) = event.actor, let name = material.names[staff] {
            face = String(name.face.prefix(1))
            text = name + (frame.language == .english ? ": " : " ") + text
        }
        let told = event.type.hasPrefix("customer.") ? change(entry) : act(entry, charter)
        let isFile = event.type.hasPrefix("customer.")
        return CustomerPage.Day.Entry(
            time: frame.time.clock(event.occurredAt), machine: frame.time.zone.rfc3339(event.occurredAt), face: face,
            text: text, casePath: event.matter.flatMap { material.readable.contains($0) ? "/cases/\($0)" : nil },
            caseReference: event.matter == nil ? nil : event.body["reference"]?.text,
            second: told.second.isEmpty ? nil : told.second.joined(separator: words("；")), said: told.said,
            clause: clause(of: event, charter),
            tone: event.nature == .consequence ? "time--rule" : isFile ? "" : "time--ink")
    }

    /// What changed in the file, or why a number was shown.
    private func change(_ entry: TimelineEntry) -> (second: [String], said: [String]) {
        let body = entry.event.body
        var second: [String] = []
        switch entry.event.type {
        case "customer.updated":
            if case .list(let paths)? = body["fields"] {
                // Whether a birthday is lunar goes with the birthday.
                let shown = paths.map(\.text).filter { !$0.hasSuffix(".lunar") }
                if !shown.isEmpty { second.append(words("改了{0}", labels.list(shown.map { labels.field(path: $0) }))) }
                return (second, shown.compactMap { path in alteration(path, entry.words) })
            }
        case "customer.assigned":
            if let owner = body["owner"].flatMap({ StaffID($0.text) }), let name = material.names[owner] {
                second.append(words("改由{0}负责", name))
            }
        case "customer.revealed":
            if case .list(let keys)? = body["fields"] {
                second.append(words("看了{0}", labels.list(keys.map { labels.field($0.text) })))
            }
            if let reason = entry.words["reason"] { second.append(words("事由：{0}", reason)) }
        default: break
        }
        return (second, [])
    }

    /// What stood in a field and what stands there now; `nil` where that was erased.
    private func alteration(_ path: String, _ said: [String: String]) -> String? {
        guard let now = said[path] else { return nil }
        func text(_ value: String?) -> String {
            guard let value, !value.isEmpty else { return words("空") }
            let shown = labels.value(value, path: path)
            return shown.count > 60 ? shown.prefix(60) + "…" : shown
        }
        return words("{0}：{1} → {2}", labels.field(path: path), text(said["was." + path]), text(now))
    }

    /// What an act or a fact said, field by field; free words stand apart.
    private func act(_ entry: TimelineEntry, _ charter: Charter?) -> (second: [String], said: [String]) {
        var second: [String] = []
        var said: [String] = []
        guard let charter else { return ([], []) }
        let texts = FieldText(
            words: frame.words, time: frame.time, charter: charter, names: material.names, units: material.units,
            caption: nil)
        for field in fields(of: entry.event.type, charter) {
            // The customer is who the file is about.
            if field.kind == .customer { continue }
            if let text = entry.words[field.key] {
                said.append(text)
            } else if let value = entry.event.body[field.key] {
                second.append(field.title[frame.language] + words("：") + texts.text(of: value, field: field))
            }
        }
        return (second, said)
    }

    private func fields(of type: String, _ charter: Charter) -> [FormField] {
        if let fact = charter.fact(type) { return fact.fields }
        for workflow in charter.workflows {
            if workflow.start.event == type { return charter.form(workflow.start.form)?.fields ?? [] }
            for state in workflow.states {
                if let move = state.moves.first(where: { $0.event == type }) {
                    return move.form.flatMap(charter.form)?.fields ?? []
                }
            }
        }
        return []
    }

    private func clause(of event: Event, _ charter: Charter?) -> String? {
        if let key = event.body["clause"]?.text { return key }
        guard let charter else { return nil }
        switch event.type {
        case "customer.revealed": return charter.clauses(with: .revealLog).first?.key
        case "customer.filed":
            return (charter.clauses(with: .customerArchive) + charter.clauses(with: .fileCompleteness)).first?.key
        default: break
        }
        if let fact = charter.fact(event.type) { return fact.clauses.first }
        for workflow in charter.workflows {
            if workflow.start.event == event.type { return workflow.start.clauses.first ?? workflow.clauses.first }
            for state in workflow.states {
                if let move = state.moves.first(where: { $0.event == event.type }) { return move.clauses.first }
            }
        }
        return nil
    }
}
