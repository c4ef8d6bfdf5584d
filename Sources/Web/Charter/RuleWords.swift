import Policy
import Primitives

/// Says a clause's working parts as the desk says them: who, from when, by when, and what happens when late.
struct RuleWords {
    let frame: Frame
    let charter: Charter

    private var words: Words { frame.words }
    private var language: Language { frame.language }
    private var comma: String { language == .english ? ", " : "、" }
    /// A gap parts facts.
    var gap: String { language == .english ? "\u{2003}" : "\u{3000}" }

    /// The line under a clause's title.
    func line(_ clause: Clause) -> String {
        var parts: [String] = []
        if let duty = clause.duty {
            parts.append(post(duty.post))
            if let cadence = clause.cadence { parts.append(self.cadence(cadence)) }
            let term = deadline(duty.within, of: clause)
            parts.append(clause.when.map { words("“{0}”起{1}", event($0), term) } ?? term)
            if let lateness = clause.lateness { parts.append(self.lateness(lateness)) }
        } else if clause.status == .executed {
            if !clause.notify.isEmpty {
                let posts = self.posts(clause.notify)
                parts.append(clause.when.map { words("“{0}”时通知{1}", event($0), posts) } ?? words("通知{0}", posts))
            }
            parts += clause.effects.map(effect)
        }
        if parts.isEmpty, let note = clause.note { parts.append(note[language]) }
        return parts.joined(separator: gap)
    }

    func post(_ key: Post.Key) -> String { charter.post(key)?.title[language] ?? key }
    func posts(_ keys: [Post.Key]) -> String { keys.map(post).joined(separator: comma) }
    func event(_ type: String) -> String { EventWords(words: frame.words).title(of: type, in: charter) }
    func events(_ types: [String]) -> String { types.map(event).joined(separator: comma) }

    /// A number of something, with a word of its own for one.
    private func count(_ number: Int, _ one: String, _ many: String) -> String {
        number == 1 ? words(one) : words(many, String(number))
    }

    func deadline(_ deadline: Deadline, of clause: Clause) -> String {
        switch deadline {
        case .hours(0), .workingHours(0): words("即刻")
        case .hours(let number): count(number, "1小时内", "{0}小时内")
        case .workingHours(let number): count(number, "1个工作小时内", "{0}个工作小时内")
        case .days(let number): count(number, "1天内", "{0}天内")
        case .weeks(let number): count(number, "1周内", "{0}周内")
        case .months(let number): count(number, "1个月内", "{0}个月内")
        case .workingDays(let number): count(number, "1个工作日内", "{0}个工作日内")
        case .sameDay: words("当日下班前")
        case .nextDay: words("次个工作日下班前")
        case .weekday(let day): words("{0}结束前", frame.time.weekday(day))
        case .dayOfMonth(let day): words("每月{0}日结束前", String(day))
        case .lastDayOfMonth: words("月底前")
        case .before(let key, 0): words("“{0}”当天结束前", field(key, of: clause))
        case .before(let key, let days):
            days == 1
                ? words("“{0}”前1天结束前", field(key, of: clause))
                : words("“{0}”前{1}天结束前", field(key, of: clause), String(days))
        }
    }

    /// The title of a field of the event that opens a clause's duty.
    private func field(_ key: String, of clause: Clause) -> String {
        guard let event = clause.when ?? clause.cadence?.anchor else { return key }
        return charter.fields(ofEvent: event).first { $0.key == key }?.title[language] ?? key
    }

    func conditions(_ clause: Clause) -> [String] {
        let fields = clause.when.map(charter.fields(ofEvent:)) ?? []
        return clause.conditions.map { condition in
            let field = fields.first { $0.key == condition.field }
            var titles: [String: String] = ["true": words("是"), "false": words("否")]
            if case .choice(let choices) = field?.kind {
                for choice in choices { titles[choice.key] = choice.title[language] }
            }
            return (field?.title[language] ?? condition.field) + words("：")
                + condition.values.map { titles[$0] ?? $0 }.joined(separator: comma)
        }
    }

    func cadence(_ cadence: Cadence) -> String {
        switch cadence {
        case .recurring(let every, let from, let until, let times):
            var text = words("“{0}”起{1}一次", event(from), step(every))
            if let until { text += words("，到“{0}”为止", event(until)) }
            if let times { text += times == 1 ? words("，共1次") : words("，共{0}次", String(times)) }
            return text
        case .calendar(let on, let each, let lead):
            var text = words("{0}，{1}", days(on), breadth(each))
            if lead > 0 { text += lead == 1 ? words("，提前1天开出") : words("，提前{0}天开出", String(lead)) }
            return text
        }
    }

    private func step(_ step: Cadence.Step) -> String {
        switch step {
        case .days(let number): count(number, "每天", "每{0}天")
        case .weeks(let number): count(number, "每周", "每{0}周")
        case .months(let number): count(number, "每月", "每{0}个月")
        case .workingDays(let number): count(number, "每个工作日", "每{0}个工作日")
        }
    }

    private func days(_ rule: Cadence.DayRule) -> String {
        switch rule {
        case .weekday(let day): words("每{0}", frame.time.weekday(day))
        case .workingDay: words("每个工作日")
        case .everyDay: words("每天")
        case .dayOfMonth(let day): words("每月{0}日", String(day))
        case .lastDayOfMonth: words("每月最后一天")
        case .monthDays(let days): words("每年{0}", days.map(frame.time.monthDay).joined(separator: comma))
        }
    }

    private func breadth(_ breadth: Cadence.Breadth) -> String {
        switch breadth {
        case .unit: words("每个单位一件")
        case .holder: words("每人一件")
        case .organisation: words("全公司一件")
        }
    }

    func lateness(_ lateness: Lateness) -> String {
        let posts = posts(lateness.notify)
        return lateness.steps.enumerated().map { index, delay -> String in
            if index > 0 { return words("{0}后再报", span(delay)) }
            return switch delay {
            case .hours(0), .days(0), .workingDays(0): words("逾期即报{0}", posts)
            default: words("逾期{0}后报{1}", span(delay), posts)
            }
        }.joined(separator: language == .english ? ", " : "，")
    }

    private func span(_ delay: Delay) -> String {
        switch delay {
        case .hours(let number): count(number, "1小时", "{0}小时")
        case .days(let number): count(number, "1天", "{0}天")
        case .workingDays(let number): count(number, "1个工作日", "{0}个工作日")
        }
    }

    func kind(_ kind: ClauseKind) -> String {
        switch kind {
        case .approval: words("审批")
        case .cadence: words("周期")
        case .calculation: words("计算")
        case .channel: words("渠道")
        case .conduct: words("行为")
        case .deadline: words("期限")
        case .kpi: words("指标")
        case .notification: words("通知")
        case .record: words("记录")
        case .report: words("报告")
        case .reward: words("奖励")
        case .right: words("权利")
        case .role: words("岗位")
        case .sanction: words("处罚")
        case .system: words("系统")
        case .target: words("目标")
        case .threshold: words("门槛")
        case .training: words("培训")
        case .workflow: words("流程")
        }
    }

    func effect(_ effect: Effect) -> String {
        switch effect {
        case .fileCompleteness: words("档案缺项逐份提示")
        case .customerSearch: words("客户可按姓名、拼音、尾号查找")
        case .customerArchive: words("客户档案一处存放")
        case .revealLog: words("查看完整号码须说明理由并留痕")
        case .accessRules: words("查看、修改、导出按岗位授权")
        case .oneTimeline: words("各渠道往来合成一份经过")
        case .workloadBalance: words("待办分给最空闲的人")
        case .escalation: words("逾期自动上报")
        case .adherence: words("执行率逐条统计")
        case .organisationTree: words("单位、岗位、人员可查可改")
        case .dutyList: words("岗位职责与权限成册")
        case .procedureShown: words("流程成图")
        case .stepsEnforced: words("只能按流程办理")
        case .historyFirst: words("先看经过再办理")
        case .caseArchive: words("事务全部存档可查")
        case .complaintStatistics: words("投诉按类统计，可点到单件")
        case .phraseGuard: words("发给客户前查禁语")
        case .dueProcess: words("认定、提议、陈述、决定、申诉逐步留痕")
        case .signatures: words("签字按次序，内容一改即失效")
        case .knowledgeBase: words("案例登入知识库")
        case .noticeBoard: words("决定登在公告栏")
        }
    }

    func action(_ action: Action) -> String { ActionWords(words: words).title(action) }

    func scope(_ scope: Scope) -> String {
        switch scope {
        case .own: words("本人")
        case .unit: words("本单位")
        case .subtree: words("本单位及下级")
        case .all: words("全公司")
        }
    }

    /// `可能涉及罚款。《工资支付暂行规定》第16条：…`
    func concern(_ concern: LawConcern) -> String {
        words("涉及{0}。{1}：{2}", concern.found[language], concern.article[language], concern.advice[language])
    }
}

/// Says what a permission allows.
struct ActionWords {
    let words: Words

    func title(_ action: Action) -> String {
        switch action {
        case .readCustomers: words("看客户档案")
        case .writeCustomers: words("改客户档案")
        case .revealCustomers: words("看完整号码")
        case .importCustomers: words("导入客户")
        case .exportCustomers: words("导出客户")
        case .readCases: words("看事务")
        case .actOnCases: words("办事务")
        case .readObligations: words("看他人待办")
        case .waiveObligations: words("豁免与转办")
        case .readCharter: words("看制度与执行率")
        case .adoptCharter: words("施行制度")
        case .readPeople: words("看人员")
        case .managePeople: words("管人员")
        case .recordFacts: words("登记事实")
        case .readMembers: words("查看会员")
        case .actOnMembers: words("办理会员与收银")
        case .restorePoints: words("补回丢失的积分")
        case .arrangeActivities: words("发布会员活动")
        }
    }
}

extension TimeWords {
    func weekday(_ day: Weekday) -> String {
        words(["周一", "周二", "周三", "周四", "周五", "周六", "周日"][day.rawValue - 1])
    }

    /// `3月31日`, `31 Mar`.
    func monthDay(_ day: MonthDay) -> String {
        words.language == .english ? "\(day.day) \(Self.months[day.month - 1])" : "\(day.month)月\(day.day)日"
    }
}
