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
        let circle: Circle
        let post: Post.Key
    }

    /// Where holders are looked for.
    private enum Circle: Hashable {
        /// Those of the post itself, in the unit itself.
        case own(UnitID)
        /// The unit and those above it, the post and those it reports to.
        case line(UnitID)
        case company
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
        // Nearly always somebody of the post is there, and the few rows of the own unit decide.
        let own = Key(circle: .own(unit), post: post)
        if try found(own, charter).contains(where: { !$0.isAway }) { return try take(own, charter) }
        return try take(Key(circle: .line(unit), post: post), charter) ?? take(post, charter: charter)
    }

    /// The least-loaded holder of the post in the whole company, else up.
    mutating func take(_ post: Post.Key, charter: Charter) throws -> StaffID? {
        try take(Key(circle: .company, post: post), charter)
    }

    private mutating func found(_ key: Key, _ charter: Charter) throws -> [Candidate] {
        if let found = candidates[key] { return found }
        let found = try load(key, charter: charter)
        candidates[key] = found
        return found
    }

    private mutating func take(_ key: Key, _ charter: Charter) throws -> StaffID? {
        let found = try found(key, charter)
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
            switch key.circle {
            case .own(let unit):
                """
                SELECT staff.id, staff.away_until, holder_load.open_count FROM staff \(loads)
                WHERE staff.organisation = \(organisation) AND staff.post = \(key.post) AND staff.unit = \(unit)
                  AND staff.left_on IS NULL
                """
            case .line(let unit):
                """
                SELECT staff.id, staff.away_until, holder_load.open_count, staff.post, unit_closure.depth
                FROM unit_closure
                JOIN staff ON staff.organisation = unit_closure.organisation AND staff.unit = unit_closure.ancestor
                \(loads)
                WHERE unit_closure.organisation = \(organisation) AND unit_closure.descendant = \(unit)
                  AND staff.post IN \(list: chain) AND staff.left_on IS NULL
                """
            case .company:
                """
                SELECT staff.id, staff.away_until, holder_load.open_count, staff.post, 0 FROM staff \(loads)
                WHERE staff.organisation = \(organisation) AND staff.post IN \(list: chain)
                  AND staff.left_on IS NULL
                """
            }
        return try transaction.all(people) { row in
            let awayUntil: CalendarDay? = try row[1]
            var (rank, depth) = (0, 0)
            if case .own = key.circle {
            } else {
                rank = chain.firstIndex(of: try row[3]) ?? chain.count
                depth = try row[4]
            }
            return Candidate(
                staff: try row[0], rank: rank, depth: depth, isAway: awayUntil.map { $0 >= today } ?? false,
                load: try row[2] as Int? ?? 0)
        }
        // Of equals the one who came first, whatever order the engine found them in.
        .sorted { $0.staff < $1.staff }
    }
}
