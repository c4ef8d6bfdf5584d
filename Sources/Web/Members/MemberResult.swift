import Foundation
public import Policy
public import Primitives

/// The answer to an act at the counter, off-line and through the API; fields that do not belong to the act are left out.
///
/// docs/members.md says each of them. Nothing in it is personal.
public struct MemberResult: Codable, Sendable {
    public struct Line: Codable, Sendable {
        public let clause: String?
        public let text: String

        private enum CodingKeys: String, CodingKey {
            case clause, text
        }

        /// A reason without a clause says so.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(clause, forKey: .clause)
            try container.encode(text, forKey: .text)
        }
    }

    public var action: String?
    public var card: Int?
    public var cash: Int64?
    public var discount: Int64?
    public var due: Int64?
    public var earned: Int64?
    public var fee: Int64?
    public var kept: Int64?
    /// Of the history, from 1; for a line that is no act.
    public var line: Int?
    public var member: String?
    public var nonCash: Int64?
    public var pending: Int64?
    public var period: Int64?
    public var receipt: String?
    public var redeemed: Int64?
    public var refused: [Line] = []
    public var returned: Int64?
    public var reverses: String?
    public var spendable: Int64?
    public var stored: Int64?
    public var takenBack: Int64?
    public var tier: String?
    public var validUntil: String?
    public var why: [Line]?
    public var whyNot: [Line]?

    private enum CodingKeys: String, CodingKey {
        case action, card, cash, discount, due, earned, fee, kept, line, member, nonCash = "non_cash", pending, period,
            receipt, redeemed, refused, returned, reverses, spendable, stored, takenBack = "taken_back", tier,
            validUntil = "valid_until", why, whyNot = "why_not"
    }

    public init() {}
}

/// Outcomes → results in one language.
public struct MemberResults: Sendable {
    private let programme: Programme
    private let language: Language
    private let words: MemberWords

    /// - Parameter zone: the company's.
    public init(programme: Programme, zone: Zone, language: Language) {
        self.programme = programme
        self.language = language
        words = MemberWords(programme, zone: zone)
    }

    /// The figures of an outcome, with the balances after it.
    public func result(_ outcome: MemberOutcome) -> MemberResult {
        var result = balances(of: outcome.member)
        let card = outcome.member.card
        switch outcome.result {
        case .sold(let quote, let points):
            add(quote, to: &result)
            result.redeemed = points.count
        case .refunded(let refund):
            result.due = refund.due.minorUnits
            result.cash = refund.cash.minorUnits
            result.nonCash = refund.nonCash.minorUnits
            result.stored = refund.stored.minorUnits
            result.returned = refund.returned.count
            result.takenBack = refund.takenBack.count
            result.kept = refund.kept.minorUnits
            result.why = refund.why.map(line)
        case .changed(let change):
            result.card = card?.number
            result.fee = change.fee.minorUnits
            result.validUntil = card.map { programme.expiry(of: $0).description }
            result.why = change.why.map(line)
        case .refused(let refusals):
            result.refused = lines(refusals)
        }
        return result
    }

    public func balances(of member: Member) -> MemberResult {
        var result = MemberResult()
        result.tier = member.card?.tier ?? "none"
        result.spendable = member.points.spendable.count
        result.pending = member.points.pending.count
        result.period = member.points.period.count
        return result
    }

    public func add(_ quote: Quote, to result: inout MemberResult) {
        result.due = quote.due.minorUnits
        result.discount = quote.discount.minorUnits
        result.cash = quote.cash.minorUnits
        result.earned = quote.earned.count
        result.why = quote.why.map(line)
        result.whyNot = quote.whyNot.map(line)
    }

    public func lines(_ refusals: [MemberRefusal]) -> [MemberResult.Line] {
        refusals.map { line($0.clause, words.text($0)) }
    }

    public func line(_ clause: String?, _ text: MemberWords.Text) -> MemberResult.Line {
        MemberResult.Line(clause: clause, text: choose(text))
    }

    public func text(_ standing: CardStanding) -> String { choose(words.text(standing)) }

    func line(_ reason: Reason) -> MemberResult.Line { line(reason.clause, words.text(reason)) }

    private func choose(_ text: MemberWords.Text) -> String {
        switch language {
        case .english: text.english
        case .simplified: text.chinese
        case .traditional:
            Traditional.text(text.chinese)
        }
    }
}
