public import Policy
public import Primitives
public import Storage

public struct SetUp: Sendable {
    public init(code: String?, charters: [ShippedCharter], clock: @escaping @Sendable () -> Instant) {}
    public func isNeeded(_ database: any Database) async throws -> Bool { false }
}
public struct ShippedCharter: Sendable {
    public init(name: String, text: String, charter: Charter) {}
}
