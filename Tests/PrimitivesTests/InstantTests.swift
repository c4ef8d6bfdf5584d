import Primitives
import Testing

@Suite struct InstantTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1), ("2026-10-09T10:00:00Z", 1_791_540_000_000),
            ("2026-10-09T18:00:00+08:00", 1_791_540_000_000), ("2026-10-09T04:30:00.000-05:30", 1_791_540_000_000),
            ("2026-10-09t10:00:00z", 1_791_540_000_000), ("2026-10-09 10:00:00Z", 1_791_540_000_000),
            ("2026-10-09T10:00:00.5Z", 1_791_540_000_500), ("2026-10-09T10:00:00.0129Z", 1_791_540_000_012),
        ] as [(String, Int64)])
    func `RFC 3339 is read to the millisecond`(text: String, milliseconds: Int64) {
        #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "2026-10-09", "2026-10-09T10:00:00", "2026-10-09T10:00Z", "2026-10-09T24:00:00Z", "2026-10-09T10:60:00Z",
        "2026-10-09T10:00:60Z", "2026-10-09T10:00:00.Z", "2026-10-09T10:00:00+0800", "2026-10-09T10:00:00+24:00",
        "2026-10-09T10:00:00+08:00x", "2026-10-09T10:00:00Zx", "2026-02-30T10:00:00Z", "2026-10-09T10:00:00.5", "",
        "2026-10-09T1é:00:00Z",
    ])
    func `anything else is not an instant`(text: String) { #expect(Instant(rfc3339: text) == nil) }

    @Test(
        arguments: [
            (1_791_540_000_000, 0, "2026-10-09T10:00:00Z"), (1_791_540_000_000, 28_800, "2026-10-09T18:00:00+08:00"),
            (1_791_540_000_007, -19_800, "2026-10-09T04:30:00.007-05:30"), (-1, 0, "1969-12-31T23:59:59.999Z"),
            (-1, 3600, "1970-01-01T00:59:59.999+01:00"),
        ] as [(Int64, Int, String)])
    func `an instant is written with the offset asked for`(milliseconds: Int64, offset: Int, text: String) {
        #expect(Instant(milliseconds: milliseconds).rfc3339(offset: offset) == text)
        #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
    }
}
