import Policy
import Primitives
import Testing

/// Waiting moves a deadline by as much as it lasted, as the deadline counts time.
@Suite struct MovedDueTests {
    @Test(arguments: [
        // Working time: within a stretch, over lunch, over a night, a weekend and the National Day holidays.
        ("4wh", "2026-09-29 14:00", "2026-09-29 10:00", "2026-09-29 11:00", "2026-09-29 15:00"),
        ("4wh", "2026-09-29 14:00", "2026-09-29 11:30", "2026-09-29 13:30", "2026-09-29 15:00"),
        ("4wh", "2026-09-29 17:00", "2026-09-29 10:00", "2026-09-29 12:00", "2026-09-30 10:00"),
        ("4wh", "2026-09-29 17:00", "2026-09-29 10:00", "2026-09-29 11:00", "2026-09-29 18:00"),
        ("4wh", "2026-09-30 17:00", "2026-09-29 16:00", "2026-09-30 11:00", "2026-10-08 12:00"),
        ("2wd", "2026-10-08 18:00", "2026-09-30 09:00", "2026-10-08 09:00", "2026-10-09 18:00"),
        ("same_day", "2026-09-29 18:00", "2026-09-29 17:00", "2026-09-29 17:59", "2026-09-30 09:59"),
        // Nothing is worked at night and on holidays, so nothing was waited.
        ("next_day", "2026-10-08 18:00", "2026-10-01 00:00", "2026-10-08 00:00", "2026-10-08 18:00"),
        // Elapsed time passes always.
        ("24h", "2026-09-30 10:00", "2026-09-29 12:00", "2026-09-29 13:30", "2026-09-30 11:30"),
        ("24h", "2026-09-30 10:00", "2026-09-29 20:00", "2026-10-02 20:00", "2026-10-03 10:00"),
        ("3d", "2026-10-03 00:00", "2026-09-30 10:00", "2026-10-01 10:00", "2026-10-04 00:00"),
    ])
    func `a deadline moves`(word: String, due: String, start: String, end: String, expected: String) throws {
        let moved = try shop.due(
            try #require(Deadline(word)), movedFrom: at(due), waitingFrom: at(start), to: at(end))
        #expect(wall(moved.due) == expected)
        #expect(moved.was == at(due) && moved.isWorkingTime == !["24h", "3d"].contains(word))
    }

    @Test func `two spans of waiting move it as one of both does`() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let start = at("2026-09-28 00:00").adding(minutes: .random(in: 0..<20_000, using: &random))
            let middle = start.adding(minutes: .random(in: 0..<5000, using: &random))
            let end = middle.adding(minutes: .random(in: 0..<5000, using: &random))
            for deadline in [Deadline.workingHours(4), .hours(24)] {
                let due = try shop.due(deadline, from: start).instant
                let one = try shop.due(deadline, movedFrom: due, waitingFrom: start, to: end).due
                let first = try shop.due(deadline, movedFrom: due, waitingFrom: start, to: middle).due
                let two = try shop.due(deadline, movedFrom: first, waitingFrom: middle, to: end).due
                #expect(one == two && one >= due)
            }
        }
    }
}
