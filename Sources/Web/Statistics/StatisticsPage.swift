import Cases
import Organisations
import Policy
import Primitives

/// Figures of a period's cases, each of which opens to the cases themselves.
struct StatisticsPage {
    let shell: Shell
    let title: String
    let workflows: [FieldPart.Option]
    let from: String
    let through: String
    let figures: [Figure]
    let columns: Columns?
    let keeping: [KeepingRow]
    let hasKeeping: Bool
    let groups: [GroupPart]
    let isEmpty: Bool
    let isCut: Bool
    let csvPath: String
    /// The cases of the group that was opened.
    let opened: Opened?

    struct Figure {
        let label: String
        let value: String
        let clause: String?
    }

    /// What was opened over the period, drawn and in numbers.
    struct Columns {
        let title: String
        /// What the drawing shows, for who cannot see it.
        let label: String
        let bars: [Bar]
        let first: String
        let last: String
        let most: String

        struct Bar {
            let title: String
            let path: String
            let opened: String
            let closed: String
            /// SVG paths of both parts, in a field of 640 by 96.
            let ground: String
            let ink: String
        }
    }

    struct KeepingRow {
        let clause: String
        let title: String
        let kept: String
        let share: String
        let isPoor: Bool
    }

    struct GroupPart {
        let title: String
        let clause: String?
        let rows: [GroupRow]
    }

    struct GroupRow {
        let title: String
        let path: String
        let count: String
        let share: String
        let median: String
        /// 0…96.
        let length: String
    }

    struct Opened {
        let title: String
        let rows: [CaseRow]
    }

    struct CaseRow {
        let path: String
        let summary: String
        let reference: String
        let state: String
        let day: String
        let machine: String
    }

    struct Query {
        let workflow: String
        let from: CalendarDay
        let through: CalendarDay
        let field: String?
        let value: String?

        var path: String { "workflow=\(workflow)&from=\(from)&through=\(through)" }
    }

    init(
        _ statistics: CaseStatistics, query: Query, workflow: Workflow, charter: Charter, names: [StaffID: String],
        units: [UnitID: String], frame: Frame
    ) {
        let (words, language, time) = (frame.words, frame.language, frame.time)
        shell = frame.shell
        title = words("{0}统计", workflow.title[language])
        workflows = charter.workflows.map {
            FieldPart.Option(key: $0.key, title: $0.title[language], isPicked: $0.key == workflow.key)
        }
        from = query.from.description
        through = query.through.description
        let texts = FieldText(
            words: frame.words, time: time, charter: charter, names: names, units: units, caption: nil)
        func clause(_ effect: Effect) -> String? { charter.clauses.first { $0.effects.contains(effect) }?.key }
        func span(_ spans: [Int64]) -> String { CaseStatistics.median(spans).map { time.span($0) } ?? "–" }
        let count = statistics.entries.count
        let day: Int64 = 86_400_000
        let quick = CaseStatistics.within(day, of: statistics.handling)
        figures = [
            Figure(label: words("登记"), value: words("{0}件", String(count)), clause: clause(.complaintStatistics)),
            Figure(label: words("已了结"), value: words("{0}件", String(statistics.closed.count)), clause: nil),
            Figure(label: words("首次处理（中位数）"), value: span(statistics.answering), clause: nil),
            Figure(label: words("了结用时（中位数）"), value: span(statistics.handling), clause: nil),
            Figure(
                label: words("最长用时"), value: statistics.handling.max().map { time.span($0) } ?? "–", clause: nil),
            Figure(
                label: words("24小时内了结"),
                value: StatisticsPage.share(quick, of: statistics.handling.count, words), clause: nil),
            Figure(label: words("经手转换"), value: words("{0}次", String(statistics.handOvers)), clause: nil),
            Figure(
                label: words("同一客户重复"), value: words("{0}件", String(statistics.repeated.count)), clause: nil),
        ]
        columns = count == 0 ? nil : Columns(statistics, query, frame)
        keeping = statistics.keeping.map { item in
            let (rule, due) = (charter.clause(item.clause), item.kept + item.broken)
            return KeepingRow(
                clause: item.clause, title: (rule?.duty?.title ?? rule?.title)?[language] ?? item.clause,
                kept: words("{0}/{1}件", String(item.kept), String(due)),
                share: StatisticsPage.share(item.kept, of: due, words), isPoor: item.broken > 0)
        }
        hasKeeping = !keeping.isEmpty
        let fields = CaseStatistics.fields(of: workflow, in: charter)
        let places = statistics.units
        let unitGroup = GroupPart(
            title: words("单位"), clause: nil,
            rows: places.prefix(20).map { group in
                GroupRow(
                    title: UnitID(group.value).flatMap { units[$0] } ?? group.value,
                    path:
                        "/cases?state=all&workflow=\(workflow.key)&unit=\(group.value)&filed_from=\(query.from)&filed_through=\(query.through)",
                    count: words("{0}件", String(group.count)),
                    share: StatisticsPage.share(group.count, of: count, words),
                    median: group.median.map { time.span($0) } ?? "–",
                    length: String(max(1, group.count * 96 / (places.first?.count ?? 1))))
            })
        groups =
            (places.count > 1 ? [unitGroup] : [])
            + fields.compactMap { field in
                let found = statistics.groups(by: field)
                // What all have in common tells nothing apart.
                guard found.count > 1 else { return nil }
                let most = found.map(\.count).max() ?? 1
                return GroupPart(
                    title: field.title[language], clause: field.clauses.first,
                    rows: found.prefix(20).map { group in
                        GroupRow(
                            title: texts.text(of: .text(group.value), field: field),
                            path: "/cases/statistics?\(query.path)&field=\(field.key)&value=\(group.value)#opened",
                            count: words("{0}件", String(group.count)),
                            share: StatisticsPage.share(group.count, of: count, words),
                            median: group.median.map { time.span($0) } ?? "–",
                            length: String(max(1, group.count * 96 / most)))
                    })
            }
        isEmpty = count == 0
        isCut = statistics.isCut
        csvPath = "/cases/statistics.csv?\(query.path)"
        opened = query.field.flatMap { key in
            guard let field = fields.first(where: { $0.key == key }), let value = query.value else { return nil }
            return Opened(
                title: field.title[language] + words("：") + texts.text(of: .text(value), field: field),
                rows: statistics.entries(key, value).suffix(200).reversed().map { entry in
                    CaseRow(
                        path: "/cases/\(entry.matter)", summary: entry.summary, reference: entry.reference,
                        state: workflow.state(entry.state)?.title[language] ?? entry.state,
                        day: time.shortDate(time.zone.local(entry.openedAt).day),
                        machine: time.zone.rfc3339(entry.openedAt))
                })
        }
    }

    /// `3/40，7.5%`; below ten cases without a percentage, which would claim too much.
    static func share(_ part: Int, of whole: Int, _ words: Words) -> String {
        if whole == 0 { return "–" }
        if whole < AdherencePart.fewest { return words("{0}/{1}件", String(part), String(whole)) }
        return AdherencePart.percent(part * 1000 / whole)
    }
}

extension StatisticsPage.Columns {
    private static let (width, height) = (640, 96)

    /// `nil` where the period has but one column.
    init?(_ statistics: CaseStatistics, _ query: StatisticsPage.Query, _ frame: Frame) {
        let (words, time) = (frame.words, frame.time)
        let spans = statistics.spans(from: query.from, through: query.through, in: time.zone)
        guard spans.count > 1, let most = spans.map(\.opened).max(), most > 0 else { return nil }
        let isByDay = spans.allSatisfy { $0.first == $0.last }
        title = words("登记与了结")
        self.most = words("最多{0}件", String(most))
        first = time.shortDate(query.from)
        last = time.shortDate(query.through)
        label = words("各期登记件数，其中深色为已了结；最多一期{0}件", String(most))
        let step = Self.width / spans.count
        func column(_ index: Int, _ count: Int) -> String {
            // What is there is seen, be it one of a thousand.
            let tall = count == 0 ? 0 : max(2, count * Self.height / most)
            return "M\(index * step) \(Self.height)v-\(tall)h\(max(1, step - 2))v\(tall)z"
        }
        bars = spans.enumerated().map { index, span in
            Bar(
                title: isByDay
                    ? time.shortDate(span.first)
                    : time.shortDate(span.first) + words("至") + time.shortDate(span.last),
                path: "/cases?state=all&workflow=\(query.workflow)&filed_from=\(span.first)&filed_through=\(span.last)",
                opened: String(span.opened), closed: String(span.closed), ground: column(index, span.opened),
                ink: column(index, span.closed))
        }
    }
}
