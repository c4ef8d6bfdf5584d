import Cases
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// Files of cases, on either engine.
struct AttachmentTests {
    private static func standing(_ shop: Shop, _ matter: CaseID) async throws -> [Cases.Attachment] {
        try await shop.desk.attachments.list(of: matter, for: shop.principal(.an))
    }

    private static func faults(_ desk: Desk) async throws -> [AttachmentAccount.Fault] {
        try await AttachmentAccount.faults(in: desk.database, store: desk.files)
    }

    // MARK: Taking in and giving out

    @Test func `what was added is what is given out, with who and when and its hash`() async throws {
        let shop = try await Shop.open()
        let (an, matter) = (try await shop.principal(.an), try await shop.complain())
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 256 &* 31 &+ $0) }
        let id = try await shop.desk.attach(
            [0xFF, 0xD8, 0xFF, 0xE0] + bytes, name: "../照片\u{202E}.jpg", said: "image/jpeg", to: matter.id, by: an)
        let found = try await shop.desk.attachments.find(id, of: matter.id, for: an)
        #expect(found.name == "照片.jpg" && found.kind == .jpeg && found.size == 700_004)
        #expect(found.addedBy == an.staff && found.addedAt == shop.clock.now && found.withdrawal == nil)
        #expect(try await shop.desk.bytes(of: found, for: an) == [0xFF, 0xD8, 0xFF, 0xE0] + bytes)
        let event = try #require(try await shop.events("attachment.added").first)
        #expect(event.id == found.event && event.matter == matter.id)
        #expect(event.body["sha256"] == .text(found.hash) && event.body["attachment"] == .text(id.description))
        #expect(event.body.values.allSatisfy { !$0.text.contains("照片") }, "a name may be personal")
        #expect(try await Self.faults(shop.desk) == [])
        let account = try await shop.desk.database.read { try CaseAccount.faults(in: $0) }
        #expect(account == [], "a file is no step")
    }

    @Test func `of what is refused nothing is kept`() async throws {
        let shop = try await Shop.open()
        let (an, matter) = (try await shop.principal(.an), try await shop.complain())
        let events = try await shop.events().count
        for (bytes, name, said, refusal) in [
            (SampleFile.page, "a.txt", nil, AttachmentRefusal.running),
            (SampleFile.drawing, "a.png", "image/png", .running), ([], "a.txt", nil, .empty),
            (SampleFile.text, "a.jpg", nil, .lying(claimed: ".jpg", found: .text)),
            ([0, 1, 2, 3], "a", nil, .unknownKind),
        ] as [([UInt8], String, String?, AttachmentRefusal)] {
            await #expect(throws: refusal) {
                try await shop.desk.attach(bytes, name: name, said: said, to: matter.id, by: an)
            }
        }
        #expect(try await shop.events().count == events)
        #expect(try await Self.standing(shop, matter.id) == [])
        #expect(try await shop.desk.count("attachment_piece") == 0)
        #expect(try await shop.desk.attachments.sweep() == 0, "nor does a file lie about")
    }

    @Test func `too large is known as soon as it is, and not kept`() async throws {
        let desk = try Desk(limits: AttachmentLimits(largest: 600_000, most: 2))
        let shop = try await Shop.open(in: desk, organisation: OrganisationID(11))
        let (an, matter) = (try await shop.principal(.an), try await shop.complain())
        var taken = 0
        await #expect(throws: AttachmentRefusal.tooLarge(limit: 600_000)) {
            _ = try await desk.attachments.receive(for: matter.id, by: an) { intake in
                while true {
                    try await intake.take([UInt8](repeating: 65, count: 100_000))
                    taken += 1
                }
            }
        }
        #expect(taken == 6)
        #expect(try await desk.count("attachment_piece") == 0)
        let whole = [UInt8](repeating: 65, count: 600_000)
        for _ in 0..<2 { try await desk.attach(whole, to: matter.id, by: an) }
        await #expect(throws: AttachmentRefusal.tooMany(2)) { try await desk.attach(to: matter.id, by: an) }
        #expect(try await desk.attachments.sweep() == 0)
    }

    // MARK: Who, and when

    @Test func `files are as open as their case, and a closed case takes none`() async throws {
        let shop = try await Shop.open()
        let (an, matter) = (try await shop.principal(.an), try await shop.complain())
        let id = try await shop.desk.attach(to: matter.id, by: an)
        for person in [Shop.Person.du, .cheng] {
            let other = try await shop.principal(person)
            await #expect(throws: StorageError.notFound("case \(matter.id)")) {
                _ = try await shop.desk.attachments.find(id, of: matter.id, for: other)
            }
            await #expect(throws: StorageError.notFound("case \(matter.id)")) {
                try await shop.desk.attach(to: matter.id, by: other)
            }
        }
        let trainee = try await shop.principal(.er)
        await #expect(throws: Denial.self) { try await shop.desk.attach(to: matter.id, by: trainee) }
        // Of one case it is not of another.
        let second = try await shop.complain()
        await #expect(throws: StorageError.notFound("attachment \(id)")) {
            _ = try await shop.desk.attachments.find(id, of: second.id, for: an)
        }
        try await shop.desk.tamper("UPDATE matter SET closed_at = \(shop.clock.now) WHERE id = \(matter.id)")
        await #expect(throws: AttachmentRefusal.closed) { try await shop.desk.attach(to: matter.id, by: an) }
        #expect(try await shop.desk.attachments.find(id, of: matter.id, for: an).id == id)
    }

    @Test func `a case that closes while a file comes in keeps it out`() async throws {
        let shop = try await Shop.open()
        let (an, matter) = (try await shop.principal(.an), try await shop.complain())
        let file = try await shop.desk.attachments.receive(for: matter.id, by: an) { intake in
            try await intake.take(SampleFile.text)
            return try await intake.finish(name: "a.txt", said: nil)
        }
        try await shop.desk.tamper("UPDATE matter SET closed_at = \(shop.clock.now) WHERE id = \(matter.id)")
        await #expect(throws: AttachmentRefusal.closed) {
            _ = try await shop.desk.attachments.add(file, to: matter.id, by: an)
        }
        #expect(try await shop.desk.attachments.sweep() == 0, "its bytes went with it")
    }

    @Test func `two at once are two, and neither is in the other's way`() async throws {
        let shop = try await Shop.open()
        let (an, bai) = (try await shop.principal(.an), try await shop.principal(.bai))
        let matter = try await shop.complain()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<6 {
                group.addTask {
                    try await shop.desk.attach(
                        Array("第\(number)份".utf8), to: matter.id, by: number % 2 == 0 ? an : bai)
                }
            }
            try await group.waitForAll()
        }
        let all = try await Self.standing(shop, matter.id)
        #expect(all.count == 6 && Set(all.map(\.content)).count == 6)
        #expect(try await Self.faults(shop.desk) == [])
    }

    // MARK: Taking back

    @Test func `what is taken back is kept, marked, and shown to few`() async throws {
        let shop = try await Shop.open()
        let (an, bai, ding) = (
            try await shop.principal(.an), try await shop.principal(.bai), try await shop.principal(.ding)
        )
        let matter = try await shop.complain()
        let id = try await shop.desk.attach(to: matter.id, by: an)
        func withdraw(_ why: String, by principal: Principal) async throws {
            try await shop.desk.database.write(for: shop.organisation) { transaction in
                try shop.desk.attachments.withdraw(id, of: matter.id, why: why, by: principal, in: transaction)
            }
        }
        await #expect(throws: FormFaults([FormFault("reason", .missing)])) { try await withdraw("  ", by: an) }
        shop.clock.advance(hours: 1)
        try await withdraw("传错了", by: bai)
        await #expect(throws: AttachmentRefusal.withdrawn) { try await withdraw("再一次", by: an) }
        let found = try #require(try await Self.standing(shop, matter.id).first)
        let withdrawal = try #require(found.withdrawal)
        #expect(withdrawal.by == bai.staff && withdrawal.at == shop.clock.now && withdrawal.why == "传错了")
        for reader in [an, ding] {
            #expect(try await shop.desk.attachments.find(id, of: matter.id, for: reader).id == id)
        }
        await #expect(throws: StorageError.notFound("attachment \(id)")) {
            _ = try await shop.desk.attachments.find(id, of: matter.id, for: bai)
        }
        #expect(try await shop.events("attachment.withdrawn").map(\.matter) == [matter.id])
        #expect(try await Self.faults(shop.desk) == [])
    }

    // MARK: What a stop leaves

    @Test func `what came in and belongs to nothing is swept at the next start, and nothing else`() async throws {
        let shop = try await Shop.open()
        let (an, matter) = (try await shop.principal(.an), try await shop.complain())
        let id = try await shop.desk.attach(to: matter.id, by: an)
        let left = try await shop.desk.files.receive(for: shop.organisation)
        try await left.take(SampleFile.text)
        try await left.finish()
        // On a server another node may be about to refer to it.
        shop.clock.advance(hours: 25)
        #expect(try await shop.desk.attachments.sweep() == 1)
        await #expect(throws: StorageError.notFound("attachment content \(left.content)")) {
            _ = try await shop.desk.files.open(left.content, of: shop.organisation).next()
        }
        let found = try await shop.desk.attachments.find(id, of: matter.id, for: an)
        #expect(try await shop.desk.bytes(of: found, for: an) == SampleFile.text)
    }

    // MARK: The proof

    @Test func `bytes that are gone or altered are found, and so is a row that no event bears out`() async throws {
        let shop = try await Shop.open()
        let (an, matter) = (try await shop.principal(.an), try await shop.complain())
        let id = try await shop.desk.attach(to: matter.id, by: an)
        let found = try await shop.desk.attachments.find(id, of: matter.id, for: an)
        try await shop.desk.files.remove(found.content, of: shop.organisation)
        #expect(try await Self.faults(shop.desk) == [.absent(matter.id, id)])
        let other = try await shop.desk.files.receiver(of: found.content, for: shop.organisation)
        try await other.take(Array(SampleFile.text.reversed()))
        try await other.finish()
        #expect(try await Self.faults(shop.desk) == [.altered(matter.id, id)])
        try await shop.desk.tamper("UPDATE attachment SET sha256 = \([UInt8](repeating: 1, count: 32))")
        #expect(try await Self.faults(shop.desk) == [.unsaid(matter.id, id), .altered(matter.id, id)])
        try await shop.desk.tamper("DELETE FROM attachment")
        let event = try #require(try await shop.events("attachment.added").first)
        #expect(try await Self.faults(shop.desk) == [.lost(matter.id, event: event.id)])
    }

    @Test func `all of a database go to another store, and what is there already stays`() async throws {
        let shop = try await Shop.open()
        let (an, matter) = (try await shop.principal(.an), try await shop.complain())
        for number in 0..<3 { try await shop.desk.attach(Array("第\(number)份".utf8), to: matter.id, by: an) }
        let target = AttachmentRows(try Desk().database)
        for _ in 0..<2 {
            let count = try await AttachmentAccount.copy(of: shop.desk.database, from: shop.desk.files, to: target)
            #expect(count == 3)
            #expect(try await AttachmentAccount.faults(in: shop.desk.database, store: target) == [])
        }
    }
}

/// Files that a charter asks for.
struct FilesOfFormsTests {
    private static let charter = ShopCharter.text(
        changing: (
            "  call_record:\n",
            "  proof: {title: {zh-Hans: 凭证, en: Proof}, fields: {vouchers: {type: files, required: true, max: 2, "
                + "title: {zh-Hans: 凭证, en: Vouchers}}}}\n  call_record:\n"
        ), ("          check:\n", "          check:\n            form: proof\n            attachments: 2\n"))

    @Test func `a move that needs files is refused until the case has them, and each named one must be of the case`()
        async throws
    {
        let shop = try await Shop.open(Self.charter)
        let (an, matter, other) = (
            try await shop.principal(.an), try await shop.complain(), try await shop.complain(1)
        )
        @Sendable func check(_ files: [AttachmentID]) async throws -> Case {
            try await shop.desk.cases.move(
                matter.id, "check", input: ["vouchers": .list(files.map { .text($0.description) })], revision: nil,
                by: an)
        }
        try await shop.respond(to: matter)
        let first = try await shop.desk.attach(to: matter.id, by: an)
        await #expect(throws: WorkflowRefusal(.filesMissing(needs: 2, has: 1), ["S-10"])) {
            _ = try await check([first])
        }
        let refusals = try await shop.desk.cases.find(matter.id, for: an).moves.compactMap(\.refusal?.reason)
        #expect(refusals.contains(.filesMissing(needs: 2, has: 1)), "the page says so too")
        let second = try await shop.desk.attach(to: matter.id, by: an)
        let foreign = try await shop.desk.attach(to: other.id, by: an)
        for (files, problem) in [
            ([], FormFault.Problem.missing), ([first, first], .twice), ([foreign], .unknownReference),
            ([first, second, foreign], .tooMany(maximum: 2)),
        ] {
            await #expect(throws: FormFaults([FormFault("vouchers", problem)])) { _ = try await check(files) }
        }
        _ = try await check([second])
        let detail = try await shop.desk.cases.find(matter.id, for: an)
        #expect(detail.matter.state == "checking")
        #expect(detail.record.latest("vouchers") == .list([.text(second.description)]))
        // What a form names stays.
        await #expect(throws: AttachmentRefusal.inUse) {
            try await shop.desk.database.write(for: shop.organisation) { transaction in
                try shop.desk.attachments.withdraw(second, of: matter.id, why: "x", by: an, in: transaction)
            }
        }
    }

    @Test func `one that was taken back counts no longer`() async throws {
        let shop = try await Shop.open(Self.charter)
        let (an, matter) = (try await shop.principal(.an), try await shop.complain())
        try await shop.respond(to: matter)
        let files = [
            try await shop.desk.attach(to: matter.id, by: an), try await shop.desk.attach(to: matter.id, by: an),
        ]
        try await shop.desk.database.write(for: shop.organisation) { transaction in
            try shop.desk.attachments.withdraw(files[0], of: matter.id, why: "x", by: an, in: transaction)
        }
        await #expect(throws: WorkflowRefusal(.filesMissing(needs: 2, has: 1), ["S-10"])) {
            _ = try await shop.desk.cases.move(matter.id, "check", input: [:], revision: nil, by: an)
        }
        try await shop.desk.attach(to: matter.id, by: an)
        await #expect(throws: FormFaults([FormFault("vouchers", .unknownReference)])) {
            _ = try await shop.desk.cases.move(
                matter.id, "check", input: ["vouchers": .list([.text(files[0].description)])], revision: nil, by: an)
        }
    }
}
