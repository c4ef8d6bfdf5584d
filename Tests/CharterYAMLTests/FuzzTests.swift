import CharterYAML
import Policy
import Testing

/// Whatever becomes of the text, it is read without a crash, and what is returned holds together.
@Suite struct FuzzTests {
    @Test(arguments: 1...6)
    func `a mangled file is refused whole or read whole`(seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<60 {
            let bytes = Mutation.apply(to: Array(SampleCharter.text.utf8), &random)
            let result = CharterReader.read(
                bytes, file: "shop.yaml", holidays: SampleCharter.holidays, currentYear: 2026)
            guard let charter = result.charter else {
                #expect(!result.errors.isEmpty)
                continue
            }
            #expect(result.errors.isEmpty)
            #expect(charter.danglingReferences == [])
        }
    }
}

/// A generator whose numbers follow from its seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private enum Mutation: CaseIterable {
    case flip, drop, indent, double, swap, cut, sign, rename

    static func apply(to bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        (0..<Int.random(in: 1...3, using: &random)).reduce(bytes) { bytes, _ in
            (allCases.randomElement(using: &random) ?? .flip).mutate(bytes, &random)
        }
    }

    private func mutate(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        guard bytes.count > 2 else { return bytes }
        var bytes = bytes
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch self {
        case .flip:
            bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
            return bytes
        case .cut: return Array(bytes[..<index])
        case .sign:
            bytes.insert("{}[]:,-?&*!|>'\"%@`#\t \n".utf8.randomElement(using: &random) ?? 32, at: index)
            return bytes
        case .rename: return rename(bytes, &random)
        case .drop, .indent, .double, .swap: break
        }
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        let line = Int.random(in: 0..<lines.count, using: &random)
        switch self {
        case .drop: lines.remove(at: line)
        case .indent: lines[line] = Bool.random(using: &random) ? [32, 32] + lines[line] : lines[line].dropFirst(2)
        case .double: lines.insert(lines[line], at: line)
        default: lines.swapAt(line, Int.random(in: 0..<lines.count, using: &random))
        }
        return Array(lines.joined(separator: [10]))
    }

    /// One mention of a name becomes another name of the file.
    private func rename(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        let names = [
            "assistant", "manager", "registration", "reply", "complaint.received", "complaint.closed", "site.opened",
            "D-001", "D-006", "D-008", "timeliness", "negligence", "received", "closed", "respond", "customer",
            "promised",
        ]
        let text = String(decoding: bytes, as: UTF8.self)
        guard let from = names.randomElement(using: &random), let to = names.randomElement(using: &random),
            let range = text.ranges(of: from).randomElement(using: &random)
        else { return bytes }
        return Array(text.replacingCharacters(range, with: to).utf8)
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}

extension Charter {
    /// Every name that the charter mentions and does not declare.
    fileprivate var danglingReferences: [String] {
        let posts = Set(posts.map(\.key))
        let forms = Set(forms.map(\.key))
        let clauses = Set(clauses.map(\.key))
        let acts = workflows.flatMap { $0.states.flatMap(\.moves) }
        let program = [
            "customer.filed", "customer.updated", "customer.assigned", "customer.revealed", "staff.joined",
            "staff.left", "charter.adopted", "obligation.met", "obligation.late",
        ]
        let events = Set(facts.map(\.event) + workflows.map(\.start.event) + acts.map(\.event) + program)
        let mentionedPosts =
            self.posts.compactMap(\.reportsTo) + workflows.flatMap(\.start.actors) + acts.flatMap(\.actors)
            + self.clauses.flatMap { $0.notify + ($0.lateness?.notify ?? []) + ($0.duty.map { [$0.post] } ?? []) }
            + offences.flatMap(\.posts)
        let mentionedForms =
            workflows.map(\.start.form) + acts.compactMap(\.form) + self.clauses.compactMap { $0.duty?.form }
        let mentionedEvents = self.clauses.flatMap { clause in
            [clause.when, clause.cadence?.anchor, clause.cadence?.end].compactMap { $0 }
                + (clause.duty?.metBy ?? []) + (clause.duty?.voidBy ?? [])
        }
        let mentionedClauses =
            chapters.map(\.from) + self.posts.flatMap(\.clauses) + self.forms.flatMap(\.clauses)
            + facts.flatMap(\.clauses) + workflows.flatMap { $0.clauses + $0.start.clauses } + acts.flatMap(\.clauses)
            + offences.flatMap(\.clauses) + ladders.flatMap { $0.rungs.flatMap(\.clauses) }
        let states = workflows.flatMap { workflow in
            ([workflow.start.target] + workflow.states.flatMap { $0.moves.map(\.target) })
                .filter { workflow.state($0) == nil }
        }
        return mentionedPosts.filter { !posts.contains($0) } + mentionedForms.filter { !forms.contains($0) }
            + mentionedEvents.filter { !events.contains($0) } + mentionedClauses.filter { !clauses.contains($0) }
            + states + offences.compactMap(\.ladder).filter { key in !ladders.contains { $0.key == key } }
            + self.clauses.flatMap(\.countsIn).filter { metric($0) == nil } + danglingFields
    }

    private var danglingFields: [String] {
        let subjects = workflows.filter { form($0.start.form)?.field($0.subject)?.isRequired != true }.map(\.subject)
        let dates = clauses.compactMap { clause -> String? in
            guard case .before(let field, _)? = clause.duty?.within else { return nil }
            return fieldSets(of: clause.when).allSatisfy { $0.contains { $0.key == field && $0.kind == .date } }
                ? nil : field
        }
        let conditions = clauses.flatMap { clause in
            clause.conditions.map(\.field).filter { field in
                !fieldSets(of: clause.when).joined().contains { $0.key == field }
            }
        }
        return subjects + dates + conditions
    }

    /// The fields that each act gives which records the event.
    private func fieldSets(of event: String?) -> [[FormField]] {
        guard let event else { return [[]] }
        let starts = workflows.map(\.start).filter { $0.event == event }.map(\.form)
        let moves = workflows.flatMap { $0.states.flatMap(\.moves) }.filter { $0.event == event }.map(\.form)
        return facts.filter { $0.event == event }.map(\.fields)
            + (starts.map { Optional($0) } + moves).map { key in
                key.flatMap { form($0) }?.fields ?? []
            }
    }
}
