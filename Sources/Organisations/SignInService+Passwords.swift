import Policy
public import Primitives
import Storage

/// Why a password is not set.
public enum PasswordRefusal: Error, Sendable, Equatable {
    /// The person has no login, or has left.
    case noSignIn
    /// One's own is changed by whoever knows it, and not reset.
    case own
}

extension SignInService {
    /// Somebody's own change: all sessions of the person end, and a new one begins where that is asked for.
    ///
    /// A wrong current password counts to the lock-out as one at sign-in does.
    /// - Parameter opensSession: for a person at a page; programs have tokens.
    /// - Throws: `FormFaults` for `current` and `password`; `SignInRefusal`; `PasswordRefusal.noSignIn`;
    ///   `.changedMeanwhile` when it was changed while this one was looked at.
    public func changePassword(
        from current: String, to new: String, opensSession: Bool, by principal: Principal
    ) async throws -> Session? {
        var faults = FormFaults()
        if current.isEmpty { faults.add("current", .missing) }
        if let problem = PasswordHasher.problem(of: new) {
            faults.add("password", problem)
        } else if new == current {
            faults.add("password", .unchanged)
        }
        try faults.check()
        let now = clock()
        let (organisation, staff) = (principal.organisation, principal.staff)
        let found = try await database.read(for: organisation) { transaction in
            guard let credential = try Self.credential(of: staff, in: organisation, transaction) else {
                throw PasswordRefusal.noSignIn
            }
            try Self.refuseLocked(credential.login, at: now, transaction)
            return credential
        }
        guard try await passwords.verify(String(current.prefix(200)), against: found.hashed) else {
            throw try await failed(found.login, at: now)
        }
        let hashed = try await passwords.hash(new)
        let session = opensSession ? Self.newSession(at: now) : nil
        try await database.write(for: organisation) { [journal] transaction in
            // As at sign-in: many guesses at once all pass the look above.
            try Self.refuseLocked(found.login, at: now, transaction)
            let unit = try OrganisationStore(transaction).staff(staff, of: organisation).unit
            try Self.store(
                hashed, of: staff, in: organisation, login: found.login, instead: found.hashed.salt, mustChange: false,
                transaction)
            if let session {
                try Self.insert(session, organisation, staff, created: now, formToken: session.formToken, transaction)
            }
            try journal.record(
                EventDraft(
                    organisation: organisation, type: "staff.password_changed",
                    subject: Event.Subject("staff", staff), unit: unit, actor: .staff(staff)), in: transaction)
        }
        return session
    }

    /// Sets a password that serves once: it must be changed at the next sign-in. The lock is lifted, and the person's
    /// sessions end; tokens go on.
    /// - Returns: the password, shown this once.
    /// - Throws: `Denial` without `people.manage`, for a higher post, and for an administrator where the permission
    ///   does not cover the whole company; `.notFound` out of reach; `PasswordRefusal`.
    public func resetPassword(of staff: StaffID, by principal: Principal) async throws -> String {
        try await database.read(for: principal.organisation) { transaction in
            _ = try mayReset(staff, by: principal, in: transaction)
        }
        let password = PasswordHasher.oneTime()
        let hashed = try await passwords.hash(password)
        try await database.write(for: principal.organisation) { [journal] transaction in
            let (person, login) = try mayReset(staff, by: principal, in: transaction)
            try Self.store(
                hashed, of: staff, in: principal.organisation, login: login, mustChange: true, transaction)
            try journal.record(
                EventDraft(
                    organisation: principal.organisation, type: "staff.password_reset",
                    subject: Event.Subject("staff", staff), unit: person.unit, actor: .staff(principal.staff)),
                in: transaction)
        }
        return password
    }

    /// Lets somebody sign in who was taken on without a login, with a password that serves once.
    /// - Returns: the password, shown this once.
    /// - Throws: as `resetPassword`; `FormFaults` for a login that cannot be or that another has; `.changedMeanwhile` for
    ///   who has one by now.
    public func giveLogin(_ login: String, to staff: StaffID, by principal: Principal) async throws -> String {
        try await database.read(for: principal.organisation) { transaction in
            _ = try mayLetIn(staff, by: principal, in: transaction)
        }
        if let problem = OrganisationService.problem(of: login) { throw FormFaults([FormFault("login", problem)]) }
        let password = PasswordHasher.oneTime()
        let hashed = try await passwords.hash(password)
        try await database.write(for: principal.organisation) { [journal] transaction in
            let person = try mayLetIn(staff, by: principal, in: transaction)
            let added = try transaction.rowsChanged(
                by: """
                    INSERT INTO credential (organisation, staff, login, salt, hash, changed_at, must_change)
                    VALUES (\(principal.organisation), \(staff), \(login.lowercased()), \(hashed.salt), \(hashed.hash),
                        \(transaction.now), \(true))
                    ON CONFLICT (login) DO NOTHING
                    """)
            guard added == 1 else { throw FormFaults([FormFault("login", .taken)]) }
            try journal.record(
                EventDraft(
                    organisation: principal.organisation, type: "staff.login_given",
                    subject: Event.Subject("staff", staff), unit: person.unit, actor: .staff(principal.staff)),
                in: transaction)
        }
        return password
    }

    private func mayLetIn(
        _ staff: StaffID, by principal: Principal, in transaction: any ReadTransaction
    ) throws -> Staff {
        let person = try manageable(staff, by: principal, in: transaction)
        if person.leftOn != nil { throw PasswordRefusal.noSignIn }
        if person.login != nil { throw StorageError.changedMeanwhile("staff \(staff)") }
        return person
    }

    private func mayReset(
        _ staff: StaffID, by principal: Principal, in transaction: any ReadTransaction
    ) throws -> (person: Staff, login: String) {
        let person = try manageable(staff, by: principal, in: transaction)
        guard let login = person.login, person.leftOn == nil else { throw PasswordRefusal.noSignIn }
        return (person, login)
    }

    /// Somebody whose sign-in the principal may look after.
    private func manageable(
        _ staff: StaffID, by principal: Principal, in transaction: any ReadTransaction
    ) throws -> Staff {
        let reach = try principal.reach(.managePeople)
        let person = try OrganisationStore(transaction).staff(staff, of: principal.organisation)
        guard reach.covers(unit: person.unit, owner: staff) else { throw StorageError.notFound("staff \(staff)") }
        let charter = try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        try OrganisationService.checkRank([person.post], reach, charter, principal)
        // Whoever could sign in as the administrator could do all that an administrator may.
        if person.isAdministrator, reach != .all {
            throw Denial(action: .managePeople, post: principal.post, wanted: .all)
        }
        if staff == principal.staff { throw PasswordRefusal.own }
        return person
    }

    /// At the console, for when no administrator can sign in: whoever may run the program on its data needs no
    /// permission.
    /// - Parameter mustChange: whether it serves once.
    /// - Throws: `FormFaults` for `password`; `PasswordRefusal.noSignIn`; `.notFound`.
    public func setPassword(
        _ new: String, mustChange: Bool, of staff: StaffID, in organisation: OrganisationID
    ) async throws {
        if let problem = PasswordHasher.problem(of: new) { throw FormFaults([FormFault("password", problem)]) }
        let hashed = try await passwords.hash(new)
        try await database.write(for: organisation) { [journal] transaction in
            let person = try OrganisationStore(transaction).staff(staff, of: organisation)
            guard let login = person.login, person.leftOn == nil else { throw PasswordRefusal.noSignIn }
            try Self.store(hashed, of: staff, in: organisation, login: login, mustChange: mustChange, transaction)
            try journal.record(
                EventDraft(
                    organisation: organisation, type: "staff.password_reset", subject: Event.Subject("staff", staff),
                    unit: person.unit, actor: .program("console")), in: transaction)
        }
    }

    private struct Credential: Sendable {
        let login: String
        let hashed: PasswordHasher.Hashed
    }

    private static func credential(
        of staff: StaffID, in organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> Credential? {
        try transaction.first(
            "SELECT login, salt, hash FROM credential WHERE organisation = \(organisation) AND staff = \(staff)"
        ) { Credential(login: try $0[0], hashed: PasswordHasher.Hashed(salt: try $0[1], hash: try $0[2])) }
    }

    /// Stores the hash, lifts the lock and ends the sessions.
    /// - Parameter salt: of the hash that it takes the place of, where that one was looked at before.
    private static func store(
        _ hashed: PasswordHasher.Hashed, of staff: StaffID, in organisation: OrganisationID, login: String,
        instead salt: [UInt8]? = nil, mustChange: Bool, _ transaction: any WriteTransaction
    ) throws {
        let known: SQL = salt.map { "salt = \($0)" } ?? "1 = 1"
        try transaction.run(
            """
            UPDATE credential SET salt = \(hashed.salt), hash = \(hashed.hash), changed_at = \(transaction.now),
                must_change = \(mustChange)
            WHERE organisation = \(organisation) AND staff = \(staff) AND \(known)
            """, changing: 1, orElse: .changedMeanwhile("password of staff \(staff)"))
        try transaction.run("DELETE FROM sign_in_attempt WHERE login = \(String(login.prefix(100)))")
        try transaction.run("DELETE FROM session WHERE organisation = \(organisation) AND staff = \(staff)")
    }
}
