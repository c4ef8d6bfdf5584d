import Primitives
import Synchronization
import Testing

@Suite struct IdentifierTests {
    private enum Parcel {}
    private typealias ID = Identifier<Parcel>

    @Test func `an identifier is read as it is written, in either case`() throws {
        let id = ID(high: 0x018f_3c5e_7c1a_7b2e, low: 0x9d40_5a1f_0c9b_7e21)
        #expect(id.description == "018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21")
        #expect(ID(id.description) == id)
        #expect(ID("018F3C5E-7C1A-7B2E-9D40-5A1F0C9B7E21") == id)
        #expect(ID(ID(high: .max, low: .max).description) == ID(high: .max, low: .max))
        #expect(ID("00000000-0000-0000-0000-000000000000") == ID(high: 0, low: 0))
    }

    @Test(arguments: [
        "", "018f3c5e7c1a7b2e9d405a1f0c9b7e21", "018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e2",
        "018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e211", "018f3c5e-7c1a-7b2e-9d40_5a1f0c9b7e21",
        "018f3c5g-7c1a-7b2e-9d40-5a1f0c9b7e21", "{18f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21}",
    ])
    func `anything else is not an identifier`(text: String) { #expect(ID(text) == nil) }

    @Test func `identifiers sort as their texts and bytes do`() {
        let ids = [ID(high: 1, low: .max), ID(high: 2, low: 0), ID(high: 2, low: 1), ID(high: 1 << 63, low: 0)]
        #expect(ids.shuffled().sorted() == ids)
        #expect(ids.map(\.description).sorted() == ids.map(\.description))
    }

    @Test func `a source rises strictly while its clock stands still or runs back`() {
        let time = Mutex(Int64(1_791_540_000_000))
        let source = IdentifierSource(
            clock: { Instant(milliseconds: time.withLock { $0 }) }, random: { .random(in: .min ... .max) })
        var last: ID = source.next()
        for turn in 0..<10_000 {
            if turn == 5000 { time.withLock { $0 -= 3_600_000 } }
            let next: ID = source.next()
            #expect(next > last)
            #expect(next.high & 0xF000 == 0x7000)
            #expect(next.low >> 62 == 0b10)
            last = next
        }
    }

    @Test func `a source goes on above what is stored already`() {
        let stored = ID(high: 0x0fff_0000_0000_7001, low: 0x8000_0000_0000_0000)
        let source = IdentifierSource(clock: { Instant(milliseconds: 0) }, random: { 0 })
        source.advance(past: stored)
        let next: ID = source.next()
        #expect(next > stored)
    }

    @Test(arguments: ["0", "-5", "9007199254740992", "+5", "007", "", "x"])
    func `a company's number is positive, of 53 bits and written one way`(text: String) {
        #expect(OrganisationID(text) == nil)
        #expect(OrganisationID("9007199254740991")?.description == "9007199254740991")
    }
}
