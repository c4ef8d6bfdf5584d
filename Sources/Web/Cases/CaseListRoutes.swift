import Cases
import Customers
import HTTPTypes
import Hummingbird
import NIOCore
import Organisations
import Policy
import Primitives
import Storage

/// The list of cases, its names, and acts on many of its cases.
struct CaseListRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("cases", use: list)
        staff.get("cases/list.csv", use: table)
        staff.get("cases/list/print", use: printed)
        staff.post("cases/views", use: keep)
        staff.post("cases/views/:view", use: change)
        staff.post("cases/views/:view/removal", use: remove)
    }

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(request, context, keeping: nil, status: .ok)
    }

    /// What an address asks for, as far as it can be read.
    static func query(_ request: Request) -> (query: CaseQuery, faults: FormFaults?) {
        var values: [String: String] = [:]
        for (key, value) in request.uri.queryParameters {
            values[String(key)] = String(value).replacing("+", with: " ")
        }
        do throws(FormFaults) {
            var query = try CaseQuery(values)
            // A place in a list of other parameters is no place in this one: it begins anew.
            query.cursor = values["cursor"].flatMap { CaseCursor($0) }
            return (query, nil)
        } catch {
            // What can be read of it still is.
            let rest = values.filter { key, _ in !error.faults.contains { $0.field == key } }
            return ((try? CaseQuery(rest)) ?? CaseQuery(), error)
        }
    }

    // MARK: The page

    /// - Parameter keeping: what was entered to keep the list under a name, and what was wrong with it.
    private func page(
        _ request: Request, _ context: StaffContext, keeping: (query: CaseQuery, title: String, faults: FormFaults)?,
        status: HTTPResponse.Status
    ) async throws -> Response {
        var (query, faults) = Self.query(request)
        if let keeping { query = keeping.query }
        let principal = context.principal
        let frame = try await desk.frame(
            context, room: .cases, path: query.path,
            toast: Self.said(request.uri.queryParameters["said"].map { String($0) }, desk.book[context.language]))
        guard let charter = frame.charter else { throw StorageError.notFound("charter") }
        let filter = try await query.filter(desk, zone: charter.calendar.zone, for: principal)
        if let filter, let cursor = query.cursor, !cursor.fits(query.order, filter) { query.cursor = nil }
        var page: CaseService.Page?
        var count = 0
        if let filter {
            page = try await desk.cases.list(filter, by: query.order, from: query.cursor, for: principal)
            count = try await desk.cases.count(filter, for: principal)
        }
        let rows = try await rows(page, frame, principal)
        let views = try await desk.cases.views(for: principal)
        let own = views.first { $0.owner == principal.staff && $0.filter == query.address }
        func tab(_ shown: CaseQuery.Shown, _ title: String) -> WorkbenchPage.Tab {
            WorkbenchPage.Tab(
                title: frame.words(title), path: query.with { $0.shown = shown }.path,
                isCurrent: shown == query.shown,
                tally: shown == query.shown ? count > 99 ? "99+" : String(count) : nil)
        }
        let word = frame.words
        return desk.html(
            CaseListPage(
                shell: frame.shell, tabs: [tab(.open, "未了结"), tab(.closed, "已了结"), tab(.all, "全部")],
                views: views.map { view in
                    WorkbenchPage.Tab(
                        title: view.title, path: view.filter.isEmpty ? "/cases" : "/cases?" + view.filter,
                        isCurrent: view.filter == query.address,
                        tally: view.owner == principal.staff ? view.unit.map { _ in word("共用") } : word("同事"))
                }, hasViews: !views.isEmpty,
                keeping: own == nil
                    ? CaseListPage.Keeping(
                        filter: query.address, title: keeping?.title ?? "",
                        error: keeping?.faults.faults.first?.problem.text(word)) : nil,
                kept: own.map {
                    CaseListPage.Kept(
                        path: "/cases/views/\($0.id)", removalPath: "/cases/views/\($0.id)/removal", title: $0.title,
                        isShared: $0.unit != nil, revision: $0.revision)
                },
                find: try await find(query, charter, frame, principal),
                message: faults.map { faults in
                    faults.faults.map { Self.title(of: $0.field, word) + word("：") + $0.problem.text(word) }
                        .joined(separator: word("；"))
                },
                rows: rows, isEmpty: rows.isEmpty, emptyTitle: word(query.isNarrow ? "没有找到" : "没有事务"),
                emptyHint: word(
                    query.isNarrow
                        ? "放宽条件，或看全部"
                        : charter.workflows.contains {
                            principal.can(.actOnCases) && $0.start.actors.contains(principal.post)
                        }
                            ? "从“新建”登记一件" : "由制度里能登记的岗位登记；登记后显示在这里"),
                nextPath: page?.next.map { cursor in query.with { $0.cursor = cursor }.path },
                previousPath: page?.previous.map { cursor in query.with { $0.cursor = cursor }.path },
                csvPath: principal.can(.exportCustomers) ? query.with { _ in }.path("/cases/list.csv") : nil,
                printPath: query.with { _ in }.path("/cases/list/print"),
                acts: BulkForm.acts(charter, query.workflow, principal, frame),
                canChoose: !rows.isEmpty && (principal.can(.actOnCases) || principal.can(.waiveObligations))),
            "cases/list", context, status: faults == nil ? status : .unprocessableContent)
    }

    static func said(_ word: String?, _ words: Words) -> String? {
        switch word {
        case "kept": words("已存为视图")
        case "saved": words("已保存")
        case "removed": words("已删去")
        case "handed": words("已转办")
        case "paused": words("已暂停")
        case "resumed": words("已恢复")
        case "merged": words("已并入")
        case "unmerged": words("已拆出")
        default: nil
        }
    }

    private static func title(of field: String, _ words: Words) -> String {
        switch CaseQuery.Key(rawValue: field) {
        case .state: words("范围")
        case .q: words("查找")
        case .workflow: words("流程")
        case .workflowState: words("状态")
        case .cause: words("同因")
        case .unit: words("单位")
        case .handler: words("经手人")
        case .filedFrom: words("登记从")
        case .filedThrough: words("登记到")
        case .overdue: words("逾期")
        case .repeated: words("重复")
        case .sort: words("排序")
        case nil: field
        }
    }

    func rows(
        _ page: CaseService.Page?, _ frame: Frame, _ principal: Principal
    ) async throws -> [CaseListPage.Row] {
        guard let page else { return [] }
        let names = try await desk.database.read(for: principal.organisation) { transaction in
            (
                staff: try OrganisationStore(transaction)
                    .names(
                        of: Set(page.cases.map(\.openedBy) + page.duties.values.compactMap(\.holder)),
                        in: principal.organisation),
                customers: try CustomerDirectory(transaction, principal.organisation)
                    .captions(of: Array(Set(page.cases.compactMap(\.customer))))
            )
        }
        return page.cases.map { matter in
            let flow = page.charter.workflow(matter.workflow)
            let caption = matter.customer.flatMap { names.customers[$0] }
            let duty = page.duties[matter.id]
            return CaseListPage.Row(
                path: "/cases/\(matter.id)", reference: matter.reference, summary: matter.summary,
                workflow: flow?.title[frame.language] ?? matter.workflow,
                state: matter.pausedAt != nil
                    ? frame.words("暂停，等客户")
                    : matter.mergedInto != nil
                        ? frame.words("已并入") : flow?.state(matter.state)?.title[frame.language] ?? matter.state,
                isClosed: matter.closedAt != nil, who: caption?.name ?? "", customerPhone: caption?.maskedPhone ?? "",
                day: frame.time.shortDate(frame.time.zone.local(matter.openedAt).day),
                machine: frame.time.zone.rfc3339(matter.openedAt), opened: frame.time.clock(matter.openedAt),
                by: names.staff[duty?.holder ?? matter.openedBy] ?? "",
                repeated: matter.repeats > 0 ? frame.words("第{0}次", String(matter.repeats + 1)) : nil,
                // What is still owed after the end stands at the workbench of who owes it; the case itself is not late.
                due: matter.closedAt == nil
                    ? duty.map { DuePart(opened: $0.openedAt, due: $0.dueAt, frame.time) } : nil,
                chosen: "\(matter.id).\(matter.revision)")
        }
    }

    private func find(
        _ query: CaseQuery, _ charter: Charter, _ frame: Frame, _ principal: Principal
    ) async throws -> CaseListPage.Find {
        let (words, language) = (frame.words, frame.language)
        let reach = (try? principal.reach(.readPeople)) ?? .units(principal.subtree)
        let around = try await desk.database.read(for: principal.organisation) { transaction in
            let store = OrganisationStore(transaction)
            return (
                units: try store.units(of: principal.organisation),
                staff: try store.staff(of: principal.organisation, within: reach).filter { $0.leftOn == nil }
            )
        }
        func options(_ all: [(key: String, title: String)], _ picked: String?) -> [FieldPart.Option] {
            all.map { FieldPart.Option(key: $0.key, title: $0.title, isPicked: $0.key == picked) }
        }
        let causes =
            query.workflow.flatMap { charter.workflow($0)?.batch }.map { charter.choices(of: $0.field) } ?? []
        let states = query.workflow.flatMap { charter.workflow($0) }?.states ?? []
        return CaseListPage.Find(
            shown: query.shown == .open ? nil : query.shown.rawValue, text: query.text, isDetailed: query.isDetailed,
            workflows: options(charter.workflows.map { ($0.key, $0.title[language]) }, query.workflow),
            states: options(states.map { ($0.key, $0.title[language]) }, query.workflowState),
            causes: options(causes.map { ($0.key, $0.title[language]) }, query.cause), hasCauses: !causes.isEmpty,
            units: options(around.units.map { ($0.id.description, $0.name) }, query.unit?.description),
            handlers: options(
                around.staff.map { ($0.id.description, $0.name + " " + $0.unitName) }, query.handler?.description),
            orders: options(
                [
                    (CaseService.Order.filed.rawValue, words("登记时间")),
                    (CaseService.Order.deadline.rawValue, words("下一期限")),
                    (CaseService.Order.state.rawValue, words("状态")),
                ], query.order.rawValue), hasStates: !states.isEmpty,
            from: query.filedFrom?.description ?? "", through: query.filedThrough?.description ?? "",
            isOverdue: query.isOverdue, isRepeated: query.isRepeated, isNarrow: query.isNarrow,
            clearPath: query.shown == .open ? "/cases" : "/cases?state=\(query.shown.rawValue)")
    }

    // MARK: Taking along

    /// The whole list, page after page; nothing of it waits in memory.
    @Sendable func table(_ request: Request, _ context: StaffContext) async throws -> Response {
        let principal = context.principal
        _ = try principal.reach(.exportCustomers)
        let (query, faults) = Self.query(request)
        if let faults { throw faults }
        let frame = try await desk.frame(context, room: .cases, path: "/cases")
        let word = frame.words
        let filter = try await query.filter(desk, zone: frame.time.zone, for: principal)
        try await desk.cases.noteExport(query.with { $0.text = "" }.address, by: principal)
        let units = try await desk.database.read(for: principal.organisation) { transaction in
            Dictionary(
                try OrganisationStore(transaction).units(of: principal.organisation).map { ($0.id, $0.name) }
            ) { first, _ in first }
        }
        // The mark has spreadsheets read it as UTF-8.
        let head =
            "\u{FEFF}"
            + CSVLine([
                word("编号"), word("流程"), word("状态"), word("摘要"), word("客户"), word("电话"), word("单位"),
                word("登记"), word("经手人"), word("下一期限"), word("了结"), word("以前几次"),
            ]).text
        let routes = self
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: head))
            var cursor: CaseCursor?
            while let filter {
                let page = try await routes.desk.cases.list(
                    filter, by: query.order, from: cursor, limit: 200, isExport: true, for: principal)
                let rows = try await routes.rows(page, frame, principal)
                var text = ""
                for (matter, row) in zip(page.cases, rows) {
                    text +=
                        CSVLine([
                            row.reference, row.workflow, row.state, row.summary, row.who, row.customerPhone,
                            units[matter.unit] ?? "", row.machine, row.by,
                            page.duties[matter.id].map { frame.time.zone.rfc3339($0.dueAt) } ?? "",
                            matter.closedAt.map { frame.time.zone.rfc3339($0) } ?? "", String(matter.repeats),
                        ]).text
                }
                if !text.isEmpty { try await writer.write(ByteBuffer(string: text)) }
                guard let next = page.next else { break }
                cursor = next
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"cases.csv\"",
                .cacheControl: "no-store",
            ], body: body)
    }

    /// The list on paper, its first two hundred.
    @Sendable func printed(_ request: Request, _ context: StaffContext) async throws -> Response {
        let principal = context.principal
        let (query, faults) = Self.query(request)
        if let faults { throw faults }
        let frame = try await desk.frame(context, room: .cases, path: "/cases")
        let filter = try await query.filter(desk, zone: frame.time.zone, for: principal)
        _ = try principal.reach(.readCases)
        var page: CaseService.Page?
        if let filter { page = try await desk.cases.list(filter, by: query.order, limit: 200, for: principal) }
        let company = try await desk.database.read(for: principal.organisation) { transaction in
            try OrganisationStore(transaction).organisation(principal.organisation).name
        }
        return desk.html(
            CaseListPrint(
                shell: frame.shell, organisation: company, backPath: query.path,
                rows: try await rows(page, frame, principal),
                printed: frame.words("打印于{0}", frame.time.moment(frame.time.now)),
                cut: page?.next != nil ? frame.words("只印前200件；请缩小范围") : nil),
            "cases/list-print", context)
    }

    // MARK: Views

    @Sendable func keep(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await context.form(request)
        let (cases, principal) = (desk.cases, context.principal)
        let query = try CaseQuery(address: form["filter"] ?? "")
        let title = (form["title"] ?? "").trimmed
        do {
            return try await desk.act(form, request, context) { transaction in
                let view = try cases.keepView(
                    title, filter: query.address, isShared: form["shared"] == "1", by: principal, in: transaction)
                return view.filter.isEmpty ? "/cases?said=kept" : "/cases?" + view.filter + "&said=kept"
            }
        } catch let faults as FormFaults {
            return try await page(
                request, context, keeping: (query: query, title: title, faults: faults),
                status: .unprocessableContent)
        }
    }

    @Sendable func change(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("view", as: CaseView.ID.self)
        let form = try await context.form(request)
        let (cases, principal) = (desk.cases, context.principal)
        let revision = try form.revision()
        let title = (form["title"] ?? "").trimmed
        return try await desk.act(form, request, context) { transaction in
            let view = try cases.changeView(
                id, title: title, isShared: form["shared"] == "1", revision: revision, by: principal, in: transaction)
            return view.filter.isEmpty ? "/cases?said=saved" : "/cases?" + view.filter + "&said=saved"
        }
    }

    @Sendable func remove(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("view", as: CaseView.ID.self)
        let form = try await context.form(request)
        let (cases, principal) = (desk.cases, context.principal)
        return try await desk.act(form, request, context) { transaction in
            try cases.removeView(id, by: principal, in: transaction)
            return "/cases?said=removed"
        }
    }
}
