@testable import Customers
import Foundation
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import Synchronization

/// Two companies on one empty database; red has a headquarters with two shops and people in each.
struct Desk: Sendable {
    let database: any Storage.Database
    let clock: Clock
    let customers: CustomerService
    let lists: CustomerImport
    let keys: KeyRing
    let personKeys: PersonKeys
    let references: ReferenceNumbers
    let red: Company
    let blue: Company

    struct Company: Sendable {
        let id: OrganisationID
        let headquarters: UnitID
        let north: UnitID
        let south: UnitID
        /// All of them regular holders of the post `clerk`.
        let manager: StaffID
        let northClerk: StaffID
        let northColleague: StaffID
        let southClerk: StaffID
    }

    /// Stands still until it is moved.
    final class Clock: Sendable {
        /// Tuesday 3 March 2026, 10:00 in Shanghai.
        private let now = Mutex(Instant(milliseconds: 1_772_503_200_000))
        var instant: Instant { now.withLock { $0 } }
        func advance(milliseconds: Int64) { now.withLock { $0 = $0.adding(milliseconds: milliseconds) } }
    }

    init(reactions: [any Reaction] = [], batch: Int = 500) async throws {
        let clock = Clock()
        database = try TestDatabases.open(
            migrations: StorageMigrations.all + OrganisationsMigrations.all + CustomersMigrations.all,
            clock: { clock.instant })
        self.clock = clock
        keys = KeyRing.random()
        personKeys = PersonKeys(keys: keys)
        references = ReferenceNumbers(database: database)
        customers = CustomerService(
            database: database, journal: Journal(reactions: reactions), charters: CharterShelf { _ in Desk.charter },
            references: references, personKeys: personKeys, keys: keys)
        lists = CustomerImport(customers: customers, batch: batch)
        red = try await Desk.company(OrganisationID(11), "红", database)
        blue = try await Desk.company(OrganisationID(22), "蓝", database)
    }

    private static func company(_ id: OrganisationID, _ name: String, _ database: any Storage.Database) async throws
        -> Company
    {
        try await database.write { transaction in
            try transaction.run(
                "INSERT INTO organisation (id, name, created_at) VALUES (\(id), \(name), \(transaction.now))")
            try transaction.run(
                """
                INSERT INTO charter_version (organisation, version, name, effective_at, adopted_at, text)
                VALUES (\(id), 1, 'test', 0, 0, '')
                """)
            func unit(_ name: String, under parent: UnitID?) throws -> UnitID {
                let unit: UnitID = transaction.identifier()
                try transaction.run(
                    """
                    INSERT INTO unit (organisation, id, parent, name, created_at)
                    VALUES (\(id), \(unit), \(parent), \(name), \(transaction.now))
                    """)
                return unit
            }
            func staff(_ name: String, in unit: UnitID) throws -> StaffID {
                let staff: StaffID = transaction.identifier()
                try transaction.run(
                    """
                    INSERT INTO staff (organisation, id, unit, post, name, employment, joined_on)
                    VALUES (\(id), \(staff), \(unit), 'clerk', \(name), 'regular', '2020-01-01')
                    """)
                return staff
            }
            let headquarters = try unit("总部", under: nil)
            let north = try unit("北店", under: headquarters)
            let south = try unit("南店", under: headquarters)
            return Company(
                id: id, headquarters: headquarters, north: north, south: south,
                manager: try staff("经理", in: headquarters), northClerk: try staff("北小李", in: north),
                northColleague: try staff("北小王", in: north), southClerk: try staff("南小张", in: south))
        }
    }

    static let charter = Charter(
        name: "test", language: 1, title: LocalizedText(simplified: "试", traditional: "試", english: nil),
        version: 1, effective: CalendarDay(number: 0),
        calendar: WorkCalendar(zone: Zone("Asia/Shanghai")!, week: Array(repeating: [], count: 7), holidays: nil),
        chapters: [], posts: [], metrics: [], forms: [], facts: [], workflows: [], clauses: [], offences: [],
        ladders: [])

    /// What the engine plans for a statement.
    func plan(_ sql: Storage.SQL, in transaction: any ReadTransaction) throws -> String {
        try EnginePlan.steps(of: sql, in: transaction).joined(separator: "\n")
    }

    /// All texts and bytes of the database, to look for what should not be there.
    func stored() async throws -> Data {
        try await database.read { transaction in
            var data = Data()
            for table in try TestDatabases.tables(in: transaction) {
                for value in try TestDatabases.rows(of: table, in: transaction).joined() {
                    switch value {
                    case .text(let text), .json(let text): data.append(contentsOf: text.utf8)
                    case .bytes(let bytes): data.append(contentsOf: bytes)
                    case .integer(let number): data.append(contentsOf: String(number).utf8)
                    case .identifier, .null: break
                    }
                    data.append(0)
                }
            }
            return data
        }
    }
}

extension Desk.Company {
    func principal(_ staff: StaffID, in unit: UnitID, _ may: [Action: Scope]) -> Principal {
        Principal(
            organisation: id, staff: staff, name: "somebody", unit: unit,
            subtree: unit == headquarters ? [headquarters, north, south] : [unit], post: "clerk", may: may)
    }

    /// May do everything everywhere.
    var boss: Principal {
        principal(manager, in: headquarters, Dictionary(uniqueKeysWithValues: Action.allCases.map { ($0, .all) }))
    }

    func clerk(_ may: [Action: Scope]) -> Principal { principal(northClerk, in: north, may) }
}

extension CustomerInput {
    /// 张三 in the north.
    static func zhangSan(phone: String = "138 1234 5678") -> CustomerInput {
        CustomerInput(
            kind: .person, name: "张三", address: "上海市南京路1号",
            people: [
                PersonInput(
                    role: .itself, gender: "男", birthday: "1978年6月18日", bestTime: "晚上", phone: phone,
                    email: "Zhang.San@Example.com", identityNumber: "11010519491231002x"),
                PersonInput(role: .family, relation: "女儿", name: "张小雨", birthday: "农历2008年2月廿九"),
            ])
    }
}
