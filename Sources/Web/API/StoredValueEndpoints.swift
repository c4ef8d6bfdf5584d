import HTTPTypes
import Members
import Organisations
import Policy
import Primitives
import Storage

/// What customers have paid in beforehand.
struct StoredValueEndpoints {
    var routes: [APIRoute] {
        [
            .get("/customers/{id}/stored-value", show),
            .post("/customers/{id}/stored-value/state", mark),
            .post("/customers/{id}/recharges", recharge),
            .post("/customers/{id}/pay-outs", payOut),
        ]
    }

    @Sendable private func show(_ context: APIContext) async throws -> APIAnswer {
        let statement = try await context.desk.members.storedValue(of: context.id(), for: context.principal)
        return try .ok(StoredStatementJSON(statement, context))
    }

    @Sendable private func recharge(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let number = body.text("recharge", 1...100)
        if body.members["amount"] == nil { body.add("amount", .missing) }
        let amount = body.number("amount", 1...Purchase.largest.minorUnits) ?? 0
        let tender = body.choice("tender", of: StoredValue.Tender.self, isRequired: true)
        let confirmed = Set(body.texts("confirmed", 1...64, maximum: 50))
        try body.check()
        return try await perform(
            .recharge(number, Money(minorUnits: amount), tender ?? .cash), confirming: confirmed, body, context,
            status: .created)
    }

    @Sendable private func payOut(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let number = body.text("recharge", 1...100)
        let confirmed = Set(body.texts("confirmed", 1...64, maximum: 50))
        try body.check()
        return try await perform(.payOut(number), confirming: confirmed, body, context, status: .created)
    }

    @Sendable private func mark(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let state = body.choice("state", of: State.self, isRequired: true)
        try body.check()
        return try await perform(
            state == .frozen ? .freeze : .release, confirming: [], body, context, status: .ok)
    }

    private enum State: String, CaseIterable {
        case frozen, released
    }

    private func perform(
        _ act: StoredAct, confirming confirmed: Set<Confirmation.Key>, _ body: APIBody, _ context: APIContext,
        status: HTTPResponse.Status
    ) async throws -> APIAnswer {
        let customer: CustomerID = try context.id()
        let (members, principal) = (context.desk.members, context.principal)
        let results = try context.results()
        return try await context.keep(body, status: status) { transaction in
            StoredResultJSON(
                try members.perform(act, for: customer, confirming: confirmed, by: principal, in: transaction), results)
        }.answer
    }
}

/// What an act on stored value did, and the balances after it. Amounts are fen.
struct StoredResultJSON: Codable, Sendable {
    let principal: Int64
    let bonus: Int64
    /// `2026-03-07`, where it is frozen.
    let frozen: String?
    let given: Int64
    let paid: Int64
    let why: [MemberResult.Line]

    init(_ outcome: StoredOutcome, _ results: MemberResults) {
        principal = outcome.principal.minorUnits
        bonus = outcome.bonus.minorUnits
        frozen = outcome.frozen?.description
        given = outcome.given.minorUnits
        paid = outcome.paid.minorUnits
        why = outcome.why.map(results.line)
    }
}

/// Stored value as programs read it. Amounts are fen.
struct StoredStatementJSON: Encodable {
    let principal: Int64
    let bonus: Int64
    let frozen: String?
    let recharges: [RechargeJSON]
    let movements: [MovementJSON]

    struct RechargeJSON: Encodable {
        let recharge: String
        let at: String
        let day: String
        let tender: String
        let staff: String
        let paid: Int64
        let given: Int64
        let principal: Int64
        let bonus: Int64
    }

    struct MovementJSON: Encodable {
        let event: String
        let at: String
        let purpose: String
        let recharge: String
        let receipt: String?
        let account: String
        let amount: Int64
    }

    init(_ statement: MemberService.StoredStatement, _ context: APIContext) {
        principal = statement.account.principal.minorUnits
        bonus = statement.account.bonus.minorUnits
        frozen = statement.account.frozen?.description
        recharges = statement.recharges.map {
            RechargeJSON(
                recharge: $0.number, at: context.time($0.at), day: $0.day.description, tender: $0.tender.rawValue,
                staff: $0.staff.description, paid: $0.paid.minorUnits, given: $0.given.minorUnits,
                principal: $0.principal.minorUnits, bonus: $0.bonus.minorUnits)
        }
        movements = statement.movements.map {
            MovementJSON(
                event: $0.posting.description, at: context.time($0.at), purpose: $0.purpose, recharge: $0.recharge,
                receipt: $0.receipt, account: $0.account, amount: $0.amount.minorUnits)
        }
    }
}
