import Policy
import Primitives
import Testing

struct FormParsingTests {
    @Test func `each kind of field is read into its own shape`() throws {
        let id = "01890000-0000-7000-8000-000000000001"
        let parsed = try form.parse(
            [
                "story": .text("  灯坏了，\r\n请换。 "), "headline": .text("换灯"), "channel": .text("phone"),
                "urgent": .text("yes"), "rooms": .text("3"), "price": .text("12.5"), "promised": .text("2026-10-09"),
                "called": .text("2026-10-09T10:00:00+08:00"), "customer": .text(id), "handler": .text(id),
                "rank": .text("clerk"), "branch": .text(id), "earlier": .text(id),
            ], zone: shop.zone, at: noon)
        #expect(
            parsed == [
                "story": .text("灯坏了，\n请换。"), "headline": .text("换灯"), "channel": .text("phone"),
                "urgent": .flag(true), "rooms": .integer(3), "price": .integer(1250), "promised": .text("2026-10-09"),
                "called": .text("2026-10-09T02:00:00Z"), "customer": .text(id), "handler": .text(id),
                "rank": .text("clerk"), "branch": .text(id), "earlier": .text(id),
            ])
    }

    @Test func `numbers and flags of JSON are read as those of a form`() throws {
        #expect(try read(.number(minimum: nil, maximum: nil), .integer(7)) == .integer(7))
        #expect(try read(.flag, .flag(false)) == .flag(false))
        #expect(try read(.flag, .integer(1)) == .flag(true))
    }

    @Test(arguments: ["", " ", "\n\t ", "\u{3000}", "\u{FEFF}"])
    func `empty text counts as absent`(text: String) throws {
        #expect(try Form.parse(["word": .text(text)], by: [field(.line(maximum: 5))], zone: shop.zone, at: noon) == [:])
        #expect(faults(["word": .text(text)], [field(.line(maximum: 5), isRequired: true)]) == [.missing])
    }

    @Test func `every fault is told at once, the unknown fields last`() {
        let fields = [
            field(.line(maximum: 5), "headline", isRequired: true), field(.flag, "urgent"), field(.money, "price"),
            field(.date, "promised"),
        ]
        let input: Fields = [
            "urgent": .text("perhaps"), "price": .text("1.234"), "promised": .text("2026-02-30"), "headlin": .text("x"),
            "zzz": .text("y"),
        ]
        #expect(
            told { _ = try Form.parse(input, by: fields, zone: shop.zone, at: noon) } == [
                FormFault("headline", .missing), FormFault("urgent", .notAFlag), FormFault("price", .notAnAmount),
                FormFault("promised", .notADate), FormFault("headlin", .unknownField(nearest: "headline")),
                FormFault("zzz", .unknownField(nearest: nil)),
            ])
    }

    @Test func `a text may be as long as its limit and no longer`() {
        #expect(faults(.text(maximum: 5), .text("五个字符了")).isEmpty)
        #expect(faults(.text(maximum: 5), .text("有六个字符了")) == [.tooLong(maximum: 5)])
        #expect(faults(.line(maximum: 5), .text("五个字符了")).isEmpty)
        #expect(faults(.line(maximum: 5), .text("有六个字符了")) == [.tooLong(maximum: 5)])
    }

    @Test func `one letter under a thousand accents is a thousand characters long`() {
        let heap = "e" + String(repeating: "\u{301}", count: 1000)
        #expect(heap.count == 1)
        #expect(faults(.line(maximum: 5), .text(heap)) == [.tooLong(maximum: 5)])
    }

    @Test(arguments: ["one\ntwo", "one\rtwo", "one\r\ntwo", "one\u{2028}two", "one\u{2029}two"])
    func `a line has no break`(text: String) {
        #expect(faults(.line(maximum: 50), .text(text)) == [.unreadable])
        #expect(faults(.text(maximum: 50), .text(text)).isEmpty)
    }

    @Test(arguments: ["a\u{0}b", "a\u{1B}[31m", "a\u{7F}b", "a\u{85}b", "a\u{9B}b"])
    func `control characters are unreadable`(text: String) {
        #expect(faults(.text(maximum: 50), .text(text)) == [.unreadable])
    }

    @Test func `a list is no value of a field`() {
        #expect(faults(.text(maximum: 50), .list([.text("a")])) == [.unreadable])
    }

    @Test func `a choice is one of its words, whatever the case of their titles`() {
        let kind = FieldKind.choice(["store", "phone"].map { Choice(key: $0, title: title, clauses: []) })
        #expect(faults(kind, .text("store")).isEmpty)
        #expect(faults(kind, .text("Store")) == [.notAChoice(expected: ["store", "phone"])])
        #expect(faults(kind, .text("fax")) == [.notAChoice(expected: ["store", "phone"])])
    }

    @Test(arguments: [("true", true), ("yes", true), ("on", true), ("1", true)])
    func `a flag that is set`(word: String, value: Bool) throws {
        #expect(try read(.flag, .text(word)) == .flag(value))
    }

    @Test(arguments: ["false", "no", "off", "0"])
    func `a flag that is not set`(word: String) throws {
        #expect(try read(.flag, .text(word)) == .flag(false))
    }

    @Test func `a number lies within its bounds, both included`() throws {
        let kind = FieldKind.number(minimum: 1, maximum: 10)
        #expect(try read(kind, .text("1")) == .integer(1))
        #expect(try read(kind, .text("10")) == .integer(10))
        #expect(faults(kind, .text("0")) == [.belowMinimum(1)])
        #expect(faults(kind, .text("11")) == [.aboveMaximum(10)])
        #expect(faults(kind, .text("1.0")) == [.notANumber])
        #expect(faults(kind, .text("ten")) == [.notANumber])
    }

    @Test func `numbers are bounded so that sums cannot overflow`() throws {
        let kind = FieldKind.number(minimum: nil, maximum: nil)
        #expect(try read(kind, .text("1000000000000000")) == .integer(1_000_000_000_000_000))
        #expect(try read(kind, .text("-1000000000000000")) == .integer(-1_000_000_000_000_000))
        #expect(faults(kind, .text("1000000000000001")) == [.notANumber])
        #expect(faults(kind, .text("9223372036854775807")) == [.notANumber])
        // The one number whose magnitude is no number of its own type.
        #expect(faults(kind, .text("-9223372036854775808")) == [.notANumber])
        #expect(faults(kind, .integer(.min)) == [.notANumber])
        #expect(faults(kind, .text("9223372036854775808")) == [.notANumber])
    }

    @Test(arguments: [("200", 20_000), ("200.5", 20_050), ("200.05", 20_005), ("-3.00", -300), ("0.01", 1)])
    func `money is yuan with at most two decimals, kept as fen`(text: String, fen: Int64) throws {
        #expect(try read(.money, .text(text)) == .integer(fen))
    }

    @Test(arguments: ["1.234", "1,000", "¥5", "1e3", ".5", "5.", "10000000000000.01"])
    func `what is no amount`(text: String) {
        #expect(faults(.money, .text(text)) == [.notAnAmount])
    }

    @Test(arguments: ["2026-02-29", "2026-13-01", "2026-1-1", "01/02/2026", "today", "2026-10-09T10:00"])
    func `what is no date`(text: String) {
        #expect(faults(.date, .text(text)) == [.notADate])
    }

    @Test func `a leap day is a date in a leap year`() throws {
        #expect(try read(.date, .text("2028-02-29")) == .text("2028-02-29"))
    }

    @Test(arguments: [
        ("2026-10-09T10:00:00+08:00", "2026-10-09T02:00:00Z"), ("2026-10-09T10:00:00Z", "2026-10-09T10:00:00Z"),
        // What a browser sends has no zone: the company's own is meant.
        ("2026-10-09T10:00", "2026-10-09T02:00:00Z"), ("2026-10-09T00:30:15", "2026-10-08T16:30:15Z"),
        ("2026-10-09T23:59", "2026-10-09T15:59:00Z"),
    ])
    func `a time is kept in UTC`(text: String, kept: String) throws {
        #expect(try read(.time, .text(text)) == .text(kept))
    }

    @Test(arguments: [
        "2026-10-09", "10:00", "2026-10-09T24:00", "2026-10-09T10:60", "2026-10-09T10:00:60", "2026-10-09T10",
        "2026-10-09T1:2", "2026-10-09T10:00:00:00", "2026-10-09T10:00:xx", "2026-10-09T+1:-2", "2026-02-30T10:00",
        "2026-10-09T10:00T", "2026-10-09TT10:00",
    ])
    func `what is no time`(text: String) {
        #expect(faults(.time, .text(text)) == [.notATime])
    }

    @Test func `what has happened lies at latest at the moment it is entered`() {
        #expect(faults(.time, .text("2026-10-09T12:00"), isPast: true).isEmpty)
        #expect(faults(.time, .text("2026-10-09T12:00:01"), isPast: true) == [.afterNow])
        #expect(faults(.time, .text("2026-10-09T04:00:00.001Z"), isPast: true) == [.afterNow])
        #expect(faults(.time, .text("2026-10-09T12:00:01")).isEmpty, "where it may lie ahead")
        #expect(faults(.date, .text("2026-10-09"), isPast: true).isEmpty, "the whole of today")
        #expect(faults(.date, .text("2026-10-10"), isPast: true) == [.afterToday])
        #expect(faults(.date, .text("2026-10-10")).isEmpty)
    }

    @Test func `today is the company's`() throws {
        let held = field(.date, isPast: true)
        let late = at("2026-10-09 23:59")
        for zone in [shop.zone, try #require(Zone("UTC"))] {
            let today = zone.local(late).day
            #expect(throws: Never.self) {
                try Form.parse(["word": .text(today.description)], by: [held], zone: zone, at: late)
            }
            #expect(throws: FormFaults([FormFault("word", .afterToday)])) {
                try Form.parse(["word": .text(today.adding(days: 1).description)], by: [held], zone: zone, at: late)
            }
        }
    }

    @Test(arguments: [FieldKind.customer, .staff, .unit, .matter])
    func `a reference is an identifier`(kind: FieldKind) {
        #expect(faults(kind, .text("张三")) == [.unknownReference])
        #expect(faults(kind, .text("01890000-0000-7000-8000-000000000001")).isEmpty)
    }

    @Test func `what is read once is read the same again`() throws {
        var random = SeededGenerator(seed: 7)
        let pieces = ["灯", " ", "\n", "\r\n", "\t", "a", "́", "𝄞", "\u{3000}", "."]
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }.joined()
            let fields = [field(.text(maximum: 40), "story")]
            let once = try Form.parse(["story": .text(text)], by: fields, zone: shop.zone, at: noon)
            #expect(try Form.parse(once, by: fields, zone: shop.zone, at: noon) == once)
        }
    }
}

struct NearestWordTests {
    @Test(arguments: [
        ("chanel", "channel"), ("chanenl", "channel"), ("chxnnel", "channel"), ("channels", "channel"),
        ("conten", "content"),
    ])
    func `a slip of the pen is recognised`(found: String, meant: String) {
        #expect(nearestWord(to: found, among: ["content", "channel", "customer"]) == meant)
    }

    @Test(arguments: ["", "telephone", "nnnn", "客户"])
    func `what is too far from everything has no nearest word`(found: String) {
        #expect(nearestWord(to: found, among: ["content", "channel", "customer"]) == nil)
    }

    @Test func `of two words equally near the first is named`() {
        #expect(nearestWord(to: "cat", among: ["car", "cap"]) == "car")
    }

    @Test func `nothing is near when there are no words`() {
        #expect(nearestWord(to: "cat", among: []) == nil)
    }

    @Test func `a text of ten thousand letters is near to nothing`() {
        #expect(nearestWord(to: String(repeating: "x", count: 10_000), among: ["channel"]) == nil)
    }
}

// MARK: - A form with something of everything

private let title = LocalizedText(simplified: "题", traditional: "題", english: nil)

/// Noon of 9 October 2026 in Shanghai.
private let noon = at("2026-10-09 12:00")

private func field(
    _ kind: FieldKind, _ key: String = "word", isRequired: Bool = false, isPast: Bool = false
) -> FormField {
    FormField(
        key: key, title: title, kind: kind, isRequired: isRequired, isPersonal: false, isPast: isPast, clauses: [])
}

private let form = Form(
    key: "all", title: title,
    fields: [
        field(.text(maximum: 100), "story"), field(.line(maximum: 20), "headline"),
        field(.choice([Choice(key: "phone", title: title, clauses: [])]), "channel"), field(.flag, "urgent"),
        field(.number(minimum: 1, maximum: 9), "rooms"), field(.money, "price"), field(.date, "promised"),
        field(.time, "called"), field(.customer, "customer"), field(.staff, "handler"), field(.post, "rank"),
        field(.unit, "branch"), field(.matter, "earlier"),
    ], clauses: [])

private func read(_ kind: FieldKind, _ value: FieldValue) throws -> FieldValue? {
    try Form.parse(["word": value], by: [field(kind)], zone: shop.zone, at: noon)["word"]
}

private func told(_ act: () throws -> Void) -> [FormFault] {
    do {
        try act()
        return []
    } catch let faults as FormFaults {
        return faults.faults
    } catch {
        Issue.record(error)
        return []
    }
}

private func faults(_ input: Fields, _ fields: [FormField]) -> [FormFault.Problem] {
    told { _ = try Form.parse(input, by: fields, zone: shop.zone, at: noon) }.map(\.problem)
}

private func faults(_ kind: FieldKind, _ value: FieldValue, isPast: Bool = false) -> [FormFault.Problem] {
    faults(["word": value], [field(kind, isPast: isPast)])
}
