import Cases
import Consequences
import Customers
import Hummingbird
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// Cases: the list, opening one, acting on one.
struct CaseRoutes {
    let desk: Desk
    let portal: PortalService

    func add(to staff: RouterGroup<StaffContext>) {
        CaseListRoutes(desk: desk).add(to: staff)
        BulkRoutes(desk: desk).add(to: staff)
        staff.get("cases/new/:workflow", use: new)
        staff.post("cases/new/:workflow", use: start)
        staff.get("cases/:id", use: show)
        staff.get("cases/:id/print", use: printed)
        staff.get("cases/:id/moves/:move", use: showMove)
        staff.post("cases/:id/moves/:move", use: move)
        staff.post("cases/:id/handler", use: handOver)
        staff.post("cases/:id/pause", use: pause)
        staff.post("cases/:id/pause/end", use: resume)
        staff.post("cases/:id/merger", use: merge)
        staff.post("cases/:id/merger/undo", use: unmerge)
    }

    // MARK: Opening

    @Sendable func new(_ request: Request, _ context: StaffContext) async throws -> Response {
        var input: Fields = [:]
        let frame = try await desk.frame(context, room: .cases, path: "/cases")
        if let workflow = frame.charter?.workflow(try context.parameters.require("workflow")) {
            if let customer = request.uri.queryParameters["customer"] {
                input[workflow.subject] = .text(String(customer))
            }
            // What is registered has mostly just happened.
            for field in frame.charter?.form(workflow.start.form)?.fields ?? []
            where field.kind == .time && field.isRequired {
                input[field.key] = .text(frame.time.fieldValue(frame.time.now))
            }
        }
        return try await form(request, context, input: input, query: "", faults: nil, status: .ok)
    }

    @Sendable func start(_ request: Request, _ context: StaffContext) async throws -> Response {
        let workflow = try context.parameters.require("workflow")
        let body = try await context.form(request)
        if body["find"] != nil {
            return try await form(
                request, context, input: body.input, query: body["customer_query"] ?? "", faults: nil, status: .ok)
        }
        do {
            let (cases, principal) = (desk.cases, context.principal)
            let registration = try await cases.prepare(workflow, input: body.input, by: principal)
            return try await desk.act(body, request, context) { transaction in
                let matter = try cases.start(registration, by: principal, in: transaction)
                return "/cases/\(matter.id)"
            }
        } catch let faults as FormFaults {
            return try await form(
                request, context, input: body.input, query: body["customer_query"] ?? "", faults: faults,
                status: .unprocessableContent)
        }
    }

    private func form(
        _ request: Request, _ context: StaffContext, input: Fields, query: String, faults: FormFaults?,
        status: HTTPResponse.Status
    ) async throws -> Response {
        let key = try context.parameters.require("workflow")
        let frame = try await desk.frame(context, room: .cases, path: "/cases/new/\(key)")
        guard let workflow = frame.charter?.workflow(key), let form = frame.charter?.form(workflow.start.form) else {
            throw WorkflowRefusal(.unknownWorkflow(key), [])
        }
        _ = try workflow.decideStart(by: context.principal.post)
        let parts = try await desk.fieldParts(
            of: form.fields, input: input, query: query, faults: faults, frame: frame, principal: context.principal)
        return desk.html(
            CaseFormPage(
                shell: frame.shell, title: workflow.title[frame.language], formTitle: form.title[frame.language],
                clause: (form.clauses + workflow.start.clauses).first, action: "/cases/new/\(key)", fields: parts,
                revision: nil, backPath: "/cases", backTitle: frame.words("事务"), submit: frame.words("登记"),
                phraseReason: CaseFormPage.phraseReason(input, faults), signing: [], drop: nil,
                message: faults.map { _ in frame.words("还有几处要改") },
                duties: frame.charter.map { charter in
                    charter.clauses(openedBy: workflow.start.event).filter { $0.duty != nil }.map {
                        CaseFormPage.DutyLine(
                            clause: $0.key, title: ($0.duty?.title ?? $0.title)[frame.language],
                            post: charter.post($0.duty?.post ?? "")?.title[frame.language] ?? "")
                    }
                } ?? []),
            "cases/form", context, status: status)
    }

    // MARK: One case

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let before = request.uri.queryParameters["before"].flatMap { Event.ID(String($0)) }
        let said = request.uri.queryParameters["said"].map { String($0) }
        let principal = context.principal
        // One read for all, since each costs more than the statements in it.
        let (frame, material) = try await desk.database.read(for: principal.organisation) {
            [desk, portal] transaction in
            (
                try desk.frame(
                    context, room: .cases, path: "/cases/\(id)",
                    toast: CaseListRoutes.said(said, desk.book[context.language]), in: transaction),
                try CaseMaterial(
                    id, before: before, desk: desk, portal: portal, principal: principal, language: context.language,
                    in: transaction)
            )
        }
        return desk.html(
            desk.templates.rows(in: frame.language).cases.page.render(
                CasePage(material, frame: frame, principal: principal, templates: desk.templates)))
    }

    /// Gives the case to somebody else.
    @Sendable func handOver(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let body = try await context.form(request)
        let (cases, principal, revision) = (desk.cases, context.principal, try body.revision())
        _ = try principal.reach(.waiveObligations)
        guard let staff = body["staff"].flatMap({ StaffID($0) }) else {
            throw FormFaults([FormFault("staff", .missing)])
        }
        return try await desk.act(body, request, context) { transaction in
            _ = try cases.handOver(
                id, to: staff, reason: body["reason"] ?? "", revision: revision, by: principal, in: transaction)
            return "/cases/\(id)?said=handed"
        }
    }

    /// Makes the case wait for the customer.
    @Sendable func pause(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let body = try await context.form(request)
        let (cases, principal, revision) = (desk.cases, context.principal, try body.revision())
        return try await desk.act(body, request, context) { transaction in
            _ = try cases.pause(
                id, reason: body["reason"] ?? "", revision: revision, by: principal, in: transaction)
            return "/cases/\(id)?said=paused"
        }
    }

    @Sendable func resume(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let body = try await context.form(request)
        let (cases, principal, revision) = (desk.cases, context.principal, try body.revision())
        return try await desk.act(body, request, context) { transaction in
            _ = try cases.resume(id, revision: revision, by: principal, in: transaction)
            return "/cases/\(id)?said=resumed"
        }
    }

    /// Puts the case into an earlier one.
    @Sendable func merge(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let body = try await context.form(request)
        let (cases, principal, revision) = (desk.cases, context.principal, try body.revision())
        _ = try principal.reach(.waiveObligations)
        guard let target = body["into"].flatMap({ CaseID($0) }) else {
            throw FormFaults([FormFault("into", .missing)])
        }
        return try await desk.act(body, request, context) { transaction in
            _ = try cases.merge(
                id, into: target, reason: body["reason"] ?? "", revision: revision, by: principal, in: transaction)
            return "/cases/\(id)?said=merged"
        }
    }

    @Sendable func unmerge(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let body = try await context.form(request)
        let (cases, principal, revision) = (desk.cases, context.principal, try body.revision())
        return try await desk.act(body, request, context) { transaction in
            _ = try cases.unmerge(id, revision: revision, by: principal, in: transaction)
            return "/cases/\(id)?said=unmerged"
        }
    }

    /// All that was filled in, on paper.
    @Sendable func printed(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let frame = try await desk.frame(context, room: .cases, path: "/cases/\(id)/print")
        let detail = try await desk.cases.find(id, for: context.principal)
        let texts = try await desk.texts(for: detail, words: frame.words, context.principal)
        let organisation = try await desk.database.read(for: context.principal.organisation) { transaction in
            try OrganisationStore(transaction).organisation(context.principal.organisation).name
        }
        let rows = desk.templates.rows(in: frame.language).cases
        return desk.html(
            CasePrint(
                CaseSheet(detail: detail, organisation: organisation, texts: texts, rows: rows), shell: frame.shell,
                rows: rows),
            "cases/print", context)
    }

    @Sendable func showMove(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await moveForm(context, input: [:], query: "", faults: nil, status: .ok)
    }

    @Sendable func move(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let key = try context.parameters.require("move")
        let body = try await context.form(request)
        if body["find"] != nil {
            return try await moveForm(
                context, input: body.input, query: body["customer_query"] ?? "", faults: nil, status: .ok)
        }
        do {
            let (cases, principal, revision) = (desk.cases, context.principal, try body.revision())
            let numbers = try await cases.prepareMove(id, key, by: principal)
            return try await desk.act(body, request, context) { transaction in
                _ = try cases.move(
                    id, key, input: body.input, revision: revision, numbers, by: principal, in: transaction)
                return "/cases/\(id)"
            }
        } catch let faults as FormFaults {
            return try await moveForm(
                context, input: body.input, query: body["customer_query"] ?? "", faults: faults,
                status: .unprocessableContent)
        } catch let conflict as EditConflict {
            return try await moveForm(
                context, input: body.input, query: body["customer_query"] ?? "", faults: nil, conflict: conflict,
                status: .conflict)
        }
    }

    /// - Parameter conflict: what came between; where the move can no longer be made, what was filled in still shows.
    private func moveForm(
        _ context: StaffContext, input: Fields, query: String, faults: FormFaults?, conflict: EditConflict? = nil,
        status: HTTPResponse.Status
    ) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let key = try context.parameters.require("move")
        let frame = try await desk.frame(context, room: .cases, path: "/cases/\(id)")
        let detail = try await desk.cases.find(id, for: context.principal)
        let now = Result { () throws(WorkflowRefusal) in
            try detail.workflow.decideMove(
                key, from: detail.matter.state, by: context.principal.post, context.principal.staff,
                record: detail.record, made: detail.standing)
        }
        let made = conflict.flatMap { _ in detail.steps.last?.move.flatMap(detail.workflow.move) }
        guard let move = try conflict == nil ? now.get() : detail.workflow.move(key) else {
            throw WorkflowRefusal(.unknownMove(key, nearest: nil), [])
        }
        let isRefused = (try? now.get()) == nil
        let texts = try await desk.texts(for: detail, words: frame.words, context.principal)
        let form = move.form.flatMap(detail.charter.form)
        let parts = try await desk.fieldParts(
            of: form?.fields ?? [], input: input, query: query, faults: faults, frame: frame,
            principal: context.principal, known: detail.record.latest, of: detail)
        return desk.html(
            CaseFormPage(
                shell: frame.shell, title: move.title[frame.language],
                formTitle: form?.title[frame.language] ?? move.title[frame.language],
                clause: (move.clauses + (form?.clauses ?? [])).first, action: "/cases/\(id)/moves/\(key)",
                fields: parts,
                revision: detail.matter.revision, backPath: "/cases/\(id)", backTitle: detail.matter.reference,
                submit: isRefused ? nil : move.title[frame.language],
                phraseReason: CaseFormPage.phraseReason(input, faults),
                signing: move.signs.compactMap { key in
                    detail.charter.form(key).map { form in
                        CasePage.Section(
                            title: form.title[frame.language], clause: form.clauses.first,
                            lines: CasePage.lines(detail.record.latest(ofForm: key) ?? [:], form, texts))
                    }
                },
                drop: !isRefused && parts.contains { $0.files != nil }
                    ? AttachmentPart.DropZone(
                        id, limits: desk.attachments.limits, back: "/cases/\(id)/moves/\(key)", words: frame.words,
                        shell: frame.shell)
                    : nil,
                message: conflict.map {
                    $0.words(in: frame, step: made?.title[frame.language])
                        + (isRefused ? frame.words("这一步现在不能再办；下面是你填的，没有保存，可复制。") : "")
                } ?? faults.map { _ in frame.words("还有几处要改") },
                duties: isRefused
                    ? []
                    : detail.charter.clauses(openedBy: move.event).filter { $0.duty != nil }.map {
                        CaseFormPage.DutyLine(
                            clause: $0.key, title: ($0.duty?.title ?? $0.title)[frame.language],
                            post: detail.charter.post($0.duty?.post ?? "")?.title[frame.language] ?? "")
                    }),
            "cases/form", context, status: status)
    }
}

extension Desk {
    /// What fields of the case are shown with.
    func texts(
        for detail: CaseService.Detail, words: Words, _ principal: Principal
    ) async throws -> FieldText {
        let found = try await database.read(for: principal.organisation) { transaction in
            (
                caption: try detail.matter.customer.flatMap {
                    try CustomerDirectory(transaction, principal.organisation).captions(of: [$0])[$0]
                },
                units: Dictionary(
                    try OrganisationStore(transaction).units(of: principal.organisation).map { ($0.id, $0.name) }
                ) { first, _ in first }
            )
        }
        return FieldText(
            words: words,
            time: TimeWords(words: words, zone: detail.charter.calendar.zone, now: detail.now),
            charter: detail.charter, names: detail.names, units: found.units, caption: found.caption,
            files: detail.attachments)
    }
}

extension Optional where Wrapped: Sendable {
    func asyncFlatMap<T>(_ transform: (Wrapped) async throws -> T) async rethrows -> T? {
        if let self { return try await transform(self) }
        return nil
    }
}
