import Hummingbird
import Organisations
import Policy
import Primitives
import Storage

/// The tree of units: new ones, other names and places, the end of one.
struct UnitRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("people/units/new", use: new)
        staff.post("people/units/new", use: add)
        staff.get("people/units/:id", use: show)
        staff.post("people/units/:id", use: change)
        staff.post("people/units/:id/closure", use: close)
    }

    @Sendable func new(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await newForm(context, input: ["parent": .text(context.principal.unit.description)], faults: nil)
    }

    @Sendable func add(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await context.form(request)
        do {
            guard let parent = form["parent"].flatMap({ UnitID($0) }) else {
                throw FormFaults([FormFault("parent", .missing)])
            }
            let (organisations, principal) = (desk.organisations, context.principal)
            return try await desk.act(form, request, context) { transaction in
                let name = (form["name"] ?? "").trimmingEnds
                let unit = try organisations.addUnit(name: name, parent: parent, by: principal, in: transaction)
                return "/people#unit-\(unit)"
            }
        } catch let faults as FormFaults {
            return try await newForm(context, input: form.input, faults: faults)
        }
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await changeForm(context, input: nil, faults: nil)
    }

    @Sendable func change(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: UnitID.self)
        let form = try await context.form(request)
        do {
            guard let revision = try form.revision() else { throw StorageError.changedMeanwhile("unit \(id)") }
            let (organisations, principal) = (desk.organisations, context.principal)
            return try await desk.act(form, request, context) { transaction in
                try organisations.changeUnit(
                    id, name: (form["name"] ?? "").trimmingEnds, parent: form["parent"].flatMap { UnitID($0) },
                    revision: revision, by: principal, in: transaction)
                return "/people#unit-\(id)"
            }
        } catch let faults as FormFaults {
            return try await changeForm(context, input: form.input, faults: faults)
        } catch let conflict as EditConflict {
            return try await changeForm(context, input: form.input, faults: nil, conflict: conflict)
        }
    }

    @Sendable func close(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: UnitID.self)
        let form = try await context.form(request)
        guard let revision = try form.revision() else { throw StorageError.changedMeanwhile("unit \(id)") }
        let (organisations, principal) = (desk.organisations, context.principal)
        return try await desk.act(form, request, context) { transaction in
            try organisations.closeUnit(id, revision: revision, by: principal, in: transaction)
            return "/people"
        }
    }

    // MARK: Forms

    private func newForm(_ context: StaffContext, input: Fields, faults: FormFaults?) async throws -> Response {
        let reach = try context.principal.reach(.managePeople)
        let frame = try await desk.frame(context, room: .people, path: "/people/units/new")
        let tree = UnitTree(try await openUnits(context))
        let form = FormPart(
            action: "/people/units/new", submit: frame.words("新设"), revision: nil,
            fields: fields(frame, tree, tree.ordered.filter { reach.covers(unit: $0.id, owner: nil) }, input, faults),
            message: faults.map { _ in frame.words("还有几处要改") })
        return desk.html(
            PeopleFormPage(shell: frame.shell, title: frame.words("新单位"), form: form, closing: nil), "people/form",
            context, status: faults == nil ? .ok : .unprocessableContent)
    }

    private func changeForm(
        _ context: StaffContext, input: Fields?, faults: FormFaults?, conflict: EditConflict? = nil
    ) async throws -> Response {
        let id = try context.parameters.require("id", as: UnitID.self)
        let principal = context.principal
        let reach = try principal.reach(.managePeople)
        let frame = try await desk.frame(context, room: .people, path: "/people/units/\(id)")
        let (units, below) = try await desk.database.read(for: principal.organisation) { transaction in
            let store = OrganisationStore(transaction)
            return (
                try store.openUnits(of: principal.organisation), try store.subtree(of: id, in: principal.organisation)
            )
        }
        guard reach.covers(unit: id, owner: nil), let unit = units.first(where: { $0.id == id }) else {
            throw StorageError.notFound("unit \(id)")
        }
        let tree = UnitTree(units)
        // Whoever looks after a branch does not hang it elsewhere.
        let isMovable = unit.parent.map { reach.covers(unit: $0, owner: nil) } ?? false
        let places = tree.ordered.filter {
            reach.covers(unit: $0.id, owner: nil) && !below.contains($0.id) && isMovable
        }
        let values = input ?? ["name": .text(unit.name), "parent": .text(unit.parent?.description ?? "")]
        let form = FormPart(
            action: "/people/units/\(id)", submit: frame.words("保存变动"), revision: unit.revision,
            fields: fields(frame, tree, places, values, faults),
            message: conflict?.words(in: frame) ?? faults.map { _ in frame.words("还有几处要改") })
        let closing = PeopleFormPage.Closing(
            path: "/people/units/\(id)/closure", title: frame.words("撤销{0}", unit.name), revision: unit.revision)
        return desk.html(
            PeopleFormPage(
                shell: frame.shell, title: unit.name, form: form, closing: isMovable ? closing : nil), "people/form",
            context, status: conflict != nil ? .conflict : faults == nil ? .ok : .unprocessableContent)
    }

    private func openUnits(_ context: StaffContext) async throws -> [Organisations.Unit] {
        try await desk.database.read(for: context.principal.organisation) { transaction in
            try OrganisationStore(transaction).openUnits(of: context.principal.organisation)
        }
    }

    private func fields(
        _ frame: Frame, _ tree: UnitTree, _ places: [Organisations.Unit], _ input: Fields, _ faults: FormFaults?
    ) -> [FieldPart] {
        let make = FieldMaker(frame: frame, input: input, faults: faults)
        let name = make.line("name", "名称", maximum: 100, isRequired: true)
        if places.isEmpty { return [name] }
        return [
            name,
            make.choice(
                "parent", "上级单位",
                places.map { ($0.id.description, (tree.above($0).map { $0 + " / " } ?? "") + $0.name) }),
        ]
    }
}

extension UnitInUse {
    /// `3人、2位客户`
    func text(_ words: Words) -> String {
        UnitHolding.Kind.allCases.compactMap { kind in
            holds[kind].map { count in
                let number = String(count)
                return switch kind {
                case .people: count == 1 ? words("1人") : words("{0}人", number)
                case .units: words("{0}个下级单位", number)
                case .customers: words("{0}位客户", number)
                case .cases: words("{0}件未了结的事务", number)
                case .duties: words("{0}件待办", number)
                }
            }
        }.joined(separator: words.language == .english ? ", " : "、")
    }
}
