public import Primitives

/// Members and receipts in memory, for running a history of acts from its first line.
public struct MemberBook: Sendable {
    /// The rules of the acts to come.
    public var programme: Programme
    public let zone: Zone
    private var members: [String: Member] = [:]
    private var sales: [String: Sale] = [:]
    private var last: Instant?

    /// Receipts with points left, by member, the oldest first.
    private var lots: [String: [String]] = [:]
    /// What refunds with a number of their own were answered.
    private var refunds: [String: (act: MemberAct, outcome: MemberOutcome)] = [:]

    private struct Sale: Sendable {
        let member: String
        let at: Instant
        var receipt: Receipt
        /// What the first of its postings was answered, which a repeat is answered again.
        let outcome: MemberOutcome
    }

    public init(programme: Programme, zone: Zone) {
        self.programme = programme
        self.zone = zone
    }

    /// A member as of an instant; one without a card where nobody has met it.
    public func member(_ number: String, at instant: Instant? = nil) -> Member {
        let member = members[number] ?? Member()
        return instant.map { member.rolled(to: zone.local($0).day) } ?? member
    }

    public func receipt(_ number: String) -> Receipt? { sales[number]?.receipt }

    /// Does one act, or says why not; then nothing has changed.
    /// - Parameter number: of a refund, by which a repeat is known.
    public mutating func perform(_ act: MemberAct, number: String? = nil) -> MemberOutcome {
        do throws(MemberRefusals) {
            if let earlier = try repeated(act, number) { return earlier }
            if let last, act.at < last { throw MemberRefusals.before(last) }
            let outcome = try accept(act)
            last = act.at
            if let number, case .refund = act.kind { refunds[number] = (act, outcome) }
            return outcome
        } catch {
            return MemberOutcome(member: member(act.member, at: act.at), result: .refused(error.refusals))
        }
    }

    private func repeated(_ act: MemberAct, _ number: String?) throws(MemberRefusals) -> MemberOutcome? {
        if case .purchase(let number, let purchase) = act.kind, let sale = sales[number] {
            guard sale.member == act.member, sale.at == act.at, sale.receipt.purchase == purchase else {
                throw MemberRefusals.changed(receipt: number)
            }
            return sale.outcome
        }
        guard let number, case .refund = act.kind, let earlier = refunds[number] else { return nil }
        guard earlier.act == act else { throw MemberRefusals.changed(receipt: number) }
        return earlier.outcome
    }

    private mutating func accept(_ act: MemberAct) throws(MemberRefusals) -> MemberOutcome {
        let done = try programme.perform(
            act.kind, for: member(act.member), on: zone.local(act.at).day,
            receipts: lookup(act), lots: payingLots(act))
        members[act.member] = done.outcome.member
        for named in done.receipts {
            if sales[named.number] == nil {
                sales[named.number] = Sale(
                    member: act.member, at: act.at, receipt: named.receipt, outcome: done.outcome)
                if named.receipt.unspent > .zero { lots[act.member, default: []].append(named.number) }
            }
            sales[named.number]?.receipt = named.receipt
        }
        return done.outcome
    }

    private func lookup(_ act: MemberAct) -> [String: ReceiptLookup] {
        var found: [String: ReceiptLookup] = [:]
        for number in act.kind.receiptNumbers {
            guard let sale = sales[number] else { continue }
            guard sale.member == act.member else {
                found[number] = .anothers
                continue
            }
            found[number] = .own(sale.receipt)
            guard case .refund = act.kind else { continue }
            for payment in sale.receipt.paidFrom {
                found[payment.receipt] = sales[payment.receipt].map { .own($0.receipt) }
            }
        }
        return found
    }

    /// The oldest receipts with points left that can pay, enough for the purchase.
    private func payingLots(_ act: MemberAct) -> [NamedReceipt] {
        guard act.kind.pointsSpent > .zero else { return [] }
        let day = zone.local(act.at).day
        let account = members[act.member]?.card?.account
        var left = act.kind.pointsSpent
        var paying: [NamedReceipt] = []
        // Receipts keep their places, since points that had paid may come back to them.
        for number in lots[act.member] ?? [] where left > .zero {
            guard let receipt = sales[number]?.receipt, receipt.unspent > .zero, receipt.account == account,
                receipt.usable <= day
            else { continue }
            left -= receipt.unspent
            paying.append(NamedReceipt(number: number, receipt: receipt))
        }
        return paying
    }
}

/// What somebody does at the counter.
public struct MemberAct: Sendable, Hashable {
    public let member: String
    public let at: Instant
    public let kind: Kind

    public init(member: String, at: Instant, kind: Kind) {
        self.member = member
        self.at = at
        self.kind = kind
    }

    /// Receipts go by their numbers.
    public enum Kind: Sendable, Hashable {
        case purchase(String, Purchase)
        /// - lines: those taken back, each with so many pieces of what was bought.
        case refund(String, [Purchase.Line])
        case join(born: CalendarDay?, receipts: [String])
        case reactivate(receipts: [String])
        case upgrade
        case renew
        case reportLoss
        case replace(isDecided: Bool, isWaived: Bool)
        /// Points for a gift of an activity.
        case exchange(ActivityKind.Key, points: Points)
        /// Points that were lost with a card, for a reason.
        case restore(Points, reason: String)
    }
}

/// What became of an act, and how the member stands after it.
public struct MemberOutcome: Sendable, Hashable {
    public let member: Member
    public let result: Result

    public init(member: Member, result: Result) {
        self.member = member
        self.result = result
    }

    public enum Result: Sendable, Hashable {
        case sold(Quote, points: Points)
        case refunded(Refund)
        case changed(CardChange)
        case refused([MemberRefusal])
    }
}

extension Receipt {
    /// How many pieces of each line some lines take back; of equal lines the first that has any left.
    func pieces(of lines: [Purchase.Line]) throws(MemberRefusals) -> [Int64] {
        var pieces = Array(repeating: Int64(0), count: returned.count)
        for (index, line) in lines.enumerated() {
            guard line.quantity > 0, line.quantity <= 1_000_000 else {
                throw MemberRefusals(.quantity(line: index + 1))
            }
            let equals = returned.indices.filter { purchase.lines[$0].isSame(as: line) }
            guard !equals.isEmpty else { throw MemberRefusals(.lineUnknown(line: index + 1)) }
            let free = equals.map { purchase.lines[$0].quantity - returned[$0] - pieces[$0] }
            guard line.quantity <= free.reduce(0, +) else {
                throw MemberRefusals(.refundAbove(line: index + 1, asked: line.quantity, left: free.reduce(0, +)))
            }
            var left = line.quantity
            for (position, free) in zip(equals, free) {
                let taken = min(left, free)
                pieces[position] += taken
                left -= taken
            }
        }
        return pieces
    }
}

extension Purchase.Line {
    /// Whether it is the same article at the same price, however many.
    fileprivate func isSame(as other: Self) -> Bool {
        list == other.list && price == other.price && goods == other.goods && isOnSale == other.isOnSale
            && isExcluded == other.isExcluded
    }
}
