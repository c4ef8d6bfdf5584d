import Foundation

/// The rules of the shop everybody knows.
public enum ShopCharter {
    /// The text after some changes.
    public static func text(changing changes: (from: String, to: String)...) -> String {
        changed(text, changes)
    }

    static func changed(_ text: String, _ changes: [(from: String, to: String)]) -> String {
        var text = text
        for (from, to) in changes {
            guard let range = text.range(of: from) else { preconditionFailure("the shop's charter has no \"\(from)\"") }
            text.replaceSubrange(range, with: to)
        }
        return text
    }

    public static let text = """
        charter: corner-shop
        language: 1
        title: {zh-Hans: 小店客服制度, en: Rules of the corner shop}
        version: 1
        effective: 2026-01-01
        calendar:
          time_zone: Asia/Shanghai
          week: {mon-fri: "09:00-12:00 13:00-18:00"}
          holidays: none
        posts:
          director:
            title: {zh-Hans: 店主, en: Owner}
            may: {customers.read: all, customers.write: all, customers.reveal: all, customers.import: all, customers.export: all, cases.read: all, cases.act: all, obligations.read: all, obligations.waive: all, charter.read: all, charter.adopt: all, people.read: all, people.manage: all, facts.record: all, members.read: all, members.act: all, members.restore: all, activities.manage: all}
          manager:
            title: {zh-Hans: 经理, en: Manager}
            reports_to: director
            may: {customers.read: subtree, customers.write: subtree, cases.read: subtree, cases.act: subtree, obligations.read: subtree, obligations.waive: subtree, charter.read: subtree, people.read: subtree, people.manage: subtree, facts.record: subtree, members.read: subtree, members.act: subtree, members.restore: subtree, activities.manage: subtree}
          clerk:
            title: {zh-Hans: 店员, en: Clerk}
            reports_to: manager
            may: {customers.read: unit, customers.write: unit, cases.read: unit, cases.act: unit, obligations.read: unit, charter.read: unit, facts.record: unit, members.read: unit, members.act: unit}
          courier:
            title: {zh-Hans: 送货员, en: Courier}
            reports_to: manager
            may: {customers.read: all, cases.read: own, cases.act: own, obligations.read: own, charter.read: own, facts.record: own}
          guest: {title: {zh-Hans: 实习生, en: Trainee}, reports_to: clerk}
        membership:
          goods:
            general: {title: {zh-Hans: 商品, en: Goods}}
          accruals:
            all: {goods: general, per: 10.00}
          tiers:
            card:
              title: {zh-Hans: 会员卡, en: Card}
              issue: {cash: 300.00}
              everyday:
                general: {pays: 90%}
              earns:
                all: {points: 1}
          card_year: {valid: 12mo, window: 30}
          loss:
            report: {clause: S-01}
            usable: {days: 1}
            restore: {clause: S-01}
          confirmations:
            seen: {title: {zh-Hans: 已核对证件, en: Document seen}, for: [recharge, pay_out]}
          stored_value:
            title: {zh-Hans: 储值卡, en: Stored-value card}
            clause: S-01
            least: {amount: 100.00}
            bonus:
              - {from: 1000.00, gives: 50.00}
            cap: {amount: 5000.00, clause: S-01}
            cashless: {person: {from: 50000.00}, company: {from: 5000.00}}
            pay_out: {clause: S-01}
          sales: {goods: general, clause: S-01, recharge: {clause: S-01}, second: {clause: S-01}}
          portal: {clause: S-01}
          perks:
            tickets: {title: {zh-Hans: 停车票, en: Parking tickets}, each: day, tiers: {card: {count: 2}}}
            wrapping: {title: {zh-Hans: 包装, en: Wrapping}, each: request, receipt: true, tiers: {card: {count: 1}}}
          activities:
            exchange: {title: {zh-Hans: 积分换礼, en: Gifts for points}, takes: exchange}
            course: {title: {zh-Hans: 课程, en: Course}, takes: sign_up}
            news: {title: {zh-Hans: 资讯, en: News}, takes: notice}
        metrics:
          timeliness: {title: {zh-Hans: 及时率, en: In time}}
        forms:
          registration:
            title: {zh-Hans: 投诉登记, en: Complaint register}
            fields:
              customer: {type: customer, required: true, title: {zh-Hans: 顾客, en: Customer}}
              channel:
                type: choice
                required: true
                title: {zh-Hans: 方式, en: Channel}
                of: {store: {zh-Hans: 到店, en: In store}, phone: {zh-Hans: 电话, en: Phone}, letter: {zh-Hans: 信件, en: Letter}}
              content: {type: text, required: true, max: 500, personal: true, title: {zh-Hans: 内容, en: Content}}
              handler: {type: staff, title: {zh-Hans: 经手人, en: Handler}}
              branch: {type: unit, title: {zh-Hans: 门店, en: Branch}}
              rank: {type: post, title: {zh-Hans: 岗位, en: Post}}
              earlier: {type: case, title: {zh-Hans: 前案, en: Earlier case}}
          reply:
            title: {zh-Hans: 答复, en: Reply}
            fields:
              words: {type: text, required: true, max: 200, personal: true, outgoing: true, title: {zh-Hans: 答复内容, en: Words}}
          acceptance:
            title: {zh-Hans: 顾客签字, en: Customer signs}
            fields:
              signed_on: {type: date, required: true, not_after: now, title: {zh-Hans: 签字日, en: Signed on}}
              signer: {type: line, required: true, personal: true, title: {zh-Hans: 签字人, en: Signer}}
              signature: {type: signature, required: true, title: {zh-Hans: 签字, en: Signature}}
          verdict:
            title: {zh-Hans: 顾客评价, en: Customer's opinion}
            fields:
              happy: {type: flag, required: true, title: {zh-Hans: 满意, en: Satisfied}}
              said: {type: text, required: true, max: 1000, personal: true, title: {zh-Hans: 评语, en: What was said}}
          call_record:
            title: {zh-Hans: 电话记录, en: Call record}
            fields:
              reached: {type: flag, required: true, title: {zh-Hans: 接通, en: Reached}}
              said: {type: text, max: 200, personal: true, title: {zh-Hans: 谈话, en: What was said}}
              colleague: {type: staff, title: {zh-Hans: 同事, en: Colleague}}
          interview:
            title: {zh-Hans: 面谈, en: Interview}
            fields:
              person: {type: staff, required: true, title: {zh-Hans: 员工, en: Member of staff}}
              topic: {type: line, required: true, personal: true, title: {zh-Hans: 话题, en: Topic}}
        facts:
          site.started:
            title: {zh-Hans: 开工, en: Site started}
            subject: customer
            fields:
              place: {type: line, required: true, title: {zh-Hans: 地点, en: Place}}
              supervisor: {type: staff, title: {zh-Hans: 监理, en: Supervisor}}
          site.finished: {title: {zh-Hans: 完工, en: Site finished}, subject: customer}
          visit.made: {title: {zh-Hans: 回访, en: Visit made}, subject: customer}
          stock.counted: {title: {zh-Hans: 盘点, en: Stock counted}, subject: unit}
        workflows:
          complaint:
            title: {zh-Hans: 投诉, en: Complaint}
            reference: TS
            subject: customer
            clause: S-10
            portal:
              post: clerk
              fields: [content]
              with: {channel: store}
              answer: {zh-Hans: 对不起，我们会尽快回应。, en: Sorry. You will hear from us soon.}
              promises: [S-01]
              states: {received: {zh-Hans: 已收到, en: Received}}
              signature: {move: accept, shows: [content, words], signature: signature, name: signer, with: {signed_on: now}, hours: 48}
              opinion: {move: rate, satisfied: happy, words: said}
              clause: S-10
            start: {by: [clerk, courier, manager, director], form: registration, to: received}
            states:
              received:
                title: {zh-Hans: 已登记, en: Received}
                moves:
                  respond:
                    title: {zh-Hans: 回应, en: Respond}
                    by: [clerk, courier, manager]
                    form: reply
                    to: received
                    once: true
                    records: complaint.responded
                    clause: S-01
                  check:
                    title: {zh-Hans: 调查, en: Check}
                    by: [clerk, courier, manager]
                    to: checking
              checking:
                title: {zh-Hans: 调查中, en: Under check}
                clause: S-11
                moves:
                  settle:
                    title: {zh-Hans: 结案, en: Settle}
                    by: [manager]
                    form: reply
                    to: closed
                    after: [respond]
                  accept:
                    title: {zh-Hans: 顾客签字, en: Customer signs}
                    by: [clerk, courier, manager]
                    form: acceptance
                    signs: [registration, reply]
                    to: checking
                    once: true
                    after: [respond]
                    records: complaint.accepted
                  rate:
                    title: {zh-Hans: 顾客评价, en: Customer's opinion}
                    by: [clerk, manager]
                    form: verdict
                    to: checking
                    records: complaint.rated
                  drop:
                    title: {zh-Hans: 撤诉, en: Drop}
                    by: [clerk, manager]
                    to: closed
                    records: complaint.dropped
                    clause: S-12
              closed: {title: {zh-Hans: 已结案, en: Closed}, final: true}
          talk:
            title: {zh-Hans: 谈话, en: Talk}
            reference: TH
            subject: person
            start: {by: [manager, director], form: interview, to: planned}
            states:
              planned:
                title: {zh-Hans: 待谈, en: Planned}
                moves:
                  hold: {title: {zh-Hans: 已谈, en: Hold}, by: [manager, director], to: held}
              held: {title: {zh-Hans: 已谈, en: Held}, final: true}
        clauses:
          S-01:
            title: {zh-Hans: 投诉24小时内回应, en: Answer a complaint within 24 hours}
            kind: deadline
            status: executed
            when: complaint.received
            where: {channel: [store, phone]}
            oblige: {post: clerk, to: respond, within: 24h, met_by: complaint.responded, void_by: complaint.dropped, pausable: true, resumed_by: complaint.checking}
            if_late: {notify: manager, at: [+0h, +24h]}
            counts_in: timeliness
          S-02: {title: {zh-Hans: 投诉告知经理, en: Tell the manager of a complaint}, kind: notification, status: executed, when: complaint.received, notify: [manager, director]}
          S-03:
            title: {zh-Hans: 开工后两个工作日内致电, en: Call within two working days of the start}
            kind: deadline
            status: executed
            when: site.started
            oblige: {post: clerk, to: call, within: 2wd, form: call_record, void_by: site.finished}
            if_late: {notify: [manager, director], at: [+1d]}
          S-04:
            title: {zh-Hans: 施工期间每周回访, en: Weekly visit while building}
            kind: cadence
            status: executed
            cadence: {every: 1w, from: site.started, until: site.finished, times: 4}
            oblige: {post: clerk, to: visit, within: 1wd, met_by: visit.made}
            counts_in: timeliness
          S-05: {title: {zh-Hans: 每周五报告, en: Report on Fridays}, kind: report, status: executed, cadence: {on: friday, each: unit}, oblige: {post: clerk, to: report, within: same_day}}
          S-06: {title: {zh-Hans: 每月26日自评, en: Look back on the 26th}, kind: cadence, status: executed, cadence: {on: {day_of_month: 26}, each: holder}, oblige: {post: clerk, to: look_back, within: 2d}}
          S-07: {title: {zh-Hans: 月末盘点, en: Count stock at the end of the month}, kind: cadence, status: executed, cadence: {on: last_day_of_month, each: organisation, lead: 3d}, oblige: {post: manager, to: count_stock, within: same_day}}
          S-08: {title: {zh-Hans: 结案后三天内复核, en: Review within three days}, kind: deadline, status: executed, when: complaint.closed, oblige: {post: manager, to: review, within: 3d}}
          S-10: {title: {zh-Hans: 投诉流程, en: The way of a complaint}, kind: workflow, status: executed}
          S-11: {title: {zh-Hans: 先调查后结案, en: Check before settling}, kind: workflow, status: executed}
          S-12: {title: {zh-Hans: 顾客可撤诉, en: A customer may drop it}, kind: right, status: executed}
          S-13: {title: {zh-Hans: 礼貌待客, en: Be polite}, kind: conduct, status: shown}

        """
}
