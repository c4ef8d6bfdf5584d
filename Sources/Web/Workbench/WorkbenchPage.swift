import Mustache
import Obligations
import Policy
import Primitives

/// The work queue on the screen.
struct WorkbenchPage: MustacheParent {
    let shell: Shell
    let tabs: [Tab]
    let livePath: String
    let groups: [Group]
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

    struct Tab: MustacheParent {
        let title: String
        let path: String
        let isCurrent: Bool
        let tally: String?

        func child(named name: String) -> Any? {
            switch name {
            case "title": title
            case "path": path
            case "isCurrent": isCurrent
            case "tally": tally
            default: nil
            }
        }
    }

    struct Group: MustacheParent {
        let title: String
        let tally: String
        let isLate: Bool
        let note: String?
        var rows: [Row]

        func child(named name: String) -> Any? {
            switch name {
            case "title": title
            case "tally": tally
            case "isLate": isLate
            case "note": note
            case "rows": rows
            default: nil
            }
        }
    }

    struct Row: MustacheParent {
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
        let actPath: String?

        func child(named name: String) -> Any? {
            switch name {
            case "id": id
            case "clause": clause
            case "clausePath": clausePath
            case "isBroken": isBroken
            case "path": path
            case "what": what
            case "of": of
            case "who": who
            case "more": more
            case "isSame": isSame
            case "isDone": isDone
            case "isPicked": isPicked
            case "due": due
            case "act": act
            case "actPath": actPath
            default: nil
            }
        }
    }
}

/// Who of the team carries how much.
struct TeamLoad: MustacheParent {
    let people: [Person]

    func child(named name: String) -> Any? { name == "people" ? people : nil }

    struct Person: MustacheParent {
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

        func child(named name: String) -> Any? {
            switch name {
            case "name": self.name
            case "face": face
            case "note": note
            case "isAway": isAway
            case "count": count
            case "late": late
            case "today": today
            case "later": later
            case "todayEnd": todayEnd
            default: nil
            }
        }
    }
}
