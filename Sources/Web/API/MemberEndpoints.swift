import HTTPTypes
import Members
import Organisations
import Policy
import Primitives
import Storage

/// Cards, points and the counter.
struct MemberEndpoints {
    var routes: [APIRoute] {
        [
            .get("/customers/{id}/membership", show),
            .post("/customers/{id}/quotes", quote),
            .post("/customers/{id}/purchases", sell),
            .post("/customers/{id}/refunds", refund),
            .post("/customers/{id}/card-acts", change),
        ]
    }

    @Sendable private func show(_ context: APIContext) async throws -> APIAnswer {
        let account = try await context.desk.members.account(of: context.id(), for: context.principal)
        return try .ok(MembershipJSON(account, context))
    }

    @Sendable private func quote(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let purchase = purchase(&body, context)
        try body.check()
        let quote = try await context.desk.members.quote(purchase, for: context.id(), by: context.principal)
        var result = MemberResult()
        try context.results().add(quote, to: &result)
        return try .ok(result)
    }

    @Sendable private func sell(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let receipt = body.text("receipt", 1...100)
        let at = body.instant("at")
        let purchase = purchase(&body, context)
        try body.check()
        return try await perform(.purchase(receipt, purchase), at: at, body, context, status: .created) {
            $0.receipt = receipt
        }
    }

    @Sendable private func refund(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let receipt = body.text("reverses", 1...100)
        let at = body.instant("at")
        let lines = lines(&body, context)
        try body.check()
        return try await perform(.refund(receipt, lines), at: at, body, context, status: .created) {
            $0.reverses = receipt
        }
    }

    @Sendable private func change(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let action = body.choice("action", of: CardAct.self, isRequired: true)
        let at = body.instant("at")
        let born = body.day("born")
        let receipts = body.texts("receipts", 1...100, maximum: 100)
        let decision = body.optionalText("decision", 1...200)
        let waiver = body.optionalText("waiver", 1...200)
        let confirmed = Set(body.texts("confirmed", 1...64, maximum: 50))
        try body.check()
        guard let action else { return try .ok(MemberResult()) }
        let act: MemberAct.Kind =
            switch action {
            case .apply: .join(born: born, receipts: receipts)
            case .reactivate: .reactivate(receipts: receipts)
            case .upgrade: .upgrade
            case .renew: .renew
            case .reportLoss: .reportLoss
            case .replace: .replace(isDecided: decision != nil, isWaived: waiver != nil)
            }
        return try await perform(act, confirming: confirmed, at: at, body, context, status: .ok) {
            $0.action = action.rawValue
        }
    }

    private func perform(
        _ act: MemberAct.Kind, confirming confirmed: Set<Confirmation.Key> = [], at instant: Instant?,
        _ body: APIBody, _ context: APIContext, status: HTTPResponse.Status,
        _ head: @escaping @Sendable (inout MemberResult) -> Void
    ) async throws -> APIAnswer {
        let customer: CustomerID = try context.id()
        let (members, principal) = (context.desk.members, context.principal)
        let results = try context.results()
        return try await context.keep(body, status: status) { transaction in
            let outcome = try members.perform(
                act, for: customer, confirming: confirmed, at: instant, by: principal, in: transaction)
            var result = results.result(outcome)
            head(&result)
            return result
        }.answer
    }

    // MARK: Bodies

    private func purchase(_ body: inout APIBody, _ context: APIContext) -> Purchase {
        let lines = self.lines(&body, context)
        let tender = body.object("tender") { tender in
            Tender(
                nonCash: tender.money("non_cash") ?? .zero, stored: tender.money("stored") ?? .zero,
                points: Points(tender.number("points", 0...Purchase.largest.minorUnits) ?? 0),
                cash: tender.money("cash"))
        }
        return Purchase(
            lines: lines, tender: tender ?? Tender(nonCash: .zero, stored: .zero, points: .zero),
            birthday: body.day("birthday"), isInEvent: body.flag("event") ?? false, isGroup: body.flag("group") ?? false
        )
    }

    /// A line that names no class of goods is of the charter's first; without a programme the act is refused.
    private func lines(_ body: inout APIBody, _ context: APIContext) -> [Purchase.Line] {
        let goods = context.charter?.membership?.goods.first?.key ?? ""
        let items = body.list("lines", isRequired: true, maximum: Purchase.mostLines)
        if items.isEmpty, body.members["lines"] == .list([]) { body.add("lines", .tooShort(1)) }
        return items.enumerated().compactMap { index, item in
            body.object(item, at: "lines.\(index)") { line in
                let price = line.money("price", isRequired: true) ?? .zero
                return Purchase.Line(
                    list: line.money("list") ?? price, price: price,
                    quantity: line.number("quantity", 1...1_000_000) ?? 1,
                    goods: line.optionalText("class", 1...64) ?? goods, isOnSale: line.flag("on_sale") ?? false,
                    isExcluded: line.choice("counter", of: Counter.self) == .excluded)
            }
        }
    }

    private enum Counter: String, CaseIterable {
        case excluded
    }
}

extension APIBody {
    fileprivate mutating func money(_ name: String, isRequired: Bool = false) -> Money? {
        if isRequired, members[name] == nil { add(name, .missing) }
        return number(name, 0...Purchase.largest.minorUnits).map { Money(minorUnits: $0) }
    }

    mutating func day(_ name: String) -> CalendarDay? {
        guard let text = optionalText(name, 1...10) else { return nil }
        guard let day = CalendarDay(text) else {
            add(name, .notADate)
            return nil
        }
        return day
    }
}

extension APIContext {
    func results() throws -> MemberResults {
        guard let programme = charter?.membership else { throw MemberService.NoProgramme() }
        return MemberResults(programme: programme, zone: zone, language: language)
    }
}

/// A member as programs read it.
struct MembershipJSON: Encodable {
    let tier: String
    let standing: String
    let card: Int?
    let validUntil: String?
    let spendable: Int64
    let pending: Int64
    let period: Int64
    let spend: Int64
    let receipts: [ReceiptJSON]
    let movements: [MovementJSON]

    struct ReceiptJSON: Encodable {
        let receipt: String
        let day: String
        let due: Int64
        let cash: Int64
        let earned: Int64
        let refunded: Int64
    }

    struct MovementJSON: Encodable {
        let event: String
        let at: String
        let purpose: String
        let account: String
        let points: Int64
    }

    init(_ account: MemberService.Account, _ context: APIContext) {
        tier = account.member.card?.tier ?? "none"
        standing = account.standing.word
        card = account.member.card?.number
        validUntil = account.expiry?.description
        spendable = account.member.points.spendable.count
        pending = account.member.points.pending.count
        period = account.member.points.period.count
        spend = account.member.card?.spend.minorUnits ?? 0
        receipts = account.receipts.map { named in
            ReceiptJSON(
                receipt: named.number, day: named.receipt.day.description, due: named.receipt.quote.due.minorUnits,
                cash: named.receipt.quote.cash.minorUnits, earned: named.receipt.quote.earned.count,
                refunded: named.receipt.refunded.due.minorUnits)
        }
        movements = account.movements.map {
            MovementJSON(
                event: $0.posting.description, at: context.time($0.at), purpose: $0.purpose, account: $0.account,
                points: $0.points.count)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case tier, standing, card, validUntil = "valid_until", spendable, pending, period, spend, receipts, movements
    }
}

extension CardStanding {
    /// `active`
    var word: String {
        switch self {
        case .none: "none"
        case .active: "active"
        case .inWindow: "in_window"
        case .expired: "expired"
        case .lapsed: "lapsed"
        case .frozen: "frozen"
        case .notYet: "not_yet"
        }
    }
}
