import Mustache
import Obligations
import Policy
import Primitives

/// The rule book with its adherence.
struct CharterPage {
    let shell: Shell
    /// `客户服务部管理制度 第3版 2026年1月1日起施行`
    let edition: String
    let tabs: [WorkbenchPage.Tab]
    let figures: Figures
    let contents: [Entry]
    let contentsTitle: String
    let isWhole: Bool
    let workflows: [NamedLink]
    let posts: [NamedLink]
    let query: String
    let chapters: [ChapterPart]
    let isEmpty: Bool

    struct Figures {
        let share: String
        let isLow: Bool
        let spark: SparkPart?
        let goal: String?
        let due: String
        let met: String
        let late: String
        let isLate: Bool
        let clauses: String
        let executed: Int
        let shown: Int
        let planned: Int
    }

    struct Entry: MustacheParent {
        let key: String
        let title: String
        let path: String
        let share: String
        let isLow: Bool
        let isCurrent: Bool

        func child(named name: String) -> Any? {
            switch name {
            case "key": key
            case "title": title
            case "path": path
            case "share": share
            case "isLow": isLow
            case "isCurrent": isCurrent
            default: nil
            }
        }
    }

    struct NamedLink {
        let title: String
        let path: String
    }

    struct ChapterPart {
        let title: String
        let range: String
        let laws: [LawRow]
    }
}

/// One clause of the book in a line.
struct LawRow: MustacheParent {
    let key: String
    let path: String
    let title: String
    let second: String?
    let mark: String
    let state: String
    let tone: String
    let isBroken: Bool
    let isPlanned: Bool
    /// A clause with duties opens in place.
    let detailPath: String?
    let keep: AdherencePart?
    let due: String
    let spark: SparkPart?
    let late: String
    let isLate: Bool
    /// What stands in place of a percentage.
    let count: String?
    let note: String?
    let warning: String?

    func child(named name: String) -> Any? {
        switch name {
        case "key": key
        case "path": path
        case "title": title
        case "second": second
        case "mark": mark
        case "state": state
        case "tone": tone
        case "isBroken": isBroken
        case "isPlanned": isPlanned
        case "detailPath": detailPath
        case "keep": keep
        case "due": due
        case "spark": spark
        case "late": late
        case "isLate": isLate
        case "count": count
        case "note": note
        case "warning": warning
        default: nil
        }
    }
}

/// Puts the book together for one reader.
struct CharterReading {
    let frame: Frame
    let charter: Charter
    let overview: AdherenceService.Overview
    let concerns: [Clause.Key: [LawConcern]]

    private var words: Words { frame.words }
    private var language: Language { frame.language }

    func adherence(of clauses: [Clause]) -> Adherence {
        clauses.reduce(Adherence.none) { $0 + (overview.clauses[$1.key] ?? .none) }
    }

    var figures: CharterPage.Figures {
        let total = overview.total
        let goal = charter.goal(of: charter.clauses)
        let share = AdherencePart(total, goal: goal, words: words)
        let weeks = (0..<AdherenceService.weekCount).map { week in
            overview.weeks.values.reduce(Adherence.none) { $0 + $1[week] }
        }
        func count(_ status: ClauseStatus) -> Int { charter.clauses.filter { $0.status == status }.count }
        return CharterPage.Figures(
            share: share.text, isLow: share.isLow, spark: SparkPart(weeks, goal: goal),
            goal: goal.map { words("目标{0}", AdherencePart.percent($0)) }, due: total.due.grouped,
            met: words("按时{0}", total.met.grouped), late: total.late.grouped, isLate: total.late > 0,
            clauses: words("全书{0}条", String(charter.clauses.count)), executed: count(.executed), shown: count(.shown),
            planned: count(.planned))
    }

    func entry(_ run: ChapterRun, isCurrent: Bool) -> CharterPage.Entry {
        let adherence = adherence(of: run.clauses)
        let part = AdherencePart(adherence, goal: charter.goal(of: run.clauses), words: words)
        return CharterPage.Entry(
            key: run.chapter?.key ?? "", title: run.title(charter)[language], path: "/charter?chapter=\(run.slug)",
            share: adherence.thousandths != nil
                ? part.text : adherence.due > 0 ? words("{0}件", String(adherence.due)) : mark(ofQuiet: run),
            isLow: part.isLow, isCurrent: isCurrent)
    }

    /// What a chapter without duties is: shown, planned, or neither alone.
    private func mark(ofQuiet run: ChapterRun) -> String {
        let states = Set(run.clauses.map(\.status))
        return states == [.shown] ? words("示") : states == [.planned] ? words("拟") : "—"
    }

    func part(_ run: ChapterRun) -> CharterPage.ChapterPart {
        part(run.title(charter)[language], run.clauses, range: range(run.clauses))
    }

    func part(_ title: String, _ clauses: [Clause], range: String) -> CharterPage.ChapterPart {
        CharterPage.ChapterPart(title: title, range: range, laws: clauses.map(row))
    }

    /// `D-231至D-254，24条`
    private func range(_ clauses: [Clause]) -> String {
        guard let first = clauses.first, let last = clauses.last, clauses.count > 1 else { return words("1条") }
        return words("{0}至{1}，{2}条", first.key, last.key, String(clauses.count))
    }

    func row(_ clause: Clause) -> LawRow {
        let adherence = overview.clauses[clause.key] ?? .none
        let goal = charter.goal(of: clause)
        let part = AdherencePart(adherence, goal: goal, words: words)
        let hasShare = part.bar != nil
        let isOwed = clause.duty != nil || adherence.due > 0
        let (mark, state, tone) =
            switch clause.status {
            case .executed: (words("行"), words("执行"), "state--done")
            case .shown: (words("示"), words("展示"), "")
            case .planned: (words("拟"), words("计划"), "state--plan")
            }
        let second = RuleWords(frame: frame, charter: charter).line(clause)
        return LawRow(
            key: clause.key, path: Links.adherence(clause.key), title: clause.title[language],
            second: second.isEmpty ? nil : second, mark: mark, state: state, tone: tone,
            isBroken: overview.broken.contains(clause.key), isPlanned: clause.status == .planned,
            detailPath: isOwed ? Links.clause(clause.key) + "/detail" : nil, keep: hasShare ? part : nil,
            due: adherence.due.grouped,
            spark: hasShare ? overview.weeks[clause.key].flatMap { SparkPart($0, goal: goal) } : nil,
            late: adherence.late.grouped, isLate: adherence.late > 0, count: isOwed && !hasShare ? part.text : nil,
            note: isOwed ? nil : clause.status == .executed ? nil : state,
            warning: concerns[clause.key]?.first.map {
                words("可能与法律不合：{0}，见{1}", $0.found[language], $0.article[language])
            })
    }

    /// Clauses whose number or words hold the query; `105`, `d105` and `D-105` find the same.
    func found(_ query: String) -> [Clause] {
        let asked = query.lowercased().filter { !$0.isWhitespace && $0 != "-" }
        guard !asked.isEmpty else { return [] }
        let isNumber = asked.contains { $0.isASCII && $0.isNumber }
        let rules = RuleWords(frame: frame, charter: charter)
        return charter.clauses.filter { clause in
            let number = clause.key.lowercased().filter { $0 != "-" }
            let before = number.dropLast(asked.count)
            if isNumber, number.hasSuffix(asked), !before.contains(where: { ("1"..."9").contains($0) }) { return true }
            let title = clause.title
            let texts = [title.simplified, title.traditional, title.english ?? "", rules.line(clause)]
            return texts.contains { $0.lowercased().filter { !$0.isWhitespace && $0 != "-" }.contains(asked) }
        }
    }
}

extension ChapterRun {
    /// The chapter's key in an address.
    var slug: String { chapter?.key ?? "-" }

    func title(_ charter: Charter) -> LocalizedText { chapter?.title ?? charter.title }
}

extension Int {
    /// `12,846`
    var grouped: String {
        let digits = String(magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return (self < 0 ? "−" : "") + text
    }
}
