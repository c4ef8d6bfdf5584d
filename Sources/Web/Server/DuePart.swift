import Mustache
import Obligations
import Primitives

/// The countdown of a duty, as `due.mustache` shows it.
struct DuePart: TemplateRow, MustacheParent {
    let tone: String
    let left: String
    let at: String
    let machine: String
    /// Milliseconds since 1970, as for `soon`: half as long as RFC 3339, twice in each row.
    let opened: String
    /// When the countdown turns ochre.
    let soon: String
    /// The length of the unburnt stick, 0…40; `nil` when it is burnt or done.
    let stick: String?
    let isBurnt: Bool
    let isMet: Bool

    /// Under this much of the whole time, or under four hours, it is soon.
    private static let soonHours: Int64 = 4

    /// `0.0` … `40.0`
    private static let lengths = (0...400).map { "\($0 / 10).\($0 % 10)" }

    init(_ obligation: Obligation, _ time: TimeWords) {
        machine = time.zone.rfc3339(
            obligation.state == .open ? obligation.dueAt : obligation.closedAt ?? obligation.dueAt)
        opened = String(obligation.openedAt.milliseconds)
        soon = String(obligation.dueAt.adding(hours: -Self.soonHours).milliseconds)
        switch obligation.state {
        case .open:
            let open = DuePart(opened: obligation.openedAt, due: obligation.dueAt, time)
            (at, left, isMet, isBurnt) = (open.at, open.left, false, open.isBurnt)
            (tone, stick) = (open.tone, open.stick)
        case .met:
            at = time.at(obligation.closedAt ?? obligation.dueAt)
            left = time.done(at: obligation.closedAt ?? obligation.dueAt, due: obligation.dueAt)
            isMet = !obligation.wasLate
            tone = obligation.wasLate ? "overdue" : "met"
            stick = nil
            isBurnt = false
        case .waived, .void:
            at = time.at(obligation.closedAt ?? obligation.dueAt)
            left = time.words(obligation.state == .waived ? "已豁免" : "已作废")
            isMet = false
            tone = "calm"
            stick = nil
            isBurnt = false
        }
    }

    /// Of a duty that is open.
    init(opened openedAt: Instant, due: Instant, _ time: TimeWords) {
        machine = time.zone.rfc3339(due)
        opened = String(openedAt.milliseconds)
        soon = String(due.adding(hours: -Self.soonHours).milliseconds)
        at = time.at(due)
        left = time.left(until: due)
        isMet = false
        let rest = due.since(time.now)
        isBurnt = rest < 0
        tone = rest < 0 ? "overdue" : rest < Self.soonHours * 3_600_000 ? "soon" : "calm"
        let whole = max(1, due.since(openedAt))
        let tenths = min(400, max(0, rest * 400 / whole))
        stick = rest < 0 ? nil : Self.lengths[Int(tenths)]
    }

    enum Tag: String, CaseIterable {
        case tone, left, at, machine, opened, soon, stick, isBurnt, isMet
    }

    func text(_ tag: Tag) -> String? {
        switch tag {
        case .tone: tone
        case .left: left
        case .at: at
        case .machine: machine
        case .opened: opened
        case .soon: soon
        case .stick: stick
        case .isBurnt: isBurnt ? "" : nil
        case .isMet: isMet ? "" : nil
        }
    }

    func child(named name: String) -> Any? {
        switch name {
        case "isBurnt": isBurnt
        case "isMet": isMet
        default: Tag(rawValue: name).flatMap(text)
        }
    }
}
