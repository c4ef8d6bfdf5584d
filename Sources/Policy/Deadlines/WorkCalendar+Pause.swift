public import Primitives

/// How waiting moved a deadline.
public struct MovedDue: Sendable, Hashable {
    public let was: Instant
    /// What was waited, as the deadline counts: whole minutes of work, or all of it.
    public let waited: Int64
    public let isWorkingTime: Bool
    public let due: Instant
}

extension WorkCalendar {
    /// When a duty falls due that waited: as much later as it waited, in working time for a deadline of working time and
    /// in elapsed time for any other.
    /// - Throws: `.neverOpens`, `.tooFar`.
    public func due(
        _ deadline: Deadline, movedFrom due: Instant, waitingFrom start: Instant, to end: Instant
    ) throws(DeadlineRefusal) -> MovedDue {
        switch deadline {
        case .workingHours, .workingDays, .sameDay, .nextDay:
            let waited = Int64(workingMinutes(from: start, to: end)) * 60_000
            return MovedDue(was: due, waited: waited, isWorkingTime: true, due: try working(waited, after: due))
        case .hours, .days, .weeks, .months, .weekday, .dayOfMonth, .lastDayOfMonth, .before:
            let waited = max(0, end.since(start))
            return MovedDue(was: due, waited: waited, isWorkingTime: false, due: due.adding(milliseconds: waited))
        }
    }

    /// The instant so much working time later; one that falls on a close stays there.
    private func working(_ milliseconds: Int64, after start: Instant) throws(DeadlineRefusal) -> Instant {
        if milliseconds <= 0 { return start }
        var left = milliseconds
        var day = zone.local(start).day
        var lastWorked = day
        while true {
            for span in spans(on: day) where start < span.upperBound {
                lastWorked = day
                let from = max(start, span.lowerBound)
                let length = span.upperBound.since(from)
                if left <= length { return from.adding(milliseconds: left) }
                left -= length
            }
            guard day.number - lastWorked.number < 366 else { throw .neverOpens(after: lastWorked) }
            guard day.parts.year < 9000 else { throw .tooFar }
            day = day.adding(days: 1)
        }
    }
}
