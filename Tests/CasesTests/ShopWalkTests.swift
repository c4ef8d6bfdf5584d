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

/// Disputes, reviews, faults, complaints and offences of the online shop's charter.
struct ShopWalkTests {
    private static func dispute(_ company: Company) async throws -> CaseID {
        try await company.start("dispute", ["predicted": .text("won"), "agent": company.staff("dispute_agent")]).id
    }

    @Test func `E-25, E-26, E-28: foreseen, talked over, appealed with its records, and compared with the outcome`()
        async throws
    {
        let company = try await Company.open("shop")
        let matter = try await Self.dispute(company)
        #expect(try await company.duties("E-25").map(\.state) == ["open"])
        try await company.move(matter, "fail")
        #expect(try await company.duties("E-26").map(\.state) == ["open"])
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["prepare"]), ["E-27", "E-28", "E-32"])) {
            try await company.move(matter, "appeal")
        }
        try await company.move(matter, "prepare")
        let chat = try await company.desk.attach(to: matter, by: company.holder("dispute_agent"))
        for field in ["reason", "chat_excerpt", "chat_files"] {
            var input = company.fill(
                "appeal", ["appeal_type": .text("quality"), "chat_files": .list([.text(chat.description)])])
            input[field] = nil
            let asked = input
            await #expect(throws: FormFaults([FormFault(field, .missing)])) {
                _ = try await company.desk.cases.move(
                    matter, "appeal", input: asked, revision: nil, by: company.holder("dispute_agent"))
            }
        }
        try await company.move(matter, "appeal", ["appeal_type": .text("quality")])
        #expect(try await company.duties("E-26").map(\.state) == ["met"])
        #expect(try await company.move(matter, "decide", ["actual": .text("lost")]).state == "closed")
        #expect(try await company.duties("E-25").map(\.state) == ["met"])
        let record = try await company.detail(matter).record
        #expect(record.latest("predicted") == .text("won"))
        #expect(record.latest("actual") == .text("lost"))
    }

    @Test func `E-27: accused of counterfeits, an appeal carries its proof`() async throws {
        let company = try await Company.open("shop")
        let matter = try await Self.dispute(company)
        _ = try await company.walk(matter, ["fail", "prepare"])
        let chat = try await company.desk.attach(to: matter, by: company.holder("dispute_agent"))
        var input = company.fill(
            "appeal", ["appeal_type": .text("counterfeit"), "chat_files": .list([.text(chat.description)])])
        (input["proof"], input["proof_files"]) = (nil, nil)
        let asked = input
        await #expect(throws: FormFaults([FormFault("proof", .missing), FormFault("proof_files", .missing)])) {
            _ = try await company.desk.cases.move(
                matter, "appeal", input: asked, revision: nil, by: company.holder("dispute_agent"))
        }
        try await company.move(matter, "appeal", ["appeal_type": .text("counterfeit")])
    }

    @Test func `E-32: without the right to disputes none is begun, and no review is explained`() async throws {
        let company = try await Company.open("shop")
        await #expect(
            throws: WorkflowRefusal(
                .notPermitted(post: "after_sales", allowed: ["dispute_agent", "shop_supervisor"]), ["E-25", "E-32"])
        ) {
            _ = try await company.start("dispute", by: company.holder("after_sales"))
        }
        let review = try await company.start("review").id
        await #expect(
            throws: WorkflowRefusal(
                .notPermitted(post: "after_sales", allowed: ["dispute_agent", "shop_supervisor"]), ["E-30", "E-32"])
        ) {
            try await company.move(review, "explain", by: company.holder("after_sales"))
        }
    }

    @Test func `E-30: a review is explained within a day`() async throws {
        let company = try await Company.open("shop")
        let review = try await company.start("review").id
        let duty = try #require(try await company.duties("E-30").first)
        #expect(duty.dueAt == TestClock.tuesday.adding(hours: 24))
        #expect(try await company.move(review, "explain").state == "explained")
        #expect(try await company.duties("E-30").map(\.state) == ["met"])
    }

    @Test func `E-31: a fault of pre-sales is corrected by others and its effect seen`() async throws {
        let company = try await Company.open("shop", more: ["shop_supervisor"])
        let matter = try await company.start(
            "presale_fault", ["agent": company.staff("shop_supervisor", 1)], by: company.holder("dispute_agent")
        ).id
        await #expect(throws: WorkflowRefusal(.concerned(field: "agent"), ["E-31"])) {
            try await company.move(matter, "correct", by: company.holder("shop_supervisor", 1))
        }
        #expect(try await company.duties("E-31").map(\.state) == ["open"])
        #expect(try await company.walk(matter, ["correct", "see_effect"]) == "closed")
        #expect(try await company.duties("E-31").map(\.state) == ["met"])
    }

    @Test(arguments: [(2, false), (3, true)] as [(Int64, Bool)])
    func `E-36: three like reviews go to the product department`(count: Int64, isEnough: Bool) async throws {
        let company = try await Company.open("shop")
        let starter = company.holder("after_sales")
        let input = company.fill("defect_notice", ["reviews": .integer(count)])
        guard isEnough else {
            await #expect(throws: FormFaults([FormFault("reviews", .belowMinimum(3))])) {
                _ = try await company.desk.cases.start("defect", input: input, by: starter)
            }
            return
        }
        let matter = try await company.desk.cases.start("defect", input: input, by: starter).id
        #expect(try await company.duties("E-36").map(\.holder) == [company.holder("product_manager").staff])
        try await company.move(matter, "improve")
        #expect(try await company.duties("E-36").map(\.state) == ["met"])
    }

    @Test func `E-87, E-88: apologised for first, handled by others than whom it is about, opened again on new facts`()
        async throws
    {
        let company = try await Company.open("shop", more: ["complaint_officer"])
        var bare = company.fill("complaint_registration")
        (bare["apology"], bare["apology_at"]) = (nil, nil)
        let asked = bare
        await #expect(throws: FormFaults([FormFault("apology", .missing), FormFault("apology_at", .missing)])) {
            _ = try await company.desk.cases.start("complaint", input: asked, by: company.holder("complaint_officer"))
        }
        let matter = try await company.start(
            "complaint", ["about_staff": company.staff("complaint_officer", 1)], by: company.holder("complaint_officer")
        ).id
        await #expect(throws: WorkflowRefusal(.concerned(field: "about_staff"), ["E-87"])) {
            try await company.move(matter, "handle", by: company.holder("complaint_officer", 1))
        }
        await #expect(throws: WorkflowRefusal.self) { try await company.move(matter, "close") }
        #expect(try await company.walk(matter, ["handle", "reply", "close"]) == "closed")
        #expect(try await company.duties("E-87").map(\.state) == ["met"])
        #expect(try await company.move(matter, "reopen_closed").state == "received")
        #expect(try await company.duties("E-88").map(\.state) == ["open"])
        _ = try await company.walk(matter, ["handle", "reply", "close"])
        #expect(try await company.duties("E-88").map(\.state) == ["met"])
    }

    @Test(arguments: [("minor", 0), ("serious", 1), ("grave", 1)])
    func `E-89: serious complaints are told to the manager`(severity: String, told: Int) async throws {
        let company = try await Company.open("shop")
        let matter = try await company.start(
            "complaint", ["severity": .text(severity)], by: company.holder("complaint_officer")
        ).id
        let manager = company.holder("service_manager").staff
        #expect(try await company.desk.count("notice", where: "clause = 'E-89' AND staff = \(manager)") == told)
        #expect(try await company.walk(matter, ["escalate", "decide"]) == "handled")
    }

    @Test(arguments: [
        ("E53", "pre_sales"), ("E54A", "after_sales"), ("E54B", "dispute_agent"), ("E54C", "pre_sales"),
        ("E90", "finance_officer"),
    ])
    func `E-53, E-54, E-90: an offence is told, answered, decided with a reason, appealed and ended`(
        offence: String, post: String
    ) async throws {
        let company = try await Company.open("shop")
        let matter = try await company.start(
            "staff_offence",
            [
                "person": company.staff(post), "offence": .text(offence), "fault_day": .text("2026-03-02"),
                "finder": company.staff("complaint_officer"),
            ], by: company.holder("complaint_officer")
        ).id
        #expect(try await company.duties("E-53").map(\.state) == ["open"])
        let sanction: Fields = [
            "measure": .text("none"), "reason": .text("初次"), "proposer": company.staff("shop_supervisor"),
        ]
        let form = company.charter.form("offence_notice")?.fields.map(\.key) ?? []
        try await company.move(
            matter, "notify_person", sanction.filter { form.contains($0.key) }, by: company.holder("shop_supervisor"))
        await #expect(throws: WorkflowRefusal.self) { try await company.move(matter, "decide") }
        // Whoever the finding is on may have no right to act on cases at all.
        let silent = company.holder(post).can(.actOnCases) ? "make_statement" : "no_statement"
        try await company.move(matter, silent)
        let decision = company.charter.form("offence_decision")?.fields.map(\.key) ?? []
        try await company.move(
            matter, "decide",
            ["measure": .text("none"), "reason": .text("初次"), "decider": company.staff("service_manager")]
                .filter { decision.contains($0.key) }, by: company.holder("service_manager"))
        #expect(try await company.duties("E-53").map(\.state) == ["met"])
        #expect(try await company.duties("E-54").map(\.state) == ["open"])
        #expect(try await company.move(matter, "conclude").state == "closed")
        #expect(try await company.duties("E-54").map(\.state) == ["met"])
        #expect(try await company.desk.database.read { try ConsequenceAccount.faults(in: $0) } == [])
    }

    @Test(arguments: [
        "E-24", "E-29", "E-33", "E-34", "E-35", "E-86",
    ])
    func `E-24, E-29, E-33 to E-35, E-86: duties by facts and by the calendar`(clause: String) async throws {
        let company = try await Company.open("shop")
        let rule = try #require(company.charter.clause(clause))
        let duty = try #require(rule.duty)
        if let event = rule.when, let fact = company.charter.fact(event) {
            let given = Fields(
                uniqueKeysWithValues: rule.conditions.compactMap { condition in
                    condition.values.first.map { (condition.field, FieldValue.text($0)) }
                })
            let subject: Event.Subject? =
                switch fact.subject {
                case .customer: Event.Subject("customer", company.customer)
                case .staff: Event.Subject("staff", company.holder("after_sales").staff)
                case .unit: Event.Subject("unit", company.root)
                default: nil
                }
            let recorder = try #require(company.people.first { $0.can(.recordFacts) })
            _ = try await company.desk.facts.record(
                event, subject: subject, input: Company.Filler(company).fill(fact.fields, given), by: recorder)
        } else {
            company.clock.move(to: "2026-04-01 09:00")
            _ = try await company.desk.clockWork.tick()
        }
        let opened = try await company.duties(clause)
        #expect(!opened.isEmpty)
        let holders = Set(company.people.filter { $0.post == duty.post }.map(\.staff))
        #expect(opened.contains { $0.holder.map { holders.contains($0) } ?? false })
    }
}
