import Cases
import Policy
import Primitives
import Storage

/// What the cases of a period come to.
struct StatisticsEndpoints {
    var routes: [APIRoute] {
        [.get("/cases/statistics", query: ["workflow", "from", "through"], show)]
    }

    @Sendable private func show(_ context: APIContext) async throws -> APIAnswer {
        var query = context.query
        let workflow = query.text("workflow", maximum: 100)
        let days = ["from", "through"].map { ($0, query.text($0, maximum: 10)) }
        try query.check()
        var faults = FormFaults()
        if workflow == nil { faults.add("workflow", .missing) }
        for (name, day) in days where day.map({ CalendarDay($0) == nil }) == true { faults.add(name, .notADate) }
        try faults.check()
        let now = try await context.desk.database.read(.installation) { $0.now }
        let today = context.zone.local(now).day
        let through = days[1].1.flatMap { CalendarDay($0) } ?? today
        let from = days[0].1.flatMap { CalendarDay($0) } ?? min(through, today.adding(days: 1 - today.day))
        let statistics = try await context.desk.cases.statistics(
            of: workflow ?? "", from: from, through: through, for: context.principal)
        return try .ok(StatisticsJSON(statistics, workflow ?? "", from, through, context))
    }
}

struct StatisticsJSON: Encodable {
    let workflow: String
    let from: String
    let through: String
    let opened: Int
    let closed: Int
    let answerMedian: Int64?
    let closingMedian: Int64?
    let handOvers: Int
    let repeated: Int
    let isCut: Bool
    let clauses: [ClauseJSON]
    let periods: [PeriodJSON]
    let units: [GroupJSON]
    let fields: [FieldJSON]

    struct ClauseJSON: Encodable {
        let clause: String
        let kept: Int
        let broken: Int
    }

    struct PeriodJSON: Encodable {
        let from: String
        let through: String
        let opened: Int
        let closed: Int
    }

    struct GroupJSON: Encodable {
        let value: String
        let count: Int
        let closingMedian: Int64?

        enum CodingKeys: String, CodingKey {
            case value, count
            case closingMedian = "closing_median_ms"
        }

        init(_ group: CaseStatistics.Group) {
            (value, count, closingMedian) = (group.value, group.count, group.median)
        }
    }

    struct FieldJSON: Encodable {
        let field: String
        let values: [GroupJSON]
    }

    enum CodingKeys: String, CodingKey {
        case workflow, from, through, opened, closed, repeated, clauses, periods, units, fields
        case answerMedian = "answer_median_ms"
        case closingMedian = "closing_median_ms"
        case handOvers = "hand_overs"
        case isCut = "cut"
    }

    init(
        _ statistics: CaseStatistics, _ key: String, _ first: CalendarDay, _ last: CalendarDay, _ context: APIContext
    ) {
        workflow = key
        (from, through) = (first.description, last.description)
        opened = statistics.entries.count
        closed = statistics.closed.count
        answerMedian = CaseStatistics.median(statistics.answering)
        closingMedian = CaseStatistics.median(statistics.handling)
        handOvers = statistics.handOvers
        repeated = statistics.repeated.count
        isCut = statistics.isCut
        clauses = statistics.keeping.map { ClauseJSON(clause: $0.clause, kept: $0.kept, broken: $0.broken) }
        periods = statistics.spans(from: first, through: last, in: context.zone).map {
            PeriodJSON(
                from: $0.first.description, through: $0.last.description, opened: $0.opened, closed: $0.closed)
        }
        units = statistics.units.map(GroupJSON.init)
        guard let charter = context.charter, let workflow = charter.workflow(key) else {
            fields = []
            return
        }
        fields = CaseStatistics.fields(of: workflow, in: charter).map { field in
            FieldJSON(field: field.key, values: statistics.groups(by: field).map(GroupJSON.init))
        }
    }
}
