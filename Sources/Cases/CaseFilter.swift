public import Primitives

extension CaseService {
    /// Which cases a list shows; what is `nil` or `false` narrows nothing.
    public struct Filter: Sendable, Hashable {
        public var isOpen: Bool?
        public var workflow: String?
        /// A state of the workflow.
        public var state: String?
        public var customer: CustomerID?
        /// What a search for people found.
        public var customers: [CustomerID]?
        /// The beginning of a case number.
        public var reference: String?
        /// Of the workflow.
        public var cause: String?
        public var unit: UnitID?
        /// Who owes something in it.
        public var handler: StaffID?
        public var filedFrom: Instant?
        public var filedBefore: Instant?
        /// Only those in which something is overdue.
        public var isOverdue = false
        /// Only those of customers who had one of the workflow before.
        public var isRepeated = false

        public init(
            isOpen: Bool? = nil, workflow: String? = nil, customer: CustomerID? = nil, reference: String? = nil
        ) {
            self.isOpen = isOpen
            self.workflow = workflow
            self.customer = customer
            self.reference = reference
        }
    }

    /// What a list is sorted by.
    public enum Order: String, Sendable, CaseIterable, Hashable {
        /// Newest first.
        case filed
        /// Next due first; after them those in which nothing is owed, newest first.
        case deadline
        /// By workflow and state, in each the oldest first.
        case state
    }
}

/// Where a page of the list of cases begins, and which way it goes.
public struct CaseCursor: Sendable, Hashable, LosslessStringConvertible {
    enum Place: Sendable, Hashable {
        case newest(CaseID)
        case filed(Instant, CaseID)
        case deadline(Instant, ObligationID)
        case undue(CaseID)
        case state(workflow: String, state: String, CaseID)

        var kind: Kind {
            switch self {
            case .newest: .newest
            case .filed: .filed
            case .deadline: .deadline
            case .undue: .undue
            case .state: .state
            }
        }
    }

    /// A stretch of the list that one index has in its order.
    enum Kind: Sendable, Hashable {
        case newest, filed, deadline, undue, state

        /// The stretches of a list, in their order.
        static func all(_ order: CaseService.Order, _ filter: CaseService.Filter) -> [Kind] {
            switch order {
            // A time in the past is found by the index of times.
            case .filed: filter.filedFrom == nil && filter.filedBefore == nil ? [.newest] : [.filed]
            case .deadline: filter.isOverdue || filter.handler != nil ? [.deadline] : [.deadline, .undue]
            case .state: [.state]
            }
        }
    }

    let place: Place
    let isBackward: Bool

    init(_ place: Place, isBackward: Bool) {
        self.place = place
        self.isBackward = isBackward
    }

    /// Whether it came from a list of that order.
    public func fits(_ order: CaseService.Order, _ filter: CaseService.Filter) -> Bool {
        Kind.all(order, filter).contains(place.kind)
    }

    public var description: String {
        let text =
            switch place {
            case .newest(let id): "\(id)"
            case .filed(let instant, let id): "f.\(instant.milliseconds).\(id)"
            case .deadline(let instant, let id): "d.\(instant.milliseconds).\(id)"
            case .undue(let id): "n.\(id)"
            case .state(let workflow, let state, let id): "s.\(workflow).\(state).\(id)"
            }
        return isBackward ? "b." + text : text
    }

    public init?(_ description: String) {
        var parts = description.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        isBackward = parts.first == "b"
        if isBackward { parts.removeFirst() }
        guard let last = parts.last, let id = Identifier<Never>(last) else { return nil }
        func instant(_ text: String) -> Instant? {
            guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else {
                return nil
            }
            return Int64(text).map(Instant.init(milliseconds:))
        }
        switch (parts.first, parts.count) {
        case (_, 1): place = .newest(CaseID(id))
        case ("f", 3):
            guard let at = instant(parts[1]) else { return nil }
            place = .filed(at, CaseID(id))
        case ("d", 3):
            guard let at = instant(parts[1]) else { return nil }
            place = .deadline(at, ObligationID(id))
        case ("n", 2): place = .undue(CaseID(id))
        case ("s", 4) where !parts[1].isEmpty && !parts[2].isEmpty:
            place = .state(workflow: parts[1], state: parts[2], CaseID(id))
        default: return nil
        }
    }
}
