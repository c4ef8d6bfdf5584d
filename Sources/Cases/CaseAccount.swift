public import Primitives
public import Storage

/// Checks the cases against the journal, both ways: that each step has its event, and each event of a case its step.
public enum CaseAccount {
    /// A case, or a step of one, that the journal does not bear out.
    public enum Fault: Sendable, Hashable {
        /// The journal tells of it, and there is no such case.
        case lost(CaseID)
        /// It was taken, and is missing.
        case stepLost(CaseID, event: Event.ID)
        /// The event of that step, 0 for the first, is missing.
        case stepUnsaid(CaseID, ordinal: Int)
        /// It does not stand where its last step led.
        case otherState(CaseID)
    }

    public static func faults(in transaction: any ReadTransaction) throws -> [Fault] {
        try lost(transaction) + unsaid(transaction) + misplaced(transaction)
    }

    private static let apart = [
        "case.word_added", "case.opinion_given", "case.link_made", "case.link_refused", "attachment.added",
        "attachment.withdrawn",
    ]

    private static func lost(_ transaction: any ReadTransaction) throws -> [Fault] {
        // Acts on the duties of a case, on the case as a whole and on its files are facts of it too, and no steps; as is
        // what a customer says of his own accord.
        let rows = try transaction.all(
            """
            SELECT event.matter, event.id, matter.id FROM event
            LEFT JOIN matter ON matter.organisation = event.organisation AND matter.id = event.matter
            LEFT JOIN matter_step ON matter_step.organisation = event.organisation
                AND matter_step.matter = event.matter AND matter_step.event = event.id
            WHERE event.matter IS NOT NULL AND event.nature = 'fact' AND event.subject_kind NOT IN ('obligation', 'case')
              AND event.type NOT IN \(list: apart) AND matter_step.event IS NULL
            ORDER BY event.id
            """
        ) { (matter: try $0[0] as CaseID, event: try $0[1] as Event.ID, known: try $0[2] as CaseID?) }
        var gone: Set<CaseID> = []
        return rows.compactMap { row in
            if row.known != nil { return .stepLost(row.matter, event: row.event) }
            return gone.insert(row.matter).inserted ? .lost(row.matter) : nil
        }
    }

    private static func unsaid(_ transaction: any ReadTransaction) throws -> [Fault] {
        try transaction.all(
            """
            SELECT matter_step.matter, matter_step.ordinal FROM matter_step
            LEFT JOIN event ON event.organisation = matter_step.organisation AND event.id = matter_step.event
            WHERE event.id IS NULL ORDER BY matter_step.matter, matter_step.ordinal
            """
        ) { .stepUnsaid(try $0[0], ordinal: try $0[1]) }
    }

    private static func misplaced(_ transaction: any ReadTransaction) throws -> [Fault] {
        try transaction.all(
            """
            SELECT matter.id FROM matter
            JOIN matter_step ON matter_step.organisation = matter.organisation AND matter_step.matter = matter.id
            WHERE matter_step.to_state <> matter.state AND matter_step.ordinal = (
                SELECT max(later.ordinal) FROM matter_step AS later
                WHERE later.organisation = matter.organisation AND later.matter = matter.id)
            ORDER BY matter.id
            """
        ) { .otherState(try $0[0]) }
    }
}
