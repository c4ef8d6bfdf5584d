import Customers
public import Organisations
public import Policy
public import Primitives
public import Storage

/// An act on a customer's stored value.
public enum StoredAct: Sendable, Hashable {
    /// Under a number of its own.
    case recharge(String, Money, StoredValue.Tender)
    /// What is left of the principal of one recharge is handed out.
    case payOut(String)
    /// Reported lost: nothing moves until it is released.
    case freeze
    case release

    /// What the journal calls it.
    var event: String {
        switch self {
        case .recharge: "stored.recharged"
        case .payOut: "stored.paid_out"
        case .freeze: "stored.frozen"
        case .release: "stored.released"
        }
    }

    var counterAct: CounterAct? {
        switch self {
        case .recharge: .recharge
        case .payOut: .payOut
        case .freeze, .release: nil
        }
    }
}

/// What became of an act on stored value.
public struct StoredOutcome: Sendable, Hashable {
    public let principal: Money
    public let bonus: Money
    public let frozen: CalendarDay?
    /// Of a recharge, what was given on top.
    public let given: Money
    /// Of a payment of principal, what was handed out.
    public let paid: Money
    public let why: [Reason]

    init(_ account: StoredAccount, given: Money = .zero, paid: Money = .zero, why: [Reason]) {
        principal = account.principal
        bonus = account.bonus
        frozen = account.frozen
        self.given = given
        self.paid = paid
        self.why = why
    }
}

extension MemberService {
    /// The programme keeps no stored value.
    public struct NoStoredValue: Error, Sendable, Hashable {
        public init() {}
    }

    /// Does one act on stored value; a recharge posted before with the same content is answered with the balances of now.
    /// - Throws: `Denial` without `members.act` for that customer; `MemberRefusals`; `NoProgramme`; `NoStoredValue`.
    @discardableResult
    public func perform(
        _ act: StoredAct, for customer: CustomerID, confirming confirmed: Set<Confirmation.Key>? = nil,
        by principal: Principal
    ) async throws -> StoredOutcome {
        try await database.write(for: principal.organisation) { transaction in
            try perform(act, for: customer, confirming: confirmed, by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    public func perform(
        _ act: StoredAct, for customer: CustomerID, confirming confirmed: Set<Confirmation.Key>?,
        by principal: Principal, in transaction: any WriteTransaction
    ) throws -> StoredOutcome {
        let (charter, programme) = try rules(for: principal, in: transaction)
        guard let rules = programme.storedValue else { throw NoStoredValue() }
        let unit = try unit(of: customer, .actOnMembers, principal, transaction)
        let store = StoredStore(transaction: transaction, organisation: principal.organisation, customer: customer)
        let stored = try store.account()
        let before = stored?.account ?? StoredAccount()
        if case .recharge(let number, let amount, let tender) = act, let earlier = try store.recharge(number) {
            guard earlier.customer == customer, earlier.recharge.paid == amount, earlier.recharge.tender == tender
            else {
                throw MemberRefusals.changed(recharge: number)
            }
            return StoredOutcome(before, given: earlier.recharge.given, why: [])
        }
        if let confirmed, let word = act.counterAct { try programme.check(word, confirmed: confirmed) }
        let day = charter.calendar.zone.local(transaction.now).day
        var body: Fields = [:]
        func record() throws -> Event {
            try journal.record(
                EventDraft(
                    organisation: principal.organisation, type: act.event, subject: Event.Subject("customer", customer),
                    unit: unit, actor: .staff(principal.staff), occurredAt: transaction.now,
                    charterVersion: charter.version, body: body), in: transaction)
        }
        func ledger(_ event: Event) -> StoredLedger {
            StoredLedger(
                transaction: transaction, organisation: principal.organisation, customer: customer, purpose: act.event,
                event: event)
        }
        let current = { try stored ?? store.open(in: transaction) }
        switch act {
        case .recharge(let number, let amount, let tender):
            let payer = try payer(customer, principal, transaction)
            let (bonus, why) = try rules.recharge(amount, paid: tender, by: payer, to: before)
            body = [
                "recharge": .text(number), "amount": .integer(amount.minorUnits), "bonus": .integer(bonus.minorUnits),
                "tender": .text(tender.rawValue),
            ]
            let event = try record()
            let row = try current()
            try transaction.run(
                """
                INSERT INTO recharge (organisation, number, customer, charged_at, day, charter_version, tender, staff, unit,
                    paid, given, principal, bonus, event)
                VALUES (\(principal.organisation), \(number), \(customer), \(transaction.now), \(day), \(charter.version),
                    \(tender.rawValue), \(principal.staff), \(principal.unit), \(amount.minorUnits), \(bonus.minorUnits),
                    0, 0, \(event.id))
                """)
            try ledger(event).post(
                [StoredPart(recharge: number, principal: amount, bonus: bonus)],
                against: [
                    StoredLedger.Entry(recharge: number, account: "paid_in", amount: .zero - amount),
                    StoredLedger.Entry(recharge: number, account: "granted", amount: .zero - bonus),
                ], on: row)
            try enterSale(
                amount, of: number, by: programme, for: customer, principal, on: day, event,
                in: transaction)
            var after = before
            after.lots.append(StoredAccount.Lot(recharge: number, principal: amount, bonus: bonus, given: bonus))
            return StoredOutcome(after, given: bonus, why: why)
        case .payOut(let number):
            let done = try rules.payOut(number, from: before)
            body = [
                "recharge": .text(number), "amount": .integer(done.paid.minorUnits),
                "kept": .integer(done.kept.minorUnits), "ended": .integer(done.ended.minorUnits),
            ]
            let event = try record()
            try enterSale(
                .zero - done.paid, of: number, by: programme, for: customer, principal, on: day, event,
                in: transaction)
            try ledger(event).post(
                [StoredPart(recharge: number, principal: .zero - done.paid - done.kept, bonus: .zero - done.ended)],
                against: [
                    StoredLedger.Entry(recharge: number, account: "paid_out", amount: done.paid),
                    StoredLedger.Entry(recharge: number, account: "kept", amount: done.kept),
                    StoredLedger.Entry(recharge: number, account: "ended", amount: done.ended),
                ], on: current())
            var after = before
            after.lots.removeAll { $0.recharge == number }
            return StoredOutcome(after, paid: done.paid, why: done.why)
        case .freeze, .release:
            let after = act == .freeze ? try rules.freeze(before, on: day) : try rules.release(before)
            _ = try record()
            try store.mark(frozen: after.frozen, on: current(), in: transaction)
            return StoredOutcome(after, why: [])
        }
    }

    /// Counts a recharge for whoever took it, and what is paid out of it against the same person.
    private func enterSale(
        _ amount: Money, of recharge: String, by programme: Programme, for customer: CustomerID, _ principal: Principal,
        on day: CalendarDay,
        _ event: Event, in transaction: any WriteTransaction
    ) throws {
        guard programme.keepsSales else { return }
        let store = SaleStore(transaction: transaction, organisation: principal.organisation, customer: customer)
        let isPaidIn = amount > .zero
        let seller =
            isPaidIn
            ? SaleStore.Seller(
                staff: principal.staff, unit: principal.unit, isSecond: try store.wasServed(before: day))
            : try store.seller(of: recharge)
        // What never counted is not taken off anybody.
        guard let seller else { return }
        try store.enter(
            [programme.entry(ofRecharge: amount)], of: recharge, by: seller, on: day, event, in: transaction)
    }

    /// Takes what a receipt was paid with of stored value, or gives back what a refund returns of it.
    func moveStored(
        of done: MemberOutcome, _ act: MemberAct.Kind, by rules: StoredValue, for customer: CustomerID, _ event: Event,
        in transaction: any WriteTransaction
    ) throws {
        let store = StoredStore(transaction: transaction, organisation: event.organisation, customer: customer)
        let (receipt, parts): (String, [StoredPart])
        switch (act, done.result) {
        case (.purchase(let number, let purchase), .sold) where purchase.tender.stored > .zero:
            receipt = number
            parts = try rules.take(purchase.tender.stored, from: store.account()?.account ?? StoredAccount()).map {
                StoredPart(recharge: $0.recharge, principal: .zero - $0.principal, bonus: .zero - $0.bonus)
            }
        case (.refund(let number, _), .refunded(let refund)) where refund.stored > .zero:
            receipt = number
            parts = rules.giveBack(refund.stored, of: try store.outstanding(of: number))
        default: return
        }
        let ledger = StoredLedger(
            transaction: transaction, organisation: event.organisation, customer: customer, purpose: act.event,
            event: event, receipt: receipt)
        try ledger.post(
            parts,
            against: parts.map {
                StoredLedger.Entry(recharge: $0.recharge, account: "spent", amount: .zero - $0.amount)
            }, on: store.account() ?? store.open(in: transaction))
    }

    /// Stored value with its recharges and movements.
    public struct StoredStatement: Sendable {
        public let account: StoredAccount
        /// The newest first.
        public let recharges: [Recharge]
        /// The newest first.
        public let movements: [StoredMovement]

        /// Each act once, the newest first, with the balance after it.
        public var steps: [StoredStep] {
            var balance = account.balance
            var steps: [StoredStep] = []
            var rest = movements[...]
            while let first = rest.first {
                let group = rest.prefix { $0.posting == first.posting }
                rest = rest.dropFirst(group.count)
                let amount = group.reduce(Money.zero) { $0 + $1.amount }
                steps.append(
                    StoredStep(
                        at: first.at, purpose: first.purpose, number: first.receipt ?? first.recharge, amount: amount,
                        bonus: group.filter { $0.account == "bonus" }.reduce(.zero) { $0 + $1.amount },
                        balance: balance))
                balance -= amount
            }
            return steps
        }
    }

    /// What an act did to stored value.
    public struct StoredStep: Sendable, Hashable {
        public let at: Instant
        /// `stored.recharged` …
        public let purpose: String
        /// Of the receipt, or of the recharge.
        public let number: String
        public let amount: Money
        /// Of the amount, what was given on top.
        public let bonus: Money
        /// After it.
        public let balance: Money
    }

    /// - Throws: `Denial` without `members.read`; `.notFound` for a customer out of reach; `NoProgramme`; `NoStoredValue`.
    public func storedValue(
        of customer: CustomerID, limit: Int = 30, for principal: Principal
    ) async throws -> StoredStatement {
        try await database.read(for: principal.organisation) { transaction in
            guard try rules(for: principal, in: transaction).programme.storedValue != nil else { throw NoStoredValue() }
            return try reader(of: customer, for: principal, in: transaction).storedValue(limit: limit)
        }
    }

    private func payer(
        _ customer: CustomerID, _ principal: Principal, _ transaction: any ReadTransaction
    ) throws -> StoredValue.Payer {
        switch try CustomerDirectory(transaction, principal.organisation).kind(of: customer) {
        case .company: .company
        case .person, nil: .person
        }
    }
}
