import Cases
import Customers
import Hummingbird
import Notices
import Organisations
import Policy
import Primitives
import Storage

/// What a person had to hear of, newest first.
struct NoticePage {
    let shell: Shell
    let days: [Day]
    let isEmpty: Bool
    let hasUnread: Bool
    let nextPath: String?

    struct Day {
        let title: String
        let notices: [NoticeRow]
    }

    struct NoticeRow {
        let id: String
        let clause: String
        let clausePath: String
        let isEscalation: Bool
        let isUnread: Bool
        let path: String
        let what: String
        let rule: String
        let who: String
        let more: String
        let time: String
        let machine: String
    }
}

/// Notices: the list, and putting them aside.
struct NoticeRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("notices", use: list)
        staff.post("notices/read", use: read)
    }

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let principal = context.principal
        let frame = try await desk.frame(context, room: .notices, path: "/notices")
        let before = request.uri.queryParameters["before"].flatMap { Identifier<Notice>(String($0)) }
        let page = try await desk.notices.list(before: before, for: principal)
        let around = try await desk.database.read(for: principal.organisation) { transaction in
            Around(
                customers: try CustomerDirectory(transaction, principal.organisation)
                    .captions(of: Array(Set(page.notices.compactMap(\.customer)))),
                cases: try CaseStore(transaction, principal.organisation)
                    .visible(Array(Set(page.notices.compactMap(\.matter))), to: principal))
        }
        var days: [(day: CalendarDay, rows: [NoticePage.NoticeRow])] = []
        for notice in page.notices {
            let day = frame.time.zone.local(notice.createdAt).day
            let row = Self.row(notice, around, frame: frame, principal: principal)
            if days.last?.day == day {
                days[days.count - 1].rows.append(row)
            } else {
                days.append((day, [row]))
            }
        }
        return desk.html(
            NoticePage(
                shell: frame.shell,
                days: days.map { NoticePage.Day(title: frame.time.fullDate($0.day), notices: $0.rows) },
                isEmpty: page.notices.isEmpty, hasUnread: page.notices.contains { $0.readAt == nil },
                nextPath: page.next.map { "/notices?before=\($0)" }),
            "notices/list", context)
    }

    /// What the notices name: customers, and those of the cases that the reader may open.
    private struct Around {
        let customers: [CustomerID: CustomerCaption]
        let cases: Set<CaseID>
    }

    private static func row(
        _ notice: Notice, _ around: Around, frame: Frame, principal: Principal
    ) -> NoticePage.NoticeRow {
        let clause = frame.charter?.clause(notice.clause)
        let customer = notice.customer.flatMap { around.customers[$0] }
        let rule = clause?.title[frame.language] ?? notice.clause
        let path =
            notice.matter.flatMap { around.cases.contains($0) ? "/cases/\($0)" : nil }
            ?? notice.obligation.map { "/obligations/\($0)" }
            ?? notice.customer.flatMap { principal.can(.readCustomers) ? "/customers/\($0)" : nil }
            ?? Links.clause(notice.clause)
        let what =
            notice.kind == .escalation
            ? frame.words("逾期上报：{0}", (clause?.duty?.title ?? clause?.title)?[frame.language] ?? notice.clause)
            : EventWords(words: frame.words).title(of: notice.eventType, in: frame.charter)
        return NoticePage.NoticeRow(
            id: notice.id.description, clause: notice.clause, clausePath: Links.clause(notice.clause),
            isEscalation: notice.kind == .escalation, isUnread: notice.readAt == nil, path: path, what: what,
            rule: [notice.namesCase(among: around.cases) ? notice.reference : nil, rule].compactMap { $0 }.joined(
                separator: "\u{2002}"), who: customer?.name ?? "",
            more: customer?.maskedPhone ?? "", time: frame.time.clock(notice.createdAt),
            machine: frame.time.zone.rfc3339(notice.createdAt))
    }

    @Sendable func read(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try await context.form(request)
        try await desk.notices.markAllRead(for: context.principal)
        return .redirect(to: "/notices")
    }
}
