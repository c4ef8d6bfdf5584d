import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// Cancelled contracts of the design company: the forms, four signatures in their order, then the money.
struct CancellationTests {
    private static let signatures = ["sign_by_handler", "sign_by_middle", "sign_by_area", "sign_by_leader"]

    /// Up to the refund application.
    private static func applied(_ amount: String = "8000.00") async throws -> (company: Company, matter: CaseID) {
        let company = try await Company.open(more: ["designer"])
        let matter = try await company.start(
            "cancel_unstarted", ["handler": company.staff("designer")], by: company.holder("assistant"))
        _ = try await company.walk(matter.id, ["sign_agreement", "write_statement"])
        try await company.move(matter.id, "apply_refund", ["amount": .text(amount)])
        return (company, matter.id)
    }

    @Test func `D-255 to D-259: agreement, statement, application, four signatures, refund`() async throws {
        let company = try await Company.open()
        let matter = try await company.start(
            "cancel_unstarted", ["handler": company.staff("designer")], by: company.holder("assistant"))
        for (move, clause) in [
            ("sign_agreement", "D-255"), ("write_statement", "D-256"), ("apply_refund", "D-257"),
        ] {
            #expect(try await company.duties(clause).map(\.state) == ["open"])
            try await company.move(matter.id, move)
            #expect(try await company.duties(clause).map(\.state) == ["met"])
        }
        for key in Self.signatures { try await company.move(matter.id, key) }
        let paid = try await company.move(matter.id, "pay_refund")
        #expect(paid.state == "refunded")
        let detail = try await company.detail(matter.id)
        // The amount is the application's, and nobody enters it.
        #expect(detail.record.latest("amount_paid") == .integer(200_00))
        #expect(
            detail.steps.suffix(5).map(\.actor)
                == ["designer", "middle_manager", "area_manager", "company_leader", "finance"].map {
                    company.holder($0).staff
                })
        await #expect(throws: WorkflowRefusal.self) { try await company.move(matter.id, "withdraw") }
        #expect(try await company.desk.database.read { try CaseAccount.faults(in: $0) } == [])
        #expect(try await company.desk.obligations.accountFor().faults == [])
    }

    @Test(arguments: 0..<4)
    func `D-258: no signature comes before those that go before it`(done: Int) async throws {
        let (company, matter) = try await Self.applied()
        for key in Self.signatures.prefix(done) { try await company.move(matter, key) }
        for (index, key) in Self.signatures.enumerated() {
            let expected: WorkflowRefusal.Reason? =
                index < done
                ? .alreadyDone(move: key) : index > done ? .tooEarly(needs: Array(Self.signatures[done..<index])) : nil
            guard let expected else { continue }
            await #expect(throws: WorkflowRefusal(expected, ["D-258"])) { try await company.move(matter, key) }
        }
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: Array(Self.signatures[done...])), ["D-259"])) {
            try await company.move(matter, "pay_refund")
        }
    }

    @Test func `D-258: the handler signs in person, whoever has the post`() async throws {
        let (company, matter) = try await Self.applied()
        await #expect(throws: WorkflowRefusal(.anotherPerson(field: "handler"), ["D-258"])) {
            try await company.move(matter, "sign_by_handler", by: company.holder("designer", 1))
        }
        try await company.move(matter, "change_handler", ["handler": company.staff("designer", 1)])
        await #expect(throws: WorkflowRefusal(.anotherPerson(field: "handler"), ["D-258"])) {
            try await company.move(matter, "sign_by_handler", by: company.holder("designer", 0))
        }
        try await company.move(matter, "sign_by_handler", by: company.holder("designer", 1))
    }

    @Test func `D-258: a changed amount makes all signatures void, and the money waits for new ones`() async throws {
        let (company, matter) = try await Self.applied()
        for key in Self.signatures { try await company.move(matter, key) }
        try await company.move(matter, "correct_application", ["amount": .text("8000.01")])
        #expect(try await company.detail(matter).standing.isDisjoint(with: Self.signatures))
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: Self.signatures), ["D-259"])) {
            try await company.move(matter, "pay_refund")
        }
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["sign_by_handler", "sign_by_middle"]), ["D-258"])) {
            try await company.move(matter, "sign_by_area")
        }
        for key in Self.signatures { try await company.move(matter, key) }
        #expect(try await company.move(matter, "pay_refund").state == "refunded")
        #expect(try await company.detail(matter).record.latest("amount_paid") == .integer(8000_01))
    }

    @Test func `D-258: the same words filled in again leave the signatures as they are`() async throws {
        let (company, matter) = try await Self.applied()
        try await company.move(matter, "sign_by_handler")
        try await company.move(matter, "correct_application", ["amount": .text("8000.00")])
        #expect(try await company.detail(matter).standing.contains("sign_by_handler"))
    }

    @Test func `D-256: where the company has a part in it, department and person are named`() async throws {
        let company = try await Company.open()
        let matter = try await company.start("cancel_unstarted", by: company.holder("assistant"))
        try await company.move(matter.id, "sign_agreement")
        let person = company.holder("specialist")
        for side in ["company", "both"] {
            await #expect(
                throws: FormFaults([FormFault("responsible_unit", .missing), FormFault("responsible", .missing)])
            ) {
                _ = try await company.desk.cases.move(
                    matter.id, "write_statement", input: ["statement": .text("退单"), "responsibility": .text(side)],
                    revision: nil, by: person)
            }
        }
        _ = try await company.desk.cases.move(
            matter.id, "write_statement", input: ["statement": .text("退单"), "responsibility": .text("customer")],
            revision: nil, by: person)
    }

    // MARK: Started

    private static func rows(_ cells: (price: String, done: Int64)...) -> FieldValue {
        .list(cells.map { .list([.text("瓷砖"), .text("平米"), .text($0.price), .text(""), .integer($0.done)]) })
    }

    @Test(arguments: [
        ("20000.00", Int64(20_000_00 - 3751_00 - 100_00 + 50_00), "pay_refund", "refunded"),
        ("3801.00", Int64(0), "pay_refund", "refunded"),
        ("1000.00", Int64(1000_00 - 3801_00), "collect_claim", "collected"),
    ])
    func `D-260 to D-266: the work is measured, charged, confirmed by both, and the rest goes back`(
        paid: String, rest: Int64, last: String, end: String
    ) async throws {
        let company = try await Company.open()
        let matter = try await company.start(
            "cancel_started", ["handler": company.staff("consultant")], by: company.holder("assistant")
        ).id
        #expect(try await company.duties("D-260").map(\.state) == ["open"])
        await #expect(
            throws: WorkflowRefusal(.notPermitted(post: "specialist", allowed: ["site_supervisor"]), ["D-260"])
        ) {
            try await company.move(matter, "measure", by: company.holder("specialist"))
        }
        try await company.move(matter, "measure", ["lines": Self.rows(("12.50", 300), ("0.50", 2))])
        #expect(try await company.detail(matter).record.latest("work_value") == .integer(3751_00))
        let charge: Fields = ["added": .text("100.00"), "deducted": .text("50.00"), "paid": .text(paid)]
        try await company.move(matter, "settle_charge", charge)
        let record = try await company.detail(matter).record
        #expect(record.latest("gross") == .integer(3851_00))
        #expect(record.latest("final_charge") == .integer(3801_00))
        #expect(record.latest("refund") == .integer(rest))
        // The agreement waits for the site and for the engineers.
        await #expect(
            throws: WorkflowRefusal(
                .tooEarly(needs: ["confirm_by_supervisor", "confirm_by_engineering"]), ["D-261", "D-262"])
        ) {
            try await company.move(matter, "sign_agreement")
        }
        try await company.move(matter, "confirm_by_supervisor")
        try await company.move(matter, "settle_again", charge.merging(["added": .text("100.01")]) { $1 })
        #expect(try await company.detail(matter).standing.contains("confirm_by_supervisor") == false)
        try await company.move(matter, "settle_again", charge)
        // Charged as it was signed: the signature counts again.
        #expect(try await company.detail(matter).standing.contains("confirm_by_supervisor"))
        for key in ["confirm_by_engineering", "sign_agreement", "write_statement", "apply_refund"] {
            try await company.move(matter, key)
        }
        #expect(try await company.detail(matter).record.latest("amount") == .integer(rest))
        await #expect(throws: FormFaults([FormFault("amount", .workedOut)])) {
            try await company.move(matter, "send_back")
            try await company.move(matter, "apply_refund", ["amount": .text("99999.00")])
        }
        try await company.move(matter, "apply_refund")
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["sign_by_handler"]), ["D-265"])) {
            try await company.move(matter, "sign_by_middle")
        }
        for key in Self.signatures { try await company.move(matter, key) }
        #expect(try await company.move(matter, last).state == end)
        let done = try await company.detail(matter).record
        #expect((done.latest("amount_paid") ?? done.latest("amount_due")) == .integer(rest))
        for clause in ["D-260", "D-261", "D-262", "D-263", "D-264"] {
            #expect(try await company.duties(clause).allSatisfy { $0.state != "open" }, "\(clause)")
        }
        #expect(try await company.desk.obligations.accountFor().faults == [])
    }
}
