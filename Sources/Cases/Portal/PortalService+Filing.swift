public import Customers
import Organisations
import Policy
public import Primitives
public import Storage

extension PortalService {
    /// The keys of who files, beside the charter's own fields, which have no dot.
    public static let nameField = "visitor.name"
    public static let phoneField = "visitor.phone"

    /// What a visitor files, read, with the numbers drawn that it may need.
    public struct Filing: Sendable {
        let workflow: String
        let name: String
        public let phone: PhoneNumber
        let input: Fields
        let reference: String
        let customerReference: String
    }

    /// Reads what a visitor entered.
    /// - Throws: `FormFaults` with all fields; `PortalRefusal.noPortal`.
    public func prepare(
        _ key: String, name: String, phone: String, input: Fields, in organisation: OrganisationID
    ) async throws -> Filing {
        let counter = try await counter(of: organisation)
        let charter = counter.charter
        guard let workflow = charter.workflow(key), let portal = workflow.portal,
            let form = charter.form(workflow.start.form)
        else { throw PortalRefusal.noPortal }
        let own = input.filter { portal.fields.contains($0.key) }
        let zone = charter.calendar.zone
        var faults = FormFaults()
        let names = Form.read(
            [Self.nameField: .text(name)], by: [Self.name], zone: zone, at: counter.now)
        for fault in names.faults { faults.add(fault.field, fault.problem) }
        let number = PhoneNumber(phone)
        if number == nil {
            faults.add(Self.phoneField, phone.allSatisfy(\.isWhitespace) ? .missing : .notAPhone)
        }
        for fault in Form.read(own, by: portal.asked(of: form), zone: zone, at: counter.now).faults {
            faults.add(fault.field, fault.problem)
        }
        try faults.check()
        guard let number, let name = names.fields[Self.nameField]?.text else { throw FormFaults(faults.faults) }
        let year = zone.local(counter.now).day.year
        return Filing(
            workflow: key, name: name, phone: number, input: own,
            reference: try await cases.references.next(workflow.reference, year: year, for: organisation),
            customerReference: try await customers.drawReference(year: year, for: organisation))
    }

    private static let name = FormField(
        key: nameField, title: LocalizedText(simplified: "姓名", traditional: "姓名", english: "Name"),
        kind: .line(maximum: 100), isRequired: true, isPersonal: true, clauses: [])

    /// Opens the case as the desk would, of the customer with that telephone or of one filed anew.
    public func file(
        _ filing: Filing, in organisation: OrganisationID, _ transaction: any WriteTransaction
    ) throws -> Case {
        let charter = try cases.charters.inForce(for: organisation, at: transaction.now, in: transaction)
        guard let workflow = charter.workflow(filing.workflow), let portal = workflow.portal,
            let form = charter.form(workflow.start.form)
        else { throw PortalRefusal.noPortal }
        let known = try customers.holder(of: filing.phone, named: filing.name, in: organisation, transaction)
        let keeper = try keeper(
            of: portal, near: known?.unit, owner: known?.owner, charter: charter, organisation: organisation,
            in: transaction)
        _ = try workflow.decideStart(by: keeper.post)
        let customer =
            try known?.customer
            ?? customers.file(
                visitor: filing.name, filing.phone, reference: filing.customerReference, keptBy: keeper,
                via: Self.actor, in: transaction)
        let zone = charter.calendar.zone
        var input = portal.given.input(for: form.fields, unit: keeper.unit, zone: zone, at: transaction.now)
        input.merge(filing.input) { $1 }
        input[workflow.subject] = .text(customer.description)
        let fields = try form.parse(input, zone: zone, at: transaction.now)
        try cases.pointed.check(fields, by: form.fields, for: keeper, in: transaction)
        return try cases.acts(by: keeper, charter, transaction, via: Self.actor)
            .open(workflow, form: form, fields: fields, reference: filing.reference).matter
    }
}
