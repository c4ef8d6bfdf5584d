import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

struct PasswordChangeTests {
    private static let new = "a sentence of my own"

    @Test func `whoever knows the password changes it, and goes on in a new session`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let here = try await shop.desk.signIn.signIn(login: "an", password: Shop.password)
        let elsewhere = try await shop.desk.signIn.signIn(login: "an", password: Shop.password)
        let colleague = try await shop.desk.signIn.signIn(login: "bai", password: Shop.password)
        let next = try #require(
            try await shop.desk.signIn.changePassword(
                from: Shop.password, to: Self.new, opensSession: true, by: shop.principal(.an)))
        for token in [here.token, elsewhere.token] {
            #expect(try await shop.desk.signIn.resume(token) == nil)
        }
        #expect(try await shop.desk.signIn.resume(next.token)?.principal.staff == shop.staff(.an))
        #expect(next.formToken != here.formToken)
        #expect(try await shop.desk.signIn.resume(colleague.token) != nil)
        #expect(await shop.refused("an", Shop.password) == .wrong(left: 4))
        #expect(await shop.refused("an", Self.new) == nil)
        let event = try #require(try await shop.events("staff.password_changed").first)
        #expect(event.actor == shop.staff(.an))
    }

    @Test func `a program changes it without a session, and its token goes on`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let session = try await shop.desk.signIn.signIn(login: "an", password: Shop.password)
        let token = try await shop.desk.signIn.issueToken(
            title: "till", scopes: [.readCases], days: nil, by: shop.principal(.an))
        let next = try await shop.desk.signIn.changePassword(
            from: Shop.password, to: Self.new, opensSession: false, by: shop.principal(.an))
        #expect(next == nil)
        #expect(try await shop.desk.signIn.resume(session.token) == nil)
        #expect(try await shop.desk.count("session") == 0)
        #expect(try await shop.desk.signIn.principal(token: token) != nil)
    }

    @Test func `a wrong current password counts to the lock-out, at both doors`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        func change(_ current: String) async -> SignInService.SignInRefusal? {
            do {
                _ = try await shop.desk.signIn.changePassword(
                    from: current, to: Self.new, opensSession: true, by: shop.principal(.an))
                return nil
            } catch {
                return error as? SignInService.SignInRefusal
            }
        }
        #expect(await change("wrong one") == .wrong(left: 4))
        #expect(await shop.refused("an", "wrong") == .wrong(left: 3))
        #expect(await change("wrong one") == .wrong(left: 2))
        #expect(await change("wrong one") == .wrong(left: 1))
        #expect(await change("wrong one") == .locked(minutes: 15))
        #expect(await change(Shop.password) == .locked(minutes: 15))
        #expect(await shop.refused("an", Shop.password) == .locked(minutes: 15))
        shop.clock.advance(minutes: 15)
        #expect(await change(Shop.password) == nil)
        #expect(try await shop.events("staff.password_changed").count == 1)
    }

    @Test(arguments: [
        ("", "a sentence of my own", FormFault("current", .missing)),
        (Shop.password, "1234567", FormFault("password", .tooShort(minimum: 8))),
        (Shop.password, String(repeating: "p", count: 201), FormFault("password", .tooLong(maximum: 200))),
        (Shop.password, Shop.password, FormFault("password", .unchanged)),
    ])
    func `the rules for a new password are those of the first run, and it is another`(
        current: String, new: String, fault: FormFault
    ) async throws {
        let shop = try await Shop.open(withCustomers: false)
        await #expect(throws: FormFaults([fault])) {
            _ = try await shop.desk.signIn.changePassword(
                from: current, to: new, opensSession: true, by: shop.principal(.an))
        }
        #expect(await shop.refused("an", Shop.password) == nil)
    }

    @Test func `eight and two hundred characters are a password`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        var current = Shop.password
        for new in ["12345678", String(repeating: "p", count: 200)] {
            _ = try await shop.desk.signIn.changePassword(
                from: current, to: new, opensSession: false, by: shop.principal(.an))
            current = new
            #expect(await shop.refused("an", current) == nil)
        }
    }

    @Test func `of two changes at once one is done`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let done = await withTaskGroup(of: String?.self) { group in
            for number in 1...2 {
                group.addTask {
                    let new = "my new password \(number)"
                    let session = try? await shop.desk.signIn.changePassword(
                        from: Shop.password, to: new, opensSession: true, by: shop.principal(.an))
                    return session == nil ? nil : new
                }
            }
            var done: [String] = []
            for await new in group { if let new { done.append(new) } }
            return done
        }
        #expect(done.count == 1)
        #expect(await shop.refused("an", done.first ?? "") == nil)
    }
}

struct PasswordResetTests {
    @Test func `a password that serves once lifts the lock, ends the sessions and must be changed`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let session = try await shop.desk.signIn.signIn(login: "an", password: Shop.password)
        for _ in 0..<5 { _ = await shop.refused("an", "wrong") }
        let once = try await shop.desk.signIn.resetPassword(of: shop.staff(.an), by: shop.principal(.ding))
        #expect(once.wholeMatch(of: /[a-hjkmnp-z2-9]{4}(?:-[a-hjkmnp-z2-9]{4}){2}/) != nil, "\(once)")
        #expect(try await shop.desk.signIn.resume(session.token) == nil)
        let next = try await shop.desk.signIn.signIn(login: "an", password: once)
        #expect(try await shop.desk.signIn.resume(next.token)?.mustChangePassword == true)
        let changed = try #require(
            try await shop.desk.signIn.changePassword(
                from: once, to: "a sentence of my own", opensSession: true, by: shop.principal(.an)))
        #expect(try await shop.desk.signIn.resume(changed.token)?.mustChangePassword == false)
    }

    @Test func `the journal knows who did it to whom, and not the password`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let once = try await shop.desk.signIn.resetPassword(of: shop.staff(.an), by: shop.principal(.ding))
        let event = try #require(try await shop.events("staff.password_reset").first)
        #expect(event.actor == shop.staff(.ding))
        let stored = try await shop.desk.database.read { transaction in
            try TestDatabases.tables(in: transaction).map { table in
                try "\(TestDatabases.rows(of: table, in: transaction))"
            }
        }
        #expect(!stored.contains { $0.contains(once) })
    }

    @Test func `somebody without a login is given one later, with a password that serves once`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let silent = try await shop.desk.organisations.addStaff(
            OrganisationService.NewStaff(name: "未六", unit: shop.north, post: "guest"), by: shop.principal(.ding))
        let signIn = shop.desk.signIn
        for (login, problem) in [("An", FormFault.Problem.taken), ("  ", .missing)] {
            await #expect(throws: FormFaults([FormFault("login", problem)])) {
                _ = try await signIn.giveLogin(login, to: silent, by: shop.principal(.mei))
            }
        }
        for person in [Shop.Person.an, .bai, .cheng, .er, .du] {
            await #expect(throws: Denial(action: .managePeople, post: person.post)) {
                _ = try await signIn.giveLogin("wei", to: silent, by: shop.principal(person))
            }
        }
        #expect(try await shop.events("staff.login_given").isEmpty)
        let once = try await signIn.giveLogin("Wei", to: silent, by: shop.principal(.mei))
        let session = try await signIn.signIn(login: "wei", password: once)
        #expect(try await signIn.resume(session.token)?.mustChangePassword == true)
        let event = try #require(try await shop.events("staff.login_given").first)
        #expect(event.actor == shop.staff(.mei))
        await #expect(throws: StorageError.changedMeanwhile("staff \(silent)")) {
            _ = try await signIn.giveLogin("wei2", to: silent, by: shop.principal(.mei))
        }
    }

    @Test func `nobody lets an administrator or whoever has left in who may not manage the whole company`() async throws
    {
        let shop = try await Shop.open(withCustomers: false)
        let organisations = shop.desk.organisations
        let ding = try await shop.principal(.ding)
        let administrator = try await organisations.addStaff(
            OrganisationService.NewStaff(name: "管一", unit: shop.north, post: "guest", isAdministrator: true), by: ding)
        await #expect(throws: Denial(action: .managePeople, post: "manager", wanted: .all)) {
            _ = try await shop.desk.signIn.giveLogin("guan", to: administrator, by: shop.principal(.mei))
        }
        let gone = try await organisations.addStaff(
            OrganisationService.NewStaff(name: "未六", unit: shop.north, post: "guest"), by: ding)
        try await organisations.leave(gone, revision: 1, by: ding)
        await #expect(throws: PasswordRefusal.noSignIn) {
            _ = try await shop.desk.signIn.giveLogin("wei", to: gone, by: ding)
        }
    }

    @Test func `two are never the same`() {
        #expect(Set((0..<200).map { _ in PasswordHasher.oneTime() }).count == 200)
    }

    @Test(arguments: [Shop.Person.an, .bai, .cheng, .er, .du])
    func `who may not manage people is denied`(person: Shop.Person) async throws {
        let shop = try await Shop.open(withCustomers: false)
        await #expect(throws: Denial(action: .managePeople, post: person.post)) {
            _ = try await shop.desk.signIn.resetPassword(of: shop.staff(.bai), by: shop.principal(person))
        }
        #expect(await shop.refused("bai", Shop.password) == nil)
        #expect(try await shop.events("staff.password_reset").isEmpty)
    }

    @Test func `a manager does it within reach, below the own post, and to no administrator`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        _ = try await shop.desk.signIn.resetPassword(of: shop.staff(.an), by: shop.principal(.mei))
        await #expect(throws: Denial(action: .managePeople, post: "manager", wanted: .all)) {
            _ = try await shop.desk.signIn.resetPassword(of: shop.staff(.ding), by: shop.principal(.mei))
        }
        // An administrator in a low post is an administrator.
        let second = try await shop.desk.organisations.addStaff(
            OrganisationService.NewStaff(
                name: "戊五", login: "wu", password: Shop.password, unit: shop.north, post: "clerk",
                isAdministrator: true), by: shop.principal(.ding))
        await #expect(throws: Denial(action: .managePeople, post: "manager", wanted: .all)) {
            _ = try await shop.desk.signIn.resetPassword(of: second, by: shop.principal(.mei))
        }
        _ = try await shop.desk.signIn.resetPassword(of: second, by: shop.principal(.ding))
    }

    @Test func `who is out of reach is not there`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let mei = try await shop.principal(.mei)
        let northern = Principal(
            organisation: mei.organisation, staff: mei.staff, name: mei.name, unit: shop.north, subtree: [shop.north],
            post: mei.post, may: mei.may)
        await #expect(throws: StorageError.notFound("staff \(shop.staff(.du))")) {
            _ = try await shop.desk.signIn.resetPassword(of: shop.staff(.du), by: northern)
        }
        let other = try await Shop.open(
            in: shop.desk, organisation: OrganisationID(22), prefix: "x", withCustomers: false)
        await #expect(throws: StorageError.notFound("staff \(other.staff(.an))")) {
            _ = try await shop.desk.signIn.resetPassword(of: other.staff(.an), by: shop.principal(.ding))
        }
        #expect(await shop.refused("xan", Shop.password) == nil)
    }

    @Test func `one's own is not reset, nor that of who cannot sign in`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        await #expect(throws: PasswordRefusal.own) {
            _ = try await shop.desk.signIn.resetPassword(of: shop.staff(.ding), by: shop.principal(.ding))
        }
        let nameless = try await shop.desk.organisations.addStaff(
            OrganisationService.NewStaff(name: "庚八", unit: shop.north, post: "guest"), by: shop.principal(.ding))
        try await shop.desk.organisations.leave(shop.staff(.bai), revision: 1, by: shop.principal(.ding))
        for staff in [nameless, shop.staff(.bai)] {
            await #expect(throws: PasswordRefusal.noSignIn) {
                _ = try await shop.desk.signIn.resetPassword(of: staff, by: shop.principal(.ding))
            }
        }
    }

    @Test func `a token without the scope does not`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        let narrow = try await shop.principal(.ding, scopes: [.readPeople])
        await #expect(throws: Denial(action: .managePeople, post: "director")) {
            _ = try await shop.desk.signIn.resetPassword(of: shop.staff(.an), by: narrow)
        }
    }

    @Test func `the console sets it for the last administrator, and says in the journal that it did`() async throws {
        let shop = try await Shop.open(withCustomers: false)
        for _ in 0..<5 { _ = await shop.refused("ding", "wrong") }
        await #expect(throws: FormFaults([FormFault("password", .tooShort(minimum: 8))])) {
            try await shop.desk.signIn.setPassword(
                "short", mustChange: false, of: shop.staff(.ding), in: shop.organisation)
        }
        for mustChange in [false, true] {
            try await shop.desk.signIn.setPassword(
                "typed at the console", mustChange: mustChange, of: shop.staff(.ding), in: shop.organisation)
            let session = try await shop.desk.signIn.signIn(login: "ding", password: "typed at the console")
            #expect(try await shop.desk.signIn.resume(session.token)?.mustChangePassword == mustChange)
        }
        #expect(try await shop.events("staff.password_reset").map(\.actor) == [nil, nil])
    }
}

extension Shop {
    fileprivate func refused(_ login: String, _ password: String) async -> SignInService.SignInRefusal? {
        do {
            _ = try await desk.signIn.signIn(login: login, password: password)
            return nil
        } catch {
            return error as? SignInService.SignInRefusal
        }
    }
}
