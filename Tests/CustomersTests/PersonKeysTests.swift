@testable import Customers
import Primitives
import Storage
import TestDatabases
import Testing

/// Words that are sealed ahead of the act that records them.
struct PersonKeysTests {
    private let words = ["content": "灯送错了"]

    @Test func `an act takes what was sealed ahead under the customer's key`() async throws {
        let (desk, customer) = try await customer()
        let prepared = try await prepare(words, desk, customer)
        let (first, second) = try await desk.database.write { [words] in
            (
                try desk.personKeys.seal(words, for: customer, of: desk.red.id, prepared: prepared, in: $0),
                try desk.personKeys.seal(words, for: customer, of: desk.red.id, prepared: prepared, in: $0)
            )
        }
        // Sealed anew, each would have a nonce of its own.
        #expect(prepared != nil)
        #expect(first == second)
        let opened = try await desk.database.read {
            try desk.personKeys.open(first, for: customer, of: desk.red.id, in: $0)
        }
        #expect(opened == words)
    }

    @Test func `other words than those prepared are sealed by the act`() async throws {
        let (desk, customer) = try await customer()
        let prepared = try await prepare(["content": "别的话"], desk, customer)
        let sealed = try await desk.database.write { [words] in
            try desk.personKeys.seal(words, for: customer, of: desk.red.id, prepared: prepared, in: $0)
        }
        let opened = try await desk.database.read {
            try desk.personKeys.open(sealed, for: customer, of: desk.red.id, in: $0)
        }
        #expect(opened == words)
    }

    @Test func `a key destroyed in between takes what was prepared with it`() async throws {
        let (desk, customer) = try await customer()
        let prepared = try await prepare(words, desk, customer)
        await #expect(throws: CipherError.erased) {
            try await desk.database.write { [words] in
                try desk.personKeys.destroy(for: customer, of: desk.red.id, in: $0)
                _ = try desk.personKeys.seal(words, for: customer, of: desk.red.id, prepared: prepared, in: $0)
            }
        }
    }

    @Test func `nothing is prepared for whom no key was made`() async throws {
        let desk = try await Desk()
        let prepared = try await prepare(words, desk, CustomerID(high: 1, low: 2))
        #expect(prepared == nil)
    }

    private func customer() async throws -> (Desk, CustomerID) {
        let desk = try await Desk()
        return (desk, try await desk.customers.file(.zhangSan(), by: desk.red.boss).id)
    }

    private func prepare(
        _ words: [String: String], _ desk: Desk, _ customer: CustomerID
    ) async throws -> PersonKeys.Prepared? {
        try await desk.database.read {
            try desk.personKeys.prepare(words, for: customer, of: desk.red.id, in: $0)
        }
    }
}
