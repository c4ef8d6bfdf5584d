import HTTPTypes
import Organisations
import Policy
import Primitives
import Storage

/// Who asks, the tree of units, and who works there.
struct OrganisationEndpoints {
    var routes: [APIRoute] {
        [
            .get("/me", me),
            .post("/me/password", changePassword),
            .get("/organisation/units", units),
            .post("/organisation/units", addUnit),
            .get("/organisation/units/{id}", unit),
            .post("/organisation/units/{id}/placement", changeUnit),
            .post("/organisation/units/{id}/closure", closeUnit),
            .get("/staff", query: ["cursor", "limit"], staff),
            .post("/staff", addStaff),
            .get("/staff/{id}", person),
            .post("/staff/{id}/placement", place),
            .post("/staff/{id}/departure", leave),
            .post("/staff/{id}/password", resetPassword),
            .post("/staff/{id}/login", giveLogin),
        ]
    }

    @Sendable private func me(_ context: APIContext) async throws -> APIAnswer {
        let principal = context.principal
        let (organisation, unit, now) = try await context.desk.database.read(for: principal.organisation) {
            transaction in
            let store = OrganisationStore(transaction)
            return (
                try store.organisation(principal.organisation),
                try store.unit(principal.unit, of: principal.organisation), transaction.now
            )
        }
        return try .ok(
            MeJSON(
                id: principal.staff.description, name: principal.name,
                organisation: NamedJSON(id: organisation.id.description, name: organisation.name),
                unit: NamedJSON(id: unit.id.description, name: unit.name), post: principal.post,
                postTitle: context.charter?.post(principal.post)?.title[context.language],
                may: Dictionary(uniqueKeysWithValues: principal.may.map { ($0.key.rawValue, $0.value.rawValue) }),
                timeZone: context.zone.identifier, now: context.time(now)))
    }

    /// Kept under no key: a repeat finds another password, and says so.
    @Sendable private func changePassword(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let current = body.text("current", 1...200)
        let password = body.text("password", 8...200)
        try body.check()
        _ = try await context.desk.signIn.changePassword(
            from: current, to: password, opensSession: false, by: context.principal)
        return .empty
    }

    // MARK: Units

    private static func visible(_ unit: Organisations.Unit, to principal: Principal) throws -> Bool {
        try principal.reach(.readPeople).covers(unit: unit.id, owner: nil) || unit.id == principal.unit
    }

    @Sendable private func units(_ context: APIContext) async throws -> APIAnswer {
        let principal = context.principal
        _ = try principal.reach(.readPeople)
        let units = try await context.desk.database.read(for: principal.organisation) { transaction in
            try OrganisationStore(transaction).openUnits(of: principal.organisation)
                .filter { try Self.visible($0, to: principal) }
        }
        return try .ok(APIPage(items: units.map(UnitJSON.init), next: nil))
    }

    @Sendable private func unit(_ context: APIContext) async throws -> APIAnswer {
        let principal = context.principal
        let id = try context.id(of: UnitKind.self)
        _ = try principal.reach(.readPeople)
        let unit = try await context.desk.database.read(for: principal.organisation) { transaction in
            try OrganisationStore(transaction).unit(id, of: principal.organisation)
        }
        guard try Self.visible(unit, to: principal) else { throw StorageError.notFound("unit \(id)") }
        return try .ok(UnitJSON(unit), revision: unit.revision)
    }

    @Sendable private func addUnit(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let name = body.text("name", 1...100)
        let parent: UnitID? = body.identifier("parent", isRequired: true)
        try body.check()
        // A missing one is among the faults.
        guard let parent else { throw APIFault.unfit([.init("parent", .missing)]) }
        let (organisations, principal) = (context.desk.organisations, context.principal)
        return try await context.act(body, status: .created, location: "organisation/units") { transaction in
            Receipt(
                id: try organisations.addUnit(name: name, parent: parent, by: principal, in: transaction).description)
        }
    }

    @Sendable private func changeUnit(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: UnitKind.self)
        var body = try await context.body()
        let name = body.text("name", 1...100)
        let parent: UnitID? = body.identifier("parent")
        let revision = context.revision(&body).number
        try body.check()
        let (organisations, principal) = (context.desk.organisations, context.principal)
        return try await context.act(body) { transaction in
            try organisations.changeUnit(
                id, name: name, parent: parent, revision: revision, by: principal, in: transaction)
            return try Self.receipt(id, principal, transaction)
        }
    }

    @Sendable private func closeUnit(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: UnitKind.self)
        var body = try await context.body()
        let revision = context.revision(&body).number
        try body.check()
        let (organisations, principal) = (context.desk.organisations, context.principal)
        return try await context.act(body) { transaction in
            try organisations.closeUnit(id, revision: revision, by: principal, in: transaction)
            return try Self.receipt(id, principal, transaction)
        }
    }

    private static func receipt(
        _ id: UnitID, _ principal: Principal, _ transaction: any ReadTransaction
    ) throws -> Receipt {
        let unit = try OrganisationStore(transaction).unit(id, of: principal.organisation)
        return Receipt(id: id.description, revision: unit.revision)
    }

    // MARK: Staff

    @Sendable private func staff(_ context: APIContext) async throws -> APIAnswer {
        let principal = context.principal
        var query = context.query
        let cursor = query.identifier("cursor", of: StaffKind.self)
        let limit = query.limit()
        try query.check()
        let reach = try principal.reach(.readPeople)
        let people = try await context.desk.database.read(for: principal.organisation) { transaction in
            try OrganisationStore(transaction).staff(of: principal.organisation, within: reach)
        }.sorted { $0.id < $1.id }.filter { person in cursor.map { person.id > $0 } ?? true }
        let page = people.prefix(limit)
        return try .ok(
            APIPage(
                items: page.map { StaffJSON($0, to: principal) },
                next: people.count > limit ? page.last?.id.description : nil))
    }

    @Sendable private func person(_ context: APIContext) async throws -> APIAnswer {
        let principal = context.principal
        let id = try context.id(of: StaffKind.self)
        let reach = try principal.reach(.readPeople)
        let person = try await context.desk.database.read(for: principal.organisation) { transaction in
            try OrganisationStore(transaction).staff(id, of: principal.organisation)
        }
        guard reach.covers(unit: person.unit, owner: id) else { throw StorageError.notFound("staff \(id)") }
        return try .ok(StaffJSON(person, to: principal), revision: person.revision)
    }

    @Sendable private func place(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: StaffKind.self)
        var body = try await context.body()
        let unit: UnitID? = body.identifier("unit", isRequired: true)
        let post = body.text("post", 1...100)
        let employment = body.choice("employment", of: Employment.self, isRequired: true)
        let away = body.optionalText("away_until", 10...10)
        let revision = context.revision(&body).number
        try body.check()
        // Missing ones are among the faults.
        guard let unit, let employment else { throw APIFault.unfit([.init("unit", .missing)]) }
        let awayUntil = away.flatMap(CalendarDay.init)
        if away != nil, awayUntil == nil { throw FormFaults([FormFault("away_until", .notADate)]) }
        let (organisations, principal) = (context.desk.organisations, context.principal)
        return try await context.act(body) { transaction in
            try organisations.change(
                id, post: post, unit: unit, employment: employment, awayUntil: awayUntil, revision: revision,
                by: principal, in: transaction)
            return try Self.receipt(id, principal, transaction)
        }
    }

    @Sendable private func leave(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: StaffKind.self)
        var body = try await context.body()
        let revision = context.revision(&body).number
        try body.check()
        let (organisations, principal) = (context.desk.organisations, context.principal)
        return try await context.act(body) { transaction in
            try organisations.leave(id, revision: revision, by: principal, in: transaction)
            return try Self.receipt(id, principal, transaction)
        }
    }

    private static func receipt(
        _ id: StaffID, _ principal: Principal, _ transaction: any ReadTransaction
    ) throws -> Receipt {
        let person = try OrganisationStore(transaction).staff(id, of: principal.organisation)
        return Receipt(id: id.description, revision: person.revision)
    }

    /// Kept under no key either: a password that serves once is shown once.
    @Sendable private func resetPassword(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: StaffKind.self)
        return try .ok(
            OneTimePasswordJSON(
                password: try await context.desk.signIn.resetPassword(of: id, by: context.principal)))
    }

    /// Kept under no key, as above.
    @Sendable private func giveLogin(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: StaffKind.self)
        var body = try await context.body()
        let login = body.text("login", 1...100)
        try body.check()
        return try .ok(
            OneTimePasswordJSON(
                password: try await context.desk.signIn.giveLogin(login, to: id, by: context.principal)))
    }

    @Sendable private func addStaff(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        var new = OrganisationService.NewStaff(name: body.text("name", 1...100), post: body.text("post", 1...100))
        new.login = body.optionalText("login", 1...100)
        new.password = body.optionalText("password", 8...200)
        new.unit = body.identifier("unit")
        new.employment = body.choice("employment", of: Employment.self) ?? .regular
        new.isAdministrator = body.flag("administrator") ?? false
        new.language = body.choice("language", of: Language.self)
        try body.check()
        let (organisations, principal, person) = (context.desk.organisations, context.principal, new)
        let secret = try await organisations.credential(for: person, by: principal)
        return try await context.act(body, secret: "password", status: .created, location: "staff") { transaction in
            Receipt(
                id: try organisations.addStaff(person, secret: secret, by: principal, in: transaction).description)
        }
    }
}

/// What the person signs in with once.
struct OneTimePasswordJSON: Encodable {
    let password: String
}

struct NamedJSON: Encodable {
    let id: String
    let name: String
}

struct MeJSON: Encodable {
    let id: String
    let name: String
    let organisation: NamedJSON
    let unit: NamedJSON
    let post: String
    let postTitle: String?
    /// Action → how far it reaches.
    let may: [String: String]
    let timeZone: String
    let now: String

    private enum CodingKeys: String, CodingKey {
        case id, name, organisation, unit, post, postTitle = "post_title", may, timeZone = "time_zone", now
    }
}

struct UnitJSON: Encodable {
    let id: String
    let parent: String?
    let name: String
    let isClosed: Bool
    let revision: Int

    private enum CodingKeys: String, CodingKey { case id, parent, name, isClosed = "is_closed", revision }

    init(_ unit: Organisations.Unit) {
        id = unit.id.description
        parent = unit.parent?.description
        name = unit.name
        isClosed = unit.closedAt != nil
        revision = unit.revision
    }
}

struct StaffJSON: Encodable {
    let id: String
    let name: String
    let unit: String
    let unitName: String
    let post: String
    let employment: String
    let administrator: Bool
    let language: String?
    let joinedOn: String
    let leftOn: String?
    let awayUntil: String?
    let capacity: Int
    /// Only for who manages people.
    let login: String?
    let revision: Int

    private enum CodingKeys: String, CodingKey {
        case id, name, unit, unitName = "unit_name", post, employment, administrator, language, joinedOn = "joined_on"
        case leftOn = "left_on", awayUntil = "away_until", capacity, login, revision
    }

    init(_ person: Staff, to principal: Principal) {
        id = person.id.description
        name = person.name
        unit = person.unit.description
        unitName = person.unitName
        post = person.post
        employment = person.employment.rawValue
        administrator = person.isAdministrator
        language = person.language?.rawValue
        joinedOn = person.joinedOn.description
        leftOn = person.leftOn?.description
        awayUntil = person.awayUntil?.description
        capacity = person.capacity
        login = principal.can(.managePeople) ? person.login : nil
        revision = person.revision
    }
}
