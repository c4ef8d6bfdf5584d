import Organisations
public import Policy
public import Primitives
import Storage

/// What other rules would have made of what a company sold, beside what its own made of it.
public struct WhatIf: Sendable {
    /// Until today, by the company's calendar.
    public let day: CalendarDay
    /// Who bought anything.
    public internal(set) var customers = 0
    public internal(set) var acts = 0
    public internal(set) var before: Side
    public internal(set) var after: Side
    /// Who would have another card, in the order of their files.
    public internal(set) var changed: [Changed] = []
    /// What the draft would have refused, the most frequent first.
    public internal(set) var refused: [Refused] = []
    /// Purchases that the draft would have had paid otherwise.
    public internal(set) var repaid = 0
    /// Customers of whom the rules of their time do not give what is kept.
    public internal(set) var unlike = 0

    /// One of the two.
    public struct Side: Sendable {
        public let programme: Programme
        /// By tier; none has no entry.
        public internal(set) var tiers: [Tier.Key: Tally] = [:]
        /// By month, `2026-03`.
        public internal(set) var months: [String: MemberRerun.Month] = [:]

        /// What points could pay, were they used together.
        public func worth(of points: Points) -> Money { programme.redemption?.value(of: points) ?? .zero }
    }

    public struct Tally: Sendable, Hashable {
        public internal(set) var cards = 0
        public internal(set) var points = Points.zero

        public init() {}
    }

    public struct Changed: Sendable, Hashable {
        /// `KH-2026-0001`
        public let reference: String
        /// `nil` for no card.
        public let from: Tier.Key?
        public let to: Tier.Key?
        public let pointsBefore: Points
        public let pointsAfter: Points
    }

    public struct Refused: Sendable, Hashable {
        public let refusal: MemberRefusal
        public internal(set) var times: Int
    }

    /// All months from the first to the last in which anything was done.
    public var monthNames: [String] {
        let names = Set(before.months.keys).union(after.months.keys).sorted()
        guard let first = names.first, let last = names.last, var day = CalendarDay(first + "-01") else { return [] }
        var all: [String] = []
        while String(day.description.prefix(7)) <= last {
            all.append(String(day.description.prefix(7)))
            day = day.adding(months: 1)
        }
        return all
    }
}

extension MemberService {
    /// Runs what a company sold again by a draft of its rules; reads only.
    /// - Throws: `NoProgramme` where the rules in force, or the draft's, know no cards.
    public func whatIf(_ draft: Charter, in organisation: OrganisationID) async throws -> WhatIf {
        guard let programme = draft.membership, !programme.tiers.isEmpty else { throw NoProgramme() }
        var result: WhatIf?
        var last: CustomerID?
        var refusals: [String: WhatIf.Refused] = [:]
        repeat {
            let after = last
            let (page, next) = try await database.read(for: organisation) { transaction in
                let history = MemberHistory(transaction, organisation, charters)
                let customers = try history.customers(after: after, limit: 100)
                return (try customers.map { try history.rerun($0, by: programme, of: draft) }, customers.last)
            }
            if result == nil {
                result = try await database.read(for: organisation) { transaction in
                    let charter = try charters.inForce(for: organisation, at: transaction.now, in: transaction)
                    guard let programme = charter.membership else { throw NoProgramme() }
                    return WhatIf(
                        day: charter.calendar.zone.local(transaction.now).day,
                        before: WhatIf.Side(programme: programme),
                        after: WhatIf.Side(programme: draft.membership ?? programme))
                }
            }
            for run in page {
                result?.add(run)
                for refusal in run.after.refused {
                    refusals[
                        "\(refusal.reason.word) \(refusal.clause ?? "")",
                        default: WhatIf.Refused(refusal: refusal, times: 0)
                    ]
                    .times += 1
                }
            }
            last = next?.id
        } while last != nil
        result?.refused = refusals.values.sorted {
            ($1.times, $0.refusal.clause ?? "") < ($0.times, $1.refusal.clause ?? "")
        }
        guard let result else { throw NoProgramme() }
        return result
    }
}

extension WhatIf {
    fileprivate mutating func add(_ run: MemberHistory.Run) {
        customers += 1
        acts += run.acts
        before.add(run.kept, run.before)
        after.add(run.replayed, run.after)
        repaid += run.after.repaid
        if !run.isLike { unlike += 1 }
        let (from, to) = (run.kept.card?.tier, run.replayed.card?.tier)
        if from != to {
            changed.append(
                Changed(
                    reference: run.customer.reference, from: from, to: to, pointsBefore: run.kept.points.total,
                    pointsAfter: run.replayed.points.total))
        }
    }
}

extension WhatIf.Side {
    fileprivate mutating func add(_ member: Member, _ run: MemberRerun) {
        if let tier = member.card?.tier {
            tiers[tier, default: WhatIf.Tally()].cards += 1
            tiers[tier, default: WhatIf.Tally()].points += member.points.total
        }
        for (name, month) in run.months { months[name, default: MemberRerun.Month()] += month }
    }
}

extension MemberRefusal.Reason {
    /// The kind of it without its figures, which differ from act to act.
    fileprivate var word: String { String("\(self)".prefix { $0 != "(" }) }
}
