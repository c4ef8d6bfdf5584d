import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// One clause: what it says, what it makes people do, how it is kept, and where the charter works it in.
struct ClausePage {
    let shell: Shell
    let key: String
    let title: String
    let chapter: String
    let chapterPath: String
    let isBroken: Bool
    let state: String
    let mark: String
    let tone: String
    let kind: String
    let note: String?
    let facts: [ObligationPane.FactLine]
    let uses: [Use]
    let hasUses: Bool
    let warnings: [String]
    let detail: ClauseDetail

    /// A part of the charter that names the clause.
    struct Use: Equatable {
        let part: String
        let title: String
        let path: String?
    }
}

/// How a clause is kept: by unit, by person, and where it was broken last.
struct ClauseDetail {
    let share: String
    let isLow: Bool
    let units: [Line]
    let hasUnits: Bool
    let people: [Line]
    let hasPeople: Bool
    let breaches: [Breach]
    let hasBreaches: Bool
    /// That there are more than the reader may see; `nil` when there are not.
    let beyond: String?
    let isBroken: Bool
    let isQuiet: Bool
    let fullPath: String

    struct Line {
        let name: String
        let part: AdherencePart
    }

    struct Breach {
        let day: String
        let machine: String
        let path: String
        let what: String
        let casePath: String?
        let reference: String?
        let holder: String
        let late: String
        let isOpen: Bool
    }

    static func load(_ clause: Clause, charter: Charter, desk: Desk, frame: Frame, principal: Principal) async throws
        -> ClauseDetail
    {
        let found = try await desk.adherence.detail(of: clause.key, for: principal)
        let matters = Array(Set(found.breaches.compactMap(\.matter)))
        let around = try await desk.database.read(for: principal.organisation) { transaction in
            (
                units: Dictionary(
                    try OrganisationStore(transaction).units(of: principal.organisation).map { ($0.id, $0.name) }
                ) { first, _ in first },
                names: try OrganisationStore(transaction).names(of: principal.organisation),
                cases: try CaseStore(transaction, principal.organisation).titles(
                    of: matters, to: principal)
            )
        }
        let goal = charter.goal(of: clause)
        func line(_ name: String, _ adherence: Adherence) -> Line {
            Line(name: name, part: AdherencePart(adherence, goal: goal, words: frame.words))
        }
        let units = found.units.sorted { $0.adherence.due > $1.adherence.due }
        let people = found.people.sorted {
            ($0.adherence.late, $0.adherence.due) > ($1.adherence.late, $1.adherence.due)
        }
        let whole = AdherencePart(
            found.units.reduce(Adherence.none) { $0 + $1.adherence }, goal: goal, words: frame.words)
        return ClauseDetail(
            share: whole.text, isLow: whole.isLow,
            units: units.map { line(around.units[$0.unit] ?? "", $0.adherence) }, hasUnits: !units.isEmpty,
            people: people.map { line($0.staff.flatMap { around.names[$0] } ?? frame.words("无人承办"), $0.adherence) },
            hasPeople: !people.isEmpty,
            breaches: found.breaches.map { breach in
                let matter = breach.matter.flatMap { around.cases[$0] }
                return Breach(
                    day: frame.time.date(frame.time.zone.local(breach.dueAt.adding(milliseconds: -1)).day),
                    machine: frame.time.zone.rfc3339(breach.dueAt),
                    path: "/obligations/\(breach.id)",
                    what: matter?.summary ?? (clause.duty?.title ?? clause.title)[frame.language],
                    casePath: matter == nil ? nil : breach.matter.map { "/cases/\($0)" },
                    reference: matter?.reference,
                    holder: breach.holder.flatMap { around.names[$0] } ?? frame.words("无人承办"),
                    late: breach.state == .open
                        ? frame.words("{0}，未办", frame.time.span(found.now.since(breach.dueAt)))
                        : frame.time.span((breach.closedAt ?? found.now).since(breach.dueAt)),
                    isOpen: breach.state == .open)
            }, hasBreaches: !found.breaches.isEmpty,
            beyond: found.breachesOutOfReach == 0
                ? nil
                : found.breaches.isEmpty
                    ? frame.words("有{0}项违反，不在你的范围内", String(found.breachesOutOfReach))
                    : frame.words("另有{0}项不在你的范围内", String(found.breachesOutOfReach)),
            isBroken: found.isBroken, isQuiet: units.isEmpty, fullPath: Links.adherence(clause.key))
    }
}

extension ClausePage {
    init(
        _ clause: Clause, charter: Charter, run: ChapterRun?, detail: ClauseDetail, isBroken: Bool,
        concerns: [LawConcern], frame: Frame, principal: Principal
    ) {
        let words = frame.words
        let rules = RuleWords(frame: frame, charter: charter)
        shell = frame.shell
        key = clause.key
        title = clause.title[frame.language]
        chapter = run?.title(charter)[frame.language] ?? ""
        chapterPath = "/charter?chapter=\(run?.slug ?? "-")#clause-\(clause.key)"
        self.isBroken = isBroken
        (mark, state, tone) =
            switch clause.status {
            case .executed: (words("行"), words("执行"), "state--done")
            case .shown: (words("示"), words("展示"), "")
            case .planned: (words("拟"), words("计划"), "state--plan")
            }
        kind = rules.kind(clause.kind)
        note = clause.note?[frame.language]
        facts = Self.facts(of: clause, rules, frame)
        // A move that several states offer is one line.
        uses = charter.uses(of: clause.key).map { Self.use($0, rules, frame) }
            .reduce(into: []) { lines, use in if !lines.contains(use) { lines.append(use) } }
        hasUses = !uses.isEmpty
        warnings = concerns.map(rules.concern)
        self.detail = detail
    }

    private static func facts(of clause: Clause, _ rules: RuleWords, _ frame: Frame) -> [ObligationPane.FactLine] {
        let words = frame.words
        var facts: [ObligationPane.FactLine] = []
        func add(_ label: String, _ text: String?, _ path: String? = nil) {
            guard let text, !text.isEmpty else { return }
            facts.append(ObligationPane.FactLine(label: words(label), text: text, path: path))
        }
        let comma = frame.language == .english ? "; " : "；"
        if let duty = clause.duty {
            add("应办", rules.post(duty.post), Links.post(duty.post))
            add("事项", duty.title?[frame.language])
            add("起算", clause.when.map(rules.event))
            add("条件", rules.conditions(clause).joined(separator: comma))
            add("周期", clause.cadence.map(rules.cadence))
            add("期限", rules.deadline(duty.within, of: clause))
            add(
                "以何了结",
                duty.metBy.isEmpty
                    ? words("由应办人办结")
                    : duty.needsAll ? words("{0}，缺一不可", rules.events(duty.metBy)) : rules.events(duty.metBy))
            add("作废", rules.events(duty.voidBy))
            add("表单", duty.form.flatMap { rules.charter.form($0)?.title[frame.language] })
            add("逾期", clause.lateness.map(rules.lateness))
        } else {
            add("起因", clause.when.map(rules.event))
            add("条件", rules.conditions(clause).joined(separator: comma))
        }
        add("通知", rules.posts(clause.notify))
        add("程序", clause.effects.map(rules.effect).joined(separator: comma))
        add(
            "指标",
            clause.countsIn.compactMap(rules.charter.metric).map { metric in
                metric.title[frame.language]
                    + (metric.target.map { words("，目标{0}", AdherencePart.percent($0.thousandths)) } ?? "")
            }.joined(separator: comma))
        return facts
    }

    private static func use(_ use: ClauseUse, _ rules: RuleWords, _ frame: Frame) -> Use {
        let words = frame.words
        let part =
            switch use.part {
            case .post: words("岗位")
            case .form: words("表单")
            case .field: words("栏目")
            case .choice: words("选项")
            case .fact: words("事实")
            case .workflow: words("流程")
            case .start: words("登记一步")
            case .state: words("状态")
            case .move: words("步骤")
            case .offence: words("过失")
            case .ladder: words("处罚阶梯")
            case .phrases: words("禁语")
            case .membership: words("会员制度")
            case .tier: words("会员等级")
            case .perk: words("礼遇")
            case .activity: words("会员活动")
            }
        let path: String? =
            switch use.part {
            case .post: use.keys.first.map(Links.post)
            case .workflow, .start, .state, .move: use.keys.first.map(Links.workflow)
            default: nil
            }
        let titles = use.part == .move ? [use.titles.first, use.titles.last].compactMap { $0 } : use.titles
        return Use(
            part: part,
            title: titles.map { $0[frame.language] }.joined(separator: frame.language == .english ? ", " : "，"),
            path: path)
    }
}
