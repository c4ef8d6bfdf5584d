import Policy
import Primitives
import Storage

/// Chooses who takes a duty: the least-loaded holder of the post in the unit, else up.
///
/// The post comes before those it reports to, the unit before those above it; whoever is away is passed over
/// while anybody else is there. Where that line has nobody at all, holders elsewhere in the company take it: no duty
/// lies with nobody while somebody could do it. Loads count within one act, so that ten duties of one event spread.
struct Holders {
    private let transaction: any WriteTransaction
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

    /// Of equals the one who came first stands first, whatever order the engine found them in.
    private struct Candidate: Comparable {
        let staff: StaffID
        let rank: Int
        let depth: Int
        let isAway: Bool
        let load: Int

        init(_ row: Row, rank: Int, depth: Int, today: CalendarDay, added: (StaffID) -> Int) throws {
            staff = try row[0]
            isAway = try (row[1] as CalendarDay?).map { $0 >= today } ?? false
            load = (try row[2] as Int? ?? 0) + added(staff)
            self.rank = rank
            self.depth = depth
        }

        static func < (left: Candidate, right: Candidate) -> Bool { left.staff < right.staff }
    }

    init(_ transaction: any WriteTransaction, organisation: OrganisationID) {
        self.transaction = transaction
        self.organisation = organisation
    }

    /// Looks up at once who holds these posts in the unit, for those who will take several.
    mutating func look(for posts: [Post.Key], in unit: UnitID, charter: Charter) throws {
        let today = charter.calendar.zone.local(transaction.now).day
        for post in posts { candidates[Key(circle: .own(unit), post: post)] = [] }
        let people: SQL = """
            SELECT staff.id, staff.away_until, holder_load.open_count, staff.post FROM staff \(Self.loads)
            WHERE staff.organisation = \(organisation) AND staff.post IN \(list: posts) AND staff.unit = \(unit)
              AND staff.left_on IS NULL
            """
        let found = try transaction.all(people) { row in
            (post: try row[3] as Post.Key, candidate: try Candidate(row, rank: 0, depth: 0, today: today, added: added))
        }
        for (post, candidate) in found { candidates[Key(circle: .own(unit), post: post)]?.append(candidate) }
        for post in posts { candidates[Key(circle: .own(unit), post: post)]?.sort() }
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
        if case .own(let unit) = key.circle {
            try look(for: [key.post], in: unit, charter: charter)
        } else {
            candidates[key] = try load(key, charter: charter)
        }
        return candidates[key] ?? []
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

    /// What earlier events of this act gave somebody.
    private func added(_ staff: StaffID) -> Int {
        transaction.added(to: ObligationStore.load(of: staff, in: organisation))
    }

    private static let loads: SQL = """
        LEFT JOIN holder_load ON holder_load.organisation = staff.organisation AND holder_load.holder = staff.id
        """

    /// Those who stand in a wider circle than the post and unit themselves.
    private func load(_ key: Key, charter: Charter) throws -> [Candidate] {
        let chain = charter.chain(from: key.post)
        let today = charter.calendar.zone.local(transaction.now).day
        let people: SQL
        if case .line(let unit) = key.circle {
            // Crossed, so that SQLite begins with the few units and not with all holders in the company.
            people = """
                SELECT staff.id, staff.away_until, holder_load.open_count, staff.post, unit_closure.depth
                FROM unit_closure CROSS JOIN staff \(Self.loads)
                WHERE unit_closure.organisation = \(organisation) AND unit_closure.descendant = \(unit)
                  AND staff.organisation = unit_closure.organisation AND staff.unit = unit_closure.ancestor
                  AND staff.post IN \(list: chain) AND staff.left_on IS NULL
                """
        } else {
            people = """
                SELECT staff.id, staff.away_until, holder_load.open_count, staff.post, 0 FROM staff \(Self.loads)
                WHERE staff.organisation = \(organisation) AND staff.post IN \(list: chain)
                  AND staff.left_on IS NULL
                """
        }
        return try transaction.all(people) { row in
            try Candidate(
                row, rank: chain.firstIndex(of: try row[3]) ?? chain.count, depth: try row[4], today: today,
                added: added)
        }.sorted()
    }
}
