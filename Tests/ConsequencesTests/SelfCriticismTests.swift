import Cases
import Knowledge
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// The self-criticism that a penalty asks for, from the order to the archive.
struct SelfCriticismTests {
    private static func ordered() async throws -> (company: Company, matter: CaseID) {
        let company = try await Company.open(more: ["designer", "manager"])
        let penalty = try await company.find("A1", on: company.holder("designer"))
        try await company.hear(penalty.id)
        try await company.decide(penalty.id, "fine", ["heading": .text("关于报价漏项的处罚")])
        let link = try #require(try await company.followers(of: penalty.id, "self_criticism").first)
        return (company, link.matter)
    }

    private static func reflection(_ course: String) -> Fields { ["course": .text(course), "lesson": .text("改进")] }

    @Test func `D-250 to D-254: opened by the decision, returned, passed twice, entered by its author, filed`()
        async throws
    {
        let (company, matter) = try await Self.ordered()
        let author = company.holder("designer")
        let due = try #require(try await company.duties("D-250").first)
        #expect(due.holder == author.staff)
        #expect(wall(due.dueAt) == "2026-03-07 00:00")
        #expect(try await company.detail(matter).record.latest("cause") == .text("关于报价漏项的处罚"))
        await #expect(throws: WorkflowRefusal(.anotherPerson(field: "author"), ["D-250", "D-252"])) {
            try await company.move(matter, "hand_in", by: company.holder("designer", 1))
        }
        try await company.move(matter, "hand_in", Self.reflection("初稿"), by: author)
        #expect(try await company.duties("D-250").map(\.state) == ["met"])
        #expect(try await company.duties("D-251").map(\.holder) == [company.holder("deputy_general_manager").staff])
        // Customer service first, then the deputy.
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["pass_by_service"]), ["D-251"])) {
            try await company.move(matter, "pass_by_deputy")
        }
        try await company.move(matter, "pass_by_service")
        try await company.move(matter, "return_it", by: company.holder("deputy_general_manager"))
        #expect(try await company.duties("D-252").map(\.holder) == [author.staff])
        try await company.move(matter, "hand_in", Self.reflection("重写"), by: author)
        #expect(try await company.duties("D-252").map(\.state) == ["met"])
        // What customer service passed was the first draft.
        await #expect(throws: WorkflowRefusal(.tooEarly(needs: ["pass_by_service"]), ["D-251"])) {
            try await company.move(matter, "pass_by_deputy")
        }
        try await company.move(matter, "pass_by_service")
        try await company.move(matter, "pass_by_deputy")
        #expect(try await company.duties("D-253").map(\.holder) == [author.staff])
        await #expect(throws: WorkflowRefusal(.anotherPerson(field: "author"), ["D-253"])) {
            try await company.move(matter, "enter", by: company.holder("manager"))
        }
        #expect(try await company.desk.knowledge.list(.board, for: author).articles.isEmpty)
        try await company.move(matter, "enter", ["entry_title": .text("我的检查")], by: author)
        let article = try #require(
            try await company.desk.knowledge.list(.board, for: company.holder("finance")).articles.first)
        #expect(article.title == "我的检查")
        #expect(article.content == "重写\n\n改进")
        #expect(article.author == author.staff)
        #expect(try await company.duties("D-253").map(\.state) == ["met"])
        #expect(try await company.move(matter, "archive").state == "archived")
        #expect(try await company.duties("D-254").map(\.state) == ["met"])
        try await company.accountFor()
    }

    @Test func `D-251: whom it is about passes nothing, though the post would`() async throws {
        let company = try await Company.open(more: ["manager"])
        let matter = try await company.start(
            "self_criticism", ["author": company.staff("manager", 1), "cause": .text("工地检查")],
            by: company.holder("manager"))
        try await company.move(matter.id, "hand_in", by: company.holder("manager", 1))
        await #expect(throws: WorkflowRefusal(.concerned(field: "author"), ["D-251"])) {
            try await company.move(matter.id, "pass_by_service", by: company.holder("manager", 1))
        }
        try await company.move(matter.id, "pass_by_service", by: company.holder("manager"))
    }

    @Test func `D-250: one whose penalty was annulled is let off, by others only`() async throws {
        let (company, matter) = try await Self.ordered()
        #expect(try await company.move(matter, "withdraw_order", by: company.holder("manager")).state == "withdrawn")
        #expect(try await company.duties("D-250").map(\.state) != ["open"])
    }

    @Test func `D-252: it is returned as often as it takes`() async throws {
        let (company, matter) = try await Self.ordered()
        for round in 1...3 {
            try await company.move(matter, "hand_in", Self.reflection("第\(round)稿"))
            try await company.move(matter, "return_it", ["round": .integer(Int64(round))])
        }
        #expect(try await company.duties("D-252").count == 3)
        #expect(try await company.duties("D-252").map(\.state) == ["met", "met", "open"])
        try await company.accountFor()
    }
}
