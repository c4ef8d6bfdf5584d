import Hummingbird
import Members
import NIOCore
import Organisations
import Policy
import Primitives
import Storage

/// What was sold: the page and the table to take along.
struct SalesRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("sales", use: show)
        staff.get("sales.csv", use: table)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let frame = try await desk.frame(context, room: .customers, path: "/sales")
        let parts = try await find(request, context, frame)
        return desk.html(SalesPage(parts, frame: frame), "members/sales", context)
    }

    @Sendable func table(_ request: Request, _ context: StaffContext) async throws -> Response {
        let frame = try await desk.frame(context, room: .customers, path: "/sales")
        let parts = try await find(request, context, frame)
        let words = frame.words
        let head = CSVLine([parts.title(of: parts.view), words("销售额"), words("其中二次消费"), words("客户数")])
        let lines =
            [head]
            + parts.report.rows.map {
                CSVLine([parts.title(of: $0), $0.amount.yuan, $0.second.yuan, String($0.customers)])
            }
        // The mark has spreadsheets read it as UTF-8.
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"sales.csv\"",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: "\u{FEFF}" + lines.map(\.text).joined())))
    }

    private func find(_ request: Request, _ context: StaffContext, _ frame: Frame) async throws -> SalesParts {
        let parameters = request.uri.queryParameters
        guard let charter = frame.charter, let programme = charter.membership, let sales = programme.sales else {
            throw MemberService.NoProgramme()
        }
        let today = frame.time.zone.local(frame.time.now).day
        let view = parameters["by"].flatMap { SalesReport.View(rawValue: String($0)) } ?? .source
        let from = parameters["from"].flatMap { CalendarDay(String($0)) } ?? today.adding(days: 1 - today.day)
        let through = max(from, parameters["through"].flatMap { CalendarDay(String($0)) } ?? today)
        let report = try await desk.members.sales(by: view, from: from, through: through, for: context.principal)
        let around = try await desk.database.read(for: context.principal.organisation) { transaction in
            let store = OrganisationStore(transaction)
            return (
                names: try store.names(of: context.principal.organisation),
                units: Dictionary(
                    try store.units(of: context.principal.organisation).map { ($0.id.description, $0.name) }
                ) { first, _ in first }
            )
        }
        return SalesParts(
            report: report, view: view, from: from, through: through, programme: programme, sales: sales,
            names: Dictionary(around.names.map { ($0.key.description, $0.value) }) { first, _ in first },
            units: around.units, frame: frame)
    }
}

/// What the page and the table are made of.
struct SalesParts {
    let report: SalesReport
    let view: SalesReport.View
    let from: CalendarDay
    let through: CalendarDay
    let programme: Programme
    let sales: Sales
    let names: [String: String]
    let units: [String: String]
    let frame: Frame

    private var words: Words { frame.words }

    func title(of view: SalesReport.View) -> String {
        switch view {
        case .source: words("来源")
        case .staff: words("经手人")
        case .unit: words("单位")
        case .month: words("月份")
        case .type: words("客户类型")
        case .spending: words("消费等级")
        }
    }

    func title(of row: SalesReport.Row) -> String {
        let title: String? =
            switch view {
            case .source:
                switch row.key {
                case SaleEntry.recharge: words("会员卡充值")
                case SaleEntry.group: words("团单")
                default: programme.goods(row.key)?.title[frame.language]
                }
            case .staff: names[row.key]
            case .unit: units[row.key]
            case .month: row.key
            case .type: CustomerWords(frame).classification(row.key)
            case .spending:
                programme.spendingClasses?.classes.first { $0.key == row.key }?.title[frame.language] ?? words("未达等级")
            }
        return title ?? row.key
    }

    /// The clause that a source stands in.
    func clause(of row: SalesReport.Row) -> String? {
        guard view == .source else { return nil }
        switch row.key {
        case SaleEntry.recharge: return sales.recharge?.first
        case SaleEntry.group: return sales.group?.first
        default: return sales.clauses.first
        }
    }
}

/// Sales of a period by one view.
struct SalesPage {
    let shell: Shell
    let title: String
    let views: [FieldPart.Option]
    let from: String
    let through: String
    let viewTitle: String
    let figures: [StatisticsPage.Figure]
    let rows: [Row]
    let isEmpty: Bool
    let csvPath: String

    struct Row {
        let title: String
        let clause: String?
        let amount: String
        let second: String
        let customers: String
        let share: String
        /// 0…96.
        let length: String
    }

    init(_ parts: SalesParts, frame: Frame) {
        let words = frame.words
        shell = frame.shell
        title = words("销售业绩")
        views = SalesReport.View.allCases.map {
            FieldPart.Option(key: $0.rawValue, title: parts.title(of: $0), isPicked: $0 == parts.view)
        }
        from = parts.from.description
        through = parts.through.description
        viewTitle = parts.title(of: parts.view)
        let (report, sales) = (parts.report, parts.sales)
        var figures = [
            StatisticsPage.Figure(label: words("销售额"), value: report.total.yuan, clause: sales.clauses.first)
        ]
        if let target = sales.target, parts.isOneMonth {
            let permille = report.total.minorUnits * 1000 / target.figure.minorUnits
            figures.append(
                StatisticsPage.Figure(
                    label: words("月目标{0}，完成", target.figure.yuan), value: "\(permille / 10).\(permille % 10)%",
                    clause: target.clauses.first))
        }
        if let second = sales.second {
            figures.append(
                StatisticsPage.Figure(label: words("其中二次消费"), value: report.second.yuan, clause: second.first))
        }
        if let stored = parts.programme.storedValue {
            figures.append(
                StatisticsPage.Figure(
                    label: words("储值负债（{0}户）", String(report.liability.accounts)),
                    value: (report.liability.principal + report.liability.bonus).yuan, clause: stored.clauses.first))
            figures.append(
                StatisticsPage.Figure(
                    label: words("其中本金"), value: report.liability.principal.yuan, clause: stored.clauses.first))
        }
        self.figures = figures
        let most = max(1, report.rows.map(\.amount.minorUnits).max() ?? 1)
        let whole = max(1, report.total.minorUnits)
        rows = report.rows.map { row in
            let part = max(0, row.amount.minorUnits)
            let permille = part * 1000 / whole
            return Row(
                title: parts.title(of: row), clause: parts.clause(of: row), amount: row.amount.yuan,
                second: row.second.yuan, customers: String(row.customers),
                share: "\(permille / 10).\(permille % 10)%", length: String(part * 96 / most))
        }
        isEmpty = rows.isEmpty
        csvPath = "/sales.csv?by=\(parts.view.rawValue)&from=\(from)&through=\(through)"
    }
}

extension SalesParts {
    /// Only a month's sales are held against the target of a month.
    fileprivate var isOneMonth: Bool { (from.year, from.month) == (through.year, through.month) }
}
