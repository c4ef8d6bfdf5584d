import Policy
import Primitives
import Testing

@Suite struct DueWordingTests {
    private func compact(_ word: String, _ start: String, _ language: Language, _ calendar: WorkCalendar = shop) throws
        -> [String]
    {
        let fields: Fields = ["visit": .text("2026-10-20")]
        return try calendar.due(try #require(Deadline(word)), from: at(start, calendar), fields: fields)
            .compactLines(in: language).map(\.description)
    }

    @Test func `the example reads in Simplified Chinese`() throws {
        #expect(
            try compact("2wd", "2026-09-30 17:00", .simplified) == [
                "起算 9月30日 周三17:00", "不计 9月30日 周三 当日", "不计 10月1–7日 国庆节 7天", "计入 10月8–9日 2个工作日",
                "应于 10月9日 下班 18:00",
            ])
    }

    @Test func `the example reads in Traditional Chinese`() throws {
        #expect(
            try compact("2wd", "2026-09-30 17:00", .traditional) == [
                "起算 9月30日 週三17:00", "不計 9月30日 週三 當日", "不計 10月1–7日 國慶節 7天", "計入 10月8–9日 2個工作日",
                "應於 10月9日 下班 18:00",
            ])
    }

    @Test func `the example reads in English`() throws {
        #expect(
            try compact("2wd", "2026-09-30 17:00", .english) == [
                "From Wed 30 Sep, 17:00", "Skipped Wed 30 Sep starting day", "Skipped 1–7 Oct National Day 7 days",
                "Counted 8–9 Oct 2 working days", "Due Fri 9 Oct, close of work 18:00",
            ])
    }

    @Test func `the full form has one line for each step`() throws {
        let due = try shop.due(.workingDays(3), from: at("2026-09-29 15:40"))
        let lines = due.lines(in: .simplified).map(\.description)
        #expect(lines.count == due.steps.count)
        #expect(lines[0] == "起算 9月29日 周二15:40")
        #expect(lines[2] == "计入 9月30日 周三 第1个工作日")
        #expect(lines[3] == "不计 10月1日 周四 国庆节")
        #expect(lines.last == "应于 10月9日 下班 18:00")
    }

    @Test func `make-up days, weekends and a second run of counted days are told apart`() throws {
        #expect(
            try compact("4wd", "2026-10-08 10:00", .simplified) == [
                "起算 10月8日 周四10:00", "不计 10月8日 周四 当日", "计入 10月9日 周五 第1个工作日",
                "计入 10月10日 周六 国庆节调休上班 第2个工作日", "不计 10月11日 周日 周末", "计入 10月12–13日 第3–4个工作日",
                "应于 10月13日 下班 18:00",
            ])
    }

    @Test func `working hours tell the opening and the running time`() throws {
        #expect(
            try compact("9wh", "2026-09-30 17:30", .simplified) == [
                "起算 9月30日 周三17:30", "计入 9月30日 周三 累计30分钟", "不计 10月1–7日 国庆节 7天", "计入 10月8–9日 累计9小时",
                "应于 10月9日 周五 09:30",
            ])
        #expect(
            try compact("1wh", "2026-09-29 12:30", .english) == [
                "From Tue 29 Sep, 12:30", "Opens Tue 29 Sep, 13:00", "Counted Tue 29 Sep 1 hour so far",
                "Due Tue 29 Sep 14:00",
            ])
    }

    @Test func `elapsed hours, days, weeks and dates have their lines`() throws {
        #expect(
            try compact("24h", "2026-10-08 09:26", .simplified) == [
                "起算 10月8日 周四09:26", "加 24小时 昼夜不停", "应于 10月9日 周五 09:26",
            ])
        #expect(
            try compact("3d", "2026-09-29 10:00", .simplified) == [
                "起算 9月29日 周二10:00", "不计 9月29日 周二 当日", "计入 9月30日–10月2日 3天", "应于 10月2日 周五 24:00",
            ])
        #expect(try compact("2w", "2026-09-29 10:00", .simplified)[3] == "计入 10月13日 周二 满2周")
        #expect(try compact("1mo", "2026-01-31 10:00", .english)[2] == "Counted Sat 28 Feb month 1")
        #expect(
            try compact("before: visit, days: 3", "2026-10-09 10:00", .simplified).suffix(2) == [
                "倒推 10月20日 周二 3天", "应于 10月17日 周六 24:00",
            ])
    }

    @Test func `a day of another year says so`() throws {
        let lines = try compact("2wd", "2026-12-31 10:00", .simplified)
        #expect(lines.last == "应于 2027年1月4日 下班 18:00")
        let closed = calendar(holidays: nil, closed: ["2026-12-31", "2027-01-01"])
        #expect(try compact("1wd", "2026-12-30 10:00", .simplified, closed)[2] == "不计 12月31日–2027年1月1日 公司休息 2天")
        #expect(
            try compact("1wd", "2026-12-30 10:00", .english, closed)[2]
                == "Skipped 31 Dec – 1 Jan 2027 company closed 2 days")
    }

    @Test func `what is shown at a close or an end of day is the day that ends`() throws {
        let late = calendar("mon-sun 20:00-24:00", holidays: nil)
        #expect(try compact("same_day", "2026-10-09 21:00", .simplified, late).last == "应于 10月9日 下班 24:00")
        #expect(try compact("friday", "2026-10-09 21:00", .simplified, late).last == "应于 10月9日 周五 24:00")
    }

    @Test func `an unannounced year is warned of in each language`() throws {
        let due = try shop.due(.workingDays(2), from: at("2026-12-31 10:00"))
        #expect(due.warnings(in: .simplified) == ["2027年放假安排尚未公布，按平常周历计算，公布后可能变动。"])
        for language in Language.allCases {
            #expect(due.warnings(in: language).map { $0.contains("2027") } == [true])
        }
    }

    @Test func `a refusal says what to mend in each language`() {
        for language in Language.allCases {
            #expect(DeadlineRefusal.neverOpens(after: day("2026-10-01")).text(in: language).contains("2026-10-01"))
            #expect(DeadlineRefusal.noDate(field: "visit").text(in: language).contains("visit"))
            #expect(!DeadlineRefusal.tooFar.text(in: language).isEmpty)
        }
    }
}
