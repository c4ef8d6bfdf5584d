import CharterYAML
import Testing

@Suite struct CoverageTests {
    @Test func `the table counts each file, kind and status`() throws {
        let charter = try #require(SampleCharter.read().charter)
        let coverage = Coverage.table(of: [("shop.yaml", charter), ("second.yaml", charter)])
        #expect(coverage.total.total == 18)
        #expect(coverage.files[0].total.executed == 7)
        #expect(
            coverage.text.split(separator: "\n").prefix(10).joined(separator: "\n") == """
                file         kind          executed  shown  planned  total
                shop.yaml    cadence              2      0        0      2
                shop.yaml    conduct              0      1        0      1
                shop.yaml    deadline             1      0        0      1
                shop.yaml    notification         1      0        0      1
                shop.yaml    record               1      0        0      1
                shop.yaml    report               1      0        0      1
                shop.yaml    role                 1      0        0      1
                shop.yaml    sanction             0      0        1      1
                shop.yaml    total                7      1        1      9
                """)
        #expect(coverage.text.hasSuffix("all          total               14      2        2     18\n"))
    }

    @Test func `the table is the same as JSON`() throws {
        let charter = try #require(SampleCharter.read().charter)
        let json = Coverage.table(of: [("shop.yaml", charter)]).json
        #expect(json.contains("\"file\" : \"shop.yaml\""))
        #expect(json.contains("\"kind\" : \"cadence\""))
        #expect(json.contains("\"executed\" : 7"))
    }
}
