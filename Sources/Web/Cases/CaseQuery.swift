import Cases
import Customers
import Foundation
import Organisations
import Policy
import Primitives
import Storage

/// The list of cases that an address asks for: whoever opens the same address asks for the same list.
struct CaseQuery: Sendable, Equatable {
    enum Shown: String, CaseIterable {
        case open, closed, all
    }

    /// The parameters, in the order of an address. `cursor` and `view` are places in a list and names of one.
    enum Key: String, CaseIterable {
        case state, q, workflow, workflowState = "workflow_state", cause, unit, handler, filedFrom = "filed_from"
        case filedThrough = "filed_through", overdue, repeated, sort
    }

    var shown = Shown.open
    /// A case number, a name, pinyin, initials, or the end of a telephone number.
    var text = ""
    var workflow: String?
    var workflowState: String?
    var cause: String?
    var unit: UnitID?
    var handler: StaffID?
    var filedFrom: CalendarDay?
    var filedThrough: CalendarDay?
    var isOverdue = false
    var isRepeated = false
    var order = CaseService.Order.filed
    var cursor: CaseCursor?

    static let longestText = 100

    init() {}

    /// Reads the parameters; what is empty is left out, as a form sends it.
    /// - Throws: every parameter that says nothing that can be looked for.
    init(_ values: [String: String]) throws(FormFaults) {
        var faults = FormFaults()
        func value(_ key: Key) -> String? { values[key.rawValue].flatMap { $0.isEmpty ? nil : $0 } }
        func read<T>(_ key: Key, _ problem: FormFault.Problem, _ make: (String) -> T?) -> T? {
            guard let text = value(key) else { return nil }
            let made = make(text)
            if made == nil { faults.add(key.rawValue, problem) }
            return made
        }
        func line(_ key: Key) -> String? {
            guard let text = value(key) else { return nil }
            if !text.isReadable { faults.add(key.rawValue, .unreadable) }
            if text.count > Self.longestText { faults.add(key.rawValue, .tooLong(maximum: Self.longestText)) }
            return text
        }
        shown = read(.state, .notAChoice(expected: Shown.allCases.map(\.rawValue)), Shown.init(rawValue:)) ?? .open
        text = (line(.q) ?? "").trimmed
        workflow = line(.workflow)
        workflowState = line(.workflowState)
        // The states of two workflows are two things, whatever they are called.
        if workflow == nil, workflowState != nil { faults.add(Key.workflow.rawValue, .missing) }
        cause = line(.cause)
        if workflow == nil, workflowState == nil, cause != nil { faults.add(Key.workflow.rawValue, .missing) }
        unit = read(.unit, .unknownReference) { UnitID($0) }
        handler = read(.handler, .unknownReference) { StaffID($0) }
        filedFrom = read(.filedFrom, .notADate) { CalendarDay($0) }
        filedThrough = read(.filedThrough, .notADate) { CalendarDay($0) }
        isOverdue = read(.overdue, .notAFlag, Self.flag) ?? false
        isRepeated = read(.repeated, .notAFlag, Self.flag) ?? false
        order =
            read(
                .sort, .notAChoice(expected: CaseService.Order.allCases.map(\.rawValue)),
                CaseService.Order.init(rawValue:))
            ?? .filed
        try faults.check()
    }

    private static func flag(_ text: String) -> Bool? {
        switch text {
        case "1", "true": true
        case "0", "false": false
        default: nil
        }
    }

    /// Reads what `address` wrote, or what somebody copied behind a `?`.
    /// - Throws: also for a parameter that the list does not have.
    init(address: String) throws(FormFaults) {
        var values: [String: String] = [:]
        var faults = FormFaults()
        let known = Key.allCases.map(\.rawValue)
        let query = address.utf8.first == 63 ? address.utf8.dropFirst() : address.utf8[...]
        for pair in query.split(separator: 38) {
            let parts = pair.split(separator: 61, maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCode.text(parts[0], plusIsSpace: true),
                let value = PercentCode.text(parts.count > 1 ? parts[1] : "".utf8[...], plusIsSpace: true)
            else {
                faults.add("filter", .unreadable)
                continue
            }
            if name == "cursor" || name == "view" { continue }
            if !known.contains(name) {
                faults.add("filter", .unknownField(nearest: nearestWord(to: name, among: known)))
            }
            values[name] = value
        }
        try faults.check()
        try self.init(values)
    }

    // MARK: Writing

    private var values: [(Key, String)] {
        var values: [(Key, String)] = []
        func add(_ key: Key, _ value: String?) { if let value { values.append((key, value)) } }
        add(.state, shown == .open ? nil : shown.rawValue)
        add(.q, text.isEmpty ? nil : text)
        add(.workflow, workflow)
        add(.workflowState, workflowState)
        add(.cause, cause)
        add(.unit, unit?.description)
        add(.handler, handler?.description)
        add(.filedFrom, filedFrom?.description)
        add(.filedThrough, filedThrough?.description)
        add(.overdue, isOverdue ? "1" : nil)
        add(.repeated, isRepeated ? "1" : nil)
        add(.sort, order == .filed ? nil : order.rawValue)
        return values
    }

    /// The parameters without the place in the list, the same for the same list.
    var address: String { values.map { "\($0.rawValue)=\($1.percentEncoded)" }.joined(separator: "&") }

    var path: String { path("/cases") }

    func path(_ page: String) -> String {
        let query = ([address] + (cursor.map { ["cursor=\("\($0)".percentEncoded)"] } ?? []))
            .filter { !$0.isEmpty }.joined(separator: "&")
        return query.isEmpty ? page : page + "?" + query
    }

    func with(_ change: (inout CaseQuery) -> Void) -> CaseQuery {
        var other = self
        other.cursor = nil
        change(&other)
        return other
    }

    /// Whether anything narrows it besides open and closed.
    var isNarrow: Bool { values.contains { $0.0 != .state && $0.0 != .sort } }

    /// Whether anything does that stands behind “更多条件”.
    var isDetailed: Bool { values.contains { ![.state, .q, .sort].contains($0.0) } }

    // MARK: Looking

    /// What is looked for: the text is a case number, else whatever people it names.
    /// - Returns: `nil` where nobody answers to the text, so that there is nothing to look for.
    func filter(_ desk: Desk, zone: Zone, for principal: Principal) async throws -> CaseService.Filter? {
        var filter = CaseService.Filter(isOpen: shown == .all ? nil : shown == .open, workflow: workflow)
        filter.state = workflowState
        filter.cause = cause
        filter.unit = unit
        filter.handler = handler
        filter.filedFrom = filedFrom.map { zone.instant($0, minute: 0) }
        filter.filedBefore = filedThrough.map { zone.instant($0.adding(days: 1), minute: 0) }
        filter.isOverdue = isOverdue
        filter.isRepeated = isRepeated
        if text.isEmpty { return filter }
        let people =
            principal.can(.readCustomers)
            ? try await desk.customers.search(text, limit: 200, by: principal).items.map(\.id) : []
        if !people.isEmpty {
            filter.customers = people
        } else if text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) {
            filter.reference = text
        } else {
            return nil
        }
        return filter
    }
}
