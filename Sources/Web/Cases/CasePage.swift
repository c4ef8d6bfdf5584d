import Cases
import Consequences
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
    /// Where the events before those that are shown are, and the way back from there.
    let earlierPath: String?
    let newestPath: String?
    let attachments: AttachmentPart
    let duties: [DutyLine]
    /// Giving the case to somebody else; `nil` where nothing is owed, or the reader may not.
    let handOver: HandOver?
    /// The case that it was put into, and taking it out again.
    let merged: Merged?
    /// Since when and why it waits.
    let paused: Paused?
    /// Where it may be made to wait; `nil` where no clause allows it, or the reader may not.
    let pausing: Pausing?
    /// Putting it into an earlier one; `nil` where there is none, or the reader may not.
    let merging: Merging?
    let tookIn: [Earlier]
    let hasTakenIn: Bool
    let earlier: [Earlier]
    let links: [Earlier]
    let signatures: [SignatureLine]
    let finding: FindingPart?
    /// What the customer said of his own accord.
    let said: [Said]
    let hasSaid: Bool
    let printPath: String
    let hasSignatures: Bool
    let hasLinks: Bool
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
            var table: TableText?
            /// A drawn name, as an SVG path.
            var path: String?
        }

        struct TableText {
            let columns: [String]
            let rows: [TableRowText]

            struct TableRowText {
                let cells: [String]
            }
        }
    }

    /// One of the signatures that the workflow asks for.
    struct SignatureLine {
        let title: String
        let post: String
        let name: String?
        let at: String?
        let machine: String?
        let seal: SealPart?
        /// It was made, and what it signed has changed since.
        let isVoid: Bool
        let clause: String?
    }

    struct Said {
        let time: String
        let machine: String
        let opinion: String?
        let text: String
    }

    struct Act {
        let key: String
        let title: String
        let path: String?
        /// Where a link is made by which the customer makes the move himself.
        let linkPath: String?
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

    struct HandOver {
        let path: String
        let revision: Int
        let people: [FieldPart.Option]
    }

    struct Paused {
        let since: String
        let machine: String
        let reason: String
        /// `nil` for who may not act.
        let path: String?
        let revision: Int
    }

    struct Pausing {
        let path: String
        let revision: Int
        let clause: String
    }

    struct Merged {
        let path: String?
        let text: String
        /// `nil` once the day is over, and for who may not.
        let undoPath: String?
        let revision: Int
    }

    struct Merging {
        let path: String
        let revision: Int
        let targets: [FieldPart.Option]
    }

    struct Earlier {
        let path: String
        let reference: String
        let summary: String
        let opened: String
    }

    /// So many events are asked for, of which the oldest only tells that there are more.
    static let shownEvents = 51

    init(
        detail: CaseService.Detail, duties: [Obligation], receivers: [FieldPart.Option],
        targets: [Case], history: [Event], before: Event.ID?, caption: CustomerCaption?,
        units: [UnitID: String], earlier: [Case], finding: ConsequenceService.Detail?, limits: AttachmentLimits,
        said: [PortalService.Word] = [], frame: Frame, principal: Principal
    ) {
        let words = frame.words
        let language = frame.language
        let time = TimeWords(words: words, zone: detail.charter.calendar.zone, now: detail.now)
        let texts = FieldText(
            words: words, time: time, charter: detail.charter, names: detail.names, units: units, caption: caption,
            files: detail.fileNames)
        let matter = detail.matter
        shell = frame.shell
        reference = matter.reference
        workflowTitle = detail.workflow.title[language]
        summary = matter.summary
        customerName = caption?.name
        customerPath = principal.can(.readCustomers) ? matter.customer.map { "/customers/\($0)" } : nil
        stateTitle = detail.workflow.state(matter.state)?.title[language] ?? matter.state
        facts = [
            caption?.maskedPhone, units[matter.unit], stateTitle,
            matter.repeats > 0 ? frame.words("第{0}次", String(matter.repeats + 1)) : nil,
        ].compactMap { $0 }
        livePath = "/cases/\(matter.id)" + (before.map { "?before=\($0)" } ?? "")
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
                linkPath: item.refusal == nil && principal.can(.actOnCases) && matter.customer != nil
                    && detail.workflow.portal?.signing?.move == item.move.key
                    ? "/cases/\(matter.id)/moves/\(item.move.key)/link" : nil,
                clause: item.move.clauses.first,
                why: item.refusal.map { Answer($0, words: words, charter: detail.charter).text },
                isFirst: index == detail.moves.firstIndex { $0.refusal == nil })
        }
        hasActs = !acts.isEmpty
        days = CasePage.days(detail, Array(history.suffix(CasePage.shownEvents - 1)), texts)
        let isMore = history.count == CasePage.shownEvents
        earlierPath = isMore ? "/cases/\(matter.id)?before=\(history[1].id)#history" : nil
        newestPath = before.map { _ in "/cases/\(matter.id)#history" }
        attachments = AttachmentPart(detail, limits: limits, frame: frame, principal: principal)
        self.duties = (open + duties.filter { $0.state != .open }.reversed()).map { duty in
            let clause = detail.charter.clause(duty.clause)
            return DutyLine(
                id: duty.id.description, clause: duty.clause, isBroken: duty.isOverdue(at: detail.now),
                title: (clause?.duty?.title ?? clause?.title)?[language] ?? duty.clause,
                path: "/obligations/\(duty.id)",
                holder: duty.holder.flatMap { detail.names[$0] } ?? words("无人承办"), due: DuePart(duty, time))
        }
        handOver =
            receivers.isEmpty
            ? nil
            : HandOver(path: "/cases/\(matter.id)/handler", revision: matter.revision, people: receivers)
        let zone = detail.charter.calendar.zone
        paused = matter.pausedAt.map { instant in
            Paused(
                since: time.moment(instant), machine: zone.rfc3339(instant),
                reason: history.last { $0.type == "case.paused" }?.body["reason"]?.text ?? "",
                path: principal.can(.actOnCases) ? "/cases/\(matter.id)/pause/end" : nil, revision: matter.revision)
        }
        let waits = open.first {
            detail.charter.clause($0.clause)?.duty?.isPausable == true && !$0.isOverdue(at: detail.now)
        }
        pausing =
            matter.pausedAt == nil && principal.can(.actOnCases)
            ? waits.map {
                Pausing(path: "/cases/\(matter.id)/pause", revision: matter.revision, clause: $0.clause)
            } : nil
        merged = matter.mergedAt.map { instant in
            let isToday = zone.local(instant).day == zone.local(detail.now).day
            return Merged(
                path: detail.mergedInto.map { "/cases/\($0.matter)" },
                text: frame.words("已并入{0}", detail.mergedInto?.reference ?? frame.words("另一件事务")),
                undoPath: isToday && principal.can(.waiveObligations) ? "/cases/\(matter.id)/merger/undo" : nil,
                revision: matter.revision)
        }
        merging =
            targets.isEmpty
            ? nil
            : Merging(
                path: "/cases/\(matter.id)/merger", revision: matter.revision,
                targets: targets.map {
                    FieldPart.Option(
                        key: $0.id.description, title: $0.reference + " " + $0.summary, isPicked: false)
                })
        tookIn = detail.tookIn.map {
            Earlier(
                path: "/cases/\($0.id)", reference: $0.reference, summary: $0.summary, opened: time.moment($0.openedAt))
        }
        hasTakenIn = !tookIn.isEmpty
        printPath = "/cases/\(matter.id)/print"
        signatures = CasePage.signatures(detail, time, language)
        hasSignatures = !signatures.isEmpty
        hasLinks = !detail.links.isEmpty
        self.said = said.map { word in
            Said(
                time: time.moment(word.saidAt), machine: time.zone.rfc3339(word.saidAt),
                opinion: word.isSatisfied.map { words($0 ? "满意" : "不满意") }, text: word.words)
        }
        hasSaid = !said.isEmpty
        self.finding = finding.map { FindingPart($0, names: detail.names, charter: detail.charter, frame: frame) }
        links = detail.links.map {
            Earlier(
                path: "/cases/\($0.matter)", reference: $0.reference, summary: $0.summary,
                opened: [
                    detail.charter.workflow($0.workflow)?.title[language],
                    detail.charter.workflow($0.workflow)?.state($0.state)?.title[language],
                ].compactMap { $0 }.joined(separator: " "))
        }
        self.earlier = earlier.map {
            Earlier(
                path: "/cases/\($0.id)", reference: $0.reference, summary: $0.summary, opened: time.moment($0.openedAt))
        }
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
        _ detail: CaseService.Detail, _ time: TimeWords, _ language: Language
    ) -> [SignatureLine] {
        let isAwaited = Set((detail.workflow.state(detail.matter.state)?.moves ?? []).map(\.key))
        var seen: Set<String> = []
        let moves = detail.workflow.states.flatMap(\.moves).filter { !$0.signs.isEmpty && seen.insert($0.key).inserted }
        return moves.compactMap { move in
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
                seal: isVoid ? nil : name.map(SealPart.init), isVoid: isVoid, clause: move.clauses.first)
        }
    }

    /// Who signed: somebody of the company, or the customer by the name that he gave.
    private static func signer(of step: CaseStep, _ detail: CaseService.Detail, _ time: TimeWords) -> String? {
        guard step.via != nil else { return detail.names[step.actor] }
        return detail.workflow.portal?.signing?.name.flatMap { step.fields[$0]?.text } ?? time.words("顾客")
    }

    private static func days(_ detail: CaseService.Detail, _ history: [Event], _ texts: FieldText) -> [Day] {
        let (words, time) = (texts.words, texts.time)
        let steps = Dictionary(detail.steps.map { ($0.event, $0) }) { first, _ in first }
        let titles = EventWords(words: words)
        var days: [(day: CalendarDay, events: [Day.Entry])] = []
        for event in history.reversed() {
            // What a person did is told by the step; of the consequences, what opened is told by the duties.
            if event.type == "obligation.opened" && event.body["was"] == nil || event.type == "cadence.occurred" {
                continue
            }
            let step = steps[event.id]
            let clauseKey = event.body["clause"]?.text ?? CasePage.clause(of: step, event, detail)
            var text = titles.title(of: event.type, in: detail.charter)
            var tone = step == nil ? "" : "time--ink"
            let isBroken = event.type == "obligation.late" || event.type == "obligation.escalated"
            if event.nature == .consequence, let key = event.body["clause"]?.text,
                let clause = detail.charter.clause(key)
            {
                text += words("：") + (clause.duty?.title ?? clause.title)[words.language]
                tone = "time--rule"
            }
            var face: String?
            if case .staff(let staff) = event.actor, event.nature == .fact, let name = detail.names[staff] {
                face = String(name.face.prefix(1))
                text = name + (words.language == .english ? ": " : " ") + text
            }
            if case .program = event.actor, event.nature == .fact, step?.via != nil || event.type.hasPrefix("case.") {
                text = words("顾客") + (words.language == .english ? ": " : " ") + text
            }
            var lines =
                step.map { step in
                    CasePage.lines(step.fields, step.form.flatMap(detail.charter.form), texts)
                        .map { $0.label + words("：") + $0.plain(words) }
                } ?? []
            if step?.ordinal == 0 { lines = [] }
            if event.type == "obligation.escalated", let to = event.body["to"].flatMap({ StaffID($0.text) }),
                let name = detail.names[to]
            {
                lines.append(words("已通知{0}", name))
            }
            if let was = event.body["was"].flatMap({ Instant(rfc3339: $0.text) }),
                let due = event.body["due"].flatMap({ Instant(rfc3339: $0.text) }),
                case .integer(let waited)? = event.body["waited_ms"]
            {
                let span = time.span(waited)
                lines.append(
                    time.at(was) + " + "
                        + (event.body["is_working_time"] == .flag(true)
                            ? words("工作时间{0}", span) : span) + " = " + time.at(due))
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
    let words: Words
    let time: TimeWords
    let charter: Charter
    let names: [StaffID: String]
    let units: [UnitID: String]
    let caption: CustomerCaption?
    /// The names of the case's files.
    var files: [String: String] = [:]

    func text(of value: FieldValue, field: FormField) -> String {
        switch field.kind {
        case .choice(let choices): choices.first { $0.key == value.text }?.title[words.language] ?? value.text
        case .flag: words(value == .flag(true) ? "是" : "否")
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
                named.map { files[$0.text] ?? $0.text }.joined(separator: words("；"))
            } else {
                files[value.text] ?? value.text
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

extension CaseService.Detail {
    /// The names of its files by their identifiers.
    var fileNames: [String: String] {
        Dictionary(attachments.map { ($0.id.description, $0.name) }) { first, _ in first }
    }
}
