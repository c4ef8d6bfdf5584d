import Cases
import Consequences
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// Acts at random, allowed and forbidden, in every workflow of every charter that ships.
struct RandomWorkflowTests {
    struct Walk: Sendable, CustomTestStringConvertible {
        let charter: String
        let seed: UInt64
        var testDescription: String { "\(charter) \(seed)" }

        static let all = ["design", "shop", "media", "airport"].flatMap { name in
            (1...(name == "design" ? 4 : 1)).map { Walk(charter: name, seed: UInt64($0)) }
        }
    }

    @Test(arguments: Walk.all)
    func `refused acts change nothing, and the journal, the signatures and the accounts bear out the rest`(walk: Walk)
        async throws
    {
        let posts = try Repository.charter(walk.charter).charter.posts.map(\.key)
        let company = try await Company.open(walk.charter, more: posts)
        var hand = RandomHand(company, seed: walk.seed)
        for _ in 0..<(walk.seed.isMultiple(of: 2) ? 300 : 120) {
            company.clock.advance(minutes: 20)
            try await hand.act()
        }
        #expect(hand.done > 40)
        #expect(hand.refused > 10)
        for id in hand.cases { try await Self.check(company, id) }
        #expect(try await company.desk.database.read { try CaseAccount.faults(in: $0) } == [])
        #expect(try await company.desk.database.read { try ConsequenceAccount.faults(in: $0) } == [])
        #expect(try await company.desk.obligations.accountFor().faults == [])
    }

    /// The case by its journal, and its signatures by what was signed.
    private static func check(_ company: Company, _ id: CaseID) async throws {
        let detail = try await company.detail(id)
        let told = try await company.events().filter { $0.matter == id && $0.body["case.state"] != nil }
        #expect(told.map { $0.body["case.state"]?.text } == detail.steps.map { Optional($0.to) })
        #expect(told.map { $0.body["case.move"]?.text } == detail.steps.map(\.move))
        #expect(told.map(\.id) == detail.steps.map(\.event))
        #expect(told.last?.body["case.state"]?.text == detail.matter.state)
        let state = try #require(detail.workflow.state(detail.matter.state))
        #expect((detail.matter.closedAt != nil) == state.isFinal)
        if !state.isFinal { #expect(!detail.moves.isEmpty, "\(detail.workflow.key).\(state.key)") }

        // What each signature signed, told from the steps alone: the last filling in of each form then.
        func forms(_ keys: [String], through ordinal: Int) -> [Fields?] {
            keys.map { key in detail.steps.last { $0.form == key && $0.ordinal <= ordinal }?.fields }
        }
        var standing: Set<String> = []
        for step in detail.steps {
            guard let key = step.move else { continue }
            let signs = detail.workflow.move(key)?.signs ?? []
            #expect((step.signed != nil) == !signs.isEmpty)
            if signs.isEmpty || forms(signs, through: step.ordinal) == forms(signs, through: .max) {
                standing.insert(key)
            }
        }
        #expect(detail.standing == standing, "\(detail.workflow.key)")
    }

    @Test(arguments: ["design", "shop", "media", "airport"])
    func `from every state that is no end somebody can go on, and every move names whom it is for`(name: String) throws
    {
        let charter = try Repository.charter(name).charter
        for workflow in charter.workflows {
            for state in workflow.states where !state.isFinal {
                #expect(state.moves.contains { $0.target != state.key }, "\(workflow.key).\(state.key)")
                for move in state.moves {
                    #expect(!move.actors.isEmpty || move.person != nil, "\(workflow.key).\(move.key)")
                    // Whoever may make it by the charter may act on cases at all.
                    for post in move.actors {
                        #expect(charter.post(post)?.may[.actOnCases] != nil, "\(workflow.key).\(move.key): \(post)")
                    }
                }
            }
        }
    }
}

/// Somebody who tries everything.
private struct RandomHand {
    let company: Company
    var random: SeededGenerator
    var cases: [CaseID] = []
    var (done, refused) = (0, 0)
    let isSigning: Bool
    /// Those of the case at hand.
    private var files: [AttachmentID] = []

    init(_ company: Company, seed: UInt64) {
        self.company = company
        random = SeededGenerator(seed: seed)
        isSigning = seed.isMultiple(of: 2)
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func act() async throws {
        if cases.isEmpty || chance(isSigning ? 12 : 25) { try await start() } else { try await move() }
    }

    private mutating func start() async throws {
        // Every other walk stays with what is signed, or signatures would seldom meet a change.
        let signed = company.charter.workflows.filter { $0.states.contains { $0.moves.contains { !$0.signs.isEmpty } } }
        guard
            let workflow = (isSigning && !signed.isEmpty ? signed : company.charter.workflows).randomElement(
                using: &random)
        else { return }
        let able = company.people.filter { workflow.start.actors.contains($0.post) }
        guard let person = (chance(85) ? able : company.people).randomElement(using: &random) else { return }
        let input = fill(company.charter.form(workflow.start.form)?.fields ?? [])
        try await attempt(isAnnounced: able.contains { $0.staff == person.staff }) { [company] in
            try await company.desk.cases.start(workflow.key, input: input, by: person).id
        }
    }

    private mutating func move() async throws {
        guard let id = cases.randomElement(using: &random) else { return }
        let detail = try await company.detail(id)
        if isSigning, detail.matter.closedAt != nil, chance(90) { return }
        let wild = chance(15)
        let made = Set(detail.steps.compactMap(\.move))
        var ways = (wild ? detail.workflow.states.flatMap(\.moves) : detail.moves.map(\.move))
        let fresh = ways.filter { !made.contains($0.key) && !$0.reopens }
        if !fresh.isEmpty, !wild, !isSigning || detail.standing.isEmpty, chance(80) { ways = fresh }
        if isSigning, !wild {
            // Forms that somebody has signed are filled in anew, and those that wait for a signature get it.
            let signed = Set(detail.standing.flatMap { detail.workflow.move($0)?.signs ?? [] })
            let touching = ways.filter { move in move.form.map(signed.contains) ?? false }
            let signing = ways.filter { !$0.signs.isEmpty }
            if !touching.isEmpty, chance(40) { ways = touching } else if !signing.isEmpty, chance(60) { ways = signing }
        }
        guard let move = ways.randomElement(using: &random) else { return }
        let able = company.people.filter { company.may($0, move, in: detail) }
        guard let person = (chance(85) && !able.isEmpty ? able : company.people).randomElement(using: &random) else {
            return
        }
        let fields = move.form.flatMap(company.charter.form)?.fields ?? []
        files = detail.attachments.map(\.id)
        let asksForFiles = fields.contains { field in if case .files = field.kind { true } else { false } }
        if asksForFiles, detail.matter.closedAt == nil, files.isEmpty || chance(30) {
            files.append(try await company.desk.attach(to: id, by: company.people[0]))
        }
        // Nobody moves what is out of reach.
        let seen = try? await company.desk.cases.find(id, for: person)
        let announced = seen?.moves.first { $0.move.key == move.key }
        let input = fill(fields)
        try await attempt(isAnnounced: announced.map { $0.refusal == nil } ?? false) { [company] in
            try await company.desk.cases.move(id, move.key, input: input, revision: nil, by: person).id
        }
    }

    /// - Parameter isAnnounced: whether the charter lets this person do it, so that only the form can be wrong.
    private mutating func attempt(isAnnounced: Bool, _ act: () async throws -> CaseID) async throws {
        let before = try await company.stored()
        do {
            let id = try await act()
            #expect(isAnnounced)
            done += 1
            if !cases.contains(id) { cases.append(id) }
            for link in try await company.detail(id).links where !cases.contains(link.matter) {
                cases.append(link.matter)
            }
        } catch is FormFaults {
            refused += 1
            #expect(try await company.stored() == before)
        } catch let refusal as WorkflowRefusal {
            refused += 1
            #expect(!isAnnounced, "\(refusal)")
            #expect(try await company.stored() == before)
        } catch let error where error is Denial || error is StorageError {
            refused += 1
            #expect(!isAnnounced)
            #expect(try await company.stored() == before)
        }
    }

    // MARK: Inputs

    private mutating func fill(_ fields: [FormField]) -> Fields {
        var input: Fields = [:]
        for field in fields where field.computation == nil && (field.isRequired ? chance(98) : chance(25)) {
            input[field.key] = value(field, input)
        }
        for field in fields where !field.requiredWhen.isEmpty && input[field.key] == nil {
            if field.requiredWhen.allSatisfy({ $0.holds(in: input) }), chance(98) {
                input[field.key] = value(field, input)
            }
        }
        if input["measure"] != nil, chance(80), fields.contains(where: { $0.key == "reason" }) {
            input["reason"] = .text("有理由")
        }
        if fields.contains(where: \.isOutgoing), chance(60) { input["phrase.reason"] = .text("引用顾客原话") }
        if chance(2) { input["stranger"] = .text("x") }
        return input
    }

    private mutating func value(_ field: FormField, _ input: Fields) -> FieldValue? {
        let number = Int.random(in: 1...9, using: &random)
        switch field.kind {
        case .text: return .text(field.isOutgoing && chance(20) ? "这个不行，国家级" : "如实记录\(number)")
        case .line: return .text("如实\(number)")
        case .choice(let choices): return choices.randomElement(using: &random).map { .text($0.key) }
        case .flag: return .flag(chance(50))
        case .number(let minimum, let maximum):
            let least = minimum ?? 0
            return .integer(Int64.random(in: least...min(maximum ?? least + 9, least + 9), using: &random))
        case .money: return .text(chance(10) ? "3000.00" : "\(number * 100).0\(number)")
        case .date: return .text(field.isPast ? "2026-0\(chance(50) ? 2 : 1)-1\(number)" : "2026-04-1\(number)")
        case .time: return .text(field.isPast ? "2026-03-01T1\(number):00" : "2026-04-01T1\(number):00")
        case .customer: return .text(company.customer.description)
        case .staff: return company.people.randomElement(using: &random).map { .text($0.staff.description) }
        case .unit: return .text([company.root, company.away].randomElement(using: &random)?.description ?? "")
        case .post: return company.charter.posts.randomElement(using: &random).map { .text($0.key) }
        case .matter: return cases.randomElement(using: &random).map { .text($0.description) }
        case .offence(let person):
            let fitting = input[person].map { Company.Filler(company).offences(on: $0.text) } ?? []
            return (chance(85) ? fitting : company.charter.offences).randomElement(using: &random).map { .text($0.key) }
        case .signature: return .text(chance(50) ? "M1\(number) 20L30 4\(number)" : "梅二\(number)")
        case .table(let columns, _):
            var rows: [FieldValue] = []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                var cells: [FieldValue] = []
                for column in columns { cells.append(value(column, [:]) ?? .text("")) }
                rows.append(.list(cells))
            }
            return .list(rows)
        case .files: return files.randomElement(using: &random).map { .list([.text($0.description)]) }
        }
    }
}

extension Company {
    /// How much there is of all that acts write, and how often it was changed.
    fileprivate func stored() async throws -> [String: Int] {
        try await desk.database.read { transaction in
            var found: [String: Int] = [:]
            for table in [
                "event", "matter", "matter_step", "matter_link", "finding", "sanction", "article", "obligation",
            ] {
                found[table] = try transaction.one("SELECT count(*) FROM \(raw: table)", orElse: table) {
                    try $0[0] as Int
                }
            }
            for table in ["matter", "finding", "obligation"] {
                found["\(table).revision"] = try transaction.one(
                    "SELECT CAST(coalesce(sum(revision), 0) AS bigint) FROM \(raw: table)", orElse: table
                ) { try $0[0] as Int }
            }
            return found
        }
    }
}
