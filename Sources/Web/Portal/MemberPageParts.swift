import Cases
import Customers
import Members
import Policy
import Primitives

/// Makes a member's page of what he may see.
struct MemberPageParts {
    let own: MemberService.OwnPage
    let file: Customer
    let house: House

    private var words: Words { house.words }
    private var language: Language { house.language }
    private var programme: Programme { own.programme }
    private var account: MemberService.Account { own.account }
    private var member: Member { account.member }
    private var isGood: Bool {
        programme.tiers.isEmpty ? own.stored?.account.frozen == nil : account.standing.isGood
    }
    private var results: MemberResults {
        MemberResults(programme: programme, zone: house.time.zone, language: language)
    }

    func page(formToken: String) -> MemberPage {
        let (goals, perks, given) = (goals(), perks(), given())
        let activities = activities()
        let receipts = receipts()
        let consents = consents()
        return MemberPage(
            visitor: house.shell("/member"), card: card(), warning: warning(),
            code: isGood ? MemberCode(file.reference) : nil, points: points(), tier: goals, hasTier: !goals.isEmpty,
            perks: perks, hasPerks: !perks.isEmpty,
            perksNote: isGood ? nil : words("卡恢复使用后可享："), given: given, hasGiven: !given.isEmpty,
            activities: activities, hasActivities: !activities.isEmpty, stored: stored(), receipts: receipts,
            hasReceipts: !receipts.isEmpty, data: data(), consents: consents, hasConsents: !consents.isEmpty,
            leavePath: house.path + "/member/leaving", formToken: formToken)
    }

    // MARK: Clauses

    /// What a member reads of clauses: number and title, each once.
    private func reasons(_ clauses: [Clause.Key]) -> [MemberPage.Why] {
        var seen: Set<Clause.Key> = []
        return clauses.filter { seen.insert($0).inserted }.map { key in
            MemberPage.Why(clause: key, text: house.counter.charter.clause(key)?.title[language] ?? "")
        }
    }

    private func figure(
        _ label: String, _ value: String, _ more: String? = nil, _ clauses: [Clause.Key]
    ) -> MemberPage.Figure {
        MemberPage.Figure(
            label: label, value: value, more: more, reasons: reasons(clauses), hasReasons: !clauses.isEmpty)
    }

    private func date(_ day: CalendarDay) -> String { house.time.date(day) }
    private func day(of instant: Instant) -> String { date(house.time.zone.local(instant).day) }
    private func title(of tier: Tier.Key) -> String { programme.tier(tier)?.title[language] ?? tier }

    // MARK: The card

    private func card() -> MemberPage.Card {
        guard let card = member.card, let tier = programme.tier(card.tier) else {
            let stored = own.stored?.account
            return MemberPage.Card(
                title: programme.storedValue?.title[language] ?? words("会员卡"), number: file.reference,
                standing: stored?.frozen.map { words("{0}冻结", date($0)) } ?? words("可用"), isGood: isGood, dates: [],
                reasons: reasons(programme.storedValue?.clauses ?? []),
                hasReasons: programme.storedValue?.clauses.isEmpty == false)
        }
        let clauses = tier.clauses + programme.cardYear.clauses
        return MemberPage.Card(
            title: tier.title[language], number: file.reference, standing: standing(), isGood: isGood,
            dates: [
                words("第{0}张", String(card.number)), words("{0}起", date(card.issued)),
                words("有效至{0}", date(programme.expiry(of: card))),
            ], reasons: reasons(clauses), hasReasons: !clauses.isEmpty)
    }

    private func standing() -> String {
        switch account.standing {
        case .none: words("没有会员卡")
        case .active: words("可用")
        case .inWindow: words("已到期，仍可用")
        case .expired: words("已到期")
        case .lapsed: words("已失效")
        case .frozen: words("已挂失")
        case .notYet(let day): words("{0}起可用", date(day))
        }
    }

    /// What does not work, and what the member does about it.
    private func warning() -> MemberPage.Warning? {
        func warning(_ text: String, _ clauses: [Clause.Key]) -> MemberPage.Warning {
            let all = programme.clauses(of: account.standing, of: member.card) + clauses
            return MemberPage.Warning(
                title: results.text(account.standing), text: text, reasons: reasons(all), hasReasons: !all.isEmpty)
        }
        switch own.outlook?.remedy {
        case .replace(let through, let fee):
            let cost =
                fee.figure == .zero ? words("补卡免费。") : words("补卡工本费{0}元。", fee.figure.yuan)
            let time = through.map { through in
                through.figure >= account.day
                    ? words("请在{0}前本人带证件到店补办。", date(through.figure.adding(days: 1)))
                    : words("补办的时限{0}已过，请本人带证件到店，由主管决定。", date(through.figure))
            }
            return warning(
                words("积分和优惠暂停使用，积分还在卡上。") + (time ?? words("请本人带证件到店补办。")) + cost,
                (through?.clauses ?? []) + fee.clauses)
        case .wait(let first): return warning(words("到那天起自动可用，您不用做什么。"), first.clauses)
        case .exchange(let through):
            return warning(
                account.standing.isGood
                    ? words("请在{0}前到店换卡，此前优惠照旧。", date(through.figure.adding(days: 1)))
                    : words("优惠已停，请到店换卡。"), through.clauses)
        case .comeBack(let cash, let through):
            return warning(
                words(
                    "积分冻结在卡上。{0}前在店内一天现金消费满{1}元，带卡、当天小票和证件到店恢复。",
                    date(through.figure.adding(days: 1)), cash.yuan), through.clauses)
        case .applyAgain(let clauses): return warning(words("恢复的时限已过，请到店重新办卡。"), clauses)
        case nil: break
        }
        guard programme.tiers.isEmpty, let frozen = own.stored?.account.frozen else { return nil }
        let clauses = programme.storedValue?.clauses ?? []
        return MemberPage.Warning(
            title: words("储值已于{0}冻结", date(frozen)), text: words("余额不会动用。请本人带证件到店解冻。"),
            reasons: reasons(clauses), hasReasons: !clauses.isEmpty)
    }

    // MARK: Points

    private func points() -> MemberPage.PointsPart? {
        guard !programme.accruals.isEmpty, member.card != nil else { return nil }
        let (points, redemption) = (member.points, programme.redemption)
        let worth = redemption.flatMap { rule in
            rule.usable(of: points.spendable) == .zero
                ? nil : words("可抵{0}元", rule.value(of: rule.usable(of: points.spendable)).yuan)
        }
        var figures = [
            figure(
                words("可用积分"), String(points.spendable.count), worth,
                (redemption.map { $0.worth.clauses + $0.step.clauses } ?? []) + (programme.portal ?? []))
        ]
        figures += points.lots.map { lot in
            figure(
                words("待生效积分"), String(lot.points.count), words("{0}起可用", date(lot.usable)),
                redemption?.after.clauses ?? [])
        }
        return MemberPage.PointsPart(figures: figures, rows: movements())
    }

    private func movements() -> [MemberPage.MoveRow] {
        account.movements.map { movement in
            MemberPage.MoveRow(
                day: day(of: movement.at),
                title: movement.purpose == "matured"
                    ? words("积分生效")
                    : EventWords(words: words).title(of: movement.purpose, in: house.counter.charter),
                more: movement.account == "pending" ? words("待生效") : words("可用"),
                amount: (movement.points > .zero ? "+" : "") + String(movement.points.count))
        }
    }

    // MARK: The tier

    private func goals() -> [MemberPage.Goal] {
        guard let card = member.card, let outlook = own.outlook else { return [] }
        var goals: [MemberPage.Goal] = []
        func add(
            _ label: String, _ value: String, _ more: String, _ part: (done: Int64, of: Int64)?,
            _ clauses: [Clause.Key]
        ) {
            goals.append(
                MemberPage.Goal(
                    label: label, value: value, more: more,
                    length: part.map { String(min(96, max(0, $0.done) * 96 / max(1, $0.of))) },
                    reasons: reasons(clauses), hasReasons: !clauses.isEmpty))
        }
        if let raise = outlook.raise {
            let earned = member.points.period.count
            add(
                words("升{0}", title(of: raise.tier)),
                raise.missing == .zero ? words("积分已够") : words("还差{0}分", String(raise.missing.count)),
                words(
                    "本卡年度消费积{0}分，满{1}分；{2}至{3}可到店办。", String(earned), String(raise.needed.count), date(raise.from),
                    date(raise.through)), (earned, raise.needed.count),
                raise.clauses + raise.time + programme.upgrading)
        }
        if let keep = outlook.keep {
            add(
                words("保住{0}", title(of: card.tier)),
                keep.missing == .zero ? words("消费已够") : words("还差{0}元", keep.missing.yuan),
                words(
                    "{0}前消费满{1}元，现在{2}元；不满，换卡时换为{3}。", date(keep.through.adding(days: 1)), keep.needed.yuan,
                    card.spend.yuan, title(of: keep.otherwise)), (card.spend.minorUnits, keep.needed.minorUnits),
                keep.clauses)
        }
        if let lapse = outlook.lapse {
            add(
                words("用一次卡"), words("{0}前", date(lapse.figure)), words("久不用，卡会失效。"), nil, lapse.clauses)
        }
        return goals
    }

    // MARK: Perks and activities

    private func perks() -> [MemberPage.PerkRow] {
        own.perks.map { standing in
            let perk = standing.perk
            let left: String? =
                if !isGood { nil } else if let given = standing.given {
                    given == account.day ? words("今天已用") : words("{0}已领", date(given))
                } else if let refusal = standing.refusal {
                    results.lines([refusal])[0].text
                } else if perk.each == .request {
                    nil
                } else { words("还有{0}份", String(standing.count.figure)) }
            return MemberPage.PerkRow(
                title: perk.title[language], count: words("{0}份", String(standing.count.figure)),
                often: often(perk.each), left: left, isUsed: standing.given != nil,
                reasons: reasons(standing.count.clauses), hasReasons: !standing.count.clauses.isEmpty)
        }
    }

    private func often(_ period: Perk.Period) -> String {
        switch period {
        case .day: words("每天一次")
        case .issue: words("办卡时一次")
        case .birthday: words("每个生日一次")
        case .request: words("要时即有")
        }
    }

    /// The newest first.
    private func given() -> [MemberPage.Row] {
        own.given.reversed().prefix(10).map { given in
            let perk = programme.offers.perk(given.perk)
            return MemberPage.Row(
                title: perk?.title[language] ?? given.perk,
                more: [date(given.day), perk?.options.first { $0.key == given.option }?.title[language]]
                    .compactMap { $0 }.joined(separator: " · "), value: String(given.count))
        }
    }

    private func activities() -> [MemberPage.Row] {
        own.activities.map { doing in
            MemberPage.Row(
                title: doing.stored.title,
                more: doing.kind.title[language] + " · " + house.time.span(doing.stored.activity),
                value: doing.taken == nil ? nil : words("已参加"))
        }
    }

    // MARK: Stored value

    private func stored() -> MemberPage.StoredPart? {
        guard let stored = own.stored, let rules = programme.storedValue else { return nil }
        let account = stored.account
        if account.balance == .zero, stored.movements.isEmpty { return nil }
        return MemberPage.StoredPart(
            title: rules.title[language],
            figures: [
                figure(
                    words("储值余额"), account.balance.yuan,
                    account.bonus > .zero
                        ? words("本金{0}，赠送{1}", account.principal.yuan, account.bonus.yuan) : nil, rules.clauses)
            ],
            rows: stored.steps.map { step in
                MemberPage.MoveRow(
                    day: day(of: step.at),
                    title: EventWords(words: words).title(of: step.purpose, in: house.counter.charter),
                    more: words("{0}，余{1}", step.number, step.balance.yuan),
                    amount: (step.amount > .zero ? "+" : "") + step.amount.yuan)
            })
    }

    // MARK: Receipts

    private func receipts() -> [MemberPage.ReceiptRow] {
        account.receipts.prefix(10).map { named in
            let (quote, refunded) = (named.receipt.quote, named.receipt.refunded.due)
            var result = MemberResult()
            results.add(quote, to: &result)
            return MemberPage.ReceiptRow(
                number: named.number, day: date(named.receipt.day), due: quote.due.yuan,
                earned: programme.accruals.isEmpty ? nil : words("得积分{0}", String(quote.earned.count)),
                refunded: refunded > .zero ? words("已退{0}元", refunded.yuan) : nil,
                why: (result.why ?? []).map { MemberPage.Why(clause: $0.clause, text: $0.text) })
        }
    }

    // MARK: Data

    /// What is kept of the member, masked: who sees this page named four digits only.
    private func data() -> [MemberPage.Row] {
        var rows: [MemberPage.Row] = []
        func add(_ title: String, _ value: String) {
            if !value.isEmpty { rows.append(MemberPage.Row(title: words(title), more: nil, value: value)) }
        }
        add(file.kind == .person ? "姓名" : "名称", file.kind == .person ? file.name.maskedName : file.name)
        for person in file.people(.itself) {
            add("电话", person.phone)
            add("邮箱", person.email)
            add("证件号码", person.identityNumber)
            add("爱好", person.hobbies.isEmpty ? "" : words("已登记"))
        }
        if let born = member.born { add("生日", words("{0}（年份不显示）", house.time.shortDate(born))) }
        add("地址", file.address.isEmpty ? "" : words("已登记"))
        let family = file.people(.family).count
        add("家人", family == 0 ? "" : words("{0}位", String(family)))
        return rows
    }

    private func consents() -> [MemberPage.ConsentRow] {
        own.confirmed.map { confirmed in
            MemberPage.ConsentRow(
                title: confirmed.confirmation.title[language], day: day(of: confirmed.at),
                reasons: reasons(confirmed.confirmation.clauses),
                hasReasons: !confirmed.confirmation.clauses.isEmpty)
        }
    }
}

extension String {
    /// The first character, and as many stars as there are others: 欧***.
    var maskedName: String { prefix(1) + String(repeating: "*", count: max(1, count - 1)) }
}
