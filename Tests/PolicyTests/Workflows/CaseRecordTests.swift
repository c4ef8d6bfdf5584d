import Policy
import Primitives
import Testing

/// What a case remembers, and which signatures stand.
struct CaseRecordTests {
    private static func form(_ key: String, _ fields: String...) -> Form {
        Form(
            key: key, title: words(key),
            fields: fields.map {
                FormField(
                    key: $0, title: words($0), kind: .line(maximum: 200), isRequired: false, isPersonal: false,
                    clauses: [])
            }, clauses: [])
    }

    private static let workflow: Workflow = {
        func move(_ key: String, signs: [String] = [], after: [String] = [], isOnce: Bool = false) -> Workflow.Move {
            Workflow.Move(
                key: key, title: words(key), actors: ["clerk"], form: key == "apply" ? "application" : nil,
                target: "open",
                event: "refund.\(key)", isOnce: isOnce, after: after, signs: signs, clauses: [])
        }
        return Workflow(
            key: "refund", title: words("退费"), reference: "TF", subject: "customer",
            start: Workflow.Start(
                actors: ["clerk"], form: "request", target: "open", event: "refund.open", clauses: []),
            states: [
                Workflow.State(
                    key: "open", title: words("在办"),
                    moves: [
                        move("apply"), move("sign", signs: ["application"], isOnce: true),
                        move("sign_both", signs: ["application", "request"], isOnce: true), move("note"),
                        move("pay", after: ["sign", "sign_both"]),
                    ], isFinal: false, clauses: ["D-258"])
            ], clauses: [])
    }()

    private static let charter = smallBook(
        forms: [form("request", "customer", "amount"), form("application", "amount", "payee")], workflows: [workflow])

    /// The record as the service keeps it: whoever signs, signs what stands then. The seal is the content itself.
    private func record(_ acts: (move: String?, form: String?, fields: Fields)...) -> CaseRecord {
        var record = CaseRecord([], charter: Self.charter)
        for (move, form, fields) in acts {
            let signs = move.flatMap(Self.workflow.move)?.signs ?? []
            let next = record.adding(CaseRecord.Step(move: move, form: form, fields: fields))
            record = record.adding(
                CaseRecord.Step(
                    move: move, form: form, fields: fields, signed: signs.isEmpty ? nil : next.signable(signs)))
        }
        return record
    }

    private func standing(_ record: CaseRecord) -> Set<String> { record.standing(Self.workflow) { $0 } }

    private let request: (String?, String?, Fields) = (
        nil, "request", ["customer": .text("冼"), "amount": .integer(100)]
    )
    private func apply(_ amount: Int64) -> (String?, String?, Fields) {
        ("apply", "application", ["amount": .integer(amount), "payee": .text("冼")])
    }
    private func act(_ move: String) -> (String?, String?, Fields) { (move, nil, [:]) }

    @Test func `D-258, D-265: a signature lapses when what it signed changes, and comes back when it is signed again`()
    {
        #expect(standing(record(request, apply(5), act("sign"))) == ["apply", "sign"])
        #expect(standing(record(request, apply(5), act("sign"), apply(6))) == ["apply"])
        #expect(standing(record(request, apply(5), act("sign"), apply(6), act("sign"))) == ["apply", "sign"])
    }

    @Test func `filled in anew with the same, nothing lapses`() {
        #expect(standing(record(request, apply(5), act("sign"), apply(5))) == ["apply", "sign"])
        // Back to what was signed first: that signature is under these very words.
        #expect(standing(record(request, apply(5), act("sign"), apply(6), apply(5))) == ["apply", "sign"])
    }

    @Test func `what was not signed may change`() {
        let all = record(request, apply(5), act("sign"), act("sign_both"), (nil, "request", ["amount": .integer(9)]))
        #expect(standing(all) == ["apply", "sign"])
        #expect(standing(record(request, apply(5), act("sign"), act("note"))) == ["apply", "sign", "note"])
    }

    @Test func `D-258: void, it may be given again though it is once, and what waited for it waits again`() throws {
        func decide(_ key: String, _ record: CaseRecord) throws(WorkflowRefusal) -> Workflow.Move {
            try Self.workflow.decideMove(
                key, from: "open", by: "clerk", StaffID(high: 1, low: 1), record: record, made: standing(record))
        }
        let signed = record(request, apply(5), act("sign"), act("sign_both"))
        #expect(throws: WorkflowRefusal(.alreadyDone(move: "sign"), ["D-258"])) { _ = try decide("sign", signed) }
        _ = try decide("pay", signed)
        let changed = record(request, apply(5), act("sign"), act("sign_both"), apply(6))
        _ = try decide("sign", changed)
        #expect(throws: WorkflowRefusal(.tooEarly(needs: ["sign", "sign_both"]), ["D-258"])) {
            _ = try decide("pay", changed)
        }
        #expect(throws: WorkflowRefusal(.nothingToSign(form: "application"), ["D-258"])) {
            _ = try decide("sign", record(request))
        }
    }

    @Test func `the last form that has a field says its value, and one that left it empty says none`() {
        let all = record(request, apply(5))
        #expect(all.latest("amount") == .integer(5))
        #expect(all.latest("customer") == .text("冼"))
        #expect(record(request, apply(5), (nil, "application", [:])).latest("payee") == nil)
        #expect(all.latest("nothing") == nil)
        #expect(all.latest(ofForm: "request")?["amount"] == .integer(100))
        #expect(all.latest(ofForm: "reply") == nil)
    }

    // MARK: What is signed

    @Test func `different contents are never alike`() {
        var random = SeededGenerator(seed: 20)
        let alphabet = ["a", "b", "", "\u{0}", "1", "list of 1", "amount", "ä", "灯", ",", ", "]
        func word() -> String {
            (0..<Int.random(in: 0...3, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "" }
                .joined()
        }
        func value(_ depth: Int) -> FieldValue {
            switch Int.random(in: 0..<(depth > 0 ? 5 : 3), using: &random) {
            case 0, 1: .text(word())
            case 2: .integer(Int64.random(in: -3...3, using: &random))
            default: .list((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth - 1) })
            }
        }
        /// As the page shows it: a number and its digits are the same content.
        func shown(_ value: FieldValue) -> String {
            if case .list(let values) = value { return "[\(values.map(shown))]" }
            return "\"\(value.text.debugDescription)\""
        }
        var seen: [[UInt8]: String] = [:]
        var clashes: [(String, String)] = []
        for _ in 0..<20_000 {
            var fields: Fields = [:]
            for key in ["amount", "payee", "a", "b"] where Bool.random(using: &random) { fields[key] = value(2) }
            let bytes = CaseRecord(
                [CaseRecord.Step(move: nil, form: "application", fields: fields)], charter: Self.charter
            ).signable(["application"])
            let content = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(shown($0.value))" }.joined(
                separator: "&")
            if let other = seen.updateValue(content, forKey: bytes), other != content {
                clashes.append((other, content))
            }
        }
        #expect(clashes.isEmpty, "\(clashes.prefix(3))")
        #expect(seen.count > 5000)
    }

    @Test func `the same content is the same, whatever else the case holds`() {
        let short = record(request, apply(5))
        let long = record(request, apply(4), act("note"), apply(5), act("note"))
        #expect(short.signable(["application", "request"]) == long.signable(["application", "request"]))
        #expect(short.signable(["application", "request"]) != short.signable(["request", "application"]))
    }
}
