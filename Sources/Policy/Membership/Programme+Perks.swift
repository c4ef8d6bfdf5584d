public import Primitives

/// What somebody asks for at the counter.
public struct PerkRequest: Sendable, Hashable {
    public let perk: Perk.Key
    public let option: String?
    public let receipt: String?
    /// Whether a member of staff was named who serves.
    public let isAssigned: Bool

    public init(perk: Perk.Key, option: String? = nil, receipt: String? = nil, isAssigned: Bool = false) {
        self.perk = perk
        self.option = option
        self.receipt = receipt
        self.isAssigned = isAssigned
    }
}

/// What is given.
public struct PerkGrant: Sendable, Hashable {
    public let perk: Perk.Key
    public let tier: Tier.Key
    public let count: Int64
    public let clause: Clause.Key?
    /// Within which it may be given once; `nil` where it may be given whenever it is asked for.
    public let period: String?
}

extension Programme {
    /// The period that a perk would be given in on that day; `nil` where it has none, or stands in none.
    public func period(of perk: Perk, for member: Member, on day: CalendarDay) -> String? {
        guard let card = member.card else { return nil }
        switch perk.each {
        case .day: return "\(card.account):\(day)"
        // An exchange for a higher card is an issue of that one, a replacement or a renewal is none.
        case .issue: return "\(card.account):\(card.tier)"
        case .birthday: return member.born.flatMap { birthday(near: day, born: $0) }.map { String($0.year) }
        case .request: return nil
        }
    }

    /// Gives a perk, or says why not.
    /// - Parameters:
    ///   - receipt: the one that the request names, as far as there is such.
    ///   - given: the day on which it was given in the period at hand.
    public func give(
        _ request: PerkRequest, to member: Member, on day: CalendarDay, receipt: ReceiptLookup? = nil,
        given: CalendarDay? = nil
    ) throws(MemberRefusals) -> PerkGrant {
        guard let perk = offers.perk(request.perk) else { throw MemberRefusals(.perkUnknown(request.perk)) }
        let count = try entitlement(to: perk, of: member, on: day)
        if perk.each == .birthday { try checkBirthday(member.born, on: day, count.clauses) }
        if let given { throw MemberRefusals(.perkGiven(perk.key, on: given), count.clauses) }
        try checkDetails(request, of: perk, count.clauses)
        if let number = request.receipt { try check(receipt, number, of: member, count.clauses) }
        let clause = perk.options.first { $0.key == request.option }?.clauses.first ?? count.clause
        return PerkGrant(
            perk: perk.key, tier: member.card?.tier ?? "", count: count.figure, clause: clause,
            period: period(of: perk, for: member, on: day))
    }

    /// How many of it the card gives.
    /// - Throws: that it gives none, or does not work.
    public func entitlement(
        to perk: Perk, of member: Member, on day: CalendarDay
    ) throws(MemberRefusals) -> Ruled<Int64> {
        guard let card = member.card, let tier = tier(card.tier) else {
            throw MemberRefusals(.noCard, perk.allClauses)
        }
        let standing = self.standing(of: card, on: day)
        guard standing.isGood else { throw MemberRefusals(.standing(standing), clauses(of: standing, tier)) }
        guard let count = perk.counts[tier.key] else {
            let lowest = tiers.first { perk.counts[$0.key] != nil }
            throw MemberRefusals(.perkOfTier(perk.key, from: lowest?.key ?? ""), perk.allClauses)
        }
        return count
    }

    /// What keeps a perk from a member on a day, whatever else is said about it.
    public func refusal(of perk: Perk, to member: Member, on day: CalendarDay) -> MemberRefusal? {
        do throws(MemberRefusals) {
            let count = try entitlement(to: perk, of: member, on: day)
            if perk.each == .birthday { try checkBirthday(member.born, on: day, count.clauses) }
            return nil
        } catch {
            return error.refusals.first
        }
    }

    private func checkDetails(
        _ request: PerkRequest, of perk: Perk, _ clauses: [Clause.Key]
    ) throws(MemberRefusals) {
        var refusals: [MemberRefusal] = []
        if perk.options.isEmpty ? request.option != nil : !perk.options.contains(where: { $0.key == request.option }) {
            refusals.append(MemberRefusal(.perkOption(perk.key), clauses))
        }
        if perk.takesReceipt != (request.receipt != nil) {
            refusals.append(MemberRefusal(perk.takesReceipt ? .perkReceipt : .perkWithoutReceipt, clauses))
        }
        if perk.isAssigned != request.isAssigned {
            refusals.append(MemberRefusal(perk.isAssigned ? .perkStaff : .perkWithoutStaff, clauses))
        }
        guard refusals.isEmpty else { throw MemberRefusals(refusals) }
    }

    private func check(
        _ receipt: ReceiptLookup?, _ number: String, of member: Member, _ clauses: [Clause.Key]
    ) throws(MemberRefusals) {
        switch receipt {
        case .own(let receipt):
            guard receipt.account == member.card?.account else {
                throw MemberRefusals(.receiptNotOnCard(number), clauses)
            }
        case .anothers: throw MemberRefusals(.receiptOfAnother(number), clauses)
        case nil: throw MemberRefusals(.receiptUnknown(number), clauses)
        }
    }

    // MARK: Birthdays

    /// The birthday in a year of somebody born on a day.
    public func birthday(in year: Int, born: CalendarDay) -> CalendarDay {
        if born.month == 2, born.day == 29, CalendarDay.length(ofMonth: 2, year: year) == 28 {
            return CalendarDay(year: year, month: leapBirthday.month, day: leapBirthday.day) ?? born
        }
        return CalendarDay(year: year, month: born.month, day: born.day) ?? born
    }

    /// The first birthday from a day on.
    public func birthday(from day: CalendarDay, born: CalendarDay) -> CalendarDay {
        let first = birthday(in: day.year, born: born)
        return first >= day ? first : birthday(in: day.year + 1, born: born)
    }

    /// The birthday whose days of giving a day is in.
    public func birthday(near day: CalendarDay, born: CalendarDay) -> CalendarDay? {
        guard let rule = offers.birthdays else { return nil }
        return (day.year - 1...day.year + 1).lazy.map { birthday(in: $0, born: born) }.last { birthday in
            day >= birthday.adding(days: -rule.ahead) && day <= birthday.adding(days: rule.until)
        }
    }

    /// The days of birth, as month and day, that have their birthday on a day: two where it stands in for 29 February.
    public func birthsCelebrated(on day: CalendarDay) -> [MonthDay] {
        let own = MonthDay(month: day.month, day: day.day)
        let isLeap = CalendarDay.length(ofMonth: 2, year: day.year) == 29
        return own == leapBirthday && !isLeap ? [own, MonthDay(month: 2, day: 29)] : [own]
    }

    private func checkBirthday(
        _ born: CalendarDay?, on day: CalendarDay, _ clauses: [Clause.Key]
    ) throws(MemberRefusals) {
        guard let born else { throw MemberRefusals(.bornUnknown, clauses) }
        guard birthday(near: day, born: born) == nil else { return }
        let next = birthday(from: day, born: born)
        throw MemberRefusals(.birthdayFrom(next.adding(days: -(offers.birthdays?.ahead ?? 0))), clauses)
    }
}
