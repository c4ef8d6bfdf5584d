import ArgumentParser
import Foundation
import Policy
import Primitives

struct DueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "due", abstract: "Says when a deadline falls due, and why.")

    @Option(help: "The start, RFC 3339: 2026-09-30T17:00:00+08:00.") var from: String
    @Option(help: "The deadline, as a charter writes it: 24h, 4wh, 3d, 2wd, friday, \"before: EVENT, days: 3\" …")
    var within: String
    @Option(help: "For a deadline before a date: that date, 2026-10-09, or an instant in RFC 3339.") var event: String?
    @Option(help: "Working hours: \"mon-fri 09:00-12:00 13:00-18:00, sat 09:00-12:00\".") var week =
        "mon-fri 09:00-18:00"
    @Option(help: "cn or none.") var holidays = "none"
    @Option(help: "The time zone.") var zone = "Asia/Shanghai"
    @Option(help: "The language: en, zh-Hans or zh-Hant; the terminal's without it.") var language: String?
    @Flag(help: "Print JSON.") var json = false

    private static let words = ["same_day", "next_day", "last_day_of_month"] + Weekday.allCases.map(\.word)
    private static let expected = (
        english: "one of Nh, Nwh, Nd, Nw, Nmo, Nwd (N is from 1 to 9999), " + words.joined(separator: ", ")
            + ", “day_of_month: N”, “before: EVENT, days: N”",
        chinese: "Nh、Nwh、Nd、Nw、Nmo、Nwd（N 为 1 至 9999）、" + words.joined(separator: "、")
            + "、“day_of_month: N”、“before: 事件, days: N”之一"
    )

    /// A charter names a field of the opening event; here the event itself may stand for its date.
    private var deadline: Deadline? {
        guard let named = within.wholeMatch(of: /before: ([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+), days: (.+)/) else {
            return Deadline(within)
        }
        guard case .before(_, let days)? = Deadline("before: date, days: \(named.2)") else { return nil }
        return .before(field: String(named.1), days: days)
    }

    /// The date that a deadline counts back from.
    private func fields(of deadline: Deadline) throws -> Fields {
        guard case .before(let field, _) = deadline else {
            if event == nil { return [:] }
            throw Stop.misuse(
                "--event is only for a deadline “before: EVENT, days: N”; leave it out",
                "--event 只用于“before: 事件, days: N”这种期限；请去掉")
        }
        guard let event else {
            throw Stop.misuse(
                "--within “\(within)” counts back from the date “\(field)”: give it with --event, such as --event 2026-10-09",
                "--within “\(within)”从日期“\(field)”往回数：请用 --event 给出，例如 --event 2026-10-09")
        }
        guard CalendarDay(event) != nil || Instant(rfc3339: event) != nil else {
            throw Stop.misuse(
                "--event", event,
                expected: (
                    "a date such as 2026-10-09 or a time such as 2026-10-09T18:00:00+08:00",
                    "日期，例如 2026-10-09，或时间，例如 2026-10-09T18:00:00+08:00"
                ))
        }
        return [field: .text(event)]
    }

    private struct Output: Encodable {
        let due: String
        let steps: [String]
        let warnings: [String]
    }

    func run() throws {
        guard let start = Instant(rfc3339: from) else {
            throw Stop.misuse(
                "--from wants a time with its zone, such as 2026-09-30T17:00:00+08:00, not “\(from)”",
                "--from 要带时区的时间，例如 2026-09-30T17:00:00+08:00，不是“\(from)”")
        }
        guard let deadline else {
            throw Stop.misuse(
                "--within", within, expected: Self.expected, near: nearestWord(to: within, among: Self.words))
        }
        let fields = try fields(of: deadline)
        guard let zone = Zone(zone) else {
            throw Stop.misuse(
                "--zone", self.zone, expected: ("a time zone such as Asia/Shanghai", "时区，例如 Asia/Shanghai"))
        }
        let language = try Language.asked(language)
        let hours: [[WorkCalendar.Interval]]
        do {
            hours = try WorkCalendar.week(week)
        } catch {
            throw Stop.misuse(
                "--week: found “\(error.found)”, expected \(error.expected)",
                "--week：写的是“\(error.found)”，应为：\(error.expected.chinese)")
        }
        var table: HolidayTable?
        if holidays != "none" {
            let files = try CharterFiles(resources: Settings.resourcesNow(), clock: SystemClock.now)
            guard let found = files.holidays[holidays] else {
                throw Stop.misuse("--holidays", holidays, expected: ("cn or none", "cn 或 none"))
            }
            table = found
        }
        let calendar = WorkCalendar(zone: zone, week: hours, holidays: table)
        let due: Due
        do {
            due = try calendar.due(deadline, from: start, fields: fields)
        } catch {
            throw Stop(asIs: error.text(in: language))
        }
        var warnings = due.warnings(in: language)
        if due.instant < start {
            warnings.append(
                Sentence.choose(
                    "This lies before --from: the duty would be late from the beginning",
                    "早于 --from：待办一开出就已逾期", language))
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let output = Output(
                due: zone.rfc3339(due.instant), steps: due.lines(in: language).map(\.description),
                warnings: warnings)
            print(String(decoding: try encoder.encode(output), as: UTF8.self))
        } else {
            print(zone.rfc3339(due.instant))
            for line in due.lines(in: language) { print("  " + line.description) }
            for warning in warnings { print("  ! " + warning) }
        }
    }
}

extension WeekFault.Expectation {
    fileprivate var chinese: String {
        switch self {
        case .day: "mon、tue、wed、thu、fri、sat、sun 之一，或 mon-fri 这样的范围"
        case .risingDays: "从前到后的范围，例如 mon-fri"
        case .unnamedDay: "每天只写一次"
        case .hours: "closed，或 09:00-12:00 13:00-18:00 这样的时间"
        case .interval: "一段时间，例如 09:00-12:00"
        case .time: "00:00 到 24:00 的时间"
        case .risingInterval: "先开始后结束的一段时间"
        case .later(let time): "\(time)以后开始的一段时间"
        case .someHours: "至少一天有营业时间"
        }
    }
}
