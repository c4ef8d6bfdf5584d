import Cases
import Consequences
import Customers
import Knowledge
import Notices
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// The design company's complaints by the clauses, with what follows from them.
struct ComplaintWalkTests {
    private static let toSolution = [
        "respond", "ask_handler", "judge_founded", "ask_for_time", "investigate", "propose",
    ]
    private static let toSettled =
        toSolution + [
            "choose", "inform_customer", "customer_signs", "carry_out", "collect_feedback", "confirm_success",
        ]

    private static func complain(_ company: Company, _ input: Fields = [:]) async throws -> CaseID {
        try await company.start("complaint", input, by: company.holder("assistant")).id
    }

    private static func reported(
        _ company: Company, person: FieldValue, head: FieldValue
    ) async throws -> CaseID {
        let matter = try await complain(company)
        _ = try await company.walk(matter, toSettled + ["follow_up"])
        try await company.move(
            matter, "report_responsible",
            [
                "person": person, "offence": .text("A3"), "head": head, "head_offence": .text("L"),
                "head_share": .text("审核不严"), "reporter": company.staff("specialist"), "fault_day": .text("2026-03-02"),
            ], by: company.holder("specialist"))
        return matter
    }

    @Test
    func `D-154: three customers with one kind of cause within thirty days are a batch, and the specialist is told`()
        async throws
    {
        let company = try await Company.open()
        let specialist = company.holder("specialist")
        var found: [CaseID] = []
        for (name, cause) in [("甘一", "material"), ("甘二", "material"), ("甘三", "design"), ("甘四", "material")] {
            let customer = try await company.desk.customers.file(
                CustomerInput(kind: .person, name: name), by: company.holder("assistant"))
            let matter = try await Self.complain(company, ["customer": .text(customer.id.description)])
            _ = try await company.walk(matter, ["respond", "ask_handler", "judge_founded", "ask_for_time"])
            #expect(try await company.detail(matter).batch == nil)
            try await company.move(matter, "investigate", ["cause_kind": .text(cause)])
            found.append(matter)
        }
        #expect(try await company.detail(found[3]).batch == 3)
        // Those before are of the batch too, and the one with another cause is not.
        #expect(try await company.detail(found[0]).batch == 3)
        #expect(try await company.detail(found[2]).batch == nil)
        let batched = try await company.events("case.batched")
        #expect(batched.map(\.matter) == [found[3]])
        let notices = try await company.desk.notices.list(for: specialist).notices
        #expect(notices.filter { $0.eventType == "case.batched" }.map(\.clause) == ["D-154"])
    }

    @Test func `D-064: the days in which the customer is asked are not the manager's, and end with the answer`()
        async throws
    {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        _ = try await company.walk(matter, Self.toSolution)
        let before = try #require(try await company.duties("D-064").first { $0.state == "open" })
        let manager = company.holder("manager")
        try await company.desk.database.write { [cases = company.desk.cases] in
            _ = try cases.pause(matter, reason: "等顾客选", revision: nil, by: manager, in: $0)
        }
        // What no clause lets wait is owed as before.
        #expect(try await company.duties("D-238").map(\.state) == ["open"])
        company.clock.advance(hours: 72)
        try await company.move(matter, "ask_customer_view")
        let after = try #require(try await company.duties("D-064").first { $0.state == "open" })
        #expect(after.dueAt == before.dueAt.adding(hours: 72))
        #expect(try await company.events("case.resumed").count == 1)
    }

    @Test(arguments: [("store", "D-235"), ("phone", "D-236"), ("visit", "D-236"), ("site", "D-237")])
    func `D-231 to D-237, D-292, D-299: each entry has its first step`(channel: String, clause: String) async throws {
        let company = try await Company.open()
        let matter = try await Self.complain(company, ["channel": .text(channel)])
        for other in ["D-235", "D-236", "D-237"] {
            #expect(try await company.duties(other).count == (other == clause ? 1 : 0), "\(other)")
        }
        let first = ["D-235": "settle_in_store", "D-236": "ask_handler", "D-237": "coordinate_on_site"][clause] ?? ""
        try await company.move(matter, first)
        #expect(try await company.duties(clause).map(\.state) == ["met"])
    }

    @Test(arguments: ["kind", "channel", "occurred_at", "content", "customer"])
    func `D-231, D-299: the register is not taken without what it asks for`(field: String) async throws {
        let company = try await Company.open()
        var input = company.fill("complaint_registration")
        input[field] = nil
        let asked = input
        await #expect(throws: FormFaults([FormFault(field, .missing)])) {
            _ = try await company.desk.cases.start("complaint", input: asked, by: company.holder("assistant"))
        }
        #expect(try await company.desk.count("matter") == 0)
    }

    @Test func `D-238, D-240, D-308, D-310, D-311: chosen by the manager, signed by the customer, then carried out`()
        async throws
    {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        _ = try await company.walk(matter, Self.toSolution)
        await #expect(
            throws: WorkflowRefusal(.notPermitted(post: "specialist", allowed: ["manager"]), ["D-238", "D-308"])
        ) {
            try await company.move(matter, "choose", by: company.holder("specialist"))
        }
        _ = try await company.walk(matter, ["choose", "inform_customer", "customer_signs"])
        #expect(try await company.duties("D-238").map(\.state) == ["met"])
        #expect(try await company.detail(matter).standing.contains("customer_signs"))
        #expect(try await company.duties("D-240").map(\.state) == ["open"])
        #expect(try await company.duties("D-311").map(\.state) == ["open"])
        try await company.move(matter, "carry_out")
        #expect(try await company.duties("D-240").map(\.state) == ["met"])
        try await company.move(matter, "collect_feedback")
        #expect(try await company.duties("D-311").map(\.state) == ["met"])
    }

    @Test func `D-310: chosen anew, what the customer signed is void`() async throws {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        _ = try await company.walk(
            matter,
            Self.toSolution + ["choose", "inform_customer", "customer_signs", "not_successful"])
        #expect(try await company.detail(matter).standing.contains("customer_signs"))
        let other = try await Self.complain(company)
        _ = try await company.walk(
            other, Self.toSolution + ["choose", "inform_customer", "customer_declines", "propose"])
        try await company.move(other, "choose", ["chosen": .text("second")])
        #expect(try await company.detail(other).standing.contains("customer_signs") == false)
    }

    @Test func `D-239, D-320, D-321: tracked, the customer asked and compensated on the way`() async throws {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        _ = try await company.walk(matter, ["track"] + Self.toSolution + ["track", "ask_customer_view", "choose"])
        #expect(try await company.move(matter, "compensate").state == "solution_fixed")
        await #expect(
            throws: WorkflowRefusal(
                .notPermitted(post: "specialist", allowed: ["manager", "middle_manager", "deputy_general_manager"]),
                ["D-321"])
        ) {
            try await company.move(matter, "compensate", by: company.holder("specialist"))
        }
    }

    @Test func `D-300, D-301: unfounded, explained, and nobody responsible`() async throws {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        try await company.move(matter, "ask_handler")
        // Nothing is judged unfounded before the customer was answered.
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["respond"]), ["D-300", "D-301"])) {
            try await company.move(matter, "judge_unfounded")
        }
        let end = try await company.walk(
            matter,
            [
                "respond", "judge_unfounded", "customer_understands", "follow_up", "report_nobody", "sign_report",
                "close",
            ])
        #expect(end == "closed")
        #expect(try await company.duties("D-238").map(\.state) == ["void"])
        #expect(try await company.desk.knowledge.list(.knowledge, for: company.reader).articles.isEmpty)
    }

    @Test func `D-302 to D-304: the case names the department, asks for time, and finds the cause before solutions`()
        async throws
    {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        _ = try await company.walk(matter, ["respond", "ask_handler", "judge_founded"])
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["ask_for_time"]), ["D-304"])) {
            try await company.move(matter, "investigate")
        }
        await #expect(throws: WorkflowRefusal.self) { try await company.move(matter, "propose") }
        _ = try await company.walk(matter, ["ask_for_time", "investigate"])
        #expect(try await company.detail(matter).matter.state == "deliberating")
    }

    @Test func `D-241, D-242, D-245 to D-247: refused in the end, it goes to court and comes back with its outcome`()
        async throws
    {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        _ = try await company.walk(matter, Self.toSolution + ["choose", "inform_customer", "not_successful"])
        #expect(try await company.duties("D-241").map(\.holder) == [company.holder("middle_manager").staff])
        await #expect(throws: WorkflowRefusal(.notPermitted(post: "manager", allowed: ["middle_manager"]), ["D-241"])) {
            try await company.move(matter, "fix_final_solution", by: company.holder("manager"))
        }
        _ = try await company.walk(matter, ["coordinate_departments", "fix_final_solution"])
        #expect(try await company.duties("D-241").map(\.state) == ["met"])
        #expect(try await company.duties("D-242").map(\.state) == ["open"])
        _ = try await company.walk(matter, ["answer_refused", "enter_lawsuit"])
        #expect(try await company.duties("D-242").map(\.state) == ["met"])
        #expect(try await company.duties("D-246").map(\.holder) == [company.holder("general_manager").staff])
        let end = try await company.walk(
            matter,
            [
                "note_progress", "record_outcome", "settle_after_lawsuit", "follow_up", "report_nobody", "sign_report",
                "close",
            ])
        #expect(end == "closed")
        #expect(try await company.duties("D-247").count == 1)
        #expect(try await company.desk.obligations.accountFor().faults == [])
    }

    @Test
    func `D-123, D-243, D-290: no report before the result is verified, and verified anew when it is settled anew`()
        async throws
    {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        _ = try await company.walk(matter, Self.toSettled)
        #expect(try await company.duties("D-243").map(\.state) == ["open"])
        for report in ["report_responsible", "report_uncoded", "report_nobody"] {
            await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["follow_up"]), ["D-243", "D-244"])) {
                try await company.move(matter, report)
            }
        }
        _ = try await company.walk(
            matter, ["follow_up", "found_untrue", "fix_final_solution", "answer_accepted", "collect_feedback"])
        try await company.move(matter, "confirm_success", ["result": .text("这次真的修好了")])
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["follow_up"]), ["D-243", "D-244"])) {
            try await company.move(matter, "report_nobody")
        }
        _ = try await company.walk(matter, ["follow_up", "report_nobody"])
        #expect(try await company.duties("D-243").last?.state == "met")
    }

    @Test
    func
        `D-244, D-309: signed by nobody concerned, the report opens a case against the person and the head each`()
        async throws
    {
        let company = try await Company.open(more: ["manager"])
        let manager = company.holder("manager", 1)
        let matter = try await Self.reported(
            company, person: company.staff("designer"), head: .text(manager.staff.description))
        await #expect(throws: WorkflowRefusal(.concerned(field: "head"), ["D-244", "D-309"])) {
            try await company.move(matter, "sign_report", by: manager)
        }
        try await company.move(matter, "sign_report", by: company.holder("manager"))
        let penalties = try await company.followers(of: matter, "penalty")
        #expect(penalties.count == 2)
        var booked: [StaffID: String] = [:]
        for link in penalties {
            let detail = try #require(
                try await company.desk.consequences.detail(ofCase: link.matter, for: company.reader))
            booked[detail.finding.person] = detail.finding.offence
        }
        #expect(booked == [company.holder("designer").staff: "A3", manager.staff: "L"])
    }

    @Test func `D-244, D-309: where one of the cases that follow is wrong, none is opened and nothing is signed`()
        async throws
    {
        let company = try await Company.open()
        let before = try await company.desk.count("matter")
        await #expect(throws: FormFaults.self) {
            _ = try await Self.reported(
                company, person: company.staff("finance"), head: company.staff("middle_manager"))
        }
        #expect(try await company.desk.count("matter") == before + 1)
        #expect(try await company.desk.count("finding") == 0)
    }

    @Test
    func `D-249, D-312, D-315, D-316, D-318, D-319: summed up, published without the customer, inspected and entered`()
        async throws
    {
        let company = try await Company.open()
        let matter = try await Self.reported(
            company, person: company.staff("designer"), head: company.staff("middle_manager"))
        try await company.move(matter, "sign_report", by: company.holder("manager"))
        #expect(try await company.duties("D-249").map(\.state) == ["open"])
        try await company.move(
            matter, "close",
            [
                "case_title": .text("报价漏项一例"), "case_text": .text("漏了防水"), "lesson": .text("双人复核"),
                "sample": .flag(true), "handled_by": company.staff("specialist"),
            ])
        #expect(try await company.duties("D-249").map(\.state) == ["met"])
        let article = try #require(
            try await company.desk.knowledge.list(.knowledge, containing: "漏项", for: company.holder("business"))
                .articles.first)
        #expect(article.content == "漏了防水\n\n双人复核")
        #expect(!article.content.contains("冼"))
        let inspection = try #require(try await company.followers(of: matter, "inspection").first).matter
        #expect(try await company.duties("D-315").map(\.state) == ["open"])
        var marks: Fields = [:]
        for field in company.charter.form("inspection_sheet")?.fields ?? [] where field.key != "total" {
            if case .number = field.kind { marks[field.key] = .integer(8) }
        }
        await #expect(throws: WorkflowRefusal.self) {
            try await company.move(inspection, "inspect", marks, by: company.holder("specialist"))
        }
        try await company.move(inspection, "inspect", marks)
        #expect(try await company.detail(inspection).record.latest("total") == .integer(96))
        #expect(try await company.duties("D-319").map(\.state) == ["open"])
        try await company.move(inspection, "enter_in_appraisal")
        #expect(try await company.detail(inspection).record.latest("score") == .integer(96))
        #expect(try await company.duties("D-319").map(\.state) == ["met"])
    }

    @Test func `D-157, D-290: a closed complaint is opened again on new facts`() async throws {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        _ = try await company.walk(
            matter,
            [
                "respond", "ask_handler", "judge_unfounded", "customer_understands", "follow_up", "report_nobody",
                "sign_report", "close",
            ])
        await #expect(throws: WorkflowRefusal.self) {
            try await company.move(matter, "reopen", by: company.holder("assistant"))
        }
        let open = try await company.move(matter, "reopen")
        #expect(open.state == "examined")
        #expect(open.closedAt == nil)
        #expect(try await company.duties("D-157").map(\.state) == ["open"])
        // The answer was given once; the way through is the same.
        let end = try await company.walk(
            matter, ["judge_unfounded", "customer_understands", "follow_up", "report_nobody", "sign_report", "close"])
        #expect(end == "closed")
        #expect(try await company.duties("D-157").map(\.state) == ["met"])
        #expect(try await company.desk.database.read { try CaseAccount.faults(in: $0) } == [])
    }

    @Test func `D-317: what is never said is refused, and sent with a reason that is recorded`() async throws {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        let said = FormFault("answer", .unsaid(phrases: ["不行", "办不了"], clause: "D-317"))
        for reason in [nil, "", "  "] as [String?] {
            var input: Fields = ["answer": .text("这不行，办不了")]
            input["phrase.reason"] = reason.map { .text($0) }
            let asked = input
            await #expect(throws: FormFaults([said])) { try await company.move(matter, "respond", asked) }
        }
        #expect(try await company.events("phrase.overridden").isEmpty)
        await #expect(throws: FormFaults([FormFault("phrase.reason", .tooLong(maximum: 500))])) {
            try await company.move(
                matter, "respond",
                ["answer": .text("不行"), "phrase.reason": .text(String(repeating: "因", count: 501))])
        }
        try await company.move(matter, "respond", ["answer": .text("这不行，办不了"), "phrase.reason": .text("引用合同原文")])
        let told = try #require(try await company.events("phrase.overridden").first)
        #expect(told.body["phrases"] == .list([.text("不行"), .text("办不了")]))
        #expect(told.body["reason"] == .text("引用合同原文"))
        #expect(told.body["clause"] == .text("D-317"))
        #expect(told.matter == matter)
    }

    @Test func `D-294, D-313, D-314: the table is signed, analysed, and its improvements are seen through`()
        async throws
    {
        let company = try await Company.open()
        let table = try await company.start(
            "complaint_table",
            [
                "by_class": .list([
                    .list([.text("attitude"), .text("service"), .integer(3)]),
                    .list([.text("quality"), .text(""), .integer(4)]),
                ])
            ]
        ).id
        #expect(try await company.detail(table).record.latest("total") == .integer(7))
        try await company.move(
            table, "propose_improvement", ["owner": company.staff("specialist"), "due_on": .text("2026-03-20")])
        let improvement = try #require(try await company.followers(of: table, "improvement").first).matter
        let duty = try #require(try await company.duties("D-314").first)
        #expect(wall(duty.dueAt) == "2026-03-21 00:00")
        try await company.move(improvement, "adopt")
        await #expect(throws: WorkflowRefusal(.anotherPerson(field: "owner"), ["D-314"])) {
            try await company.move(improvement, "carry_out", by: company.holder("manager"))
        }
        try await company.move(improvement, "carry_out")
        #expect(try await company.move(improvement, "confirm_effect").state == "done")
        #expect(try await company.duties("D-294").map(\.state) == ["open"])
        #expect(try await company.move(table, "analyse").state == "analysed")
        #expect(try await company.duties("D-294").map(\.state) == ["met"])
    }

    @Test(
        arguments: [
            ("repair_quality", "D-305", "engineering_manager"), ("service", "D-306", "specialist"),
            ("design", nil, nil),
        ] as [(String, String?, String?)])
    func `D-305, D-306: the cause says whose solution it is`(cause: String, clause: String?, post: String?) async throws
    {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        _ = try await company.walk(matter, ["respond", "ask_handler", "judge_founded", "ask_for_time"])
        try await company.move(matter, "investigate", ["cause_kind": .text(cause)])
        for other in ["D-305", "D-306"] {
            let holders = try await company.duties(other).map(\.holder)
            #expect(holders == (other == clause ? [post.map { company.holder($0).staff }] : []), "\(other)")
        }
        try await company.move(matter, "propose")
        if let clause { #expect(try await company.duties(clause).map(\.state) == ["met"]) }
    }

    @Test(arguments: ["second_solution", "second_proposer"])
    func `D-307: one solution is no choice`(field: String) async throws {
        let company = try await Company.open()
        let matter = try await Self.complain(company)
        _ = try await company.walk(matter, ["respond", "ask_handler", "judge_founded", "ask_for_time", "investigate"])
        var input = company.fill("solution_proposals")
        input[field] = nil
        let asked = input
        await #expect(throws: FormFaults([FormFault(field, .missing)])) {
            _ = try await company.desk.cases.move(
                matter, "propose", input: asked, revision: nil, by: company.holder("specialist"))
        }
    }

    @Test
    func `D-291, D-293, D-295 to D-298: how long it took, through how many hands, what score, and who was won back`()
        async throws
    {
        let company = try await Company.open()
        let opened = company.clock.now
        let way = ["respond", "ask_handler", "judge_unfounded", "customer_understands"]
        var ids: [CaseID] = []
        for (isWon, score) in [(true, 5), (false, 2)] as [(Bool, Int64)] {
            let matter = try await Self.complain(company)
            ids.append(matter)
            _ = try await company.walk(matter, way)
            try await company.move(matter, "follow_up", ["won_back": .flag(isWon), "score": .integer(score)])
            _ = try await company.walk(matter, ["report_nobody", "sign_report", "close"])
        }
        // The third begins at midnight, with the next day.
        _ = try await Self.complain(company)
        let zone = company.charter.calendar.zone
        let day = zone.local(opened).day
        let statistics = try await company.desk.cases.statistics(
            of: "complaint", from: day, through: day, for: company.reader)
        #expect(statistics.entries.count == 2)
        #expect(statistics.closed.map(\.matter) == ids)
        #expect(statistics.answering == [3_600_000, 3_600_000])
        #expect(statistics.handling == [7 * 3_600_000, 7 * 3_600_000])
        // The assistant answers, the specialist judges, the assistant settles …: each change of hands by the steps.
        let hands = try await company.detail(ids[0]).steps.map(\.actor)
        #expect(statistics.closed.first?.handOvers == zip(hands, hands.dropFirst()).count { $0 != $1 })
        #expect(statistics.entries("won_back", "true").map(\.matter) == [ids[0]])
        let workflow = try #require(company.charter.workflow("complaint"))
        let counted = CaseStatistics.fields(of: workflow, in: company.charter)
        let score = try #require(counted.first { $0.key == "score" })
        #expect(statistics.groups(by: score).map(\.value) == ["2", "5"])
        #expect(statistics.groups(by: score).map(\.count) == [1, 1])
        #expect(statistics.entries("score", "5").map(\.matter) == [ids[0]])
        let before = try await company.desk.cases.statistics(
            of: "complaint", from: day.adding(days: -9), through: day.adding(days: -1), for: company.reader)
        #expect(before.entries.isEmpty)
        let both = try await company.desk.cases.statistics(
            of: "complaint", from: day, through: day.adding(days: 1), for: company.reader)
        #expect(both.entries.count == 3)
        #expect(both.closed.count == 2)
        // What is closed stays in the archive.
        let archive = try await company.desk.cases.list(
            CaseService.Filter(isOpen: false), for: company.holder("assistant"))
        #expect(Set(archive.cases.map(\.id)) == Set(ids))
    }
}
