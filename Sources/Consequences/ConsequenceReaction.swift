public import Organisations
import Policy
import Primitives
public import Storage

/// Books findings when a case of a workflow with `accountability` begins, and works out what follows from each at the
/// moves that say so, in the transaction of the event.
public struct ConsequenceReaction: Reaction {
    private let charters: CharterShelf

    public init(charters: CharterShelf) {
        self.charters = charters
    }

    /// - Throws: `FormFaults` for a sanction that the rules or the law do not bear out.
    public func react(to event: Event, in transaction: any WriteTransaction, journal: Journal) throws {
        guard event.nature == .fact, let matter = event.matter, let version = event.charterVersion,
            case .staff(let staff) = event.actor
        else { return }
        let charter = try charters.version(version, of: event.organisation, in: transaction)
        guard let workflow = charter.workflows.first(where: { $0.accountability != nil && $0.records(event.type) }),
            let accountability = workflow.accountability
        else { return }
        let store = FindingStore(transaction, event.organisation)
        if event.beginsMatter {
            guard let person = event.body[accountability.person].flatMap({ StaffID($0.text) }),
                let offence = event.body[accountability.offence].flatMap({ charter.offence($0.text) }),
                let day = event.body[accountability.day].flatMap({ CalendarDay($0.text) })
            else { return }
            try store.add(offence, on: person, day: day, by: staff, event)
            try say(
                "finding.booked", about: person, ["offence": .text(offence.key)], offence.clauses, event, transaction,
                journal)
            return
        }
        guard let act = event.body["case.move"].flatMap({ workflow.move($0.text) })?.sanction,
            let finding = try store.find(matter), let offence = charter.offence(finding.offence)
        else { return }
        let proposal = try charter.proposal(for: offence, finding: finding, store: store, in: transaction)
        var choice: SanctionChoice?
        if act == .propose || act == .decide {
            // What a decision leaves open is as it was proposed.
            var fields = event.body
            if act == .decide, fields["measure"] == nil, let last = try store.steps(of: matter).last {
                fields["measure"] = last.measure.map { .text($0.rawValue) }
                fields["fine"] = fields["fine"] ?? last.fine.map { .integer($0.minorUnits) }
                fields["month_pay"] = fields["month_pay"] ?? last.monthPay.map { .integer($0.minorUnits) }
                fields["reason"] = fields["reason"] ?? last.reason.map { .text($0) }
            }
            choice = try charter.choice(for: offence, proposal, fields: fields)
        } else if act == .final, let last = try store.steps(of: matter).last(where: { $0.measure != nil }) {
            choice = last.measure.map { SanctionChoice(measure: $0, fine: last.fine, deviates: false, cap: last.cap) }
        }
        try store.add(act, choice, proposal, fields: event.body, to: finding, by: staff, event, in: transaction)
        try say(
            "sanction.\(act.rawValue)", about: finding.person,
            [
                "offence": .text(offence.key), "measure": choice.map { .text($0.measure.rawValue) },
                "fine": choice?.fine.map { .integer($0.minorUnits) },
                "rung": proposal.rung.map { .integer(Int64($0)) },
            ].compactMapValues { $0 }, proposal.clauses, event, transaction, journal)
    }

    private func say(
        _ type: String, about person: StaffID, _ body: Fields, _ clauses: [Clause.Key], _ event: Event,
        _ transaction: any WriteTransaction, _ journal: Journal
    ) throws {
        var body = body
        body["reference"] = event.body["reference"]
        body["clause"] = clauses.first.map(FieldValue.text)
        try journal.record(
            EventDraft(
                organisation: event.organisation, type: type, subject: Event.Subject("staff", person),
                matter: event.matter, unit: event.unit, actor: event.actor, cause: event.id,
                charterVersion: event.charterVersion, nature: .consequence, body: body), in: transaction)
    }
}

extension Workflow {
    /// Whether one of its acts records such an event.
    func records(_ event: String) -> Bool {
        start.event == event || states.contains { $0.moves.contains { $0.event == event } }
    }
}

extension Charter {
    /// What the rules say follows from a finding, by what was booked before it.
    func proposal(
        for offence: Offence, finding: Finding, store: FindingStore, in transaction: any ReadTransaction
    ) throws -> SanctionProposal {
        let ladder = finding.ladder.flatMap(ladder)
        let earlier = try ladder.map { try store.earlier(than: finding, in: $0.period.days(around: finding.faultDay)) }
        let person = try OrganisationStore(transaction).staff(finding.person, of: store.organisation)
        return proposal(for: offence, earlier: earlier ?? 0, onProbation: person.employment == .probation)
    }
}
