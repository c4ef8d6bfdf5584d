public import Policy
public import Primitives
public import Storage

/// Companies, their units, their staff and their charters.
public struct OrganisationService: Sendable {
    let database: any Database
    let journal: Journal
    let charters: CharterShelf
    private let passwords: PasswordHasher
    /// What stands in the way of closing a unit, besides people and units of its own.
    let holdings: [UnitHolding]

    /// - Parameter holdings: what other rooms keep in a unit.
    public init(
        database: any Database, journal: Journal, charters: CharterShelf, passwords: PasswordHasher,
        holdings: [UnitHolding] = []
    ) {
        self.holdings = holdings
        self.database = database
        self.journal = journal
        self.charters = charters
        self.passwords = passwords
    }

    public struct NewStaff: Sendable {
        public var name: String
        public var login: String?
        public var password: String?
        public var unit: UnitID?
        public var post: Post.Key
        public var employment: Employment
        public var isAdministrator: Bool
        /// `nil` follows the browser.
        public var language: Language?
        /// Whether the password serves once.
        public var mustChangePassword: Bool

        public init(
            name: String, login: String? = nil, password: String? = nil, unit: UnitID? = nil, post: Post.Key,
            employment: Employment = .regular, isAdministrator: Bool = false, language: Language? = nil,
            mustChangePassword: Bool = false
        ) {
            self.name = name
            self.login = login
            self.password = password
            self.unit = unit
            self.post = post
            self.employment = employment
            self.isAdministrator = isAdministrator
            self.language = language
            self.mustChangePassword = mustChangePassword
        }
    }

    /// What a new company comes with.
    public struct Founding: Sendable {
        public let organisation: OrganisationID
        public let root: UnitID
        public let administrator: StaffID
    }

    /// Founds a company: its root unit, its first administrator and its charter, all or nothing.
    ///
    /// The first version is in force from its effective day, or from now when that lies ahead: a company
    /// without rules in force could do nothing.
    /// - Throws: `FormFaults`.
    public func found(
        name: String, rootUnit: String, administrator: NewStaff, charterText: String, charter: Charter,
        organisation: OrganisationID
    ) async throws -> Founding {
        try Self.faults(founding: name, rootUnit: rootUnit, administrator: administrator, charter: charter).check()
        let secret = try await hashed(administrator)
        return try await database.write(for: organisation) { [journal, charters] transaction in
            let now = transaction.now
            try transaction.run(
                "INSERT INTO organisation (id, name, created_at) VALUES (\(organisation), \(name), \(now))")
            let root: UnitID = transaction.identifier()
            try Self.insertUnit(root, parent: nil, name: rootUnit.isEmpty ? name : rootUnit, organisation, transaction)
            let admin: StaffID = transaction.identifier()
            let effective = min(charter.calendar.zone.instant(charter.effective, minute: 0), now)
            try transaction.run(
                """
                INSERT INTO charter_version
                    (organisation, version, name, effective_at, adopted_at, adopted_by, text)
                VALUES (\(organisation), \(charter.version), \(charter.name), \(effective), \(now), \(admin),
                    \(charterText))
                """)
            try Self.insertStaff(
                admin, administrator, unit: root, secret: secret,
                day: charter.calendar.zone.local(now).day, organisation, transaction)
            try journal.record(
                EventDraft(
                    organisation: organisation, type: "charter.adopted",
                    subject: Event.Subject("organisation", Self.subject(of: organisation)), unit: root,
                    actor: .staff(admin), charterVersion: charter.version,
                    body: ["charter": .text(charter.name), "version": .integer(Int64(charter.version))]),
                in: transaction)
            _ = try charters.version(charter.version, of: organisation, in: transaction)
            return Founding(organisation: organisation, root: root, administrator: admin)
        }
    }

    /// Adopts a further version; it takes effect at its day, or now when that has passed, and open duties keep the one
    /// that opened them.
    ///
    /// From then on it stays in force until a higher version comes into force, whatever day a lower one names
    /// (decision 0012).
    /// - Throws: `FormFaults` for a version that is not the highest; `AdoptionRefusal`.
    @discardableResult
    public func adopt(_ charter: Charter, text: String, by principal: Principal) async throws -> Adoption {
        try await database.write(for: principal.organisation) { transaction in
            try adopt(charter, text: text, by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    public func adopt(
        _ charter: Charter, text: String, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> Adoption {
        let adoption = try preview(charter, by: principal, in: transaction)
        try transaction.run(
            """
            INSERT INTO charter_version
                (organisation, version, name, effective_at, adopted_at, adopted_by, text)
            VALUES (\(principal.organisation), \(charter.version), \(charter.name), \(adoption.effective),
                \(transaction.now), \(principal.staff), \(text))
            """)
        try journal.record(
            EventDraft(
                organisation: principal.organisation, type: "charter.adopted",
                subject: Event.Subject("organisation", Self.subject(of: principal.organisation)),
                unit: principal.unit, actor: .staff(principal.staff), charterVersion: charter.version,
                body: ["charter": .text(charter.name), "version": .integer(Int64(charter.version))]),
            in: transaction)
        return adoption
    }

    /// What an adoption would come to, or why it would be refused; nothing is written.
    /// - Throws: as `adopt` does.
    public func preview(
        _ charter: Charter, by principal: Principal, in transaction: any ReadTransaction
    ) throws -> Adoption {
        _ = try principal.reach(.adoptCharter)
        let newest = try transaction.first(
            """
            SELECT version, name FROM charter_version WHERE organisation = \(principal.organisation)
            ORDER BY version DESC LIMIT 1
            """
        ) { (version: try $0[0] as Int, name: try $0[1] as String) }
        if let name = newest?.name, name != charter.name {
            throw AdoptionRefusal.otherCharter(own: name, found: charter.name)
        }
        guard charter.version > newest?.version ?? 0 else {
            throw FormFaults([FormFault("version", .belowMinimum(Int64((newest?.version ?? 0) + 1)))])
        }
        let current = try? charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        let held = try transaction.all(
            """
            SELECT post, count(*) FROM staff WHERE organisation = \(principal.organisation) AND left_on IS NULL
            GROUP BY post ORDER BY post
            """
        ) { (post: try $0[0] as Post.Key, people: try $0[1] as Int) }
        let lacking = held.filter { charter.post($0.post) == nil }.map {
            AdoptionRefusal.HeldPost(key: $0.post, title: current?.post($0.post)?.title, people: $0.people)
        }
        guard lacking.isEmpty else { throw AdoptionRefusal.heldPosts(lacking) }
        let effective = max(charter.calendar.zone.instant(charter.effective, minute: 0), transaction.now)
        let overtaken = try transaction.all(
            """
            SELECT version FROM charter_version
            WHERE organisation = \(principal.organisation) AND version < \(charter.version)
              AND effective_at > \(transaction.now) AND effective_at >= \(effective)
            ORDER BY version
            """
        ) { try $0[0] as Int }
        return Adoption(effective: effective, isAtOnce: effective == transaction.now, overtaken: overtaken)
    }

    public func addStaff(_ new: NewStaff, by principal: Principal) async throws -> StaffID {
        let secret = try await credential(for: new, by: principal)
        return try await database.write(for: principal.organisation) { transaction in
            try addStaff(new, secret: secret, by: principal, in: transaction)
        }
    }

    /// The hash of a new member's password, made before the act because it takes long; all else is asked before.
    public func credential(for new: NewStaff, by principal: Principal) async throws -> PasswordHasher.Hashed? {
        try await database.read(for: principal.organisation) { transaction in
            _ = try check(new, by: principal, in: transaction)
        }
        return try await hashed(new)
    }

    /// The same within a transaction at hand, for request idempotency.
    public func addStaff(
        _ new: NewStaff, secret: PasswordHasher.Hashed?, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> StaffID {
        let (unit, charter) = try check(new, by: principal, in: transaction)
        let id: StaffID = transaction.identifier()
        let day = charter.calendar.zone.local(transaction.now).day
        try Self.insertStaff(id, new, unit: unit, secret: secret, day: day, principal.organisation, transaction)
        try journal.record(
            EventDraft(
                organisation: principal.organisation, type: "staff.joined", subject: Event.Subject("staff", id),
                unit: unit, actor: .staff(principal.staff), charterVersion: charter.version,
                body: ["post": .text(new.post), "employment": .text(new.employment.rawValue)]), in: transaction)
        return id
    }

    private func check(
        _ new: NewStaff, by principal: Principal, in transaction: any ReadTransaction
    ) throws -> (UnitID, Charter) {
        let reach = try principal.reach(.managePeople)
        let unit = new.unit ?? principal.unit
        guard reach.covers(unit: unit, owner: nil) else { throw StorageError.notFound("unit \(unit)") }
        _ = try OrganisationStore(transaction).openUnit(unit, of: principal.organisation)
        let charter = try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        let faults = Self.faults(in: new, charter: charter, needsLogin: false)
        if !faults.isEmpty { throw FormFaults(faults) }
        if new.isAdministrator, reach != .all {
            throw Denial(action: .managePeople, post: principal.post, wanted: .all)
        }
        try Self.checkRank([new.post], reach, charter, principal)
        return (unit, charter)
    }

    /// Whose permission does not cover the whole company rules over the own post and those that report to it:
    /// nobody hands out more than that, to others or to himself.
    static func checkRank(
        _ posts: [Post.Key], _ reach: Reach, _ charter: Charter, _ principal: Principal
    ) throws {
        if reach == .all { return }
        for post in posts where !charter.chain(from: post).contains(principal.post) {
            throw Denial(action: .managePeople, post: principal.post, wanted: .all)
        }
    }

    /// Changes a member's post, unit, employment or absence.
    /// - Parameter revision: what the reader saw; `nil` skips the check.
    /// - Throws: `EditConflict` when the revision is not the stored one.
    public func change(
        _ staff: StaffID, post: Post.Key, unit: UnitID, employment: Employment, awayUntil: CalendarDay?,
        revision: Int?, by principal: Principal
    ) async throws {
        try await database.write(for: principal.organisation) { transaction in
            try change(
                staff, post: post, unit: unit, employment: employment, awayUntil: awayUntil, revision: revision,
                by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    public func change(
        _ staff: StaffID, post: Post.Key, unit: UnitID, employment: Employment, awayUntil: CalendarDay?,
        revision: Int?, by principal: Principal, in transaction: any WriteTransaction
    ) throws {
        let reach = try principal.reach(.managePeople)
        let store = OrganisationStore(transaction)
        let current = try store.staff(staff, of: principal.organisation)
        if unit != current.unit { _ = try store.openUnit(unit, of: principal.organisation) }
        guard reach.covers(unit: current.unit, owner: staff), reach.covers(unit: unit, owner: staff) else {
            throw StorageError.notFound("staff \(staff)")
        }
        try EditConflict.check(
            revision, is: current.revision, of: Event.Subject("staff", staff), in: principal.organisation, transaction)
        let charter = try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        guard charter.post(post) != nil else {
            throw FormFaults([FormFault("post", .notAChoice(expected: charter.posts.map(\.key)))])
        }
        try Self.checkRank([current.post, post], reach, charter, principal)
        try transaction.run(
            """
            UPDATE staff SET post = \(post), unit = \(unit), employment = \(employment.rawValue),
                away_until = \(awayUntil), revision = revision + 1
            WHERE organisation = \(principal.organisation) AND id = \(staff) AND revision = \(current.revision)
            """, changing: 1, orElse: .changedMeanwhile("staff \(staff)"))
        var body: Fields = ["post": .text(post), "employment": .text(employment.rawValue)]
        // What else is to change with the place can be told from the event alone.
        if current.post != post { body["former_post"] = .text(current.post) }
        if current.unit != unit { body["former_unit"] = .text(current.unit.description) }
        try journal.record(
            EventDraft(
                organisation: principal.organisation, type: "staff.changed",
                subject: Event.Subject("staff", staff), unit: unit, actor: .staff(principal.staff),
                charterVersion: charter.version, body: body), in: transaction)
    }

    /// Ends a member's service: sign-in ends at once.
    public func leave(_ staff: StaffID, revision: Int?, by principal: Principal) async throws {
        try await database.write(for: principal.organisation) { transaction in
            try leave(staff, revision: revision, by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    public func leave(
        _ staff: StaffID, revision: Int?, by principal: Principal, in transaction: any WriteTransaction
    ) throws {
        let reach = try principal.reach(.managePeople)
        let current = try OrganisationStore(transaction).staff(staff, of: principal.organisation)
        guard reach.covers(unit: current.unit, owner: staff) else { throw StorageError.notFound("staff \(staff)") }
        try EditConflict.check(
            revision, is: current.revision, of: Event.Subject("staff", staff), in: principal.organisation, transaction)
        let charter = try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        try Self.checkRank([current.post], reach, charter, principal)
        try keepAnAdministrator(without: staff, in: principal.organisation, transaction)
        let today = charter.calendar.zone.local(transaction.now).day
        try transaction.run(
            """
            UPDATE staff SET left_on = \(today), revision = revision + 1
            WHERE organisation = \(principal.organisation) AND id = \(staff) AND revision = \(current.revision)
              AND left_on IS NULL
            """, changing: 1, orElse: .changedMeanwhile("staff \(staff)"))
        try transaction.run(
            "DELETE FROM session WHERE organisation = \(principal.organisation) AND staff = \(staff)")
        try transaction.run(
            """
            UPDATE api_token SET revoked_at = \(transaction.now)
            WHERE organisation = \(principal.organisation) AND staff = \(staff) AND revoked_at IS NULL
            """)
        try journal.record(
            EventDraft(
                organisation: principal.organisation, type: "staff.left", subject: Event.Subject("staff", staff),
                unit: current.unit, actor: .staff(principal.staff), charterVersion: charter.version),
            in: transaction)
    }

    /// Without an administrator nobody could let anybody in again.
    private func keepAnAdministrator(
        without staff: StaffID, in organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws {
        let others = try transaction.all(
            """
            SELECT id FROM staff
            WHERE organisation = \(organisation) AND is_administrator = \(true) AND left_on IS NULL
            """
        ) { try $0[0] as StaffID }
        if others == [staff] { throw LastAdministrator() }
    }

    /// The journal's subject for a company as a whole.
    public static func subject(of organisation: OrganisationID) -> Identifier<Organisation> {
        Identifier(high: 0, low: UInt64(bitPattern: organisation.number))
    }

    private func hashed(_ new: NewStaff) async throws -> PasswordHasher.Hashed? {
        guard let password = new.password else { return nil }
        return try await passwords.hash(password)
    }

    /// All that is wrong with what a company would be founded with.
    /// - Parameter charter: `nil` while none is chosen, which the caller says.
    public static func faults(
        founding name: String, rootUnit: String, administrator: NewStaff, charter: Charter?
    ) -> FormFaults {
        var faults = Self.faults(in: administrator, charter: charter, needsLogin: true)
        if let problem = problem(of: name) { faults.append(FormFault("company", problem)) }
        if !rootUnit.isEmpty, let problem = problem(of: rootUnit) { faults.append(FormFault("unit", problem)) }
        return FormFaults(faults)
    }

    private static func faults(in new: NewStaff, charter: Charter?, needsLogin: Bool) -> [FormFault] {
        var faults: [FormFault] = []
        if let problem = problem(of: new.name) { faults.append(FormFault("name", problem)) }
        if new.login != nil || needsLogin, let problem = problem(of: new.login ?? "") {
            faults.append(FormFault("login", problem))
        }
        if new.login != nil || needsLogin {
            if let problem = PasswordHasher.problem(of: new.password ?? "") {
                faults.append(FormFault("password", problem))
            }
        }
        if let charter, charter.post(new.post) == nil {
            faults.append(FormFault("post", .notAChoice(expected: charter.posts.map(\.key))))
        }
        return faults
    }

    /// What is wrong with the name of a company, a unit or a person, or with a login: one line of 1…100 characters.
    static func problem(of name: String) -> FormFault.Problem? {
        let scalars = name.unicodeScalars
        if scalars.allSatisfy(\.properties.isWhitespace) { return .missing }
        // Scalars, since one visible character may be any number of them.
        if scalars.count > 100 { return .tooLong(maximum: 100) }
        return scalars.contains { $0.properties.generalCategory == .control } ? .unreadable : nil
    }

    /// - Throws: `FormFaults` when another has the login.
    private static func insertStaff(
        _ id: StaffID, _ new: NewStaff, unit: UnitID, secret: PasswordHasher.Hashed?, day: CalendarDay,
        _ organisation: OrganisationID, _ transaction: any WriteTransaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO staff (organisation, id, unit, post, name, employment, is_administrator, language, joined_on)
            VALUES (\(organisation), \(id), \(unit), \(new.post), \(new.name), \(new.employment.rawValue),
                \(new.isAdministrator), \(new.language?.rawValue), \(day))
            """)
        if let login = new.login, let secret {
            let added = try transaction.rowsChanged(
                by: """
                    INSERT INTO credential (organisation, staff, login, salt, hash, changed_at, must_change)
                    VALUES (\(organisation), \(id), \(login.lowercased()), \(secret.salt), \(secret.hash),
                        \(transaction.now), \(new.mustChangePassword))
                    ON CONFLICT (login) DO NOTHING
                    """)
            guard added == 1 else { throw FormFaults([FormFault("login", .taken)]) }
        }
    }
}

/// The company's only administrator cannot leave.
public struct LastAdministrator: Error, Sendable, Equatable {
    public init() {}
}
