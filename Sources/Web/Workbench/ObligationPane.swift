import Cases
import Customers
import Mustache
import Obligations
import Organisations
import Policy
import Primitives
import Storage

struct ObligationPage {
    let shell: Shell
    let title: String
    let pane: ObligationPane
}

/// One duty: what, for whom, and why it falls due when it does.
struct ObligationPane {
    let clause: String
    let clausePath: String
    let isBroken: Bool
    let chapter: String
    let closePath: String?
    let title: String
    let facts: [FactLine]
    let message: String?
    /// What was filled in and could not be saved, where no form shows it.
    let unsaved: [FactLine]
    let moves: [MoveLink]
    let tickOff: TickOff?
    let waive: Waive?
    let whyTitle: String
    let due: DueWord?
    let rule: String
    let note: String?
    let days: DayStrip?
    let steps: [SumLine]
    let warning: String?
    let opened: String

    struct FactLine {
        let label: String
        let text: String
        let path: String?
    }

    struct MoveLink {
        let title: String
        let path: String
    }

    struct TickOff {
        let path: String
        let revision: Int
        let fields: [FieldPart]
    }

    struct Waive {
        let path: String
        let reassignPath: String
        let revision: Int
        let people: [Person]
        let hasPeople: Bool

        struct Person {
            let id: String
            let name: String
        }
    }

    struct DueWord {
        let toneWord: String
        let left: String
    }

    struct DayStrip {
        let cells: [Cell]

        struct Cell {
            let weekday: String
            let number: Int
            let mark: String
            let tone: String?
        }
    }

    struct SumLine {
        let label: String
        let text: String
        let figure: String
        let tone: String?
    }

    /// Why what was filled in was not saved.
    enum Refusal {
        case faults(FormFaults)
        /// Somebody else was first; who, in words.
        case overtaken(String)
    }

    static func load(
        _ id: ObligationID, desk: Desk, frame: Frame, principal: Principal, closePath: String?, input: Fields = [:],
        refusal: Refusal? = nil
    ) async throws -> ObligationPane {
        var faults: FormFaults?
        if case .faults(let found) = refusal { faults = found }
        let detail = try await desk.obligations.find(id, for: principal)
        let obligation = detail.obligation
        let words = frame.words
        let time = TimeWords(words: words, zone: detail.charter.calendar.zone, now: detail.now)
        let duePart = DuePart(obligation, time)
        let isOwed = obligation.holder == principal.staff || obligation.escalatedTo == principal.staff
        let around = try await desk.database.read(for: principal.organisation) { transaction in
            (
                isCustomerVisible: try obligation.customer.map { customer in
                    guard let reach = try? principal.reach(.readCustomers) else { return false }
                    return try CustomerDirectory(transaction, principal.organisation)
                        .isVisible(customer, within: reach)
                } ?? false,
                visibleCases: try CaseStore(transaction, principal.organisation)
                    .visible(obligation.matter.map { [$0] } ?? [], to: principal),
                customer: try obligation.customer.flatMap {
                    try CustomerDirectory(transaction, principal.organisation).captions(of: [$0])[$0]
                },
                // Whoever owes it must know what about; others read of a case what they may open.
                matter: try obligation.matter.flatMap {
                    try CaseStore(transaction, principal.organisation).titles(
                        of: [$0], to: isOwed ? nil : principal)[$0]
                },
                unit: try OrganisationStore(transaction).unit(obligation.unit, of: principal.organisation).name,
                colleagues: principal.can(.waiveObligations) && obligation.state == .open
                    ? try desk.obligations.heirs(of: obligation, for: principal, in: transaction) : []
            )
        }
        var facts: [FactLine] = []
        if let customer = obligation.customer, let caption = around.customer {
            facts.append(
                FactLine(
                    label: words("所涉客户"), text: caption.name + " " + caption.maskedPhone,
                    path: around.isCustomerVisible ? "/customers/\(customer)" : nil))
        }
        if let matter = obligation.matter, let title = around.matter {
            facts.append(
                FactLine(
                    label: words("所涉事务"), text: title.reference + " " + title.summary,
                    path: around.visibleCases.contains(matter) ? "/cases/\(matter)" : nil))
        }
        let post = detail.charter.post(obligation.post)?.title[frame.language] ?? obligation.post
        facts.append(
            FactLine(
                label: words("应办"), text: (detail.holderName ?? words("无人承办")) + words("（{0}）", post), path: nil))
        if let name = detail.escalatedToName {
            facts.append(FactLine(label: words("已报"), text: name, path: nil))
        }
        facts.append(FactLine(label: words("单位"), text: around.unit, path: nil))
        let isOpen = obligation.state == .open
        let duty = detail.clause.duty
        let isMine = isOwed || obligation.holder == nil
        var moves: [MoveLink] = []
        if isOpen, let matter = obligation.matter, let events = duty?.metBy, !events.isEmpty {
            let found = try? await desk.cases.find(matter, for: principal)
            for move in found?.moves ?? [] where events.contains(move.move.event) && move.refusal == nil {
                moves.append(
                    MoveLink(title: move.move.title[frame.language], path: "/cases/\(matter)/moves/\(move.move.key)"))
            }
            if moves.isEmpty { moves.append(MoveLink(title: words("打开事务"), path: "/cases/\(matter)")) }
        } else if isOpen, let events = duty?.metBy, !events.isEmpty {
            for event in events where detail.charter.fact(event) != nil {
                let title = detail.charter.fact(event)?.title[frame.language] ?? event
                moves.append(
                    MoveLink(
                        title: words("登记：{0}", title),
                        path: "/facts/new/\(event)" + (obligation.customer.map { "?customer=\($0)" } ?? "")))
            }
            let offers = detail.charter.membership?.offers
            if let customer = obligation.customer, principal.can(.readMembers),
                let perk = offers?.perks.first(where: { events.contains($0.event) })
            {
                let title = events.count > 1 ? words("礼遇") : perk.title[frame.language]
                moves.append(
                    MoveLink(title: words("去给：{0}", title), path: "/customers/\(customer)/counter#perks"))
            }
            for kind in offers?.activities ?? []
            where events.contains(kind.event) && principal.can(.arrangeActivities) {
                moves.append(
                    MoveLink(
                        title: words("发布：{0}", kind.title[frame.language]),
                        path: "/activities?kind=\(kind.key)#announce"))
            }
        }
        var tickOff: TickOff?
        if isOpen, isMine, let duty, duty.metBy.isEmpty {
            let form = duty.form.flatMap(detail.charter.form)?.fields
            tickOff = TickOff(
                path: "/obligations/\(id)/done", revision: obligation.revision,
                fields: FieldPart.parts(
                    of: form ?? [ObligationService.noteField], input: input, faults: faults, frame: frame))
        }
        let explained = DueExplanation(detail: detail, frame: frame, time: time)
        return ObligationPane(
            clause: obligation.clause, clausePath: Links.clause(obligation.clause),
            isBroken: obligation.isOverdue(at: detail.now),
            chapter: detail.charter.chapter(of: obligation.clause)?.title[frame.language] ?? "",
            closePath: closePath, title: (duty?.title ?? detail.clause.title)[frame.language], facts: facts,
            message: refusal.map {
                switch $0 {
                case .faults(let faults): faults.faults.map { $0.problem.text(words) }.joined(separator: " ")
                case .overtaken(let text): text
                }
            },
            unsaved: tickOff != nil || faults != nil
                ? []
                : unsaved(input, by: duty?.form.flatMap(detail.charter.form)?.fields ?? [], words), moves: moves,
            tickOff: tickOff,
            waive: isOpen && principal.can(.waiveObligations)
                ? Waive(
                    path: "/obligations/\(id)/waiver", reassignPath: "/obligations/\(id)/holder",
                    revision: obligation.revision,
                    people: around.colleagues.map {
                        Waive.Person(id: $0.id.description, name: $0.name + " " + $0.unitName)
                    }, hasPeople: !around.colleagues.isEmpty) : nil,
            whyTitle: words("为何是{0}", time.at(obligation.dueAt)),
            due: DueWord(
                toneWord: duePart.tone == "overdue" ? "late" : duePart.tone == "soon" ? "soon" : "quiet",
                left: duePart.left),
            rule: detail.clause.title[frame.language], note: detail.clause.note?[frame.language],
            days: explained.days, steps: explained.steps, warning: explained.warning,
            opened: words(
                "由“{0}”于{1}开出，制度第{2}版",
                EventWords(words: frame.words).title(of: detail.openedBy.type, in: detail.charter),
                time.moment(obligation.openedAt), String(obligation.charterVersion)))
    }

    private static func unsaved(_ input: Fields, by form: [FormField], _ words: Words) -> [FactLine] {
        let fields = form + [ObligationService.noteField, ObligationService.reason]
        return input.sorted { $0.key < $1.key }.compactMap { key, value in
            guard let field = fields.first(where: { $0.key == key }), case .text(let text) = value, !text.isEmpty
            else { return nil }
            return FactLine(label: field.title[words.language], text: text, path: nil)
        }
    }
}

extension EditConflict {
    /// 林晓棠14:31已改，看看差别再存。
    /// - Parameter step: the move that was made, where one was.
    func words(in frame: Frame, step: String? = nil) -> String {
        let (who, when) = (changedBy ?? frame.words("系统"), frame.time.at(changedAt))
        return step.map { frame.words("{0}{1}已办“{2}”。", who, when, $0) }
            ?? frame.words("{0}{1}已改，看看差别再存。", who, when)
    }
}

extension Charter {
    /// The heading under which a clause stands.
    func chapter(of clause: Clause.Key) -> Chapter? {
        var current: Chapter?
        let starts = Dictionary(chapters.map { ($0.from, $0) }) { first, _ in first }
        for candidate in clauses {
            current = starts[candidate.key] ?? current
            if candidate.key == clause { return current }
        }
        return nil
    }
}
