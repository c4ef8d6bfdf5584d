import Foundation
public import Policy
public import Primitives

/// An activity as it is kept.
public struct StoredActivity: Sendable, Hashable {
    public typealias ID = Identifier<StoredActivity>

    public let id: ID
    public let title: String
    public let words: String
    public let activity: Activity
    public let revision: Int
}

/// An activity to be announced.
public struct ActivityDraft: Sendable, Hashable {
    public var kind: ActivityKind.Key
    public var title: String
    public var words: String
    public var from: CalendarDay
    /// The last day.
    public var through: CalendarDay
    /// Those invited; all who may take part where it is empty.
    public var tiers: [Tier.Key]
    /// Gifts or places; `nil` for no end of them.
    public var stock: Int64?
    public var gifts: [Activity.Gift]

    public init(
        kind: ActivityKind.Key, title: String, words: String = "", from: CalendarDay, through: CalendarDay,
        tiers: [Tier.Key] = [], stock: Int64? = nil, gifts: [Activity.Gift] = []
    ) {
        self.kind = kind
        self.title = title
        self.words = words
        self.from = from
        self.through = through
        self.tiers = tiers
        self.stock = stock
        self.gifts = gifts
    }

    /// As the rules of its kind have it.
    /// - Throws: all fields at once.
    func checked(by programme: Programme) throws(FormFaults) -> (kind: ActivityKind, draft: ActivityDraft) {
        var faults = FormFaults()
        var draft = self
        draft.title = title.stripped
        draft.words = words.stripped
        let kind = programme.offers.activity(kind)
        if kind == nil { faults.add("kind", .unknownReference) }
        if draft.title.isEmpty { faults.add("title", .missing) }
        if draft.title.count > 100 { faults.add("title", .tooLong(maximum: 100)) }
        if draft.words.count > 4000 { faults.add("words", .tooLong(maximum: 4000)) }
        if through < from { faults.add("until", .impossibleDate) }
        if let stock, !(0...ActivityDraft.most).contains(stock) {
            faults.add("stock", .aboveMaximum(ActivityDraft.most))
        }
        if let kind {
            if !tiers.allSatisfy({ kind.tiers.contains($0) }) { faults.add("tiers", .unknownReference) }
            draft.tiers = kind.tiers.filter { tiers.isEmpty || tiers.contains($0) }
            if kind.takes == .exchange, gifts.isEmpty { faults.add("gifts", .missing) }
            if kind.takes != .exchange { draft.gifts = [] }
            if kind.takes == .exchange || kind.takes == .notice { draft.stock = nil }
            if kind.takes == .gift, stock == nil { faults.add("stock", .missing) }
        }
        for gift in gifts {
            if gift.title.stripped.isEmpty || gift.title.count > 100 { faults.add("gifts", .missing) }
            if !(1...ActivityDraft.most).contains(gift.points.count) {
                faults.add("gifts", .aboveMaximum(ActivityDraft.most))
            }
            if let left = gift.left, !(0...ActivityDraft.most).contains(left) {
                faults.add("gifts", .aboveMaximum(ActivityDraft.most))
            }
        }
        if gifts.count > 100 { faults.add("gifts", .tooMany(maximum: 100)) }
        try faults.check()
        guard let kind else { throw faults }
        return (kind, draft)
    }

    static let most: Int64 = 1_000_000
}

extension String {
    var stripped: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
