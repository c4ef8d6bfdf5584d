import Customers
import HTTPTypes
import Hummingbird
import Members
import NIOCore
import Organisations
import Policy
import Primitives
import Storage

/// Activities for members: what goes on, announcing more, whom to invite.
struct ActivityRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("activities", use: list)
        staff.post("activities", use: announce)
        staff.get("activities/:id", use: show)
        staff.post("activities/:id/end", use: end)
        staff.get("activities/:id/guests.csv", use: guests)
    }

    private static let said = ["announced": "已发布", "ended": "已结束"]

    // MARK: The list

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await list(context, request, kind: request.uri.queryParameters["kind"].map { String($0) })
    }

    private func list(
        _ context: StaffContext, _ request: Request, kind key: String?, input: Fields = [:], faults: FormFaults? = nil
    ) async throws -> Response {
        let frame = try await frame(context, request, "/activities")
        guard let programme = frame.charter?.membership else { throw MemberService.NoProgramme() }
        let found = try await desk.members.activities(for: context.principal)
        func rows(_ activities: [StoredActivity]) -> [ActivitiesPage.Row] {
            activities.map { row($0, programme, frame) }
        }
        let mayAnnounce = context.principal.can(.arrangeActivities)
        let kind = mayAnnounce ? key.flatMap { programme.offers.activity($0) } : nil
        var form: ActivitiesPage.Form?
        if let kind {
            let asked = ActivityForm(kind: kind, programme: programme, words: frame.words)
            var input = input
            if input.isEmpty { for tier in kind.tiers { input["tier_" + tier] = .flag(true) } }
            form = ActivitiesPage.Form(
                action: "/activities", kind: kind.key, title: kind.title[frame.language],
                clause: kind.clauses.first,
                fields: try await desk.fieldParts(
                    of: asked.fields, input: input, query: "", faults: faults, frame: frame,
                    principal: context.principal))
        }
        return desk.html(
            ActivitiesPage(
                shell: frame.shell, open: rows(found.open), past: rows(found.past), hasPast: !found.past.isEmpty,
                isEmpty: found.open.isEmpty,
                kinds: mayAnnounce
                    ? programme.offers.activities.map {
                        ActivitiesPage.Kind(
                            title: $0.title[frame.language], path: "/activities?kind=\($0.key)#announce",
                            isCurrent: $0.key == kind?.key)
                    } : [], mayAnnounce: mayAnnounce, form: form),
            "members/activities", context, status: faults == nil ? .ok : .unprocessableContent)
    }

    private func row(_ stored: StoredActivity, _ programme: Programme, _ frame: Frame) -> ActivitiesPage.Row {
        let kind = programme.offers.activity(stored.activity.kind)
        return ActivitiesPage.Row(
            path: "/activities/\(stored.id)", title: stored.title,
            kind: kind?.title[frame.language] ?? stored.activity.kind, when: frame.time.span(stored.activity),
            left: stored.activity.left.map { frame.words("余{0}", String($0)) }, clause: kind?.clauses.first)
    }

    @Sendable func announce(_ request: Request, _ context: StaffContext) async throws -> Response {
        let body = try await context.form(request)
        _ = try context.principal.reach(.arrangeActivities)
        let frame = try await frame(context, request, "/activities")
        guard let programme = frame.charter?.membership else { throw MemberService.NoProgramme() }
        guard let kind = body["kind"].flatMap({ programme.offers.activity($0) }) else {
            throw StorageError.notFound("kind of activity")
        }
        let form = ActivityForm(kind: kind, programme: programme, words: frame.words)
        do {
            let fields = try Form.parse(
                body.input.filter { key, _ in form.fields.contains { key == $0.key || key.hasPrefix($0.key + ".") } },
                by: form.fields, zone: frame.time.zone, at: frame.time.now)
            let (members, principal) = (desk.members, context.principal)
            let draft = form.draft(fields)
            return try await desk.act(body, request, context) { transaction in
                "/activities/\(try members.announce(draft, by: principal, in: transaction))?said=announced"
            }
        } catch let faults as FormFaults {
            return try await list(context, request, kind: kind.key, input: body.input, faults: faults)
        }
    }

    // MARK: One of them

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: StoredActivity.ID.self)
        let frame = try await frame(context, request, "/activities/\(id)")
        guard let programme = frame.charter?.membership else { throw MemberService.NoProgramme() }
        let principal = context.principal
        let found = try await desk.members.activity(id, for: principal)
        let activity = found.stored.activity
        let kind = programme.offers.activity(activity.kind)
        func title(_ tier: Tier.Key) -> String { programme.tier(tier)?.title[frame.language] ?? tier }
        let captions = try await desk.database.read(for: principal.organisation) { transaction in
            try CustomerDirectory(transaction, principal.organisation).captions(of: found.parts.map(\.customer))
        }
        let takesPart = kind?.takes != .notice
        var facts = [
            ActivityPage.Fact(label: frame.words("日期"), value: frame.time.span(activity)),
            ActivityPage.Fact(
                label: frame.words("面向"),
                value: activity.tiers.map(title).joined(separator: frame.language == .english ? ", " : "、")),
        ]
        if let left = activity.left {
            facts.append(ActivityPage.Fact(label: frame.words("余量"), value: String(left)))
        }
        return desk.html(
            ActivityPage(
                shell: frame.shell, title: found.stored.title, kind: kind?.title[frame.language] ?? activity.kind,
                clause: kind?.clauses.first,
                paragraphs: found.stored.words.split(separator: "\n").map { String($0) }, facts: facts,
                gifts: activity.gifts.map { gift in
                    ActivityPage.Gift(
                        title: gift.title, points: frame.words("{0}分", String(gift.points.count)),
                        left: gift.left.map { frame.words("余{0}", String($0)) })
                }, hasGifts: !activity.gifts.isEmpty,
                parts: found.parts.map { part in
                    ActivityPage.PartRow(
                        name: captions[part.customer]?.name ?? "", path: "/customers/\(part.customer)/counter",
                        tier: title(part.tier), day: frame.time.date(part.day),
                        more: part.gift.flatMap { place in
                            activity.gifts.indices.contains(place) ? activity.gifts[place].title : nil
                        })
                }, hasParts: !found.parts.isEmpty, takesPart: takesPart, count: String(found.count),
                listPath: principal.can(.exportCustomers) ? "/activities/\(id)/guests.csv" : nil,
                endPath: principal.can(.arrangeActivities) && activity.through >= found.day
                    ? "/activities/\(id)/end" : nil, revision: String(found.stored.revision)),
            "members/activity", context)
    }

    @Sendable func end(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: StoredActivity.ID.self)
        let body = try await context.form(request)
        let (members, principal) = (desk.members, context.principal)
        let revision = body["revision"].flatMap { Int($0) } ?? 0
        return try await desk.act(body, request, context) { transaction in
            try members.end(id, revision: revision, by: principal, in: transaction)
            return "/activities/\(id)?said=ended"
        }
    }

    /// Whom it is for, the highest tier first.
    @Sendable func guests(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: StoredActivity.ID.self)
        let frame = try await frame(context, request, "/activities/\(id)")
        guard let programme = frame.charter?.membership else { throw MemberService.NoProgramme() }
        let word = frame.words
        let (_, guests) = try await desk.members.invited(to: id, by: context.principal)
        // The mark has spreadsheets read it as UTF-8.
        var text =
            "\u{FEFF}" + CSVLine([word("等级"), word("编号"), word("姓名"), word("电话")]).text
        for guest in guests {
            let tier = programme.tier(guest.tier)?.title[frame.language] ?? guest.tier
            text += CSVLine([tier, guest.reference, guest.name, guest.maskedPhone]).text
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"guests.csv\"",
                .cacheControl: "no-store",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func frame(_ context: StaffContext, _ request: Request, _ path: String) async throws -> Frame {
        try await desk.frame(
            context, room: .activities, path: path,
            toast: request.uri.queryParameters["said"].flatMap { Self.said[String($0)] }.map {
                desk.book[context.language]($0)
            })
    }
}
