import Cases
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOEmbedded
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

@testable import Web

/// Files of cases by page and by API: what is given out how, and what is refused with which sentence.
struct AttachmentRoutesTests {
    private struct Desk {
        let web: WebDesk
        let scene: Scene
        let browser: Browser
        let program: Program
        var path: String { "/cases/\(scene.matter.id)/attachments" }

        init(_ shop: Shop? = nil) async throws {
            let web = if let shop { try WebDesk(shop) } else { try await WebDesk.open() }
            self.web = web
            scene = try await Scene(web.shop)
            browser = try await web.browser(.an)
            program = try await web.program(.an)
        }

        func files() async throws -> [Cases.Attachment] {
            try await web.shop.desk.attachments.list(of: scene.matter.id, for: web.shop.principal(.an))
        }
    }

    // MARK: Taken in and given out

    @Test func `a picture put on the page is there with its name, size and face, and opens in a box of its own`()
        async throws
    {
        let desk = try await Desk()
        let sent = try await desk.browser.upload(desk.path, [:], ("截图 \"1\".png", "image/png", SampleFile.png))
        #expect(sent.status == 303 && sent.location == "/cases/\(desk.scene.matter.id)#files")
        let file = try #require(try await desk.files().last)
        #expect(file.name == "截图" && file.kind == .png, "an unescaped quotation mark ends the name")
        let page = try await desk.browser.get("/cases/\(desk.scene.matter.id)").text
        #expect(
            page.contains("src=\"\(desk.path)/\(file.id)\"") && page.contains("\(SampleFile.png.count) B")
                && page.contains("安三"))
        let shown = try await desk.browser.get("\(desk.path)/\(file.id)")
        #expect(shown.status == 200 && shown.header("content-type") == "image/png")
        #expect(shown.header("content-disposition")?.hasPrefix("inline; filename*=UTF-8''") == true)
        #expect(shown.header("content-security-policy")?.hasPrefix("sandbox; default-src 'none'") == true)
        #expect(
            shown.header("x-content-type-options") == "nosniff"
                && shown.header("content-length") == "\(SampleFile.png.count)")
        let tag = try #require(shown.header("etag"))
        let known = try await desk.browser.get("\(desk.path)/\(file.id)", ["if-none-match": tag])
        #expect(known.status == 304 && known.text.isEmpty)
        let saved = try await desk.browser.get("\(desk.path)/\(file.id)?save")
        #expect(saved.header("content-disposition")?.hasPrefix("attachment;") == true)
        let head = try await desk.browser.head("\(desk.path)/\(file.id)")
        #expect(head.status == 200 && head.text.isEmpty && head.header("content-length") == "\(SampleFile.png.count)")
        // Text is saved and never shown.
        let text = try await desk.browser.get("\(desk.path)/\(desk.scene.attachment)")
        #expect(text.header("content-disposition")?.hasPrefix("attachment;") == true)
        #expect(text.text == String(decoding: SampleFile.text, as: UTF8.self))
    }

    @Test func `the API takes the file itself or in a form, lists it, and gives it out`() async throws {
        let desk = try await Desk()
        let bare = try await desk.program.send(
            .post, desk.path + "?name=..%2F%E5%90%88%E5%90%8C.pdf", Array("%PDF-1.4\n%%EOF".utf8),
            ["content-type": "application/pdf"])
        #expect(bare.status == 201, "\(bare.text)")
        let id = try #require(bare.id)
        #expect(bare.location == "/api/v1\(desk.path)/\(id)")
        let form =
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"; filename*=UTF-8''%E8%AE%B0.txt\r\n"
            + "Content-Type: text/plain\r\n\r\n好\r\n--b--"
        let formed = try await desk.program.send(
            .post, desk.path, Array(form.utf8), ["content-type": "multipart/form-data; boundary=\"b\""])
        #expect(formed.status == 201, "\(formed.text)")
        let list = try #require(try await desk.program.get(desk.path).object?["items"] as? [[String: Any]])
        #expect(list.map { $0["name"] as? String } == ["聊天.txt", "合同.pdf", "记.txt"])
        #expect(list.map { $0["type"] as? String } == ["text/plain", "application/pdf", "text/plain"])
        #expect(list[2]["size"] as? Int == 3 && (list[2]["sha256"] as? String)?.count == 64)
        let given = try await desk.program.get("\(desk.path)/\(id)", ["accept": "application/pdf"])
        #expect(given.status == 200 && given.text == "%PDF-1.4\n%%EOF")
        #expect(given.header("content-disposition")?.hasPrefix("attachment; filename*=UTF-8''%E5%90%88") == true)
        let taken = try await desk.program.post("\(desk.path)/\(id)/withdrawal", ["reason": "传错了"])
        #expect(taken.status == 200, "\(taken.text)")
        let gone = try #require(try await desk.program.get(desk.path).object?["items"] as? [[String: Any]])
        #expect((gone[1]["withdrawal"] as? [String: Any])?["reason"] as? String == "传错了")
        let other = try await desk.web.program(.bai).get("\(desk.path)/\(id)")
        #expect(other.status == 404, "taken back, and not bai's own")
    }

    // MARK: Abuse

    @Test(
        arguments: [
            ("a.png", "image/png", SampleFile.page, "不收网页和程序", "running_file"),
            ("a.svg", nil, SampleFile.drawing, "不收网页和程序", "running_file"),
            ("a.html", "text/html", SampleFile.text, "不收网页和程序", "running_file"),
            ("a.jpg", "image/jpeg", SampleFile.text, "文件名与内容不符", "lying_file"),
            ("a.txt", "text/plain", SampleFile.png, "文件名与内容不符", "lying_file"),
            ("a.txt", nil, [], "文件是空的", "empty_file"), ("a.exe", nil, [0x4D, 0x5A, 0, 1], "不收网页和程序", "running_file"),
            ("a", nil, [0, 1, 2], "不收这种文件", "unknown_file"),
        ] as [(String, String?, [UInt8], String, String)])
    func `what is not what it says, or would run, is refused with a sentence`(
        name: String, type: String?, bytes: [UInt8], title: String, code: String
    ) async throws {
        let desk = try await Desk()
        let before = try await desk.web.stored()
        try await expectError(422, title) {
            try await desk.browser.speaking($0).upload(desk.path, [:], (name, type, bytes))
        }
        let answer = try await expectError(422, title) {
            try await desk.program.speaking($0).send(
                .post, desk.path + "?name=" + name, bytes, ["content-type": type ?? "application/octet-stream"])
        }
        #expect(answer.code == code)
        let after = try await desk.web.stored()
        #expect(after == before)
    }

    @Test func `twenty-five megabytes are refused by their length alone`() async throws {
        let desk = try await Desk()
        let before = try await desk.web.stored()
        let length = ["content-length": "26214400"]
        // A body that would never end: whoever read it would wait here for ever.
        let unread = RequestBody(asyncSequence: Endless())
        var logger = WebDesk.logger
        logger[metadataKey: "hb.request.id"] = "25"
        for (path, type, authorization) in [
            (desk.path, "multipart/form-data; boundary=x", nil),
            ("/api/v1" + desk.path, "multipart/form-data; boundary=x", desk.program.token),
            ("/api/v1" + desk.path, "application/octet-stream", desk.program.token),
        ] as [(String, String, String?)] {
            var headers = desk.browser.headers(length)
            headers[.contentType] = type
            if let authorization { headers[.authorization] = "Bearer \(authorization)" }
            let request = Request(
                head: HTTPRequest(
                    method: .post, scheme: "http", authority: "localhost", path: path, headerFields: headers),
                body: unread)
            let response = try await desk.web.responder.respond(
                to: request,
                context: DeskContext(
                    source: ApplicationRequestContextSource(
                        channel: NIOAsyncTestingChannel(), logger: logger)))
            #expect(response.status == .contentTooLarge, "\(path)")
            #expect(response.headers[.connection] == "close")
        }
        // Who says nothing of the length is heard until the limit.
        let small = try await Desk(
            try await Shop.open(
                in: TestSupport.Desk(limits: AttachmentLimits(largest: 100_000)), organisation: OrganisationID(11)))
        let much = [UInt8](repeating: 65, count: 100_001)
        let page = try await expectError(413, "文件太大") {
            try await small.browser.speaking($0).upload(small.path, [:], ("a.txt", nil, much))
        }
        #expect(page.told?.text.contains("98 KB") == true)
        let answer = try await expectError(413, "文件太大") {
            try await small.program.speaking($0).send(.post, small.path, much, ["content-type": "text/plain"])
        }
        #expect(answer.code == "file_too_large")
        #expect(try await small.files().count == 1)
        let after = try await desk.web.stored()
        #expect(after == before)
    }

    @Test func `a path in the name is no path`() async throws {
        let desk = try await Desk()
        for name in ["../../../etc/passwd", #"..\..\boot.ini"#, "/dev/null"] {
            let sent = try await desk.browser.upload(desk.path, [:], (name, nil, SampleFile.text))
            #expect(sent.status == 303, "\(sent.text)")
        }
        #expect(try await desk.files().suffix(3).map(\.name) == ["passwd", "boot.ini", "null"])
    }

    @Test func `another company's case and one out of sight are as one that is not there`() async throws {
        let first = try await Desk()
        let other = try await Scene(
            try await Shop.open(in: first.web.shop.desk, organisation: OrganisationID(22), prefix: "x"))
        let foreign = "/cases/\(other.matter.id)/attachments"
        let strange = "/cases/018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21/attachments"
        let du = try await first.web.program(.du)
        for path in [foreign, strange] {
            for one in [path, "\(path)/\(other.attachment)", path.replacing("attachments", with: "evidence.zip")] {
                #expect(try await first.program.get(one).status == 404, "\(one)")
                if one != path { #expect(try await first.browser.get(one).status == 404, "\(one)") }
            }
            let sent = try await first.browser.upload(path, [:], ("a.txt", nil, SampleFile.text))
            #expect(sent.status == 404)
            #expect(
                try await first.program.send(.post, path, SampleFile.text, ["content-type": "text/plain"]).status == 404
            )
        }
        #expect(try await du.get("\(first.path)/\(first.scene.attachment)").status == 404, "the southern branch")
        // Of our case, but theirs.
        #expect(try await first.program.get("\(first.path)/\(other.attachment)").status == 404)
        #expect(try await first.browser.get("\(first.path)/\(other.attachment)").status == 404)
    }

    @Test func `a closed case takes none and offers no place for one`() async throws {
        let desk = try await Desk()
        let shop = desk.web.shop
        #expect(try await desk.browser.get("/cases/\(desk.scene.matter.id)").text.contains("data-drop"))
        try await shop.respond(to: desk.scene.matter)
        for move in ["check", "drop"] {
            _ = try await shop.desk.cases.move(
                desk.scene.matter.id, move, input: [:], revision: nil, by: shop.principal(.mei))
        }
        try await expectError(409, "这件事务已了结") {
            try await desk.browser.speaking($0).upload(desk.path, [:], ("a.txt", nil, SampleFile.text))
        }
        let answer = try await desk.program.send(.post, desk.path, SampleFile.text, ["content-type": "text/plain"])
        #expect(answer.status == 409 && answer.code == "case_closed")
        let late = try await desk.program.post("\(desk.path)/\(desk.scene.attachment)/withdrawal", ["reason": "x"])
        #expect(late.status == 409 && late.code == "case_closed")
        #expect(try await !desk.browser.get("/cases/\(desk.scene.matter.id)").text.contains("data-drop"))
    }

    @Test func `two at once are two, the same twice under one key is one`() async throws {
        let desk = try await Desk()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<4 {
                group.addTask {
                    try await desk.browser.upload(desk.path, [:], ("\(number).txt", nil, SampleFile.text)).status
                }
            }
            for try await status in group { #expect(status == 303) }
        }
        #expect(try await desk.files().count == 5)
        let key = ["idempotency_key": "018f3c5e-7c1a-4b2e-9d40-5a1f0c9b7e21"]
        for _ in 0..<3 {
            let sent = try await desk.browser.upload(desk.path, key, ("a.txt", nil, SampleFile.text))
            #expect(sent.status == 303)
        }
        #expect(try await desk.files().count == 6)
        #expect(try await desk.web.shop.desk.attachments.sweep() == 0, "the bytes of the repeats are gone")
        let conflict = try await desk.browser.upload(desk.path, key, ("a.txt", nil, SampleFile.png))
        #expect(conflict.status == 422)
        let other = try await desk.browser.upload(desk.path, key, ("b.txt", nil, SampleFile.text))
        #expect(other.status == 409, "another file under the same key")
    }

    @Test func `a form without a file, and what is no form, are told so`() async throws {
        let desk = try await Desk()
        try await expectError(422, "没有选文件") { try await desk.browser.speaking($0).upload(desk.path, [:], nil) }
        let token = ["form_token": desk.browser.formToken ?? ""]
        let plain = try await desk.browser.send(
            desk.path, Array("form_token=\(token["form_token"]?.percentEncoded ?? "")".utf8))
        #expect(plain.status == 422)
        for body in [
            "", "--x", "--x\r\nfoo\r\n\r\nbar",
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nnever ends",
        ] {
            let reply = try await desk.browser.send(
                desk.path, Array(body.utf8),
                ["content-type": "multipart/form-data; boundary=x", "x-form-token": token["form_token"] ?? ""])
            #expect(reply.status == 415, "\(body): \(reply.status)")
            let answer = try await desk.program.send(
                .post, desk.path, Array(body.utf8), ["content-type": "multipart/form-data; boundary=x"])
            #expect(answer.status == 400 && answer.code == "not_a_form", "\(body): \(answer.text)")
        }
        #expect(try await desk.files().count == 1)
    }

    @Test func `the form's token must stand before the file`() async throws {
        let desk = try await Desk()
        let token = desk.browser.formToken ?? ""
        let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n好\r\n"
        let field = "--x\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n\(token)\r\n"
        for (body, status) in [(file + field + "--x--", 403), (field + file + "--x--", 303), (file + "--x--", 403)] {
            let reply = try await desk.browser.send(
                desk.path, Array(body.utf8), ["content-type": "multipart/form-data; boundary=x"])
            #expect(reply.status == status)
        }
        let header = try await desk.browser.send(
            desk.path, Array((file + "--x--").utf8),
            ["content-type": "multipart/form-data; boundary=x", "x-form-token": token])
        #expect(header.status == 303)
        #expect(try await desk.files().count == 3)
    }

    // MARK: Evidence

    @Test func `E-26: a case with its files is one archive that proves itself`() async throws {
        let desk = try await Desk()
        for name in ["截图.png", "截图.png"] {
            _ = try await desk.browser.upload(desk.path, [:], (name, "image/png", SampleFile.png))
        }
        let gone = try #require(try await desk.files().last)
        _ = try await desk.browser.post("\(desk.path)/\(gone.id)/withdrawal", ["reason": "重复"])
        for byPage in [true, false] {
            let path = "/cases/\(desk.scene.matter.id)/evidence.zip"
            let headers =
                byPage
                ? desk.browser.headers() : [.authorization: "Bearer \(desk.program.token)", .accept: "application/zip"]
            let bytes = try await desk.web.application.test(.router) { client in
                try await client.execute(uri: byPage ? path : "/api/v1" + path, method: .get, headers: headers) {
                    #expect($0.status == .ok && $0.headers[.contentType] == "application/zip")
                    return Array($0.body.readableBytesView)
                }
            }
            let folder = FileManager.default.temporaryDirectory.appending(path: "charter-pack-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            try Data(bytes).write(to: folder.appending(path: "pack.zip"))
            let python = """
                import hashlib, json, sys, zipfile
                pack = zipfile.ZipFile("pack.zip")
                assert pack.testzip() is None
                names = pack.namelist()
                assert names == ["case.html", "case.css", "manifest.json", "SHA256SUMS", "files/001-聊天.txt", "files/002-截图.png"], names
                for line in pack.read("SHA256SUMS").decode().splitlines():
                    digest, name = line.split("  ", 1)
                    assert hashlib.sha256(pack.read(name)).hexdigest() == digest, name
                assert len(pack.read("SHA256SUMS").decode().splitlines()) == len(names) - 1
                listed = json.loads(pack.read("manifest.json"))
                assert [each["path"] for each in listed["files"]] == names[4:]
                assert "灯不亮" in pack.read("case.html").decode() and "闻人听雪" in pack.read("case.html").decode()
                print(listed["reference"])
                """
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["python3", "-c", python]
            process.currentDirectoryURL = folder
            process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "PYTHONUTF8": "1"]
            let pipe = Pipe()
            (process.standardOutput, process.standardError) = (pipe, pipe)
            try process.run()
            process.waitUntilExit()
            let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(process.terminationStatus == 0 && said.contains(desk.scene.matter.reference), "\(said)")
        }
    }
}

/// A body of which no piece ever comes.
private struct Endless: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    struct AsyncIterator: AsyncIteratorProtocol {
        mutating func next() async throws -> ByteBuffer? {
            try await Task.sleep(for: .seconds(600))
            return nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}

/// Parts of a form, however the pieces of the body fall.
struct MultipartTests {
    private static func parts(_ body: String, piece: Int) async throws -> [(Multipart.Part, String)] {
        let bytes = Array(body.utf8)
        let pieces = stride(from: 0, to: bytes.count, by: piece).map {
            ByteBuffer(bytes: bytes[$0..<min($0 + piece, bytes.count)])
        }
        let stream = AsyncStream<ByteBuffer> { continuation in
            for piece in pieces { continuation.yield(piece) }
            continuation.finish()
        }
        let request = Request(
            head: HTTPRequest(
                method: .post, scheme: "http", authority: "x", path: "/",
                headerFields: [.contentType: "Multipart/Form-Data; boundary=edge"]),
            body: RequestBody(asyncSequence: stream))
        var multipart = try #require(Multipart(request))
        var parts: [(Multipart.Part, String)] = []
        while let part = try await multipart.nextPart() {
            var content: [UInt8] = []
            while let piece = try await multipart.nextPiece() { content += piece }
            parts.append((part, String(decoding: content, as: UTF8.self)))
        }
        return parts
    }

    @Test(arguments: [1, 2, 7, 64, 4096])
    func `fields and files come out whole`(piece: Int) async throws {
        let content = "a\r\n--edgy is no edge\r\n--edg\r\n\r\n"
        let body =
            "before\r\n--edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--edge\r\n"
            + "content-disposition: form-data; name=\"file\"; filename=\"x\\\"y%22.txt\"\r\nContent-Type: text/plain\r\n\r\n"
            + content + "\r\n--edge\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--edge--\r\nafter"
        let parts = try await Self.parts(body, piece: piece)
        #expect(parts.map(\.0.name) == ["a", "file", "empty"])
        #expect(parts.map(\.1) == ["1", content, ""])
        #expect(parts[1].0 == Multipart.Part(name: "file", fileName: "x\"y\".txt", type: "text/plain"))
        #expect(parts[0].0.fileName == nil)
    }

    @Test func `what breaks off is no form`() async throws {
        for body in ["", "--edge", "--edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx"] {
            await #expect(throws: Multipart.Malformed.self) { _ = try await Self.parts(body, piece: 3) }
        }
        let long = "--edge\r\nX: " + String(repeating: "y", count: 20_000)
        await #expect(throws: Multipart.Malformed.self) { _ = try await Self.parts(long, piece: 1000) }
    }
}

/// A long history comes in stretches of fifty.
struct HistoryTests {
    @Test func `a case shows its last fifty events, and the way to those before`() async throws {
        let web = try await WebDesk.open()
        let shop = web.shop
        let (an, matter) = (try await shop.principal(.an), try await shop.complain())
        for number in 0..<60 { try await shop.desk.attach(Array("第\(number)份".utf8), to: matter.id, by: an) }
        let browser = try await web.browser(.an)
        let newest = try await browser.get("/cases/\(matter.id)").text
        let history = try #require(newest.between("id=\"history\"", "</section>"))
        #expect(history.components(separatedBy: "添加附件").count - 1 == 50)
        let path = try #require(history.between("href=\"", "\">更早的经过"))
        #expect(path.hasPrefix("/cases/\(matter.id)?before="))
        let older = try await browser.get(String(path.prefix { $0 != "#" })).text
        let rest = try #require(older.between("id=\"history\"", "</section>"))
        #expect(rest.components(separatedBy: "添加附件").count - 1 == 10 && rest.contains("回到最近的经过"))
        #expect(rest.contains("投诉登记") && !rest.contains("更早的经过"))
        #expect(older.contains("data-live-src=\"\(path.prefix { $0 != "#" })\""), "a live refresh stays there")
    }
}
