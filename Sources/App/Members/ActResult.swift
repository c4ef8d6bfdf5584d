import Foundation
import Policy
import Primitives
import Web

/// What a line of a history is answered.
struct ActResults {
    private let results: MemberResults

    /// - Parameter zone: the company's.
    init(programme: Programme, zone: Zone, language: Language) {
        results = MemberResults(programme: programme, zone: zone, language: language)
    }

    func result(of act: ActLine, _ outcome: MemberOutcome) -> MemberResult {
        headed(act.heading, results.result(outcome))
    }

    /// - Parameter member: whose act the line seems to be, as it stands.
    func result(of fault: ActFault, line number: Int, member: Member?) -> MemberResult {
        let balances = member.map(results.balances) ?? MemberResult()
        var result = fault.heading.map { headed($0, balances) } ?? balances
        result.line = number
        result.refused = [results.line(nil, fault.text)]
        return result
    }

    private func headed(_ heading: ActLine.Heading, _ result: MemberResult) -> MemberResult {
        var result = result
        if heading.action ?? "purchase" == "purchase" {
            result.receipt = heading.receipt
        } else {
            result.action = heading.action
            result.receipt = heading.action == "refund" ? heading.receipt : nil
            result.reverses = heading.reverses
            result.member = heading.member
        }
        return result
    }
}

extension MemberResult {
    /// As JSON, the fields sorted by name.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
