public import Primitives

/// When a company works: its zone, its week, and the days that differ.
public struct WorkCalendar: Sendable {
    public let zone: Zone
    /// The working intervals of each weekday, Monday first; rising, not touching, each within the day.
    public let week: [[Interval]]
    /// Statutory days off and make-up working days; `nil` where the company keeps none.
    public let holidays: HolidayTable?
    /// Further closed days of this company.
    public let closed: Set<CalendarDay>
    /// Further working days of this company, with Monday's hours.
    public let open: Set<CalendarDay>

    public init(
        zone: Zone, week: [[Interval]], holidays: HolidayTable?, closed: Set<CalendarDay> = [],
        open: Set<CalendarDay> = []
    ) {
        self.zone = zone
        self.week = week
        self.holidays = holidays
        self.closed = closed
        self.open = open
    }

    /// A stretch of work on one day, in minutes since midnight, 0…1440.
    public struct Interval: Sendable, Hashable {
        public let start: Int
        public let end: Int

        public init(start: Int, end: Int) {
            self.start = start
            self.end = end
        }
    }
}

/// The public holidays of a country as announced for each year.
public struct HolidayTable: Sendable {
    /// `cn`
    public let key: String
    /// The years that have been announced.
    public let years: Set<Int>
    /// The day off → the holiday's name.
    public let daysOff: [CalendarDay: String]
    /// The weekend day that is worked in exchange → the holiday's name.
    public let makeUpDays: [CalendarDay: String]

    public init(key: String, years: Set<Int>, daysOff: [CalendarDay: String], makeUpDays: [CalendarDay: String]) {
        self.key = key
        self.years = years
        self.daysOff = daysOff
        self.makeUpDays = makeUpDays
    }
}
