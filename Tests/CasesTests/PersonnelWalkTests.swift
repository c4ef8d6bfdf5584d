import Cases
import Consequences
import Knowledge
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// Rewards, punishments, promotion, leaving and emergencies of the design company.
struct PersonnelWalkTests {
    @Test func `D-206: a reward is proposed, approved by neither its person nor its proposer, and made known`()
        async throws
    {
        let company = try await Company.open()
        let deputy = company.holder("deputy_general_manager")
        let own = try await company.start(
            "reward", ["person": company.staff("designer"), "proposer": .text(deputy.staff.description)], by: deputy)
        await #expect(throws: WorkflowRefusal(.concerned(field: "proposer"), ["D-206"])) {
            try await company.move(own.id, "approve", by: deputy)
        }
        #expect(try await company.duties("D-206").map(\.state) == ["open"])
        try await company.move(
            own.id, "approve", ["citation_title": .text("表扬"), "citation": .text("优秀")],
            by: company.holder("general_manager"))
        #expect(try await company.duties("D-206").map(\.state) == ["met"])
        #expect(
            try await company.desk.knowledge.list(.board, for: company.holder("assistant")).articles.map(\.title) == [
                "表扬"
            ])
        await #expect(throws: FormFaults([FormFault("rule", .missing)])) {
            var input = company.fill("reward_proposal", ["person": company.staff("designer")])
            input["rule"] = nil
            _ = try await company.desk.cases.start("reward", input: input, by: deputy)
        }
    }

    @Test func `D-207: a warning with notice, statement, decision and appeal`() async throws {
        let company = try await Company.open()
        let matter = try await company.start(
            "punishment", ["person": company.staff("designer"), "proposer": company.staff("hr")],
            by: company.holder("hr")
        ).id
        await #expect(throws: WorkflowRefusal.self) { try await company.move(matter, "decide") }
        _ = try await company.walk(matter, ["notify_person", "make_statement"])
        try await company.move(
            matter, "decide", ["decided_kind": .text("demerit"), "decider": company.staff("deputy_general_manager")],
            by: company.holder("deputy_general_manager"))
        try await company.move(matter, "appeal")
        #expect(try await company.move(matter, "uphold").state == "closed")
        #expect(try await company.duties("D-207").map(\.state) == ["met"])
    }

    @Test func `D-207, D-211, D-213: a punishment that turns into a dismissal leaves a place to fill`() async throws {
        let company = try await Company.open()
        let matter = try await company.start(
            "punishment", ["person": company.staff("designer"), "proposer": company.staff("hr")],
            by: company.holder("hr")
        ).id
        _ = try await company.walk(matter, ["notify_person", "make_statement"])
        try await company.move(
            matter, "decide_dismissal",
            ["ground": .text("repeated"), "decider": company.staff("deputy_general_manager")],
            by: company.holder("deputy_general_manager"))
        let dismissal = try #require(try await company.followers(of: matter, "dismissal").first).matter
        #expect(try await company.duties("D-213").map(\.state) == ["open"])
        _ = try await company.walk(dismissal, ["notify_person", "make_statement"])
        await #expect(throws: WorkflowRefusal(.notPermitted(post: "manager", allowed: ["general_manager"]), ["D-213"]))
        {
            try await company.move(dismissal, "decide", by: company.holder("manager"))
        }
        _ = try await company.walk(dismissal, ["decide", "conclude"])
        #expect(try await company.followers(of: dismissal, "vacancy").count == 1)
        #expect(try await company.duties("D-211").map(\.state) == ["open"])
    }

    @Test(
        arguments: [
            ("law", ["loss", "loss_evidence"]), ("repeated", ["warnings", "loss", "loss_evidence"]), ("negligence", []),
        ] as [(String, [String])])
    func `D-213, D-214: each ground comes with its evidence and its rule`(ground: String, asked: [String]) async throws
    {
        let company = try await Company.open()
        let bare: Fields = [
            "person": company.staff("designer"), "ground": .text(ground), "ground_evidence": .text("证据"),
            "proposer": company.staff("hr"),
        ]
        let expected = FormFaults((["rule"] + asked).map { FormFault($0, .missing) })
        await #expect(throws: expected) {
            _ = try await company.desk.cases.start("dismissal", input: bare, by: company.holder("hr"))
        }
    }

    @Test(arguments: [
        ("promote", "D-208", "D-093"), ("demote", "D-208", "D-093"), ("appoint", "D-093", "D-208"),
        ("remove", "D-093", "D-208"),
    ])
    func `D-093, D-208, D-209: no change without the manager's opinion, and pay follows it`(
        kind: String, clause: String, other: String
    ) async throws {
        let company = try await Company.open()
        let matter = try await company.start(
            "personnel_change",
            ["person": company.staff("designer"), "personnel_kind": .text(kind), "proposer": company.staff("hr")],
            by: company.holder("hr")
        ).id
        #expect(try await company.duties(clause).map(\.state) == ["open"])
        #expect(try await company.duties(other).isEmpty)
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["give_opinion"]), ["D-093", "D-208", "D-209"])) {
            try await company.move(matter, "approve")
        }
        _ = try await company.walk(matter, ["give_opinion", "approve"])
        #expect(try await company.duties(clause).map(\.state) == ["met"])
        let review = try #require(try await company.followers(of: matter, "pay_review").first).matter
        #expect(try await company.duties("D-209").map(\.state) == ["open"])
        #expect(try await company.walk(review, ["review", "send_back", "review", "approve"]) == "settled")
        #expect(try await company.duties("D-209").map(\.state) == ["met"])
    }

    @Test func `D-210, D-211, D-214: resigned, approved, handed over, signed, left`() async throws {
        let company = try await Company.open()
        let designer = company.holder("designer")
        let matter = try await company.start(
            "resignation", ["person": .text(designer.staff.description)], by: designer
        ).id
        #expect(try await company.duties("D-210").map(\.state) == ["open"])
        await #expect(throws: WorkflowRefusal.self) { try await company.move(matter, "approve", by: designer) }
        try await company.move(matter, "approve")
        #expect(try await company.duties("D-210").map(\.state) == ["met"])
        #expect(try await company.followers(of: matter, "vacancy").count == 1)
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["hand_over", "confirm_handover"]), ["D-210"])) {
            try await company.move(matter, "leave")
        }
        _ = try await company.walk(matter, ["hand_over", "confirm_handover"])
        // A list that changed after it was signed is signed again.
        try await company.move(matter, "hand_over", ["items": .list([.list([.text("钥匙"), .text("王五")])])])
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["confirm_handover"]), ["D-210"])) {
            try await company.move(matter, "leave")
        }
        #expect(try await company.walk(matter, ["confirm_handover", "leave"]) == "left")
        let vacancy = try #require(try await company.followers(of: matter, "vacancy").first).matter
        #expect(try await company.move(vacancy, "fill").state == "filled")
        #expect(try await company.duties("D-211").map(\.state) == ["met"])
    }

    @Test func `D-210: notice of less than a month says why`() async throws {
        let company = try await Company.open()
        let designer = company.holder("designer")
        var input = company.fill(
            "resignation_application", ["person": .text(designer.staff.description), "notice": .text("shorter")])
        input["shorter_reason"] = nil
        let asked = input
        await #expect(throws: FormFaults([FormFault("shorter_reason", .missing)])) {
            _ = try await company.desk.cases.start("resignation", input: asked, by: designer)
        }
    }

    @Test(arguments: [("claim", "claimed"), ("waive", "waived")])
    func `D-212: who left early is dealt with in a case of its own`(move: String, end: String) async throws {
        let company = try await Company.open()
        let designer = company.holder("designer")
        let matter = try await company.start("resignation", ["person": .text(designer.staff.description)], by: designer)
            .id
        _ = try await company.walk(matter, ["approve", "left_early"])
        let liability = try #require(try await company.followers(of: matter, "unnoticed_leave").first).matter
        #expect(try await company.duties("D-212").map(\.holder) == [company.holder("general_manager").staff])
        #expect(try await company.walk(liability, ["make_statement", move]) == end)
        #expect(try await company.duties("D-212").map(\.state) == ["met"])
    }

    @Test func `D-152: decided in an emergency, reported, confirmed by the manager and never by who decided`()
        async throws
    {
        let company = try await Company.open(more: ["manager"])
        let matter = try await company.start(
            "emergency", ["decided_by": company.staff("manager", 1)], by: company.holder("assistant")
        ).id
        #expect(try await company.duties("D-152").map(\.state) == ["open"])
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["report"]), ["D-152"])) {
            try await company.move(matter, "confirm")
        }
        try await company.move(matter, "report")
        await #expect(throws: WorkflowRefusal(.concerned(field: "decided_by"), ["D-152"])) {
            try await company.move(matter, "confirm", by: company.holder("manager", 1))
        }
        #expect(try await company.move(matter, "confirm", by: company.holder("manager")).state == "confirmed")
        #expect(try await company.duties("D-152").map(\.state) == ["met"])
    }

    @Test(arguments: [("service", 1), ("other", 0)])
    func `D-151: a proposal on service is answered in a week`(kind: String, count: Int) async throws {
        let company = try await Company.open()
        let fact = try #require(company.charter.fact("proposal.made"))
        let choices =
            fact.fields.compactMap { field -> [String]? in
                if field.key == "kind", case .choice(let of) = field.kind { return of.map(\.key) }
                return nil
            }.first ?? []
        let word = kind == "service" ? kind : choices.first { $0 != "service" } ?? ""
        guard !word.isEmpty else { return }
        let subject: Event.Subject? =
            switch fact.subject {
            case .customer: Event.Subject("customer", company.customer)
            case .staff: Event.Subject("staff", company.holder("specialist").staff)
            case .unit: Event.Subject("unit", company.root)
            default: nil
            }
        _ = try await company.desk.facts.record(
            "proposal.made", subject: subject, input: Company.Filler(company).fill(fact.fields, ["kind": .text(word)]),
            by: company.holder("specialist"))
        #expect(try await company.duties("D-151").count == count)
    }
}
