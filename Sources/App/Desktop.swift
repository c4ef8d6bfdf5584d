import Cases
import CharterYAML
import Customers
import Foundation
import Notices
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import StorageSQLite
import Web

/// The composition root: only here is it known which engine and which clock are in use.
struct Desktop: Sendable {
    let settings: Settings
    let database: SQLiteDatabase
    let services: Services
    let references: ReferenceNumbers
    let charterFiles: CharterFiles
    let passwords: PasswordHasher

    static let migrations =
        StorageMigrations.all + OrganisationsMigrations.all + CustomersMigrations.all + ObligationsMigrations.all
        + CasesMigrations.all + NoticesMigrations.all

    /// Opens the installation, making folder, database and key at the first time.
    init(_ settings: Settings, clock: @escaping @Sendable () -> Instant = SystemClock.now) throws {
        self.settings = settings
        try FileManager.default.createDirectory(
            atPath: settings.data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let keys = try settings.keyText.map { try KeyRing(text: $0) } ?? KeyRing.load(file: settings.keyFile)
        do {
            database = try SQLiteDatabase(
                path: settings.database, migrations: Desktop.migrations, clock: clock,
                identifiers: SystemClock.identifiers(clock: clock))
        } catch StorageError.newerSchema(let found, let known) {
            throw Stop(
                "the database \(settings.database) was written by a newer version (\(found); this one knows \(known)): use that version, or restore a backup of this one"
            )
        }
        let files = try CharterFiles(resources: settings.resources, clock: clock)
        charterFiles = files
        let charters = CharterShelf { try files.parse($0) }
        let journal = Journal(reactions: [
            ObligationReaction(charters: charters), NoticeReaction(charters: charters),
        ])
        let references = ReferenceNumbers(database: database)
        let personKeys = PersonKeys(keys: keys)
        let passwords = PasswordHasher()
        self.references = references
        self.passwords = passwords
        services = Services(
            database: database,
            organisations: OrganisationService(
                database: database, journal: journal, charters: charters, passwords: passwords),
            charters: charters,
            customers: CustomerService(
                database: database, journal: journal, charters: charters, references: references,
                personKeys: personKeys, keys: keys),
            cases: CaseService(
                database: database, journal: journal, charters: charters, references: references, secrets: personKeys),
            facts: FactService(database: database, journal: journal, charters: charters, secrets: personKeys),
            obligations: ObligationService(
                database: database, journal: journal, charters: charters,
                references: FormReferences(charters: charters),
                seal: { try personKeys.seal($0, for: $1, of: $2, in: $3) }),
            notices: NoticeService(database: database), adherence: AdherenceService(database: database),
            signIn: SignInService(
                database: database, charters: charters, passwords: passwords, clock: clock),
            clockWork: ClockWork(database: database, journal: journal, charters: charters))
    }

    /// Seals what waits, gives reserved numbers back and closes the file.
    func close() async throws {
        _ = try await Sequencer(database: database, holder: "closing").sealPending()
        try await references.release()
        try await database.close()
    }

    /// The member of staff with that login.
    func principal(login: String) async throws -> Principal {
        try await database.read { [services] transaction in
            let found = try transaction.first(
                "SELECT organisation, staff FROM credential WHERE login = \(login.lowercased())"
            ) { (try $0[0] as OrganisationID, try $0[1] as StaffID) }
            guard let found else { throw Stop("nobody signs in as \(login)") }
            return try OrganisationStore(transaction).principal(found.1, of: found.0, charters: services.charters)
        }
    }
}

/// The charters that ship with the program, and the reader for those that companies adopt.
struct CharterFiles: Sendable {
    let folder: String
    let holidays: [String: HolidayTable]
    private let clock: @Sendable () -> Instant

    init(resources: String, clock: @escaping @Sendable () -> Instant) throws {
        folder = resources + "/Charters"
        self.clock = clock
        let path = resources + "/Resources/holidays/cn.yaml"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Stop("the holiday table \(path) is missing")
        }
        holidays = ["cn": try HolidayFile.read(text, file: path)]
    }

    var currentYear: Int { LocalTime(clock(), offset: 8 * 3600).day.year }

    func read(_ bytes: [UInt8], file: String) -> ReadResult {
        CharterReader.read(bytes, file: file, holidays: holidays, currentYear: currentYear)
    }

    /// A stored charter; it was whole when it was adopted.
    func parse(_ text: String) throws -> Charter {
        switch read(Array(text.utf8), file: "charter") {
        case .charter(let charter, _): return charter
        case .refused(let faults):
            throw Stop("a stored charter can no longer be read: \(faults.first.map(\.description) ?? "")")
        }
    }

    /// The charters of the program itself, by file name.
    func shipped() throws -> [(name: String, text: String, charter: Charter)] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
            .sorted()
        return try names.map { name in
            let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            return (String(name.dropLast(5)), text, try parse(text))
        }
    }
}
