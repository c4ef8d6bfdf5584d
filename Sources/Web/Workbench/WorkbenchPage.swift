import Obligations
import Policy
import Primitives

/// The work queue on the screen.
struct WorkbenchPage: TemplateRow {
    let shell: Shell
    /// Each a `Tab`.
    let tabs: HTML
    let livePath: String
    /// Each a `Group`.
    let groups: HTML
    let isEmpty: Bool
    let emptyTitle: String
    let emptyHint: String
    let nextPath: String?
    /// The duty that was picked.
    let pane: HTML?
    /// Who of the team carries how much, each a `Person`.
    let people: HTML?

    enum Tag: String, CaseIterable {
        case opening, navigation, closing, find, new, tabs, livePath, groups, isEmpty, emptyTitle, emptyHint, nextPath
        case pane, people
    }

    func text(_ tag: Tag) -> String? {
        switch tag {
        case .livePath: livePath
        case .isEmpty: isEmpty ? "" : nil
        case .emptyTitle: emptyTitle
        case .emptyHint: emptyHint
        case .nextPath: nextPath
        default: nil
        }
    }

    func html(_ tag: Tag) -> HTML? {
        switch tag {
        case .opening: shell.opening
        case .navigation: shell.navigation
        case .closing: shell.closing
        case .find: shell.find
        case .new: shell.new
        case .tabs: tabs
        case .groups: groups
        case .pane: pane
        case .people: people
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
        /// Each a `Row`.
        let rows: HTML

        enum Tag: String, CaseIterable {
            case title, tally, isLate, note, rows
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .title: title
            case .tally: tally
            case .isLate: isLate ? "" : nil
            case .note: note
            case .rows: nil
            }
        }

        func html(_ tag: Tag) -> HTML? { tag == .rows ? rows : nil }
    }

    struct Row: TemplateRow {
        let view: String
        let id: String
        let clause: String
        let clausePath: String
        let isBroken: Bool
        let what: String
        /// Who owes it, where that is not the reader.
        let holder: String?
        let reference: String?
        let summary: String?
        let who: String
        let more: String
        let isSame: Bool
        let isDone: Bool
        let isPicked: Bool
        let due: DuePart
        let act: String
        /// The case whose move discharges the duty.
        let matter: String?

        enum Tag: String, CaseIterable {
            case view, id, clause, clausePath, isBroken, what, holder, hasMore, reference, summary, who, more, isSame
            case isDone, isPicked, act, matter, tone, left, at, machine, opened, soon, stick, isBurnt, isMet
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .view: view
            case .id: id
            case .clause: clause
            case .clausePath: clausePath
            case .isBroken: isBroken ? "" : nil
            case .what: what
            case .holder: holder
            case .hasMore: holder != nil && reference != nil ? "" : nil
            case .reference: reference
            case .summary: summary
            case .who: who
            case .more: more
            case .isSame: isSame ? "" : nil
            case .isDone: isDone ? "" : nil
            case .isPicked: isPicked ? "" : nil
            case .act: act
            case .matter: matter
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
enum TeamLoad {
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
