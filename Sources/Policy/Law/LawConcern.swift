/// Where a rule of a company may run against the law of mainland China.
///
/// Not legal advice: the lint warns and names the source, and the company decides.
public enum LawConcern: String, Sendable, CaseIterable, Hashable {
    case fine
    case withheldPay = "withheld_pay"
    case extendedProbation = "extended_probation"
    case dismissal
    case sensitiveData = "sensitive_data"
    case childData = "child_data"
    case businessMessage = "business_message"
    case prepaidCap = "prepaid_cap"
    case prepaidCash = "prepaid_cash"
    case prepaidIdentity = "prepaid_identity"
    case prepaidRefund = "prepaid_refund"

    /// The source, as a lawyer would look it up.
    public var article: LocalizedText {
        switch self {
        case .fine:
            LocalizedText(
                simplified: "《企业职工奖惩条例》2008年废止；《工资支付暂行规定》第16条",
                traditional: "《企業職工獎懲條例》2008年廢止；《工資支付暫行規定》第16條",
                english: "企业职工奖惩条例, repealed 2008; 工资支付暂行规定, art. 16")
        case .withheldPay:
            LocalizedText(
                simplified: "《工资支付暂行规定》第16条", traditional: "《工資支付暫行規定》第16條",
                english: "工资支付暂行规定, art. 16")
        case .extendedProbation:
            LocalizedText(
                simplified: "《劳动合同法》第19条", traditional: "《勞動合同法》第19條", english: "劳动合同法, art. 19")
        case .dismissal:
            LocalizedText(
                simplified: "《劳动合同法》第4条、第39条", traditional: "《勞動合同法》第4條、第39條",
                english: "劳动合同法, art. 4 and 39")
        case .sensitiveData:
            LocalizedText(
                simplified: "《个人信息保护法》第28—30条", traditional: "《個人信息保護法》第28—30條",
                english: "个人信息保护法, art. 28–30")
        case .childData:
            LocalizedText(
                simplified: "《个人信息保护法》第28条、第31条", traditional: "《個人信息保護法》第28條、第31條",
                english: "个人信息保护法, art. 28 and 31")
        case .businessMessage:
            LocalizedText(
                simplified: "《消费者权益保护法实施条例》第22—24条", traditional: "《消費者權益保護法實施條例》第22—24條",
                english: "消费者权益保护法实施条例, art. 22–24")
        case .prepaidCap, .prepaidCash, .prepaidIdentity:
            LocalizedText(
                simplified: "《单用途商业预付卡管理办法（试行）》", traditional: "《單用途商業預付卡管理辦法（試行）》",
                english: "单用途商业预付卡管理办法(试行), 2012, amended 2016")
        case .prepaidRefund:
            LocalizedText(
                simplified: "法释〔2025〕4号", traditional: "法釋〔2025〕4號", english: "法释〔2025〕4号")
        }
    }

    /// What the rule does.
    public var found: LocalizedText {
        switch self {
        case .fine: LocalizedText(simplified: "罚款", traditional: "罰款", english: "a fine")
        case .withheldPay: LocalizedText(simplified: "扣发工资", traditional: "扣發工資", english: "withheld pay")
        case .extendedProbation:
            LocalizedText(simplified: "延长试用期", traditional: "延長試用期", english: "a longer probation")
        case .dismissal: LocalizedText(simplified: "辞退", traditional: "辭退", english: "dismissal")
        case .sensitiveData:
            LocalizedText(simplified: "敏感个人信息", traditional: "敏感個人信息", english: "sensitive personal data")
        case .childData:
            LocalizedText(simplified: "未成年人信息", traditional: "未成年人信息", english: "data of a child")
        case .businessMessage:
            LocalizedText(
                simplified: "未以同意为条件的商业信息", traditional: "未以同意為條件的商業信息",
                english: "a business message without a condition on consent")
        case .prepaidCap:
            LocalizedText(
                simplified: "储值没有上限或上限过高", traditional: "儲值沒有上限或上限過高",
                english: "stored value without a cap, or with a high one")
        case .prepaidCash:
            LocalizedText(simplified: "大额充值可收现金", traditional: "大額充值可收現金", english: "large recharges in cash")
        case .prepaidIdentity:
            LocalizedText(
                simplified: "充值不核对证件", traditional: "充值不核對證件", english: "recharges without a look at the identity")
        case .prepaidRefund:
            LocalizedText(simplified: "本金不予退还", traditional: "本金不予退還", english: "principal that is not paid out")
        }
    }

    /// What the law would have instead.
    public var advice: LocalizedText {
        switch self {
        case .fine:
            LocalizedText(
                simplified: "劳动合同约定的赔偿扣除，每月不超过当月工资的20%，且余额不低于当地最低工资",
                traditional: "勞動合同約定的賠償扣除，每月不超過當月工資的20%，且餘額不低於當地最低工資",
                english:
                    "a deduction that the contract provides for, at most 20 % of the month's wage, the minimum wage left"
            )
        case .withheldPay:
            LocalizedText(
                simplified: "扣除不超过当月工资的20%，且余额不低于当地最低工资",
                traditional: "扣除不超過當月工資的20%，且餘額不低於當地最低工資",
                english: "at most 20 % of the month's wage, the local minimum wage left")
        case .extendedProbation:
            LocalizedText(
                simplified: "试用期只约定一次，不超过法定上限", traditional: "試用期只約定一次，不超過法定上限",
                english: "probation agreed once only, within the length the law allows")
        case .dismissal:
            LocalizedText(
                simplified: "严重违反经职工参与制定并公示的规章制度", traditional: "嚴重違反經職工參與制定並公示的規章制度",
                english: "a serious breach of rules adopted with the staff's participation and made known")
        case .sensitiveData:
            LocalizedText(
                simplified: "特定目的、必要性和本人单独同意", traditional: "特定目的、必要性和本人單獨同意",
                english: "a purpose, necessity and the person's separate consent")
        case .childData:
            LocalizedText(
                simplified: "未满十四周岁者，须其监护人同意", traditional: "未滿十四週歲者，須其監護人同意",
                english: "a guardian's consent under 14 years of age")
        case .businessMessage:
            LocalizedText(
                simplified: "消费者同意，并可随时拒收", traditional: "消費者同意，並可隨時拒收",
                english: "the customer's consent, and an objection that is easy at any time")
        case .prepaidCap:
            LocalizedText(
                simplified: "记名卡余额不超过5000元", traditional: "記名卡餘額不超過5000元",
                english: "at most 5,000 yuan on a registered card")
        case .prepaidCash:
            LocalizedText(
                simplified: "单位5000元以上、个人50000元以上不收现金", traditional: "單位5000元以上、個人50000元以上不收現金",
                english: "no cash from 5,000 yuan of a company, from 50,000 of a person")
        case .prepaidIdentity:
            LocalizedText(
                simplified: "记名卡须登记持卡人身份（confirmations，for: recharge）",
                traditional: "記名卡須登記持卡人身份（confirmations，for: recharge）",
                english: "the identity of a registered card's holder (confirmations, for: recharge)")
        case .prepaidRefund:
            LocalizedText(
                simplified: "消费者可依法要求退还本金（pay_out）", traditional: "消費者可依法要求退還本金（pay_out）",
                english: "the principal on demand as the law allows (pay_out)")
        }
    }
}

/// A concern, and the rule that raises it.
public struct LawFinding: Sendable, Hashable {
    public let concern: LawConcern
    /// The keys that lead to the rule in the file.
    public let path: [String]

    public init(concern: LawConcern, path: [String]) {
        self.concern = concern
        self.path = path
    }
}
