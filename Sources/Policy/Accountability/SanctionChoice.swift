public import Primitives

/// What somebody proposes or decides for a finding, and whether the rules and the law say the same.
public struct SanctionChoice: Sendable, Hashable {
    public let measure: Measure
    /// Only with the measure `fine`.
    public let fine: Money?
    /// Not what the ladder or the range of the offence says.
    public let deviates: Bool
    /// The most that the law lets the company take in that month; `nil` where the month's pay is not known.
    public let cap: Money?
    public var exceedsCap: Bool { if let fine, let cap { fine > cap } else { false } }

    public init(measure: Measure, fine: Money?, deviates: Bool, cap: Money?) {
        self.measure = measure
        self.fine = fine
        self.deviates = deviates
        self.cap = cap
    }

    /// A measure by the word of the language.
    public enum Measure: String, Sendable, CaseIterable, Hashable {
        case none, fine, withhold
        case extendProbation = "extend_probation"
        case dismiss
    }
}

extension Sanction {
    public var measure: SanctionChoice.Measure {
        switch self {
        case .fine: .fine
        case .extendProbation: .extendProbation
        case .withholdPerformancePay: .withhold
        case .dismiss: .dismiss
        }
    }

    public var fine: Money? { if case .fine(let amount) = self { amount } else { nil } }
}

extension Charter {
    /// Reads `measure`, `fine`, `month_pay` and `reason` of a form; what it leaves open is as proposed.
    /// - Throws: a measure or amount that nobody named, a fine outside the offence's range, and a deviation from the
    ///   rules or an amount beyond the law without a reason.
    public func choice(
        for offence: Offence, _ proposal: SanctionProposal, fields: Fields
    ) throws(FormFaults) -> SanctionChoice {
        var faults = FormFaults()
        let proposed = proposal.sanction?.measure
        guard let measure = fields["measure"].flatMap({ SanctionChoice.Measure(rawValue: $0.text) }) ?? proposed else {
            throw FormFaults([FormFault("measure", .missing)])
        }
        var fine: Money?
        if measure == .fine {
            let entered: Money? = if case .integer(let fen)? = fields["fine"] { Money(minorUnits: fen) } else { nil }
            fine = entered ?? proposal.sanction?.fine
            if let fine, let range = offence.fine {
                if fine < range.from { faults.add("fine", .amountBelow(range.from)) }
                if fine > range.to { faults.add("fine", .amountAbove(range.to)) }
            } else if let fine, fine.minorUnits <= 0 {
                faults.add("fine", .notAnAmount)
            } else if fine == nil {
                faults.add("fine", .missing)
            }
        }
        let pay: Money? = if case .integer(let fen)? = fields["month_pay"] { Money(minorUnits: fen) } else { nil }
        let isAllowed =
            if let proposed {
                measure == proposed && fine == proposal.sanction?.fine
            } else {
                (measure == .fine && offence.fine != nil) || (measure == .dismiss && offence.mayDismiss)
            }
        let choice = SanctionChoice(
            measure: measure, fine: fine, deviates: !isAllowed,
            cap: pay.map { WageCap(monthPay: $0, minimumWage: minimumWage).most })
        if choice.deviates || choice.exceedsCap, (fields["reason"]?.text ?? "").isEmpty {
            faults.add("reason", .missing)
        }
        try faults.check()
        return choice
    }
}
