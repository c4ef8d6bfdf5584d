import Cases
import CharterYAML
import Consequences
import Customers
import Foundation
import Knowledge
import Members
import Notices
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import StoragePostgres
import StorageSQLite
import Web

/// The composition root: only here is it known which engine and which clock are in use.
struct Desktop: Sendable {
    let settings: Settings
    let engine: Engine
    let services: Services
    let references: ReferenceNumbers
    let sequencer: Sequencer
    let charterFiles: CharterFiles
    let passwords: PasswordHasher
    /// Held while the folder's own file is open.
    private let lock: FileLock?

    static let migrations =
        StorageMigrations.all + OrganisationsMigrations.all + CustomersMigrations.all + ObligationsMigrations.all
        + CasesMigrations.all + NoticesMigrations.all + ConsequencesMigrations.all + KnowledgeMigrations.all
        + MembersMigrations.all

    var database: any Database & DatabaseCheck { engine.database }

    /// Opens an installation.
    /// - Parameters:
    ///   - creating: whether folder, database and key are made where there are none.
    ///   - clock: real time; without it the machine's, or the database server's.
    ///   - heard: told of each statement that goes to a server.
    /// - Throws: `Stop` where there is no database and none may be made; `KeyFault` when the keys are not its own.
    static func open(
        _ settings: Settings, creating: Bool = false, clock: (@Sendable () -> Instant)? = nil,
        heard: (@Sendable (SQL) -> Void)? = nil
    ) async throws -> Desktop {
        if let address = settings.address {
            return try await open(settings, at: address, creating: creating, clock: clock, heard: heard)
        }
        let isNew = !FileManager.default.fileExists(atPath: settings.database)
        if isNew {
            guard creating else {
                throw Stop(
                    "there is no database at \(settings.database): look at --data, or make one with 'charter serve'",
                    "\(settings.database) 没有数据库：请检查 --data，或用 charter serve 新建")
            }
            try settings.makeFolder()
        }
        let lock = try FileLock.shared(settings.database)
        let keys = try settings.keys(isNew: isNew)
        let clock = clock ?? SystemClock.now
        let database = try SQLiteDatabase(
            path: settings.database, migrations: Desktop.migrations, clock: clock,
            identifiers: SystemClock.identifiers(clock: clock))
        return try await open(settings, .sqlite(database), lock: lock, keys: { keys }, clock: clock)
    }

    /// The keys are looked for once it is known whether the server's database is new.
    private static func open(
        _ settings: Settings, at address: String, creating: Bool, clock: (@Sendable () -> Instant)?,
        heard: (@Sendable (SQL) -> Void)?
    ) async throws -> Desktop {
        var options = PostgresOptions(connections: settings.connections)
        options.heard = heard
        let database = try PostgresDatabase(
            address: address, migrations: Desktop.migrations, clock: clock,
            identifiers: SystemClock.identifiers(clock: clock ?? SystemClock.now),
            counts: ObligationsMigrations.counts, options: options)
        let isNew = try await database.read(.everyCompany) {
            try $0.first("SELECT 1 FROM key_proof UNION ALL SELECT 1 FROM event LIMIT 1") { _ in false } ?? true
        }
        return try await open(
            settings, .postgres(database), lock: nil,
            keys: {
                guard isNew else { return try settings.keys(isNew: false) }
                guard creating else {
                    throw Stop(
                        "the database at --database is empty: fill it with 'charter serve', or name another",
                        "--database 指的数据库是空的：请用 charter serve 建立内容，或换一个")
                }
                if settings.keyText == nil { try settings.makeFolder() }
                return try settings.keys(isNew: true)
            }, clock: clock ?? SystemClock.now)
    }

    private static func open(
        _ settings: Settings, _ engine: Engine, lock: FileLock?, keys: () throws -> KeyRing,
        clock: @escaping @Sendable () -> Instant
    ) async throws -> Desktop {
        do {
            let keys = try keys()
            let desktop = try Desktop(settings, engine, lock: lock, keys: keys, clock: clock)
            try await settings.confirm(keys, in: engine.database)
            return desktop
        } catch {
            try? await engine.close()
            throw error
        }
    }

    private init(
        _ settings: Settings, _ engine: Engine, lock: FileLock?, keys: KeyRing, clock: @escaping @Sendable () -> Instant
    ) throws {
        self.settings = settings
        self.engine = engine
        self.lock = lock
        let database = engine.database
        let files = try CharterFiles(resources: settings.resources, clock: clock)
        charterFiles = files
        let charters = CharterShelf { try files.parse($0) }
        let journal = Journal(reactions: [
            ConsequenceReaction(charters: charters),
            ObligationReaction(charters: charters, references: FormReferences(charters: charters)),
            NoticeReaction(charters: charters), KnowledgeReaction(),
        ])
        let references = ReferenceNumbers(database: database)
        let personKeys = PersonKeys(keys: keys)
        let passwords = PasswordHasher()
        self.references = references
        sequencer = Sequencer(database: database, holder: UUID().uuidString, horizon: engine.horizon)
        self.passwords = passwords
        let members = MemberService(database: database, journal: journal, charters: charters, secrets: personKeys)
        services = Services(
            database: database,
            organisations: OrganisationService(
                database: database, journal: journal, charters: charters, passwords: passwords,
                holdings: [CustomerService.ofUnit, CaseService.ofUnit, ObligationService.ofUnit]),
            charters: charters,
            customers: CustomerService(
                database: database, journal: journal, charters: charters, references: references,
                personKeys: personKeys, keys: keys),
            cases: CaseService(
                database: database, journal: journal, charters: charters, references: references, secrets: personKeys),
            attachments: AttachmentService(
                database: database, journal: journal, charters: charters, store: engine.attachments,
                limits: AttachmentLimits(largest: settings.attachmentMegabytes * AttachmentLimits.megabyte)),
            facts: FactService(database: database, journal: journal, charters: charters, secrets: personKeys),
            obligations: ObligationService(
                database: database, journal: journal, charters: charters,
                references: FormReferences(charters: charters),
                seal: { try personKeys.seal($0, for: $1, of: $2, in: $3) }),
            notices: NoticeService(database: database),
            consequences: ConsequenceService(database: database, charters: charters),
            knowledge: KnowledgeService(database: database),
            members: members,
            adherence: AdherenceService(database: database),
            signIn: SignInService(
                database: database, journal: journal, charters: charters, passwords: passwords, clock: clock),
            clockWork: ClockWork(
                database: database, journal: journal, charters: charters,
                tasks: [{ try members.announceBirthdays(of: $0, $1, in: $2) }], turn: engine.turn("clock")),
            readCharter: { files.read(Array($0.utf8), file: "yaml").readCharter })
    }

    /// Seals what waits, gives reserved numbers back and closes the database.
    func close() async throws {
        _ = try await sequencer.sealPending()
        try await sequencer.release()
        try await references.release()
        try await engine.close()
        lock?.release()
    }

    /// The member of staff with that login.
    func principal(login: String) async throws -> Principal {
        try await database.read(.everyCompany) { [services] transaction in
            let found = try transaction.first(
                "SELECT organisation, staff FROM credential WHERE login = \(login.lowercased())"
            ) { (try $0[0] as OrganisationID, try $0[1] as StaffID) }
            guard let found else { throw Stop("nobody signs in as \(login)", "没有人以 \(login) 登录") }
            return try OrganisationStore(transaction).principal(found.1, of: found.0, charters: services.charters)
        }
    }
}

/// A denial that names the post as people know it.
struct PostDenial: Error {
    let action: Action
    let title: LocalizedText
}

extension Desktop {
    /// Acts as the member of staff with that login.
    /// - Throws: `PostDenial` for the `Denial` of an act.
    func act<T>(as login: String, _ work: (Principal) async throws -> T) async throws -> T {
        let principal = try await principal(login: login)
        do {
            return try await work(principal)
        } catch let denial as Denial {
            let charter = try? await database.read(for: principal.organisation) { [services] transaction in
                try services.charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
            }
            guard let title = charter?.post(denial.post)?.title else { throw denial }
            throw PostDenial(action: denial.action, title: title)
        }
    }
}

extension Desktop {
    /// Proves what is stored: the seals of the journal, the engine's own check, and the account of each domain.
    /// - Returns: the verification, how many obligations there are, and what their account says.
    static func prove(
        _ engine: Engine, settings: Settings
    ) async throws -> (verification: Verification, obligations: Int, account: [AccountFault]) {
        let database = engine.database
        let verification = try await Verifier(database: database, check: database, tolerance: engine.tolerance)
            .verify()
        let account = try await accountFor(database, attachments: engine.attachments, settings: settings)
        return (verification, account.count, account.faults)
    }

    /// Whether all is there that the journal tells of, in any database, whoever's keys it has.
    /// - Returns: how many obligations there are, and what is not borne out.
    static func accountFor(
        _ database: any Database, attachments: any AttachmentStore, settings: Settings
    ) async throws -> (count: Int, faults: [AccountFault]) {
        let files = try CharterFiles(resources: settings.resources, clock: SystemClock.now)
        let charters = CharterShelf { try files.parse($0) }
        let duties = try await ObligationService(
            database: database, journal: Journal(reactions: []), charters: charters,
            references: FormReferences(charters: charters),
            seal: { _, _, _, _ in throw Stop(asIs: "an account writes nothing") }
        ).accountFor()
        let others: [AccountFault] = try await database.read(.everyCompany) { transaction in
            var faults = try StaffAccount.faults(in: transaction).map(AccountFault.staff)
            faults += try CaseAccount.faults(in: transaction).map(AccountFault.matter)
            faults += try NoticeAccount(charters: charters, in: transaction).faults().map(AccountFault.notice)
            faults += try ConsequenceAccount.faults(in: transaction).map(AccountFault.finding)
            faults += try MemberAccount.faults(in: transaction).map(AccountFault.member)
            return faults
        }
        let attached = try await AttachmentAccount.faults(in: database, store: attachments)
            .map(AccountFault.attachment)
        return (duties.count, duties.faults.map(AccountFault.duty) + others + attached)
    }
}

extension Settings {
    /// Makes the data folder, for its owner only.
    func makeFolder() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Stop(
                "the folder \(data) cannot be made: name one with --data that whoever runs this may make",
                "文件夹 \(data) 建不了：请用 --data 指定有权建立的文件夹")
        }
    }

    /// The keys of the environment, else of the key file.
    /// - Parameter isNew: whether the database is yet to be made, so that a key may be made with it.
    func keys(isNew: Bool) throws -> KeyRing {
        do {
            if let keyText { return try KeyRing(text: keyText) }
            return try KeyRing.load(file: keyFile, isNew: isNew)
        } catch {
            throw KeyFault(source: keySource, database: place, problem: .ring(error))
        }
    }

    /// Refuses keys of another database.
    func confirm(_ keys: KeyRing, in database: any Database) async throws {
        do {
            try await KeyProof(database: database, keys: keys).confirm()
        } catch let refusal as KeyRefusal {
            throw KeyFault(source: keySource, database: place, problem: .refused(refusal))
        }
    }

    private var keySource: String { keyText == nil ? keyFile : Key.key.variable }
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
            throw Stop("the holiday table \(path) is missing", "缺少节假日表 \(path)")
        }
        holidays = ["cn": try HolidayFile.read(text, file: path)]
    }

    var currentYear: Int { LocalTime(clock(), offset: 8 * 3600).day.year }

    /// - Parameter purpose: a company's own text, and one that ships, are read for use.
    func read(_ bytes: [UInt8], file: String, for purpose: ReadingPurpose = .adoption) -> ReadResult {
        CharterReader.read(bytes, file: file, holidays: holidays, currentYear: currentYear, purpose: purpose)
    }

    /// A stored charter; it was whole when it was adopted.
    func parse(_ text: String) throws -> Charter {
        let result = read(Array(text.utf8), file: "charter", for: .use)
        guard let charter = result.charter else {
            throw Stop(
                "a stored charter can no longer be read: \(result.firstError(in: .english))",
                "存着的制度读不出来了：\(result.firstError(in: .simplified))")
        }
        return charter
    }

    /// The charters of the program itself, by file name. One that cannot be read is left out, and told of.
    func shipped() throws -> Shipped {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
            .sorted()
        var shipped = Shipped()
        for name in names {
            let path = folder + "/" + name
            guard let bytes = FileManager.default.contents(atPath: path) else {
                shipped.faulty.append(
                    Faulty(
                        name: String(name.dropLast(5)),
                        stop: Stop(
                            "\(path) cannot be read: give the file to whoever runs this", "\(path) 读不到：请把权限给运行程序的人")))
                continue
            }
            let result = read(Array(bytes), file: path, for: .use)
            if let charter = result.charter {
                shipped.whole.append(
                    ShippedCharter(
                        name: String(name.dropLast(5)), text: String(decoding: bytes, as: UTF8.self), charter: charter))
            } else {
                shipped.faulty.append(
                    Faulty(
                        name: String(name.dropLast(5)),
                        stop: Stop(
                            "a charter that ships with the program cannot be read and is not offered: \(result.firstError(in: .english))",
                            "随程序的一本制度读不出来，不能选用：\(result.firstError(in: .simplified))")))
            }
        }
        return shipped
    }

    struct Shipped: Sendable {
        var whole: [ShippedCharter] = []
        var faulty: [Faulty] = []

        /// The one that somebody asks for by its file's name.
        /// - Throws: what is wrong with it; `nil` when there is none of that name.
        func named(_ name: String) throws -> ShippedCharter? {
            if let stop = faulty.first(where: { $0.name == name })?.stop { throw stop }
            return whole.first { $0.name == name }
        }
    }

    /// A charter of the program itself that cannot be read.
    struct Faulty: Sendable {
        let name: String
        /// The file, the first error and its line.
        let stop: Stop
    }
}

extension ReadResult {
    fileprivate func firstError(in language: Language) -> String { errors.first?.text(in: language) ?? "" }
}
