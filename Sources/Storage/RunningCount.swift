public import Primitives

/// A number that many acts change at once, such as how many duties somebody holds.
///
/// No act runs into another because of it: an engine may lay what an act adds beside the number, and add it there right
/// after the commit. So an act reads what was committed a moment ago, and asks `added(to:)` for what it added itself.
public struct RunningCount: Hashable, Sendable {
    public let table: Table
    public let organisation: OrganisationID
    /// Whose number it is.
    public let key: Value

    public init<Owner>(_ table: Table, of organisation: OrganisationID, _ key: Identifier<Owner>) {
        self.table = table
        self.organisation = organisation
        self.key = key.value
    }

    /// Where such numbers are kept, one for each company and key.
    public struct Table: Hashable, Sendable {
        public let name: String
        /// The columns of the key and of the number.
        public let key: String
        public let number: String

        public init(_ name: String, key: String, number: String) {
            self.name = name
            self.key = key
            self.number = number
            let sql: SQL = """
                INSERT INTO \(raw: name) (organisation, \(raw: key), \(raw: number))
                VALUES (\(0), \(0), \(0))
                ON CONFLICT (organisation, \(raw: key))
                DO UPDATE SET \(raw: number) = \(raw: name).\(raw: number) + \(0)
                """
            addition = sql.parts
        }

        /// Written out once, since an act adds to several numbers.
        fileprivate let addition: [String]

        /// The table of what was added and not yet written in: `organisation`, `act`, the key, `change`.
        public var changes: String { name + "_change" }
    }
}

extension RunningCount {
    /// Adds to the number at once; the statement for an engine whose acts come one after another.
    package func adding(_ change: Int) -> SQL {
        SQL(
            parts: table.addition,
            bindings: [organisation.value, key, .integer(Int64(max(0, change))), .integer(Int64(change))])
    }
}
