import Storage
public struct SetUp: Sendable {
    func isNeeded(_ database: any Database) async throws -> Bool { false }
}
