import Policy
import Primitives
import Testing

/// What holds for every deadline, tried with random ones that are the same on each run.
@Suite struct DuePropertyTests {
    private static let calendars = [
        shop, calendar("mon-sat 10:00-22:00"), calendar("mon 08:00-11:00; wed-thu 00:00-24:00; sun 22:00-24:00"),
        calendar("mon-fri 09:00-12:00 13:00-18:00", zone: "Europe/Berlin", holidays: nil),
        calendar("mon-sun 00:30-03:15 04:00-24:00", zone: "America/New_York", holidays: nil, closed: ["2026-11-01"]),
    ]

    private static func start(_ generator: inout SeededGenerator) -> Instant {
        at("2026-01-01 00:00").adding(milliseconds: .random(in: 0..<31_536_000_000, using: &generator))
    }

    @Test(arguments: calendars.indices)
    func `nothing falls due before it starts`(index: Int) throws {
        var generator = SeededGenerator(seed: 1)
        let calendar = Self.calendars[index]
        for _ in 0..<300 {
            let number = Int.random(in: 0...60, using: &generator)
            let deadlines: [Deadline] = [
                .hours(number), .workingHours(number), .days(number + 1), .weeks(number + 1), .months(number + 1),
                .workingDays(number + 1), .sameDay, .nextDay,
                .weekday(.allCases.randomElement(using: &generator) ?? .monday),
                .dayOfMonth(number % 31 + 1), .lastDayOfMonth,
            ]
            let start = Self.start(&generator)
            for deadline in deadlines {
                let due = try calendar.due(deadline, from: start)
                #expect(due.instant >= start, "\(deadline) from \(start.rfc3339)")
                #expect(due.steps.first?.kind == .start && due.steps.first?.instant == start)
                #expect(due.steps.last?.kind == .end && due.steps.last?.instant == due.instant)
            }
        }
    }

    @Test(arguments: calendars.indices)
    func `working hours add up`(index: Int) throws {
        var generator = SeededGenerator(seed: 2)
        let calendar = Self.calendars[index]
        for _ in 0..<300 {
            let start = Self.start(&generator)
            let (first, second) = (Int.random(in: 0...50, using: &generator), Int.random(in: 1...50, using: &generator))
            let whole = try calendar.due(.workingHours(first + second), from: start).instant
            let half = try calendar.due(.workingHours(first), from: start).instant
            #expect(try calendar.due(.workingHours(second), from: half).instant == whole)
            #expect(calendar.workingMinutes(from: start, to: whole) == (first + second) * 60)
        }
    }

    @Test(arguments: calendars.indices)
    func `so many working days end at the close of a working day, with as many between`(index: Int) throws {
        var generator = SeededGenerator(seed: 3)
        let calendar = Self.calendars[index]
        for _ in 0..<200 {
            let start = Self.start(&generator)
            let number = Int.random(in: 1...40, using: &generator)
            let due = try calendar.due(.workingDays(number), from: start)
            let end = try #require(due.steps.last)
            #expect(end.edge == .close)
            #expect(calendar.isOpen(at: due.instant.adding(milliseconds: -1)))
            #expect(calendar.hours(on: end.day).last?.end == end.minute)
            let first = calendar.zone.local(start).day
            let between = (first.number + 1...end.day.number).filter { calendar.isWorkingDay(CalendarDay(number: $0)) }
            #expect(between.count == number)
        }
    }

    @Test(arguments: calendars.indices)
    func `every day from the start to the end is told once, in order`(index: Int) throws {
        var generator = SeededGenerator(seed: 4)
        let calendar = Self.calendars[index]
        for _ in 0..<200 {
            let start = Self.start(&generator)
            let number = Int.random(in: 1...40, using: &generator)
            for deadline in [Deadline.days(number), .workingDays(number), .sameDay, .nextDay, .workingHours(number)] {
                let steps = try calendar.due(deadline, from: start).steps
                let days = steps.filter { $0.kind == .skipped || $0.kind == .counted }.map(\.day.number)
                let (first, last) = (try #require(steps.first).day.number, try #require(steps.last).day.number)
                #expect(days == Array(first...last), "\(deadline) from \(start.rfc3339)")
            }
        }
    }

    @Test(arguments: calendars.indices)
    func `what starts later is not due earlier`(index: Int) throws {
        var generator = SeededGenerator(seed: 5)
        let calendar = Self.calendars[index]
        for _ in 0..<200 {
            let start = Self.start(&generator)
            let later = start.adding(minutes: .random(in: 0...3000, using: &generator))
            for deadline in [
                Deadline.workingHours(5), .workingDays(3), .sameDay, .nextDay, .months(1), .dayOfMonth(31),
            ] {
                #expect(try calendar.due(deadline, from: later).instant >= calendar.due(deadline, from: start).instant)
            }
        }
    }
}
