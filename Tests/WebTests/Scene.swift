import Foundation
import Cases
import HTTPTypes
import Customers
import Members
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// One of each thing that an address can name, all of the northern branch and an's own.
struct Scene: Sendable {
    let shop: Shop
    /// Filed by an, with a telephone.
    let customer: Customer
    let person: Customers.Person.ID
    /// A complaint that an registered and nobody answered.
    let matter: Case
    /// What an heard from the customer, added to it.
    let attachment: AttachmentID
    /// Another, answered, which its customer may sign.
    let signing: Case
    /// The call after the start of a site, ticked off by hand; an holds it.
    let duty: ObligationID
    let dutyRevision: Int
    /// A trainee who has just begun, and may sign in.
    let trainee: StaffID
    /// Somebody who cannot sign in.
    let silent: StaffID
    /// A unit of the northern branch with nobody and nothing in it.
    let bare: UnitID
    /// An's own.
    let token: Identifier<SignInService.Session>
    /// A list of one customer, imported by ding.
    let run: ImportRun.ID
    /// A view of an's own.
    let view: CaseView.ID
    /// The customer's second complaint, and one that was put into the first.
    let later: Case
    let merged: Case
    /// One that waits for the customer.
    let paused: Case
    /// What the customer bought today, two pieces.
    let receipt: String
    /// What the first customer has paid in beforehand, by its number.
    let recharge: String
    /// Who has a card since today, and a course to sign up for.
    let member: CustomerID
    let course: StoredActivity.ID
    /// A number that no receipt of this shop has yet; it names nothing of any company.
    let unused: String

    init(_ shop: Shop) async throws {
        self.shop = shop
        let desk = shop.desk
        let an = try await shop.principal(.an)
        let customer = try await desk.customers.file(
            CustomerInput(
                kind: .person, name: "闻人听雪", people: [PersonInput(role: .itself, phone: "13800005678")]), by: an)
        self.customer = customer
        guard let one = customer.people.first else { throw StorageError.notFound("person") }
        person = one.id
        let first = try await desk.cases.start(
            "complaint",
            input: [
                "customer": .text(customer.id.description), "channel": .text("phone"), "content": .text("灯不亮"),
            ], by: an)
        attachment = try await desk.attach(to: first.id, by: an)
        let other = try await desk.cases.start(
            "complaint",
            input: [
                "customer": .text(customer.id.description), "channel": .text("phone"), "content": .text("门不关"),
            ], by: an)
        _ = try await desk.cases.move(
            other.id, "respond", input: ["words": .text("这就修")], revision: nil, by: an)
        signing = try await desk.cases.move(other.id, "check", input: [:], revision: nil, by: an)
        _ = try await desk.facts.record(
            "site.started", subject: Event.Subject("customer", customer.id), input: ["place": .text("西苑三号楼")],
            by: an)
        let duties = try await shop.duties("S-03")
        guard let call = duties.last(where: { CustomerID($0.subject) == customer.id }) else {
            throw StorageError.notFound("duty")
        }
        let mei = try await shop.principal(.mei)
        try await desk.obligations.reassign(call.id, to: shop.staff(.an), revision: nil, by: mei)
        duty = call.id
        dutyRevision = try await desk.obligations.find(call.id, for: mei).obligation.revision
        trainee = try await desk.organisations.addStaff(
            OrganisationService.NewStaff(
                name: "庚八", login: "geng-\(UUID())", password: Shop.password, unit: shop.north, post: "guest"),
            by: shop.principal(.ding))
        silent = try await desk.organisations.addStaff(
            OrganisationService.NewStaff(name: "未六", unit: shop.north, post: "guest"), by: shop.principal(.ding))
        bare = try await desk.organisations.addUnit(
            name: "空组\(UUID().uuidString.prefix(8))", parent: shop.north, by: shop.principal(.ding))
        _ = try await desk.signIn.issueToken(title: "抄表", scopes: [.readCharter], days: nil, by: an)
        guard let newest = try await desk.signIn.tokens(of: an).tokens.first else {
            throw StorageError.notFound("token")
        }
        token = newest.id
        // A list is imported once, and a shop may have several scenes.
        let list = "类型,姓名\n个人,名单\(UUID().uuidString.prefix(8))\n"
        let report = try await CustomerImport(customers: desk.customers).run(
            Array(list.utf8), fileName: "名单.csv",
            options: ImportOptions(unit: shop.north, owner: shop.staff(.an)), by: shop.principal(.ding))
        guard let imported = report.run, report.filed == 1 else { throw StorageError.notFound("import") }
        run = imported
        let again: Fields = [
            "customer": .text(customer.id.description), "channel": .text("letter"), "content": .text("灯还不亮"),
        ]
        later = try await desk.cases.start("complaint", input: again, by: an)
        let third = try await desk.cases.start("complaint", input: again, by: an)
        merged = try await desk.database.write(for: shop.organisation) { transaction in
            try desk.cases.merge(third.id, into: first.id, reason: "同一盏灯", revision: nil, by: mei, in: transaction)
        }
        matter = try await desk.cases.find(first.id, for: mei).matter
        let fourth = try await shop.complain(3)
        paused = try await desk.database.write(for: shop.organisation) { transaction in
            try desk.cases.pause(fourth.id, reason: "等照片", revision: nil, by: an, in: transaction)
        }
        receipt = "R-\(UUID().uuidString.prefix(8))"
        let lamp = Money(minorUnits: 20_000)
        let line = Purchase.Line(
            list: lamp, price: lamp, quantity: 2, goods: "general", isOnSale: false, isExcluded: false)
        try await desk.members.perform(
            .purchase(
                receipt,
                Purchase(
                    lines: [line], tender: Tender(nonCash: .zero, stored: .zero, points: .zero), birthday: nil,
                    isInEvent: false, isGroup: false)), for: customer.id, by: an)
        recharge = "C-\(receipt)"
        try await desk.members.perform(
            .recharge(recharge, Money(minorUnits: 30_000), .cash), for: customer.id, by: an)
        let holder = try await desk.customers.file(
            CustomerInput(kind: .person, name: "公孙有卡", people: [PersonInput(role: .itself, phone: "13800009876")]),
            by: an)
        member = holder.id
        let issue = "M-\(UUID().uuidString.prefix(8))"
        try await desk.members.perform(
            .purchase(
                issue,
                Purchase(
                    lines: [line], tender: Tender(nonCash: .zero, stored: .zero, points: .zero), birthday: nil,
                    isInEvent: false, isGroup: false)), for: holder.id, by: an)
        try await desk.members.perform(
            .join(born: CalendarDay(year: 1990, month: 3, day: 7), receipts: [issue]), for: holder.id, by: an)
        let today = CalendarDay(year: 2026, month: 1, day: 1)
        course = try await desk.members.announce(
            ActivityDraft(
                kind: "course", title: "插花", from: today ?? CalendarDay(number: 0),
                through: CalendarDay(year: 2099, month: 1, day: 1) ?? CalendarDay(number: 0)), by: shop.principal(.ding)
        )
        unused = "N\(try await desk.count("receipt", where: "organisation = \(shop.organisation)"))"
        view = try await desk.database.write(for: shop.organisation) { transaction in
            try desk.cases.keepView(
                "视图\(UUID().uuidString.prefix(8))", filter: "overdue=1", isShared: false, by: an, in: transaction
            ).id
        }
    }
}

/// An act of a page: where it is sent and with which form.
struct PageAct: Sendable {
    let path: String
    var form: [String: String] = [:]

    /// The acts of a company, by the routes that do them; a route that is missing here fails the test of the table.
    static let all: [String: @Sendable (Scene) -> PageAct] = [
        "POST /cases/new/{workflow}": {
            PageAct(
                path: "/cases/new/complaint",
                form: ["customer": "\($0.customer.id)", "channel": "phone", "content": "门不关"])
        },
        "POST /cases/{id}/moves/{move}": {
            PageAct(
                path: "/cases/\($0.matter.id)/moves/respond",
                form: ["words": "这就换", "revision": "\($0.matter.revision)"])
        },
        "POST /cases/{id}/handler": {
            PageAct(
                path: "/cases/\($0.matter.id)/handler",
                form: [
                    "staff": "\($0.shop.staff(.mei))", "reason": "休假交接", "revision": "\($0.matter.revision)",
                ])
        },
        "POST /cases/{id}/pause": {
            PageAct(
                path: "/cases/\($0.matter.id)/pause", form: ["reason": "等照片", "revision": "\($0.matter.revision)"])
        },
        "POST /cases/{id}/pause/end": {
            PageAct(path: "/cases/\($0.paused.id)/pause/end", form: ["revision": "\($0.paused.revision)"])
        },
        "POST /cases/{id}/merger": {
            PageAct(
                path: "/cases/\($0.later.id)/merger",
                form: ["into": "\($0.matter.id)", "reason": "同一盏灯", "revision": "\($0.later.revision)"])
        },
        "POST /cases/{id}/merger/undo": {
            PageAct(path: "/cases/\($0.merged.id)/merger/undo", form: ["revision": "\($0.merged.revision)"])
        },
        "POST /cases/bulk": {
            PageAct(
                path: "/cases/bulk",
                form: ["bulk.act": "complaint.respond", "words": "这就换", "c.\($0.matter.id)": "\($0.matter.revision)"])
        },
        "POST /cases/views": { _ in
            PageAct(path: "/cases/views", form: ["title": "逾期的", "filter": "overdue=1", "shared": "1"])
        },
        "POST /cases/views/{view}": {
            PageAct(path: "/cases/views/\($0.view)", form: ["title": "改名", "revision": "1"])
        },
        "POST /cases/views/{view}/removal": { PageAct(path: "/cases/views/\($0.view)/removal") },
        "POST /cases/{id}/attachments": {
            PageAct(path: "/cases/\($0.matter.id)/attachments", form: ["file": "顾客来电说灯不亮"])
        },
        "POST /cases/{id}/attachments/{attachment}/withdrawal": {
            PageAct(path: "/cases/\($0.matter.id)/attachments/\($0.attachment)/withdrawal", form: ["reason": "传错了"])
        },
        "POST /cases/{id}/moves/{move}/link": { PageAct(path: "/cases/\($0.signing.id)/moves/accept/link") },
        "POST /customers/new": { _ in
            PageAct(path: "/customers/new", form: ["kind": "person", "name": "南荣", "people.0.role": "self"])
        },
        "POST /customers/{id}/edit": {
            PageAct(
                path: "/customers/\($0.customer.id)/edit",
                form: [
                    "kind": "person", "name": "闻人听雨", "revision": "\($0.customer.revision)",
                    "people.0.role": "self",
                ])
        },
        "POST /customers/{id}/owner": {
            PageAct(
                path: "/customers/\($0.customer.id)/owner",
                form: ["owner": "\($0.shop.staff(.bai))", "revision": "\($0.customer.revision)"])
        },
        "POST /customers/{id}/people/{person}/reveal": {
            PageAct(
                path: "/customers/\($0.customer.id)/people/\($0.person)/reveal",
                form: ["phone": "true", "reason": "回电"])
        },
        "POST /facts/new/{event}": {
            PageAct(path: "/facts/new/site.started", form: ["customer": "\($0.customer.id)", "place": "东苑"])
        },
        "POST /obligations/{id}/done": {
            PageAct(
                path: "/obligations/\($0.duty)/done", form: ["reached": "true", "revision": "\($0.dutyRevision)"])
        },
        "POST /obligations/{id}/waiver": {
            PageAct(
                path: "/obligations/\($0.duty)/waiver", form: ["reason": "已当面谈过", "revision": "\($0.dutyRevision)"])
        },
        "POST /obligations/{id}/holder": {
            PageAct(
                path: "/obligations/\($0.duty)/holder",
                form: ["staff": "\($0.shop.staff(.bai))", "revision": "\($0.dutyRevision)"])
        },
        "POST /people/new": {
            PageAct(
                path: "/people/new",
                form: ["name": "辛九", "unit": "\($0.shop.north)", "post": "clerk", "employment": "regular"])
        },
        "POST /people/units/new": {
            PageAct(path: "/people/units/new", form: ["name": "东店\($0.receipt)", "parent": "\($0.shop.north)"])
        },
        "POST /people/units/{id}": {
            PageAct(
                path: "/people/units/\($0.bare)",
                form: ["name": "新组\($0.receipt)", "parent": "\($0.shop.north)", "revision": "1"])
        },
        "POST /people/units/{id}/closure": {
            PageAct(path: "/people/units/\($0.bare)/closure", form: ["revision": "1"])
        },
        "POST /people/{id}/login": {
            PageAct(path: "/people/\($0.silent)/login", form: ["login": "new-\($0.receipt)"])
        },
        "POST /people/{id}": {
            PageAct(
                path: "/people/\($0.trainee)",
                form: ["unit": "\($0.shop.north)", "post": "clerk", "employment": "regular", "revision": "1"])
        },
        "POST /people/{id}/leave": { PageAct(path: "/people/\($0.trainee)/leave", form: ["revision": "1"]) },
        "POST /people/{id}/password": { PageAct(path: "/people/\($0.trainee)/password") },
        "POST /people/me/password": { _ in
            let new = "a sentence of my own"
            return PageAct(
                path: "/people/me/password", form: ["current": Shop.password, "password": new, "again": new])
        },
        "POST /people/me/tokens": { _ in
            PageAct(path: "/people/me/tokens", form: ["title": "抄表", "days": "30", "scope_charter.read": "true"])
        },
        "POST /people/me/tokens/{token}/revocation": { PageAct(path: "/people/me/tokens/\($0.token)/revocation") },
        "POST /customers/{id}/counter": {
            PageAct(
                path: "/customers/\($0.customer.id)/counter",
                form: ["receipt": $0.unused, "lines.0.price": "100.00", "lines.0.quantity": "1"])
        },
        "POST /customers/{id}/counter/refund": {
            PageAct(
                path: "/customers/\($0.customer.id)/counter/refund", form: ["receipt": $0.receipt, "piece.0": "1"])
        },
        "POST /customers/{id}/counter/card": {
            PageAct(
                path: "/customers/\($0.customer.id)/counter/card",
                form: ["action": "apply", "born": "1990-03-07", "receipts": $0.receipt])
        },
        "POST /customers/{id}/counter/stored": {
            PageAct(
                path: "/customers/\($0.customer.id)/counter/stored",
                form: [
                    "action": "recharge", "recharge": $0.unused, "amount": "200.00", "tender": "cash",
                    "confirm_seen": "true",
                ])
        },
        "POST /customers/{id}/counter/perk": {
            PageAct(path: "/customers/\($0.member)/counter/perk", form: ["perk": "tickets"])
        },
        "POST /customers/{id}/counter/activity": {
            PageAct(path: "/customers/\($0.member)/counter/activity", form: ["activity": "\($0.course)"])
        },
        "POST /customers/{id}/counter/points": {
            PageAct(
                path: "/customers/\($0.member)/counter/points",
                form: ["restored_points": "50", "restored_reason": "挂失前被人用掉"])
        },
        "POST /activities": { _ in
            PageAct(
                path: "/activities",
                form: [
                    "kind": "course", "title": "茶艺", "from": "2026-04-01", "until": "2026-04-30", "tier_card": "true",
                ])
        },
        "POST /activities/{id}/end": {
            PageAct(path: "/activities/\($0.course)/end", form: ["revision": "1"])
        },
        "POST /notices/read": { _ in PageAct(path: "/notices/read") },
        "POST /preferences": { _ in PageAct(path: "/preferences", form: ["theme": "dark"]) },
        "POST /sign-out": { _ in PageAct(path: "/sign-out") },
        "POST /demo/clock": { _ in PageAct(path: "/demo/clock", form: ["advance": "1"]) },
    ]

    static func of(_ route: String, _ scene: Scene) throws -> PageAct { try make(all[route], scene) }

    /// What a visitor may send, of which the tests of sign-in and of the first run speak.
    static let ofVisitors: Set<String> = [
        "POST /sign-in", "POST /set-up", "POST /portal/{company}/file/{workflow}", "POST /portal/{company}/follow",
        "POST /portal/{company}/case/photos", "POST /portal/{company}/case/words",
        "POST /portal/{company}/case/opinion",
        "POST /portal/{company}/case/leaving", "POST /portal/{company}/case/signature",
        "POST /portal/{company}/sign/{token}", "POST /portal/{company}/member",
        "POST /portal/{company}/member/leaving",
    ]
}

/// A page to look at.
enum Look {
    /// The pages of a company, by their routes; a route that is missing here fails the test of the table.
    static let all: [String: @Sendable (Scene) -> String] = [
        "GET /": { "/?view=team&o=\($0.duty)" },
        "GET /workbench/list": { _ in "/workbench/list?view=team" },
        "GET /obligations/{id}": { "/obligations/\($0.duty)" },
        "GET /cases": { _ in "/cases?state=all" },
        "GET /cases/new/{workflow}": { "/cases/new/complaint?customer=\($0.customer.id)" },
        "GET /cases/{id}": { "/cases/\($0.matter.id)" },
        "GET /cases/{id}/print": { "/cases/\($0.matter.id)/print" },
        "GET /cases/list/print": { _ in "/cases/list/print?state=all" },
        "GET /cases/bulk": { "/cases/bulk?act=complaint.check&c=\($0.matter.id).1" },
        "GET /cases/statistics": { _ in "/cases/statistics?workflow=complaint&from=2026-01-01&through=2026-12-31" },
        "GET /findings": { _ in "/findings" },
        "GET /knowledge": { _ in "/knowledge?place=board&q=x" },
        "GET /cases/{id}/moves/{move}": { "/cases/\($0.matter.id)/moves/check" },
        "GET /customers": { _ in "/customers" },
        "GET /customers/picker": { _ in "/customers/picker?customer_query=%E9%97%BB%E4%BA%BA" },
        "GET /customers/new": { _ in "/customers/new?kind=company" },
        "GET /customers/{id}": { "/customers/\($0.customer.id)" },
        "GET /activities": { _ in "/activities?kind=exchange" },
        "GET /activities/{id}": { "/activities/\($0.course)" },
        "GET /customers/{id}/counter": { "/customers/\($0.customer.id)/counter?receipt=\($0.receipt)" },
        "GET /customers/{id}/counter/statement": { "/customers/\($0.customer.id)/counter/statement" },
        "GET /customers/{id}/edit": { "/customers/\($0.customer.id)/edit" },
        "GET /customers/{id}/people/{person}/reveal": { "/customers/\($0.customer.id)/people/\($0.person)/reveal" },
        "GET /sales": { _ in "/sales?by=staff" },
        "GET /sales.csv": { _ in "/sales.csv?by=month" },
        "GET /facts/new": { "/facts/new?customer=\($0.customer.id)" },
        "GET /facts/new/{event}": { "/facts/new/site.started?customer=\($0.customer.id)" },
        "GET /charter": { _ in "/charter?all=1" },
        "GET /charter/clauses/{key}": { _ in "/charter/clauses/S-01" },
        "GET /charter/clauses/{key}/detail": { _ in "/charter/clauses/S-01/detail" },
        "GET /charter/clauses/{key}/adherence": { _ in "/charter/clauses/S-01/adherence" },
        "GET /charter/workflows/{key}": { _ in "/charter/workflows/complaint" },
        "GET /people": { _ in "/people" },
        "GET /people/new": { "/people/new?unit=\($0.shop.north)" },
        "GET /people/units/new": { _ in "/people/units/new" },
        "GET /people/units/{id}": { "/people/units/\($0.bare)" },
        "GET /people/posts/{key}": { _ in "/people/posts/clerk" },
        "GET /people/{id}": { "/people/\($0.trainee)" },
        "GET /people/visitors": { _ in "/people/visitors" },
        "GET /people/me/tokens": { _ in "/people/me/tokens" },
        "GET /people/me/password": { _ in "/people/me/password" },
        "GET /notices": { _ in "/notices" },
        "GET /search": { _ in "/search?q=%E9%97%BB%E4%BA%BA" },
        "GET /demo/clock": { _ in "/demo/clock" },
        "GET /account": { _ in "/account" },
    ]

    static func of(_ route: String, _ scene: Scene) throws -> String { try make(all[route], scene) }

    /// Who may look at it: whoever owns the shop, but for a step that is not an owner's to take.
    static func viewer(_ route: String) -> Shop.Person {
        ["GET /cases/{id}/moves/{move}", "GET /cases/bulk"].contains(route) ? .mei : .ding
    }

    /// Those that lead on to where the thing stands.
    static let redirects: Set<String> = ["GET /charter/clauses/{key}"]

    /// Those that no member of staff is needed for, the portal's too; the stream, the table and the article, which have
    /// tests of their own.
    static let others: Set<String> = [
        "GET /sign-in", "GET /set-up", "GET /assets/**", "GET /health/live", "GET /health/ready", "GET /metrics",
        "GET /live", "GET /cases/statistics.csv", "GET /knowledge/{id}", "GET /cases/list.csv",
        "GET /activities/{id}/guests.csv",
        "GET /cases/bulk/{run}", "GET /cases/{id}/evidence.zip", "GET /cases/{id}/attachments/{attachment}",
        "GET /portal/{company}",
        "GET /portal/{company}/file/{workflow}", "GET /portal/{company}/case", "GET /portal/{company}/case/signature",
        "GET /portal/{company}/sign/{token}", "GET /portal/{company}/signed",
        "GET /portal/{company}/member",
    ]
}

/// An act of the API.
struct APIAct: Sendable {
    var method = "POST"
    let path: String
    var body: [String: any Sendable] = [:]
    /// Another body that would also do.
    var other: [String: any Sendable]?
    /// What is sent as a file, in place of a body.
    var file: String?

    func send(
        _ program: Program, _ more: [String: String] = [:], changing change: [String: any Sendable] = [:]
    ) async throws -> Reply {
        let body = body.merging(change) { $1 }
        if let file {
            return try await program.send(
                .post, path, Array((change["file"] as? String ?? file).utf8),
                more.merging(["content-type": "application/octet-stream"]) { $1 })
        }
        return method == "PUT"
            ? try await program.put(path, body, more) : try await program.post(path, body, more)
    }

    /// The acts of the API by their operations; an operation that is missing here fails the test of the table.
    static let all: [String: @Sendable (Scene) -> APIAct] = [
        "POST /cases": {
            let fields: [String: String] = ["customer": "\($0.customer.id)", "channel": "phone", "content": "门不关"]
            return APIAct(
                path: "/cases", body: ["workflow": "complaint", "fields": fields],
                other: ["fields": fields.merging(["content": "窗不开"]) { $1 }])
        },
        "POST /cases/{id}/moves": {
            APIAct(
                path: "/cases/\($0.matter.id)/moves", body: ["move": "respond", "fields": ["words": "这就换"]],
                other: ["fields": ["words": "明天换"]])
        },
        "POST /cases/{id}/handler": {
            APIAct(
                path: "/cases/\($0.matter.id)/handler",
                body: ["staff": "\($0.shop.staff(.mei))", "reason": "休假交接"], other: ["reason": "换岗"])
        },
        "POST /cases/{id}/pause": {
            APIAct(
                path: "/cases/\($0.matter.id)/pause", body: ["reason": "等照片"], other: ["reason": "等客户回家"])
        },
        "POST /cases/{id}/pause/end": {
            APIAct(path: "/cases/\($0.paused.id)/pause/end", other: ["revision": $0.paused.revision])
        },
        "POST /cases/{id}/merger": {
            APIAct(
                path: "/cases/\($0.later.id)/merger", body: ["into": "\($0.matter.id)", "reason": "同一盏灯"],
                other: ["reason": "同一件事"])
        },
        "POST /cases/{id}/merger/undo": {
            APIAct(path: "/cases/\($0.merged.id)/merger/undo", other: ["revision": $0.merged.revision])
        },
        "POST /cases/bulk": {
            let chosen: [[String: String]] = [["id": "\($0.matter.id)"]]
            return APIAct(
                path: "/cases/bulk",
                body: [
                    "workflow": "complaint", "move": "respond", "fields": ["words": "这就换"], "cases": chosen,
                ], other: ["fields": ["words": "明天换"]])
        },
        "POST /cases/views": { _ in
            APIAct(path: "/cases/views", body: ["title": "逾期的", "filter": "overdue=1"], other: ["title": "另一个"])
        },
        "POST /cases/views/{id}": {
            APIAct(path: "/cases/views/\($0.view)", body: ["title": "改名"], other: ["title": "又改"])
        },
        "POST /cases/views/{id}/removal": { APIAct(path: "/cases/views/\($0.view)/removal") },
        "POST /cases/{id}/attachments": {
            APIAct(
                path: "/cases/\($0.matter.id)/attachments?name=%E8%AE%B0%E5%BD%95.txt", other: ["file": "又来电"],
                file: "顾客来电")
        },
        "POST /cases/{id}/attachments/{attachment}/withdrawal": {
            APIAct(
                path: "/cases/\($0.matter.id)/attachments/\($0.attachment)/withdrawal", body: ["reason": "传错了"],
                other: ["reason": "重复"])
        },
        "POST /customers": { _ in
            APIAct(path: "/customers", body: ["kind": "person", "name": "南荣"], other: ["name": "北荣"])
        },
        "PUT /customers/{id}": {
            APIAct(
                method: "PUT", path: "/customers/\($0.customer.id)",
                body: ["kind": "person", "name": "闻人听雨", "revision": $0.customer.revision])
        },
        "POST /customers/{id}/people/{person}/reveal": {
            APIAct(
                path: "/customers/\($0.customer.id)/people/\($0.person)/reveal",
                body: ["reason": "回电", "fields": ["phone"]])
        },
        "POST /facts": {
            APIAct(
                path: "/facts",
                body: [
                    "event": "site.started", "subject": ["kind": "customer", "id": "\($0.customer.id)"],
                    "fields": ["place": "东苑"],
                ], other: ["fields": ["place": "南苑"]])
        },
        "POST /customers/{id}/quotes": {
            APIAct(path: "/customers/\($0.customer.id)/quotes", body: ["lines": [["price": 10_000, "quantity": 1]]])
        },
        "POST /customers/{id}/purchases": {
            APIAct(
                path: "/customers/\($0.customer.id)/purchases",
                body: ["receipt": $0.receipt + "-2", "lines": [["price": 10_000, "quantity": 1]]],
                other: ["lines": [["price": 20_000, "quantity": 1]]])
        },
        "POST /customers/{id}/refunds": {
            APIAct(
                path: "/customers/\($0.customer.id)/refunds",
                body: ["reverses": $0.receipt, "lines": [["price": 20_000, "quantity": 1]]],
                other: ["lines": [["price": 20_000, "quantity": 2]]])
        },
        "POST /customers/{id}/card-acts": {
            APIAct(
                path: "/customers/\($0.customer.id)/card-acts",
                body: ["action": "apply", "born": "1990-03-07", "receipts": [$0.receipt]],
                other: ["born": "1991-03-07"])
        },
        "POST /customers/{id}/recharges": {
            APIAct(
                path: "/customers/\($0.customer.id)/recharges",
                body: ["recharge": $0.unused, "amount": 20_000, "tender": "cash", "confirmed": ["seen"]],
                other: ["amount": 30_000])
        },
        "POST /customers/{id}/pay-outs": {
            APIAct(
                path: "/customers/\($0.customer.id)/pay-outs", body: ["recharge": $0.recharge, "confirmed": ["seen"]],
                other: ["recharge": $0.unused])
        },
        "POST /customers/{id}/stored-value/state": {
            APIAct(
                path: "/customers/\($0.customer.id)/stored-value/state", body: ["state": "frozen"],
                other: ["state": "released"])
        },
        "POST /customers/{id}/perks": {
            APIAct(
                path: "/customers/\($0.member)/perks", body: ["perk": "tickets"], other: ["option": "none"])
        },
        "POST /customers/{id}/points": {
            APIAct(
                path: "/customers/\($0.member)/points", body: ["points": 50, "reason": "挂失前被人用掉"],
                other: ["points": 60])
        },
        "POST /customers/{id}/activities": {
            APIAct(
                path: "/customers/\($0.member)/activities", body: ["activity": "\($0.course)"], other: ["gift": 1])
        },
        "POST /activities": { _ in
            APIAct(
                path: "/activities",
                body: ["kind": "course", "title": "茶艺", "from": "2026-04-01", "until": "2026-04-30"],
                other: ["title": "花艺"])
        },
        "POST /activities/{id}/end": {
            APIAct(path: "/activities/\($0.course)/end", body: ["revision": 1], other: ["revision": 2])
        },
        "POST /notices/read": { _ in APIAct(path: "/notices/read") },
        "POST /obligations/{id}/discharge": {
            APIAct(
                path: "/obligations/\($0.duty)/discharge", body: ["fields": ["reached": true]],
                other: ["fields": ["reached": false]])
        },
        "POST /obligations/{id}/waiver": {
            APIAct(
                path: "/obligations/\($0.duty)/waiver", body: ["reason": "已当面谈过"], other: ["reason": "顾客出国"])
        },
        "POST /obligations/{id}/holder": {
            APIAct(
                path: "/obligations/\($0.duty)/holder", body: ["staff": "\($0.shop.staff(.bai))"],
                other: ["staff": "\($0.shop.staff(.mei))"])
        },
        "POST /organisation/units": {
            APIAct(
                path: "/organisation/units", body: ["name": "东店\($0.receipt)", "parent": "\($0.shop.north)"],
                other: ["name": "西店"])
        },
        "POST /organisation/units/{id}/placement": {
            APIAct(
                path: "/organisation/units/\($0.bare)/placement",
                body: ["name": "新组\($0.receipt)", "parent": "\($0.shop.north)"], other: ["name": "旧组\($0.receipt)"])
        },
        "POST /organisation/units/{id}/closure": {
            APIAct(path: "/organisation/units/\($0.bare)/closure", other: ["revision": 1])
        },
        "POST /staff/{id}/login": {
            APIAct(path: "/staff/\($0.silent)/login", body: ["login": "new-\($0.receipt)"])
        },
        "POST /staff": {
            APIAct(
                path: "/staff", body: ["name": "辛九", "unit": "\($0.shop.north)", "post": "clerk"],
                other: ["name": "壬十"])
        },
        "POST /staff/{id}/placement": {
            APIAct(
                path: "/staff/\($0.trainee)/placement",
                body: ["unit": "\($0.shop.north)", "post": "guest", "employment": "probation"],
                other: ["away_until": "2099-01-01"])
        },
        "POST /staff/{id}/departure": { APIAct(path: "/staff/\($0.trainee)/departure", other: ["revision": 1]) },
        "POST /customers/{id}/owner": {
            APIAct(
                path: "/customers/\($0.customer.id)/owner", body: ["owner": "\($0.shop.staff(.bai))"],
                other: ["owner": "\($0.shop.staff(.mei))"])
        },
        "POST /staff/{id}/password": { APIAct(path: "/staff/\($0.trainee)/password") },
        "POST /me/password": { _ in
            APIAct(path: "/me/password", body: ["current": Shop.password, "password": "a sentence of my own"])
        },
        "POST /me/tokens": { _ in
            APIAct(path: "/me/tokens", body: ["title": "抄表", "scopes": ["cases.read"], "days": 30])
        },
        "POST /me/tokens/{id}/revocation": { APIAct(path: "/me/tokens/\($0.token)/revocation") },
        "POST /charter/adoption": { _ in
            APIAct(
                path: "/charter/adoption",
                body: ["yaml": ShopCharter.text(changing: (from: "version: 1", to: "version: 2"))],
                other: ["yaml": ShopCharter.text(changing: (from: "version: 1", to: "version: 3"))])
        },
        "POST /customers/imports": { _ in
            APIAct(path: "/customers/imports", body: ["csv": "类型,姓名\n个人,西门吹雪\n", "file_name": "名单.csv"])
        },
        "POST /customers/imports/{id}/undo": { APIAct(path: "/customers/imports/\($0.run)/undo") },
    ]

    static func of(_ operation: String, _ scene: Scene) throws -> APIAct {
        try make(all[operation], scene)
    }
}

private func make<T>(_ builder: (@Sendable (Scene) -> T)?, _ scene: Scene) throws -> T {
    let builder = try #require(builder, "the tables of these tests do not know it")
    return builder(scene)
}
