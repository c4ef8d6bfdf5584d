import Hummingbird
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// The company's units, its people, its posts.
struct PeopleRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("people", use: list)
        staff.get("people/new", use: new)
        staff.post("people/new", use: join)
        UnitRoutes(desk: desk).add(to: staff)
        staff.get("people/posts/:key", use: post)
        staff.get("people/:id", use: show)
        staff.post("people/:id", use: change)
        staff.post("people/:id/leave", use: leave)
        staff.post("people/:id/password", use: resetPassword)
        staff.post("people/:id/login", use: giveLogin)
        TokenRoutes(desk: desk).add(to: staff)
    }

    // MARK: The tree

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let principal = context.principal
        let reach = try principal.reach(.readPeople)
        let frame = try await desk.frame(context, room: .people, path: "/people")
        let loads = try await loads(frame, principal)
        let found = try await desk.database.read(for: principal.organisation) { transaction in
            let store = OrganisationStore(transaction)
            return (
                staff: try store.staff(of: principal.organisation, within: reach),
                units: try store.openUnits(of: principal.organisation)
            )
        }
        let tree = UnitTree(found.units)
        let managed = try? principal.reach(.managePeople)
        let present = Dictionary(grouping: found.staff.filter { $0.leftOn == nil }, by: \.unit)
        let words = frame.words
        let rows = PersonRows(frame: frame, loads: loads)
        let units = tree.ordered.compactMap { unit -> PeoplePage.UnitPart? in
            let people = present[unit.id] ?? []
            // A unit out of reach is not shown, unless somebody visible works there.
            guard !people.isEmpty || reach.covers(unit: unit.id, owner: nil) else { return nil }
            return PeoplePage.UnitPart(
                id: "unit-\(unit.id)", name: unit.name, above: tree.above(unit), count: rows.count(people.count),
                people: people.map(rows.row), isEmpty: people.isEmpty,
                path: managed?.covers(unit: unit.id, owner: nil) == true ? "/people/units/\(unit.id)" : nil)
        }
        let left = found.staff.filter { $0.leftOn != nil }.map(rows.row)
        return desk.html(
            PeoplePage(
                shell: frame.shell, units: units, left: left, hasLeft: !left.isEmpty,
                canManage: principal.can(.managePeople),
                seesVisitors: (try? principal.reach(.managePeople)) == .all,
                count: words("在职{0}", rows.count(found.staff.count - left.count))),
            "people/list", context)
    }

    private func loads(_ frame: Frame, _ principal: Principal) async throws -> [StaffID: ObligationService.Load] {
        guard let reach = try? principal.reach(.readObligations) else { return [:] }
        let time = frame.time
        let tonight = time.zone.instant(time.zone.local(time.now).day.adding(days: 1), minute: 0)
        let loads = try await desk.obligations.loads(within: reach, until: tonight, for: principal)
        return Dictionary(loads.map { ($0.staff, $0) }) { first, _ in first }
    }

    // MARK: Joining

    @Sendable func new(_ request: Request, _ context: StaffContext) async throws -> Response {
        var input: Fields = ["employment": .text(Employment.probation.rawValue), "administrator": .text("no")]
        if let unit = request.uri.queryParameters["unit"] { input["unit"] = .text(String(unit)) }
        return try await joinForm(context, input: input, faults: nil)
    }

    @Sendable func join(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await context.form(request)
        do {
            var faults = FormFaults()
            let unit = form["unit"].flatMap { UnitID($0) }
            if unit == nil { faults.add("unit", .missing) }
            if form["post"]?.isEmpty ?? true { faults.add("post", .missing) }
            try faults.check()
            let login = form["login"]?.filter { !$0.isWhitespace }
            let new = OrganisationService.NewStaff(
                name: (form["name"] ?? "").trimmingEnds, login: login?.isEmpty ?? true ? nil : login,
                password: login?.isEmpty ?? true ? nil : form["password"], unit: unit, post: form["post"] ?? "",
                employment: form["employment"].flatMap { Employment(rawValue: $0) } ?? .regular,
                isAdministrator: form["administrator"] == "yes")
            let (organisations, principal) = (desk.organisations, context.principal)
            let secret = try await organisations.credential(for: new, by: principal)
            return try await desk.act(form, request, context) { transaction in
                let id = try organisations.addStaff(new, secret: secret, by: principal, in: transaction)
                return "/people/\(id)"
            }
        } catch let faults as FormFaults {
            var input = form.input
            input["password"] = nil
            return try await joinForm(context, input: input, faults: faults)
        }
    }

    private func joinForm(_ context: StaffContext, input: Fields, faults: FormFaults?) async throws -> Response {
        let reach = try context.principal.reach(.managePeople)
        let frame = try await desk.frame(context, room: .people, path: "/people/new")
        var fields = try await placeFields(frame, context.principal, reach, input: input, faults: faults)
        let make = FieldMaker(frame: frame, input: input, faults: faults)
        var login = make.line("login", "用户名", maximum: 100)
        login.hint = frame.words("留空则不能登录，日后可补")
        login.autocomplete = "off"
        var password = make.line("password", "密码", maximum: 200)
        password.inputType = "password"
        password.autocomplete = "new-password"
        password.hint = frame.words("至少8位")
        if reach == .all {
            fields.append(
                make.choice(
                    "administrator", "权限", [("no", frame.words("按岗位")), ("yes", frame.words("按岗位，并为管理员"))]))
        }
        fields = [make.line("name", "姓名", maximum: 100, isRequired: true), login, password] + fields
        return formPage(
            context, frame, title: "新员工",
            FormPart(
                action: "/people/new", submit: frame.words("登记入职"), revision: nil, fields: fields,
                message: faults.map { _ in frame.words("还有几处要改") }), isRefused: faults != nil)
    }

    /// Unit, post and employment, as the forms of joining and changing share them.
    private func placeFields(
        _ frame: Frame, _ principal: Principal, _ reach: Reach, input: Fields, faults: FormFaults?
    ) async throws -> [FieldPart] {
        let units = try await desk.database.read(for: principal.organisation) { transaction in
            try OrganisationStore(transaction).openUnits(of: principal.organisation)
        }
        let tree = UnitTree(units)
        let make = FieldMaker(frame: frame, input: input, faults: faults)
        return [
            make.choice(
                "unit", "单位",
                tree.ordered.filter { reach.covers(unit: $0.id, owner: nil) }.map {
                    ($0.id.description, (tree.above($0).map { $0 + " / " } ?? "") + $0.name)
                }),
            make.choice("post", "岗位", (frame.charter?.posts ?? []).map { ($0.key, $0.title[frame.language]) }),
            make.choice(
                "employment", "用工",
                Employment.allCases.map { ($0.rawValue, frame.words($0.title)) }),
        ]
    }

    private func formPage(
        _ context: StaffContext, _ frame: Frame, title: String, _ form: FormPart, isRefused: Bool
    ) -> Response {
        desk.html(
            PeopleFormPage(shell: frame.shell, title: frame.words(title), form: form, closing: nil), "people/form",
            context, status: isRefused ? .unprocessableContent : .ok)
    }

    // MARK: One person

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await person(context, input: nil, faults: nil)
    }

    @Sendable func change(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: StaffID.self)
        let form = try await context.form(request)
        do {
            var faults = FormFaults()
            let unit = form["unit"].flatMap { UnitID($0) }
            if unit == nil { faults.add("unit", .missing) }
            let away = form["away_until"] ?? ""
            if !away.isEmpty, CalendarDay(away) == nil { faults.add("away_until", .notADate) }
            guard let employment = form["employment"].flatMap({ Employment(rawValue: $0) }), let unit else {
                faults.add("employment", .notAChoice(expected: Employment.allCases.map(\.rawValue)))
                throw faults
            }
            try faults.check()
            guard let revision = try form.revision() else {
                throw StorageError.changedMeanwhile("staff \(id)")
            }
            let (organisations, principal) = (desk.organisations, context.principal)
            return try await desk.act(form, request, context) { transaction in
                try organisations.change(
                    id, post: form["post"] ?? "", unit: unit, employment: employment, awayUntil: CalendarDay(away),
                    revision: revision, by: principal, in: transaction)
                return "/people/\(id)"
            }
        } catch let faults as FormFaults {
            return try await person(context, input: form.input, faults: faults)
        } catch let conflict as EditConflict {
            return try await person(context, input: form.input, faults: nil, conflict: conflict)
        }
    }

    @Sendable func leave(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: StaffID.self)
        let form = try await context.form(request)
        guard let revision = try form.revision() else {
            throw StorageError.changedMeanwhile("staff \(id)")
        }
        let (organisations, principal) = (desk.organisations, context.principal)
        return try await desk.act(form, request, context) { transaction in
            try organisations.leave(id, revision: revision, by: principal, in: transaction)
            return "/people"
        }
    }

    @Sendable func resetPassword(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: StaffID.self)
        _ = try await context.form(request)
        let password = try await desk.signIn.resetPassword(of: id, by: context.principal)
        // Answered at once, not after a redirect: the password is shown this once and stands in no address.
        return try await person(context, input: nil, faults: nil, oneTime: password)
    }

    @Sendable func giveLogin(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.parameters.require("id", as: StaffID.self)
        let form = try await context.form(request)
        do {
            let login = (form["login"] ?? "").filter { !$0.isWhitespace }
            let password = try await desk.signIn.giveLogin(login, to: id, by: context.principal)
            return try await person(context, input: nil, faults: nil, oneTime: password)
        } catch let faults as FormFaults {
            return try await person(context, input: nil, faults: nil, login: (form["login"] ?? "", faults))
        }
    }

    private func person(
        _ context: StaffContext, input: Fields?, faults: FormFaults?, oneTime: String? = nil,
        conflict: EditConflict? = nil, login: (typed: String, faults: FormFaults)? = nil
    ) async throws -> Response {
        let id = try context.parameters.require("id", as: StaffID.self)
        let principal = context.principal
        let reach = id == principal.staff ? Reach.own(id) : try principal.reach(.readPeople)
        let frame = try await desk.frame(context, room: .people, path: "/people/\(id)")
        let found = try await desk.database.read(for: principal.organisation) { transaction in
            let store = OrganisationStore(transaction)
            return (
                person: try store.staff(id, of: principal.organisation),
                units: try store.units(of: principal.organisation)
            )
        }
        let person = found.person
        guard reach.covers(unit: person.unit, owner: id) else { throw StorageError.notFound("staff \(id)") }
        let words = frame.words
        let time = frame.time
        let load = try await loads(frame, principal)[id]
        var facts: [ObligationPane.FactLine] = []
        func add(_ label: String, _ text: String?, _ path: String? = nil) {
            guard let text, !text.isEmpty else { return }
            facts.append(ObligationPane.FactLine(label: words(label), text: text, path: path))
        }
        let tree = UnitTree(found.units)
        let unit = found.units.first { $0.id == person.unit }
        add("岗位", frame.charter?.post(person.post)?.title[frame.language] ?? person.post, Links.post(person.post))
        add("单位", unit.map { (tree.above($0).map { $0 + " / " } ?? "") + $0.name } ?? person.unitName)
        add("用工", words(person.employment.title))
        add("用户名", person.login ?? words("不能登录"))
        add("入职", time.date(person.joinedOn))
        add("离职", person.leftOn.map(time.date))
        add("休假", person.isAway(on: today(frame)) ? person.awayUntil.map { words("至{0}", time.date($0)) } : nil)
        add(
            "待办",
            load.map { load in
                let (total, most) = (String(load.total), String(person.capacity))
                // Duties go to whoever has least; where all are full, more come all the same, and it is said.
                return load.total > person.capacity
                    ? words("{0}件，超出满额{1}", total, most) : words("{0}件，满额{1}", total, most)
            })
        if person.isAdministrator { add("权限", words("管理员")) }
        let managed = (try? principal.reach(.managePeople)).flatMap {
            $0.covers(unit: person.unit, owner: id) && person.leftOn == nil ? $0 : nil
        }
        var form: FormPart?
        if let managed {
            let values =
                input ?? [
                    "unit": .text(person.unit.description), "post": .text(person.post),
                    "employment": .text(person.employment.rawValue),
                    "away_until": .text(person.awayUntil?.description ?? ""),
                ]
            var away = FieldMaker(frame: frame, input: values, faults: faults).line("away_until", "休假至", maximum: 10)
            away.inputType = "date"
            away.hint = words("到这一天为止，待办先分给别人；留空即在岗")
            form = FormPart(
                action: "/people/\(id)", submit: words("保存变动"), revision: person.revision,
                fields: try await placeFields(frame, principal, managed, input: values, faults: faults) + [away],
                message: conflict?.words(in: frame) ?? faults.map { _ in words("还有几处要改") })
        }
        let isOther = managed != nil && id != principal.staff
        let mayLetIn = isOther && (!person.isAdministrator || managed == .all)
        var loginField: FieldPart?
        if mayLetIn, person.login == nil {
            let make = FieldMaker(
                frame: frame, input: ["login": .text(login?.typed ?? "")], faults: login?.faults)
            loginField = make.line("login", "用户名", maximum: 100, isRequired: true)
            loginField?.autocomplete = "off"
        }
        return desk.html(
            PersonPage(
                shell: frame.shell, name: person.name, face: person.name.face, isAway: person.isAway(on: today(frame)),
                facts: facts, form: form, oneTime: oneTime,
                resetPath: mayLetIn && person.login != nil ? "/people/\(id)/password" : nil,
                login: loginField.map {
                    PersonPage.Login(path: "/people/\(id)/login", field: $0, isOpen: login != nil)
                },
                leavePath: isOther ? "/people/\(id)/leave" : nil, leaveTitle: words("办理{0}离职", person.name),
                hasMore: isOther, revision: person.revision),
            "people/show", context,
            status: conflict != nil ? .conflict : faults == nil && login == nil ? .ok : .unprocessableContent)
    }

    private func today(_ frame: Frame) -> CalendarDay { frame.time.zone.local(frame.time.now).day }

    // MARK: Posts

    @Sendable func post(_ request: Request, _ context: StaffContext) async throws -> Response {
        let key = try context.parameters.require("key")
        let principal = context.principal
        if key != principal.post, !principal.can(.readPeople) { _ = try principal.reach(.readCharter) }
        let frame = try await desk.frame(
            context, room: principal.can(.readPeople) ? .people : .charter, path: Links.post(key))
        guard let charter = frame.charter, let post = charter.post(key) else { throw StorageError.notFound("post") }
        let reach = try? principal.reach(.readPeople)
        let loads = try await loads(frame, principal)
        let holders = try await desk.database.read(for: principal.organisation) { transaction in
            try reach.map { try OrganisationStore(transaction).staff(of: principal.organisation, within: $0) } ?? []
        }.filter { $0.post == key && $0.leftOn == nil }
        return desk.html(
            PostPage(
                post, charter: charter, holders: holders.map(PersonRows(frame: frame, loads: loads).row), frame: frame,
                principal: principal), "people/post", context)
    }
}

extension Employment {
    /// The word of the desk, a key of `Words`.
    var title: String {
        switch self {
        case .probation: "试用"
        case .regular: "正式"
        }
    }
}

extension Staff {
    func isAway(on day: CalendarDay) -> Bool { awayUntil.map { $0 >= day } ?? false }
}

extension String {
    /// Whether it holds no control character.
    var isReadable: Bool { !unicodeScalars.contains { $0.properties.generalCategory == .control } }

    /// Without white space at both ends.
    var trimmingEnds: String {
        var rest = self[...]
        while rest.first?.isWhitespace ?? false { rest.removeFirst() }
        while rest.last?.isWhitespace ?? false { rest.removeLast() }
        return String(rest)
    }
}
