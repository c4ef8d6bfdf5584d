import Storage
import Testing

struct SQLTests {
    @Test func `an interpolated value is bound and leaves no text`() {
        let sql: SQL = "SELECT * FROM guest WHERE name = \("x'; DROP TABLE guest --") AND visits > \(3)"
        #expect(sql.parts == ["SELECT * FROM guest WHERE name = ", " AND visits > ", ""])
        #expect(sql.bindings == [.text("x'; DROP TABLE guest --"), .integer(3)])
    }

    @Test func `how many rows are wanted is written out`() {
        let sql: SQL = "SELECT name FROM guest ORDER BY id LIMIT \(limit: 51)"
        #expect(sql.parts == ["SELECT name FROM guest ORDER BY id LIMIT 51"])
        #expect(sql.bindings == [])
    }

    @Test func `an absent value is bound as null`() {
        let sql: SQL = "UPDATE guest SET photo = \(nil as [UInt8]?), name = \("a" as String?)"
        #expect(sql.bindings == [.null, .text("a")])
        #expect(sql.parts.count == 3)
    }

    @Test func `a part keeps its bindings in their places`() {
        let part: SQL = "AND visits BETWEEN \(2) AND \(4)"
        let sql: SQL = "WHERE name = \("a") \(part) LIMIT \(10)"
        #expect(sql.parts == ["WHERE name = ", " AND visits BETWEEN ", " AND ", " LIMIT ", ""])
        #expect(sql.bindings == [.text("a"), .integer(2), .integer(4), .integer(10)])
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (100, 128)])
    func `lists of like lengths share a statement`(count: Int, length: Int) {
        let sql: SQL = "IN \(list: Array(1...count))"
        #expect(sql.bindings.count == length)
        #expect(Set(sql.bindings) == Set((1...count).map { .integer(Int64($0)) }))
        #expect(
            sql.parts.joined(separator: "?") == "IN (" + Array(repeating: "?", count: length).joined(separator: ", ")
                + ")")
    }

    @Test func `an empty list is one that nothing equals`() {
        let sql: SQL = "IN \(list: [Int]())"
        #expect(sql.parts == ["IN (NULL)"])
        #expect(sql.bindings.isEmpty)
    }

    @Test func `raw text is part of the statement`() {
        let sql: SQL = "ORDER BY \(raw: "name") DESC"
        #expect(sql.parts == ["ORDER BY name DESC"])
    }
}
