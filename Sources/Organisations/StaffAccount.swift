public import Primitives
public import Storage

/// Checks the staff against the journal: that everybody whom it names is there, and where it says.
public enum StaffAccount {
    /// A member of staff whom the journal does not bear out.
    public enum Fault: Sendable, Hashable {
        /// The journal names the person, and there is no such.
        case lost(StaffID)
        /// Post or unit are not those of the last change.
        case otherPlace(StaffID)
        /// Whether the person has left is not what the journal says.
        case otherService(StaffID)
    }

    public static func faults(in transaction: any ReadTransaction) throws -> [Fault] {
        let lost = try transaction.all(
            """
            SELECT named.who FROM (
                SELECT organisation, actor AS who FROM event WHERE actor IS NOT NULL
                UNION SELECT organisation, subject AS who FROM event WHERE type = 'staff.joined'
            ) AS named
            LEFT JOIN staff ON staff.organisation = named.organisation AND staff.id = named.who
            WHERE staff.id IS NULL ORDER BY named.who
            """
        ) { Fault.lost(try $0[0]) }
        return try lost + changed(transaction)
    }

    private static func changed(_ transaction: any ReadTransaction) throws -> [Fault] {
        let told = try transaction.all(
            """
            SELECT subject, type, unit, body FROM event
            WHERE type IN ('staff.joined', 'staff.changed', 'staff.left') ORDER BY organisation, id
            """
        ) {
            (
                staff: try $0[0] as StaffID, type: try $0[1] as String, unit: try $0[2] as UnitID?,
                post: EventBody.decode(try $0[3])["post"]?.text
            )
        }
        var places: [StaffID: (post: String?, unit: UnitID?)] = [:]
        var left: Set<StaffID> = []
        for event in told {
            if event.type == "staff.left" {
                left.insert(event.staff)
            } else {
                places[event.staff] = (event.post, event.unit)
            }
        }
        let staff = try transaction.all("SELECT id, post, unit, left_on FROM staff ORDER BY id") {
            (
                id: try $0[0] as StaffID, post: try $0[1] as String, unit: try $0[2] as UnitID,
                hasLeft: try $0[3] as CalendarDay? != nil
            )
        }
        return staff.flatMap { person -> [Fault] in
            var faults: [Fault] = []
            // The founder never joined, and has a place of his own until the first change.
            if let place = places[person.id], place.post != person.post || place.unit != person.unit {
                faults.append(.otherPlace(person.id))
            }
            if left.contains(person.id) != person.hasLeft { faults.append(.otherService(person.id)) }
            return faults
        }
    }
}
