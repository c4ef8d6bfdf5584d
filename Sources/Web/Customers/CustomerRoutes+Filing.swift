import Customers
import HTTPTypes
import Hummingbird
import Organisations
import Policy
import Primitives
import Storage

/// Filing a customer and changing a file.
extension CustomerRoutes {
    @Sendable func new(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try context.principal.reach(.writeCustomers)
        let kind = request.uri.queryParameters["kind"].flatMap { Customer.Kind(rawValue: String($0)) } ?? .person
        return try await newForm(
            context, CustomerForm(kind: kind, owner: context.principal.staff.description), faults: nil)
    }

    @Sendable func file(_ request: Request, _ context: StaffContext) async throws -> Response {
        let body = try await context.form(request)
        let form = CustomerForm(body)
        let (input, rows) = form.input()
        do {
            let (customers, principal) = (desk.customers, context.principal)
            let reference = try await customers.drawReference(for: input, by: principal)
            return try await desk.act(body, request, context) { transaction in
                let customer = try customers.file(input, reference: reference, by: principal, in: transaction)
                return "/customers/\(customer.id)?said=filed"
            }
        } catch let faults as FormFaults {
            return try await newForm(context, form, faults: CustomerForm.placed(faults, rows: rows))
        }
    }

    private func newForm(
        _ context: StaffContext, _ form: CustomerForm, faults: FormFaults?
    ) async throws -> Response {
        let principal = context.principal
        let frame = try await desk.frame(context, room: .customers, path: "/customers/new?kind=\(form.kind.rawValue)")
        let reach = try principal.reach(.writeCustomers)
        let owners = try await desk.database.read(for: principal.organisation) { transaction in
            try OrganisationStore(transaction).staff(of: principal.organisation, within: reach)
                .filter { $0.leftOn == nil }
        }
        let labels = CustomerWords(frame)
        let parts = CustomerFormParts(
            form: form, stored: nil, faults: faults, frame: frame,
            owners: owners.map {
                FieldPart.Option(key: $0.id.description, title: $0.name + " " + $0.unitName, isPicked: false)
            })
        let sections = parts.sections()
        return desk.html(
            CustomerFormPage(
                shell: frame.shell, title: frame.words("客户建档"), action: "/customers/new", kind: form.kind.rawValue,
                tabs: [Customer.Kind.person, .company].map {
                    WorkbenchPage.Tab(
                        title: labels.kind($0), path: "/customers/new?kind=\($0.rawValue)", isCurrent: $0 == form.kind,
                        tally: nil)
                },
                revision: nil, sections: sections, message: message(faults, parts, sections, frame), conflict: nil,
                submit: frame.words("建档"), backPath: "/customers", backTitle: frame.words("客户")),
            "customers/form", context, status: faults == nil ? .ok : .unprocessableContent)
    }

    @Sendable func edit(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CustomerID.self)
        let customer = try await desk.customers.find(id, by: context.principal)
        guard try context.principal.reach(.writeCustomers).covers(unit: customer.unit, owner: customer.owner) else {
            throw Denial(action: .writeCustomers, beyond: context.principal)
        }
        return try await editForm(context, customer, CustomerForm(customer))
    }

    @Sendable func save(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CustomerID.self)
        let body = try await context.form(request)
        guard let revision = body["revision"].flatMap({ Int($0) }) else {
            throw FormFaults([FormFault("revision", .missing)])
        }
        var form = CustomerForm(body)
        let stored = try await desk.customers.find(id, by: context.principal)
        let (input, rows) = form.input(changing: stored)
        do {
            // The file may have changed since it was read here, which the revision finds out.
            let (customers, principal) = (desk.customers, context.principal)
            return try await desk.act(body, request, context) { transaction in
                _ = try customers.update(id, revision: revision, to: input, by: principal, in: transaction)
                return "/customers/\(id)?said=saved"
            }
        } catch let faults as FormFaults {
            return try await editForm(
                context, stored, form, revision: revision, faults: CustomerForm.placed(faults, rows: rows))
        } catch let conflict as EditConflict {
            let newer = try await desk.customers.find(id, by: context.principal)
            form.meet(newer)
            return try await editForm(context, newer, form, conflict: conflict)
        }
    }

    private func editForm(
        _ context: StaffContext, _ stored: Customer, _ form: CustomerForm, revision: Int? = nil,
        faults: FormFaults? = nil, conflict: EditConflict? = nil
    ) async throws -> Response {
        let path = "/customers/\(stored.id)"
        let frame = try await desk.frame(context, room: .customers, path: path)
        let parts = CustomerFormParts(form: form, stored: stored, faults: faults, frame: frame, owners: [])
        let sections = parts.sections()
        return desk.html(
            CustomerFormPage(
                shell: frame.shell, title: frame.words("修改档案"), action: path + "/edit", kind: form.kind.rawValue,
                tabs: [], revision: revision ?? stored.revision, sections: sections,
                message: message(faults, parts, sections, frame),
                conflict: conflict.map {
                    CustomerFormPage.Conflict(
                        text: $0.words(in: frame),
                        lines: parts.differences(from: stored), freshPath: path + "/edit")
                },
                submit: frame.words(conflict == nil ? "保存" : "按我填的保存"), backPath: path, backTitle: stored.reference),
            "customers/form", context,
            status: conflict != nil ? .conflict : faults == nil ? .ok : .unprocessableContent)
    }

    private func message(
        _ faults: FormFaults?, _ parts: CustomerFormParts, _ sections: [CustomerFormPage.Section], _ frame: Frame
    ) -> String? {
        faults.map { _ in
            ([frame.words("还有几处要改")] + parts.leftOver(sections)).joined(separator: frame.words("；"))
        }
    }
}
