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
        _ obligations: [Obligation], picked: ObligationID?, view: ObligationService.View,
        in transaction: any ReadTransaction
    ) throws -> [WorkbenchPage.Row] {
        if obligations.isEmpty { return [] }
        let organisation = principal.organisation
        let around = Around(
            customers: try CustomerDirectory(transaction, organisation)
                .captions(of: Array(Set(obligations.compactMap(\.customer)))),
            // Whoever owes a duty must know what about; others read of a case what they may open.
            cases: try CaseStore(transaction, organisation).titles(
                of: Array(Set(obligations.compactMap(\.matter))),
                to: view == .team ? principal : nil),
            names: view == .team
                ? try OrganisationStore(transaction)
                    .names(of: Set(obligations.compactMap(\.holder)), in: organisation) : [:],
            charters: try Dictionary(
                uniqueKeysWithValues: Set(obligations.map(\.charterVersion)).map {
                    ($0, try desk.charters.version($0, of: organisation, in: transaction))
                }))
        var rows: [WorkbenchPage.Row] = []
        rows.reserveCapacity(obligations.count)
        var last: CustomerID?
        // Of fifty duties most are of the same few clauses, and a charter is large.
        var sayings: [ClauseOfVersion: Saying] = [:]
        for obligation in obligations {
            let clause = ClauseOfVersion(key: obligation.clause, version: obligation.charterVersion)
            let saying = sayings[clause] ?? saying(of: clause, around)
            sayings[clause] = saying
            let isSame = obligation.customer != nil && obligation.customer == last
            last = obligation.customer
            rows.append(row(obligation, saying, around, isSame: isSame, picked: picked, view: view))
        }
        return rows
    }

    private struct Around {
        let customers: [CustomerID: CustomerCaption]
        let cases: [CaseID: (reference: String, summary: String)]
        let names: [StaffID: String]
        let charters: [Int: Charter]
    }

    private struct ClauseOfVersion: Hashable {
        let key: Clause.Key
        let version: Int
    }

    /// What a clause says to each row.
    private struct Saying {
        let what: String
        let clausePath: String
        let act: String
        let look: String
        let nobody: String
        /// Whether an act of its case discharges the duty.
        let isMetByEvent: Bool
    }

    private func saying(of key: ClauseOfVersion, _ around: Around) -> Saying {
        let clause = around.charters[key.version]?.clause(key.key)
        return Saying(
            what: (clause?.duty?.title ?? clause?.title)?[frame.language] ?? key.key,
            clausePath: Links.clause(key.key), act: frame.words("办理"), look: frame.words("查看"),
            nobody: frame.words("无人承办"),
            isMetByEvent: clause?.duty?.metBy.isEmpty == false)
    }

    private func row(
        _ obligation: Obligation, _ saying: Saying, _ around: Around, isSame: Bool, picked: ObligationID?,
        view: ObligationService.View
    ) -> WorkbenchPage.Row {
        let matter = obligation.matter.flatMap { around.cases[$0] }
        let customer = isSame ? nil : obligation.customer.flatMap { around.customers[$0] }
        let isOpen = obligation.state == .open
        return WorkbenchPage.Row(
            view: view.rawValue, id: obligation.id.description, clause: obligation.clause,
            clausePath: saying.clausePath, isBroken: obligation.isOverdue(at: frame.time.now), what: saying.what,
            holder: obligation.holder.map { around.names[$0] } ?? saying.nobody,
            reference: matter?.reference ?? obligation.reference, summary: matter?.summary,
            who: customer?.name ?? "", more: customer?.maskedPhone ?? "", isSame: isSame, isDone: !isOpen,
            isPicked: picked == obligation.id, due: DuePart(obligation, frame.time),
            act: isOpen ? saying.act : saying.look,
            matter: isOpen && saying.isMetByEvent ? obligation.matter?.description : nil)
    }
}

extension TeamLoad {
    static func load(desk: Desk, frame: Frame, principal: Principal, in transaction: any ReadTransaction) throws
        -> HTML?
    {
        let reach = try principal.reach(.readObligations)
        let time = frame.time
        let today = time.zone.local(time.now).day
        let tonight = time.zone.instant(today.adding(days: 1), minute: 0)
        let loads = try desk.obligations.loads(within: reach, until: tonight, for: principal, in: transaction)
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
        return people.isEmpty
            ? nil : desk.templates.rows(in: frame.language).person.render(Array(people))
    }
}
