public import Primitives

/// Money that customers pay in beforehand, as the charter states it.
///
/// A part that the charter leaves out limits nothing. What was paid in never expires.
public struct StoredValue: Sendable, Hashable {
    public let title: LocalizedText
    public let clauses: [Clause.Key]
    /// The least that is paid in at once.
    public let least: Ruled<Money>?
    /// What is given on top, from the smallest recharge to the largest; the last one reached counts.
    public let bonuses: [Bonus]
    /// Which part of a recharge pays first.
    public let pays: Part
    /// The most that a customer may have, principal and bonus.
    public let cap: Ruled<Money>?
    /// From this amount on, what such a payer pays in is not taken in cash.
    public let cashless: [Payer: Ruled<Money>]
    /// What says that principal is paid out on demand; `nil` where it is not.
    public let payOut: [Clause.Key]?

    public init(
        title: LocalizedText, clauses: [Clause.Key], least: Ruled<Money>?, bonuses: [Bonus], pays: Part,
        cap: Ruled<Money>?, cashless: [Payer: Ruled<Money>], payOut: [Clause.Key]?
    ) {
        self.title = title
        self.clauses = clauses
        self.least = least
        self.bonuses = bonuses
        self.pays = pays
        self.cap = cap
        self.cashless = cashless
        self.payOut = payOut
    }

    public struct Bonus: Sendable, Hashable {
        /// The recharge from which it is given.
        public let from: Money
        public let gives: Money
        public let clauses: [Clause.Key]

        public init(from: Money, gives: Money, clauses: [Clause.Key]) {
            self.from = from
            self.gives = gives
            self.clauses = clauses
        }
    }

    public enum Part: String, Sendable, CaseIterable, Hashable {
        case principal, bonus
    }

    public enum Payer: String, Sendable, CaseIterable, Hashable {
        case person, company
    }

    /// How a recharge is paid.
    public enum Tender: String, Sendable, CaseIterable, Hashable, Codable {
        case cash
        /// By bank, card or telephone: whatever leaves a trace of the payer.
        case transfer
    }

    public var allClauses: [Clause.Key] {
        clauses + (least?.clauses ?? []) + bonuses.flatMap(\.clauses) + (cap?.clauses ?? [])
            + Payer.allCases.flatMap { cashless[$0]?.clauses ?? [] } + (payOut ?? [])
    }
}
