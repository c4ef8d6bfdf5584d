public import Customers
public import Organisations
public import Policy
public import Primitives
public import Storage

/// Sells to customers and keeps their cards and points, by the membership rules in force.
public struct MemberService: Sendable {
    let database: any Database
    let journal: Journal
    let charters: CharterShelf
    private let secrets: PersonKeys

    public init(database: any Database, journal: Journal, charters: CharterShelf, secrets: PersonKeys) {
        self.database = database
        self.journal = journal
        self.charters = charters
        self.secrets = secrets
    }

    /// The charter in force knows no cards.
    public struct NoProgramme: Error, Sendable, Hashable {
        public init() {}
    }

    /// What a purchase would cost and earn now; nothing is kept.
    /// - Throws: `Denial` without `members.act` for that customer; `MemberRefusals`; `NoProgramme`.
    public func quote(
        _ purchase: Purchase, for customer: CustomerID, by principal: Principal
    ) async throws -> Quote {
        try await database.read(for: principal.organisation) { transaction in
            let (charter, programme) = try rules(for: principal, in: transaction)
            _ = try unit(of: customer, .actOnMembers, principal, transaction)
            let stored = try MemberStore(transaction, principal.organisation).member(customer)
            let day = charter.calendar.zone.local(transaction.now).day
            let done = try programme.sell(purchase, to: stored?.member ?? Member(), on: day)
            return done.receipt.quote
        }
    }

    /// Does one act at the counter: records it, and the entries of the ledgers with it.
    ///
    /// A receipt that was posted before with the same content is answered as it was then.
    /// - Parameters:
    ///   - confirmed: what whoever serves the customer confirms; `nil` for acts of a history, which were confirmed then.
    ///   - at: when it was done, never ahead of now nor before the member's last act; `nil` for now.
    /// - Throws: `Denial` without `members.act` for that customer; `MemberRefusals`; `NoProgramme`.
    @discardableResult
    public func perform(
        _ act: MemberAct.Kind, for customer: CustomerID, confirming confirmed: Set<Confirmation.Key>? = nil,
        at instant: Instant? = nil, by principal: Principal
    ) async throws -> MemberOutcome {
        try await database.write(for: principal.organisation) { transaction in
            try perform(act, for: customer, confirming: confirmed, at: instant, by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    public func perform(
        _ act: MemberAct.Kind, for customer: CustomerID, confirming confirmed: Set<Confirmation.Key>?,
        at instant: Instant?, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> MemberOutcome {
        try post(act, for: customer, confirming: confirmed, at: instant, by: principal, in: transaction).outcome
    }

    /// - Parameter more: what else the event says.
    /// - Returns: no event for what was posted before.
    func post(
        _ act: MemberAct.Kind, for customer: CustomerID, confirming confirmed: Set<Confirmation.Key>?,
        at instant: Instant?, by principal: Principal, in transaction: any WriteTransaction, saying more: Fields = [:]
    ) throws -> (outcome: MemberOutcome, event: Event.ID?) {
        let (charter, programme) = try rules(for: principal, in: transaction)
        let unit = try unit(of: customer, act.action, principal, transaction)
        let store = MemberStore(transaction, principal.organisation)
        let stored = try store.member(customer)
        let at = instant ?? transaction.now
        if let earlier = try store.repeated(act, by: customer, at: instant) { return (earlier, nil) }
        if let confirmed { try programme.check(act, confirmed: confirmed) }
        if at > transaction.now { throw MemberRefusals.inFuture }
        if let stored, at < stored.actedAt { throw MemberRefusals.before(stored.actedAt) }
        let day = charter.calendar.zone.local(at).day
        let before = stored?.member ?? Member()
        let receipts = try store.lookup(act, of: customer)
        let done = try programme.perform(
            act, for: before, on: day, receipts: receipts,
            lots: try store.payingLots(act, of: customer, before.card?.account, on: day))
        var draft = EventDraft(
            organisation: principal.organisation, type: act.event, subject: Event.Subject("customer", customer),
            unit: unit, actor: .staff(principal.staff), occurredAt: at, charterVersion: charter.version,
            body: done.outcome.body(of: act, confirmed ?? []).merging(done.pieces(of: act, before: receipts)) { $1 }
                .merging(more) { $1 })
        if case .restore(_, let reason) = act {
            draft.secret = try secrets.seal(
                ["reason": reason], for: customer, of: principal.organisation, in: transaction)
        }
        let event = try journal.record(draft, in: transaction)
        try store.save(done.outcome.member, of: customer, at: at, replacing: stored)
        if let confirmed { try store.save(confirmed, of: customer, event.id) }
        try follow(act, of: customer, done.outcome.member, day, event, by: programme, in: transaction)
        try store.save(done.receipts, of: act, by: customer, at: at, event, answer: done.outcome)
        let ledger = Ledger(transaction: transaction, organisation: principal.organisation, customer: customer)
        try ledger.post(act.event, event.id, from: before, rolledTo: day, done.outcome)
        if let stored = programme.storedValue {
            try moveStored(of: done.outcome, act, by: stored, for: customer, event, in: transaction)
        }
        try enterSales(
            of: done, act, before: receipts.receipt(of: act), by: programme, for: customer, principal, on: day, event,
            in: transaction)
        return (done.outcome, event.id)
    }

    /// A member with the last receipts and movements.
    public struct Account: Sendable {
        /// As of today.
        public let member: Member
        public let standing: CardStanding
        /// The last day of the card year.
        public let expiry: CalendarDay?
        /// The newest first.
        public let receipts: [NamedReceipt]
        /// The one that was asked for by its number, where the member has it.
        public let named: NamedReceipt?
        /// The newest first.
        public let movements: [Movement]
        public let day: CalendarDay
    }

    /// - Throws: `Denial` without `members.read`; `.notFound` for a customer out of reach; `NoProgramme`.
    public func account(
        of customer: CustomerID, naming number: String? = nil, limit: Int = 30, for principal: Principal
    ) async throws -> Account {
        try await database.read(for: principal.organisation) { transaction in
            try reader(of: customer, for: principal, in: transaction).account(naming: number, limit: limit)
        }
    }

    /// - Throws: `Denial` without `members.read`; `.notFound` for a customer out of reach; `NoProgramme`.
    func reader(
        of customer: CustomerID, for principal: Principal, in transaction: any ReadTransaction
    ) throws -> MemberReader {
        let (charter, programme) = try rules(for: principal, in: transaction)
        _ = try unit(of: customer, .readMembers, principal, transaction)
        return MemberReader(transaction, principal.organisation, customer, charter, programme)
    }

    func rules(
        for principal: Principal, in transaction: any ReadTransaction
    ) throws -> (charter: Charter, programme: Programme) {
        let charter = try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        guard let programme = charter.membership else { throw NoProgramme() }
        return (charter, programme)
    }

    func unit(
        of customer: CustomerID, _ action: Action, _ principal: Principal, _ transaction: any ReadTransaction
    ) throws -> UnitID {
        let found = try CustomerDirectory(transaction, principal.organisation)
            .unit(of: customer, within: principal.reach(action))
        guard let found else { throw StorageError.notFound("customer \(customer)") }
        return found
    }
}

extension [String: ReceiptLookup] {
    /// The receipt that a refund takes goods back of, as it was before.
    fileprivate func receipt(of act: MemberAct.Kind) -> Receipt? {
        guard case .refund(let number, _) = act, case .own(let receipt)? = self[number] else { return nil }
        return receipt
    }
}

extension DoneAct {
    /// Of a refund, how many pieces of each line came back, so that it can be run again.
    fileprivate func pieces(of act: MemberAct.Kind, before: [String: ReceiptLookup]) -> Fields {
        guard case .refund(let number, _) = act, let old = before.receipt(of: act),
            let new = receipts.first(where: { $0.number == number })?.receipt
        else { return [:] }
        return ["pieces": .list(zip(new.returned, old.returned).map { .integer($0 - $1) })]
    }
}

extension MemberAct.Kind {
    /// What the journal calls it.
    var event: String {
        switch self {
        case .purchase: "purchase.posted"
        case .refund: "purchase.refunded"
        case .join: "member.joined"
        case .reactivate: "member.reactivated"
        case .upgrade: "member.upgraded"
        case .renew: "member.renewed"
        case .reportLoss: "card.lost"
        case .replace: "card.replaced"
        case .exchange: "points.exchanged"
        case .restore: "points.restored"
        }
    }

    /// What it needs the permission for.
    var action: Action { if case .restore = self { .restorePoints } else { .actOnMembers } }
}

extension MemberOutcome {
    /// What the event says openly: figures, never a name.
    fileprivate func body(of act: MemberAct.Kind, _ confirmed: Set<Confirmation.Key>) -> Fields {
        var body: Fields = ["tier": .text(member.card?.tier ?? "none")]
        switch (act, result) {
        case (.purchase(let number, _), .sold(let quote, let points)):
            body["receipt"] = .text(number)
            body["due"] = .integer(quote.due.minorUnits)
            body["cash"] = .integer(quote.cash.minorUnits)
            body["earned"] = .integer(quote.earned.count)
            body["redeemed"] = .integer(points.count)
        case (.refund(let number, _), .refunded(let refund)):
            body["receipt"] = .text(number)
            body["due"] = .integer(refund.due.minorUnits)
            body["cash"] = .integer(refund.cash.minorUnits)
            body["taken_back"] = .integer(refund.takenBack.count)
            body["returned"] = .integer(refund.returned.count)
        case (.exchange(let kind, let points), .changed):
            body["kind"] = .text(kind)
            body["points"] = .integer(points.count)
        case (.restore(let points, _), .changed): body["points"] = .integer(points.count)
        case (_, .changed(let change)):
            body["card"] = .integer(Int64(member.card?.number ?? 0))
            body["fee"] = .integer(change.fee.minorUnits)
            if !act.receiptNumbers.isEmpty { body["receipts"] = .list(act.receiptNumbers.map { .text($0) }) }
            if !confirmed.isEmpty { body["confirmed"] = .list(confirmed.sorted().map { .text($0) }) }
        default: break
        }
        return body
    }
}
