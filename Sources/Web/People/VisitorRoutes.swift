import Cases
import Hummingbird
import Organisations
import Primitives

/// The customer portal as its administrator sees it: its address, and who was stopped.
struct VisitorsPage {
    let shell: Shell
    let address: String
    let portalPath: String
    let stops: [Stop]
    let isEmpty: Bool

    struct Stop {
        let hour: String
        let machine: String
        let reason: String
        let address: String
        let times: String
        let last: String
    }
}

/// Who was stopped at the customer portal.
struct VisitorRoutes {
    let desk: Desk
    let portal: PortalService
    let isSecure: Bool

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("people/visitors", use: list)
    }

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let found = try await portal.stops(for: context.principal)
        let frame = try await desk.frame(context, room: .people, path: "/people/visitors")
        let path = "/portal/\(context.principal.organisation)"
        return desk.html(
            VisitorsPage(
                shell: frame.shell, address: request.site(isSecure: isSecure) + path, portalPath: path,
                stops: found.map { stop in
                    VisitorsPage.Stop(
                        hour: frame.time.moment(stop.hour), machine: frame.time.zone.rfc3339(stop.hour),
                        reason: reason(stop.reason, frame), address: stop.address, times: String(stop.times),
                        last: frame.time.clock(stop.lastAt))
                }, isEmpty: found.isEmpty),
            "people/visitors", context)
    }

    private func reason(_ reason: VisitorStop.Reason, _ frame: Frame) -> String {
        switch reason {
        case .guessing: frame.words("猜编号")
        case .filing: frame.words("提交太多")
        case .robot: frame.words("像是程序")
        case .links: frame.words("试链接")
        }
    }
}
