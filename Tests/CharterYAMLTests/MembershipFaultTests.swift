import Foundation
import Policy
import Primitives
import Testing

/// `membership:`
struct MembershipFaultTests {
    private static let section = """
        membership:
          goods:
            general: {title: {zh-Hans: 普通商品}}
            A: {title: {zh-Hans: A类}}
          accruals:
            ordinary: {goods: general, per: 10.00, clause: S-1}
          tiers:
            vip:
              title: {zh-Hans: 贵宾卡}
              issue: {cash: 300.00}
              everyday:
                general: {pays: 95%}
              birthday_reduced:
                general: {pays: 95%, from: 50%}
              earns:
                ordinary: {points: 1}
              upgrade: {to: gold, points: 1000}
              lapse: {unused: 12mo, back: {within: 1mo, cash: 200.00}}
              fee: {amount: 0.00}
            gold:
              title: {zh-Hans: 金卡}
              issue: {cash: 6000.00}
              keep: {spend: 10000.00, otherwise: vip}
          redeem:
            worth: {points: 100, money: 10.00}
            step: {points: 100}
            after: {days: 1}
          confirmations:
            document: {title: {zh-Hans: 已核对证件}, for: [apply, replace]}
          card_year: {valid: 12mo, window: 30}
          leap_birthday: 03-01
          limits:
            wholesale: {from: 5000.00, pieces: 5}
          loss:
            report: {clause: S-1}
            usable: {days: 1}
            restore: {clause: S-1}
          perks:
            parking: {title: {zh-Hans: 停车票}, each: day, tiers: {vip: {count: 2}, gold: {count: 3, clause: S-1}}}
            guide:
              title: {zh-Hans: 导购}
              each: birthday
              assigned: true
              options: {advice: {title: {zh-Hans: 咨询}}}
              tiers: {gold: {count: 1}}
          birthdays: {ahead: 7, until: 30, consent: document}
          activities:
            exchange: {title: {zh-Hans: 换礼}, takes: exchange, points: {below: 100}, tiers: [vip, gold]}
            gift: {title: {zh-Hans: 来店礼}, takes: gift, once: card}
          portal: {clause: S-1}
          poster: {clause: S-1}
          campaigns:
            spring:
              title: {zh-Hans: 春季}
              from: 2026-03-01
              until: 2026-03-07
              clause: S-1
              tiers: {vip: {everyday: {general: {pays: 80%}}}}
              redeem: {worth: {points: 100, money: 20.00}}
              without: [wholesale]
            autumn: {title: {zh-Hans: 秋季}, from: 2026-09-01, until: 2026-09-07}

        """

    private static func errors(_ from: String, _ to: String) -> [String] {
        guard let range = section.range(of: from) else { return ["the section has no “\(from)”"] }
        var section = section
        section.replaceSubrange(range, with: to)
        return SampleCharter.errors(("posts:", section.replacing("S-1", with: "D-007") + "posts:"))
    }

    @Test func `a programme is read, and what it leaves out limits nothing`() throws {
        #expect(Self.errors("title: {zh-Hans: A类}", "title: {zh-Hans: A类}") == [])
    }

    @Test(arguments: [
        ("goods: general, per", "goods: genral, per", "did you mean \"general\"?"),
        ("everyday:\n        general", "everyday:\n        genral", "expected a class of goods"),
        ("        ordinary: {points", "        ordnary: {points", "did you mean \"ordinary\"?"),
        ("to: gold", "to: vip", "expected a higher tier"),
        ("otherwise: vip", "otherwise: gold", "expected a lower tier"),
        ("cash: 6000.00", "cash: 300.00", "expected tiers from the lowest threshold to the highest"),
        ("pays: 95%", "pays: 950%", "expected a share such as 95%"),
        ("cash: 300.00", "cash: 300.001", "expected yuan such as 200.00"),
        ("unused: 12mo", "unused: 1y", "expected months such as 12mo"),
        ("money: 10.00", "money: 10.01", "expected an amount that gives each point whole fen"),
        ("leap_birthday: 03-01", "leap_birthday: 02-29", "expected one of 02-28, 03-01"),
        ("    vip:\n", "    none:\n", "expected a tier in snake_case other than none"),
        ("  card_year: {valid: 12mo, window: 30}\n", "", "expected the key \"card_year\""),
        ("pieces: 5}", "pieces: 5, peices: 5}", "did you mean \"pieces\"?"),
        ("{goods: general, per: 10.00, clause: S-1}", "{goods: [general, general]}", "expected each word once"),
        (
            "goods:\n    general: {title: {zh-Hans: 普通商品}}\n    A: {title: {zh-Hans: A类}}", "goods: {}",
            "expected one class of goods at least"
        ),
        ("for: [apply, replace]", "for: [aply]", "did you mean \"apply\"?"),
        ("amount: 0.00", "amount: -1.00", "expected yuan such as 200.00"),
        ("each: day", "each: week", "expected one of day, issue, birthday, request"),
        ("tiers: {vip: {count: 2}", "tiers: {vp: {count: 2}", "expected a tier"),
        ("tiers: {gold: {count: 1}}", "tiers: {}", "expected one tier at least"),
        ("count: 3,", "count: 0,", "from 1 to 100"),
        ("assigned: true", "asigned: true", "did you mean \"assigned\"?"),
        ("assigned: true", "assigned: yes", "expected true or false"),
        (
            "options: {advice: {title: {zh-Hans: 咨询}}}", "options: {advice: {clause: D-007}}",
            "expected the key \"title\""
        ),
        ("  birthdays: {ahead: 7, until: 30, consent: document}\n", "", "expected the key \"birthdays\""),
        ("ahead: 7", "ahead: 181", "from 0 to 180"),
        ("consent: document", "consent: documnt", "did you mean \"document\"?"),
        ("takes: gift", "takes: gifts", "did you mean \"gift\"?"),
        ("takes: exchange", "takes: notice", "expected points only beside takes: exchange"),
        ("once: card", "once: day", "expected card"),
        ("tiers: [vip, gold]", "tiers: [vip, silver]", "expected a tier"),
        ("until: 2026-03-07", "until: 2026-02-28", "expected a day from 2026-03-01 on"),
        ("until: 2026-03-07", "until: soon", "expected a date"),
        ("from: 2026-09-01", "from: 2026-03-07", "expected days after 2026-03-07, the last of spring"),
        ("{vip: {everyday: {general: {pays: 80%}}}}", "{vip: {evryday: {}}}", "did you mean \"everyday\"?"),
        ("{vip: {everyday: {general: {pays: 80%}}}}", "{silver: {}}", "expected a tier"),
        ("money: 20.00", "money: 20.01", "expected an amount that gives each point whole fen"),
        ("  poster: {clause: S-1}\n", "", "expected the key \"clause\""),
        ("portal: {clause: S-1}", "portal: {}", "expected the key \"clause\""),
        ("portal: {clause: S-1}", "portal: {clause: S-9}", "S-9"),
        ("without: [wholesale]", "without: [wholsale]", "did you mean \"wholesale\"?"),
    ])
    func `a mistake is named with what was expected`(from: String, to: String, expected: String) {
        let errors = Self.errors(from, to)
        #expect(errors.contains { $0.contains(expected) }, "\(errors)")
    }

    private static let counter = """
        membership:
          goods:
            tea: {title: {zh-Hans: 茶叶}}
          stored_value:
            title: {zh-Hans: 充值卡}
            least: {amount: 100.00, clause: S-1}
            bonus:
              - {from: 1000.00, gives: 50.00}
              - {from: 3000.00, gives: 200.00}
            pays: principal
          sales: {goods: tea, recharge: {clause: S-1}}
          classes:
            over: 12mo
            of:
              gold: {title: {zh-Hans: 金卡}, from: 1000.00}
              diamond: {title: {zh-Hans: 钻石卡}, from: 5000.00}
          types:
            chief: {title: {zh-Hans: 总裁客户}, clause: S-1}

        """

    @Test(
        arguments: [
            ("", "", nil),
            ("from: 3000.00", "from: 1000.00", "expected bonuses from the smallest recharge to the largest"),
            ("gives: 50.00", "gives: 50.001", "expected yuan such as 200.00"),
            ("pays: principal", "pays: principle", "did you mean \"principal\"?"),
            ("    title: {zh-Hans: 充值卡}\n", "", "expected the key \"title\""),
            ("least: {amount", "least: {amout", "did you mean \"amount\"?"),
            ("sales: {goods: tea", "sales: {goods: coffee", "expected a class of goods"),
            ("recharge: {clause: S-1}", "recharge: {}", "expected the key \"clause\""),
            ("over: 12mo", "over: 1y", "expected months such as 12mo"),
            ("from: 5000.00", "from: 500.00", "expected classes from the lowest threshold to the highest"),
            ("chief: {title: {zh-Hans: 总裁客户}, clause: S-1}", "chief: {clause: S-1}", "expected the key \"title\""),
        ] as [(String, String, String?)])
    func `a company that sells without cards is read, and its mistakes are named`(
        from: String, to: String, expected: String?
    ) {
        let section = from.isEmpty ? Self.counter : Self.counter.replacing(from, with: to)
        let errors = SampleCharter.errors(("posts:", section.replacing("S-1", with: "D-007") + "posts:"))
        if let expected {
            #expect(errors.contains { $0.contains(expected) }, "\(errors)")
        } else {
            #expect(errors == [])
        }
    }

    @Test func `a clause may ask for the tier of a member's event, and for all of several perks`() {
        func errors(_ clause: String) -> [String] {
            SampleCharter.errors(
                ("posts:", Self.section.replacing("S-1", with: "D-007") + "posts:"),
                ("clauses:\n", "clauses:\n" + clause.replacing("TITLE", with: "title: {zh-Hans: 生日}")))
        }
        let good = """
              Z-1:
                TITLE
                kind: right
                status: executed
                when: member.birthday
                where: {tier: gold}
                oblige: {post: manager, to: give, within: {before: birthday, days: 0}, met_by: {all: [perk.parking, perk.guide]}}

            """
        #expect(errors(good) == [])
        for (from, to, expected) in [
            ("tier: gold", "tier: silver", "a choice of tier"),
            ("tier: gold", "teir: gold", "a field of member.birthday"),
            ("perk.guide", "perk.guides", "did you mean \"perk.guide\"?"), ("all:", "al:", "did you mean \"all\"?"),
            ("before: birthday", "before: birth", "a required date field of member.birthday"),
        ] {
            let found = errors(good.replacing(from, with: to))
            #expect(found.contains { $0.contains(expected) }, "\(found)")
        }
    }

    @Test func `a class of goods belongs to one accrual`() {
        let errors = Self.errors(
            "    ordinary: {goods: general, per: 10.00, clause: S-1}",
            "    ordinary: {goods: general, per: 10.00}\n    other: {goods: [A, general]}")
        #expect(errors.contains { $0.contains("each class of goods under one accrual") }, "\(errors)")
    }
}
