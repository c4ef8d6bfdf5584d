import Policy
import Primitives
import Testing

/// Fields that the program works out.
struct ComputationTests {
    private static let lines = field(
        "lines",
        .table(
            columns: [
                field("item", .line(maximum: 200), isRequired: true), field("price", .money, isRequired: true),
                field("done", .number(minimum: 0, maximum: nil), isRequired: true),
            ], maximum: 3))

    private func computed(_ computation: Computation, _ input: Fields, known: Fields = [:]) throws -> FieldValue? {
        let fields = [
            Self.lines, field("first", .money), field("second", .money), field("third", .money),
            field("result", .money, computation),
        ]
        return try Form.parse(input, by: fields, known: { known[$0] }, zone: shop.zone, at: noon)["result"]
    }

    private func rows(_ cells: (String, String)...) -> Fields {
        ["lines": .list(cells.map { .list([.text("瓷砖"), .text($0.0), .text($0.1)]) })]
    }

    @Test func `D-261: the work done is the sum of price by quantity over all rows`() throws {
        let sum = Computation.sum(table: "lines", columns: ["price", "done"])
        #expect(try computed(sum, rows(("12.50", "3"))) == .integer(37_50))
        #expect(try computed(sum, rows(("12.50", "3"), ("0.01", "1"), ("99.99", "0"))) == .integer(37_51))
        #expect(try computed(sum, [:]) == nil)
    }

    @Test func `one column is simply added up`() throws {
        #expect(
            try computed(.sum(table: "lines", columns: ["done"]), rows(("1.00", "3"), ("1.00", "4"))) == .integer(7))
    }

    @Test func `D-261, D-264: a difference may lie below zero`() throws {
        let difference = Computation.subtract(["first", "second"])
        #expect(try computed(difference, ["first": .text("10.00"), "second": .text("9.99")]) == .integer(1))
        #expect(try computed(difference, ["first": .text("10.00"), "second": .text("10.00")]) == .integer(0))
        #expect(try computed(difference, ["first": .text("10.00"), "second": .text("10.01")]) == .integer(-1))
        #expect(try computed(difference, ["first": .text("10.00")]) == .integer(1000))
        #expect(try computed(difference, ["second": .text("10.00")]) == nil)
        #expect(
            try computed(
                .subtract(["first", "second", "third"]),
                ["first": .text("1.00"), "second": .text("2.00"), "third": .text("3.00")]) == .integer(-400))
    }

    @Test func `a sum leaves out what is empty, and is nothing where all is`() throws {
        let sum = Computation.add(["first", "second", "third"])
        #expect(try computed(sum, ["first": .text("1.00"), "third": .text("0.02")]) == .integer(102))
        #expect(try computed(sum, [:]) == nil)
    }

    @Test func `D-264: a copy is the last value in the case, and the form's own before it`() throws {
        #expect(try computed(.copy("amount"), [:], known: ["amount": .integer(-5)]) == .integer(-5))
        #expect(try computed(.copy("first"), ["first": .text("3.00")], known: ["first": .integer(1)]) == .integer(300))
        #expect(try computed(.copy("amount"), [:]) == nil)
    }

    @Test func `what the form itself asks for and was left empty is not taken from an earlier filling in`() throws {
        #expect(
            try computed(.add(["first", "paid"]), [:], known: ["first": .integer(7), "paid": .integer(1)])
                == .integer(1))
        #expect(try computed(.copy("first"), [:], known: ["first": .integer(7)]) == nil)
    }

    @Test func `nobody enters what is worked out`() {
        let found = formFaults { _ = try computed(.add(["first"]), ["first": .text("1.00"), "result": .text("9.00")]) }
        #expect(found == [FormFault("result", .workedOut)])
    }

    @Test func `what grows past all measure is told, not wrapped around`() {
        let most: Int64 = 1_000_000_000_000_000
        func total(_ numbers: Int64...) -> [FormFault] {
            let fields = [
                field("a", .number(minimum: nil, maximum: nil)), field("b", .number(minimum: nil, maximum: nil)),
                field("sum", .number(minimum: nil, maximum: nil), .add(["a", "b"])),
            ]
            return formFaults {
                _ = try Form.parse(
                    ["a": .integer(numbers[0]), "b": .integer(numbers[1])], by: fields, zone: shop.zone, at: noon)
            }
        }
        #expect(total(most, 0) == [])
        #expect(total(most - 1, 1) == [])
        #expect(total(most, 1) == [FormFault("sum", .aboveMaximum(most))])
        #expect(total(-most, -1) == [FormFault("sum", .aboveMaximum(most))])
        // The product alone is past what 64 bits hold.
        let product = rows(("9999999.99", String(most)))
        #expect(
            formFaults { _ = try computed(.sum(table: "lines", columns: ["price", "done"]), product) }
                == [FormFault("result", .aboveMaximum(most))])
    }

    @Test func `a fault of what it is worked out from is told at that field alone`() {
        let found = formFaults { _ = try computed(.add(["first"]), ["first": .text("viel")]) }
        #expect(found == [FormFault("first", .notAnAmount)])
    }

    @Test func `a computation says what it needs`() {
        #expect(Computation.sum(table: "lines", columns: ["a"]).sources == ["lines"])
        #expect(Computation.add(["a", "b"]).sources == ["a", "b"])
        #expect(Computation.subtract(["a", "b"]).sources == ["a", "b"])
        #expect(Computation.copy("a").sources == ["a"])
    }
}

/// Fields that hold rows.
struct FormTableTests {
    private static let table = [
        field(
            "lines",
            .table(
                columns: [
                    field("item", .line(maximum: 5), isRequired: true), field("price", .money, isRequired: true),
                    field("note", .line(maximum: 5)),
                ], maximum: 3), isRequired: true)
    ]

    private func read(_ value: FieldValue?) throws -> FieldValue? {
        try Form.parse(value.map { ["lines": $0] } ?? [:], by: Self.table, zone: shop.zone, at: noon)["lines"]
    }

    private func row(_ cells: String...) -> FieldValue { .list(cells.map(FieldValue.text)) }

    @Test func `D-260: rows are read by their columns, short ones too`() throws {
        #expect(
            try read(.list([row("瓷砖", "12.5", "白"), row("灯", "3")]))
                == .list([
                    .list([.text("瓷砖"), .integer(1250), .text("白")]), .list([.text("灯"), .integer(300), .text("")]),
                ]))
    }

    @Test func `rows in which nothing was entered are left out, and gaps are closed`() throws {
        #expect(
            try read(.list([row("", " ", ""), row("灯", "3", ""), row("", "", "")]))
                == .list([.list([.text("灯"), .integer(300), .text("")])]))
        let page: Fields = [
            "lines.4.item": .text("灯"), "lines.4.price": .text("3"), "lines.9.item": .text("门"),
            "lines.9.price": .text("4"), "lines.11.note": .text(""),
        ]
        let parsed = try Form.parse(page, by: Self.table, zone: shop.zone, at: noon)["lines"]
        #expect(
            parsed
                == .list([
                    .list([.text("灯"), .integer(300), .text("")]), .list([.text("门"), .integer(400), .text("")]),
                ]))
    }

    @Test func `so many rows and no more`() throws {
        let full = FieldValue.list(Array(repeating: row("灯", "3"), count: 3))
        #expect(try read(full) != nil)
        #expect(
            formFaults { _ = try read(.list(Array(repeating: row("灯", "3"), count: 4))) }
                == [FormFault("lines", .tooMany(maximum: 3))])
    }

    @Test func `D-260: a fault is told by its row and column`() {
        func told(_ rows: FieldValue...) -> [FormFault.Problem] {
            formFaults { _ = try read(.list(rows)) }.map(\.problem)
        }
        #expect(told(row("灯", "3"), row("门", "viel")) == [.inRow(2, column: "price", .notAnAmount)])
        #expect(told(row("灯", "3"), row("", ""), row("", "4")) == [.inRow(3, column: "item", .missing)])
        #expect(told(row("灯", "")) == [.inRow(1, column: "price", .missing)])
        #expect(told(row("灯灯灯灯灯灯", "1")) == [.inRow(1, column: "item", .tooLong(maximum: 5))])
        #expect(told(row("灯", "1", "", "更多")) == [.unreadable])
        #expect(told(.text("灯")) == [.unreadable])
        #expect(told(.list([.list([.text("灯")]), .text("3")])) == [.inRow(1, column: "item", .unreadable)])
    }

    @Test func `no rows are as good as none, and text is no table`() {
        #expect(formFaults { _ = try read(nil) } == [FormFault("lines", .missing)])
        #expect(formFaults { _ = try read(.list([])) } == [FormFault("lines", .missing)])
        #expect(formFaults { _ = try read(.text(" ")) } == [FormFault("lines", .missing)])
        #expect(formFaults { _ = try read(.text("灯")) } == [FormFault("lines", .unreadable)])
    }

    @Test(arguments: [
        "lines.200.item", "lines.-1.item", "lines.x.item", "lines.0.colour", "lines.0", "lines.0.item.more",
    ])
    func `a page's cell that no table has is an unknown field`(key: String) {
        let found = formFaults { _ = try Form.parse([key: .text("灯")], by: Self.table, zone: shop.zone, at: noon) }
        #expect(found.map(\.field).contains(key))
    }
}

/// Fields asked for where others say so.
struct RequiredWhenTests {
    private static let fields = [
        field("side", .choice(["company", "both", "owner"].map { Choice(key: $0, title: words($0), clauses: []) })),
        field("urgent", .flag),
        field(
            "who", .line(maximum: 20),
            requiredWhen: [Condition(field: "side", values: ["company", "both"])]),
        field(
            "why", .line(maximum: 20),
            requiredWhen: [Condition(field: "side", values: ["owner"]), Condition(field: "urgent", values: ["true"])]),
    ]

    @Test(
        arguments: [
            ([:], []), (["side": "company"], ["who"]), (["side": "both"], ["who"]), (["side": "owner"], []),
            (["side": "owner", "urgent": "no"], []), (["side": "owner", "urgent": "yes"], ["why"]),
            (["urgent": "yes"], []),
            (["side": "company", "who": "梅"], []), (["side": "company", "who": " "], ["who"]),
            (["side": "nobody"], ["side"]),
        ] as [([String: String], [String])])
    func `D-256, D-263: a field is asked for where all of its conditions hold`(input: [String: String], told: [String])
    {
        let found = formFaults {
            _ = try Form.parse(input.mapValues(FieldValue.text), by: Self.fields, zone: shop.zone, at: noon)
        }
        #expect(found.map(\.field) == told)
    }

    @Test(arguments: [
        ("A1", ["contract"]), ("A2", ["promise"]), ("A3", ["budget_line"]), ("A4", ["drawing", "consequence"]),
        ("A5", ["promise", "consequence"]), ("B1", ["document", "loss"]), ("B2", ["crew_fault"]),
        ("B3", ["site_fault"]),
        ("B4", ["budget_line"]), ("B5", ["consequence", "silence"]), ("B6", ["visits"]), ("C", []),
        ("D", ["handbook_rule"]), ("L", []),
    ])
    func `D-268 to D-272, D-278 to D-283, D-289: a finding says what its offence is about`(
        offence: String, asked: [String]
    ) {
        let form = design.form("penalty_finding")?.fields ?? []
        let found = formFaults { _ = try Form.parse(["offence": .text(offence)], by: form, zone: shop.zone, at: noon) }
        let always = form.filter(\.isRequired).map(\.key)
        #expect(Set(found.map(\.field)).subtracting(always) == Set(asked))
    }
}

/// Names drawn or typed.
struct SignatureTests {
    @Test(arguments: [
        "M0 0L1 1", "M10 20L30 40L50 20M1 2L3 4", "M400 120L399 119", "梅二", "Anne-Marie O’Neill", "冼䶮之", "Miller", "M",
        "L1 1",
        "M. Weber",
    ])
    func `strokes of a pen and names are signatures`(text: String) {
        #expect(Signature(text) != nil)
    }

    @Test(arguments: [
        "", " ", "123", "M10 20", "M10 20L", "M1 1L2 2Z", "M1 1L2 2 ", "M1,1L2,2", "M-1 1L2 2",
        "M1.5 1L2 2",
        "M1000 1L2 2", "M1 1L2 2\"/><script>alert(1)</script>", "M1 1L2 2 onload=alert(1)", "M1 1C1 1 2 2 3 3",
        "M1 1L2 2M", "M1 1\nL2 2", "M１ 1L2 2", "M1 1L2 2#url(http://x)", "梅\n二", "<svg onload=alert(1)>\n",
    ])
    func `what would go on into a page as anything but numbers is none`(text: String) {
        #expect(Signature(text) == nil)
    }

    @Test func `a drawing goes on as it is, a name as typed`() {
        #expect(Signature("M0 0L1 1")?.path == "M0 0L1 1")
        #expect(Signature("M0 0L1 1")?.typed == nil)
        #expect(Signature("梅二")?.typed == "梅二")
        #expect(Signature("梅二")?.path == nil)
    }

    @Test func `a drawing has its measure, and a name sixty characters`() {
        let stroke = "M100 100L200 100"
        #expect(Signature(String(repeating: stroke, count: 1000)) != nil)
        #expect(Signature(String(repeating: stroke, count: 1000) + "M0 0L1 1") == nil)
        #expect(Signature(String(repeating: "梅", count: 60)) != nil)
        #expect(Signature(String(repeating: "梅", count: 61)) == nil)
    }

    @Test func `a field of that kind refuses what is none`() throws {
        let fields = [field("name", .signature, isRequired: true)]
        func told(_ text: String) -> [FormFault] {
            formFaults { _ = try Form.parse(["name": .text(text)], by: fields, zone: shop.zone, at: noon) }
        }
        #expect(told("M0 0L1 1") == [])
        #expect(told("M0 0L1 1<script>") == [FormFault("name", .unreadable)])
        #expect(told("") == [FormFault("name", .missing)])
    }
}

/// What is never said to a customer.
struct PhraseListTests {
    private let list = PhraseList(key: "refusals", title: words("推脱"), words: ["不行", "No way"], clauses: ["S-05"])

    @Test(arguments: [
        ("这不行的", ["不行"]), ("行不通", []), ("no WAY, 不行", ["不行", "No way"]), ("", []), ("不 行", []),
    ])
    func `phrases are found anywhere in the text, letters in either case`(text: String, found: [String]) {
        #expect(list.found(in: text) == found)
    }

    @Test(arguments: ["不行", "不知道", "不可以", "没办法", "不归我管", "办不了"])
    func `D-317: the book's three and the company's three are found in what a customer reads`(phrase: String) throws {
        let form = try #require(design.form("complaint_response")).fields
        let said = design.unsaid(in: ["answer": .text("抱歉，这\(phrase)。")], of: form)
        #expect(said == [FormFault("answer", .unsaid(phrases: [phrase], clause: "D-317"))])
        #expect(design.unsaid(in: ["customer_words": .text(phrase)], of: form).isEmpty)
        #expect(design.unsaid(in: ["answer": .text("马上就办")], of: form).isEmpty)
    }
}

private let noon = at("2026-10-09 12:00")

private func field(
    _ key: String, _ kind: FieldKind, _ computation: Computation? = nil, isRequired: Bool = false,
    requiredWhen: [Condition] = []
) -> FormField {
    FormField(
        key: key, title: words("题"), kind: kind, isRequired: isRequired, isPersonal: false, requiredWhen: requiredWhen,
        computation: computation, clauses: [])
}
