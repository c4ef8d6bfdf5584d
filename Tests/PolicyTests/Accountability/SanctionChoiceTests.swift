import Policy
import Primitives
import Testing

/// What somebody proposes or decides, beside what the book and the law say.
struct SanctionChoiceTests {
    private func choice(
        _ key: String, earlier: Int = 0, onProbation: Bool = false, _ fields: Fields, in charter: Charter = design
    ) throws -> SanctionChoice {
        let offence = try #require(charter.offence(key))
        let proposal = charter.proposal(for: offence, earlier: earlier, onProbation: onProbation)
        return try charter.choice(for: offence, proposal, fields: fields)
    }

    private static func fine(_ amount: String, pay: String? = nil, reason: String? = nil) -> Fields {
        var fields: Fields = ["measure": .text("fine"), "fine": .integer(yuan(amount).minorUnits)]
        fields["month_pay"] = pay.map { .integer(yuan($0).minorUnits) }
        fields["reason"] = reason.map { .text($0) }
        return fields
    }

    // MARK: The range of C

    @Test(arguments: [
        ("199.99", FormFault.Problem.amountBelow(yuan("200.00"))), ("200.00", nil), ("200.01", nil), ("999.99", nil),
        ("1000.00", nil), ("1000.01", .amountAbove(yuan("1000.00"))),
    ])
    func `D-288: a fine by circumstances lies between 200 and 1000 yuan`(amount: String, problem: FormFault.Problem?) {
        let found = formFaults { _ = try choice("C", Self.fine(amount)) }
        #expect(found == (problem.map { [FormFault("fine", $0)] } ?? []))
    }

    @Test(arguments: ["0.01", "199.99", "1000.01", "99999.99"])
    func `D-288: no reason carries a fine out of the range`(amount: String) {
        let found = formFaults { _ = try choice("C", Self.fine(amount, reason: "从重")) }
        #expect(found.map(\.field) == ["fine"])
    }

    @Test func `D-288: a grave case may end in dismissal without a reason of its own`() throws {
        #expect(try choice("C", ["measure": .text("dismiss")]).deviates == false)
        #expect(formFaults { _ = try choice("C", ["measure": .text("withhold")]) } == [FormFault("reason", .missing)])
        #expect(formFaults { _ = try choice("C", [:]) } == [FormFault("measure", .missing)])
        #expect(formFaults { _ = try choice("C", ["measure": .text("fine")]) } == [FormFault("fine", .missing)])
    }

    // MARK: The ladder

    @Test func `D-273, D-284: what is left open is as the ladder says`() throws {
        for key in ["A1", "B1"] {
            let regular = try choice(key, [:])
            #expect(regular == SanctionChoice(measure: .fine, fine: yuan("500.00"), deviates: false, cap: nil))
            #expect(try choice(key, onProbation: true, [:]).fine == yuan("200.00"))
            #expect(try choice(key, earlier: 2, [:]).measure == .dismiss)
        }
    }

    @Test(
        arguments: [
            (0, "fine", "500.00", false), (0, "fine", "499.99", true), (0, "fine", "500.01", true),
            (0, "none", nil, true),
            (0, "dismiss", nil, true), (1, "withhold", nil, false), (1, "fine", "500.00", true),
            (1, "extend_probation", nil, true), (2, "dismiss", nil, false), (2, "withhold", nil, true),
            (2, "none", nil, true),
        ] as [(Int, String, String?, Bool)])
    func `D-276, D-287: another measure than the ladder's, or another amount, needs a reason`(
        earlier: Int, measure: String, fine: String?, deviates: Bool
    ) throws {
        var fields: Fields = ["measure": .text(measure)]
        fields["fine"] = fine.map { .integer(yuan($0).minorUnits) }
        for key in ["A3", "B3"] {
            let found = formFaults { _ = try choice(key, earlier: earlier, fields) }
            #expect(found == (deviates ? [FormFault("reason", .missing)] : []))
            fields["reason"] = .text("情节较轻，已补救")
            #expect(try choice(key, earlier: earlier, fields).deviates == deviates)
            fields["reason"] = nil
        }
    }

    @Test(arguments: ["0.00", "-0.01", "-500.00"])
    func `a fine is more than nothing`(amount: String) {
        let found = formFaults { _ = try choice("A1", Self.fine(amount, reason: "减")) }
        #expect(found == [FormFault("fine", .notAnAmount)])
    }

    @Test func `a measure that is none of the language's is as good as none`() {
        #expect(formFaults { _ = try choice("C", ["measure": .text("flogging")]) } == [FormFault("measure", .missing)])
    }

    // MARK: The law

    /// With 2540 yuan as minimum wage.
    @Test(arguments: [
        // A fifth of the pay, rounded down to the fen.
        ("5000.00", "1000.00"), ("5000.04", "1000.00"), ("5000.05", "1000.01"), ("4999.99", "999.99"),
        // Where a fifth would leave less than the minimum wage: 3175 is where both meet.
        ("3175.00", "635.00"), ("3174.99", "634.99"), ("3175.05", "635.01"), ("3000.00", "460.00"),
        ("2540.01", "0.01"), ("2540.00", "0.00"), ("2539.99", "0.00"), ("0.00", "0.00"),
    ])
    func `the law leaves a fifth of the month's pay, and never less than the minimum wage`(pay: String, most: String) {
        #expect(WageCap(monthPay: yuan(pay), minimumWage: yuan("2540.00")).most == yuan(most))
    }

    @Test(arguments: [("5000.00", "1000.00"), ("4.99", "0.99"), ("0.04", "0.00"), ("0.05", "0.01")])
    func `without a known minimum wage a fifth alone counts`(pay: String, most: String) {
        #expect(WageCap(monthPay: yuan(pay), minimumWage: nil).most == yuan(most))
    }

    @Test(arguments: [("999.99", false), ("1000.00", false), ("1000.01", true)])
    func `beyond the cap a fine needs a reason, at the cap it needs none`(amount: String, isBeyond: Bool) throws {
        let book = smallBook(
            offences: [
                Offence(
                    key: "X", title: words("罚"), clauses: [], posts: [], ladder: nil,
                    fine: FineRange(from: yuan("1.00"), to: yuan("5000.00")), mayDismiss: false)
            ], minimumWage: yuan("2540.00"))
        let found = formFaults { _ = try choice("X", Self.fine(amount, pay: "5000.00"), in: book) }
        #expect(found == (isBeyond ? [FormFault("reason", .missing)] : []))
        let reasoned = try choice("X", Self.fine(amount, pay: "5000.00", reason: "分月扣"), in: book)
        #expect(reasoned.exceedsCap == isBeyond)
        #expect(reasoned.cap == yuan("1000.00"))
        #expect(!reasoned.deviates)
    }

    @Test(arguments: [("2499.99", true), ("2500.00", true), ("3040.00", false), ("3039.99", true)])
    func `D-273: the ladder's own 500 yuan exceed the law for a small wage`(pay: String, isBeyond: Bool) throws {
        let found = formFaults { _ = try choice("A1", Self.fine("500.00", pay: pay)) }
        #expect(found == (isBeyond ? [FormFault("reason", .missing)] : []))
    }

    @Test func `an empty reason is none`() {
        let fields: Fields = ["measure": .text("none"), "reason": .text("")]
        #expect(formFaults { _ = try choice("A1", fields) } == [FormFault("reason", .missing)])
    }
}
