import Testing

@testable import Web

/// Templates of plain tags, as lists by the dozen use them.
struct RowTemplateTests {
    private struct Dish: TemplateRow {
        let name: String
        let note: String?
        let isHot: Bool

        enum Tag: String, CaseIterable {
            case name, note, isHot
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .name: name
            case .note: note
            case .isHot: isHot ? "" : nil
            }
        }

        func html(_ tag: Tag) -> HTML? { tag == .name ? HTML(name) : nil }
    }

    private static let noodles = Dish(name: "<面> & \"汤\"", note: "不辣", isHot: true)
    private static let tea = Dish(name: "茶", note: nil, isHot: false)

    @Test(
        arguments: [
            ("{{.name}};", "&lt;面&gt; &amp; &quot;汤&quot;;茶;"), ("{{name}};", "&lt;面&gt; &amp; &quot;汤&quot;;茶;"),
            ("{{{.name}}};", "<面> & \"汤\";茶;"), ("{{{.note}}};", ";;"), ("{{.note}};", "不辣;;"),
            ("{{#.note}}({{.}}){{/.note}};", "(不辣);;"), ("{{^.isHot}}凉{{/.isHot}};", ";凉;"),
            (
                "{{#.isHot}}{{^.note}}1{{/.note}}{{#.note}}2{{name}}{{/.note}}{{/.isHot}};",
                "2&lt;面&gt; &amp; &quot;汤&quot;;;"
            ),
            ("[{{>part}}]", "[热][]"), ("", ""),
        ])
    func `a row is written by its tags`(template: String, expected: String) throws {
        let rows = try RowTemplate<Dish>("row", in: ["row": template, "part": "{{#.isHot}}热{{/.isHot}}"])
        #expect(rows.render([Self.noodles, Self.tea]).text == expected)
        #expect(rows.render([]).bytes.isEmpty)
    }

    @Test(
        arguments: [
            ("{{.nam}}", "{{nam}} is none of name, note, isHot"), ("{{#.note}}", "{{#note}} is not closed"),
            ("{{/.note}}", "{{/note}} closes nothing"), ("{{#.note}}{{/.name}}", "{{/name}} closes nothing"),
            ("{{.name", "a tag is not closed"), ("{{>parts}}", "there is no template parts"),
            ("{{.}}", "{{.}} is none of"),
        ])
    func `a fault of a template is told when it is read`(template: String, words: String) {
        #expect {
            try RowTemplate<Dish>("row", in: ["row": template])
        } throws: { "\($0)".contains(words) }
    }
}
