import Storage

/// An act that waits for the writer, whatever it returns.
protocol Write: Sendable {
    /// May be called again; the last call's value counts.
    func run(in transaction: any WriteTransaction) throws
    func succeed()
    func fail(_ error: any Error)
}

/// A closure and whoever waits for its value.
///
/// Unchecked, because the value is set and read on the writer's thread alone.
final class WaitingWrite<T: Sendable>: Write, @unchecked Sendable {
    private let body: @Sendable (any WriteTransaction) throws -> T
    private let continuation: CheckedContinuation<T, any Error>
    private var value: T?

    init(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> T,
        _ continuation: CheckedContinuation<T, any Error>
    ) {
        self.body = body
        self.continuation = continuation
    }

    func run(in transaction: any WriteTransaction) throws {
        value = nil
        value = try body(transaction)
    }

    func succeed() {
        // `run` has returned before, so there is a value; the other branch keeps a fault from hanging the caller.
        if let value {
            continuation.resume(returning: value)
        } else {
            continuation.resume(throwing: StorageError.engine("an act was committed without having run"))
        }
    }

    func fail(_ error: any Error) { continuation.resume(throwing: error) }
}
