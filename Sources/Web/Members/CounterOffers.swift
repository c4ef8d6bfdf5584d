import Members
import Organisations
import Policy
import Primitives

/// What a card gives beside prices: perks, activities, and points given back.
struct CounterOffers {
    let programme: Programme
    let words: Words

    /// What a perk asks for; each field under the perk's own name, since several forms stand on one page.
    func fields(of perk: Perk) -> [FormField] {
        var fields: [FormField] = []
        if !perk.options.isEmpty {
            fields.append(field(perk.key + "_option", "种类", .choice(perk.options), isRequired: true))
        }
        if perk.takesReceipt {
            fields.append(field(perk.key + "_receipt", "小票号", .line(maximum: 100), isRequired: true))
        }
        if perk.isAssigned { fields.append(field(perk.key + "_staff", "服务的员工", .staff, isRequired: true)) }
        return fields
    }

    func request(_ perk: Perk.Key, _ fields: Fields) -> (request: PerkRequest, staff: StaffID?) {
        let staff = fields[perk + "_staff"].flatMap { StaffID($0.text) }
        return (
            PerkRequest(
                perk: perk, option: fields[perk + "_option"]?.text, receipt: fields[perk + "_receipt"]?.text,
                isAssigned: staff != nil), staff
        )
    }

    /// Of points given back.
    var restoring: [FormField] {
        [
            field(
                "restored_points", "积分", .number(minimum: 1, maximum: Programme.mostRestored), isRequired: true),
            field("restored_reason", "理由", .line(maximum: 200), isRequired: true),
        ]
    }

    func restore(_ fields: Fields) -> MemberAct.Kind {
        var points: Int64 = 0
        if case .integer(let number)? = fields["restored_points"] { points = number }
        return .restore(Points(points), reason: fields["restored_reason"]?.text ?? "")
    }

    private func field(_ key: String, _ title: String, _ kind: FieldKind, isRequired: Bool) -> FormField {
        let text = words(title)
        return FormField(
            key: key, title: LocalizedText(simplified: text, traditional: text, english: text), kind: kind,
            isRequired: isRequired, isPersonal: false, clauses: [])
    }
}

extension CounterPage {
    /// A perk of the card's tier, with a button where it can be given today.
    struct PerkRow {
        let key: String
        let title: String
        let count: String
        let clause: String?
        /// Where the button leads; `nil` where it cannot be given.
        let action: String?
        /// Given on its own; otherwise with what the form asks for.
        let isPlain: Bool
        let fields: [FieldPart]
        let isOpen: Bool
        let note: String?
    }

    /// What was given today.
    struct GivenRow {
        let title: String
        let more: String?
        let count: String
    }

    /// An activity that the card may take part in.
    struct ActivityRow {
        let id: String
        let title: String
        let path: String
        let more: String
        let clause: String?
        let buttons: [Button]
        let note: String?

        struct Button {
            let action: String
            let id: String
            let gift: String?
            let title: String
        }
    }
}

extension CounterParts {
    func perks(
        _ standings: [MemberService.PerkStanding], asked key: String?, mayAct: Bool,
        fields: (Perk) async throws -> [FieldPart]
    ) async throws -> [CounterPage.PerkRow] {
        var rows: [CounterPage.PerkRow] = []
        for standing in standings {
            let isFree = standing.given == nil && standing.refusal == nil && mayAct
            let parts = isFree ? try await fields(standing.perk) : []
            rows.append(
                CounterPage.PerkRow(
                    key: standing.perk.key, title: standing.perk.title[frame.language],
                    count: frame.words("{0}份", String(standing.count.figure)), clause: standing.count.clause,
                    action: isFree ? path + "/perk" : nil, isPlain: parts.isEmpty, fields: parts,
                    isOpen: key == standing.perk.key,
                    note: standing.given.map { frame.words("{0}已给", frame.time.date($0)) }
                        ?? standing.refusal.map { results.lines([$0])[0].text }))
        }
        return rows
    }

    /// - Parameter names: of those who serve.
    func given(_ perks: [GivenPerk], names: [StaffID: String]) -> [CounterPage.GivenRow] {
        perks.map { given in
            let perk = programme.offers.perk(given.perk)
            let more = [
                perk?.options.first { $0.key == given.option }?.title[frame.language],
                given.receipt.map { frame.words("小票{0}", $0) }, given.staff.flatMap { names[$0] },
            ].compactMap { $0 }
            return CounterPage.GivenRow(
                title: perk?.title[frame.language] ?? given.perk,
                more: more.isEmpty ? nil : more.joined(separator: " · "), count: String(given.count))
        }
    }

    func activities(_ doings: [MemberService.Doing], mayAct: Bool) -> [CounterPage.ActivityRow] {
        doings.map { doing in
            let stored = doing.stored
            let isFree = mayAct && doing.taken == nil && doing.refusal == nil
            return CounterPage.ActivityRow(
                id: stored.id.description, title: stored.title, path: "/activities/\(stored.id)",
                more: doing.kind.title[frame.language] + " · " + frame.time.span(stored.activity),
                clause: doing.kind.clauses.first, buttons: isFree ? buttons(doing) : [],
                note: doing.taken.map { frame.words("{0}已参加", frame.time.date($0)) }
                    ?? doing.refusal.map { results.lines([$0])[0].text })
        }
    }

    private func buttons(_ doing: MemberService.Doing) -> [CounterPage.ActivityRow.Button] {
        func button(_ title: String, gift: Int? = nil) -> CounterPage.ActivityRow.Button {
            CounterPage.ActivityRow.Button(
                action: path + "/activity", id: doing.stored.id.description, gift: gift.map { String($0) }, title: title
            )
        }
        switch doing.kind.takes {
        case .notice: return []
        case .gift: return [button(frame.words("领取"))]
        case .signUp: return [button(frame.words("报名"))]
        case .invitation: return [button(frame.words("到场"))]
        case .exchange:
            return doing.stored.activity.gifts.enumerated().compactMap { index, gift in
                gift.left == 0
                    ? nil : button(frame.words("{0}，{1}分", gift.title, String(gift.points.count)), gift: index)
            }
        }
    }
}

extension TimeWords {
    /// From the first day to the last.
    func span(_ activity: Activity) -> String {
        activity.from == activity.through
            ? date(activity.from) : words("{0}至{1}", date(activity.from), date(activity.through))
    }
}
