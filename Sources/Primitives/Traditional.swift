import Foundation
import Synchronization

/// Traditional Chinese from Simplified, by words where a character alone would not tell, else character by character.
///
/// The system's transform knows few words (答复 is `答復` to it) and finds some where there are none (整理发放 has no
/// `理髮`), so it is asked for single characters only, once for each, and the words of this trade are told here.
public enum Traditional {
    private static let known = Mutex<[Character: Character]>([:])

    public static func text(_ simplified: String) -> String {
        let letters = Array(simplified)
        var result = ""
        result.reserveCapacity(simplified.utf8.count)
        return known.withLock { known in
            learn(letters, &known)
            var index = 0
            while index < letters.count {
                if let phrase = phrases[letters[index]]?.first(where: { letters[index...].starts(with: $0.simplified) })
                {
                    result += phrase.traditional
                    index += phrase.simplified.count
                } else {
                    result.append(known[letters[index]] ?? letters[index])
                    index += 1
                }
            }
            return result
        }
    }

    /// Converts the characters that were not met before, in one go: the transform is slow to set up.
    private static func learn(_ letters: [Character], _ known: inout [Character: Character]) {
        let new = Set(letters.filter { isIdeograph($0) && known[$0] == nil })
        guard !new.isEmpty else { return }
        let list = Array(new)
        // A line each, so that no two neighbours are taken for one word.
        let lines = list.map { String($0) }.joined(separator: "\n")
        let converted = (lines.applyingTransform(StringTransform("Hans-Hant"), reverse: false) ?? lines)
            .split(separator: "\n", omittingEmptySubsequences: false)
        for (index, letter) in list.enumerated() {
            let one = converted.count == list.count ? converted[index] : ""
            known[letter] = alone[letter] ?? (one.count == 1 ? one.first : nil) ?? letter
        }
    }

    private static func isIdeograph(_ letter: Character) -> Bool {
        guard let scalar = letter.unicodeScalars.first else { return false }
        return (0x3400...0x9FFF).contains(scalar.value) || scalar.value >= 0x20000
    }

    /// By the first character, the longest first.
    private static let phrases: [Character: [(simplified: [Character], traditional: String)]] = {
        var phrases: [Character: [(simplified: [Character], traditional: String)]] = [:]
        for pair in table.split(whereSeparator: \.isWhitespace) {
            let halves = pair.split(separator: "=")
            guard let first = halves[0].first, halves.count == 2 else { continue }
            phrases[first, default: []].append((Array(halves[0]), String(halves[1])))
        }
        return phrases.mapValues { $0.sorted { $0.simplified.count > $1.simplified.count } }
    }()

    /// What a character is in most words, where the transform has another; the exceptions are among the words.
    private static let alone: [Character: Character] = ["里": "裡", "周": "週", "启": "啟"]

    private static let table = """
        重复=重複 复制=複製 复印=複印 复杂=複雜 复核=複核 复查=複查 复述=複述 复选=複選 复数=複數 复合=複合 复利=複利
        答复=答覆 回复=回覆 批复=批覆 复函=覆函 函复=函覆
        联系=聯繫 维系=維繫 关系=關係 干系=干係 确系=確係
        委托=委託 托付=託付 受托=受託 寄托=寄託 嘱托=囑託 拜托=拜託 托管=託管 信托=信託 推托=推託 托运=託運
        公里=公里 里程=里程 英里=英里 海里=海里 邻里=鄰里 里弄=里弄 千里=千里 万里=萬里 百里=百里
        周边=周邊 周到=周到 周围=周圍 周全=周全 周转=周轉 周密=周密 周旋=周旋 周知=周知 周折=周折 四周=四周
        周岁=周歲 一周年=一周年 周年=周年 周吴=周吳 周牧=周牧 周玉=周玉
        日历=日曆 公历=公曆 农历=農曆 阳历=陽曆 阴历=陰曆 新历=新曆 旧历=舊曆 月历=月曆 年历=年曆 周历=週曆 历法=曆法 新历史=新歷史
        余额=餘額 其余=其餘 剩余=剩餘 余下=餘下 多余=多餘 尚余=尚餘 业余=業餘 余款=餘款 余量=餘量 余数=餘數 之余=之餘
        标准=標準 准确=準確 准备=準備 准时=準時 为准=為準 准则=準則 水准=水準 基准=基準 对准=對準 准绳=準繩 精准=精準
        计划=計劃 规划=規劃 策划=策劃 划分=劃分 划定=劃定 划线=劃線 筹划=籌劃 划归=劃歸
        制作=製作 制造=製造 制成=製成 制图=製圖 制品=製品 研制=研製 特制=特製 订制=訂製 绘制=繪製 印制=印製 监制=監製
        理发=理髮 头发=頭髮 发型=髮型 毛发=毛髮 美发=美髮 整理发=整理發
        发布=發佈 公布=公佈 布置=佈置 布局=佈局 颁布=頒佈 宣布=宣佈 分布=分佈 散布=散佈 遍布=遍佈 布告=佈告
        合并=合併 并入=併入 兼并=兼併 并购=併購 归并=歸併
        日志=日誌 标志=標誌 杂志=雜誌 志哀=誌哀
        核实=核實 汇报=彙報 汇总=彙總 词汇=詞彙 汇编=彙編 汇集=彙集
        注册=註冊 附注=附註 备注=備註 注明=註明 注解=註解 注销=註銷 批注=批註 标注=標註
        标签=標籤 书签=書籤 抽签=抽籤 便签=便籤
        细致=細緻 精致=精緻 别致=別緻 雅致=雅緻
        了解=瞭解 了如=瞭如 明了=明瞭
        征求=徵求 征询=徵詢 特征=特徵 征集=徵集 征收=徵收 征兆=徵兆 征得=徵得 象征=象徵 征信=徵信
        面条=麵條 面粉=麵粉 面包=麵包 面食=麵食
        干燥=乾燥 干净=乾淨 晾干=晾乾 干货=乾貨 风干=風乾 烘干=烘乾 干洗=乾洗 饼干=餅乾 擦干=擦乾 吹干=吹乾
        干部=幹部 骨干=骨幹 才干=才幹 干活=幹活 能干=能幹 主干=主幹 实干=實幹 苦干=苦幹 干劲=幹勁
        手表=手錶 怀表=懷錶 钟表=鐘錶 电表=電錶 水表=水錶 仪表=儀錶
        只身=隻身 一只=一隻 两只=兩隻 三只=三隻 几只=幾隻 船只=船隻
        皇后=皇后 太后=太后
        茶几=茶几 窗台=窗臺 阳台=陽臺
        松紧=鬆緊 放松=放鬆 轻松=輕鬆 松动=鬆動 松开=鬆開 松散=鬆散 宽松=寬鬆
        借口=藉口 凭借=憑藉 采购=採購 采用=採用 采取=採取 采集=採集 采访=採訪 采纳=採納 开采=開採
        占用=佔用 占据=佔據 占有=佔有 侵占=侵佔 抢占=搶佔 占领=佔領
        冲突=衝突 冲击=衝擊 冲动=衝動 缓冲=緩衝 冲压=衝壓
        系统=系統 系列=系列 体系=體系 系数=係數 院系=院系
        钟表=鐘錶 分钟=分鐘 秒钟=秒鐘 时钟=時鐘 钟情=鍾情
        丰富=豐富 丰厚=豐厚 丰收=豐收 三丰=三丰
        游览=遊覽 旅游=旅遊 游客=遊客 游玩=遊玩 导游=導遊 游戏=遊戲
        愿意=願意 志愿=志願 自愿=自願 心愿=心願 意愿=意願
        舍弃=捨棄 取舍=取捨 舍得=捨得 宿舍=宿舍 校舍=校舍 房舍=房舍
        家具=家具 账户=帳戶 账号=帳號 账单=帳單 账目=帳目 账簿=帳簿
        丑陋=醜陋 丑闻=醜聞 沈阳=瀋陽 姜汤=薑湯 云栖=雲棲
        卷入=捲入 卷起=捲起 胡须=鬍鬚 须知=須知 必须=必須 折叠=摺疊 存折=存摺 奖杯=獎盃 世界杯=世界盃
        出色=出色 一出戏=一齣戲 咨询=諮詢 咨文=咨文 吁请=籲請 呼吁=呼籲 谷物=穀物 稻谷=稻穀 升级=升級 晋升=晉升 升职=升職
        松木=松木 朱批=硃批 刮风=颳風 纤维=纖維 岳父=岳父 烟雾=煙霧 抵御=抵禦 防御=防禦 伙伴=夥伴 合伙=合夥 同伙=同夥
        弥漫=瀰漫 郁闷=鬱悶 忧郁=憂鬱 淀粉=澱粉 沉淀=沉澱 仆人=僕人 前仆=前仆 党员=黨員 斗争=鬥爭 奋斗=奮鬥 战斗=戰鬥
        漏斗=漏斗 蜡烛=蠟燭 秋千=鞦韆 万一=萬一 腊月=臘月
        """
}
