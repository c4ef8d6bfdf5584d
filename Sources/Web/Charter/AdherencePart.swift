import Mustache
import Obligations
import Policy
import Primitives

/// Adherence as a figure and a bar. Below ten cases it is told in cases, for a percentage would claim too much.
struct AdherencePart: MustacheParent {
    /// `94.2%`, `1件，按时`
    let text: String
    /// Five points or more below the target.
    let isLow: Bool
    /// Only from ten cases on.
    let bar: Bar?

    struct Bar: MustacheParent {
        /// 0…96.
        let length: String
        /// Where the target stands, 0…96.
        let goal: String?

        func child(named name: String) -> Any? {
            switch name {
            case "length": length
            case "goal": goal
            default: nil
            }
        }
    }

    static let fewest = 10
    /// Points below the target, in thousandths, at which adherence turns red.
    private static let tolerance = 50

    init(_ adherence: Adherence, goal: Int?, words: Words) {
        guard let share = adherence.thousandths else {
            text = Self.cases(adherence, words)
            isLow = false
            bar = nil
            return
        }
        text = Self.percent(share)
        isLow = goal.map { share <= $0 - Self.tolerance } ?? false
        bar = Bar(length: tenths(share * 960 / 1000), goal: goal.map { tenths($0 * 960 / 1000) })
    }

    private static func cases(_ adherence: Adherence, _ words: Words) -> String {
        switch (adherence.due, adherence.late) {
        case (0, _): words("没有到期")
        case (let due, 0): words("{0}件，按时", String(due))
        case (let due, let late) where late == due: words("{0}件，逾期", String(due))
        case (let due, let late): words("{0}件，逾期{1}件", String(due), String(late))
        }
    }

    /// `94.2%`, cut rather than rounded, so that a breach never shows as 100.0%.
    static func percent(_ thousandths: Int) -> String { tenths(thousandths) + "%" }

    func child(named name: String) -> Any? {
        switch name {
        case "text": text
        case "isLow": isLow
        case "bar": bar
        default: nil
        }
    }
}

extension Adherence {
    static let none = Adherence(due: 0, met: 0)

    static func + (left: Adherence, right: Adherence) -> Adherence {
        Adherence(due: left.due + right.due, met: left.met + right.met)
    }

    /// The share met in time, 0…1000; `nil` below ten cases.
    var thousandths: Int? { due < AdherencePart.fewest ? nil : met * 1000 / due }
}

/// Thirteen weeks as a line; weeks in which nothing fell due are passed over.
struct SparkPart: MustacheParent {
    let line: String
    let nowX: String
    let nowY: String
    let goal: String?
    let isLow: Bool

    /// `nil` below ten cases, or with fewer than two weeks to join.
    init?(_ weeks: [Adherence], goal: Int?) {
        let whole = weeks.reduce(Adherence.none, +)
        let points = weeks.enumerated().compactMap { index, week -> (x: Int, y: Int)? in
            guard week.due > 0 else { return nil }
            return (20 + 760 * index / max(1, weeks.count - 1), Self.height(week.met * 1000 / week.due))
        }
        guard let share = whole.thousandths, points.count >= 2, let last = points.last else { return nil }
        line = "M" + points.map { tenths($0.x) + " " + tenths($0.y) }.joined(separator: " ")
        nowX = tenths(last.x)
        nowY = tenths(last.y)
        self.goal = goal.map { tenths(Self.height($0)) }
        isLow = goal.map { share <= $0 - 50 } ?? false
    }

    /// The scale of the design: 100 % at the top, a tenth of the height for nine points, the rest at the bottom.
    private static func height(_ thousandths: Int) -> Int { min(260, 20 + (1000 - thousandths) * 11 / 10) }

    func child(named name: String) -> Any? {
        switch name {
        case "line": line
        case "nowX": nowX
        case "nowY": nowY
        case "goal": goal
        case "isLow": isLow
        default: nil
        }
    }
}

/// `942` as `94.2`.
private func tenths(_ number: Int) -> String { "\(number / 10).\(number % 10)" }

extension Ratio {
    /// In thousandths, cut.
    var thousandths: Int {
        var value = Int(units) * 1000
        for _ in 0..<scale { value /= 10 }
        return value
    }
}

extension Charter {
    /// The highest target of the metrics that a clause counts in, in thousandths; `nil` where none sets one.
    func goal(of clause: Clause) -> Int? {
        clause.countsIn.compactMap { metric($0)?.target?.thousandths }.max()
    }

    /// The target that all clauses of a group share; `nil` where they differ or have none.
    func goal(of clauses: [Clause]) -> Int? {
        let goals = Set(clauses.filter { $0.duty != nil }.map { goal(of: $0) })
        return goals.count == 1 ? goals.first ?? nil : nil
    }
}
