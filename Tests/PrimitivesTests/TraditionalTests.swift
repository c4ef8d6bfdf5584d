import Primitives
import Testing

struct TraditionalTests {
    @Test(arguments: [
        ("重复的答复", "重複的答覆"), ("联系人的关系", "聯繫人的關係"), ("委托设计", "委託設計"), ("正文里的词", "正文裡的詞"),
        ("事务里写明", "事務裡寫明"), ("五公里", "五公里"), ("恢复办理", "恢復辦理"), ("请先复制", "請先複製"), ("整理发放资料", "整理發放資料"),
        ("理发", "理髮"), ("余额不足", "餘額不足"), ("日历日", "日曆日"), ("学历与历史", "學歷與歷史"), ("每周五", "每週五"), ("服务周到", "服務周到"),
        ("三周岁", "三周歲"), ("日志末尾", "日誌末尾"), ("启用码", "啟用碼"), ("准时，批准", "準時，批准"), ("Aé重", "Aé重"), ("", ""),
    ])
    func `a text is converted by its words`(simplified: String, traditional: String) {
        #expect(Traditional.text(simplified) == traditional)
        #expect(Traditional.text(simplified) == traditional, "what is known by now says the same")
    }
}
