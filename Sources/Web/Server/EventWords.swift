import Policy

/// Says what an event was, by the charter's own titles where it has them.
struct EventWords {
    let words: Words

    func title(of type: String, in charter: Charter?) -> String {
        switch charter?.title(ofEvent: type) {
        case .act(let title): title[words.language]
        case .start(let workflow): words("{0}登记", workflow[words.language])
        case nil: programTitle(of: type)
        }
    }

    /// What the program records by itself.
    private func programTitle(of type: String) -> String {
        switch type {
        case "customer.filed": words("客户建档")
        case "customer.updated": words("客户资料更新")
        case "customer.assigned": words("客户分配")
        case "customer.revealed": words("查看完整号码")
        case "customers.imported": words("客户导入")
        case "staff.joined": words("员工入职")
        case "staff.left": words("员工离职")
        case "staff.changed": words("员工变动")
        case "staff.password_changed": words("修改密码")
        case "staff.password_reset": words("重设密码")
        case "staff.login_given": words("开通登录")
        case "charter.adopted": words("制度施行")
        case "obligation.opened": words("开出待办")
        case "obligation.met": words("待办办结")
        case "obligation.late": words("待办逾期")
        case "obligation.escalated": words("逾期上报")
        case "obligation.waived": words("待办豁免")
        case "obligation.void": words("待办作废")
        case "obligation.ticked_off": words("办结登记")
        case "obligation.reassigned": words("待办转办")
        case "case.batched": words("同因投诉成批")
        case "case.paused": words("暂停，等客户")
        case "case.resumed": words("恢复办理")
        case "case.merged": words("并入先前的事务")
        case "case.took_in": words("并入了一件事务")
        case "case.unmerged": words("从合并中拆出")
        case "case.gave_back": words("拆出了一件事务")
        case "cases.exported": words("事务导出")
        case "case.handed_over": words("事务转办")
        case "cadence.occurred": words("到了周期")
        case "attachment.added": words("添加附件")
        case "attachment.withdrawn": words("撤回附件")
        case "unit.added": words("新设单位")
        case "unit.changed": words("单位变动")
        case "unit.closed": words("撤销单位")
        case "case.word_added": words("补充了一句")
        case "case.opinion_given": words("给了评价")
        case "case.link_made": words("发出签字链接")
        case "case.link_refused": words("签字链接没有通过")
        case "finding.booked": words("认定责任")
        case "sanction.propose": words("提议处罚")
        case "sanction.decide": words("决定处罚")
        case "sanction.drop": words("撤销认定")
        case "sanction.final": words("处罚终结")
        case "article.published": words("公布到知识库")
        case "phrase.overridden": words("仍用了禁语")
        case "purchase.posted": words("消费入账")
        case "purchase.refunded": words("退货")
        case "member.joined": words("办会员卡")
        case "member.upgraded": words("会员卡升级")
        case "member.renewed": words("会员卡到期换卡")
        case "member.reactivated": words("会员卡恢复")
        case "member.birthday": words("生日将到")
        case "member.took_part": words("参加活动")
        case "members.listed": words("取会员名单")
        case "activity.ended": words("活动结束")
        case "points.exchanged": words("积分换礼")
        case "points.restored": words("补回积分")
        case "card.issued": words("发卡")
        case "card.lost": words("会员卡挂失")
        case "card.replaced": words("补办会员卡")
        case "customer.classed": words("消费等级变更")
        case "stored.recharged": words("储值充值")
        case "stored.paid_out": words("储值退本金")
        case "stored.frozen": words("储值冻结")
        case "stored.released": words("储值解冻")
        default: type
        }
    }
}
