import Cases
import Customers
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// The complaint of the shipped design charter, walked from its registration to its end with the forms as they are.
struct DesignComplaintTests {
    @Test(arguments: Path.all)
    func `a complaint reaches its end by this path`(path: Path) async throws {
        let company = try await Company.open()
        var matter = try await company.complain(path.channel)
        for move in path.moves {
            company.desk.clock.advance(hours: 1)
            matter = try await company.move(matter.id, move)
        }
        #expect(matter.state == "closed")
        #expect(matter.closedAt != nil)
        let events = try await company.desk.events(of: company.organisation)
        #expect(events.filter { $0.matter == matter.id && $0.nature == "fact" }.count == path.moves.count + 1)
        #expect(try await company.desk.obligations.accountFor().faults == [])
        // Every duty about the case that an event of its own discharges is closed with it.
        let left = try await company.openDuties(of: matter).compactMap { company.charter.clause($0.clause)?.duty }
        #expect(!left.contains { $0.metBy.contains("complaint.responded") })
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `whoever takes moves at random gets to the end, and every refusal was announced`(seed: UInt64) async throws {
        let company = try await Company.open()
        var random = SeededGenerator(seed: seed)
        let matter = try await company.complain("phone")
        var steps = 0
        walk: while true {
            company.desk.clock.advance(minutes: 30)
            var ways: [(Principal, Workflow.Move)] = []
            var made: Set<String> = []
            for person in company.people {
                let detail = try await company.desk.cases.find(matter.id, for: person)
                if detail.matter.closedAt != nil { break walk }
                made = Set(detail.steps.compactMap(\.move))
                ways += detail.moves.filter { $0.refusal == nil }.map { (person, $0.move) }
                for (move, refusal) in detail.moves {
                    guard let refusal else { continue }
                    await #expect(throws: refusal) {
                        _ = try await company.desk.cases.move(
                            matter.id, move.key, input: [:], revision: nil, by: person)
                    }
                }
            }
            // New steps before old ones, or the walk goes round and round.
            let fresh = ways.filter { !made.contains($0.1.key) }
            let (person, move) = try #require((fresh.isEmpty ? ways : fresh).randomElement(using: &random))
            _ = try await company.desk.cases.move(
                matter.id, move.key, input: company.fill(move.form), revision: nil, by: person)
            steps += 1
            #expect(steps < 150)
            if steps >= 150 { break }
        }
        #expect(try await company.desk.obligations.accountFor().faults == [])
    }

    @Test func `the complaint is answered within 24 hours (D-105)`() async throws {
        let company = try await Company.open()
        let matter = try await company.complain("phone")
        let duty = try #require(try await company.desk.duties("D-105", of: company.organisation).first)
        #expect(duty.dueAt == TestClock.tuesday.adding(hours: 24))
        #expect(duty.matter == matter.id)
        company.desk.clock.advance(hours: 24)
        _ = try await company.move(matter.id, "respond")
        let met = try #require(try await company.desk.duties("D-105", of: company.organisation).first)
        #expect(met.state == "met")
        #expect(!met.isLate)
    }

    @Test func `only the manager fixes the solution (D-238, D-308)`() async throws {
        let company = try await Company.open()
        let matter = try await company.complain("phone")
        for move in ["ask_handler", "judge_founded", "ask_for_time", "investigate", "propose"] {
            _ = try await company.move(matter.id, move)
        }
        let specialist = try #require(company.people.first { $0.post == "specialist" })
        await #expect(
            throws: WorkflowRefusal(.notPermitted(post: "specialist", allowed: ["manager"]), ["D-238", "D-308"])
        ) {
            _ = try await company.desk.cases.move(
                matter.id, "choose", input: company.fill("solution_choice"), revision: nil, by: specialist)
        }
        #expect(try await company.move(matter.id, "choose").state == "solution_fixed")
    }

    @Test(arguments: ["design", "shop", "media", "airport"])
    func `every form that a shipped charter asks for can be filled in`(name: String) throws {
        let charter = try Repository.charter(name).charter
        let filler = Company.Filler(charter, id: Identifier<Event>(high: 1, low: 1).description)
        for form in charter.forms.map(\.fields) + charter.facts.map(\.fields) {
            let input = filler.fill(form)
            _ = try Form.parse(input, by: form, zone: charter.calendar.zone, at: TestClock.tuesday)
        }
    }

    struct Path: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let channel: String
        let moves: [String]

        private static let report = ["follow_up", "report_responsible", "sign_report", "close"]
        private static let chosen = [
            "judge_founded", "ask_for_time", "investigate", "propose", "choose", "respond", "inform_customer",
        ]

        static let all = [
            Path(
                testDescription: "founded, signed, carried out", channel: "store",
                moves: ["settle_in_store"] + chosen
                    + ["customer_signs", "carry_out", "collect_feedback", "confirm_success"] + report),
            Path(
                testDescription: "unfounded and understood", channel: "phone",
                moves: [
                    "respond", "ask_handler", "judge_unfounded", "customer_understands", "follow_up", "report_nobody",
                    "sign_report", "close",
                ]),
            Path(
                testDescription: "unfounded, then judged again", channel: "phone",
                moves: ["respond", "ask_handler", "judge_unfounded", "reconsider"]
                    + chosen.filter { $0 != "respond" }
                    + ["customer_signs", "carry_out", "collect_feedback", "confirm_success"] + report),
            Path(
                testDescription: "declined once, then accepted", channel: "phone",
                moves: ["coordinate_on_site"] + chosen
                    + ["customer_declines", "propose", "ask_customer_view", "send_back", "propose", "choose"]
                    + ["inform_customer", "customer_signs", "carry_out", "collect_feedback", "confirm_success"] + report
            ),
            Path(
                testDescription: "not successful, the final solution accepted", channel: "phone",
                moves: ["ask_handler"] + chosen
                    + [
                        "not_successful", "coordinate_departments", "fix_final_solution", "answer_accepted",
                        "collect_feedback", "confirm_success",
                    ] + report),
            Path(
                testDescription: "to court, and the report returned once", channel: "phone",
                moves: ["ask_handler"] + chosen
                    + [
                        "not_successful", "fix_final_solution", "answer_refused", "enter_lawsuit", "note_progress",
                        "record_outcome", "settle_after_lawsuit", "follow_up", "report_nobody", "return_report",
                        "report_responsible", "sign_report", "close",
                    ]),
        ]
    }
}

extension Company {
    fileprivate func complain(_ channel: String) async throws -> Case {
        try await start("complaint", ["channel": .text(channel)], by: holder("assistant"))
    }

    fileprivate func openDuties(of matter: Case) async throws -> [DutyRow] {
        try await desk.duties(of: organisation).filter { $0.matter == matter.id && $0.state == "open" }
    }
}
