import Mustache
import Obligations
import Policy
import Primitives

/// The work queue on the screen.
struct WorkbenchPage: MustacheParent {
    let shell: Shell
    /// Each a `Tab`, as HTML.
    let tabs: String
    let livePath: String
    /// Each a `Group`, as HTML.
    let groups: String
    let isEmpty: Bool
    let emptyTitle: String
    let emptyHint: String
    let nextPath: String?
    let pane: ObligationPane?
    let load: TeamLoad?

    func child(named name: String) -> Any? {
        switch name {
        case "shell": shell
        case "tabs": tabs
        case "livePath": livePath
        case "groups": groups
        case "isEmpty": isEmpty
        case "emptyTitle": emptyTitle
        case "emptyHint": emptyHint
        case "nextPath": nextPath
        case "pane": pane
        case "load": load
        default: nil
        }
    }

    struct Tab: TemplateRow {
        let title: String
        let path: String
        let isCurrent: Bool
        let tally: String?

        enum Tag: String, CaseIterable {
            case title, path, isCurrent, tally
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .title: title
            case .path: path
            case .isCurrent: isCurrent ? "" : nil
            case .tally: tally
            }
        }
    }

    struct Group: TemplateRow {
        let title: String
        let tally: String
        let isLate: Bool
        let note: String?
        /// Each a `Row`, as HTML.
        let rows: String

        enum Tag: String, CaseIterable {
            case title, tally, isLate, note, rows
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .title: title
            case .tally: tally
            case .isLate: isLate ? "" : nil
            case .note: note
            case .rows: rows
            }
        }
    }

    struct Row: TemplateRow {
        let id: String
        let clause: String
        let clausePath: String
        let isBroken: Bool
        let path: String
        let what: String
        let of: String
        let who: String
        let more: String
        let isSame: Bool
        let isDone: Bool
        let isPicked: Bool
        let due: DuePart
        let act: String
        let actPath: String

        enum Tag: String, CaseIterable {
            case id, clause, clausePath, isBroken, path, what, of, who, more, isSame, isDone, isPicked, act
            case actPath, tone, left, at, machine, opened, soon, stick, isBurnt, isMet
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .id: id
            case .clause: clause
            case .clausePath: clausePath
            case .isBroken: isBroken ? "" : nil
            case .path: path
            case .what: what
            case .of: of
            case .who: who
            case .more: more
            case .isSame: isSame ? "" : nil
            case .isDone: isDone ? "" : nil
            case .isPicked: isPicked ? "" : nil
            case .act: act
            case .actPath: actPath
            case .tone: due.tone
            case .left: due.left
            case .at: due.at
            case .machine: due.machine
            case .opened: due.opened
            case .soon: due.soon
            case .stick: due.stick
            case .isBurnt: due.isBurnt ? "" : nil
            case .isMet: due.isMet ? "" : nil
            }
        }
    }
}

/// Who of the team carries how much.
struct TeamLoad: MustacheParent {
    /// Each a `Person`, as HTML.
    let people: String

    func child(named name: String) -> Any? { name == "people" ? people : nil }

    struct Person: TemplateRow {
        let name: String
        let face: String
        let note: String
        let isAway: Bool
        let count: Int
        /// Lengths of the bar's parts, 300 being the person's capacity.
        let late: Int
        let today: Int
        let later: Int
        let todayEnd: Int

        enum Tag: String, CaseIterable {
            case name, face, note, isAway, count, late, today, later, todayEnd
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .name: name
            case .face: face
            case .note: note
            case .isAway: isAway ? "" : nil
            case .count: String(count)
            case .late: String(late)
            case .today: String(today)
            case .later: String(later)
            case .todayEnd: String(todayEnd)
            }
        }
    }
}
