import Foundation
import Primitives
import Storage
import Testing

/// What the journal writes and reads by hand is what the library would.
struct EventBodyTests {
    private static func library(_ text: String) -> Fields {
        (try? JSONDecoder().decode(Fields.self, from: Data(text.utf8))) ?? [:]
    }

    @Test func `any fields come back as they were, by hand and by the library`() {
        var dice = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let fields = Self.fields(&dice)
            let text = EventBody.encode(fields)
            #expect(EventBody.decode(text) == fields, "\(text)")
            #expect(Self.library(text) == fields, "\(text)")
        }
    }

    @Test(arguments: [
        #"{}"#, #" { "a" : 1 , "b" : [ true , "x" ] } "#, #"{"a":-9223372036854775808,"b":9223372036854775807}"#,
        #"{"a":9223372036854775808}"#, #"{"a":1.0}"#, #"{"a":1e2}"#, #"{"a":1.5}"#, #"{"a":null}"#, #"{"a":{"b":1}}"#,
        #"{"a":"\u00e9\ud83d\ude00\/"}"#, #"{"a":"\u000b\n\"\\"}"#, #"{"a":"b"#, #"{"a":"b"} x"#, #"{"a" "b"}"#,
        #"["a"]"#, #"{"a":007}"#, #"{"a":-}"#, #"{"a":[]}"#, #"{"a":[[],[1]]}"#, #"{"a":tru}"#, "{\"a\":\"\u{1}\"}", "",
        #"{"a":"b","a":"c"}"#, #"{"a":"b",}"#, #"{"甲":"乙\t丙"}"#,
    ])
    func `other texts are read as the library reads them`(text: String) {
        #expect(EventBody.decode(text) == Self.library(text))
    }

    private static func fields(_ dice: inout SystemRandomNumberGenerator) -> Fields {
        var fields: Fields = [:]
        for _ in 0..<Int.random(in: 0...6, using: &dice) { fields[words(&dice)] = value(&dice, depth: 0) }
        return fields
    }

    private static func value(_ dice: inout SystemRandomNumberGenerator, depth: Int) -> FieldValue {
        switch Int.random(in: 0...(depth < 3 ? 3 : 2), using: &dice) {
        case 0: .text(words(&dice))
        case 1: .integer(Int64.random(in: .min ... .max, using: &dice))
        case 2: .flag(Bool.random(using: &dice))
        default: .list((0..<Int.random(in: 0...3, using: &dice)).map { _ in value(&dice, depth: depth + 1) })
        }
    }

    private static func words(_ dice: inout SystemRandomNumberGenerator) -> String {
        let characters = Array("ab\"\\/\n\r\t\u{8}\u{c}\u{1}\u{7f}灯不亮，𠮷👍🏽é ")
        return String(
            (0..<Int.random(in: 0...8, using: &dice)).map { _ in
                characters[Int.random(in: 0..<characters.count, using: &dice)]
            })
    }
}
