import Primitives
import Storage
import Testing

struct DatabaseTests {
    @Test(arguments: Engine.all)
    func `what is written is read`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let id = try await database.write { try Guest.add("张三", in: $0) }
        let found = try await database.read { transaction in
            try transaction.one("SELECT id, name FROM guest WHERE id = \(id)", orElse: "guest") {
                (id: try $0[0] as Guest.ID, name: try $0[1] as String)
            }
        }
        #expect(found.id == id)
        #expect(found.name == "张三")
    }

    @Test(arguments: Engine.all)
    func `an act that throws leaves nothing, and its neighbours stay`(engine: Engine) async throws {
        struct Refused: Error {}
        let database = try engine.open(TestClock())
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    try? await database.write { transaction in
                        try Guest.add("guest \(number)", in: transaction)
                        if number % 4 == 0 { throw Refused() }
                    }
                }
            }
        }
        let names = try await database.read { try Guest.names(in: $0) }
        #expect(Set(names) == Set((0..<40).filter { $0 % 4 != 0 }.map { "guest \($0)" }))
    }
}
