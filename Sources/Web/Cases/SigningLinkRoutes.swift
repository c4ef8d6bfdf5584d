import Cases
import Hummingbird
import Organisations
import Policy
import Primitives
import Storage

/// A link by which a customer signs, shown this once.
struct SigningLinkPage {
    let shell: Shell
    let address: String
    let explanation: String
    let backPath: String
    let backTitle: String
}

/// Makes links by which customers sign.
struct SigningLinkRoutes {
    let desk: Desk
    let portal: PortalService
    let isSecure: Bool

    func add(to staff: RouterGroup<StaffContext>) {
        staff.post("cases/:id/moves/:move/link", use: make)
    }

    @Sendable func make(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CaseID.self)
        let key = try context.parameters.require("move")
        _ = try await context.form(request)
        let (portal, principal, token) = (portal, context.principal, SigningLink.newToken())
        let link = try await desk.database.write(for: principal.organisation) { transaction in
            try portal.makeLink(id, key, token: token, by: principal, in: transaction)
        }
        let frame = try await desk.frame(context, room: .cases, path: "/cases/\(id)")
        let detail = try await desk.cases.find(id, for: principal)
        // Answered at once, not after a redirect: the link is shown this once and stands in no address of the desk's.
        return desk.html(
            SigningLinkPage(
                shell: frame.shell,
                address: request.site(isSecure: isSecure) + "/portal/\(principal.organisation)/sign/\(link.token)",
                explanation: frame.words(
                    "发给顾客本人：打开即可看方案并签字。只能用一次，到{0}为止；所签内容一改就失效。", frame.time.at(link.expiresAt)),
                backPath: "/cases/\(id)", backTitle: detail.matter.reference),
            "cases/link", context)
    }
}

extension Request {
    /// `https://service.example.com`, as the reader's browser knows this site.
    func site(isSecure: Bool) -> String { (isSecure ? "https://" : "http://") + (head.authority ?? "localhost") }
}
