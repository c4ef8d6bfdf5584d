import Customers
import HTTPTypes
import Hummingbird
import Members
import Organisations
import Policy
import Primitives
import Storage

/// The counter: what a customer pays and earns, with the clause of each figure, and what becomes of the card.
struct CounterRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("customers/:id/counter", use: show)
        staff.post("customers/:id/counter", use: sell)
        staff.post("customers/:id/counter/refund", use: refund)
        staff.post("customers/:id/counter/card", use: change)
        staff.post("customers/:id/counter/perk", use: give)
        staff.post("customers/:id/counter/activity", use: attend)
        staff.post("customers/:id/counter/points", use: restore)
        staff.post("customers/:id/counter/stored", use: changeStored)
        staff.get("customers/:id/counter/statement", use: statement)
    }

    /// What was entered, and what became of it.
    private struct Entered {
        var input: Fields = [:]
        var faults: FormFaults?
        var refusals: [MemberRefusal] = []
        var quote: Quote?
        /// The card act whose form was sent.
        var action: String?
        /// The perk whose form was sent.
        var perk: Perk.Key?

        var status: HTTPResponse.Status { faults == nil && refusals.isEmpty ? .ok : .unprocessableContent }
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(request, context, Entered())
    }

    @Sendable func sell(_ request: Request, _ context: StaffContext) async throws -> Response {
        let body = try await context.form(request)
        let isQuote = body["find"] != nil
        let entered = Entered(input: body.input)
        // A quote needs no number yet.
        return try await act(
            request, context, entered, by: { form in form.purchase.filter { !isQuote || $0.key != "receipt" } }
        ) { id, form, fields in
            let purchase = form.purchase(fields)
            if isQuote {
                var quoted = entered
                quoted.quote = try await desk.members.quote(purchase, for: id, by: context.principal)
                return try await page(request, context, quoted)
            }
            let number = fields["receipt"]?.text ?? ""
            return try await perform(.purchase(number, purchase), for: id, body, request, context) {
                "said=sold&receipt=" + number.percentEncoded
            }
        }
    }

    @Sendable func refund(_ request: Request, _ context: StaffContext) async throws -> Response {
        let body = try await context.form(request)
        let number = body["receipt"] ?? ""
        return try await act(request, context, Entered(), by: { _ in [] }) { id, _, _ in
            let account = try await desk.members.account(of: id, naming: number, for: context.principal)
            var lines: [Purchase.Line] = []
            for (index, line) in (account.named?.receipt.purchase.lines ?? []).enumerated() {
                let pieces = body["piece.\(index)"].flatMap { Int64($0.trimmed) } ?? 0
                if pieces != 0 { lines.append(line.with(quantity: pieces)) }
            }
            return try await perform(.refund(number, lines), for: id, body, request, context) {
                "said=refunded&receipt=" + number.percentEncoded
            }
        }
    }

    @Sendable func change(_ request: Request, _ context: StaffContext) async throws -> Response {
        let body = try await context.form(request)
        let action = body["action"] ?? ""
        return try await act(
            request, context, Entered(input: body.input, action: action), by: { $0.fields(of: action) }
        ) {
            id, form, fields in
            guard let act = form.act(action, fields) else { throw StorageError.notFound("card act") }
            return try await perform(act, for: id, confirming: form.confirmed(fields), body, request, context) {
                "said=" + action
            }
        }
    }

    @Sendable func changeStored(_ request: Request, _ context: StaffContext) async throws -> Response {
        let body = try await context.form(request)
        let action = body["action"] ?? ""
        return try await act(
            request, context, Entered(input: body.input, action: action), by: { $0.fields(of: action) }
        ) {
            id, form, fields in
            guard let act = form.storedAct(action, fields) else { throw StorageError.notFound("act on stored value") }
            let (members, principal) = (desk.members, context.principal)
            return try await desk.act(body, request, context) { transaction in
                _ = try members.perform(
                    act, for: id, confirming: form.confirmed(fields), by: principal, in: transaction)
                return "/customers/\(id)/counter?said=" + action
            }
        }
    }

    /// What came and went of stored value, on paper.
    @Sendable func statement(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: CustomerID.self)
        let path = "/customers/\(id)/counter"
        let frame = try await desk.frame(context, room: .customers, path: path + "/statement")
        guard let programme = frame.charter?.membership else { throw MemberService.NoProgramme() }
        guard let rules = programme.storedValue else { throw MemberService.NoStoredValue() }
        let statement = try await desk.members.storedValue(of: id, limit: 1000, for: context.principal)
        let (organisation, caption) = try await desk.database.read(for: context.principal.organisation) { transaction in
            (
                try OrganisationStore(transaction).organisation(context.principal.organisation).name,
                try CustomerDirectory(transaction, context.principal.organisation).captions(of: [id])[id]
            )
        }
        return desk.html(
            StatementPage(
                StoredParts(statement: statement, rules: rules, frame: frame, path: path), organisation: organisation,
                name: caption?.name ?? "", reference: caption?.reference ?? ""),
            "members/statement", context)
    }

    @Sendable func give(_ request: Request, _ context: StaffContext) async throws -> Response {
        let body = try await context.form(request)
        let key = body["perk"] ?? ""
        return try await act(
            request, context, Entered(input: body.input, perk: key),
            by: { form in form.programme.offers.perk(key).map { form.offers.fields(of: $0) } ?? [] },
            // The page has the field once for each perk.
            naming: { $0 == "staff" ? key + "_staff" : $0 }
        ) { id, form, fields in
            let (wanted, staff) = form.offers.request(key, fields)
            let (members, principal) = (desk.members, context.principal)
            return try await desk.act(body, request, context) { transaction in
                _ = try members.give(wanted, to: id, served: staff, by: principal, in: transaction)
                return "/customers/\(id)/counter?said=given"
            }
        }
    }

    @Sendable func attend(_ request: Request, _ context: StaffContext) async throws -> Response {
        let body = try await context.form(request)
        guard let activity = body["activity"].flatMap({ StoredActivity.ID($0) }) else {
            throw StorageError.notFound("activity")
        }
        let gift = body["gift"].flatMap { Int($0) }
        return try await act(request, context, Entered(), by: { _ in [] }) { id, _, _ in
            let (members, principal) = (desk.members, context.principal)
            return try await desk.act(body, request, context) { transaction in
                _ = try members.attend(activity, gift: gift, id, by: principal, in: transaction)
                return "/customers/\(id)/counter?said=attended"
            }
        }
    }

    @Sendable func restore(_ request: Request, _ context: StaffContext) async throws -> Response {
        let body = try await context.form(request)
        return try await act(
            request, context, Entered(input: body.input, action: "restore"), by: { $0.offers.restoring }
        ) { id, form, fields in
            try await perform(form.offers.restore(fields), for: id, body, request, context) { "said=restored" }
        }
    }

    /// Reads what a form of the page asks for and does it; what is refused is said beside what was entered.
    private func act(
        _ request: Request, _ context: StaffContext, _ entered: Entered, by asked: (CounterForm) -> [FormField],
        naming name: (String) -> String = { $0 },
        _ work: (CustomerID, CounterForm, Fields) async throws -> Response
    ) async throws -> Response {
        let id = try context.parameters.require("id", as: CustomerID.self)
        var entered = entered
        let (charter, form, now) = try await rules(context)
        let asked = asked(form)
        do {
            let fields = try Form.parse(
                entered.input.filter { key, _ in asked.contains { key == $0.key || key.hasPrefix($0.key + ".") } },
                by: asked, zone: charter.calendar.zone, at: now)
            return try await work(id, form, fields)
        } catch let faults as FormFaults {
            entered.faults = FormFaults(faults.faults.map { FormFault(name($0.field), $0.problem) })
        } catch let refusals as MemberRefusals {
            entered.refusals = refusals.refusals
        }
        return try await page(request, context, entered)
    }

    private func perform(
        _ act: MemberAct.Kind, for id: CustomerID, confirming confirmed: Set<Confirmation.Key> = [], _ body: FormBody,
        _ request: Request, _ context: StaffContext,
        then query: @escaping @Sendable () -> String
    ) async throws -> Response {
        let (members, principal) = (desk.members, context.principal)
        return try await desk.act(body, request, context) { transaction in
            _ = try members.perform(act, for: id, confirming: confirmed, at: nil, by: principal, in: transaction)
            return "/customers/\(id)/counter?" + query()
        }
    }

    private func rules(_ context: StaffContext) async throws -> (charter: Charter, form: CounterForm, now: Instant) {
        let principal = context.principal
        let (charter, now) = try await desk.database.read(for: principal.organisation) { [desk] transaction in
            (
                try desk.charters.inForce(for: principal.organisation, at: transaction.now, in: transaction),
                transaction.now
            )
        }
        guard let programme = charter.membership else { throw MemberService.NoProgramme() }
        return (charter, CounterForm(programme: programme, words: desk.book[context.language]), now)
    }

    // MARK: The page

    private static let said = [
        "sold": "已入账", "refunded": "已退货", "apply": "已办卡", "upgrade": "已升级", "renew": "已换卡", "report_loss": "已挂失",
        "replace": "已补办", "reactivate": "已恢复", "given": "已给", "attended": "已登记参加", "restored": "已补回积分",
        "recharge": "已充值", "pay_out": "已退本金", "freeze": "已冻结", "release": "已解冻",
    ]

    private func page(_ request: Request, _ context: StaffContext, _ entered: Entered) async throws -> Response {
        let id = try context.parameters.require("id", as: CustomerID.self)
        let query = request.uri.queryParameters
        let shown = query["receipt"].map { String($0) }
        let path = "/customers/\(id)/counter"
        let frame = try await desk.frame(
            context, room: .customers, path: path,
            toast: query["said"].flatMap { Self.said[String($0)] }.map { desk.book[context.language]($0) })
        guard let programme = frame.charter?.membership else { throw MemberService.NoProgramme() }
        let account = try await desk.members.account(of: id, naming: shown, for: context.principal)
        let form = CounterForm(programme: programme, words: frame.words)
        let results = MemberResults(programme: programme, zone: frame.time.zone, language: frame.language)
        let parts = CounterParts(
            account: account, programme: programme, frame: frame, results: results, path: path)
        let mayAct = context.principal.can(.actOnMembers)
        var stored: StoredParts?
        if let rules = programme.storedValue {
            stored = StoredParts(
                statement: try await desk.members.storedValue(of: id, for: context.principal), rules: rules,
                frame: frame,
                path: path)
        }
        let spending = SpendingParts(
            spending: try await desk.members.spending(of: id, for: context.principal), programme: programme,
            frame: frame)
        let offers = form.offers
        let (perks, given) = try await desk.members.perks(of: id, for: context.principal)
        let doings = try await desk.members.doings(of: id, for: context.principal)
        let (caption, names) = try await desk.database.read(for: context.principal.organisation) { transaction in
            (
                try CustomerDirectory(transaction, context.principal.organisation).captions(of: [id])[id],
                try OrganisationStore(transaction).names(
                    of: given.compactMap(\.staff), in: context.principal.organisation)
            )
        }
        func fields(_ fields: [FormField], isEntered: Bool) async throws -> [FieldPart] {
            try await desk.fieldParts(
                of: fields, input: isEntered ? entered.input : [:], query: "",
                faults: isEntered ? entered.faults : nil, frame: frame, principal: context.principal)
        }
        var acts: [CounterPage.Act] = []
        if mayAct {
            acts = try await parts.acts(entered: entered.action) {
                try await fields(form.fields(of: $0), isEntered: $0 == entered.action)
            }
            acts +=
                try await stored?.acts(entered: entered.action) {
                    try await fields(form.fields(of: $0), isEntered: $0 == entered.action)
                } ?? []
        }
        if context.principal.can(.restorePoints) {
            let isOpen = entered.action == "restore"
            acts += parts.restoring(try await fields(offers.restoring, isEntered: isOpen), isOpen: isOpen)
        }
        let perkRows = try await parts.perks(perks, asked: entered.perk, mayAct: mayAct) {
            try await fields(offers.fields(of: $0), isEntered: $0.key == entered.perk)
        }
        let result =
            entered.quote.map { parts.result($0, title: frame.words("试算")) }
            ?? account.named.map { parts.result($0.receipt.quote, title: frame.words("小票{0}", $0.number)) }
        return desk.html(
            CounterPage(
                shell: frame.shell, name: caption?.name ?? "", reference: caption?.reference ?? "",
                backPath: "/customers/\(id)", action: path, card: parts.card(stored),
                code: account.member.card == nil && stored == nil ? nil : caption.flatMap { MemberCode($0.reference) },
                figures: parts.figures() + (stored?.figures() ?? []) + [spending.figure()].compactMap { $0 },
                fields: mayAct
                    ? try await fields(form.purchase, isEntered: entered.action == nil && entered.perk == nil) : [],
                refusals: results.lines(entered.refusals).map { CounterPage.Line($0) }, result: result,
                acts: acts, perks: perkRows, hasPerks: !perks.isEmpty, given: parts.given(given, names: names),
                hasGiven: !given.isEmpty,
                activities: parts.activities(doings, mayAct: mayAct), hasActivities: !doings.isEmpty,
                stored: stored?.block(), spending: programme.sales == nil ? nil : spending.block(),
                receipts: parts.receipts(shown: shown),
                refund: mayAct ? account.named.flatMap { parts.refund(of: $0) } : nil, points: parts.points(),
                mayAct: mayAct),
            "members/counter", context, status: entered.status)
    }
}
