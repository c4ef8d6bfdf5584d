import TestDatabases
@testable import Customers
import Foundation
import Organisations
import Policy
import Primitives
import Storage
import Synchronization
import Testing

struct ImportTests {
    @Test func `the office's whole list is filed, and every fault has its line`() async throws {
        let desk = try await Desk()
        let bytes = try sharedData("customers-gb18030.csv")
        let preview = try await desk.lists.preview(bytes, options: desk.options, by: desk.red.boss)
        let report = try await desk.lists.run(bytes, fileName: "客户.csv", options: desk.options, by: desk.red.boss)
        #expect(report.encoding == .gb18030)
        #expect(report.mapping.unknown.isEmpty)
        #expect(report.rows == 2000)
        #expect(report.filed == 1884)
        #expect(report.updated == 0)
        // Each row is filed or named by a fault: nothing is silently dropped.
        #expect(report.filed + Set(report.faults.map(\.line)).count == report.rows)
        #expect(preview.filed == report.filed)
        #expect(preview.faults == report.faults)
        let kinds = Dictionary(grouping: report.faults, by: \.message).mapValues(\.count)
        #expect(
            kinds == [
                "row.blank": 5, "row.short": 7, "required": 12, "birthday.impossible": 6, "birthday.implausible": 11,
                "phone.unreadable": 12, "duplicate.file": 63,
            ])
        #expect(
            Dictionary(grouping: report.remarks.filter { $0.message == "remark.none" }, by: \.column)
                .mapValues(\.count) == ["手机/电话": 9, "出生日期": 2])
        #expect(report.faults.filter { $0.message == "row.blank" }.map(\.line) == [489, 735, 1121, 1505, 1867])
        let phone = try #require(report.faults.first { $0.found == "1３８ooo12345" })
        #expect(phone.column == "手机/电话")
        #expect(phone.words(in: .simplified).contains("11位手机号"))
        #expect(try await desk.count("customer") == report.filed)
        #expect(try await desk.find("骆淑珍") == ["骆淑珍"])
        #expect(try await desk.find("lsz").contains("骆淑珍"))
        #expect(try await desk.find("13598036755") == ["骆淑珍"])
    }

    @Test func `a fault is told with its line, its column and what stands there`() async throws {
        let desk = try await Desk()
        let list = """
            姓名,电话,身份证,邮箱,出生日期
            张三,1381234567,,,
            李四,13812345678,110105194912310021,,
            王五,13812345679,,wang.wu@@example,
            赵六,13812345670,,,1994-13-45
            钱七,138 1234 5671
            孙八\u{1B}[2J,13812345672,,,

            """
        let report = try await desk.lists.preview(Array(list.utf8), options: desk.options, by: desk.red.boss)
        let lines = report.faults.map { $0.sentence(in: .english) }
        #expect(
            lines == [
                #"line 2, column 电话: found "13******67": expected an 11-digit mobile, a landline with area code, or 400/800"#,
                #"line 3, column 身份证: found "11**************21": expected 18 characters with a right check character"#,
                #"line 4, column 邮箱: found "w***@example": expected an e-mail address like name@example.com"#,
                #"line 5, column 出生日期: found "1994-13-45": there is no such day"#,
                #"line 6: found "钱七,138****5671": 5 columns expected, only 2 there"#,
                #"line 7, column 姓名: found "孙八 [2J": company or person? say it in a column 类型 (kind)"#,
                #"line 7, column 姓名: found "孙八 [2J": letters, digits and underscores only"#,
            ])
        #expect(
            report.faults[0].sentence(in: .simplified)
                == "第2行，“电话”列：写的是“13******67”：应为11位手机号，或带区号的座机，或400/800号码")
        #expect(report.faults[0].sentence(in: .traditional).hasPrefix("第2行，“电话”列：寫的是“13******67”："))
    }

    @Test func `no number of the office's list reaches a terminal whole`() async throws {
        let desk = try await Desk()
        let bytes = try sharedData("customers-gb18030.csv")
        let report = try await desk.lists.preview(bytes, options: desk.options, by: desk.red.boss)
        for fault in report.faults + report.remarks where !fault.message.hasPrefix("birthday.") {
            let longest = fault.shown.split { !$0.isNumber }.map(\.count).max() ?? 0
            #expect(longest < 7, "\(fault.line)")
        }
    }

    @Test func `a program or a picture is no list`() async throws {
        let desk = try await Desk()
        let program = try Data(contentsOf: URL(fileURLWithPath: "/bin/ls"))
        await #expect(throws: ImportRefusal.notText("")) {
            try await desk.lists.preview([UInt8](program), options: desk.options, by: desk.red.boss)
        }
    }

    @Test(arguments: Scope.allCases)
    func `runs are listed as far as the permission reaches`(scope: Scope) async throws {
        let desk = try await Desk()
        let red = desk.red
        for (name, keeper, unit) in [
            ("north", red.northClerk, red.north), ("colleague", red.northColleague, red.north),
            ("south", red.southClerk, red.south), ("headquarters", red.manager, red.headquarters),
        ] {
            var options = desk.options
            (options.unit, options.owner) = (unit, keeper)
            let starter = red.principal(keeper, in: unit, [.importCustomers: .all, .readCustomers: .all])
            _ = try await desk.lists.run(
                Array("姓名,电话\n\(name)有限公司,\n".utf8), fileName: name, options: options, by: starter)
        }
        func seen(_ staff: StaffID, in unit: UnitID, _ may: [Action: Scope]) async throws -> Set<String> {
            Set(try await desk.lists.runs(by: red.principal(staff, in: unit, may)).map(\.fileName))
        }
        let all: Set = ["north", "colleague", "south", "headquarters"]
        let north: Set<String> =
            switch scope {
            case .own: ["north"]
            case .unit, .subtree: ["north", "colleague"]
            case .all: all
            }
        let headquarters: Set<String> = scope >= .subtree ? all : ["headquarters"]
        #expect(try await seen(red.northClerk, in: red.north, [.importCustomers: scope]) == north)
        #expect(try await seen(red.manager, in: red.headquarters, [.importCustomers: scope]) == headquarters)
        await #expect(throws: Denial(action: .importCustomers, post: "clerk")) {
            try await seen(red.northClerk, in: red.north, [.readCustomers: .all])
        }
        let blue = desk.blue.principal(desk.blue.northClerk, in: desk.blue.north, [.importCustomers: .all])
        #expect(try await desk.lists.runs(by: blue).isEmpty)
    }

    @Test func `each accepted row is stored as it stands`() async throws {
        let desk = try await Desk()
        let bytes = try sharedData("customers-gb18030.csv")
        _ = try await desk.lists.run(bytes, fileName: "客户.csv", options: desk.options, by: desk.red.boss)
        let id = try #require(try await desk.customers.search("史想", by: desk.red.boss).items.first?.id)
        let lunar = try await desk.customers.find(id, by: desk.red.boss)
        #expect(lunar.kind == .person)
        #expect(lunar.people[0].birthday == LunarDay(year: 2008, month: 2, day: 29).map(Birthday.lunar))
        #expect(lunar.people[0].gender == .male)
        #expect(lunar.notes == "第一行\n第二行")
        #expect(lunar.address == "澳门特别行政区秀华县丰都海口街H座 535444")
        let company = try #require(try await desk.customers.search("蔡凤英", by: desk.red.boss).items.first?.id)
        let file = try await desk.customers.find(company, by: desk.red.boss)
        #expect(file.name == "襄樊地球村科技有限公司")
        #expect(file.kind == .company)
        #expect(file.people(.contact).map(\.position) == ["财务顾问"])
        #expect(file.people(.contact).map(\.phone) == ["138****6198"])
        #expect(file.owner == desk.red.northClerk)
    }

    @Test func `a preview writes nothing`() async throws {
        let desk = try await Desk()
        _ = try await desk.lists.preview(
            try sharedData("customers-gb18030.csv"), options: desk.options, by: desk.red.boss)
        for table in ["customer", "customer_gram", "import_run", "event"] {
            #expect(try await desk.count(table) == 0)
        }
    }

    @Test func `imported customers are no new ones unless it is said`() async throws {
        let desk = try await Desk()
        let list = "姓名,电话\n张三,13812345678\n李四,13812345679\n"
        _ = try await desk.lists.run(list, by: desk)
        #expect(try await desk.eventTypes() == ["customers.imported"])
        let other = try await Desk()
        var options = other.options
        options.isAsNew = true
        _ = try await other.lists.run(Array(list.utf8), fileName: "a", options: options, by: other.red.boss)
        #expect(try await other.eventTypes() == ["customer.filed", "customer.filed", "customers.imported"])
    }

    @Test func `people entered twice are told apart from people with one name`() async throws {
        let desk = try await Desk()
        let report = try await desk.lists.run(
            """
            姓名,电话,地址
            张三,13812345678,甲路1号
            张三,+86 138 1234 5678,乙路2号
            张三,13900000000,丙路3号
            李四,13812345678,甲路1号
            張三,,丙路 3号
            """, by: desk)
        #expect(report.filed == 3)
        #expect(report.faults.map(\.line) == [3, 6])
        #expect(report.faults.map(\.message) == ["duplicate.file", "duplicate.file"])
        #expect(report.faults.map(\.arguments) == [["2"], ["4"]])
    }

    @Test func `who is stored already is reported, and named only to who may read the file`() async throws {
        let desk = try await Desk()
        let stored = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        let list = Array("姓名,电话\n张三,138-1234-5678\n".utf8)
        var options = desk.options
        let report = try await desk.lists.run(list, fileName: "a", options: options, by: desk.red.boss)
        #expect(report.filed == 0)
        #expect(report.faults.map(\.arguments) == [[stored.reference]])
        options.encoding = .utf8
        let clerk = desk.red.clerk([.importCustomers: .own, .readCustomers: .own])
        let blind = try await desk.lists.run(list, fileName: "a", options: options, by: clerk)
        #expect(blind.faults.map(\.arguments) == [[""]])
        options.unit = desk.blue.north
        options.owner = desk.blue.northClerk
        let elsewhere = try await desk.lists.run(list, fileName: "a", options: options, by: desk.blue.boss)
        #expect(elsewhere.filed == 1)
    }

    @Test func `an interrupted import goes on where it stood, and files nobody twice`() async throws {
        let desk = try await Desk(batch: 100)
        let bytes = try sharedData("customers-gb18030.csv")
        let whole = try await desk.lists.preview(bytes, options: desk.options, by: desk.red.boss).filed
        let task = Task {
            try await desk.lists.run(bytes, fileName: "a", options: desk.options, by: desk.red.boss) { done, _ in
                // The process dies in the middle.
                if done == 500 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await desk.count("customer") == 500)
        let report = try await desk.lists.run(
            bytes, fileName: "a", options: desk.options, by: desk.red.boss)
        #expect(report.resumedAt == 500)
        #expect(report.filed == whole)
        #expect(try await desk.count("customer") == whole)
        #expect(report.filed + Set(report.faults.map(\.line)).count == report.rows)
        let run = try #require(report.run)
        await #expect(throws: ImportRefusal.alreadyImported(run)) {
            try await desk.lists.run(bytes, fileName: "a", options: desk.options, by: desk.red.boss)
        }
    }

    @Test func `an undone import leaves no trace but its events`() async throws {
        let desk = try await Desk()
        let bytes = try sharedData("customers-gb18030.csv")
        let report = try await desk.lists.run(bytes, fileName: "a", options: desk.options, by: desk.red.boss)
        let undone = try await desk.lists.undo(try #require(report.run), by: desk.red.boss)
        #expect(undone.removed == report.filed)
        #expect(undone.kept.isEmpty)
        for table in ["customer", "customer_person", "customer_identifier", "customer_gram", "import_row"] {
            #expect(try await desk.count(table) == 0, "\(table)")
        }
        let again = try await desk.lists.run(bytes, fileName: "a", options: desk.options, by: desk.red.boss)
        #expect(again.filed == report.filed)
        let run = try #require(report.run)
        await #expect(throws: ImportRefusal.alreadyUndone) { try await desk.lists.undo(run, by: desk.red.boss) }
    }

    @Test func `undo restores what an import changed`() async throws {
        let desk = try await Desk()
        let stored = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        var options = desk.options
        options.onMatch = .update
        let list = "姓名,电话,邮箱,地址,爱好\n张三,13812345678 / 13900001111,new@example.com,新路9号,无\n李四,13700000000,,,\n"
        let report = try await desk.lists.run(
            Array(list.utf8), fileName: "a", options: options, by: desk.red.boss)
        #expect((report.filed, report.updated) == (1, 1))
        let changed = try await desk.customers.find(stored.id, by: desk.red.boss)
        #expect(changed.address == "新路9号")
        #expect(changed.people[0].phone == "138****5678、139****1111")
        #expect(changed.people[0].bestTime == "晚上")
        #expect(try await desk.find("1111") == ["张三"])
        let undone = try await desk.lists.undo(try #require(report.run), by: desk.red.boss)
        #expect((undone.removed, undone.restored, undone.kept.count) == (1, 1, 0))
        let restored = try await desk.customers.find(stored.id, by: desk.red.boss)
        #expect(restored.people == stored.people)
        #expect(restored.address == stored.address)
        #expect(try await desk.find("1111") == [])
        #expect(try await desk.find("13812345678") == ["张三"])
    }

    @Test func `a list says who belongs to the family, with every fault in its column`() async throws {
        let desk = try await Desk()
        let list = """
            姓名,电话,家人,家人关系,家人生日,家人手机,家人2姓名,家人2称谓,家人2性别,家庭成员姓名3,家属3爱好
            张三,13812345678,张小满,女儿,农历2015年六月初六,13900001111,李四娘,妻子,女,无,
            王五,13812345679,,配偶,,,,,,,钓鱼
            赵六,13812345670,赵七,儿子,2015-02-30,139,赵八,女儿,不男不女,赵九,围棋

            """
        let preview = try await desk.lists.preview(Array(list.utf8), options: desk.options, by: desk.red.boss)
        #expect(preview.mapping.unknown.isEmpty)
        #expect(
            preview.faults.map { $0.sentence(in: .english) } == [
                #"line 3, column 家人关系: found "配偶": no name of a member of the family: whose is this?"#,
                #"line 3, column 家属3爱好: found "钓鱼": no name of a member of the family: whose is this?"#,
                #"line 4, column 家人生日: found "2015-02-30": there is no such day"#,
                #"line 4, column 家人手机: found "139": expected an 11-digit mobile, a landline with area code, or 400/800"#,
                #"line 4, column 家人2性别: found "不男不女": expected 男 (male) or 女 (female)"#,
            ])
        #expect(try await desk.count("customer") == 0)
        let report = try await desk.lists.run(list, by: desk)
        #expect(report.faults == preview.faults && report.filed == 1)
        let id = try #require(try await desk.customers.search("张三", by: desk.red.boss).items.first?.id)
        let file = try await desk.customers.find(id, by: desk.red.boss)
        let family = file.people(.family)
        #expect(family.map(\.name) == ["张小满", "李四娘"])
        #expect(family.map(\.relation) == ["女儿", "妻子"])
        #expect(family[0].birthday == LunarDay(year: 2015, month: 6, day: 6).map(Birthday.lunar))
        #expect(family[0].phone == "139****1111")
        #expect(family[1].gender == .female)
        #expect(file.people[0].phone == "138****5678")
        let undone = try await desk.lists.undo(try #require(report.run), by: desk.red.boss)
        #expect(undone.removed == 1)
        #expect(try await desk.count("customer_person") == 0)
    }

    @Test func `the family in a list is written over the stored one, member by member, and undo restores it`()
        async throws
    {
        let desk = try await Desk()
        let first = "姓名,电话,家人姓名,家人关系,家人生日\n张三,13812345678,张小满,孩子,2015-06-06\n"
        _ = try await desk.lists.run(first, by: desk)
        let id = try #require(try await desk.customers.search("张三", by: desk.red.boss).items.first?.id)
        let stored = try await desk.customers.find(id, by: desk.red.boss)
        var options = desk.options
        options.onMatch = .update
        let second = """
            姓名,电话,家人姓名,家人关系,家人爱好,家人2,家人2关系
            张三,13812345678,张小满,女儿,画画,张大满,儿子

            """
        let report = try await desk.lists.run(
            Array(second.utf8), fileName: "b", options: options, by: desk.red.boss)
        #expect((report.filed, report.updated) == (0, 1))
        let changed = try await desk.customers.find(id, by: desk.red.boss).people(.family)
        #expect(changed.map(\.name) == ["张小满", "张大满"])
        #expect(changed.map(\.relation) == ["女儿", "儿子"])
        #expect(changed[0].birthday == stored.people(.family)[0].birthday && changed[0].hobbies == "画画")
        let undone = try await desk.lists.undo(try #require(report.run), by: desk.red.boss)
        #expect(undone.restored == 1)
        let restored = try await desk.customers.find(id, by: desk.red.boss)
        #expect(restored.people == stored.people)
    }

    @Test func `undo keeps the customers that somebody worked on since`() async throws {
        let desk = try await Desk()
        let report = try await desk.lists.run(
            "姓名,电话\n张三,13812345678\n李四,13812345679\n王五,13812345670\n", by: desk)
        let items = try await desk.customers.list(by: desk.red.boss).items
        let edited = try await desk.customers.find(items[0].id, by: desk.red.boss)
        var input = CustomerInput(edited)
        input.notes = "已回访"
        _ = try await desk.customers.update(edited.id, revision: 1, to: input, by: desk.red.boss)
        try await desk.database.write { transaction in
            _ = try Journal(reactions: []).record(
                EventDraft(
                    organisation: desk.red.id, type: "complaint.received",
                    subject: Event.Subject("customer", items[1].id), actor: .program("test")), in: transaction)
        }
        let undone = try await desk.lists.undo(try #require(report.run), by: desk.red.boss)
        #expect(undone.removed == 1)
        #expect(undone.kept.map(\.line) == [3, 4])
        #expect(Set(undone.kept.map(\.customer)) == [items[0].id, items[1].id])
        #expect(try await desk.customers.list(by: desk.red.boss).items.count == 2)
    }

    @Test func `an import is denied beyond the permission's reach`() async throws {
        let desk = try await Desk()
        let red = desk.red
        let list = Array("姓名\n张三\n".utf8)
        var options = desk.options
        for principal in [
            red.clerk([.writeCustomers: .all]),
            red.principal(red.northColleague, in: red.north, [.importCustomers: .own]),
            red.principal(red.southClerk, in: red.south, [.importCustomers: .subtree]),
        ] {
            await #expect(throws: Denial(action: .importCustomers, beyond: principal)) {
                try await desk.lists.preview(list, options: options, by: principal)
            }
            await #expect(throws: Denial(action: .importCustomers, beyond: principal)) {
                try await desk.lists.run(list, fileName: "a", options: options, by: principal)
            }
        }
        let clerk = red.clerk([.importCustomers: .own])
        let run = try #require(try await desk.lists.run(list, fileName: "a", options: options, by: clerk).run)
        await #expect(throws: Denial.self) {
            try await desk.lists.undo(run, by: red.principal(red.southClerk, in: red.south, [.importCustomers: .unit]))
        }
        await #expect(throws: StorageError.notFound("import \(run)")) {
            try await desk.lists.undo(run, by: desk.blue.boss)
        }
        #expect(try await desk.lists.undo(run, by: clerk).removed == 1)
        options.owner = desk.blue.northClerk
        await #expect(throws: FormFaults.self) { try await desk.lists.preview(list, options: options, by: red.boss) }
    }

    @Test func `a column that nobody knows is not left out unasked`() async throws {
        let desk = try await Desk()
        let list = Array("\u{FEFF}姓名,电话,鞋码\r\n张三,13812345678,42\r\n".utf8)
        var options = desk.options
        #expect(
            try await desk.lists.preview(list, options: options, by: desk.red.boss).mapping.unknown == ["鞋码"])
        await #expect(throws: ImportRefusal.unknownColumns(["鞋码"])) {
            try await desk.lists.run(list, fileName: "a", options: options, by: desk.red.boss)
        }
        options.columns = ["鞋码": .ignored, "电话": .companyPhone]
        await #expect(throws: ImportRefusal.doubledColumns([.phone])) {
            try await desk.lists.run(
                Array("姓名,电话,手机\n张三,1,2\n".utf8), fileName: "a", options: desk.options, by: desk.red.boss)
        }
        options.columns = ["鞋码": .ignored]
        #expect(
            try await desk.lists.run(list, fileName: "a", options: options, by: desk.red.boss).filed == 1)
        await #expect(throws: ImportRefusal.noName) {
            try await desk.lists.run(Array("电话\n1\n".utf8), fileName: "a", options: options, by: desk.red.boss)
        }
    }

    @Test func `what is unclear is not guessed`() async throws {
        let desk = try await Desk()
        let report = try await desk.lists.run(
            """
            名称,联系人,电话,性别,生日,职务,类型
            Apple,,13812345678,,,,
            Apple,,13812345678,,,,公司
            张三,,1381234567,,,,
            李四,,,中性,,,
            王五,,,,90-1-1,,
            赵六,,,,5/6/1990,,
            晨光文具厂,,,男,,,
            东方公司,钱七,,男,1990.1.1,经理,
            孙八,,,,,,神仙
            阿依古丽·买买提,,,,,,
            """, by: desk)
        #expect(report.faults.map(\.line) == [2, 4, 5, 6, 7, 8, 10])
        #expect(
            report.faults.map(\.message) == [
                "kind.unclear", "phone.unreadable", "gender.unreadable", "birthday.unreadable", "birthday.unreadable",
                "contact.missing", "kind.unreadable",
            ])
        #expect(report.filed == 3)
    }

    @Test func `two thousand five hundred rows do not take the evening`() async throws {
        let desk = try await Desk()
        let rows = (0..<2500).map {
            "客户公司\($0),联系人,1380000\(String($0 + 10_000).suffix(4)),a\($0)@example.com,某路\($0)号\n"
        }
        let bytes = Array(("公司名称,联系人,手机,邮箱,地址\n" + rows.joined()).utf8)
        let elapsed = try await ContinuousClock().measure {
            let report = try await desk.lists.run(bytes, fileName: "a", options: desk.options, by: desk.red.boss)
            #expect(report.filed == 2500)
        }
        // Seconds even unoptimised; the bound only tells them from hours on a busy machine.
        #expect(elapsed < .seconds(600))
    }
}

extension Desk {
    /// Everything goes to the north's clerk.
    var options: ImportOptions { ImportOptions(unit: red.north, owner: red.northClerk) }

    func count(_ table: String) async throws -> Int {
        try await database.read { try $0.one("SELECT COUNT(*) FROM \(raw: table)", orElse: "") { try $0[0] as Int } }
    }

    func eventTypes() async throws -> [String] {
        try await database.read { try $0.all("SELECT type FROM event ORDER BY type") { try $0[0] as String } }
    }
}

extension CustomerImport {
    func run(_ text: String, by desk: Desk) async throws -> ImportReport {
        try await run(Array(text.utf8), fileName: "list.csv", options: desk.options, by: desk.red.boss)
    }
}
