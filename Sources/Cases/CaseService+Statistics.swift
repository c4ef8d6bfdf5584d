public import Organisations
import Policy
public import Primitives
import Storage

extension CaseService {
    /// So many cases are counted at once; a longer period is asked for in parts.
    static let mostCounted = 20_000

    /// What the cases come to that were opened on these days of the company, as far as the reader may open them.
    /// - Throws: `FormFaults` at `through` for an end before the beginning, at `from` for more than ten years.
    public func statistics(
        of workflow: String, from first: CalendarDay, through last: CalendarDay, for principal: Principal
    ) async throws -> CaseStatistics {
        let reach = try principal.reach(.readCases)
        if last < first { throw FormFaults([FormFault("through", .implausibleDate)]) }
        if last.number - first.number >= CaseStatistics.mostDaysAtOnce {
            throw FormFaults([FormFault("from", .implausibleDate)])
        }
        return try await database.read(for: principal.organisation) { [charters] transaction in
            let charter = try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
            guard charter.workflow(workflow) != nil else {
                throw WorkflowRefusal(.unknownWorkflow(workflow), [])
            }
            let zone = charter.calendar.zone
            let (start, end) = (zone.instant(first, minute: 0), zone.instant(last.adding(days: 1), minute: 0))
            let period: SQL = """
                matter.organisation = \(principal.organisation) AND matter.workflow = \(workflow)
                AND matter.opened_at >= \(start) AND matter.opened_at < \(end) AND \(CaseStore.covered(by: reach))
                """
            let matters = try transaction.all(
                """
                SELECT \(Case.columns) FROM matter WHERE \(period)
                ORDER BY matter.opened_at, matter.id LIMIT \(limit: CaseService.mostCounted + 1)
                """, Case.init(row:))
            let counted = Array(matters.prefix(CaseService.mostCounted))
            let latest = counted.last?.openedAt ?? start
            let steps = try transaction.all(
                """
                SELECT matter_step.matter, matter_step.actor, matter_step.acted_at, matter_step.fields
                FROM matter JOIN matter_step
                    ON matter_step.organisation = matter.organisation AND matter_step.matter = matter.id
                WHERE \(period) AND matter.opened_at <= \(latest)
                ORDER BY matter_step.matter, matter_step.ordinal
                """
            ) { row in
                (
                    matter: try row[0] as CaseID, actor: try row[1] as StaffID, at: try row[2] as Instant,
                    fields: EventBody.decode(try row[3])
                )
            }
            let parted = Dictionary(grouping: steps, by: \.matter)
            let keeping = try transaction.all(
                """
                SELECT obligation.clause,
                    sum(CASE WHEN obligation.state = 'met' AND obligation.is_late = 0 THEN 1 ELSE 0 END),
                    sum(CASE WHEN obligation.state = 'met' AND obligation.is_late = 0 THEN 0 ELSE 1 END)
                FROM matter JOIN obligation
                    ON obligation.organisation = matter.organisation AND obligation.matter = matter.id
                WHERE \(period) AND matter.opened_at <= \(latest)
                  AND (obligation.state = 'met' OR obligation.state = 'open' AND obligation.due_at < \(transaction.now))
                GROUP BY obligation.clause ORDER BY obligation.clause
                """
            ) { CaseStatistics.Keeping(clause: try $0[0], kept: try $0[1], broken: try $0[2]) }
            return CaseStatistics(
                entries: counted.map { matter in
                    let own = parted[matter.id] ?? []
                    return CaseStatistics.Entry(
                        matter: matter.id, reference: matter.reference, summary: matter.summary,
                        customer: matter.customer, unit: matter.unit, state: matter.state, openedAt: matter.openedAt,
                        answeredAt: own.count > 1 ? own[1].at : nil, closedAt: matter.closedAt,
                        handOvers: zip(own, own.dropFirst()).count { $0.actor != $1.actor },
                        fields: own.reduce(into: [:]) { $0.merge($1.fields) { _, later in later } })
                }, keeping: keeping, isCut: matters.count > CaseService.mostCounted)
        }
    }
}
