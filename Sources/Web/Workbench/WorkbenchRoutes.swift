import Cases
import Customers
import Hummingbird
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// The workbench and single duties.
struct WorkbenchRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("/", use: show)
        staff.get("workbench/list", use: list)
        staff.get("obligations/:id", use: showOne)
        staff.post("obligations/:id/done", use: tickOff)
        staff.post("obligations/:id/waiver", use: waive)
        staff.post("obligations/:id/holder", use: reassign)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await page(request, context)
        return desk.html(desk.templates.rows(in: context.language).workbench.render(page))
    }

    /// The list alone, for live pages.
    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await page(request, context)
        return desk.html(desk.templates.rows(in: context.language).workbenchList.render(page))
    }

    private func page(_ request: Request, _ context: StaffContext) async throws -> WorkbenchPage {
        let query = request.uri.queryParameters
        let asked = query["view"].flatMap { ObligationService.View(rawValue: String($0)) } ?? .mine
        let view = asked == .team && !context.principal.can(.readObligations) ? .mine : asked
        let cursor = query["after"].flatMap { Cursor.read(String($0)) }
        let picked = query["o"].flatMap { ObligationID(String($0)) }
        let principal = context.principal
        // One read for all, since each costs more than the statements in it.
        let (frame, page, rows, people) = try await desk.database.read(for: principal.organisation) {
            [desk] transaction in
            let frame = try desk.frame(
                context, room: .workbench, path: "/?view=\(view.rawValue)", in: transaction)
            let page = try desk.obligations.list(view, after: cursor, for: principal, in: transaction)
            return (
                frame, page,
                try DutyRows(desk: desk, frame: frame, principal: principal)
                    .rows(page.obligations, picked: picked, view: view, in: transaction),
                picked == nil && principal.can(.readObligations)
                    ? try TeamLoad.load(desk: desk, frame: frame, principal: principal, in: transaction) : nil
            )
        }
        let words = frame.words
        func tab(_ target: ObligationService.View, _ title: String, _ count: Int?) -> WorkbenchPage.Tab {
            WorkbenchPage.Tab(
                title: words(title), path: target == .mine ? "/" : "/?view=\(target.rawValue)",
                isCurrent: target == view, tally: count.map { $0 > 99 ? "99+" : String($0) })
        }
        var tabs = [tab(.mine, "我的", frame.counts.mine)]
        if context.principal.can(.readObligations) { tabs.append(tab(.team, "本组", frame.counts.team)) }
        tabs.append(tab(.done, "已办", nil))
        var pane: HTML?
        if let picked {
            let loaded = try await ObligationPane.load(
                picked, desk: desk, frame: frame, principal: context.principal, closePath: "/?view=\(view.rawValue)")
            pane = HTML(
                desk.templates.render(
                    ObligationPage(shell: frame.shell, title: loaded.title, pane: loaded), "obligations/pane",
                    in: frame.language))
        }
        let templates = desk.templates.rows(in: frame.language)
        let groups =
            view == .done ? done(page.obligations, rows, frame) : groups(page.obligations, rows, frame)
        return WorkbenchPage(
            shell: frame.shell, tabs: templates.tab.render(tabs), livePath: "/workbench/list?view=\(view.rawValue)",
            groups: templates.group.render(groups),
            isEmpty: rows.isEmpty,
            emptyTitle: words(view == .done ? "还没有办过的待办" : "没有待办"),
            emptyHint: words(view == .done ? "办结的会列在这里" : "制度一旦要求你办什么，会马上出现在这里"),
            nextPath: page.next.map { "/?view=\(view.rawValue)&after=\(Cursor.write($0))" }, pane: pane, people: people)
    }

    private func groups(
        _ obligations: [Obligation], _ rows: [WorkbenchPage.Row], _ frame: Frame
    ) -> [WorkbenchPage.Group] {
        let time = frame.time
        let today = time.zone.local(time.now).day
        let week = today.adding(days: 7 - today.weekday.rawValue)
        return runs(of: obligations, rows, frame) { obligation in
            // Midnight belongs to the day that ends.
            let day = time.zone.local(obligation.dueAt.adding(milliseconds: -1)).day
            return obligation.isOverdue(at: time.now) ? 0 : day <= today ? 1 : day <= week ? 2 : 3
        }.map { key, count, rows in
            WorkbenchPage.Group(
                title: frame.words(["已逾期", "今天", "本周", "以后"][key]), tally: String(count),
                isLate: key == 0, note: key == 1 ? time.fullDate(today) : nil, rows: rows)
        }
    }

    private func done(
        _ obligations: [Obligation], _ rows: [WorkbenchPage.Row], _ frame: Frame
    ) -> [WorkbenchPage.Group] {
        runs(of: obligations, rows, frame) { frame.time.zone.local($0.closedAt ?? $0.dueAt).day }
            .map { day, count, rows in
                WorkbenchPage.Group(
                    title: frame.time.fullDate(day), tally: String(count), isLate: false, note: nil, rows: rows)
            }
    }

    /// Neighbours with the same key, their number, and their rows.
    private func runs<Key: Equatable>(
        of obligations: [Obligation], _ rows: [WorkbenchPage.Row], _ frame: Frame, by key: (Obligation) -> Key
    ) -> [(Key, Int, HTML)] {
        var runs: [(key: Key, rows: Range<Int>)] = []
        for (index, obligation) in obligations.enumerated() {
            let key = key(obligation)
            if let last = runs.last, last.key == key {
                runs[runs.count - 1].rows = last.rows.lowerBound..<index + 1
            } else {
                runs.append((key, index..<index + 1))
            }
        }
        let template = desk.templates.rows(in: frame.language).duty
        return runs.map { ($0.key, $0.rows.count, template.render(rows[$0.rows])) }
    }

    // MARK: One duty

    @Sendable func showOne(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: ObligationID.self)
        return try await answer(id, context, input: [:], to: nil)
    }

    /// The duty, with what was filled in where that was refused.
    private func answer(
        _ id: ObligationID, _ context: StaffContext, input: Fields, to error: (any Error)?
    ) async throws -> Response {
        let frame = try await desk.frame(context, room: .workbench, path: "/obligations/\(id)")
        let refusal: ObligationPane.Refusal?
        let status: HTTPResponse.Status
        switch error {
        case nil: (refusal, status) = (nil, .ok)
        case let faults as FormFaults: (refusal, status) = (.faults(faults), .unprocessableContent)
        case let conflict as EditConflict: (refusal, status) = (.overtaken(conflict.words(in: frame)), .conflict)
        case ObligationService.Refusal.closed?:
            (refusal, status) = (.overtaken(frame.words("这项待办已了结")), .conflict)
        case let error?: throw error
        }
        let pane = try await ObligationPane.load(
            id, desk: desk, frame: frame, principal: context.principal, closePath: nil, input: input, refusal: refusal)
        return desk.html(
            ObligationPage(shell: frame.shell, title: pane.title, pane: pane), "obligations/show", context,
            status: status)
    }

    @Sendable func tickOff(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: ObligationID.self)
        let form = try await context.form(request)
        do {
            let (obligations, principal, revision) = (desk.obligations, context.principal, try form.revision())
            return try await desk.act(form, request, context) { transaction in
                _ = try obligations.tickOff(
                    id, input: form.input, revision: revision, by: principal, in: transaction)
                return "/obligations/\(id)"
            }
        } catch {
            return try await answer(id, context, input: form.input, to: error)
        }
    }

    @Sendable func waive(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: ObligationID.self)
        let form = try await context.form(request)
        do {
            let (obligations, principal, revision) = (desk.obligations, context.principal, try form.revision())
            return try await desk.act(form, request, context) { transaction in
                _ = try obligations.waive(
                    id, reason: form["reason"] ?? "", revision: revision, by: principal, in: transaction)
                return "/obligations/\(id)"
            }
        } catch {
            return try await answer(id, context, input: form.input, to: error)
        }
    }

    @Sendable func reassign(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: ObligationID.self)
        let form = try await context.form(request)
        guard let staff = form["staff"].flatMap({ StaffID($0) }) else {
            throw FormFaults([FormFault("staff", .missing)])
        }
        let (obligations, principal, revision) = (desk.obligations, context.principal, try form.revision())
        return try await desk.act(form, request, context) { transaction in
            _ = try obligations.reassign(id, to: staff, revision: revision, by: principal, in: transaction)
            return "/obligations/\(id)"
        }
    }
}

/// Where a page of duties ends, in an address.
enum Cursor {
    static func write(_ cursor: ObligationService.Cursor) -> String { "\(cursor.instant.milliseconds)_\(cursor.id)" }

    static func read(_ text: String) -> ObligationService.Cursor? {
        let parts = text.split(separator: "_")
        guard parts.count == 2, let milliseconds = Int64(parts[0]), let id = ObligationID(String(parts[1])) else {
            return nil
        }
        return ObligationService.Cursor(instant: Instant(milliseconds: milliseconds), id: id)
    }
}
