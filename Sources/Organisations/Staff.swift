public import Policy
public import Primitives
import Storage

/// A person who works for the company.
public struct Staff: Sendable, Hashable {
    public let id: StaffID
    public let unit: UnitID
    public let unitName: String
    public let post: Post.Key
    public let name: String
    public let employment: Employment
    public let isAdministrator: Bool
    public let language: Language?
    public let joinedOn: CalendarDay
    public let leftOn: CalendarDay?
    public let awayUntil: CalendarDay?
    /// How many open duties the person should carry at most.
    public let capacity: Int
    public let login: String?
    public let revision: Int

    static let columns: SQL = """
        staff.id, staff.unit, unit.name, staff.post, staff.name, staff.employment, staff.is_administrator,
        staff.language, staff.joined_on, staff.left_on, staff.away_until, staff.capacity, credential.login,
        staff.revision
        """
    static let tables: SQL = """
        staff JOIN unit ON unit.organisation = staff.organisation AND unit.id = staff.unit
        LEFT JOIN credential ON credential.organisation = staff.organisation AND credential.staff = staff.id
        """

    init(row: Row) throws {
        id = try row[0]
        unit = try row[1]
        unitName = try row[2]
        post = try row[3]
        name = try row[4]
        employment = Employment(rawValue: try row[5]) ?? .regular
        isAdministrator = try row[6]
        language = (try row[7] as String?).flatMap(Language.init)
        joinedOn = try row[8]
        leftOn = try row[9]
        awayUntil = try row[10]
        capacity = try row[11]
        login = try row[12]
        revision = try row[13]
    }
}

public enum Employment: String, Sendable, CaseIterable, Hashable {
    case probation, regular
}

/// A node of the company's tree.
public struct Unit: Sendable, Hashable {
    public let id: UnitID
    public let parent: UnitID?
    public let name: String
    public let revision: Int
    /// `nil` while it is open.
    public let closedAt: Instant?

    static let columns: SQL = "id, parent, name, revision, closed_at"

    init(row: Row) throws {
        id = try row[0]
        parent = try row[1]
        name = try row[2]
        revision = try row[3]
        closedAt = try row[4]
    }
}

/// A company that uses the installation.
public struct Organisation: Sendable, Hashable {
    public let id: OrganisationID
    public let name: String

    init(row: Row) throws {
        id = try row[0]
        name = try row[1]
    }
}
