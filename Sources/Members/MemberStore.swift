import Foundation
import Organisations
import Policy
public import Primitives
public import Storage

/// A member as the row has it.
struct StoredMember {
    let member: Member
    let actedAt: Instant
    let revision: Int
}

/// The rows of members, receipts and movements.
struct MemberStore {
    private let transaction: any ReadTransaction
    private let organisation: OrganisationID

    init(_ transaction: any ReadTransaction, _ organisation: OrganisationID) {
        self.transaction = transaction
        self.organisation = organisation
    }

    // MARK: Members

    func member(_ customer: CustomerID) throws -> StoredMember? {
        let lots = try transaction.all(
            """
            SELECT usable, points FROM member_lot
            WHERE organisation = \(organisation) AND customer = \(customer) ORDER BY usable
            """
        ) { PointsBalance.Lot(usable: try $0[0], points: Points(try $0[1])) }
        return try transaction.first(
            """
            SELECT born, tier, card, card_year, issued, usable, used, lost, spend, spendable, period, acted_at, revision,
                account
            FROM member WHERE organisation = \(organisation) AND customer = \(customer)
            """
        ) { row in
            var member = Member()
            member.born = try row[0]
            if let tier = try row[1] as String? {
                member.card = MemberCard(
                    tier: tier, number: try row[2], year: try row[3], account: try row[13], issued: try row[4],
                    usable: try row[5], used: try row[6], lost: try row[7], spend: Money(minorUnits: try row[8]))
            }
            member.points.spendable = Points(try row[9])
            member.points.period = Points(try row[10])
            member.points.lots = lots
            return StoredMember(member: member, actedAt: try row[11], revision: try row[12])
        }
    }

    /// Writes the row as the act left it; the revision guards against a second counter.
    func save(
        _ member: Member, of customer: CustomerID, at instant: Instant,
        replacing stored: StoredMember?
    ) throws {
        let write = try writing()
        let (card, points) = (member.card, member.points)
        if let stored {
            try write.run(
                """
                UPDATE member SET born = \(member.born), tier = \(card?.tier), card = \(card?.number), card_year = \(card?.year),
                    account = \(card?.account),
                    issued = \(card?.issued), usable = \(card?.usable), used = \(card?.used), lost = \(card?.lost),
                    spend = \(card?.spend.minorUnits), spendable = \(points.spendable.count),
                    period = \(points.period.count), acted_at = \(instant), revision = revision + 1
                WHERE organisation = \(organisation) AND customer = \(customer) AND revision = \(stored.revision)
                """, changing: 1, orElse: .changedMeanwhile("member \(customer)"))
        } else {
            try write.run(
                """
                INSERT INTO member (organisation, customer, born, tier, card, card_year, account, issued, usable, used,
                    lost, spend, spendable, period, acted_at)
                VALUES (\(organisation), \(customer), \(member.born), \(card?.tier), \(card?.number), \(card?.year),
                    \(card?.account), \(card?.issued), \(card?.usable), \(card?.used), \(card?.lost), \(card?.spend.minorUnits),
                    \(points.spendable.count), \(points.period.count), \(instant))
                """)
        }
        guard points.lots != stored?.member.points.lots ?? [] else { return }
        try write.run("DELETE FROM member_lot WHERE organisation = \(organisation) AND customer = \(customer)")
        for lot in points.lots {
            try write.run(
                """
                INSERT INTO member_lot (organisation, customer, usable, points)
                VALUES (\(organisation), \(customer), \(lot.usable), \(lot.points.count))
                """)
        }
    }

    /// Keeps what was confirmed; the last time stands.
    func save(_ confirmed: Set<Confirmation.Key>, of customer: CustomerID, _ event: Event.ID) throws {
        let write = try writing()
        for key in confirmed.sorted() {
            try write.run(
                """
                INSERT INTO member_confirmation (organisation, customer, confirmation, event)
                VALUES (\(organisation), \(customer), \(key), \(event))
                ON CONFLICT (organisation, customer, confirmation) DO UPDATE SET event = excluded.event
                """)
        }
    }

    /// What a member confirmed, and when, in order of time.
    func confirmations(of customer: CustomerID) throws -> [(key: Confirmation.Key, at: Instant)] {
        try transaction.all(
            """
            SELECT c.confirmation, e.occurred_at
            FROM member_confirmation c JOIN event e ON e.organisation = c.organisation AND e.id = c.event
            WHERE c.organisation = \(organisation) AND c.customer = \(customer) ORDER BY c.event, c.confirmation
            """
        ) { (key: try $0[0], at: try $0[1]) }
    }

    // MARK: Receipts

    /// What a posting of the same receipt was answered.
    /// - Throws: `MemberRefusals` when it was posted with other content.
    func repeated(_ act: MemberAct.Kind, by customer: CustomerID, at instant: Instant?) throws -> MemberOutcome? {
        guard case .purchase(let number, let purchase) = act else { return nil }
        let found = try transaction.first(
            """
            SELECT customer, sold_at, body, answer FROM receipt
            WHERE organisation = \(organisation) AND number = \(number)
            """
        ) {
            (
                customer: try $0[0] as CustomerID, at: try $0[1] as Instant, body: try $0[2] as String,
                answer: try $0[3] as String
            )
        }
        guard let found else { return nil }
        let receipt = try Stored.decode(Receipt.self, found.body)
        guard found.customer == customer, instant == nil || instant == found.at, receipt.purchase == purchase else {
            throw MemberRefusals.changed(receipt: number)
        }
        return MemberOutcome(
            member: try Stored.decode(Member.self, found.answer),
            result: .sold(receipt.quote, points: purchase.tender.points))
    }

    /// The receipts that an act builds on; of a refund also those whose points had paid.
    func lookup(_ act: MemberAct.Kind, of customer: CustomerID) throws -> [String: ReceiptLookup] {
        var found = try lookup(act.receiptNumbers, of: customer)
        if case .refund(let number, _) = act, case .own(let receipt)? = found[number] {
            found.merge(try lookup(receipt.paidFrom.map(\.receipt), of: customer)) { first, _ in first }
        }
        return found
    }

    func lookup(_ numbers: [String], of customer: CustomerID) throws -> [String: ReceiptLookup] {
        if numbers.isEmpty { return [:] }
        let rows = try transaction.all(
            """
            SELECT number, customer, body FROM receipt
            WHERE organisation = \(organisation) AND number IN \(list: Array(Set(numbers)).sorted())
            """
        ) { (try $0[0] as String, try $0[1] as CustomerID, try $0[2] as String) }
        return try rows.reduce(into: [:]) { found, row in
            found[row.0] = row.1 == customer ? .own(try Stored.decode(Receipt.self, row.2)) : .anothers
        }
    }

    /// The oldest receipts with points left that can pay, enough for the purchase.
    func payingLots(
        _ act: MemberAct.Kind, of customer: CustomerID, _ account: Int?, on day: CalendarDay
    ) throws -> [NamedReceipt] {
        guard let account, act.pointsSpent > .zero else { return [] }
        var left = act.pointsSpent
        var paying: [NamedReceipt] = []
        var last: (at: Instant, number: String)?
        while left > .zero {
            let later: SQL = last.map { "AND (sold_at, number) > (\($0.at), \($0.number))" } ?? ""
            let rows = try transaction.all(
                """
                SELECT number, sold_at, body FROM receipt
                WHERE organisation = \(organisation) AND customer = \(customer) AND unspent > 0 AND account = \(account)
                  AND usable <= \(day) \(later)
                ORDER BY sold_at, number LIMIT \(limit: 20)
                """
            ) { (number: try $0[0] as String, at: try $0[1] as Instant, body: try $0[2] as String) }
            for row in rows where left > .zero {
                let receipt = try Stored.decode(Receipt.self, row.body)
                left -= receipt.unspent
                paying.append(NamedReceipt(number: row.number, receipt: receipt))
            }
            guard rows.count == 20, let row = rows.last else { break }
            last = (row.at, row.number)
        }
        return paying
    }

    func receipt(_ number: String, of customer: CustomerID) throws -> NamedReceipt? {
        guard case .own(let receipt)? = try lookup([number], of: customer)[number] else { return nil }
        return NamedReceipt(number: number, receipt: receipt)
    }

    func receipts(of customer: CustomerID, limit: Int) throws -> [NamedReceipt] {
        try transaction.all(
            """
            SELECT number, body FROM receipt WHERE organisation = \(organisation) AND customer = \(customer)
            ORDER BY sold_at DESC, number DESC LIMIT \(limit: limit)
            """
        ) { NamedReceipt(number: try $0[0], receipt: try Stored.decode(Receipt.self, try $0[1])) }
    }

    /// Every receipt of a customer, by its number.
    func allReceipts(of customer: CustomerID) throws -> [String: Receipt] {
        let rows = try transaction.all(
            "SELECT number, body FROM receipt WHERE organisation = \(organisation) AND customer = \(customer)"
        ) { (number: try $0[0] as String, receipt: try Stored.decode(Receipt.self, try $0[1])) }
        return Dictionary(rows.map { ($0.number, $0.receipt) }) { first, _ in first }
    }

    /// Keeps the receipts that an act made or changed.
    func save(
        _ receipts: [NamedReceipt], of act: MemberAct.Kind, by customer: CustomerID, at instant: Instant,
        _ event: Event,
        answer: MemberOutcome
    ) throws {
        let write = try writing()
        let sold: String? = if case .purchase(let number, _) = act { number } else { nil }
        for named in receipts {
            let body = Value.json(try Stored.encode(named.receipt))
            if named.number == sold {
                let quote = named.receipt.quote
                try write.run(
                    """
                    INSERT INTO receipt (organisation, number, customer, sold_at, day, charter_version, due, cash, earned,
                        account, usable, unspent, body, answer, event)
                    VALUES (\(organisation), \(named.number), \(customer), \(instant), \(named.receipt.day),
                        \(event.charterVersion ?? 0), \(quote.due.minorUnits), \(quote.cash.minorUnits),
                        \(quote.earned.count), \(named.receipt.account), \(named.receipt.usable),
                        \(named.receipt.unspent.count), \(body), \(Value.json(try Stored.encode(answer.member))), \(event.id))
                    """)
            } else {
                try write.run(
                    """
                    UPDATE receipt SET body = \(body), unspent = \(named.receipt.unspent.count), revision = revision + 1
                    WHERE organisation = \(organisation) AND number = \(named.number)
                    """, changing: 1, orElse: .changedMeanwhile("receipt \(named.number)"))
            }
        }
    }

    // MARK: Movements

    func movements(of customer: CustomerID, limit: Int) throws -> [Movement] {
        try transaction.all(
            """
            SELECT l.posting, e.occurred_at, l.purpose, l.account, l.amount
            FROM ledger_entry l JOIN event e ON e.organisation = l.organisation AND e.id = l.posting
            WHERE l.organisation = \(organisation) AND l.customer = \(customer)
              AND l.account IN ('spendable', 'pending')
            ORDER BY l.posting DESC, l.ordinal LIMIT \(limit: limit)
            """
        ) {
            Movement(
                posting: try $0[0], at: try $0[1], purpose: try $0[2], account: try $0[3], points: Points(try $0[4]))
        }
    }

    private func writing() throws -> any WriteTransaction {
        guard let write = transaction as? any WriteTransaction else {
            throw StorageError.engine("members are written outside of a write")
        }
        return write
    }
}

/// Points that came to an account of a member or left it.
public struct Movement: Sendable, Hashable {
    /// The event that it was posted with.
    public let posting: Event.ID
    public let at: Instant
    /// `purchase.posted`, `matured` …
    public let purpose: String
    /// `spendable` or `pending`.
    public let account: String
    public let points: Points
}

/// Values of the rules as the rows keep them.
private enum Stored {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
