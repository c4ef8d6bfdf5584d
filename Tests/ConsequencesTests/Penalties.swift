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

extension Company {
    /// A finding of an offence on somebody, booked by the assistant.
    func find(
        _ offence: String, on person: Principal, fault day: String = "2026-03-02", about: String = "attitude",
        by finder: Principal? = nil
    ) async throws -> Case {
        let finder = finder ?? holder("assistant")
        return try await start(
            "penalty",
            [
                "person": .text(person.staff.description), "offence": .text(offence), "fault_day": .text(day),
                "about": .text(about), "finder": .text(finder.staff.description),
            ], by: finder)
    }

    /// Proposed by the specialist, told by personnel, answered by the person.
    @discardableResult
    func hear(_ matter: CaseID, _ proposal: Fields = [:]) async throws -> Case {
        try await propose(matter, proposal)
        try await move(matter, "notify_person", by: holder("hr"))
        return try await move(matter, "make_statement")
    }

    @discardableResult
    func propose(_ matter: CaseID, _ proposal: Fields = [:]) async throws -> Case {
        try await move(
            matter, "propose", ["proposer": staff("specialist")].merging(proposal) { $1 }, by: holder("specialist"))
    }

    /// As the rules say, unless something else is given.
    @discardableResult
    func decide(_ matter: CaseID, _ measure: String, _ input: Fields = [:], by person: Principal? = nil) async throws
        -> Case
    {
        let decider = person ?? holder("manager")
        var decision: Fields = ["measure": .text(measure), "decider": .text(decider.staff.description)]
        if measure == "fine" || measure == "withhold" { decision["month_pay"] = .text("5000.00") }
        if measure == "fine" { decision["fine"] = .text("500.00") }
        return try await move(matter, "decide", decision.merging(input) { $1 }, by: decider)
    }

    func finding(_ matter: CaseID) async throws -> ConsequenceService.Detail {
        let detail = try await desk.consequences.detail(ofCase: matter, for: reader)
        return try #require(detail)
    }

    /// No act that was refused has left anything behind.
    func accountFor() async throws {
        #expect(try await desk.database.read { try CaseAccount.faults(in: $0) } == [])
        #expect(try await desk.database.read { try ConsequenceAccount.faults(in: $0) } == [])
        #expect(try await desk.obligations.accountFor().faults == [])
    }
}
