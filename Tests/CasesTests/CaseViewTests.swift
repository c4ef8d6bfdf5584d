import Cases
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// Lists under names.
struct CaseViewTests {
    private static func keep(
        _ shop: Shop, _ title: String, _ filter: String = "overdue=1", shared: Bool = false,
        by person: Shop.Person = .an
    ) async throws -> CaseView {
        let principal = try await shop.principal(person)
        return try await shop.desk.database.write { [cases = shop.desk.cases] in
            try cases.keepView(title, filter: filter, isShared: shared, by: principal, in: $0)
        }
    }

    @Test func `a view is its owner's until it is shared with the unit`() async throws {
        let shop = try await Shop.open()
        let own = try await Self.keep(shop, "我的")
        let shared = try await Self.keep(shop, "大家的", shared: true)
        func seen(_ person: Shop.Person) async throws -> [CaseView.ID] {
            try await shop.desk.cases.views(for: shop.principal(person)).map(\.id)
        }
        #expect(try await seen(.an) == [own.id, shared.id])
        #expect(try await seen(.bai) == [shared.id])
        #expect(try await seen(.du).isEmpty, "another unit's")
        #expect(try await seen(.er).isEmpty, "who may read no cases has no views of them")
        await #expect(throws: Denial(action: .readCases, post: "guest")) { _ = try await Self.keep(shop, "x", by: .er) }
    }

    @Test func `only its owner renames it, shares it and removes it`() async throws {
        let shop = try await Shop.open()
        let view = try await Self.keep(shop, "大家的", shared: true)
        let (an, bai) = (try await shop.principal(.an), try await shop.principal(.bai))
        let cases = shop.desk.cases
        for person in [bai, try await shop.principal(.ding)] {
            await #expect(throws: StorageError.notFound("view \(view.id)")) {
                try await shop.desk.database.write {
                    _ = try cases.changeView(
                        view.id, title: "改", isShared: false, revision: nil, by: person, in: $0)
                }
            }
            await #expect(throws: StorageError.notFound("view \(view.id)")) {
                try await shop.desk.database.write { try cases.removeView(view.id, by: person, in: $0) }
            }
        }
        let changed = try await shop.desk.database.write {
            try cases.changeView(view.id, title: "改名", isShared: false, revision: 1, by: an, in: $0)
        }
        #expect((changed.title, changed.unit, changed.revision) == ("改名", nil, 2))
        await #expect(throws: StorageError.changedMeanwhile("view \(view.id)")) {
            try await shop.desk.database.write {
                _ = try cases.changeView(view.id, title: "旧", isShared: true, revision: 1, by: an, in: $0)
            }
        }
        #expect(try await cases.views(for: bai).isEmpty)
        try await shop.desk.database.write { try cases.removeView(view.id, by: an, in: $0) }
        #expect(try await cases.views(for: an).isEmpty)
    }

    @Test func `a name is given, is short, and is one's own only once; forty are enough`() async throws {
        let shop = try await Shop.open()
        _ = try await Self.keep(shop, "逾期")
        for (title, problem) in [
            (" ", FormFault.Problem.missing), (String(repeating: "长", count: 61), .tooLong(maximum: 60)),
            ("a\u{1}", .unreadable), ("逾期", .taken),
        ] {
            await #expect(throws: FormFaults([FormFault("title", problem)])) { _ = try await Self.keep(shop, title) }
        }
        _ = try await Self.keep(shop, "逾期", by: .bai)
        for number in 2...40 { _ = try await Self.keep(shop, "视图\(number)") }
        await #expect(throws: CaseListRefusal.tooManyViews(most: 40)) { _ = try await Self.keep(shop, "再一个") }
    }
}
