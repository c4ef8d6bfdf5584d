import ArgumentParser
import Foundation
import Organisations
import Policy
import Primitives
import Storage
import Web

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Furnishes an invented company with a past, to look at.")

    @OptionGroup var options: DataOptions
    @Flag(help: "Begin again with new data.") var fresh = false
    @Option(help: "Days of history.") var days = 30

    static let password = "charter-demo"

    func run() async throws {
        let settings = try await options.settings()
        let manager = FileManager.default
        if settings.address != nil { return try await furnishServer(settings) }
        if manager.fileExists(atPath: settings.database), !fresh {
            guard manager.fileExists(atPath: settings.demoMark) else {
                throw Stop(
                    "\(settings.data) holds a real installation; choose another folder with --data",
                    "\(settings.data) 里是真实的数据；请用 --data 换一个文件夹")
            }
            Sentence.say(
                "The demo in \(settings.data) is kept; --fresh begins anew.",
                "\(settings.data) 里的演示数据保留着；--fresh 从头开始。", in: .ofTerminal())
            return Self.printAccounts()
        }
        if fresh {
            guard !manager.fileExists(atPath: settings.database) || manager.fileExists(atPath: settings.demoMark) else {
                throw Stop(
                    "\(settings.data) holds a real installation; --fresh will not remove it",
                    "\(settings.data) 里是真实的数据；--fresh 不会清除它")
            }
            var lock: FileLock?
            if manager.fileExists(atPath: settings.database) {
                lock = FileLock.alone(settings.database)
                guard lock != nil else {
                    throw Stop(
                        "a server works on \(settings.database): stop it, then begin anew with --fresh",
                        "有服务正在使用 \(settings.database)：请先停止，再用 --fresh 从头开始")
                }
            }
            defer { lock?.release() }
            for name in ["charter.db", "charter.db-wal", "charter.db-shm", "charter.key", "demo"] {
                try? manager.removeItem(atPath: settings.data + "/" + name)
            }
        }
        try await furnish(settings)
    }

    /// A server's database is made and dropped by whoever runs the server.
    private func furnishServer(_ settings: Settings) async throws {
        if fresh {
            throw Stop(
                "--fresh removes no database of a server: make an empty one and name it with --database",
                "--fresh 不会清除服务器上的数据库：请新建一个空库，用 --database 指定")
        }
        try settings.makeFolder()
        try await furnish(settings)
    }

    private func furnish(_ settings: Settings) async throws {
        let manager = FileManager.default
        guard (1...365).contains(days) else {
            throw Stop.misuse("--days", String(days), expected: ("1 to 365", "1 到 365"))
        }
        let now = SystemClock.now()
        let clock = MovableClock(at: now.adding(hours: -24 * Int64(days)))
        let desktop = try await Desktop.open(settings, creating: true, clock: { clock.now })
        let isEmpty = try await desktop.database.read(.everyCompany) {
            try $0.first("SELECT 1 FROM organisation LIMIT 1") { _ in false } ?? true
        }
        guard isEmpty else {
            try await desktop.close()
            throw Stop(
                "\(settings.place) holds companies already; name an empty database",
                "\(settings.place) 里已经有公司；请指定一个空的数据库")
        }
        guard manager.createFile(atPath: settings.demoMark, contents: Data()) else {
            throw Stop("\(settings.demoMark) cannot be written", "\(settings.demoMark) 不能写入")
        }
        Sentence.say(
            "Furnishing the demo with \(days) days of work …", "正在准备\(days)天的演示数据……", in: .ofTerminal())
        // Heard at once through a pipe too.
        fflush(nil)
        var history = DemoHistory(desktop: desktop, clock: clock, end: now)
        try await history.run()
        try await desktop.close()
        Self.printAccounts()
    }

    static func printAccounts() {
        Sentence.say(
            "Accounts (password of all: \(password)):", "演示账号（密码都是 \(password)）：", in: .ofTerminal())
        for person in DemoCast.people where person.login != nil {
            print(
                "  \((person.login ?? "").padding(toLength: 10, withPad: " ", startingAt: 0)) \(person.name), \(person.post)"
            )
        }
    }
}

/// The invented people of the demo.
enum DemoCast {
    struct Member: Sendable {
        let name: String
        let login: String?
        let unit: Int
        let post: Post.Key
        var employment = Employment.regular
    }

    static let company = "济南檐下室内设计装饰工程有限公司"
    static let units = ["檐下设计", "历下店", "槐荫店", "章丘店"]

    static let people: [Member] = [
        Member(name: "陆明远", login: "admin", unit: 0, post: "general_manager"),
        Member(name: "沈知远", login: "shenzhi", unit: 0, post: "manager"),
        Member(name: "许棠", login: "xutang", unit: 1, post: "assistant"),
        Member(name: "林晓棠", login: "linxiao", unit: 1, post: "assistant"),
        Member(name: "贺屿", login: "heyu", unit: 1, post: "specialist"),
        Member(name: "周牧野", login: nil, unit: 1, post: "specialist", employment: .probation),
        Member(name: "阿依古丽·买买提", login: nil, unit: 2, post: "assistant"),
        Member(name: "欧阳明煦", login: nil, unit: 2, post: "specialist"),
        Member(name: "贺兰", login: nil, unit: 3, post: "assistant"),
        Member(name: "梁书意", login: nil, unit: 3, post: "specialist"),
        Member(name: "宋以宁", login: nil, unit: 0, post: "deputy_general_manager"),
        Member(name: "蒋立川", login: nil, unit: 0, post: "engineering_manager"),
        Member(name: "温如许", login: nil, unit: 0, post: "middle_manager"),
        Member(name: "江予安", login: nil, unit: 0, post: "supervisor_service"),
        Member(name: "许曼", login: nil, unit: 0, post: "finance"),
        Member(name: "陶既明", login: nil, unit: 0, post: "area_manager"),
        Member(name: "卫知秋", login: nil, unit: 0, post: "company_leader"),
        Member(name: "柏青", login: nil, unit: 0, post: "hr"),
        Member(name: "裴砚", login: nil, unit: 1, post: "site_supervisor"),
        Member(name: "顾行之", login: nil, unit: 1, post: "designer"),
        Member(name: "秦越", login: nil, unit: 1, post: "consultant"),
    ]

    static let customers = [
        "冼䶮之", "谢雨泽", "徐颖芝", "温如许", "江予安", "陈嘉禾", "阿依努尔·吐尔逊江", "黎星野", "梁书意", "单小满", "曾一鸣", "区婉仪",
        "仇海棠", "查若水", "任平生", "欧阳若兰", "司马清", "王秋实", "李若谷", "张三丰", "赵以柔", "钱思源", "孙望舒", "周采薇", "吴清如",
        "郑知夏", "冯怀瑾", "褚明月", "卫子衿", "蒋南乔", "韩初霁", "杨听雨", "朱砚秋", "秦书白", "尤可期", "许长安", "何以安", "吕青禾",
    ]
    static let companies = [
        "济南青禾时代文化传媒科技发展有限公司", "山东云栖置业有限公司", "历下区松间里物业服务中心", "齐鲁书香教育咨询有限公司",
    ]
    /// People of a customer's family or company: relation or position, name, birthday.
    static let relatives = [
        ("母亲", "周玉兰", "农历八月三十"), ("父亲", "韩世钧", "农历正月十二"), ("妻子", "白露", "1988-05-17"), ("丈夫", "程砚", "1984-11-02"),
        ("女儿", "小满", "2016-05-20"), ("儿子", "牧之", "2013-09-08"), ("岳母", "尹秀芝", "农历腊月初八"), ("祖母", "翁桂芬", "农历三月初三"),
    ]
    /// Moves that are made now and then only.
    static let detours: Set<String> = [
        "not_successful", "customer_declines", "send_back", "found_untrue", "return_report", "withdraw",
        "correct_statement", "correct_application", "change_handler", "measure_again", "settle_again", "recalculate",
        "drop", "no_statement", "appeal", "return_it", "withdraw_order", "judge_unfounded",
        "report_responsible", "report_uncoded",
    ]
    static let contacts = [("行政总监", "方若薇"), ("总经理助理", "岳明远"), ("采购主管", "唐以柔"), ("物业经理", "孟立川")]
    static let places = ["松间里", "湖墅清嘉", "云栖里", "槐荫公馆", "章丘翠湖", "千佛山庄"]
    static let talk = "客户：昨天说好今天上午来，等到现在。\n客服：抱歉让您久等，师傅已在路上，十一点前到。\n客户：好，到了打电话。\n"
    static let grievances = [
        "主卫防水渗漏，楼下天花受潮", "橱柜门板色差明显，与样板不符", "地暖不热，客厅与次卧温差大", "阳台推拉门变形，关不严", "电工没有按约定时间上门，也没有通知",
        "设计图纸拖了一周，影响开工", "瓷砖空鼓，敲开后发现水泥不足", "监理一周没有到现场，问题没人管", "木门油漆起泡，要求返工", "吊顶开裂，多次报修没有结果",
        "预算里漏了防水项目，中途要求加钱", "材料品牌与合同不一致", "客服电话无人接听，态度冷淡", "插座位置与图纸不符，要求改回", "完工保洁不到位，窗框有划痕",
    ]
}
