import Cases
import Consequences
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// Findings against one person in one month, by the shipped rules of the design company.
struct LadderOfTheMonthTests {
    private func find(
        _ company: Company, _ offence: String, on person: Principal, day: String
    ) async throws -> CaseID {
        company.clock.advance(minutes: 10)
        return try await company.start(
            "penalty",
            [
                "person": .text(person.staff.description), "offence": .text(offence), "fault_day": .text(day),
                "finder": company.staff("manager"),
            ], by: company.holder("manager")
        ).id
    }

    private func rule(_ company: Company, _ matter: CaseID) async throws -> SanctionProposal? {
        try await company.desk.consequences.detail(ofCase: matter, for: company.reader)?.proposal
    }

    @Test(arguments: [
        (false, Sanction.fine(Money(minorUnits: 50_000)), Sanction.withholdPerformancePay),
        (true, .fine(Money(minorUnits: 20_000)), .extendProbation(months: 1)),
    ])
    func `D-273, D-274, D-275: the first, second and third fault of a month, and the next month begins anew`(
        onProbation: Bool, first: Sanction, second: Sanction
    ) async throws {
        let company = try await Company.open(more: onProbation ? ["designer:probation"] : [])
        let designer = company.holder("designer", onProbation ? 1 : 0)
        var rules: [SanctionProposal?] = []
        for (offence, day) in [
            ("A1", "2026-02-01"), ("A3", "2026-02-28"), ("A5", "2026-02-10"), ("A2", "2026-02-11"),
            ("A1", "2026-03-01"),
        ] {
            let matter = try await find(company, offence, on: designer, day: day)
            rules.append(try await rule(company, matter))
        }
        #expect(rules.map { $0?.sanction } == [first, second, .dismiss, .dismiss, first])
        #expect(rules.map { $0?.rung } == [1, 2, 3, 4, 1])
        #expect(rules.map { $0?.clauses } == [["D-273"], ["D-274"], ["D-275"], ["D-275"], ["D-273"]])
        let faults = try await company.desk.database.read(for: company.organisation) {
            try ConsequenceAccount.faults(in: $0)
        }
        #expect(faults == [])
    }

    @Test func `D-267, D-277: an offence is booked on the posts of its group only`() async throws {
        let company = try await Company.open()
        await #expect(throws: FormFaults([FormFault("offence", .notOfThatPost(allowed: ["site_supervisor"]))])) {
            _ = try await find(company, "B6", on: company.holder("designer"), day: "2026-02-01")
        }
        let matter = try await find(company, "B6", on: company.holder("site_supervisor"), day: "2026-02-01")
        #expect(try await rule(company, matter)?.clauses == ["D-284"])
    }

    @Test func `a finding that was dropped does not count`() async throws {
        let company = try await Company.open()
        let designer = company.holder("designer")
        let dropped = try await find(company, "A1", on: designer, day: "2026-02-01")
        try await company.move(dropped, "drop")
        let next = try await find(company, "A1", on: designer, day: "2026-02-02")
        #expect(try await rule(company, next)?.rung == 1)
    }

    @Test func `a person reads what was found against him, and of others what lies in his reach`() async throws {
        let company = try await Company.open(away: ["designer"])
        let (near, far) = (company.holder("designer"), company.others[0])
        let matter = try await find(company, "A1", on: near, day: "2026-02-01")
        let seen = try await company.desk.consequences.list(for: near)
        #expect(seen.rows.map(\.finding.matter) == [matter])
        #expect(try await company.desk.cases.find(matter, for: near).matter.id == matter)
        #expect(try await company.desk.consequences.list(for: far).rows.isEmpty)
        await #expect(throws: StorageError.self) { _ = try await company.desk.cases.find(matter, for: far) }
    }
}
