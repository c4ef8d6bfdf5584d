import Organisations
import Policy
import Primitives
import Storage

/// Keeps duties with people who are there: those of who leaves, or leaves a post or a unit, go to others, and those that
/// nobody holds to who comes.
struct HandOver {
    private let event: Event
    private let staff: StaffID
    private let charters: CharterShelf
    private let journal: Journal
    private let transaction: any WriteTransaction
    private let store: ObligationStore

    /// `nil` for an event that changes nobody's place.
    init?(event: Event, charters: CharterShelf, journal: Journal, transaction: any WriteTransaction) {
        guard ["staff.joined", "staff.changed", "staff.left"].contains(event.type) else { return nil }
        self.event = event
        staff = StaffID(event.subject.id)
        self.charters = charters
        self.journal = journal
        self.transaction = transaction
        store = ObligationStore(transaction, event.organisation)
    }

    func run() throws {
        var holders = Holders(transaction, organisation: event.organisation)
        if event.type == "staff.left" {
            try transaction.run(
                """
                UPDATE obligation SET escalated_to = NULL, revision = revision + 1
                WHERE organisation = \(event.organisation) AND escalated_to = \(staff) AND state = 'open'
                """)
            for obligation in try store.open(heldBy: staff) { try give(obligation, &holders) }
        } else {
            if let move = Move(event) { try leave(by: move, &holders) }
            for obligation in try store.open(heldBy: nil) { try give(obligation, &holders) }
        }
    }

    /// From another post or another unit to the present ones.
    private struct Move {
        let post: Post.Key
        let unit: UnitID
        let isOfPost: Bool
        let isOfUnit: Bool

        /// `nil` for who stays in post and unit.
        init?(_ event: Event) {
            isOfPost = event.body["former_post"] != nil
            isOfUnit = event.body["former_unit"] != nil
            guard isOfPost || isOfUnit, let post = event.body["post"]?.text, let unit = event.unit else { return nil }
            self.post = post
            self.unit = unit
        }
    }

    /// Hands on what belongs to the former post or unit. What a person owes for himself goes with him while he keeps
    /// the post, and what was raised to him stays while he is still above it.
    private func leave(by move: Move, _ holders: inout Holders) throws {
        for obligation in try store.open(heldBy: staff) {
            guard try store.isOpen(obligation.id) else { continue }
            let isOfPost = obligation.post == move.post
            let charter = try charters.version(obligation.charterVersion, of: event.organisation, in: transaction)
            if isOfPost, isPersonal(obligation, in: charter) { continue }
            // Whom a clause names owes it from whatever post.
            if charter.clause(obligation.clause)?.duty?.person != nil { continue }
            if (move.isOfPost && !isOfPost) || (move.isOfUnit && obligation.unit != move.unit) {
                try give(obligation, &holders)
            }
        }
        let below = try OrganisationStore(transaction).subtree(of: move.unit, in: event.organisation)
        for obligation in try store.open(escalatedTo: staff) {
            let charter = try charters.version(obligation.charterVersion, of: event.organisation, in: transaction)
            let told = charter.clause(obligation.clause)?.lateness?.notify ?? []
            if below.contains(obligation.unit), told.contains(where: { charter.chain(from: $0).contains(move.post) }) {
                continue
            }
            try transaction.run(
                """
                UPDATE obligation SET escalated_to = NULL, revision = revision + 1
                WHERE organisation = \(event.organisation) AND id = \(obligation.id) AND state = 'open'
                """)
        }
    }

    private func give(_ obligation: Obligation, _ holders: inout Holders) throws {
        guard try store.isOpen(obligation.id) else { return }
        let charter = try charters.version(obligation.charterVersion, of: event.organisation, in: transaction)
        if obligation.holder == staff, isPersonal(obligation, in: charter) {
            return try Discharge(store: store, journal: journal, transaction: transaction)
                .close(obligation, as: .void, because: event)
        }
        let heir = try holders.take(obligation.post, in: obligation.unit, charter: charter)
        if heir == obligation.holder { return }
        try store.give(obligation, to: heir, in: transaction)
        var draft = event.consequence(
            "obligation.reassigned", about: obligation.id, unit: obligation.unit, charter: obligation.charterVersion,
            body: ["clause": .text(obligation.clause), "holder": .text(heir?.description ?? "")])
        draft.matter = obligation.matter
        try journal.record(draft, in: transaction)
    }

    /// A duty that each holder of a post has for himself ends with his service.
    private func isPersonal(_ obligation: Obligation, in charter: Charter) -> Bool {
        guard case .calendar(_, .holder, _) = charter.clause(obligation.clause)?.cadence else { return false }
        return obligation.subjectKind == "staff" && obligation.subject == event.subject.id
    }
}
