import Cases
import Customers
import Foundation
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import StorageSQLite
import Web

/// Lets the invented people work through the real services, hour by hour, on a clock moved by hand.
///
/// Deterministic but for the identifiers: the same seed makes the same choices.
struct DemoHistory {
    let desktop: Desktop
    let clock: MovableClock
    let end: Instant
    private var random = SplitMix(seed: 20_260_101)
    private var people: [Principal] = []
    private var customers: [(id: CustomerID, unit: UnitID)] = []
    private var names = DemoCast.customers
    private var companies = DemoCast.companies
    private var cases: [CaseID] = []

    init(desktop: Desktop, clock: MovableClock, end: Instant) {
        self.desktop = desktop
        self.clock = clock
        self.end = end
    }

    mutating func run() async throws {
        try await found()
        let zone = Zone("Asia/Shanghai") ?? .gmt
        while clock.now < end {
            let local = zone.local(clock.now)
            // People work from nine to six; the night passes in one step.
            let next =
                local.minute < 540
                ? zone.instant(local.day, minute: 540)
                : local.minute >= 1050
                    ? zone.instant(local.day.adding(days: 1), minute: 540) : clock.now.adding(minutes: 90)
            if next >= end { break }
            clock.move(to: next)
            _ = try await desktop.services.clockWork.tick()
            if local.day.weekday == .sunday { continue }
            try await hour()
        }
        clock.move(to: end)
        _ = try await desktop.services.clockWork.tick()
    }

    private mutating func found() async throws {
        guard let design = try desktop.charterFiles.shipped().named("design") else {
            throw Stop("Charters/design.yaml is missing", "缺少 Charters/design.yaml")
        }
        let organisations = desktop.services.organisations
        let admin = DemoCast.people[0]
        let founding = try await organisations.found(
            name: DemoCast.company, rootUnit: DemoCast.units[0],
            administrator: OrganisationService.NewStaff(
                name: admin.name, login: admin.login, password: DemoCommand.password, post: admin.post,
                isAdministrator: true), charterText: design.text, charter: design.charter,
            organisation: SystemClock.organisation())
        let principal = try await desktop.principal(login: admin.login ?? "")
        var units = [founding.root]
        for name in DemoCast.units.dropFirst() {
            units.append(try await organisations.addUnit(name: name, parent: founding.root, by: principal))
        }
        var ids = [founding.administrator]
        for member in DemoCast.people.dropFirst() {
            ids.append(
                try await organisations.addStaff(
                    OrganisationService.NewStaff(
                        name: member.name, login: member.login,
                        password: member.login == nil ? nil : DemoCommand.password, unit: units[member.unit],
                        post: member.post, employment: member.employment), by: principal))
        }
        people = try await desktop.database.read(for: founding.organisation) { [desktop, ids] transaction in
            try ids.map {
                try OrganisationStore(transaction).principal(
                    $0, of: founding.organisation, charters: desktop.services.charters)
            }
        }
    }

    /// An hour and a half of everybody's work.
    private mutating func hour() async throws {
        if !names.isEmpty, chance(35) { try await fileCustomer() }
        if !customers.isEmpty, chance(18) { try await fileComplaint() }
        if !customers.isEmpty, chance(3) { try await fileComplaint("cancel_unstarted") }
        if !customers.isEmpty, chance(3) { try await fileComplaint("cancel_started") }
        for id in cases where chance(45) {
            // What is new is taken up at once, step after step: the first clauses count by the hour.
            while try await advance(id), chance(85) {}
        }
        for person in people { try await work(person) }
    }

    private mutating func fileCustomer() async throws {
        let clerks = people.filter { $0.post == "assistant" }
        // The first few are the first clerk's, so that whoever looks finds them by initials.
        let clerk = customers.count < 3 ? clerks[0] : clerks[pick(clerks.count)]
        let isCompany = !companies.isEmpty && chance(10)
        let name = isCompany ? companies.removeFirst() : names.removeFirst()
        let place = DemoCast.places[pick(DemoCast.places.count)]
        let phone = "13\(pick(10))" + String(10_000_000 + pick(89_999_999))
        var input = CustomerInput(
            kind: isCompany ? .company : .person, name: name,
            address: "济南市\(place)\(1 + pick(20))幢\(1 + pick(4))单元\(101 + pick(1800))",
            people: [PersonInput(role: .itself, phone: phone)])
        if isCompany {
            let (position, name) = DemoCast.contacts[customers.count % DemoCast.contacts.count]
            input.people.append(PersonInput(role: .contact, name: name, position: position, phone: phone))
        } else {
            input.people[0].gender = chance(50) ? "女" : "男"
            input.people[0].birthday = "\(1960 + pick(40))-0\(1 + pick(9))-1\(pick(9))"
            if chance(60) {
                let (relation, name, birthday) = DemoCast.relatives[customers.count % DemoCast.relatives.count]
                input.people.append(
                    PersonInput(role: .family, relation: relation, name: name, birthday: birthday))
            }
        }
        let customer = try await desktop.services.customers.file(input, by: clerk)
        customers.append((customer.id, customer.unit))
    }

    /// How many complaints were filed.
    private var filed = 0

    /// - Parameter key: a workflow about a customer.
    private mutating func fileComplaint(_ key: String = "complaint") async throws {
        let customer = customers[pick(customers.count)]
        let clerks = people.filter { $0.unit == customer.unit && ($0.post == "assistant" || $0.post == "specialist") }
        guard !clerks.isEmpty else { return }
        let clerk = clerks[pick(clerks.count)]
        guard let charter = try await charter(), let workflow = charter.workflow(key),
            let form = charter.form(workflow.start.form)
        else { return }
        var input = fill(form.fields)
        input[workflow.subject] = .text(customer.id.description)
        let grievance = DemoCast.grievances[pick(DemoCast.grievances.count)]
        if let text = form.fields.first(where: { if case .text = $0.kind { $0.isRequired } else { false } }) {
            input[text.key] = .text(grievance)
        }
        let matter = try await desktop.services.cases.start(key, input: input, by: clerk)
        cases.append(matter.id)
        // By count, so that the rest of the history is the same with files and without.
        filed += 1
        guard filed % 5 < 2 else { return }
        for number in 1...(1 + filed % 3) {
            _ = try await attach(
                DemoPicture(shade: filed * 37 + number * 211).png, "现场照片\(number).png", to: matter.id, by: clerk)
        }
        if filed % 2 == 0 { _ = try await attach(Array(DemoCast.talk.utf8), "聊天记录.txt", to: matter.id, by: clerk) }
    }

    private func attach(
        _ bytes: [UInt8], _ name: String, to matter: CaseID, by person: Principal
    ) async throws -> AttachmentID {
        let attachments = desktop.services.attachments
        let file = try await attachments.receive(for: matter, by: person) { intake in
            try await intake.take(bytes)
            return try await intake.finish(name: name, said: nil)
        }
        return try await attachments.add(file, to: matter, by: person)
    }

    /// The files that a form asks for: those of the case, else one that is put there for it.
    private func files(of detail: CaseService.Detail, by person: Principal) async throws -> FieldValue {
        if let file = detail.attachments.last(where: { $0.withdrawal == nil }) {
            return .list([.text(file.id.description)])
        }
        return .list([
            .text(
                try await attach(Array(DemoCast.talk.utf8), "附件.txt", to: detail.matter.id, by: person).description)
        ])
    }

    /// Somebody who may makes the next move; the usual way is the first in the charter.
    /// - Returns: whether a move was made in a case that is less than a day old.
    private mutating func advance(_ id: CaseID) async throws -> Bool {
        guard let detail = try? await desktop.services.cases.find(id, for: people[0]) else { return false }
        if detail.matter.closedAt != nil {
            cases.removeAll { $0 == id }
            return false
        }
        let moves = detail.workflow.state(detail.matter.state)?.moves ?? []
        // Moves that stay are made once; an end that comes early is rare.
        let made = detail.standing
        let new = moves.filter { !made.contains($0.key) }
        let ways = chance(6) ? new : new.filter { !DemoCast.detours.contains($0.key) }
        for move in ways {
            for person in people where move.actors.contains(person.post) || move.person != nil {
                if try await make(move, in: detail, by: person) {
                    return clock.now < detail.matter.openedAt.adding(hours: 24)
                }
            }
        }
        return false
    }

    private mutating func make(
        _ move: Workflow.Move, in detail: CaseService.Detail, by person: Principal
    ) async throws -> Bool {
        let form = move.form.flatMap(detail.charter.form)
        for isWhole in [false, true] {
            var input = fill(form?.fields ?? [], isWhole: isWhole)
            for field in form?.fields ?? [] where field.kind == .customer {
                input[field.key] = detail.matter.customer.map { .text($0.description) }
            }
            do {
                for field in form?.fields ?? [] where field.isRequired {
                    if case .files = field.kind { input[field.key] = try await files(of: detail, by: person) }
                }
                let matter = try await desktop.services.cases.move(
                    detail.matter.id, move.key, input: input, revision: nil, by: person)
                try await followed(matter.id, by: person)
                return true
            } catch is FormFaults {
                // What is asked for only at times may be what was missing.
                continue
            } catch is WorkflowRefusal, is Denial, is StorageError, is AttachmentRefusal {
                return false
            }
        }
        return false
    }

    /// The cases that came from one are worked on too.
    private mutating func followed(_ id: CaseID, by person: Principal) async throws {
        guard let detail = try? await desktop.services.cases.find(id, for: people[0]) else { return }
        for link in detail.links where link.isLater && !cases.contains(link.matter) { cases.append(link.matter) }
    }

    /// Ticks off what is due soon; now and then something is forgotten for a while.
    private mutating func work(_ person: Principal) async throws {
        let page = try await desktop.services.obligations.list(.mine, limit: 30, for: person)
        for obligation in page.obligations where chance(obligation.isOverdue(at: page.now) ? 55 : 60) {
            guard let charter = try await charter(), let duty = charter.clause(obligation.clause)?.duty else {
                continue
            }
            if obligation.dueAt > page.now.adding(hours: 60) { break }
            if duty.metBy.isEmpty {
                let fields = duty.form.flatMap(charter.form)?.fields ?? [ObligationService.noteField]
                try? await desktop.services.obligations.tickOff(
                    obligation.id, input: fill(fields), revision: nil, by: person)
            } else if obligation.matter == nil, let customer = obligation.customer,
                let fact = duty.metBy.lazy.compactMap(charter.fact).first, person.can(.recordFacts)
            {
                _ = try? await desktop.services.facts.record(
                    fact.event, subject: Event.Subject("customer", customer), input: fill(fact.fields), by: person)
            }
        }
    }

    private func charter() async throws -> Charter? {
        guard let organisation = people.first?.organisation else { return nil }
        return try await desktop.database.read(for: organisation) { [desktop] transaction in
            try desktop.services.charters.inForce(for: organisation, at: transaction.now, in: transaction)
        }
    }

    /// Plausible input for the required fields of any form.
    /// - Parameter isWhole: whether also what is asked for only at times.
    private mutating func fill(_ fields: [FormField], isWhole: Bool = false) -> Fields {
        var input: Fields = [:]
        let day = Zone("Asia/Shanghai").map { $0.local(clock.now).day } ?? CalendarDay(number: 0)
        for field in fields where field.computation == nil && (field.isRequired || isWhole || chance(30)) {
            switch field.kind {
            case .text: input[field.key] = .text(DemoWords.text(field.key, number: pick(10_000)))
            case .line: input[field.key] = .text(DemoWords.line(field.key, number: pick(10_000), on: day))
            case .choice(let choices): input[field.key] = .text(choices[pick(choices.count)].key)
            // What nobody must say is not so: a share of the leader's, say, brings a case of its own.
            case .flag: input[field.key] = .flag(field.isRequired)
            case .number(let minimum, let maximum):
                let low = minimum ?? 1
                input[field.key] = .integer(min(maximum ?? 5, low + Int64(pick(4))))
            case .money: input[field.key] = .text(DemoWords.amount(pick(10_000)))
            case .date:
                // What has happened lies behind, what is agreed on lies ahead.
                let distance = 1 + pick(5)
                input[field.key] = .text(day.adding(days: field.isPast ? 1 - distance : distance).description)
            case .time: input[field.key] = .text(clock.now.rfc3339)
            case .staff:
                if let person = people.first(where: { $0.post == "site_supervisor" }) {
                    input[field.key] = .text(person.staff.description)
                }
            case .unit:
                if let person = people.first { input[field.key] = .text(person.unit.description) }
            case .post: input[field.key] = .text("engineering_manager")
            case .offence: input[field.key] = .text("B6")
            case .signature: input[field.key] = .text(DemoCast.contacts[pick(DemoCast.contacts.count)].1)
            case .table(let columns, _):
                input[field.key] = .list(
                    (0..<2).map { _ in
                        let cells = fill(columns)
                        return .list(columns.map { cells[$0.key] ?? .text("") })
                    })
            case .customer, .matter, .files: break
            }
        }
        return input
    }

    private mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(max(1, count))) }

    /// Whether something happens, in per cent.
    private mutating func chance(_ percent: Int) -> Bool { pick(100) < percent }
}

extension Zone {
    static var gmt: Zone {
        // Every zone database has GMT.
        Zone("GMT")!
    }
}

/// A small seeded generator.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
