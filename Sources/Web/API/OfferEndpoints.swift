import HTTPTypes
import Members
import Organisations
import Policy
import Primitives
import Storage

/// Perks of a card, activities for members, points given back.
struct OfferEndpoints {
    var routes: [APIRoute] {
        [
            .get("/customers/{id}/perks", perks),
            .post("/customers/{id}/perks", give),
            .post("/customers/{id}/points", restore),
            .post("/customers/{id}/activities", attend),
            .get("/activities", list),
            .post("/activities", announce),
            .get("/activities/{id}", show),
            .post("/activities/{id}/end", end),
            .get("/activities/{id}/guests", guests),
        ]
    }

    // MARK: Perks and points

    @Sendable private func perks(_ context: APIContext) async throws -> APIAnswer {
        let (perks, given) = try await context.desk.members.perks(of: context.id(), for: context.principal)
        let results = try context.results()
        return try .ok(
            PerksJSON(
                items: perks.map { standing in
                    PerksJSON.Item(
                        perk: standing.perk.key, count: standing.count.figure, clause: standing.count.clause,
                        given: standing.given?.description,
                        refused: standing.refusal.map { results.lines([$0]) } ?? [])
                },
                given: given.map {
                    PerksJSON.Given(
                        perk: $0.perk, count: $0.count, option: $0.option, receipt: $0.receipt,
                        staff: $0.staff?.description, day: $0.day.description)
                }))
    }

    @Sendable private func give(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let perk = body.text("perk", 1...64)
        let option = body.optionalText("option", 1...64)
        let receipt = body.optionalText("receipt", 1...100)
        let staff: StaffID? = body.identifier("staff")
        try body.check()
        let customer: CustomerID = try context.id()
        let (members, principal) = (context.desk.members, context.principal)
        let request = PerkRequest(perk: perk, option: option, receipt: receipt, isAssigned: staff != nil)
        return try await context.keep(body, status: .created) { transaction in
            let grant = try members.give(request, to: customer, served: staff, by: principal, in: transaction)
            return GrantJSON(perk: grant.perk, tier: grant.tier, count: grant.count, clause: grant.clause)
        }.answer
    }

    @Sendable private func restore(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let points = body.number("points", 1...Programme.mostRestored)
        if body.members["points"] == nil { body.add("points", .missing) }
        let reason = body.text("reason", 1...200)
        try body.check()
        let customer: CustomerID = try context.id()
        let (members, principal) = (context.desk.members, context.principal)
        let results = try context.results()
        return try await context.keep(body, status: .created) { transaction in
            results.result(
                try members.perform(
                    .restore(Points(points ?? 0), reason: reason), for: customer, confirming: [], at: nil,
                    by: principal, in: transaction))
        }.answer
    }

    // MARK: Activities

    @Sendable private func attend(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let id: StoredActivity.ID? = body.identifier("activity", isRequired: true)
        let gift = body.number("gift", 0...99)
        try body.check()
        guard let id else { throw APIFault.unfit([.init("activity", .missing)]) }
        let customer: CustomerID = try context.id()
        let (members, principal) = (context.desk.members, context.principal)
        return try await context.keep(body, status: .created) { transaction in
            let done = try members.attend(
                id, gift: gift.map { Int($0) }, customer, by: principal, in: transaction)
            return AttendanceJSON(
                activity: id.description, tier: done.tier, points: done.points.count, clause: done.clause)
        }.answer
    }

    @Sendable private func list(_ context: APIContext) async throws -> APIAnswer {
        let found = try await context.desk.members.activities(for: context.principal)
        return try .ok(APIPage(items: (found.open + found.past).map { ActivityJSON($0) }, next: nil))
    }

    @Sendable private func announce(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let draft = self.draft(&body)
        try body.check()
        let (members, principal) = (context.desk.members, context.principal)
        return try await context.act(body, status: .created, location: "activities") { transaction in
            Receipt(id: try members.announce(draft, by: principal, in: transaction).description)
        }
    }

    private func draft(_ body: inout APIBody) -> ActivityDraft {
        let from = body.day("from")
        let until = body.day("until")
        for name in ["from", "until"] where body.members[name] == nil { body.add(name, .missing) }
        let gifts = body.list("gifts", maximum: 100)
        let most: Int64 = 1_000_000
        return ActivityDraft(
            kind: body.text("kind", 1...64), title: body.text("title", 1...100),
            words: body.optionalText("words", 1...4000) ?? "",
            // What is missing was added to the faults.
            from: from ?? CalendarDay(number: 0), through: until ?? CalendarDay(number: 0),
            tiers: body.texts("tiers", 1...64, maximum: 20), stock: body.number("stock", 0...most),
            gifts: gifts.enumerated().compactMap { index, item in
                body.object(item, at: "gifts.\(index)") { gift in
                    let points = gift.number("points", 1...most)
                    if gift.members["points"] == nil { gift.add("points", .missing) }
                    return Activity.Gift(
                        title: gift.text("title", 1...100), points: Points(points ?? 1),
                        left: gift.number("stock", 0...most))
                }
            })
    }

    @Sendable private func show(_ context: APIContext) async throws -> APIAnswer {
        let found = try await context.desk.members.activity(context.id(), for: context.principal)
        return try .ok(ActivityJSON(found.stored), revision: found.stored.revision)
    }

    @Sendable private func end(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let revision = body.number("revision", 1...Int64(Int32.max))
        if body.members["revision"] == nil { body.add("revision", .missing) }
        try body.check()
        let id: StoredActivity.ID = try context.id()
        let (members, principal) = (context.desk.members, context.principal)
        return try await context.keep(body, status: .ok) { transaction in
            try members.end(id, revision: Int(revision ?? 0), by: principal, in: transaction)
            return Receipt(id: id.description)
        }.answer
    }

    @Sendable private func guests(_ context: APIContext) async throws -> APIAnswer {
        let (_, guests) = try await context.desk.members.invited(to: context.id(), by: context.principal)
        return try .ok(
            APIPage(
                items: guests.map {
                    GuestJSON(
                        customer: $0.customer.description, reference: $0.reference, name: $0.name,
                        phone: $0.maskedPhone, tier: $0.tier)
                }, next: nil))
    }
}

private struct PerksJSON: Encodable {
    let items: [Item]
    let given: [Given]

    struct Item: Encodable {
        let perk: String
        let count: Int64
        let clause: String?
        let given: String?
        let refused: [MemberResult.Line]
    }

    struct Given: Encodable {
        let perk: String
        let count: Int64
        let option: String?
        let receipt: String?
        let staff: String?
        let day: String
    }
}

private struct GrantJSON: Codable {
    let perk: String
    let tier: String
    let count: Int64
    let clause: String?
}

private struct AttendanceJSON: Codable {
    let activity: String
    let tier: String
    let points: Int64
    let clause: String?
}

private struct GuestJSON: Encodable {
    let customer: String
    let reference: String
    let name: String
    let phone: String
    let tier: String
}

private struct ActivityJSON: Encodable {
    let id: String
    let kind: String
    let title: String
    let words: String
    let from: String
    let until: String
    let tiers: [String]
    let stock: Int64?
    let gifts: [Gift]
    let revision: Int

    struct Gift: Encodable {
        let title: String
        let points: Int64
        let stock: Int64?
    }

    init(_ stored: StoredActivity) {
        id = stored.id.description
        kind = stored.activity.kind
        title = stored.title
        words = stored.words
        from = stored.activity.from.description
        until = stored.activity.through.description
        tiers = stored.activity.tiers
        stock = stored.activity.left
        gifts = stored.activity.gifts.map { Gift(title: $0.title, points: $0.points.count, stock: $0.left) }
        revision = stored.revision
    }
}
