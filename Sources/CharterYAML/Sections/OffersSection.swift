import Policy
import Primitives

/// `perks:`, `birthdays:`, `activities:` and `campaigns:` of a programme.
struct OffersSection {
    static let keys = ["perks", "birthdays", "activities", "poster", "campaigns"]

    let programme: ProgrammeReader
    private var tiers: [String]? { programme.tierKeys }

    init(programme: ProgrammeReader) { self.programme = programme }

    func read(_ map: MapCursor) -> Offers? {
        let confirmations = map["confirmations"]?.node.entries.map(\.key) ?? []
        let perks = map.list("perks") { $0.entries(.snakeCase) { self.perk($0, $1) } }
        let birthdays = map.optional("birthdays") { self.birthdays($0, confirmations) }
        let activities = map.list("activities") { $0.entries(.snakeCase) { self.activity($0, $1, confirmations) } }
        let poster = map.optional("poster") { $0.map(["clause"], required: ["clause"])?.clauses() }
        let campaigns = map.list("campaigns") { self.campaigns($0, by: poster.flatMap { $0 }) }
        // All of it is for the holders of cards.
        if let key = Self.keys.first(where: { map[$0] != nil }), map["tiers"] == nil {
            map.failAtKey(key, .misplaced, expected: Phrase("\(key) only beside tiers", "\(key) 须与 tiers 同用"))
            return nil
        }
        if let perk = (map["perks"]?.node.entries ?? []).first(where: { $0.value["each"]?.text == "birthday" }),
            map["birthdays"] == nil
        {
            map["perks"]?.fail(
                .missingKey, found: Phrase("no \"birthdays\" beside \(perk.key)", "\(perk.key) 之外没有“birthdays”"),
                expected: .key("birthdays"))
            return nil
        }
        guard let perks, let birthdays, let activities, let poster, let campaigns else { return nil }
        return Offers(
            perks: perks, birthdays: birthdays, activities: activities, poster: poster ?? [], campaigns: campaigns)
    }

    private func tier(_ cursor: Cursor) -> Tier.Key? { cursor.mention(Phrase("a tier", "会员等级"), among: tiers) }

    // MARK: Perks

    private func perk(_ key: String, _ cursor: Cursor) -> Perk? {
        let keys = ["title", "each", "tiers", "options", "receipt", "assigned"]
        guard let map = cursor.map(keys, required: ["title", "each", "tiers"]) else { return nil }
        let title = map.title()
        let each = map["each"].flatMap { $0.word(Perk.Period.self) }
        let counts = map["tiers"].flatMap { self.counts($0) }
        let options = map.list("options") { $0.entries(.snakeCase) { self.option($0, $1) } }
        let receipt = map.flag("receipt")
        let assigned = map.flag("assigned")
        guard let title, let each, let counts, let options, let receipt, let assigned else { return nil }
        return Perk(
            key: key, title: title, each: each, counts: counts, options: options, takesReceipt: receipt,
            isAssigned: assigned)
    }

    /// A tier that is not named has what the next lower one has.
    private func counts(_ cursor: Cursor) -> [Tier.Key: Ruled<Int64>]? {
        guard let entries = cursor.entries() else { return nil }
        if entries.isEmpty {
            cursor.fail(.wrongKind, found: .nothing, expected: Phrase("one tier at least", "至少一个等级"))
            return nil
        }
        var named: [Tier.Key: Ruled<Int64>] = [:]
        for (key, value) in entries {
            if let tiers, !tiers.contains(key.text) {
                key.fail(.unknownReference, expected: Phrase("a tier", "会员等级"), near: tiers)
                continue
            }
            named[key.text] = value.ruled("count") { $0.number(1...100) }
        }
        guard named.count == entries.count, let tiers else { return nil }
        var counts: [Tier.Key: Ruled<Int64>] = [:]
        var last: Ruled<Int64>?
        for tier in tiers {
            last = named[tier] ?? last
            counts[tier] = last
        }
        return counts
    }

    private func option(_ key: String, _ cursor: Cursor) -> Choice? {
        guard let map = cursor.map(["title", "clause"], required: ["title"]) else { return nil }
        let title = map.title()
        let clauses = map.clauses()
        guard let title, let clauses else { return nil }
        return Choice(key: key, title: title, clauses: clauses)
    }

    private func birthdays(_ cursor: Cursor, _ confirmations: [String]) -> Birthdays? {
        guard let map = cursor.map(["ahead", "until", "consent", "clause"], required: ["ahead", "until"]) else {
            return nil
        }
        // Together less than a year, or a day would lie near two birthdays.
        let ahead = map["ahead"]?.number(0...180)
        let until = map["until"]?.number(0...180)
        let consent = map.optional("consent") { self.confirmation($0, confirmations) }
        let clauses = map.clauses()
        guard let ahead, let until, let consent, let clauses else { return nil }
        return Birthdays(ahead: Int(ahead), until: Int(until), consent: consent, clauses: clauses)
    }

    private func confirmation(_ cursor: Cursor, _ known: [String]) -> Confirmation.Key? {
        cursor.mention(Phrase("one of the confirmations", "办卡确认事项"), among: known)
    }

    // MARK: Activities

    private func activity(_ key: String, _ cursor: Cursor, _ confirmations: [String]) -> ActivityKind? {
        let keys = ["title", "takes", "tiers", "points", "once", "consent", "clause"]
        guard let map = cursor.map(keys, required: ["title", "takes"]) else { return nil }
        let title = map.title()
        let takes = map["takes"].flatMap { $0.word(ActivityKind.Participation.self) }
        let named = map.optional("tiers") { $0.oneOrMore(Phrase("a tier or a list of tiers", "等级或等级列表")) { tier($0) } }
        let below = map.optional("points") { $0.ruled("below") { $0.points() } }
        let once = map.optional("once") { $0.mention(.oneOf(["card"]), among: ["card"]) }
        let consent = map.optional("consent") { self.confirmation($0, confirmations) }
        let clauses = map.clauses()
        if map["points"] != nil, let takes, takes != .exchange {
            map.failAtKey(
                "points", .misplaced,
                expected: Phrase("points only beside takes: exchange", "points 须与 takes: exchange 同用"))
        }
        guard let title, let takes, let named, let below, let once, let consent, let clauses else { return nil }
        let all = tiers ?? []
        return ActivityKind(
            key: key, title: title, takes: takes,
            tiers: named.map { named in all.filter { named.contains($0) } } ?? all,
            below: below, isOnce: once != nil, consent: consent, clauses: clauses)
    }

    // MARK: Campaigns

    private func campaigns(_ cursor: Cursor, by poster: [Clause.Key]?) -> [Campaign]? {
        guard let campaigns = cursor.entries(.snakeCase, { self.campaign($0, $1, by: poster) }) else { return nil }
        let sorted = campaigns.sorted { $0.from < $1.from }
        for (earlier, later) in zip(sorted, sorted.dropFirst()) where later.from <= earlier.through {
            guard let node = cursor.node[later.key] else { continue }
            Cursor(node: node, path: cursor.path + [later.key], reading: cursor.reading).fail(
                .wrongOrder, found: .word(later.from.description),
                expected: Phrase(
                    "days after \(earlier.through), the last of \(earlier.key)",
                    "\(earlier.key) 的最后一天 \(earlier.through) 之后的日子"))
            return nil
        }
        return sorted
    }

    private func campaign(_ key: String, _ cursor: Cursor, by poster: [Clause.Key]?) -> Campaign? {
        let keys = ["title", "from", "until", "clause", "tiers", "redeem", "limits", "without"]
        let needed = ["title", "from", "until"] + (poster == nil ? ["clause"] : [])
        guard let map = cursor.map(keys, required: needed) else { return nil }
        let title = map.title()
        let from = map["from"].flatMap { $0.value(.date) { CalendarDay($0) } }
        let through = map["until"].flatMap { $0.value(.date) { CalendarDay($0) } }
        let clauses = map["clause"] == nil ? poster ?? [] : map.clauses()
        let tiers = map.optional("tiers") { self.benefits($0, clauses ?? []) }
        let redeem = map.optional("redeem") { self.redemption($0, clauses ?? []) }
        let limits = map.optional("limits") { programme.limits($0) }
        let lifted = map.list("without") {
            $0.oneOrMore(Phrase("a limit or a list of limits", "限制或其列表")) { $0.word(Campaign.LimitKey.self) }
        }
        if let from, let through, through < from {
            map["until"]?.fail(.wrongOrder, expected: Phrase("a day from \(from) on", "\(from)或以后的日子"))
            return nil
        }
        guard let title, let from, let through, let clauses, let tiers, let redeem, let limits, let lifted else {
            return nil
        }
        return Campaign(
            key: key, title: title, from: from, through: through, clauses: clauses, tiers: tiers ?? [:],
            worth: redeem?.worth, step: redeem?.step, limits: limits, lifted: Set(lifted))
    }

    private func redemption(
        _ cursor: Cursor, _ clauses: [String]
    ) -> (worth: Campaign.Worth?, step: Ruled<Points>?)? {
        guard let map = cursor.map(["worth", "step"]) else { return nil }
        let worth = map.optional("worth") { programme.worth($0) }
        let step = map.optional("step") { $0.ruled("points") { $0.points() } }
        guard let worth, let step else { return nil }
        return (
            worth.map { Campaign.Worth(points: $0.points, money: $0.money.by(clauses)) }, step.map { $0.by(clauses) }
        )
    }

    private func benefits(_ cursor: Cursor, _ clauses: [String]) -> [Tier.Key: Campaign.Benefits]? {
        guard let entries = cursor.entries() else { return nil }
        var benefits: [Tier.Key: Campaign.Benefits] = [:]
        for (key, value) in entries {
            if let tiers, !tiers.contains(key.text) {
                key.fail(.unknownReference, expected: Phrase("a tier", "会员等级"), near: tiers)
                continue
            }
            guard let map = value.map(["everyday", "birthday", "birthday_reduced", "earns"]) else { continue }
            let everyday = map.optional("everyday") { programme.rates($0) }
            let birthday = map.optional("birthday") { programme.rates($0) }
            let reduced = map.optional("birthday_reduced") { programme.reducedRates($0) }
            let earns = map.optional("earns") { programme.earns($0) }
            guard let everyday, let birthday, let reduced, let earns else { continue }
            benefits[key.text] = Campaign.Benefits(
                everyday: (everyday ?? [:]).mapValues { $0.by(clauses) },
                birthday: (birthday ?? [:]).mapValues { $0.by(clauses) },
                birthdayReduced: (reduced ?? [:]).mapValues {
                    $0.clauses.isEmpty ? Tier.ReducedRate(pays: $0.pays, from: $0.from, clauses: clauses) : $0
                },
                earns: (earns ?? [:]).mapValues { $0.by(clauses) })
        }
        return benefits.count == entries.count ? benefits : nil
    }
}

extension Ruled {
    /// By the campaign's clauses where it names none of its own.
    fileprivate func by(_ others: [Clause.Key]) -> Ruled { clauses.isEmpty ? Ruled(figure, clauses: others) : self }
}
