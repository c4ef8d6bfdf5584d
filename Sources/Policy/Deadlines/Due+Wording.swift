import Primitives

extension Due {
    /// The arithmetic in words, one line for each step.
    public func lines(in language: Language) -> [DueLine] {
        let words = words(in: language)
        return steps.map { words.line($0) }
    }

    /// The arithmetic in words, with one line for days in a row that are skipped or counted for the same reason.
    public func compactLines(in language: Language) -> [DueLine] {
        let words = words(in: language)
        var lines: [DueLine] = []
        var run: [DueStep] = []
        for step in steps {
            if let last = run.last, !words.joins(last, step) {
                lines.append(words.line(run))
                run = []
            }
            run.append(step)
        }
        return run.isEmpty ? lines : lines + [words.line(run)]
    }

    /// A warning for each year whose holidays the reckoning had to do without.
    public func warnings(in language: Language) -> [String] {
        let words = words(in: language)
        return yearsBeforeTable.map { words.beforeTable($0) } + unannouncedYears.map { words.unannounced($0) }
    }

    private func words(in language: Language) -> DueWords {
        DueWords(language: language, year: steps.first?.day.year ?? 0)
    }
}

extension DeadlineRefusal {
    /// What is wrong, then what to do.
    public func text(in language: Language) -> String { DueWords(language: language, year: 0).refusal(self) }
}

extension DueWords {
    func line(_ step: DueStep) -> DueLine {
        let (text, amount) = parts(step)
        return DueLine(kind: step.kind, label: label(step.kind), text: text, amount: amount)
    }

    /// One line for a run of steps that join; there is at least one.
    func line(_ run: [DueStep]) -> DueLine {
        let (first, last) = (run[0], run[run.count - 1])
        guard run.count > 1 else { return line(first) }
        let amount: String
        if let from = first.count, let to = last.count {
            amount = running(from, through: to)
        } else {
            amount = span(.days(run.count))
        }
        let text = join(range(first.day, last.day), reason(of: first))
        return DueLine(kind: first.kind, label: label(first.kind), text: text, amount: amount)
    }

    /// Whether two steps are days in a row that are skipped, or counted, for the same reason.
    func joins(_ step: DueStep, _ next: DueStep) -> Bool {
        (step.kind == .skipped || step.kind == .counted) && step.kind == next.kind
            && next.day == step.day.adding(days: 1) && reason(of: step) == reason(of: next)
    }

    private func parts(_ step: DueStep) -> (text: String, amount: String) {
        switch step.kind {
        case .start, .opens: (moment(step.day, minute: step.minute ?? 0), "")
        case .skipped: (join(dateAndWeekday(step.day), reason(of: step)), "")
        case .counted: (join(dateAndWeekday(step.day), reason(of: step)), step.count.map(running) ?? "")
        case .elapsed: (step.count.map(span) ?? "", roundTheClock)
        case .before: (dateAndWeekday(step.day), step.count.map(span) ?? "")
        case .end: end(step)
        }
    }

    private func end(_ step: DueStep) -> (text: String, amount: String) {
        let day = dateAndWeekday(step.day)
        let time = clock(step.minute ?? 0)
        guard step.edge == .close else { return (day, time) }
        return (language == .english ? day + ", " + close : date(step.day) + " " + close, time)
    }

    private func reason(of step: DueStep) -> String { step.reason.map { reason($0, on: step.day) } ?? "" }

    private func join(_ date: String, _ reason: String) -> String { reason.isEmpty ? date : date + " " + reason }
}
