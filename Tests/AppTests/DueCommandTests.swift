import Foundation
import Testing

struct DueCommandTests {
    @Test func `a deadline that is none is refused with all that can stand there`() async throws {
        let done = try await Program.run("due", "--from", "2026-10-09T10:00:00+08:00", "--within", "friady")
        #expect(done.status == 64)
        for word in [
            "Nh", "Nwh", "Nd", "Nw", "Nmo", "Nwd", "same_day", "next_day", "last_day_of_month", "monday", "sunday",
            "day_of_month: N", "before: EVENT, days: N", "did you mean friday?",
        ] {
            #expect(done.errors.contains(word), "\(word)")
        }
    }

    @Test func `a deadline before a date takes that date`() async throws {
        let from = ["due", "--from", "2026-10-01T10:00:00+08:00", "--within", "before: opening, days: 3"]
        let done = try await Program.run(from + ["--event", "2026-10-20"])
        #expect(done.status == 0)
        #expect(done.output.hasPrefix("2026-10-18T00:00:00+08:00"))
        let instant = try await Program.run(from + ["--event", "2026-10-20T09:30:00+08:00"])
        #expect(instant.output == done.output)
        let without = try await Program.run(from)
        #expect(without.status == 64)
        #expect(without.errors.contains("counts back from the date “opening”: give it with --event"))
        let wrong = try await Program.run(from + ["--event", "soon"])
        #expect(wrong.errors.contains("--event is “soon”, expected a date such as 2026-10-09"))
        let spare = try await Program.run(
            "due", "--from", "2026-10-01T10:00:00+08:00", "--within", "2d", "--event", "2026-10-20")
        #expect(spare.errors.contains("--event is only for a deadline “before: EVENT, days: N”"))
    }

    @Test func `a deadline before a date may name the event as the rules do`() async throws {
        let done = try await Program.run(
            "due", "--from", "2026-02-01T10:00:00+08:00", "--within", "before: construction.started, days: 3",
            "--event", "2026-02-20")
        #expect(done.status == 0, "\(done.errors)")
        #expect(done.output.hasPrefix("2026-02-18T00:00:00+08:00"), "\(done.output)")
        let without = try await Program.run(
            "due", "--from", "2026-02-01T10:00:00+08:00", "--within", "before: construction.started, days: 3")
        #expect(without.errors.contains("counts back from the date “construction.started”"), "\(without.errors)")
    }

    @Test func `a day that lies before the start is warned of`() async throws {
        let from = ["due", "--from", "2026-02-19T10:00:00+08:00", "--event", "2026-02-20"]
        let late = try await Program.run(from + ["--within", "before: opening, days: 3"])
        #expect(late.status == 0)
        #expect(late.output.contains("  ! This lies before --from"), "\(late.output)")
        let chinese = try await Program.run(
            from + ["--within", "before: opening, days: 3", "--json"], environment: ["LANG": "zh_CN.UTF-8"])
        #expect(chinese.output.contains("早于 --from"), "\(chinese.output)")
        let inTime = try await Program.run(from + ["--within", "before: opening, days: 0"])
        #expect(!inTime.output.contains("  ! "), "\(inTime.output)")
    }

    @Test func `a year before the holiday table is named as such`() async throws {
        let done = try await Program.run(
            "due", "--from", "2012-03-01T10:00:00+08:00", "--within", "2wd", "--holidays", "cn")
        #expect(done.output.contains("This table has no holidays of 2012"))
        #expect(!done.output.contains("announced"))
    }

    private static let issue = [
        "due", "--from", "2026-09-30T17:00:00+08:00", "--within", "2wd", "--week", "mon-fri 09:00-12:00 13:00-18:00",
        "--holidays", "cn",
    ]

    @Test func `two working days over the National Day fall due on the ninth, a line for each day skipped`()
        async throws
    {
        let done = try await Program.run(Self.issue)
        #expect(done.status == 0, "\(done.errors)")
        let lines = done.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "2026-10-09T18:00:00+08:00")
        // The seven days off, each with its reason, and the eighth as the first working day.
        for day in 1...7 {
            #expect(lines.contains { $0.hasSuffix(" \(day) Oct National Day") }, "\(day): \(lines)")
        }
        #expect(try await Program.run(Self.issue + ["--zone", "Asia/Shanghai"]).output == done.output)
    }

    @Test func `as JSON it is the instant and the same lines`() async throws {
        let lines = try await Program.run(Self.issue).output.split(separator: "\n").map(String.init)
        let done = try await Program.run(Self.issue + ["--json"])
        #expect(done.status == 0, "\(done.errors)")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(done.output.utf8)) as? [String: Any])
        #expect(Set(object.keys) == ["due", "steps", "warnings"])
        #expect(object["due"] as? String == lines[0])
        #expect(object["steps"] as? [String] == lines.dropFirst().map { String($0.dropFirst(2)) })
        #expect(object["warnings"] as? [String] == [])
    }

    @Test func `a week has as many groups as it needs`() async throws {
        for week in ["mon-fri 09:00-18:00, sat 09:00-12:00", "mon-fri 09:00-18:00; sat 09:00-12:00"] {
            let done = try await Program.run(
                "due", "--from", "2026-03-06T17:00:00+08:00", "--within", "1wd", "--week", week)
            #expect(done.output.hasPrefix("2026-03-07T12:00:00+08:00\n"), "\(done.output)\(done.errors)")
        }
    }

    @Test func `a number beyond the limit hears the limit`() async throws {
        let done = try await Program.run("due", "--from", "2026-10-09T10:00:00+08:00", "--within", "10000h")
        #expect(done.status == 64 && done.errors.contains("N is from 1 to 9999"), "\(done.errors)")
    }
}
