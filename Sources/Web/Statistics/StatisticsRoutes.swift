import Cases
import Hummingbird
import NIOCore
import Organisations
import Policy
import Primitives
import Storage

/// Statistics of cases: the page and the table to take along.
struct StatisticsRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("cases/statistics", use: show)
        staff.get("cases/statistics.csv", use: table)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let frame = try await desk.frame(context, room: .cases, path: "/cases/statistics")
        let found = try await find(request, context, frame)
        return desk.html(
            StatisticsPage(
                found.statistics, query: found.query, workflow: found.workflow, charter: found.charter,
                names: found.names, units: found.units, frame: frame), "statistics/show", context)
    }

    @Sendable func table(_ request: Request, _ context: StaffContext) async throws -> Response {
        let frame = try await desk.frame(context, room: .cases, path: "/cases/statistics")
        let found = try await find(request, context, frame)
        let texts = FieldText(
            words: frame.words, time: frame.time, charter: found.charter, names: found.names, units: found.units,
            caption: nil)
        let fields = CaseStatistics.fields(of: found.workflow, in: found.charter)
        var lines = [
            CSVLine(
                [
                    frame.words("编号"), frame.words("登记"), frame.words("首次处理"), frame.words("了结"),
                    frame.words("状态"), frame.words("单位"), frame.words("经手转换"),
                ] + fields.map { $0.title[frame.language] })
        ]
        let zone = frame.time.zone
        for entry in found.statistics.entries {
            lines.append(
                CSVLine(
                    [
                        entry.reference, zone.rfc3339(entry.openedAt), entry.answeredAt.map(zone.rfc3339) ?? "",
                        entry.closedAt.map(zone.rfc3339) ?? "",
                        found.workflow.state(entry.state)?.title[frame.language] ?? entry.state,
                        found.units[entry.unit] ?? "", String(entry.handOvers),
                    ]
                        + fields.map { field in
                            entry.fields[field.key].map { texts.text(of: $0, field: field) } ?? ""
                        }))
        }
        // The mark has spreadsheets read it as UTF-8.
        let text = "\u{FEFF}" + lines.map(\.text).joined()
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8",
                .contentDisposition: "attachment; filename=\"\(found.workflow.key).csv\"",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private struct Found {
        let statistics: CaseStatistics
        let query: StatisticsPage.Query
        let workflow: Workflow
        let charter: Charter
        let names: [StaffID: String]
        let units: [UnitID: String]
    }

    private func find(_ request: Request, _ context: StaffContext, _ frame: Frame) async throws -> Found {
        let parameters = request.uri.queryParameters
        let today = frame.time.zone.local(frame.time.now).day
        guard let charter = frame.charter else { throw StorageError.notFound("charter") }
        let key = parameters["workflow"].map(String.init) ?? charter.workflows.first?.key ?? ""
        guard let workflow = charter.workflow(key) else { throw WorkflowRefusal(.unknownWorkflow(key), []) }
        let asked = parameters["from"].flatMap { CalendarDay(String($0)) } ?? today.adding(days: 1 - today.day)
        let through = max(asked, parameters["through"].flatMap { CalendarDay(String($0)) } ?? today)
        let from = max(asked, through.adding(days: 1 - CaseStatistics.mostDaysAtOnce))
        let statistics = try await desk.cases.statistics(
            of: key, from: from, through: through, for: context.principal)
        let around = try await desk.database.read(for: context.principal.organisation) { transaction in
            let store = OrganisationStore(transaction)
            return (
                names: try store.names(of: context.principal.organisation),
                units: Dictionary(
                    try store.units(of: context.principal.organisation).map { ($0.id, $0.name) }
                ) { first, _ in first }
            )
        }
        return Found(
            statistics: statistics,
            query: StatisticsPage.Query(
                workflow: key, from: from, through: through, field: parameters["field"].map(String.init),
                value: parameters["value"].map(String.init)),
            workflow: workflow, charter: charter, names: around.names, units: around.units)
    }
}

/// One line of a table, safe to open: nothing in it is taken for a formula.
struct CSVLine {
    let text: String

    init(_ cells: [String]) {
        text =
            cells.map { cell in
                let safe = cell.first.map { "=+-@\t\r".contains($0) } == true ? "'" + cell : cell
                guard safe.contains(where: { ",\"\n\r".contains($0) }) else { return safe }
                return "\"" + safe.replacing("\"", with: "\"\"") + "\""
            }.joined(separator: ",") + "\r\n"
    }
}
