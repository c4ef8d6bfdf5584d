public import Primitives

/// A receipt that an act names.
public enum ReceiptLookup: Sendable, Hashable {
    case own(Receipt)
    /// Another customer's.
    case anothers
}

/// An act that was done.
public struct DoneAct: Sendable, Hashable {
    public let outcome: MemberOutcome
    /// The receipts that it made or changed.
    public let receipts: [NamedReceipt]
}

extension Programme {
    /// Does one act of a member.
    /// - Parameters:
    ///   - receipts: those that it builds on, as far as there are such; of a refund also those whose points had paid.
    ///   - lots: the oldest receipts of the member's account with points left that can pay, enough for a purchase.
    /// - Throws: all that stands against it.
    public func perform(
        _ act: MemberAct.Kind, for member: Member, on day: CalendarDay, receipts: [String: ReceiptLookup],
        lots: [NamedReceipt]
    ) throws(MemberRefusals) -> DoneAct {
        switch act {
        case .purchase(let number, let purchase):
            let (receipt, sold, spent) = try sell(purchase, to: member, on: day, from: lots)
            return DoneAct(
                outcome: MemberOutcome(member: sold, result: .sold(receipt.quote, points: purchase.tender.points)),
                receipts: [NamedReceipt(number: number, receipt: receipt)] + spent)
        case .refund(let number, let lines):
            let named = NamedReceipt(number: number, receipt: try receipts.receipt(number))
            let payers = try receipts.named(named.receipt.paidFrom.map(\.receipt))
            let done = try refund(
                try named.receipt.pieces(of: lines), of: named, from: member, on: day, payers: payers)
            return DoneAct(
                outcome: MemberOutcome(member: done.member, result: .refunded(done.refund)), receipts: done.receipts)
        case .join(let born, let numbers):
            let named = try receipts.named(numbers)
            return try change(try join(member, born: born, receipts: named, on: day), using: named)
        case .reactivate(let numbers):
            let named = try receipts.named(numbers)
            return try change(try reactivate(member, receipts: named, on: day), using: named)
        case .upgrade: return try change(try upgrade(member, on: day))
        case .renew: return try change(try renew(member, on: day))
        case .reportLoss: return try change(try reportLoss(member, on: day))
        case .replace(let isDecided, let isWaived):
            return try change(try replace(member, on: day, isDecided: isDecided, isWaived: isWaived))
        case .exchange(let kind, let points):
            let done = try exchange(points, in: kind, by: member, on: day, from: lots)
            return DoneAct(
                outcome: MemberOutcome(member: done.change.member, result: .changed(done.change)), receipts: done.lots)
        case .restore(let points, let reason):
            return try change(try restore(points, to: member, on: day, reason: reason))
        }
    }

    private func change(
        _ change: CardChange, using receipts: [NamedReceipt] = []
    ) throws(MemberRefusals) -> DoneAct {
        DoneAct(
            outcome: MemberOutcome(member: change.member, result: .changed(change)),
            receipts: receipts.map { named in
                var receipt = named.receipt
                receipt.isUsed = true
                return NamedReceipt(number: named.number, receipt: receipt)
            })
    }
}

extension Programme {
    /// Whether all was confirmed that the charter asks of whoever serves the customer.
    public func check(_ act: MemberAct.Kind, confirmed: Set<Confirmation.Key>) throws(MemberRefusals) {
        if let word = act.cardAct { try check(word.counterAct, confirmed: confirmed) }
    }

    /// The same for an act by its word.
    public func check(_ word: CounterAct, confirmed: Set<Confirmation.Key>) throws(MemberRefusals) {
        let lacking = confirmations.filter { $0.acts.contains(word) && !confirmed.contains($0.key) }
        guard lacking.isEmpty else {
            throw MemberRefusals(lacking.map { MemberRefusal(.unconfirmed($0.key), $0.clauses) })
        }
    }
}

extension MemberAct.Kind {
    /// `nil` for a purchase and a refund, and where only points change.
    public var cardAct: CardAct? {
        switch self {
        case .purchase, .refund, .exchange, .restore: nil
        case .join: .apply
        case .reactivate: .reactivate
        case .upgrade: .upgrade
        case .renew: .renew
        case .reportLoss: .reportLoss
        case .replace: .replace
        }
    }

    /// The receipts that it builds on.
    public var receiptNumbers: [String] {
        switch self {
        case .refund(let number, _): [number]
        case .join(_, let numbers), .reactivate(let numbers): numbers
        case .purchase, .upgrade, .renew, .reportLoss, .replace, .exchange, .restore: []
        }
    }

    /// What it takes off the card.
    public var pointsSpent: Points {
        switch self {
        case .purchase(_, let purchase): purchase.tender.points
        case .exchange(_, let points): points
        default: .zero
        }
    }
}

extension [String: ReceiptLookup] {
    fileprivate func receipt(_ number: String) throws(MemberRefusals) -> Receipt {
        switch self[number] {
        case .own(let receipt): return receipt
        case .anothers: throw MemberRefusals(.receiptOfAnother(number))
        case nil: throw MemberRefusals(.receiptUnknown(number))
        }
    }

    fileprivate func named(_ numbers: [String]) throws(MemberRefusals) -> [NamedReceipt] {
        var named: [NamedReceipt] = []
        for number in numbers { named.append(NamedReceipt(number: number, receipt: try receipt(number))) }
        return named
    }
}

extension MemberRefusals {
    public static let inFuture = MemberRefusals(.inFuture)

    /// It lies before the member's last act.
    public static func before(_ last: Instant) -> MemberRefusals { MemberRefusals(.outOfOrder(last)) }

    /// The receipt was posted before with other content.
    public static func changed(receipt number: String) -> MemberRefusals { MemberRefusals(.receiptChanged(number)) }

    /// The same of a recharge.
    public static func changed(recharge number: String) -> MemberRefusals { MemberRefusals(.rechargeChanged(number)) }
}
