import Cases
import HTTPTypes
import Customers
import Foundation
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

@testable import Web

/// What no honest browser and no honest program sends: each gets a clear error in the reader's language.
struct BadInputTests {
    // MARK: Too much

    @Test func `ten megabytes are refused with the limit, by pages and by the API`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        let program = try await web.program(.an)
        let before = try await web.stored()
        let much = String(repeating: "x", count: 10_000_000)
        let form = Array("content=\(much)".utf8)
        let page = try await expectError(413, "内容太大") {
            try await browser.speaking($0).send("/cases/new/complaint", form)
        }
        #expect(page.told?.text.contains("1024") == true)
        let answer = try await expectError(413, "内容太大") {
            try await program.speaking($0).post("/cases", ["workflow": "complaint", "fields": ["content": much]])
        }
        #expect(answer.code == "too_large" && answer.told?.text.contains("1024") == true)
        try await expectError(413, "内容太大") {
            try await web.visitor(in: $0).send("/sign-in", form)
        }
        let after = try await web.stored()
        #expect(after == before)
    }

    @Test func `a field beyond its limit is a fault of that field`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.an, in: .english)
        let program = try await web.program(.an, in: .english)
        let before = try await web.stored()
        let long = String(repeating: "长", count: 300_000)
        let page = try await browser.post(
            "/cases/new/complaint",
            ["customer": "\(scene.customer.id)", "channel": "phone", "content": String(long.prefix(100_000))])
        #expect(page.status == 422)
        #expect(page.text.contains("500"), "the limit is said")
        let answer = try await program.post(
            "/cases",
            [
                "workflow": "complaint",
                "fields": ["customer": "\(scene.customer.id)", "channel": "phone", "content": long],
            ])
        #expect(answer.status == 422 && answer.faults == ["content"], "\(answer.text.prefix(300))")
        let name = try await program.post("/customers", ["kind": "person", "name": String(long.prefix(500))])
        #expect(name.status == 400 && name.faults == ["name"])
        let onPage = try await browser.post(
            "/customers/new", ["kind": "person", "name": String(long.prefix(500)), "people.0.role": "self"])
        #expect(onPage.status == 422)
        let unit = try await web.browser(.ding).post(
            "/people/units/new", ["name": String(long.prefix(500)), "parent": "\(web.shop.north)"])
        #expect(unit.status == 422)
        let after = try await web.stored()
        #expect(after == before)
    }

    @Test(arguments: [(1, 1), (1, 30), (300, 1), (300, 30)])
    func `how long a table may be the form says, and not the reading of the body`(rows: Int, cells: Int) async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let program = try await web.program(.an)
        let table = Array(repeating: Array(repeating: "格", count: cells), count: rows)
        let answer = try await program.post(
            "/cases",
            [
                "workflow": "complaint",
                "fields": ["customer": "\(scene.customer.id)", "channel": "phone", "content": table],
            ])
        #expect(answer.status == 422 && answer.faults == ["content"], "\(answer.text.prefix(300))")
    }

    @Test func `a thousand fields are too many`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.an)
        let fields = Dictionary(uniqueKeysWithValues: (0..<1000).map { ("field\($0)", "x") })
        let reply = try await program.post("/cases", ["workflow": "complaint", "fields": fields])
        #expect(reply.status == 400 && reply.faults == ["fields"])
    }

    // MARK: Broken text

    @Test func `a form that is not UTF-8 is refused`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        let before = try await web.stored()
        // Percent codes, bare bytes, GB18030 as an old page would send it, half a character, an overlong slash.
        for bytes in [
            Array("content=%FF%FE".utf8), Array("content=".utf8) + [0xFF, 0xFE],
            Array("content=%C4%E3%BA%C3".utf8), Array("content=%E4%BD".utf8), Array("content=%C0%AF".utf8),
            Array("%FF=x".utf8), Array("content=%ED%A0%80".utf8),
        ] {
            try await expectError(400, "内容不是UTF-8文字") {
                try await browser.speaking($0).send("/cases/new/complaint", bytes)
            }
        }
        let after = try await web.stored()
        #expect(after == before)
    }

    @Test func `a body that is no form is refused`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.an)
        for type in ["application/json", "multipart/form-data; boundary=x", "text/plain", "nonsense"] {
            try await expectError(415, "不认识这种内容") {
                try await browser.speaking($0).send(
                    "/cases/new/complaint", Array("{}".utf8), ["content-type": type])
            }
        }
    }

    @Test func `NUL and other control characters are refused, wherever a page takes text`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let ding = try await web.browser(.ding)
        let an = try await web.browser(.an)
        let before = try await web.stored()
        for bad in ["a\u{0}b", "a\u{1B}[31mb"] {
            for (browser, act) in [
                (an, try PageAct.of("POST /cases/new/{workflow}", scene).with("content", bad)),
                (an, try PageAct.of("POST /customers/new", scene).with("name", bad)),
                (an, try PageAct.of("POST /customers/{id}/edit", scene).with("notes", bad)),
                (an, try PageAct.of("POST /facts/new/{event}", scene).with("place", bad)),
                (an, try PageAct.of("POST /obligations/{id}/done", scene).with("said", bad)),
                (ding, try PageAct.of("POST /obligations/{id}/waiver", scene).with("reason", bad)),
                (ding, try PageAct.of("POST /people/new", scene).with("name", bad)),
                (ding, try PageAct.of("POST /people/units/new", scene).with("name", bad)),
                (ding, try PageAct.of("POST /people/me/tokens", scene).with("title", bad)),
            ] {
                let reply = try await browser.post(act.path, act.form)
                #expect(reply.status == 422, "\(act.path)")
                let after = try await web.stored()
                #expect(after == before, "\(act.path)")
            }
        }
    }

    @Test func `NUL and other control characters are refused, wherever the API takes text`() async throws {
        let web = try await WebDesk.open()
        let scene = try await Scene(web.shop)
        let program = try await web.program(.ding)
        let an = try await web.program(.an)
        let before = try await web.stored()
        for bad in ["a\\u0000b", "a\\u001b[31mb"] {
            for (path, body) in [
                (
                    "/cases",
                    #"{"workflow":"complaint","fields":{"customer":"\#(scene.customer.id)","channel":"phone","content":"\#(bad)"}}"#
                ),
                ("/customers", #"{"kind":"person","name":"\#(bad)"}"#),
                ("/organisation/units", #"{"name":"\#(bad)","parent":"\#(web.shop.north)"}"#),
                ("/staff", #"{"name":"\#(bad)","post":"clerk"}"#),
                ("/staff", #"{"name":"a","login":"\#(bad)","password":"open sesame 2","post":"clerk"}"#),
            ] {
                let reply = try await program.send(.post, path, Array(body.utf8))
                #expect(reply.status == 400 || reply.status == 422, "\(path) \(body): \(reply.text)")
            }
            let reply = try await an.send(
                .post, "/obligations/\(scene.duty)/discharge",
                Array(#"{"fields":{"reached":true,"said":"\#(bad)"}}"#.utf8))
            #expect(reply.status == 400 || reply.status == 422, "\(reply.text)")
        }
        let after = try await web.stored()
        #expect(after == before)
    }

    @Test func `an address that is not UTF-8 is answered, never with the program's own fault`() async throws {
        let web = try await WebDesk.open(isDemo: true)
        let scene = try await Scene(web.shop)
        let browser = try await web.browser(.ding)
        for path in Look.all.values.map({ $0(scene) }) {
            for query in ["%FF%FE", "%C3%28", "%", "%zz", "%00", String(repeating: "%E4%BD%A0", count: 300)] {
                let address = path.split(separator: "?")[0]
                let asked =
                    "\(address)?q=\(query)&after=\(query)&before=\(query)&view=\(query)&o=\(query)&state=\(query)&chapter=\(query)&customer=\(query)&customer_query=\(query)&field=\(query)&unit=\(query)&said=\(query)&kind=\(query)"
                let reply = try await browser.get(asked)
                #expect(reply.status < 500, "\(asked.prefix(200)): \(reply.status)")
            }
        }
        for path in [
            "/cases/%FF", "/customers/%C3%28", "/charter/clauses/%00", "/facts/new/%FF", "/people/posts/%FF",
            "/obligations/..%2f", "/%FF",
        ] {
            let reply = try await browser.get(path)
            #expect((400..<500).contains(reply.status), "\(path): \(reply.status)")
            #expect(reply.told != nil, "\(path)")
        }
    }

    @Test func `JSON that cannot be read is told with the place of the fault`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.an)
        let before = try await web.stored()
        for text: [UInt8] in [
            Array(#"{"workflow": "#.utf8), Array(#"{"a":1,"a":2}"#.utf8), Array(#"{"a":"\ud800"}"#.utf8),
            Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8), Array(#"{"a":"\u0000"}"#.utf8), [],
            Array(String(repeating: "[", count: 100).utf8), Array("{\"a\":NaN}".utf8), [0xFF, 0xFE, 0x7B, 0x00],
        ] {
            let reply = try await expectError(400, "读不懂的JSON") {
                try await program.speaking($0).send(.post, "/cases", text)
            }
            #expect(reply.code == "malformed")
        }
        for (type, body) in [("text/plain", "{}"), ("application/json; charset=gb18030", "{}")] {
            try await expectError(415, "不认识这种内容") {
                try await program.speaking($0).send(.post, "/cases", Array(body.utf8), ["content-type": type])
            }
        }
        for address in ["/cases?limit=%FF", "/customers?q=%C3%28", "/customers?q=%00", "/cases/%FF", "/cases?%zz=1"] {
            try await expectError(400, "地址里有不能显示的字符") { try await program.speaking($0).get(address) }
        }
        let after = try await web.stored()
        #expect(after == before)
    }

    @Test func `what the published document does not know is told with the nearest word`() async throws {
        let web = try await WebDesk.open()
        let program = try await web.program(.an)
        let reply = try await expectError(400, "请求不合接口的约定") {
            try await program.speaking($0).get("/cases?limit=0&statee=open&cursor=x")
        }
        #expect(reply.faults == ["cursor", "limit", "statee"])
        #expect(reply.text.contains("state"))
        try await expectError(404, "没有找到") { try await program.speaking($0).get("/nothing") }
        try await expectError(405, "这个地址不接受这种方法") { try await program.speaking($0).post("/me") }
        try await expectError(406, "只能以JSON回答") {
            try await program.speaking($0).get("/me", ["accept": "text/html"])
        }
        try await expectError(404, "制度里没有这个流程") {
            try await program.speaking($0).post("/cases", ["workflow": "complain", "fields": [String: String]()])
        }
        let matter = try await web.shop.complain()
        let unknown = try await expectError(422, "这个流程里没有这一步") {
            try await program.speaking($0).post("/cases/\(matter.id)/moves", ["move": "respnd"])
        }
        #expect(unknown.code == "unknown_move" && unknown.faults == ["move"] && unknown.text.contains("respond"))
        let early = try await expectError(409, "事务已不在这一步") {
            try await program.speaking($0).post("/cases/\(matter.id)/moves", ["move": "drop"])
        }
        #expect(early.code == "wrong_state")
        try await expectError(422, "制度里没有这种事实") {
            try await program.speaking($0).post(
                "/facts", ["event": "site.start", "fields": [String: String]()])
        }
        try await expectError(422, "还有几处要改") {
            try await program.speaking($0).post("/cases", ["workflow": "complaint", "fields": ["chanel": "phone"]])
        }
    }

    // MARK: Unknown and foreign

    private static let unknown = "018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21"

    @Test(arguments: Look.all.keys.filter { $0.contains("/{") }.sorted())
    func `an unknown id is told so, with where to look next`(route: String) async throws {
        let web = try await WebDesk.open(isDemo: true)
        let path = try Look.of(route, try await Scene(web.shop))
        let browser = try await web.browser(.ding)
        let unknown = path.replacing(Identifiers.pattern, with: Self.unknown)
        guard unknown != path, !unknown.contains("?") else { return }
        try await expectError(404, "没有找到") { try await browser.speaking($0).get(unknown) }
        let nonsense = path.replacing(Identifiers.pattern, with: "nonsense")
        let reply = try await browser.get(nonsense)
        #expect(reply.status == 400 || reply.status == 404)
        #expect(reply.told != nil)
    }

    @Test func `an unknown word in an address is told so`() async throws {
        let web = try await WebDesk.open()
        let browser = try await web.browser(.ding)
        try await expectError(404, "没有找到") { try await browser.speaking($0).get("/nowhere") }
        try await expectError(404, "没有找到") { try await browser.speaking($0).get("/charter/clauses/S-99") }
        try await expectError(404, "制度里没有这个流程") {
            try await browser.speaking($0).get("/charter/workflows/x")
        }
        try await expectError(404, "没有找到") { try await browser.speaking($0).get("/people/posts/x") }
        try await expectError(404, "制度里没有这个流程") { try await browser.speaking($0).get("/cases/new/x") }
        let matter = try await web.shop.complain()
        for move in ["respnd", "x"] {
            try await expectError(404, "这个流程里没有这一步") {
                try await browser.speaking($0).get("/cases/\(matter.id)/moves/\(move)")
            }
        }
        try await expectError(404, "制度没有声明这种事实") { try await browser.speaking($0).get("/facts/new/site.start") }
        try await expectError(404, "没有找到") { try await browser.speaking($0).post("/nowhere", ["a": "b"]) }
        try await expectError(404, "没有找到") { try await web.visitor(in: $0).get("/assets/none.js") }
    }
}

/// Identifiers in text.
enum Identifiers {
    static var pattern: Regex<Substring> { /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/ }
}

extension PageAct {
    /// The same act with another value in one field.
    func with(_ field: String, _ value: String) -> PageAct {
        PageAct(path: path, form: form.merging([field: value]) { $1 })
    }
}
