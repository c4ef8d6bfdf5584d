@testable import Customers
import Primitives
import Testing

struct ValueTests {
    @Test(arguments: [
        ("13812345678", "13812345678"), ("138 1234 5678", "13812345678"), ("138-1234-5678", "13812345678"),
        ("+86 13812345678", "13812345678"), ("86-13812345678", "13812345678"), ("0086 138 1234 5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"), ("013812345678", "13812345678"), ("010-88886666", "01088886666"),
        ("(0755) 8888 6666", "075588886666"), ("+86 10 8888 6666", "01088886666"), ("+86 21 88886666", "02188886666"),
        ("010-88886666转12", "01088886666x12"), ("400-800-1234", "4008001234"), ("+852 2345 6789", "+85223456789"),
        ("011-76883993", "01176883993"),
    ])
    func `a telephone has one spelling`(text: String, expected: String) {
        #expect(PhoneNumber(text)?.digits == expected)
        #expect(PhoneNumber(expected)?.digits == expected)
    }

    @Test(arguments: [
        "", "1380013", "12345678901234567", "1３８ooo12345", "12812345678", "1381234567", "138123456789", "无", "+1",
        "88886666", "00000000000", "138١2345678",
    ])
    func `what is no telephone is none`(text: String) {
        #expect(PhoneNumber(text) == nil)
    }

    @Test func `a cell may hold several telephones`() throws {
        #expect(
            try PhoneNumber.list("13812345678/010-88886666；139 0000 1111").map(\.digits)
                == ["13812345678", "01088886666", "13900001111"])
        #expect(try PhoneNumber.list("13812345678 13900001111").count == 2)
        #expect(throws: UnreadableValue(found: "123")) { try PhoneNumber.list("13812345678、123") }
    }

    @Test(arguments: [
        ("1994/10/17", "1994-10-17"), ("1980-11-21", "1980-11-21"), ("1978年6月18日", "1978-06-18"),
        ("1982.4.15", "1982-04-15"), ("19640905", "1964-09-05"), ("2008年10月8日", "2008-10-08"),
        ("２００８年１０月８日", "2008-10-08"), ("阳历1990-1-2", "1990-01-02"), ("2024-2-29", "2024-02-29"),
    ])
    func `a solar birthday is read in the spellings of offices`(text: String, expected: String) throws {
        let birthday = try Birthday.read(text, today: today)
        #expect(birthday.text == expected)
        #expect(!birthday.isLunar)
        #expect(try Birthday.read(birthday.words, today: today) == birthday)
    }

    @Test(arguments: [
        ("农历2008年2月廿九", "2008-02-29"), ("农历1944年1月初一", "1944-01-01"), ("阴历八月十五", "08-15"),
        ("农历1976年腊月三十", "1976-12-30"), ("農曆1990年閏五月初二", "1990-+05-02"), ("农历1996年11月十五", "1996-11-15"),
        ("农历一九九六年冬月二十", "1996-11-20"), ("农历正月廿", "01-20"), ("农历3月3日", "03-03"),
    ])
    func `a lunar birthday stays lunar`(text: String, expected: String) throws {
        let birthday = try Birthday.read(text, today: today)
        #expect(birthday.text == expected)
        #expect(birthday.isLunar)
        #expect(Birthday(text: birthday.text, isLunar: true) == birthday)
        #expect(try Birthday.read("农历" + birthday.words, today: today) == birthday)
    }

    @Test(arguments: [
        ("1990-02-30", Birthday.Fault.impossible), ("1990-13-01", .impossible), ("2035-01-01", .implausible),
        ("1899-12-31", .implausible), ("90-1-1", .unreadable), ("5/6/1990", .unreadable), ("29000", .unreadable),
        ("1990-1", .unreadable), ("1990/1-2", .unreadable), ("不详", .unreadable), ("农历", .unreadable),
        ("农历2008年13月初一", .impossible), ("农历2008年2月卅五", .unreadable), ("农历2008年闰三月初一", .impossible),
        ("农历2009年2月四十", .impossible), ("农历1978年腊月三十", .impossible), ("农历2035年1月初一", .implausible),
        ("1990-2-29", .impossible),
    ])
    func `what is no birthday is refused with its reason`(text: String, fault: Birthday.Fault) {
        #expect(throws: fault) { try Birthday.read(text, today: today) }
    }

    @Test func `a thirtieth day exists only in the long lunar months`() {
        // 2023 had a leap second month of 29 days; its second month had 30.
        #expect(LunarDay(year: 2023, month: 2, day: 30)?.exists == true)
        #expect(LunarDay(year: 2023, month: 2, isLeapMonth: true, day: 29)?.exists == true)
        #expect(LunarDay(year: 2023, month: 2, isLeapMonth: true, day: 30)?.exists == false)
        #expect(LunarDay(year: 2024, month: 12, day: 30)?.exists == false)
    }

    @Test func `an identity number needs its check character`() {
        #expect(IdentityNumber("11010519491231002x")?.text == "11010519491231002X")
        #expect(IdentityNumber("110105194912310021") == nil)
        #expect(IdentityNumber("11010519491331002X") == nil)
        #expect(IdentityNumber("110105491231002") == nil)
    }

    @Test(arguments: ["a@b.cn", "Li.Na+x@sub.example.com", "李娜@例子.中国"])
    func `an e-mail address is kept in lower case`(text: String) {
        #expect(EmailAddress(text)?.text == text.lowercased())
    }

    @Test(arguments: [
        "", "a", "a@", "@b.cn", "a@b", "a b@c.cn", "a@@b.cn", "a@b..cn", ".a@b.cn", "a@-b.cn", "a@b.cn,c@d.cn",
    ])
    func `what is no e-mail address is none`(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    private let today = CalendarDay(year: 2026, month: 3, day: 3) ?? CalendarDay(number: 0)
}
