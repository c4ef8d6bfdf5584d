import Policy
import Primitives
import Testing

/// The days off and make-up days of 2026 as the State Council announced them.
let holidays2026: HolidayTable = {
    let daysOff = [
        "元旦": "01-01 01-02 01-03", "春节": "02-15 02-16 02-17 02-18 02-19 02-20 02-21 02-22 02-23",
        "清明节": "04-04 04-05 04-06", "劳动节": "05-01 05-02 05-03 05-04 05-05", "端午节": "06-19 06-20 06-21",
        "中秋节": "09-25 09-26 09-27", "国庆节": "10-01 10-02 10-03 10-04 10-05 10-06 10-07",
    ]
    let makeUp = ["元旦": "01-04", "春节": "02-14 02-28", "劳动节": "05-09", "国庆节": "09-20 10-10"]
    func table(_ names: [String: String]) -> [CalendarDay: String] {
        var table: [CalendarDay: String] = [:]
        for (name, dates) in names {
            for date in dates.split(separator: " ") { table[day("2026-\(date)")] = name }
        }
        return table
    }
    return HolidayTable(key: "cn", years: [2026], daysOff: table(daysOff), makeUpDays: table(makeUp))
}()

/// The shop everybody knows: Shanghai, Monday to Friday with a lunch break, the holidays of 2026.
let shop = calendar()

func calendar(
    _ week: String = "mon-fri 09:00-12:00 13:00-18:00", zone: String = "Asia/Shanghai",
    holidays: HolidayTable? = holidays2026, closed: [String] = [], open: [String] = []
) -> WorkCalendar {
    do {
        return WorkCalendar(
            zone: try #require(Zone(zone)), week: try WorkCalendar.week(week), holidays: holidays,
            closed: Set(closed.map(day)), open: Set(open.map(day)))
    } catch {
        preconditionFailure("an example of these tests is misspelt: \(error)")
    }
}

func day(_ text: String) -> CalendarDay {
    guard let day = CalendarDay(text) else { preconditionFailure("an example of these tests is misspelt: \(text)") }
    return day
}

/// An instant by the clock on the wall: `2026-09-30 17:00`, in Shanghai unless it is another calendar's.
func at(_ text: String, _ calendar: WorkCalendar = shop) -> Instant {
    let parts = text.split(separator: " ")
    let time = parts[1].split(separator: ":").compactMap { Int($0) }
    return calendar.zone.instant(day(String(parts[0])), minute: time[0] * 60 + time[1])
}

/// `2026-10-09 18:00`
func wall(_ instant: Instant, _ calendar: WorkCalendar = shop) -> String {
    let text = calendar.zone.rfc3339(instant)
    return String(text.prefix(10)) + " " + String(text.dropFirst(11).prefix(5))
}

/// Random numbers that are the same on every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
