import Primitives

/// Reads a charter's parts for what the law may object to.
public struct LawLint: Sendable {
    public let forms: [Form]
    public let facts: [FactKind]
    public let clauses: [Clause]
    public let offences: [Offence]
    public let ladders: [Ladder]
    public let membership: Programme?

    public init(
        forms: [Form], facts: [FactKind], clauses: [Clause], offences: [Offence], ladders: [Ladder],
        membership: Programme?
    ) {
        self.membership = membership
        self.forms = forms
        self.facts = facts
        self.clauses = clauses
        self.offences = offences
        self.ladders = ladders
    }

    public var findings: [LawFinding] {
        forms.flatMap { data(in: $0.fields, path: ["forms", $0.key]) }
            + facts.flatMap { data(in: $0.fields, path: ["facts", $0.event]) }
            + clauses.compactMap(message)
            + offences.flatMap(offence)
            + ladders.flatMap(ladder)
            + prepaid
    }

    // MARK: Prepaid cards

    /// In fen, of the measures on prepaid cards of one company.
    private static let most = Money(minorUnits: 500_000)
    private static let cashless: [StoredValue.Payer: Money] = [
        .company: Money(minorUnits: 500_000), .person: Money(minorUnits: 5_000_000),
    ]

    private var prepaid: [LawFinding] {
        guard let membership, let stored = membership.storedValue else { return [] }
        let path = ["membership", "stored_value"]
        var findings: [LawFinding] = []
        if stored.cap.map({ $0.figure > LawLint.most }) ?? true {
            findings.append(LawFinding(concern: .prepaidCap, path: path + (stored.cap == nil ? [] : ["cap"])))
        }
        let isLax = StoredValue.Payer.allCases.contains { payer in
            guard let limit = LawLint.cashless[payer] else { return false }
            return stored.cashless[payer].map { $0.figure > limit } ?? true
        }
        if isLax {
            findings.append(
                LawFinding(concern: .prepaidCash, path: path + (stored.cashless.isEmpty ? [] : ["cashless"])))
        }
        if !membership.confirmations.contains(where: { $0.acts.contains(.recharge) }) {
            findings.append(LawFinding(concern: .prepaidIdentity, path: path))
        }
        if stored.payOut == nil { findings.append(LawFinding(concern: .prepaidRefund, path: path)) }
        return findings
    }

    // MARK: Sanctions

    private func offence(_ offence: Offence) -> [LawFinding] {
        let path = ["offences", offence.key]
        return (offence.fine == nil ? [] : [LawFinding(concern: .fine, path: path + ["fine"])])
            + (offence.mayDismiss ? [LawFinding(concern: .dismissal, path: path + ["dismiss"])] : [])
    }

    private func ladder(_ ladder: Ladder) -> [LawFinding] {
        ladder.rungs.flatMap { rung in
            let path = ["ladders", ladder.key, "rungs", String(rung.count)]
            return [sanction(rung.probation, path + ["probation"]), sanction(rung.regular, path + ["regular"])]
        }
    }

    private func sanction(_ sanction: Sanction, _ path: [String]) -> LawFinding {
        switch sanction {
        case .fine: LawFinding(concern: .fine, path: path + ["fine"])
        case .extendProbation: LawFinding(concern: .extendedProbation, path: path + ["extend_probation"])
        case .withholdPerformancePay: LawFinding(concern: .withheldPay, path: path + ["withhold"])
        case .dismiss: LawFinding(concern: .dismissal, path: path + ["dismiss"])
        }
    }

    // MARK: Personal data

    /// Words of a field's key that tell of sensitive data, singly or in a row.
    private static let sensitive: Set<String> = [
        "identity", "passport", "id_number", "id_card", "health", "illness", "medical", "religion", "bank_account",
        "bank_card", "income", "fingerprint", "face",
    ]
    private static let child: Set<String> = ["child", "children", "son", "daughter", "minor", "baby", "kid"]

    private func data(in fields: [FormField], path: [String]) -> [LawFinding] {
        fields.compactMap { field in
            let words = field.key.split(separator: "_").map(String.init)
            let pairs = zip(words, words.dropFirst()).map { $0 + "_" + $1 }
            let path = path + ["fields", field.key]
            if !LawLint.child.isDisjoint(with: words) { return LawFinding(concern: .childData, path: path) }
            if !LawLint.sensitive.isDisjoint(with: words + pairs) {
                return LawFinding(concern: .sensitiveData, path: path)
            }
            return nil
        }
    }

    // MARK: Messages

    private static let messaging: Set<String> = [
        "greet", "greeting", "greetings", "sms", "promote", "promotion", "advertise", "advertising",
    ]

    /// A duty to send greetings or promotions, unless it asks for consent in a field of that name.
    private func message(_ clause: Clause) -> LawFinding? {
        guard let duty = clause.duty,
            !LawLint.messaging.isDisjoint(with: duty.verb.split(separator: "_").map(String.init)),
            !clause.conditions.contains(where: { $0.field.contains("consent") })
        else { return nil }
        return LawFinding(concern: .businessMessage, path: ["clauses", clause.key, "oblige", "to"])
    }
}
