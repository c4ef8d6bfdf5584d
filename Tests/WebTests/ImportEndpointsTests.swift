import Customers
import Foundation
import HTTPTypes
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

@testable import Web

/// Lists of customers, through the API.
struct ImportEndpointsTests {
    private static let list = "类型,姓名,手机\n个人,西门吹雪,13800001111\n个人,花满楼,138\n个人,,13800002222\n"

    private static func lines(_ reply: Reply) -> [Int] {
        (reply.object?["faults"] as? [[String: Any]] ?? []).compactMap { $0["line"] as? Int }
    }

    @Test func `a list is looked at, imported with its faults by line, listed and taken back`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        let before = try await web.stored()
        let dry = try await program.post("/customers/imports", ["csv": Self.list, "dry_run": true])
        #expect(dry.status == 200 && dry.object?["run"] == nil, "\(dry.text)")
        #expect(dry.object?["filed"] as? Int == 1 && Self.lines(dry) == [3, 4])
        #expect(try await web.stored() == before)
        let done = try await program.post("/customers/imports", ["csv": Self.list, "file_name": "名单.csv"])
        #expect(done.status == 201 && done.object?["rows"] as? Int == 3, "\(done.text)")
        #expect(done.object?["filed"] as? Int == 1 && Self.lines(done) == [3, 4])
        let fault = try #require((done.object?["faults"] as? [[String: Any]])?.first)
        #expect(fault["column"] as? String == "手机" && fault["code"] as? String == "phone.unreadable")
        #expect((fault["message"] as? String)?.contains("11位") == true)
        let run = try #require(done.object?["run"] as? String)
        #expect(done.location == "/api/v1/customers/imports/\(run)")
        let single = try await program.get("/customers/imports/\(run)")
        let items = try #require(try await program.get("/customers/imports").object?["items"] as? [[String: Any]])
        for told in [try #require(single.object), try #require(items.first)] {
            #expect(told["id"] as? String == run && told["state"] as? String == "finished")
            #expect(told["file_name"] as? String == "名单.csv" && told["filed"] as? Int == 1)
            #expect((told["started_by"] as? [String: String])?["name"] == Shop.Person.ding.name)
        }
        let found = try await program.get("/customers?q=13800001111")
        #expect((found.object?["items"] as? [[String: Any]])?.map { $0["name"] as? String } == ["西门吹雪"])
        let again = try await program.post("/customers/imports", ["csv": Self.list, "file_name": "名单.csv"])
        #expect(again.status == 409 && again.code == "already_imported" && again.object?["run"] as? String == run)
        let undone = try await program.send(.post, "/customers/imports/\(run)/undo", [])
        #expect(undone.status == 200 && undone.object?["removed"] as? Int == 1, "\(undone.text)")
        #expect(try await program.get("/customers/imports/\(run)").object?["state"] as? String == "undone")
        let twice = try await program.send(.post, "/customers/imports/\(run)/undo", [])
        #expect(twice.status == 409 && twice.code == "already_undone")
    }

    @Test func `what a column means can be said, and none is left out unasked`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        let list = "类型,称呼,鞋码\n个人,陆小凤,42\n"
        let before = try await web.stored()
        let refused = try await expectError(422, "不能这样导入") {
            try await program.speaking($0).post(
                "/customers/imports", ["csv": list.replacing("鞋码", with: "shoe"), "columns": ["称呼": "name"]])
        }
        #expect(refused.code == "unknown_columns" && refused.faults == ["columns.shoe"])
        let dry = try await program.post("/customers/imports", ["csv": list, "dry_run": true])
        let codes = (dry.object?["refusals"] as? [[String: String]])?.compactMap { $0["code"] }
        #expect(dry.status == 200 && codes == ["no_name_column", "unknown_columns"], "\(dry.text)")
        let unknown = try await program.post("/customers/imports", ["csv": list, "columns": ["称呼": "nam", "鞋码": "-"]])
        #expect(unknown.status == 422 && unknown.faults == ["columns.称呼"])
        for (csv, code) in [("\n", "empty_list"), ("姓名\n", "headings_only"), ("%PDF-1.7\n1\n", "not_a_list")] {
            let reply = try await program.post("/customers/imports", ["csv": csv])
            #expect(reply.status == 422 && reply.code == code && reply.faults == ["csv"], "\(reply.text)")
        }
        #expect(try await web.stored() == before)
        let done = try await program.post("/customers/imports", ["csv": list, "columns": ["称呼": "name", "鞋码": "-"]])
        #expect(done.status == 201 && done.object?["filed"] as? Int == 1, "\(done.text)")
    }

    @Test(arguments: [("text/csv; charset=utf-8", false), ("text/csv;charset=\"GB18030\"", true), ("text/csv", true)])
    func `a list comes as the file that it is, in either encoding`(type: String, isChinese: Bool) async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        let list = "类型,称呼,手机\n个人,西门吹雪,13800001111\n个人,花满楼,138\n"
        let bytes = isChinese ? Self.chinese(list) : Array(list.utf8)
        let columns = "columns=" + #"{"称呼":"name"}"#.percentEncoded
        let before = try await web.stored()
        let dry = try await program.send(
            .post, "/customers/imports?dry_run=true&" + columns, bytes, ["content-type": type])
        #expect(dry.status == 200 && dry.object?["filed"] as? Int == 1 && Self.lines(dry) == [3], "\(dry.text)")
        #expect(try await web.stored() == before)
        let path = "/customers/imports?file_name=a.csv&owner=\(web.shop.staff(.an))&unit=\(web.shop.north)&" + columns
        let done = try await program.send(.post, path, bytes, ["content-type": type])
        #expect(done.status == 201 && Self.lines(done) == [3], "\(done.text)")
        let found = try await program.get("/customers?q=13800001111").object?["items"] as? [[String: Any]]
        #expect(found?.map { $0["name"] as? String } == ["西门吹雪"])
        #expect(found?.map { $0["owner"] as? String } == ["\(web.shop.staff(.an))"])
        let run = try #require(done.object?["run"] as? String)
        #expect(try await program.get("/customers/imports/\(run)").object?["file_name"] as? String == "a.csv")
        #expect(try await program.send(.post, path, bytes, ["content-type": type]).code == "already_imported")
    }

    private static func chinese(_ text: String) -> [UInt8] {
        Array(text.data(using: String.Encoding(rawValue: 0x8000_0632)) ?? Data())
    }

    @Test func `of a file the type, the encoding, the length and what is asked of it are checked`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        let list = Array(Self.list.utf8)
        let before = try await web.stored()
        for type in ["text/csv; charset=utf-16", "text/plain", "application/octet-stream", "text/csv; charset=latin1"] {
            let reply = try await program.send(.post, "/customers/imports", list, ["content-type": type])
            #expect(reply.status == 415 && reply.header("accept") == "application/json, text/csv", "\(type)")
        }
        let csv = ["content-type": "text/csv; charset=utf-8"]
        for (query, field) in [
            ("dry_run=yes", "dry_run"), ("unit=here", "unit"), ("columns=[]", "columns"), ("columns=%7B", "columns"),
            ("column=a", "column"),
        ] {
            let reply = try await program.send(.post, "/customers/imports?" + query, list, csv)
            #expect(reply.status == 400 && reply.faults == [field], "\(query): \(reply.text)")
        }
        let unknown = try await program.send(
            .post, "/customers/imports?columns=" + #"{"手机":"fone"}"#.percentEncoded, list, csv)
        #expect(unknown.status == 422 && unknown.faults == ["columns.手机"], "\(unknown.text)")
        let much = [UInt8](repeating: UInt8(ascii: "a"), count: ImportEndpoints.largestList + 1)
        let long = try await program.send(.post, "/customers/imports", much, csv)
        #expect(long.status == 413 && long.code == "too_large", "\(long.text.prefix(200))")
        #expect(try await web.stored() == before)
        // More than a JSON body may have.
        let rows = (0..<40_000).map { "个人,客\($0)甲乙丙丁戊己庚辛\n" }.joined()
        let big = try await program.send(.post, "/customers/imports?dry_run=true", Array(("类型,姓名\n" + rows).utf8), csv)
        #expect(big.status == 200 && big.object?["filed"] as? Int == 40_000, "\(big.text.prefix(300))")
        let denied = try await web.program(.an).send(.post, "/customers/imports", list, csv)
        #expect(denied.status == 403)
    }

    @Test func `a list of ten million characters is refused clearly`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        let long = "姓名\n" + String(repeating: "a", count: 10_000_000)
        let reply = try await program.post("/customers/imports", ["csv": long])
        #expect(reply.status == 413 && reply.code == "too_large")
        // One field that is too long is a fault of its line.
        let field = try await program.post(
            "/customers/imports",
            ["csv": "类型,姓名\n个人,\(String(repeating: "a", count: 70_000))\n个人,叶孤城\n", "dry_run": true])
        #expect(field.status == 200 && Self.lines(field) == [2] && field.object?["filed"] as? Int == 1, "\(field.text)")
    }

    @Test func `stored files are changed only where that is asked for, and the duties of new ones open`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        let list = "类型,姓名,手机,地址\n个人,西门吹雪,13800001111,万梅山庄\n"
        let first = try await program.post("/customers/imports", ["csv": Self.list])
        #expect(first.object?["filed"] as? Int == 1)
        #expect(try await web.shop.events("customer.filed").count == web.shop.customers.count)
        let skipped = try await program.post("/customers/imports", ["csv": list])
        #expect(skipped.object?["updated"] as? Int == 0 && Self.lines(skipped) == [2], "\(skipped.text)")
        let updated = try await program.post("/customers/imports", ["csv": list, "update": true])
        #expect(updated.object?["updated"] as? Int == 1 && Self.lines(updated).isEmpty, "\(updated.text)")
        let new = try await program.post(
            "/customers/imports",
            [
                "csv": "类型,姓名\n个人,司空摘星\n", "as_new": true, "owner": "\(web.shop.staff(.an))",
                "unit": "\(web.shop.north)",
            ])
        #expect(new.status == 201, "\(new.text)")
        #expect(try await web.shop.events("customer.filed").count == web.shop.customers.count + 1)
        let an = try await web.program(.an).get("/customers?q=%E5%8F%B8%E7%A9%BA")
        #expect((an.object?["items"] as? [[String: Any]])?.first?["owner"] as? String == "\(web.shop.staff(.an))")
    }

    @Test func `a run beyond the reader's reach is as one that is not there`() async throws {
        let web = try WebDesk(
            try await Shop.open(
                ShopCharter.text(
                    changing: (
                        from: "may: {customers.read: unit, customers.write: unit,",
                        to: "may: {customers.read: unit, customers.import: unit, customers.write: unit,"
                    ))))
        let an = try await web.program(.an)
        let done = try await an.post("/customers/imports", ["csv": Self.list])
        let run = try #require(done.object?["run"] as? String, "\(done.text)")
        #expect(try await web.program(.bai).get("/customers/imports/\(run)").status == 200, "of the same branch")
        let du = try await web.program(.du)
        #expect((try await du.get("/customers/imports").object?["items"] as? [Any])?.isEmpty == true)
        #expect(try await du.get("/customers/imports/\(run)").status == 404)
        #expect(try await du.send(.post, "/customers/imports/\(run)/undo", []).status == 404)
        #expect(try await an.get("/customers/imports/\(run)").object?["state"] as? String == "finished")
        #expect(try await web.program(.cheng).get("/customers/imports").status == 403)
    }

    @Test func `runs are read page by page`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.ding)
        var runs: [String] = []
        for name in ["甲午", "乙未", "丙申"] {
            let done = try await program.post("/customers/imports", ["csv": "类型,姓名\n个人,\(name)\n"])
            runs.insert(try #require(done.object?["run"] as? String), at: 0)
        }
        var seen: [String] = []
        var cursor = ""
        repeat {
            let page = try await program.get("/customers/imports?limit=2" + cursor)
            seen += (page.object?["items"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
            cursor = (page.object?["next"] as? String).map { "&cursor=" + $0 } ?? ""
        } while !cursor.isEmpty && seen.count < 10
        #expect(seen == runs)
        // A page that is just full is the last.
        #expect(try await program.get("/customers/imports?limit=3").object?["next"] == nil)
    }

    @Test func `a word of an address goes before a parameter`() async throws {
        let web = try await WebDesk.open()
        let reply = try await web.program(.ding).put("/customers/imports", [:])
        #expect(reply.status == 405 && reply.header("allow") == "GET, HEAD, POST", "\(reply.text)")
    }

    @Test func `the history of an imported customer says that it was imported, of another it does not`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.ding)
        let imported = try await web.shop.desk.database.read(for: web.shop.organisation) { transaction in
            try transaction.first(
                "SELECT customer FROM import_row WHERE organisation = \(web.shop.organisation) AND run = \(scene.run)"
            ) { try $0[0] as CustomerID }
        }
        let page = try await browser.get("/customers/\(try #require(imported))").text
        #expect(page.contains("由名单导入建档") && !page.contains("还没有这类记录"))
        #expect(try await !browser.get("/customers/\(scene.customer.id)").text.contains("由名单导入建档"))
    }
}
