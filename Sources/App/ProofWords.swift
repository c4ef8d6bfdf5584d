import Cases
import Consequences
import Members
import Notices
import Obligations
import Organisations
import Policy
import Storage

/// What a proof found wrong, as the terminal tells it.
extension Verification.Fault {
    func text(in language: Language) -> String {
        var english: [String] = []
        var chinese: [String] = []
        if let organisation {
            english.append("organisation \(organisation)")
            chinese.append("公司 \(organisation)")
        }
        if let number {
            english.append("number \(number)")
            chinese.append("第\(number)号")
        }
        if let event {
            english.append("event \(event)")
            chinese.append("事件 \(event)")
        }
        english.append(kind.words.english)
        chinese.append(kind.words.chinese)
        return Sentence.choose(english.joined(separator: ", "), chinese.joined(separator: "，"), language)
    }
}

extension Verification.Kind {
    fileprivate var words: (english: String, chinese: String) {
        switch self {
        case .altered: ("altered", "被改动过")
        case .missing(let last): ("missing through \(last)", "到第\(last)号为止缺失")
        case .disordered: ("older than the one before", "比前一个还早")
        case .unsealed: ("not sealed, though younger ones are", "没有封印，而更晚的已有")
        case .headDiffers: ("not what the journal's head says", "与日志末尾的记录不符")
        case .anchorDiffers: ("not the seal that was noted", "与另外记下的封印不符")
        // The engine's own words, which it has in one language.
        case .engine(let text): (text, text)
        }
    }
}

/// What the journal does not bear out, by the domain that keeps it.
enum AccountFault: Sendable {
    case duty(ObligationService.Fault)
    case staff(StaffAccount.Fault)
    case attachment(AttachmentAccount.Fault)
    case matter(CaseAccount.Fault)
    case notice(NoticeAccount.Fault)
    case finding(ConsequenceAccount.Fault)
    case member(MemberAccount.Fault)

    func text(in language: Language) -> String {
        let words =
            switch self {
            case .duty(let fault): fault.words
            case .staff(let fault): fault.words
            case .attachment(let fault): fault.words
            case .matter(let fault): fault.words
            case .notice(let fault): fault.words
            case .finding(let fault): fault.words
            case .member(let fault): fault.words
            }
        return Sentence.choose(words.english, words.chinese, language)
    }
}

extension MemberAccount.Fault {
    fileprivate var words: (english: String, chinese: String) {
        switch self {
        case .unbalanced(_, let posting):
            ("the entries of posting \(posting) do not sum to zero", "记账 \(posting) 的分录合计不为零")
        case .balance(_, let customer, let account):
            (
                "customer \(customer): the balance “\(account)” is not the sum of its entries",
                "顾客 \(customer)：余额“\(account)”与分录合计不符"
            )
        case .exchange(_, let posting):
            (
                "gift of posting \(posting): its points are not those taken off the card",
                "记账 \(posting) 的礼品：积分与卡上扣减的不符"
            )
        case .recharge(_, let number, let account):
            (
                "recharge \(number): what is left of its \(account) is not the sum of its entries",
                "充值单 \(number)：所余“\(account)”与分录合计不符"
            )
        }
    }
}

extension StaffAccount.Fault {
    fileprivate var words: (english: String, chinese: String) {
        switch self {
        case .lost(let id): ("staff \(id): the journal names the person, who is missing", "员工 \(id)：日志里有这个人，现在不见了")
        case .otherPlace(let id):
            ("staff \(id): post or unit is not what the journal says", "员工 \(id)：岗位或单位与日志不符")
        case .otherService(let id):
            ("staff \(id): the journal says otherwise about leaving", "员工 \(id)：是否离职与日志不符")
        }
    }
}

extension CaseAccount.Fault {
    fileprivate var words: (english: String, chinese: String) {
        switch self {
        case .lost(let id): ("case \(id): it was opened and is missing", "事务 \(id)：开立过，现在不见了")
        case .stepLost(let id, let event):
            ("case \(id): the step of event \(event) is missing", "事务 \(id)：事件 \(event) 的那一步不见了")
        case .stepUnsaid(let id, let ordinal):
            ("case \(id): the event of step \(ordinal + 1) is missing", "事务 \(id)：第\(ordinal + 1)步的事件不见了")
        case .otherState(let id):
            ("case \(id): it does not stand where its last step led", "事务 \(id)：状态不是最后一步所到的状态")
        }
    }
}

extension AttachmentAccount.Fault {
    fileprivate var words: (english: String, chinese: String) {
        switch self {
        case .lost(let matter, let event):
            ("case \(matter): the attachment of event \(event) is missing", "事务 \(matter)：事件 \(event) 的附件不见了")
        case .unsaid(let matter, let id):
            (
                "case \(matter): attachment \(id) is not what the journal tells of",
                "事务 \(matter)：附件 \(id) 与日志不符"
            )
        case .absent(let matter, let id):
            ("case \(matter): the file of attachment \(id) is missing", "事务 \(matter)：附件 \(id) 的文件不见了")
        case .altered(let matter, let id):
            ("case \(matter): the file of attachment \(id) was altered", "事务 \(matter)：附件 \(id) 的文件被改动过")
        }
    }
}

extension NoticeAccount.Fault {
    fileprivate var words: (english: String, chinese: String) {
        switch self {
        case .lost(let staff, let event):
            ("staff \(staff): the notice of event \(event) is missing", "员工 \(staff)：事件 \(event) 的通知不见了")
        case .unsaid(let id): ("notice \(id): the event it tells of is missing", "通知 \(id)：所说的事件不见了")
        }
    }
}

extension ObligationService.Fault {
    fileprivate var words: (english: String, chinese: String) {
        switch self {
        case .openingMissing(let id):
            ("obligation \(id): the event that opened it is missing", "待办 \(id)：开出它的事件不见了")
        case .closingMissing(let id):
            ("obligation \(id): the event that closed it is missing", "待办 \(id)：了结它的事件不见了")
        case .lost(let id): ("obligation \(id): it was opened and is missing", "待办 \(id)：开出过，现在不见了")
        case .otherClause(let id):
            ("obligation \(id): its clause is not the one it was opened by", "待办 \(id)：条款不是开出时的那一条")
        case .otherDeadline(let id):
            ("obligation \(id): its deadline is not the one it was opened with", "待办 \(id)：期限不是开出时的期限")
        case .unsaidState(let id): ("obligation \(id): the journal does not say that state", "待办 \(id)：日志里没有这个状态")
        case .unsaidLateness(let id):
            ("obligation \(id): the journal does not say that lateness", "待办 \(id)：日志里没有这次逾期")
        case .load(let staff, let kept, let counted):
            ("staff \(staff): \(kept) open duties kept, \(counted) counted", "员工 \(staff)：记着\(kept)件未办，实有\(counted)件")
        }
    }
}

extension ConsequenceAccount.Fault {
    fileprivate var words: (english: String, chinese: String) {
        switch self {
        case .lost(let matter): ("finding of case \(matter): missing", "事务 \(matter) 的责任认定缺失")
        case .unsaid(let matter):
            ("finding of case \(matter): no event tells of it", "事务 \(matter) 的责任认定没有对应的事件")
        case .steps(let matter):
            ("finding of case \(matter): not the steps that the journal tells of", "事务 \(matter) 的处理步骤与日志不符")
        }
    }
}
