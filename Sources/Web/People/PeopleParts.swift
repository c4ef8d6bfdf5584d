import Obligations
import Organisations
import Policy
import Primitives

/// The units in the order of the tree, each with those above it.
struct UnitTree {
    /// Parents before children, siblings by age.
    let ordered: [Unit]
    private let byID: [UnitID: Unit]

    init(_ units: [Unit]) {
        byID = Dictionary(units.map { ($0.id, $0) }) { first, _ in first }
        let children = Dictionary(grouping: units, by: \.parent)
        var ordered: [Unit] = []
        var waiting = Array((children[nil] ?? []).reversed())
        while let unit = waiting.popLast() {
            ordered.append(unit)
            waiting += (children[unit.id] ?? []).reversed()
        }
        self.ordered = ordered
    }

    /// `公司 / 历下店`; `nil` for the root.
    func above(_ unit: Unit) -> String? {
        var names: [String] = []
        var parent = unit.parent
        // A tree has no circle, and the count bounds the walk if one is ever stored.
        while let id = parent, let above = byID[id], names.count < byID.count {
            names.append(above.name)
            parent = above.parent
        }
        return names.isEmpty ? nil : names.reversed().joined(separator: " / ")
    }
}

/// Turns members of staff into rows.
struct PersonRows {
    let frame: Frame
    let loads: [StaffID: ObligationService.Load]

    func count(_ number: Int) -> String { number == 1 ? frame.words("1人") : frame.words("{0}人", String(number)) }

    func row(_ person: Staff) -> PeoplePage.PersonRow {
        let words = frame.words
        let today = frame.time.zone.local(frame.time.now).day
        let isAway = person.isAway(on: today)
        return PeoplePage.PersonRow(
            path: "/people/\(person.id)", name: person.name, face: person.name.face,
            post: frame.charter?.post(person.post)?.title[frame.language] ?? person.post,
            postPath: Links.post(person.post), employment: words(person.employment.title), isAway: isAway,
            away: person.leftOn.map { words("{0}离职", frame.time.date($0)) }
                ?? (isAway ? person.awayUntil.map { words("休假至{0}", frame.time.date($0)) } : nil),
            load: loads[person.id].map(bar))
    }

    /// The bar's lengths, 300 being the person's capacity.
    private func bar(_ load: ObligationService.Load) -> PeoplePage.LoadBar {
        let whole = max(1, load.capacity)
        func length(_ count: Int) -> Int { min(400, count * 300 / whole) }
        let late = length(load.overdue)
        let today = min(400 - late, length(load.today))
        return PeoplePage.LoadBar(
            text: "\(load.total) / \(load.capacity)", late: late, today: today,
            later: min(400 - late - today, length(load.later)), todayEnd: late + today)
    }
}

/// Makes fields of the program's own forms, whose titles are words of the desk.
struct FieldMaker {
    let frame: Frame
    let input: Fields
    let faults: FormFaults?

    func line(_ key: String, _ title: String, maximum: Int, isRequired: Bool = false) -> FieldPart {
        part(key, title, .line(maximum: maximum), isRequired: isRequired)
    }

    func choice(_ key: String, _ title: String, _ choices: [(key: String, title: String)]) -> FieldPart {
        part(
            key, title, .choice(choices.map { Choice(key: $0.key, title: same($0.title), clauses: []) }),
            isRequired: true)
    }

    private func part(_ key: String, _ title: String, _ kind: FieldKind, isRequired: Bool) -> FieldPart {
        let field = FormField(
            key: key, title: same(frame.words(title)), kind: kind, isRequired: isRequired, isPersonal: false,
            clauses: [])
        // One field in, one part out.
        return FieldPart.parts(of: [field], input: input, faults: faults, frame: frame)[0]
    }

    private func same(_ text: String) -> LocalizedText {
        LocalizedText(simplified: text, traditional: text, english: text)
    }
}

extension PostPage {
    init(
        _ post: Post, charter: Charter, holders: [PeoplePage.PersonRow], frame: Frame, principal: Principal
    ) {
        let words = frame.words
        let language = frame.language
        let rules = RuleWords(frame: frame, charter: charter)
        shell = frame.shell
        title = post.title[language]
        clauses = post.clauses
        above = post.reportsTo.map {
            ObligationPane.FactLine(label: words("上级"), text: rules.post($0), path: Links.post($0))
        }
        below = charter.posts.filter { $0.reportsTo == post.key }.map {
            CharterPage.NamedLink(title: $0.title[language], path: Links.post($0.key))
        }
        hasBelow = !below.isEmpty
        rights = Action.allCases.compactMap { action in
            post.may[action].map { Right(action: rules.action(action), scope: rules.scope($0)) }
        }
        noRights = rights.isEmpty
        let owed = charter.clauses.filter { $0.duty?.post == post.key }
        duties = owed.map { clause in
            let parts = [
                clause.cadence.map(rules.cadence), clause.when.map { words("“{0}”起", rules.event($0)) },
                clause.duty.map { rules.deadline($0.within, of: clause) },
            ]
            return DutyLine(
                clause: clause.key, title: (clause.duty?.title ?? clause.title)[language],
                line: parts.compactMap { $0 }.joined(separator: rules.gap))
        }
        noDuties = duties.isEmpty
        dutyCount = owed.count == 1 ? words("1条") : words("{0}条", String(owed.count))
        acts = charter.workflows.compactMap { workflow in
            var names = workflow.start.actors.contains(post.key) ? [words("登记立案")] : []
            for move in workflow.states.flatMap(\.moves) where move.actors.contains(post.key) {
                let name = move.title[language]
                if !names.contains(name) { names.append(name) }
            }
            return names.isEmpty
                ? nil
                : Act(
                    workflow: workflow.title[language], path: Links.workflow(workflow.key),
                    acts: names.joined(separator: language == .english ? ", " : "、"))
        }
        hasActs = !acts.isEmpty
        notices = charter.clauses.filter {
            $0.notify.contains(post.key) || $0.lateness?.notify.contains(post.key) ?? false
        }.map {
            DutyLine(
                clause: $0.key, title: $0.title[language],
                line: $0.notify.contains(post.key)
                    ? $0.when.map { words("“{0}”时", rules.event($0)) } ?? "" : $0.lateness.map(rules.lateness) ?? "")
        }
        hasNotices = !notices.isEmpty
        self.holders = holders
        showsHolders = principal.can(.readPeople)
        noHolders = holders.isEmpty
        canReadCharter = principal.can(.readCharter)
    }
}
