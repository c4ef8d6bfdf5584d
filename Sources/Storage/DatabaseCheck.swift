/// What an engine can tell of its own files' health.
public protocol DatabaseCheck: Sendable {
    /// One line for each fault that the engine finds in its pages, indexes and references; empty when it is sound.
    func faults() async throws -> [String]
}
