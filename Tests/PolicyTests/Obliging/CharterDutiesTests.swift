import Policy
import Primitives
import Testing

/// Which duties and notices an event brings, when they fall due, and who hears of lateness.
struct CharterDutiesTests {
    @Test func `an event opens the duties of the clauses that name it, with their deadlines`() {
        let opened = book.duties(
            openedBy: "complaint.received", fields: ["channel": .text("phone"), "promised": .text("2026-10-15")],
            at: at("2026-10-09 17:00"))
        #expect(opened.map(\.clause.key) == ["S-01", "S-02"])
        #expect(opened.map { wall($0.due) } == ["2026-10-10 17:00", "2026-10-13 00:00"])
    }

    @Test func `a clause whose condition is not met opens nothing`() {
        let opened = book.duties(openedBy: "complaint.received", fields: ["channel": .text("letter")], at: .zero)
        #expect(opened.map(\.clause.key) == ["S-02"])
    }

    @Test func `a condition on a field that is absent is not met`() {
        #expect(book.duties(openedBy: "complaint.received", fields: [:], at: .zero).map(\.clause.key) == ["S-02"])
    }

    @Test func `flags and numbers are compared by their words`() {
        let clause = clause(
            "S-90",
            conditions: [
                Condition(field: "urgent", values: ["true"]), Condition(field: "rooms", values: ["2", "3"]),
            ])
        #expect(clause.applies(to: ["urgent": .flag(true), "rooms": .integer(3)]))
        #expect(!clause.applies(to: ["urgent": .flag(false), "rooms": .integer(3)]))
        #expect(!clause.applies(to: ["urgent": .flag(true), "rooms": .integer(4)]))
    }

    @Test func `an event that no clause names opens nothing`() {
        #expect(book.duties(openedBy: "complaint.heard", fields: [:], at: .zero).isEmpty)
        #expect(book.notices(of: "complaint.heard", fields: [:]).isEmpty)
    }

    @Test func `a deadline that cannot be reckoned is due at once rather than never`() {
        let opened = book.duties(openedBy: "complaint.received", fields: [:], at: at("2026-10-09 17:00"))
        #expect(opened.map { wall($0.due) } == ["2026-10-09 17:00"])
    }

    @Test func `a clause that only notifies opens no duty`() {
        #expect(book.duties(openedBy: "site.closed", fields: [:], at: .zero).isEmpty)
        #expect(book.notices(of: "site.closed", fields: [:]).map(\.key) == ["S-03"])
    }

    @Test func `a notice is bound to the clause's condition too`() {
        #expect(book.notices(of: "complaint.received", fields: ["channel": .text("phone")]).map(\.key) == ["S-04"])
        #expect(book.notices(of: "complaint.received", fields: ["channel": .text("letter")]).isEmpty)
    }

    @Test func `steps after lateness follow the calendar, and end`() throws {
        let clause = try #require(book.clause("S-01"))
        // Friday evening: hours run on, days and working days go to their ends.
        let due = at("2026-10-16 17:00")
        let steps = (0...4).map { book.escalation($0, of: clause, due: due).map { wall($0) } }
        #expect(
            steps == ["2026-10-16 17:00", "2026-10-17 17:00", "2026-10-18 00:00", "2026-10-19 18:00", nil])
    }

    @Test func `a clause without lateness has no steps`() throws {
        let clause = try #require(book.clause("S-02"))
        #expect(book.escalation(0, of: clause, due: .zero) == nil)
    }

    @Test func `the chain runs from the post up to the top`() {
        #expect(book.chain(from: "clerk") == ["clerk", "manager", "director"])
        #expect(book.chain(from: "director") == ["director"])
    }

    @Test func `a chain that runs in a circle ends, and an unknown post is a chain of its own`() {
        #expect(book.chain(from: "cat") == ["cat", "dog"])
        #expect(book.chain(from: "nobody") == ["nobody"])
    }
}

extension Instant {
    fileprivate static let zero = Instant(milliseconds: 0)
}

private func text(_ word: String) -> LocalizedText { LocalizedText(simplified: word, traditional: word, english: nil) }

private func clause(
    _ key: Clause.Key, when: String? = nil, conditions: [Condition] = [], duty: Duty? = nil,
    lateness: Lateness? = nil, notify: [Post.Key] = []
) -> Clause {
    Clause(
        key: key, title: text(key), kind: .deadline, status: .executed, when: when, conditions: conditions, duty: duty,
        lateness: lateness, notify: notify)
}

private let book = Charter(
    name: "shop", language: 1, title: text("店"), version: 1, effective: day("2026-01-01"), calendar: shop, chapters: [],
    posts: [
        ("clerk", "manager"), ("manager", "director"), ("director", nil), ("cat", "dog"), ("dog", "cat"),
    ].map { Post(key: $0.0, title: text($0.0), reportsTo: $0.1, may: [:], clauses: []) }, metrics: [], forms: [],
    facts: [], workflows: [],
    clauses: [
        clause(
            "S-01", when: "complaint.received", conditions: [Condition(field: "channel", values: ["store", "phone"])],
            duty: Duty(post: "clerk", verb: "respond", within: .hours(24)),
            lateness: Lateness(notify: ["manager"], steps: [.hours(0), .hours(24), .days(1), .workingDays(1)])),
        clause(
            "S-02", when: "complaint.received",
            duty: Duty(post: "clerk", verb: "remind", within: .before(field: "promised", days: 3))),
        clause("S-03", when: "site.closed", notify: ["manager"]),
        clause(
            "S-04", when: "complaint.received", conditions: [Condition(field: "channel", values: ["phone"])],
            notify: ["director"]),
    ], offences: [], ladders: [])
