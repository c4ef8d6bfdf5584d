/// What the clock on the wall shows at an instant: a day, the minute of that day, the second.
public struct LocalTime: Hashable, Sendable {
    public let day: CalendarDay
    /// Whole minutes since midnight, 0…1439.
    public let minute: Int
    public let second: Int

    /// - Parameter offset: seconds east of UTC at that instant.
    public init(_ instant: Instant, offset: Int) {
        let seconds = instant.milliseconds.flooredTo(1000) / 1000 + Int64(offset)
        let midnight = seconds.flooredTo(86_400)
        self.day = CalendarDay(number: Int(midnight / 86_400))
        let ofDay = Int(seconds - midnight)
        self.minute = ofDay / 60
        self.second = ofDay % 60
    }
}
