import Cases
import Customers
import HTTPTypes
import Hummingbird
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// Customers: the list, one file, its numbers in the clear, and the picker of other forms.
struct CustomerRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("customers", use: list)
        staff.get("customers/picker", use: picker)
        staff.get("customers/new", use: new)
        staff.post("customers/new", use: file)
        staff.get("customers/:id", use: show)
        staff.get("customers/:id/edit", use: edit)
        staff.post("customers/:id/edit", use: save)
        staff.post("customers/:id/owner", use: assign)
        staff.get("customers/:id/people/:person/reveal", use: askReveal)
        staff.post("customers/:id/people/:person/reveal", use: reveal)
    }

    // MARK: The list

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let principal = context.principal
        let listing = CustomerListing(
            ["q", "kind", "incomplete", "after"].reduce(into: [:]) { values, key in
                values[key] = request.uri.queryParameters[Substring(key)].map { String($0) }
            })
        let frame = try await desk.frame(context, room: .customers, path: listing.path)
        let found =
            listing.query.isEmpty
            ? try await desk.customers.list(listing.filter, after: listing.after, by: principal)
            : try await desk.customers.search(listing.query, after: listing.after, by: principal)
        let names = try await desk.database.read(for: principal.organisation) { transaction in
            try OrganisationStore(transaction)
                .names(of: Set(found.items.compactMap(\.owner)), in: principal.organisation)
        }
        let labels = CustomerWords(frame)
        let rows = found.items.filter(listing.admits).map { summary in
            CustomerListPage.Row(
                path: "/customers/\(summary.id)", name: summary.name, reference: summary.reference,
                phone: summary.phone, kind: labels.kind(summary.kind),
                classification: labels.classification(summary.classification),
                owner: summary.owner.flatMap { names[$0] } ?? "",
                missing: summary.missing > 0 ? frame.words("首报缺{0}项", String(summary.missing)) : nil,
                updated: frame.time.moment(summary.updatedAt))
        }
        func tab(_ title: String, _ filter: CustomerFilter) -> WorkbenchPage.Tab {
            WorkbenchPage.Tab(
                title: frame.words(title), path: listing.with(filter).path, isCurrent: filter == listing.filter,
                tally: nil)
        }
        let isNarrow = !listing.query.isEmpty || listing.filter != CustomerFilter()
        return desk.html(
            CustomerListPage(
                shell: frame.shell, query: listing.query,
                tabs: [
                    tab("全部", CustomerFilter()), tab("公司", CustomerFilter(kind: .company)),
                    tab("个人", CustomerFilter(kind: .person)), tab("档案不全", CustomerFilter(isIncomplete: true)),
                ],
                kind: listing.filter.kind?.rawValue, isIncomplete: listing.filter.isIncomplete, rows: rows,
                isEmpty: rows.isEmpty, emptyTitle: frame.words(isNarrow ? "没有找到" : "还没有客户"),
                emptyHint: frame.words(
                    isNarrow
                        ? "试试姓名的一部分、拼音首字母或手机尾号"
                        : principal.can(.writeCustomers)
                            ? "从“建档”登记第一位" : "由能建档的岗位登记，或由能导入的岗位导入；登记后显示在这里"),
                nextPath: found.next.map { listing.after($0).path }, canFile: principal.can(.writeCustomers),
                salesPath: principal.can(.readMembers) && frame.charter?.membership?.sales != nil ? "/sales" : nil),
            "customers/list", context)
    }

    /// The results under a form's search field, for htmx.
    @Sendable func picker(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = (request.uri.queryParameters["customer_query"].map { String($0) } ?? "")
            .replacing("+", with: " ").trimmed
        let field = request.uri.queryParameters["field"].map { String($0) } ?? "customer"
        let results =
            query.isEmpty
            ? PickerResults(field: field, query: "", rows: [], isEmpty: false)
            : try await PickerResults.find(query, field: field, desk: desk, context.principal)
        return desk.html(results, "customers/picker", context)
    }

    // MARK: One file

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CustomerID.self)
        let query = request.uri.queryParameters
        let customer = try await desk.customers.find(id, by: context.principal)
        let view = query["show"].flatMap { TimelineView(rawValue: String($0)) } ?? .all
        let frame = try await desk.frame(
            context, room: .customers, path: "/customers/\(id)",
            toast: CustomerRoutes.said(query["said"].map { String($0) }, desk.book[context.language]))
        let material = try await material(
            customer, view, before: query["before"].flatMap { Event.ID(String($0)) }, context.principal)
        return desk.html(CustomerPage(material, frame: frame, principal: context.principal), "customers/show", context)
    }

    private static func said(_ word: String?, _ words: Words) -> String? {
        switch word {
        case "filed": words("已建档")
        case "saved": words("已保存")
        case "given": words("已换专人")
        case "recorded": words("已登记")
        default: nil
        }
    }

    private func material(
        _ customer: Customer, _ view: TimelineView, before: Event.ID?, _ principal: Principal
    ) async throws -> CustomerPage.Material {
        let history = try await history(of: customer.id, view, before: before, by: principal)
        let duties = try await desk.obligations.list(ofCustomer: customer.id, for: principal)
        let cases =
            principal.can(.readCases)
            ? try await desk.cases.list(CaseService.Filter(customer: customer.id), limit: 12, for: principal).cases : []
        let versions = Set(
            duties.map(\.charterVersion) + cases.map(\.charterVersion)
                + history.entries.compactMap(\.event.charterVersion))
        let around = try await desk.database.read(for: principal.organisation) { [desk] transaction in
            let store = OrganisationStore(transaction)
            return (
                names: try store.names(of: principal.organisation),
                units: Dictionary(try store.units(of: principal.organisation).map { ($0.id, $0.name) }) { first, _ in
                    first
                },
                charters: try Dictionary(
                    uniqueKeysWithValues: versions.map {
                        ($0, try desk.charters.version($0, of: principal.organisation, in: transaction))
                    }),
                colleagues: try (try? principal.reach(.writeCustomers)).map {
                    try store.staff(of: principal.organisation, within: $0).filter { $0.leftOn == nil }
                } ?? [],
                readable: try CaseStore(transaction, principal.organisation).visible(
                    Array(Set(history.entries.compactMap(\.event.matter))), to: principal)
            )
        }
        return CustomerPage.Material(
            customer: customer, entries: history.entries, earlier: history.next, view: view, duties: duties,
            cases: cases, readable: around.readable, names: around.names, units: around.units,
            charters: around.charters,
            colleagues: around.colleagues)
    }

    /// Some fifty entries of a view; a narrow view looks through at most a thousand events at once.
    private func history(
        of id: CustomerID, _ view: TimelineView, before: Event.ID?, by principal: Principal
    ) async throws -> (entries: [TimelineEntry], next: Event.ID?) {
        let limit = view == .all ? 50 : 200
        var entries: [TimelineEntry] = []
        var last = before
        for _ in 0..<5 {
            let stretch = try await desk.customers.timeline(of: id, before: last, limit: limit, by: principal)
            entries += stretch.filter { view.admits($0.event) }
            last = stretch.last?.event.id
            if stretch.count < limit { return (entries, nil) }
            if entries.count >= 50 { break }
        }
        return (entries, last)
    }

    @Sendable func assign(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CustomerID.self)
        let form = try await context.form(request)
        guard let owner = form["owner"].flatMap({ StaffID($0) }) else {
            throw FormFaults([FormFault("owner", .missing)])
        }
        guard let revision = form["revision"].flatMap({ Int($0) }) else {
            throw FormFaults([FormFault("revision", .missing)])
        }
        let (customers, principal) = (desk.customers, context.principal)
        return try await desk.act(form, request, context) { transaction in
            _ = try customers.assign(id, revision: revision, to: owner, by: principal, in: transaction)
            return "/customers/\(id)?said=given"
        }
    }

    // MARK: Numbers in the clear

    @Sendable func askReveal(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try context.principal.reach(.revealCustomers)
        return try await revealPage(context, asked: [], reason: "", faults: nil)
    }

    @Sendable func reveal(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CustomerID.self)
        let person = try context.parameters.require("person", as: Person.ID.self)
        let form = try await context.form(request)
        let asked = RevealedField.allCases.filter { form[$0.rawValue] == "true" }
        do {
            let revealed = try await desk.customers.reveal(
                Set(asked), of: person, in: id, reason: form["reason"] ?? "", by: context.principal)
            return try await revealPage(context, revealed: revealed)
        } catch let faults as FormFaults {
            return try await revealPage(
                context, asked: Set(asked.map(\.rawValue)), reason: form["reason"] ?? "", faults: faults)
        }
    }

    private func revealPage(
        _ context: StaffContext, revealed: Revealed? = nil, asked: Set<String> = [], reason: String = "",
        faults: FormFaults? = nil
    ) async throws -> Response {
        let id = try context.parameters.require("id", as: CustomerID.self)
        let personID = try context.parameters.require("person", as: Person.ID.self)
        let customer = try await desk.customers.find(id, by: context.principal)
        guard let person = customer.people.first(where: { $0.id == personID }) else {
            throw StorageError.notFound("person \(personID)")
        }
        let path = "/customers/\(id)"
        let frame = try await desk.frame(context, room: .customers, path: path)
        let labels = CustomerWords(frame)
        var response = desk.html(
            RevealPage(
                shell: frame.shell, reference: customer.reference,
                who: person.role == .itself || person.name.isEmpty ? customer.name : person.name,
                clause: frame.charter?.clauses(with: .revealLog).first?.key, backPath: path,
                shown: revealed.map {
                    RevealPage.Shown(
                        $0, of: person, labels: labels,
                        note: frame.words(
                            "{0}于{1}查看，已记入往来；30秒后收起。", context.principal.name, frame.time.at(frame.time.now)))
                },
                ask: revealed == nil
                    ? RevealPage.Ask(
                        person, asked: asked, reason: reason, faults: faults, labels: labels,
                        action: path + "/people/\(personID)/reveal") : nil),
            "customers/reveal", context, status: faults == nil ? .ok : .unprocessableContent)
        // Neither the browser nor anything between keeps a page with numbers in the clear.
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
