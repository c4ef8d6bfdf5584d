import CharterYAML
import Foundation
import Policy
import Primitives

/// A small rule book with something of everything; complete and without fault.
enum SampleCharter {
    static let text = """
        charter: corner-shop
        language: 1
        title: {zh-Hans: 客户服务制度, en: Customer service rules}
        version: 2
        effective: 2025-07-01
        calendar:
          time_zone: Asia/Shanghai
          week: {mon-fri: "09:00-12:00 13:00-18:00", sat: "10:00-16:00", sun: closed}
          holidays: cn
          closed: [2026-12-25]
          open: [2026-12-26]
        chapters:
          D.1: {title: {zh-Hans: 投诉, en: Complaints}, from: D-001}
          D.2: {title: {zh-Hans: 其他, en: The rest}, from: D-004}
        posts:
          manager:
            title: {zh-Hans: 客服部经理, en: Service manager}
            may: {customers.read: all, cases.read: subtree}
          assistant:
            title: {zh-Hans: 客服部助理, en: Assistant}
            reports_to: manager
            clause: D-006
        metrics:
          timeliness: {title: {zh-Hans: 及时率, en: In time}, target: 95%, clause: D-006}
        forms:
          registration:
            title: {zh-Hans: 顾客投诉登记表, en: Complaint register}
            clause: D-007
            fields:
              customer: {type: customer, required: true, title: {zh-Hans: 投诉人, en: Complainant}}
              channel:
                type: choice
                required: true
                title: {zh-Hans: 投诉方式, en: Channel}
                of: {store: {zh-Hans: 到店, en: In store, clause: D-007}, phone: {zh-Hans: 电话, en: Phone}}
              urgent: {type: flag, title: {zh-Hans: 紧急, en: Urgent}}
              promised: {type: date, required: true, title: {zh-Hans: 承诺日期, en: Promised for}}
              content: {type: text, required: true, max: 2000, personal: true, title: {zh-Hans: 内容, en: Content}}
          reply:
            title: {zh-Hans: 答复, en: Reply}
            fields:
              score: {type: number, min: 1, max: 10, title: {zh-Hans: 评分, en: Score}}
        facts:
          site.opened:
            title: {zh-Hans: 开工, en: Site opened}
            subject: customer
            clause: D-004
            fields:
              site: {type: line, required: true, title: {zh-Hans: 工地, en: Site}}
          site.closed: {title: {zh-Hans: 完工, en: Site closed}, subject: customer}
        workflows:
          complaint:
            title: {zh-Hans: 投诉, en: Complaint}
            reference: TS
            subject: customer
            clause: D-007
            start: {by: [assistant], form: registration, to: received}
            states:
              received:
                title: {zh-Hans: 已登记, en: Received}
                moves:
                  respond:
                    title: {zh-Hans: 回应客户, en: Respond}
                    by: [assistant]
                    form: reply
                    to: received
                    once: true
                    records: complaint.responded
                  close:
                    title: {zh-Hans: 结案, en: Close}
                    by: [assistant, manager]
                    to: closed
                    after: [respond]
              closed: {title: {zh-Hans: 已结案, en: Closed}, final: true}
        clauses:
          D-001:
            title: {zh-Hans: 投诉24小时内回应, en: Answer a complaint within 24 hours}
            kind: deadline
            status: executed
            note: {zh-Hans: 自登记起算, en: The clock starts at intake}
            when: complaint.received
            where: {channel: [store, phone], urgent: true}
            oblige: {post: assistant, to: respond, within: 24h, met_by: complaint.responded, void_by: [complaint.closed]}
            if_late: {notify: manager, at: [+0h, +24h, +2wd]}
            counts_in: timeliness
          D-002:
            title: {zh-Hans: 承诺日前三天提醒, en: Remind three days before}
            kind: notification
            status: executed
            when: complaint.received
            notify: [manager]
            oblige: {post: assistant, to: remind, within: {before: promised, days: 3}, form: reply}
          D-003: {title: {zh-Hans: 每周五报告, en: Report on Fridays}, kind: report, status: executed, cadence: {on: friday, each: unit, lead: 2d}, oblige: {post: assistant, to: report, within: friday}}
          D-004:
            title: {zh-Hans: 施工期间每周回访, en: Weekly follow-up on site}
            kind: cadence
            status: executed
            cadence: {every: 1w, from: site.opened, until: site.closed, times: 4}
            oblige: {post: assistant, to: follow_up, within: {day_of_month: 26}}
          D-005: {title: {zh-Hans: 礼貌待客, en: Be polite}, kind: conduct, status: shown}
          D-006: {title: {zh-Hans: 助理岗位, en: The assistant's post}, kind: role, status: executed}
          D-007: {title: {zh-Hans: 登记投诉, en: Register complaints}, kind: record, status: executed, does: [case_archive]}
          D-008: {title: {zh-Hans: 过失处理, en: Negligence}, kind: sanction, status: planned}
          D-009:
            title: {zh-Hans: 年中年末盘点, en: Stock-taking}
            kind: cadence
            status: executed
            cadence: {on: {month_day: [06-30, 12-31]}, each: organisation}
            oblige: {post: manager, to: count_stock, within: same_day}
        offences:
          A1: {title: {zh-Hans: 报价错误, en: Wrong price}, clause: D-008, posts: [assistant], ladder: negligence}
          C: {title: {zh-Hans: 泄露客户资料, en: Data given away}, fine: {from: 200.00, to: 1000.00}, dismiss: true}
        ladders:
          negligence:
            per: month
            rungs:
              1: {clause: D-008, probation: {fine: 200.00}, regular: {fine: 500.00}}
              2: {probation: {extend_probation: 1mo}, regular: {withhold: performance_pay}}
              3: {probation: {dismiss: true}, regular: {dismiss: true}}

        """

    /// Days off of 2025 and 2026, in short.
    static let holidays = [
        "cn": HolidayTable(
            key: "cn", years: [2025, 2026], daysOff: [CalendarDay(number: 20_454): "元旦"], makeUpDays: [:])
    ]

    static func read(_ text: String = text, currentYear: Int = 2026) -> ReadResult {
        CharterReader.read(text, file: "shop.yaml", holidays: holidays, currentYear: currentYear)
    }

    /// The errors after each change of the text, as the lint prints them.
    static func errors(_ changes: (from: String, to: String)...) -> [String] {
        var changed = text
        for (from, to) in changes {
            guard let range = changed.range(of: from) else { return ["the sample has no \"\(from)\""] }
            changed.replaceSubrange(range, with: to)
        }
        return read(changed).errors.map(\.description)
    }
}
