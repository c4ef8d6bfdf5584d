import Cases
import Customers
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// Turns duties into rows: what, for whom, of which case, and the act that discharges them.
struct DutyRows {
    let desk: Desk
    let frame: Frame
    let principal: Principal

    func rows(
        _ obligations: [Obligation], showsHolder: Bool, picked: ObligationID?, view: ObligationService.View
    ) async throws -> [WorkbenchPage.Row] {
        if obligations.isEmpty { return [] }
        let around = try await desk.database.read { [desk, principal] transaction in
            Around(
                customers: try CustomerDirectory(transaction, principal.organisation)
                    .captions(of: Array(Set(obligations.compactMap(\.customer)))),
                cases: try CaseStore(transaction, principal.organisation)
                    .titles(of: Array(Set(obligations.compactMap(\.matter)))),
                names: showsHolder ? try OrganisationStore(transaction).names(of: principal.organisation) : [:],
                charters: try Dictionary(
                    uniqueKeysWithValues: Set(obligations.map(\.charterVersion)).map {
                        ($0, try desk.charters.version($0, of: principal.organisation, in: transaction))
                    }))
        }
        var rows: [WorkbenchPage.Row] = []
        rows.reserveCapacity(obligations.count)
        var last: CustomerID?
        for obligation in obligations {
            let isSame = obligation.customer != nil && obligation.customer == last
            last = obligation.customer
            rows.append(row(obligation, around, isSame: isSame, picked: picked, view: view))
        }
        return rows
    }

    private struct Around: Sendable {
        let customers: [CustomerID: CustomerCaption]
        let cases: [CaseID: (reference: String, summary: String)]
        let names: [StaffID: String]
        let charters: [Int: Charter]
    }

    private func row(
        _ obligation: Obligation, _ around: Around, isSame: Bool, picked: ObligationID?, view: ObligationService.View
    ) -> WorkbenchPage.Row {
        let words = frame.words
        let charter = around.charters[obligation.charterVersion]
        let clause = charter?.clause(obligation.clause)
        let matter = obligation.matter.flatMap { around.cases[$0] }
        let customer = obligation.customer.flatMap { around.customers[$0] }
        var of = matter.map { $0.reference + "\u{2002}" + $0.summary } ?? obligation.reference ?? ""
        if let holder = obligation.holder, let name = around.names[holder] {
            of = of.isEmpty ? name : name + "\u{2002}" + of
        } else if obligation.holder == nil {
            of = words("无人承办") + (of.isEmpty ? "" : "\u{2002}" + of)
        }
        let isOpen = obligation.state == .open
        let act = isOpen ? act(for: obligation, charter: charter, clause: clause) : nil
        return WorkbenchPage.Row(
            id: obligation.id.description, clause: obligation.clause,
            clausePath: Links.clause(obligation.clause),
            isBroken: obligation.isOverdue(at: frame.time.now), path: "/?view=\(view.rawValue)&o=\(obligation.id)#ob",
            what: (clause?.duty?.title ?? clause?.title)?[frame.language] ?? obligation.clause, of: of,
            who: isSame ? "" : customer?.name ?? "", more: isSame ? "" : customer?.maskedPhone ?? "",
            isSame: isSame, isDone: !isOpen, isPicked: picked == obligation.id,
            due: DuePart(obligation, frame.time), act: act?.title ?? words("查看"),
            actPath: act?.path ?? "/obligations/\(obligation.id)")
    }

    /// The move that discharges a duty of a case, else the duty's own page.
    func act(for obligation: Obligation, charter: Charter?, clause: Clause?) -> (title: String, path: String)? {
        if let matter = obligation.matter, let events = clause?.duty?.metBy, !events.isEmpty {
            return (frame.words("办理"), "/cases/\(matter)?duty=\(obligation.id)")
        }
        return (frame.words("办理"), "/obligations/\(obligation.id)")
    }
}

extension TeamLoad {
    static func load(desk: Desk, frame: Frame, principal: Principal) async throws -> TeamLoad? {
        let reach = try principal.reach(.readObligations)
        let time = frame.time
        let today = time.zone.local(time.now).day
        let tonight = time.zone.instant(today.adding(days: 1), minute: 0)
        let loads = try await desk.obligations.loads(within: reach, until: tonight, for: principal)
        let people = loads.prefix(12).map { load in
            let whole = max(1, load.capacity)
            func length(_ count: Int) -> Int { min(400, count * 300 / whole) }
            let spare = load.capacity - load.total
            let isAway = load.awayUntil.map { $0 >= today } ?? false
            return Person(
                name: load.name, face: load.name.face,
                note: isAway
                    ? frame.words("休假至{0}", load.awayUntil.map { time.date($0) } ?? "")
                    : spare < 0 ? frame.words("满额{0}，建议转出{1}件", String(load.capacity), String(-spare)) : "",
                isAway: isAway, count: load.total, late: length(load.overdue), today: length(load.today),
                later: min(400 - length(load.overdue) - length(load.today), length(load.later)),
                todayEnd: length(load.overdue) + length(load.today))
        }
        return people.isEmpty ? nil : TeamLoad(people: Array(people))
    }
}
