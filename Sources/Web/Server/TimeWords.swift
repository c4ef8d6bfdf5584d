import Policy
import Primitives

/// Says times as people at the desk say them: `剩3小时28分`, `今天18:00`, `10月9日 周五`.
struct TimeWords {
    let words: Words
    let zone: Zone
    let now: Instant
    private let today: CalendarDay

    init(words: Words, zone: Zone, now: Instant) {
        self.words = words
        self.zone = zone
        self.now = now
        today = zone.local(now).day
    }

    private var isEnglish: Bool { words.language == .english }

    /// `3小时28分`, `1天9小时`, `28分`.
    func span(_ milliseconds: Int64) -> String {
        let minutes = max(0, milliseconds) / 60_000
        let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60)
        if days > 9 { return words("{0}天", String(days)) }
        if days > 0 { return words("{0}天{1}小时", String(days), String(hours)) }
        if hours > 0 { return words("{0}小时{1}分", String(hours), padded(rest)) }
        return words("{0}分", String(rest))
    }

    /// What is left, or by how much it is late.
    func left(until due: Instant) -> String {
        due >= now ? words("剩{0}", span(due.since(now))) : words("逾期{0}", span(now.since(due)))
    }

    /// How far ahead of its time something was done, or how late.
    func done(at closed: Instant, due: Instant) -> String {
        closed <= due ? words("提前{0}", span(due.since(closed))) : words("迟{0}", span(closed.since(due)))
    }

    /// `今天18:00`, `周六24:00`, `10月13日09:30`; midnight belongs to the day that ends.
    func at(_ instant: Instant) -> String {
        var local = zone.local(instant)
        var clock = padded(Int64(local.minute / 60)) + ":" + padded(Int64(local.minute % 60))
        if local.minute == 0, local.second == 0 {
            local = zone.local(instant.adding(milliseconds: -1))
            clock = "24:00"
        }
        return relative(local.day) + (isEnglish ? " " : "") + clock
    }

    private func relative(_ day: CalendarDay) -> String {
        // The same words head groups of a list; within a line English writes them small.
        switch day.number - today.number {
        case 0: return inLine(words("今天"))
        case 1: return inLine(words("明天"))
        case -1: return inLine(words("昨天"))
        case 2...6: return weekday(day)
        default: return date(day)
        }
    }

    private func inLine(_ word: String) -> String { isEnglish ? word.lowercased() : word }

    /// `10月13日`, with the year when it is another one.
    func date(_ day: CalendarDay) -> String {
        let (year, month, number) = day.parts
        if isEnglish {
            let name = Self.months[month - 1]
            return year == today.year ? "\(number) \(name)" : "\(number) \(name) \(year)"
        }
        let text = "\(month)月\(number)日"
        return year == today.year ? text : "\(year)年" + text
    }

    /// What a browser's `datetime-local` field takes: `2026-10-09T09:26`.
    func fieldValue(_ instant: Instant) -> String { zone.local(instant).day.description + "T" + clock(instant) }

    /// `11-21`, for a narrow margin.
    func shortDate(_ day: CalendarDay) -> String { String(day.description.suffix(5)) }

    /// `10月9日 周五`, `Fri 9 Oct`.
    func fullDate(_ day: CalendarDay) -> String {
        isEnglish ? weekday(day) + " " + date(day) : date(day) + " " + weekday(day)
    }

    func weekday(_ day: CalendarDay) -> String {
        words(["周一", "周二", "周三", "周四", "周五", "周六", "周日"][day.weekday.rawValue - 1])
    }

    /// `09:26`.
    func clock(_ instant: Instant) -> String {
        let local = zone.local(instant)
        return padded(Int64(local.minute / 60)) + ":" + padded(Int64(local.minute % 60))
    }

    /// `10月9日 09:26`.
    func moment(_ instant: Instant) -> String { date(zone.local(instant).day) + " " + clock(instant) }

    private func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }

    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
