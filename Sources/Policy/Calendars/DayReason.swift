/// Why a day is worked or not.
public enum DayReason: Sendable, Hashable {
    /// A weekday of the company's week that has hours.
    case working
    /// A weekday without hours; also a make-up or extra day of a company whose Monday has none.
    case closedWeekday
    /// A statutory day off, with the holiday's name as the table has it.
    case holiday(String)
    /// A working day in exchange for a holiday, with the holiday's name as the table has it.
    case makeUp(String)
    /// A further closed day of this company.
    case companyClosed
    /// A further working day of this company.
    case companyOpen
}
