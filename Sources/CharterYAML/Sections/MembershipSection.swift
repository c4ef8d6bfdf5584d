import Policy
import Primitives

/// `membership:`
enum MembershipSection {
    static func read(_ cursor: Cursor) -> Programme? {
        let keys =
            [
                "clause", "goods", "accruals", "tiers", "redeem", "joining", "confirmations", "card_year",
                "leap_birthday", "limits", "upgrading", "loss", "stored_value", "sales", "classes", "types", "portal",
            ] + OffersSection.keys
        // Without cards there is nothing to say of their years and their loss.
        let hasCards = cursor.node.entries.contains { $0.key == "tiers" }
        let required = ["goods"] + (hasCards ? ["card_year", "loss"] : [])
        guard let map = cursor.map(keys, required: required) else { return nil }
        return ProgrammeReader(map: map).read()
    }
}

/// Reads the parts that name one another: goods, accruals, tiers.
struct ProgrammeReader {
    let map: MapCursor
    private let goodsKeys: [String]?
    private let accrualKeys: [String]?
    let tierKeys: [String]?

    init(map: MapCursor) {
        self.map = map
        goodsKeys = map["goods"]?.node.entries.map(\.key)
        accrualKeys = map["accruals"]?.node.entries.map(\.key) ?? []
        tierKeys = map["tiers"]?.node.entries.map(\.key)
    }

    func read() -> Programme? {
        let clauses = map.clauses()
        let goods = map["goods"].flatMap { self.classes($0) }
        let accruals = map.list("accruals") { self.accruals($0) }
        let tiers = map.optional("tiers") { self.tiers($0) }
        let redemption = map.optional("redeem") { self.redemption($0) }
        let joining = map.optional("joining") { self.joining($0) }
        let confirmations = map.list("confirmations") { self.confirmations($0) }
        let cardYear = map.optional("card_year") { self.cardYear($0) }
        let leapBirthday = map.optional("leap_birthday") { self.leapBirthday($0) }
        let limits = map.optional("limits") { self.limits($0) }
        let upgrading = map.optional("upgrading") { $0.map(["clause"], required: ["clause"])?.clauses() }
        let loss = map.optional("loss") { self.loss($0) }
        let storedValue = map.optional("stored_value", StoredValueSection.read)
        let sales = map.optional("sales") { SalesSection.sales($0, goods: goodsKeys) }
        let classes = map.optional("classes", SalesSection.classes)
        let types = map.list("types", SalesSection.types)
        let offers = OffersSection(programme: self).read(map)
        let portal = self.portal()
        guard let clauses, let goods, let accruals, let tiers, let redemption, let joining, let confirmations,
            let cardYear,
            let leapBirthday, let limits, let upgrading, let loss, let storedValue,
            let sales, let classes, let types, let offers, let portal
        else { return nil }
        return Programme(
            clauses: clauses, goods: goods, accruals: accruals, tiers: tiers ?? [], redemption: redemption,
            joining: joining ?? Joining(age: nil, receipts: []), confirmations: confirmations,
            cardYear: cardYear ?? CardYear(months: 12, window: 0, clauses: []),
            leapBirthday: leapBirthday ?? MonthDay(month: 2, day: 28), limits: limits ?? .none,
            upgrading: upgrading ?? [],
            loss: loss ?? Loss(report: [], within: nil, after: Ruled(0, clauses: [])), storedValue: storedValue,
            sales: sales,
            spendingClasses: classes, customerTypes: types, offers: offers, portal: portal)
    }

    private func portal() -> [Clause.Key]?? {
        let portal = map.optional("portal") { $0.map(["clause"], required: ["clause"])?.clauses() }
        guard map["portal"] != nil, map["tiers"] == nil, map["stored_value"] == nil else { return portal }
        map.failAtKey(
            "portal", .misplaced,
            expected: Phrase("portal only beside tiers or stored_value", "portal 须与 tiers 或 stored_value 同用"))
        return nil
    }

    // MARK: Goods and points

    private func classes(_ cursor: Cursor) -> [GoodsClass]? {
        let classes = cursor.entries(.goods) { key, cursor in
            cursor.map(["title"], required: ["title"])?.title().map { GoodsClass(key: key, title: $0) }
        }
        guard classes?.isEmpty == true else { return classes }
        cursor.fail(.wrongKind, found: .nothing, expected: Phrase("one class of goods at least", "至少一类商品"))
        return nil
    }

    private func goods(_ cursor: Cursor) -> String? {
        cursor.mention(Phrase("a class of goods", "商品类别"), among: goodsKeys)
    }

    private func accruals(_ cursor: Cursor) -> [Accrual]? {
        var seen: Set<String> = []
        return cursor.entries(.snakeCase) { key, cursor in
            guard let map = cursor.map(["goods", "per", "clause", "remainder"], required: ["goods"]) else { return nil }
            let goods = map["goods"].flatMap {
                $0.oneOrMore(Phrase("a class of goods or a list of them", "商品类别或其列表"), self.goods)
            }
            let unit = map.optional("per") { $0.money() }
            let clauses = map.clauses()
            let remainder = map.optional("remainder") { $0.map(["clause"], required: ["clause"])?.clauses() }
            for class_ in goods ?? [] where !seen.insert(class_).inserted {
                map["goods"]?.fail(
                    .notUnique, found: .word(class_),
                    expected: Phrase("each class of goods under one accrual", "每类商品只属于一种积分方式"))
            }
            guard let goods, let unit, let clauses, let remainder else { return nil }
            return Accrual(key: key, goods: goods, unit: unit, clauses: clauses, remainder: remainder ?? clauses)
        }
    }

    func redemption(_ cursor: Cursor) -> Redemption? {
        guard let map = cursor.map(["worth", "step", "after"], required: ["worth", "step", "after"]) else { return nil }
        let worth = map["worth"].flatMap { self.worth($0) }
        let step = map["step"].flatMap { $0.ruled("points") { $0.points() } }
        let after = map["after"].flatMap { $0.ruled("days") { $0.number(0...366) } }
        guard let worth, let step, let after else { return nil }
        return Redemption(
            points: worth.points, worth: worth.money, step: step,
            after: Ruled(Int(after.figure), clauses: after.clauses))
    }

    func worth(_ cursor: Cursor) -> Campaign.Worth? {
        guard let map = cursor.map(["points", "money", "clause"], required: ["points", "money"]) else { return nil }
        let points = map["points"]?.points()
        let money = map["money"]?.money()
        let clauses = map.clauses()
        guard let points, let money, let clauses else { return nil }
        guard money.minorUnits % points.count == 0 else {
            map["money"]?.fail(
                .outOfRange,
                expected: Phrase("an amount that gives each point whole fen", "每个积分折合整数分的金额"))
            return nil
        }
        return Campaign.Worth(points: points, money: Ruled(money, clauses: clauses))
    }

    // MARK: Tiers

    private func tiers(_ cursor: Cursor) -> [Tier]? {
        let tiers = cursor.entries(.tier) { self.tier($0, $1) }
        guard let tiers, !tiers.isEmpty else {
            if tiers != nil {
                cursor.fail(.wrongKind, found: .nothing, expected: Phrase("one tier at least", "至少一个等级"))
            }
            return nil
        }
        var last: Money?
        for (tier, entry) in zip(tiers, cursor.node.entries) {
            guard let issue = tier.issue else { continue }
            if let last, issue.figure <= last {
                Cursor(node: entry.value, path: cursor.path + [tier.key], reading: cursor.reading).fail(
                    .wrongOrder, found: .word(issue.figure.yuan),
                    expected: Phrase("tiers from the lowest threshold to the highest", "等级按门槛由低到高排列"))
                return nil
            }
            last = issue.figure
        }
        return tiers
    }

    private func tier(_ key: String, _ cursor: Cursor) -> Tier? {
        let keys = [
            "title", "clause", "issue", "everyday", "birthday", "birthday_reduced", "earns", "upgrade", "keep", "lapse",
            "fee",
        ]
        guard let map = cursor.map(keys, required: ["title"]) else { return nil }
        let title = map.title()
        let clauses = map.clauses()
        let issue = map.optional("issue") { $0.ruled("cash") { $0.money() } }
        let everyday = map.optional("everyday") { self.rates($0) }
        let birthday = map.optional("birthday") { self.rates($0) }
        let reduced = map.optional("birthday_reduced") { self.reducedRates($0) }
        let earns = map.optional("earns") { self.earns($0) }
        let upgrade = map.optional("upgrade") { self.upgrade($0, from: key) }
        let retention = map.optional("keep") { self.retention($0) }
        let lapse = map.optional("lapse") { self.lapse($0) }
        let fee = map.optional("fee") { $0.ruled("amount") { $0.money(orNothing: true) } }
        guard let title, let clauses, let issue, let everyday, let birthday, let reduced, let earns, let upgrade,
            let retention, let lapse, let fee
        else { return nil }
        return Tier(
            key: key, title: title, clauses: clauses, issue: issue, everyday: everyday ?? [:],
            birthday: birthday ?? [:], birthdayReduced: reduced ?? [:], earns: earns ?? [:], upgrade: upgrade,
            retention: retention, lapse: lapse, fee: fee ?? Ruled(.zero, clauses: clauses))
    }

    func rates(_ cursor: Cursor) -> [GoodsClass.Key: Ruled<Ratio>]? {
        byKey(cursor, Phrase("a class of goods", "商品类别"), goodsKeys) { $0.ruled("pays") { $0.share() } }
    }

    func reducedRates(_ cursor: Cursor) -> [GoodsClass.Key: Tier.ReducedRate]? {
        byKey(cursor, Phrase("a class of goods", "商品类别"), goodsKeys) { cursor in
            guard let map = cursor.map(["pays", "from", "clause"], required: ["pays", "from"]) else { return nil }
            let pays = map["pays"]?.share()
            let from = map["from"]?.share()
            let clauses = map.clauses()
            guard let pays, let from, let clauses else { return nil }
            return Tier.ReducedRate(pays: pays, from: from, clauses: clauses)
        }
    }

    func earns(_ cursor: Cursor) -> [Accrual.Key: Ruled<Points>]? {
        byKey(cursor, Phrase("one of the accruals", "积分方式"), accrualKeys) { $0.ruled("points") { $0.points() } }
    }

    private func upgrade(_ cursor: Cursor, from key: String) -> Tier.Upgrade? {
        guard let map = cursor.map(["to", "points", "clause"], required: ["to", "points"]) else { return nil }
        let tier = map["to"].flatMap { other($0, than: key, isHigher: true) }
        let points = map["points"]?.points()
        let clauses = map.clauses()
        guard let tier, let points, let clauses else { return nil }
        return Tier.Upgrade(tier: tier, points: points, clauses: clauses)
    }

    private func retention(_ cursor: Cursor) -> Tier.Retention? {
        guard let map = cursor.map(["spend", "otherwise", "clause"], required: ["spend", "otherwise"]) else {
            return nil
        }
        let spend = map["spend"]?.money()
        let otherwise = map["otherwise"].flatMap { other($0, than: cursor.path.dropLast().last ?? "", isHigher: false) }
        let clauses = map.clauses()
        guard let spend, let otherwise, let clauses else { return nil }
        return Tier.Retention(spend: spend, otherwise: otherwise, clauses: clauses)
    }

    private func lapse(_ cursor: Cursor) -> Tier.Lapse? {
        guard let map = cursor.map(["unused", "back", "clause"], required: ["unused", "back"]) else { return nil }
        let months = map["unused"]?.months()
        let clauses = map.clauses()
        let back = map["back"].flatMap { cursor -> (within: Int, cash: Ruled<Money>)? in
            guard let map = cursor.map(["within", "cash", "clause"], required: ["within", "cash"]) else { return nil }
            let within = map["within"]?.months()
            let cash = map["cash"]?.money()
            let clauses = map.clauses()
            guard let within, let cash, let clauses else { return nil }
            return (within, Ruled(cash, clauses: clauses))
        }
        guard let months, let clauses, let back else { return nil }
        return Tier.Lapse(months: months, clauses: clauses, within: back.within, cash: back.cash)
    }

    /// A tier above or below another in the order of the file.
    private func other(_ cursor: Cursor, than key: String, isHigher: Bool) -> Tier.Key? {
        let keys = tierKeys ?? []
        guard let place = keys.firstIndex(of: key) else { return nil }
        return cursor.mention(
            isHigher ? Phrase("a higher tier", "更高的等级") : Phrase("a lower tier", "更低的等级"),
            among: isHigher ? Array(keys[(place + 1)...]) : Array(keys[..<place]))
    }

    private func byKey<Value>(
        _ cursor: Cursor, _ expected: Phrase, _ known: [String]?, _ read: (Cursor) -> Value?
    ) -> [String: Value]? {
        guard let entries = cursor.entries() else { return nil }
        var values: [String: Value] = [:]
        for (key, value) in entries {
            if let known, !known.contains(key.text) {
                key.fail(.unknownReference, expected: expected, near: known)
                continue
            }
            values[key.text] = read(value)
        }
        return values.count == entries.count ? values : nil
    }

    // MARK: Cards

    private func joining(_ cursor: Cursor) -> Joining? {
        guard let map = cursor.map(["age", "receipts"]) else { return nil }
        let age = map.optional("age") { $0.ruled("years") { $0.number(1...120) } }
        let receipts = map.optional("receipts") { $0.map(["clause"], required: ["clause"])?.clauses() }
        guard let age, let receipts else { return nil }
        return Joining(
            age: age.map { Ruled(Int($0.figure), clauses: $0.clauses) }, receipts: receipts ?? [])
    }

    private func confirmations(_ cursor: Cursor) -> [Confirmation]? {
        cursor.entries(.snakeCase) { key, cursor in
            guard let map = cursor.map(["title", "for", "clause"], required: ["title", "for"]) else { return nil }
            let title = map.title()
            let acts = map["for"].flatMap {
                $0.oneOrMore(Phrase("a card act or a list of them", "办卡事项或其列表")) { $0.word(CounterAct.self) }
            }
            let clauses = map.clauses()
            guard let title, let acts, let clauses else { return nil }
            return Confirmation(key: key, title: title, acts: Set(acts), clauses: clauses)
        }
    }

    private func cardYear(_ cursor: Cursor) -> CardYear? {
        guard let map = cursor.map(["valid", "window", "clause"], required: ["valid", "window"]) else { return nil }
        let months = map["valid"]?.months()
        let window = map["window"]?.number(0...366)
        let clauses = map.clauses()
        guard let months, let window, let clauses else { return nil }
        return CardYear(months: months, window: Int(window), clauses: clauses)
    }

    private func leapBirthday(_ cursor: Cursor) -> MonthDay? {
        let words = ["02-28", "03-01"]
        return cursor.mention(.oneOf(words), among: words).flatMap(Words.monthDay)
    }

    private func loss(_ cursor: Cursor) -> Loss? {
        guard let map = cursor.map(["report", "within", "usable", "restore"], required: ["report", "usable"]) else {
            return nil
        }
        let report = map["report"].flatMap { $0.map(["clause"], required: ["clause"])?.clauses() }
        let within = map.optional("within") { $0.ruled("days") { $0.number(1...366) } }
        let usable = map["usable"].flatMap { $0.ruled("days") { $0.number(0...366) } }
        let restore = map.optional("restore") { $0.map(["clause"], required: ["clause"])?.clauses() }
        guard let report, let within, let usable, let restore else { return nil }
        return Loss(
            report: report, within: within.map { Ruled(Int($0.figure), clauses: $0.clauses) },
            after: Ruled(Int(usable.figure), clauses: usable.clauses), restore: restore)
    }

    // MARK: Limits

    func limits(_ cursor: Cursor) -> Limits? {
        let named = [
            "group_birthday", "mixed_tender", "excluded_counter", "reduced", "reduced_in_event", "points_on_discount",
        ]
        guard let map = cursor.map(["wholesale"] + named) else { return nil }
        let wholesale = map.optional("wholesale") { cursor -> Limits.Wholesale? in
            guard let map = cursor.map(["from", "pieces", "clause"], required: ["from", "pieces"]) else { return nil }
            let from = map["from"]?.money()
            let pieces = map["pieces"]?.number(1...1_000_000)
            let clauses = map.clauses()
            guard let from, let pieces, let clauses else { return nil }
            return Limits.Wholesale(from: from, pieces: pieces, clauses: clauses)
        }
        let rules = named.map { map.optional($0) { $0.map(["clause"], required: ["clause"])?.clauses() } }
        guard let wholesale, rules.allSatisfy({ $0 != nil }) else { return nil }
        let held = rules.map { $0.flatMap { $0 } }
        return Limits(
            wholesale: wholesale, groupBirthday: held[0], mixedTender: held[1], excludedCounter: held[2],
            reduced: held[3], reducedInEvent: held[4], pointsOnDiscount: held[5])
    }
}

extension Limits {
    fileprivate static let none = Limits(
        wholesale: nil, groupBirthday: nil, mixedTender: nil, excludedCounter: nil, reduced: nil, reducedInEvent: nil,
        pointsOnDiscount: nil)
}

extension Cursor {
    func points() -> Points? { number(1...1_000_000).map { Points($0) } }

    func months() -> Int? {
        value(Phrase("months such as 12mo", "月数，例如 12mo"), Words.months)
    }

    /// A map of one figure and the clauses that set it.
    func ruled<Figure>(_ key: String, _ read: (Cursor) -> Figure?) -> Ruled<Figure>? {
        guard let map = map([key, "clause"], required: [key]) else { return nil }
        let figure = map[key].flatMap(read)
        let clauses = map.clauses()
        guard let figure, let clauses else { return nil }
        return Ruled(figure, clauses: clauses)
    }
}
