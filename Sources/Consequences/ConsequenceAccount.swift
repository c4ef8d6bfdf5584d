public import Primitives
public import Storage

/// Checks the findings against the journal: each that was booked is there with all its steps, and no other.
public enum ConsequenceAccount {
    public enum Fault: Sendable, Hashable {
        /// The journal tells of it, and there is no such finding.
        case lost(CaseID)
        /// A finding that no event booked.
        case unsaid(CaseID)
        /// Another number of steps than the journal tells of.
        case steps(CaseID)
    }

    public static func faults(in transaction: any ReadTransaction) throws -> [Fault] {
        let lost = try transaction.all(
            """
            SELECT event.matter FROM event
            LEFT JOIN finding ON finding.organisation = event.organisation AND finding.matter = event.matter
            WHERE event.type = 'finding.booked' AND finding.matter IS NULL ORDER BY event.matter
            """
        ) { Fault.lost(try $0[0]) }
        let unsaid = try transaction.all(
            """
            SELECT finding.matter FROM finding
            LEFT JOIN event ON event.organisation = finding.organisation AND event.id = finding.event
            WHERE event.id IS NULL ORDER BY finding.matter
            """
        ) { Fault.unsaid(try $0[0]) }
        let steps = try transaction.all(
            """
            SELECT finding.matter FROM finding
            WHERE (SELECT count(*) FROM sanction
                   WHERE sanction.organisation = finding.organisation AND sanction.matter = finding.matter)
               <> (SELECT count(*) FROM event
                   WHERE event.organisation = finding.organisation AND event.matter = finding.matter
                     AND event.type IN ('sanction.propose', 'sanction.decide', 'sanction.drop', 'sanction.final'))
            ORDER BY finding.matter
            """
        ) { Fault.steps(try $0[0]) }
        return lost + unsaid + steps
    }
}
