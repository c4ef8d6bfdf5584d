import Cases
import Customers
import HTTPTypes
import Hummingbird
import Members
import Organisations
import Policy
import Primitives
import Storage

/// A member's own page among a company's pages for customers: by member number and the end of the telephone.
struct MemberPageRoutes {
    let desk: Desk
    let portal: PortalService
    let visit: PortalVisit
    let gate: PortalGate

    func add(to house: RouterGroup<DeskContext>) {
        house.get("member", use: show)
        house.post("member", use: enter)
        house.post("member/leaving", use: leave)
    }

    /// - Throws: `PortalRefusal.noPortal` where the rules open no such page.
    private func house(_ request: Request, _ context: DeskContext) async throws -> House {
        let house = try await House(request, context, desk: desk, portal: portal)
        guard house.counter.charter.membership?.portal != nil else { throw PortalRefusal.noPortal }
        return house
    }

    private func admitted(_ request: Request, _ house: House) -> (id: CustomerID, token: String)? {
        visit.admitted(by: .member, request, house)
    }

    @Sendable func enter(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        let (members, customers, organisation) = (desk.members, desk.customers, house.organisation)
        let (number, found) = try await gate.match(try await FormBody.read(request), house) { number, ending in
            // Who holds no card is told no more than who guessed.
            try await desk.database.read(for: organisation) { transaction in
                try customers.match(number: number, ending: ending, in: organisation, transaction).flatMap {
                    try members.isMember($0, of: organisation, transaction) ? $0 : nil
                }
            }
        }
        guard let found else {
            return entry(
                house, number: number, message: house.words("会员号或电话后四位不对；会员号在卡的背面。"),
                status: .unprocessableContent)
        }
        var response = Response.redirect(to: house.path + "/member")
        visit.admit(found, by: .member, house, to: &response)
        return response
    }

    private func entry(
        _ house: House, number: String = "", message: String? = nil, notice: String? = nil,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        house.html(
            MemberEntryPage(
                visitor: house.shell("/member"), action: house.path + "/member", number: number, message: message,
                notice: notice, backPath: house.path), "portal/member-entry", status: status)
    }

    @Sendable func show(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        guard let admitted = admitted(request, house) else {
            let hasEnded = request.cookies[PortalVisit.Door.member.cookie]?.value.isEmpty == false
            return entry(house, notice: hasEnded ? house.words("请再输入会员号和电话后四位。") : nil)
        }
        let (members, customers, organisation) = (desk.members, desk.customers, house.organisation)
        let (own, file) = try await desk.database.read(for: organisation) { transaction in
            (
                try members.ownPage(of: admitted.id, in: organisation, transaction),
                try customers.ownFile(of: admitted.id, in: organisation, transaction)
            )
        }
        return house.html(
            MemberPageParts(own: own, file: file, house: house).page(formToken: admitted.token), "portal/member")
    }

    @Sendable func leave(_ request: Request, _ context: DeskContext) async throws -> Response {
        let house = try await house(request, context)
        if let admitted = admitted(request, house) {
            let body = try await FormBody.read(request)
            guard VisitorSeal.equal(body["form_token"] ?? "", admitted.token) else { throw FormTokenMismatch() }
        }
        var response = Response.redirect(to: house.path)
        visit.leave(by: .member, house, on: &response)
        return response
    }
}
