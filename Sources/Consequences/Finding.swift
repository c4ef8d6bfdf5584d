public import Policy
public import Primitives
import Storage

/// A breach that was booked on a person, with what followed from it.
public struct Finding: Sendable, Hashable {
    /// The case that it is dealt with in.
    public let matter: CaseID
    public let person: StaffID
    /// The offence's code, `A3`.
    public let offence: String
    public let ladder: String?
    /// When the fault was, which says in which month or year it counts.
    public let faultDay: CalendarDay
    public let charterVersion: Int
    public let unit: UnitID
    public let bookedBy: StaffID
    public let bookedAt: Instant
    public let state: State

    public enum State: String, Sendable, CaseIterable, Hashable {
        case found, proposed, decided, dropped, final
    }

    static let columns: SQL = """
        finding.matter, finding.person, finding.offence, finding.ladder, finding.fault_day, finding.charter_version,
        finding.unit, finding.booked_by, finding.booked_at, finding.state
        """

    init(row: Row) throws {
        matter = try row[0]
        person = try row[1]
        offence = try row[2]
        ladder = try row[3]
        faultDay = try row[4]
        charterVersion = try row[5]
        unit = try row[6]
        bookedBy = try row[7]
        bookedAt = try row[8]
        state = State(rawValue: try row[9]) ?? .found
    }
}

/// One step of what follows: proposed, decided, dropped or closed.
public struct SanctionStep: Sendable, Hashable {
    public let act: Workflow.SanctionAct
    public let measure: SanctionChoice.Measure?
    public let fine: Money?
    /// Which breach of the period it was when that was said; `nil` without a ladder.
    public let rung: Int?
    /// What the rules said.
    public let ruleMeasure: SanctionChoice.Measure?
    public let ruleFine: Money?
    public let monthPay: Money?
    public let cap: Money?
    public let reason: String?
    public let actor: StaffID
    public let at: Instant

    static let columns: SQL = """
        act, measure, fine, rung, rule_measure, rule_fine, month_pay, cap, reason, actor, acted_at
        """

    init(row: Row) throws {
        func money(_ column: Int) throws -> Money? { (try row[column] as Int64?).map { Money(minorUnits: $0) } }
        func measure(_ column: Int) throws -> SanctionChoice.Measure? {
            (try row[column] as String?).flatMap { SanctionChoice.Measure(rawValue: $0) }
        }
        act = Workflow.SanctionAct(rawValue: try row[0]) ?? .propose
        self.measure = try measure(1)
        fine = try money(2)
        rung = try row[3]
        ruleMeasure = try measure(4)
        ruleFine = try money(5)
        monthPay = try money(6)
        cap = try money(7)
        reason = try row[8]
        actor = try row[9]
        at = try row[10]
    }
}
