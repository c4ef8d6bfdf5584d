import Cases
import Customers
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Policy
import Primitives
import Storage
import TestSupport
import Testing

@testable import Web

/// A company's counter for customers without an account, and who is refused there.
struct PortalTests {
    private let web: WebDesk
    private let home = "/portal/11"
    private var shop: Shop { web.shop }
    private var database: any Database { shop.desk.database }

    init() async throws { web = try await WebDesk.open() }

    /// A visitor's browser, with the cookie that the portal gave it.
    private struct Visitor {
        let browser: Browser
        var visit: String?

        func get(_ path: String, _ more: [String: String] = [:]) async throws -> Reply {
            try await browser.get(path, cookies(more))
        }

        func post(
            _ path: String, _ form: [String: String] = [:], _ more: [String: String] = [:]
        ) async throws -> Reply {
            try await browser.post(path, form, cookies(more))
        }

        /// Sends a file in a form.
        func send(_ bytes: [UInt8], _ name: String, to path: String, token: String) async throws -> Reply {
            var body = Array(
                """
                --x\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n\(token)\r\n\
                --x\r\nContent-Disposition: form-data; name="file"; filename="\(name)"\r\n\r\n
                """.utf8)
            body += bytes + Array("\r\n--x--\r\n".utf8)
            return try await browser.send(
                path, body, cookies(["content-type": "multipart/form-data; boundary=x"]))
        }

        private func cookies(_ more: [String: String]) -> [String: String] {
            guard let visit else { return more }
            return more.merging(["cookie": "charter_language=\(browser.language.rawValue); charter_visit=\(visit)"]) {
                $1
            }
        }

        /// Keeps the cookie that a reply sets.
        mutating func keep(_ reply: Reply) {
            visit = reply.header("set-cookie")?.between("charter_visit=", ";")
        }
    }

    private func visitor(_ language: Language = .simplified) -> Visitor {
        Visitor(browser: web.visitor(in: language), visit: nil)
    }

    private func stamp(_ reply: Reply) throws -> String {
        try #require(reply.text.between("name=\"stamp\" value=\"", "\""))
    }

    private func entry(_ stamp: String) -> [String: String] {
        [
            "stamp": stamp, "visitor.name": "端木照", "visitor.phone": "13912340088", "content": "灯又不亮", "website": "",
        ]
    }

    /// Files as a person would: a moment after the page was opened.
    private func file(_ visitor: inout Visitor) async throws -> Reply {
        let page = try await visitor.get(home + "/file/complaint")
        shop.clock.advance(seconds: 30)
        let reply = try await visitor.post(home + "/file/complaint", entry(try stamp(page)))
        visitor.keep(reply)
        return reply
    }

    private func token(_ reply: Reply) throws -> String {
        try #require(reply.text.between("name=\"form_token\" value=\"", "\""))
    }

    /// Brings the newest case to where its customer may sign.
    private func answer() async throws -> CaseID {
        let id = try #require(try await shop.events("complaint.received").last?.matter)
        let mei = try await shop.principal(.mei)
        _ = try await shop.desk.cases.move(
            id, "respond", input: ["words": .text("这就换一盏")], revision: nil, by: mei)
        _ = try await shop.desk.cases.move(id, "check", input: [:], revision: nil, by: mei)
        return id
    }

    // MARK: Filing

    @Test func `a visitor files, is told number, promise and clause, and comes back to them`() async throws {
        var visitor = visitor()
        let first = try await visitor.get(home)
        #expect(first.status == 200 && first.text.contains("转角小店") && first.text.contains("/portal/11/file/complaint"))
        let reply = try await file(&visitor)
        #expect(reply.status == 303 && reply.location == home + "/case?new=1", "\(reply.text)")
        let cookie = try #require(reply.header("set-cookie"))
        #expect(cookie.contains("HttpOnly") && cookie.contains("Path=/portal/11") && cookie.contains("SameSite=Lax"))
        let page = try await visitor.get(home + "/case?new=1")
        #expect(page.status == 200)
        for words in ["TS-2026-0001", "对不起，我们会尽快回应。", "S-01", "投诉24小时内回应", "已收到"] {
            #expect(page.text.contains(words), "\(words)")
        }
        #expect(page.text.contains("2026-03-04T10:00:30+08:00"))
        #expect(page.header("cache-control") == "no-store")
    }

    @Test func `each page speaks the visitor's language`() async throws {
        var own = visitor()
        _ = try await file(&own)
        for language in WebDesk.languages {
            for path in ["", "/file/complaint", "/signed"] {
                let page = try await visitor(language).get(home + path)
                #expect(page.status == 200 && page.text.contains("<html lang=\"\(language.rawValue)\""), "\(path)")
                #expect(!page.text.contains("[["))
            }
        }
        let page = try await own.get(home + "/case?lang=en")
        #expect(
            page.text.contains("Your number") || page.text.contains("What next") || page.text.contains("lang=\"en\""))
        #expect(page.header("set-cookie")?.contains("charter_language=en") == true)
    }

    @Test func `what is missing is told beside its field, and what was entered stays`() async throws {
        let page = try await visitor().get(home + "/file/complaint")
        shop.clock.advance(seconds: 30)
        var entry = entry(try stamp(page))
        entry["visitor.phone"] = "12"
        entry["content"] = ""
        let reply = try await visitor().post(home + "/file/complaint", entry)
        #expect(reply.status == 422)
        #expect(reply.text.contains("e-visitor.phone") && reply.text.contains("e-content"))
        #expect(reply.text.contains("value=\"端木照\""))
        #expect(try await shop.events("complaint.received").isEmpty)
    }

    @Test func `the same page sent twice files once`() async throws {
        let page = try await visitor().get(home + "/file/complaint")
        shop.clock.advance(seconds: 30)
        let entry = entry(try stamp(page))
        let first = try await visitor().post(home + "/file/complaint", entry)
        let second = try await visitor().post(home + "/file/complaint", entry)
        #expect(first.status == 303 && second.status == 303)
        #expect(try await shop.events("complaint.received").count == 1)
        var other = entry
        other["content"] = "又一件"
        #expect(try await visitor().post(home + "/file/complaint", other).status == 409)
        #expect(try await shop.events("complaint.received").count == 1)
    }

    @Test func `a robot is refused: too quick, the hidden field, no stamp, a forged one, another company's`()
        async throws
    {
        let page = try await visitor().get(home + "/file/complaint")
        let good = try stamp(page)
        func refused(_ change: [String: String], _ words: String) async throws {
            let reply = try await visitor().post(home + "/file/complaint", entry(good).merging(change) { $1 })
            #expect(reply.status == 422, "\(change)")
            #expect(reply.text.contains(words), "\(change)")
        }
        try await refused([:], "提交得太快了")
        shop.clock.advance(seconds: 30)
        try await refused(["website": "https://spam.test"], "请留空")
        try await refused(["stamp": ""], "放得太久")
        try await refused(["stamp": good + "0"], "放得太久")
        try await refused(["stamp": good.replacing(good.prefix(5), with: "99999")], "放得太久")
        shop.clock.advance(hours: 13)
        try await refused([:], "放得太久")
        #expect(try await shop.events("complaint.received").isEmpty)
        let stops = try await web.browser(.ding).get("/people/visitors")
        #expect(stops.status == 200 && stops.text.contains("像是程序"))
        // What the portal does not open is not there.
        #expect(try await visitor().get(home + "/file/talk").status == 404)
        #expect(try await visitor().get("/portal/99").status == 404)
        #expect(try await visitor().get("/portal/x").status == 404)
    }

    @Test func `one telephone files five times a day, one address twenty`() async throws {
        func send(_ phone: String) async throws -> Reply {
            let page = try await visitor().get(home + "/file/complaint")
            shop.clock.advance(seconds: 10)
            return try await visitor().post(
                home + "/file/complaint", entry(try stamp(page)).merging(["visitor.phone": phone]) { $1 })
        }
        for _ in 0..<5 { #expect(try await send("13912340088").status == 303) }
        let stopped = try await send("139-1234-0088")
        #expect(stopped.status == 429 && stopped.header("retry-after") != nil)
        #expect(stopped.text.contains("试得太多次了"))
        for number in 0..<14 {
            #expect(try await send("139123401\(number + 10)").status == 303, "\(number)")
        }
        #expect(try await send("13912340999").status == 429)
        #expect(try await shop.events("complaint.received").count == 19)
        shop.clock.advance(hours: 24)
        #expect(try await send("13912340088").status == 303)
        let page = try await web.browser(.ding).get("/people/visitors")
        #expect(page.text.contains("提交太多"))
    }

    @Test func `a proxy on this machine is believed about whence a visitor comes, another is not`() throws {
        func address(_ header: String?, from peer: String) -> String {
            var head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
            if let header { head.headerFields[.init("x-forwarded-for")!] = header }
            return Request(head: head, body: .init(buffer: ByteBuffer())).visitorAddress(seenFrom: peer)
        }
        #expect(address("203.0.113.77", from: "127.0.0.1") == "203.0.113.77")
        // What the caller wrote himself stands before what the proxy adds.
        #expect(address("10.0.0.1, 2001:db8::9", from: "::1") == "2001:db8::9")
        #expect(address("203.0.113.77", from: "198.51.100.2") == "198.51.100.2")
        for header in [nil, "", "unknown", "<b>", String(repeating: "1", count: 60)] {
            #expect(address(header, from: "127.0.0.1") == "127.0.0.1")
        }
    }

    @Test func `another site's page files nothing`() async throws {
        let page = try await visitor().get(home + "/file/complaint")
        shop.clock.advance(seconds: 30)
        let entry = entry(try stamp(page))
        for more in [["sec-fetch-site": "cross-site"], ["origin": "https://evil.test"]] {
            #expect(try await visitor().post(home + "/file/complaint", entry, more).status == 403)
        }
        #expect(try await shop.events("complaint.received").isEmpty)
    }

    // MARK: Following

    @Test func `a wrong number and wrong digits are answered alike, word for word and no sooner`() async throws {
        var own = visitor()
        _ = try await file(&own)
        let clock = ContinuousClock()
        var replies: [String] = []
        for (number, digits) in [("TS-2026-9999", "0088"), ("TS-2026-0001", "0089"), ("TS-2026-0001", "")] {
            var reply: Reply?
            let time = try await clock.measure {
                reply = try await visitor().post(home + "/follow", ["number": number, "digits": digits])
            }
            #expect(reply?.status == 422 && reply?.header("set-cookie") == nil)
            #expect(time >= .milliseconds(300))
            replies.append(reply?.text.replacing(number, with: "N") ?? "")
        }
        #expect(Set(replies).count == 1 && replies[0].contains("编号或电话后四位不对"))
        var right = visitor()
        let reply = try await right.post(home + "/follow", ["number": " ts-2026-0001 ", "digits": "0088"])
        #expect(reply.status == 303 && reply.location == home + "/case")
        right.keep(reply)
        #expect(try await right.get(home + "/case").text.contains("TS-2026-0001"))
    }

    @Test func `who guesses is slowed, then stopped, and the administrator sees it`() async throws {
        let gate = PortalGate(
            portal: PortalService(cases: shop.desk.cases, customers: shop.desk.customers),
            limits: VisitorLimits(isShared: false, clock: { [clock = shop.clock] in clock.now }))
        func guess(_ number: String) async throws -> Int64 {
            try await gate.guess(number, from: "203.0.113.77", of: shop.organisation)
        }
        var paces: [Int64] = []
        for number in 0..<10 { paces.append(try await guess("TS-2026-\(number)")) }
        #expect(paces == [300, 300, 300, 600, 1200, 2400, 4000, 4000, 4000, 4000])
        for _ in 0..<3 {
            await #expect(throws: RequestFault.self) { _ = try await guess("TS-2026-0001") }
        }
        shop.clock.advance(minutes: 10)
        #expect(try await guess("TS-2026-0001") == 300)
        let page = try await web.browser(.ding).get("/people/visitors")
        #expect(page.text.contains("猜编号") && page.text.contains("203.0.*.*"))
    }

    @Test func `one number is tried ten times an hour, whoever tries`() async throws {
        let limits = VisitorLimits(isShared: false, clock: { [clock = shop.clock] in clock.now })
        let gate = PortalGate(
            portal: PortalService(cases: shop.desk.cases, customers: shop.desk.customers), limits: limits)
        func guess(_ number: String) async throws -> Int64 {
            // Each from an address of its own.
            try await gate.guess(number, from: "\(UUID())", of: shop.organisation)
        }
        for _ in 0..<10 {
            _ = try await guess("TS-2026-0001")
            shop.clock.advance(minutes: 5)
        }
        await #expect(throws: RequestFault.self) { _ = try await guess("TS-2026-0001") }
        _ = try await guess("TS-2026-0002")
    }

    @Test func `who named no case, or another's, or too long ago, is asked again`() async throws {
        var own = visitor()
        _ = try await file(&own)
        let visit = try #require(own.visit)
        var forged = own
        forged.visit = String(visit.dropLast()) + (visit.last == "0" ? "1" : "0")
        var none = own
        none.visit = nil
        for visitor in [forged, none] {
            for path in ["/case", "/case/signature"] {
                let reply = try await visitor.get(home + path)
                #expect(reply.status == 303 && reply.location == home + "?ended=1", "\(path)")
            }
            for path in ["/case/words", "/case/opinion", "/case/signature"] {
                let reply = try await visitor.post(home + path, ["words": "快些", "satisfied": "true"])
                #expect(reply.status == 303 && reply.location == home + "?ended=1", "\(path)")
            }
        }
        shop.clock.advance(hours: 2)
        #expect(try await own.get(home + "/case").status == 303)
        #expect(try await shop.events("case.word_added").isEmpty)
    }

    @Test func `nothing internal is shown: no names of staff, no words among them`() async throws {
        var own = visitor()
        _ = try await file(&own)
        let id = try await answer()
        let page = try await own.get(home + "/case")
        #expect(page.text.contains("这就换一盏"))
        for person in Shop.Person.allCases { #expect(!page.text.contains(person.name), "\(person)") }
        #expect(!page.text.contains("13912340088") && !page.text.contains(id.description))
        #expect(!page.text.contains("/cases/") && !page.text.contains("/charter/"))
    }

    // MARK: Words and opinion

    @Test func `a word and an opinion reach the desk, and need the page's token`() async throws {
        var own = visitor()
        _ = try await file(&own)
        let id = try await answer()
        let form = try token(try await own.get(home + "/case"))
        for path in ["/case/words", "/case/opinion", "/case/leaving"] {
            for token in ["", "nonsense"] {
                let reply = try await own.post(
                    home + path, ["words": "快些", "satisfied": "true", "form_token": token])
                #expect(reply.status == 403, "\(path)")
            }
        }
        #expect(try await shop.events("case.word_added").isEmpty)
        let said = try await own.post(home + "/case/words", ["words": "昨晚又跳闸", "form_token": form])
        #expect(said.location == home + "/case?done=words")
        #expect(try await own.post(home + "/case/words", ["words": "", "form_token": form]).status == 422)
        #expect(
            try await own.post(
                home + "/case/words", ["words": String(repeating: "长", count: 1001), "form_token": form]
            )
            .status == 422)
        #expect(try await own.post(home + "/case/opinion", ["words": "好", "form_token": form]).status == 422)
        #expect(try await own.get(home + "/case").text.contains("id=\"opinion\""))
        let judged = try await own.post(
            home + "/case/opinion", ["satisfied": "true", "words": "换得快", "form_token": form])
        #expect(judged.location == home + "/case?done=opinion")
        let page = try await own.get(home + "/case?done=opinion")
        #expect(page.text.contains("谢谢您的评价") && page.text.contains("昨晚又跳闸") && page.text.contains("换得快"))
        #expect(!page.text.contains("id=\"opinion\""), "it is asked again though nothing was answered since")
        let desk = try await web.browser(.mei).get("/cases/\(id)")
        #expect(desk.text.contains("昨晚又跳闸") && desk.text.contains("顾客说"))
        let notices = try await web.browser(.mei).get("/notices")
        #expect(notices.text.contains("补充了一句"))
        let left = try await own.post(home + "/case/leaving", ["form_token": form])
        #expect(left.status == 303 && left.header("set-cookie")?.contains("charter_visit=;") == true)
    }

    // MARK: Photos

    @Test func `photos reach the case and its handler, ten at most, and nothing but photos`() async throws {
        var own = visitor()
        _ = try await file(&own)
        let id = try await answer()
        let path = home + "/case/photos"
        let page = try await own.get(home + "/case")
        #expect(page.text.contains("action=\"\(path)\""))
        let form = try token(page)
        for token in ["", "nonsense"] {
            #expect(try await own.send(SampleFile.png, "a.png", to: path, token: token).status == 403)
        }
        for (bytes, name, told) in [
            (SampleFile.text, "记录.txt", "可发JPEG"), (SampleFile.page, "a.png", "HTML"), ([], "a.png", "有内容"),
            (SampleFile.text, "a.png", "按内容改好名字"),
        ] {
            let reply = try await own.send(bytes, name, to: path, token: form)
            #expect(reply.status == 422 && reply.text.contains(told), "\(name): \(reply.status)")
        }
        #expect(try await shop.events("attachment.added").isEmpty)
        let sent = try await own.send(SampleFile.jpeg, "现场.jpg", to: path, token: form)
        #expect(sent.location == home + "/case?done=photo#photos", "\(sent.text)")
        let after = try await own.get(home + "/case?done=photo")
        #expect(after.text.contains("照片已收到") && after.text.contains("<b>现场.jpg</b>"))
        let browser = try await web.browser(.mei)
        let desk = try await browser.get("/cases/\(id)")
        #expect(desk.text.contains("现场.jpg") && desk.text.contains("<span>顾客</span>"))
        let event = try #require(try await shop.events("attachment.added").first)
        #expect(event.actor == nil && event.body["to"] != nil)
        #expect(try await browser.get("/notices").text.contains("添加附件"))
        for number in 2...10 {
            #expect(try await own.send(SampleFile.png, "\(number).png", to: path, token: form).status == 303)
        }
        let full = try await own.get(home + "/case")
        #expect(!full.text.contains("action=\"\(path)\"") && full.text.contains("<b>10.png</b>"))
        let more = try await own.send(SampleFile.png, "11.png", to: path, token: form)
        #expect(more.status == 409)
        #expect(try await shop.events("attachment.added").count == 10)
        // Whoever named no case is led to the first page.
        let stranger = try await visitor().send(SampleFile.png, "a.png", to: path, token: form)
        #expect(stranger.location == home + "?ended=1")
    }

    // MARK: Signing

    @Test func `the customer reads, draws and signs on his page`() async throws {
        var own = visitor()
        _ = try await file(&own)
        #expect(try await own.get(home + "/case/signature").status == 409)
        let id = try await answer()
        #expect(try await own.get(home + "/case").text.contains("等您签字"))
        let page = try await own.get(home + "/case/signature")
        #expect(page.status == 200 && page.text.contains("这就换一盏") && page.text.contains("data-pen"))
        let form = try token(page)
        let content = try #require(page.text.between("name=\"content\" value=\"", "\""))
        let signing = ["signer": "端木照", "signature": "M10 20L30 40L50 20", "content": content, "form_token": form]
        #expect(try await own.post(home + "/case/signature", signing.merging(["form_token": ""]) { $1 }).status == 403)
        #expect(try await own.post(home + "/case/signature", signing.merging(["content": "00"]) { $1 }).status == 409)
        let empty = try await own.post(home + "/case/signature", signing.merging(["signature": ""]) { $1 })
        #expect(empty.status == 422 && empty.text.contains("e-signature"))
        let evil = try await own.post(
            home + "/case/signature", signing.merging(["signature": "M1 1L2 2\"><script>"]) { $1 })
        #expect(evil.status == 422 && !evil.text.contains("<script>"))
        #expect(try await shop.events("complaint.accepted").isEmpty)
        let signed = try await own.post(home + "/case/signature", signing)
        #expect(signed.location == home + "/case?done=signed")
        #expect(try await own.get(home + "/case?done=signed").text.contains("您签了字"))
        #expect(try await own.post(home + "/case/signature", signing).status == 409)
        #expect(try await shop.events("complaint.accepted").count == 1)
        let desk = try await web.browser(.mei).get("/cases/\(id)")
        #expect(desk.text.contains("端木照"))
    }

    /// The address of a link that mei made, below this site.
    private func link() async throws -> String {
        let id = try await answer()
        let mei = try await web.browser(.mei)
        let page = try await mei.get("/cases/\(id)")
        #expect(page.text.contains("/cases/\(id)/moves/accept/link"))
        let made = try await mei.post("/cases/\(id)/moves/accept/link")
        #expect(made.status == 200 && made.text.contains("data-copy"))
        return try #require(made.text.between("value=\"http://localhost", "\""))
    }

    @Test func `a link is signed by once, without number or digits`() async throws {
        var own = visitor()
        _ = try await file(&own)
        let link = try await link()
        let page = try await visitor().get(link)
        #expect(page.status == 200 && page.text.contains("这就换一盏"))
        let signing = ["signer": "端木照", "signature": "端木照"]
        #expect(try await visitor().post(link, signing, ["sec-fetch-site": "cross-site"]).status == 403)
        #expect(try await visitor().post(link, ["signer": "端木照"]).status == 422)
        let signed = try await visitor().post(link, signing)
        #expect(signed.status == 303 && signed.location == home + "/signed")
        for language in WebDesk.languages {
            #expect(try await visitor(language).post(link, signing).status == 410)
        }
        let again = try await visitor().get(link)
        #expect(again.status == 410 && again.text.contains("已经签过字了"))
        #expect(try await shop.events("complaint.accepted").count == 1)
        #expect(try await shop.events("case.link_refused").count == 4)
    }

    @Test func `a link is refused after its time, once the text changed, and where it never was one`() async throws {
        var own = visitor()
        _ = try await file(&own)
        let link = try await link()
        try await shop.desk.tamper(
            "UPDATE matter_step SET fields = \(Value.json(#"{"words":"不换了"}"#)) WHERE move = 'respond'")
        let changed = try await visitor().post(link, ["signer": "端木照", "signature": "端木照"])
        #expect(changed.status == 410 && changed.text.contains("内容已经改了"))
        shop.clock.advance(hours: 48)
        let expired = try await visitor().get(link)
        #expect(expired.status == 410 && expired.text.contains("链接过期了"))
        #expect(try await shop.events("case.link_refused").map { $0.body["reason"]?.text } == ["changed", "expired"])
        let strange = try await visitor().get(home + "/sign/nonsense")
        #expect(strange.status == 404 && strange.text.contains("没有这个链接"))
        for _ in 0..<19 { _ = try await visitor().get(home + "/sign/nonsense") }
        #expect(try await visitor().get(home + "/sign/nonsense").status == 429)
        #expect(try await shop.events("complaint.accepted").isEmpty)
    }

    @Test func `the page of those who were stopped is the administrator's`() async throws {
        for person in [Shop.Person.mei, .an, .bai, .cheng, .er, .du] {
            #expect(try await web.browser(person).get("/people/visitors").status == 403, "\(person)")
        }
        #expect(try await web.browser(.ding).get("/people/visitors").text.contains("/portal/11"))
    }
}
