import ArgumentParser
import Foundation
import Policy
import Primitives

struct DueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "due", abstract: "Says when a deadline falls due, and why.")

    @Option(help: "The start, RFC 3339: 2026-09-30T17:00:00+08:00.") var from: String
    @Option(help: "The deadline, as a charter writes it: 24h, 2wd, friday …") var within: String
    @Option(help: "Working hours: \"mon-fri 09:00-12:00 13:00-18:00\".") var week = "mon-fri 09:00-18:00"
    @Option(help: "cn or none.") var holidays = "none"
    @Option(help: "The time zone.") var zone = "Asia/Shanghai"
    @Option(help: "The language: en, zh-Hans or zh-Hant.") var language = "en"
    @Flag(help: "Print JSON.") var json = false

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
            throw ValidationError(
                "--within wants a deadline such as 24h, 4wh, 3d, 2wd, 1w, 1mo, same_day or friday, not \(within)")
        }
        guard let zone = Zone(zone) else { throw ValidationError("--zone \(self.zone) is not a time zone") }
        guard let language = Language(rawValue: language) else {
            throw ValidationError("--language is en, zh-Hans or zh-Hant, not \(self.language)")
        }
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
            due = try calendar.due(deadline, from: start)
        } catch {
            throw Stop(error.text(in: language))
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
