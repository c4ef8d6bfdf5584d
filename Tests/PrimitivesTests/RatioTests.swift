import Primitives
import Testing

@Suite struct RatioTests {
    @Test(
        arguments: [
            ("95%", 95, 2), ("0.95", 95, 2), ("12.5%", 125, 3), ("0.950", 95, 2), ("100%", 1, 0), ("1", 1, 0),
            ("0%", 0, 0), ("-5%", -5, 2), ("0.000000001", 1, 9), ("120%", 12, 1),
        ] as [(String, Int64, Int)])
    func `a ratio is exact and has one form`(text: String, units: Int64, scale: Int) throws {
        let ratio = try #require(Ratio(text))
        #expect((ratio.units, ratio.scale) == (units, scale))
        #expect(ratio == Ratio(units: units, scale: scale))
    }

    @Test(arguments: [
        "", "%", "95 %", ".5", "5.", "1.2.3", "0.0000000001", "0.00000001%", "1e3", "９５%", "1000000000000000", "+5",
        "95%%",
    ])
    func `anything else is not a ratio`(text: String) { #expect(Ratio(text) == nil) }

    @Test func `ratios of different scale compare by value`() throws {
        let rising = try ["-1", "-0.5", "0", "94.9%", "0.95", "95.01%", "999999999999999"].map {
            try #require(Ratio($0))
        }
        #expect(rising.shuffled().sorted() == rising)
        #expect(try #require(Ratio("0.95")) == #require(Ratio("95.0%")))
    }

    @Test(
        arguments: [
            ("200", 20_000, "200.00"), ("200.5", 20_050, "200.50"), ("-200.00", -20_000, "-200.00"),
            ("0.01", 1, "0.01"),
            ("-0.01", -1, "-0.01"), ("10000000000000", 1_000_000_000_000_000, "10000000000000.00"),
        ] as [(String, Int64, String)])
    func `yuan are read as fen and written with two decimals`(text: String, fen: Int64, written: String) throws {
        let money = try #require(Money(yuan: text))
        #expect(money.minorUnits == fen)
        #expect(money.yuan == written)
    }

    @Test(arguments: [
        "", "1.234", "10000000000000.01", "-10000000000001", "9999999999999999", "1,000", "￥5", "1 000", "--5", "5-",
    ])
    func `an amount with a third decimal, past the bound or not a number is refused`(text: String) {
        #expect(Money(yuan: text) == nil)
    }
}
