import Policy
import Primitives

/// What the demo's people write into forms: something that stands in such a field, all of it invented.
enum DemoWords {
    /// - Parameters:
    ///   - number: what makes one entry differ from the next.
    ///   - day: the day of the entry.
    static func line(_ key: String, number: Int, on day: CalendarDay) -> String {
        let serial = String(1000 + number % 9000)
        let year = String(day.year)
        switch key {
        case "contract_no": return "HT-\(year)-\(serial)"
        case "agreement_no": return "XY-\(year)-\(serial)"
        case "budget_no": return "YS-\(year)-\(serial)"
        case "archive_no", "file_number": return "DA-\(year)-\(serial)"
        case "notice_number": return "TZ-\(year)-\(serial)"
        case "voucher": return "PZ\(year)\(serial)"
        case "card_number": return "8800 10\(serial.suffix(2)) \(serial)"
        case "edition": return "\(year)版第\(1 + number % 3)稿"
        case "month", "period": return String(day.description.prefix(7))
        case "city": return "济南"
        case "court": return "济南市历下区人民法院（\(year)）鲁0102民初\(serial)号"
        case "site", "place":
            return DemoCast.places[number % DemoCast.places.count] + "\(1 + number % 20)幢\(101 + number % 18 * 100)室"
        case "contact":
            return DemoCast.customers[number % DemoCast.customers.count] + "，微信"
        case "signer", "owner_name", "name", "briefing_customer", "receiver", "payee":
            return DemoCast.customers[number % DemoCast.customers.count]
        case "original_kept": return "客服部档案柜\(1 + number % 6)层"
        case "measure": return ["平方米", "米", "件", "套"][number % 4]
        default: return pick(lines[key] ?? shortly, number)
        }
    }

    static func text(_ key: String, number: Int) -> String { pick(texts[key] ?? atLength, number) }

    /// Yuan, as somebody would ask or pay them.
    static func amount(_ number: Int) -> String { pick(["180.00", "200.00", "260.00", "350.00", "480.00"], number) }

    private static func pick(_ words: [String], _ number: Int) -> String { words[number % words.count] }

    /// For a line that nothing here is said of.
    private static let shortly = ["按约定办理", "见附页", "本周内完成", "已与工程部核对"]

    private static let lines: [String: [String]] = [
        "cause": ["卫生间返潮", "材料迟到两天", "图纸改版", "业主临时出差"], "case_title": ["防水返工的来龙去脉", "一次补单怎样谈成", "色差投诉的处理"],
        "heading": ["十一月安全文明施工通报", "冬季施工注意事项", "元旦前收尾安排"], "entry_title": ["瓷砖空鼓的判断", "地暖试压记录怎样填", "如何约上门时间"],
        "citation_title": ["表扬历下店周到服务", "感谢木工班组连夜抢修"], "budget_line": ["卫生间防水", "客厅吊顶", "厨房墙砖铺贴"],
        "contract": ["主合同附件二", "报价清单第3页", "补充协议"], "drawing": ["水电点位图", "吊顶布置图", "橱柜立面图"],
        "course": ["投诉处理六步法", "回访话术", "防水工艺"], "document": ["竣工验收单", "材料进场单", "开工交底书"],
        "failing_step": ["闭水试验", "材料复核", "上门预约"], "gift": ["手写贺卡和茶具", "一盆绿植", "窗花与春联"],
        "holiday": ["中秋节", "国庆节", "元旦"], "item": ["橱柜铰链更换", "补充电路图", "门套修补"],
        "next_step": ["周五前复查", "约业主到场", "材料部报到货时间"], "partner": ["齐鲁木门", "泉城卫浴", "舜耕地板"],
        "plan": ["客服部月计划第11号", "部门共享盘“计划”"], "preference": ["免费深度保洁一次", "老客户九五折"],
        "project_report": ["工程月报2026-11", "工程部共享盘"], "service_report": ["客服月报2026-11", "客服部共享盘"],
        "summary": ["月总结2026-11", "综合部存档"], "promise": ["赠送一次保洁", "口头答应的九折"],
        "purpose": ["补发给业主", "核对尾款", "月例会用"], "remark": ["当面说明过", "附照片三张", "无异议"],
        "rule": ["客服手册第4章", "施工管理手册第12条"], "handbook_rule": ["第12条 成品保护", "第7条 闭水试验"],
        "dismissal_rule": ["员工手册第9章"], "skipped": ["无"], "topic": ["十一月投诉分析", "收尾工地排期"],
        "what": ["雨天漏水", "插座没电", "门锁松动"], "event_part": ["业主开放日", "老客户答谢会"],
    ]

    /// For a text that nothing here is said of.
    private static let atLength = [
        "已电话说明，约定次日上门查看。", "与工程部、材料部碰头，意见一致。", "已当面说明，业主没有异议。", "按合同第六条办理，已告知业主时间表。", "已记录在案，本周五复查。",
    ]

    private static let solved = [
        "拆除起泡部位，重做防水并闭水48小时，费用由公司承担。", "更换色差门板三块，周四上午到货即装。", "重新调平地暖分水器，逐路试压，留存记录。", "按图纸改回插座位置，墙面修补后统一刷漆。",
    ]
    private static let seen = [
        "现场核实属实，已拍照留存。", "次卧回水温度低于客厅8度，分水器第三路阀门未全开。", "敲击检查，空鼓面积约占三成。", "门扇下坠4毫米，铰链螺丝松动。",
    ]
    private static let causes = [
        "闭水试验时间不足，验收人没有复核。", "材料批次不同，进场时没有比对样板。", "交底没有写明插座高度，班组按旧图施工。", "预约没有登记，班组临时改了工地。",
    ]
    private static let wishes = ["希望本周内修好，并说明原因。", "要求更换，不接受修补。", "请负责人当面说明，并延长保修一年。"]
    private static let said = ["说话算数，修得比原来好。", "处理得快，希望下次提前打电话。", "结果可以接受，过程拖得久了些。"]
    private static let improved = ["闭水试验改为两人签字。", "材料进场先比样板，照片存档。", "上门前一天电话确认，写入日志。"]
    private static let told = [
        "已电话告知方案、完工时间和负责人。", "已说明原因与赔付办法，业主同意。", "已当面交代施工时间，留了负责人电话。",
    ]
    private static let grounded = ["现场照片与验收记录相符。", "合同附件二写明由我方负责。", "工单与签到时间对得上。"]

    private static let texts: [String: [String]] = [
        "solution": solved, "first_solution": solved, "second_solution": solved, "third_solution": solved,
        "proposal": solved, "terms": solved, "measures": solved, "handling": solved, "agreed": solved,
        "result": [
            "已修复，业主试用两天无异常。", "已更换，业主签字确认。", "已完成，照片存入档案。",
        ],
        "finding": seen, "findings": seen, "facts": seen, "happened": seen, "problem": seen, "situation": seen,
        "cause": causes, "causes": causes, "analysis": causes, "shortcoming": causes, "shortcomings": causes,
        "demand": wishes, "wish": wishes, "wishes": wishes, "customer_words": said, "words": said, "opinion": said,
        "feedback": said, "needs": ["三居室，偏好浅色木纹，厨房要多做收纳。", "老人同住，卫生间要扶手和防滑砖。"],
        "need": ["增加一组鞋柜。", "阳台改作书房。"],
        "measure": improved, "correction": improved, "improvement": improved, "lesson": improved, "effect": improved,
        "explained": told, "told": told, "message": told, "answer": told, "notice_text": told,
        "evidence": grounded, "grounds": grounded, "reasons": grounded, "reason": grounded,
        "merit": [
            "连续三个月无投诉，两次主动加班抢修。"
        ],
        "decided_with": ["工程部负责人与材料部负责人", "设计部负责人", "分管副总"], "departments": ["工程部、材料部", "设计部、工程部", "监理、财务部"],
        "instruction": ["按方案一办理，明天上午前安排到位。", "先修复，再谈责任。", "同意，费用记入工地成本。"],
        "attendees": ["业主、工程部负责人、监理", "业主夫妇、设计师、客服"], "progress": ["水电验收完毕，周五进木工。", "油漆第二遍，下周保洁。"],
        "state": ["水电完工，准备贴砖。", "木作安装中。"], "defects": ["无"], "hand_over": ["资料两册、钥匙一把，当面点清。"],
        "handover": ["资料两册、钥匙一把，当面点清。"],
        "statement": [
            "业主因工作调动，暂缓装修；已当面谈过两次，愿意保留量房资料。", "业主认为报价超出预算；已给出两套减项方案，仍决定退单。",
        ],
        "adjustment_reason": ["无"], "follow_up": said, "summary": ["六步走完，业主满意，责任人已约谈。"], "record": told,
        "minutes": ["通报两起投诉，明确闭水试验两人签字，下周复查。"], "character": ["随和，做事细致。", "直爽，重时效。"],
    ]
}
