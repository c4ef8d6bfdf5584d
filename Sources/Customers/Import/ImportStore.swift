import Organisations
import Primitives
import Storage

/// The rows of runs, by which an import is taken up again and undone.
struct ImportStore {
    let transaction: any WriteTransaction
    let organisation: OrganisationID

    /// Where a run stands.
    struct Position {
        let run: ImportRun
        /// Index of the next row to file among those that can be.
        let next: Int
        let isAsNew: Bool
        let revision: Int
    }

    static let columns: SQL = """
        id, file_name, status, started_by, started_at, finished_at, filed, updated, next_record, is_as_new, revision
        """

    static func position(_ row: Row) throws -> Position {
        guard let status = ImportRun.Status(rawValue: try row[2]) else { throw StorageError.unreadable(column: 2) }
        let run = ImportRun(
            id: try row[0], fileName: try row[1], status: status, startedBy: try row[3], startedAt: try row[4],
            finishedAt: try row[5], filed: try row[6], updated: try row[7])
        return Position(run: run, next: try row[8], isAsNew: try row[9], revision: try row[10])
    }

    func find(_ id: ImportRun.ID) throws -> Position {
        try transaction.one(
            """
            SELECT \(ImportStore.columns) FROM import_run WHERE organisation = \(organisation) AND id = \(id)
            """, orElse: "import \(id)", ImportStore.position)
    }

    /// The run of that file that is not undone.
    func find(fingerprint: [UInt8]) throws -> Position? {
        try transaction.first(
            """
            SELECT \(ImportStore.columns) FROM import_run
            WHERE organisation = \(organisation) AND fingerprint = \(fingerprint) AND status <> 'undone'
            ORDER BY id DESC LIMIT 1
            """, ImportStore.position)
    }

    func start(_ fileName: String, fingerprint: [UInt8], isAsNew: Bool, by staff: StaffID) throws -> ImportRun.ID {
        let id: ImportRun.ID = transaction.identifier()
        try transaction.run(
            """
            INSERT INTO import_run (organisation, id, subject, fingerprint, file_name, status, is_as_new, started_by,
                started_at, next_record, filed, updated)
            VALUES (\(organisation), \(id), 'customer', \(fingerprint), \(fileName), 'running', \(isAsNew), \(staff),
                \(transaction.now), 0, 0, 0)
            """)
        return id
    }

    /// Moves a run on; a second process at the same run is refused.
    func advance(_ position: Position, to next: Int, filed: Int, updated: Int) throws {
        try transaction.run(
            """
            UPDATE import_run
            SET next_record = \(next), filed = filed + \(filed), updated = updated + \(updated), revision = revision + 1
            WHERE organisation = \(organisation) AND id = \(position.run.id) AND revision = \(position.revision)
              AND status = 'running'
            """, changing: 1, orElse: .changedMeanwhile("import \(position.run.id)"))
    }

    func end(_ id: ImportRun.ID, from before: ImportRun.Status, as status: ImportRun.Status) throws {
        try transaction.run(
            """
            UPDATE import_run SET status = \(status.rawValue), finished_at = \(transaction.now), revision = revision + 1
            WHERE organisation = \(organisation) AND id = \(id) AND status = \(before.rawValue)
            """, changing: 1, orElse: .changedMeanwhile("import \(id)"))
    }

    /// What a run did with one line.
    struct Done {
        let line: Int
        let customer: CustomerID
        let act: Act
        /// The file before an update, sealed.
        var snapshot: [UInt8]?
        /// The customer's revision after the act.
        let revision: Int

        enum Act: String {
            case filed, updated, skipped
        }
    }

    func add(_ rows: [Done], to run: ImportRun.ID) throws {
        try CustomerWriter(transaction: transaction, organisation: organisation).insert(
            "import_row", "organisation, run, line, customer, act, snapshot, revision",
            rows.map {
                [
                    organisation.value, run.value, $0.line.value, $0.customer.value, .text($0.act.rawValue),
                    $0.snapshot.value, $0.revision.value,
                ]
            })
    }

    /// The rows of a run below that line, last first.
    func rows(of run: ImportRun.ID, below line: Int, limit: Int) throws -> [Done] {
        try transaction.all(
            """
            SELECT line, customer, act, snapshot, revision FROM import_row
            WHERE organisation = \(organisation) AND run = \(run) AND line < \(line) AND act <> 'skipped'
            ORDER BY line DESC LIMIT \(limit: limit)
            """, ImportStore.done)
    }

    /// The rows that were skipped because their customer was stored already.
    func skipped(by run: ImportRun.ID) throws -> [Done] {
        try transaction.all(
            """
            SELECT line, customer, act, snapshot, revision FROM import_row
            WHERE organisation = \(organisation) AND run = \(run) AND act = 'skipped' ORDER BY line
            """, ImportStore.done)
    }

    private static func done(_ row: Row) throws -> Done {
        guard let act = Done.Act(rawValue: try row[2]) else { throw StorageError.unreadable(column: 2) }
        return Done(
            line: try row[0], customer: try row[1], act: act, snapshot: try row[3], revision: try row[4])
    }

    func remove(_ lines: [Int], of run: ImportRun.ID) throws {
        try transaction.run(
            """
            DELETE FROM import_row
            WHERE organisation = \(organisation) AND run = \(run) AND line IN \(list: lines)
            """)
    }
}
