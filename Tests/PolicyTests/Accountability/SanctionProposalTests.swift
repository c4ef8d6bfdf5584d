import Policy
import Primitives
import Testing

/// Tables A and B of the design company's book: what the first, second and third breach of a month brings.
struct SanctionProposalTests {
    struct Line: Sendable, CustomTestStringConvertible {
        let offence: String
        let earlier: Int
        let onProbation: Bool
        let sanction: Sanction
        let clause: String
        var testDescription: String { "\(clause): \(offence), \(earlier) before, probation \(onProbation)" }

        init(_ offence: String, _ earlier: Int, _ onProbation: Bool, _ sanction: Sanction, _ clause: String) {
            (self.offence, self.earlier, self.onProbation) = (offence, earlier, onProbation)
            (self.sanction, self.clause) = (sanction, clause)
        }
    }

    static let book: [Line] = {
        let tables: [(offences: [String], clauses: [String])] = [
            (["A1", "A2", "A3", "A4", "A5"], ["D-273", "D-274", "D-275"]),
            (["B1", "B2", "B3", "B4", "B5", "B6"], ["D-284", "D-285", "D-286"]),
        ]
        return tables.flatMap { offences, clauses in
            offences.flatMap { offence in
                [
                    Line(offence, 0, true, .fine(yuan("200.00")), clauses[0]),
                    Line(offence, 0, false, .fine(yuan("500.00")), clauses[0]),
                    Line(offence, 1, true, .extendProbation(months: 1), clauses[1]),
                    Line(offence, 1, false, .withholdPerformancePay, clauses[1]),
                    Line(offence, 2, true, .dismiss, clauses[2]),
                    Line(offence, 2, false, .dismiss, clauses[2]),
                    // A fourth stays on the last rung.
                    Line(offence, 3, true, .dismiss, clauses[2]),
                    Line(offence, 3, false, .dismiss, clauses[2]),
                ]
            }
        }
    }()

    @Test(arguments: book)
    func `D-273 to D-275, D-284 to D-286: the rung follows from what was booked before`(line: Line) throws {
        let offence = try #require(design.offence(line.offence))
        let proposal = design.proposal(for: offence, earlier: line.earlier, onProbation: line.onProbation)
        #expect(proposal.sanction == line.sanction)
        #expect(proposal.clauses == [line.clause])
        #expect(proposal.rung == line.earlier + 1)
    }

    @Test(arguments: [
        ("A1", "D-268"), ("A2", "D-269"), ("A3", "D-270"), ("A4", "D-271"), ("A5", "D-272"), ("B1", "D-278"),
        ("B2", "D-279"), ("B3", "D-280"), ("B4", "D-281"), ("B5", "D-282"), ("B6", "D-283"), ("C", "D-288"),
        ("D", "D-289"),
    ])
    func `D-267 to D-289: each offence is coded, by its clause`(key: String, clause: String) throws {
        let offence = try #require(design.offence(key))
        #expect(offence.clauses == [clause])
        #expect(
            offence.posts
                == (key.hasPrefix("A") ? ["designer", "consultant"] : key.hasPrefix("B") ? ["site_supervisor"] : []))
        #expect(offence.ladder == (key.hasPrefix("A") ? "negligence_a" : key.hasPrefix("B") ? "negligence_b" : nil))
    }

    @Test func `D-276, D-287: the leader's share is counted apart, in no ladder`() throws {
        let share = try #require(design.offence("L"))
        #expect(share.ladder == nil)
        let proposal = design.proposal(for: share, earlier: 5, onProbation: false)
        #expect(proposal == SanctionProposal(sanction: nil, rung: nil, clauses: ["D-276", "D-287", "D-309"]))
    }

    @Test func `D-288: a range proposes no amount, and a range of one amount does`() throws {
        let service = try #require(design.offence("C"))
        #expect(design.proposal(for: service, earlier: 0, onProbation: false).sanction == nil)
        let fixed = Offence(
            key: "X", title: words("罚"), clauses: [], posts: [], ladder: nil,
            fine: FineRange(from: yuan("50.00"), to: yuan("50.00")), mayDismiss: false)
        #expect(design.proposal(for: fixed, earlier: 3, onProbation: true).sanction == .fine(yuan("50.00")))
    }

    @Test(arguments: [
        ("2026-02-01", "2026-02-01", "2026-03-01"), ("2026-02-28", "2026-02-01", "2026-03-01"),
        ("2026-03-01", "2026-03-01", "2026-04-01"), ("2026-01-31", "2026-01-01", "2026-02-01"),
        ("2026-12-31", "2026-12-01", "2027-01-01"), ("2028-02-29", "2028-02-01", "2028-03-01"),
    ])
    func `D-275, D-286: the month of the fault runs from its first day to the next month's`(
        fault: String, first: String, next: String
    ) {
        #expect(Ladder.Period.month.days(around: day(fault)) == day(first)..<day(next))
    }

    @Test(arguments: [("2026-01-01", "2026-01-01", "2027-01-01"), ("2026-12-31", "2026-01-01", "2027-01-01")])
    func `a ladder by the year runs from New Year to New Year`(fault: String, first: String, next: String) {
        #expect(Ladder.Period.year.days(around: day(fault)) == day(first)..<day(next))
    }
}
