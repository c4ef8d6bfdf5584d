import Testing

@Suite struct CalendarFaultTests {
    @Test func `an unknown time zone is reported with the nearest`() {
        let errors = SampleCharter.errors(("Asia/Shanghai", "Asia/Shangai"))
        #expect(
            errors == [
                "shop.yaml:7:14: error: calendar.time_zone: found \"Asia/Shangai\", expected a time zone such "
                    + "as Asia/Shanghai; did you mean \"Asia/Shanghai\"?"
            ])
    }

    @Test func `hours that overlap are refused`() {
        let errors = SampleCharter.errors(("09:00-12:00 13:00-18:00", "09:00-13:00 12:00-18:00"))
        #expect(
            errors == [
                "shop.yaml:8:19: error: calendar.week.mon-fri: found \"09:00-13:00 12:00-18:00\", expected "
                    + "closed, or hours such as \"09:00-12:00 13:00-18:00\", rising and apart"
            ])
    }

    @Test func `hours that touch are refused`() {
        let errors = SampleCharter.errors(("09:00-12:00 13:00-18:00", "09:00-12:00 12:00-18:00"))
        #expect(
            errors == [
                "shop.yaml:8:19: error: calendar.week.mon-fri: found \"09:00-12:00 12:00-18:00\", expected "
                    + "closed, or hours such as \"09:00-12:00 13:00-18:00\", rising and apart"
            ])
    }

    @Test func `hours past midnight are refused`() {
        let errors = SampleCharter.errors(("10:00-16:00", "22:00-24:30"))
        #expect(
            errors == [
                "shop.yaml:8:51: error: calendar.week.sat: found \"22:00-24:30\", expected closed, or hours "
                    + "such as \"09:00-12:00 13:00-18:00\", rising and apart"
            ])
    }

    @Test func `a day of the week stands once`() {
        let errors = SampleCharter.errors(("sat: \"10:00-16:00\"", "fri: \"10:00-16:00\""))
        #expect(
            errors == [
                "shop.yaml:8:46: error: calendar.week.fri: found \"fri\", expected each day of the week once"
            ])
    }

    @Test func `an unknown day of the week is reported`() {
        let errors = SampleCharter.errors(("sun: closed", "sunday: closed"))
        #expect(
            errors == [
                "shop.yaml:8:66: error: calendar.week.sunday: found \"sunday\", expected a day or days such as "
                    + "mon or mon-fri"
            ])
    }

    @Test func `without hours on Monday there are none for a make-up day`() {
        let errors = SampleCharter.errors(("mon-fri", "tue-fri"))
        #expect(
            errors == [
                "shop.yaml:8:9: error: calendar.week: found no hours on Monday, expected Monday's hours, which "
                    + "extra working days follow"
            ])
    }

    @Test func `a week without work is refused`() {
        let errors = SampleCharter.errors(
            ("{mon-fri: \"09:00-12:00 13:00-18:00\", sat: \"10:00-16:00\", sun: closed}", "{mon: closed}"),
            ("holidays: cn", "holidays: none"),
            ("  open: [2026-12-26]\n", ""))
        #expect(
            errors == [
                "shop.yaml:8:9: error: calendar.week: found a map, expected working hours on a day at least"
            ])
    }

    @Test func `an unknown holiday table is reported`() {
        let errors = SampleCharter.errors(("holidays: cn", "holidays: cm"))
        #expect(
            errors == [
                "shop.yaml:9:13: error: calendar.holidays: found \"cm\", expected one of cn, none; did you "
                    + "mean \"cn\"?"
            ])
    }

    @Test func `a day is not both closed and open`() {
        let errors = SampleCharter.errors(("open: [2026-12-26]", "open: [2026-12-25]"))
        #expect(
            errors == [
                "shop.yaml:11:10: error: calendar.open.0: found \"2026-12-25\", expected a day that is not "
                    + "closed too"
            ])
    }

    @Test func `a closed day is a date`() {
        let errors = SampleCharter.errors(("closed: [2026-12-25]", "closed: [Christmas]"))
        #expect(
            errors == [
                "shop.yaml:10:12: error: calendar.closed.0: found \"Christmas\", expected a date such as "
                    + "2026-01-31"
            ])
    }
}
