import CharterYAML
import Policy
import Testing

@Suite struct LawSectionTests {
    private func warnings(_ text: String = SampleCharter.text) -> [Fault] {
        SampleCharter.read(text).warnings.filter { $0.code == .law }
    }

    @Test func `sanctions are warned of with their article, and block nothing`() {
        let result = SampleCharter.read()
        #expect(result.charter != nil)
        #expect(
            warnings().map { "\($0.line) \($0.path): \($0.article?[.simplified] ?? "")" } == [
                "112 offences.C.fine: 《企业职工奖惩条例》2008年废止；《工资支付暂行规定》第16条",
                "112 offences.C.dismiss: 《劳动合同法》第4条、第39条",
                "117 ladders.negligence.rungs.1.probation.fine: 《企业职工奖惩条例》2008年废止；《工资支付暂行规定》第16条",
                "117 ladders.negligence.rungs.1.regular.fine: 《企业职工奖惩条例》2008年废止；《工资支付暂行规定》第16条",
                "118 ladders.negligence.rungs.2.probation.extend_probation: 《劳动合同法》第19条",
                "118 ladders.negligence.rungs.2.regular.withhold: 《工资支付暂行规定》第16条",
                "119 ladders.negligence.rungs.3.probation.dismiss: 《劳动合同法》第4条、第39条",
                "119 ladders.negligence.rungs.3.regular.dismiss: 《劳动合同法》第4条、第39条",
            ])
    }

    @Test(arguments: [
        ("id_number", "个人信息保护法, art. 28–30"), ("guest_passport", "个人信息保护法, art. 28–30"),
        ("child_birthday", "个人信息保护法, art. 28 and 31"),
    ])
    func `a field for sensitive data is warned of by its key`(key: String, article: String) {
        let found = warnings(SampleCharter.text.replacing("site: {type: line", with: key + ": {type: line"))
            .filter { $0.path == "facts.site.opened.fields." + key }
        #expect(found.map { $0.article?[.english] } == [article])
        #expect(found.map(\.line) == [49])
    }

    @Test func `an ordinary field is not warned of`() {
        #expect(warnings().contains { $0.path.contains("fields") } == false)
    }

    @Test func `a duty to greet is warned of unless it asks for consent`() {
        let greeting = SampleCharter.text.replacing("to: respond, within", with: "to: send_greeting, within")
        #expect(warnings(greeting).contains { $0.path == "clauses.D-001.oblige.to" })
        let consented = greeting.replacing("urgent: {type: flag", with: "consent: {type: flag")
            .replacing("urgent: true}", with: "consent: true}")
        #expect(SampleCharter.read(consented).errors.map(\.description) == [])
        #expect(warnings(consented).contains { $0.path == "clauses.D-001.oblige.to" } == false)
    }

    private static let stored = """
        membership:
          goods:
            general: {title: {zh-Hans: 商品}}
          confirmations:
            identity: {title: {zh-Hans: 已核对证件}, for: recharge}
          stored_value:
            title: {zh-Hans: 充值卡}
            cap: {amount: 5000.00}
            cashless: {person: {from: 50000.00}, company: {from: 5000.00}}
            pay_out: {clause: D-007}

        """

    @Test(arguments: [
        ("", "", []),
        ("    cap: {amount: 5000.00}\n", "", ["prepaid_cap"]),
        ("cap: {amount: 5000.00}", "cap: {amount: 5000.01}", ["prepaid_cap"]),
        ("company: {from: 5000.00}", "company: {from: 5000.01}", ["prepaid_cash"]),
        ("person: {from: 50000.00}, ", "", ["prepaid_cash"]),
        ("for: recharge", "for: pay_out", ["prepaid_identity"]),
        ("    pay_out: {clause: D-007}\n", "", ["prepaid_refund"]),
    ])
    func `prepaid cards beyond the measures are warned of`(from: String, to: String, concerns: [String]) {
        let section = from.isEmpty ? Self.stored : Self.stored.replacing(from, with: to)
        let text = SampleCharter.text.replacing("\nposts:", with: "\n" + section + "posts:")
        #expect(SampleCharter.read(text).errors.map(\.description) == [])
        let found = warnings(text).filter { $0.path.hasPrefix("membership") }
        let expected = concerns.compactMap { LawConcern(rawValue: $0)?.found.simplified }
        #expect(found.map(\.found.simplified) == expected)
    }

    @Test func `every concern speaks three languages`() {
        for concern in LawConcern.allCases {
            for text in [concern.article, concern.found, concern.advice] {
                #expect(!text.simplified.isEmpty && !text.traditional.isEmpty && text.english?.isEmpty == false)
            }
        }
    }
}
