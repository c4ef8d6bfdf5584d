import Members
import Policy
import Primitives

/// What the counter asks: the lines of a receipt and how it is paid, and what each card act needs.
struct CounterForm {
    let programme: Programme
    let words: Words

    var offers: CounterOffers { CounterOffers(programme: programme, words: words) }

    /// Of a purchase.
    var purchase: [FormField] {
        [
            field("lines", "商品", .table(columns: columns, maximum: 100), isRequired: true),
            field("receipt", "小票号", .line(maximum: 100), isRequired: true),
        ]
            + (programme.redemption == nil
                ? [] : [field("points", "用积分", .number(minimum: 0, maximum: Purchase.largest.minorUnits))])
            + [
                field("non_cash", "券等非现金（元）", .money), field("stored", "储值（元）", .money),
                field("event", "活动期间", .flag), field("group", "团购", .flag),
            ]
    }

    /// A company sees the columns that its rules ask for.
    private var columns: [FormField] {
        let goods = programme.goods.map { Choice(key: $0.key, title: $0.title, clauses: []) }
        let hasSales = programme.limits.reduced != nil || programme.limits.reducedInEvent != nil
        return [field("price", "单价", .money, isRequired: true)]
            + (hasSales ? [field("list", "原价", .money)] : [])
            + [field("quantity", "件数", .number(minimum: 1, maximum: 1_000_000)), field("class", "类别", .choice(goods))]
            + (hasSales ? [field("on_sale", "特价", .choice([choice("yes", "特价")]))] : [])
            + (programme.limits.excludedCounter == nil
                ? [] : [field("counter", "专柜", .choice([choice("excluded", "不参加")]))])
    }

    /// Of a card act, by its word in the API.
    func fields(of action: String) -> [FormField] {
        let ticks = CounterAct(rawValue: action).map { word in programme.confirmations.filter { $0.acts.contains(word) }
        }
        return own(of: action)
            + (ticks ?? []).map { tick in
                FormField(
                    key: "confirm_" + tick.key, title: tick.title, kind: .flag, isRequired: false, isPersonal: false,
                    clauses: tick.clauses)
            }
    }

    /// The keys of what was ticked.
    func confirmed(_ fields: Fields) -> Set<Confirmation.Key> {
        Set(programme.confirmations.map(\.key).filter { fields["confirm_" + $0] == .flag(true) })
    }

    private func own(of action: String) -> [FormField] {
        switch action {
        case "apply":
            [
                field("born", "出生日期", .date, isRequired: true),
                field("receipts", "当日小票号", .line(maximum: 500), isRequired: true),
            ]
        case "reactivate": [field("receipts", "当日小票号", .line(maximum: 500), isRequired: true)]
        case "recharge":
            [
                field("recharge", "充值单号", .line(maximum: 100), isRequired: true),
                field("amount", "金额（元）", .money, isRequired: true),
                field("tender", "付款方式", .choice([choice("cash", "现金"), choice("transfer", "转账刷卡")]), isRequired: true),
            ]
        case "pay_out": [field("recharge", "充值单号", .line(maximum: 100), isRequired: true)]
        case "replace":
            [
                field("decision", "逾期补办：主管的理由", .line(maximum: 200)),
                field("waiver", "免收工本费的理由", .line(maximum: 200)),
            ]
        default: []
        }
    }

    private func field(_ key: String, _ title: String, _ kind: FieldKind, isRequired: Bool = false) -> FormField {
        FormField(
            key: key, title: text(title), kind: kind, isRequired: isRequired, isPersonal: false, clauses: [])
    }

    private func choice(_ key: String, _ title: String) -> Choice {
        Choice(key: key, title: text(title), clauses: [])
    }

    private func text(_ title: String) -> LocalizedText {
        let text = words(title)
        return LocalizedText(simplified: text, traditional: text, english: text)
    }

    // MARK: What was entered

    /// The purchase that the fields of `purchase` hold.
    func purchase(_ fields: Fields) -> Purchase {
        Purchase(
            lines: lines(fields["lines"]),
            tender: Tender(
                nonCash: fields.money("non_cash"), stored: fields.money("stored"),
                points: Points(fields.number("points"))),
            birthday: nil, isInEvent: fields["event"] == .flag(true), isGroup: fields["group"] == .flag(true))
    }

    private func lines(_ value: FieldValue?) -> [Purchase.Line] {
        guard case .list(let rows)? = value else { return [] }
        let keys = columns.map(\.key)
        return rows.compactMap { row in
            guard case .list(let values) = row, values.count == keys.count else { return nil }
            let cells = Fields(uniqueKeysWithValues: zip(keys, values))
            func number(_ key: String) -> Int64? {
                if case .integer(let number)? = cells[key] { number } else { nil }
            }
            guard let price = number("price") else { return nil }
            let goods = cells["class"]?.text ?? ""
            return Purchase.Line(
                list: Money(minorUnits: number("list") ?? price), price: Money(minorUnits: price),
                quantity: number("quantity") ?? 1, goods: goods.isEmpty ? programme.goods[0].key : goods,
                isOnSale: cells["on_sale"]?.text == "yes", isExcluded: cells["counter"]?.text == "excluded")
        }
    }

    /// The act on stored value that was asked for; `nil` for none that there is.
    func storedAct(_ action: String, _ fields: Fields) -> StoredAct? {
        let number = fields["recharge"]?.text ?? ""
        switch action {
        case "recharge":
            return .recharge(
                number, fields.money("amount"), StoredValue.Tender(rawValue: fields["tender"]?.text ?? "") ?? .cash)
        case "pay_out": return .payOut(number)
        case "freeze": return .freeze
        case "release": return .release
        default: return nil
        }
    }

    /// The act that was asked for; `nil` for none that there is.
    func act(_ action: String, _ fields: Fields) -> MemberAct.Kind? {
        let receipts = (fields["receipts"]?.text ?? "").split { " ,，、;；".contains($0) }.map { String($0) }
        switch action {
        case "apply": return .join(born: fields["born"].flatMap { CalendarDay($0.text) }, receipts: receipts)
        case "reactivate": return .reactivate(receipts: receipts)
        case "upgrade": return .upgrade
        case "renew": return .renew
        case "report_loss": return .reportLoss
        case "replace": return .replace(isDecided: fields["decision"] != nil, isWaived: fields["waiver"] != nil)
        default: return nil
        }
    }
}

extension Fields {
    fileprivate func number(_ key: String) -> Int64 { if case .integer(let number)? = self[key] { number } else { 0 } }
    fileprivate func money(_ key: String) -> Money { Money(minorUnits: number(key)) }
}
