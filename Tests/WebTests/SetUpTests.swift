import Hummingbird
import HummingbirdTesting
import NIOCore
import Organisations
import Policy
import Primitives
import TestSupport
import Testing

@testable import Web

/// The first run's page.
struct SetUpTests {
    private static let right = [
        "code": WebDesk.setUpCode, "company": "转角小店", "charter": "shop", "name": "丁一", "login": "ding",
        "password": "open sesame 1", "again": "open sesame 1",
    ]

    private static func open() throws -> (
        desk: TestSupport.Desk, application: Application<RouterResponder<DeskContext>>
    ) {
        let desk = try TestSupport.Desk()
        let charter = ShippedCharter(
            name: "shop", text: ShopCharter.text, charter: try Repository.read(ShopCharter.text))
        let router = try WebDesk.router(over: desk, charters: [charter])
        return (desk, Application(responder: router.buildResponder(), logger: WebDesk.logger))
    }

    private static func send(
        _ form: [String: String], to application: Application<RouterResponder<DeskContext>>,
        in language: Language = .simplified
    ) async throws -> Reply {
        let body = form.map { $0.key.percentEncoded + "=" + $0.value.percentEncoded }.joined(separator: "&")
        return try await application.test(.router) { client in
            try await client.execute(
                uri: "/set-up", method: .post,
                headers: [
                    .contentType: "application/x-www-form-urlencoded", .cookie: "charter_language=\(language.rawValue)",
                ], body: ByteBuffer(string: body)
            ) { Reply($0) }
        }
    }

    @Test func `every fault is told at once, in each language, and a wrong code among them`() async throws {
        let (desk, application) = try Self.open()
        let form = [
            "code": "000000", "company": " ", "unit": String(repeating: "长", count: 101), "charter": "none",
            "name": "", "login": "", "password": "short", "again": "other",
        ]
        for (index, language) in WebDesk.languages.enumerated() {
            let words = WebDesk.book[language]
            let reply = try await Self.send(form, to: application, in: language)
            #expect(reply.status == 422)
            for said in [
                words("启用码不对，还可试{0}次。", String(9 - index)), words("请填写"), words("最多{0}字", "100"), words("请选一本制度"),
                words("至少{0}位", "8"), words("两次密码不一样"),
            ] {
                #expect(reply.text.contains("<span>\(said)</span>"), "\(said)")
            }
            for field in ["code", "company", "unit", "name", "login", "password", "again"] {
                let input = reply.text.between(" id=\"\(field)\" name=\"\(field)\"", ">")
                #expect(input?.contains("aria-invalid") == true, "\(field)")
            }
        }
        #expect(try await desk.count("organisation") == 0)
    }

    @Test func `an empty code is missing and no guess, a wrong one counts whatever else is wrong`() async throws {
        let (desk, application) = try Self.open()
        let words = WebDesk.book[.simplified]
        var form = Self.right
        form["code"] = " "
        for _ in 0..<12 {
            let reply = try await Self.send(form, to: application)
            #expect(reply.status == 422 && reply.text.contains(words("请填写")))
        }
        form["code"] = "000000"
        form["name"] = ""
        for left in (1...9).reversed() {
            let reply = try await Self.send(form, to: application)
            #expect(reply.text.contains(words("启用码不对，还可试{0}次。", String(left))), "\(left)")
        }
        #expect(try await Self.send(form, to: application).status == 429)
        let locked = try await Self.send(Self.right, to: application)
        #expect(locked.status == 429, "the right code waits too")
        desk.clock.advance(hours: 1)
        let founded = try await Self.send(Self.right, to: application)
        #expect(founded.status == 303, "\(founded.text)")
        #expect(try await desk.count("organisation") == 1)
        let late = try await Self.send(Self.right, to: application)
        #expect(late.location == "/", "the door is shut")
    }

    @Test func `a charter that ships and cannot be read is told of where charters are offered`() async throws {
        let desk = try TestSupport.Desk()
        let charter = ShippedCharter(
            name: "shop", text: ShopCharter.text, charter: try Repository.read(ShopCharter.text))
        for (faulty, isTold) in [(["media", "retail"], true), ([], false)] {
            let router = try WebDesk.router(over: desk, charters: [charter], faulty: faulty)
            let application = Application(responder: router.buildResponder(), logger: WebDesk.logger)
            let page = try await application.test(.router) { client in
                try await client.execute(
                    uri: "/set-up", method: .get, headers: [.cookie: "charter_language=zh-Hans"]
                ) { Reply($0) }
            }
            #expect(page.text.contains("读不出来、不能选用的制度：media, retail。") == isTold)
            #expect(page.text.contains("charter-shop"))
        }
    }
}
