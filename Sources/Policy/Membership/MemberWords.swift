public import Primitives

/// What happened at the counter in words: each reason and refusal one sentence, in English and Simplified Chinese.
public struct MemberWords: Sendable {
    public typealias Text = (english: String, chinese: String)

    private let programme: Programme
    private let zone: Zone

    /// - Parameter zone: the company's, which times are told in.
    public init(_ programme: Programme, zone: Zone) {
        self.programme = programme
        self.zone = zone
    }

    public func text(_ reason: Reason) -> Text {
        switch reason.kind {
        case .campaign(let key, let last):
            (
                "By the poster “\(title(campaign: key).english)”, until \(last)",
                "按店内海报“\(title(campaign: key).chinese)”，至\(last)"
            )
        // Prices
        case .discount(let line, let amount, let pays, let off):
            (
                "Line \(line): \(amount.yuan) × \(pays.percent) = \((amount - off).yuan), \(off.yuan) off",
                "第\(line)行：\(amount.yuan) × \(pays.percent) = \((amount - off).yuan)，优惠\(off.yuan)元"
            )
        case .birthdayDiscount(let line, let amount, let pays, let off):
            (
                "Line \(line), birthday: \(amount.yuan) × \(pays.percent) = \((amount - off).yuan), \(off.yuan) off",
                "第\(line)行，生日：\(amount.yuan) × \(pays.percent) = \((amount - off).yuan)，优惠\(off.yuan)元"
            )
        case .reducedBirthdayDiscount(let line, let from, let amount, let pays, let off):
            (
                "Line \(line), birthday, on sale at \(from.percent) of the list price or more: \(amount.yuan) × \(pays.percent) = \((amount - off).yuan), \(off.yuan) off",
                "第\(line)行，生日，特价不低于原价的\(from.percent)：\(amount.yuan) × \(pays.percent) = \((amount - off).yuan)，优惠\(off.yuan)元"
            )
        // Points
        case .units(let base, let unit, let count):
            (
                "Cash \(base.yuan) ÷ \(unit.yuan) = \(count) full units",
                "现金\(base.yuan) ÷ \(unit.yuan) = \(count)个整单位"
            )
        case .remainder(let rest):
            ("The remainder of \(rest.yuan) is not carried over", "余下\(rest.yuan)元不累计")
        case .accrual(let units, let each, let earned):
            (
                "\(units) × \(each.count) = \(earned.count) points",
                "\(units) × \(each.count)分 = \(earned.count)分"
            )
        case .usableFrom(let day): ("The points can be used from \(day)", "积分自\(day)起可用")
        case .redeemed(let points, let worth):
            ("\(points.count) points pay \(worth.yuan)", "\(points.count)分抵\(worth.yuan)元")
        case .earnsNothing(let line, let goods):
            (
                "Line \(line): \(title(goods: goods).english) earn no points",
                "第\(line)行：\(title(goods: goods).chinese)不积分"
            )
        // Limits, and what did not apply
        case .wholesale(let total, let pieces):
            (
                "\(total.yuan) before discounts and \(pieces) pieces: wholesale or group purchase, neither discount nor points; ask the key-account department",
                "折前\(total.yuan)元、\(pieces)件：属批发或团购，不打折、不积分；条件请询大客户服务部"
            )
        case .belowWholesale(let total, let pieces, let from, let atLeast):
            (
                "\(total.yuan) and \(pieces) pieces: not wholesale, which begins at \(from.yuan) with \(atLeast) pieces",
                "\(total.yuan)元、\(pieces)件：不属批发，批发为\(from.yuan)元且\(atLeast)件以上"
            )
        case .mixedTender(let amount):
            (
                "\(amount.yuan) is paid by vouchers or stored value: no discount; the cash part earns points",
                "其中\(amount.yuan)元以券或储值支付：不打折；现金部分可积分"
            )
        case .groupBirthday: ("A group purchase has no birthday rate", "团购不享受生日优惠")
        case .excludedCounter(let line):
            ("Line \(line): this counter takes no part in discounts or points", "第\(line)行：该专柜不参加折扣和积分")
        case .reduced(let line):
            (
                "Line \(line): goods on sale have no card discount beside the sale",
                "第\(line)行：特价商品不再享受会员卡折扣"
            )
        case .reducedInEvent(let line):
            ("Line \(line): on sale in an event period, no points", "第\(line)行：活动期间的特价商品不积分")
        case .reducedTooFar(let line, let share):
            (
                "Line \(line): on sale below \(share.percent) of the list price, no birthday rate",
                "第\(line)行：特价低于原价的\(share.percent)，没有生日折扣"
            )
        case .notBirthday: ("It is not the birthday", "当天不是生日")
        case .birthdayUnknown: ("The birthday is not known", "没有登记生日")
        case .birthdayInstead(let line):
            (
                "Line \(line): the birthday rate stands in place of the everyday one",
                "第\(line)行：以生日折扣代替平日折扣"
            )
        case .standing(let standing): text(standing)
        // Cards
        case .cashOfDay(let cash, let least):
            ("Cash of the day \(cash.yuan), at least \(least.yuan)", "当日现金消费\(cash.yuan)元，达到\(least.yuan)元")
        case .period(let points, let least):
            (
                "\(points.count) points earned in the card year, at least \(least.count)",
                "本卡年度消费积分\(points.count)分，达到\(least.count)分"
            )
        case .spend(let spend, let least):
            (
                "\(spend.yuan) spent in the card year, \(least.yuan) are needed to keep the card",
                "本卡年度消费\(spend.yuan)元，保级需\(least.yuan)元"
            )
        case .becomes(let tier): ("The card becomes a \(title(tier: tier).english)", "换为\(title(tier: tier).chinese)")
        case .stays(let tier): ("It stays a \(title(tier: tier).english)", "仍为\(title(tier: tier).chinese)")
        case .carried(let points):
            ("\(points.count) points go over to the new card", "\(points.count)分转入新卡")
        case .frozen(let day): ("Frozen on \(day)", "\(day)挂失，即时冻结")
        case .replacementFee(let fee): ("Fee \(fee.yuan)", "工本费\(fee.yuan)元")
        case .usableCard(let day): ("The new card can be used from \(day)", "新卡自\(day)起可用")
        case .exchanged(let points): ("\(points.count) points for a gift", "以\(points.count)分换礼")
        case .restored(let points):
            (
                "\(points.count) points are given back as given points; they do not count towards tiers",
                "补回\(points.count)分，按赠送积分计，不计入升级"
            )
        case .backFrom(let day): ("The card works again from \(day)", "会员卡自\(day)起恢复使用")
        // Stored value
        case .recharged(let amount, let balance):
            ("\(amount.yuan) paid in; the balance is \(balance.yuan)", "充值\(amount.yuan)元，余额\(balance.yuan)元")
        case .bonus(let gives, let from):
            ("From \(from.yuan) on \(gives.yuan) is given on top", "满\(from.yuan)元赠\(gives.yuan)元")
        case .noBonus(let from): ("Nothing is given on top below \(from.yuan)", "不足\(from.yuan)元，没有赠送")
        case .paidOut(let paid): ("\(paid.yuan) of the principal is paid out", "退还本金\(paid.yuan)元")
        case .keptForBonus(let kept):
            ("\(kept.yuan) is kept for the bonus that was used", "扣除已用掉的赠送额\(kept.yuan)元")
        case .bonusEnds(let ended): ("The unused bonus of \(ended.yuan) ends", "未用的赠送额\(ended.yuan)元作废")
        // Refunds
        case .takenBack(let points, let left):
            (
                "\(points.count) points are taken back; \(left.yuan) of the receipt is still paid in cash",
                "收回\(points.count)分；小票尚余现金\(left.yuan)元"
            )
        case .returnedPoints(let points):
            ("\(points.count) points that had paid are given back", "退还已抵用的\(points.count)分")
        case .chargedPoints(let points, let worth):
            (
                "\(points.count) of them were spent already: \(worth.yuan) comes off the cash",
                "其中\(points.count)分已用掉：从退款中扣\(worth.yuan)元"
            )
        }
    }

    public func text(_ standing: CardStanding) -> Text {
        switch standing {
        case .none: ("There is no card", "没有会员卡")
        case .active: ("The card is valid", "会员卡有效")
        case .inWindow(let last):
            (
                "The card expired after \(last) and keeps its benefits within \(programme.cardYear.window) days",
                "会员卡\(last)到期，\(programme.cardYear.window)天内仍享受优惠"
            )
        case .expired(let last):
            ("The card expired after \(last) and has not been exchanged", "会员卡\(last)到期，尚未换卡")
        case .lapsed(let last): ("The card has lapsed since \(last), being unused", "会员卡久未使用，自\(last)起失效")
        case .frozen(let day): ("The card was reported lost on \(day)", "会员卡已于\(day)挂失")
        case .notYet(let day): ("The new card can be used from \(day)", "新卡自\(day)起可用")
        }
    }

    // MARK: Refusals

    public func text(_ refusal: MemberRefusal) -> Text {
        switch refusal.reason {
        // Figures
        case .amount(.total, _):
            (
                "The receipt's total must not exceed \(Purchase.largest.minorUnits) fen: split it",
                "小票总额不能超过\(Purchase.largest.minorUnits)分：请分开"
            )
        case .amount(let name, let line):
            (
                (line.map { "Line \($0): " } ?? "")
                    + "\(name.rawValue) must be a whole number from 0 to \(Purchase.largest.minorUnits)",
                (line.map { "第\($0)行：" } ?? "") + "\(name.rawValue)应为0至\(Purchase.largest.minorUnits)的整数"
            )
        case .quantity(let line):
            (
                "Line \(line): quantity must be a whole number from 1 to 1000000",
                "第\(line)行：quantity应为1至1000000的整数"
            )
        case .lines:
            (
                "There must be 1 to \(Purchase.mostLines) lines: add what is bought or taken back, or split the receipt",
                "应有1至\(Purchase.mostLines)行：请填写所购或所退的商品，或分开登记"
            )
        case .goods(let found, let line, let known):
            (
                "Line \(line): class must be one of \(known.joined(separator: ", ")), not “\(found)”",
                "第\(line)行：class应为\(known.joined(separator: "、"))之一，不是“\(found)”"
            )
        case .tendersExceed(let due, let given):
            (
                "\(due.yuan) is due, and \(given.yuan) is given without cash: correct the tenders",
                "应付\(due.yuan)元，而非现金部分为\(given.yuan)元：请更正付款方式"
            )
        case .tendersDiffer(let due, let given):
            (
                "\(due.yuan) is due, and the tenders amount to \(given.yuan): correct them",
                "应付\(due.yuan)元，各种付款合计\(given.yuan)元：请更正"
            )
        case .outOfOrder(let last):
            (
                "It lies before the act before it (\(zone.rfc3339(last))): sort the acts by time",
                "早于前一笔（\(zone.rfc3339(last))）：请按时间排序"
            )
        case .inFuture: ("It lies in the future: correct the time", "时间在将来：请更正")
        // Points
        case .pointsStep(let asked, let step):
            (
                "Points are used in multiples of \(step.count), not \(asked.count)",
                "积分按\(step.count)的整数倍使用，不能用\(asked.count)分"
            )
        case .pointsBalance(let asked, let spendable):
            (
                "\(asked.count) points asked for, \(spendable.count) can be used",
                "要用\(asked.count)分，可用\(spendable.count)分"
            )
        case .pointsPending(let asked, let spendable, let pending):
            (
                "\(asked.count) points asked for, \(spendable.count) can be used; \(pending.count) can be used later only",
                "要用\(asked.count)分，可用\(spendable.count)分；另有\(pending.count)分要过后才可用"
            )
        case .pointsWithMixedTender:
            (
                "A purchase paid in part by vouchers or stored value cannot use points",
                "部分以券或储值支付的消费不能使用积分"
            )
        case .pointsOnDiscount: ("A purchase with a discount cannot use points", "已打折的消费不能使用积分")
        case .noRedemption: ("Points cannot pay in this programme", "该会员制度不能用积分付款")
        // Cards
        case .standing(let standing): text(standing)
        case .hasCard(let tier):
            ("There is a card already: \(title(tier: tier).english)", "已有会员卡：\(title(tier: tier).chinese)")
        case .noCard: ("There is no card", "没有会员卡")
        case .bornUnknown: ("The date of birth is needed", "需要出生日期")
        case .tooYoung(let age, let least):
            ("Aged \(age); members are \(least) or older", "\(age)岁；会员须年满\(least)岁")
        case .cashBelow(let cash, let least):
            (
                "Cash of the day \(cash.yuan); at least \(least.yuan) is needed",
                "当日现金消费\(cash.yuan)元，不足\(least.yuan)元"
            )
        case .highestTier(let tier):
            (
                "There is nothing above a \(title(tier: tier).english)",
                "\(title(tier: tier).chinese)已是最高等级"
            )
        case .before(let day):
            ("The card's year is not over: this can be done from \(day)", "本卡年度未满：自\(day)起才可办理")
        case .after(let day):
            ("The time for it ended with \(day): it counts as given up", "办理期限至\(day)，逾期视为放弃")
        case .decisionNeeded(let day):
            (
                "The time for it ended with \(day): a supervisor decides, with a reason (“decision”)",
                "办理期限至\(day)：须由主管说明理由后决定（“decision”）"
            )
        case .pointsBelow(let points, let least):
            (
                "\(points.count) points earned in the card year; \(least.count) are needed",
                "本卡年度消费积分\(points.count)分，不足\(least.count)分"
            )
        case .lostAlready(let day): ("It was reported lost on \(day) already", "已于\(day)挂失")
        case .unconfirmed(let key):
            (
                "Not confirmed: \(title(confirmation: key).english)",
                "尚未确认：\(title(confirmation: key).chinese)"
            )
        case .notLapsed: ("The card has not lapsed", "会员卡没有失效")
        // Stored value
        case .storedFrozen(let day):
            ("The stored value has been frozen since \(day)", "储值已于\(day)冻结")
        case .storedNotFrozen: ("The stored value is not frozen", "储值没有冻结")
        case .storedBalance(let asked, let balance):
            (
                "\(asked.yuan) asked for, the balance is \(balance.yuan)",
                "要用储值\(asked.yuan)元，余额\(balance.yuan)元"
            )
        case .storedAbove(let after, let most):
            (
                "The balance would be \(after.yuan), at most \(most.yuan) may be stored: pay in less",
                "充值后余额为\(after.yuan)元，超过上限\(most.yuan)元：请减少金额"
            )
        case .rechargeBelow(let amount, let least):
            (
                "\(amount.yuan) is below the least recharge of \(least.yuan)",
                "\(amount.yuan)元低于最低充值\(least.yuan)元"
            )
        case .rechargeNotCash(let amount, let from):
            (
                "\(amount.yuan) may not be paid in cash, from \(from.yuan) on by transfer only",
                "\(amount.yuan)元不能收现金：满\(from.yuan)元须转账"
            )
        case .rechargeChanged(let number):
            (
                "Recharge \(number) was posted before with other content: use a new number",
                "充值单\(number)已登记过且内容不同：请用新的号码"
            )
        case .notPaidOut: ("The rules pay out no principal", "制度规定本金不予退还")
        case .nothingLeft(let number):
            ("Nothing of recharge \(number) is left to pay out", "充值单\(number)没有可退的本金")
        // Perks
        case .perkUnknown(let key): ("There is no perk “\(key)”", "没有“\(key)”这项礼遇")
        case .perkOfTier(let perk, let tier):
            (
                "\(title(perk: perk).english): only from a \(title(tier: tier).english) up",
                "\(title(perk: perk).chinese)：\(title(tier: tier).chinese)起才有"
            )
        case .perkGiven(let perk, let day):
            (
                "\(title(perk: perk).english): given on \(day) already",
                "\(title(perk: perk).chinese)：\(day)已经给过"
            )
        case .perkOption(let perk):
            (
                "\(title(perk: perk).english): choose one of its kinds, where it has any",
                "\(title(perk: perk).chinese)：有种类的须选其一，没有的不选"
            )
        case .perkReceipt: ("It goes with something bought: name the receipt", "须凭购物小票：请填小票号")
        case .perkWithoutReceipt: ("It goes with no receipt: leave it out", "与小票无关：请不要填小票号")
        case .perkStaff: ("Name who serves", "请指定服务的员工")
        case .perkWithoutStaff: ("Nobody is assigned to it: leave it out", "不需要指定员工：请不要填")
        case .receiptNotOnCard(let number):
            ("Receipt \(number) was not bought on this card", "小票\(number)不是用这张卡购买的")
        case .birthdayFrom(let day): ("It is given around the birthday: from \(day)", "生日前后才有：自\(day)起")
        // Activities
        case .activityUnknown: ("There is no such activity", "没有这项活动")
        case .activityNotOpen(let from, let last):
            ("It can be taken part in from \(from) to \(last)", "活动期为\(from)至\(last)")
        case .notInvited(let tier):
            (
                "It is not for a \(title(tier: tier).english)",
                "这项活动不面向\(title(tier: tier).chinese)"
            )
        case .tookPart(let day): ("Taken part in on \(day) already", "\(day)已经参加过")
        case .noneLeft: ("Nothing is left of it", "已经没有了")
        case .giftUnknown: ("There is no such gift", "没有这份礼品")
        case .pointsReach(let points, let below):
            (
                "There are \(points.count) points on the card; gifts are for cards with less than \(below.count)",
                "卡上有\(points.count)分；不足\(below.count)分的卡才能换礼"
            )
        case .nothingToTakePartIn: ("There is nothing to take part in", "这项活动不用登记参加")
        // Points lost with a card
        case .restoreReason: ("Say why the points are given back (“reason”)", "请说明补回积分的理由（“reason”）")
        case .notRestored: ("Nobody gives points back in this programme", "该会员制度没有补回积分的规定")
        case .restoreAmount:
            (
                "Points given back are a whole number from 1 to \(Programme.mostRestored)",
                "补回的积分应为1至\(Programme.mostRestored)的整数"
            )
        // Receipts and refunds
        case .receiptChanged(let number):
            (
                "Receipt \(number) was posted before with other content: use a new number",
                "小票\(number)已登记过且内容不同：请用新的号码"
            )
        case .receiptUnknown(let number): ("There is no receipt \(number)", "没有小票\(number)")
        case .receiptOfAnother(let number): ("Receipt \(number) is another customer's", "小票\(number)是别的顾客的")
        case .receiptOfOtherDay(let number, let day):
            ("Receipt \(number) is of \(day): only receipts of the day count", "小票\(number)是\(day)的：只计当日小票")
        case .receiptUsed(let number): ("Receipt \(number) was used before", "小票\(number)已用过")
        case .receiptTwice(let number): ("Receipt \(number) is named twice", "小票\(number)写了两次")
        case .noReceipts: ("Name the receipts of the day", "请列出当日小票")
        case .lineUnknown(let line):
            ("Line \(line): nothing like it is on the receipt", "第\(line)行：小票上没有这样的商品")
        case .refundAbove(let line, let asked, let left):
            ("Line \(line): \(asked) pieces asked for, \(left) are left", "第\(line)行：要退\(asked)件，只剩\(left)件")
        }
    }

    // MARK: Titles

    private func title(tier key: Tier.Key) -> Text { title(programme.tier(key)?.title, key) }
    private func title(confirmation key: Confirmation.Key) -> Text {
        title(programme.confirmations.first { $0.key == key }?.title, key)
    }
    private func title(perk key: Perk.Key) -> Text { title(programme.offers.perk(key)?.title, key) }
    private func title(campaign key: Campaign.Key) -> Text {
        title(programme.offers.campaigns.first { $0.key == key }?.title, key)
    }
    private func title(goods key: GoodsClass.Key) -> Text { title(programme.goods(key)?.title, key) }
    private func title(_ title: LocalizedText?, _ key: String) -> Text {
        (title?[.english] ?? key, title?.simplified ?? key)
    }
}
