@testable import Customers
import Storage
import Testing

struct KeyProofTests {
    @Test func `a database opens with its keys and with no others`() async throws {
        let desk = try await Desk()
        try await KeyProof(database: desk.database, keys: desk.keys).confirm()
        try await KeyProof(database: desk.database, keys: desk.keys).confirm()
        #expect(try await desk.count("key_proof") == 2)
        await #expect(throws: KeyRefusal.other) {
            try await KeyProof(database: desk.database, keys: .random()).confirm()
        }
    }

    @Test func `after a rotation the new key is noted, and the old one is still asked for`() async throws {
        let desk = try await Desk()
        try await KeyProof(database: desk.database, keys: desk.keys).confirm()
        let rotated = desk.keys.rotated()
        try await KeyProof(database: desk.database, keys: rotated).confirm()
        #expect(try await desk.count("key_proof") == 3)
        await #expect(throws: KeyRefusal.lacking("encrypt 2")) {
            try await KeyProof(database: desk.database, keys: desk.keys).confirm()
        }
        let newest = try KeyRing(
            text: rotated.text.split(separator: "\n").filter { !$0.hasPrefix("encrypt 1 ") }.joined(separator: "\n"))
        await #expect(throws: KeyRefusal.lacking("encrypt 1")) {
            try await KeyProof(database: desk.database, keys: newest).confirm()
        }
    }

    @Test func `a database from before proofs notes only keys that open a customer`() async throws {
        let desk = try await Desk()
        _ = try await desk.customers.file(.zhangSan(), by: desk.red.boss)
        await #expect(throws: KeyRefusal.other) {
            try await KeyProof(database: desk.database, keys: .random()).confirm()
        }
        // Its index key is another, though it opens everything.
        let index = KeyRing.random().text.split(separator: "\n").filter { $0.hasPrefix("index") }
        let opening = desk.keys.text.split(separator: "\n").filter { $0.hasPrefix("encrypt") }
        let mixed = try KeyRing(text: (opening + index).joined(separator: "\n"))
        await #expect(throws: KeyRefusal.other) {
            try await KeyProof(database: desk.database, keys: mixed).confirm()
        }
        #expect(try await desk.count("key_proof") == 0)
        try await KeyProof(database: desk.database, keys: desk.keys).confirm()
        #expect(try await desk.count("key_proof") == 2)
    }
}
