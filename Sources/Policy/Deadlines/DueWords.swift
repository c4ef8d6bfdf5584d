import Primitives

/// The words that a deadline's arithmetic is told in.
///
/// Days of another year than the start's are written with their year.
struct DueWords {
    let language: Language
    let year: Int

    private func say(_ simplified: String, _ traditional: String, _ english: String) -> String {
        switch language {
        case .simplified: simplified
        case .traditional: traditional
        case .english: english
        }
    }

    // MARK: Labels

    func label(_ kind: DueStep.Kind) -> String {
        switch kind {
        case .start: say("起算", "起算", "From")
        case .skipped: say("不计", "不計", "Skipped")
        case .opens: say("上班", "上班", "Opens")
        case .counted: say("计入", "計入", "Counted")
        case .elapsed: say("加", "加", "Plus")
        case .before: say("倒推", "倒推", "Back from")
        case .end: say("应于", "應於", "Due")
        }
    }

    // MARK: Days

    /// `10月9日` or `9 Oct`.
    func date(_ day: CalendarDay) -> String {
        let (year, month, number) = day.parts
        return switch language {
        case .simplified, .traditional: (year == self.year ? "" : "\(year)年") + "\(month)月\(number)日"
        case .english: "\(number) \(Self.months[month - 1])" + (year == self.year ? "" : " \(year)")
        }
    }

    /// `10月9日 周五` or `Fri 9 Oct`.
    func dateAndWeekday(_ day: CalendarDay) -> String {
        let index = day.weekday.rawValue - 1
        return switch language {
        case .simplified: date(day) + " 周" + Self.weekdays[index]
        case .traditional: date(day) + " 週" + Self.weekdays[index]
        case .english: day.weekday.word.prefix(3).capitalizedFirst + " " + date(day)
        }
    }

    /// `10月9日 周五18:00` or `Fri 9 Oct, 18:00`.
    func moment(_ day: CalendarDay, minute: Int) -> String {
        dateAndWeekday(day) + say("", "", ", ") + clock(minute)
    }

    /// `10月1–7日`, `9月30日–10月2日` or `1–7 Oct`.
    func range(_ first: CalendarDay, _ last: CalendarDay) -> String {
        let isOneMonth = first.year == last.year && first.month == last.month
        guard isOneMonth else { return date(first) + say("–", "–", " – ") + date(last) }
        return switch language {
        case .simplified, .traditional: String(date(first).dropLast()) + "–\(last.day)日"
        case .english: "\(first.day)–" + date(last)
        }
    }

    // MARK: Reasons

    /// Why a day is skipped, or what makes it count; empty for an ordinary working day.
    func reason(_ reason: DueStep.Reason, on day: CalendarDay) -> String {
        switch reason {
        case .startingDay: say("当日", "當日", "starting day")
        case .afterClose: say("已下班", "已下班", "after close")
        case .day(.working): ""
        case .day(.closedWeekday):
            day.weekday.rawValue > 5 ? say("周末", "週末", "weekend") : say("休息日", "休息日", "closed")
        case .day(.holiday(let name)): holiday(name)
        case .day(.makeUp(let name)):
            say(name + "调休上班", holiday(name) + "調休上班", "make-up day for " + holiday(name))
        case .day(.companyClosed): say("公司休息", "公司休息", "company closed")
        case .day(.companyOpen): say("公司上班日", "公司上班日", "company open")
        }
    }

    /// The holiday in that language; a name that is not known stays as the table has it.
    private func holiday(_ name: String) -> String {
        guard let others = Self.holidays[name] else { return name }
        return say(name, others.traditional, others.english)
    }

    // MARK: Counts

    /// What a counted day brings the count to.
    func running(_ count: DueCount) -> String {
        switch count {
        case .hours(let number): span(.hours(number))
        case .workingMinutes: say("累计", "累計", "") + span(count) + say("", "", " so far")
        case .days(let number): say("第\(number)天", "第\(number)天", "day \(number)")
        case .workingDays(let number): say("第\(number)个工作日", "第\(number)個工作日", "working day \(number)")
        case .weeks(let number): say("满\(number)周", "滿\(number)週", "week \(number)")
        case .months(let number): say("满\(number)个月", "滿\(number)個月", "month \(number)")
        }
    }

    /// What a run of counted days brings the count to, from its first day to its last.
    func running(_ first: DueCount, through last: DueCount) -> String {
        switch (first, last) {
        case (.days(1), _), (.workingDays(1), _): span(last)
        case (.days(let from), .days(let to)):
            say("第\(from)–\(to)天", "第\(from)–\(to)天", "days \(from)–\(to)")
        case (.workingDays(let from), .workingDays(let to)):
            say("第\(from)–\(to)个工作日", "第\(from)–\(to)個工作日", "working days \(from)–\(to)")
        default: running(last)
        }
    }

    /// A number of something by itself: `7天`.
    func span(_ count: DueCount) -> String {
        switch count {
        case .hours(let number): say("\(number)小时", "\(number)小時", plural(number, "hour"))
        case .workingMinutes(let minutes): workingTime(minutes)
        case .days(let number): say("\(number)天", "\(number)天", plural(number, "day"))
        case .workingDays(let number): say("\(number)个工作日", "\(number)個工作日", plural(number, "working day"))
        case .weeks(let number): say("\(number)周", "\(number)週", plural(number, "week"))
        case .months(let number): say("\(number)个月", "\(number)個月", plural(number, "month"))
        }
    }

    private func workingTime(_ minutes: Int) -> String {
        let (hours, rest) = (minutes / 60, minutes % 60)
        var words: [String] = []
        if hours > 0 || rest == 0 { words.append(span(.hours(hours))) }
        if rest > 0 { words.append(say("\(rest)分钟", "\(rest)分鐘", plural(rest, "minute"))) }
        return words.joined(separator: say("", "", " "))
    }

    private func plural(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    // MARK: Sentences

    var roundTheClock: String { say("昼夜不停", "晝夜不停", "day and night") }
    var close: String { say("下班", "下班", "close of work") }

    func unannounced(_ year: Int) -> String {
        say(
            "\(year)年放假安排尚未公布，按平常周历计算，公布后可能变动。",
            "\(year)年放假安排尚未公布，按平常週曆計算，公布後可能變動。",
            "The holidays of \(year) are not announced yet; counted by the ordinary week, the date may change.")
    }

    func beforeTable(_ year: Int) -> String {
        say(
            "节假日表里没有\(year)年，按平常周历计算。", "節假日表裡沒有\(year)年，按平常週曆計算。",
            "This table has no holidays of \(year); counted by the ordinary week.")
    }

    func refusal(_ refusal: DeadlineRefusal) -> String {
        switch refusal {
        case .neverOpens(let day):
            say(
                "\(day)之后366天没有一个工作日，请检查工作周历。", "\(day)之後366天沒有一個工作日，請檢查工作週曆。",
                "There is no working day in the 366 days after \(day). Check the calendar.")
        case .tooFar:
            say("期限太远，请改短。", "期限太遠，請改短。", "The deadline lies too far away. Choose a shorter one.")
        case .noDate(let field):
            say("“\(field)”没有填日期，无法倒推期限。", "“\(field)”沒有填日期，無法倒推期限。", "“\(field)” holds no date to count back from.")
        }
    }

    private static let weekdays = ["一", "二", "三", "四", "五", "六", "日"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let holidays: [String: (traditional: String, english: String)] = [
        "元旦": ("元旦", "New Year’s Day"), "春节": ("春節", "Spring Festival"), "清明节": ("清明節", "Qingming Festival"),
        "劳动节": ("勞動節", "Labour Day"), "端午节": ("端午節", "Dragon Boat Festival"),
        "中秋节": ("中秋節", "Mid-Autumn Festival"), "国庆节": ("國慶節", "National Day"),
    ]
}

extension Substring {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
