import Cases
import Consequences
import Knowledge
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// The design company's penalties, from the finding to the board, with due process at each step.
struct PenaltyTests {
    @Test func `D-150, D-207, D-248, D-267, D-273, D-309: from the finding to the board`() async throws {
        let company = try await Company.open()
        let designer = company.holder("designer")
        let matter = try await company.find("A1", on: designer)
        #expect(try await company.duties("D-150").map(\.holder) == [company.holder("specialist").staff])
        #expect(try await company.finding(matter.id).proposal.sanction == .fine(Money(minorUnits: 500_00)))
        try await company.propose(matter.id)
        #expect(try await company.duties("D-150").map(\.state) == ["met"])
        try await company.move(matter.id, "notify_person", by: company.holder("hr"))
        // The person owes the statement, nobody else; nobody decides before it.
        let statement = try #require(try await company.duties("D-309").first)
        #expect(statement.holder == designer.staff)
        await #expect(throws: WorkflowRefusal.self) { try await company.decide(matter.id, "fine") }
        await #expect(throws: WorkflowRefusal(.anotherPerson(field: "person"), ["D-309"])) {
            try await company.move(matter.id, "make_statement", by: company.holder("hr"))
        }
        try await company.move(matter.id, "make_statement", by: designer)
        #expect(try await company.duties("D-309").map(\.state) == ["met"])
        let decided = try await company.decide(
            matter.id, "fine", ["heading": .text("处罚公告"), "notice_text": .text("罚款五百元")])
        #expect(decided.state == "decided")
        #expect(try await company.duties("D-248").map(\.holder) == [company.holder("hr").staff])
        // Nothing is on the board before it is final.
        #expect(try await company.desk.knowledge.list(.board, for: designer).articles.isEmpty)
        try await company.move(matter.id, "conclude", by: company.holder("hr"))
        let board = try await company.desk.knowledge.list(.board, for: designer).articles
        #expect(board.map(\.title) == ["处罚公告"])
        #expect(board.map(\.content) == ["罚款五百元"])
        #expect(board.map(\.clause) == ["D-248"])
        let finding = try await company.finding(matter.id)
        #expect(finding.finding.state == .final)
        #expect(finding.steps.map(\.act) == [.propose, .decide, .final])
        #expect(finding.steps.map(\.measure) == [.fine, .fine, .fine])
        #expect(finding.steps.map(\.fine?.minorUnits) == [500_00, 500_00, 500_00])
        #expect(finding.steps.map(\.rung) == [1, 1, 1])
        try await company.accountFor()
    }

    @Test(arguments: [
        ("attitude", "D-090", "D-091"), ("quality", "D-090", "D-091"), ("site_quality", "D-091", "D-090"),
    ])
    func `D-090, D-091: the manager owes a decision within ten days`(about: String, clause: String, other: String)
        async throws
    {
        let company = try await Company.open()
        let matter = try await company.find("C", on: company.holder("designer"), about: about)
        let duty = try #require(try await company.duties(clause).first)
        #expect(duty.holder == company.holder("manager").staff)
        #expect(wall(duty.dueAt) == "2026-03-14 00:00")
        #expect(try await company.duties(other).isEmpty)
        try await company.hear(matter.id, ["measure": .text("fine"), "fine": .text("300.00")])
        try await company.decide(matter.id, "fine", ["fine": .text("300.00")])
        #expect(try await company.duties(clause).map(\.state) == ["met"])
    }

    @Test func `D-090: neither the person, nor the finder, nor the proposer decides`() async throws {
        let company = try await Company.open(more: ["manager", "manager", "manager"])
        let managers = (0..<4).map { company.holder("manager", $0) }
        let matter = try await company.find("C", on: managers[0], by: managers[1])
        try await company.move(
            matter.id, "propose",
            [
                "proposer": .text(managers[2].staff.description), "measure": .text("fine"), "fine": .text("200.00"),
            ], by: managers[2])
        try await company.move(matter.id, "notify_person", by: company.holder("hr"))
        try await company.move(matter.id, "make_statement", by: managers[0])
        for (manager, field) in zip(managers, ["person", "finder", "proposer"]) {
            await #expect(
                throws: WorkflowRefusal(.concerned(field: field), ["D-090", "D-091", "D-276", "D-287", "D-309"])
            ) {
                try await company.decide(matter.id, "fine", ["fine": .text("200.00")], by: manager)
            }
        }
        let decided = try await company.decide(matter.id, "fine", ["fine": .text("200.00")], by: managers[3])
        #expect(decided.state == "decided")
        try await company.accountFor()
    }

    @Test(arguments: [
        ("designer", "A", ["D-273", "D-274", "D-275"]), ("site_supervisor", "B", ["D-284", "D-285", "D-286"]),
    ])
    func `D-273 to D-275, D-284 to D-286: the third negligence of a month leads to a dismissal case`(
        post: String, table: String, clauses: [String]
    ) async throws {
        let company = try await Company.open(more: ["\(post):probation", post])
        for (index, first) in [(0, Int64(500_00)), (1, 200_00)] {
            let person = company.holder(post, index)
            var last: Case?
            for number in 1...3 {
                company.clock.advance(minutes: 1)
                let matter = try await company.find("\(table)\(number)", on: person)
                let proposal = try await company.finding(matter.id).proposal
                #expect(proposal.rung == number)
                #expect(proposal.clauses == [clauses[number - 1]])
                switch (number, index) {
                case (1, _): #expect(proposal.sanction == .fine(Money(minorUnits: first)))
                case (2, 0): #expect(proposal.sanction == .withholdPerformancePay)
                case (2, _): #expect(proposal.sanction == .extendProbation(months: 1))
                default: #expect(proposal.sanction == .dismiss)
                }
                last = matter
            }
            // Somebody else of the same post begins anew.
            let other = try await company.find("\(table)1", on: company.holder(post, 2), fault: "2026-03-0\(index + 1)")
            #expect(try await company.finding(other.id).proposal.rung == index + 1)
            let third = try #require(last)
            try await company.hear(third.id)
            try await company.decide(third.id, "dismiss")
            let dismissal = try #require(try await company.followers(of: third.id, "dismissal").first)
            let opened = try await company.detail(dismissal.matter)
            #expect(opened.matter.subject == Identifier(person.staff))
            #expect(opened.record.latest("ground") == .text("negligence"))
            #expect(opened.record.latest("proposer") == company.staff("manager"))
        }
        try await company.accountFor()
    }

    @Test func `D-275: a finding that was dropped does not count`() async throws {
        let company = try await Company.open()
        let designer = company.holder("designer")
        let first = try await company.find("A1", on: designer)
        let second = try await company.find("A2", on: designer)
        #expect(try await company.finding(second.id).proposal.rung == 2)
        try await company.move(first.id, "drop", by: company.holder("manager"))
        #expect(try await company.finding(first.id).finding.state == .dropped)
        #expect(try await company.finding(second.id).proposal.rung == 1)
        try await company.hear(second.id)
        try await company.decide(second.id, "fine")
        try await company.move(second.id, "appeal")
        try await company.move(second.id, "annul", by: company.holder("deputy_general_manager"))
        let third = try await company.find("A3", on: designer)
        #expect(try await company.finding(third.id).proposal.rung == 1)
        try await company.accountFor()
    }

    @Test(arguments: [
        ("2026-02-28", "2026-03-01", 1), ("2026-03-01", "2026-03-31", 2), ("2026-03-31", "2026-04-01", 1),
        ("2026-03-31", "2026-03-01", 2), ("2025-03-15", "2026-03-15", 1),
    ])
    func `D-275, D-286: the month of the fault counts, not that of the finding`(
        first: String, second: String, rung: Int
    )
        async throws
    {
        let company = try await Company.open()
        company.clock.move(to: "2026-04-02 10:00")
        for (post, offence) in [("designer", "A1"), ("site_supervisor", "B1")] {
            _ = try await company.find(offence, on: company.holder(post), fault: first)
            let matter = try await company.find(offence, on: company.holder(post), fault: second)
            #expect(try await company.finding(matter.id).proposal.rung == rung)
        }
    }

    @Test func `D-288: a fine outside of the range is refused, and nothing is stored`() async throws {
        let company = try await Company.open()
        let matter = try await company.find("C", on: company.holder("finance"))
        for (amount, problem) in [
            ("199.99", FormFault.Problem.amountBelow(Money(minorUnits: 200_00))),
            ("1000.01", .amountAbove(Money(minorUnits: 1000_00))),
        ] {
            await #expect(throws: FormFaults([FormFault("fine", problem)])) {
                try await company.propose(
                    matter.id, ["measure": .text("fine"), "fine": .text(amount), "reason": .text("从重")])
            }
        }
        #expect(try await company.detail(matter.id).matter.state == "found")
        #expect(try await company.finding(matter.id).steps.isEmpty)
        try await company.propose(matter.id, ["measure": .text("fine"), "fine": .text("1000.00")])
        try await company.accountFor()
    }

    @Test func `D-276, D-287: what is lighter or graver than the ladder says, or beyond the law, is reasoned`()
        async throws
    {
        let company = try await Company.open()
        let matter = try await company.find("A1", on: company.holder("designer"))
        try await company.hear(matter.id)
        let missing = FormFaults([FormFault("reason", .missing)])
        await #expect(throws: missing) { try await company.decide(matter.id, "none") }
        await #expect(throws: missing) { try await company.decide(matter.id, "fine", ["fine": .text("300.00")]) }
        // A fifth of the pay would do; the minimum wage would not be left.
        await #expect(throws: missing) { try await company.decide(matter.id, "fine", ["month_pay": .text("3039.99")]) }
        #expect(try await company.detail(matter.id).matter.state == "heard")
        try await company.decide(matter.id, "fine", ["month_pay": .text("3040.00")])
        let step = try #require(try await company.finding(matter.id).steps.last)
        #expect(step.cap == Money(minorUnits: 500_00))
        #expect(step.ruleMeasure == .fine)
        #expect(step.ruleFine == Money(minorUnits: 500_00))
        let light = try await company.find("A2", on: company.holder("consultant"))
        try await company.hear(light.id, ["measure": .text("none"), "reason": .text("情节较轻，已补救")])
        try await company.decide(light.id, "none", ["reason": .text("情节较轻，已补救")])
        #expect(try await company.finding(light.id).steps.map(\.reason) == ["情节较轻，已补救", "情节较轻，已补救"])
        // No penalty, no self-criticism.
        #expect(try await company.followers(of: light.id, "self_criticism").isEmpty)
        try await company.accountFor()
    }

    @Test func `D-276, D-287, D-309: the leader's share is a case of its own, counted apart`() async throws {
        let company = try await Company.open()
        let matter = try await company.find("A1", on: company.holder("designer"))
        try await company.hear(matter.id)
        try await company.decide(
            matter.id, "fine",
            [
                "leader_share": .flag(true), "leader": company.staff("middle_manager"), "leader_offence": .text("L"),
                "leader_reason": .text("审查不严"),
            ])
        let share = try #require(try await company.followers(of: matter.id, "penalty").first)
        let finding = try await company.finding(share.matter)
        #expect(finding.finding.person == company.holder("middle_manager").staff)
        #expect(finding.finding.offence == "L")
        #expect(finding.proposal.rung == nil)
        #expect(try await company.detail(share.matter).record.latest("happened") == .text("审查不严"))
        try await company.accountFor()
    }

    @Test func `D-276, D-287: an appeal is decided by whoever has not decided yet`() async throws {
        let company = try await Company.open()
        let designer = company.holder("designer")
        let (deputy, general) = (company.holder("deputy_general_manager"), company.holder("general_manager"))
        let matter = try await company.find("A1", on: designer)
        try await company.hear(matter.id)
        try await company.decide(matter.id, "fine", by: deputy)
        await #expect(throws: WorkflowRefusal(.anotherPerson(field: "person"), ["D-248"])) {
            try await company.move(matter.id, "appeal", by: company.holder("manager"))
        }
        try await company.move(matter.id, "appeal", by: designer)
        for key in ["uphold", "change", "annul"] {
            await #expect(throws: WorkflowRefusal.self) {
                try await company.move(matter.id, key, self.change(by: deputy), by: deputy)
            }
        }
        // The month's pay would have to be told with a fine; there is none any longer.
        try await company.move(matter.id, "change", change(by: general), by: general)
        #expect(try await company.detail(matter.id).matter.state == "changed")
        try await company.move(matter.id, "conclude_changed", by: company.holder("hr"))
        let steps = try await company.finding(matter.id).steps
        #expect(steps.map(\.act) == [.propose, .decide, .decide, .final])
        #expect(steps.map(\.measure) == [.fine, .fine, SanctionChoice.Measure.none, SanctionChoice.Measure.none])
        try await company.accountFor()
    }

    private func change(by decider: Principal) -> Fields {
        ["measure": .text("none"), "reason": .text("事实不清"), "decider": .text(decider.staff.description)]
    }

    @Test func `D-153: a specialist decides on a repeated complaint once both complaints were compared`() async throws {
        let company = try await Company.open(more: ["specialist"])
        let earlier = try await company.start("complaint", by: company.holder("assistant"))
        let complaint = try await company.start(
            "complaint", ["earlier": .text(earlier.id.description)], by: company.holder("assistant"))
        let matter = try await company.find("C", on: company.holder("designer"))
        try await company.hear(matter.id, ["measure": .text("fine"), "fine": .text("200.00")])
        let decision: Fields = [
            "measure": .text("fine"), "fine": .text("200.00"), "month_pay": .text("5000.00"),
            "decider": company.staff("specialist", 1),
        ]
        let other = company.holder("specialist", 1)
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["link_repeated"]), ["D-153"])) {
            try await company.move(matter.id, "decide_repeated", decision, by: other)
        }
        await #expect(
            throws: WorkflowRefusal(
                .notPermitted(post: "specialist", allowed: ["supervisor_service", "manager"]), ["D-153"])
        ) {
            try await company.move(
                matter.id, "link_repeated",
                ["complaint": .text(complaint.id.description), "earlier": .text(earlier.id.description)], by: other)
        }
        try await company.move(
            matter.id, "link_repeated",
            ["complaint": .text(complaint.id.description), "earlier": .text(earlier.id.description)])
        #expect(try await company.duties("D-153").count == 1)
        // Who proposed does not decide.
        await #expect(throws: WorkflowRefusal(.concerned(field: "proposer"), ["D-153"])) {
            try await company.move(matter.id, "decide_repeated", decision, by: company.holder("specialist"))
        }
        try await company.move(matter.id, "decide_repeated", decision, by: other)
        #expect(try await company.duties("D-153").map(\.state) == ["met"])
        try await company.accountFor()
    }

    @Test(arguments: [("A1", "site_supervisor"), ("B1", "designer"), ("A5", "manager"), ("B6", "consultant")])
    func `D-267, D-277: an offence of another post is refused, and no case begins`(offence: String, post: String)
        async throws
    {
        let company = try await Company.open()
        let allowed = offence.hasPrefix("A") ? ["designer", "consultant"] : ["site_supervisor"]
        await #expect(throws: FormFaults([FormFault("offence", .notOfThatPost(allowed: allowed))])) {
            _ = try await company.find(offence, on: company.holder(post))
        }
        #expect(try await company.desk.count("matter") == 0)
        #expect(try await company.desk.count("finding") == 0)
    }

    @Test func `whom a case is about sees it wherever it is dealt with, and nobody else without reach does`()
        async throws
    {
        let company = try await Company.open(away: ["designer", "designer", "area_manager"])
        let (person, stranger, area) = (company.others[0], company.others[1], company.others[2])
        let matter = try await company.find("A1", on: person)
        #expect(matter.unit == company.root)
        let cases = company.desk.cases
        #expect(try await cases.find(matter.id, for: person).matter.id == matter.id)
        #expect(try await cases.list(CaseService.Filter(), for: person).cases.map(\.id) == [matter.id])
        #expect(try await cases.openCount(for: person) == 1)
        #expect(try await company.desk.consequences.list(for: person).rows.map(\.finding.matter) == [matter.id])
        for other in [stranger, area] {
            await #expect(throws: StorageError.notFound("case \(matter.id)")) {
                _ = try await cases.find(matter.id, for: other)
            }
            #expect(try await cases.list(CaseService.Filter(), for: other).cases.isEmpty)
            #expect(try await cases.openCount(for: other) == 0)
            #expect(try await company.desk.consequences.list(for: other).rows.isEmpty)
        }
        try await company.propose(matter.id)
        try await company.move(matter.id, "notify_person", by: company.holder("hr"))
        await #expect(throws: StorageError.notFound("case \(matter.id)")) {
            try await company.move(matter.id, "make_statement", by: stranger)
        }
        _ = try await cases.move(
            matter.id, "make_statement", input: company.fill("penalty_statement"), revision: nil, by: person)
        try await company.decide(matter.id, "fine")
        // The case that follows is linked for whoever may open both.
        #expect(try await company.followers(of: matter.id, "self_criticism").count == 1)
        let seen = try await cases.find(matter.id, for: person)
        #expect(seen.links.map(\.workflow) == ["self_criticism"])
    }

    @Test func `a finding that is gone, added, or without a step is found`() async throws {
        let company = try await Company.open()
        let matter = try await company.find("A1", on: company.holder("designer"))
        try await company.propose(matter.id)
        func faults() async throws -> [ConsequenceAccount.Fault] {
            try await company.desk.database.read { try ConsequenceAccount.faults(in: $0) }
        }
        #expect(try await faults() == [])
        try await company.desk.tamper("DELETE FROM sanction WHERE matter = \(matter.id)")
        #expect(try await faults() == [.steps(matter.id)])
        try await company.desk.tamper("UPDATE finding SET event = \(matter.id) WHERE matter = \(matter.id)")
        #expect(try await faults().contains(.unsaid(matter.id)))
        try await company.desk.tamper("DELETE FROM finding WHERE matter = \(matter.id)")
        #expect(try await faults() == [.lost(matter.id)])
    }
}
