import Policy
import Primitives
import Storage

/// Chooses who takes a duty: the least-loaded holder of the post in the unit, else up.
///
/// The post comes before those it reports to, the unit before those above it; whoever is away is passed over
/// while anybody else is there. Where that line has nobody at all, holders elsewhere in the company take it: no duty
/// lies with nobody while somebody could do it. Loads count within one act, so that ten duties of one event spread.
struct Holders {
    private let transaction: any ReadTransaction
    private let organisation: OrganisationID
    private var taken: [StaffID: Int] = [:]
    private var candidates: [Key: [Candidate]] = [:]

    private struct Key: Hashable {
        /// `nil`: the whole company.
        let unit: UnitID?
        let post: Post.Key
    }

    private struct Candidate {
        let staff: StaffID
        let rank: Int
        let depth: Int
        let isAway: Bool
        let load: Int
    }

    init(_ transaction: any ReadTransaction, organisation: OrganisationID) {
        self.transaction = transaction
        self.organisation = organisation
    }

    mutating func take(_ post: Post.Key, in unit: UnitID, charter: Charter) throws -> StaffID? {
        try take(Key(unit: unit, post: post), charter) ?? take(post, charter: charter)
    }

    /// The least-loaded holder of the post in the whole company, else up.
    mutating func take(_ post: Post.Key, charter: Charter) throws -> StaffID? {
        try take(Key(unit: nil, post: post), charter)
    }

    private mutating func take(_ key: Key, _ charter: Charter) throws -> StaffID? {
        let found = try candidates[key] ?? load(key, charter: charter)
        candidates[key] = found
        let best = found.min { left, right in
            // Away only when nobody else is there; then near posts before far, near units before far, then load.
            (left.isAway ? 1 : 0, left.rank, left.depth, left.load + taken[left.staff, default: 0])
                < (right.isAway ? 1 : 0, right.rank, right.depth, right.load + taken[right.staff, default: 0])
        }
        if let best { taken[best.staff, default: 0] += 1 }
        return best?.staff
    }

    private func load(_ key: Key, charter: Charter) throws -> [Candidate] {
        let chain = charter.chain(from: key.post)
        let today = charter.calendar.zone.local(transaction.now).day
        let loads: SQL = """
            LEFT JOIN holder_load
                ON holder_load.organisation = staff.organisation AND holder_load.holder = staff.id
            """
        let people: SQL =
            if let unit = key.unit {
                """
                SELECT staff.id, staff.post, unit_closure.depth, staff.away_until, holder_load.open_count
                FROM unit_closure
                JOIN staff ON staff.organisation = unit_closure.organisation AND staff.unit = unit_closure.ancestor
                \(loads)
                WHERE unit_closure.organisation = \(organisation) AND unit_closure.descendant = \(unit)
                  AND staff.post IN \(list: chain) AND staff.left_on IS NULL
                """
            } else {
                """
                SELECT staff.id, staff.post, 0, staff.away_until, holder_load.open_count FROM staff \(loads)
                WHERE staff.organisation = \(organisation) AND staff.post IN \(list: chain)
                  AND staff.left_on IS NULL
                """
            }
        return try transaction.all(people) { row in
            let post: String = try row[1]
            let awayUntil: CalendarDay? = try row[3]
            return Candidate(
                staff: try row[0], rank: chain.firstIndex(of: post) ?? chain.count, depth: try row[2],
                isAway: awayUntil.map { $0 >= today } ?? false, load: try row[4] as Int? ?? 0)
        }
        // Of equals the one who came first, whatever order the engine found them in.
        .sorted { $0.staff < $1.staff }
    }
}
