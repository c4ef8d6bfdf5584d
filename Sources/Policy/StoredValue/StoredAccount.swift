public import Primitives

/// What a customer has paid in and not used up.
public struct StoredAccount: Sendable, Hashable {
    /// The day of the report that froze it.
    public var frozen: CalendarDay?
    /// What is left of each recharge, the oldest first; a recharge used up is not among them.
    public var lots: [Lot]

    public init(frozen: CalendarDay? = nil, lots: [Lot] = []) {
        self.frozen = frozen
        self.lots = lots
    }

    public var principal: Money { lots.reduce(.zero) { $0 + $1.principal } }
    public var bonus: Money { lots.reduce(.zero) { $0 + $1.bonus } }
    public var balance: Money { principal + bonus }

    /// What is left of one recharge.
    public struct Lot: Sendable, Hashable {
        /// The number of the recharge.
        public let recharge: String
        public var principal: Money
        public var bonus: Money
        /// The bonus that it began with.
        public let given: Money

        public init(recharge: String, principal: Money, bonus: Money, given: Money) {
            self.recharge = recharge
            self.principal = principal
            self.bonus = bonus
            self.given = given
        }
    }
}

/// A part of one recharge that moved.
public struct StoredPart: Sendable, Hashable {
    public let recharge: String
    public var principal: Money
    public var bonus: Money

    public init(recharge: String, principal: Money, bonus: Money) {
        self.recharge = recharge
        self.principal = principal
        self.bonus = bonus
    }

    public var amount: Money { principal + bonus }
}

/// What a payment of principal gives back, and what stays with the company.
public struct StoredPayOut: Sendable, Hashable {
    /// Handed out.
    public let paid: Money
    /// Principal kept for a bonus of the recharge that was used up before it.
    public let kept: Money
    /// Bonus that ends with the recharge.
    public let ended: Money
    public let why: [Reason]
}

extension StoredValue {
    /// What a recharge would add.
    /// - Returns: the bonus, and the arithmetic.
    /// - Throws: all that stands against it.
    public func recharge(
        _ amount: Money, paid tender: Tender, by payer: Payer, to account: StoredAccount
    ) throws(MemberRefusals) -> (bonus: Money, why: [Reason]) {
        guard amount > .zero, amount <= Purchase.largest else {
            throw MemberRefusals(.amount(.recharge, line: nil))
        }
        var refusals = account.frozen.map { [MemberRefusal(.storedFrozen($0), clauses)] } ?? []
        if let least, amount < least.figure {
            refusals.append(MemberRefusal(.rechargeBelow(amount, least: least.figure), least.clauses))
        }
        if tender == .cash, let limit = cashless[payer], amount >= limit.figure {
            refusals.append(MemberRefusal(.rechargeNotCash(amount, from: limit.figure), limit.clauses))
        }
        let reached = bonuses.last { $0.from <= amount }
        let bonus = reached?.gives ?? .zero
        let after = account.balance + amount + bonus
        if let cap, after > cap.figure {
            refusals.append(MemberRefusal(.storedAbove(after, most: cap.figure), cap.clauses))
        }
        guard refusals.isEmpty else { throw MemberRefusals(refusals) }
        var why = [Reason(clauses, .recharged(amount, balance: after))]
        if let reached {
            why.insert(Reason(reached.clauses, .bonus(reached.gives, from: reached.from)), at: 0)
        } else if let first = bonuses.first {
            why.insert(Reason(first.clauses, .noBonus(from: first.from)), at: 0)
        }
        return (bonus, why)
    }

    /// Takes an amount, the oldest recharge first.
    /// - Throws: where it is frozen, or holds less.
    public func take(_ amount: Money, from account: StoredAccount) throws(MemberRefusals) -> [StoredPart] {
        if let frozen = account.frozen { throw MemberRefusals(.storedFrozen(frozen), clauses) }
        guard amount <= account.balance else {
            throw MemberRefusals(.storedBalance(amount, balance: account.balance), clauses)
        }
        var left = amount
        return account.lots.compactMap { lot in
            guard left > .zero else { return nil }
            let first = min(left, pays == .principal ? lot.principal : lot.bonus)
            let second = min(left - first, pays == .principal ? lot.bonus : lot.principal)
            left -= first + second
            return pays == .principal
                ? StoredPart(recharge: lot.recharge, principal: first, bonus: second)
                : StoredPart(recharge: lot.recharge, principal: second, bonus: first)
        }
    }

    /// Gives an amount back to the recharges that it came from, what was taken last first.
    /// - Parameter outstanding: what a receipt took of each recharge and has not given back, in the order of taking.
    public func giveBack(_ amount: Money, of outstanding: [StoredPart]) -> [StoredPart] {
        var left = amount
        return outstanding.reversed().compactMap { part in
            guard left > .zero else { return nil }
            let last = min(left, pays == .principal ? part.bonus : part.principal)
            let first = min(left - last, pays == .principal ? part.principal : part.bonus)
            left -= last + first
            return pays == .principal
                ? StoredPart(recharge: part.recharge, principal: first, bonus: last)
                : StoredPart(recharge: part.recharge, principal: last, bonus: first)
        }
    }

    /// Pays out what is left of the principal of one recharge; its bonus ends.
    ///
    /// A bonus that was used before the principal is kept from it, so that nobody recharges to be paid out more.
    /// - Throws: where principal is not paid out, the account is frozen, or nothing is left.
    public func payOut(_ recharge: String, from account: StoredAccount) throws(MemberRefusals) -> StoredPayOut {
        guard let payOut else { throw MemberRefusals(.notPaidOut, clauses) }
        if let frozen = account.frozen { throw MemberRefusals(.storedFrozen(frozen), clauses) }
        guard let lot = account.lots.first(where: { $0.recharge == recharge }), lot.principal > .zero else {
            throw MemberRefusals(.nothingLeft(recharge), payOut)
        }
        let kept = pays == .bonus ? min(lot.principal, lot.given - lot.bonus) : .zero
        var why = [Reason(payOut, .paidOut(lot.principal - kept))]
        if kept > .zero { why.append(Reason(payOut, .keptForBonus(kept))) }
        if lot.bonus > .zero { why.append(Reason(payOut, .bonusEnds(lot.bonus))) }
        return StoredPayOut(paid: lot.principal - kept, kept: kept, ended: lot.bonus, why: why)
    }

    /// Reported lost: nothing moves from that day on.
    public func freeze(_ account: StoredAccount, on day: CalendarDay) throws(MemberRefusals) -> StoredAccount {
        if let frozen = account.frozen { throw MemberRefusals(.storedFrozen(frozen), clauses) }
        var account = account
        account.frozen = day
        return account
    }

    /// Found again, or another card handed out.
    public func release(_ account: StoredAccount) throws(MemberRefusals) -> StoredAccount {
        guard account.frozen != nil else { throw MemberRefusals(.storedNotFrozen, clauses) }
        var account = account
        account.frozen = nil
        return account
    }
}
