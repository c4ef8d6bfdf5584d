import CharterYAML
import Policy
import Primitives
import Testing

@Suite struct CharterReaderTests {
    private let charter = SampleCharter.read().charter

    @Test func `the sample is without errors`() {
        #expect(SampleCharter.read().errors.map(\.description) == [])
    }

    @Test func `the head of the charter is typed`() throws {
        let charter = try #require(charter)
        #expect(charter.name == "corner-shop")
        #expect(charter.version == 2)
        #expect(charter.effective == CalendarDay(year: 2025, month: 7, day: 1))
        #expect(
            charter.title
                == LocalizedText(simplified: "客户服务制度", traditional: "客戶服務制度", english: "Customer service rules"))
        #expect(charter.chapters.map(\.key) == ["D.1", "D.2"])
        #expect(charter.chapters.map(\.from) == ["D-001", "D-004"])
    }

    @Test func `the week has intervals per day, and days not named are closed`() throws {
        let calendar = try #require(charter?.calendar)
        #expect(calendar.zone.identifier == "Asia/Shanghai")
        #expect(calendar.week[0] == [.init(start: 540, end: 720), .init(start: 780, end: 1080)])
        #expect(calendar.week[4] == calendar.week[0])
        #expect(calendar.week[5] == [.init(start: 600, end: 960)])
        #expect(calendar.week[6].isEmpty)
        #expect(calendar.closed == [try #require(CalendarDay("2026-12-25"))])
        #expect(calendar.open == [try #require(CalendarDay("2026-12-26"))])
        #expect(calendar.holidays?.years == [2025, 2026])
    }

    @Test func `posts carry their superior, permissions and clauses`() throws {
        let charter = try #require(charter)
        #expect(charter.post("manager")?.may == [.readCustomers: .all, .readCases: .subtree])
        #expect(charter.post("assistant")?.reportsTo == "manager")
        #expect(charter.post("assistant")?.clauses == ["D-006"])
        #expect(charter.metric("timeliness")?.target == Ratio("95%"))
    }

    @Test func `fields have their types and limits`() throws {
        let charter = try #require(charter)
        let form = try #require(charter.form("registration"))
        #expect(form.fields.map(\.key) == ["customer", "channel", "urgent", "promised", "content"])
        #expect(form.field("customer")?.kind == .customer)
        #expect(form.field("content")?.kind == .text(maximum: 2000))
        #expect(form.field("content")?.isPersonal == true)
        #expect(form.field("urgent")?.isRequired == false)
        #expect(form.field("promised")?.isPast == false)
        let past = SampleCharter.text.replacing("promised: {type: date", with: "promised: {type: date, not_after: now")
        #expect(SampleCharter.read(past).charter?.form("registration")?.field("promised")?.isPast == true)
        guard case .choice(let choices)? = form.field("channel")?.kind else {
            Issue.record("channel is no choice")
            return
        }
        #expect(choices.map(\.key) == ["store", "phone"])
        #expect(choices[0].clauses == ["D-007"])
        #expect(charter.form("reply")?.field("score")?.kind == .number(minimum: 1, maximum: 10))
        #expect(charter.fact("site.opened")?.fields.first?.kind == .line(maximum: 200))
        #expect(charter.fact("site.closed")?.subject == .customer)
    }

    @Test func `an act records what it says, or else the workflow and the state entered`() throws {
        let workflow = try #require(charter?.workflow("complaint"))
        #expect(workflow.start.event == "complaint.received")
        let received = try #require(workflow.state("received"))
        #expect(received.move("respond")?.event == "complaint.responded")
        #expect(received.move("respond")?.isOnce == true)
        #expect(received.move("close")?.event == "complaint.closed")
        #expect(received.move("close")?.after == ["respond"])
        #expect(received.move("close")?.actors == ["assistant", "manager"])
        #expect(workflow.state("closed")?.isFinal == true)
    }

    @Test func `a clause carries its conditions, duty and lateness`() throws {
        let clause = try #require(charter?.clause("D-001"))
        #expect(clause.when == "complaint.received")
        #expect(
            clause.conditions == [
                Condition(field: "channel", values: ["store", "phone"]), Condition(field: "urgent", values: ["true"]),
            ])
        #expect(clause.duty?.within == .hours(24))
        #expect(clause.duty?.metBy == ["complaint.responded"])
        #expect(clause.duty?.voidBy == ["complaint.closed"])
        #expect(clause.lateness == Lateness(notify: ["manager"], steps: [.hours(0), .hours(24), .workingDays(2)]))
        #expect(clause.countsIn == ["timeliness"])
        #expect(charter?.clause("D-002")?.duty?.within == .before(field: "promised", days: 3))
        #expect(charter?.clause("D-007")?.effects == [.caseArchive])
    }

    @Test func `cadences come from an event or from the calendar`() throws {
        let charter = try #require(charter)
        #expect(charter.clause("D-003")?.cadence == .calendar(on: .weekday(.friday), each: .unit, lead: 2))
        #expect(
            charter.clause("D-004")?.cadence
                == .recurring(every: .weeks(1), from: "site.opened", until: "site.closed", times: 4))
        #expect(charter.clause("D-004")?.duty?.within == .dayOfMonth(26))
        #expect(
            charter.clause("D-009")?.cadence
                == .calendar(
                    on: .monthDays([MonthDay(month: 6, day: 30), MonthDay(month: 12, day: 31)]), each: .organisation,
                    lead: 0))
    }

    @Test func `offences and ladders keep amounts and steps`() throws {
        let charter = try #require(charter)
        #expect(charter.offences.map(\.key) == ["A1", "C"])
        #expect(charter.offences[1].fine == FineRange(from: Money(minorUnits: 20_000), to: Money(minorUnits: 100_000)))
        #expect(charter.offences[1].mayDismiss)
        let rungs = try #require(charter.ladders.first?.rungs)
        #expect(rungs.map(\.probation) == [.fine(Money(minorUnits: 20_000)), .extendProbation(months: 1), .dismiss])
        #expect(rungs.map(\.regular) == [.fine(Money(minorUnits: 50_000)), .withholdPerformancePay, .dismiss])
    }

    @Test(arguments: [
        ("4wh", Deadline.workingHours(4)), ("3d", .days(3)), ("1w", .weeks(1)), ("1mo", .months(1)),
        ("2wd", .workingDays(2)), ("0h", .hours(0)), ("next_day", .nextDay), ("sunday", .weekday(.sunday)),
        ("last_day_of_month", .lastDayOfMonth),
    ])
    func `every deadline of the language is read`(word: String, deadline: Deadline) {
        let text = SampleCharter.text.replacing("within: same_day", with: "within: " + word)
        #expect(SampleCharter.read(text).charter?.clause("D-009")?.duty?.within == deadline)
    }

    @Test func `scalars are text: on, no and 1:30 stay what they are`() throws {
        let choices =
            "{on: {zh-Hans: 开, en: on}, no: {zh-Hans: 否, en: no}, y: {zh-Hans: 1:30, en: 1_000}, n: {zh-Hans: null, en: ~}}"
        let text = SampleCharter.text
            .replacing(
                "of: {store: {zh-Hans: 到店, en: In store, clause: D-007}, phone: {zh-Hans: 电话, en: Phone}}",
                with: "of: " + choices
            )
            .replacing("[store, phone]", with: "[on, no, y]")
        let result = SampleCharter.read(text)
        #expect(result.errors.map(\.description) == [])
        guard case .choice(let read)? = result.charter?.form("registration")?.field("channel")?.kind else {
            Issue.record("channel is no choice")
            return
        }
        #expect(read.map(\.key) == ["on", "no", "y", "n"])
        #expect(read.map { $0.title[.english] } == ["on", "no", "1_000", "~"])
        #expect(read.map(\.title.simplified) == ["开", "否", "1:30", "null"])
        #expect(result.charter?.clause("D-001")?.conditions.first?.values == ["on", "no", "y"])
    }

    @Test func `a title in Traditional Chinese is converted unless given`() {
        let given = SampleCharter.text.replacing("{zh-Hans: 答复, en: Reply}", with: "{zh-Hans: 答复, zh-Hant: 回覆}")
        let form = SampleCharter.read(given).charter?.form("reply")
        #expect(form?.title == LocalizedText(simplified: "答复", traditional: "回覆", english: nil))
        #expect(charter?.post("manager")?.title.traditional == "客服部經理")
    }

    @Test func `all faults are reported at once, by line, and nothing is returned`() {
        let text = SampleCharter.text
            .replacing("version: 2", with: "version: two")
            .replacing("reports_to: manager", with: "reports_to: manger")
            .replacing("type: flag", with: "type: flog")
            .replacing("subject: customer\n    clause: D-007", with: "subject: urgent\n    clause: D-007")
            .replacing("met_by: complaint.responded", with: "met_by: complaint.respond")
            .replacing("ladder: negligence}", with: "ladder: neglect}")
            .replacing("per: month", with: "per: mounth")
        let result = SampleCharter.read(text)
        #expect(result.charter == nil)
        #expect(
            result.errors.map(\.path) == [
                "version", "posts.assistant.reports_to", "forms.registration.fields.urgent.type",
                "workflows.complaint.subject", "clauses.D-001.oblige.met_by", "offences.A1.ladder",
                "ladders.negligence.per",
            ])
        #expect(result.errors.map(\.line) == result.errors.map(\.line).sorted())
        #expect(result.errors.map(\.suggestion) == [nil, "manager", "flag", nil, "complaint.responded", nil, "month"])
    }

    @Test func `bytes that are not UTF-8 are refused with their line`() {
        var bytes = Array(SampleCharter.text.utf8)
        let line = bytes.firstIndex(of: 10) ?? 0
        bytes[line + 3] = 0xFF
        let result = CharterReader.read(bytes, file: "shop.yaml", holidays: [:], currentYear: 2026)
        #expect(
            result.faults.map(\.description) == [
                "shop.yaml:2:3: error: found bytes that are not UTF-8, expected text in UTF-8"
            ])
    }

    @Test func `a file of ten megabytes is refused`() {
        let text = SampleCharter.text + String(repeating: "# long\n", count: 1_500_000)
        #expect(
            SampleCharter.read(text).faults.map(\.description) == [
                "shop.yaml:1:1: error: found a file of \(text.utf8.count) bytes, expected at most 4000000 bytes"
            ])
    }

    @Test func `aliases that multiply are refused before they are followed`() {
        let bomb = (1...40).reduce("x0: &x0 [a, b]\n") { $0 + "x\($1): &x\($1) [*x\($1 - 1), *x\($1 - 1)]\n" }
        let result = SampleCharter.read(bomb + SampleCharter.text)
        #expect(result.charter == nil)
        #expect(result.errors.contains { $0.code == .anchor })
    }

    @Test func `a line without end and tabs without end are refused in short time`() {
        let line = SampleCharter.read("charter: [" + String(repeating: "&a ", count: 1_000_000))
        #expect(line.errors.map(\.code) == [.tooLong])
        let tabs = SampleCharter.read(String(repeating: "a:\tb\n", count: 500_000))
        #expect(tabs.errors.count == 1000)
    }

    @Test func `an empty file is refused`() {
        #expect(SampleCharter.read("").errors.first?.code == .wrongKind)
        #expect(SampleCharter.read("# only a remark\n").charter == nil)
    }

    @Test func `a byte order mark and CRLF line ends do no harm`() {
        let text = "\u{FEFF}" + SampleCharter.text.replacing("\n", with: "\r\n")
        #expect(SampleCharter.read(text).errors.map(\.description) == [])
    }

    @Test func `years in force without holidays are errors, the next one a warning`() {
        let text = SampleCharter.text.replacing("effective: 2025-07-01", with: "effective: 2023-07-01")
        let faults = SampleCharter.read(text, currentYear: 2027).faults.filter { $0.code == .noHolidays }
        #expect(
            faults.map(\.description) == [
                "shop.yaml:9:13: error: calendar.holidays: found no holidays of 2023, expected the holidays of cn for 2023",
                "shop.yaml:9:13: error: calendar.holidays: found no holidays of 2024, expected the holidays of cn for 2024",
                "shop.yaml:9:13: error: calendar.holidays: found no holidays of 2027, expected the holidays of cn for 2027",
                "shop.yaml:9:13: warning: calendar.holidays: found no holidays of 2028, expected the holidays of cn for 2028",
            ])
        #expect(SampleCharter.read(currentYear: 2025).faults.contains { $0.code == .noHolidays } == false)
    }

    @Test func `a charter in use stays readable in a year without holidays, and warns`() {
        let text = SampleCharter.text.replacing("effective: 2025-07-01", with: "effective: 2023-07-01")
        let holidays = SampleCharter.holidays
        let result = CharterReader.read(text, file: "shop.yaml", holidays: holidays, currentYear: 2027, purpose: .use)
        #expect(result.charter != nil)
        #expect(result.warnings.filter { $0.code == .noHolidays }.count == 4)
        // What the program cannot work with is an error whoever reads it.
        let broken = text.replacing("post: assistant, to: respond", with: "post: asistant, to: respond")
        #expect(broken != text)
        let refused = CharterReader.read(
            broken, file: "shop.yaml", holidays: holidays, currentYear: 2027, purpose: .use)
        #expect(refused.charter == nil && refused.errors.map(\.code) == [.unknownReference])
    }

    @Test func `faults speak the reader's language`() throws {
        let text = SampleCharter.text.replacing(
            "oblige: {post: assistant, to: respond", with: "oblige: {post: asistant, to: respond")
        let fault = try #require(SampleCharter.read(text).errors.first)
        #expect(
            fault.text(in: .english)
                == "shop.yaml:83:20: error: clauses.D-001.oblige.post: found \"asistant\", expected a post; did you mean \"assistant\"?"
        )
        #expect(
            fault.text(in: .simplified)
                == "shop.yaml:83:20: 错误：clauses.D-001.oblige.post：现为“asistant”，应为岗位；是否为“assistant”？")
        #expect(
            fault.text(in: .traditional)
                == "shop.yaml:83:20: 錯誤：clauses.D-001.oblige.post：現為“asistant”，應為崗位；是否為“assistant”？")
    }
}
