import Foundation
import Organisations
public import Policy
public import Primitives
import Storage

/// The rows of activities, their gifts, and who took part.
struct ActivityStore {
    let transaction: any ReadTransaction
    let organisation: OrganisationID

    init(_ transaction: any ReadTransaction, _ organisation: OrganisationID) {
        self.transaction = transaction
        self.organisation = organisation
    }

    // MARK: Reading

    private static let columns: SQL = "id, kind, title, words, starts, ends, tiers, stock, revision"

    func find(_ id: StoredActivity.ID) throws -> StoredActivity {
        let rows = try activities(where: "id = \(id)", limit: 1)
        guard let found = rows.first else { throw StorageError.notFound("activity \(id)") }
        return found
    }

    /// Those that are not over on a day, the next to end first.
    func open(on day: CalendarDay, limit: Int) throws -> [StoredActivity] {
        try activities(where: "ends >= \(day) ORDER BY ends, starts, id", limit: limit)
    }

    /// Those that are over, the last first.
    func past(on day: CalendarDay, limit: Int) throws -> [StoredActivity] {
        try activities(where: "ends < \(day) ORDER BY ends DESC, starts DESC, id DESC", limit: limit)
    }

    private func activities(where condition: SQL, limit: Int) throws -> [StoredActivity] {
        let rows = try transaction.all(
            """
            SELECT \(Self.columns) FROM activity WHERE organisation = \(organisation) AND \(condition)
            LIMIT \(limit: limit)
            """
        ) { row in
            (
                id: try row[0] as StoredActivity.ID, kind: try row[1] as String, title: try row[2] as String,
                words: try row[3] as String, starts: try row[4] as CalendarDay, ends: try row[5] as CalendarDay,
                tiers: try row[6] as String, stock: try row[7] as Int64?, revision: try row[8] as Int
            )
        }
        if rows.isEmpty { return [] }
        let gifts = try transaction.all(
            """
            SELECT activity, title, points, stock FROM activity_gift
            WHERE organisation = \(organisation) AND activity IN \(list: rows.map(\.id)) ORDER BY activity, ordinal
            """
        ) { row in
            (
                try row[0] as StoredActivity.ID,
                Activity.Gift(title: try row[1], points: Points(try row[2]), left: try row[3])
            )
        }
        let byActivity = Dictionary(grouping: gifts, by: \.0)
        return try rows.map { row in
            StoredActivity(
                id: row.id, title: row.title, words: row.words,
                activity: Activity(
                    kind: row.kind, from: row.starts, through: row.ends,
                    tiers: try JSONDecoder().decode([String].self, from: Data(row.tiers.utf8)), left: row.stock,
                    gifts: (byActivity[row.id] ?? []).map(\.1)),
                revision: row.revision)
        }
    }

    /// The day on which a customer took part within a period.
    func day(of activity: StoredActivity.ID, _ customer: CustomerID, in period: String) throws -> CalendarDay? {
        try transaction.first(
            """
            SELECT day FROM activity_part
            WHERE organisation = \(organisation) AND activity = \(activity) AND customer = \(customer)
              AND period = \(period)
            """
        ) { try $0[0] }
    }

    /// Who took part, the first first.
    func parts(of activity: StoredActivity.ID, limit: Int) throws -> [Part] {
        try transaction.all(
            """
            SELECT customer, tier, day, gift, points FROM activity_part
            WHERE organisation = \(organisation) AND activity = \(activity) ORDER BY event LIMIT \(limit: limit)
            """
        ) {
            Part(customer: try $0[0], tier: try $0[1], day: try $0[2], gift: try $0[3], points: Points(try $0[4]))
        }
    }

    func partCount(of activity: StoredActivity.ID) throws -> Int {
        try transaction.one(
            "SELECT count(*) FROM activity_part WHERE organisation = \(organisation) AND activity = \(activity)",
            orElse: "activity"
        ) { try $0[0] }
    }

    // MARK: Writing

    func insert(_ draft: ActivityDraft, _ id: StoredActivity.ID, _ event: Event.ID) throws {
        let write = try writing()
        let tiers = String(decoding: try JSONEncoder().encode(draft.tiers), as: UTF8.self)
        try write.run(
            """
            INSERT INTO activity (organisation, id, kind, title, words, starts, ends, tiers, stock, event)
            VALUES (\(organisation), \(id), \(draft.kind), \(draft.title), \(draft.words), \(draft.from),
                \(draft.through), \(Value.json(tiers)), \(draft.stock), \(event))
            """)
        for (ordinal, gift) in draft.gifts.enumerated() {
            try write.run(
                """
                INSERT INTO activity_gift (organisation, activity, ordinal, title, points, stock)
                VALUES (\(organisation), \(id), \(ordinal), \(gift.title.stripped), \(gift.points.count), \(gift.left))
                """)
        }
    }

    func end(_ id: StoredActivity.ID, on day: CalendarDay, revision: Int) throws {
        try writing().run(
            """
            UPDATE activity SET ends = \(day), revision = revision + 1
            WHERE organisation = \(organisation) AND id = \(id) AND revision = \(revision)
            """, changing: 1, orElse: .changedMeanwhile("activity \(id)"))
    }

    /// Takes one of the stock, where it has an end, and notes who took part.
    /// - Throws: `.changedMeanwhile` where another counter was first.
    func take(
        _ attendance: Attendance, in stored: StoredActivity, gift: Int?, by customer: CustomerID, on day: CalendarDay,
        _ event: Event.ID
    ) throws {
        let write = try writing()
        if stored.activity.left != nil {
            try write.run(
                """
                UPDATE activity SET stock = stock - 1
                WHERE organisation = \(organisation) AND id = \(stored.id) AND stock > 0
                """, changing: 1, orElse: .changedMeanwhile("activity \(stored.id)"))
        }
        if let gift, stored.activity.gifts[gift].left != nil {
            try write.run(
                """
                UPDATE activity_gift SET stock = stock - 1
                WHERE organisation = \(organisation) AND activity = \(stored.id) AND ordinal = \(gift) AND stock > 0
                """, changing: 1, orElse: .changedMeanwhile("gift \(gift) of activity \(stored.id)"))
        }
        try write.run(
            """
            INSERT INTO activity_part (organisation, activity, customer, period, day, tier, gift, points, event)
            VALUES (\(organisation), \(stored.id), \(customer), \(attendance.period ?? event.description), \(day),
                \(attendance.tier), \(gift), \(attendance.points.count), \(event))
            ON CONFLICT (organisation, activity, customer, period) DO NOTHING
            """, changing: 1, orElse: .changedMeanwhile("activity \(stored.id)"))
    }

    private func writing() throws -> any WriteTransaction {
        guard let write = transaction as? any WriteTransaction else {
            throw StorageError.engine("activities are written outside of a write")
        }
        return write
    }
}

/// That a customer took part.
public struct Part: Sendable, Hashable {
    public let customer: CustomerID
    public let tier: Tier.Key
    public let day: CalendarDay
    /// Its place among the activity's.
    public let gift: Int?
    public let points: Points
}
