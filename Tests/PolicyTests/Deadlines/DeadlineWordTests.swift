import Policy
import Primitives
import Testing

@Suite struct DeadlineWordTests {
    @Test(arguments: [
        ("0h", Deadline.hours(0)), ("24h", .hours(24)), ("9999h", .hours(9999)), ("0wh", .workingHours(0)),
        ("4wh", .workingHours(4)), ("1d", .days(1)), ("9999d", .days(9999)), ("1w", .weeks(1)), ("1mo", .months(1)),
        ("2wd", .workingDays(2)), ("same_day", .sameDay), ("next_day", .nextDay), ("monday", .weekday(.monday)),
        ("sunday", .weekday(.sunday)), ("day_of_month: 1", .dayOfMonth(1)), ("day_of_month: 31", .dayOfMonth(31)),
        ("last_day_of_month", .lastDayOfMonth), ("before: visit_2, days: 3", .before(field: "visit_2", days: 3)),
        ("before: visit, days: 0", .before(field: "visit", days: 0)),
    ])
    func `a deadline is read and printed in the same word`(word: String, deadline: Deadline) {
        #expect(Deadline(word) == deadline)
        #expect(deadline.description == word)
    }

    @Test(arguments: [
        "", "h", "24", "24 h", " 24h", "24h ", "+24h", "-1h", "024h", "00h", "10000h", "1.5h", "24H", "２４h", "24hh",
        "0d", "0w", "0mo", "0wd", "10000d", "1m", "1y", "mo", "wd", "Friday", "fri", "sameday", "day_of_month",
        "day_of_month: 0", "day_of_month: 32", "day_of_month:26", "day_of_month: 26, days: 3", "before: visit",
        "before: Visit, days: 3", "before: 2visit, days: 3", "before: , days: 3", "before: visit, days: -1",
        "days: 3, before: visit", "99999999999999999999h",
    ])
    func `anything else is not a deadline`(word: String) { #expect(Deadline(word) == nil) }

    @Test(arguments: [("+0h", Delay.hours(0)), ("+24h", .hours(24)), ("+2d", .days(2)), ("+1wd", .workingDays(1))])
    func `a delay is read and printed in the same word`(word: String, delay: Delay) {
        #expect(Delay(word) == delay)
        #expect(delay.description == word)
    }

    @Test(arguments: [
        "", "+", "24h", "-24h", "++24h", "+0d", "+0wd", "+1w", "+1mo", "+4wh", "+10000h", "+024h", "+ 24h",
    ])
    func `anything else is not a delay`(word: String) { #expect(Delay(word) == nil) }

    @Test(arguments: [
        ("1d", Cadence.Step.days(1)), ("1w", .weeks(1)), ("9999mo", .months(9999)), ("3wd", .workingDays(3)),
    ])
    func `a step of a cadence is read and printed in the same word`(word: String, step: Cadence.Step) {
        #expect(Cadence.Step(word) == step)
        #expect(step.description == word)
    }

    @Test(arguments: ["", "w", "0w", "1h", "4wh", "+1w", "01w", "10000w", "friday"])
    func `anything else is not a step`(word: String) { #expect(Cadence.Step(word) == nil) }
}
