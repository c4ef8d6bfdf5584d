@testable import Customers
import Primitives
import Testing

struct BirthdayNextTests {
    private func day(_ text: String) -> CalendarDay { CalendarDay(text)! }

    @Test func `a birthday of today is kept today`() {
        let birthday = Birthday.solar(day("1990-10-09"))
        #expect(birthday.next(from: day("2026-10-09"))?.day == day("2026-10-09"))
        #expect(birthday.next(from: day("2026-10-10"))?.day == day("2027-10-09"))
    }

    @Test func `29 February is kept on the 28th in common years`() {
        let birthday = Birthday.solar(day("2000-02-29"))
        #expect(birthday.next(from: day("2026-01-01")) == BirthdayOccasion(day: day("2026-02-28"), isClamped: true))
        #expect(birthday.next(from: day("2028-01-01")) == BirthdayOccasion(day: day("2028-02-29"), isClamped: false))
    }

    @Test func `the 30th of a short lunar month is kept on the 29th`() throws {
        let birthday = Birthday.lunar(try #require(LunarDay(year: nil, month: 8, day: 30)))
        #expect(birthday.next(from: day("2026-10-01")) == BirthdayOccasion(day: day("2026-10-09"), isClamped: true))
    }

    @Test func `a birthday late in the lunar year falls into the Gregorian year after`() throws {
        let birthday = Birthday.lunar(try #require(LunarDay(year: 1978, month: 12, day: 1)))
        let next = try #require(birthday.next(from: day("2026-01-01")))
        #expect(next.day == day("2026-01-19"))
        #expect(birthday.next(from: day("2026-01-20"))?.day.year == 2027)
    }

    @Test func `a day of a leap month is kept in the ordinary month of years without one`() throws {
        let birthday = Birthday.lunar(try #require(LunarDay(year: 1979, month: 6, isLeapMonth: true, day: 1)))
        #expect(birthday.next(from: day("2025-07-01"))?.day == day("2025-07-25"))
        #expect(birthday.next(from: day("2026-01-01"))?.day == day("2026-07-14"))
    }
}
