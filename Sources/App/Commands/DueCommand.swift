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
    @Option(help: "Working hours: \"mon-fri 09:00-12:00 13:00-18:00\".") var week = "mon-fri 09:00-18:00"
    @Option(help: "cn or none.") var holidays = "none"
    @Option(help: "The time zone.") var zone = "Asia/Shanghai"
    @Option(help: "The language: en, zh-Hans or zh-Hant; the terminal's without it.") var language: String?
    @Flag(help: "Print JSON.") var json = false

    private static let words = ["same_day", "next_day", "last_day_of_month"] + Weekday.allCases.map(\.word)
    private static let expected =
        "Nh, Nwh, Nd, Nw, Nmo, Nwd (N is a number), " + words.joined(separator: ", ")
        + ", “day_of_month: N”, “before: EVENT, days: N”"

    /// The date that a deadline counts back from.
    private func fields(of deadline: Deadline) throws -> Fields {
        guard case .before(let field, _) = deadline else {
            if event == nil { return [:] }
            throw ValidationError("--event is only for a deadline “before: EVENT, days: N”; leave it out")
        }
        guard let event else {
            throw ValidationError(
                "--within “\(within)” counts back from the date “\(field)”: give it with --event, such as --event 2026-10-09"
            )
        }
        guard CalendarDay(event) != nil || Instant(rfc3339: event) != nil else {
            throw ValidationError(
                "--event is “\(event)”, expected a date such as 2026-10-09 or a time such as 2026-10-09T18:00:00+08:00")
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
            throw ValidationError("--from wants a time with its zone, such as 2026-09-30T17:00:00+08:00, not \(from)")
        }
        guard let deadline = Deadline(within) else {
            let near = nearestWord(to: within, among: Self.words).map { "; did you mean \($0)?" } ?? ""
            throw ValidationError("--within is “\(within)”, expected one of \(Self.expected)\(near)")
        }
        let fields = try fields(of: deadline)
        guard let zone = Zone(zone) else { throw ValidationError("--zone \(self.zone) is not a time zone") }
        let language = try Language.asked(language)
        let hours: [[WorkCalendar.Interval]]
        do {
            hours = try WorkCalendar.week(week)
        } catch {
            throw ValidationError("--week: found \(error.found), expected \(error.expected)")
        }
        var table: HolidayTable?
        if holidays != "none" {
            let files = try CharterFiles(resources: Settings.resourcesNow(), clock: SystemClock.now)
            guard let found = files.holidays[holidays] else {
                throw ValidationError("--holidays is cn or none, not \(holidays)")
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
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let output = Output(
                due: zone.rfc3339(due.instant), steps: due.lines(in: language).map(\.description),
                warnings: due.warnings(in: language))
            print(String(decoding: try encoder.encode(output), as: UTF8.self))
        } else {
            print(zone.rfc3339(due.instant))
            for line in due.lines(in: language) { print("  " + line.description) }
            for warning in due.warnings(in: language) { print("  ! " + warning) }
        }
    }
}
