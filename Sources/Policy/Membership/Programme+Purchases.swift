public import Primitives

extension Programme {
    /// Sells: what is due, and the member with the points paid and earned.
    ///
    /// A lapsed or expired card gives nothing, and the price is paid in full; a frozen one, or a new one before its
    /// first day, is refused.
    /// - Parameter lots: the oldest receipts of the member's account with points left that can pay, enough for those
    ///   asked for where there are so many.
    /// - Throws: all that stands against it.
    public func sell(
        _ purchase: Purchase, to member: Member, on day: CalendarDay, from lots: [NamedReceipt] = []
    ) throws(MemberRefusals) -> (receipt: Receipt, member: Member, lots: [NamedReceipt]) {
        try self.on(day).sellByRules(purchase, to: member, on: day, from: lots)
    }

    private func sellByRules(
        _ purchase: Purchase, to member: Member, on day: CalendarDay, from lots: [NamedReceipt]
    ) throws(MemberRefusals) -> (receipt: Receipt, member: Member, lots: [NamedReceipt]) {
        var member = member.rolled(to: day)
        let faults = purchase.faults(in: self)
        guard faults.isEmpty else { throw MemberRefusals(faults) }
        let standing = self.standing(of: member.card, on: day)
        let tier = member.card.flatMap { self.tier($0.tier) }
        if let tier {
            switch standing {
            case .frozen, .notYet: throw MemberRefusals(.standing(standing), clauses(of: standing, tier))
            default: break
            }
        }
        let quote = self.quote(purchase, for: member, on: day)
        let refusals = redemptionRefusals(purchase, quote, member, standing, tier)
        guard refusals.isEmpty else { throw MemberRefusals(refusals) }
        guard quote.cash >= .zero else {
            throw MemberRefusals(.tendersExceed(due: quote.due, given: quote.due - quote.cash))
        }
        if let cash = purchase.tender.cash, cash != quote.cash {
            throw MemberRefusals(.tendersDiffer(due: quote.due, given: quote.due - quote.cash + cash))
        }
        let isInYear = member.card.map { standing.isGood && day <= expiry(of: $0) } ?? false
        let usable = day.adding(days: redemption?.after.figure ?? 0)
        let (paidFrom, spent) = spend(purchase.tender.points, of: lots)
        let receipt = Receipt(
            day: day, purchase: purchase, quote: quote, tier: standing.isGood ? member.card?.tier : nil,
            card: member.card, isInYear: isInYear, usable: usable, paidFrom: paidFrom)
        member.points.spendable -= purchase.tender.points
        member.points.earn(quote.earned, usable: usable, on: day)
        if standing.isGood { member.card?.used = day }
        if isInYear {
            member.points.period += quote.earned
            member.card?.spend += quote.due
        }
        return (receipt, member, spent)
    }

    /// Spends points, the oldest first.
    func spend(
        _ points: Points, of lots: [NamedReceipt]
    ) -> (paidFrom: [Receipt.Payment], lots: [NamedReceipt]) {
        var left = points
        var paidFrom: [Receipt.Payment] = []
        var spent: [NamedReceipt] = []
        for lot in lots where left > .zero {
            var receipt = lot.receipt
            let taken = min(left, receipt.unspent)
            receipt.unspent -= taken
            left -= taken
            paidFrom.append(Receipt.Payment(receipt: lot.number, points: taken))
            spent.append(NamedReceipt(number: lot.number, receipt: receipt))
        }
        return (paidFrom, spent)
    }

    private func redemptionRefusals(
        _ purchase: Purchase, _ quote: Quote, _ member: Member, _ standing: CardStanding, _ tier: Tier?
    ) -> [MemberRefusal] {
        let asked = purchase.tender.points
        guard asked > .zero else { return [] }
        guard let redemption else { return [MemberRefusal(.noRedemption)] }
        guard standing.isGood else {
            let clauses = tier.map { self.clauses(of: standing, $0) } ?? redemption.worth.clauses
            return [MemberRefusal(.standing(standing), clauses)]
        }
        var refusals: [MemberRefusal] = []
        if asked.count % redemption.step.figure.count != 0 {
            refusals.append(MemberRefusal(.pointsStep(asked, step: redemption.step.figure), redemption.step.clauses))
        }
        if let clauses = limits.mixedTender, purchase.tender.nonCash + purchase.tender.stored > .zero {
            refusals.append(MemberRefusal(.pointsWithMixedTender, clauses))
        }
        if let clauses = limits.pointsOnDiscount, quote.discount > .zero {
            refusals.append(MemberRefusal(.pointsOnDiscount, clauses))
        }
        let (spendable, pending) = (member.points.spendable, member.points.pending)
        if asked > spendable {
            refusals.append(
                asked <= spendable + pending
                    ? MemberRefusal(
                        .pointsPending(asked, spendable: spendable, pending: pending), redemption.after.clauses)
                    : MemberRefusal(.pointsBalance(asked, spendable: spendable), redemption.worth.clauses))
        }
        return refusals
    }

    /// Takes goods back: each tender gets its part, and points follow.
    ///
    /// Points that had paid go back to the receipts that had earned them. Points that the goods had earned are taken
    /// back; those of them that were spent come off the cash, now or, where it is too little, at the next refund.
    /// Parts are reckoned on all that has been taken back so far, so that any sequence of refunds ends at the whole.
    /// - Parameters:
    ///   - pieces: how many, by line; as many as the purchase has lines.
    ///   - member: whose purchase it was.
    ///   - payers: the receipts whose points had paid.
    /// - Throws: more pieces than are left, or none.
    public func refund(
        _ pieces: [Int64], of named: NamedReceipt, from member: Member, on day: CalendarDay, payers: [NamedReceipt]
    ) throws(MemberRefusals) -> (refund: Refund, member: Member, receipts: [NamedReceipt]) {
        // What it was bought by is what it comes back by.
        try self.on(named.receipt.day).refundByRules(pieces, of: named, from: member, on: day, payers: payers)
    }

    private func refundByRules(
        _ pieces: [Int64], of named: NamedReceipt, from member: Member, on day: CalendarDay, payers: [NamedReceipt]
    ) throws(MemberRefusals) -> (refund: Refund, member: Member, receipts: [NamedReceipt]) {
        var (receipt, member) = (named.receipt, member.rolled(to: day))
        let lines = receipt.quote.lines
        for (index, count) in pieces.enumerated() {
            let left = lines[index].line.quantity - receipt.returned[index]
            guard count >= 0, count <= left else {
                throw MemberRefusals(.refundAbove(line: index + 1, asked: count, left: left))
            }
            receipt.returned[index] += count
        }
        guard pieces.contains(where: { $0 > 0 }) else { throw MemberRefusals(.lines) }
        let before = receipt.refunded
        receipt.refunded = refunded(receipt)
        let (returned, earned) = (receipt.refunded.points - before.points, receipt.refunded.earned - before.earned)
        let part = receipt.refunded.due - before.due
        var restored: [NamedReceipt] = []
        // Points that stayed with a card that was given up are nobody's to take or to give.
        if receipt.account == member.card?.account {
            restored = restore(receipt.refunded.points, after: before.points, of: receipt, to: payers)
            member.points.spendable += returned
            let taken = min(earned, receipt.unspent)
            receipt.unspent -= taken
            member.points.takeBack(taken, usable: receipt.usable, on: day)
            receipt.refunded.spent += earned - taken
            if receipt.isInYear, receipt.cardYear == member.card?.year {
                member.points.period -= earned
                member.card?.spend -= part
            }
        }
        let cash = receipt.refunded.cash - before.cash
        let owed = (redemption?.value(of: receipt.refunded.spent) ?? .zero) - before.kept
        let kept = min(owed, cash)
        receipt.refunded.kept += kept
        let spent = receipt.refunded.spent - before.spent
        var why: [Reason] = []
        let worth = redemption?.worth.clauses ?? []
        if returned > .zero { why.append(Reason(worth, .returnedPoints(returned))) }
        if receipt.quote.earned > .zero {
            let accrual = accruals.first { $0.unit != nil }
            why.append(Reason(accrual?.clauses ?? [], .takenBack(earned, left: receipt.cash)))
        }
        if kept > .zero || spent > .zero { why.append(Reason(worth, .chargedPoints(spent, worth: kept))) }
        let refund = Refund(
            due: part, cash: cash - kept, nonCash: receipt.refunded.nonCash - before.nonCash,
            stored: receipt.refunded.stored - before.stored, returned: returned, takenBack: earned - spent, kept: kept,
            why: why)
        return (refund, member, [NamedReceipt(number: named.number, receipt: receipt)] + restored)
    }

    /// Gives points back to the receipts that had earned them, in the order in which they were taken.
    private func restore(
        _ points: Points, after before: Points, of receipt: Receipt, to payers: [NamedReceipt]
    ) -> [NamedReceipt] {
        var start = Points.zero
        return receipt.paidFrom.compactMap { payment in
            let end = start + payment.points
            defer { start = end }
            let part = max(.zero, min(points, end) - max(before, start))
            guard part > .zero, let payer = payers.first(where: { $0.number == payment.receipt }) else { return nil }
            var restored = payer.receipt
            restored.unspent += part
            return NamedReceipt(number: payer.number, receipt: restored)
        }
    }

    /// All that is paid back once the pieces returned so far are: each tender its part, rounded down, and cash the
    /// rest, which never exceeds what was paid in cash and never falls.
    private func refunded(_ receipt: Receipt) -> Receipt.Refunded {
        let (quote, tender) = (receipt.quote, receipt.purchase.tender)
        let lines = zip(quote.lines, receipt.returned).map { priced, returned in
            let back = priced.due.times(returned, of: priced.line.quantity, rounding: .down)
            return (back: back, left: priced.due - back, accrual: priced.accrual)
        }
        var refunded = receipt.refunded
        refunded.due = lines.reduce(.zero) { $0 + $1.back }
        let (share, whole) = (refunded.due.minorUnits, max(1, quote.due.minorUnits))
        refunded.nonCash = tender.nonCash.times(share, of: whole, rounding: .down)
        refunded.stored = tender.stored.times(share, of: whole, rounding: .down)
        refunded.points = tender.points.times(share, of: whole)
        let worth = redemption?.value(of: refunded.points) ?? .zero
        let rest = refunded.due - refunded.nonCash - refunded.stored - worth
        refunded.cash = max(receipt.refunded.cash, min(quote.cash, rest))
        let notCash = quote.due - quote.cash - refunded.nonCash - refunded.stored - worth
        let left = earned(
            lines.map { ($0.left, $0.accrual) }, tier: receipt.tier.flatMap { self.tier($0) }, notCash: notCash)
        refunded.earned = max(receipt.refunded.earned, quote.earned - left)
        return refunded
    }
}
