import Cases
import Consequences
import Customers
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// All that the page of a case is made of; a class, since each part of the page takes it up.
final class CaseMaterial: Sendable {
    let detail: CaseService.Detail
    let duties: [Obligation]
    /// Who may take the case; empty where nothing is owed, or the reader may not give it away.
    let receivers: [FieldPart.Option]
    /// What it may be put into; empty for who may not.
    let targets: [Case]
    /// The newest first.
    let history: [EventLine]
    /// The event before which it was asked for.
    let before: Event.ID?
    let caption: CustomerCaption?
    let units: [UnitID: String]
    /// The customer's other cases.
    let earlier: [Case]
    let finding: ConsequenceService.Detail?
    let limits: AttachmentLimits
    let said: [PortalService.Word]

    /// - Throws: `StorageError.notFound`, `Denial`.
    init(
        _ id: CaseID, before: Event.ID?, desk: Desk, portal: PortalService, principal: Principal, language: Language,
        in transaction: any ReadTransaction
    ) throws {
        let organisation = principal.organisation
        detail = try desk.cases.find(id, for: principal, in: transaction)
        history = try EventStore(transaction)
            .history(ofCase: id, in: organisation, before: before, limit: CasePage.shownEvents + 1)
        duties = try desk.obligations.list(ofCase: id, for: principal, in: transaction)
        self.before = before
        caption = try detail.matter.customer.flatMap {
            try CustomerDirectory(transaction, organisation).captions(of: [$0])[$0]
        }
        units = Dictionary(
            try OrganisationStore(transaction).units(of: organisation).map { ($0.id, $0.name) }
        ) { first, _ in first }
        earlier =
            try detail.matter.customer.map {
                try desk.cases.cases(CaseService.Filter(customer: $0), limit: 6, for: principal, in: transaction)
                    .filter { $0.id != id }
            } ?? []
        finding = try desk.consequences.detail(ofCase: id, for: principal, in: transaction)
        limits = desk.attachments.limits
        said = try portal.words(in: detail.matter, for: principal, in: transaction)
        let mayPass = principal.can(.waiveObligations)
        receivers =
            mayPass && duties.contains { $0.state == .open }
            ? try desk.receivers(for: principal, picked: nil, in: language, transaction) : []
        if mayPass, principal.can(.actOnCases), detail.matter.closedAt == nil, let customer = detail.matter.customer {
            let filter = CaseService.Filter(isOpen: true, workflow: detail.matter.workflow, customer: customer)
            targets = try desk.cases.cases(filter, limit: 50, for: principal, in: transaction).filter { $0.id < id }
        } else {
            targets = []
        }
    }
}
