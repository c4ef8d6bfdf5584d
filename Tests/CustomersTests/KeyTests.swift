@testable import Customers
import Foundation
import Primitives
import Testing

struct KeyTests {
    private let organisation = OrganisationID(11)
    private let row = CustomerID(high: 1, low: 2)

    @Test func `a sealed value opens only where it was sealed`() throws {
        let cipher = FieldCipher(keys: .random())
        let place = FieldCipher.Place(organisation, column: "a.b", row: row)
        let sealed = try cipher.seal("13812345678", at: place)
        #expect(try cipher.text(sealed, at: place) == "13812345678")
        #expect(try cipher.seal("13812345678", at: place) != sealed)
        for other in [
            FieldCipher.Place(OrganisationID(22), column: "a.b", row: row),
            FieldCipher.Place(organisation, column: "a.c", row: row),
            FieldCipher.Place(organisation, column: "a.b", row: CustomerID(high: 1, low: 3)),
        ] {
            #expect(throws: CipherError.altered) { try cipher.open(sealed, at: other) }
        }
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(throws: CipherError.self) { try cipher.open(altered, at: place) }
        }
    }

    @Test func `after a rotation old values stay readable, new ones need the new key`() throws {
        let old = KeyRing.random()
        let new = try KeyRing(text: old.rotated().text)
        let place = FieldCipher.Place(organisation, column: "a.b", row: row)
        let before = try FieldCipher(keys: old).seal("x", at: place)
        #expect(try FieldCipher(keys: new).text(before, at: place) == "x")
        let after = try FieldCipher(keys: new).seal("x", at: place)
        #expect(throws: CipherError.unknownKey(2)) { try FieldCipher(keys: old).open(after, at: place) }
        #expect(
            BlindIndex(keys: old).blind("x", .phone, in: organisation)
                == BlindIndex(keys: new).blind("x", .phone, in: organisation))
    }

    @Test func `blind indexes differ by company, kind and key`() {
        let index = BlindIndex(keys: .random())
        let all = [
            index.blind("x", .phone, in: organisation), index.blind("x", .email, in: organisation),
            index.blind("x", .phone, in: OrganisationID(22)), index.blind("y", .phone, in: organisation),
            BlindIndex(keys: .random()).blind("x", .phone, in: organisation),
        ]
        #expect(Set(all).count == all.count)
        #expect(index.blind("x", .phone, in: organisation) == all[0])
    }

    @Test func `the key file is made once, for its owner only`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID())").path
        let made = try KeyRing.load(file: path, isNew: true)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try KeyRing.load(file: path, isNew: false).text == made.text)
        try KeyRing.create(file: path, .random())
        #expect(try KeyRing.load(file: path, isNew: false).text == made.text)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(throws: KeyRingError.exposed(path: path)) { try KeyRing.load(file: path, isNew: false) }
    }

    @Test func `no key is made for a database that has one`() {
        let path = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID())").path
        #expect(throws: KeyRingError.missing(path: path)) { try KeyRing.load(file: path, isNew: false) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(arguments: [
        ("", KeyRingError.incomplete), ("encrypt 1 short\n", .unreadable(line: 1)), ("\nhello\n", .unreadable(line: 2)),
    ])
    func `a damaged key file is refused by its line`(text: String, error: KeyRingError) {
        #expect(throws: error) { try KeyRing(text: text) }
    }
}
