import TestDatabases
@testable import Customers
import Foundation
import Organisations
import Policy
import Primitives
import Storage
import Testing

struct CustomerServiceTests {
    @Test func `a filed customer is found with masked numbers and a reference`() async throws {
        let desk = try await Desk()
        let filed = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        let found = try await desk.customers.find(filed.id, by: desk.red.boss)
        #expect(found == filed)
        #expect(found.reference == "KH-2026-0001")
        let person = try #require(found.people(.itself).first)
        #expect(person.phone == "138****5678")
        #expect(person.email == "z***@example.com")
        #expect(person.identityNumber == "11**************2X")
        #expect(person.birthday?.text == "1978-06-18")
        #expect(found.people(.family).first?.birthday?.text == "2008-02-29")
        #expect(found.people(.family).first?.birthday?.isLunar == true)
    }

    @Test func `all faults of a form are reported at once`() async throws {
        let desk = try await Desk()
        let input = CustomerInput(
            kind: .company, name: " ", address: String(repeating: "路", count: 401),
            people: [
                PersonInput(
                    role: .contact, gender: "?", birthday: "2035-01-01", phone: "1380013", email: "nobody",
                    identityNumber: "110105194912310021"),
                PersonInput(role: .family, name: "王五", birthday: "1990-02-30"),
            ])
        let faults = await #expect(throws: FormFaults.self) {
            try await desk.customers.file(input, by: desk.red.boss)
        }
        #expect(
            faults?.faults == [
                FormFault("name", .missing), FormFault("address", .tooLong(maximum: 400)),
                FormFault("people.0.name", .missing), FormFault("people.0.gender", .notAChoice(expected: ["男", "女"])),
                FormFault("people.0.birthday", .implausibleDate), FormFault("people.0.phone", .notAPhone),
                FormFault("people.0.email", .notAnEmail),
                FormFault("people.0.identity_number", .notAnIdentityNumber),
                FormFault("people.1.birthday", .impossibleDate),
            ])
    }

    @Test func `numbers lie encrypted in the database and in the journal`() async throws {
        let desk = try await Desk()
        _ = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        let stored = try await desk.stored()
        for secret in ["13812345678", "zhang.san@example.com", "11010519491231002X"] {
            #expect(stored.range(of: Data(secret.utf8)) == nil)
        }
        #expect(stored.range(of: Data("张三".utf8)) != nil)
    }

    @Test func `the event of a filing names the fields and seals their values`() async throws {
        let desk = try await Desk()
        let filed = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        let entry = try #require(try await desk.customers.timeline(of: filed.id, by: desk.red.boss).first)
        #expect(entry.event.type == "customer.filed")
        #expect(entry.event.body["kind"] == .text("person"))
        #expect(!"\(entry.event.body)".contains("张三"))
        #expect(entry.words["name"] == "张三")
        #expect(entry.words["self.phone"] == "138****5678")
        try await desk.database.write {
            try desk.personKeys.destroy(for: filed.id, of: desk.red.id, in: $0)
        }
        let erased = try await desk.customers.timeline(of: filed.id, by: desk.red.boss)
        #expect(erased.count == 1)
        #expect(erased[0].words.isEmpty)
    }

    @Test func `an edit without the numbers keeps them, an empty text removes one`() async throws {
        let desk = try await Desk()
        let filed = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        var input = CustomerInput(filed)
        input.address = "上海市北京路2号"
        let moved = try await desk.customers.update(filed.id, revision: 1, to: input, by: desk.red.boss)
        #expect(moved.revision == 2)
        #expect(moved.people == filed.people)
        input = CustomerInput(moved)
        input.people[0].email = ""
        let silent = try await desk.customers.update(filed.id, revision: 2, to: input, by: desk.red.boss)
        #expect(silent.people[0].email == "")
        #expect(silent.people[0].phone == "138****5678")
        let fields = try await desk.customers.timeline(of: filed.id, by: desk.red.boss).map { $0.event.body["fields"] }
        #expect(fields.prefix(2) == [.list([.text("self.email")]), .list([.text("address")])])
        #expect(try await desk.customers.find(filed.id, by: desk.red.boss) == silent)
    }

    @Test func `saving what is there already changes nothing`() async throws {
        let desk = try await Desk()
        let filed = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        var same = CustomerInput(filed)
        same.people[0].phone = "+86 138-1234-5678"
        let saved = try await desk.customers.update(filed.id, revision: 1, to: same, by: desk.red.boss)
        #expect(saved.revision == 1)
        #expect(try await desk.customers.timeline(of: filed.id, by: desk.red.boss).count == 1)
    }

    @Test func `the second of two editors is told who was first, and when`() async throws {
        let desk = try await Desk()
        let filed = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        var first = CustomerInput(filed)
        first.notes = "先"
        desk.clock.advance(milliseconds: 60_000)
        let clerk = desk.red.principal(
            desk.red.southClerk, in: desk.red.south, [.readCustomers: .all, .writeCustomers: .all])
        _ = try await desk.customers.update(filed.id, revision: 1, to: first, by: clerk)
        let conflict = await #expect(throws: EditConflict.self) {
            try await desk.customers.update(filed.id, revision: 1, to: first, by: desk.red.boss)
        }
        #expect(conflict?.changedBy == "南小张")
        #expect(conflict?.changedAt == desk.clock.instant)
        #expect(conflict?.revision == 2)
    }

    @Test func `a removed person is no longer found, a new name is`() async throws {
        let desk = try await Desk()
        let filed = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        #expect(try await desk.find("小雨") == ["张三"])
        var input = CustomerInput(filed)
        input.name = "李四"
        input.people.removeLast()
        input.people[0].phone = "13900009999"
        _ = try await desk.customers.update(filed.id, revision: 1, to: input, by: desk.red.boss)
        for query in ["小雨", "张三", "zs", "5678", "13812345678"] { #expect(try await desk.find(query) == []) }
        for query in ["李四", "ls", "9999", "13900009999"] { #expect(try await desk.find(query) == ["李四"]) }
    }

    @Test func `D-340: a change of the file is kept with its day, who made it, what stood there and what stands there`()
        async throws
    {
        let desk = try await Desk()
        let filed = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        var input = CustomerInput(filed)
        input.name = "李四"
        input.people[0].phone = "13900009999"
        input.people[0].email = ""
        _ = try await desk.customers.update(filed.id, revision: 1, to: input, by: desk.red.boss)
        let entry = try #require(try await desk.customers.timeline(of: filed.id, by: desk.red.boss).first)
        #expect(entry.event.type == "customer.updated")
        #expect(entry.event.actor == .staff(desk.red.manager))
        #expect(entry.event.occurredAt == filed.createdAt)
        #expect(
            entry.words == [
                "name": "李四", "was.name": "张三", "self.phone": "139****9999", "was.self.phone": "138****5678",
                "self.email": "", "was.self.email": "z***@example.com",
            ])
        // The event itself says which fields, and none of the values.
        #expect(
            entry.event.body["fields"] == .list(["name", "self.email", "self.phone"].map { .text($0) }))
        let said = entry.event.body.values.map(\.text).joined()
        #expect(["张三", "李四", "5678", "9999"].allSatisfy { !said.contains($0) })
    }

    @Test func `a customer given to a colleague moves to the colleague's unit`() async throws {
        let desk = try await Desk()
        let filed = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        #expect(filed.unit == desk.red.headquarters)
        let given = try await desk.customers.assign(
            filed.id, revision: 1, to: desk.red.southClerk, by: desk.red.boss)
        #expect(given.unit == desk.red.south)
        #expect(given.owner == desk.red.southClerk)
        let event = try #require(try await desk.customers.timeline(of: filed.id, by: desk.red.boss).first?.event)
        #expect(event.type == "customer.assigned")
        #expect(event.body["owner"] == .text(desk.red.southClerk.description))
    }

    @Test func `a customer cannot be given to another company's staff`() async throws {
        let desk = try await Desk()
        let filed = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        await #expect(throws: FormFaults.self) {
            try await desk.customers.assign(filed.id, revision: 1, to: desk.blue.southClerk, by: desk.red.boss)
        }
    }

    @Test func `a reveal asks a reason, shows what was asked for, and is recorded`() async throws {
        let desk = try await Desk()
        let filed = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        let person = filed.people[0].id
        await #expect(throws: FormFaults.self) {
            try await desk.customers.reveal([.phone], of: person, in: filed.id, reason: " ", by: desk.red.boss)
        }
        let shown = try await desk.customers.reveal(
            [.phone], of: person, in: filed.id, reason: "回访约时间", by: desk.red.boss)
        #expect(shown == Revealed.only(phones: ["13812345678"]))
        let entries = try await desk.customers.timeline(of: filed.id, by: desk.red.boss)
        #expect(entries.map(\.event.type) == ["customer.revealed", "customer.filed"])
        #expect(entries[0].event.actor == .staff(desk.red.manager))
        #expect(entries[0].event.body["fields"] == .list([.text("phone")]))
        #expect(entries[0].words == ["reason": "回访约时间"])
    }

    @Test func `a company's file is complete when both its people are`() async throws {
        let desk = try await Desk()
        func person(_ role: Person.Role) -> PersonInput {
            PersonInput(
                role: role, name: "林琴", position: "经理", gender: "女", birthday: "1980-11-21", bestTime: "周末",
                phone: "13812345678", email: "lin@example.com")
        }
        var input = CustomerInput(
            kind: .company, name: "昂歌信息科技有限公司", address: "青海路1号",
            people: [PersonInput(role: .itself, phone: "010-88886666"), person(.responsible)])
        let filed = try await desk.customers.file(input, by: desk.red.boss)
        let lacking = Completeness(filed)
        #expect(lacking.missing.map(\.role) == Array(repeating: .contact, count: 7))
        #expect(lacking.missingPersonal.count == 4)
        let incomplete = CustomerFilter(isIncomplete: true)
        #expect(try await desk.customers.list(incomplete, by: desk.red.boss).items.map(\.missing) == [7])
        input = CustomerInput(filed)
        input.people.append(person(.contact))
        let complete = try await desk.customers.update(filed.id, revision: 1, to: input, by: desk.red.boss)
        #expect(Completeness(complete).isComplete)
        #expect(Completeness(complete).percent == 80)
        #expect(try await desk.customers.list(incomplete, by: desk.red.boss).items.isEmpty)
    }

    @Test func `references count up without repetition, also when many file at once`() async throws {
        let desk = try await Desk()
        let references = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<60 {
                group.addTask {
                    try await desk.customers.file(
                        CustomerInput(kind: .person, name: "客户\(number)"), by: desk.red.boss
                    ).reference
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(references).count == 60)
        #expect(try await desk.references.next("TS", year: 2026, for: desk.red.id) == "TS-2026-0001")
        try await desk.references.release()
        #expect(try await desk.references.next("TS", year: 2026, for: desk.red.id) == "TS-2026-0002")
    }

    @Test func `those who wait for a number wait for one reservation, and leave no gaps`() async throws {
        let desk = try await Desk()
        let numbers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<60 {
                group.addTask { try await desk.references.next("TS", year: 2026, for: desk.red.id) }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(numbers.count == 60 && numbers.contains("TS-2026-0060"))
        let next = try await desk.database.read {
            try $0.one("SELECT next_number FROM reference_block WHERE prefix = 'TS'", orElse: "block") {
                try $0[0] as Int
            }
        }
        #expect(next == 1 + 10 + 100, "a block of ten, then one of a hundred")
    }
}

extension Desk {
    /// The names that the boss finds.
    func find(_ query: String) async throws -> [String] {
        try await customers.search(query, by: red.boss).items.map(\.name)
    }
}

extension Revealed {
    static func only(phones: [String]) -> Revealed { Revealed(phones: phones, email: nil, identityNumber: nil) }
}
