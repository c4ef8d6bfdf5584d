import Policy

/// Says what an event was, by the charter's own titles where it has them.
struct EventWords {
    let frame: Frame

    func title(of type: String, in charter: Charter?) -> String {
        if let fact = charter?.fact(type) { return fact.title[frame.language] }
        for workflow in charter?.workflows ?? [] {
            if workflow.start.event == type {
                return frame.words("{0}登记", workflow.title[frame.language])
            }
            for state in workflow.states {
                if let move = state.moves.first(where: { $0.event == type }) { return move.title[frame.language] }
            }
        }
        return switch type {
        case "customer.filed": frame.words("客户建档")
        case "customer.updated": frame.words("客户资料更新")
        case "customer.assigned": frame.words("客户分配")
        case "customer.revealed": frame.words("查看完整号码")
        case "customers.imported": frame.words("客户导入")
        case "staff.joined": frame.words("员工入职")
        case "staff.left": frame.words("员工离职")
        case "staff.changed": frame.words("员工变动")
        case "staff.password_changed": frame.words("修改密码")
        case "staff.password_reset": frame.words("重设密码")
        case "charter.adopted": frame.words("制度施行")
        case "obligation.opened": frame.words("开出待办")
        case "obligation.met": frame.words("待办办结")
        case "obligation.late": frame.words("待办逾期")
        case "obligation.escalated": frame.words("逾期上报")
        case "obligation.waived": frame.words("待办豁免")
        case "obligation.void": frame.words("待办作废")
        case "obligation.ticked_off": frame.words("办结登记")
        case "obligation.reassigned": frame.words("待办转办")
        case "cadence.occurred": frame.words("到了周期")
        case "unit.added": frame.words("新设单位")
        case "case.word_added": frame.words("补充了一句")
        case "case.opinion_given": frame.words("给了评价")
        case "case.link_made": frame.words("发出签字链接")
        case "case.link_refused": frame.words("签字链接没有通过")
        default: type
        }
    }
}
