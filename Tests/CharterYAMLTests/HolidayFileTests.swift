import CharterYAML
import Foundation
import Policy
import Primitives
import Testing

@Suite struct HolidayFileTests {
    private var resource: String {
        get throws {
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            return try String(contentsOf: root.appending(path: "Resources/holidays/cn.yaml"), encoding: .utf8)
        }
    }

    @Test func `the mainland table of the program is read`() throws {
        let table = try HolidayFile.read(resource)
        #expect(table.key == "cn")
        #expect(table.years == Set(2018...2026))
        #expect(table.daysOff[try #require(CalendarDay("2026-10-01"))] == "国庆节")
        #expect(table.makeUpDays[try #require(CalendarDay("2026-02-28"))] == "春节")
        #expect(table.makeUpDays.keys.allSatisfy { $0.weekday == .saturday || $0.weekday == .sunday })
    }

    @Test func `every fault of a holiday file is reported`() {
        let text = """
            2026:
              day_off:
                元旦: ["01-01", "13-01"]
              make_up_work:
                元旦: ["01-01"]
              extra: 1
            year: {}
            """
        let error = #expect(throws: FaultyFile.self) { try HolidayFile.read(text) }
        #expect(
            error?.faults.map(\.description) == [
                "cn.yaml:3:19: error: 2026.day_off.元旦.1: found \"13-01\", expected a day of 2026 such as 01-31",
                "cn.yaml:5:10: error: 2026.make_up_work.元旦.0: found \"01-01\", expected each day once",
                "cn.yaml:6:3: error: 2026.extra: found \"extra\", expected one of the keys day_off, make_up_work",
                "cn.yaml:7:1: error: year: found \"year\", expected a year such as 2026",
            ])
    }
}
