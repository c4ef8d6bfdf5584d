import Primitives
import Storage

/// A database before whose every act something happens.
struct BeforeWriting: Database {
    let base: any Database
    let happening: @Sendable () async throws -> Void

    init(base: any Database, _ happening: @escaping @Sendable () async throws -> Void) {
        self.base = base
        self.happening = happening
    }

    func read<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any ReadTransaction) throws -> T
    ) async throws -> T {
        try await base.read(tenancy, body)
    }

    func write<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T {
        try await happening()
        return try await base.write(tenancy, body)
    }

    func onCommit(_ act: @escaping @Sendable (Set<OrganisationID>) -> Void) { base.onCommit(act) }
}
