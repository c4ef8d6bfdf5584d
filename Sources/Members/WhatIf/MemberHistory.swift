import Organisations
import Policy
import Primitives
import Storage

/// What was done at the counter, as the journal and the receipts have it, to be run again.
struct MemberHistory {
    let transaction: any ReadTransaction
    let organisation: OrganisationID
    let charters: CharterShelf

    init(_ transaction: any ReadTransaction, _ organisation: OrganisationID, _ charters: CharterShelf) {
        self.transaction = transaction
        self.organisation = organisation
        self.charters = charters
    }

    struct Holder: Sendable {
        let id: CustomerID
        /// `KH-2026-0001`
        let reference: String
    }

    /// One customer's acts, by the rules of their time and by the draft.
    struct Run: Sendable {
        let customer: Holder
        let acts: Int
        /// What is kept, as of now.
        let kept: Member
        let before: MemberRerun
        /// What the draft would have made of it.
        let replayed: Member
        let after: MemberRerun
        /// Whether the rules of their time give what is kept.
        let isLike: Bool
    }

    func customers(after last: CustomerID?, limit: Int) throws -> [Holder] {
        let later: SQL = last.map { "AND m.customer > \($0)" } ?? ""
        return try transaction.all(
            """
            SELECT m.customer, c.reference
            FROM member m JOIN customer c ON c.organisation = m.organisation AND c.id = m.customer
            WHERE m.organisation = \(organisation) \(later) ORDER BY m.customer LIMIT \(limit: limit)
            """
        ) { Holder(id: try $0[0], reference: try $0[1]) }
    }

    func rerun(_ customer: Holder, by draft: Programme, of charter: Charter) throws -> Run {
        let zone = charter.calendar.zone
        let now = transaction.now
        let day = zone.local(now).day
        let kept = (try MemberStore(transaction, organisation).member(customer.id)?.member ?? Member()).rolled(to: day)
        let acts = try acts(of: customer.id, zone)
        var before = MemberRerun(customer.reference, by: draft, zone: zone)
        var after = MemberRerun(customer.reference, by: draft, zone: zone)
        for act in acts {
            let own = try charters.version(act.version, of: organisation, in: transaction).membership
            before.perform(act.kind, at: act.at, by: own ?? draft)
            after.perform(act.kind, at: act.at, by: draft)
        }
        return Run(
            customer: customer, acts: acts.count, kept: kept, before: before, replayed: after.member(at: now),
            after: after, isLike: before.refused.isEmpty && before.member(at: now) == kept)
    }

    private struct Act {
        let at: Instant
        let version: Int
        let kind: MemberAct.Kind
    }

    private static let types = [
        "purchase.posted", "purchase.refunded", "member.joined", "member.reactivated", "member.upgraded",
        "member.renewed", "card.lost", "card.replaced", "points.exchanged", "points.restored",
    ]

    private func acts(of customer: CustomerID, _ zone: Zone) throws -> [Act] {
        let store = MemberStore(transaction, organisation)
        let receipts = try store.allReceipts(of: customer)
        let born = try store.member(customer)?.member.born
        let events = try transaction.all(
            """
            SELECT type, occurred_at, coalesce(charter_version, 0), body, id FROM event
            WHERE organisation = \(organisation) AND subject_kind = 'customer' AND subject = \(customer)
              AND type IN \(list: Self.types)
            ORDER BY id
            """
        ) { row in
            (
                type: try row[0] as String, at: try row[1] as Instant, version: try row[2] as Int,
                body: try EventBody.decode(row[3] as String), id: try row[4] as Event.ID
            )
        }
        // Before refunds said their pieces, all of a receipt's are taken to have come back with the last.
        var lastRefund: [String: Event.ID] = [:]
        for event in events where event.type == "purchase.refunded" {
            if let number = event.body["receipt"]?.text { lastRefund[number] = event.id }
        }
        return try events.compactMap { event in
            let day = zone.local(event.at).day
            let number = event.body["receipt"]?.text ?? ""
            // Before an application named its receipts: each serves once, and on its own day only.
            let used =
                event.body["receipts"]?.texts
                ?? receipts.filter { $0.value.isUsed && $0.value.day == day }.keys.sorted()
            let kind: MemberAct.Kind? =
                switch event.type {
                case "purchase.posted": receipts[number].map { .purchase(number, $0.purchase) }
                case "purchase.refunded":
                    receipts[number].flatMap { receipt in
                        let pieces =
                            event.body["pieces"]?.integers ?? (lastRefund[number] == event.id ? receipt.returned : [])
                        let lines = zip(receipt.purchase.lines, pieces).filter { $0.1 > 0 }
                        return lines.isEmpty ? nil : .refund(number, lines.map { $0.0.with(quantity: $0.1) })
                    }
                case "member.joined": .join(born: born, receipts: used)
                case "member.reactivated": .reactivate(receipts: used)
                case "member.upgraded": .upgrade
                case "member.renewed": .renew
                case "card.lost": .reportLoss
                case "card.replaced": .replace(isDecided: true, isWaived: event.body["fee"] == .integer(0))
                case "points.exchanged":
                    try exchange(event.body, event.id, of: customer).map { .exchange($0.kind, points: $0.points) }
                case "points.restored":
                    event.body["points"]?.integer.map { .restore(Points($0), reason: event.type) }
                default: nil
                }
            return kind.map { Act(at: event.at, version: event.version, kind: $0) }
        }
    }

    private func exchange(
        _ body: Fields, _ event: Event.ID, of customer: CustomerID
    ) throws -> (kind: String, points: Points)? {
        if let kind = body["kind"]?.text, let points = body["points"]?.integer { return (kind, Points(points)) }
        return try transaction.first(
            """
            SELECT a.kind, p.points
            FROM activity_part p JOIN activity a ON a.organisation = p.organisation AND a.id = p.activity
            WHERE p.organisation = \(organisation) AND p.customer = \(customer) AND p.event = \(event)
            """
        ) { (kind: try $0[0], points: Points(try $0[1])) }
    }
}

extension FieldValue {
    fileprivate var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    fileprivate var texts: [String]? { if case .list(let list) = self { list.map(\.text) } else { nil } }
    fileprivate var integers: [Int64]? { if case .list(let list) = self { list.compactMap(\.integer) } else { nil } }
}
