public import Organisations
import Policy
public import Primitives
public import Storage

/// Tells staff what the charter says they must hear of.
public struct NoticeReaction: Reaction {
    private let charters: CharterShelf

    public init(charters: CharterShelf) {
        self.charters = charters
    }

    public func react(to event: Event, in transaction: any WriteTransaction, journal: Journal) throws {
        if event.type == "obligation.escalated" {
            guard let staff = event.body["to"].flatMap({ StaffID($0.text) }), let clause = event.body["clause"]?.text
            else { return }
            try add(staff, clause, .escalation, event, in: transaction)
            return
        }
        if event.type == "case.handed_over" || NoticeAccount.said.contains(event.type) && event.body["to"] != nil {
            guard let staff = event.body["to"].flatMap({ StaffID($0.text) }), let clause = event.body["clause"]?.text
            else { return }
            try add(staff, clause, .event, event, in: transaction)
            return
        }
        guard let version = event.charterVersion,
            let charter = try? charters.version(version, of: event.organisation, in: transaction), let unit = event.unit
        else { return }
        for clause in charter.notices(of: event.type, fields: event.body) {
            for staff in try holders(of: clause.notify, in: unit, event.organisation, transaction) {
                try add(staff, clause.key, .event, event, in: transaction)
            }
        }
    }

    /// Every holder of the posts in the unit or above it; of a post that nobody holds there, those elsewhere.
    private func holders(
        of posts: [Post.Key], in unit: UnitID, _ organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> [StaffID] {
        // Crossed, so that SQLite begins with the few units and not with all holders in the company.
        let near = try transaction.all(
            """
            SELECT staff.id, staff.post FROM unit_closure CROSS JOIN staff
            WHERE unit_closure.organisation = \(organisation) AND unit_closure.descendant = \(unit)
              AND staff.organisation = unit_closure.organisation AND staff.unit = unit_closure.ancestor
              AND staff.post IN \(list: posts) AND staff.left_on IS NULL
            """
        ) { (staff: try $0[0] as StaffID, post: try $0[1] as Post.Key) }
        let held = Set(near.map(\.post))
        let rest = posts.filter { !held.contains($0) }
        if rest.isEmpty { return near.map(\.staff).sorted() }
        let far = try transaction.all(
            """
            SELECT id FROM staff
            WHERE organisation = \(organisation) AND post IN \(list: rest) AND left_on IS NULL
            """
        ) { try $0[0] as StaffID }
        return (near.map(\.staff) + far).sorted()
    }

    private func add(
        _ staff: StaffID, _ clause: Clause.Key, _ kind: Notice.Kind, _ event: Event,
        in transaction: any WriteTransaction
    ) throws {
        let id: Identifier<Notice> = transaction.identifier()
        let customer = event.subject.kind == "customer" ? CustomerID(event.subject.id) : nil
        let obligation = event.subject.kind == "obligation" ? ObligationID(event.subject.id) : nil
        try transaction.run(
            """
            INSERT INTO notice (organisation, id, staff, clause, kind, event, event_type, reference, matter,
                customer, obligation, created_at)
            VALUES (\(event.organisation), \(id), \(staff), \(clause), \(kind.rawValue), \(event.id), \(event.type),
                \(event.body["reference"]?.text), \(event.matter), \(customer), \(obligation), \(transaction.now))
            ON CONFLICT (organisation, staff, clause, event) DO NOTHING
            """)
    }
}

/// A person's notices.
public struct NoticeService: Sendable {
    private let database: any Database

    public init(database: any Database) {
        self.database = database
    }

    public struct Page: Sendable {
        public let notices: [Notice]
        public let next: Identifier<Notice>?
        public let now: Instant
    }

    public func list(before: Identifier<Notice>? = nil, limit: Int = 50, for principal: Principal) async throws -> Page
    {
        try await database.read(for: principal.organisation) { transaction in
            let earlier: SQL = before.map { "AND id < \($0)" } ?? ""
            let rows = try transaction.all(
                """
                SELECT \(Notice.columns) FROM notice
                WHERE organisation = \(principal.organisation) AND staff = \(principal.staff) \(earlier)
                ORDER BY id DESC LIMIT \(limit: limit + 1)
                """, Notice.init(row:))
            return Page(
                notices: Array(rows.prefix(limit)), next: rows.count > limit ? rows[limit - 1].id : nil,
                now: transaction.now)
        }
    }

    public func unreadCount(for principal: Principal) async throws -> Int {
        try await database.read(for: principal.organisation) { try unreadCount(for: principal, in: $0) }
    }

    /// The same in a transaction at hand.
    public func unreadCount(for principal: Principal, in transaction: any ReadTransaction) throws -> Int {
        try transaction.one(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM notice WHERE organisation = \(principal.organisation)
                  AND staff = \(principal.staff) AND read_at IS NULL LIMIT 100) AS capped
            """, orElse: "count"
        ) { try $0[0] }
    }

    public func markAllRead(for principal: Principal) async throws {
        try await database.write(for: principal.organisation) { transaction in
            try transaction.run(
                """
                UPDATE notice SET read_at = \(transaction.now)
                WHERE organisation = \(principal.organisation) AND staff = \(principal.staff) AND read_at IS NULL
                """)
        }
    }
}
