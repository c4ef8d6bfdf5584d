import Organisations
import Policy
import Primitives
import Storage

/// Looks for one page of cases, each stretch in the index that has its order.
///
/// Whose cases they are is the one predicate of `CaseStore`; what a reader may open because it is about himself is
/// looked for apart, since another index has it.
struct CaseListing {
    let transaction: any ReadTransaction
    let principal: Principal
    let filter: CaseService.Filter
    let order: CaseService.Order
    /// What else must cover a case, for one who takes the list along.
    var export: Reach?

    struct Entry {
        let matter: Case
        let place: CaseCursor.Place
    }

    struct Page {
        let entries: [Entry]
        let next: CaseCursor?
        let previous: CaseCursor?
    }

    func page(from cursor: CaseCursor?, limit: Int) throws -> Page {
        let isBackward = cursor?.isBackward ?? false
        var kinds = CaseCursor.Kind.all(order, filter)
        if isBackward { kinds.reverse() }
        if let kind = cursor?.place.kind { kinds = Array(kinds.drop { $0 != kind }) }
        var place = cursor?.place
        var found: [Entry] = []
        for kind in kinds where found.count <= limit {
            found += try look(kind, from: place, isBackward, limit + 1 - found.count)
            place = nil
        }
        let isCut = found.count > limit
        found = Array(found.prefix(limit))
        if isBackward { found.reverse() }
        let (first, last) = (found.first?.place, found.last?.place)
        return Page(
            entries: found,
            next: isBackward || isCut ? last.map { CaseCursor($0, isBackward: false) } : nil,
            previous: (isBackward ? isCut : cursor != nil) ? first.map { CaseCursor($0, isBackward: true) } : nil)
    }

    /// How many there are, 100 for more than 99.
    func count() throws -> Int {
        func count(_ which: SQL) throws -> Int {
            try transaction.one(
                """
                SELECT count(*) FROM (
                    SELECT 1 FROM matter WHERE \(conditions) AND \(which) ORDER BY id DESC LIMIT 100) AS capped
                """, orElse: "count"
            ) { try $0[0] }
        }
        let reach = try principal.reach(.readCases)
        let covered = CaseStore.covered(by: reach)
        let all = try count(covered)
        if reach == .all || all >= 100 { return all }
        return min(100, all + (try count("\(CaseStore.about(principal.staff)) AND NOT (\(covered))")))
    }

    // MARK: Looking

    private func look(
        _ kind: CaseCursor.Kind, from place: CaseCursor.Place?, _ isBackward: Bool, _ limit: Int
    ) throws -> [Entry] {
        let reach = try principal.reach(.readCases)
        let isOwn = if case .own = reach { true } else { false }
        let covered = try rows(kind, CaseStore.covered(by: reach), areFew: isOwn, from: place, isBackward, limit)
        if reach == .all { return covered }
        let known = Set(covered.map(\.matter.id))
        let own = try rows(kind, CaseStore.about(principal.staff), areFew: true, from: place, isBackward, limit)
            .filter { !known.contains($0.matter.id) }
        if own.isEmpty { return covered }
        return Array(
            (covered + own).sorted { isBackward ? $1.place.comes(before: $0.place) : $0.place.comes(before: $1.place) }
                .prefix(limit))
    }

    /// - Parameter areFew: of one person's cases, which are sorted, and not looked for among all in their order.
    private func rows(
        _ kind: CaseCursor.Kind, _ which: SQL, areFew: Bool, from place: CaseCursor.Place?, _ isBackward: Bool,
        _ limit: Int
    ) throws -> [Entry] {
        let (before, after): (SQL, SQL) = isBackward ? (">", "<") : ("<", ">")
        let (falling, rising): (SQL, SQL) = isBackward ? ("", "DESC") : ("DESC", "")
        var beyond: SQL = "1 = 1"
        switch place {
        case .newest(let id)?, .undue(let id)?: beyond = "matter.id \(before) \(id)"
        case .filed(let at, let id)?: beyond = "(matter.opened_at, matter.id) \(before) (\(at), \(id))"
        case .deadline(let at, let id)?: beyond = "(obligation.due_at, obligation.id) \(after) (\(at), \(id))"
        case .state(let workflow, let state, let id)?:
            beyond = "(matter.workflow, matter.state, matter.id) \(after) (\(workflow), \(state), \(id))"
        case nil: break
        }
        let conditions: SQL = "\(conditions) AND \(which) AND \(beyond)"
        switch kind {
        case .newest:
            return try entries(conditions, "id \(falling)", limit) { .newest($0.id) }
        case .filed:
            return try entries(conditions, "opened_at \(falling), id \(falling)", limit) { .filed($0.openedAt, $0.id) }
        case .undue:
            let owed: SQL = """
                EXISTS (SELECT 1 FROM obligation AS owed
                    WHERE owed.organisation = \(principal.organisation) AND owed.matter = matter.id
                      AND owed.state = 'open')
                """
            return try entries("\(conditions) AND NOT \(owed)", "id \(falling)", limit) { .undue($0.id) }
        case .state:
            // What the index of open cases in this order says of itself.
            let current: SQL = filter.isOpen == true ? "\(conditions) AND matter.revision > 0" : conditions
            // As is what a person or a number names.
            let first: SQL = isSelective || areFew ? "workflow || ''" : "workflow"
            return try entries(current, "\(first) \(rising), state \(rising), id \(rising)", limit) {
                .state(workflow: $0.workflow, state: $0.state, $0.id)
            }
        case .deadline:
            // Of a case only its first duty counts: one that is not overdue ends the walk where only the overdue are
            // asked for.
            let late: SQL = filter.isOverdue ? "obligation.due_at < \(transaction.now)" : "1 = 1"
            // Crossed, so that SQLite walks what is due next and not all cases; and with a sum, so that it looks for a
            // sooner duty among the case's few and not among all that are due by then.
            return try transaction.all(
                """
                SELECT \(Case.columns), obligation.due_at, obligation.id FROM obligation CROSS JOIN matter
                WHERE obligation.organisation = \(principal.organisation) AND obligation.state = 'open'
                  AND \(late) AND matter.id = obligation.matter
                  AND NOT EXISTS (
                      SELECT 1 FROM obligation AS sooner
                      WHERE sooner.organisation = \(principal.organisation) AND sooner.matter = obligation.matter
                        AND sooner.state = 'open'
                        AND (sooner.due_at + 0, sooner.id) < (obligation.due_at, obligation.id))
                  AND \(conditions)
                ORDER BY obligation.due_at \(rising), obligation.id \(rising) LIMIT \(limit: limit)
                """
            ) { Entry(matter: try Case(row: $0), place: .deadline(try $0[19], try $0[20])) }
        }
    }

    private func entries(
        _ conditions: SQL, _ sorting: SQL, _ limit: Int, at place: (Case) -> CaseCursor.Place
    ) throws -> [Entry] {
        try transaction.all(
            "SELECT \(Case.columns) FROM matter WHERE \(conditions) ORDER BY \(sorting) LIMIT \(limit: limit)"
        ) { row in
            let matter = try Case(row: row)
            return Entry(matter: matter, place: place(matter))
        }
    }

    private var isSelective: Bool {
        filter.customer != nil || filter.customers != nil || filter.reference != nil || filter.handler != nil
            || filter.isOverdue || filter.isRepeated
    }

    private var conditions: SQL {
        let organisation = principal.organisation
        var conditions: SQL = "matter.organisation = \(organisation)"
        if let export { conditions = "\(conditions) AND \(CaseStore.covered(by: export))" }
        func narrow(_ condition: SQL) { conditions = "\(conditions) AND \(condition)" }
        switch filter.isOpen {
        case true?: narrow("matter.closed_at IS NULL")
        case false?: narrow("matter.closed_at IS NOT NULL")
        case nil: break
        }
        if let workflow = filter.workflow {
            // Open cases are few beside all those of a workflow, so it is among them that one is looked for.
            narrow(
                filter.isOpen == true && filter.state == nil && order == .filed
                    ? "matter.workflow || '' = \(workflow)" : "matter.workflow = \(workflow)")
        }
        if let state = filter.state { narrow("matter.state = \(state)") }
        if let customer = filter.customer {
            narrow("matter.subject_kind = 'customer' AND matter.subject = \(customer)")
        }
        if let customers = filter.customers {
            narrow("matter.subject_kind = 'customer' AND matter.subject IN \(list: customers)")
        }
        if let reference = filter.reference?.uppercased() {
            narrow("matter.reference >= \(reference) AND matter.reference < \(reference + "\u{10FFFF}")")
        }
        if let cause = filter.cause { narrow("matter.cause = \(cause)") }
        if let unit = filter.unit { narrow("matter.unit = \(unit)") }
        if let from = filter.filedFrom { narrow("matter.opened_at >= \(from)") }
        if let before = filter.filedBefore { narrow("matter.opened_at < \(before)") }
        if filter.isRepeated { narrow("matter.is_repeated = 1") }
        if filter.isOverdue { narrow("matter.id IN (\(owing("owed.due_at < \(transaction.now)")))") }
        if let handler = filter.handler { narrow("matter.id IN (\(owing("owed.holder = \(handler)")))") }
        return conditions
    }

    /// The cases in which something of that kind is owed.
    private func owing(_ condition: SQL) -> SQL {
        """
        SELECT owed.matter FROM obligation AS owed
        WHERE owed.organisation = \(principal.organisation) AND owed.state = 'open' AND owed.matter IS NOT NULL
          AND \(condition)
        """
    }
}

extension CaseCursor.Place {
    /// In a list that goes forward.
    fileprivate func comes(before other: CaseCursor.Place) -> Bool {
        switch (self, other) {
        case (.newest(let one), .newest(let two)), (.undue(let one), .undue(let two)): one > two
        case (.filed(let at, let one), .filed(let then, let two)): (at, one) > (then, two)
        case (.deadline(let at, let one), .deadline(let then, let two)): (at, one) < (then, two)
        case (.state(let flow, let state, let one), .state(let otherFlow, let otherState, let two)):
            (flow, state, one) < (otherFlow, otherState, two)
        // Of different stretches those with a deadline come first; a page looks for one stretch at a time.
        default: kind == .deadline
        }
    }
}
