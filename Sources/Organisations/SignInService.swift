import Crypto
import Foundation
public import Policy
public import Primitives
public import Storage

/// Signing in and out, and who stands behind a session or a token.
public struct SignInService: Sendable {
    let database: any Database
    let journal: Journal
    let charters: CharterShelf
    let passwords: PasswordHasher
    /// Real time: a demo's clock must not end sessions.
    let clock: @Sendable () -> Instant

    /// Wrong passwords in a row before a name is locked, and for how long.
    static let attempts = 5
    static let lockMinutes: Int64 = 15
    static let idleHours: Int64 = 12
    static let longestDays: Int64 = 7
    /// A session's token is exchanged for a new one after so long; the old one serves running requests a little longer.
    static let rotationHours: Int64 = 1
    static let graceSeconds: Int64 = 60

    public init(
        database: any Database, journal: Journal, charters: CharterShelf, passwords: PasswordHasher,
        clock: @escaping @Sendable () -> Instant
    ) {
        self.database = database
        self.journal = journal
        self.charters = charters
        self.passwords = passwords
        self.clock = clock
    }

    public struct Session: Sendable {
        /// The cookie's value; only its hash is stored.
        public let token: String
        /// What each form carries against forged requests.
        public let formToken: String
        public let expires: Instant
    }

    public enum SignInRefusal: Error, Sendable, Equatable {
        /// So many tries are left before the name is locked.
        case wrong(left: Int)
        case locked(minutes: Int)
    }

    /// A signed-in member of staff.
    public struct SignedIn: Sendable {
        public let principal: Principal
        /// What the person chose; `nil` follows the browser.
        public let language: Language?
        public let formToken: String
        /// Whether the password served once, and another must be chosen before anything else.
        public let mustChangePassword: Bool
        /// A new token for the cookie, when it was time to rotate.
        public let rotated: Session?
    }

    /// - Throws: `SignInRefusal`; the same for a wrong password and an unknown name.
    public func signIn(login: String, password: String) async throws -> Session {
        let login = String(login.lowercased().prefix(100))
        let now = clock()
        let found = try await database.read(.everyCompany) { transaction in
            let lock = try transaction.first(
                "SELECT failed, locked_until FROM sign_in_attempt WHERE login = \(login)"
            ) { (try $0[0] as Int, try $0[1] as Instant?) }
            let credential = try transaction.first(
                """
                SELECT credential.organisation, credential.staff, salt, hash FROM credential
                JOIN staff ON staff.organisation = credential.organisation AND staff.id = credential.staff
                WHERE login = \(login) AND staff.left_on IS NULL
                """
            ) { (try $0[0] as OrganisationID, try $0[1] as StaffID, try $0[2] as [UInt8], try $0[3] as [UInt8]) }
            return (lock, credential)
        }
        if let until = found.0?.1, until > now { throw Self.locked(until: until, at: now) }
        let stored = found.1.map { PasswordHasher.Hashed(salt: $0.2, hash: $0.3) }
        guard try await passwords.verify(String(password.prefix(200)), against: stored), let credential = found.1 else {
            throw try await failed(login, at: now)
        }
        let session = Self.newSession(at: now)
        try await database.write(for: credential.0) { transaction in
            // Many guesses at once all pass the look above; those after the fifth failure end here.
            try Self.refuseLocked(login, at: now, transaction)
            try transaction.run("DELETE FROM sign_in_attempt WHERE login = \(login)")
            try transaction.run(
                "DELETE FROM session WHERE organisation = \(credential.0) AND expires_at < \(now)")
            try Self.insert(
                session, credential.0, credential.1, created: now, formToken: session.formToken, transaction)
        }
        return session
    }

    private static func locked(until: Instant, at now: Instant) -> SignInRefusal {
        .locked(minutes: Int((until.since(now) + 59_999) / 60_000))
    }

    static func refuseLocked(_ login: String, at now: Instant, _ transaction: any ReadTransaction) throws {
        let lock: Instant? =
            try transaction.first(
                "SELECT locked_until FROM sign_in_attempt WHERE login = \(login)"
            ) { try $0[0] as Instant? } ?? nil
        if let until = lock, until > now { throw Self.locked(until: until, at: now) }
    }

    /// Counts a wrong password.
    func failed(_ login: String, at now: Instant) async throws -> SignInRefusal {
        try await database.write(.installation) { transaction in
            try transaction.run(
                """
                INSERT INTO sign_in_attempt (login, failed, last_at) VALUES (\(login), 1, \(now))
                ON CONFLICT (login) DO UPDATE SET
                    failed = CASE WHEN sign_in_attempt.last_at < \(now.adding(minutes: -Self.lockMinutes))
                        THEN 1 ELSE sign_in_attempt.failed + 1 END,
                    last_at = \(now)
                """)
            let count = try transaction.one(
                "SELECT failed FROM sign_in_attempt WHERE login = \(login)", orElse: "attempt"
            ) { try $0[0] as Int }
            if count >= Self.attempts {
                try transaction.run(
                    """
                    UPDATE sign_in_attempt SET failed = 0, locked_until = \(now.adding(minutes: Self.lockMinutes))
                    WHERE login = \(login)
                    """)
                return .locked(minutes: Int(Self.lockMinutes))
            }
            return .wrong(left: Self.attempts - count)
        }
    }

    /// Who stands behind a session's cookie; `nil` when it is unknown or has ended.
    public func resume(_ token: String) async throws -> SignedIn? {
        let now = clock()
        let hash = Self.hash(token)
        let found = try await database.read(.everyCompany) { [charters] transaction -> Found? in
            let row = try transaction.first(
                """
                SELECT session.organisation, session.staff, session.form_token, session.created_at,
                    session.seen_at, session.expires_at, staff.language, credential.must_change
                FROM session JOIN staff ON staff.organisation = session.organisation AND staff.id = session.staff
                JOIN credential ON credential.organisation = staff.organisation AND credential.staff = staff.id
                WHERE token_hash = \(hash) AND session.expires_at > \(now) AND staff.left_on IS NULL
                """
            ) {
                (
                    organisation: try $0[0] as OrganisationID, staff: try $0[1] as StaffID,
                    form: try $0[2] as String, created: try $0[3] as Instant, seen: try $0[4] as Instant,
                    expires: try $0[5] as Instant, language: try $0[6] as String?, mustChange: try $0[7] as Bool
                )
            }
            guard let row, now < row.seen.adding(hours: Self.idleHours) else { return nil }
            let principal = try OrganisationStore(transaction).principal(
                row.staff, of: row.organisation, charters: charters)
            return Found(
                principal: principal, language: row.language.flatMap(Language.init), formToken: row.form,
                mustChange: row.mustChange, created: row.created, seen: row.seen, expires: row.expires)
        }
        guard let found else { return nil }
        var rotated: Session?
        let grace = now.adding(seconds: Self.graceSeconds)
        if now > found.created.adding(hours: Self.rotationHours), found.expires > grace {
            let session = Session(
                token: Self.randomToken(), formToken: found.formToken, expires: found.expires)
            rotated = try await whenPossible(for: found.principal.organisation) { transaction in
                // Of several requests that come at once one rotates; the old token keeps its one minute.
                let changed = try transaction.rowsChanged(
                    by: "UPDATE session SET expires_at = \(grace) WHERE token_hash = \(hash) AND expires_at > \(grace)")
                guard changed == 1 else { return nil }
                try Self.insert(
                    session, found.principal.organisation, found.principal.staff, created: now,
                    formToken: found.formToken, transaction)
                return session
            }
        } else if now > found.seen.adding(minutes: 10) {
            _ = try await whenPossible(for: found.principal.organisation) { transaction in
                try transaction.run("UPDATE session SET seen_at = \(now) WHERE token_hash = \(hash)")
            }
        }
        return SignedIn(
            principal: found.principal, language: found.language, formToken: found.formToken,
            mustChangePassword: found.mustChange, rotated: rotated)
    }

    /// Whether a session still goes on, for what outlives the request that began it; looking does not prolong it.
    public func isOpen(_ token: String, in transaction: any ReadTransaction) throws -> Bool {
        let now = clock()
        return try transaction.first(
            """
            SELECT 1 FROM session JOIN staff ON staff.organisation = session.organisation AND staff.id = session.staff
            WHERE token_hash = \(Self.hash(token)) AND session.expires_at > \(now)
              AND session.seen_at > \(now.adding(hours: -Self.idleHours)) AND staff.left_on IS NULL
            """
        ) { _ in true } ?? false
    }

    /// Writes what the next request may write as well: a full disk or a busy engine must not keep anybody from reading.
    private func whenPossible<T: Sendable>(
        for organisation: OrganisationID, _ body: @escaping @Sendable (any WriteTransaction) throws -> T?
    ) async throws -> T? {
        do {
            return try await database.write(for: organisation, body)
        } catch StorageError.diskFull {
            return nil
        } catch StorageError.unavailable {
            return nil
        } catch StorageError.uncertain {
            return nil
        }
    }

    private struct Found: Sendable {
        let principal: Principal
        let language: Language?
        let formToken: String
        let mustChange: Bool
        let created: Instant
        let seen: Instant
        let expires: Instant
    }

    public func signOut(_ token: String) async throws {
        let hash = Self.hash(token)
        try await database.write(.everyCompany) { transaction in
            try transaction.run("DELETE FROM session WHERE token_hash = \(hash)")
        }
    }

    public func setLanguage(_ language: Language, of principal: Principal) async throws {
        try await database.write(for: principal.organisation) { transaction in
            try transaction.run(
                """
                UPDATE staff SET language = \(language.rawValue)
                WHERE organisation = \(principal.organisation) AND id = \(principal.staff)
                """)
        }
    }

    /// Makes a bearer token for the API with a choice of the owner's own permissions.
    /// - Returns: the token, shown this once.
    public func issueToken(
        title: String, scopes: Set<Action>, days: Int?, by principal: Principal
    ) async throws -> String {
        try await issue(title: title, scopes: scopes, days: days, by: principal).secret
    }

    /// The same, with what its owner sees of it afterwards.
    ///
    /// A token makes none that outlives it.
    /// - Throws: `Denial` for a scope that the principal, which may itself be a token, does not have.
    public func issue(
        title: String, scopes: Set<Action>, days: Int?, by principal: Principal
    ) async throws -> (secret: String, token: Token) {
        let title = title.isEmpty ? "API" : String(title.prefix(100))
        let lacking = scopes.filter { !principal.can($0) }
        if let action = lacking.min(by: { $0.rawValue < $1.rawValue }) {
            throw Denial(action: action, post: principal.post)
        }
        let secret = "charter_" + Self.randomToken()
        let now = clock()
        // Else whoever finds a token that ends tomorrow would have it for ever.
        let expires = [days.map { now.adding(hours: Int64($0) * 24) }, principal.expiresAt].compactMap(\.self).min()
        let id = try await database.write(for: principal.organisation) { transaction in
            let id: Identifier<Session> = transaction.identifier()
            try transaction.run(
                """
                INSERT INTO api_token (organisation, id, token_hash, staff, title, scopes, created_at, expires_at)
                VALUES (\(principal.organisation), \(id), \(Self.hash(secret)), \(principal.staff), \(title),
                    \(scopes.map(\.rawValue).sorted().joined(separator: " ")), \(now), \(expires))
                """)
            return id
        }
        return (
            secret, Token(id: id, title: title, scopes: scopes, createdAt: now, expiresAt: expires, revokedAt: nil)
        )
    }

    /// A bearer token as its owner sees it afterwards: never the token itself.
    public struct Token: Sendable, Hashable {
        public let id: Identifier<Session>
        public let title: String
        public let scopes: Set<Action>
        public let createdAt: Instant
        public let expiresAt: Instant?
        public let revokedAt: Instant?

        public func isEnded(at now: Instant) -> Bool {
            revokedAt != nil || expiresAt.map { $0 <= now } ?? false
        }
    }

    /// The owner's tokens, newest first, and real time, by which they end.
    public func tokens(of principal: Principal) async throws -> (tokens: [Token], now: Instant) {
        let tokens = try await database.read(for: principal.organisation) { transaction in
            try transaction.all(
                """
                SELECT id, title, scopes, created_at, expires_at, revoked_at FROM api_token
                WHERE organisation = \(principal.organisation) AND staff = \(principal.staff) ORDER BY id DESC
                """
            ) { row in
                let scopes: String = try row[2]
                return Token(
                    id: try row[0], title: try row[1],
                    scopes: Set(scopes.split(separator: " ").compactMap { Action(rawValue: String($0)) }),
                    createdAt: try row[3], expiresAt: try row[4], revokedAt: try row[5])
            }
        }
        return (tokens, clock())
    }

    /// Ends one of the owner's own tokens; one that has ended stays so.
    /// - Throws: `.notFound` for somebody else's.
    public func revokeToken(_ id: Identifier<Session>, by principal: Principal) async throws {
        let now = clock()
        try await database.write(for: principal.organisation) { transaction in
            try transaction.run(
                """
                UPDATE api_token SET revoked_at = COALESCE(revoked_at, \(now))
                WHERE organisation = \(principal.organisation) AND id = \(id) AND staff = \(principal.staff)
                """, changing: 1, orElse: .notFound("token \(id)"))
        }
    }

    /// Who stands behind a bearer token; `nil` when it is unknown, revoked or has ended.
    public func principal(token: String) async throws -> Principal? {
        let now = clock()
        let hash = Self.hash(token)
        return try await database.read(.everyCompany) { [charters] transaction in
            let row = try transaction.first(
                """
                SELECT organisation, staff, scopes, expires_at FROM api_token
                WHERE token_hash = \(hash) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > \(now))
                """
            ) { (try $0[0] as OrganisationID, try $0[1] as StaffID, try $0[2] as String, try $0[3] as Instant?) }
            guard let row else { return nil }
            let scopes = Set(row.2.split(separator: " ").compactMap { Action(rawValue: String($0)) })
            return try OrganisationStore(transaction).principal(
                row.1, of: row.0, charters: charters, scopes: scopes, until: row.3)
        }
    }

    static func newSession(at now: Instant) -> Session {
        Session(token: randomToken(), formToken: randomToken(), expires: now.adding(hours: longestDays * 24))
    }

    static func insert(
        _ session: Session, _ organisation: OrganisationID, _ staff: StaffID, created: Instant, formToken: String,
        _ transaction: any WriteTransaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO session (token_hash, organisation, staff, form_token, created_at, seen_at, expires_at)
            VALUES (\(hash(session.token)), \(organisation), \(staff), \(formToken), \(created), \(created),
                \(session.expires))
            """)
    }

    /// 256 random bits in URL-safe text.
    public static func randomToken() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    static func hash(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Data(token.utf8))) }
}
