import Foundation
public import Primitives
public import Storage
import Synchronization
import TestDatabases

/// A database that asks the engine, before each statement, how it would run it, and keeps the answers.
public final class PlannedDatabase: Database {
    private let base: any Database
    private let kept = Mutex<(isKeeping: Bool, plans: [Plan])>((false, []))

    public struct Plan: Sendable, Hashable {
        public let statement: String
        /// As `EnginePlan` tells them.
        public let steps: [String]
    }

    public init(_ base: any Database) {
        self.base = base
    }

    /// The plans of what an act runs.
    public func plans(of act: () async throws -> Void) async throws -> [Plan] {
        kept.withLock { $0 = (true, []) }
        try await act()
        return kept.withLock { kept in
            defer { kept = (false, []) }
            return kept.plans
        }
    }

    public func read<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any ReadTransaction) throws -> T
    ) async throws -> T {
        try await base.read(tenancy) { try body(PlannedRead(base: $0, keep: self.keep)) }
    }

    @discardableResult
    public func write<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T {
        try await base.write(tenancy) { try body(PlannedWrite(base: $0, keep: self.keep)) }
    }

    @discardableResult
    public func writeApart<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T {
        try await base.writeApart(tenancy) { try body(PlannedWrite(base: $0, keep: self.keep)) }
    }

    public func onCommit(_ act: @escaping @Sendable (Set<OrganisationID>) -> Void) { base.onCommit(act) }

    private func keep(_ sql: SQL, _ transaction: any ReadTransaction) throws {
        guard kept.withLock({ $0.isKeeping }) else { return }
        let steps = try EnginePlan.steps(of: sql, in: transaction)
        let words = sql.parts.joined(separator: "?").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        kept.withLock { $0.plans.append(Plan(statement: words, steps: steps)) }
    }
}

private struct PlannedRead: ReadTransaction {
    let base: any ReadTransaction
    let keep: (SQL, any ReadTransaction) throws -> Void

    var now: Instant { base.now }

    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        try keep(sql, base)
        try base.each(sql, body)
    }
}

private struct PlannedWrite: WriteTransaction {
    let base: any WriteTransaction
    let keep: (SQL, any ReadTransaction) throws -> Void

    var now: Instant { base.now }

    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        try keep(sql, base)
        try base.each(sql, body)
    }

    func identifier<Owner>(_ owner: Owner.Type) -> Identifier<Owner> { base.identifier(owner) }

    func run(_ sql: SQL) throws {
        try keep(sql, base)
        try base.run(sql)
    }

    func run(
        _ sql: SQL, changing count: Int, orElse error: @autoclosure @escaping @Sendable () -> StorageError
    ) throws {
        try keep(sql, base)
        try base.run(sql, changing: count, orElse: error())
    }

    func rowsChanged(by sql: SQL) throws -> Int {
        try keep(sql, base)
        return try base.rowsChanged(by: sql)
    }

    func add(_ change: Int, to count: RunningCount) throws { try base.add(change, to: count) }

    func added(to count: RunningCount) -> Int { base.added(to: count) }

    var journalHeads: JournalHeads? { base.journalHeads }

    func touched(_ organisation: OrganisationID) { base.touched(organisation) }
}
