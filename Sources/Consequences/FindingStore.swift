import Organisations
import Policy
import Primitives
import Storage

/// The findings' rows.
struct FindingStore {
    let transaction: any ReadTransaction
    let organisation: OrganisationID

    init(_ transaction: any ReadTransaction, _ organisation: OrganisationID) {
        self.transaction = transaction
        self.organisation = organisation
    }

    func find(_ matter: CaseID) throws -> Finding? {
        try transaction.first(
            "SELECT \(Finding.columns) FROM finding WHERE organisation = \(organisation) AND matter = \(matter)",
            Finding.init(row:))
    }

    func steps(of matter: CaseID) throws -> [SanctionStep] {
        try transaction.all(
            """
            SELECT \(SanctionStep.columns) FROM sanction
            WHERE organisation = \(organisation) AND matter = \(matter) ORDER BY ordinal
            """, SanctionStep.init(row:))
    }

    /// How many findings of the ladder count against the person in the period of the fault, booked before this one.
    func earlier(than finding: Finding, in days: Range<CalendarDay>) throws -> Int {
        guard let ladder = finding.ladder else { return 0 }
        return try transaction.one(
            """
            SELECT count(*) FROM finding
            WHERE organisation = \(organisation) AND person = \(finding.person) AND ladder = \(ladder)
              AND fault_day >= \(days.lowerBound) AND fault_day < \(days.upperBound)
              AND matter < \(finding.matter) AND state <> 'dropped'
            """, orElse: "count"
        ) { try $0[0] }
    }

    func add(_ offence: Offence, on person: StaffID, day: CalendarDay, by staff: StaffID, _ event: Event) throws {
        guard let write = transaction as? any WriteTransaction, let matter = event.matter, let unit = event.unit else {
            throw StorageError.engine("a finding is booked outside of a case")
        }
        try write.run(
            """
            INSERT INTO finding (organisation, matter, person, offence, ladder, fault_day, charter_version, unit,
                booked_by, booked_at, event, state)
            VALUES (\(organisation), \(matter), \(person), \(offence.key), \(offence.ladder), \(day),
                \(event.charterVersion), \(unit), \(staff), \(event.recordedAt), \(event.id), 'found')
            """)
    }

    func add(
        _ act: Workflow.SanctionAct, _ choice: SanctionChoice?, _ proposal: SanctionProposal, fields: Fields,
        to finding: Finding, by staff: StaffID, _ event: Event, in write: any WriteTransaction
    ) throws {
        let ordinal = try steps(of: finding.matter).count
        let pay: Int64? = if case .integer(let fen)? = fields["month_pay"] { fen } else { nil }
        try write.run(
            """
            INSERT INTO sanction (organisation, matter, ordinal, act, measure, fine, rung, rule_measure, rule_fine,
                month_pay, cap, reason, actor, acted_at, event)
            VALUES (\(organisation), \(finding.matter), \(ordinal), \(act.rawValue), \(choice?.measure.rawValue),
                \(choice?.fine?.minorUnits), \(proposal.rung), \(proposal.sanction?.measure.rawValue),
                \(proposal.sanction?.fine?.minorUnits), \(pay), \(choice?.cap?.minorUnits), \(fields["reason"]?.text),
                \(staff), \(event.recordedAt), \(event.id))
            """)
        try write.run(
            """
            UPDATE finding SET state = \(act.state.rawValue), revision = revision + 1
            WHERE organisation = \(organisation) AND matter = \(finding.matter)
            """, changing: 1, orElse: .changedMeanwhile("finding \(finding.matter)"))
    }
}

extension Workflow.SanctionAct {
    /// Where it leaves the finding.
    var state: Finding.State {
        switch self {
        case .propose: .proposed
        case .decide: .decided
        case .drop: .dropped
        case .final: .final
        }
    }
}
